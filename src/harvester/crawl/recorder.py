"""Writes a batch of visits: archive, then articles, then state; so that a crash at any point loses and doubles nothing.

The archive is on disk before an article points into it. An article is on disk before the state says so: after a crash
between the two its page is fetched once more, and the file that is there already is found, not doubled. By what a
story is found is in the state before its article is on disk: so a copy is recognised after a crash, too.

An article takes its place inside the transaction that says so, while the state holds the lease fast: a machine that
slept for longer than its leases puts nothing in the place of what another one wrote meanwhile.
"""

from collections import Counter, deque
from collections.abc import Iterable, Iterator, Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from itertools import chain
from pathlib import Path
from typing import TYPE_CHECKING, Final, Protocol

from harvester.crawl.answer_reading import Reading, failed_reading
from harvester.crawl.article_files import (
    Candidate,
    Stored,
    article_path,
    publish_article,
    read_current,
    stage_article,
    stored_versions,
)
from harvester.crawl.discovery.sitemaps import MAX_SITEMAP_FILES
from harvester.crawl.events import (
    Done,
    Event,
    addresses_of,
    article_of,
    as_duplicate,
    elsewhere,
    figures_of,
    is_stored,
    iso_time,
    may_be_copy,
    memory_of,
    oddity_of,
)
from harvester.crawl.handing_on import HandingOn
from harvester.crawl.near_duplicates import copy_evidence, is_candidate
from harvester.crawl.schedule import Visit, is_failure, plan_next
from harvester.crawl.state.outbox import NOT_THERE
from harvester.crawl.state.rows import (
    Added,
    HostClock,
    Intent,
    KnownUrl,
    RobotsFile,
    StoredVersion,
    Story,
    Visited,
)
from harvester.crawl.state.store import Batch, State
from harvester.errors import InternalError, Reason, StoreError
from harvester.models import Archive, Article, Page
from harvester.store.faults import LOG_NAME, FaultLog
from harvester.store.files import discard

if TYPE_CHECKING:
    from harvester.archive.formats.warc_writer import Earlier

_WRITERS: Final = 8  # files are synced side by side: a disk takes eight waits in the time of one


class ArchiveWriter(Protocol):
    """Keeps raw pages."""

    def append(self, page: Page) -> Archive:
        """Write a page and return where it is."""

    def revisit(self, page: Page, earlier: "Earlier") -> Archive:
        """Write that a page came again as it was, and return where that is."""

    def sync(self) -> None:
        """Make what was written last through a power cut."""

    def close(self) -> None:
        """Close the file."""


@dataclass(frozen=True, slots=True)
class Extras:
    """What is written down beside the visits of a batch."""

    owner: str  # of the leases
    clocks: tuple[HostClock, ...] = ()
    robots: tuple[tuple[int, RobotsFile], ...] = ()  # host, file
    facts: tuple[tuple[int, str], ...] = ()  # host, JSON


