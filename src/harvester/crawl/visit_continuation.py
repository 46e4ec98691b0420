"""What an answer means: its pages are read, and the visit is over, or goes on with the next request."""

import asyncio
from dataclasses import replace
from typing import Final, cast

from harvester.crawl.engine_parts import Goal, Parts
from harvester.crawl.finished_visit import FinishedVisit
from harvester.crawl.held_hosts import HeldHosts
from harvester.crawl.host import Host
from harvester.crawl.host_probing import facts_of
from harvester.crawl.host_profile import HostProfile
from harvester.crawl.host_queues import HostQueues
from harvester.crawl.jobs import FetchJob
from harvester.crawl.requests import homes_of, is_guess, is_mishap, moved_reading, sitemap_urls, with_owners
from harvester.crawl.schedule import MAX_INTERVAL_S, SETTLED, UrlKind
from harvester.crawl.sources_file import with_sites_of
from harvester.crawl.state.rows import digest_of
from harvester.crawl.visit import AnswerReading, ReadingContext, Visit, failed_reading
from harvester.errors import HarvesterError, Reason
from harvester.fetching import FetchFailure, Limits, Moved, Step
from harvester.fetching.http_verdict import first_step, follow
from harvester.models import Page
from harvester.urls import host_of, join_url

MAX_REDIRECTS: Final = Limits().redirects  # those of a page that leads on by itself among them
_LARGE_BYTES: Final = 1024 * 1024  # a digest of more takes longer than the loop may be held


class VisitContinuation:
    """The answers of one run."""

    def __init__(self, parts: Parts, queues: HostQueues[Goal], held: HeldHosts) -> None:
        self._parts = parts
        self._queues = queues
        self._held = held
        self._shapes = dict(parts.state.shapes())
        self._homes = homes_of(parts.sources)

    async def finish(self, visit: Visit, answer: Page | Moved | FetchFailure) -> FinishedVisit | None:
        """Return a visit as it ends; None where its next request was added to the queues."""
        match answer:
            case Moved() if visit.pages:
                return await self._read(visit)  # a later page left the host
            case Moved(step):
                return FinishedVisit(visit.bare(), self._owned(visit, moved_reading(visit.url, visit.source, step)))
            case FetchFailure() as failure:
                return await self._failed(visit, failure)
            case page:
                return await self._take(visit, page)

    async def _failed(self, visit: Visit, failure: FetchFailure) -> FinishedVisit | None:
        error = failure.error
        if visit.pages and is_mishap(visit.url, failure):
            explanation = f"page {len(visit.pages) + 1} of the article: {error.explanation}"
            return FinishedVisit(visit.bare(), failed_reading(error, explanation))
        if visit.pages:
            return await self._read(visit)  # a later page of the article is missing
        if error.reason == Reason.GONE and is_guess(visit.url, visit.source, self._host(visit).sitemaps):
            reading = AnswerReading(Reason.OK, "no sitemap at the usual address", ttl_s=MAX_INTERVAL_S)
            return FinishedVisit(visit.bare(), reading)
        if error.reason == Reason.NOT_MODIFIED and not visit.conditional:
            return FinishedVisit(
                visit, AnswerReading(Reason.BAD_RESPONSE, "status 304 without having asked for changes")
            )
        return FinishedVisit(visit, failed_reading(error))

    async def _take(self, visit: Visit, page: Page) -> FinishedVisit | None:
        is_settled = not visit.pages and visit.url.outcome in SETTLED  # "no feed" is not made well by no change
        if is_settled and await long_digest(page.body) == visit.url.memory.digest:
            return FinishedVisit(replace(visit, pages=(page,)), AnswerReading(Reason.UNCHANGED))
        return await self._read(visit, page)

    async def _read(self, visit: Visit, page: Page | None = None) -> FinishedVisit | None:
        """Have the pages of a visit read; ask for the next one where the article goes on there.

        `page` is the one that came now; None: no further one of the article does.
        """
        url, host = visit.url, self._host(visit)
        whole = visit if page is None else replace(visit, pages=(*visit.pages, page))
        result = await self._parts.read(self._to_read(whole, await facts_of(host), is_last=page is None))
        if isinstance(result, HarvesterError):
            return FinishedVisit(whole, failed_reading(result))
        reading = cast(AnswerReading, result)
        self._queues.note_page(host, is_wall=reading.outcome == Reason.BLOCKED)
        if reading.refresh_url is not None and (moved := refreshed(whole.pages[0], reading.refresh_url)) is not None:
            return await self._moved_on(visit, moved)
        if reading.next_url is not None:
            further = replace(whole, first=visit.first or reading.article)
            self._queues.add(FetchJob(first_step(reading.next_url), further), first=True)
            return None
        if reading.shape is not None:
            self._shapes[url.source_id] = reading.shape
        if url.kind is UrlKind.HOME:
            reading = replace(reading, new=(*reading.new, *sitemap_urls(url, visit.source, host.sitemaps)))
        return FinishedVisit(whole, self._owned(visit, reading))

    def _owned(self, visit: Visit, reading: AnswerReading) -> AnswerReading:
        """Return a reading whose new URLs are of the sources that they are to be visited for."""
        if not reading.new or visit.url.kind is UrlKind.SITEMAP:  # which has names of its own site only, often 50,000
            return reading
        return replace(reading, new=with_owners(reading.new, visit.source, self._homes, self._parts.sources))

    async def _moved_on(self, visit: Visit, answer: Moved | FetchFailure) -> FinishedVisit | None:
        """Follow a page that leads on by itself as a redirect: on its host at once, to another as another URL."""
        if isinstance(answer, Moved) and host_of(answer.step.url) == host_of(visit.url.url):
            self._queues.add(FetchJob(answer.step, visit), first=True)
            return None
        return await self.finish(visit, answer)

    def _to_read(self, visit: Visit, facts: HostProfile, *, is_last: bool) -> Visit:
        """Return a visit as a worker process is given it."""
        first, url = visit.pages[0], visit.url
        memory = self._parts.memories.get(host_of(first.address or url.url))
        context = ReadingContext(is_last, self._shapes.get(url.source_id), facts, memory)
        return replace(visit, source=with_sites_of(visit.source, first), context=context)

    def _host(self, visit: Visit) -> Host:
        return self._held.numbered(visit.url.host_id)


async def long_digest(body: bytes) -> int:
    """Return the digest of a body; that of a long one is made beside the event loop."""
    if len(body) < _LARGE_BYTES:
        return digest_of(body)
    return await asyncio.get_running_loop().run_in_executor(None, digest_of, body)


def refreshed(page: Page, target: str) -> Moved | FetchFailure | None:
    """Return the request that a page leads to by itself; None: to itself, as pages do that load anew."""
    step = Step(page.address or "", page.chain)
    if join_url(step.url, target) == step.url:
        return None
    return follow(step, page.status or 200, target, MAX_REDIRECTS)
