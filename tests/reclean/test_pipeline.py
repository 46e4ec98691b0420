"""Sites are learned and pages cleaned at once: the articles are those of pages that know their whole site, whatever the
order, and a kill at any point keeps what is done.
"""

import os
import signal
import subprocess
import sys
import time
from pathlib import Path

import pytest

from harvester.archive.discovery import each_input, find_inputs
from harvester.archive.inputs import Input
from harvester.archive.saved_page import read_saved
from harvester.cleaning import fingerprint_page
from harvester.reclean import journal as journal_module
from harvester.reclean import pipeline
from harvester.reclean.job import CleanJob, Output
from harvester.reclean.journal import Journal
from harvester.reclean.planning import UnitSize
from harvester.reclean.run import clean_saved, run_job
from harvester.site_memory import learn
from harvester.store.articles import article_json
from harvester.store.datasets.layout import JOURNAL
from harvester.workers.process_pool import Effort, Pool

HOSTS, PAGES = 4, 6  # of each
PAGE = """<html><head><link rel=canonical href="https://site{host}.example/{page}"></head><body><article>
<h1>What the {page} of town {host} will cost</h1>{text}<p>{pledge}</p></article></body></html>"""
PLEDGE = "The Post of town {0} has told the truth about its harbour since 1921, and its readers keep it afloat."


class Watch:
    """Hears of a run; a function may be called for each page."""

    def __init__(self, on_page=lambda phase: None):
        self.phases, self.ended, self.order, self._on_page = [], [], [], on_page

    def begins(self, phase, sizes):
        self.phases.append(phase)

    def page(self, unit, at, size):
        self.order.append(self.phases[-1])
        self._on_page(self.phases[-1])

    def ends(self, unit, size, result):
        self.ended.append(unit)

    def note(self, words):
        pass


def a_page(host, page):
    says = "".join(
        f"<p>On day {day} the {page} of town {host} was looked at by the board, and nobody said what was found.</p>"
        for day in range(page + 2, page + 6)
    )
    return PAGE.format(host=host, page=page, text=says, pledge=PLEDGE.format(host))


@pytest.fixture
def pages(tmp_path, order):
    """Pages of some sites, those of one side by side or spread over all."""
    folder = tmp_path / "pages"
    folder.mkdir()
    for host in range(HOSTS):
        for page in range(PAGES):
            name = f"{host}-{page}" if order == "together" else f"{page}-{host}"
            (folder / f"{name}.html").write_text(a_page(host, page))
    return folder


def a_job(pages, to, form="json"):
    """Return a job of units of two or three pages."""
    size = max(path.stat().st_size for path in pages.iterdir())
    return CleanJob((str(pages),), Output(str(to), form), part_bytes=2 * size)


def run(pages, to, form="json", watch=None, drain_at=None):
    """Run a job in one process; `drain_at`: end it at this many pages of a phase."""
    job = a_job(pages, to, form)
    with Pool(Effort()) as pool:
        seen = watch or Watch()
        if drain_at is not None:
            phase, pages_left = drain_at

            def count_down(now):
                nonlocal pages_left
                pages_left -= now == phase
                if pages_left <= 0:
                    pool.drain()

            seen = Watch(count_down)
        return run_job(job, clean_saved, seen, pool), seen


def everything(folder):
    found = (path for path in sorted(Path(folder).rglob("*")) if path.is_file())
    return {str(path.relative_to(folder)): path.read_bytes() for path in found}


def expected(pages, order):
    """Return the article of each page as the library cleans it, with the memory of all pages of its site."""
    saved = {source.path.stem: read_saved(source) for source in find_inputs([str(pages)])}
    hosts = {stem: stem.split("-")[order == "mixed"] for stem in saved}
    fingerprints = {stem: fingerprint_page(one.page) for stem, one in saved.items()}
    memories = {
        host: learn(f"site{host}.example", [fingerprints[stem] for stem in saved if hosts[stem] == host])
        for host in set(hosts.values())
    }
    return {stem: article_json(clean_saved(one, memories[hosts[stem]])[0]) for stem, one in saved.items()}


@pytest.mark.parametrize(("order", "parts"), [("together", 1), ("together", 24), ("mixed", 1), ("mixed", 24)])
def test_each_article_is_that_of_a_page_which_knows_its_whole_site(pages, tmp_path, monkeypatch, order, parts):
    """However many parts of the sites are learned one after the other."""
    monkeypatch.setattr(pipeline, "_PARTS", parts)
    monkeypatch.setattr(pipeline, "_LEAST_PAGES", 1)
    summary, seen = run(pages, tmp_path / "out")
    assert summary.total.articles == HOSTS * PAGES
    written = {path.stem: path.read_bytes() for path in (tmp_path / "out").glob("*-*.json")}
    assert written == expected(pages, order)
    assert not any(b"has told the truth" in line for line in written.values())
    assert seen.ended == sorted(seen.ended)


