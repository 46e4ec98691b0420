"""The run: what it writes, removes, yields and survives. The cleaner is a stand-in."""

import os
import threading

import pytest
from standins import clean_simply, html_page

from harvester.errors import HarvesterError, StoreError
from harvester.models import Article
from harvester.reclean import run
from harvester.reclean.inputs import find_inputs
from harvester.reclean.run import CleanOptions, WouldOverwriteError, clean_files
from harvester.store.articles import load_article


@pytest.fixture
def pages(tmp_path):
    folder = tmp_path / "pages"
    folder.mkdir()
    for name in ("a", "b", "c"):
        (folder / f"{name}.html").write_bytes(html_page(title=f"Pier {name}"))
    return folder


def clean_all(folder, to, **options):
    return list(clean_files(find_inputs([str(folder)]), clean_simply, CleanOptions(to, **options)))


def reasons(outcomes):
    return [getattr(outcome.result, "reason", "ok") for outcome in outcomes]


def written(folder):
    return {path.name: path.read_bytes() for path in sorted(folder.iterdir())}


# ── what is written ───────────────────────────────────────────────────────────────────────────


@pytest.mark.parametrize(
    ("form", "names"),
    [
        ("json", ["a.json", "b.json", "c.json"]),
        ("jsonl", ["articles.jsonl"]),
        ("text", ["a.txt", "b.txt", "c.txt"]),
        ("markdown", ["a.md", "b.md", "c.md"]),
    ],
)
def test_each_format_has_its_files_and_no_others(pages, tmp_path, form, names):
    clean_all(pages, tmp_path / "out", form=form)
    assert list(written(tmp_path / "out")) == names


def test_ledgers_stand_beside_the_articles_when_asked_for(pages, tmp_path):
    clean_all(pages, tmp_path / "out", ledger=True)
    assert "a.ledger.json" in written(tmp_path / "out")
    clean_all(pages, tmp_path / "out")
    assert "a.ledger.json" not in written(tmp_path / "out"), "it would look as fresh as the article"


def test_a_second_run_writes_the_same_bytes(pages, tmp_path):
    for form in ("json", "jsonl", "markdown"):
        clean_all(pages, tmp_path / "out", form=form, ledger=True)
    first = written(tmp_path / "out")
    for form in ("json", "jsonl", "markdown"):
        clean_all(pages, tmp_path / "out", form=form, ledger=True)
    assert written(tmp_path / "out") == first


def test_lines_stand_in_the_order_of_the_inputs(pages, tmp_path):
    clean_all(pages, tmp_path / "out", form="jsonl", jobs=2)
    lines = (tmp_path / "out" / "articles.jsonl").read_text().splitlines()
    assert [line.partition('"title":"')[2][:6] for line in lines] == ["Pier a", "Pier b", "Pier c"]


# ── what fails ────────────────────────────────────────────────────────────────────────────────


@pytest.mark.parametrize("jobs", [1, 2])
def test_one_bad_page_does_not_stop_the_others(pages, tmp_path, jobs):
    (pages / "b.html").write_bytes(b"<html><body>menu only</body></html>")
    (pages / "b2.html").write_bytes(b"")
    (pages / "b3.html").write_bytes(b"\x89PNG\r\n\x1a\n\x00\x00")
    (pages / "b4.html").write_bytes(html_page(text="NO ROOM"))
    outcomes = clean_all(pages, tmp_path / "out", jobs=jobs)
    assert reasons(outcomes) == ["ok", "not_article", "empty_input", "binary_input", "parser_limit", "ok"]
    assert list(written(tmp_path / "out")) == ["a.json", "c.json"]


def test_an_error_names_the_file_and_not_the_url(pages, tmp_path):
    (pages / "b.html").write_bytes(b"<html></html>")
    failed = clean_all(pages, tmp_path / "out")[1].result
    assert isinstance(failed, HarvesterError)
    assert failed.subject == str(pages / "b.html")


def test_a_page_that_fails_leaves_no_article_of_an_earlier_run(pages, tmp_path):
    clean_all(pages, tmp_path / "out", ledger=True)
    (pages / "b.html").write_bytes(b"")
    clean_all(pages, tmp_path / "out", ledger=True)
    assert list(written(tmp_path / "out")) == ["a.json", "a.ledger.json", "c.json", "c.ledger.json"]


def test_a_page_that_fails_leaves_no_line_of_an_earlier_run(pages, tmp_path):
    clean_all(pages, tmp_path / "out", form="jsonl")
    for page in pages.iterdir():
        page.write_bytes(b"")
    clean_all(pages, tmp_path / "out", form="jsonl")
    assert written(tmp_path / "out") == {"articles.jsonl": b""}


