"""Tasks done by the machines of a Dask cluster, as `Pool` does them by processes of this one.

A worker that is lost costs what it had under way, and results that were not fetched yet: Dask gives both to another
one, which writes the same.
"""

import asyncio
import pickle
import time
from collections import deque
from collections.abc import Callable, Iterable, Iterator
from contextlib import ExitStack, contextmanager, suppress
from dataclasses import dataclass, replace
from itertools import count
from multiprocessing import active_children
from pathlib import Path
from secrets import token_bytes, token_hex
from threading import Event, Thread
from typing import TYPE_CHECKING, Final, Self, TypeVar, cast

from harvester.distribution import install_extra
from harvester.errors import ClusterError, HarvesterError, ParserLimit, Reason, StoreError
from harvester.reclean.cluster_connection import CONFIG, CONNECT_S, local_cluster, silence, type_of
from harvester.reclean.incremental import send_earlier
from harvester.reclean.planning import SurveyTask
from harvester.reclean.site_learning import FingerprintTask
from harvester.reclean.unit_cleaner import CleanTask
from harvester.reclean.unit_results import UnitResult
from harvester.reclean.units import Container, Unit
from harvester.store.datasets.open_storage import open_storage
from harvester.store.datasets.remote_file import RemoteFile
from harvester.store.datasets.storage import LocalStorage, Storage
from harvester.store.datasets.validation import damage_of
from harvester.workers.process_pool import Effort, Task

if TYPE_CHECKING:
    from distributed import Future

    from harvester.reclean.cluster_worker import Ended, SharedToken

    _Futures = dict[Future["Ended | None"], "_Sent"]

Value = TypeVar("Value")
Key = TypeVar("Key")

_FIRST_WORKER_S: Final = 10.0  # it may be starting just now
_ALONE_S: Final = 300.0  # a cluster that has lost all its workers may get others
_LOOK_S: Final = 0.5  # how often is looked whether the run is to end
_LEAVE_S: Final = 3.0  # a run that is broken off waits no longer for a cluster that hangs
_COUNT_S: Final = 2.0  # how often the workers are counted
_GATHER_S: Final = 20.0  # a result that was lost with its worker is made again, which takes longer
_AHEAD: Final = 32  # as in `Pool`: results that wait for their turn take memory
_TRIES: Final = 4  # of a task whose worker is taken away; as Dask tries one whose worker is lost
_SHARE: Final = "All machines must share the output; what other workers wrote is kept: start the same command again"
_AGAIN: Final = "What is finished is recorded: start the same command again to go on"


@dataclass(frozen=True, slots=True)
class _Sent:
    """A task that is given to the cluster."""

    number: int  # in the order in which tasks were taken
    key: object  # the caller's
    task: Task[object]
    tries: int = 1


