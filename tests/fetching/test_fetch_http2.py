"""HTTP/2: the same promises over the other wire."""

import ssl

import h2.config
import h2.connection
import h2.errors
import h2.events
import httpcore
import pytest
import trustme
from wire_server import answer

from harvester.errors import FetchError
from harvester.fetching import Limits, fetch
from harvester.fetching.frame_count import FrameCount

QUICK = Limits(backoff_s=0.001, total_s=3, body_bytes=10_000)
HEAD = [(":status", "200"), ("content-type", "text/html")]


@pytest.fixture
def h2_context(monkeypatch, tmp_path):
    authority = trustme.CA()
    authority.cert_pem.write_to_path(tmp_path / "ca.pem")
    monkeypatch.setenv("SSL_CERT_FILE", str(tmp_path / "ca.pem"))
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.set_alpn_protocols(["h2"])
    authority.issue_cert("127.0.0.1").configure_cert(context)
    return context


def speak(fields, *bodies, ends=True):
    """Return a script that answers the one request with `fields` and `bodies` over HTTP/2."""

    def send(wire, stream):
        wire.send_headers(stream, fields)
        for body in bodies:
            wire.send_data(stream, body)
        if ends:
            wire.end_stream(stream)

    return behave(send)


def behave(*answers):
    """Return a script that gives each connection the next of `answers`, and from then on the last one."""
    left = list(answers)

    def script(connection, head):
        send = left.pop(0) if len(left) > 1 else left[0]
        wire = h2.connection.H2Connection(h2.config.H2Configuration(client_side=False, validate_outbound_headers=False))
        wire.initiate_connection()
        data, stream = head, None
        while stream is None:
            events = wire.receive_data(data)
            stream = next((event.stream_id for event in events if isinstance(event, h2.events.RequestReceived)), None)
            connection.sendall(wire.data_to_send())
            data = b"" if stream else connection.recv(65_536)
        send(wire, stream)
        connection.sendall(wire.data_to_send())

    return script


def refuse(wire, stream):
    wire.reset_stream(stream, h2.errors.ErrorCodes.REFUSED_STREAM)


def go_away(wire, stream):
    wire.close_connection(error_code=h2.errors.ErrorCodes.ENHANCE_YOUR_CALM, last_stream_id=0)


def break_off(wire, stream):
    wire.send_headers(stream, HEAD)
    wire.send_data(stream, b"<p>tw")
    wire.reset_stream(stream, h2.errors.ErrorCodes.INTERNAL_ERROR)


def do_answer(wire, stream):
    wire.send_headers(stream, HEAD)
    wire.send_data(stream, b"<p>one")
    wire.end_stream(stream)


def reason_of(server):
    with pytest.raises(FetchError) as caught:
        fetch(server.url, limits=QUICK, allow_hosts={server.host})
    return caught.value.reason


def test_a_page_comes_over_http2(serve, h2_context):
    server = serve(speak(HEAD, b"<p>two"), h2_context)
    assert fetch(server.url, limits=QUICK, allow_hosts={server.host}).body == b"<p>two"
    assert server.requests[0].startswith(b"PRI * HTTP/2.0")


def test_a_long_body_is_cut_over_http2(serve, h2_context):
    server = serve(speak(HEAD, *[b"x" * 10_000] * 3), h2_context)
    page = fetch(server.url, limits=QUICK, allow_hosts={server.host})
    assert page.truncated
    assert len(page.body) == 10_000


def test_too_many_fields_over_http2_are_bad_response(serve, h2_context):
    fields = [*HEAD, *[("set-cookie", f"a{number}=b") for number in range(300)]]
    assert reason_of(serve(speak(fields, b"<p>"), h2_context)) == "bad_response"


def test_a_header_bomb_over_http2_is_bad_response(serve, h2_context):
    """One long field, then a byte each to repeat it: HPACK's own bomb."""
    fields = [*HEAD, *[("x", "y" * 3_000)] * 1_000]
    assert reason_of(serve(speak(fields, b"<p>"), h2_context)) == "bad_response"


def test_a_body_shorter_than_promised_over_http2_is_never_a_page(serve, h2_context):
    server = serve(speak([*HEAD, ("content-length", "1000")], b"<p>abc"), h2_context)
    assert reason_of(server) == "short_body"


def test_a_connection_that_ends_early_over_http2_is_never_a_page(serve, h2_context):
    assert reason_of(serve(speak(HEAD, b"<p>abc", ends=False), h2_context)) == "short_body"


