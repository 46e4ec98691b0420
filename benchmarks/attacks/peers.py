"""One hostile site beside a healthy one: whatever it sends, the healthy one is visited whole, and the loop goes on."""

import gzip
import json
import socket
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, replace
from pathlib import Path

import brotli

from attacks.registry import Row, attack
from attacks.wire import HEALTHY, HTML, PAGES, RSS, XML, Script, answer, serving, write_sources
from harvester.crawl.page_outcome import OUTCOMES
from newssites import article_page, story

if sys.version_info >= (3, 14):
    from compression import zstd
else:
    from backports import zstd

MIB = 1024 * 1024
MAX_STALL_MS = 50
MAX_PEAK_MIB = 300  # of the process that asks; it has 75 by itself, and 50 MiB of sitemap are in it once or twice
WATCHED = Path(__file__).with_name("watched_crawl.py")
FEED = 'feeds = ["http://SITE/feed"]\ndiscover = []'
SITEMAP = 'sitemaps = ["http://SITE/map.xml"]\ndiscover = ["robots"]\n' + 'feeds = ["http://SITE/feed"]'


@dataclass(frozen=True, slots=True)
class Peer:
    """What a hostile site answers, by path."""

    odd: Mapping[str, Script]
    source: str = FEED
    ends: frozenset[str] = frozenset()  # outcomes that one of its URLs must have; empty: any of the known ones


def everywhere(script: Script) -> dict[str, Script]:
    return {"/robots.txt": script, "/map.xml": script, "/feed": script}


def lists(script: Script) -> dict[str, Script]:
    """Return what a site answers whose lists are hostile, and whose robots.txt is not."""
    return {"/map.xml": script, "/feed": script}


def coded(coding: str, body: bytes, *headers: str) -> bytes:
    return answer(XML, f"Content-Encoding: {coding}", *headers, body=body)


def drip(head: bytes, part: bytes, count: int, pause_s: float = 0.0) -> Callable[[socket.socket], None]:
    def send(connection: socket.socket) -> None:
        connection.sendall(head)
        for _ in range(count):
            connection.sendall(part)
            time.sleep(pause_s)

    return send


def sitemap(count: int, host: str = "127.0.2.1") -> bytes:
    entries = b"".join(b"<url><loc>http://%s/%d</loc></url>" % (host.encode(), number) for number in range(count))
    return b'<urlset xmlns="http://www.sitemaps.org/schemas/sitemap/0.9">' + entries + b"</urlset>"


def laughs() -> bytes:
    entities = "".join(f'<!ENTITY l{n} "{f"&l{n - 1};" * 10}">' for n in range(1, 12))
    return f'<!DOCTYPE rss [<!ENTITY l0 "ha">{entities}]><rss><channel><title>&l11;</title></channel></rss>'.encode()


def brotli_bomb() -> bytes:
    packer = brotli.Compressor(quality=5, lgwin=24)
    return b"".join(packer.process(bytes(MIB)) for _ in range(1024)) + bytes(packer.finish())


