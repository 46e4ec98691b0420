"""The loop: hosts are leased, asked, read and written down, many side by side, until nothing is due."""

import asyncio
import contextlib
from collections import Counter
from collections.abc import Callable, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from typing import Final, TypeVar

from harvester.crawl.answers import Answers
from harvester.crawl.engine_parts import Ending, Parts, Settings
from harvester.crawl.events import Event
from harvester.crawl.flights import Flight, fault_event
from harvester.crawl.held_hosts import Clocks, HeldHosts
from harvester.crawl.host_leasing import Ours, Turns
from harvester.crawl.host_probing import FactFinder
from harvester.crawl.host_queues import Visits
from harvester.crawl.jobs import Ask, Claim, Job, Postponed, Result, loop_time
from harvester.crawl.recorder import Extras
from harvester.crawl.requests import step_for
from harvester.crawl.schedule import Kind
from harvester.crawl.sources import Source
from harvester.crawl.state.rows import KnownUrl, Lease
from harvester.errors import InternalError, StoreError
from harvester.fetching import Answer, Step

T = TypeVar("T")

_BATCH: Final = 200  # visits that are written down together
_BATCH_S: Final = 0.25  # and how long they are waited for: one wait for the disk serves them all
_POLL_S: Final = 1.0  # how long the loop looks away when nothing happens

# What is under way when a run is to end is waited for as long, then given up: it is as due as it was.
ENDING_S: Final = 10.0