def test_http1_over_a_connection_that_agreed_on_http2_is_no_page(serve, h2_context):
    assert reason_of(serve(answer("Content-Type: text/html", body=b"<p>"), h2_context)) in {
        "bad_response",
        "connect_error",
    }


@pytest.mark.parametrize("mishap", [refuse, go_away, break_off])
def test_a_request_that_the_server_breaks_off_is_made_again(serve, h2_context, mishap):
    server = serve(behave(mishap, do_answer), h2_context)
    assert fetch(server.url, limits=QUICK, allow_hosts={server.host}).body == b"<p>one"


@pytest.mark.parametrize(
    ("mishap", "reason", "tries"),
    [(refuse, "connect_error", 3), (go_away, "connect_error", 3), (break_off, "short_body", 2)],
)
def test_a_server_that_breaks_off_each_time_is_told_in_plain_words(serve, h2_context, mishap, reason, tries):
    server = serve(behave(mishap), h2_context)
    with pytest.raises(FetchError, match=r"the server broke the request off \(HTTP/2 error \w+\)") as caught:
        fetch(server.url, limits=QUICK, allow_hosts={server.host})
    assert (caught.value.reason, len(server.requests)) == (reason, tries)


EMPTY_FRAMES = {
    "ping": b"\0\0\x08\x06\0\0\0\0\0" + bytes(8),
    "settings": b"\0\0\0\x04\0\0\0\0\0",
    "window": b"\0\0\x04\x08\0\0\0\0\0\0\0\0\x01",
    "priority": b"\0\0\x05\x02\0\0\0\0\x01\0\0\0\0\x10",
    "unknown type": b"\0\0\x01\xee\0\0\0\0\0x",
    "early hints": b"\0\0\x05\x01\x04\0\0\0\x01\x08\x03103",
}


@pytest.mark.parametrize("frame", EMPTY_FRAMES.values(), ids=EMPTY_FRAMES)
def test_frames_without_end_before_an_answer_are_bad_response(serve, h2_context, frame):
    def flood(connection, head):
        connection.sendall(EMPTY_FRAMES["settings"])
        while True:
            connection.sendall(frame * 500)

    assert_flooded(serve(flood, h2_context))


@pytest.mark.parametrize("frame", ["ping", "settings", "unknown type"])
def test_frames_without_end_in_a_body_are_bad_response(serve, h2_context, frame):
    def flood(connection, head):
        behave(lambda wire, stream: wire.send_headers(stream, HEAD))(connection, head)
        while True:
            connection.sendall(EMPTY_FRAMES[frame] * 500)

    assert_flooded(serve(flood, h2_context))


def assert_flooded(server):
    with pytest.raises(FetchError, match=r"frames that carry nothing of the answer \[bad_response\]"):
        fetch(server.url, limits=QUICK, allow_hosts={server.host})


def test_a_frame_that_carries_nothing_may_stand_beside_each_that_does(serve, h2_context):
    def send(wire, stream):
        wire.send_headers(stream, HEAD)
        for _ in range(1_100):
            wire.send_data(stream, b"<p>" * 3)
            wire.ping(bytes(8))
        wire.end_stream(stream)

    server = serve(behave(send), h2_context)
    page = fetch(server.url, limits=Limits(body_bytes=100_000), allow_hosts={server.host})
    assert len(page.body) == 9_900


def counted(reads):
    frames = FrameCount()
    for read in reads:
        frames.look(read)


def test_frames_are_counted_however_they_are_cut():
    few, many = (EMPTY_FRAMES["ping"] * count for count in (1_000, 1_001))
    for size in (1, 7, 17, 8_192):
        counted(few[at : at + size] for at in range(0, len(few), size))
        with pytest.raises(httpcore.RemoteProtocolError):
            counted(many[at : at + size] for at in range(0, len(many), size))


def test_long_frames_count_more_and_what_belongs_to_an_earlier_answer_counts():
    long = b"\0\x40\0\x01\x04\0\0\0\x01" + bytes(16_384)
    with pytest.raises(httpcore.RemoteProtocolError):
        counted([long] * 20)
    head, body = b"\0\0\x01\x01\x05\0\0\0\x03\x88", b"\0\0\x01\0\0\0\0\0%cx"
    counted([head, *[body % 3] * 3_000])
    with pytest.raises(httpcore.RemoteProtocolError):
        counted([head, *[body % 1] * 3_000])
