"""All that a run knows of one host, in one value: whoever drops the value has dropped all of it.

Each part has one module that changes it: `held_hosts.py` what is under way, `host_queues.py` the queue and the pace,
`host_probing.py` the profile. A registry makes the values and drops them: `HeldHosts` of a crawl, whose hosts are
leased, `FreeHosts` of a run that shares them with nobody. All of it lives in one event loop; no thread touches it.
"""

import asyncio
from collections import deque
from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Any, Protocol

from harvester.crawl.host_profile import HostProfile
from harvester.crawl.jobs import FetchJob
from harvester.crawl.politeness import Pace
from harvester.crawl.robots import Robots, RobotsAnswer
from harvester.crawl.state.rows import LeasedHost
from harvester.errors import FetchError, Reason


@dataclass(slots=True)
class Queue:
    """The requests to one host: those to come, the one under way, and how it took those before."""

    jobs: deque[FetchJob[Any]] = field(default_factory=deque)
    waiting: FetchJob[Any] | None = None  # what the worker will ask for, once the host may be asked
    under_way: FetchJob[Any] | None = None  # what the worker has asked for
    worker: asyncio.Task[None] | None = None
    turn: asyncio.Lock = field(default_factory=asyncio.Lock)  # held by whoever asks the host: one at a time
    robots: dict[str, Robots | FetchError] = field(default_factory=dict)  # by origin
    refusals: int = 0  # "blocked" in a row
    walls: int = 0  # pages in a row that turned out to be bot checks
    was_silent: bool = False  # the last request got no answer: the next one may take long, too
    silences: int = 0  # requests in a row that got no answer, second tries not counted
    why_rests: tuple[Reason, str] | None = None  # None: it rests as long as it asked for, or since an earlier run

    def rules(self) -> list[Robots]:
        """Return the robots.txt files that were read, of all origins."""
        return [robots for robots in self.robots.values() if isinstance(robots, Robots)]


@dataclass(frozen=True, slots=True, eq=False)
class HostProbe:
    """One of the requests by which a host is asked about itself."""

    host: "Host"
    url: str


@dataclass(slots=True)
class Inquiry:
    """The questions to one host that are not answered yet, and what the others brought."""

    facts: HostProfile
    unanswered: set[HostProbe]
    reading: asyncio.Lock = field(default_factory=asyncio.Lock)  # held while an answer is being read


@dataclass(slots=True, eq=False)
class Host:
    """One host of a run."""

    leased: LeasedHost  # as it was when it came
    pace: Pace  # on the loop's clock; changed by the queue, and lengthened for a source that wants it
    is_begun: bool = False  # something was to be asked of it
    under_way: set[object] = field(default_factory=set)  # ids of URLs, questions, and what else it is held for
    queue: Queue = field(default_factory=Queue)
    facts: HostProfile | None = None  # None: not known, or not looked at
    inquiry: Inquiry | None = None  # None: no question is open

    @property
    def id(self) -> int:
        """Its number in the state."""
        return self.leased.id

    @property
    def name(self) -> str:
        """Its name, as in URLs."""
        return self.leased.name

    @property
    def sitemaps(self) -> tuple[str, ...]:
        """What its robots.txt files name as sitemaps, checked."""
        return tuple(url for robots in self.queue.rules() for url in robots.sitemaps)

    @property
    def usage(self) -> tuple[str, ...]:
        """What its robots.txt files reserve, "ai-train=no"."""
        return tuple(rule for robots in self.queue.rules() for rule in robots.usage)


class Hosts(Protocol):
    """The hosts of a run, each once."""

    def all(self) -> Sequence[Host]:
        """Return all hosts, in the order in which they came."""

    def find(self, name: str) -> Host | None:
        """Return a host by its name; None where it is not known."""

    def at(self, name: str) -> Host:
        """Return a host that is to be asked."""

    def robots(self, origin: str) -> RobotsAnswer | None:
        """Return the robots.txt of an origin where it is known from before, and fresh."""

    def keep_robots(self, origin: str, status: int | None, body: bytes) -> None:
        """Take in a robots.txt that was just read; status None: no answer."""


class FreeHosts:
    """The hosts of a run that begins with nothing, leaves nothing behind, and may ask any host."""

    def __init__(self, pause_s: float) -> None:
        self._pause_s = pause_s  # between the starts of two requests to one host
        self._hosts: dict[str, Host] = {}

    def all(self) -> tuple[Host, ...]:
        """See `Hosts`."""
        return tuple(self._hosts.values())

    def find(self, name: str) -> Host | None:
        """See `Hosts`."""
        return self._hosts.get(name)

    def at(self, name: str) -> Host:
        """See `Hosts`: any host may be asked."""
        if name not in self._hosts:
            self._hosts[name] = Host(LeasedHost(0, name, 0.0, self._pause_s), Pace(self._pause_s))
        return self._hosts[name]

    def robots(self, origin: str) -> None:
        """See `Hosts`: nothing is known from before."""
        return

    def keep_robots(self, origin: str, status: int | None, body: bytes) -> None:
        """See `Hosts`: a run that ends is over."""
