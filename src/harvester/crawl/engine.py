"""The loop: hosts are leased, asked, read and written down, many side by side, until nothing is due."""

import asyncio
import contextlib
from collections import Counter
from collections.abc import Callable, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from typing import Final, TypeVar

from harvester.crawl.crash_safe_writer import Extras
from harvester.crawl.engine_parts import Ending, Goal, Parts, Settings
from harvester.crawl.finished_visit import FinishedVisit, fault_of
from harvester.crawl.held_hosts import Clocks, HeldHosts
from harvester.crawl.host import Host, HostProbe
from harvester.crawl.host_leasing import HostLeasing, Ours
from harvester.crawl.host_probing import HostProbes, closed, give_up
from harvester.crawl.host_queues import HostQueues
from harvester.crawl.jobs import Ask, Claim, FetchJob, Postponed, Result, loop_time
from harvester.crawl.requests import lease_for, step_for
from harvester.crawl.schedule import UrlKind
from harvester.crawl.sources_file import CrawlSource
from harvester.crawl.state.rows import KnownUrl
from harvester.crawl.visit import Visit
from harvester.crawl.visit_continuation import VisitContinuation
from harvester.errors import InternalError, StoreError
from harvester.fetching import Answer, Step

T = TypeVar("T")

_BATCH: Final = 200  # visits that are written down together
_BATCH_S: Final = 1.0  # and how long they are waited for: one transaction and one wait for the disk serve them all
_POLL_S: Final = 1.0  # how long the loop looks away when nothing happens

# What is under way when a run is to end is waited for as long, then given up: it is as due as it was.
ENDING_S: Final = 10.0


