"""Which pages a run cleans: what is out of date, of a time, of a site; and what damaged inputs do to it."""

import gzip
import json
import os
from dataclasses import replace
from datetime import UTC, datetime
from functools import partial

import pytest
from standins import clean_all, clean_and_note, clean_simply, html_page

from harvester import __version__
from harvester.cleaning import present_rules
from harvester.models import Page
from harvester.reclean.job import WrongUsageError
from harvester.reclean.run_state import DamagedInputError
from harvester.store.page_files import save_page

FORMS = ("json", "jsonl", "parquet")


@pytest.fixture
def marks(tmp_path):
    folder = tmp_path / "marks"
    folder.mkdir()
    return folder


@pytest.fixture
def pages(tmp_path):
    folder = tmp_path / "pages"
    folder.mkdir()
    for day, host in ((1, "www.harbour.example"), (2, "news.harbour.example"), (3, "inland.example")):
        moment = datetime(2026, 3, day, 12, tzinfo=UTC)
        save_page(folder, Page(f"https://{host}/pier", html_page(title=f"Day-{day}"), fetched_at=moment))
    return folder


def clean_as(rules, saved, memory=None, page_types=(), site=None, *, marks):
    """Clean, and say of the article that it was made with certain rules."""

    article, ledger = clean_and_note(saved, memory, marks=marks)
    fetched_at = saved.page.fetched_at.isoformat().replace("+00:00", "Z") if saved.page.fetched_at else None
    cleaning = replace(article.cleaning, version=__version__, rules=rules)
    return replace(article, cleaning=cleaning, fetched_at=fetched_at), ledger


def present(marks):
    return partial(clean_as, present_rules()[0], marks=marks)


def cleaned(marks):
    """Return the titles that were cleaned since the last time."""
    found = sorted(path.name for path in marks.iterdir())
    for path in marks.iterdir():
        path.unlink()
    return found


def everything(folder):
    return {str(path.relative_to(folder)): path.read_bytes() for path in sorted(folder.rglob("*")) if path.is_file()}


@pytest.mark.parametrize("form", FORMS)
def test_nothing_is_cleaned_again_that_is_up_to_date_and_the_output_stays_the_same(pages, tmp_path, marks, form):
    clean_all(pages, tmp_path / "out", present(marks), form=form)
    before = everything(tmp_path / "out")
    cleaned(marks)
    seen = clean_all(pages, tmp_path / "out", present(marks), form=form, select=(None, (), "stale"))
    assert cleaned(marks) == []
    assert (seen.summary.total.articles, seen.summary.total.reused) == (3, 3)
    assert everything(tmp_path / "out") == before


def test_ledgers_are_updated_with_their_articles_and_made_where_they_are_missing(pages, tmp_path, marks):
    def ledgers():
        return {path.name: path.read_bytes() for path in (tmp_path / "out" / "_ledgers").iterdir()}

    clean_all(pages, tmp_path / "out", present(marks), ledger=True)
    before = ledgers()
    assert before
    clean_all(pages, tmp_path / "out", present(marks), select=(None, (), "stale"))
    assert ledgers() == before, "nothing is deleted that nobody asked for"
    gone, *others = sorted(before)
    (tmp_path / "out" / "_ledgers" / gone).unlink()
    clean_all(pages, tmp_path / "out", present(marks), select=(None, (), "stale"), ledger=True)
    assert ledgers() == before, "a ledger that is wanted and missing is made"
    (pages / f"{others[0].removesuffix('.ledger.json')}.html").write_bytes(html_page(text="The pier is gone."))
    clean_all(pages, tmp_path / "out", present(marks), select=(None, (), "stale"))
    assert ledgers().keys() == before.keys()
    assert b"The pier is gone." in ledgers()[others[0]], "one that stands is that of its article"


@pytest.mark.parametrize("form", FORMS)
def test_articles_of_other_rules_are_stale(pages, tmp_path, marks, form):
    clean_all(pages, tmp_path / "out", partial(clean_as, "older-rules", marks=marks), form=form)
    cleaned(marks)
    clean_all(pages, tmp_path / "out", present(marks), form=form, select=(None, (), "changed"))
    assert cleaned(marks) == [], "the pages are the same"
    clean_all(pages, tmp_path / "out", present(marks), form=form, select=(None, (), "stale"))
    assert cleaned(marks) == ["Day-1", "Day-2", "Day-3"]
    clean_all(pages, tmp_path / "fresh", present(marks), form=form)
    assert everything(tmp_path / "out") == everything(tmp_path / "fresh")


