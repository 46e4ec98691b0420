"""A run that is killed, stopped, or started twice: nothing is lost or done twice, and the output is the same."""

import json
import os
import signal
import sqlite3
import subprocess
import sys
import threading
import time
from contextlib import closing
from functools import partial
from pathlib import Path

import pytest
from standins import Seen, a_job, clean_all, clean_and_note, clean_simply, html_page

from harvester.errors import StoreError
from harvester.reclean.journal_file import JournalFile
from harvester.reclean.run import run_job
from harvester.store.datasets.layout import JOURNAL
from harvester.store.lock import LockedError, hold_lock
from harvester.workers.process_pool import Pool

PAGES = 60
PAGES_OF_A_SECOND = 100  # what is really cleaned meanwhile, so that a signal comes before the end


@pytest.fixture
def pages(tmp_path):
    folder = tmp_path / "pages"
    folder.mkdir()
    for number in range(PAGES):
        (folder / f"{number:03}.html").write_bytes(html_page(title=f"Pier {number}"))
    (folder / "007.html").write_bytes(b"<html></html>")
    return folder


def everything(folder):
    """Return all that stands in a folder, hidden files as well."""
    return {str(path.relative_to(folder)): path.read_bytes() for path in sorted(folder.rglob("*")) if path.is_file()}


@pytest.fixture
def marks(tmp_path):
    folder = tmp_path / "marks"
    folder.mkdir()
    return folder


def cleaned_twice(marks):
    return [path.name for path in marks.iterdir() if path.stat().st_size > 1]


@pytest.mark.parametrize("form", ["json", "jsonl"])
def test_a_run_that_was_stopped_goes_on_without_cleaning_a_page_again(pages, tmp_path, marks, form):
    job = a_job(pages, tmp_path / "out", form=form, jobs=2)
    seen = Seen()
    with Pool(job.effort) as pool:

        def stop_soon(unit, at, size):
            if seen.phases[-1] == "clean" and at == 5:
                pool.drain()

        seen.page = stop_soon
        assert not run_job(job, partial(clean_and_note, marks=marks), seen, pool).is_whole
    assert not (tmp_path / "out" / "_manifest.jsonl").exists()
    assert len(list(marks.iterdir())) < PAGES
    again = clean_all(pages, tmp_path / "out", partial(clean_and_note, marks=marks), form=form)
    assert again.words == ["An unfinished run of the same job stands here; it goes on where it was."]
    assert again.summary.is_whole
    assert cleaned_twice(marks) == []
    clean_all(pages, tmp_path / "fresh", form=form)
    assert everything(tmp_path / "out") == everything(tmp_path / "fresh")


def test_a_run_that_is_stopped_before_it_has_begun_is_gone_on_with(pages, tmp_path):
    job = a_job(pages, tmp_path / "out")
    with Pool(job.effort) as pool:
        pool.drain()
        assert not run_job(job, clean_simply, Seen(), pool).is_whole
    assert clean_all(pages, tmp_path / "out").summary.is_whole


def test_a_run_with_other_options_begins_anew(pages, tmp_path):
    job = a_job(pages, tmp_path / "out", form="jsonl")
    with Pool(job.effort) as pool:
        seen = Seen()
        seen.page = lambda unit, at, size: pool.drain()
        run_job(job, clean_simply, seen, pool)
    again = clean_all(pages, tmp_path / "out", form="json")
    assert again.words == ["An unfinished run with other inputs, options or rules stood here; this one begins anew."]
    clean_all(pages, tmp_path / "fresh", form="json")
    assert everything(tmp_path / "out") == everything(tmp_path / "fresh")


@pytest.mark.parametrize(
    "writer",
    ["DELETE FROM fact WHERE name = 'writer'", "UPDATE fact SET value = '0.0.1, journal 4' WHERE name = 'writer'"],
)
def test_a_run_of_another_version_begins_anew_and_the_user_reads_why(pages, tmp_path, writer):
    job = a_job(pages, tmp_path / "out")
    with Pool(job.effort) as pool:
        seen = Seen()
        seen.page = lambda unit, at, size: pool.drain()
        run_job(job, clean_simply, seen, pool)
    with closing(sqlite3.connect(tmp_path / "out" / ".harvester" / JOURNAL)) as file, file:
        file.execute("UPDATE fact SET value = 'another' WHERE name = 'job'")  # the version is a part of it
        file.execute(writer)
        file.execute("DROP TABLE stretch")  # another format has other tables
    again = clean_all(pages, tmp_path / "out")
    assert again.words == ["An unfinished run of another version of harvester stood here; this one begins anew."]
    clean_all(pages, tmp_path / "fresh")
    assert everything(tmp_path / "out") == everything(tmp_path / "fresh")


