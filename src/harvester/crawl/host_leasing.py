"""Hosts come and go: they are leased, begun, gone on with, and given back to other machines or a later run."""

import asyncio
import contextlib
from collections.abc import AsyncIterator, Callable, Sequence
from concurrent.futures import Executor
from dataclasses import dataclass, replace
from typing import Protocol, TypeVar

from harvester.crawl.engine_parts import Goal, Parts, Settings
from harvester.crawl.fleet import LOOK_S, Fleet
from harvester.crawl.held_hosts import HeldHosts
from harvester.crawl.host import Host
from harvester.crawl.host_queues import HostQueues
from harvester.crawl.jobs import Claim
from harvester.crawl.state.rows import KnownUrl, Lease, LeaseLimits

T = TypeVar("T")
QueuesOf = Callable[[Claim], HostQueues[Goal]]


class Work(Protocol):
    """What is done with the URLs of the hosts."""

    @property
    def begins_nothing(self) -> bool:
        """Whether the run is to end: no host is taken any more."""

    @property
    def spent(self) -> frozenset[int]:
        """Sources that have had their pages."""

    def begin_urls(self, host: Host, urls: Sequence[KnownUrl]) -> bool:
        """Begin with the URLs of a host; return whether any may be visited."""

    def put_back(self, goal: Goal) -> Host:
        """Leave a URL or question for another run; return its host."""

    def wake(self) -> None:
        """Take in that a host may be idle."""


@dataclass(frozen=True, slots=True)
class Ours:
    """By what a run holds its hosts."""

    held: HeldHosts
    lease: Lease
    thread: Executor  # in which the state is asked


