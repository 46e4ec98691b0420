"""What an answer means: its pages are read, and it becomes an event, or the next request of the same article."""

from collections.abc import Callable
from dataclasses import replace
from typing import cast

from harvester.crawl.answer_reading import Reading, Task, failed_reading
from harvester.crawl.engine_parts import Parts
from harvester.crawl.events import Event
from harvester.crawl.flights import Flight, long_digest, refreshed
from harvester.crawl.host_probing import FactFinder
from harvester.crawl.host_profile import HostFacts
from harvester.crawl.host_queues import Visits
from harvester.crawl.jobs import Job
from harvester.crawl.requests import is_guess, is_mishap, moved_reading, sitemap_urls
from harvester.crawl.schedule import MAX_INTERVAL_S, SETTLED, Kind
from harvester.crawl.sources import with_sites_of
from harvester.errors import HarvesterError, Reason
from harvester.fetching import Failure, Moved
from harvester.fetching.steps import first_step
from harvester.models import Page
from harvester.pagination import MAX_PAGES as MAX_PARTS
from harvester.urls import host_of


class Answers:
    """The answers of one run."""

    def __init__(self, parts: Parts, visits: Visits, finder: FactFinder, name_of: Callable[[int], str]) -> None:
        """`name_of`: the name of a host by its number."""
        self._parts = parts
        self._visits = visits
        self._finder = finder
        self._name_of = name_of
        self._shapes = dict(parts.state.shapes())

    async def event(self, flight: Flight, answer: Page | Moved | Failure) -> Event | None:
        """Return what became of a URL; None where the next request of the same article was added to the visits."""
        match answer:
            case Moved() if flight.pages:
                return await self._read_whole(flight, flight.pages, is_last=True)  # a later page left the host
            case Moved(step):
                return Event(flight.url, moved_reading(flight.url, flight.source, step))
            case Failure() as failure:
                return await self._failed(flight, failure)
            case page:
                return await self._read(flight, page)

    async def _failed(self, flight: Flight, failure: Failure) -> Event | None:
        error = failure.error
        if flight.pages and is_mishap(flight.url, failure):
            explanation = f"page {len(flight.pages) + 1} of the article: {error.explanation}"
            return Event(flight.url, failed_reading(error, explanation))
        if flight.pages:
            return await self._read_whole(flight, flight.pages, is_last=True)  # a later page of the article is missing
        named = self._visits.sitemaps(self._name_of(flight.url.host_id))
        if error.reason == Reason.GONE and is_guess(flight.url, flight.source, named):
            return Event(flight.url, Reading(Reason.OK, "no sitemap at the usual address", ttl_s=MAX_INTERVAL_S))
        if error.reason == Reason.NOT_MODIFIED and not flight.conditional:
            return Event(flight.url, Reading(Reason.BAD_RESPONSE, "status 304 without having asked for changes"))
        return Event(flight.url, failed_reading(error), conditional=flight.conditional)

    async def _read(self, flight: Flight, page: Page) -> Event | None:
        is_settled = not flight.pages and flight.url.outcome in SETTLED  # "no feed" is not made well by no change
        if is_settled and await long_digest(page.body) == flight.url.memory.digest:
            kept = flight.url.kind is Kind.PAGE and flight.source.archive and flight.url.memory.version is not None
            return Event(flight.url, Reading(Reason.UNCHANGED), page, flight.conditional, kept)
        return await self._read_whole(flight, (*flight.pages, page))

    async def _read_whole(self, flight: Flight, pages: tuple[Page, ...], *, is_last: bool = False) -> Event | None:
        """Have the pages of a URL read; ask for the next one where the article goes on there."""
        url = flight.url
        facts = await self._finder.facts(url.host_id, self._visits.usage(self._name_of(url.host_id)))
        result = await self._parts.read(self._task(flight, pages, facts, is_last or len(pages) >= MAX_PARTS))
        if isinstance(result, HarvesterError):
            return Event(url, failed_reading(result), pages[0], flight.conditional)
        reading = cast(Reading, result)
        self._visits.tell_apart(self._name_of(url.host_id), is_wall=reading.outcome == Reason.BLOCKED)
        if reading.refresh_url is not None and (moved := refreshed(pages[0], reading.refresh_url)) is not None:
            return await self._moved_on(flight, moved)
        if reading.next_url is not None:
            flight.pages, flight.first = pages, flight.first or reading.article
            self._visits.add(Job(url.url, first_step(reading.next_url), key=url.id), first=True)
            return None
        if reading.shape is not None:
            self._shapes[url.source_id] = reading.shape
        if url.kind is Kind.HOME:
            named = self._visits.sitemaps(self._name_of(url.host_id))
            reading = replace(reading, new=(*reading.new, *sitemap_urls(url, flight.source, named)))
        return Event(url, reading, pages[0], flight.conditional, self._is_archived(flight, reading), pages[1:])

    async def _moved_on(self, flight: Flight, answer: Moved | Failure) -> Event | None:
        """Follow a page that leads on by itself as a redirect: on its host at once, to another as another URL."""
        if isinstance(answer, Moved) and host_of(answer.step.url) == host_of(flight.url.url):
            self._visits.add(Job(flight.url.url, answer.step, key=flight.url.id), first=True)
            return None
        return await self.event(flight, answer)

    def _task(self, flight: Flight, pages: tuple[Page, ...], facts: HostFacts, is_last: bool) -> Task:
        number = flight.url.source_id
        return Task(
            kind=flight.url.kind,
            source_id=number,
            source=with_sites_of(flight.source, pages[0]),
            pages=pages,
            first=flight.first,
            is_last=is_last,
            depth=flight.url.depth,
            shape=self._shapes.get(number),
            probes=facts.probes,
            site=facts.site,
            memory=self._parts.memories.get(host_of(pages[0].address or flight.url.url)),
        )

    def _is_archived(self, flight: Flight, reading: Reading) -> bool:
        return (
            flight.url.kind is Kind.PAGE
            and reading.article is not None
            and reading.archivable
            and flight.source.archive
        )
