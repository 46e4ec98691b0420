"""Processes that read pages: what overruns or dies costs its own page, nobody else waits, none outlives its run."""

import asyncio
import os
import re
import signal
import subprocess
import sys
import time
import tracemalloc
from dataclasses import dataclass
from hashlib import sha256
from importlib import import_module
from multiprocessing.context import ForkServerProcess
from pathlib import Path

import pytest

from harvester.errors import InternalError, ParserLimit, StoreError
from harvester.workers.killable_process import Guards, start
from harvester.workers.page_readers import Readers
from harvester.workers.process_pool import Effort, Pool


def read(task):
    """Do what the task says, in a worker."""
    match task:
        case "hang":
            while True:
                pass
        case "die":
            os._exit(9)
        case "recurse":
            return read_deeper(0)
        case "eat":
            return len(bytearray(1024**3))
        case "stumble":
            raise KeyError("no such key")
        case bytes():
            return sha256(task).hexdigest()
        case ("load", name):
            return loading_fails(name)
        case ("die at first", folder, times):
            return die_at_first(Path(folder), times)
        case _:
            return f"{task}!"


def loading_fails(name):
    sys.modules.pop(name, None)  # what runs the tests may have loaded it, with this module
    with pytest.raises(ModuleNotFoundError) as failed:
        import_module(name)
    return failed.value.name, str(failed.value)


def read_deeper(depth):
    return read_deeper(depth + 1)


def die_at_first(folder, times):
    """Be killed as often as said, each time in another process; then give the page."""
    tries = len(list(folder.iterdir()))
    (folder / str(tries)).touch()
    if tries < times:
        os.kill(os.getpid(), signal.SIGKILL)
    return "read"


@pytest.fixture
def readers():
    pool = Readers(read, 1, Guards(0.5, 512 * 1024**2))
    yield pool
    pool.close()


def test_a_long_body_is_handed_over_whole_and_without_a_copy(readers):
    """While fifty megabytes are copied, the event loop stands still."""
    body = os.urandom(1024) * 20 * 1024

    async def work():
        await readers.read("warm")
        tracemalloc.start()
        try:
            return await readers.read(body), tracemalloc.get_traced_memory()[1]
        finally:
            tracemalloc.stop()

    digest, peak_bytes = asyncio.run(work())
    assert digest == sha256(body).hexdigest()
    assert peak_bytes < len(body) / 4


def test_no_worker_loads_pandas_which_pyarrow_would_where_it_is_installed(readers):
    assert asyncio.run(readers.read(("load", "pandas"))) == ("pandas", "is not loaded in a worker process")


@pytest.mark.parametrize("error", [EOFError(), ConnectionResetError("reset")], ids=["mid-way", "at once"])
def test_a_killed_server_of_processes_is_no_fault_of_a_page(readers, monkeypatch, error):
    begin, failures = ForkServerProcess._Popen, [error, error]

    def killed_at_first(process):
        if failures:
            raise failures.pop()
        return begin(process)

    monkeypatch.setattr(ForkServerProcess, "_Popen", staticmethod(killed_at_first))
    assert asyncio.run(readers.read("page")) == "page!"
    assert not failures


def test_a_hanging_page_is_killed_and_the_next_ones_are_read(readers):
    async def work():
        await readers.read("warm")  # starting a process is not what is measured
        return await asyncio.gather(readers.read("hang"), readers.read("a"), readers.read("b"))

    hung, *others = asyncio.run(work())
    assert isinstance(hung, ParserLimit)
    assert hung.reason == "clean_timeout"
    assert others == ["a!", "b!"]


def test_the_loop_goes_on_while_a_worker_hangs(readers):
    async def work():
        await readers.read("warm")
        hanging = asyncio.create_task(readers.read("hang"))
        longest = 0.0
        while not hanging.done():
            before = time.monotonic()
            await asyncio.sleep(0.01)
            longest = max(longest, time.monotonic() - before)
        return longest

    assert asyncio.run(work()) < 0.4  # less than the limit: nobody waited for the worker