class Cluster:
    """The workers of a Dask scheduler, or of a cluster on this machine; a context manager that connects and leaves."""

    def __init__(self, effort: Effort, *, address: str | None = None, workers: int = 1) -> None:
        """Take the scheduler at `address`, "HOST:PORT"; None: start `workers` processes here, and end them."""
        self.effort = effort
        self.is_draining = False
        self._address = address
        self._workers = workers
        self._subject = f"scheduler {address}" if address else "cluster of this machine"
        self._name = f"harvester-{token_hex(8)}"  # of what Dask is to hold for this run
        self._keys = count()
        self._again: deque[_Sent] = deque()
        self._has_ended = Event()  # a task has, since last looked
        self._is_stopped = False
        self._room = 0  # how many tasks the workers may have
        self._counted_at = self._present_at = float("-inf")  # on time.monotonic
        self._open = ExitStack()
        self._sent_earlier: dict[Path, str] = {}  # a folder of this machine -> its copy where articles go
        self._marks: dict[str, SharedToken] = {}  # by the place that articles go to
        self._proven: set[str] = set()  # workers whose first unit is where this process reads

    def __enter__(self) -> Self:
        """Connect, and try all workers; raises ClusterError."""
        with self._open:
            with self._reported("does not answer", "Is it running, and can it be reached from here?"):
                self._connect()
                self._try_workers()
            self._open = self._open.pop_all()  # all went well: kept open
        return self

    def __exit__(self, kind: type[BaseException] | None, *_: object) -> None:
        """Leave the cluster; where the run was broken off, within seconds, whatever hangs there."""
        if kind is None:
            self._open.close()
            return
        leaving = Thread(target=self._open.close, daemon=True)
        leaving.start()
        leaving.join(_LEAVE_S)
        if leaving.is_alive():
            for child in active_children():  # workers of this machine; others end with what they have under way
                child.kill()
            leaving.join(_LEAVE_S / 4)

    def drain(self) -> None:
        """Begin no more units; `each` ends when those under way have. Safe to call from a signal handler."""
        self.is_draining = True

    def each(
        self, tasks: Iterable[tuple[Key, Task[Value]] | None], on_page: Callable[[Key, int], None] | None = None
    ) -> Iterator[tuple[Key, Value | HarvesterError]]:
        """Yield the key of each task and what became of it, as they end; tasks are taken when workers are free.

        `on_page` is called for a task's pages when it has ended. A task that `drain` stops gives nothing. Raises
        ClusterError.
        """
        todo = _numbered(cast("Iterable[tuple[object, Task[object]] | None]", tasks))
        sent: _Futures = {}
        while True:
            with self._reported("is lost", _AGAIN):
                is_all_sent = self._send(todo, sent)
                if not sent and (is_all_sent or self.is_draining):
                    return
                ended = list(self._ended(sent))
            for one, value, pages in ended:
                key = cast("Key", one.key)
                for at in pages:
                    if on_page is not None:
                        on_page(key, at)
                yield key, cast("Value | HarvesterError", value)

    # ── the cluster ───────────────────────────────────────────────────────────────────────────

    def _connect(self) -> None:
        try:
            import dask  # noqa: PLC0415 - an extra
            from distributed import Client  # noqa: PLC0415
        except ImportError as error:
            words = f"needs Dask, which is not installed: {install_extra('dask')}"
            raise ClusterError(self._subject, Reason.BAD_CLUSTER, words) from error
        self._open.enter_context(dask.config.set(CONFIG))
        self._open.enter_context(silence())
        if self._address and asyncio.run(type_of(self._address)) != "Scheduler":
            raise ClusterError(self._subject, Reason.BAD_CLUSTER, "is no Dask scheduler; its log tells its address")
        where = self._address or self._open.enter_context(local_cluster(self._workers))
        self._client = self._open.enter_context(Client(where, timeout=CONNECT_S, set_as_default=False))
        self._open.callback(self._leave)
        try:
            self._client.wait_for_workers(1, timeout=_FIRST_WORKER_S)
        except TimeoutError as error:
            words = f"has no workers: start one with `dask worker {self._client.scheduler.address}`"
            raise ClusterError(self._subject, Reason.BAD_CLUSTER, words) from error

    def _try_workers(self) -> None:
        """Raise ClusterError where a worker would not do as this process does."""
        from harvester.reclean.cluster_worker import Cleaners, ReadyTask, try_worker  # noqa: PLC0415

        with suppress(Exception):
            self._client.register_plugin(Cleaners(self.effort, is_here=self._address is None), name=self._name)
        found = self._client.run(try_worker, self._name, self._packed(ReadyTask()), on_error="return")
        for worker, one in sorted(found.items()):
            _raise_unfit(worker, one if isinstance(one, Exception) else one.value)

    def _leave(self) -> None:
        """Take back what Dask holds for this run; its workers end what they have under way behind its page."""
        with suppress(OSError, ValueError, TimeoutError):  # a scheduler that is gone holds nothing
            if self._client.status == "running":
                self._client.unregister_worker_plugin(self._name)

    def _count(self) -> None:
        """Find out how many tasks the workers may have: one for each thread, and one more that waits there."""
        now = time.monotonic()
        if now - self._counted_at < _COUNT_S:
            return
        threads = self._client.nthreads()
        self._room, self._counted_at = sum(threads.values()) + len(threads), now
        if threads or self._present_at < 0:
            self._present_at = now
        elif now - self._present_at > _ALONE_S:
            words = f"has had no workers for {_ALONE_S / 60:g} minutes. {_AGAIN}"
            raise ClusterError(self._subject, Reason.BAD_CLUSTER, words)

    @contextmanager
    def _reported(self, what: str, advice: str) -> Iterator[None]:
        """Raise ClusterError where the cluster cannot be reached."""
        try:
            yield
        except (OSError, TimeoutError, asyncio.CancelledError) as error:
            cause = " ".join(str(error).split()) or "it took too long"
            raise ClusterError(self._subject, Reason.CONNECT_ERROR, f"{what} ({cause}). {advice}") from error

    # ── tasks ─────────────────────────────────────────────────────────────────────────────────

    def _send(self, todo: Iterator[_Sent | None], sent: "_Futures") -> bool:
        """Give out tasks as long as there is room; return whether there is none now."""
        self._count()
        while not self.is_draining and len(sent) < self._room and self._is_near(sent):
            one = self._again.popleft() if self._again else next(todo, None)
            if one is None:
                return True
            sent[self._submit(one)] = one
        return False

    def _is_near(self, sent: "_Futures") -> bool:
        numbers = [one.number for one in sent.values()]
        return not numbers or max(numbers) - min(numbers) < max(_AHEAD, 2 * self._room)

    def _submit(self, one: _Sent) -> "Future[Ended | None]":
        from harvester.reclean.cluster_worker import do_task  # noqa: PLC0415

        key = f"{self._name}-{next(self._keys)}"
        future: Future[Ended | None] = self._client.submit(
            do_task, self._name, key, self._packed(one.task), key=key, pure=False
        )
        future.add_done_callback(lambda _: self._has_ended.set())
        return future

    def _packed(self, task: Task[object]) -> bytes:
        """Return a task as a worker takes it. Plain pickle: what is in no module is an error here, not there."""
        from harvester.reclean.cluster_worker import PlacedTask, present_versions  # noqa: PLC0415

        task = self._far(task)
        seen = tuple(str(path) for path in _needed(task) if path.exists())
        mark = self._mark(task.output.to) if isinstance(task, CleanTask) else None
        return pickle.dumps(PlacedTask(task, str(Path.cwd()), seen, present_versions(), mark))

    def _far(self, task: Task[object]) -> Task[object]:
        """Return a task whose earlier articles are in the bucket where its articles go: no disk is shared then."""
        if not isinstance(task, CleanTask) or not isinstance(task.earlier, Path):
            return task
        place = open_storage(task.output.to)
        if isinstance(place, LocalStorage):
            return task
        if task.earlier not in self._sent_earlier:
            to = self._sent_earlier[task.earlier] = f".{token_hex(8)}.part"  # hidden, as what is half written
            for name in send_earlier(task.earlier, place, to):
                self._open.callback(_take_back, place, name)
        return replace(task, earlier=RemoteFile(f"{place.address}/{self._sent_earlier[task.earlier]}"))

    def _mark(self, to: str) -> "SharedToken":
        """Return the token of a place, which is written there once and stays as long as the cluster is in use."""
        from harvester.reclean.cluster_worker import SharedToken  # noqa: PLC0415

        if to not in self._marks:
            place = open_storage(to)
            # Named as what is half written: what a kill leaves is removed as that is.
            mark = self._marks[to] = SharedToken(to, f".{token_hex(8)}.part", token_bytes(16))
            place.write(mark.name, mark.content)
            self._open.callback(_take_back, place, mark.name)
        return self._marks[to]

    def _ended(self, sent: "_Futures") -> Iterator[tuple[_Sent, object, tuple[int, ...]]]:
        """Yield each task that has ended since, what became of it, and its pages."""
        if self.is_draining and not self._is_stopped:
            self._stop()
        for future in self._done(sent):
            try:
                value, pages = self._read(future, sent[future])
            except TimeoutError:
                continue
            one = sent.pop(future)
            if value is not None:
                yield one, value, pages
            elif not self.is_draining:
                self._again.append(replace(one, tries=one.tries + 1))

    def _done(self, sent: "_Futures") -> "list[Future[Ended | None]]":
        """Return the futures that have ended, after a while; raises ConnectionError where the scheduler was lost.

        One that is "lost" had ended, and its result was on a worker that is lost: Dask has it made again.
        """
        if sent or not self._room:  # without a worker, one is waited for
            self._has_ended.wait(_LOOK_S)
            self._has_ended.clear()
        if any(future.status == "cancelled" for future in sent):
            raise ConnectionError("no connection")
        return [future for future in sent if future.status in ("finished", "error")]

    def _stop(self) -> None:
        """Let the workers begin none of the tasks that wait there."""
        from harvester.reclean.cluster_worker import stop_tasks  # noqa: PLC0415

        self._is_stopped = True
        # Aside: a worker that hangs gives no answer, and the others are to be heard.
        Thread(
            target=self._client.run, args=(stop_tasks, self._name), kwargs={"on_error": "ignore"}, daemon=True
        ).start()

    def _read(self, future: "Future[Ended | None]", one: _Sent) -> tuple[object, tuple[int, ...]]:
        """Return what became of a task, and its pages; None where it came to no end.

        Raises ClusterError where its worker is not fit, TimeoutError where the result was lost and is made again.
        """
        from distributed import KilledWorker  # noqa: PLC0415

        if future.status == "error":
            error = future.exception()
            if isinstance(error, KilledWorker):
                return _given_up(one.task), ()
            _raise_unfit(self._subject, error)
        ended = future.result(timeout=_GATHER_S)
        if ended is None:
            return (_given_up(one.task) if one.tries >= _TRIES else None), ()
        if isinstance(ended.value, ClusterError):
            raise ended.value
        self._prove(ended, one.task)
        return ended.value, ended.pages

    def _prove(self, ended: "Ended", task: Task[object]) -> None:
        """Raise ClusterError where the first unit that a worker wrote is not where this process reads."""
        if not isinstance(task, CleanTask) or not isinstance(ended.value, UnitResult) or ended.worker in self._proven:
            return
        place = open_storage(task.output.to)
        for part in ended.value.files:
            if (why := damage_of(place, part)) is not None:
                words = f"wrote {part.file}, which this machine does not find in {place.address!r} ({why}). {_SHARE}"
                raise ClusterError(f"worker {ended.worker}", Reason.BAD_CLUSTER, words)
        if ended.value.files:
            self._proven.add(ended.worker)


