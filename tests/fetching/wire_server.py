"""Raw socket servers: a mock cannot show a bomb or a drip."""

import contextlib
import socket
import ssl
import threading
from collections.abc import Callable
from dataclasses import dataclass, field

Script = Callable[[socket.socket, bytes], None]


@dataclass
class WireServer:
    """A server on loopback that answers every request with what its script writes to the socket."""

    listener: socket.socket
    script: Script
    tls: ssl.SSLContext | None = None
    requests: list[bytes] = field(default_factory=list)  # heads, as received
    stopping: threading.Event = field(default_factory=threading.Event)

    @property
    def port(self) -> int:
        return int(self.listener.getsockname()[1])

    @property
    def host(self) -> str:
        return f"127.0.0.1:{self.port}"

    @property
    def url(self) -> str:
        return f"{'https' if self.tls else 'http'}://{self.host}"

    def paths(self) -> list[str]:
        return [head.split(b" ")[1].decode() for head in self.requests]

    def run(self) -> None:
        while not self.stopping.is_set():
            try:
                connection, _ = self.listener.accept()
            except OSError:
                return
            threading.Thread(target=self.talk, args=(connection,), daemon=True).start()

    def talk(self, connection: socket.socket) -> None:
        with contextlib.suppress(OSError), connection:
            connection.settimeout(20)
            if self.tls:
                connection = self.tls.wrap_socket(connection, server_side=True)
            with connection:
                head = b""
                while b"\r\n\r\n" not in head:
                    chunk = connection.recv(65_536)
                    if not chunk:
                        return
                    head += chunk
                self.requests.append(head)
                self.script(connection, head)
                connection.shutdown(socket.SHUT_WR)
                while connection.recv(65_536):  # closing with unread bytes would reset the connection
                    pass


def answer(*headers: str, status: str = "200 OK", body: bytes = b"", length: int | None = None) -> bytes:
    """Return an HTTP/1.1 answer that closes the connection; `length` lies about the body."""
    lines = [f"HTTP/1.1 {status}", *headers, f"Content-Length: {len(body) if length is None else length}"]
    return "\r\n".join([*lines, "Connection: close", "", ""]).encode("latin-1") + body
