"""Looks at single URLs as a crawl would, politely, and leaves nothing behind: no state, no archive, no article."""

import contextlib
from collections.abc import AsyncIterator, Sequence
from dataclasses import dataclass
from typing import Final, cast

from harvester.crawl.host import FreeHosts, Host
from harvester.crawl.host_queues import HostQueues
from harvester.crawl.jobs import Ask, FetchJob, Pacing, Result
from harvester.crawl.reader_work import WARM, Read, read_work
from harvester.crawl.requests import moved_reading, step_for
from harvester.crawl.schedule import UrlKind
from harvester.crawl.sources_file import CrawlSource, with_sites_of
from harvester.crawl.state.rows import KnownUrl, NewUrl, unvisited
from harvester.crawl.visit import AnswerReading, ReadingContext, Visit, failed_reading
from harvester.errors import HarvesterError
from harvester.fetching import Limits, Moved, Visitor
from harvester.models import Page, SiteMemory
from harvester.urls import host_of
from harvester.workers.killable_process import Guards
from harvester.workers.page_readers import LIMIT_S, Readers

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
    reading: AnswerReading
    page: Page | None = None  # None: none came


class Looker:
    """Looks at URLs of one source; lives in one event loop."""

    def __init__(self, ask: Ask, read: Read, source: CrawlSource, memory: SiteMemory | None = None) -> None:
        self._hosts = FreeHosts(source.delay_s)
        self._queues: HostQueues[NewUrl] = HostQueues(ask, Pacing(source.delay_s), self._hosts)
        self._read = read
        self._source = source
        self._memory = memory  # of the source's host

    async def look(self, urls: Sequence[NewUrl]) -> tuple[Look, ...]:
        """Ask for some URLs, each once, and return what they are, in their order."""
        for url in urls:
            self._queues.add(FetchJob(step_for(unvisited(url)), url))
        looks: dict[NewUrl, Look] = {}
        while len(looks) < len(urls):
            job, answer = await self._queues.next_answer()
            if isinstance(answer, Moved) and self._may_follow(unvisited(job.goal), answer):
                self._queues.add(job.at(answer.step), first=True)
            else:
                looks[job.goal] = await self._looked(job.goal, answer)
        return tuple(looks[url] for url in urls)

    async def stop(self) -> None:
        """Give up what is under way."""
        await self._queues.stop()

    def sitemaps(self) -> tuple[str, ...]:
        """Return what the robots.txt of the home page's host names as sitemaps."""
        return () if (home := self._home()) is None else home.sitemaps

    def pause_s(self) -> float | None:
        """Return the pause that the home page's host is asked with; None: it was not asked."""
        return None if (home := self._home()) is None else home.pace.pause_s

    def _home(self) -> Host | None:
        return self._hosts.find(host_of(self._source.home))

    def _may_follow(self, url: KnownUrl, moved: Moved) -> bool:
        hosts = {host_of(hop.url) for hop in moved.step.chain}
        return len(hosts) < _MAX_HOSTS and moved_reading(url, self._source, moved.step).moved_to is not None

    async def _looked(self, url: NewUrl, answer: Result) -> Look:
        if isinstance(answer, Moved):
            return Look(url, moved_reading(unvisited(url), self._source, answer.step))
        if not isinstance(answer, Page):
            return Look(url, failed_reading(answer.error))
        source = with_sites_of(self._source, answer)
        visit = Visit(unvisited(url), source, pages=(answer,), context=ReadingContext(memory=self._memory))
        result = await self._read(visit)
        if isinstance(result, HarvesterError):
            return Look(url, failed_reading(result), answer)
        return Look(url, cast(AnswerReading, result), answer)


def page_urls(look: Look) -> tuple[str, ...]:
    """Return the URLs of articles that a list names."""
    return tuple(new.url for new in look.reading.new if new.kind is UrlKind.PAGE)


@contextlib.asynccontextmanager
async def looking(
    source: CrawlSource, visitors: Visitors, memory: SiteMemory | None = None, ask: Ask | None = None
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
        looker = Looker(ask, readers.read, source, memory)
        stack.push_async_callback(looker.stop)
        yield looker