@pytest.mark.parametrize("task", ["die", "recurse", "eat"])
def test_a_worker_that_dies_or_has_no_memory_left_costs_one_page(readers, task):
    async def work():
        return await asyncio.gather(readers.read(task), readers.read("next"))

    failed, following = asyncio.run(work())
    assert isinstance(failed, ParserLimit)
    assert failed.reason == "parser_limit"
    assert following == "next!"


def test_what_nobody_foresaw_is_the_outcome_of_its_page_and_its_process_lives_on(readers):
    async def work():
        return [await readers.read(task) for task in ("stumble", "next")]

    failed, following = asyncio.run(work())
    assert isinstance(failed, InternalError)
    assert "no such key" in failed.explanation
    assert "KeyError" in failed.trace
    assert following == "next!"


@pytest.mark.parametrize(("kills", "result"), [(1, "read"), (2, "read"), (3, "parser_limit")])
def test_a_page_whose_reader_is_killed_gets_two_more_tries_before_it_is_blamed(readers, tmp_path, kills, result):
    found = asyncio.run(readers.read(("die at first", str(tmp_path), kills)))
    assert result in (found, getattr(found, "reason", None))
    assert len(list(tmp_path.iterdir())) == min(kills + 1, 3)


def refusing(times):
    """Return what starts processes as `start` does, after it had no room for so many."""
    left = [times]

    def begin(*given):
        left[0] -= 1
        if left[0] >= 0:
            raise BlockingIOError(11, "Resource temporarily unavailable")
        return start(*given)

    return begin


@pytest.fixture
def _at_once(monkeypatch):
    monkeypatch.setattr("harvester.workers.killable_process.WAIT_S", 0)


@pytest.mark.usefixtures("_at_once")
def test_a_process_that_cannot_be_started_is_no_fault_of_the_page(monkeypatch):
    pool = Readers(read, 1)
    monkeypatch.setattr("harvester.workers.page_readers.start", refusing(20))
    with pytest.raises(StoreError, match=r"this machine: has no room for one more process .*\(\[Errno 11\]"):
        asyncio.run(pool.read("a"))
    assert asyncio.run(pool.read("b")) == "b!"
    pool.close()  # and does not wait for ever


@pytest.mark.usefixtures("_at_once")
def test_a_machine_without_room_for_a_moment_costs_nothing(monkeypatch):
    pool = Readers(read, 1)
    monkeypatch.setattr("harvester.workers.page_readers.start", refusing(19))
    assert asyncio.run(pool.read("a")) == "a!"
    pool.close()


@pytest.mark.usefixtures("_at_once")
def test_a_run_goes_on_with_the_processes_that_it_has(monkeypatch):
    async def both():
        return await asyncio.gather(pool.read("b"), pool.read("c"))

    pool = Readers(read, 2)
    assert asyncio.run(pool.read("a")) == "a!"
    monkeypatch.setattr("harvester.workers.page_readers.start", refusing(1_000_000))
    assert asyncio.run(both()) == ["b!", "c!"]
    pool.close()


def test_nothing_is_started_for_a_run_that_is_over_while_it_waits_for_room(monkeypatch):
    pool = Readers(read, 1)
    tries = []

    def refuse(*_):
        tries.append(1)
        pool._closed.set()
        raise BlockingIOError(11, "Resource temporarily unavailable")

    monkeypatch.setattr("harvester.workers.page_readers.start", refuse)
    failed = asyncio.run(pool.read("a"))
    assert (failed.explanation, len(tries)) == ("the run is over; skipped", 1)
    pool.close()


@dataclass(frozen=True)
class Told:
    """A task that says what it was told."""

    words: str

    def run(self, _begin_page):
        return self.words

    def without(self, _at, _error):
        return self


def done(pool, *words):
    return dict(pool.each((word, Told(word)) for word in words))


