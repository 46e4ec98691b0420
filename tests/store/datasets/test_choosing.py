"""`harvester export` of some articles: what changed, of a source, a site, a type, a language, a confidence."""

import json
from dataclasses import replace

import pytest
from click.testing import CliRunner

from harvester.cli import commands
from harvester.store.articles import article_json, article_line
from harvester.store.changes.change_adding import add_changes
from harvester.store.changes.change_line import Change
from harvester.store.datasets import article_filter
from harvester.store.datasets.layout import FAILURES
from harvester.store.datasets.storage import LocalStorage
from set_articles import numbered


def made(number, url="https://www.courier.example/a", languages=("en",), page_type="article", confidence=0.9):
    article = numbered(number, languages=languages, page_type=page_type)
    return replace(article, url=url, cleaning=replace(article.cleaning, confidence=confidence))


ARTICLES = (
    made(1),
    made(2, url="https://news.courier.example/b", languages=("en-GB", "fr")),
    made(3, url="https://other.example/c", page_type="forum"),
    made(4, url="https://notcourier.example/d", languages=("fr",), confidence=0.4),
    made(5, url=None, languages=(), page_type=None),
)


def export(source, to, *options):
    arguments = ["export", str(source), "--to", str(to), "--format", "jsonl", *map(str, options)]
    result = CliRunner().invoke(commands, arguments)
    if result.exit_code:
        return result
    lines = [line for path in to.glob("articles-*") for line in path.read_text().splitlines()]
    return [int(json.loads(line)["id"], 16) for line in lines]


@pytest.fixture(params=["json", "jsonl"])
def source(request, tmp_path):
    folder = tmp_path / "source"
    folder.mkdir()
    if request.param == "jsonl":
        (folder / "articles-00000.jsonl").write_bytes(b"".join(map(article_line, ARTICLES)))
    for article in ARTICLES if request.param == "json" else ():
        (folder / f"{article.id}.json").write_bytes(article_json(article))
    return folder


@pytest.mark.parametrize(
    ("options", "wanted"),
    [
        ((), [1, 2, 3, 4, 5]),
        (("--site", "courier.example"), [1, 2]),
        (("--site", "www.Courier.example", "--site", "other.example"), [1, 2, 3]),
        (("--page-type", "article"), [1, 2, 4]),
        (("--page-type", "forum, article"), [1, 2, 3, 4]),
        (("--page-type", "all"), [1, 2, 3, 4, 5]),
        (("--language", "EN"), [1, 2, 3]),
        (("--language", "en-gb"), [2]),
        (("--language", "fr", "--language", "en"), [1, 2, 3, 4]),
        (("--min-confidence", "0.5"), [1, 2, 3, 5]),
        (("--site", "courier.example", "--language", "fr"), [2]),
        (("--site", "nowhere.example"), []),
    ],
)
def test_only_what_is_meant_is_exported(source, tmp_path, options, wanted):
    assert export(source, tmp_path / "to", *options) == wanted


@pytest.mark.parametrize("option", [("--page-type", "novel"), ("--min-confidence", "2"), ("--since", "soon")])
def test_what_is_no_choice_is_wrong_usage(source, tmp_path, option):
    assert export(source, tmp_path / "to", *option).exit_code == 2


def tell(folder, *rows):
    """Write a list of changes: what, number of the article, source."""

    def changes():
        for kind, number, name in rows:
            id_ = f"{number:016x}"
            single = (folder / f"{id_}.json").exists()
            file = f"{id_}.json" if single else "articles-00000.jsonl"
            yield Change(0, f"2026-03-0{number}T06:00:00Z", kind, name, id_, None, 1, file, None)

    add_changes(LocalStorage(folder), changes())


def test_only_what_changed_since_a_moment_is_exported(source, tmp_path, monkeypatch):
    tell(source, *(("new", number, "courier") for number in (1, 2, 3, 4, 5)), ("gone", 2, "courier"))
    assert export(source, tmp_path / "all", "--since", 0) == [1, 3, 4, 5]
    assert export(source, tmp_path / "time", "--since", "2026-03-04") == [4, 5]
    opened = []
    real = article_filter.read_file
    monkeypatch.setattr(article_filter, "read_file", lambda place, name: opened.append(name) or real(place, name))
    assert export(source, tmp_path / "some", "--since", 3, "--language", "fr") == [4]
    assert len(opened) in (1, 2)  # no file is opened that did not change


def test_only_articles_of_a_source_are_exported(source, tmp_path):
    tell(source, ("new", 1, "courier"), ("new", 2, "weekly"), ("new", 3, "courier"), ("new", 3, "weekly"))
    assert export(source, tmp_path / "to", "--source", "courier") == [1]
    assert export(source, tmp_path / "again", "--source", "weekly", "--since", 1) == [2, 3]


def test_without_a_list_of_changes_it_is_said_what_is_missing(source, tmp_path):
    result = export(source, tmp_path / "to", "--since", 3)
    assert result.exit_code == 1
    assert "no list of changes" in result.stderr


def test_a_number_that_the_list_has_not_reached_is_refused_and_not_an_empty_set(source, tmp_path):
    tell(source, ("new", 1, "courier"), ("new", 2, "courier"))
    assert export(source, tmp_path / "none", "--since", 2) == []
    result = export(source, tmp_path / "to", "--since", 3)
    assert result.exit_code == 1
    assert "ends at 2, and what follows 3 was asked for" in result.stderr
    assert not (tmp_path / "to").exists()


def test_an_article_that_is_damaged_is_told_whatever_is_chosen(source, tmp_path):
    (source / "zz.json").write_bytes(b'{"schema": "harvester/article/2", "id": 7}')
    result = export(source, tmp_path / "to", "--language", "fr")
    assert result.exit_code == 1
    assert "zz.json" in result.stderr


def test_failures_of_the_run_go_with_the_whole_set_only(source, tmp_path):
    (source / FAILURES).write_text('{"subject":"a.html","reason":"not_article","explanation":"none","url":null}\n')
    export(source, tmp_path / "all")
    export(source, tmp_path / "some", "--language", "fr")
    assert (tmp_path / "all" / FAILURES).exists()
    assert not (tmp_path / "some" / FAILURES).exists()
