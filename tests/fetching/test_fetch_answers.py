"""Case 9 and the outcome classes: what statuses and headers mean."""

import asyncio
import errno
import os
import socket
import struct
import time
import traceback
from datetime import UTC, datetime

import pytest
from wire_server import answer

from harvester.errors import FetchError
from harvester.fetching import Limits, Visitor, fetch
from harvester.fetching.http_verdict import read_retry_after

HTML = "Content-Type: text/html"
QUICK = Limits(backoff_s=0.001, total_s=5)


def reason_of(server, limits=QUICK):
    with pytest.raises(FetchError) as caught:
        fetch(server.url + "/", limits=limits, allow_hosts={server.host})
    return caught.value.reason


@pytest.mark.parametrize(
    "fields",
    [
        b"".join(b"x%d: y\r\n" % number for number in range(100_000)),
        b"x: " + b"y" * 50_000_000 + b"\r\n",
        b"Set-Cookie: a=b\r\n" * 300,
        b"x: " + b"y" * 70_000 + b"\r\n",
    ],
    ids=["100k headers", "50 MB header", "300 cookies", "70 kB header"],
)
def test_too_much_header_is_bad_response_and_the_next_url_works(serve, fields):
    def send(connection, head):
        if head.startswith(b"GET /good "):
            connection.sendall(answer(HTML, body=b"<p>good"))
        else:
            connection.sendall(b"HTTP/1.1 200 OK\r\n" + fields + b"\r\n<p>bad")

    server = serve(send)
    assert reason_of(server) == "bad_response"
    assert fetch(server.url + "/good", limits=QUICK, allow_hosts={server.host}).body == b"<p>good"


@pytest.mark.parametrize(
    "start", [b"garbage\r\n\r\n", b"HTTP/1.1 abc\r\n\r\n", b"\x00\x01\x02\r\n\r\n", b"SSH-2.0-x\r\n\r\n"]
)
def test_what_is_not_http_is_bad_response(serve, start):
    assert reason_of(serve(start)) == "bad_response"


@pytest.mark.parametrize("body", [b"<html>HTTP/0.9", b"<html>\n<p>HTTP/0.9</html>\n", b"H"])
def test_what_has_no_header_is_bad_response_and_half_a_header_a_lost_connection(serve, body):
    assert reason_of(serve(body)) == ("connect_error" if body == b"H" else "bad_response")


def test_interim_answers_without_end_are_a_bad_response_long_before_the_deadline(serve):
    def send(connection, _head):
        for _ in range(100):
            connection.sendall(b"HTTP/1.1 103 Early Hints\r\nLink: </a.css>; rel=preload\r\n\r\n" * 400)

    server = serve(send)
    with pytest.raises(FetchError, match="256 KiB came before the answer's header") as told:
        fetch(server.url + "/", limits=QUICK, allow_hosts={server.host})
    assert told.value.reason == "bad_response"
    assert len(server.requests) == 1


@pytest.mark.parametrize(
    ("start", "words"),
    [
        (b"HTTP/1.1 000 OK\r\n\r\n", r"^http://[^ ]+ the answer has no status from 100 to 599 "),
        (b"HTTP/1.1 2000 OK\r\n\r\n", r"illegal status line: 'HTTP/1.1 2000 OK'"),
        (b"HTTP/1.1 101 Switching Protocols\r\nUpgrade: websocket\r\nConnection: upgrade\r\n\r\n", "another protocol"),
        (b"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n-5\r\nhello\r\n", r"illegal chunk header: '-5"),
        (b"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n" + b"0" * 2**18, "a line of it is longer than"),
    ],
)
def test_what_is_wrong_with_an_answer_is_told_in_plain_words(serve, start, words):
    server = serve(start)
    with pytest.raises(FetchError, match=words) as told:
        fetch(server.url + "/", limits=QUICK, allow_hosts={server.host})
    assert told.value.reason == "bad_response"


