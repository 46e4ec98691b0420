"""The hosts that a run holds at the moment: their clocks, their rules, and what is under way there."""

from collections.abc import Callable, Collection, Iterable
from dataclasses import dataclass, field
from typing import Final

from harvester.crawl.politeness import Pace
from harvester.crawl.robots import RobotsAnswer
from harvester.crawl.state.rows import HostClock, LeasedHost, RobotsFile
from harvester.urls import host_of

_MAX_BORROWED: Final = 200  # files of up to 512 KiB


@dataclass(frozen=True, slots=True)
class Clocks:
    """The clock that all machines share, and the loop's."""

    shared: Callable[[], float]  # seconds since 1970
    loop: Callable[[], float]

    def to_loop(self, moment: float) -> float:
        """Return a shared moment on the loop's clock."""
        return moment - self.shared() + self.loop()

    def to_shared(self, moment: float) -> float:
        """Return a moment of the loop on the shared clock."""
        return moment - self.loop() + self.shared()


@dataclass(slots=True)
class _Held:
    """One host that is ours."""

    leased: LeasedHost
    under_way: set[int] = field(default_factory=set)  # ids of URLs, and keys of questions


class HeldHosts:
    """What the run knows of the hosts it holds; the memory of its `Visits`."""

    def __init__(self, clocks: Clocks, pause_s: float) -> None:
        self._clocks = clocks
        self._pause_s = pause_s  # of a host that nothing is known of
        self._held: dict[str, _Held] = {}
        self._names: dict[int, str] = {}
        self._robots: list[tuple[int, RobotsFile]] = []
        self._borrowed: list[RobotsFile] = []
        self._settled: set[int] = set()  # hosts that were given back: this run changes their pauses no more

    def __len__(self) -> int:
        return len(self._held)

    @property
    def names(self) -> tuple[str, ...]:
        """The names of the hosts."""
        return tuple(self._held)

    @property
    def ids(self) -> frozenset[int]:
        """The numbers of the hosts."""
        return frozenset(self._names)

    def take(self, host: LeasedHost) -> None:
        """Take in a host that was leased."""
        self._held[host.name] = _Held(host)
        self._names[host.id] = host.name

    def drop(self, name: str) -> None:
        """Forget a host that was given back."""
        host_id = self._held.pop(name).leased.id
        del self._names[host_id]
        self._settled.add(host_id)

    def begin(self, host_id: int, url_id: int) -> None:
        """Note that a URL of a host is under way."""
        self._held[self._names[host_id]].under_way.add(url_id)

    def finish(self, host_id: int, url_id: int) -> None:
        """Note that it no longer is."""
        self._held[self._names[host_id]].under_way.discard(url_id)

    def is_idle(self, host_id: int) -> bool:
        """Return whether nothing is under way at a host."""
        return not self._held[self._names[host_id]].under_way

    def name_of(self, host_id: int) -> str:
        """Return the name of a host."""
        return self._names[host_id]

    def id_of(self, name: str) -> int | None:
        """Return the number of a host that is held; None for another one."""
        held = self._held.get(name)
        return held.leased.id if held else None

    def is_held(self, host_id: int) -> bool:
        """Return whether a host is held."""
        return host_id in self._names

    def leased(self, host_id: int) -> LeasedHost:
        """Return a host as it was leased."""
        return self._held[self._names[host_id]].leased

    def clock(self, name: str, pace: Pace | None) -> HostClock:
        """Return what is to be kept of a host's clock.

        A pause that grew is halved once a run, when the host is given back and refused nothing: so a host that was
        overloaded once is not slow for ever, and one where every run is killed is not soon as fast as before.
        """
        leased = self._held[name].leased
        if pace is None:
            pause_s = self._pause_s if leased.pause_s is None else leased.pause_s
            return HostClock(leased.id, leased.blocked_until, pause_s, lease_no=leased.lease_no)
        stays = pace.slowed_at > float("-inf") or leased.id in self._settled
        rested_s = pace.pause_s if stays else pace.pause_s / 2
        free_at = self._clocks.to_shared(pace.free_at)
        return HostClock(leased.id, free_at, pace.pause_s, rested_s, leased.lease_no)

    def new_robots(self) -> tuple[tuple[int, RobotsFile], ...]:
        """Return the robots.txt files that were read since the last call, each with its host."""
        found, self._robots = tuple(self._robots), []
        return found

    # ── the memory of visits ──────────────────────────────────────────────────────────────

    def pace(self, host: str) -> Pace:
        """Return the pace that a host begins with, on the loop's clock."""
        leased = self._held[host].leased
        pause_s = self._pause_s if leased.pause_s is None else leased.pause_s
        return Pace(pause_s, self._clocks.to_loop(leased.blocked_until))

    def robots(self, origin: str) -> RobotsAnswer | None:
        """Return the robots.txt of an origin where it is kept."""
        held = self._held.get(host_of(origin + "/"))
        files = held.leased.robots if held else self._borrowed
        found = (RobotsAnswer(file.status, file.body) for file in files if file.origin == origin)
        return next(found, None)

    def borrow(self, files: Iterable[RobotsFile]) -> None:
        """Take in the robots.txt files of a host that another run holds."""
        self._borrowed = [*self._borrowed, *files][-_MAX_BORROWED:]

    def keep_robots(self, origin: str, status: int | None, body: bytes) -> None:
        """Take in a robots.txt that was just read."""
        held = self._held[host_of(origin + "/")]
        now = int(self._clocks.shared())
        self._robots.append((held.leased.id, RobotsFile(origin, now, status, body)))


def idle_hosts(held: HeldHosts, touched: Collection[int]) -> tuple[int, ...]:
    """Return those of the touched hosts where nothing is under way any more."""
    return tuple(host for host in sorted(set(touched)) if held.is_held(host) and held.is_idle(host))
