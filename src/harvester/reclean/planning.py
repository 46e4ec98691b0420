"""The first look at what is to be cleaned: how a container is cut into units, and which pages are of which host."""

import heapq
from collections import defaultdict
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field, replace
from hashlib import blake2b
from typing import Final

from harvester.archive.formats import is_seekable, read_entries
from harvester.archive.page_entries import Entry
from harvester.archive.saved_page import SavedPage, read_saved
from harvester.errors import HarvesterError, StoreError
from harvester.reclean.site_learning import MAX_LEARNED, host_of_saved
from harvester.reclean.units import Container, PageFile, far_page
from harvester.store.datasets.remote_file import AnyPath, located
from harvester.workers.process_pool import BeginPage
from harvester.workers.worker_limits import Overrun, time_limit

# One cannot seek in a packed stream, so each unit reads what is before it, too. With 32 units a stream is unpacked
# 16 times in all, which costs less than cleaning a part of it.
_MAX_STREAM_UNITS: Final = 32
UNRANKED: Final = -1
_SPARED: Final = 8  # of a host in a group of page files: one with more there is likely to have more than are learned


@dataclass(frozen=True, slots=True)
class UnitSize:
    """How large a unit may be."""

    bytes: int
    pages: int


@dataclass(frozen=True, slots=True)
class Split:
    """A part of a container that is a unit."""

    start: int  # place of the first entry
    stop: int | None  # place behind the last one; None: to the end
    pages: int  # entries
    bytes: int  # as stored, where one can seek in it; else of the pages


@dataclass(frozen=True, slots=True)
class SamplePage:
    """A page of a host, of those that the host's memory is learned from."""

    host: str
    rank: int  # the pages of the least ranks are learned; UNRANKED: it is not known yet whether its rank counts
    start: int  # of its stretch
    at: int  # its number in the stretch


@dataclass(frozen=True, slots=True)
class InputSurvey:
    """What a container, or a group of page files, holds."""

    stretches: tuple[Split, ...]
    members: tuple[SamplePage, ...] = ()  # at most `MAX_LEARNED` of each host
    present: tuple[tuple[int, str], ...] = ()  # stretch, host


@dataclass(frozen=True, slots=True)
class SurveyTask:
    """Looks at one container or group of page files."""

    what: Container | tuple[PageFile, ...]
    cut: UnitSize
    sites: bool  # also look whose the pages are
    limit_s: float
    skipped: frozenset[int] = frozenset()  # page files that killed a worker

    def run(self, begin_page: BeginPage) -> InputSurvey:
        """Return what it holds."""
        if isinstance(self.what, Container):
            return _survey_container(self.what, self, begin_page)
        return _survey_files(self.what, self, begin_page)

    def without(self, at: int, error: HarvesterError) -> "SurveyTask":
        """Return the task that does not look at one page file."""
        return replace(self, skipped=self.skipped | {at})


@dataclass(frozen=True, slots=True)
class RankTask:
    """Goes through page files whose ranks decide, because their hosts have more pages than are learned."""

    files: tuple[PageFile, ...]
    wanted: frozenset[int]  # numbers of the pages in the group
    limit_s: float

    def run(self, begin_page: BeginPage) -> dict[int, int]:
        """Return the rank of each page; one that cannot be read any more has none."""
        ranks: dict[int, int] = {}
        for at in sorted(self.wanted):
            begin_page(at, self.files[at].name)
            found = _page_of(self.files[at], self.limit_s)
            if found is not None:
                ranks[at] = rank_of(found.page.body)
        return ranks

    def without(self, at: int, error: HarvesterError) -> "RankTask":
        """Return the task without a page."""
        return replace(self, wanted=self.wanted - {at})


@dataclass(slots=True)
class _Census:
    """Which pages are of which host: of each, those of the least ranks, and the stretches it is met in.

    A rank takes as long as finding out whose a page is, several times over, and few hosts have so many pages that it
    counts. So the first `spared` pages of each host are not gone through before that is known.
    """

    spared: int = 0
    unranked: defaultdict[str, list[tuple[int, int]]] = field(default_factory=lambda: defaultdict(list))
    best: defaultdict[str, list[tuple[int, int, int]]] = field(default_factory=lambda: defaultdict(list))
    present: set[tuple[int, str]] = field(default_factory=set)

    def add(self, host: str, body: bytes, start: int, at: int) -> None:
        """Count a page."""
        self.present.add((start, host))
        if len(self.unranked[host]) < self.spared:
            self.unranked[host].append((start, at))
            return
        row = (-rank_of(body), -start, -at)
        if len(self.best[host]) < MAX_LEARNED:
            heapq.heappush(self.best[host], row)
        else:
            heapq.heappushpop(self.best[host], row)

    def members(self) -> Iterator[SamplePage]:
        """Yield what is to be known of the hosts."""
        for host in sorted(self.unranked.keys() | self.best.keys()):
            yield from (SamplePage(host, UNRANKED, *place) for place in self.unranked[host])
            for rank, start, at in sorted(self.best[host], reverse=True):
                yield SamplePage(host, -rank, -start, -at)