def peers() -> dict[str, Callable[[], Peer]]:
    """Return the hostile sites; each is made when its turn comes, since some are large."""
    rules = b"User-agent: *\n" + b"".join(b"Disallow: /*a%d*b$\n" % number for number in range(24_000))
    many_maps = b"".join(b"Sitemap: http://127.0.2.1/%d.xml\n" % number for number in range(16_000))
    chunked = b"HTTP/1.1 200 OK\r\nContent-Type: application/xml\r\nTransfer-Encoding: chunked\r\n\r\n"
    gz = gzip.compress(b"<rss>")
    years = "Retry-After: Mon, 01 Jan 2024 00:00:00 +9999999999999999999"
    tdmrep = {"/.well-known/tdmrep.json": answer(body=b'[{"location": "/", "tdm-policy": "http://x/\\ud800"}]')}
    page = article_page("Odd", story("odd"))
    return {
        "gzip, then 50 MB of rubbish": lambda: Peer(everywhere(coded("gzip", gz + b"\xff" * 50_000_000)), SITEMAP),
        "gzip, then 50 MB of NUL": lambda: Peer(everywhere(coded("gzip", gz + bytes(50_000_000))), SITEMAP),
        "700,000 empty zstd frames": lambda: Peer(everywhere(coded("zstd", zstd.compress(b"") * 700_000)), SITEMAP),
        "1.2 million skippable zstd frames": lambda: Peer(
            everywhere(coded("zstd", b"\x50\x2a\x4d\x18\0\0\0\0" * 1_200_000)), SITEMAP
        ),
        "700,000 empty gzip members": lambda: Peer(everywhere(coded("gzip", gzip.compress(b"") * 700_000)), SITEMAP),
        "809 bytes of brotli for 1 GiB": lambda: Peer(everywhere(coded("br", brotli_bomb())), SITEMAP),
        "gzip for 1 GiB": lambda: Peer(everywhere(coded("gzip", gzip.compress(bytes(MIB)) * 1024)), SITEMAP),
        "zstd for 1 GiB": lambda: Peer(everywhere(coded("zstd", zstd.compress(bytes(MIB)) * 1024)), SITEMAP),
        "50 MiB in chunks of one byte": lambda: Peer(everywhere(drip(chunked, b"1\r\nx\r\n" * 10_000, 900)), SITEMAP),
        "interim answers without end": lambda: Peer(
            everywhere(drip(b"", b"HTTP/1.1 103 Hm\r\n\r\n" * 3_000, 200)), SITEMAP
        ),
        "5,000 header fields": lambda: Peer(
            everywhere(b"HTTP/1.1 200 OK\r\n" + b"X: y\r\n" * 5_000 + b"\r\n"), SITEMAP
        ),
        "a header of 50 MB": lambda: Peer(everywhere(drip(b"HTTP/1.1 200 OK\r\nX: ", b"y" * MIB, 50)), SITEMAP),
        "24,000 rules with wildcards in robots.txt": lambda: Peer({"/robots.txt": answer(body=rules)}),
        "16,000 sitemaps in robots.txt": lambda: Peer(
            {"/robots.txt": answer(body=many_maps)}, 'discover = ["robots"]\nfeeds = ["http://SITE/feed"]'
        ),
        "512 KiB of Content-Signal in robots.txt": lambda: Peer(
            {"/robots.txt": answer(body=b"Content-Signal: ai-train=no\n" * 18_000)}
        ),
        "a sitemap of 50,000 URLs": lambda: Peer(
            {"/map.xml": answer(XML, body=sitemap(50_000, "no.example"))}, SITEMAP
        ),
        "a sitemap of a million URLs": lambda: Peer(
            {"/map.xml": answer(XML, body=sitemap(1_000_000, "no.example"))}, SITEMAP
        ),
        "a feed of 300,000 items": lambda: Peer(
            {"/feed": answer(RSS, body=b"<rss><channel>" + b"<item><link>/x</link></item>" * 300_000)}
        ),
        "a billion laughs": lambda: Peer(everywhere(answer(RSS, body=laughs())), SITEMAP),
        "JSON, a million deep": lambda: Peer(everywhere(answer(RSS, body=b"[" * 1_000_000)), SITEMAP),
        "XML, a million deep": lambda: Peer(everywhere(answer(RSS, body=b"<rss>" + b"<a>" * 1_000_000)), SITEMAP),
        "10 MB of ampersands": lambda: Peer(everywhere(answer(RSS, body=b"<rss><item>" + b"&" * 10_000_000)), SITEMAP),
        "Retry-After of a billion years": lambda: Peer(everywhere(answer(years, status="429 No")), SITEMAP),
        "500 on robots.txt": lambda: Peer(
            {"/robots.txt": answer(status="500 Oh")}, ends=frozenset({"robots_unreachable"})
        ),
        "half a character in tdmrep.json": lambda: Peer(tdmrep, ends=frozenset({"ok"})),
        "a status of 30 digits": lambda: Peer(everywhere(b"HTTP/1.1 " + b"9" * 30 + b" OK\r\n\r\n"), SITEMAP),
        "an ETag in Latin-1": lambda: Peer({"/1": answer(HTML, 'ETag: "\xe9"', body=page)}, ends=frozenset({"ok"})),
        "one byte a second": lambda: Peer(everywhere(drip(b"HTTP/1.1 200 OK\r\n\r\n", b"x", 30, 1.0)), SITEMAP),
        "a connection that says nothing": lambda: Peer(everywhere(drip(b"", b"", 30, 1.0)), SITEMAP),
    }


@attack("peers")
def hostile_peers() -> Iterator[Row]:
    for name, make in peers().items():
        peer = make()
        yield tried(name, peer)
        if peer.odd.keys() >= {"/robots.txt", "/map.xml"}:  # with rules that let us come to them
            yield tried(f"{name}, robots.txt well", replace(peer, odd=lists(peer.odd["/feed"])))


def tried(name: str, peer: Peer) -> Row:
    """Crawl a hostile site beside a healthy one."""
    with serving(peer.odd) as port, tempfile.TemporaryDirectory() as folder:
        sources = write_sources(Path(folder), port, peer.source)
        command = [sys.executable, str(WATCHED), str(sources)]
        run = subprocess.run(command, capture_output=True, text=True, timeout=120, check=False)
    if run.returncode:
        return Row(name, f"the run ended: {run.stderr.strip().splitlines()[-1][:100]}", holds=False)
    found = json.loads(run.stdout.splitlines()[-1])
    well = sum(outcome == "ok" for url, outcome in found["outcomes"].items() if HEALTHY in url)
    ends = {outcome for url, outcome in found["outcomes"].items() if HEALTHY not in url}
    holds = (
        well == PAGES + 1
        and found["stall_ms"] < MAX_STALL_MS
        and found["peak_mib"] < MAX_PEAK_MIB
        and ends <= OUTCOMES - {"internal_error"}
        and (not peer.ends or not peer.ends.isdisjoint(ends))
    )
    figure = (
        f"{found['seconds']:.1f} s, longest stall {found['stall_ms']:.0f} ms, {found['peak_mib']:.0f} MiB, "
        f"healthy {well}/{PAGES + 1}, hostile: {', '.join(sorted(ends)) or 'put off'}"
    )
    return Row(name, figure, holds)
