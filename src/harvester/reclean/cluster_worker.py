"""What a machine of a Dask cluster does: it keeps processes of `Pool` for the tasks, since Dask runs tasks in threads.

In a thread no alarm rings, and a page that kills its process would take the Dask worker along.
"""

import asyncio
import os
import pickle
import platform
import socket
import threading
import time
from dataclasses import dataclass, replace
from functools import cache, lru_cache
from importlib.metadata import PackageNotFoundError, version
from multiprocessing import current_process
from pathlib import Path
from shutil import rmtree
from signal import SIG_IGN, SIGINT, signal
from tempfile import mkdtemp
from typing import Any, Final, Generic, TypeVar

from distributed import Worker, WorkerPlugin, get_worker

from harvester import __version__
from harvester.errors import ClusterError, HarvesterError, Reason
from harvester.reclean.unit_cleaner import CleanTask
from harvester.store.datasets.open_storage import open_storage
from harvester.workers.process_pool import BeginPage, Effort, Pool, Task

Value_co = TypeVar("Value_co", covariant=True)

# What they make of a page is in the articles.
_LIBRARIES: Final = ("charset-normalizer", "google-re2", "lxml", "numpy", "selectolax", "trafilatura")
# A run that was killed takes nothing back: processes that it has no work for end after this time.
_IDLE_S: Final = 60.0
_LOOK_S: Final = 10.0


@cache
def present_versions() -> tuple[tuple[str, str], ...]:
    """Return what decides which bytes an article has, by name; the parsers load."""
    from harvester.cleaning import present_rules  # noqa: PLC0415 - the parsers load in the cleaners only

    python = ".".join(platform.python_version_tuple()[:2])  # its tables of characters
    rules = zip(("rules of pages", "rules of dumps"), present_rules(), strict=True)
    libraries = ((name, _version(name)) for name in _LIBRARIES)
    return (("harvester", __version__), ("Python", python), *rules, *libraries)


def _version(name: str) -> str:
    try:
        return version(name)
    except PackageNotFoundError:
        return "none"


@dataclass(frozen=True, slots=True)
class ReadyTask:
    """Does nothing: a worker that can is fit."""

    def run(self, begin_page: BeginPage) -> bool:
        """Return True."""
        return True

    def without(self, at: int, error: Exception) -> "ReadyTask":
        """Return the task itself: there is no page in it."""
        return self


@dataclass(frozen=True, slots=True)
class SharedToken:
    """A token that the leading process wrote where the articles go: who reads it there writes where it reads."""

    to: str  # the place, as a task names it
    name: str
    content: bytes


@dataclass(frozen=True, slots=True)
class PlacedTask(Generic[Value_co]):
    """A task, to be done as if in the process that leads the run: in its folder, with its files, version and rules."""

    task: Task[Value_co]
    folder: str
    seen: tuple[str, ...]  # files and folders that this task needs, and that are there for the leading process
    versions: tuple[tuple[str, str], ...]
    mark: SharedToken | None = None  # None: the task writes no articles

    def run(self, begin_page: BeginPage) -> Value_co:
        """Do the task; raises ClusterError where this machine cannot do it as the leading one would."""
        if Path(self.folder).is_dir():  # else: absolute paths do without
            os.chdir(self.folder)
        self._check()
        return self.task.run(begin_page)

    def without(self, at: int, error: Any) -> "PlacedTask[Value_co]":
        """Return the task with a page that has failed."""
        return replace(self, task=self.task.without(at, error))

    def _check(self) -> None:
        here = socket.gethostname()
        others = dict(self.versions)
        unlike = [
            f"{name} {is_} and not {others.get(name)}" for name, is_ in present_versions() if is_ != others.get(name)
        ]
        if unlike:
            words = f"{here} has {', '.join(unlike)}: all machines must have the same, or articles would differ"
            raise ClusterError(here, Reason.BAD_CLUSTER, words)
        for path in self.seen:
            if not Path(path).exists():
                words = f"{here} does not see {path!r}: inputs and output must be on a disk that all machines share"
                raise ClusterError(here, Reason.BAD_CLUSTER, words)
        if self.mark is not None:
            _check_mark(self.mark, here)


@lru_cache(maxsize=8)  # of what is refused nothing is kept
def _check_mark(mark: SharedToken, here: str) -> None:
    try:
        is_ours = open_storage(mark.to).read(mark.name) == mark.content
        why = "" if is_ours else "what stands there is another one's"
    except HarvesterError as error:
        why = error.explanation
    if why:
        words = f"{here} has another folder at {mark.to!r} ({why}): all machines must share the output"
        raise ClusterError(here, Reason.BAD_CLUSTER, words)


@dataclass(frozen=True, slots=True)
class Ended:
    """What became of a task."""

    value: object  # or the HarvesterError that ended it
    pages: tuple[int, ...]  # that were begun
    worker: str = ""  # its address