class Engine:
    """One run; lives in one event loop."""

    def __init__(self, parts: Parts, ask: Ask, settings: Settings, owner: str) -> None:
        self._parts = parts
        self._ask_web = ask
        self._settings = settings
        self._lease = lease_for(owner, settings.lease_s, parts.sources)
        self._open: set[int] = set()  # ids of URLs that are begun and not written down
        self._shares: Counter[int] = Counter()  # pages by source
        self._spent = frozenset() if parts.only is None else frozenset(parts.sources) - parts.only
        self.pages = 0
        self._facts: list[tuple[int, str]] = []  # of hosts, not written down yet
        self._probes = HostProbes(parts.read, parts.state.now)
        self._ending: Ending | None = None
        self._is_full = False  # the run has had its pages; what is begun is finished: the last page counts, too
        self._tasks = asyncio.TaskGroup()
        self._conclusions: set[asyncio.Task[None]] = set()
        self._finished: asyncio.Queue[FinishedVisit] = asyncio.Queue(2 * _BATCH)
        self._readings = asyncio.Semaphore(settings.readings)
        self._wake = asyncio.Event()
        self._is_abandoned = False
        self._thread = ThreadPoolExecutor(1, thread_name_prefix="writer")  # disk and state, one after the other
        # With a server hosts come and go meanwhile: each word with it takes its time. In a file writers wait anyway.
        is_shared = parts.state.is_shared
        self._leases = ThreadPoolExecutor(1, thread_name_prefix="leases") if is_shared else self._thread
        self._held = HeldHosts(Clocks(parts.state.now, loop_time), settings.pacing.pause_s)
        ours = Ours(self._held, self._lease, self._leases)
        self._leasing = HostLeasing(parts, settings, ours, self, self._queues_of)
        self._queues = self._leasing.queues
        self._continuation = VisitContinuation(parts, self._queues, self._held)

    def _queues_of(self, claim: Claim) -> HostQueues[Goal]:
        pacing = replace(self._settings.pacing, slots=self._settings.slots)
        return HostQueues(self._ask, pacing, self._held, claim)

    async def run(self) -> Ending:
        """Visit what is due until nothing is, or a limit is reached; return how it ended. Raises StoreError."""
        if self._settings.max_time_s is not None:
            asyncio.get_running_loop().call_later(self._settings.max_time_s, self.stop, "limit")
        try:
            await self._run_tasks()
        except ExceptionGroup as group:
            raise group.exceptions[0] from None  # one disk, one reason; the others follow from it
        finally:
            await self._queues.stop()
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
        for job in self._queues.end():
            self.put_back(job.goal)
        self._wake.set()
        asyncio.get_running_loop().call_later(ENDING_S, self._abandon)

    def _abandon(self) -> None:
        """Give up what is asked for and read, and leave it for another run."""
        self._is_abandoned = True
        for job in self._queues.abandon():
            self.put_back(job.goal)
        for task in tuple(self._conclusions):
            task.cancel()

    async def _run_tasks(self) -> None:
        async with self._tasks as tasks:
            works = (self._take_answers, self._write_down, self._leasing.keep_leases, self._leasing.share_out)
            await self._leasing.look()
            helpers = [tasks.create_task(work()) for work in works]
            await self._lead()
            for task in helpers:
                task.cancel()
        await self._leasing.give_all_back()

    async def _recorded(self, work: Callable[[], T]) -> T:
        return await asyncio.get_running_loop().run_in_executor(self._thread, work)

    # ── what is due ───────────────────────────────────────────────────────────────────────

    async def _lead(self) -> None:
        """Lease hosts while there is room and something due; return when all is done."""
        while True:
            self._wake.clear()
            await self._leasing.after_errands()
            if await self._leasing.take_hosts():
                continue
            if await self._is_over():
                return
            await self._nap()

    async def _is_over(self) -> bool:
        """Return whether nothing is left to this run: all is done, or other machines hold what is due."""
        if self._open or self.begins_nothing:
            return not self._open
        if len(self._held) or not await self._leasing.have_had_all():
            return False
        if self._leasing.are_held_by_others and self._ending is None:
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

    def begin_urls(self, host: Host, urls: Sequence[KnownUrl]) -> bool:
        """See `Work`."""
        return sum([self._begin_url(host, url) for url in urls]) > 0

    def wake(self) -> None:
        """See `Work`."""
        self._wake.set()

    def _begin_url(self, host: Host, url: KnownUrl) -> bool:
        source = self._parts.sources.get(url.source_id)
        if source is None or url.source_id in self._spent or self.begins_nothing:
            return False
        step = step_for(url)
        visit = Visit(url, source, bool(step.headers))
        self._open.add(url.id)
        host.under_way.add(url.id)
        try:
            if url.kind is UrlKind.PAGE:
                self._count_page(url.source_id, source)
                self._inquire(host, url)
            self._queues.add(FetchJob(step, visit))
        except Exception as error:  # noqa: BLE001 - the boundary: one URL's fault is its own
            self._tasks.create_task(self._finished.put(fault_of(visit, error)))
        return True

    def _inquire(self, host: Host, url: KnownUrl) -> None:
        """Ask a host about itself before its pages, where that is not known."""
        for question in self._probes.questions(host, url.url):
            host.under_way.add(question.goal)
            self._queues.add(question)

    def _count_page(self, source_id: int, source: CrawlSource) -> None:
        self.pages += 1
        self._shares[source_id] += 1
        if self._shares[source_id] >= source.max_pages:
            self._spent |= {source_id}
        if self.pages == self._settings.max_pages:
            self._is_full = True

    def put_back(self, goal: Goal) -> Host:
        """See `Work`: nothing was asked, nothing is known."""
        if isinstance(goal, HostProbe):
            host = goal.host
            give_up(host)
            host.under_way.discard(goal)
        else:
            host = self._close(goal.url)
        self._wake.set()
        return host

    def _close(self, url: KnownUrl) -> Host:
        """Take in that a URL is under way no more; return its host."""
        self._open.remove(url.id)
        host = self._held.numbered(url.host_id)
        host.under_way.discard(url.id)
        return host

    def _is_open(self, goal: Goal) -> bool:
        return goal in goal.host.under_way if isinstance(goal, HostProbe) else goal.url.id in self._open

    # ── answers ───────────────────────────────────────────────────────────────────────────

    async def _ask(self, step: Step) -> Answer:
        await self._leasing.hold()
        return await self._ask_web(step)

    async def _take_answers(self) -> None:
        while True:
            await self._readings.acquire()
            job, result = await self._queues.next_answer()
            task = self._tasks.create_task(self._conclude(job, result))
            self._conclusions.add(task)
            task.add_done_callback(self._conclusions.discard)

    async def _conclude(self, job: FetchJob[Goal], result: Result) -> None:
        """Turn an answer into the end of a visit, or into its next request."""
        try:
            finished = await self._concluded(job, result)
            if finished is not None:  # still a reading: a slow disk slows the run and does not fill the memory
                await self._finished.put(finished)
        except asyncio.CancelledError:
            self._leave(job.goal)
            raise
        finally:
            self._readings.release()

    async def _concluded(self, job: FetchJob[Goal], result: Result) -> FinishedVisit | None:
        goal = job.goal
        try:
            if isinstance(result, Postponed) or self._is_abandoned:
                await self._leasing.go_on([self.put_back(goal)])
            elif isinstance(goal, HostProbe):
                await self._take_profile(goal, result)
            else:
                return await self._continuation.finish(goal, result)
        except StoreError:
            raise  # about the run, not about this URL
        except Exception as error:  # noqa: BLE001 - the boundary: one URL's fault is its own
            if isinstance(goal, Visit) and self._is_open(goal):
                return fault_of(goal, error)
            self._leave(goal)
            fault = InternalError.of(job.step.first_url, error)
            await self._recorded(lambda: self._parts.writer.faults.keep(fault))
        return None

    def _leave(self, goal: Goal) -> None:
        """Leave a URL or question for another run, unless it is over."""
        if self._is_open(goal):
            self._leasing.come_back(self.put_back(goal))

    async def _take_profile(self, question: HostProbe, result: Result) -> None:
        await self._probes.take(question, result)
        host = question.host
        host.under_way.discard(question)
        facts = closed(host)
        if facts is not None:
            self._facts.append((host.id, facts))
        await self._leasing.go_on([host])

    # ── writing down ──────────────────────────────────────────────────────────────────────

    async def _write_down(self) -> None:
        while True:
            await self._write_batch(await self._batch())

    async def _batch(self) -> list[FinishedVisit]:
        """Return the next visits that are over: as many as come in a moment, as are enough, or as there can be."""
        visits = [await self._finished.get()]
        with contextlib.suppress(TimeoutError):
            async with asyncio.timeout(_BATCH_S):
                while len(visits) < min(_BATCH, len(self._open)):
                    visits.append(await self._finished.get())
        return visits

    async def _write_batch(self, visits: Sequence[FinishedVisit]) -> None:
        hosts = {visit.url.host_id: self._held.numbered(visit.url.host_id) for visit in visits}
        clocks = tuple(map(self._held.clock, hosts.values()))
        extras = Extras(self._lease.owner, clocks, self._held.new_robots(), tuple(self._facts))
        self._facts.clear()
        for done in await self._recorded(lambda: self._parts.writer.write(visits, extras)):
            self._parts.report(done)
        for visit in visits:
            self._close(visit.url)
        await self._leasing.go_on(tuple(hosts.values()))
        self._wake.set()
