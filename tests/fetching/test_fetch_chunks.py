"""A body in chunks of a few bytes costs as much a chunk as one of many: it leaves other hosts their time."""

import asyncio
import contextlib
import socket

import pytest

from harvester.errors import FetchError
from harvester.fetching import Limits, chunk_batches, fetch
from harvester.fetching.chunk_batches import SMALL_CHUNKS, batches

STORY = b"<!doctype html><title>Well</title><p>" + b"The village dug a second well. " * 40
ONE_BYTE_CHUNKS = b"1\r\nx\r\n" * 2_000


def get(server, limits):
    return fetch(server.url + "/story", limits=limits, allow_hosts={server.host})


def test_chunks_of_one_byte_end_at_the_deadline_which_says_so(serve):
    def crumble(connection: socket.socket, head: bytes) -> None:
        connection.sendall(b"HTTP/1.1 200 OK\r\nContent-Type: text/html\r\nTransfer-Encoding: chunked\r\n\r\n")
        while True:
            connection.sendall(ONE_BYTE_CHUNKS)

    with pytest.raises(FetchError) as caught:
        get(serve(crumble), Limits(total_s=0.5))
    assert caught.value.reason == "deadline"
    assert caught.value.explanation == "not done within 0.5 s: the body comes in chunks of 1 byte"


def test_a_body_of_small_chunks_that_is_not_long_comes_whole(serve):
    body = STORY[:1_200]
    chunked = b"".join(b"1\r\n%c\r\n" % byte for byte in body) + b"0\r\n\r\n"
    head = b"HTTP/1.1 200 OK\r\nContent-Type: text/html\r\nTransfer-Encoding: chunked\r\n\r\n"
    assert get(serve(head + chunked), Limits(total_s=30)).body == body


def taken_within(seconds, chunk):
    """Return how many chunks are taken of a body without an end."""
    taken = 0

    async def endless():
        nonlocal taken
        while True:
            taken += 1
            yield chunk
            await asyncio.sleep(0)

    async def take():
        with contextlib.suppress(TimeoutError):
            async with asyncio.timeout(seconds):
                async for _ in batches(endless()):
                    pass

    asyncio.run(take())
    return taken


@pytest.mark.parametrize("chunk", [b"x", b"", b"x" * 16])
def test_small_chunks_leave_the_event_loop_to_others(chunk):
    """Each costs as much as a long one: a peer that sends nothing else took three quarters of a run's time."""
    assert taken_within(0.35, chunk) <= 4 * SMALL_CHUNKS * 1.1


def test_long_chunks_never_wait(monkeypatch):
    rests = []

    async def sleep(seconds):
        rests.append(seconds)

    async def body():
        for _ in range(4 * SMALL_CHUNKS):
            yield bytes(1_024)

    async def take():
        return [len(batch) async for batch in batches(body())]

    monkeypatch.setattr(chunk_batches.asyncio, "sleep", sleep)
    assert sum(asyncio.run(take())) == 4 * SMALL_CHUNKS * 1_024
    assert rests == []