@pytest.mark.parametrize(
    ("status", "reason"),
    [
        (204, "http_error"),
        (304, "not_modified"),
        (400, "http_error"),
        (401, "blocked"),
        (403, "blocked"),
        (404, "gone"),
        (410, "gone"),
        (418, "http_error"),
        (451, "blocked"),
        (501, "http_error"),
    ],
)
def test_a_status_that_stays_is_asked_for_once(serve, status, reason):
    server = serve(answer(HTML, status=f"{status} X", body=b"" if status in {204, 304} else b"<p>no"))
    assert reason_of(server) == reason
    assert len(server.requests) == 1


@pytest.mark.parametrize(
    ("status", "reason"),
    [(429, "rate_limited"), (500, "http_error"), (502, "http_error"), (503, "http_error"), (504, "http_error")],
)
def test_a_status_that_may_pass_is_tried_three_times(serve, status, reason):
    server = serve(answer(HTML, status=f"{status} X"))
    assert reason_of(server) == reason
    assert len(server.requests) == 3


@pytest.mark.parametrize(
    ("status", "header"), [(503, "cf-mitigated: challenge"), (202, "x-amzn-waf-action: challenge"), (403, "x: y")]
)
def test_a_challenge_is_blocked_and_not_asked_again(serve, status, header):
    server = serve(answer(HTML, header, status=f"{status} X", body=b"<p>Are you human?"))
    assert reason_of(server) == "blocked"
    assert len(server.requests) == 1


def test_a_page_after_a_503_is_a_page(serve):
    answers = [answer(status="503 Busy"), answer(HTML, body=b"<p>here")]
    server = serve(lambda connection, head: connection.sendall(answers.pop(0)))
    assert fetch(server.url, limits=QUICK, allow_hosts={server.host}).body == b"<p>here"


def test_a_wait_beyond_our_patience_is_rate_limited_and_says_how_long(serve):
    server = serve(answer("Retry-After: 7200", status="429 Slow down"))
    with pytest.raises(FetchError) as caught:
        fetch(server.url, limits=QUICK, allow_hosts={server.host})
    assert caught.value.reason == "rate_limited"
    assert "7,200 s" in caught.value.explanation
    assert len(server.requests) == 1


@pytest.mark.parametrize("status", ["429 Slow down", "503 Busy"])
@pytest.mark.parametrize(
    ("asked", "told"),
    [
        ("86400", "the server asks to wait 86,400 s, longer than"),
        ("31536000", "the server asks to wait 365 days, of which one day is kept, longer than"),
        ("9" * 300, "the server asks to wait more than 100 years, of which one day is kept, longer than"),
    ],
)
def test_a_wait_of_more_than_a_day_is_told_as_it_was_asked_with_what_is_kept_of_it(serve, status, asked, told):
    server = serve(answer(f"Retry-After: {asked}", status=status))
    with pytest.raises(FetchError) as caught:
        fetch(server.url, limits=QUICK, allow_hosts={server.host})
    assert caught.value.explanation.startswith(told)


@pytest.mark.parametrize(
    ("text", "seconds"),
    [
        ("120", 120.0),
        ("0", 0.0),
        (" 7 ", 7.0),
        ("-1", None),
        ("1e12", None),
        ("1000000000000", 86_400.0),
        ("9" * 400, None),
        ("soon", None),
        ("", None),
        ("1.5", 1.5),
        ("120 seconds", 120.0),
        ("120s", 120.0),
        ("120, 240", 120.0),  # two fields that a proxy made one of
        ("1772625720", 120.0),  # seconds since 1970
        ("1772625540", 0.0),  # a minute ago
        ("1234567890", 86_400.0),  # of no day on which anybody asks: forever
        ("2026-03-04T12:02:00Z", 120.0),
        ("2026-03-04 12:02:00", 120.0),
        ("120 apples", None),
        ("Wed, 04 Mar 2026 12:02:00 GMT", 120.0),
        ("Wed, 04 Mar 2026 11:00:00 GMT", 0.0),
        ("Wed, 04 Mar 2099 11:00:00 GMT", 86_400.0),
        ("Wed, 99 Mar 2026 11:00:00 GMT", None),
        (None, None),
    ],
)
def test_retry_after_is_read_in_both_forms_and_clamped_to_a_day(text, seconds):
    assert read_retry_after(text, datetime(2026, 3, 4, 12, tzinfo=UTC)) == seconds


