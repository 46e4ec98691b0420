"""Cases 1 to 8: bodies that lie, swell, drip or stop."""

import gzip
import json
import os
import socket
import subprocess
import sys
import time
import tracemalloc
import zlib

import brotli
import pytest
from wire_server import answer

from harvester.errors import FetchError
from harvester.fetching import Limits, fetch
from harvester.fetching.address_guard import SmallReads
from harvester.fetching.content_codings import BodyBuilder, DecodingError
from harvester.fetching.http_verdict import first_step, judge
from harvester.models import Page

if sys.version_info >= (3, 14):
    from compression import zstd
else:
    from backports import zstd

HTML = "Content-Type: text/html; charset=utf-8"
STORY = b"<!doctype html><title>Well</title><p>" + b"The village dug a second well. " * 40
MIB = 1024 * 1024
SMALL = Limits(body_bytes=10_000, backoff_s=0.001, total_s=5)


def zstd_compress(content: bytes) -> bytes:
    return bytes(zstd.compress(content))


def raw_deflate(content: bytes) -> bytes:
    packer = zlib.compressobj(wbits=-15)
    return packer.compress(content) + packer.flush()


def brotli_bomb() -> bytes:
    packer = brotli.Compressor(quality=5, lgwin=24)
    blank = bytes(MIB)
    return b"".join(packer.process(blank) for _ in range(1024)) + packer.finish()


def gzip_bomb() -> bytes:
    packer = zlib.compressobj(9, wbits=31)
    return packer.compress(bytes(64 * MIB)) + packer.flush()


def deflate_bomb() -> bytes:
    """Return 1 GiB of blanks: full flushes make blocks that may be repeated."""
    packer = zlib.compressobj(9)
    head = packer.compress(b"") + packer.flush(zlib.Z_FULL_FLUSH)
    return head + (packer.compress(bytes(MIB)) + packer.flush(zlib.Z_FULL_FLUSH)) * 1024


CODINGS = {
    "gzip": gzip.compress,
    "x-gzip": gzip.compress,
    "deflate": zlib.compress,
    "DEFLATE": raw_deflate,
    "br": brotli.compress,
    "zstd": zstd_compress,
}

# Prints what fetching costs over what the imports cost: peak memory in KiB and seconds. VmHWM, not ru_maxrss: the
# latter starts at the peak of the process that forked.
MEASURE = """
import json, pathlib, re, resource, sys, time
import brotli, harvester.fetching.client
from harvester.errors import FetchError
from harvester.fetching import Limits, fetch
from harvester.fetching.address_guard import SmallReads
def peak():
    status = pathlib.Path("/proc/self/status")
    if status.exists():
        return int(re.search(r"VmHWM:\\s+(\\d+)", status.read_text())[1])
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
url, host = sys.argv[1:]
before, start = peak(), time.monotonic()
try:
    result = len(fetch(url, allow_hosts={host}).body)
except FetchError as error:
    result = error.reason
print(json.dumps([result, (peak() - before) / 1024, time.monotonic() - start]))
"""


def measure(server):
    """Return what a fetch in a new process gives, its peak memory above the start in MiB, and its seconds."""
    command = [sys.executable, "-c", MEASURE, server.url + "/", server.host]
    done = subprocess.run(command, capture_output=True, text=True, timeout=60, check=True)
    return json.loads(done.stdout)


def get(server, limits=SMALL):
    return fetch(server.url + "/story", limits=limits, allow_hosts={server.host})


def reason_of(server, limits=SMALL):
    with pytest.raises(FetchError) as caught:
        get(server, limits)
    return caught.value.reason


def test_an_809_byte_brotli_body_of_1_gib_is_too_large_and_costs_neither_memory_nor_time(serve):
    bomb = brotli_bomb()
    assert len(bomb) < 1_000
    result, mib, seconds = measure(serve(answer(HTML, "Content-Encoding: br", body=bomb)))
    assert result == "too_large"
    assert mib <= 64
    assert seconds < 2


