"""What `Visits` takes and gives: jobs, answers, and what is known of hosts."""

import asyncio
import contextlib
from collections.abc import AsyncIterator, Awaitable, Callable
from dataclasses import dataclass
from typing import Protocol

from harvester.crawl.politeness import DEFAULT_PAUSE_S, Pace
from harvester.crawl.robots import RobotsAnswer
from harvester.errors import FetchError
from harvester.fetching import Answer, Step

Ask = Callable[[Step], Awaitable[Answer]]  # makes one request; never raises for what a server does
# Yields whether this run, and nobody else, may ask a host as long as the block lasts.
Claim = Callable[[str], contextlib.AbstractAsyncContextManager[bool]]


@dataclass(frozen=True, slots=True)
class Pacing:
    """How hard a run may knock."""

    pause_s: float = DEFAULT_PAUSE_S  # between the starts of two requests to one host
    slots: int = 16  # over all hosts: requests under way, and pages that the caller has not taken yet
    tries: int = 3
    backoff_s: float = 1.0  # before the second try; doubled each time
    patience_s: float = 300.0  # a host that asks for a longer wait is left for another run


@dataclass(frozen=True, slots=True)
class Job:
    """One URL on its way."""

    subject: str  # as given
    step: Step  # the request to make next
    tries_done: int = 0  # of this step
    key: int = 0  # of the caller's
    urgent: bool = False  # a second try comes before the other jobs of the host, too


@dataclass(frozen=True, slots=True)
class Postponed:
    """The host rests for longer than a run waits: the URL was not asked for, and nothing is known of it."""

    error: FetchError


Result = Answer | Postponed  # what came of a job; `Moved` only where it leads to another host


class Memory(Protocol):
    """What is known of hosts from before, and what is kept for later."""

    def pace(self, host: str) -> Pace:
        """Return the pace that a host begins with, on the loop's clock."""

    def robots(self, origin: str) -> RobotsAnswer | None:
        """Return the robots.txt of an origin where it is known and fresh."""

    def keep_robots(self, origin: str, status: int | None, body: bytes) -> None:
        """Take in a robots.txt that was just read; status None: no answer."""


@dataclass(frozen=True, slots=True)
class NoMemory:
    """A run that begins with nothing and leaves nothing behind."""

    pause_s: float

    def pace(self, host: str) -> Pace:
        """Return the pace of a host that was never asked."""
        return Pace(self.pause_s)

    def robots(self, origin: str) -> None:
        """Return that nothing is known."""
        return

    def keep_robots(self, origin: str, status: int | None, body: bytes) -> None:
        """Forget it: a run that ends is over."""


@contextlib.asynccontextmanager
async def claim_any(_host: str) -> AsyncIterator[bool]:
    """Claim any host: of a run that is alone."""
    yield True


def loop_time() -> float:
    """Return the seconds of the running event loop's clock."""
    return asyncio.get_running_loop().time()
