"""Writes a batch of visits: archive, then articles, then state; so that a crash at any point loses and doubles nothing.

The archive is on disk before an article points into it. An article is on disk before the state notes it: after a crash
between the two its page is fetched once more, and the file that is there already is found, not doubled. By what a
story is found is in the state before its article is on disk: so a copy is recognised after a crash, too.

An article takes its place inside the transaction that notes it, while the state holds the lease fast: a machine that
slept for longer than its leases puts nothing in the place of what another one wrote meanwhile.
"""

from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from concurrent.futures import Executor, ThreadPoolExecutor, wait
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from itertools import chain
from pathlib import Path
from typing import Final, TypeVar

from harvester.crawl.article_faults import ends_run, named_in
from harvester.crawl.article_files import (
    FetchedArticle,
    WrittenArticle,
    article_path,
    publish_article,
    read_current,
    stage_article,
    stored_versions,
)
from harvester.crawl.change_publisher import ChangePublisher
from harvester.crawl.discovery.sitemaps import MAX_SITEMAP_FILES
from harvester.crawl.finished_visit import (
    FinishedVisit,
    addresses_of,
    article_of,
    as_duplicate,
    elsewhere,
    fault_of,
    figures_of,
    is_stored,
    iso_time,
    may_be_copy,
    memory_of,
    oddity_of,
    text_of,
)
from harvester.crawl.replaced_texts import goes_on, with_articles_kept
from harvester.crawl.reposts import copy_evidence, is_candidate
from harvester.crawl.schedule import VisitResult, plan_next
from harvester.crawl.state.rows import (
    NOT_THERE,
    Added,
    Done,
    HostSchedule,
    Intent,
    KnownUrl,
    RobotsFile,
    StoredVersion,
    Story,
    Visited,
    article_number,
)
from harvester.crawl.state.store import Batch, State
from harvester.crawl.visit import AnswerReading
from harvester.crawl.visit_archive import ArchiveWriter, VisitArchive
from harvester.errors import Reason, StoreError
from harvester.models import Article
from harvester.store.atomic_files import discard
from harvester.store.fault_log import LOG_NAME, FaultLog

Item = TypeVar("Item")
Made = TypeVar("Made")

_WRITERS: Final = 8  # files are synced side by side: a disk takes eight waits in the time of one


def each_ended(threads: Executor, work: Callable[[Item], Made], items: Sequence[Item]) -> tuple[Made, ...]:
    """Return what `work` makes of each, in order, once all have ended: none writes on behind one that raised."""
    begun = [threads.submit(work, item) for item in items]
    wait(begun)
    return tuple(one.result() for one in begun)


@dataclass(frozen=True, slots=True)
class Extras:
    """What is written down beside the visits of a batch."""

    owner: str  # of the leases
    clocks: tuple[HostSchedule, ...] = ()
    robots: tuple[tuple[int, RobotsFile], ...] = ()  # host, file
    facts: tuple[tuple[int, str], ...] = ()  # host, JSON