@pytest.mark.parametrize("coding", ["gzip", "deflate", "zstd"])
def test_a_bomb_in_any_coding_is_too_large_and_costs_neither_memory_nor_time(serve, coding):
    bomb = {
        "gzip": gzip_bomb,
        "deflate": deflate_bomb,
        "zstd": lambda: zstd_compress(bytes(MIB)) * 1024,
    }[coding]()
    result, mib, seconds = measure(serve(answer(HTML, f"Content-Encoding: {coding}", body=bomb)))
    assert result == "too_large"
    assert mib <= 64
    assert seconds < 2


def peak_of(coding, wire, cap):
    """Return how much memory was taken at most while a body was made, and the body; None: refused."""
    tracemalloc.start()
    builder = BodyBuilder(coding, cap)
    try:
        builder.feed(wire)
        body = builder.finish()
    except DecodingError:
        body = None
    finally:
        peak_bytes = tracemalloc.get_traced_memory()[1]
        tracemalloc.stop()
    return peak_bytes, body


@pytest.mark.parametrize("coding", ["gzip", "deflate", "br", "zstd"])
def test_what_is_decoded_is_not_copied_again_and_again(coding):
    """While as much is copied as a sitemap may have, nothing else of a crawl runs."""
    peak_bytes, body = peak_of(coding, CODINGS[coding](bytes(32 * MIB)), 10 * MIB)
    assert body is None  # a bomb
    assert peak_bytes < 15 * MIB  # the buffer grows by an eighth at a time


def test_a_plain_body_is_handed_over_without_a_copy():
    peak_bytes, body = peak_of(None, os.urandom(MIB) * 20, 50 * MIB)
    assert body is not None
    assert len(body.content) == 20 * MIB
    assert peak_bytes < 30 * MIB


@pytest.mark.parametrize("coding", ["gzip", "deflate", "br", "zstd"])
@pytest.mark.parametrize("size", [65_535, 65_536, 65_537, 131_072, 200_000])
def test_a_body_that_shrinks_much_is_whole(coding, size):
    builder = BodyBuilder(coding, MIB)
    builder.feed(CODINGS[coding](bytes(size)))
    assert builder.finish().content == bytes(size)


def test_a_redirect_body_is_never_read(serve):
    def bomb_or_page(connection: socket.socket, head: bytes) -> None:
        if head.startswith(b"GET /page "):
            connection.sendall(answer(HTML, body=STORY))
            return
        connection.sendall(b"HTTP/1.1 302 Found\r\nLocation: /page\r\nContent-Length: 999999999\r\n\r\n")
        for _ in range(200):
            connection.sendall(bytes(MIB))

    result, mib, seconds = measure(serve(bomb_or_page))
    assert result == len(STORY)
    assert mib <= 16
    assert seconds < 2


@pytest.mark.parametrize("value", ["gzip, gzip", "gzip,br", "br, gzip, gzip", "compress", "exi"])
def test_more_than_one_coding_or_an_unknown_one_is_not_decoded(serve, value):
    twice = gzip.compress(gzip.compress(STORY))
    assert reason_of(serve(answer(HTML, f"Content-Encoding: {value}", body=twice))) == "bad_encoding"


@pytest.mark.parametrize("coding", CODINGS)
def test_each_coding_we_ask_for_is_decoded(serve, coding):
    page = get(serve(answer(HTML, f"Content-Encoding: {coding}", body=CODINGS[coding](STORY))))
    assert page.body == STORY
    assert not page.truncated
    assert page.notes == ()


@pytest.mark.parametrize("coding", ["gzip", "deflate", "br", "zstd"])
def test_a_body_that_only_says_it_is_compressed_is_kept_raw_and_noted(serve, coding):
    page = get(serve(answer(HTML, f"Content-Encoding: {coding}", body=STORY)))
    assert page.body == STORY
    assert page.notes == (f"says {coding}, is not: kept as it came",)