def test_a_run_can_be_told_to_begin_anew(pages, tmp_path):
    job = a_job(pages, tmp_path / "out")
    with Pool(job.effort) as pool:
        seen = Seen()
        seen.page = lambda unit, at, size: pool.drain()
        run_job(job, clean_simply, seen, pool)
    (pages / "new.html").write_bytes(html_page(title="New"))
    clean_all(pages, tmp_path / "out", restart=True)
    assert (tmp_path / "out" / "new.json").exists()


def test_a_damaged_journal_is_told_and_a_run_can_begin_anew(pages, tmp_path):
    work = tmp_path / "out" / ".harvester"
    work.mkdir(parents=True)
    (work / JOURNAL).write_bytes(b"no database" * 1000)
    with pytest.raises(StoreError, match=r"is damaged .*; begin anew with --restart"):
        clean_all(pages, tmp_path / "out")
    again = clean_all(pages, tmp_path / "out", restart=True)
    assert again.words == ["An unfinished run stood here; this one begins anew."]
    assert not work.exists()


def test_a_damaged_part_of_a_journal_is_damage_too(tmp_path):
    error = sqlite3.DatabaseError("database disk image is malformed")
    error.sqlite_errorcode = sqlite3.SQLITE_CORRUPT_INDEX
    with (
        closing(JournalFile(tmp_path / JOURNAL, "CREATE TABLE fact (name TEXT);")) as journal,
        pytest.raises(StoreError, match="is damaged"),
        journal._faults_named(),
    ):
        raise error


def test_a_second_run_into_the_same_place_is_refused_with_whose_it_is(pages, tmp_path):
    with (
        hold_lock(tmp_path / "out" / ".harvester" / "lock", "elsewhere, process 4711"),
        pytest.raises(LockedError, match="elsewhere, process 4711"),
    ):
        clean_all(pages, tmp_path / "out")


def test_a_row_that_a_crash_tore_is_done_again(pages, tmp_path):
    job = a_job(pages, tmp_path / "out", form="jsonl")
    with Pool(job.effort) as pool:
        seen = Seen()
        seen.page = lambda unit, at, size: pool.drain() if seen.phases[-1] == "clean" and at == 9 else None
        run_job(job, clean_simply, seen, pool)
    (partial,) = (tmp_path / "out" / ".harvester" / "partials").iterdir()
    whole = partial.read_bytes()
    partial.write_bytes(whole[:-7] + b"\0\0\0")
    clean_all(pages, tmp_path / "out", form="jsonl")
    clean_all(pages, tmp_path / "fresh", form="jsonl")
    assert everything(tmp_path / "out") == everything(tmp_path / "fresh")


RUN = """
import sys
from functools import partial
from pathlib import Path
sys.path[:0] = {tests!r}
from harvester.workers import killable_process
from standins import clean_all, clean_and_note
killable_process.WARM = "harvester.reclean.run"  # the stand-in needs nothing of what cleaning needs
if __name__ == "__main__":
    clean_all({pages!r}, {out!r}, partial(clean_and_note, marks=Path({marks!r})), form={form!r}, jobs=2)
"""


def a_script(tmp_path, form):
    folders = {"pages": str(tmp_path / "pages"), "out": str(tmp_path / "out"), "marks": str(tmp_path / "marks")}
    script = tmp_path / "run.py"
    script.write_text(RUN.format(tests=[str(folder) for folder in Path(__file__).parents[:2]], form=form, **folders))
    return script


@pytest.mark.parametrize(("form", "workers"), [("json", 2), ("jsonl", 1)])  # all pages are one unit of a set
def test_kill_9_at_any_page_loses_and_repeats_no_article(pages, tmp_path, marks, form, workers):
    for at in ("004", "021", "040"):
        (pages / f"{at}.html").write_bytes(html_page(title=f"Pier {int(at)}", text="WAIT"))
    script = a_script(tmp_path, form)
    for _ in range(3):
        process = subprocess.Popen([sys.executable, script], start_new_session=True)
        wait_until_held(tmp_path / "waiting", workers, process)
        os.killpg(process.pid, signal.SIGKILL)
        process.wait()
    (marks / "go").touch()
    last = clean_all(pages, tmp_path / "out", partial(clean_and_note, marks=marks), form=form, jobs=2)
    assert last.words == ["An unfinished run of the same job stands here; it goes on where it was."]
    again = [name for name in cleaned_twice(marks) if int(name.rpartition("-")[2]) not in (4, 21, 40)]
    assert again == [], "a page that was noted is never cleaned again"
    clean_all(pages, tmp_path / "fresh", form=form)
    assert everything(tmp_path / "out") == everything(tmp_path / "fresh")


