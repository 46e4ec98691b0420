"""Requests to many hosts at once: one connection and one pause per host, hosts side by side.

Each host has a worker with a queue of its own. A worker that waits, for its pause or for what the host asked for, holds
no slot; redirects and second tries go back into a queue and wait like any request.
"""

import asyncio
import random
from collections import deque
from collections.abc import Awaitable, Callable
from dataclasses import dataclass, field, replace
from typing import Final, Protocol

from harvester.crawl.politeness import DEFAULT_PAUSE_S, MAX_CRAWL_DELAY_S, Pace, is_bearable
from harvester.crawl.robots import MAX_ROBOTS_BYTES, Robots, parse_robots, robots_of_status
from harvester.errors import FetchError
from harvester.fetching import PRODUCT, Answer, Failure, Moved, Step
from harvester.fetching.steps import first_step, impatient, is_worth_retrying, retry_wait
from harvester.models import Page
from harvester.urls import display_url, host_of, origin_of

Ask = Callable[[Step], Awaitable[Answer]]  # makes one request; never raises for what a server does

MAX_ROBOTS_REDIRECTS: Final = 5  # RFC 9309, 2.3.1.2

# What the network says of a host, not of one page: told as it is, not as "robots_denied".
_HOST_REASONS: Final = frozenset({"dns_error", "connect_error", "tls_error", "blocked_address", "deadline"})

_SLOW_DOWN: Final = frozenset({429, 503})  # statuses that speak of our pace, not of one page

# One refusal may be about one page; three in a row are about us, and knocking on makes it worse.
_REFUSALS: Final = 3
_COOLING_S: Final = 3_600.0


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


@dataclass(frozen=True, slots=True)
class Answered:
    """What came of a job; of a redirect to another host, the request that follows it."""

    job: Job
    answer: Page | Moved | Failure | Postponed


class Memory(Protocol):
    """What is known of hosts from before, and what is kept for later."""

    def pace(self, host: str) -> Pace:
        """Return the pace that a host begins with, on the loop's clock."""

    def robots(self, origin: str) -> Robots | None:
        """Return the rules of an origin where they are known and fresh."""

    def keep_robots(self, origin: str, status: int | None, body: bytes) -> None:
        """Take in a robots.txt that was just read; status None: no answer."""


@dataclass(slots=True)
class _Host:
    """What the run knows of one host; changed by the host's worker, `slow_down` and `tell_apart` only."""

    pace: Pace
    jobs: deque[Job] = field(default_factory=deque)
    robots: dict[str, Robots | FetchError] = field(default_factory=dict)  # by origin
    worker: asyncio.Task[None] | None = None
    refusals: int = 0  # "blocked" in a row
    walls: int = 0  # pages in a row that turned out to be bot checks
    waiting: Job | None = None  # what the worker will ask for, once the host may be asked