@pytest.mark.parametrize("form", FORMS)
@pytest.mark.parametrize("update", ["stale", "changed"])
def test_pages_that_are_new_or_changed_are_cleaned(pages, tmp_path, marks, form, update):
    clean_all(pages, tmp_path / "out", present(marks), form=form)
    cleaned(marks)
    moment = datetime(2026, 3, 2, 12, tzinfo=UTC)
    save_page(pages, Page("https://news.harbour.example/pier", html_page(title="Day-2b"), fetched_at=moment))
    save_page(pages, Page("https://news.harbour.example/ferry", html_page(title="Ferry"), fetched_at=moment))
    clean_all(pages, tmp_path / "out", present(marks), form=form, select=(None, (), update))
    assert cleaned(marks) == ["Day-2b", "Ferry"]
    clean_all(pages, tmp_path / "fresh", present(marks), form=form)
    assert everything(tmp_path / "out") == everything(tmp_path / "fresh")


def test_text_does_not_say_what_it_was_made_from(pages, tmp_path):
    with pytest.raises(WrongUsageError, match="does not say"):
        clean_all(pages, tmp_path / "out", form="text", select=(None, (), "stale"))


def titles(folder):
    lines = (folder / "articles-00000.jsonl").read_text().splitlines()
    return [json.loads(line)["title"] for line in lines]


def test_only_pages_since_a_time_are_cleaned(pages, tmp_path):
    seen = clean_all(pages, tmp_path / "out", form="jsonl", select=(datetime(2026, 3, 2, tzinfo=UTC), ()))
    assert sorted(titles(tmp_path / "out")) == ["Day-2", "Day-3"]
    assert seen.summary.total.passed == {"older": 1}


def test_the_time_of_its_file_counts_for_a_page_that_says_none(tmp_path):
    for name, day in (("old", 1), ("new", 9)):
        path = tmp_path / f"{name}.html"
        path.write_bytes(html_page(title=name))
        moment = datetime(2026, 3, day, tzinfo=UTC).timestamp()
        os.utime(path, (moment, moment))
    inputs = [tmp_path / "old.html", tmp_path / "new.html"]
    clean_all(inputs, tmp_path / "out", form="jsonl", select=(datetime(2026, 3, 2, tzinfo=UTC), ()))
    assert titles(tmp_path / "out") == ["new"]


def test_only_pages_of_a_site_and_its_subdomains_are_cleaned(pages, tmp_path):
    seen = clean_all(pages, tmp_path / "out", form="jsonl", select=(None, ("harbour.example",)))
    assert sorted(titles(tmp_path / "out")) == ["Day-1", "Day-2"]
    assert seen.summary.total.passed == {"other_site": 1}


def test_files_of_pages_that_were_not_chosen_stay(pages, tmp_path):
    clean_all(pages, tmp_path / "out")
    before = everything(tmp_path / "out")
    clean_all(pages, tmp_path / "out", select=(None, ("inland.example",)))
    assert everything(tmp_path / "out") == before


def test_other_sites_keep_their_articles_while_one_is_brought_up_to_date(pages, tmp_path, marks):
    clean_all(pages, tmp_path / "out", partial(clean_as, "older-rules", marks=marks), form="jsonl")
    cleaned(marks)
    clean_all(pages, tmp_path / "out", present(marks), form="jsonl", select=(None, ("inland.example",), "stale"))
    assert cleaned(marks) == ["Day-3"]
    assert len(titles(tmp_path / "out")) == 3


@pytest.mark.parametrize("strict", [False, True])
def test_a_damaged_input_is_told_and_ends_a_strict_run(pages, tmp_path, strict):
    (pages / "a-broken.html.gz").write_bytes(gzip.compress(html_page())[:-9])
    if strict:
        with pytest.raises(DamagedInputError, match="a-broken"):
            clean_all(pages, tmp_path / "out", clean_simply, strict=True)
        assert not (tmp_path / "out" / "_manifest.jsonl").exists()
    else:
        seen = clean_all(pages, tmp_path / "out", clean_simply)
        assert sorted(seen.reasons) == ["ok", "ok", "ok", "unreadable"]


@pytest.mark.parametrize("form", FORMS)
def test_a_set_of_an_earlier_version_is_brought_up_to_date_under_the_names_of_today(pages, tmp_path, marks, form):
    (pages / "empty.html").write_bytes(b"")
    clean_all(pages, tmp_path / "out", present(marks), form=form, ledger=True)
    expected, out = everything(tmp_path / "out"), tmp_path / "out"
    for name in ("manifest.jsonl", "failures.jsonl"):
        (out / f"_{name}").rename(out / name)
    (out / "manifest.jsonl").write_bytes((out / "manifest.jsonl").read_bytes().replace(b"_failures", b"failures"))
    for ledger in (out / "_ledgers").iterdir():
        ledger.rename(out / ledger.name)
    cleaned(marks)
    clean_all(pages, tmp_path / "out", present(marks), form=form, select=(None, (), "stale"), ledger=True)
    assert cleaned(marks) == ["none"], "but for the page that has no article"
    assert everything(tmp_path / "out") == expected