def test_a_charset_in_content_encoding_is_noted_and_the_body_kept(serve):
    page = get(serve(answer(HTML, "Content-Encoding: UTF-8", body=STORY)))
    assert page.body == STORY
    assert len(page.notes) == 1


def test_gzip_without_a_header_is_decoded(serve):
    page = get(serve(answer("Content-Type: application/x-gzip", body=gzip.compress(STORY))))
    assert page.body == STORY
    assert page.notes == ("gzip without a Content-Encoding",)


def test_gzip_without_a_header_is_decoded_within_bounds(serve):
    assert reason_of(serve(answer("Content-Type: application/gzip", body=gzip_bomb())), Limits()) == "too_large"


def test_gzip_members_that_follow_each_other_are_one_body(serve):
    members = gzip.compress(STORY) + gzip.compress(STORY)
    assert get(serve(answer(HTML, "Content-Encoding: gzip", body=members))).body == STORY * 2


@pytest.mark.parametrize("coding", ["gzip", "deflate", "br", "zstd"])
def test_a_compressed_stream_without_its_end_is_a_short_body(serve, coding):
    torn = CODINGS[coding](STORY)[:-6]
    server = serve(answer(HTML, f"Content-Encoding: {coding}", body=torn))
    assert reason_of(server) == "short_body"
    assert len(server.requests) == 2


@pytest.mark.parametrize("coding", ["gzip", "deflate", "br", "zstd"])
def test_a_broken_stream_is_bad_encoding(serve, coding):
    junk = bytes(range(1, 256)) * 8
    packed = CODINGS[coding](junk)
    middle = len(packed) // 2
    broken = packed[:20] + b"\xff" * middle
    assert reason_of(serve(answer(HTML, f"Content-Encoding: {coding}", body=broken))) in {"bad_encoding", "short_body"}


def test_one_byte_a_second_ends_at_the_deadline_and_frees_the_connection(serve):
    freed = []

    def drip(connection: socket.socket, head: bytes) -> None:
        connection.sendall(b"HTTP/1.1 200 OK\r\nContent-Type: text/html\r\n\r\n")
        try:
            for _ in range(400):
                connection.sendall(b"x")
                time.sleep(0.02)
        except OSError:
            freed.append(True)

    start = time.monotonic()
    server = serve(drip)
    assert reason_of(server, Limits(total_s=0.3)) == "deadline"
    assert time.monotonic() - start < 3
    assert len(server.requests) == 1
    for _ in range(100):
        if freed:
            break
        time.sleep(0.02)
    assert freed


def test_headers_that_drip_end_at_the_deadline_too(serve):
    def drip(connection: socket.socket, head: bytes) -> None:
        connection.sendall(b"HTTP/1.1 200 OK\r\n")
        for number in range(400):
            connection.sendall(b"x%d: y\r\n" % number)
            time.sleep(0.02)

    assert reason_of(serve(drip), Limits(total_s=0.3)) == "deadline"


def test_silence_ends_after_the_read_limit(serve):
    def silent(connection: socket.socket, head: bytes) -> None:
        connection.recv(1)

    assert reason_of(serve(silent), Limits(read_s=0.2)) == "deadline"


def test_an_endless_body_is_cut_at_the_cap_and_marked(serve):
    def endless(connection: socket.socket, head: bytes) -> None:
        connection.sendall(b"HTTP/1.1 200 OK\r\nContent-Type: text/html\r\n\r\n")
        while True:
            connection.sendall(STORY)

    page = get(serve(endless))
    assert len(page.body) == 10_000
    assert page.truncated


def test_a_body_of_just_the_cap_is_whole(serve):
    page = get(serve(answer(HTML, body=b"<p>" + b"x" * 9_997)))
    assert len(page.body) == 10_000
    assert not page.truncated