@pytest.mark.parametrize("end", ["x", "s x", ",", "\x0b-"])
def test_a_header_full_of_white_space_costs_no_time(end):
    """All requests of a run wait for whoever reads one: 60 KB of it took minutes."""
    began = time.process_time()
    read_retry_after(f"1{' ' * 60_000}{end}", datetime(2026, 3, 4, tzinfo=UTC))
    assert time.process_time() - began < 1


def test_a_closed_port_is_a_connect_error_that_says_why():
    with socket.create_server(("127.0.0.1", 0)) as listener:
        host = f"127.0.0.1:{listener.getsockname()[1]}"
    with pytest.raises(FetchError) as caught:
        fetch(f"http://{host}/", limits=QUICK, allow_hosts={host})
    assert (caught.value.reason, caught.value.explanation) == (
        "connect_error",
        f"no connection: {os.strerror(errno.ECONNREFUSED)}",
    )


def test_a_connection_that_is_reset_is_a_connect_error_that_says_why(serve):
    def reset(connection, _head):
        connection.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))
        connection.close()

    server = serve(reset)
    with pytest.raises(FetchError, match=f"the connection was lost: {os.strerror(errno.ECONNRESET)}") as caught:
        fetch(server.url, limits=QUICK, allow_hosts={server.host})
    assert caught.value.reason == "connect_error"


def test_a_server_that_hangs_up_is_tried_three_times(serve):
    server = serve(b"")
    assert reason_of(server) == "connect_error"
    assert len(server.requests) == 3


def test_the_user_agent_names_product_and_contact(serve):
    server = serve(answer(HTML, body=b"<p>hi"))
    visitor = Visitor(contact="https://example.org/bot")
    fetch(server.url, limits=QUICK, allow_hosts={server.host}, visitor=visitor)
    (head,) = server.requests
    assert b"\r\nUser-Agent: harvester/" in head
    assert b" (+https://example.org/bot)\r\n" in head


def test_a_contact_cannot_smuggle_a_header():
    with pytest.raises(FetchError, match="bad_url"):
        Visitor(contact="x\r\nCookie: a=b")


def test_no_proxy_or_netrc_of_the_environment_is_used(serve, monkeypatch, tmp_path):
    proxy = serve(answer(HTML, body=b"<p>proxy"))
    (tmp_path / ".netrc").write_text("machine 127.0.0.1 login me password secret\n")
    monkeypatch.setenv("NETRC", str(tmp_path / ".netrc"))
    monkeypatch.setenv("HTTP_PROXY", proxy.url)
    monkeypatch.setenv("ALL_PROXY", proxy.url)
    server = serve(answer(HTML, "Set-Cookie: a=b", body=b"<p>hi"))
    assert fetch(server.url, limits=QUICK, allow_hosts={server.host}).body == b"<p>hi"
    assert proxy.requests == []
    assert b"authorization" not in server.requests[0].lower()


def test_the_page_says_when_it_was_fetched_and_keeps_the_headers_in_order(serve):
    server = serve(answer(HTML, "X-Robots-Tag: noarchive", "x-robots-tag: noindex", body=b"<p>hi"))
    page = fetch(server.url + "/a#part", limits=QUICK, allow_hosts={server.host})
    assert page.fetched_at is not None
    assert page.fetched_at.utcoffset().total_seconds() == 0
    assert [value for name, value in page.headers if name == "x-robots-tag"] == ["noarchive", "noindex"]
    assert page.url == page.final_url == server.url + "/a"


def test_a_page_is_fetched_where_an_event_loop_runs_as_in_a_notebook(serve):
    async def cell():
        return fetch(server.url + "/", limits=QUICK, allow_hosts={server.host})

    server = serve(answer(HTML, body=b"<p>good"))
    assert asyncio.run(cell()).body == b"<p>good"


def test_what_went_wrong_does_not_stand_below_an_error_of_ours():
    with pytest.raises(FetchError) as caught:
        fetch("http://127.0.0.1/")
    assert "no running event loop" not in "".join(traceback.format_exception(caught.value))
