"""Worker processes for tasks that go through pages: killed where a page overruns, replaced, and asked when to end.

A task reports which page it begins. A worker that reports nothing for too long is killed, and one that dies is
replaced; its task is given out again, with the page that was under way marked where that page is to blame.
"""

import contextlib
import os
import threading
import time
from collections import Counter, deque
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass, field
from itertools import count
from multiprocessing.connection import Connection, wait
from typing import Final, Generic, Protocol, Self, TypeVar, cast

from harvester.errors import HarvesterError, InternalError, ParserLimit, Reason
from harvester.store.datasets.heartbeat import set_heartbeat
from harvester.workers import killable_process
from harvester.workers.early_copies import copies
from harvester.workers.killable_process import (
    STARTING_S,
    STARTS,
    TRIES,
    Guards,
    Worker,
    is_no_thread,
    no_room,
    start,
)

Value_co = TypeVar("Value_co", covariant=True)
Value = TypeVar("Value")
Key = TypeVar("Key")

# A page hears an alarm after its time limit; a worker is killed that does not react to it. On a busy machine, or where
# a library swallows the alarm, it may only be slow.
_HARD_FACTOR: Final = 3.0
_BEAT_S: Final = 5.0  # how often a worker that waits for a server says so
_LOOK_S: Final = 0.5  # how often silent workers are looked for
_MOST_DEATHS: Final = 5  # of one task at one place: leaving out the page does not help, or there is none
# No task is given out this many places before one that is not done: results that wait for their turn take memory.
_AHEAD: Final = 32


class DrainedError(Exception):
    """The run is to end: the task stops between two pages."""


class BeginPage(Protocol):
    """How a task reports where it is."""

    def __call__(self, at: int, name: str) -> None:
        """Report that page number `at` is begun; raises DrainedError when the run is to end."""


class Task(Protocol[Value_co]):
    """What a worker does; it travels to other processes."""

    def run(self, begin_page: BeginPage) -> Value_co:
        """Do it; raises HarvesterError where the whole task fails."""

    def without(self, at: int, error: HarvesterError) -> Self:
        """Return the same task, with the page `at` failed: it killed its worker."""


@dataclass(frozen=True, slots=True)
class Effort:
    """How many processes there are, and what one page may take."""

    jobs: int = 1
    limit_s: float = 30.0  # the slowest page of the corpora takes about a second
    memory_bytes: int = 2 * 1024**3


def processors() -> int:
    """Return how many processors this process may use."""
    return len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else os.cpu_count() or 1


class Workers(Protocol):
    """Who does tasks: a `Pool` of this machine, or the machines of a cluster."""

    @property
    def effort(self) -> Effort:
        """What one page may take."""

    @property
    def is_draining(self) -> bool:
        """Whether `drain` was called."""

    def drain(self) -> None:
        """Begin nothing new; `each` ends when what is under way has. Safe to call from a signal handler."""

    def each(
        self, tasks: Iterable[tuple[Key, Task[Value]] | None], on_page: Callable[[Key, int], None] | None = None
    ) -> Iterator[tuple[Key, Value | HarvesterError]]:
        """Yield the key of each task, which is the caller's, and what became of it, as they end.

        Where `tasks` yields None, what is under way decides what comes next: it is asked again when some of that has
        ended, and no more when nothing is under way.
        """


@dataclass(slots=True)
class _Job(Generic[Value]):
    """A task that is not done, and how it went so far."""

    number: int  # in the order in which tasks were taken
    key: object  # the caller's
    task: Task[Value]
    deaths: Counter[int | None] = field(default_factory=Counter)  # page -> how many workers died with it


@dataclass(slots=True)
class _Busy:
    """A worker with a task."""

    worker: Worker
    job: _Job[object]
    until: float  # on time.monotonic: killed then
    at: int | None = None  # the page under way
    name: str = ""


_Ended = tuple[_Job[object], object]  # a task and what became of it
_OnPage = Callable[[object, int], None]