def test_a_long_compressed_page_is_cut_not_called_a_bomb(serve):
    rows = b"".join(b"<tr><td>%d</td><td>%x</td></tr>" % (n, n * 7919) for n in range(20_000))
    page = get(serve(answer(HTML, "Content-Encoding: gzip", body=gzip.compress(rows))))
    assert page.body == rows[:10_000]
    assert page.truncated


def test_a_body_shorter_than_promised_is_tried_once_more_and_is_never_a_page(serve):
    server = serve(answer(HTML, body=b"<p>abcd", length=1000))
    assert reason_of(server) == "short_body"
    assert len(server.requests) == 2


def test_a_body_that_is_whole_the_second_time_is_a_page(serve):
    answers = [answer(HTML, body=b"<p>abcd", length=1000), answer(HTML, body=STORY)]
    page = get(serve(lambda connection, head: connection.sendall(answers.pop(0))))
    assert page.body == STORY


@pytest.mark.parametrize(
    ("content_range", "outcome"),
    [
        ("bytes 0-5/6", "ok"),
        ("bytes 0-5/*", "ok"),
        ("rubbish", "ok"),
        ("bytes 0-5/60", "short_body"),
        ("bytes 6-11/12", "short_body"),
    ],
)
def test_a_part_that_nobody_asked_for_is_no_page(content_range, outcome):
    page = Page("http://a.example/", b"", status=206, headers=(("content-range", content_range),))
    verdict = judge(first_step("http://a.example/"), page, 5)
    assert outcome == ("ok" if verdict is None else verdict.error.reason)
    assert verdict is None or verdict.may_pass


def test_an_unfinished_chunk_is_a_short_body(serve):
    start = b"HTTP/1.1 200 OK\r\nContent-Type: text/html\r\nTransfer-Encoding: chunked\r\n\r\n"
    assert reason_of(serve(start + b"ff\r\n<p>abc")) == "short_body"


@pytest.mark.parametrize(("is_chunked", "most_bytes"), [(True, 8 * 1024), (False, 256 * 1024)])
def test_only_a_body_of_which_nothing_is_parsed_comes_in_long_reads(serve, monkeypatch, is_chunked, most_bytes):
    reads = []

    async def read(self, max_bytes, timeout=None):
        reads.append(await whole(self, max_bytes, timeout))
        return reads[-1]

    whole = SmallReads.read
    monkeypatch.setattr(SmallReads, "read", read)
    body = STORY * 300
    chunked = b"Content-Type: text/html\r\nTransfer-Encoding: chunked\r\n\r\n%x\r\n%s\r\n0\r\n\r\n" % (len(body), body)
    server = serve(b"HTTP/1.1 200 OK\r\n" + chunked if is_chunked else answer(HTML, body=body))
    page = get(server, Limits(total_s=30))
    assert page.body == body
    sizes = [len(part) for part in reads]
    assert sizes[0] <= 8 * 1024  # what is parsed
    assert max(sizes) <= most_bytes
    assert (len(sizes) <= len(body) // (16 * 1024)) != is_chunked


@pytest.mark.parametrize("kind", ["application/pdf", "image/png", "image/svg+xml", "application/json", "text/css"])
def test_what_is_no_page_by_its_type_is_not_html(serve, kind):
    assert reason_of(serve(answer(f"Content-Type: {kind}", body=STORY))) == "not_html"


def test_binary_content_without_a_type_is_not_html(serve):
    assert reason_of(serve(answer(body=b"\x89PNG\r\n\x00\x00\x00" * 20))) == "not_html"


@pytest.mark.parametrize(
    "kind", ["text/html", "application/xhtml+xml", "application/rss+xml", "text/plain", "text/xml"]
)
def test_html_xml_and_text_are_pages(serve, kind):
    page = get(serve(answer(f"Content-Type: {kind}; charset=gb2312", body=STORY)))
    assert page.body == STORY
    assert page.header("content-type") == f"{kind}; charset=gb2312"