def _numbered(tasks: Iterable[tuple[object, Task[object]] | None]) -> Iterator[_Sent | None]:
    numbers = count()
    for found in tasks:
        yield None if found is None else _Sent(next(numbers), *found)


def _given_up(task: Task[object]) -> ParserLimit:
    words = "its workers are lost again and again: is there memory enough?"
    return ParserLimit(next(map(str, _needed(task)), "a task"), Reason.PARSER_LIMIT, words)


def _raise_unfit(worker: str, found: object) -> None:
    """Raise ClusterError for what a worker raised, or found out about itself."""
    if isinstance(found, ClusterError):
        raise found
    if isinstance(found, BaseException):
        cause = " ".join(f"{type(found).__name__}: {found}".split())
        words = f"cannot do what it is to ({cause}); is the same version of harvester installed there?"
        raise ClusterError(worker, Reason.BAD_CLUSTER, words) from found


def _take_back(place: Storage, name: str) -> None:
    with suppress(StoreError):  # it is hidden, and harms nobody
        place.remove(name)


def _needed(task: object) -> Iterator[Path]:
    """Yield some paths that a task needs: where a worker does not see them, no disk is shared."""
    if isinstance(task, SurveyTask):
        yield Path(task.what.path if isinstance(task.what, Container) else task.what[0].path)
    if isinstance(task, CleanTask | FingerprintTask):
        yield _path_of(task.unit)
    if isinstance(task, CleanTask) and isinstance(task.earlier, Path):
        yield task.earlier


def _path_of(unit: Unit) -> Path:
    return Path((unit.container or unit.files[0]).path)
