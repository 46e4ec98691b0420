"""One run from the sources file to the last write: lock, state, archive, workers, network, loop."""

import asyncio
import contextlib
import secrets
import signal
import threading
import time
from collections.abc import AsyncIterator, Callable, Iterator, Mapping
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime
from functools import partial
from pathlib import Path
from typing import Final

from harvester.crawl.advice import worst_first
from harvester.crawl.crash_safe_writer import VisitWriter
from harvester.crawl.engine_parts import Ending, Parts, Settings
from harvester.crawl.host_profile import HostProfile
from harvester.crawl.jobs import Ask
from harvester.crawl.reader_work import WARM, Work, read_work
from harvester.crawl.requests import choice_of, digest_of_sources, seeds_of
from harvester.crawl.rounds import Crew, Rounds
from harvester.crawl.run_request import Wish
from harvester.crawl.shared_folder import check_folder
from harvester.crawl.sources_file import Crawl, CrawlSource
from harvester.crawl.state.database import Patience, open_database
from harvester.crawl.state.rows import Done, Runner
from harvester.crawl.state.store import State
from harvester.crawl.state_place import state_address, state_file
from harvester.crawl.tally import CrawlSummary, Tally
from harvester.crawl.visit import AnswerReading
from harvester.crawl.visit_archive import ArchiveWriter
from harvester.errors import Reason, StoreError
from harvester.fetching import Limits, Visitor
from harvester.fetching.open_files import file_limit, socket_room
from harvester.models import SiteMemory
from harvester.store.atomic_files import make_folder
from harvester.store.lock import LOCK_NAME, LockedError, hold_lock, machine_name, owner_name
from harvester.workers.killable_process import Guards, is_no_thread, no_room
from harvester.workers.page_readers import LIMIT_S, Readers

_READER_FILES: Final = 4  # pipes of a process that reads pages
_LEAST_SOCKETS: Final = 8
_ENDING: Final = (signal.SIGTERM, signal.SIGHUP)


@dataclass(frozen=True, slots=True)
class Options:
    """What a run needs beside its sources."""

    state: str | None = None  # None: that of the sources file, else SQLite in the output folder
    machine: str = field(default_factory=machine_name)  # names lock and archive files in folders that machines share
    jobs: int = 1  # processes that read pages
    limit_s: float = LIMIT_S  # for reading one page
    memory_bytes: int = Guards(LIMIT_S).memory_bytes  # of a process that reads pages, beyond what it has at its start
    limits: Limits = field(default_factory=Limits)  # of one request
    settings: Settings = field(default_factory=Settings)
    wish: Wish = field(default_factory=Wish)  # what is visited although it is not due
    patience_s: float = 600.0  # how long a server that keeps the state is waited for


@dataclass(frozen=True, slots=True)
class Hearers:
    """Who is informed of what. BrokenPipeError from `visit` ends the run as Ctrl-C does."""

    visit: Callable[[Done], None]  # each one, once it is written down
    note: Callable[[str], None] = lambda words: None  # what a person should know; called from any thread
    summary: Callable[[CrawlSummary], None] = lambda summary: None  # now and then, of a run without an end


@dataclass(frozen=True, slots=True)
class _Run:
    """What is known of a run before it begins."""

    crawl: Crawl
    options: Options
    address: str  # of the state
    owner: str
    audience: "_Audience"
    ask: Ask | None
    reload: Callable[[], Crawl | None] | None


class _Audience:
    """Sums up the visits and reports each to the caller; one that hears no more lets the run end as a signal does."""

    def __init__(self, hearers: Hearers) -> None:
        self.tally = Tally()
        self.stop: Callable[[], None] = lambda: None  # called when nobody hears
        self.hearers = hearers
        self._is_gone = False

    def report(self, done: Done) -> None:
        """Count a visit and report it; stop the run when nobody hears."""
        self.tally.add(done)
        if self._is_gone:
            return
        try:
            self.hearers.visit(done)
        except BrokenPipeError:
            self._is_gone = True
            self.stop()


def run_crawl(
    crawl: Crawl,
    options: Options,
    hearers: Hearers,
    *,
    ask: Ask | None = None,
    reload: Callable[[], Crawl | None] | None = None,
) -> CrawlSummary:
    """Visit what is due until nothing is, or a limit is reached; return what was done.

    `ask` makes the requests; None: over the network. With `reload` the run has no end by itself: it waits for what
    becomes due, and goes on with what `reload` returns where that is not None (its output, archive and state are not
    changed by that). Ctrl-C, SIGTERM and SIGHUP end the run as a limit does: within `ENDING_S` and what the disk takes.
    A second Ctrl-C ends it at once, as a crash does, which costs no more than the visits that were under way.

    Raises LockedError when another run holds output or state (and writes the overlap down), StoreError when disk or
    state cannot be used, FetchError "bad_url" when contact or an allowed host is malformed. Must not be called from a
    running event loop.
    """
    options = within_files(options)
    owner = owner_name()
    address = state_address(crawl, options.state)
    make_folder(crawl.output)
    try:
        with hold_locks(crawl, address, (owner, options.machine)), _signals_restored():
            name = f"{owner}, {secrets.token_hex(4)}"
            return _run(_Run(crawl, options, address, name, _Audience(hearers), ask, reload))
    except LockedError:
        with contextlib.closing(State(address)) as state:
            state.skip(owner)
        raise


