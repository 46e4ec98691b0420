"""The other machines of a crawl: how many hosts this one may hold beside them, and whether it still holds them."""

import asyncio
import time
from collections.abc import Awaitable, Callable, Collection
from functools import partial
from typing import Any, Final, Protocol

from harvester.crawl.state.hosts import lost_leases
from harvester.crawl.state.rows import Lease, Share
from harvester.crawl.state.store import State

LOOK_S: Final = 5.0  # how often is looked who else is at work
_RENEWALS: Final = 3  # in the time of one lease
_SLACK: Final = 8  # a machine that holds this part more than its share gives nothing back: hosts are not to wander
_HELD_POLL_S: Final = 0.2
_GIVEN_WITHIN_S: Final = 300.0  # a machine that gives nothing back for so long has nothing to give


class Caller(Protocol):
    """Who calls the state in a thread of its own."""

    def __call__(self, work: Callable[[], Any]) -> Awaitable[Any]:
        """Return what `work` returns."""


class Fleet:
    """This run among those of other machines; alone where the state is not shared."""

    def __init__(self, state: State, run: int, lease: Lease, most_hosts: int) -> None:
        self._state = state
        self._run = run
        self._lease = lease
        self._most_hosts = most_hosts
        self._share: Share | None = None  # None: there are no others
        self._leased_until = awake_time() + lease.seconds
        self._must_renew = asyncio.Event()
        self._idle_since: float | None = None
        self.free_at: float | None = None  # seconds since 1970, when the first host that others hold is free

    @property
    def is_alone(self) -> bool:
        """Whether no other machine can take part."""
        return not self._state.is_shared

    def room(self, held: int) -> int:
        """Return how many hosts may be taken beside those that are held."""
        return max(min(self._most_hosts, self._hosts_each()) - held, 0)

    def surplus(self, held: int) -> int:
        """Return how many of the hosts that are held are for other machines."""
        each = self._hosts_each()
        return max(held - each, 0) if held > each + each // _SLACK else 0

    def look(self) -> None:
        """Find out who else is at work; blocks."""
        if not self.is_alone:
            self._share = self._state.look_around(self._run, self._lease.owner)

    def may_get_more(self) -> bool:
        """Return whether a machine without any host will be given some by the others; to be asked after a look."""
        share, now = self._share, awake_time()
        if share is None or share.free_at is None or share.hosts == 0:
            self.free_at = None
            return False
        self.free_at = share.free_at
        self._idle_since = now if self._idle_since is None else self._idle_since
        each = share.hosts_each
        others_keep = (share.machines - 1) * (each + each // _SLACK)
        return share.hosts > others_keep and share.machines > 1 and now - self._idle_since < _GIVEN_WITHIN_S

    def has_more(self) -> None:
        """Take in that hosts were given to this run."""
        self._idle_since = self.free_at = None

    async def hold(self) -> None:
        """Return once the leases hold: after a long silence of the state, or a long sleep, they may not."""
        while not self.is_alone and awake_time() > self._leased_until:
            self._must_renew.set()
            await asyncio.sleep(_HELD_POLL_S)

    async def keep_leases(self, call: Caller, held: Callable[[], Collection[int]]) -> None:
        """Renew the leases of the hosts that are held, for ever. Raises LostLeasesError."""
        while True:
            await self._until_renewal()
            asked_at = awake_time()
            before = frozenset(held())
            renewed = await call(partial(self._state.renew, self._lease, before))
            if renewed < len(before.intersection(held())):
                raise lost_leases(self._state.name)
            self._leased_until = asked_at + self._lease.seconds

    async def _until_renewal(self) -> None:
        self._must_renew.clear()
        try:
            async with asyncio.timeout(self._lease.seconds / _RENEWALS):
                await self._must_renew.wait()
        except TimeoutError:
            pass

    def _hosts_each(self) -> int:
        return self._most_hosts if self._share is None else self._share.hosts_each


def awake_time() -> float:
    """Return seconds of a clock that goes on while the machine sleeps."""
    return time.clock_gettime(time.CLOCK_BOOTTIME) if hasattr(time, "CLOCK_BOOTTIME") else time.monotonic()
