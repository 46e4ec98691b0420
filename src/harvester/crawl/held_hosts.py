"""The hosts that a run holds at the moment, by their leases: the one place where they come in and go."""

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from typing import Final

from harvester.crawl.host import Host
from harvester.crawl.politeness import Pace
from harvester.crawl.robots import RobotsAnswer
from harvester.crawl.state.rows import HostSchedule, LeasedHost, RobotsFile
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


class HeldHosts:
    """The hosts that a run holds; a `Hosts` where only those that were taken may be asked."""

    def __init__(self, clocks: Clocks, pause_s: float) -> None:
        self._clocks = clocks
        self._pause_s = pause_s  # of a host that nothing is known of
        self._by_name: dict[str, Host] = {}
        self._by_id: dict[int, Host] = {}
        self._robots: list[tuple[int, RobotsFile]] = []
        self._borrowed: list[RobotsFile] = []
        self._settled: set[int] = set()  # hosts that were given back: this run changes their pauses no more

    def __len__(self) -> int:
        return len(self._by_id)

    @property
    def ids(self) -> frozenset[int]:
        """The numbers of the hosts."""
        return frozenset(self._by_id)

    def take(self, leased: LeasedHost) -> Host:
        """Take in a host that was leased."""
        pace = Pace(self._lease_pause_s(leased), self._clocks.to_loop(leased.blocked_until))
        host = self._by_name[leased.name] = self._by_id[leased.id] = Host(leased, pace)
        return host

    def drop(self, host: Host) -> None:
        """Forget a host that was given back, and all that is known of it."""
        del self._by_name[host.name], self._by_id[host.id]
        self._settled.add(host.id)

    def numbered(self, host_id: int) -> Host:
        """Return a host that is held, by its number in the state."""
        return self._by_id[host_id]

    def idle(self, touched: Iterable[Host]) -> tuple[Host, ...]:
        """Return those of the touched hosts that are still held, and where nothing is under way any more."""
        held = {host.id: host for host in touched if self._by_id.get(host.id) is host}
        return tuple(held[key] for key in sorted(held) if not held[key].under_way)

    def clock(self, host: Host) -> HostSchedule:
        """Return what is to be kept of a host's clock.

        A pause that grew is halved once a run, when the host is given back and refused nothing: so a host that was
        overloaded once is not slow for ever, and one where every run is killed is not soon as fast as before.
        """
        leased, pace = host.leased, host.pace
        if not host.is_begun:
            return HostSchedule(leased.id, leased.blocked_until, self._lease_pause_s(leased), lease_no=leased.lease_no)
        stays = pace.slowed_at > float("-inf") or leased.id in self._settled
        rested_s = pace.pause_s if stays else pace.pause_s / 2
        free_at = self._clocks.to_shared(pace.free_at)
        return HostSchedule(leased.id, free_at, pace.pause_s, rested_s, leased.lease_no)

    def new_robots(self) -> tuple[tuple[int, RobotsFile], ...]:
        """Return the robots.txt files that were read since the last call, each with its host."""
        found, self._robots = tuple(self._robots), []
        return found

    def borrow(self, files: Iterable[RobotsFile]) -> None:
        """Take in the robots.txt files of a host that another run holds."""
        self._borrowed = [*self._borrowed, *files][-_MAX_BORROWED:]

    def _lease_pause_s(self, leased: LeasedHost) -> float:
        return self._pause_s if leased.pause_s is None else leased.pause_s

    # ── as `Hosts` ────────────────────────────────────────────────────────────────────────

    def all(self) -> tuple[Host, ...]:
        """See `Hosts`."""
        return tuple(self._by_id.values())

    def find(self, name: str) -> Host | None:
        """See `Hosts`."""
        return self._by_name.get(name)

    def at(self, name: str) -> Host:
        """See `Hosts`: one that was taken."""
        return self._by_name[name]

    def robots(self, origin: str) -> RobotsAnswer | None:
        """See `Hosts`."""
        host = self._by_name.get(host_of(origin + "/"))
        files = host.leased.robots if host else self._borrowed
        found = (RobotsAnswer(file.status, file.body) for file in files if file.origin == origin)
        return next(found, None)

    def keep_robots(self, origin: str, status: int | None, body: bytes) -> None:
        """See `Hosts`."""
        host = self._by_name[host_of(origin + "/")]
        self._robots.append((host.id, RobotsFile(origin, int(self._clocks.shared()), status, body)))
