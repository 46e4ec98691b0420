"""One run from the sources file to the last write: lock, state, archive, workers, network, loop."""

import asyncio
import contextlib
import re
import secrets
import signal
import threading
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import Final

from harvester.crawl.engine import Engine
from harvester.crawl.facts import HostFacts
from harvester.crawl.findings import Work, read_work
from harvester.crawl.jobs import Ask
from harvester.crawl.parts import Ending, Parts, Settings
from harvester.crawl.reading import Reading
from harvester.crawl.recorder import Done, Recorder
from harvester.crawl.requests import choice_of, seeds_of
from harvester.crawl.shared import check_folder
from harvester.crawl.sources import Crawl
from harvester.crawl.state.database import sqlite_address
from harvester.crawl.state.store import State
from harvester.crawl.tally import Summary, Tally
from harvester.errors import StoreError
from harvester.fetching import Limits, Visitor
from harvester.store.files import make_folder
from harvester.store.lock import LOCK_NAME, LockedError, hold_lock, machine_name, owner_name
from harvester.store.memories import read_memories
from harvester.store.warc import WarcSettings, WarcWriter
from harvester.workers.process import Guards
from harvester.workers.readers import LIMIT_S, Readers

STATE_NAME: Final = "crawl.sqlite"
_SQLITE_FILE: Final = re.compile(r"sqlite(?:\+\w+)?:///(.+?)(?:\?.*)?")


@dataclass(frozen=True, slots=True)
class Options:
    """What a run needs beside its sources."""

    state: str | None = None  # None: as the sources file says, else SQLite in the output folder
    machine: str = field(default_factory=machine_name)  # names lock and archive files in folders that machines share
    jobs: int = 1  # processes that read pages
    limit_s: float = LIMIT_S  # for reading one page
    memory_bytes: int = Guards(LIMIT_S).memory_bytes  # of a process that reads pages, beyond what it has at its start
    limits: Limits = field(default_factory=Limits)  # of one request
    settings: Settings = field(default_factory=Settings)


@dataclass(frozen=True, slots=True)
class _Run:
    """What is known of a run before it begins."""

    crawl: Crawl
    options: Options
    address: str  # of the state
    owner: str
    audience: "_Audience"
    ask: Ask | None


class _Audience:
    """Sums up the visits and tells the caller of each; one that hears no more lets the run end as a signal does."""

    def __init__(self, report: Callable[[Done], None]) -> None:
        self.tally = Tally()
        self.engine: Engine | None = None  # what is stopped when nobody hears; None: nothing runs yet
        self._report = report
        self._is_gone = False

    def tell(self, done: Done) -> None:
        """Count a visit and tell of it; stop the engine when nobody hears."""
        self.tally.add(done)
        if self._is_gone:
            return
        try:
            self._report(done)
        except BrokenPipeError:
            self._is_gone = True
            if self.engine is not None:
                self.engine.stop("stopped")


def run_crawl(crawl: Crawl, options: Options, report: Callable[[Done], None], ask: Ask | None = None) -> Summary:
    """Visit what is due until nothing is, or a limit is reached; return what was done.

    `report` is told of each visit, once it is written down; BrokenPipeError from it ends the run as Ctrl-C does.
    `ask` makes the requests; None: over the network. Ctrl-C, SIGTERM and SIGHUP end the run as a limit does: within
    `ENDING_S` and what the disk takes. A second Ctrl-C ends it at once, as a crash does, which costs no more than the
    visits that were under way.

    Raises LockedError when another run holds output or state (and writes the overlap down), StoreError when disk or
    state cannot be used, FetchError "bad_url" when contact or an allowed host is malformed. Must not be called from a
    running event loop.
    """
    owner = owner_name()
    address = state_address(crawl, options.state)
    make_folder(crawl.output)
    try:
        with _locks(crawl, address, (owner, options.machine)):
            return _run(_Run(crawl, options, address, f"{owner}, {secrets.token_hex(4)}", _Audience(report), ask))
    except LockedError:
        with contextlib.closing(State(address)) as state:
            state.skip(owner)
        raise


def state_address(crawl: Crawl, named: str | None) -> str:
    """Return the address of the state: as named, else as the sources file says, else a file in the output folder."""
    return named or crawl.state or sqlite_address(crawl.output / STATE_NAME)