def rank_of(body: bytes) -> int:
    """Return a number of 63 bits that spreads pages evenly, the same on all machines."""
    return int.from_bytes(blake2b(body, digest_size=8).digest()) >> 1


def _survey_files(files: Sequence[PageFile], task: SurveyTask, begin_page: BeginPage) -> InputSurvey:
    census = _Census(_SPARED)
    for at, file in enumerate(files):
        begin_page(at, file.name)
        found = _page_of(file, task.limit_s) if at not in task.skipped else None
        if found is not None and (host := host_of_saved(found)) is not None:
            census.add(host, found.page.body, 0, at)
    stored = sum(_size(located(file.path)) for file in files)
    stretch = Split(0, None, len(files), stored)
    return InputSurvey((stretch,), tuple(census.members()), tuple(sorted(census.present)))


def _page_of(file: PageFile, limit_s: float) -> SavedPage | None:
    try:
        if (page := far_page(file)) is not None:
            return page
        with time_limit(limit_s):
            return read_saved(file.source)
    except StoreError:  # a bucket that is away: the page is not to blame
        raise
    except (Exception, Overrun):  # noqa: BLE001 - whatever it is, its cleaning reports it
        return None


def _size(path: AnyPath) -> int:
    try:
        return path.stat().st_size
    except OSError:
        return 0


def _survey_container(container: Container, task: SurveyTask, begin_page: BeginPage) -> InputSurvey:
    path = located(container.path)
    can_seek = is_seekable(path, container.form)
    census = _Census()
    stretches: list[Split] = []
    start, pages, size, last = 0, 0, 0, 0
    for number, entry in enumerate(read_entries(path, container.form)):
        begin_page(number, entry.name)
        grown = entry.place - start if can_seek else size
        if pages and (grown >= task.cut.bytes or pages >= task.cut.pages):
            stretches.append(Split(start, entry.place, pages, grown))
            start, pages, size = entry.place, 0, 0
        found = entry.found
        if task.sites and isinstance(found, SavedPage) and (host := host_of_saved(found)) is not None:
            census.add(host, found.page.body, start, pages)
        pages, size, last = pages + 1, size + _body_bytes(entry), entry.place
    stretches.append(Split(start, None, pages, (max(_size(path), last) - start) if can_seek else size))
    if can_seek or len(stretches) <= _MAX_STREAM_UNITS:
        return InputSurvey(tuple(stretches), tuple(census.members()), tuple(sorted(census.present)))
    return _coarser(stretches, census)


def _coarser(stretches: Sequence[Split], census: _Census) -> InputSurvey:
    """Return the survey with neighbours put together, until there are few enough units."""
    each = -(-len(stretches) // _MAX_STREAM_UNITS)
    groups = [stretches[at : at + each] for at in range(0, len(stretches), each)]
    moved = dict(_moved(groups))
    members = (
        SamplePage(one.host, one.rank, moved[one.start][0], moved[one.start][1] + one.at) for one in census.members()
    )
    present = {(moved[start][0], host) for start, host in census.present}
    return InputSurvey(tuple(map(_together, groups)), tuple(members), tuple(sorted(present)))


def _moved(groups: Sequence[Sequence[Split]]) -> Iterator[tuple[int, tuple[int, int]]]:
    """Yield the start of each stretch with that of its group, and how many entries are before it there."""
    for group in groups:
        before = 0
        for stretch in group:
            yield stretch.start, (group[0].start, before)
            before += stretch.pages


def _together(group: Sequence[Split]) -> Split:
    pages, size = sum(one.pages for one in group), sum(one.bytes for one in group)
    return Split(group[0].start, group[-1].stop, pages, size)


def _body_bytes(entry: Entry) -> int:
    return len(entry.found.page.body) if isinstance(entry.found, SavedPage) else 0
