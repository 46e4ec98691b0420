"""The test web of `benchmarks/crawl.py`, which starts it: many hosts in one process, told apart by name."""

import asyncio
import sys
from functools import cache
from pathlib import Path

from newssites import article_page, rss, story
from testweb import Reply, Request, Site, TestWeb, serve

FEED = (("Content-Type", "application/rss+xml"),)


def web(folder: Path, hosts: int, pages: int) -> None:
    """Serve the pages of a folder, page N at host N % hosts; without any, a story of its own at each address."""
    site = _shared(folder, hosts, pages) if pages else _made()
    moments: list[float] = []

    def timed(request: Request) -> Reply:
        if request.path.startswith("/page-"):
            moments.append(request.at)
        return site(request)

    server = TestWeb(timed, keep_log=False)
    loop = asyncio.new_event_loop()

    def write_moments() -> None:
        (folder / "moments.txt").write_text("\n".join(f"{moment:.6f}" for moment in moments))
        loop.call_later(2, write_moments)

    loop.call_later(2, write_moments)
    loop.run_until_complete(serve(server, lambda: print(server.port, flush=True)))


def _number(request: Request) -> int:
    return int(request.host.partition(".")[0][4:])


def _feed(request: Request, paths: list[str]) -> Reply:
    return Reply(rss([f"http://{request.host}{path}" for path in paths]), headers=FEED)


def _shared(folder: Path, hosts: int, pages: int) -> Site:
    @cache
    def body(number: int) -> bytes:
        return (folder / f"{number}.html").read_bytes()

    def site(request: Request) -> Reply:
        if request.path.startswith("/feed"):
            return _feed(request, [f"/page-{number}" for number in range(_number(request), pages, hosts)])
        if request.path.startswith("/page-") and request.path[6:].isdigit():  # a page may name further ones
            return Reply(body(int(request.path[6:])), headers=(("Content-Type", "text/html"),))
        return Reply(b"", 404)

    return site


def _made() -> Site:
    def site(request: Request) -> Reply:
        if request.path.startswith("/feed-"):
            return _feed(
                request, [f"/page-{number}/and-a-headline-of-some-words" for number in range(int(request.path[6:]))]
            )
        if request.path.startswith("/page-"):
            seed = f"{request.host.partition(':')[0]}{request.path}"
            return Reply(article_page(seed, story(seed, 3)))
        return Reply(b"", 404)

    return site


if __name__ == "__main__":
    web(Path(sys.argv[1]), int(sys.argv[2]), int(sys.argv[3]))
