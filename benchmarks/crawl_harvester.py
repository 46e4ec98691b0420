"""harvester as `benchmarks/crawl.py` starts it: every name is this machine."""

import json
import sys
from pathlib import Path

from harvester.crawl.crawl_run import Hearers, Options, run_crawl
from harvester.crawl.engine_parts import Settings
from harvester.crawl.schedule import UrlKind
from harvester.crawl.sources_file import Crawl, CrawlSource
from harvester.crawl.state.rows import Done
from harvester.fetching import Limits, Visitor
from harvester.fetching.client import Fetcher
from harvester.workers.collector_settings import spare_the_collector


def crawl(port: int, folder: Path, options: list[str]) -> None:
    """Crawl the feeds of all hosts, and print how many pages and articles there were.

    `options`: hosts, pages of each, seconds between two of them, processes that read; then, where wanted, the most
    pages of all, and "archive".
    """
    spare_the_collector()  # as the command does
    hosts, per_host, delay, jobs = int(options[0]), int(options[1]), float(options[2]), int(options[3])
    names = [f"site{number}.test:{port}" for number in range(hosts)]
    sources = tuple(
        CrawlSource(name, f"http://{name}/", (f"http://{name}/feed-{per_host}",), discover=frozenset(), delay_s=delay)
        for name in names
    )

    async def loopback(_host: str, _port: int) -> tuple[str, ...]:
        return ("127.0.0.1",)

    fetcher = Fetcher(Limits(), names, Visitor("https://example.org/bot"), loopback)
    counts = {"pages": 0, "articles": 0}

    def report(done: Done) -> None:
        counts["pages"] += done.kind is UrlKind.PAGE
        counts["articles"] += done.path is not None

    most = int(options[4]) if options[4:] else None
    settings = Settings(readings=4 * jobs, max_pages=most)
    archive = folder / "archive" if "archive" in options[5:] else None
    plan = Crawl("https://example.org/bot", folder, None, archive, frozenset(names), sources)
    run_crawl(plan, Options(jobs=jobs, settings=settings), Hearers(report), ask=fetcher.ask)
    print(json.dumps(counts))


if __name__ == "__main__":
    crawl(int(sys.argv[1]), Path(sys.argv[2]), sys.argv[3:])
