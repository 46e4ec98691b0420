"""Do something with one saved page under a time limit, or with many in worker processes, in the order given."""

import gc
import signal
import threading
from collections import deque
from collections.abc import Callable, Iterable, Iterator
from concurrent.futures import Future, ProcessPoolExecutor
from concurrent.futures.process import BrokenProcessPool
from contextlib import contextmanager
from dataclasses import dataclass
from multiprocessing import get_all_start_methods, get_context
from typing import Final, Generic, TypeVar

from harvester.errors import HarvesterError, ParserLimit
from harvester.reclean.inputs import Input, is_file
from harvester.reclean.saved import SavedPage, read_saved

Value = TypeVar("Value")
Value_co = TypeVar("Value_co", covariant=True)

RING_AGAIN_S: Final = 1.0  # a library may swallow the first alarm, but not all of them
HARD_FACTOR: Final = 3.0  # a worker stuck in C code hears no alarm: killed after this many time limits on the processor
# Young objects before the garbage is collected; Python's own 700 let it go through all modules and tables every fifty
# pages, a twentieth of the time. What a page leaves behind is freed without it, save for a few cycles.
YOUNG_OBJECTS: Final = 10_000
QUEUED_PER_WORKER: Final = 2  # keeps workers busy; more would only hold results in memory


@dataclass(frozen=True, slots=True)
class Task(Generic[Value_co]):
    """What is done with one saved page; it travels to the workers, so `work` is a function of a module or a partial."""

    source: Input
    work: Callable[[SavedPage], Value_co]  # raises HarvesterError where the page gives no value


@dataclass(frozen=True, slots=True)
class Effort:
    """How many processes there are, and how long one page may take."""

    jobs: int  # 1: this process
    limit_s: float


class _Overrun(BaseException):
    """The time is up. No Exception, so that no library takes it for a failure of its own."""


def each_result(tasks: Iterable[Task[Value]], effort: Effort) -> Iterator[Value | HarvesterError]:
    """Yield what becomes of each task, in order: its value, or why there is none, with the file as subject."""
    if effort.jobs > 1:
        return _in_pool(tasks, effort)
    return (_do_one(task, effort.limit_s) for task in tasks)


def _do_one(task: Task[Value], limit_s: float) -> Value | HarvesterError:
    name = task.source.name
    try:
        with _time_limit(limit_s):
            return task.work(read_saved(task.source))
    except HarvesterError as error:
        return type(error)(name, error.reason, error.explanation)
    except _Overrun:
        return ParserLimit(name, "clean_timeout", f"took longer than {limit_s:g} s; skipped")
    except (RecursionError, MemoryError) as error:
        return ParserLimit(name, "parser_limit", f"needs too much memory ({type(error).__name__}); skipped")


def _in_pool(tasks: Iterable[Task[Value]], effort: Effort) -> Iterator[Value | HarvesterError]:
    """Yield the results in order, from several processes.

    A worker that dies takes its pool with it. The pages that were under way are then done one by one, each in a
    process of its own, so that the page that kills is found and no other one is lost.
    """
    todo = deque(tasks)
    while todo:
        started: deque[tuple[Task[Value], Future[Value | HarvesterError]]] = deque()
        with _pool(effort.jobs) as pool:
            try:
                while todo or started:
                    while todo and len(started) < effort.jobs * QUEUED_PER_WORKER:
                        started.append((todo[0], _submit(pool, todo[0], effort.limit_s)))
                        todo.popleft()
                    yield started[0][1].result()
                    started.popleft()
            except BrokenProcessPool:
                pass  # `started` holds what is left to do
        for task, future in started:
            yield future.result() if _has_result(future) else _do_alone(task, effort.limit_s)


def _pool(jobs: int) -> ProcessPoolExecutor:
    # never fork: a forked copy of a program with threads can hang
    method = "forkserver" if "forkserver" in get_all_start_methods() else "spawn"
    return ProcessPoolExecutor(jobs, mp_context=get_context(method), initializer=_settle_in)


def _settle_in() -> None:
    """Leave Ctrl-C to the parent, which ends the run: a worker would print a traceback each; and collect less often."""
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    gc.set_threshold(YOUNG_OBJECTS)


def _submit(pool: ProcessPoolExecutor, task: Task[Value], limit_s: float) -> Future[Value | HarvesterError]:
    if is_file(task.source):
        return pool.submit(_do_in_worker, task, limit_s)
    ready: Future[Value | HarvesterError] = Future()  # workers do not see our standard input and pipes
    ready.set_result(_do_one(task, limit_s))
    return ready


def _has_result(future: Future[Value | HarvesterError]) -> bool:
    return future.done() and future.exception() is None


def _do_alone(task: Task[Value], limit_s: float) -> Value | HarvesterError:
    with _pool(1) as pool:
        try:
            return pool.submit(_do_in_worker, task, limit_s).result()
        except BrokenProcessPool:
            explanation = "its cleaner was killed (endless loop, or no memory left); skipped"
            return ParserLimit(task.source.name, "clean_timeout", explanation)


def _do_in_worker(task: Task[Value], limit_s: float) -> Value | HarvesterError:
    if not hasattr(signal, "setitimer"):  # Windows
        return _do_one(task, limit_s)
    signal.setitimer(signal.ITIMER_PROF, limit_s * HARD_FACTOR)  # SIGPROF ends the process by default
    try:
        return _do_one(task, limit_s)
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
