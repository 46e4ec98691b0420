"""Learn sites and clean pages, both at once: a unit is cleaned as soon as the memories of its own sites are learned.

Units are cleaned in the order of the inputs. What the next one waits for is learned first; while that is under way,
what the ones behind it wait for.
"""

from collections import deque
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field, replace
from itertools import count
from pathlib import Path
from typing import Any, Final

from harvester.errors import HarvesterError, Reason, StoreError
from harvester.models import SiteMemory
from harvester.reclean.run_state import Run, RunProgress, check_whole, or_raise
from harvester.reclean.site_learning import FingerprintTask, LearnTask
from harvester.reclean.unit_cleaner import ENDINGS, CleanTask
from harvester.reclean.unit_results import UnitResult, without_unwritable
from harvester.reclean.units import Unit
from harvester.reclean.work_folder import EARLIER, PARTIALS
from harvester.site_memory import MIN_PAGES, PageFingerprint
from harvester.store.datasets.dataset_files import failure_of
from harvester.store.fault_log import FaultLog
from harvester.store.site_memories import read_memories, write_memories

Task = CleanTask | FingerprintTask | LearnTask

_HOSTS_EACH: Final = 20  # that are learned at once
# What pages leave behind is in the journal until all pages of their site have: where the pages of all sites are
# mixed, that is until all inputs were read. So a part of the sites is learned at a time, and inputs that hold several
# pages are read as often. A part is not smaller than this many pages, which take two megabytes.
_PARTS: Final = 4
_LEAST_PAGES: Final = 2_500


def learn_and_clean(run: Run) -> bool:
    """Learn what is to be learned and clean all units that are not done; return whether it came to its end."""
    for result in run.journal.results() if run.job.strict else ():
        check_whole(run, result)
    _choose(run)
    pipeline = _Pipeline(run)
    pipeline.go()
    if run.job.site_memory and run.job.memory_file is not None and run.journal.sites.is_complete():
        write_memories(run.job.memory_file, run.journal.sites.memories())
    return next(run.journal.undone(), None) is None


def _choose(run: Run) -> None:
    """Choose which pages are learned, once."""
    if run.job.site_memory and not run.journal.fact("chosen"):
        if run.job.memory_file is not None:
            run.journal.sites.keep(read_memories(run.job.memory_file))
        run.journal.sites.choose(MIN_PAGES)