class VisitWriter:
    """Writes visits of one run; used by one thread."""

    def __init__(self, state: State, run: int, output: Path, archive: ArchiveWriter | None) -> None:
        self._state = state
        self._run = run
        self._output = output
        self._archive = None if archive is None else VisitArchive(archive, output)
        self._sitemaps: Counter[int] = Counter()  # files that this round met, by source
        self._names: Mapping[int, str] = {}  # of sources, by number
        self.faults = FaultLog(output / LOG_NAME)
        self._publisher = ChangePublisher(state, output)
        self._has_changes = True  # what an earlier run left
        self._threads = ThreadPoolExecutor(_WRITERS, thread_name_prefix="writer")

    def begin_round(self) -> None:
        """Let each source have as many sitemaps again as it may have in one run: one without an end has many rounds."""
        self._sitemaps.clear()

    def close(self) -> None:
        """Hand on what is left, and close the archive."""
        try:
            self._publisher.finish()
        finally:
            self._threads.shutdown()
            if self._archive is not None:
                self._archive.close()

    def write(self, visits: Sequence[FinishedVisit], extras: Extras) -> tuple[Done, ...]:
        """Write the visits down, whole or not at all, and return what became of each, in order. Raises StoreError.

        A visit that cannot be written down, for whatever reason but the whole disk, ends without its page, as
        `internal_error` or "unwritable": it keeps no other from being written, and is not the first of the next run.
        """
        if self._archive is not None:
            self._archive.begin_batch()
        done = self._written(visits, extras)
        if self._has_changes:
            self._has_changes = not self._publisher.write()
        return done

    def _written(self, visits: Sequence[FinishedVisit], extras: Extras) -> tuple[Done, ...]:
        try:
            return self._write(visits, extras)
        except Exception as error:  # the boundary: what fails is found below, one by one
            if ends_run(error, self._output, visits):
                raise
            self._write_extras(extras)
            bare = Extras(extras.owner, extras.clocks)
            return tuple(done for visit in visits for done in self._write_alone(visit, bare))

    def _write_alone(self, visit: FinishedVisit, extras: Extras) -> tuple[Done, ...]:
        try:
            return self._write([visit], extras)
        except Exception as error:  # the boundary: one URL's fault is its own
            if ends_run(error, self._output, [visit]):
                raise
            return self._write([fault_of(visit.visit, named_in(error, self._output, visit))], extras)

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

    def _write(self, visits: Sequence[FinishedVisit], extras: Extras) -> tuple[Done, ...]:
        kept = with_articles_kept(self._with_names_marked(visits), self._output, self._state.last_texts)
        marked = tuple(self._with_copies_marked(tuple(kept)))
        archived = marked if self._archive is None else self._archive.kept(marked)
        self._announce(archived, extras)
        staged: list[WrittenArticle] = []
        try:
            return self._write_down(archived, extras, staged)
        finally:
            for part in (one.part for one in staged if one.part is not None):
                discard(part)  # gone where it took its place

    def _write_down(
        self, visits: Sequence[FinishedVisit], extras: Extras, staged: list[WrittenArticle]
    ) -> tuple[Done, ...]:
        """Put the articles in their places and record it, or neither."""
        stored = each_ended(self._threads, lambda visit: self._staged(visit, staged), visits)
        added = self._add([visit.reading for visit in visits], [visit.url.source_id for visit in visits])
        written = tuple(self._concluded(*one) for one in zip(visits, stored, added, strict=True))
        batch = Batch(
            visits=written,
            owner=extras.owner,
            clocks=extras.clocks,
            robots=extras.robots,
            facts=extras.facts,
            learned=_learned(visits),
        )

        def put() -> None:
            each_ended(self._threads, publish_article, staged)  # raises what one of them raised

        changes = self._state.finish(self._run, batch, put)
        done = tuple(visit.done for visit in written)
        # A transaction whose answer was lost is done again, and then finds nothing to change.
        self._has_changes = self._has_changes or changes > 0 or any(one.path is not None for one in done)
        return done

    # ── stories that are known already ────────────────────────────────────────────────────

    def _with_names_marked(self, visits: Sequence[FinishedVisit]) -> Sequence[FinishedVisit]:
        """Return the visits; one that leads to an article that another URL led to before becomes a "duplicate"."""
        names = {visit.url.id: article_number(one.id) for visit in visits if (one := _new_article(visit)) is not None}
        if not names:
            return visits
        owners = {number: set(urls) for number, urls in self._state.owners(list(names.values())).items()}
        return [self._with_name_marked(visit, owners) for visit in visits]

    def _with_name_marked(self, visit: FinishedVisit, owners: dict[int, set[int]]) -> FinishedVisit:
        article = _new_article(visit)
        if article is None:
            return visit
        others = owners.setdefault(article_number(article.id), set()) - {visit.url.id}
        if others:
            return as_duplicate(visit, (article.id, f"leads to article {article.id}"), stands_in=False)
        owners[article_number(article.id)].add(visit.url.id)
        return visit

    def _with_copies_marked(self, visits: Sequence[FinishedVisit]) -> Iterator[FinishedVisit]:
        """Yield the visits; an article that another URL already gave becomes a "duplicate" that names it."""
        keys = [key for visit in visits if may_be_copy(visit) for key in visit.reading.keys]
        similar = self._state.similar(keys) if keys else {}
        batch: dict[int, list[Article]] = {}  # key -> articles of this batch
        for visit in visits:
            article = visit.reading.article
            if article is None or not may_be_copy(visit):
                yield visit
                continue
            earlier = (other for key in visit.reading.keys for other in batch.get(key, ()))
            known = self._known(visit, similar)
            left = {article.id for one, article in known if one.is_left}
            others: Iterable[Article] = chain(earlier, (article for _, article in known))
            if article_path(self._output, visit.url.url, article.id).is_file():
                # A kill came between file and state: the file stays, so it is a copy of nothing else.
                others = (other for other in others if other.id == article.id)
            found = _first_copy(article, others)
            if found is None:
                for key in visit.reading.keys:
                    batch.setdefault(key, []).append(article)
            yield visit if found is None else as_duplicate(visit, found, stands_in=found[0] in left)

    def _known(self, visit: FinishedVisit, similar: Mapping[int, Sequence[KnownUrl]]) -> list[tuple[KnownUrl, Article]]:
        """Return the stored articles of other URLs that share a key, save those that a visit goes on from."""
        candidates = {
            known.id: known
            for key in visit.reading.keys
            for known in similar.get(key, ())
            if is_candidate(key, visit.reading.story, known.memory.story)
        }
        stored = (
            (known, read_current(article_path(self._output, known.url, article_of(known))))
            for known in candidates.values()
            if known.id != visit.url.id and not known.is_lost
        )
        return [(known, article) for known, article in stored if article and not goes_on(visit, known, article)]

    def _announce(self, visits: Sequence[FinishedVisit], extras: Extras) -> None:
        touched = [visit for visit in visits if is_stored(visit)]
        stories = tuple(
            Story(visit.url, elsewhere(visit.url, article), visit.reading.keys)
            for visit in touched
            if (article := visit.reading.article) is not None and may_be_copy(visit)
        )
        if touched:
            self._state.announce(Intent(extras.owner, extras.clocks, tuple(visit.url.id for visit in touched), stories))

    # ── articles ──────────────────────────────────────────────────────────────────────────

    def _staged(self, visit: FinishedVisit, staged: list[WrittenArticle]) -> WrittenArticle | None:
        """Return what is to be on disk for a visit, and add it to what is staged."""
        article = visit.reading.article
        if article is None or not is_stored(visit):
            return None
        seen = iso_time(datetime.now(UTC).timestamp())
        candidate = FetchedArticle(article, seen, visit.reading.signals, visit.reading.paywalled)
        stored = stage_article(self._output, visit.url.url, candidate)
        staged.append(stored)
        return stored

    # ── the state ─────────────────────────────────────────────────────────────────────────

    def _concluded(self, visit: FinishedVisit, stored: WrittenArticle | None, added: Added) -> Visited:
        """Return the visit as it is written down."""
        reading, url = visit.reading, visit.url
        outcome = reading.outcome
        is_new = stored is not None and (stored.is_new or url.memory.version != stored.version)
        if stored is not None and not is_new:
            outcome = Reason.UNCHANGED
        has_news = is_new or added.found + added.left > 0
        leads_on = url.hops > 0 and (reading.moved_to is not None or outcome == Reason.REDIRECT_LOOP)
        now = int(self._state.now())
        result = VisitResult(
            url.kind,
            outcome,
            has_news,
            visit.visit.conditional,
            reading.ttl_s,
            leads_on,
            reading.stands_in,
            max(now - url.seen_at, 0),
        )
        memory = memory_of(visit, stored)
        if added.left or added.left_out:  # a list that names them is read again, even when it is as it was
            memory = replace(memory, digest=None, validator=None)
        return Visited(
            url=url,
            done=self._done(visit, outcome, stored, added),
            plan=plan_next(url.history, result, now),
            memory=memory,
            stored=self._versions(url, outcome, stored),
            is_new=is_new,
            figures=figures_of(visit) if is_new or outcome in (Reason.DUPLICATE, Reason.REPLACED) else None,
            addresses=addresses_of(visit),
            moved_to=reading.moved_to,
            is_other=reading.is_other,
            text=text_of(visit),
        )

    def _done(self, visit: FinishedVisit, outcome: Reason, stored: WrittenArticle | None, added: Added) -> Done:
        """Return what the user sees of a visit."""
        url, article = visit.url, visit.reading.article
        left = f"{added.left:,} sitemaps are left for its next visit" if added.left else _left_out(added.left_out)
        return Done(
            url=url.url,
            kind=url.kind,
            outcome=outcome,
            evidence=self._evidence(visit) or left,
            path=stored.path if stored and outcome != Reason.UNCHANGED else None,
            version=stored.version if stored else None,
            found=added.found,
            bytes=len(visit.page.body) if visit.page else 0,
            title=article.title if article else None,
            source=self._name_of(url.source_id),
            run=self._run,
            at=iso_time(self._state.now()),
        )

    def _name_of(self, source: int) -> str:
        if source not in self._names:  # sources may be added while a run goes on
            self._names = self._state.source_names()
        return self._names.get(source, "")

    def _versions(self, url: KnownUrl, outcome: Reason, stored: WrittenArticle | None) -> tuple[StoredVersion, ...]:
        """Return the versions on disk that the state may not know; also of an article that is gone, or back."""
        known = url.memory.version
        if stored is not None:
            return stored_versions(self._output, stored.path, known or 0, stored)
        if known is None or NOT_THERE.isdisjoint((outcome, url.outcome)):
            return ()
        return stored_versions(self._output, article_path(self._output, url.url, article_of(url)), known)

    def _evidence(self, visit: FinishedVisit) -> str | None:
        """Return the evidence of an outcome; of a fault also where its traceback is."""
        fault = visit.reading.fault
        if fault is None:
            return visit.reading.evidence or oddity_of(visit)
        return self.faults.keep(fault.about(visit.url.url)).explanation

    def _add(self, readings: Sequence[AnswerReading], sources: Sequence[int]) -> tuple[Added, ...]:
        """Make known what visits found; of sitemaps, as many as a source may have in one run."""
        if not any(reading.new for reading in readings):
            return (Added(),) * len(readings)
        rooms = {source: MAX_SITEMAP_FILES - self._sitemaps[source] for source in sources}
        added = self._state.add_each([reading.new for reading in readings], rooms)
        for source, one in zip(sources, added, strict=True):
            self._sitemaps[source] += one.sitemaps
        return added


def _left_out(fields: Sequence[str]) -> str | None:
    """Return which links are not visited, in words; None: all are."""
    if not fields:
        return None
    names = ", ".join(sorted({repr(field) if field else "what is behind the ?" for field in fields}))
    return f"{len(fields):,} links left out: known pages with another value of {names}, which says nothing here"


def _learned(visits: Sequence[FinishedVisit]) -> tuple[tuple[int, str], ...]:
    return tuple((visit.url.source_id, visit.reading.shape) for visit in visits if visit.reading.shape is not None)


def _new_article(visit: FinishedVisit) -> Article | None:
    """Return the article that a visit brings where its URL had none."""
    return visit.reading.article if is_stored(visit) and may_be_copy(visit) else None


def _first_copy(article: Article, others: Iterable[Article]) -> tuple[str, str] | None:
    """Return the id of the first article that is the same story, and what shows it."""
    for other in others:
        if (evidence := copy_evidence(article, other)) is not None:
            return other.id, evidence
    return None
