"""Requests to many hosts at once: one connection and one pause per host, hosts side by side.

Each host has a worker with a queue of its own. A worker that waits, for its pause or for what the host asked for, holds
no slot; redirects and second tries go back into a queue and wait like any request.
"""

import asyncio
import random
from collections import deque
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field, replace
from typing import Final, TypeVar

from harvester.crawl.jobs import Ask, Claim, Job, Memory, Pacing, Postponed, Result, claim_any, loop_time
from harvester.crawl.politeness import Pace, is_bearable
from harvester.crawl.robots import (
    MAX_ROBOTS_BYTES,
    Robots,
    RobotsAnswer,
    refusal,
    robots_of_status,
    rules_of,
)
from harvester.errors import FetchError, InternalError, Reason, StoreError
from harvester.fetching import Answer, Failure, Moved, Step
from harvester.fetching.steps import first_step, impatient, is_worth_retrying, retry_wait
from harvester.models import Page
from harvester.urls import display_url, host_of, origin_of

T = TypeVar("T")

MAX_ROBOTS_REDIRECTS: Final = 5  # RFC 9309, 2.3.1.2

_CLAIM_AGAIN_S: Final = 1.0  # how often a host that another run holds is asked for, where robots.txt leads there
_LITTLE: Final = 16 * 1024  # bytes of a robots.txt that are parsed at once; more is parsed aside

# What the network answers for a host, not of one page: reported as it is, not as "robots_unreachable".
_HOST_REASONS: Final = frozenset(
    {Reason.DNS_ERROR, Reason.CONNECT_ERROR, Reason.TLS_ERROR, Reason.BLOCKED_ADDRESS, Reason.DEADLINE}
)

_SLOW_DOWN: Final = frozenset({429, 503})  # statuses that speak of our pace, not of one page

# One refusal may be about one page; three in a row are about us, and knocking on makes it worse.
_REFUSALS: Final = 3
_COOLING_S: Final = 3_600.0


@dataclass(slots=True)
class _Host:
    """What the run knows of one host; its pace is changed by whoever has the turn, `slow_down` and `tell_apart`."""

    pace: Pace
    jobs: deque[Job] = field(default_factory=deque)
    robots: dict[str, Robots | FetchError] = field(default_factory=dict)  # by origin
    worker: asyncio.Task[None] | None = None
    refusals: int = 0  # "blocked" in a row
    walls: int = 0  # pages in a row that turned out to be bot checks
    waiting: Job | None = None  # what the worker will ask for, once the host may be asked
    under_way: Job | None = None  # what the worker has asked for
    turn: asyncio.Lock = field(default_factory=asyncio.Lock)  # held by whoever asks the host: one at a time