class Cleaners(WorkerPlugin):
    """Keeps a process for each thread of a Dask worker, made with its first task."""

    def __init__(self, effort: Effort, *, is_here: bool = False) -> None:
        """Take what one page may cost; `is_here`: the worker is a child of the process that leads the run."""
        self._effort = replace(effort, jobs=1)
        self._is_here = is_here

    def setup(self, worker: Worker) -> None:
        """Make ready; Dask calls it on each worker, those that join later as well."""
        # Dask's nanny marks its worker as one that must have no child processes. Ours end with it whatever happens.
        current_process().daemon = False
        if self._is_here:
            signal(SIGINT, SIG_IGN)  # Ctrl-C in a terminal is for its parent
        # Set by the nanny, too: a cleaner would give its memory back after each page, and ask for it again.
        os.environ.pop("MALLOC_TRIM_THRESHOLD_", None)
        self._address = worker.address
        self._lock = threading.Lock()
        self._idle: list[tuple[float, Pool]] = []  # since when
        self._busy: dict[str, Pool] = {}  # by the key of the task
        self._is_ending = False
        self._folder = Path(mkdtemp(prefix="harvester-", dir=worker.local_directory))
        self._look = asyncio.get_running_loop().create_task(self._look_for_idle())

    def teardown(self, worker: Worker) -> None:
        """End the processes: idle ones now, the others behind their page."""
        self._look.cancel()
        self.stop()
        with self._lock:
            for pool in self._busy.values():
                pool.drain()
        self._end_idle(0)
        rmtree(self._folder, ignore_errors=True)

    def transition(self, key: object, start: str, finish: str, **_: Any) -> None:
        """Let a task end behind its page when Dask has taken it back: its run is gone, or another worker has it."""
        if start == "executing" and finish == "released":
            with self._lock:
                if (pool := self._busy.get(str(key))) is not None:
                    pool.drain()

    def stop(self) -> None:
        """Begin no more tasks."""
        self._is_ending = True

    def do(self, key: str, content: bytes) -> Ended | None:
        """Do a task; None where it came to no end."""
        task: PlacedTask[object] = pickle.loads(content)  # noqa: S301 - who may give Dask tasks, may run anything
        partial = self._folder / f"{key}.jsonl"
        if isinstance(task.task, CleanTask):
            task = replace(task, task=replace(task.task, partial=partial))
        pages: list[int] = []
        pool = self._take(key)
        try:
            for _, value in pool.each([(key, task)], lambda _, at: pages.append(at)):
                return Ended(_named(value, self._address), tuple(dict.fromkeys(pages)), self._address)
            return None
        finally:
            self._give_back(key, pool)
            partial.unlink(missing_ok=True)

    def _take(self, key: str) -> Pool:
        with self._lock:
            pool = self._idle.pop()[1] if self._idle else Pool(self._effort)
            if self._is_ending:
                pool.drain()
            self._busy[key] = pool
            return pool

    def _give_back(self, key: str, pool: Pool) -> None:
        with self._lock:
            del self._busy[key]
            if not pool.is_draining:
                self._idle.append((time.monotonic(), pool))
                return
        pool.__exit__()

    async def _look_for_idle(self) -> None:
        while True:
            await asyncio.sleep(_LOOK_S)
            self._end_idle(_IDLE_S)

    def _end_idle(self, idle_s: float) -> None:
        until = time.monotonic() - idle_s
        with self._lock:
            old = [pool for since, pool in self._idle if since <= until]
            self._idle = [(since, pool) for since, pool in self._idle if since > until]
        for pool in old:
            pool.__exit__()


def do_task(name: str, key: str, content: bytes) -> Ended | None:
    """Do a task in the Dask worker that this thread is of, by its plugin `name`; None where it came to no end."""
    return _cleaners(get_worker(), name).do(key, content)


def stop_tasks(name: str, dask_worker: Worker) -> None:
    """Begin no more tasks on a worker."""
    _cleaners(dask_worker, name).stop()


async def try_worker(name: str, content: bytes, dask_worker: Worker) -> Ended | None:
    """Do a task on a worker whatever else it has to do."""
    return await asyncio.to_thread(_cleaners(dask_worker, name).do, f"try-{time.monotonic_ns()}", content)


def _cleaners(worker: Worker, name: str) -> Cleaners:
    found = worker.plugins.get(name)
    if not isinstance(found, Cleaners):
        words = f"could not be made ready; its log says why, and whether harvester {__version__} is installed there"
        raise ClusterError(f"worker {worker.address}", Reason.BAD_CLUSTER, words)
    return found


def _named(value: object, address: str) -> object:
    """Return the value; an error of the cluster names the worker as well."""
    if isinstance(value, ClusterError):
        return ClusterError(f"worker {address}", value.reason, value.explanation)
    return value
