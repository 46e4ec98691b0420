"""Connections are kept by origin, closed when nobody needs them, and never used after they died."""

import asyncio
import contextlib

import pytest

from harvester.fetching import connection_pool
from harvester.fetching.client import Fetcher
from harvester.fetching.http_verdict import FetchFailure, first_step
from harvester.models import Page

PAGE = b"HTTP/1.1 200 OK\r\nContent-Type: text/html\r\nContent-Length: 4\r\n\r\n<p>x"


class Server:
    """Counts its connections; `answers` is what it sends for each request, b"" closes the connection."""

    def __init__(self, answer=PAGE):
        self.answer = answer
        self.opened = 0
        self.open = 0

    async def talk(self, reader, writer):
        self.opened += 1
        self.open += 1
        with contextlib.suppress(ConnectionError, asyncio.IncompleteReadError):
            while await reader.readuntil(b"\r\n\r\n"):
                writer.write(self.answer)
                await writer.drain()
                if b"Connection: close" in self.answer:
                    break
        writer.close()
        with contextlib.suppress(ConnectionError):
            await writer.wait_closed()
        self.open -= 1


def ask(server, hosts, requests_each):
    """Return the answers and how many connections were kept at the end."""

    async def loopback(_host, _port):
        return ("127.0.0.1",)

    async def work():
        listener = await asyncio.start_server(server.talk, "127.0.0.1", 0)
        port = listener.sockets[0].getsockname()[1]
        names = [f"{name}.example:{port}" for name in hosts]
        async with Fetcher(allow_hosts=names, resolve=loopback) as fetcher:
            answers = [
                await fetcher.ask(first_step(f"http://{name}/{number}"))
                for number in range(requests_each)
                for name in names
            ]
            still_open = len(fetcher._transport._pool._idle)
        listener.close()
        while server.open:  # the fetcher is gone: each of its connections ends
            await asyncio.sleep(0.005)
        return answers, still_open

    return asyncio.run(work())


def test_requests_to_one_host_share_a_connection():
    server = Server()
    answers, still_open = ask(server, ["a", "b"], 3)
    assert all(isinstance(answer, Page) for answer in answers)
    assert (server.opened, still_open) == (2, 2)


def test_a_connection_that_the_server_closed_is_replaced():
    server = Server(PAGE.replace(b"\r\n\r\n", b"\r\nConnection: close\r\n\r\n"))
    answers, still_open = ask(server, ["a"], 3)
    assert all(isinstance(answer, Page) for answer in answers)
    assert (server.opened, still_open) == (3, 0)


def test_no_more_connections_are_kept_than_the_limit(monkeypatch):
    monkeypatch.setattr(connection_pool, "MAX_IDLE", 2)
    server = Server()
    _, still_open = ask(server, ["a", "b", "c", "d"], 2)
    assert still_open == 2


@pytest.mark.parametrize("head", [b"HTTP/1.1 304 -\r\n\r\n", b"HTTP/1.1 404 -\r\nContent-Length: 0\r\n\r\n"])
def test_an_answer_without_a_body_leaves_the_connection_usable(head):
    server = Server(head)
    answers, _ = ask(server, ["a"], 3)
    assert all(isinstance(answer, FetchFailure) for answer in answers)
    assert server.opened == 1


def test_a_body_that_is_not_wanted_costs_its_connection():
    server = Server(b"HTTP/1.1 404 -\r\nContent-Length: 4\r\n\r\noops")
    ask(server, ["a"], 2)
    assert server.opened == 2


@pytest.mark.parametrize("more", [b"HTTP/1.1 200 OK\r\nContent-Length: 5\r\n\r\nwrong", b" and more than was said</p>"])
def test_what_comes_behind_an_answer_is_no_answer_to_the_next_request(more):
    """As where a server counts characters and not bytes: the page of one address would be another one's."""
    server = Server(PAGE + more)
    answers, _ = ask(server, ["a"], 3)
    assert [answer.body for answer in answers] == [b"<p>x"] * 3
    assert server.opened == 3