class Visits:
    """The queues and workers of one run; lives in one event loop."""

    def __init__(self, ask: Ask, pacing: Pacing, memory: Memory, claim: Claim = claim_any) -> None:
        self.open_jobs = 0
        self._claim = claim
        self._threads = ThreadPoolExecutor(1, thread_name_prefix="robots")
        self._ask = ask
        self._pacing = pacing
        self._memory = memory
        self._hosts: dict[str, _Host] = {}
        self._slots = asyncio.Semaphore(pacing.slots)
        self._is_ending = False
        self._answers: asyncio.Queue[tuple[Job, Result] | BaseException] = asyncio.Queue()

    def add(self, job: Job, *, first: bool = False) -> None:
        """Put a job into the queue of the host that it asks, and see that somebody works there."""
        self._queue(job, first=first)
        self.open_jobs += 1

    async def next_answer(self) -> tuple[Job, Result]:
        """Return the next job that is over, and its result; raise what a worker died of: a fault of the program."""
        answered = await self._answers.get()
        if isinstance(answered, BaseException):
            raise answered
        job, result = answered
        if isinstance(result, Page):
            self._slots.release()  # taken in _request
        self.open_jobs -= 1
        return job, result

    def pace(self, host: str) -> Pace | None:
        """Return the pace of a host, on the loop's clock; None when it was not asked in this run."""
        known = self._hosts.get(host)
        return known.pace if known else None

    def sitemaps(self, host: str) -> tuple[str, ...]:
        """Return what the robots.txt files read at a host name as sitemaps, checked."""
        return tuple(url for robots in self._rules(host) for url in robots.sitemaps)

    def usage(self, host: str) -> tuple[str, ...]:
        """Return what the robots.txt files read at a host reserve, "ai-train=no"."""
        return tuple(rule for robots in self._rules(host) for rule in robots.usage)

    def _rules(self, host: str) -> list[Robots]:
        known = self._hosts.get(host)
        return [robots for robots in known.robots.values() if isinstance(robots, Robots)] if known else []

    def forget(self, host: str) -> None:
        """Forget a host without jobs: a run of days meets more hosts than fit in memory."""
        known = self._hosts.get(host)
        if known is not None and known.worker is None and not known.turn.locked():
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
            known.pace = known.pace.held(loop_time() + _COOLING_S)

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

    def abandon(self) -> tuple[Job, ...]:
        """Give up the requests that are under way; return their jobs. To be called after `end`."""
        given_up: list[Job] = []
        for host in self._hosts.values():
            if host.under_way is not None and host.worker is not None:
                given_up.append(host.under_way)
                host.worker.cancel()
                host.worker = host.under_way = None
        self.open_jobs -= len(given_up)
        return tuple(given_up)

    async def stop(self) -> None:
        """Cancel all workers and wait until they are gone."""
        self._threads.shutdown(wait=False, cancel_futures=True)
        workers = [host.worker for host in self._hosts.values() if host.worker is not None]
        for worker in workers:
            worker.cancel()
        await asyncio.gather(*workers, return_exceptions=True)

    # ── queues ────────────────────────────────────────────────────────────────────────────

    def _queue(self, job: Job, *, first: bool = False) -> None:
        host = self._host(host_of(job.step.url))
        (host.jobs.appendleft if first else host.jobs.append)(job)
        if host.worker is None:
            host.worker = asyncio.create_task(self._work(host))
            host.worker.add_done_callback(self._notice)

    def _host(self, name: str) -> _Host:
        host = self._hosts.get(name)
        if host is None:
            host = self._hosts[name] = _Host(self._memory.pace(name))
        return host

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
        try:
            await self._proceed(host, job)
        except StoreError:
            raise  # about the run, not about this URL
        except Exception as error:  # noqa: BLE001 - the boundary: one URL's fault is its own
            fault = error if isinstance(error, InternalError) else InternalError.of(job.step.first_url, error)
            self._end(host, job, Failure(fault))

    async def _proceed(self, host: _Host, job: Job) -> None:
        robots = await self._robots(host, job.step)
        if not isinstance(robots, Robots):
            self._end(host, job, Failure(robots) if isinstance(robots, FetchError) else robots)
            return
        answer = await self._request(host, host, job.step)
        if isinstance(answer, Moved) and host_of(answer.step.url) == host_of(job.step.url):
            host.waiting = None
            self._queue(replace(job, step=answer.step, tries_done=0), first=True)
        elif isinstance(answer, Page):
            self._end(host, job, replace(answer, notes=(*answer.notes, *robots.notes)))
        elif isinstance(answer, Moved):
            self._end(host, job, answer)
        else:
            self._fail(host, job, answer)

    def _end(self, host: _Host, job: Job, result: Result) -> None:
        host.waiting = None
        self._answers.put_nowait((job, result))

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
        host.pace = host.pace.held(loop_time() + wait_s)
        return wait_s

    def _parked(self, host: _Host, step: Step) -> Postponed | None:
        """Return why a host is not asked again in this run: it asked for a long rest, or the run is ending."""
        if self._is_ending:
            return Postponed(FetchError(display_url(step.first_url), Reason.DEADLINE, "the run ends here"))
        rest_s = host.pace.free_at - loop_time()
        if rest_s <= max(self._pacing.patience_s, host.pace.pause_s):
            return None
        explanation = f"the host asked for a rest; {rest_s:,.0f} s are left of it: try again later"
        return Postponed(FetchError(display_url(step.first_url), Reason.RATE_LIMITED, explanation))

    async def _request(self, asker: _Host, host: _Host, step: Step) -> Answer:
        """Wait until `host` may be asked, then for a slot, and make the request for the worker of `asker`.

        A page keeps its slot until the caller takes it: a slow caller slows the run and does not fill the memory.
        """
        async with host.turn:
            await asyncio.sleep(host.pace.next_start(loop_time()) - loop_time())  # no slot is held here
            await self._slots.acquire()
            asker.under_way, asker.waiting = asker.waiting, None
            started_at = loop_time()
            host.pace = host.pace.started(started_at)

            def on_sent() -> None:
                host.pace = host.pace.started(loop_time())

            answer: Answer | None = None
            try:
                answer = await self._ask(replace(step, on_sent=on_sent))
            finally:
                if not isinstance(answer, Page):
                    self._slots.release()
            asker.waiting, asker.under_way = asker.under_way, None
            self._take_in(host, answer, started_at)
            return answer

    def _take_in(self, host: _Host, answer: Answer, started_at: float) -> None:
        """Slow down for a host that is overloaded, and leave one in peace that does not want us."""
        if not isinstance(answer, Failure):
            host.refusals = 0
            return
        if answer.status in _SLOW_DOWN:
            host.pace = host.pace.refused(started_at, loop_time(), answer.wait_s)
        if answer.error.reason == Reason.BLOCKED:
            host.refusals += 1
            if host.refusals >= _REFUSALS:
                host.pace = host.pace.held(loop_time() + _COOLING_S)

    # ── robots.txt ────────────────────────────────────────────────────────────────────────

    async def _robots(self, host: _Host, step: Step) -> Robots | FetchError | Postponed:
        """Return the rules that allow `step`, or why it may not be made; an origin's rules are read once per run."""
        origin = origin_of(step.url)
        if parked := self._parked(host, step):
            return parked
        if origin not in host.robots:
            robots = await self._known_robots(origin) or await self._read_robots(host, origin)
            if isinstance(robots, Postponed):
                return robots
            host.robots[origin] = robots
            if isinstance(robots, Robots) and robots.delay_s is not None and is_bearable(robots.delay_s):
                host.pace = host.pace.with_delay(robots.delay_s)
        if parked := self._parked(host, step):
            return parked
        found = host.robots[origin]
        if isinstance(found, FetchError):
            return FetchError(display_url(step.first_url), found.reason, found.explanation)
        if not found.is_long:
            return refusal(found, step.url, step.first_url) or found
        return await self._aside(refusal, found, step.url, step.first_url) or found

    async def _known_robots(self, origin: str) -> Robots | None:
        """Return the rules of an origin that this run, or one before it, has read."""
        known = self._hosts.get(host_of(f"{origin}/"))
        robots = known.robots.get(origin) if known else None
        if isinstance(robots, Robots):
            return robots
        answer = self._memory.robots(origin)
        return await self._parsed(answer) if answer is not None else None

    async def _parsed(self, answer: RobotsAnswer) -> Robots:
        if len(answer.body) <= _LITTLE:
            return rules_of(answer)
        return await self._aside(rules_of, answer)

    async def _aside(self, work: Callable[..., T], *args: object) -> T:
        return await asyncio.get_running_loop().run_in_executor(self._threads, work, *args)

    async def _read_robots(self, host: _Host, origin: str) -> Robots | FetchError | Postponed:
        """Ask for a robots.txt, also where it leads to other hosts: each of them by its own pause and queue."""
        # A byte more than counts: what is longer is cut on a line end. All of it is kept in the state.
        step = replace(first_step(f"{origin}/robots.txt"), any_type=True, body_bytes=MAX_ROBOTS_BYTES + 1)
        tries_done = 0
        patient_until = loop_time() + self._pacing.patience_s
        while True:
            if step.chain and step.url == _usual(step.url) and (known := await self._known_robots(origin_of(step.url))):
                return known
            answer, wait_s = await self._errand(host, step, tries_done)
            if isinstance(answer, Page):
                self._slots.release()  # this page goes to no caller
                self._memory.keep_robots(origin, answer.status, answer.body)
                robots = await self._parsed(RobotsAnswer(answer.status, answer.body))
                if step.url == _usual(step.url) and (target := self._hosts.get(host_of(step.url))) is not None:
                    target.robots.setdefault(origin_of(step.url), robots)
                return robots
            if isinstance(answer, Moved):
                if len(answer.step.chain) > MAX_ROBOTS_REDIRECTS:
                    return Robots()
                step = answer.step
            elif isinstance(answer, Failure):
                tries_done += 1
                if wait_s is None or wait_s > self._pacing.patience_s:
                    return self._without_robots(origin, step, answer)
            elif loop_time() >= patient_until:
                host.pace = host.pace.held(loop_time() + 2 * self._pacing.patience_s)
                return answer
            else:
                await asyncio.sleep(_CLAIM_AGAIN_S)

    async def _errand(self, asker: _Host, step: Step, tries_done: int) -> tuple[Answer | Postponed, float | None]:
        """Make a request to whatever host it leads to; of a failure, also how long to wait before it is tried again.

        Postponed where another run holds the host.
        """
        name = host_of(step.url)
        async with self._claim(name) as is_ours:
            if not is_ours:
                explanation = f"its robots.txt leads to {name}, which another run holds: left for a later run"
                return Postponed(FetchError(display_url(step.first_url), Reason.RATE_LIMITED, explanation)), None
            is_new = name not in self._hosts
            host = self._host(name)
            if is_new:  # nothing else is known of how fast it may be asked
                host.pace = host.pace.with_delay(asker.pace.pause_s)
            answer = await self._request(asker, host, step)
            may_help = isinstance(answer, Failure) and is_worth_retrying(answer, tries_done + 1, self._pacing.tries)
            wait_s = self._hold(host, answer, tries_done + 1) if isinstance(answer, Failure) and may_help else None
            return answer, wait_s

    def _without_robots(self, origin: str, step: Step, failure: Failure) -> Robots | FetchError:
        if isinstance(failure.error, InternalError):
            raise failure.error
        # Behind a redirect it is the file that cannot be reached, not the host.
        if failure.status is None and failure.error.reason in _HOST_REASONS and not step.chain:
            return failure.error
        robots = robots_of_status(failure.status)
        if robots.denial is None:
            self._memory.keep_robots(origin, failure.status, b"")  # "there is none" lasts; a fault does not
        return robots


def _usual(url: str) -> str:
    """Return where the robots.txt of a URL's origin is, as `check_url` writes it."""
    return first_step(f"{origin_of(url)}/robots.txt").url
