"""`harvester.clean_many`: what `harvester clean` does, as an iterator of outcomes."""

import subprocess
import sys
from pathlib import Path

import pytest
from pool_tasks import Environment, NoThread

import harvester
from harvester import InputError, NoArticle, StoreError, UsageError
from harvester.store.datasets.dataset_reader import Stored, read_set
from harvester.store.datasets.validation import Fault, check_set
from harvester.store.lock import LockedError, hold_lock
from harvester.workers.process_pool import Effort, Pool

TEXT = "<p>On day {n} the ferry left the pier of {name} at seven, as the board had promised in spring.</p>"


def page(name):
    return f"<html><h1>{name}</h1><article>{''.join(TEXT.format(n=n, name=name) for n in range(9))}</article>"


@pytest.fixture
def pages(tmp_path):
    folder = tmp_path / "pages"
    folder.mkdir()
    for number in range(30):
        (folder / f"{number:02}.html").write_text(page(f"Pier {number}"), encoding="utf-8")
    (folder / "empty.html").write_bytes(b"")
    (folder / "menu.html").write_bytes(b"<html><body>menu only</body></html>")
    return folder


@pytest.fixture(scope="module")
def one(tmp_path_factory):
    path = tmp_path_factory.mktemp("one") / "a.html"
    path.write_text(page("Norhaven"), encoding="utf-8")
    return path


def test_each_page_is_an_outcome_and_its_article_stands_in_the_set(pages, tmp_path):
    outcomes = list(harvester.clean_many(pages, tmp_path / "out", jobs=2))
    articles = [one for one in outcomes if one.article]
    assert [one.article.title for one in articles] == [f"Pier {number}" for number in range(30)]
    assert [one.file for one in articles] == [f"{number:02}.json" for number in range(30)]
    assert [(type(one.error), Path(one.subject).name, one.reason) for one in outcomes if one.error] == [
        (InputError, "empty.html", "empty_input"),
        (NoArticle, "menu.html", "not_article"),
    ]
    assert not [found for found in check_set(tmp_path / "out") if isinstance(found, Fault)]
    again = list(harvester.clean_many(pages, tmp_path / "out", jobs=1, stale=True))
    assert [one.article for one in again] == [one.article for one in outcomes]


def test_without_a_place_nothing_is_kept(one, tmp_path, monkeypatch):
    monkeypatch.setattr("tempfile.tempdir", str(tmp_path))
    (outcome,) = harvester.clean_many([one], jobs=1)
    assert (outcome.article.title, outcome.file, outcome.reason) == ("Norhaven", None, "ok")
    assert outcome.subject == outcome.article.id
    assert list(tmp_path.glob("harvester-*")) == []


def test_a_run_that_was_closed_goes_on_and_none_is_lost(pages, tmp_path):
    outcomes = harvester.clean_many(pages, tmp_path / "out", form="jsonl", jobs=1)
    next(outcomes)
    outcomes.close()
    list(harvester.clean_many(pages, tmp_path / "out", form="jsonl", jobs=1))
    assert sum(isinstance(entry, Stored) for entry in read_set(tmp_path / "out")) == 30
    assert not [found for found in check_set(tmp_path / "out") if isinstance(found, Fault)]


def test_a_script_without_a_guard_runs_once(one, tmp_path):
    script = tmp_path / "script.py"
    script.write_text(
        "import sys, harvester\nprint('begun')\n"
        "for one in harvester.clean_many(sys.argv[1], jobs=1): print(one.article.title)\n"
    )
    run = subprocess.run([sys.executable, script, one], capture_output=True, text=True, check=False)
    assert (run.stdout, run.stderr) == ("begun\nNorhaven\n", "")


@pytest.mark.parametrize(
    ("inputs", "options", "error", "words"),
    [
        ("none.html", {}, UsageError, "does not exist"),
        ("https://example.org/story", {}, UsageError, "`harvester read` prints the article of a URL"),
        ([], {}, UsageError, "no page among the arguments"),
        ("-", {}, UsageError, "standard input"),
        (b"<html>", {}, TypeError, "bytes is no path"),
        (None, {}, TypeError, "None names no saved pages"),
        ([harvester.Page(None, b"")], {}, TypeError, "pass a page to harvester.clean"),
        (".", {"form": "text", "to": "out"}, UsageError, "no format of a set"),
        (".", {"form": "json"}, UsageError, "name one"),
        (".", {"stale": True}, UsageError, "name one"),
        (".", {"page_types": ["poem"]}, UsageError, "no types of page"),
        (".", {"to": "ftp://a/b"}, UsageError, "no place"),
        ("", {"to": "out"}, UsageError, "an empty text is no path"),
        (".", {"to": ""}, UsageError, "an empty text is no path: pass a folder"),
        (".", {"to": b"out"}, TypeError, "bytes is no path: pass a folder"),
        (".", {"jobs": -1}, UsageError, "jobs=-1: pass 1 or more"),
        (".", {"jobs": 0}, UsageError, "jobs=0: pass 1 or more"),
        (".", {"jobs": "2"}, TypeError, "jobs='2' is no whole number"),
        (".", {"jobs": True}, TypeError, "jobs=True is no whole number"),
    ],
)
def test_a_wrong_call_is_told(inputs, options, error, words, tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    with pytest.raises(error, match=words):
        next(harvester.clean_many(inputs, **{"jobs": 1} | options))
    assert list(tmp_path.iterdir()) == []


def test_another_run_that_writes_there_is_left_alone(one, tmp_path):
    with hold_lock(tmp_path / "out" / ".harvester" / "lock", "somebody"), pytest.raises(LockedError):
        next(harvester.clean_many(one, tmp_path / "out", jobs=1))


def test_a_run_has_the_environment_of_its_time(one, tmp_path, monkeypatch):
    list(harvester.clean_many(one, jobs=1))  # the server of processes runs from now on
    monkeypatch.setenv("HARVESTER_TEST", "later")
    with Pool(Effort(1)) as pool:
        assert [found for _, found in pool.each([(None, Environment())])] == ["later"]


def test_a_task_for_which_there_is_no_thread_says_so_and_is_no_fault_of_ours():
    with Pool(Effort(1)) as pool:
        ((_, found),) = pool.each([(None, NoThread())])
    assert isinstance(found, StoreError)
    assert "no room for one more process or thread" in found.explanation