@dataclass(frozen=True, slots=True)
class _Cleaned:
    """A unit that is cleaned."""

    turn: int  # its number among those that this run cleans
    unit: int
    pages: int
    bytes: int  # as stored

    def begin_page(self, progress: RunProgress, page: int) -> None:
        """Report that a page of it is begun, and how far in that is, taking its pages for equal."""
        if page >= self.pages:  # behind the last one: its files are written
            return
        progress.page(self.unit, page, self.bytes * min(page, self.pages) // max(self.pages, 1))


@dataclass(frozen=True, slots=True)
class _Fingerprinted:
    """A unit of which some pages are read for their sites."""

    turn: int  # its number among all that are read for their sites: a unit may be, several times
    unit: int
    wanted: frozenset[int]
    last_host: int  # pages of hosts behind it were not asked for


@dataclass(frozen=True, slots=True)
class _Learned:
    """Hosts that are learned."""

    hosts: tuple[int, ...]


class _Pipeline:
    """Gives out tasks, and writes down what became of each."""

    def __init__(self, run: Run) -> None:
        self._run = run
        self._sites = run.journal.sites
        self._cleaning = _Cleaning(run)
        self._learning = _Learning(run)

    def go(self) -> None:
        """Do all that is not done; raises what ends the run."""
        for what, value in self._run.pool.each(self._tasks(), self._begin_page):
            found = or_raise(value)
            match what:
                case _Cleaned() as unit:
                    self._cleaning.ended(unit, found)
                case _Fingerprinted() as unit:
                    self._learning.traced(unit, found)
                case _Learned(hosts):
                    self._learning.learned(hosts, found)
        if not self._run.pool.is_draining:
            self._cleaning.give_up_failed()

    def _begin_page(self, what: _Cleaned | _Fingerprinted | _Learned, page: int) -> None:
        match what:
            case _Cleaned() as unit:
                unit.begin_page(self._run.progress, page)
            case _Fingerprinted(turn) if not self._cleaning.has_begun:
                self._run.progress.page(turn, page, 0)
            case _:
                pass

    def _tasks(self) -> Iterator[tuple[_Cleaned | _Fingerprinted | _Learned, Task] | None]:
        """Yield what is to be done next; None where that is not known before something has ended."""
        while True:
            yield self._next()

    def _next(self) -> tuple[_Cleaned | _Fingerprinted | _Learned, Task] | None:
        if (hosts := self._learning.ready()) is not None:
            return hosts
        number = self._cleaning.next
        if number is not None and self._sites.are_learned(number):
            return self._cleaning.begin(number)
        return self._learning.next_unit(number)


# ── learning ──────────────────────────────────────────────────────────────────────────────────


class _Learning:
    """Which pages are read for their sites, and which sites are learned."""

    def __init__(self, run: Run) -> None:
        self._run = run
        self._sites = run.journal.sites
        self._each = max(self._sites.count_wanted() // _PARTS, _LEAST_PAGES)
        self._last_host = -1  # of the part that is learned
        self._turn: Iterator[int] = iter(())  # units with pages of that part
        self._urgent: deque[int] = deque()  # those that the next unit waits for
        self._urgent_for: tuple[int | None, int] = (None, -1)
        self._later: deque[int] = deque()  # units whose other pages are under way
        self._units: dict[int, _Fingerprinted] = {}  # under way
        self._hosts: set[int] = set()
        self._turns = count()

    def ready(self) -> tuple[_Learned, LearnTask] | None:
        """Return hosts that can be learned."""
        hosts = self._sites.ready(_HOSTS_EACH, self._hosts)
        if not hosts:
            return None
        self._hosts |= set(hosts)
        return _Learned(hosts), LearnTask(tuple(map(self._sites.fingerprints_of, hosts)))

    def next_unit(self, waiting: int | None) -> tuple[_Fingerprinted, FingerprintTask] | None:
        """Return a unit with pages to be read, if there is one: for the unit that is waiting, or for others."""
        while True:
            self._look_for(waiting)
            for units in (self._drained(self._urgent), self._turn, self._drained(self._later)):
                for unit in units:
                    if (found := self._begin(unit)) is not None:
                        return found
            if self._later or not self._open_part():
                return None

    def _drained(self, units: deque[int]) -> Iterator[int]:
        """Yield what is in a queue at the moment."""
        for _ in range(len(units)):
            yield units.popleft()

    def _look_for(self, waiting: int | None) -> None:
        """Find out what a unit waits for, once."""
        if self._urgent_for != (waiting, self._last_host):
            self._urgent_for = (waiting, self._last_host)
            self._urgent = deque(() if waiting is None else self._sites.needed_by(waiting, self._last_host))

    def _begin(self, unit: int) -> tuple[_Fingerprinted, FingerprintTask] | None:
        if (traced := self._units.get(unit)) is not None:
            if traced.last_host < self._last_host:
                self._later.append(unit)
            return None
        wanted = self._sites.wanted_in(unit, self._last_host)
        if not wanted:
            return None
        self._units[unit] = _Fingerprinted(next(self._turns), unit, wanted, self._last_host)
        return self._units[unit], FingerprintTask(self._run.journal.unit(unit), wanted, self._run.job.effort.limit_s)

    def _open_part(self) -> bool:
        """Go on to the next part of the sites; return whether there is one."""
        last = self._sites.next_hosts(self._last_host, self._each)
        if last is None:
            return False
        self._last_host, self._turn = last, self._sites.traceable(last)
        return True

    def traced(self, unit: _Fingerprinted, found: Any) -> None:
        """Write down what pages left behind; of an error, that they left nothing."""
        del self._units[unit.unit]
        gain: tuple[tuple[int, PageFingerprint], ...] = () if isinstance(found, HarvesterError) else found
        self._sites.add_fingerprint(unit.unit, unit.wanted, gain)

    def learned(self, hosts: tuple[int, ...], found: Any) -> None:
        """Write down what was learned; of an error, that the hosts have no memory."""
        self._hosts -= set(hosts)
        gain: tuple[SiteMemory, ...] = () if isinstance(found, HarvesterError) else found
        self._sites.finish(hosts, gain)


# ── cleaning ──────────────────────────────────────────────────────────────────────────────────


@dataclass(slots=True)
class _Waiting:
    """Results are reported in the order of the inputs, so some wait for others."""

    results: dict[int, tuple[_Cleaned, UnitResult | None]] = field(default_factory=dict)  # by turn
    reported: int = 0

    def add(self, unit: _Cleaned, result: UnitResult | None, report: Callable[[_Cleaned, UnitResult], None]) -> None:
        """Take a result in, None for one that comes at the end, and report those whose turn it is."""
        self.results[unit.turn] = (unit, result)
        while self.reported in self.results:
            one, ready = self.results.pop(self.reported)
            if ready is not None:
                report(one, ready)
            self.reported += 1


class _Cleaning:
    """Which units are cleaned, and what became of them."""

    def __init__(self, run: Run) -> None:
        self._run = run
        self._undone = run.journal.undone()
        self.next = next(self._undone, None)  # the unit that is to be cleaned next
        self.has_begun = False
        self._base = _base_task(run)
        self._turns = count()
        self._waiting = _Waiting()
        self._failed: list[tuple[int, HarvesterError]] = []
        is_learning = self.next is not None and not run.journal.sites.are_learned(self.next)
        self._begin_phase("learn" if is_learning else "clean")

    def _begin_phase(self, phase: str) -> None:
        self.has_begun = phase == "clean"
        self._run.progress.begins(phase, self._run.journal.sizes() if self.has_begun else None)

    def begin(self, number: int) -> tuple[_Cleaned, CleanTask]:
        """Return the next unit, as it is given out."""
        if not self.has_begun:
            self._begin_phase("clean")
        self.next = next(self._undone, None)
        return self._given(number)

    def _given(self, number: int) -> tuple[_Cleaned, CleanTask]:
        unit = _Cleaned(next(self._turns), number, *self._run.journal.size_of(number))
        return unit, _task_of(self._run, self._base, number)

    def ended(self, unit: _Cleaned, found: Any) -> None:
        """Write down what became of a unit; one whose workers died again and again is given up at the end."""
        if isinstance(found, HarvesterError):
            self._failed.append((unit.unit, found))
            self._waiting.add(unit, None, self._report)
            return
        found = self._kept(unit.unit, found)
        _partial(self._run, unit.unit).unlink(missing_ok=True)
        self._waiting.add(unit, found, self._report)
        check_whole(self._run, found)

    def _kept(self, number: int, result: UnitResult) -> UnitResult:
        """Write a result down and return it; where a fault of ours keeps it from that, what else there is of it."""
        try:
            self._run.journal.finish(number, result)
        except HarvesterError:
            raise  # the journal cannot be used: no page is to blame
        except Exception as error:  # noqa: BLE001 - the boundary: one page's fault ends no run
            result = self._with_fault(number, result, error)
        return result

    def _report(self, unit: _Cleaned, result: UnitResult) -> None:
        try:
            self._run.progress.ends(unit.unit, unit.bytes, result)
        except (HarvesterError, OSError):
            raise  # a stream is closed, or its disk full
        except Exception as error:  # noqa: BLE001 - the boundary, as above
            fault = self._with_fault(unit.unit, result, error).failures[-1]
            self._run.progress.note(f"{fault.subject}: {fault.explanation} [{fault.reason}]")

    def _with_fault(self, number: int, result: UnitResult, error: Exception) -> UnitResult:
        """Write down, and return, a result to which a fault of ours is added as one more failure."""
        fault = FaultLog(self._run.log).note(self._run.journal.unit(number).name, error)
        result = without_unwritable(result, failure_of(fault))
        self._run.journal.finish(number, result)
        return result

    def give_up_failed(self) -> None:
        """Let what is not done of the units that failed be failures of their pages. Raises StoreError."""
        failed, self._failed = self._failed, []
        tasks = self._rests(failed)
        for unit, found in self._run.pool.each(tasks, lambda unit, page: unit.begin_page(self._run.progress, page)):
            self.ended(unit, or_raise(found))
        for number, error in self._failed:
            raise StoreError(self._run.journal.unit(number).name, Reason.UNWRITABLE, error.explanation)

    def _rests(self, failed: list[tuple[int, HarvesterError]]) -> Iterator[tuple[_Cleaned, CleanTask]]:
        for number, error in failed:
            unit, task = self._given(number)
            yield unit, replace(task, rest=error)


def _base_task(run: Run) -> CleanTask:
    """Return what the tasks of all units share."""
    job, journal = run.job, run.journal
    output = job.output
    if output.sharded is None:
        output = replace(output, sharded=output.form in ENDINGS and journal.has_containers())
    return CleanTask(
        unit=Unit(0),  # each has its own
        clean=run.clean,
        output=output,
        selection=job.selection,
        limit_s=job.effort.limit_s,
        partial=run.work,
        log=run.log,
        earlier=run.work / EARLIER if job.selection.update else None,
        fingerprints=run.fingerprints,
        listing=not journal.has_containers(),
    )


def _task_of(run: Run, base: CleanTask, number: int) -> CleanTask:
    memories = run.journal.sites.memories_of(number)
    sites = run.job.sites
    if sites.by_host and (
        hosts := run.journal.sites.hosts_of(number)
    ):  # else: what could not be looked at may be of any
        sites = sites.only(hosts)
    return replace(base, unit=run.journal.unit(number), memories=memories, sites=sites, partial=_partial(run, number))


def _partial(run: Run, number: int) -> Path:
    return run.work / PARTIALS / f"{number:08d}.jsonl"
