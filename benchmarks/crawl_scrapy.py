"""Scrapy with trafilatura as `benchmarks/crawl.py` starts it: every name is this machine."""

import json
import socket
import sys
from pathlib import Path

import trafilatura
from scrapy import Spider
from scrapy.crawler import CrawlerProcess
from scrapy.http import Request as Ask


def crawl(port: int, folder: Path, options: list[str]) -> None:
    """Crawl the same feeds with Scrapy, one request at a time per host, and write what trafilatura finds as JSON."""
    hosts, per_host = int(options[0]), int(options[1])
    counts = {"pages": 0, "articles": 0}
    socket.getaddrinfo = _loopback  # type: ignore[assignment] # every name is this machine
    socket.gethostbyname = lambda _name: "127.0.0.1"

    class Courier(Spider):
        name = "courier"

        async def start(self):  # type: ignore[no-untyped-def]
            for host in (f"site{number}.test:{port}" for number in range(hosts)):
                yield Ask(f"http://{host}/feed-{per_host}", callback=self.parse_feed)

        def parse_feed(self, response):  # type: ignore[no-untyped-def]
            for link in response.xpath("//link/text()").getall():
                if "/page-" in link:
                    yield Ask(link, callback=self.parse_page)

        def parse_page(self, response):  # type: ignore[no-untyped-def]
            counts["pages"] += 1
            text = trafilatura.extract(response.body, url=response.url, output_format="json", with_metadata=True)
            if text:
                counts["articles"] += 1
                (folder / f"{counts['pages']}.json").write_text(text, encoding="utf-8")

    settings = {
        "CONCURRENT_REQUESTS": 64,
        "CONCURRENT_REQUESTS_PER_DOMAIN": 1,
        "DOWNLOAD_DELAY": 0,
        "LOG_ENABLED": False,
        "ROBOTSTXT_OBEY": True,
        "TELNETCONSOLE_ENABLED": False,
        "RETRY_ENABLED": False,
    }
    process = CrawlerProcess(settings)
    process.crawl(Courier)
    process.start()
    print(json.dumps(counts))


def _loopback(host: str, port: int, *_arguments: object, **_named: object) -> list[tuple[object, ...]]:
    return [(socket.AF_INET, socket.SOCK_STREAM, 6, "", ("127.0.0.1", port))]


if __name__ == "__main__":
    crawl(int(sys.argv[1]), Path(sys.argv[2]), sys.argv[3:])
