"""What cleaning in bulk hands on: the list of a set's changes tells all that stands in it, whatever was interrupted."""

import json
import sys
from collections import Counter
from dataclasses import replace
from functools import partial
from hashlib import sha256
from pathlib import Path

import pytest

sys.path.insert(0, str(Path(__file__).parent.parent / "cli"))

from standins import Seen, a_job, clean_all, clean_simply, html_page

from harvester.errors import StoreError
from harvester.models import Edition, Page
from harvester.reclean import change_report, run
from harvester.reclean.job import WrongUsageError
from harvester.store.articles import plain_of
from harvester.store.changes import change_adding
from harvester.store.changes.change_line import parse_change
from harvester.store.changes.change_reading import read_changes
from harvester.store.changes.changed_articles import ChangedArticles
from harvester.store.datasets.dataset_reader import Stored, read_set
from harvester.store.datasets.open_storage import open_storage
from harvester.store.datasets.validation import check_set
from harvester.store.page_files import save_page
from harvester.workers.process_pool import Pool

FORMS = ("json", "jsonl", "parquet")


@pytest.fixture
def pages(tmp_path):
    folder = tmp_path / "pages"
    folder.mkdir()
    for number in range(5):
        save(folder, number, "The pier opened on Monday.")
    return folder


def save(folder, number, text):
    return save_page(folder, Page(f"https://harbour.example/{number}", html_page(f"Pier {number}", text)))


def clean_by(rules, saved, memory=None, page_types=(), site=None, *, version=None):
    """Clean as the stand-in does, by rules that have a name, and call the article by its address."""
    article, ledger = clean_simply(saved, memory)
    name = sha256((saved.page.url or "").encode()).hexdigest()[:16]
    edition = version and Edition(version, None, "2026-03-01T06:00:00Z")
    return replace(article, id=name, description=rules, edition=edition), ledger


def clean(pages, to, rules="first", **options):
    return clean_all(pages, to, partial(clean_by, rules), **options)


def told(to, since=0):
    return [parse_change(line.line) for line in read_changes(open_storage(str(to)), since)]


def kinds(changes):
    return Counter(change.change for change in changes)


def faults(to):
    """Yield what of a list does not fit the set: what it has told, taken together, must be the set."""
    place, state = open_storage(str(to)), {}
    changes = told(to)
    for change in changes:
        state[change.id, change.version] = None if change.change == "gone" else change
    if [change.seq for change in changes] != list(range(1, len(changes) + 1)):
        yield "not in order"
    finder = ChangedArticles(place)
    live = [change for change in state.values() if change is not None]
    stands = Counter(plain_of(entry.line)["id"] for entry in read_set(place) if isinstance(entry, Stored))
    if Counter(change.id for change in live) != stands:
        yield f"told {live}, stands {stands}"
    for change in live:
        line = finder.find(change)
        if line is None or json.loads(line)["id"] != change.id:
            yield f"not found: {change}"


@pytest.mark.parametrize("form", FORMS)
def test_what_is_new_cleaned_again_edited_or_gone_is_told_once(pages, tmp_path, form):
    out = tmp_path / "out"
    clean(pages, out, form=form, changes=True)
    assert kinds(told(out)) == {"new": 5}
    clean(pages, out, form=form)  # nothing is another article; the list that is there is gone on with
    assert len(told(out)) == 5
    clean(pages, out, "second", form=form)
    assert kinds(told(out, since=5)) == {"recleaned": 5}
    save(pages, 1, "The pier opened on Tuesday.")
    for path in pages.glob("*2-*"):
        path.unlink()
    for path in out.glob("*2-*"):
        path.unlink()
    save(pages, 7, "The pier opened on Wednesday.")
    clean(pages, out, "second", form=form)
    changes = told(out, since=10)
    assert kinds(changes) == {"edited": 1, "gone": 1, "new": 1}
    assert {change.change: change.url.rpartition("/")[2] for change in changes} == {
        "edited": "1",
        "gone": "2",
        "new": "7",
    }
    assert list(faults(out)) == []
    assert [entry for entry in check_set(str(out)) if hasattr(entry, "explanation")] == []


@pytest.mark.parametrize(("form", "update"), [("json", "stale"), ("jsonl", "changed")])
def test_a_set_that_is_brought_up_to_date_tells_only_what_was_not(pages, tmp_path, form, update):
    out = tmp_path / "out"
    clean(pages, out, form=form, changes=True)
    save(pages, 3, "The pier opened on Tuesday.")
    clean(pages, out, form=form, select=(None, (), update))
    assert kinds(told(out, since=5)) == {"edited": 1}
    assert list(faults(out)) == []