class HostLeasing:
    """The coming and going of the hosts of one run; lives in one event loop."""

    def __init__(self, parts: Parts, settings: Settings, ours: Ours, work: Work, queues_of: QueuesOf) -> None:
        """`queues_of`: makes the queues, which claim further hosts here."""
        self._state = parts.state
        self._settings = settings
        self._lease = ours.lease
        self._held = ours.held
        self._thread = ours.thread
        self._work = work
        self._barren: set[int] = set()  # hosts where this run may visit nothing of what is due
        self._after_errands: list[Host] = []
        self._moving = asyncio.Lock()  # held while hosts come and go
        self._fleet = Fleet(parts.state, parts.run, ours.lease, settings.hosts)
        self.queues = queues_of(self.claim)

    async def look(self) -> None:
        """Find out who else is at work: before the first hosts are taken."""
        await self._in_thread(self._fleet.look)

    async def hold(self) -> None:
        """Return once the leases hold."""
        await self._fleet.hold()

    async def have_had_all(self) -> bool:
        """Return whether nothing is left to this run: all is done, or other machines hold what is due."""
        await self._in_thread(self._fleet.look)
        return not self._fleet.may_get_more()

    @property
    def are_held_by_others(self) -> bool:
        """Whether other machines hold what is due; known after `have_had_all`."""
        return self._fleet.free_at is not None

    def come_back(self, host: Host) -> None:
        """Look at a host again: what it was held for is over."""
        self._after_errands.append(host)

    async def after_errands(self) -> None:
        """Go on with the hosts that were held for something else."""
        after, self._after_errands = self._after_errands, []
        await self.go_on(after)

    async def take_hosts(self) -> int:
        """Lease some hosts and begin with what is due there; return how many there were."""
        room = min(self._fleet.room(len(self._held)), self._settings.leases)
        if self._work.begins_nothing or room <= 0:
            return 0
        async with self._moving:
            wanted = replace(self._wanted(), barren=frozenset(self._barren | self._held.ids))
            leased = await self._in_thread(lambda: self._state.lease_due(self._lease, room, wanted))
            hosts = [self._held.take(one) for one in leased]
            await self._give_back([host for host in hosts if not self._begin(host, host.leased.urls)])
        if leased:
            self._fleet.has_more()
        return len(leased)

    @contextlib.asynccontextmanager
    async def claim(self, name: str) -> AsyncIterator[bool]:
        """Hold a host for something that is none of its URLs, as long as the block lasts; False: another run has it."""
        errand = object()
        host = await self._held_for(name, errand)
        if host is None:
            yield False
            return
        try:
            yield True
        finally:
            host.under_way.discard(errand)
            self._after_errands.append(host)
            self._work.wake()

    async def _held_for(self, name: str, errand: object) -> Host | None:
        """Return a host, leased where it is not yet; None: another run has it."""
        async with self._moving:
            host = self._held.find(name)
            if host is None:
                leased, files = await self._in_thread(lambda: self._state.claim(self._lease, name))
                self._held.borrow(files)
                if leased is None:
                    return None
                host = self._held.take(leased)
            host.under_way.add(errand)
            return host

    async def go_on(self, touched: Sequence[Host]) -> None:
        """Go on with those of the touched hosts where nothing is under way, or give them back."""
        hosts = self._held.idle(touched)
        if not hosts:
            return
        async with self._moving:
            idle = self._held.idle(hosts)
            surplus = self._fleet.surplus(len(self._held))
            await self._give_back(idle[:surplus])
            await self._go_on_idle(idle[surplus:])

    async def _go_on_idle(self, hosts: Sequence[Host]) -> None:
        if not hosts:
            return
        clocks = [self._held.clock(host) for host in hosts]
        wanted = LeaseLimits(0) if self._work.begins_nothing else self._wanted()
        found = await self._in_thread(lambda: self._state.turn_over(self._lease.owner, clocks, wanted))
        for host in hosts:
            urls = found[host.id]
            if not urls:
                self._held.drop(host)  # the state has given it back
            elif self._begin(host, urls):
                pause_s = max(self._lease.pauses.get(url.source_id, 0.0) for url in urls)
                host.pace = host.pace.with_delay(pause_s)
        await self._give_back([host for host in hosts if found[host.id] and not host.under_way])

    def _wanted(self) -> LeaseLimits:
        return LeaseLimits(self._settings.urls, self._work.spent)

    def _begin(self, host: Host, urls: Sequence[KnownUrl]) -> bool:
        has_begun = self._work.begin_urls(host, urls)
        if not has_begun:
            self._barren.add(host.id)
        return has_begun

    # ── other machines ────────────────────────────────────────────────────────────────────

    async def give_all_back(self) -> None:
        """Leave all hosts to other machines, or to a later run: this one is over."""
        clocks = [self._held.clock(host) for host in self._held.all()]
        await self._in_thread(lambda: self._state.release(self._lease.owner, clocks))

    async def _give_back(self, hosts: Sequence[Host]) -> None:
        """Leave hosts where nothing is under way to other machines, or to a later run."""
        if not hosts:
            return
        clocks = [self._held.clock(host) for host in hosts]
        for host in hosts:
            self._held.drop(host)
        await self._in_thread(lambda: self._state.release(self._lease.owner, clocks))

    async def share_out(self) -> None:
        """Look who else is at work, and leave to others what is more than this machine's share; for ever."""
        while not self._fleet.is_alone:
            await self._in_thread(self._fleet.look)
            async with self._moving:
                surplus = self._fleet.surplus(len(self._held))
                # The last ones: most is under way with the first.
                hosts = self._held.all()[-surplus:] if surplus else ()
                jobs = [job for host in hosts for job in self.queues.withdraw(host)]
                await self._give_back(self._held.idle([self._work.put_back(job.goal) for job in jobs]))
            await asyncio.sleep(LOOK_S)

    async def keep_leases(self) -> None:
        """Renew the leases, for ever. Raises LostLeasesError."""
        await self._fleet.keep_leases(self._in_thread, lambda: self._held.ids)

    async def _in_thread(self, work: Callable[[], T]) -> T:
        return await asyncio.get_running_loop().run_in_executor(self._thread, work)