def state_file(address: str) -> Path | None:
    """Return the file of an SQLite state; None for a server."""
    match = _SQLITE_FILE.fullmatch(address)
    return Path(match[1]) if match else None


@contextlib.contextmanager
def _locks(crawl: Crawl, address: str, who: tuple[str, str]) -> Iterator[None]:
    """Lock the output, and an SQLite state that stands elsewhere, for an owner on a machine.

    With a server machines share the output, and leases keep them apart: each locks out only its own second run.
    """
    owner, machine = who
    file = state_file(address)
    with contextlib.ExitStack() as locks:
        if file is None:
            locks.enter_context(hold_lock(crawl.output / f"crawl-{machine}.lock", owner))
        else:
            locks.enter_context(hold_lock(crawl.output / LOCK_NAME, owner))
            if file.absolute().parent != crawl.output.absolute():
                locks.enter_context(hold_lock(file.with_name(f"{file.name}.lock"), owner))
        yield


def _run(run: _Run) -> Summary:
    began = time.monotonic()
    with contextlib.closing(State(run.address)) as state:
        mended = state.mend_times()
        number, numbers = state.begin(run.owner, [source.name for source in run.crawl.sources])
        sources = {numbers[source.name]: source for source in run.crawl.sources}
        try:
            check_folder(run.crawl.output, state)
            memories = {memory.host: memory for memory in read_memories(run.crawl.memory)} if run.crawl.memory else {}
            seeds = [seed for key, source in sources.items() for seed in seeds_of(source, key)]
            state.seed(seeds, [choice_of(source, key) for key, source in sources.items()])
            with _recorder(run, state, number) as recorder, _readers(run.options) as readers:
                parts = Parts(sources, state, recorder, readers.read, run.audience.tell, memories)
                ending = asyncio.run(_visit(run, parts))
        except StoreError as error:
            with contextlib.suppress(StoreError):  # the disk may have no room for this, either
                state.end(number, error.reason)
            raise
        state.end(number, ending)
        return Summary(run.audience.tally, ending, time.monotonic() - began, state.report(), mended)


async def _visit(run: _Run, parts: Parts) -> Ending:
    """Visit what is due, through the guarded fetcher unless another one is given."""
    if run.ask is not None:
        return await _until_stopped(Engine(parts, run.ask, run.options.settings, run.owner), run.audience)
    from harvester.fetching.client import Fetcher  # noqa: PLC0415 - with httpx 250 ms, which `--help` does without

    async with Fetcher(run.options.limits, run.crawl.allow_hosts, Visitor(run.crawl.contact)) as fetcher:
        return await _until_stopped(Engine(parts, fetcher.ask, run.options.settings, run.owner), run.audience)


async def _until_stopped(engine: Engine, audience: _Audience) -> Ending:
    """Run the engine; the first signal lets it finish what is under way, a second Ctrl-C ends it at once."""
    audience.engine = engine
    if threading.current_thread() is not threading.main_thread():
        return await engine.run()  # signals go to the main thread, which is somebody else's
    loop = asyncio.get_running_loop()

    def stop() -> None:
        loop.remove_signal_handler(signal.SIGINT)
        engine.stop("stopped")

    loop.add_signal_handler(signal.SIGINT, stop)
    # A terminal that closes sends SIGHUP; under nohup it is ignored, and stays so.
    for number in (one for one in (signal.SIGTERM, signal.SIGHUP) if signal.getsignal(one) is not signal.SIG_IGN):
        loop.add_signal_handler(number, lambda: engine.stop("stopped"))
    return await engine.run()


@contextlib.contextmanager
def _recorder(run: _Run, state: State, number: int) -> Iterator[Recorder]:
    settings = WarcSettings(prefix=f"harvester-{run.options.machine}")
    archive = WarcWriter(run.crawl.archive, settings) if run.crawl.archive else None
    with contextlib.closing(Recorder(state, number, run.crawl.output, archive)) as recorder:
        yield recorder


@contextlib.contextmanager
def _readers(options: Options) -> Iterator[Readers[Work, Reading | HostFacts]]:
    with contextlib.closing(Readers(read_work, options.jobs, Guards(options.limit_s, options.memory_bytes))) as readers:
        yield readers
