"""A proxy on the loopback that makes a network slow, cuts it, and lets it come back."""

import contextlib
import socket
import threading
import time
from collections import deque
from typing import Self
from urllib.parse import urlsplit

_CHUNK = 65_536


class Proxy:
    """Passes connections on to one server; a context manager. `address` is where it listens."""

    def __init__(self, target: tuple[str, int], delay_s: float = 0.0) -> None:
        """Take the server, and how long each way takes."""
        self._target = target
        self.delay_s = delay_s
        self._is_cut = False
        self._open: set[socket.socket] = set()
        self._lock = threading.Lock()
        self._listener = socket.create_server(("127.0.0.1", 0))
        self.address: tuple[str, int] = self._listener.getsockname()[:2]

    def __enter__(self) -> Self:
        threading.Thread(target=self._listen, daemon=True).start()
        return self

    def __exit__(self, *_: object) -> None:
        self._listener.close()
        self.cut()

    def cut(self) -> None:
        """Break all connections, and refuse new ones."""
        self._is_cut = True
        with self._lock:
            broken, self._open = self._open, set()
        for one in broken:
            with contextlib.suppress(OSError):
                one.shutdown(socket.SHUT_RDWR)
            one.close()

    def mend(self) -> None:
        """Let connections through again."""
        self._is_cut = False

    def _listen(self) -> None:
        while True:
            try:
                here, _ = self._listener.accept()
            except OSError:
                return
            if self._is_cut:
                here.close()
                continue
            try:
                there = socket.create_connection(self._target)
            except OSError:
                here.close()
                continue
            with self._lock:
                self._open |= {here, there}
            for one in (here, there):
                one.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
            for source, target in ((here, there), (there, here)):
                self._pass_on(source, target)

    def _pass_on(self, source: socket.socket, target: socket.socket) -> None:
        waiting: deque[tuple[float, bytes]] = deque()
        has_more = threading.Semaphore(0)

        def read() -> None:
            content = b"x"
            while content:
                try:
                    content = source.recv(_CHUNK)
                except OSError:
                    content = b""
                waiting.append((time.monotonic() + self.delay_s, content))
                has_more.release()

        def write() -> None:
            content = b"x"
            while content:
                has_more.acquire()
                moment, content = waiting.popleft()
                time.sleep(max(moment - time.monotonic(), 0))
                with contextlib.suppress(OSError):
                    target.sendall(content) if content else target.shutdown(socket.SHUT_WR)

        for work in (read, write):
            threading.Thread(target=work, daemon=True).start()


def through(proxy: Proxy, address: str) -> str:
    """Return the address of a server as it is reached through a proxy."""
    parts = urlsplit(address)
    host, port = proxy.address
    user = f"{parts.username}@" if parts.username else ""
    return parts._replace(netloc=f"{user}{host}:{port}").geturl()


def target_of(address: str) -> tuple[str, int]:
    """Return the host and port that an address names."""
    parts = urlsplit(address)
    return parts.hostname or "127.0.0.1", parts.port or 5432