@pytest.mark.parametrize("jobs", [1, 2])
@pytest.mark.parametrize("trap", ["LOOP FOREVER", "SWALLOW ALARMS"])
def test_a_page_that_overruns_is_skipped(pages, tmp_path, trap, jobs):
    (pages / "b.html").write_bytes(html_page(text=trap))
    outcomes = clean_all(pages, tmp_path / "out", limit_s=0.3, jobs=jobs)
    assert reasons(outcomes) == ["ok", "clean_timeout", "ok"]
    assert "took longer than 0.3 s" in str(outcomes[1].result)


def test_a_page_that_kills_its_worker_is_found_and_the_others_are_cleaned(pages, tmp_path):
    for name in ("b", "b2"):
        (pages / f"{name}.html").write_bytes(html_page(text="KILL THE PROCESS"))
    outcomes = clean_all(pages, tmp_path / "out", jobs=2)
    assert reasons(outcomes) == ["ok", "clean_timeout", "clean_timeout", "ok"]
    assert list(written(tmp_path / "out")) == ["a.json", "c.json"]


def test_a_page_stuck_in_c_code_is_killed_with_its_worker(pages, tmp_path):
    (pages / "b.html").write_bytes(html_page(text="STUCK IN C"))
    outcomes = clean_all(pages, tmp_path / "out", limit_s=0.2, jobs=2)
    assert reasons(outcomes) == ["ok", "clean_timeout", "ok"]
    assert "was killed" in str(outcomes[1].result)


def test_many_processes_write_what_one_writes(pages, tmp_path):
    (pages / "d.html").write_bytes(b"")
    one = clean_all(pages, tmp_path / "one", ledger=True)
    two = clean_all(pages, tmp_path / "two", ledger=True, jobs=2)
    assert written(tmp_path / "one") == written(tmp_path / "two")
    assert [outcome.subject for outcome in one] == [outcome.subject for outcome in two]


# ── what cannot be written ────────────────────────────────────────────────────────────────────


def refuse_writes(monkeypatch, reason, to):
    def write(path, content):
        if path.name == to:
            raise StoreError(str(path), reason, "no")
        path.write_bytes(content)

    monkeypatch.setattr(run, "write_atomic", write)


def test_a_full_disk_ends_the_run(pages, tmp_path, monkeypatch):
    refuse_writes(monkeypatch, "disk_full", "b.json")
    with pytest.raises(StoreError, match="disk_full"):
        clean_all(pages, tmp_path / "out")
    assert list(written(tmp_path / "out")) == ["a.json"]


def test_one_file_that_cannot_be_written_is_one_failure(pages, tmp_path, monkeypatch):
    refuse_writes(monkeypatch, "unwritable", "b.json")
    assert reasons(clean_all(pages, tmp_path / "out")) == ["ok", "unwritable", "ok"]


def test_texts_are_never_written_beside_their_pages(pages):
    with pytest.raises(WouldOverwriteError, match="choose another folder"):
        clean_all(pages, pages, form="text")
    assert len(list(pages.iterdir())) == 3


def test_json_may_stand_beside_its_pages_and_is_not_read_again(pages):
    clean_all(pages, pages, ledger=True)
    assert len(clean_all(pages, pages, ledger=True)) == 3


def test_an_input_is_never_overwritten(tmp_path):
    page = tmp_path / "a.json"
    page.write_bytes(html_page())
    with pytest.raises(WouldOverwriteError, match=r"a\.json"):
        list(clean_files(find_inputs([str(page)]), clean_simply, CleanOptions(tmp_path)))
    assert page.read_bytes() == html_page()


def test_pages_of_one_name_in_two_folders_give_two_articles(tmp_path):
    for folder in ("x", "y"):
        (tmp_path / "in" / folder).mkdir(parents=True)
        (tmp_path / "in" / folder / "page.html").write_bytes(html_page(title=folder))
    outcomes = clean_all(tmp_path / "in", tmp_path / "out")
    articles = [load_article(path) for path in (tmp_path / "out").iterdir()]
    assert {article.title for article in articles} == {"x", "y"}
    assert all(isinstance(outcome.result, Article) for outcome in outcomes)


def test_a_pipe_is_read_once_also_with_many_processes(pages, tmp_path):
    pipe = tmp_path / "pipe"
    os.mkfifo(pipe)
    writer = threading.Thread(target=pipe.write_bytes, args=[html_page(title="Piped")])
    writer.start()
    found = find_inputs([str(pipe), str(pages)])
    outcomes = list(clean_files(found, clean_simply, CleanOptions(tmp_path / "out", jobs=2)))
    writer.join()
    assert outcomes[0].result.title == "Piped"
    assert reasons(outcomes) == ["ok"] * 4
