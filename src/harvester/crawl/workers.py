"""Worker processes that read pages: one that overruns is killed and replaced, and nobody waits for it but its page."""

import asyncio
import contextlib
import gc
import queue
import signal
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from multiprocessing import get_all_start_methods, get_context, resource_tracker
from multiprocessing.connection import Connection
from multiprocessing.process import BaseProcess
from typing import Final, Generic, TypeVar

from harvester.errors import ParserLimit

LIMIT_S: Final = 30.0  # for one page; the slowest of the corpora takes about a second
STARTING_S: Final = 60.0  # a new process first imports the parsers, on a machine that may be busy
_ENDING_S: Final = 2.0
_GARBAGE_AT: Final = 20_000  # new objects; at Python's 700, looking for cycles takes a twelfth of a worker's time

Task = TypeVar("Task")
Result = TypeVar("Result")


class _Worker(Generic[Task, Result]):
    """One process and the pipe to it; used by one thread at a time."""

    def __init__(self, read: Callable[[Task], Result]) -> None:
        # Never fork: a forked copy of a program with threads can hang.
        context = get_context("forkserver") if "forkserver" in get_all_start_methods() else get_context("spawn")
        self._pipe, theirs = context.Pipe()
        self._process: BaseProcess = context.Process(target=_serve, args=(theirs, read), daemon=True)
        self._process.start()
        theirs.close()
        self._is_warm = False

    def read(self, task: Task, limit_s: float) -> Result | ParserLimit:
        """Return what the process makes of `task`, or why it was killed."""
        patience_s = limit_s if self._is_warm else limit_s + STARTING_S
        try:
            self._pipe.send(task)
            if not self._pipe.poll(patience_s):
                return self._killed("clean_timeout", f"took longer than {limit_s:g} s; skipped")
            result: Result | ParserLimit = self._pipe.recv()
        except (EOFError, OSError):
            return self._killed("parser_limit", "its reader died (no memory left, or a fault of a parser); skipped")
        self._is_warm = True
        return result

    @property
    def is_alive(self) -> bool:
        return self._process.is_alive()

    def end(self) -> None:
        self._pipe.close()  # the process ends when it finds nobody there
        self._process.join(_ENDING_S)
        if self._process.is_alive():
            self._process.kill()
            self._process.join()

    def _killed(self, reason: str, explanation: str) -> ParserLimit:
        self._process.kill()
        self._process.join()
        self._pipe.close()
        return ParserLimit("the page", reason, explanation)


class Workers(Generic[Task, Result]):
    """`jobs` processes that each run `read`, a function of a module; an async context manager."""

    def __init__(self, read: Callable[[Task], Result], jobs: int, limit_s: float = LIMIT_S) -> None:
        self._read = read
        self._limit_s = limit_s
        self._idle: queue.SimpleQueue[_Worker[Task, Result] | None] = queue.SimpleQueue()
        self._threads = ThreadPoolExecutor(jobs, thread_name_prefix="reader", initializer=_hear_no_ctrl_c)
        self._jobs = jobs
        for _ in range(jobs):
            self._idle.put(None)  # started when its first page comes

    async def read(self, task: Task) -> Result | ParserLimit:
        """Return what a worker makes of `task`; ParserLimit where it had to be killed or died."""
        loop = asyncio.get_running_loop()
        return await loop.run_in_executor(self._threads, self._read_in_thread, task)

    def _read_in_thread(self, task: Task) -> Result | ParserLimit:
        worker = self._idle.get()
        try:
            worker = worker or _Worker(self._read)
            return worker.read(task, self._limit_s)
        except (EOFError, OSError) as error:  # no memory or no room for one more process
            return ParserLimit("the page", "parser_limit", f"no reader could be started ({error}); skipped")
        finally:  # whatever happens: `close` waits for each of them
            self._idle.put(worker if worker is not None and worker.is_alive else None)

    def close(self) -> None:
        """End all processes."""
        self._threads.shutdown(wait=True, cancel_futures=True)
        for _ in range(self._jobs):
            worker = self._idle.get()
            if worker is not None:
                worker.end()


def _hear_no_ctrl_c() -> None:
    """Let no process that this thread starts be ended by Ctrl-C, which a terminal sends to all: the run ends them.

    A process ignores it by itself only after seconds, when its imports are done.
    """
    resource_tracker.ensure_running()  # first: it is started with the first process, and would undo what follows
    signal.pthread_sigmask(signal.SIG_BLOCK, {signal.SIGINT})


def _serve(pipe: Connection, read: Callable[[Task], Result]) -> None:
    """Read pages until the other side is gone."""
    signal.signal(signal.SIGINT, signal.SIG_IGN)  # the parent ends the run; a worker would print a traceback
    signal.signal(signal.SIGTERM, signal.SIG_DFL)
    gc.set_threshold(_GARBAGE_AT)
    is_warm = False
    with contextlib.suppress(EOFError, OSError), pipe:
        while True:
            task = pipe.recv()
            try:
                result: Result | ParserLimit = read(task)
            except (RecursionError, MemoryError) as error:
                explanation = f"needs too much memory ({type(error).__name__}); skipped"
                result = ParserLimit("the page", "parser_limit", explanation)
            pipe.send(result)
            if not is_warm:
                gc.freeze()  # the parsers and their tables stay for good
                is_warm = True