@pytest.mark.parametrize("form", ["json", "jsonl"])
def test_without_being_asked_for_there_is_no_list(pages, tmp_path, form):
    clean(pages, tmp_path / "out", form=form)
    assert not (tmp_path / "out" / "_changes.jsonl").exists()
    clean(pages, tmp_path / "out", form=form, changes=True)
    assert kinds(told(tmp_path / "out")) == {"new": 5}  # the list of a set tells all of it


@pytest.mark.parametrize("form", ["json", "jsonl"])
def test_several_articles_of_one_address_are_versions(pages, tmp_path, form):
    for name in ("a.html", "b.html"):
        (pages / name).write_bytes(html_page(name))
    out = tmp_path / "out"
    clean(pages, out, form=form, changes=True)
    assert Counter(change.version for change in told(out)) == {1: 6, 2: 1}
    assert list(faults(out)) == []
    clean(pages, out, "second", form=form)
    assert kinds(told(out, since=7)) == {"recleaned": 7}
    for folder in (pages, out):
        for path in folder.glob("b.*"):
            path.unlink()
    clean(pages, out, "second", form=form)
    assert [(change.change, change.version) for change in told(out, since=14)] == [("gone", 2)]
    assert list(faults(out)) == []


@pytest.mark.parametrize("form", ["json", "jsonl"])
def test_the_next_version_of_a_crawled_article_is_an_edit(pages, tmp_path, form):
    out = tmp_path / "out"
    for version, kind in ((1, "new"), (2, "edited")):
        clean_all(pages, out, partial(clean_by, "first", version=version), form=form, changes=True)
        changes = told(out)[5 * (version - 1) :]
        assert {(change.change, change.version) for change in changes} == {(kind, version)}
    clean_all(pages, out, partial(clean_by, "first", version=2), form=form)
    assert len(told(out)) == 10


def test_texts_have_no_list(pages, tmp_path):
    with pytest.raises(WrongUsageError):
        clean(pages, tmp_path / "out", form="text", changes=True)


def test_a_list_that_is_damaged_ends_the_run_and_is_named(pages, tmp_path):
    out = tmp_path / "out"
    clean(pages, out, changes=True)
    whole = (out / "_changes.jsonl").read_bytes()
    (out / "_changes.jsonl").write_bytes(whole.replace(b'{"seq":2', b'{"sEq":2'))
    with pytest.raises(StoreError, match=r"_changes.jsonl"):
        clean(pages, out)
    (out / "_changes.jsonl").write_bytes(whole)
    clean(pages, out)
    assert list(faults(out)) == []


# ── kills ─────────────────────────────────────────────────────────────────────────────────────

POINTS = {
    "before the manifest": (run, "finish_set", "before"),
    "when the manifest is written": (run, "finish_set", "after"),
    "when the old list is read": (change_report._Reported, "fill", "before"),
    "when some lines are written": (change_adding, "_pieces", "between"),
    "when all lines are written": (change_report, "add_changes", "after"),
}


class KilledError(BaseException):
    """As nothing that is written afterwards: what was is all that a kill would leave."""


def dying(where, name, when):
    real = getattr(where, name)

    def piece_by_piece(*arguments):
        for number, piece in enumerate(real(*arguments)):
            yield piece
            if number == 1:
                raise KilledError

    def work(*arguments):
        if when == "after":
            real(*arguments)
        raise KilledError

    return piece_by_piece if when == "between" else work


@pytest.mark.parametrize(("form", "anew"), [("json", True), ("jsonl", False)])
@pytest.mark.parametrize("point", POINTS)
def test_killed_at_any_point_the_list_tells_the_set(pages, tmp_path, monkeypatch, form, point, anew):
    out = tmp_path / "out"
    monkeypatch.setattr(change_adding, "_AT_ONCE", 2)
    clean(pages, out, form=form, changes=True)
    with monkeypatch.context() as patch:
        patch.setattr(POINTS[point][0], POINTS[point][1], dying(*POINTS[point]))
        with pytest.raises(KilledError):
            clean(pages, out, "second", form=form)
    clean(pages, out, "second", form=form, restart=anew)
    assert list(faults(out)) == []
    assert kinds(told(out)) == {"new": 5, "recleaned": 5}


def test_stopped_it_goes_on(pages, tmp_path, monkeypatch):
    out = tmp_path / "out"
    job = a_job(pages, out, changes=True)
    with Pool(job.effort) as pool:
        real = run.finish_set

        def stop(*arguments):
            real(*arguments)
            pool.drain()

        monkeypatch.setattr(run, "finish_set", stop)
        monkeypatch.setattr(change_report._Reported, "fill", lambda told, place: iter([None]))
        assert not run.run_job(job, partial(clean_by, "first"), Seen(), pool).is_whole
    monkeypatch.undo()
    clean(pages, out, changes=True)
    assert kinds(told(out)) == {"new": 5}
