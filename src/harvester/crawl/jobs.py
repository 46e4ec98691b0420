"""What `HostQueues` takes and gives: jobs and answers."""

import asyncio
import contextlib
from collections.abc import AsyncIterator, Awaitable, Callable
from dataclasses import dataclass, replace
from typing import Generic, Self, TypeVar

from harvester.crawl.politeness import DEFAULT_PAUSE_S
from harvester.errors import FetchError
from harvester.fetching import Answer, FetchFailure, Step

GoalT_co = TypeVar("GoalT_co", covariant=True)  # what a caller wants: a visit, a question to a host, a URL as given

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
class FetchJob(Generic[GoalT_co]):
    """The next request on the way to what a caller wants."""

    step: Step  # the request to make next
    goal: GoalT_co  # given back with the answer, as it is
    tries_done: int = 0  # of this step
    failure: FetchFailure | None = None  # what became of the last of them
    # A question to the host before its pages: a second try of it comes before them, too, and where it gets no answer,
    # that says nothing of them.
    is_question: bool = False

    def at(self, step: Step) -> Self:
        """Return the job at the next step of its way, which was not tried yet."""
        return replace(self, step=step, tries_done=0, failure=None)


@dataclass(frozen=True, slots=True)
class Postponed:
    """The host rests for longer than a run waits: the URL was not asked for, and nothing is known of it."""

    error: FetchError


Result = Answer | Postponed  # what came of a job; `Moved` only where it leads to another host


@contextlib.asynccontextmanager
async def claim_any(_host: str) -> AsyncIterator[bool]:
    """Claim any host: of a run that is alone."""
    yield True


def loop_time() -> float:
    """Return the seconds of the running event loop's clock."""
    return asyncio.get_running_loop().time()
