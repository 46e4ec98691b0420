"""One process that can be killed, and the guards it is born with.

A page may hang a parser, eat the memory or end the process; a parent may be killed at any time. So each process has a
limit of memory, a limit of processor time for what is under way, and ends when its parent is gone.
"""

import contextlib
import os
import signal
import sys
import threading
import time
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from multiprocessing import current_process, get_all_start_methods, get_context
from multiprocessing.connection import Connection
from multiprocessing.context import BaseContext
from multiprocessing.process import BaseProcess
from types import ModuleType
from typing import Final

from harvester.errors import Reason, StoreError
from harvester.workers.collector_settings import collect_seldom
from harvester.workers.worker_limits import limit_memory, limit_processor_time

STARTING_S: Final = 60.0  # a new process first imports the parsers, on a machine that may be busy
TRIES: Final = 3  # a process may die through no fault of its page: the page is tried again
_AGAIN_S: Final = 0.2  # before the next try: a server that is killed takes a moment to be gone
# Where no process can be started and none lives: other programs may take the room for a moment.
STARTS: Final = 20
WAIT_S: Final = 1.0  # between them
_NO_THREAD: Final = "can't start new thread"  # Python has no class for it
WARM: Final = "harvester.worker_imports"  # by name: what it imports is made of this
# What pyarrow loads with the first rows that it is given, wherever it is installed: a sixth of a second in each
# process, for data frames that nobody here has.
_UNNEEDED: Final = "pandas"
_MAIN_LOCK: Final = threading.Lock()
_HERE: Final = os.getpid()


@dataclass(frozen=True, slots=True)
class Guards:
    """What one page may take."""

    hard_s: float  # after which the parent kills the process
    memory_bytes: int = 2 * 1024**3

    def begin(self) -> None:
        """Begin with a page: a process whose parent is dead ends itself, even one that is stuck in C."""
        limit_processor_time(2 * self.hard_s)  # a parent that lives comes first, and knows why

    def end(self) -> None:
        """End with a page."""
        limit_processor_time(0)


Serve = Callable[[Connection, Guards], None]  # what a process does with its end of the pipe until the other one is gone


@dataclass(frozen=True, slots=True, eq=False)
class Worker:
    """One process, seen from its parent."""

    process: BaseProcess
    pipe: Connection
    alive: Connection  # held open as long as the parent lives: the process ends when it is closed

    @property
    def is_alive(self) -> bool:
        """Whether the process runs."""
        return self.process.is_alive()

    def kill(self) -> None:
        """End the process at once; what it has under way is lost, as by a crash."""
        self.process.kill()
        self.process.join()
        self.pipe.close()
        self.alive.close()


def no_room(error: BaseException) -> StoreError:
    """Return what ends a run for which the machine has no room, given what says so."""
    words = "has no room for one more process or thread: free memory, or raise its limits, and start again"
    return StoreError("this machine", Reason.UNWRITABLE, f"{words} ({str(error) or 'no memory left'})")


def is_no_thread(error: BaseException) -> bool:
    """Return whether an error says that the machine has no room for one more thread."""
    return isinstance(error, RuntimeError) and str(error) == _NO_THREAD


def start(serve: Serve, guards: Guards, module: str) -> Worker:
    """Return a new process that runs `serve`, a function of a module, but not of `__main__`.

    `module`: one that the process needs. Raises OSError where no process can be had.
    """
    # Never fork: a forked copy of a program with threads can hang. A fork server loads all that is needed once, the
    # parsers and tables and what the first tasks import.
    # A copy that somebody else has made of this process is not the parent of its server, and must have no use of it.
    has_server = "forkserver" in get_all_start_methods() and os.getpid() == _HERE
    context = get_context("forkserver" if has_server else "spawn")
    context.set_forkserver_preload([WARM, *([module] if module.startswith("harvester.") else ())])
    for tries_left in reversed(range(TRIES)):
        try:
            return _started(context, serve, guards)
        except (EOFError, OSError) as error:  # the fork server was killed, or there is no room
            if not tries_left:
                raise OSError(str(error) or "the server of processes ended") from error
            time.sleep(_AGAIN_S)
    raise AssertionError("the last try returns or raises")


def _started(context: BaseContext, serve: Serve, guards: Guards) -> Worker:
    ours, theirs = context.Pipe()
    listens, alive = context.Pipe(duplex=False)
    with theirs, listens:
        process = context.Process(target=live, args=(serve, (theirs, listens), guards, dict(os.environ)), daemon=True)  # type: ignore[attr-defined] # each context has it
        with _without_program(), _with_children():
            process.start()
        return Worker(process, ours, alive)


@contextlib.contextmanager
def _without_program() -> Iterator[None]:
    """Let a process start that does not import the program that runs: all that it does is in modules.

    Python would import it as a module first, which begins all over again in a script without a `__main__` guard. It
    has no setting for that (3.11 to 3.14): `multiprocessing.spawn.get_preparation_data` looks at this entry, while
    `Process.start` runs. A lock, because two threads may start processes.
    """
    with _MAIN_LOCK:
        program = sys.modules["__main__"]
        sys.modules["__main__"] = ModuleType("__main__")
        try:
            yield
        finally:
            sys.modules["__main__"] = program


@contextlib.contextmanager
def _with_children() -> Iterator[None]:
    """Let a process of a pool have children: Python forbids it, as they would outlive it; ours do not."""
    this = current_process()
    if not this.daemon:
        yield
        return
    this.daemon = False
    try:
        yield
    finally:
        this.daemon = True


def live(serve: Serve, ends: tuple[Connection, Connection], guards: Guards, environment: dict[str, str]) -> None:
    """Serve until the other side is gone, in the parent's environment: a fork server has that of its first start."""
    pipe, alive = ends
    os.environ.clear()
    os.environ.update(environment)
    signal.signal(signal.SIGINT, signal.SIG_IGN)  # the parent ends the run; a worker would print a traceback
    signal.signal(signal.SIGTERM, signal.SIG_DFL)
    if hasattr(signal, "SIGHUP"):
        signal.signal(signal.SIGHUP, signal.SIG_IGN)  # a terminal that closes tells all; the parent ends the run
    sys.meta_path.insert(0, _Without())
    threading.Thread(target=_end_with_parent, args=(alive,), daemon=True).start()
    limit_memory(guards.memory_bytes)
    collect_seldom()
    with contextlib.suppress(EOFError, OSError), pipe:
        serve(pipe, guards)


class _Without:
    """Lets this process go on as it would where pandas is not installed."""

    def find_spec(self, name: str, path: Sequence[str] | None, target: ModuleType | None = None) -> None:
        """Raise ModuleNotFoundError for what is not needed; None: others know the rest."""
        if name == _UNNEEDED:
            raise ModuleNotFoundError("is not loaded in a worker process", name=name)


def _end_with_parent(alive: Connection) -> None:
    """End this process when its parent is gone, however it went: nobody waits for what it does."""
    with contextlib.suppress(EOFError, OSError):
        alive.recv()
    os._exit(1)