class Pool:
    """`effort.jobs` processes; a context manager that ends them."""

    def __init__(self, effort: Effort) -> None:
        self.effort = effort
        self.is_draining = False
        self._guards = Guards(effort.limit_s * _HARD_FACTOR, effort.memory_bytes)
        self._idle: list[Worker] = []
        self._busy: dict[Connection, _Busy] = {}
        self._again: deque[_Job[object]] = deque()  # tasks whose worker died

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        for worker in (*self._idle, *(busy.worker for busy in self._busy.values())):
            worker.kill()

    def copy_program(self, most: int) -> None:
        """Let the first workers, at most that many, be copies of this program: it has just begun, and is a command."""
        self._idle = copies(_serve, self._guards, min(self.effort.jobs, most))

    def drain(self) -> None:
        """Let each worker finish its page and stop; `each` ends then. Safe to call from a signal handler."""
        self.is_draining = True

    def each(
        self, tasks: Iterable[tuple[Key, Task[Value]] | None], on_page: Callable[[Key, int], None] | None = None
    ) -> Iterator[tuple[Key, Value | HarvesterError]]:
        """Yield the key of each task and what became of it, as they end; tasks are taken when workers are free.

        `on_page` is called with the task's key and the page that it begins. A task that `drain` stops gives nothing.
        """
        todo, numbers = iter(cast("Iterable[tuple[object, Task[object]] | None]", tasks)), count()
        on_begin = cast("_OnPage | None", on_page)
        begun: set[int] = set()
        while True:
            while not self.is_draining and len(self._busy) < self.effort.jobs:
                job = self._again.popleft() if self._again else _next_job(todo, numbers) if _is_near(begun) else None
                if job is None:
                    break
                begun.add(job.number)
                if not self._give(job):
                    break
            if not self._busy:
                return
            for job, result in self._heard(on_begin):
                begun.discard(job.number)
                yield cast("Key", job.key), cast("Value | HarvesterError", result)

    # ── one worker ────────────────────────────────────────────────────────────────────────────

    def _give(self, job: _Job[object]) -> bool:
        """Give a task to a worker; return whether there was one: else it is left for those that there are.

        Raises StoreError where there is none, and none can be started for half a minute.
        """
        worker = self._idle.pop() if self._idle else self._started(type(job.task).__module__)
        if worker is None:
            self._again.appendleft(job)
            return False
        self._busy[worker.pipe] = _Busy(worker, job, time.monotonic() + STARTING_S + self._guards.hard_s)
        with contextlib.suppress(OSError):  # it died: its pipe says so when it is read
            worker.pipe.send(job.task)
        return True

    def _started(self, module: str) -> Worker | None:
        for tries_done in count(1):
            try:
                return start(_serve, self._guards, module)
            except OSError as error:
                if self._busy or self.is_draining:
                    return None
                if tries_done >= STARTS:
                    raise no_room(error) from error
            time.sleep(killable_process.WAIT_S)
        raise AssertionError("counting does not end")

    def _heard(self, on_page: _OnPage | None) -> Iterator[_Ended]:
        """Yield what has ended since, and see to the workers that died or must."""
        if self.is_draining:
            self._tell_to_end()
        for pipe in wait(list(self._busy), timeout=_LOOK_S):
            yield from self._read(self._busy[cast("Connection", pipe)], on_page)
        now = time.monotonic()
        for busy in [busy for busy in self._busy.values() if now > busy.until]:
            words = f"took longer than {self.effort.limit_s:g} s; its cleaner was killed"
            yield from self._lost(
                busy, ParserLimit(busy.name, Reason.CLEAN_TIMEOUT, words), is_sure=busy.at is not None
            )

    def _tell_to_end(self) -> None:
        for pipe in self._busy:
            with contextlib.suppress(OSError):
                pipe.send(None)

    def _read(self, busy: _Busy, on_page: _OnPage | None) -> Iterator[_Ended]:
        try:
            kind, *rest = busy.worker.pipe.recv()
        except (EOFError, OSError):
            words = "its cleaner died each time (no memory left, or a fault of a parser); skipped"
            yield from self._lost(busy, ParserLimit(busy.name, Reason.PARSER_LIMIT, words), is_sure=False)
            return
        if kind == "page":
            busy.at, busy.name = rest
            busy.until = time.monotonic() + self._guards.hard_s
            if on_page is not None:
                on_page(busy.job.key, rest[0])
            return
        del self._busy[busy.worker.pipe]
        self._idle.append(busy.worker)
        if kind == "done":
            yield busy.job, rest[0]

    def _lost(self, busy: _Busy, error: ParserLimit, *, is_sure: bool) -> Iterator[_Ended]:
        """Replace a dead worker: its task is given out again, without the page that is to blame, or has failed."""
        job, at = busy.job, busy.at
        del self._busy[busy.worker.pipe]
        busy.worker.kill()
        job.deaths[at] += 1
        if job.deaths[at] >= _MOST_DEATHS:
            words = "its cleaner dies again and again, also without this page: is there memory enough?"
            yield job, ParserLimit(busy.name or "the first page", Reason.PARSER_LIMIT, words)
            return
        if at is not None and (is_sure or job.deaths[at] >= TRIES):
            job.task = job.task.without(at, error)
        self._again.append(job)


def _next_job(tasks: Iterator[tuple[object, Task[object]] | None], numbers: Iterator[int]) -> _Job[object] | None:
    found = next(tasks, None)
    return None if found is None else _Job(next(numbers), *found)


def _is_near(open_numbers: set[int]) -> bool:
    return not open_numbers or max(open_numbers) - min(open_numbers) < _AHEAD


# ── in the worker ─────────────────────────────────────────────────────────────────────────────


def _serve(pipe: Connection, guards: Guards) -> None:
    """Do tasks until the other side is gone."""

    last: tuple[int, str] | None = None
    speaking = threading.Lock()

    def begin_page(at: int, name: str) -> None:
        nonlocal last
        if pipe.poll():
            pipe.recv()
            raise DrainedError
        guards.begin()
        last = at, name
        with speaking:
            pipe.send(("page", at, name))

    def still_here() -> None:
        if last is not None:
            with speaking:
                pipe.send(("page", *last))

    # A bucket that throttles is waited for, for minutes: that is no page which hangs.
    set_heartbeat(still_here, min(_BEAT_S, guards.hard_s / 3))
    while True:
        task = pipe.recv()
        if task is not None:  # else: it was told to end when it had just ended
            said = _done(task, begin_page)
            guards.end()
            pipe.send(said)


def _done(task: Task[object], begin_page: BeginPage) -> tuple[object, ...]:
    try:
        return ("done", task.run(begin_page))
    except HarvesterError as error:
        return ("done", error)
    except DrainedError:
        return ("drained",)
    except (OSError, MemoryError):
        raise  # the other side is gone, or the process must go
    except Exception as error:  # noqa: BLE001 - the boundary: one task's fault is its own
        if is_no_thread(error):
            return ("done", no_room(error))
        return ("done", InternalError.of("a unit of work", error))
