"""A web of many hosts on loopback, told apart by their Host header; for tests and benchmarks."""

import asyncio
import contextlib
import threading
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field


@dataclass(frozen=True, slots=True)
class Request:
    """What a client asks for."""

    host: str  # with port
    path: str
    headers: dict[str, str]  # lower-case names
    at: float  # monotonic seconds


@dataclass(frozen=True, slots=True)
class Reply:
    """What it gets."""

    body: bytes = b""
    status: int = 200
    headers: tuple[tuple[str, str], ...] = (("Content-Type", "text/html; charset=utf-8"),)
    after_s: float = 0.0


Site = Callable[[Request], Reply]


@dataclass
class TestWeb:
    """The running server; `requests` grows while it runs."""

    __test__ = False  # no test class, whatever its name

    site: Site
    port: int = 0
    requests: list[Request] = field(default_factory=list)
    keep_log: bool = True

    def answer(self, request: Request) -> Reply:
        if self.keep_log:
            self.requests.append(request)
        return self.site(request)

    def paths(self) -> list[str]:
        return [request.path for request in self.requests]


class _Connection(asyncio.Protocol):
    def __init__(self, web: TestWeb) -> None:
        self._web = web
        self._buffer = b""

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        assert isinstance(transport, asyncio.Transport)
        self._transport = transport

    def data_received(self, data: bytes) -> None:
        self._buffer += data
        while b"\r\n\r\n" in self._buffer:
            head, self._buffer = self._buffer.split(b"\r\n\r\n", 1)
            self._reply(head.decode("latin-1"))

    def _reply(self, head: str) -> None:
        first, *lines = head.split("\r\n")
        pairs = (line.partition(":") for line in lines)
        headers = {name.strip().lower(): value.strip() for name, _, value in pairs}
        request = Request(headers.get("host", ""), first.split(" ")[1], headers, time.monotonic())
        reply = self._web.answer(request)
        fields = (*reply.headers, ("Content-Length", str(len(reply.body))))
        written = "".join(f"{name}: {value}\r\n" for name, value in fields)
        whole = f"HTTP/1.1 {reply.status} -\r\n{written}\r\n".encode("latin-1") + reply.body
        if reply.after_s:
            asyncio.get_running_loop().call_later(reply.after_s, self._send, whole)
        else:
            self._send(whole)

    def _send(self, whole: bytes) -> None:
        if not self._transport.is_closing():
            self._transport.write(whole)


async def serve(web: TestWeb, listening: Callable[[], None]) -> None:
    """Serve until cancelled; `web.port` is set when `listening` is called. Any 127.x.y.z reaches it."""
    loop = asyncio.get_running_loop()
    server = await loop.create_server(lambda: _Connection(web), "0.0.0.0", web.port, backlog=1024)
    web.port = server.sockets[0].getsockname()[1]
    listening()
    async with server:
        await server.serve_forever()


@contextlib.contextmanager
def running(site: Site) -> Iterator[TestWeb]:
    """Serve `site` in a thread while the block runs."""
    web = TestWeb(site)
    ready = threading.Event()
    loop = asyncio.new_event_loop()
    task = loop.create_task(serve(web, ready.set))

    def work() -> None:
        with contextlib.suppress(asyncio.CancelledError):
            loop.run_until_complete(task)
        loop.close()

    thread = threading.Thread(target=work, daemon=True)
    thread.start()
    ready.wait(10)
    try:
        yield web
    finally:
        loop.call_soon_threadsafe(task.cancel)
        thread.join(10)