@pytest.mark.parametrize("order", ["together"])  # mixed, the last file may change the first article
def test_the_first_articles_do_not_wait_for_the_last_sites(pages, tmp_path):
    at_first = []

    class First(Watch):
        def ends(self, unit, size, result):
            with Journal(tmp_path / "out" / ".harvester" / JOURNAL) as journal:
                at_first.append(journal.sites.is_complete())

    run(pages, tmp_path / "out", watch=First())
    assert not at_first[0]
    assert at_first[-1]


POINTS = [("look", 9), ("learn", 4), ("clean", 9)]
FORMS = [("mixed", "json"), ("together", "jsonl"), ("together", "text"), ("mixed", "markdown"), ("mixed", "parquet")]


@pytest.mark.parametrize(("order", "form"), FORMS)
def test_a_run_that_is_stopped_in_each_phase_writes_what_a_quiet_one_does(pages, tmp_path, form):
    if form == "parquet":
        pytest.importorskip("pyarrow")
    for point in POINTS:
        run(pages, tmp_path / "stopped", form, drain_at=point)
    assert run(pages, tmp_path / "stopped", form)[0].is_whole
    run(pages, tmp_path / "quiet", form)
    assert everything(tmp_path / "stopped") == everything(tmp_path / "quiet")


# ── kills ─────────────────────────────────────────────────────────────────────────────────────

RUN = """
import os, sys, time
from pathlib import Path
sys.path.insert(0, {tests!r})
import test_pipeline

def wait(phase):
    if phase == {phase!r}:
        Path({there!r}).touch()
        time.sleep(600)

if __name__ == "__main__":
    test_pipeline.run(Path({pages!r}), {out!r}, {form!r}, watch=test_pipeline.Watch(wait))
"""


@pytest.mark.parametrize(("order", "form"), [("mixed", "jsonl")])
def test_kill_9_before_the_first_article_costs_nothing(pages, tmp_path, form):
    for phase in ("look", "learn"):
        kill_in(phase, pages, tmp_path, form)
    assert run(pages, tmp_path / "out", form)[0].is_whole
    run(pages, tmp_path / "quiet", form)
    assert everything(tmp_path / "out") == everything(tmp_path / "quiet")


def kill_in(phase, pages, tmp_path, form):
    there = tmp_path / f"{phase}-reached"
    places = {"pages": str(pages), "out": str(tmp_path / "out"), "there": str(there)}
    script = tmp_path / "run.py"
    script.write_text(RUN.format(tests=str(Path(__file__).parent), phase=phase, form=form, **places))
    process = subprocess.Popen([sys.executable, script], start_new_session=True)
    while not there.exists():
        assert process.poll() is None, "it ended before it came there"
        time.sleep(0.02)
    os.killpg(process.pid, signal.SIGKILL)
    process.wait()


class KilledError(BaseException):
    """Stands for a kill while files are listed."""


@pytest.mark.parametrize("order", ["together"])
@pytest.mark.parametrize("at", [0, 1, 7, 20, 23])
def test_a_kill_while_files_are_listed_keeps_what_is_listed(pages, tmp_path, monkeypatch, at):
    monkeypatch.setattr(journal_module, "_KEEP_EACH", 3)
    found = list(each_input((str(pages),)))
    found.insert(8, Input("some.warc", tmp_path / "some.warc", "warc"))
    cut = UnitSize(2**20, 2)

    def broken_off():
        yield from found[:at]
        raise KilledError

    with Journal(tmp_path / "quiet.sqlite") as quiet:
        quiet.plan(found, cut)
        wanted = list(quiet.unsurveyed())
    with Journal(tmp_path / "killed.sqlite") as journal:
        with pytest.raises(KilledError):
            journal.plan(broken_off(), cut)
        kept = sum(len(what) if isinstance(what, tuple) else 1 for _, what in journal.unsurveyed())
        assert at - 5 <= kept <= at
    with Journal(tmp_path / "killed.sqlite") as journal:
        journal.plan(found, cut)
        assert list(journal.unsurveyed()) == wanted
        journal.plan([Input("new.html", tmp_path / "new.html", "html", None)], cut)  # listed: nothing comes later
        assert list(journal.unsurveyed()) == wanted
