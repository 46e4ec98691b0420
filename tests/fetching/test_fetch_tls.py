"""Case 42: a certificate that does not hold is an error, and nothing is sent."""

import socket
import ssl
import threading
from datetime import UTC, datetime, timedelta

import pytest
import trustme
from wire_server import answer

from harvester.errors import FetchError
from harvester.fetching import Limits, fetch

QUICK = Limits(backoff_s=0.001, total_s=5)
PAGE = answer("Content-Type: text/html", body=b"<p>safe")


@pytest.fixture
def authority(monkeypatch, tmp_path):
    """Return a certificate authority that the fetcher trusts."""
    authority = trustme.CA()
    authority.cert_pem.write_to_path(tmp_path / "ca.pem")
    monkeypatch.setenv("SSL_CERT_FILE", str(tmp_path / "ca.pem"))
    return authority


def context(certificate):
    made = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    certificate.configure_cert(made)
    return made


def reason_of(server):
    with pytest.raises(FetchError) as caught:
        fetch(server.url, limits=QUICK, allow_hosts={server.host})
    return caught.value.reason


def test_a_good_certificate_is_accepted(serve, authority):
    server = serve(PAGE, context(authority.issue_cert("127.0.0.1")))
    assert fetch(server.url, limits=QUICK, allow_hosts={server.host}).body == b"<p>safe"


def test_an_expired_certificate_is_a_tls_error(serve, authority):
    expired = authority.issue_cert("127.0.0.1", not_after=datetime.now(UTC) - timedelta(days=1))
    server = serve(PAGE, context(expired))
    assert reason_of(server) == "tls_error"
    assert server.requests == []


def test_a_certificate_for_another_host_is_a_tls_error(serve, authority):
    server = serve(PAGE, context(authority.issue_cert("other.example")))
    assert reason_of(server) == "tls_error"
    assert server.requests == []


def test_a_certificate_of_an_unknown_authority_is_a_tls_error(serve, authority):
    server = serve(PAGE, context(trustme.CA().issue_cert("127.0.0.1")))
    assert reason_of(server) == "tls_error"
    assert server.requests == []


def test_a_server_that_speaks_no_tls_is_a_tls_error():
    def refuse(listener):
        connection, _ = listener.accept()
        with connection:
            connection.recv(65_536)
            connection.sendall(b"HTTP/1.1 400 Bad Request\r\n\r\n")
            connection.recv(65_536)

    with socket.create_server(("127.0.0.1", 0)) as listener:
        thread = threading.Thread(target=refuse, args=(listener,))
        thread.start()
        host = f"127.0.0.1:{listener.getsockname()[1]}"
        with pytest.raises(FetchError) as caught:
            fetch(f"https://{host}/", limits=QUICK, allow_hosts={host})
        thread.join()
    assert caught.value.reason == "tls_error"


def test_a_tls_connection_that_ends_is_no_fault_of_the_certificate(serve, authority):
    trusted = context(authority.issue_cert("127.0.0.1"))
    hangs_up = serve(b"", trusted)
    assert reason_of(hangs_up) == "connect_error"
    assert len(hangs_up.requests) == 3
    assert reason_of(serve(answer("Content-Type: text/html", body=b"<p>", length=99), trusted)) == "short_body"


def test_silence_over_tls_is_a_deadline(serve, authority):
    server = serve(lambda connection, head: connection.recv(1), context(authority.issue_cert("127.0.0.1")))
    with pytest.raises(FetchError) as caught:
        fetch(server.url, limits=Limits(read_s=0.2), allow_hosts={server.host})
    assert caught.value.reason == "deadline"


def test_a_missing_trust_store_is_a_tls_error(monkeypatch):
    monkeypatch.setenv("SSL_CERT_FILE", "/nowhere/ca.pem")
    with pytest.raises(FetchError, match=r"/nowhere/ca\.pem"):
        fetch("https://example.org/")
