"""A web of functions and a run over it, in one process: no sockets, no workers, a clock that is moved by hand."""

import asyncio
import json
import secrets
from dataclasses import dataclass, field
from datetime import UTC, datetime
from pathlib import Path

from harvester.crawl.crash_safe_writer import VisitWriter
from harvester.crawl.engine import Engine
from harvester.crawl.engine_parts import Parts, Settings
from harvester.crawl.reader_work import read_work
from harvester.crawl.requests import choice_of, seeds_of
from harvester.crawl.sources_file import CrawlSource
from harvester.crawl.state.rows import Done, Runner
from harvester.errors import HarvesterError
from harvester.fetching.http_verdict import FetchFailure, Step, judge
from harvester.models import Page
from newssites import article_page, rss, story
from testweb import Reply

HTML = (("content-type", "text/html; charset=utf-8"),)
XML = (("content-type", "application/rss+xml"),)

# What a site shows in place of its articles, at the length of one.
NOTICE = [
    "Our technicians renew all servers this weekend, and therefore no contribution can be shown at present.",
    "Please try again on Monday morning; subscribers find today's edition as a document in their mailbox already.",
    "Questions are answered by our customer service, whose telephone is staffed from eight to six on working days.",
]


@dataclass
class FunctionWeb:
    """`pages` maps a URL to a Reply, or to a function from the request to one, or to no answer at all."""

    pages: dict = field(default_factory=dict)
    asked: list[Step] = field(default_factory=list)
    starts: list[tuple[float, str]] = field(default_factory=list)  # seconds of the loop, URL

    @property
    def urls(self) -> list[str]:
        return [step.url for step in self.asked]

    def visits(self, part: str) -> int:
        return sum(part in url for url in self.urls)

    async def ask(self, step: Step):
        self.asked.append(step)
        self.starts.append((asyncio.get_running_loop().time(), step.url))
        await asyncio.sleep(0)
        route = self.pages.get(step.url, Reply(b"", 404))
        reply = route(step) if callable(route) else route
        if isinstance(reply, FetchFailure):
            return reply
        headers = tuple((name.lower(), value) for name, value in reply.headers)
        page = Page(step.first_url, reply.body, step.url, reply.status, headers, datetime.now(UTC), step.chain)
        return judge(step, page, 5) or page


def feed(*urls: str, **headers: str) -> Reply:
    return Reply(rss(list(urls)), headers=(*XML, *headers.items()))


def article(seed: str, *, title: str | None = None, extra: str = "", paragraphs=None) -> Reply:
    return Reply(article_page(title or f"The story of {seed}", paragraphs or story(seed), extra), headers=HTML)


def web_of_stories(site: str) -> FunctionWeb:
    """Return a web of three articles, story-0 to story-2, and the feed that lists them."""
    stories = [f"{site}/story-{number}" for number in range(3)]
    return FunctionWeb({f"{site}/feed": feed(*stories)} | {url: article(url) for url in stories})


def moved(target: str) -> Reply:
    return Reply(b"", 301, (("location", target),))


def courier_source(**fields) -> CrawlSource:
    settings = {"delay_s": 0.0, "discover": frozenset(), "feeds": ("https://courier.example/feed",)} | fields
    return CrawlSource(name="courier", home="https://courier.example/", **settings)


def run(web: FunctionWeb, state, output: Path, sources=None, archive=None, **settings) -> list[Done]:
    """Crawl what is due and return the visits."""
    return run_as("", web, state, output, sources, archive, **settings)[0]


def run_as(machine, web: FunctionWeb, state, output: Path, sources=None, archive=None, **settings):
    """Crawl what is due on a machine; return the visits, and how it ended."""
    sources = sources or [courier_source()]
    owner = f"{machine} {secrets.token_hex(4)}"
    number, numbers = state.begin(Runner(owner, machine), [source.name for source in sources])
    by_number = {numbers[source.name]: source for source in sources}
    seeds = [seed for key, source in by_number.items() for seed in seeds_of(source, key)]
    state.seed(seeds, [choice_of(source, key) for key, source in by_number.items()])
    writer = VisitWriter(state, number, output, archive)
    done: list[Done] = []

    async def read(work):
        try:
            return read_work(work)
        except HarvesterError as error:
            return error

    try:
        parts = Parts(by_number, state, writer, read, done.append, run=number)
        engine = Engine(parts, web.ask, Settings(**settings), owner)
        ending = asyncio.run(engine.run())
    finally:
        writer.close()
    state.end(number, ending)
    return done, ending


def outcomes(done: list[Done]) -> dict[str, str]:
    return {visit.url.rpartition("/")[2]: visit.outcome for visit in done}


def told(output: Path) -> list[tuple[str, str, int, str]]:
    """Return what the list of changes says: what became of which version, and its file."""
    lines = (output / "changes.jsonl").read_text().splitlines()
    return [(line["change"], line["id"], line["version"], line["file"]) for line in map(json.loads, lines)]


def files(output: Path) -> dict[Path, dict[str, object]]:
    """Return the present versions of all articles."""
    return {path: json.loads(path.read_bytes()) for path in output.glob("*/*.json")}
