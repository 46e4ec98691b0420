"""Processes that read the pages of a crawl: one that overruns is killed, one that dies is replaced, and nobody waits.

For an event loop: what waits for a process is a thread.
"""

import asyncio
import contextlib
import itertools
import pickle
import queue
import signal
import threading
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from functools import partial
from multiprocessing import resource_tracker
from multiprocessing.connection import Connection
from multiprocessing.reduction import ForkingPickler
from typing import Any, Final, Generic, TypeVar, cast

from harvester.errors import InternalError, ParserLimit, Reason
from harvester.workers import killable_process
from harvester.workers.collector_settings import spare_the_collector
from harvester.workers.killable_process import (
    STARTING_S,
    STARTS,
    TRIES,
    WARM,
    Guards,
    Worker,
    no_room,
    start,
)

LIMIT_S: Final = 30.0  # for one page; the slowest of the corpora takes about a second
# Of what is sent at once: the event loop stands still while as much is copied, and a sitemap has 50 MiB.
_PIECE_BYTES: Final = 1024 * 1024
Task = TypeVar("Task")
Result = TypeVar("Result")
Failed = ParserLimit | InternalError


class Readers(Generic[Task, Result]):
    """`jobs` processes that each run `read`, a function of a module."""

    def __init__(
        self, read: Callable[[Task], Result], jobs: int, guards: Guards | None = None, warm: str = WARM
    ) -> None:
        """`warm`: the module whose import loads what `read` needs."""
        self._serve = partial(_serve, read)
        self._warm_module = warm
        self._guards = guards or Guards(LIMIT_S)
        self._idle: queue.SimpleQueue[Worker | None] = queue.SimpleQueue()
        self._running: set[Worker] = set()
        self._warm: set[Worker] = set()  # those that have read a page
        self._closed = threading.Event()
        self._threads = ThreadPoolExecutor(jobs, thread_name_prefix="reader", initializer=_hear_no_ctrl_c)
        for _ in range(jobs):
            self._idle.put(None)  # started when its first page comes

    async def read(self, task: Task) -> Result | Failed:
        """Return what a process makes of `task`.

        ParserLimit where it took too long, or its process died three times: a process may be killed through no fault
        of its page. InternalError where `read` raised what nobody foresaw. Raises StoreError where no process runs and
        none can be started for half a minute: that is about the machine, and each page after it would fare the same.
        """
        loop = asyncio.get_running_loop()
        return await loop.run_in_executor(self._threads, self._read, task)

    def close(self) -> None:
        """End all processes at once; what they have under way is lost."""
        self._closed.set()
        for worker in tuple(self._running):
            worker.process.kill()  # whoever waits for it hears that its pipe is closed
        self._threads.shutdown(wait=True, cancel_futures=True)
        for worker in tuple(self._running):
            worker.kill()

    # ── in a thread ───────────────────────────────────────────────────────────────────────────

    def _read(self, task: Task) -> Result | Failed:
        worker = self._idle.get()
        try:
            for _ in range(TRIES):
                if worker is None:
                    worker = self._had()
                with contextlib.suppress(EOFError, OSError):
                    return self._answer(worker, task)
                self._lose(worker)
                worker = None
                if self._closed.is_set():
                    break
            return _lost("its reader died each time (no memory left, or a fault of a parser); skipped")
        except (EOFError, OSError) as error:  # no page is to blame
            if self._closed.is_set():
                return _lost("the run is over; skipped")
            raise no_room(error) from error
        finally:  # whatever happens: the next page waits for it
            self._idle.put(worker if worker is not None and worker in self._running else None)

    def _answer(self, worker: Worker, task: Task) -> Result | Failed:
        """Return what a process answers to `task`. Raises EOFError or OSError where it died."""
        limit_s = self._guards.hard_s
        try:
            _send(worker.pipe, task)
        except BaseException:
            self._lose(worker)  # it waits for the rest of a task
            raise
        if not worker.pipe.poll(limit_s if worker in self._warm else limit_s + STARTING_S):
            self._lose(worker)
            return ParserLimit("the page", Reason.CLEAN_TIMEOUT, f"took longer than {limit_s:g} s; skipped")
        result = worker.pipe.recv()
        self._warm.add(worker)
        return cast("Result | Failed", result)

    def _had(self) -> Worker:
        """Return a new process, or one that another page is done with. Raises OSError where there is neither."""
        for tries_done in itertools.count(1):
            if self._closed.is_set():
                raise OSError("the run is over")
            try:
                return self._begin()
            except (EOFError, OSError):
                if tries_done >= STARTS and not self._running:
                    raise
            self._idle.put(None)
            self._closed.wait(killable_process.WAIT_S)
            if (worker := self._idle.get()) is not None:
                return worker
        raise AssertionError("counting does not end")

    def _begin(self) -> Worker:
        worker = start(self._serve, self._guards, self._warm_module)
        self._running.add(worker)
        return worker

    def _lose(self, worker: Worker) -> None:
        self._running.discard(worker)
        self._warm.discard(worker)
        worker.kill()


class _Wire:
    """What a pickler writes to: all goes to the pipe in pieces, and nothing long is copied on the way."""

    def __init__(self, pipe: Connection) -> None:
        self._pipe = pipe

    def write(self, data: bytes | memoryview) -> int:
        with memoryview(data) as view:
            for start in range(0, len(view), _PIECE_BYTES):
                self._pipe.send_bytes(view[start : start + _PIECE_BYTES])
            return len(view)


def _send(pipe: Connection, task: object) -> None:
    """Send a task as messages, an empty one behind the last."""
    ForkingPickler(_Wire(pipe), pickle.HIGHEST_PROTOCOL).dump(task)
    pipe.send_bytes(b"")


def _lost(explanation: str) -> ParserLimit:
    return ParserLimit("the page", Reason.PARSER_LIMIT, explanation)


def _hear_no_ctrl_c() -> None:
    """Let no process that this thread starts be ended by Ctrl-C, which a terminal sends to all: the run ends them.

    A process ignores it by itself only after seconds, when its imports are done. The same for a terminal that closes.
    """
    resource_tracker.ensure_running()  # first: it is started with the first process, and would undo what follows
    signal.pthread_sigmask(signal.SIG_BLOCK, {signal.SIGINT, signal.SIGHUP})


# ── in the process ────────────────────────────────────────────────────────────────────────────


def _serve(read: Callable[[Task], Result], pipe: Connection, guards: Guards) -> None:
    is_warm = False
    while True:
        task = _received(pipe)
        guards.begin()
        result = _result(read, task)
        guards.end()
        pipe.send(result)
        if not is_warm:
            spare_the_collector()
            is_warm = True


def _received(pipe: Connection) -> Any:
    """Return a task that `_send` sent."""
    return pickle.loads(b"".join(iter(pipe.recv_bytes, b"")))  # noqa: S301 - of this program's own


def _result(read: Callable[[Task], Result], task: Task) -> Result | Failed:
    try:
        return read(task)
    except (RecursionError, MemoryError) as error:
        return _lost(f"needs too much memory ({type(error).__name__}); skipped")
    except Exception as error:  # noqa: BLE001 - the boundary: one page's fault is its own
        return InternalError.of("the page", error)
