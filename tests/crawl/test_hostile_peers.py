"""Cases 1 to 11 in a whole run, over raw sockets: a hostile host costs its own URLs, each with a class and evidence."""

import contextlib
import gzip
import json
import socketserver
import threading
from functools import cache

import brotli
import pytest
from click.testing import CliRunner

from harvester.cli import commands
from newssites import article_page, rss, story

HTML = "Content-Type: text/html"


def answer(*headers, status="200 OK", body=b"", length=None):
    lines = [f"HTTP/1.1 {status}", *headers, f"Content-Length: {len(body) if length is None else length}"]
    return "\r\n".join([*lines, "Connection: close", "", ""]).encode("latin-1") + body


GOOD = article_page("The good story", story("good"))


@cache
def pages():
    """Return each path, with what is written to the socket and the class that the URL ends in."""
    bomb = brotli.compress(bytes(64 * 1024 * 1024), quality=1)
    return {
        "/good": (answer(HTML, body=GOOD), "ok"),
        "/packed": (
            answer(HTML, "Content-Encoding: gzip", body=gzip.compress(article_page("Two", story("two")))),
            "ok",
        ),
        "/lies": (answer(HTML, "Content-Encoding: gzip", body=article_page("Three", story("three"))), "ok"),
        "/bomb": (answer(HTML, "Content-Encoding: br", body=bomb), "too_large"),
        "/twice": (
            answer(HTML, "Content-Encoding: gzip, gzip", body=gzip.compress(gzip.compress(GOOD))),
            "bad_encoding",
        ),
        "/short": (answer(HTML, body=GOOD[:7], length=1_000), "short_body"),
        "/header-flood": (b"HTTP/1.1 200 OK\r\n" + b"X: y\r\n" * 5_000 + b"\r\n", "bad_response"),
        "/cookies": (answer(HTML, *["Set-Cookie: a=b"] * 300, body=GOOD), "bad_response"),
        "/no-http": (b"220 mail.example ESMTP\r\n\r\n", "bad_response"),
        "/circle": (answer("Location: /circle", status="302 Found"), "redirect_loop"),
        "/to-file": (answer("Location: file:///etc/passwd", status="302 Found"), "bad_redirect"),
        "/to-script": (answer("Location: javascript:alert(1)", status="302 Found"), "bad_redirect"),
        "/to-nothing": (answer("Location: ", status="302 Found"), "bad_redirect"),
        "/to-private": (answer("Location: http://169.254.169.254/latest/", status="302 Found"), "redirected_off_site"),
        "/escape": (answer(HTML, body=article_page("Clear \x1b[2J\u202eevil", story("esc"))), "ok"),
        "/deep": (answer(HTML, body=b"<div>" * 200_000 + b"x"), "parser_limit"),
        "/attributes": (
            answer(HTML, body=b"<p " + b" ".join(b"a%d=1" % n for n in range(100_000)) + b">"),
            "not_article",
        ),
    }


class Peer(socketserver.StreamRequestHandler):
    def handle(self):
        path = self.rfile.readline().split(b" ")[1].decode()
        while self.rfile.readline().strip():
            pass
        feed = rss([f"http://{self.server.name}{path}" for path in pages()])
        missing = answer(status="404 Not Found")
        reply = answer("Content-Type: application/rss+xml", body=feed) if path == "/feed" else missing
        with contextlib.suppress(OSError):  # who is cut off does not mind
            self.wfile.write(pages()[path][0] if path in pages() else reply)


@pytest.fixture
def peer():
    class Server(socketserver.ThreadingTCPServer):
        daemon_threads = True

    with Server(("127.0.0.1", 0), Peer) as server:
        server.name = f"127.0.0.1:{server.server_address[1]}"
        threading.Thread(target=server.serve_forever, daemon=True).start()
        yield server.name
        server.shutdown()


def test_a_hostile_host_costs_its_own_urls_and_each_ends_in_a_class_with_evidence(peer, tmp_path):
    sources = tmp_path / "sources.toml"
    sources.write_text(
        f'contact = "https://example.org/bot"\noutput = "out"\narchive = "warc"\nallow_hosts = ["{peer}"]\n'
        f'[[source]]\nfeeds = ["http://{peer}/feed"]\ndiscover = []\ndelay_s = 0\n'
    )
    result = CliRunner().invoke(commands, ["crawl", str(sources)])
    visits = {line["url"].removeprefix(f"http://{peer}"): line for line in map(json.loads, result.stdout.splitlines())}
    del visits["/feed"]
    assert {path: visit["outcome"] for path, visit in visits.items()} == {
        path: end for path, (_, end) in pages().items()
    }
    assert all(visit.get("evidence") for visit in visits.values() if visit["outcome"] != "ok")
    assert result.exit_code == 1
    assert "\x1b" not in result.output
    assert sum(1 for _ in (tmp_path / "out" / "127.0.0.1").glob("*.json")) == 4
    assert visits["/lies"]["evidence"] == "says gzip, is not: kept as it came"
    check = CliRunner().invoke(commands, ["archive", "check", "--strict", *map(str, (tmp_path / "warc").glob("*.gz"))])
    assert (check.exit_code, "4 pages, 0 lost" in check.output) == (0, True)
