"""A cluster writes what one process writes, whoever is lost. The scheduler and two workers are real, on loopback."""

import re
import signal
import socket
import sys
from dataclasses import replace
from itertools import chain, repeat
from operator import call
from pathlib import Path
from types import SimpleNamespace

import pytest
from click.testing import CliRunner
from cluster_cleaners import clean_nothing, clean_noting
from cluster_machines import wait_until

from harvester.cli import commands
from harvester.errors import ClusterError, ParserLimit
from harvester.reclean import cluster as module
from harvester.reclean import cluster_connection, cluster_worker
from harvester.reclean.cluster import Cluster
from harvester.reclean.cluster_worker import PlacedTask, ReadyTask, present_versions
from harvester.reclean.job import CleanJob, Output
from harvester.reclean.run import clean_saved, run_job
from harvester.reclean.unit_cleaner import CleanTask
from harvester.rules.site_rules import Sites
from harvester.workers.process_pool import Effort, Pool
from site_rules import site

distributed = pytest.importorskip("distributed")

PAGE = """<html><head><title>{name}</title><link rel=canonical href="https://pier.example/{name}"></head><body><article>
<h1>Pier {name}</h1>{text}<p>The newsletter of the pier comes every evening at six, and it costs you nothing at all.</p>
</article></body></html>"""
# All pages have one size, and three of them are a unit.
PAGE_BYTES = 920
HOLD = "<p>HOLD the line, said the captain of the ferry to the board.</p>"
FIRST = re.compile(r"\b0+\b")  # the name of the first page
STUCK = "<p>STUCK IN C</p>"


class Watch:
    """Keeps what it is told; calls a function when a unit has ended."""

    def __init__(self, then=lambda ended: None):
        self.pages, self.ended, self._then = [], [], then

    def begins(self, phase, sizes):
        pass

    def page(self, unit, at, size):
        self.pages.append((unit, at))

    def ends(self, unit, size, result):
        self.ended.append(unit)
        self._then(self.ended)

    def note(self, words):
        pass


@pytest.fixture
def pages(tmp_path, monkeypatch):
    """Make a folder of pages that share a paragraph; relative paths of this process must do."""
    monkeypatch.chdir(tmp_path)
    make_pages(tmp_path / "pages")


def make_pages(folder, count=12, said=()):
    folder.mkdir()
    for number in range(count):
        lines = (
            f"<p>On day {day} the ferry {number} left the pier at seven, as the harbour board had promised.</p>"
            for day in range(6)
        )
        text = "".join(lines) + dict(said).get(number, "")
        page = PAGE.format(name=f"{number:02d}", text=text)
        assert len(page) < PAGE_BYTES
        (folder / f"{number:02d}.html").write_text(page.ljust(PAGE_BYTES))


def a_job(to, form="json", limit_s=30.0):
    """Return a job of four units, where the form has parts."""
    return CleanJob(("pages",), Output(str(to), form), effort=Effort(limit_s=limit_s), part_bytes=3 * PAGE_BYTES)


def files_of(folder):
    found = (path for path in Path(folder).rglob("*") if path.is_file() and ".harvester" not in path.parts)
    return {str(path.relative_to(folder)): path.read_bytes() for path in found}


@pytest.mark.parametrize("form", ["json", "jsonl"])
def test_a_cluster_writes_what_one_process_writes(machines, pages, form):
    local, far = Watch(), Watch()
    rules = site('[[keep]]\ncss = "h1"', "pier.example")
    with Pool(Effort()) as pool:
        one = run_job(replace(a_job("one", form), sites=Sites({rules.host: rules})), clean_saved, local, pool)
    with Cluster(Effort(), address=machines.address) as cluster:
        many = run_job(replace(a_job("many", form), sites=Sites({rules.host: rules})), clean_saved, far, cluster)
    assert all(f"+{rules.digest}".encode() in body for name, body in files_of("many").items() if "manifest" not in name)
    assert files_of("many") == files_of("one")
    assert "_manifest.jsonl" in files_of("many")
    assert many == one
    assert many.total.articles == 12
    assert many.total.removed  # the memory of the site was learned there
    assert far.ended == local.ended
    assert set(far.pages) >= {(unit, at) for unit, at in local.pages if at < 3}