def within_files(options: Options) -> Options:
    """Return the options with no more requests at once than files may be open: else hosts would be blamed for it.

    Raises StoreError where too few may be.
    """
    room = socket_room() - _READER_FILES * options.jobs
    if room < _LEAST_SOCKETS:
        needed = file_limit() - room + _LEAST_SOCKETS
        words = f"may open {file_limit():,} files at once, and needs {needed:,}: raise the limit (ulimit -n)"
        raise StoreError("this process", Reason.UNWRITABLE, words)
    slots = min(options.settings.slots, room // 2)  # connections that are kept take the other half
    return replace(options, settings=replace(options.settings, slots=slots))


@contextlib.contextmanager
def hold_locks(crawl: Crawl, address: str, who: tuple[str, str]) -> Iterator[None]:
    """Lock the output, and an SQLite state that is elsewhere, for an owner on a machine.

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


def _run(run: _Run) -> CrawlSummary:
    began = time.monotonic()
    patience = Patience(run.options.patience_s, run.audience.hearers.note, from_first=run.reload is not None)
    with contextlib.closing(State(run.address, open_at=partial(open_database, patience=patience))) as state:
        mended = state.mend_times()
        names = [source.name for source in run.crawl.sources]
        runner = _runner(run, run.crawl)
        number, numbers = state.begin(runner, names)
        summarise = partial(_summary, run, state, began, mended)
        try:
            check_folder(run.crawl.output, state)
            memories = _memories(run.crawl)
            sources = _seed(run, state, runner, (run.crawl, numbers))
            with (
                open_writer(run.crawl, run.options.machine, state, number) as writer,
                _readers(run.options) as readers,
            ):
                only = _wake(run, state, sources)
                parts = Parts(sources, state, writer, readers.read, run.audience.report, memories, number, only)
                ending = _ending_of(run, parts, summarise)
        except StoreError as error:
            with contextlib.suppress(StoreError):  # the disk may have no room for this, either
                state.end(number, error.reason)
            raise
        state.end(number, ending)
        return summarise(ending)


def _ending_of(run: _Run, parts: Parts, summarise: Callable[[str], CrawlSummary]) -> Ending:
    """Crawl and return how that ended. Raises StoreError where the machine has no room for it."""
    try:
        return asyncio.run(_crawl_on(run, parts, summarise))
    except (MemoryError, RuntimeError) as error:
        if not isinstance(error, MemoryError) and not is_no_thread(error):
            raise
        raise no_room(error) from error


def _memories(crawl: Crawl) -> dict[str, SiteMemory]:
    if crawl.memory is None:
        return {}
    from harvester.store.site_memories import read_memories  # noqa: PLC0415 - with numpy, which the loop does without

    return {memory.host: memory for memory in read_memories(crawl.memory)}


def _summary(run: _Run, state: State, began: float, mended: int, ending: str) -> CrawlSummary:
    sources = worst_first(state.facts(), int(state.now()))
    return CrawlSummary(run.audience.tally, ending, time.monotonic() - began, state.report(), mended, sources)


def _runner(run: _Run, crawl: Crawl) -> Runner:
    return Runner(run.owner, run.options.machine, digest_of_sources(crawl.sources))


def _seed(run: _Run, state: State, runner: Runner, named: tuple[Crawl, Mapping[str, int]]) -> dict[int, CrawlSource]:
    """Carry the sources into the state; report machines that have other ones. Return them by the state's number."""
    crawl, numbers = named
    sources = seed_sources(state, crawl, numbers)
    for other in state.unlike(runner):
        moment = datetime.fromtimestamp(other.seen_at, UTC).isoformat(timespec="minutes")
        words = f"{other.machine} crawls with another sources file; it was last seen at work {moment}"
        run.audience.hearers.note(f"{words}: sources that one of the two does not name rest when that one begins")
    return sources


def _wake(run: _Run, state: State, sources: Mapping[int, CrawlSource]) -> frozenset[int] | None:
    """Make due what a person wants now; return the sources that the run is for, None for all."""
    wish = run.options.wish
    wanted = frozenset(key for key, source in sources.items() if wish.source in (None, source.name))
    for rest in state.wake(sorted(wanted)) if wish.now else ():
        moment = datetime.fromtimestamp(rest.until, UTC).isoformat(timespec="minutes")
        run.audience.hearers.note(
            f"{rest.host} asked for a rest, refused or did not answer: it is not asked before {moment}"
        )
    return None if wish.source is None else wanted


def seed_sources(state: State, crawl: Crawl, numbers: Mapping[str, int]) -> dict[int, CrawlSource]:
    """Carry the sources into the state; return them by the state's number."""
    sources = {numbers[source.name]: source for source in crawl.sources}
    seeds = [seed for key, source in sources.items() for seed in seeds_of(source, key)]
    state.seed(seeds, [choice_of(source, key) for key, source in sources.items()])
    return sources


async def _crawl_on(run: _Run, parts: Parts, summarise: Callable[[str], CrawlSummary]) -> Ending:
    """Crawl, with signals heard, until the run is to end; with changed sources, where there are any."""
    crawl = run.crawl
    crew = Crew(parts, run.options.settings, run.owner, run.audience.hearers, summarise)
    rounds = Rounds(crew, run.reload)
    with _heard(rounds, run.audience):
        while True:
            async with _asking(run, crawl) as ask:
                ending = await rounds.run(ask)
            changed = rounds.taken()
            if changed is None:
                return ending
            crawl = replace(changed, output=run.crawl.output, archive=run.crawl.archive, state=run.crawl.state)
            if changed != crawl:
                run.audience.hearers.note("output, archive and state of the sources file count from the next start on")
            rounds.go_on(await asyncio.to_thread(_resource, run, parts, crawl))


def _resource(run: _Run, parts: Parts, crawl: Crawl) -> dict[int, CrawlSource]:
    """Go on with other sources."""
    numbers = parts.state.keep_sources([source.name for source in crawl.sources])
    runner = _runner(run, crawl)
    parts.state.keep_digest(parts.run, runner.sources or 0)
    return _seed(run, parts.state, runner, (crawl, numbers))


@contextlib.asynccontextmanager
async def _asking(run: _Run, crawl: Crawl) -> AsyncIterator[Ask]:
    """Yield what makes the requests: the guarded fetcher unless another one is given."""
    if run.ask is not None:
        yield run.ask
        return
    from harvester.fetching.client import Fetcher  # noqa: PLC0415 - with httpx 250 ms, which `--help` does without

    async with Fetcher(run.options.limits, crawl.allow_hosts, Visitor(crawl.contact)) as fetcher:
        yield fetcher.ask


@contextlib.contextmanager
def _heard(rounds: Rounds, audience: _Audience) -> Iterator[None]:
    """Let the first signal finish what is under way; a second Ctrl-C ends all at once."""
    audience.stop = rounds.stop
    if threading.current_thread() is not threading.main_thread():
        yield  # signals go to the main thread, which is somebody else's
        return
    loop = asyncio.get_running_loop()

    def stop() -> None:
        loop.remove_signal_handler(signal.SIGINT)
        rounds.stop()

    loop.add_signal_handler(signal.SIGINT, stop)
    # A terminal that closes sends SIGHUP; under nohup it is ignored, and stays so.
    heard = [number for number in _ENDING if signal.getsignal(number) is not signal.SIG_IGN]
    for number in heard:
        loop.add_signal_handler(number, rounds.stop)
    try:
        yield
    finally:  # a shell and the system may each tell of a terminal that closes: how the run ended is written down first
        for number in heard:
            loop.remove_signal_handler(number)
            signal.signal(number, signal.SIG_IGN)


@contextlib.contextmanager
def _signals_restored() -> Iterator[None]:
    """Leave the signals, as they were before, to whoever called."""
    if threading.current_thread() is not threading.main_thread():
        yield
        return
    before = {number: signal.getsignal(number) for number in _ENDING}
    try:
        yield
    finally:
        for number, handler in before.items():
            if handler is not None:  # of a program that is not all Python
                signal.signal(number, handler)


@contextlib.contextmanager
def open_writer(crawl: Crawl, machine: str, state: State, number: int) -> Iterator[VisitWriter]:
    """Yield what writes down the visits of a run with this number."""
    archive = _archive(crawl.archive, machine) if crawl.archive else None
    with contextlib.closing(VisitWriter(state, number, crawl.output, archive)) as writer:
        yield writer


def _archive(folder: Path, machine: str) -> ArchiveWriter:
    from harvester.archive.formats.warc_writer import WarcSettings, WarcWriter  # noqa: PLC0415 - a tenth of a start

    return WarcWriter(folder, WarcSettings(prefix=f"harvester-{machine}"))


@contextlib.contextmanager
def _readers(options: Options) -> Iterator[Readers[Work, AnswerReading | HostProfile]]:
    with contextlib.closing(
        Readers(read_work, options.jobs, Guards(options.limit_s, options.memory_bytes), WARM)
    ) as readers:
        yield readers
