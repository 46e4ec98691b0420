"""Clean one page under a time limit, or many in worker processes, in the order they were given."""

import os
import signal
import threading
from collections import deque
from collections.abc import Callable, Iterable, Iterator
from concurrent.futures import Future, ProcessPoolExecutor
from concurrent.futures.process import BrokenProcessPool
from contextlib import contextmanager
from dataclasses import dataclass
from multiprocessing import get_all_start_methods, get_context
from typing import Final

from harvester.errors import HarvesterError, ParserLimit
from harvester.models import Article, Ledger
from harvester.reclean.inputs import Input
from harvester.reclean.saved import SavedPage, read_saved

Cleaned = tuple[Article, Ledger]
Clean = Callable[[SavedPage], Cleaned]  # raises HarvesterError where there is no article

RING_AGAIN_S: Final = 1.0  # a library may swallow the first alarm, but not all of them
HARD_FACTOR: Final = 3.0  # a worker stuck in C code hears no alarm: killed after this many time limits on the processor
QUEUED_PER_WORKER: Final = 2  # keeps workers busy; more would only hold results in memory


@dataclass(frozen=True, slots=True)
class Work:
    """How one page is cleaned; it travels to the workers, so `clean` must be a function of a module."""

    clean: Clean
    limit_s: float


class _Overrun(BaseException):
    """The time is up. No Exception, so that no library takes it for a failure of its own."""


def clean_one(source: Input, work: Work) -> Cleaned | HarvesterError:
    """Return the article and ledger of one page, or why there is none, with the file as subject."""
    try:
        with _time_limit(work.limit_s):
            return work.clean(read_saved(source))
    except HarvesterError as error:
        return type(error)(source.name, error.reason, error.explanation)
    except _Overrun:
        return ParserLimit(source.name, "clean_timeout", f"took longer than {work.limit_s:g} s; skipped")
    except (RecursionError, MemoryError) as error:
        return ParserLimit(source.name, "parser_limit", f"needs too much memory ({type(error).__name__}); skipped")


def clean_in_pool(sources: Iterable[Input], work: Work, jobs: int) -> Iterator[Cleaned | HarvesterError]:
    """Yield what `clean_one` returns for each source, in order, from `jobs` processes.

    A worker that dies takes its pool with it. The pages that were under way are then cleaned one by one, each in a
    process of its own, so that the page that kills is found and every other one is cleaned.
    """
    todo = deque(sources)
    while todo:
        started: deque[tuple[Input, Future[Cleaned | HarvesterError]]] = deque()
        with _pool(jobs) as pool:
            try:
                while todo or started:
                    while todo and len(started) < jobs * QUEUED_PER_WORKER:
                        started.append((todo[0], _submit(pool, todo[0], work)))
                        todo.popleft()
                    yield started[0][1].result()
                    started.popleft()
            except BrokenProcessPool:
                pass  # `started` holds what is left to do
        for source, future in started:
            yield future.result() if _has_result(future) else _clean_alone(source, work)


def _pool(jobs: int) -> ProcessPoolExecutor:
    # never fork: a forked copy of a program with threads can hang
    method = "forkserver" if "forkserver" in get_all_start_methods() else "spawn"
    return ProcessPoolExecutor(jobs, mp_context=get_context(method), initializer=_ignore_interrupts)


def _ignore_interrupts() -> None:
    """Leave Ctrl-C to the parent, which ends the run; a worker would print a traceback each."""
    signal.signal(signal.SIGINT, signal.SIG_IGN)


def _submit(pool: ProcessPoolExecutor, source: Input, work: Work) -> Future[Cleaned | HarvesterError]:
    if source.path is not None and os.path.isfile(source.path):  # noqa: PTH113 - Path.is_file raises for a locked folder
        return pool.submit(_clean_in_worker, source, work)
    ready: Future[Cleaned | HarvesterError] = Future()  # workers do not see our standard input and pipes
    ready.set_result(clean_one(source, work))
    return ready


def _has_result(future: Future[Cleaned | HarvesterError]) -> bool:
    return future.done() and future.exception() is None


def _clean_alone(source: Input, work: Work) -> Cleaned | HarvesterError:
    with _pool(1) as pool:
        try:
            return pool.submit(_clean_in_worker, source, work).result()
        except BrokenProcessPool:
            explanation = "its cleaner was killed (endless loop, or no memory left); skipped"
            return ParserLimit(source.name, "clean_timeout", explanation)


def _clean_in_worker(source: Input, work: Work) -> Cleaned | HarvesterError:
    if not hasattr(signal, "setitimer"):  # Windows
        return clean_one(source, work)
    signal.setitimer(signal.ITIMER_PROF, work.limit_s * HARD_FACTOR)  # SIGPROF ends the process by default
    try:
        return clean_one(source, work)
    finally:
        signal.setitimer(signal.ITIMER_PROF, 0)


@contextmanager
def _time_limit(seconds: float) -> Iterator[None]:
    """Raise `_Overrun` in the block after `seconds`, where the platform has alarms and this is the main thread."""
    if not hasattr(signal, "setitimer") or threading.current_thread() is not threading.main_thread():
        yield
        return
    before = signal.signal(signal.SIGALRM, _ring)
    signal.setitimer(signal.ITIMER_REAL, seconds, RING_AGAIN_S)
    try:
        yield
    finally:
        signal.setitimer(signal.ITIMER_REAL, 0)
        signal.signal(signal.SIGALRM, before)


def _ring(number: int, frame: object) -> None:
    raise _Overrun