def wait_until_held(waiting, workers, process):
    """Return when so many workers wait at a page, so that none is at another one; the next run's are counted anew."""
    while not waiting.exists() or len(held := list(waiting.iterdir())) < workers:
        assert process.poll() is None
        time.sleep(0.01)
    for path in held:
        path.unlink()


def test_workers_end_when_their_run_was_killed(pages, tmp_path, marks):
    (pages / "000.html").write_bytes(html_page(title="Pier 0", text="WAIT"))
    script = a_script(tmp_path, "json")
    process = subprocess.Popen([sys.executable, script])
    wait_until_held(tmp_path / "waiting", 1, process)
    process.kill()  # it alone: its workers hear nothing of it
    process.wait()
    (marks / "go").touch()
    clean_all(pages, tmp_path / "out")  # waits for the lock of the rows, which a dead worker gives back
    clean_all(pages, tmp_path / "fresh")
    assert everything(tmp_path / "out") == everything(tmp_path / "fresh")


@pytest.mark.parametrize("form", ["json", "jsonl"])
def test_a_full_disk_ends_the_run_which_goes_on_when_there_is_room(pages, tmp_path, form):
    blocked = tmp_path / "out" / ("030.json" if form == "json" else "articles-00000.jsonl")
    blocked.mkdir(parents=True)  # a folder in the way stands for what cannot be written
    with pytest.raises(StoreError):
        clean_all(pages, tmp_path / "out", form=form)
    blocked.rmdir()
    clean_all(pages, tmp_path / "out", form=form)
    clean_all(pages, tmp_path / "fresh", form=form)
    assert everything(tmp_path / "out") == everything(tmp_path / "fresh")


def test_what_a_kill_left_half_written_is_gone_at_the_end(pages, tmp_path):
    folders = [tmp_path / "out" / name for name in ("", "ab", "_ledgers", "_ledgers/ab")]
    for folder in folders:
        folder.mkdir(parents=True, exist_ok=True)
    torn = [folder / ".0123456789abcdef.part" for folder in folders]
    mine = tmp_path / "out" / ".notes.part"
    for path in (*torn, mine):
        path.write_bytes(b"half")
    clean_all(pages, tmp_path / "out")
    assert not any(path.exists() for path in torn)
    assert mine.exists()


def test_ctrl_c_finishes_the_page_and_exits_5(tmp_path):
    pages = tmp_path / "pages"
    pages.mkdir()
    text = "<p>" + "The pier opened on Monday, and the school band played until the rain began. " * 8 + "</p>"
    for number in range(PAGES_OF_A_SECOND):
        (pages / f"{number:03}.html").write_text(f"<html><body><h1>Pier {number}</h1>{text * 5}</body></html>")
    command = [sys.executable, "-m", "harvester", "clean", str(pages), "--to", str(tmp_path / "out"), "--jobs", "1"]
    process = subprocess.Popen(command, stdout=subprocess.PIPE, stderr=subprocess.PIPE)
    watcher = threading.Thread(target=interrupt_at_first_article, args=(process, tmp_path / "out"))
    watcher.start()
    _, errors = process.communicate()
    watcher.join()
    assert process.returncode == 5, errors
    assert b"Start the same command again" in errors
    before = {path.name: path.stat().st_mtime_ns for path in (tmp_path / "out").glob("*.json")}
    assert 0 < len(before) < PAGES_OF_A_SECOND
    assert subprocess.run(command, capture_output=True, check=False).returncode == 0
    after = {path.name: path.stat().st_mtime_ns for path in (tmp_path / "out").glob("*.json")}
    assert len(after) == PAGES_OF_A_SECOND
    assert {name: after[name] for name in before} == before, "what was written is not written again"
    head = json.loads((tmp_path / "out" / "_manifest.jsonl").read_text().splitlines()[0])
    assert head["articles"] == PAGES_OF_A_SECOND


def interrupt_at_first_article(process, folder):
    while process.poll() is None and not any(folder.glob("*.json")):
        time.sleep(0.01)
    process.send_signal(signal.SIGINT)