class Engine:
    """One run; lives in one event loop."""

    def __init__(self, parts: Parts, ask: Ask, settings: Settings, owner: str) -> None:
        self._parts = parts
        self._ask_web = ask
        self._settings = settings
        pauses = {number: source.delay_s for number, source in parts.sources.items()}
        self._lease = Lease(owner, settings.lease_s, pauses)
        self._flights: dict[int, Flight] = {}  # by URL id
        self._shares: Counter[int] = Counter()  # pages by source
        self._spent = frozenset() if parts.only is None else frozenset(parts.sources) - parts.only
        self.pages = 0
        self._facts: list[tuple[int, str]] = []  # of hosts, not written down yet
        self._finder = FactFinder(parts.read, parts.state.now)
        self._ending: Ending | None = None
        self._is_full = False  # the run has had its pages; what is begun is finished: the last page counts, too
        self._tasks = asyncio.TaskGroup()
        self._conclusions: set[asyncio.Task[None]] = set()
        self._events: asyncio.Queue[Event] = asyncio.Queue(2 * _BATCH)
        self._readings = asyncio.Semaphore(settings.readings)
        self._wake = asyncio.Event()
        self._is_abandoned = False
        self._thread = ThreadPoolExecutor(1, thread_name_prefix="recorder")  # disk and state, one after the other
        # With a server hosts come and go meanwhile: each word with it takes its time. In a file writers wait anyway.
        is_shared = parts.state.is_shared
        self._leases = ThreadPoolExecutor(1, thread_name_prefix="leases") if is_shared else self._thread
        self._held = HeldHosts(Clocks(parts.state.now, loop_time), settings.pacing.pause_s)
        ours = Ours(self._held, self._finder, self._lease, self._leases)
        self._turns = Turns(parts, settings, ours, self, self._visits_of)
        self._visits = self._turns.visits
        self._answers = Answers(parts, self._visits, self._finder, self._held.name_of)

    def _visits_of(self, claim: Claim) -> Visits:
        pacing = replace(self._settings.pacing, slots=self._settings.slots)
        return Visits(self._ask, pacing, self._held, claim)

    async def run(self) -> Ending:
        """Visit what is due until nothing is, or a limit is reached; return how it ended. Raises StoreError."""
        if self._settings.max_time_s is not None:
            asyncio.get_running_loop().call_later(self._settings.max_time_s, self.stop, "limit")
        try:
            await self._run_tasks()
        except ExceptionGroup as group:
            raise group.exceptions[0] from None  # one disk, one reason; the others follow from it
        finally:
            await self._visits.stop()
            self._thread.shutdown()
            self._leases.shutdown()
        return self._ending or ("limit" if self._is_full else "done")

    @property
    def begins_nothing(self) -> bool:
        """See `Work`."""
        return self._is_full or self._ending is not None

    def stop(self, ending: Ending) -> None:
        """Begin nothing new; what is under way is finished and written down, where that takes no more than 10 s."""
        if self._ending is not None:
            return
        self._ending = ending
        for job in self._visits.end():
            self.put_back(job.key)
        self._wake.set()
        asyncio.get_running_loop().call_later(ENDING_S, self._abandon)

    def _abandon(self) -> None:
        """Give up what is asked for and read, and leave it for another run."""
        self._is_abandoned = True
        for job in self._visits.abandon():
            self.put_back(job.key)
        for task in tuple(self._conclusions):
            task.cancel()

    async def _run_tasks(self) -> None:
        async with self._tasks as tasks:
            works = (self._take_answers, self._write_down, self._turns.keep_leases, self._turns.share_out)
            await self._turns.look()
            helpers = [tasks.create_task(work()) for work in works]
            await self._lead()
            for task in helpers:
                task.cancel()
        await self._turns.give_all_back()

    async def _recorded(self, work: Callable[[], T]) -> T:
        return await asyncio.get_running_loop().run_in_executor(self._thread, work)

    # ── what is due ───────────────────────────────────────────────────────────────────────

    async def _lead(self) -> None:
        """Lease hosts while there is room and something due; return when all is done."""
        while True:
            self._wake.clear()
            await self._turns.after_errands()
            if await self._turns.take_hosts():
                continue
            if await self._is_over():
                return
            await self._nap()

    async def _is_over(self) -> bool:
        """Return whether nothing is left to this run: all is done, or other machines hold what is due."""
        if self._flights or self.begins_nothing:
            return not self._flights
        if len(self._held) or not await self._turns.have_had_all():
            return False
        if self._turns.are_held_by_others and self._ending is None:
            self._ending = "held"
        return True

    async def _nap(self) -> None:
        try:
            async with asyncio.timeout(_POLL_S):
                await self._wake.wait()
        except TimeoutError:
            pass

    @property
    def spent(self) -> frozenset[int]:
        """See `Work`."""
        return self._spent

    def begin_urls(self, urls: Sequence[KnownUrl]) -> bool:
        """See `Work`."""
        return sum([self._begin_url(url) for url in urls]) > 0

    def wake(self) -> None:
        """See `Work`."""
        self._wake.set()

    def _begin_url(self, url: KnownUrl) -> bool:
        source = self._parts.sources.get(url.source_id)
        if source is None or url.source_id in self._spent or self.begins_nothing:
            return False
        step = step_for(url)
        self._flights[url.id] = Flight(url, source, bool(step.headers))
        self._held.begin(url.host_id, url.id)
        try:
            if url.kind is Kind.PAGE:
                self._count_page(url.source_id, source)
                self._inquire(url)
            self._visits.add(Job(url.url, step, key=url.id))
        except Exception as error:  # noqa: BLE001 - the boundary: one URL's fault is its own
            self._tasks.create_task(self._events.put(fault_event(url, error)))
        return True

    def _inquire(self, url: KnownUrl) -> None:
        """Ask a host about itself before its pages, where that is not known."""
        for question in self._finder.questions(self._held.leased(url.host_id), url.url):
            self._held.begin(url.host_id, question.key)
            self._visits.add(question)

    def _count_page(self, source_id: int, source: Source) -> None:
        self.pages += 1
        self._shares[source_id] += 1
        if self._shares[source_id] >= source.max_pages:
            self._spent |= {source_id}
        if self.pages == self._settings.max_pages:
            self._is_full = True

    def put_back(self, key: int) -> int:
        """See `Work`: leave a URL or question for another run: nothing was asked, nothing is known; return its host."""
        host = self._finder.host_of(key)
        if host is None:
            host = self._flights.pop(key).url.host_id
        else:
            self._finder.put_back(key)
        self._held.finish(host, key)
        self._wake.set()
        return host

    # ── answers ───────────────────────────────────────────────────────────────────────────

    async def _ask(self, step: Step) -> Answer:
        await self._turns.hold()
        return await self._ask_web(step)

    async def _take_answers(self) -> None:
        while True:
            await self._readings.acquire()
            job, result = await self._visits.next_answer()
            task = self._tasks.create_task(self._conclude(job, result))
            self._conclusions.add(task)
            task.add_done_callback(self._conclusions.discard)

    async def _conclude(self, job: Job, result: Result) -> None:
        """Turn an answer into an event, or into the next request of the same article."""
        try:
            event = await self._concluded(job, result)
            if event is not None:
                await self._events.put(event)  # still a reading: a slow disk slows the run and does not fill the memory
        except asyncio.CancelledError:
            self._leave(job.key)
            raise
        finally:
            self._readings.release()

    async def _concluded(self, job: Job, result: Result) -> Event | None:
        key = job.key
        try:
            if isinstance(result, Postponed) or self._is_abandoned:
                await self._turns.go_on([self.put_back(key)])
            elif self._finder.host_of(key) is not None:
                await self._take_fact(job, result)
            else:
                return await self._answers.event(self._flights[key], result)
        except StoreError:
            raise  # about the run, not about this URL
        except Exception as error:  # noqa: BLE001 - the boundary: one URL's fault is its own
            if key in self._flights:
                return fault_event(self._flights[key].url, error)
            self._leave(key)
            fault = InternalError.of(job.subject, error)
            await self._recorded(lambda: self._parts.recorder.faults.keep(fault))
        return None

    def _leave(self, key: int) -> None:
        """Leave a URL or question for another run, unless it is over."""
        if key in self._flights or self._finder.host_of(key) is not None:
            self._turns.come_back(self.put_back(key))

    async def _take_fact(self, job: Job, result: Result) -> None:
        await self._finder.take(job, result)
        key = job.key
        host = self._finder.host_of(key)
        if host is None:
            return
        facts = self._finder.close(key, self._visits.usage(self._held.name_of(host)))
        if facts is not None:
            self._facts.append((host, facts))
        self._held.finish(host, key)
        await self._turns.go_on([host])

    # ── writing down ──────────────────────────────────────────────────────────────────────

    async def _write_down(self) -> None:
        while True:
            await self._write_batch(await self._batch())

    async def _batch(self) -> list[Event]:
        """Return the next events: as many as come in a moment, as are enough, or as there can be."""
        events = [await self._events.get()]
        with contextlib.suppress(TimeoutError):
            async with asyncio.timeout(_BATCH_S):
                while len(events) < min(_BATCH, len(self._flights)):
                    events.append(await self._events.get())
        return events

    async def _write_batch(self, events: Sequence[Event]) -> None:
        hosts = {event.url.host_id for event in events}
        clocks = tuple(map(self._turns.clock, hosts))
        extras = Extras(self._lease.owner, clocks, self._held.new_robots(), tuple(self._facts))
        self._facts.clear()
        for done in await self._recorded(lambda: self._parts.recorder.write(events, extras)):
            self._parts.report(done)
        for event in events:
            del self._flights[event.url.id]
            self._held.finish(event.url.host_id, event.url.id)
        await self._turns.go_on(sorted(hosts))
        self._wake.set()
