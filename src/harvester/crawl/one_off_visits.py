"""Looks at single URLs as a crawl would, politely, and leaves nothing behind: no state, no archive, no article."""

import contextlib
from collections.abc import AsyncIterator, Sequence
from dataclasses import dataclass, replace
from typing import Final, cast

from harvester.crawl.answer_reading import Reading, Task, failed_reading
from harvester.crawl.host_probing import WARM, Read, read_work
from harvester.crawl.host_queues import Visits
from harvester.crawl.jobs import Ask, Job, NoMemory, Pacing, Result
from harvester.crawl.requests import moved_reading, step_for
from harvester.crawl.schedule import Kind, Rhythm
from harvester.crawl.sources import Source, with_sites_of
from harvester.crawl.state.rows import KnownUrl, NewUrl, Remembered
from harvester.errors import HarvesterError
from harvester.fetching import Limits, Moved, Visitor
from harvester.models import Page, SiteMemory
from harvester.urls import host_of
from harvester.workers.process import Guards
from harvester.workers.readers import LIMIT_S, Readers

_MAX_HOSTS: Final = 5  # to which one URL may be redirected


@dataclass(frozen=True, slots=True)
class Visitors:
    """As whom, and to whom, requests are made."""

    contact: str
    allow_hosts: frozenset[str] = frozenset()  # "HOST:PORT" entries that may be private addresses


@dataclass(frozen=True, slots=True)
class Look:
    """What one URL turned out to be."""

    url: NewUrl
    reading: Reading
    page: Page | None = None  # None: none came


class Looker:
    """Looks at URLs of one source; lives in one event loop."""

    def __init__(self, visits: Visits, read: Read, source: Source, memory: SiteMemory | None = None) -> None:
        self._visits = visits
        self._read = read
        self._source = source
        self._memory = memory  # of the source's host

    async def look(self, urls: Sequence[NewUrl]) -> tuple[Look, ...]:
        """Ask for some URLs, each once, and return what they are, in their order."""
        known = {key: known_of(url) for key, url in enumerate(urls)}
        for key, url in known.items():
            self._visits.add(Job(url.url, step_for(url), key=key))
        looks: dict[int, Look] = {}
        while len(looks) < len(urls):
            job, answer = await self._visits.next_answer()
            key = job.key
            if isinstance(answer, Moved) and self._may_follow(known[key], answer):
                self._visits.add(replace(job, step=answer.step, tries_done=0), first=True)
            else:
                looks[key] = await self._looked(urls[key], answer)
        return tuple(looks[key] for key in known)

    def sitemaps(self) -> tuple[str, ...]:
        """Return what the robots.txt of the home page's host names as sitemaps."""
        return self._visits.sitemaps(host_of(self._source.home))

    def pause_s(self) -> float | None:
        """Return the pause that the home page's host is asked with; None: it was not asked."""
        pace = self._visits.pace(host_of(self._source.home))
        return None if pace is None else pace.pause_s

    def _may_follow(self, url: KnownUrl, moved: Moved) -> bool:
        hosts = {host_of(hop.url) for hop in moved.step.chain}
        return len(hosts) < _MAX_HOSTS and moved_reading(url, self._source, moved.step).moved_to is not None

    async def _looked(self, url: NewUrl, answer: Result) -> Look:
        if isinstance(answer, Moved):
            return Look(url, moved_reading(known_of(url), self._source, answer.step))
        if not isinstance(answer, Page):
            return Look(url, failed_reading(answer.error))
        source = with_sites_of(self._source, answer)
        task = Task(url.kind, url.source_id, source, (answer,), depth=url.depth, memory=self._memory)
        result = await self._read(task)
        if isinstance(result, HarvesterError):
            return Look(url, failed_reading(result), answer)
        return Look(url, cast(Reading, result), answer)


def known_of(url: NewUrl) -> KnownUrl:
    """Return a URL as a state knows one that was never visited."""
    return KnownUrl(0, url.url, 0, url.source_id, url.kind, url.depth, 0, None, Rhythm(), Remembered())


def page_urls(look: Look) -> tuple[str, ...]:
    """Return the URLs of articles that a list names."""
    return tuple(new.url for new in look.reading.new if new.kind is Kind.PAGE)


@contextlib.asynccontextmanager
async def looking(
    source: Source, visitors: Visitors, memory: SiteMemory | None = None, ask: Ask | None = None
) -> AsyncIterator[Looker]:
    """Yield what looks at URLs of a source, over the network unless `ask` makes the requests.

    Raises FetchError "bad_url" when contact or an allowed host is malformed.
    """
    async with contextlib.AsyncExitStack() as stack:
        if ask is None:
            from harvester.fetching.client import Fetcher  # noqa: PLC0415 - with httpx 250 ms

            fetcher = Fetcher(Limits(), visitors.allow_hosts, Visitor(visitors.contact))
            ask = (await stack.enter_async_context(fetcher)).ask
        readers = Readers(read_work, 1, Guards(LIMIT_S), WARM)
        stack.callback(readers.close)
        visits = Visits(ask, Pacing(source.delay_s), NoMemory(source.delay_s))
        stack.push_async_callback(visits.stop)
        yield Looker(visits, readers.read, source, memory)
