"""A page that a person saved, taken in as a visit: archive, versions, state, in the order that survives a crash."""

import asyncio
import contextlib
import secrets
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from typing import cast

from harvester.crawl.crash_safe_writer import Extras
from harvester.crawl.crawl_run import Options, hold_locks, open_writer, seed_sources
from harvester.crawl.finished_visit import ADOPTED, FinishedVisit, iso_time
from harvester.crawl.health import is_well
from harvester.crawl.host_profile import HostProfile, from_json
from harvester.crawl.reader_work import WARM, read_work
from harvester.crawl.requests import digest_of_sources, lease_for
from harvester.crawl.shared_folder import check_folder
from harvester.crawl.sources_file import Crawl, CrawlSource, with_sites_of
from harvester.crawl.state.rows import Done, HostSchedule, KnownUrl, LeasedHost, NewUrl, Runner, unvisited
from harvester.crawl.state.store import State
from harvester.crawl.state_place import state_address
from harvester.crawl.visit import AnswerReading, ReadingContext, Visit, failed_reading
from harvester.errors import HarvesterError, InputError, Reason
from harvester.models import Page, SiteMemory
from harvester.store.atomic_files import make_folder
from harvester.store.lock import owner_name
from harvester.store.site_memories import read_memories
from harvester.url_names import display_url
from harvester.urls import host_of, same_site
from harvester.workers.killable_process import Guards
from harvester.workers.page_readers import Readers


@dataclass(frozen=True, slots=True)
class Adopted:
    """What became of a page that a person saved."""

    done: Done
    is_written: bool  # False: it gives no article, or no links, and was left alone


@dataclass(frozen=True, slots=True)
class _Adoption:
    """One page on its way in."""

    crawl: Crawl
    options: Options
    state: State
    run: int  # its number in the state
    owner: str  # of the lease
    sources: Mapping[int, CrawlSource]


def adopt(crawl: Crawl, page: Page, named: str | None, options: Options) -> Adopted | None:
    """Take in a page as a visit of its URL, which is checked; None: another machine holds the host, try again later.

    `named` is the name of its source; None: the one that knows the URL, or the first of its site that wants it. What is
    known of the site's opt-outs holds as for any visit; nothing is asked for.

    Raises InputError "unreadable" where no source wants the URL, LockedError while a run is under way, StoreError.
    """
    address = state_address(crawl, options.state)
    make_folder(crawl.output)
    who = owner_name()
    with hold_locks(crawl, address, (who, options.machine)), contextlib.closing(State(address)) as state:
        owner = f"{who}, {secrets.token_hex(4)}"
        runner = Runner(owner, options.machine, digest_of_sources(crawl.sources))
        number, numbers = state.begin(runner, [source.name for source in crawl.sources])
        try:
            check_folder(crawl.output, state)
            sources = seed_sources(state, crawl, numbers)
            return _adopt(_Adoption(crawl, options, state, number, owner, sources), page, named)
        finally:
            state.end(number, "done")


def _adopt(adoption: _Adoption, page: Page, named: str | None) -> Adopted | None:
    url = page.url or ""
    state = adoption.state
    known = state.known(url)
    key = _source_of(adoption.sources, url, known, named)
    lease = lease_for(adoption.owner, adoption.options.settings.lease_s, adoption.sources)
    host, _ = state.claim(lease, host_of(url))
    if host is None:
        return None
    source = adoption.sources[key]
    clock = HostSchedule(host.id, host.blocked_until, host.pause_s or source.delay_s, None, host.lease_no)
    try:
        asked = replace(known, source_id=key) if known is not None else unvisited(NewUrl(url, key))
        visit = Visit(asked, source, pages=(_as_visited(page, state.now()),))
        reading = _read(adoption, visit, host)
        if not is_well(reading.outcome):
            return Adopted(_refused(adoption, asked, reading), is_written=False)
        if known is None:
            state.add([NewUrl(url, key)])
            known = state.known(url)
        assert known is not None, "it was added"  # noqa: S101 - for the type checker
        return _written(adoption, FinishedVisit(replace(visit, url=known), reading), clock)
    finally:
        state.release(adoption.owner, [clock])


def _source_of(sources: Mapping[int, CrawlSource], url: str, known: KnownUrl | None, named: str | None) -> int:
    """Return the number of the source that a URL is of. Raises InputError "unreadable"."""
    if named is not None:
        return next(number for number, source in sources.items() if source.name == named)
    if known is not None and known.source_id in sources:
        return known.source_id
    of_site = (number for number, source in sources.items() if same_site(url, source.home) and source.wants(url))
    found = next(of_site, None)
    if found is None:
        explanation = "no source of the file is of this site and wants the URL; name one with --source"
        raise InputError(display_url(url), Reason.UNREADABLE, explanation)
    return found


def _as_visited(page: Page, now: float) -> Page:
    """Return the page as the answer to a visit, marked as what it is."""
    moment = datetime.fromtimestamp(int(now), UTC)
    saved_at = min(page.fetched_at, moment) if page.fetched_at is not None else moment
    kinds = () if page.header("content-type") else (("content-type", "text/html"),)
    headers = (*page.headers, *kinds, ADOPTED)
    return replace(page, final_url=None, status=200, chain=(), fetched_at=saved_at, headers=headers)


def _memory(crawl: Crawl, host: str) -> SiteMemory | None:
    memories: Sequence[SiteMemory] = tuple(read_memories(crawl.memory)) if crawl.memory else ()
    return next((memory for memory in memories if memory.host == host), None)


def _read(adoption: _Adoption, visit: Visit, host: LeasedHost) -> AnswerReading:
    """Return what is on the page of a visit, read by a process that can be killed."""
    options, (page,) = adoption.options, visit.pages
    facts = from_json(host.facts) or HostProfile(0)
    shape = adoption.state.shapes().get(visit.url.source_id)
    context = ReadingContext(shape=shape, facts=facts, memory=_memory(adoption.crawl, host.name))
    task = replace(visit, source=with_sites_of(visit.source, page), context=context)
    with contextlib.closing(Readers(read_work, 1, Guards(options.limit_s, options.memory_bytes), WARM)) as readers:
        result = asyncio.run(readers.read(task))
    return failed_reading(result) if isinstance(result, HarvesterError) else cast(AnswerReading, result)


def _written(adoption: _Adoption, finished: FinishedVisit, clock: HostSchedule) -> Adopted:
    with open_writer(adoption.crawl, adoption.options.machine, adoption.state, adoption.run) as writer:
        (done,) = writer.write([finished], Extras(adoption.owner, (clock,)))
    return Adopted(done, is_written=True)


def _refused(adoption: _Adoption, url: KnownUrl, reading: AnswerReading) -> Done:
    at = iso_time(adoption.state.now())
    return Done(url.url, url.kind, reading.outcome, reading.evidence, run=adoption.run, at=at)
