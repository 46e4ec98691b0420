"""Worker processes: what overruns or dies costs its own page, and nothing else waits."""

import asyncio
import os
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
