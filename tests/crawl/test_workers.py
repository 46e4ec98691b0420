"""Worker processes: what overruns or dies costs its own page, and nothing else waits."""

import asyncio
import os
import subprocess
import sys
import time

import pytest

from harvester.crawl.workers import Workers
from harvester.errors import ParserLimit


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
        case _:
            return f"{task}!"


def read_deeper(depth):
    return read_deeper(depth + 1)


@pytest.fixture
def workers():
    pool = Workers(read, 1, limit_s=0.5)
    yield pool
    pool.close()


def test_a_hanging_page_is_killed_and_the_next_ones_are_read(workers):
    async def work():
        await workers.read("warm")  # starting a process is not what is measured
        began = time.monotonic()
        results = await asyncio.gather(workers.read("hang"), workers.read("a"), workers.read("b"))
        return results, time.monotonic() - began

    (hung, *others), seconds = asyncio.run(work())
    assert isinstance(hung, ParserLimit)
    assert hung.reason == "clean_timeout"
    assert others == ["a!", "b!"]
    assert seconds < 30


def test_the_loop_goes_on_while_a_worker_hangs(workers):
    async def work():
        await workers.read("warm")
        hanging = asyncio.create_task(workers.read("hang"))
        longest = 0.0
        while not hanging.done():
            before = time.monotonic()
            await asyncio.sleep(0.01)
            longest = max(longest, time.monotonic() - before)
        return longest

    assert asyncio.run(work()) < 0.4  # less than the limit: nobody waited for the worker


@pytest.mark.parametrize("task", ["die", "recurse"])
def test_a_worker_that_dies_or_has_no_memory_left_costs_one_page(workers, task):
    async def work():
        return await asyncio.gather(workers.read(task), workers.read("next"))

    failed, following = asyncio.run(work())
    assert isinstance(failed, ParserLimit)
    assert failed.reason == "parser_limit"
    assert following == "next!"


def test_a_process_that_cannot_be_started_costs_one_page_and_no_end(monkeypatch):
    def refuse(_read):
        raise BlockingIOError(11, "Resource temporarily unavailable")

    pool = Workers(read, 1)
    with monkeypatch.context() as patch:
        patch.setattr("harvester.crawl.workers._Worker", refuse)
        failed = asyncio.run(pool.read("a"))
    assert isinstance(failed, ParserLimit)
    assert "no reader could be started" in failed.explanation
    assert asyncio.run(pool.read("b")) == "b!"
    pool.close()  # and does not wait for ever


# Ctrl-C goes to every process of a terminal, again and again here, while the first worker begins.
CTRL_C_TO_ALL = """
import asyncio, os, signal, threading, time
from harvester.crawl.workers import Workers

def press(done):
    while not done.wait(0.01):
        os.killpg(0, signal.SIGINT)

if __name__ == "__main__":
    signal.signal(signal.SIGINT, lambda *_: None)
    pool, done = Workers(str.upper, 1), threading.Event()
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
