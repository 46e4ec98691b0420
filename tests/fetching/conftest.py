"""What the tests of fetching share."""

import contextlib
import socket
import ssl
import threading
from collections.abc import Callable, Iterator

import pytest
import trustme
from wire_server import Script, WireServer


@pytest.fixture
def serve() -> Iterator[Callable[..., WireServer]]:
    """Return a function that starts a server for a script, or for the bytes of its one answer."""
    servers: list[WireServer] = []

    def start(script: Script | bytes, tls: ssl.SSLContext | None = None) -> WireServer:
        def send(connection: socket.socket, head: bytes) -> None:
            if isinstance(script, bytes):
                connection.sendall(script)
            else:
                script(connection, head)

        server = WireServer(socket.create_server(("127.0.0.1", 0)), send, tls)
        servers.append(server)
        threading.Thread(target=server.run, daemon=True).start()
        return server

    yield start
    for server in servers:
        server.stopping.set()
        with contextlib.suppress(OSError):
            server.listener.shutdown(socket.SHUT_RDWR)
        server.listener.close()


@pytest.fixture(scope="session")
def one_certificate(tmp_path_factory):
    """Return a trust store of one certificate: reading the real one costs 30 ms per fetch."""
    file = tmp_path_factory.mktemp("trust") / "ca.pem"
    trustme.CA().cert_pem.write_to_path(file)
    return file


@pytest.fixture(autouse=True)
def _small_trust_store(one_certificate, monkeypatch):
    monkeypatch.setenv("SSL_CERT_FILE", str(one_certificate))
