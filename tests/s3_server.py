"""A stand-in for S3 on the loopback."""

import secrets
import threading
import warnings
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field

import httpx
import pytest


@dataclass
class Server:
    """What the tests know of the server, and how they disturb it."""

    app: Callable[..., object]
    failing: int = 0  # how many of the next requests are refused with 503
    requests: list[str] = field(default_factory=list)

    def __call__(self, environ: dict[str, object], start_response: object) -> object:
        """Answer one request."""
        self.requests.append(f"{environ['REQUEST_METHOD']} {environ['PATH_INFO']}")
        if self.failing > 0:
            self.failing -= 1
            start_response("503 Slow Down", [("Content-Length", "0")])
            return [b""]
        return self.app(environ, start_response)


@pytest.fixture(scope="session")
def s3_server() -> Iterator[tuple[Server, str]]:
    """Run the server for all tests of a process."""
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")  # of libraries that only this stand-in needs
        from moto.moto_server.werkzeug_app import DomainDispatcherApplication, create_backend_app  # noqa: PLC0415
        from werkzeug.serving import make_server  # noqa: PLC0415

    server = Server(DomainDispatcherApplication(create_backend_app))
    listener = make_server("127.0.0.1", 0, server, threaded=True)
    thread = threading.Thread(target=listener.serve_forever, daemon=True)
    thread.start()
    yield server, f"http://127.0.0.1:{listener.server_port}"
    listener.shutdown()
    thread.join()


def environment_to(endpoint: str) -> dict[str, str]:
    """Return the environment that leads to the server."""
    keys = {"AWS_ACCESS_KEY_ID": "test", "AWS_SECRET_ACCESS_KEY": "test"}
    return keys | {"AWS_REGION": "us-east-1", "AWS_ENDPOINT_URL": endpoint}


@pytest.fixture
def s3(s3_server, monkeypatch) -> Iterator[tuple[Server, str]]:
    """Give the server and the address of a new bucket, with the environment that leads there."""
    server, endpoint = s3_server
    bucket = f"b{secrets.token_hex(8)}"
    for name, value in environment_to(endpoint).items():
        monkeypatch.setenv(name, value)
    assert httpx.put(f"{endpoint}/{bucket}", headers={"Authorization": "AWS test:x"}).status_code == 200
    server.failing = 0
    server.requests.clear()
    yield server, f"s3://{bucket}"
    server.failing = 0