def test_a_page_that_hangs_in_c_is_killed_on_a_cluster(machines, tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    make_pages(tmp_path / "pages", 3, {1: STUCK})
    with Cluster(Effort(limit_s=0.5), address=machines.address) as cluster:
        found = run_job(a_job("out", limit_s=0.5), clean_nothing, Watch(), cluster)
    assert found.reasons == {"clean_timeout": 1, "not_article": 2}


def test_a_drained_run_goes_on_later(machines, tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    make_pages(tmp_path / "pages", 24, dict.fromkeys(range(6, 24), HOLD))

    def drain(ended):
        if ended == [0, 1]:  # two units are held, two wait for them, and two more are not given out yet
            cluster.drain()
            (machines.notes / "go").touch()

    with Cluster(Effort(), address=machines.address) as cluster:
        found = run_job(a_job("out", "jsonl"), clean_noting, (first := Watch(drain)), cluster)
    assert not found.is_whole
    with Pool(Effort()) as pool:
        assert run_job(a_job("out", "jsonl"), clean_saved, (rest := Watch()), pool).is_whole
        run_job(a_job("one", "jsonl"), clean_saved, Watch(), pool)
    assert files_of("out") == files_of("one")
    assert sorted(first.ended + rest.ended) == list(range(8))


def test_a_worker_with_another_version_is_refused_before_anything_is_cleaned(machines, monkeypatch):
    others = tuple((name, "0.0.9" if name == "harvester" else is_) for name, is_ in present_versions())
    monkeypatch.setattr(cluster_worker, "present_versions", lambda: others)
    with pytest.raises(ClusterError, match=r"worker tcp://127.*has harvester 0\.1\.0 and not 0\.0\.9") as raised:
        Cluster(Effort(), address=machines.address).__enter__()
    assert raised.value.reason == "bad_cluster"


def test_a_machine_without_the_files_of_the_run_says_so(tmp_path):
    task = PlacedTask(ReadyTask(), str(tmp_path), ("not there",), present_versions())
    with pytest.raises(ClusterError, match="does not see 'not there': inputs and output must be on a disk"):
        task.run(lambda at, name: None)


def test_a_lost_worker_costs_what_it_had_under_way_and_no_unit_that_has_ended(machines, tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    make_pages(tmp_path / "pages", said={7: HOLD})
    lost = []

    def kill(ended):
        if ended == [0, 1]:  # the third unit holds, so that no other one after it is told
            wait_until((machines.notes / "holder").exists)
            lost.append((machines.notes / "holder").read_text())
            machines.kill(lost[0])
            (machines.notes / "go").touch()

    with Cluster(Effort(), address=machines.address) as cluster:
        many = run_job(a_job("many", "jsonl"), clean_noting, Watch(kill), cluster)
    assert many.total.articles == 12
    # It may have ended the last unit before it began the third; that was told while this process waited for the kill.
    assert set(check_done_again(machines, lost[0])) - {"09", "10", "11"} == {"06", "07"}
    with Pool(Effort()) as pool:
        run_job(a_job("one", "jsonl"), clean_saved, Watch(), pool)
    assert files_of("many") == files_of("one")


def check_done_again(machines, lost):
    """Check that all pages were begun once by whom is lost, or is there; return those that were by both."""
    begun = machines.begun()
    for pages in begun.values():
        assert len(pages) == len(set(pages))
    assert len({page for pages in begun.values() for page in pages}) == 12
    return [page for name, pages in begun.items() if name != lost for page in pages if page in begun[lost]]


def lose_results(machines, cluster, monkeypatch):
    """Kill the worker of the first unit when that has ended and before its result is fetched; return its name, later.

    Until the cluster is asked what has ended, all that is cleaned again is held.
    """
    ended, lost = cluster._done, []

    def kill_first(sent):
        units = [future for future, one in sent.items() if isinstance(one.task, CleanTask)]
        if lost:
            (machines.notes / "go").touch()
        if lost or not units:
            return ended(sent)
        wait_until(lambda: all(future.status == "finished" for future in units[:2]))
        lost.extend(name for name, pages in machines.begun().items() if FIRST.search(" ".join(pages)))
        machines.kill(lost[0])
        wait_until(lambda: any(future.status == "lost" for future in units))
        return ended(sent)

    monkeypatch.setattr(cluster, "_done", kill_first)
    return lost


def test_results_that_are_lost_with_their_worker_are_made_again(machines, pages, monkeypatch):
    with Cluster(Effort(), address=machines.address) as cluster:
        lost = lose_results(machines, cluster, monkeypatch)
        many = run_job(a_job("many", "jsonl"), clean_noting, Watch(), cluster)
    assert many.is_whole
    assert many.total.articles == 12
    assert sorted(check_done_again(machines, lost[0])) == sorted(machines.begun()[lost[0]])
    with Pool(Effort()) as pool:
        run_job(a_job("one", "jsonl"), clean_saved, Watch(), pool)
    assert files_of("many") == files_of("one")


def test_a_cluster_without_workers_for_a_while_is_waited_for(machines, pages, monkeypatch):
    monkeypatch.setattr(module, "_COUNT_S", 0.0)
    with Cluster(Effort(), address=machines.address) as cluster:
        there = cluster._client.nthreads
        counts = chain(({}, {}), map(call, repeat(there)))
        monkeypatch.setattr(cluster._client, "nthreads", counts.__next__)
        found = run_job(a_job("out", "jsonl"), clean_saved, Watch(), cluster)
    assert found.is_whole
    assert found.total.articles == 12


def test_a_run_that_is_broken_off_does_not_wait_for_a_worker_that_hangs(machines, tmp_path, monkeypatch):
    monkeypatch.setattr(module, "_LEAVE_S", 0.2)
    monkeypatch.chdir(tmp_path)
    make_pages(tmp_path / "pages", 24, dict.fromkeys(range(3, 24), HOLD))  # the first unit ends, the others are held
    alive = machines.alive()

    def break_off(ended):
        wait_until((machines.notes / "holder").exists)
        for name in alive:
            machines.send(name, signal.SIGSTOP)
        raise KeyboardInterrupt

    try:
        with pytest.raises(KeyboardInterrupt), Cluster(Effort(), address=machines.address) as cluster:
            run_job(a_job("out", "jsonl"), clean_noting, Watch(break_off), cluster)
    finally:
        for name in alive:
            machines.send(name, signal.SIGCONT)
        (machines.notes / "go").touch()


def test_a_task_that_takes_its_workers_along_fails_and_the_run_goes_on():
    lost = distributed.KilledWorker("key", None, 3)
    future = SimpleNamespace(status="error", exception=lambda: lost)
    value, pages = Cluster(Effort(), address="127.0.0.1:1")._read(future, module._Sent(0, None, ReadyTask()))
    assert isinstance(value, ParserLimit)
    assert pages == ()


def test_a_scheduler_that_cannot_be_reached_is_named(monkeypatch):
    monkeypatch.setattr(module, "CONNECT_S", 0.3)
    monkeypatch.setattr(cluster_connection, "CONNECT_S", 0.3)
    with socket.create_server(("127.0.0.1", 0)) as silent:  # it takes connections, and says nothing
        address = f"127.0.0.1:{silent.getsockname()[1]}"
        with pytest.raises(ClusterError, match=f"scheduler {address}: does not answer") as raised:
            Cluster(Effort(), address=address).__enter__()
    assert raised.value.reason == "connect_error"


# ── the command ───────────────────────────────────────────────────────────────────────────────


def invoke(*arguments):
    return CliRunner().invoke(commands, ["clean", "pages", "--to", "out", *arguments])


def test_workers_starts_a_cluster_on_this_machine_and_ends_it(pages):
    result = invoke("--workers", "1")
    assert result.exit_code == 0, result.output
    assert result.stderr == ""
    assert len(files_of("out")) == 13


def test_workers_starts_as_many_as_it_says(pages, monkeypatch):
    class AskedError(Exception):
        pass

    def ask(**options):
        raise AskedError(options["n_workers"])

    monkeypatch.setattr(distributed, "LocalCluster", ask)
    asked = invoke("--workers", "3").exception
    assert isinstance(asked, AskedError)
    assert asked.args == (3,)


@pytest.mark.parametrize(
    "options",
    [
        ("--jobs", "2", "--workers", "2"),
        ("--workers", "2", "--scheduler", "dask://127.0.0.1:8786"),
        ("--scheduler", "tcp://127.0.0.1:8786"),
        ("--scheduler", "dask://127.0.0.1"),
        ("--scheduler", "dask://:8786"),
    ],
)
def test_options_that_do_not_go_together_are_wrong_usage(pages, options):
    assert invoke(*options).exit_code == 2
    assert not Path("out").exists()


def test_without_dask_the_command_says_how_to_install_it(pages, monkeypatch):
    monkeypatch.setitem(sys.modules, "distributed", None)
    result = invoke("--workers", "2")
    assert result.exit_code == 1
    assert "pip install 'article-harvester[dask]'" in result.stderr