class Visits:
    """The queues and workers of one run; lives in one event loop."""

    def __init__(self, ask: Ask, pacing: Pacing, memory: Memory) -> None:
        self.open_jobs = 0
        self._ask = ask
        self._pacing = pacing
        self._memory = memory
        self._hosts: dict[str, _Host] = {}
        self._slots = asyncio.Semaphore(pacing.slots)
        self._is_ending = False
        self._answers: asyncio.Queue[Answered | BaseException] = asyncio.Queue()

    def add(self, job: Job, *, first: bool = False) -> None:
        """Put a job into the queue of the host that it asks, and see that somebody works there."""
        self.open_jobs += 1
        self._queue(job, first=first)

    async def next_answer(self) -> Answered:
        """Return the next answer; raise what a worker died of, which is a fault of the program."""
        answered = await self._answers.get()
        if isinstance(answered, BaseException):
            raise answered
        if isinstance(answered.answer, Page):
            self._slots.release()  # taken in _request
        self.open_jobs -= 1
        return answered

    def pace(self, host: str) -> Pace | None:
        """Return the pace of a host, on the loop's clock; None when it was not asked in this run."""
        known = self._hosts.get(host)
        return known.pace if known else None

    def sitemaps(self, host: str) -> tuple[str, ...]:
        """Return what the robots.txt files read at a host name as sitemaps, as written."""
        known = self._hosts.get(host)
        rules = known.robots.values() if known else ()
        return tuple(url for robots in rules if isinstance(robots, Robots) for url in robots.sitemaps)

    def forget(self, host: str) -> None:
        """Forget a host without jobs: a run of days meets more hosts than fit in memory."""
        known = self._hosts.get(host)
        if known is not None and known.worker is None:
            del self._hosts[host]

    def slow_down(self, host: str, delay_s: float) -> None:
        """Keep at least `delay_s` between the starts of two requests to a host that has jobs."""
        known = self._hosts.get(host)
        if known is not None:
            known.pace = known.pace.with_delay(delay_s)

    def tell_apart(self, host: str, *, is_wall: bool) -> None:
        """Take in what a page of a host turned out to be: three bot checks in a row are as good as three refusals."""
        known = self._hosts.get(host)
        if known is None:
            return
        known.walls = known.walls + 1 if is_wall else 0
        if known.walls >= _REFUSALS:
            known.pace = known.pace.held(_now() + _COOLING_S)

    def end(self) -> tuple[Job, ...]:
        """Begin no more requests; return the jobs whose request is not under way."""
        self._is_ending = True
        return tuple(job for name in self._hosts for job in self.withdraw(name))

    def withdraw(self, name: str) -> tuple[Job, ...]:
        """Return the jobs of a host whose request is not under way; they are forgotten."""
        host = self._hosts.get(name)
        if host is None:
            return ()
        dropped = list(host.jobs)
        host.jobs.clear()
        if host.waiting is not None and host.worker is not None:
            dropped.append(host.waiting)
            host.worker.cancel()
            host.worker = host.waiting = None
        self.open_jobs -= len(dropped)
        return tuple(dropped)

    async def stop(self) -> None:
        """Cancel all workers and wait until they are gone."""
        workers = [host.worker for host in self._hosts.values() if host.worker is not None]
        for worker in workers:
            worker.cancel()
        await asyncio.gather(*workers, return_exceptions=True)

    # ── queues ────────────────────────────────────────────────────────────────────────────

    def _queue(self, job: Job, *, first: bool = False) -> None:
        name = host_of(job.step.url)
        host = self._hosts.get(name)
        if host is None:
            host = self._hosts[name] = _Host(self._memory.pace(name))
        (host.jobs.appendleft if first else host.jobs.append)(job)
        if host.worker is None:
            host.worker = asyncio.create_task(self._work(host))
            host.worker.add_done_callback(self._notice)

    def _notice(self, worker: asyncio.Task[None]) -> None:
        if not worker.cancelled() and (error := worker.exception()) is not None:
            self._answers.put_nowait(error)

    async def _work(self, host: _Host) -> None:
        while host.jobs:
            host.waiting = host.jobs.popleft()
            await self._visit(host, host.waiting)
        host.worker = None

    # ── one job ───────────────────────────────────────────────────────────────────────────

    async def _visit(self, host: _Host, job: Job) -> None:
        """Make the job's next request, if the host's rules allow; end the job or queue what follows."""
        robots = await self._robots(host, job.step)
        if not isinstance(robots, Robots):
            self._end(host, job, Failure(robots) if isinstance(robots, FetchError) else robots)
            return
        answer = await self._request(host, job.step)
        if isinstance(answer, Moved) and host_of(answer.step.url) == host_of(job.step.url):
            host.waiting = None
            self._queue(replace(job, step=answer.step, tries_done=0), first=True)
        elif isinstance(answer, Page):
            self._end(host, job, replace(answer, notes=(*answer.notes, *robots.notes)))
        elif isinstance(answer, Moved):
            self._end(host, job, answer)
        else:
            self._fail(host, job, answer)

    def _end(self, host: _Host, job: Job, answer: Page | Moved | Failure | Postponed) -> None:
        host.waiting = None
        self._answers.put_nowait(Answered(job, answer))

    def _fail(self, host: _Host, job: Job, failure: Failure) -> None:
        """Queue the job once more where that may help; else end it."""
        tries_done = job.tries_done + 1
        if is_worth_retrying(failure, tries_done, self._pacing.tries):
            wait_s = self._hold(host, failure, tries_done)
            if wait_s <= self._pacing.patience_s:
                host.waiting = None
                self._queue(replace(job, tries_done=tries_done), first=job.urgent)
                return
            failure = impatient(failure, wait_s, self._pacing.patience_s)
        self._end(host, job, failure)

    def _hold(self, host: _Host, failure: Failure, tries_done: int) -> float:
        """Keep the host's next request back before a second try; return the seconds."""
        wait_s = retry_wait(failure, tries_done, self._pacing.backoff_s, random.random())  # noqa: S311 - jitter
        host.pace = host.pace.held(_now() + wait_s)
        return wait_s

    def _parked(self, host: _Host, step: Step) -> Postponed | None:
        """Return why a host is not asked again in this run: it asked for a long rest, or the run is ending."""
        if self._is_ending:
            return Postponed(FetchError(display_url(step.first_url), "deadline", "the run ends here"))
        rest_s = host.pace.free_at - _now()
        if rest_s <= max(self._pacing.patience_s, host.pace.pause_s):
            return None
        explanation = f"the host asked for a rest; {rest_s:,.0f} s are left of it: try again later"
        return Postponed(FetchError(display_url(step.first_url), "rate_limited", explanation))

    async def _request(self, host: _Host, step: Step) -> Answer:
        """Wait until the host may be asked, then for a slot, and make the request.

        A page keeps its slot until the caller takes it: a slow caller slows the run and does not fill the memory.
        """
        await asyncio.sleep(host.pace.next_start(_now()) - _now())  # no slot is held here
        await self._slots.acquire()
        job, host.waiting = host.waiting, None  # from here on it is under way
        started_at = _now()
        host.pace = host.pace.started(started_at)

        def on_sent() -> None:
            host.pace = host.pace.started(_now())

        answer: Answer | None = None
        try:
            answer = await self._ask(replace(step, on_sent=on_sent))
        finally:
            if not isinstance(answer, Page):
                self._slots.release()
        host.waiting = job
        self._take_in(host, answer, started_at)
        return answer

    def _take_in(self, host: _Host, answer: Answer, started_at: float) -> None:
        """Slow down for a host that is overloaded, and leave one in peace that does not want us."""
        if not isinstance(answer, Failure):
            host.refusals = 0
            return
        if answer.status in _SLOW_DOWN:
            host.pace = host.pace.refused(started_at, _now(), answer.wait_s)
        if answer.error.reason == "blocked":
            host.refusals += 1
            if host.refusals >= _REFUSALS:
                host.pace = host.pace.held(_now() + _COOLING_S)

    # ── robots.txt ────────────────────────────────────────────────────────────────────────

    async def _robots(self, host: _Host, step: Step) -> Robots | FetchError | Postponed:
        """Return the rules that allow `step`, or why it may not be made; an origin's rules are read once per run."""
        origin = origin_of(step.url)
        if parked := self._parked(host, step):
            return parked
        if origin not in host.robots:
            robots = self._memory.robots(origin) or await self._read_robots(host, origin)
            host.robots[origin] = robots
            if isinstance(robots, Robots) and robots.delay_s is not None and is_bearable(robots.delay_s):
                host.pace = host.pace.with_delay(robots.delay_s)
        return self._parked(host, step) or _permitted(host.robots[origin], step)

    async def _read_robots(self, host: _Host, origin: str) -> Robots | FetchError:
        # A byte more than counts: what is longer is cut on a line end. All of it is kept in the state.
        step = replace(first_step(f"{origin}/robots.txt"), any_type=True, body_bytes=MAX_ROBOTS_BYTES + 1)
        tries_done = 0
        while True:
            answer = await self._request(host, step)
            if isinstance(answer, Page):
                self._slots.release()  # this page goes to no caller
                self._memory.keep_robots(origin, answer.status, answer.body)
                return parse_robots(answer.body, PRODUCT)
            if isinstance(answer, Moved):
                if len(answer.step.chain) > MAX_ROBOTS_REDIRECTS:
                    return Robots()
                step = answer.step
                continue
            tries_done += 1
            if not is_worth_retrying(answer, tries_done, self._pacing.tries):
                return self._without_robots(origin, answer)
            if self._hold(host, answer, tries_done) > self._pacing.patience_s:
                return self._without_robots(origin, answer)

    def _without_robots(self, origin: str, failure: Failure) -> Robots | FetchError:
        if failure.status is None and failure.error.reason in _HOST_REASONS:
            return failure.error
        robots = robots_of_status(failure.status)
        if robots.denial is None:
            self._memory.keep_robots(origin, failure.status, b"")  # "there is none" lasts; a fault does not
        return robots


def _now() -> float:
    return asyncio.get_running_loop().time()


def _permitted(robots: Robots | FetchError, step: Step) -> Robots | FetchError:
    """Return the rules when they allow `step`; else why they do not."""
    subject = display_url(step.first_url)
    if isinstance(robots, FetchError):
        return FetchError(subject, robots.reason, robots.explanation)
    if not is_bearable(robots.delay_s):
        explanation = f"robots.txt asks for {robots.delay_s:g} s between requests, more than {MAX_CRAWL_DELAY_S:g}"
        return FetchError(subject, "robots_denied", f"{explanation}: the host is skipped")
    if not robots.allows(step.url):
        return FetchError(subject, "robots_denied", robots.denial or "robots.txt does not allow it")
    return robots