@pytest.mark.usefixtures("_at_once")
@pytest.mark.parametrize(("refusals", "is_room"), [(19, True), (20, False)])
def test_a_bulk_run_waits_for_room_for_a_moment(monkeypatch, refusals, is_room):
    monkeypatch.setattr("harvester.workers.process_pool.start", refusing(refusals))
    with Pool(Effort(2)) as pool:
        if is_room:
            assert done(pool, "a", "b") == {"a": "a", "b": "b"}
        else:
            with pytest.raises(StoreError, match="this machine: has no room for one more process"):
                done(pool, "a", "b")


def test_a_bulk_run_goes_on_with_the_processes_that_it_has(monkeypatch):
    with Pool(Effort(2)) as pool:
        assert done(pool, "a") == {"a": "a"}
        monkeypatch.setattr("harvester.workers.process_pool.start", refusing(1_000_000))
        assert done(pool, "b", "c", "d") == {"b": "b", "c": "c", "d": "d"}


def test_closing_waits_for_no_page(readers):
    async def work():
        await readers.read("warm")
        hanging = asyncio.create_task(readers.read("hang"))
        await asyncio.sleep(0.05)
        readers.close()
        return await hanging

    assert isinstance(asyncio.run(work()), ParserLimit)


# Ctrl-C goes to every process of a terminal, again and again here, while the first worker begins.
CTRL_C_TO_ALL = """
import asyncio, os, signal, threading, time
from harvester.workers.page_readers import Readers
from harvester.workers.process_pool import Effort, Pool

def press(done):
    while not done.wait(0.01):
        os.killpg(0, signal.SIGINT)

if __name__ == "__main__":
    signal.signal(signal.SIGINT, lambda *_: None)
    pool, done = Readers(str.upper, 1), threading.Event()
    threading.Thread(target=press, args=(done,)).start()
    print(asyncio.run(pool.read("read")))
    done.set()
    pool.close()
"""


def test_ctrl_c_ends_no_worker_not_even_one_that_just_begins(tmp_path):
    script = tmp_path / "script.py"
    script.write_text(CTRL_C_TO_ALL)
    command = [sys.executable, str(script)]
    run = subprocess.run(command, capture_output=True, text=True, timeout=60, start_new_session=True, check=False)
    assert (run.stdout, run.stderr) == ("READ\n", "")


# A page that holds the interpreter: no thread of the process runs, not the one that looks for the parent either.
ORPHAN = """
import os, re

def read(task):
    if task == "pid":
        return os.getpid()
    while task == "spin":
        pass
    return re.match(r"(a+)+$", "a" * 60 + "b")
"""
PARENT = """
import asyncio, sys
from orphan import read
from harvester.workers.killable_process import Guards, start
from harvester.workers.page_readers import Readers
from harvester.workers.process_pool import Effort, Pool

async def work(pool):
    print(await pool.read("pid"), flush=True)
    await pool.read(sys.argv[1])

if __name__ == "__main__":
    asyncio.run(work(Readers(read, 1, Guards(0.5))))
"""


@pytest.mark.parametrize("task", ["spin", "stuck in C"])
def test_no_reader_outlives_a_parent_that_is_killed(tmp_path, task):
    script = tmp_path / "script.py"
    script.write_text(PARENT)
    (tmp_path / "orphan.py").write_text(ORPHAN)
    with subprocess.Popen([sys.executable, str(script), task], stdout=subprocess.PIPE, text=True) as parent:
        number = int(re.fullmatch(r"(\d+)\n", parent.stdout.readline())[1])
        parent.kill()
    deadline = time.monotonic() + 60
    while is_running(number) and time.monotonic() < deadline:
        time.sleep(0.02)
    assert not is_running(number)


def is_running(number):
    """Return whether a process runs; one that has ended and that nobody asked for does not."""
    try:
        state = Path(f"/proc/{number}/stat").read_text().rpartition(")")[2].split()[0]
    except (FileNotFoundError, ProcessLookupError):
        return False
    return state != "Z"