class Recorder:
    """Writes visits of one run; used by one thread."""

    def __init__(self, state: State, run: int, output: Path, archive: ArchiveWriter | None) -> None:
        self._state = state
        self._run = run
        self._output = output
        self._archive = archive
        self._sitemaps: Counter[int] = Counter()  # files that this run met, by source
        self._names: Mapping[int, str] = {}  # of sources, by number
        self.faults = FaultLog(output / LOG_NAME)
        self._handing_on = HandingOn(state, output)
        self._has_changes = True  # what an earlier run left
        self._threads = ThreadPoolExecutor(_WRITERS, thread_name_prefix="writer")

    def close(self) -> None:
        """Hand on what is left, and close the archive."""
        try:
            self._handing_on.finish()
        finally:
            self._threads.shutdown()
            if self._archive is not None:
                self._archive.close()

    def write(self, events: Sequence[Event], extras: Extras) -> tuple[Done, ...]:
        """Write the visits down, whole or not at all, and return what became of each, in order. Raises StoreError.

        A visit that cannot be written down, for whatever reason but the disk, ends as `internal_error`, without its
        page: it keeps no other from being written, and is not the first thing of the next run.
        """
        done = self._written(events, extras)
        if self._has_changes:
            self._has_changes = not self._handing_on.write()
        return done

    def _written(self, events: Sequence[Event], extras: Extras) -> tuple[Done, ...]:
        try:
            return self._write(events, extras)
        except StoreError:
            raise
        except Exception:  # noqa: BLE001 - the boundary: what fails is found below, one by one
            self._write_extras(extras)
            bare = Extras(extras.owner, extras.clocks)
            return tuple(done for event in events for done in self._write_alone(event, bare))

    def _write_alone(self, event: Event, extras: Extras) -> tuple[Done, ...]:
        try:
            return self._write([event], extras)
        except StoreError:
            raise
        except Exception as error:  # noqa: BLE001 - the boundary: one URL's fault is its own
            reading = failed_reading(InternalError.of(event.url.url, error))
            return self._write([Event(event.url, reading)], extras)

    def _write_extras(self, extras: Extras) -> None:
        """Write down what belongs to no visit, each by itself."""
        clocks = Batch(owner=extras.owner, clocks=extras.clocks)
        robots = (Batch(robots=(file,)) for file in extras.robots)
        facts = (Batch(facts=(fact,)) for fact in extras.facts)
        for batch in (clocks, *robots, *facts):
            try:
                self._state.finish(self._run, batch)
            except StoreError:
                raise
            except Exception as error:  # noqa: BLE001 - the boundary: what is not kept is asked for again
                self.faults.note("the state of a host", error)

    def _write(self, events: Sequence[Event], extras: Extras) -> tuple[Done, ...]:
        archived = self._archived(tuple(self._told_apart(events)))
        self._announce(archived, extras)
        staged: list[Stored] = []
        try:
            return self._write_down(archived, extras, staged)
        finally:
            for part in (one.part for one in staged if one.part is not None):
                discard(part)  # gone where it took its place

    def _write_down(self, events: Sequence[Event], extras: Extras, staged: list[Stored]) -> tuple[Done, ...]:
        """Put the articles in their places and record it, or neither."""
        stored = tuple(self._threads.map(lambda event: self._staged(event, staged), events))
        added = self._add([event.reading for event in events], [event.url.source_id for event in events])
        results = [self._concluded(*one) for one in zip(events, stored, added, strict=True)]
        batch = Batch(
            visits=tuple(visit for visit, _ in results),
            owner=extras.owner,
            clocks=extras.clocks,
            robots=extras.robots,
            facts=extras.facts,
            learned=_learned(events),
            failed=sum(is_failure(visit.url.kind, visit.outcome) for visit, _ in results),
        )

        def put() -> None:
            deque(self._threads.map(publish_article, staged), maxlen=0)  # raises what one of them raised

        changes = self._state.finish(self._run, batch, put)
        done = tuple(done for _, done in results)
        # A transaction whose answer was lost is done again, and then finds nothing to change.
        self._has_changes = self._has_changes or changes > 0 or any(one.path is not None for one in done)
        return done

    # ── the archive ───────────────────────────────────────────────────────────────────────

    def _archived(self, events: Sequence[Event]) -> list[Event]:
        """Return the events, the articles with the place where their pages are kept."""
        if self._archive is None or not any(event.archived for event in events):
            return list(events)
        kept = [self._append(event) if event.archived else event for event in events]
        self._archive.sync()
        return kept

    def _append(self, event: Event) -> Event:
        if event.page is None or self._archive is None:
            return event
        article = event.reading.article
        if article is None:
            self._repeat(event.url, event.page)
            return event
        place = self._archive.append(event.page)
        for part in event.parts:
            self._archive.append(part)
        kept = replace(article, page=replace(article.page, archive=place))
        return replace(event, reading=replace(event.reading, article=kept))

    def _repeat(self, url: KnownUrl, page: Page) -> None:
        """Archive that a page came again as its article has it; nothing where it was not archived then."""
        from harvester.archive.formats.warc_writer import Earlier, payload_digest  # noqa: PLC0415 - crawls without archive need none

        article = read_current(article_path(self._output, url.url, article_of(url)))
        place = article.page.archive if article is not None else None
        if self._archive is None or article is None or place is None or article.url is None:
            return
        if article.fetched_at is None or place.digest != payload_digest(page.body):
            return
        self._archive.revisit(page, Earlier(article.url, datetime.fromisoformat(article.fetched_at), place.digest))

    # ── stories that are known already ────────────────────────────────────────────────────

    def _told_apart(self, events: Sequence[Event]) -> Iterator[Event]:
        """Yield the events; an article that another URL already gave becomes a "duplicate" that names it."""
        keys = [key for event in events if may_be_copy(event) for key in event.reading.keys]
        similar = self._state.similar(keys) if keys else {}
        batch: dict[int, list[Article]] = {}  # key -> articles of this batch
        for event in events:
            article = event.reading.article
            if article is None or not may_be_copy(event):
                yield event
                continue
            earlier = (other for key in event.reading.keys for other in batch.get(key, ()))
            others: Iterable[Article] = chain(earlier, self._known(event, similar))
            if article_path(self._output, event.url.url, article.id).is_file():
                # A kill came between file and state: the file stays, so it is a copy of nothing else.
                others = (other for other in others if other.id == article.id)
            found = _first_copy(article, others)
            if found is None:
                for key in event.reading.keys:
                    batch.setdefault(key, []).append(article)
            yield event if found is None else as_duplicate(event, found)

    def _known(self, event: Event, similar: Mapping[int, Sequence[KnownUrl]]) -> Iterator[Article]:
        """Yield the stored articles of other URLs that share a key."""
        candidates = {
            known.id: known
            for key in event.reading.keys
            for known in similar.get(key, ())
            if is_candidate(key, event.reading.story, known.memory.story)
        }
        for known in candidates.values():
            if known.id != event.url.id:
                stored = read_current(article_path(self._output, known.url, article_of(known)))
                if stored is not None:
                    yield stored

    def _announce(self, events: Sequence[Event], extras: Extras) -> None:
        touched = [event for event in events if is_stored(event)]
        stories = tuple(
            Story(event.url, elsewhere(event.url, article), event.reading.keys)
            for event in touched
            if (article := event.reading.article) is not None and may_be_copy(event)
        )
        if touched:
            self._state.announce(Intent(extras.owner, extras.clocks, tuple(event.url.id for event in touched), stories))

    # ── articles ──────────────────────────────────────────────────────────────────────────

    def _staged(self, event: Event, staged: list[Stored]) -> Stored | None:
        """Return what is to be on disk for an event, and add it to what is staged."""
        article = event.reading.article
        if article is None or not is_stored(event):
            return None
        seen = iso_time(datetime.now(UTC).timestamp())
        candidate = Candidate(article, seen, event.reading.signals, event.reading.paywalled)
        stored = stage_article(self._output, event.url.url, candidate)
        staged.append(stored)
        return stored

    # ── the state ─────────────────────────────────────────────────────────────────────────

    def _concluded(self, event: Event, stored: Stored | None, added: Added) -> tuple[Visited, Done]:
        """Return what the state keeps of a visit and what the user sees of it."""
        reading, url = event.reading, event.url
        outcome = reading.outcome
        is_new = stored is not None and (stored.is_new or url.memory.version != stored.version)
        if stored is not None and not is_new:
            outcome = Reason.UNCHANGED
        visit = Visit(url.kind, outcome, is_new or added.found + added.left > 0, event.conditional, reading.ttl_s)
        plan = plan_next(url.rhythm, visit, int(self._state.now()))
        memory, evidence = memory_of(event, stored), self._evidence(event)
        if added.left:  # an index that names them is read again, even when it is as it was
            memory = replace(memory, digest=None, validator=None)
            evidence = evidence or f"{added.left:,} sitemaps are left for its next visit"
        visited = Visited(
            url,
            outcome,
            evidence,
            plan,
            memory,
            self._versions(url, outcome, stored),
            is_new,
            figures_of(event) if is_new or outcome == Reason.DUPLICATE else None,
            addresses_of(event),
            event.reading.moved_to,
        )
        done = self._done(event, visited, stored, added.found)
        return visited, done

    def _done(self, event: Event, visited: Visited, stored: Stored | None, found: int) -> Done:
        """Return what the user sees of a visit."""
        url, article = event.url, event.reading.article
        return Done(
            url=url.url,
            kind=url.kind,
            outcome=visited.outcome,
            evidence=visited.evidence,
            path=stored.path if stored and visited.is_new else None,
            version=stored.version if stored else None,
            found=found,
            bytes=len(event.page.body) if event.page else 0,
            title=article.title if article else None,
            source=self._name_of(url.source_id),
            run=self._run,
            at=iso_time(self._state.now()),
        )

    def _name_of(self, source: int) -> str:
        if source not in self._names:  # sources may be added while a run goes on
            self._names = self._state.source_names()
        return self._names.get(source, "")

    def _versions(self, url: KnownUrl, outcome: Reason, stored: Stored | None) -> tuple[StoredVersion, ...]:
        """Return the versions on disk that the state may not know; also of an article that is gone, or back."""
        known = url.memory.version
        if stored is not None:
            return stored_versions(self._output, stored.path, known or 0, stored)
        if known is None or NOT_THERE.isdisjoint((outcome, url.outcome)):
            return ()
        return stored_versions(self._output, article_path(self._output, url.url, article_of(url)), known)

    def _evidence(self, event: Event) -> str | None:
        """Return the evidence of an outcome; of a fault also where its traceback is."""
        fault = event.reading.fault
        if fault is None:
            return event.reading.evidence or oddity_of(event)
        return self.faults.keep(fault.about(event.url.url)).explanation

    def _add(self, readings: Sequence[Reading], sources: Sequence[int]) -> tuple[Added, ...]:
        """Make known what visits found; of sitemaps, as many as a source may have in one run."""
        if not any(reading.new for reading in readings):
            return (Added(),) * len(readings)
        rooms = {source: MAX_SITEMAP_FILES - self._sitemaps[source] for source in sources}
        added = self._state.add_each([reading.new for reading in readings], rooms)
        for source, one in zip(sources, added, strict=True):
            self._sitemaps[source] += one.sitemaps
        return added


def _learned(events: Sequence[Event]) -> tuple[tuple[int, str], ...]:
    return tuple((event.url.source_id, event.reading.shape) for event in events if event.reading.shape is not None)


def _first_copy(article: Article, others: Iterable[Article]) -> tuple[str, str] | None:
    """Return the id of the first article that is the same story, and what shows it."""
    for other in others:
        if (evidence := copy_evidence(article, other)) is not None:
            return other.id, evidence
    return None
