"""Requests to many hosts at once: one connection and one pause per host, hosts side by side.

Each host has a worker with a queue of its own. A worker that waits, for its pause or for what the host asked for, holds
no slot; redirects and second tries go back into a queue and wait like any request.
"""

import asyncio
import contextlib
import random
from collections.abc import AsyncIterator, Callable
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from typing import Final, Generic, TypeVar

from harvester.crawl.host import Host, Hosts
from harvester.crawl.jobs import Ask, Claim, FetchJob, Pacing, Postponed, Result, claim_any, loop_time
from harvester.crawl.politeness import is_bearable
from harvester.crawl.robots import (
    MAX_ROBOTS_BYTES,
    Robots,
    RobotsAnswer,
    refusal,
    robots_of_status,
    rules_of,
)
from harvester.errors import FetchError, InternalError, Reason, StoreError
from harvester.fetching import Answer, FetchFailure, Moved, Step
from harvester.fetching.http_verdict import first_step, impatient, is_worth_retrying, retry_wait
from harvester.models import Page
from harvester.url_names import display_url
from harvester.urls import host_of, origin_of
from harvester.workers.killable_process import is_no_thread, no_room

T = TypeVar("T")
GoalT = TypeVar("GoalT")

MAX_ROBOTS_REDIRECTS: Final = 5  # RFC 9309, 2.3.1.2

_CLAIM_AGAIN_S: Final = 1.0  # how often a host that another run holds is asked for, where robots.txt leads there
_LITTLE: Final = 16 * 1024  # bytes of a robots.txt that are parsed at once; more is parsed aside

# What the network answers for a host, not of one page: reported as it is, not as "robots_unreachable".
_HOST_REASONS: Final = frozenset(
    {Reason.DNS_ERROR, Reason.CONNECT_ERROR, Reason.TLS_ERROR, Reason.BLOCKED_ADDRESS, Reason.DEADLINE}
)

_SLOW_DOWN: Final = frozenset({429, 503})  # statuses that speak of our pace, not of one page

# One refusal may be about one page; three in a row are about us, and knocking on makes it worse. So it is with silence:
# a host that is down would cost a minute and more for each of its pages, and one of the slots that all hosts share.
_REFUSALS: Final = 3
_SILENCES: Final = _HOST_REASONS - {Reason.BLOCKED_ADDRESS}  # of which no packet was sent
_COOLING_S: Final = 3_600.0


class HostQueues(Generic[GoalT]):
    """The queues and workers of one run; lives in one event loop."""

    def __init__(self, ask: Ask, pacing: Pacing, hosts: Hosts, claim: Claim = claim_any) -> None:
        self.open_jobs = 0
        self._claim = claim
        self._threads = ThreadPoolExecutor(1, thread_name_prefix="robots")
        self._ask = ask
        self._pacing = pacing
        self._hosts = hosts
        self._slots = asyncio.Semaphore(pacing.slots)
        self._slow_lane = asyncio.Semaphore(max(pacing.slots // 2, 1))
        self._is_ending = False
        self._answers: asyncio.Queue[tuple[FetchJob[GoalT], Result] | BaseException] = asyncio.Queue()

    def add(self, job: FetchJob[GoalT], *, first: bool = False) -> None:
        """Put a job into the queue of the host that it asks, and see that somebody works there."""
        self._queue(job, first=first)
        self.open_jobs += 1

    async def next_answer(self) -> tuple[FetchJob[GoalT], Result]:
        """Return the next job that is over, and its result; raise what a worker died of: a fault of the program."""
        answered = await self._answers.get()
        if isinstance(answered, BaseException):
            raise answered
        job, result = answered
        if isinstance(result, Page):
            self._slots.release()  # taken in _request
        self.open_jobs -= 1
        return job, result

    def note_page(self, host: Host, *, is_wall: bool) -> None:
        """Take in what a page of a host turned out to be: three bot checks in a row are as good as three refusals."""
        host.queue.walls = host.queue.walls + 1 if is_wall else 0
        if host.queue.walls >= _REFUSALS:
            _let_rest(host, Reason.BLOCKED, f"{_REFUSALS} of its pages in a row were bot checks")

    def end(self) -> tuple[FetchJob[GoalT], ...]:
        """Begin no more requests; return the jobs whose request is not under way."""
        self._is_ending = True
        return tuple(job for host in self._hosts.all() for job in self.withdraw(host))

    def withdraw(self, host: Host) -> tuple[FetchJob[GoalT], ...]:
        """Return the jobs of a host whose request is not under way; they are forgotten."""
        queue = host.queue
        dropped: list[FetchJob[GoalT]] = list(queue.jobs)
        queue.jobs.clear()
        if queue.waiting is not None and queue.worker is not None:
            dropped.append(queue.waiting)
            queue.worker.cancel()
            queue.worker = queue.waiting = None
        self.open_jobs -= len(dropped)
        return tuple(dropped)

    def abandon(self) -> tuple[FetchJob[GoalT], ...]:
        """Give up the requests that are under way; return their jobs. To be called after `end`."""
        given_up: list[FetchJob[GoalT]] = []
        for queue in (host.queue for host in self._hosts.all()):
            if queue.under_way is not None and queue.worker is not None:
                given_up.append(queue.under_way)
                queue.worker.cancel()
                queue.worker = queue.under_way = None
        self.open_jobs -= len(given_up)
        return tuple(given_up)

    async def stop(self) -> None:
        """Cancel all workers and wait until they are gone."""
        self._threads.shutdown(wait=False, cancel_futures=True)
        workers = [host.queue.worker for host in self._hosts.all() if host.queue.worker is not None]
        for worker in workers:
            worker.cancel()
        await asyncio.gather(*workers, return_exceptions=True)

    # ── queues ────────────────────────────────────────────────────────────────────────────

    def _queue(self, job: FetchJob[GoalT], *, first: bool = False) -> None:
        host = self._hosts.at(host_of(job.step.url))
        host.is_begun = True
        queue = host.queue
        (queue.jobs.appendleft if first else queue.jobs.append)(job)
        if queue.worker is None:
            queue.worker = asyncio.create_task(self._work(host))
            queue.worker.add_done_callback(self._notice)

    def _notice(self, worker: asyncio.Task[None]) -> None:
        if not worker.cancelled() and (error := worker.exception()) is not None:
            self._answers.put_nowait(error)

    async def _work(self, host: Host) -> None:
        queue = host.queue
        while queue.jobs:
            queue.waiting = queue.jobs.popleft()
            await self._visit(host, queue.waiting)
        queue.worker = None

    # ── one job ───────────────────────────────────────────────────────────────────────────

    async def _visit(self, host: Host, job: FetchJob[GoalT]) -> None:
        """Make the job's next request, if the host's rules allow; end the job or queue what follows."""
        try:
            await self._proceed(host, job)
        except StoreError:
            raise  # about the run, not about this URL
        except Exception as error:
            if is_no_thread(error):  # names are looked up in threads
                raise no_room(error) from error
            # The boundary: one URL's fault is its own.
            fault = error if isinstance(error, InternalError) else InternalError.of(job.step.first_url, error)
            self._end(host, job, FetchFailure(fault))

    async def _proceed(self, host: Host, job: FetchJob[GoalT]) -> None:
        robots = await self._robots(host, job.step)
        if isinstance(robots, Postponed):
            self._end(host, job, robots if job.failure is None or self._is_ending else job.failure)
            return
        if isinstance(robots, FetchError):
            self._end(host, job, FetchFailure(robots))
            return
        answer = await self._request(host, host, job.step)
        if isinstance(answer, Moved) and host_of(answer.step.url) == host_of(job.step.url):
            host.queue.waiting = None
            self._queue(job.at(answer.step), first=True)
        elif isinstance(answer, Page):
            self._end(host, job, replace(answer, notes=(*answer.notes, *robots.notes)))
        elif isinstance(answer, Moved):
            self._end(host, job, answer)
        else:
            self._fail(host, job, answer)

    def _end(self, host: Host, job: FetchJob[GoalT], result: Result) -> None:
        host.queue.waiting = None
        self._answers.put_nowait((job, result))

    def _fail(self, host: Host, job: FetchJob[GoalT], failure: FetchFailure) -> None:
        """Queue the job once more where that may help; else end it."""
        if not job.tries_done and not job.is_question and _is_silence(failure):
            host.queue.silences += 1
            if host.queue.silences >= _REFUSALS:
                _let_rest(host, failure.error.reason, f"{_REFUSALS} requests in a row got no whole answer")
        tries_done = job.tries_done + 1
        if is_worth_retrying(failure, tries_done, self._pacing.tries):
            wait_s = self._hold(host, failure, tries_done)
            if wait_s <= self._pacing.patience_s:
                host.queue.waiting = None
                self._queue(replace(job, tries_done=tries_done, failure=failure), first=job.is_question)
                return
            failure = impatient(failure, wait_s, self._pacing.patience_s)
        self._end(host, job, failure)

    def _hold(self, host: Host, failure: FetchFailure, tries_done: int) -> float:
        """Keep the host's next request back before a second try; return the seconds."""
        wait_s = retry_wait(failure, tries_done, self._pacing.backoff_s, random.random())  # noqa: S311 - jitter
        host.pace = host.pace.held(loop_time() + wait_s)
        return wait_s

    def _parked(self, host: Host, step: Step) -> Postponed | None:
        """Return why a host is not asked again in this run: it asked for a long rest, or the run is ending."""
        if self._is_ending:
            return Postponed(FetchError(display_url(step.first_url), Reason.DEADLINE, "the run ends here"))
        rest_s = host.pace.free_at - loop_time()
        if rest_s <= max(self._pacing.patience_s, host.pace.pause_s):
            return None
        reason, why = host.queue.why_rests or (Reason.RATE_LIMITED, "the host asked for a rest")
        explanation = f"{why}; {rest_s:,.0f} s are left of its rest: try again later"
        return Postponed(FetchError(display_url(step.first_url), reason, explanation))

    async def _request(self, asker: Host, host: Host, step: Step) -> Answer:
        """Wait until `host` may be asked, then for a slot, and make the request for the worker of `asker`.

        A page keeps its slot until the caller takes it: a slow caller slows the run and does not fill the memory.
        """
        async with host.queue.turn, self._lane_of(host):
            await self._slots.acquire()
            asker.queue.under_way, asker.queue.waiting = asker.queue.waiting, None
            host.queue.why_rests = None  # that rest is over
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
            asker.queue.waiting, asker.queue.under_way = asker.queue.under_way, None
            self._take_in(host, answer, started_at)
            return answer

    @contextlib.asynccontextmanager
    async def _lane_of(self, host: Host) -> AsyncIterator[None]:
        """Wait until a host may be asked, holding no slot; where it was silent the last time, for its like, too."""
        await asyncio.sleep(host.pace.next_start(loop_time()) - loop_time())
        async with self._slow_lane if host.queue.was_silent else contextlib.nullcontext():
            yield

    def _take_in(self, host: Host, answer: Answer, started_at: float) -> None:
        """Slow down for a host that is overloaded, and leave one in peace that does not want us."""
        host.queue.was_silent = _is_silence(answer)
        if not isinstance(answer, FetchFailure):
            host.queue.refusals = host.queue.silences = 0
            return
        if answer.status is not None:
            host.queue.silences = 0
        if answer.status in _SLOW_DOWN:
            host.pace = host.pace.refused(started_at, loop_time(), answer.wait_s)
        if answer.error.reason == Reason.BLOCKED:
            host.queue.refusals += 1
            if host.queue.refusals >= _REFUSALS:
                _let_rest(host, Reason.BLOCKED, f"it refused {_REFUSALS} requests in a row")

    # ── robots.txt ────────────────────────────────────────────────────────────────────────

    async def _robots(self, host: Host, step: Step) -> Robots | FetchError | Postponed:
        """Return the rules that allow `step`, or why it may not be made; an origin's rules are read once per run."""
        origin = origin_of(step.url)
        if parked := self._parked(host, step):
            return parked
        if origin not in host.queue.robots:
            robots = await self._known_robots(origin) or await self._read_robots(host, origin)
            if isinstance(robots, Postponed):
                return robots
            host.queue.robots[origin] = robots
            if isinstance(robots, Robots) and robots.delay_s is not None and is_bearable(robots.delay_s):
                host.pace = host.pace.with_delay(robots.delay_s)
        if parked := self._parked(host, step):
            return parked
        found = host.queue.robots[origin]
        if isinstance(found, FetchError):
            return FetchError(display_url(step.first_url), found.reason, found.explanation)
        if not found.is_long:
            return refusal(found, step.url, step.first_url) or found
        return await self._aside(refusal, found, step.url, step.first_url) or found

    async def _known_robots(self, origin: str) -> Robots | None:
        """Return the rules of an origin that this run, or one before it, has read."""
        known = self._hosts.find(host_of(f"{origin}/"))
        robots = known.queue.robots.get(origin) if known else None
        if isinstance(robots, Robots):
            return robots
        answer = self._hosts.robots(origin)
        return await self._parsed(answer) if answer is not None else None

    async def _parsed(self, answer: RobotsAnswer) -> Robots:
        if len(answer.body) <= _LITTLE:
            return rules_of(answer)
        return await self._aside(rules_of, answer)

    async def _aside(self, work: Callable[..., T], *args: object) -> T:
        return await asyncio.get_running_loop().run_in_executor(self._threads, work, *args)

    async def _read_robots(self, host: Host, origin: str) -> Robots | FetchError | Postponed:
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
                self._hosts.keep_robots(origin, answer.status, answer.body)
                robots = await self._parsed(RobotsAnswer(answer.status, answer.body))
                if step.url == _usual(step.url) and (target := self._hosts.find(host_of(step.url))) is not None:
                    target.queue.robots.setdefault(origin_of(step.url), robots)
                return robots
            if isinstance(answer, Moved):
                if len(answer.step.chain) > MAX_ROBOTS_REDIRECTS:
                    return Robots()
                step = answer.step
            elif isinstance(answer, FetchFailure):
                tries_done += 1
                if wait_s is None or wait_s > self._pacing.patience_s:
                    return self._without_robots(origin, step, answer)
            elif loop_time() >= patient_until:
                host.pace = host.pace.held(loop_time() + 2 * self._pacing.patience_s)
                return answer
            else:
                await asyncio.sleep(_CLAIM_AGAIN_S)

    async def _errand(self, asker: Host, step: Step, tries_done: int) -> tuple[Answer | Postponed, float | None]:
        """Make a request to whatever host it leads to; of a failure, also how long to wait before it is tried again.

        Postponed where another run holds the host.
        """
        name = host_of(step.url)
        async with self._claim(name) as is_ours:
            if not is_ours:
                explanation = f"its robots.txt leads to {name}, which another run holds: left for a later run"
                return Postponed(FetchError(display_url(step.first_url), Reason.RATE_LIMITED, explanation)), None
            host = self._hosts.at(name)
            if not host.is_begun:  # nothing else is known of how fast it may be asked
                host.pace = host.pace.with_delay(asker.pace.pause_s)
            host.is_begun = True
            answer = await self._request(asker, host, step)
            may_help = isinstance(answer, FetchFailure) and is_worth_retrying(
                answer, tries_done + 1, self._pacing.tries
            )
            wait_s = self._hold(host, answer, tries_done + 1) if isinstance(answer, FetchFailure) and may_help else None
            return answer, wait_s

    def _without_robots(self, origin: str, step: Step, failure: FetchFailure) -> Robots | FetchError:
        if isinstance(failure.error, InternalError):
            raise failure.error
        # Behind a redirect it is the file that cannot be reached, not the host.
        if failure.status is None and failure.error.reason in _HOST_REASONS and not step.chain:
            return failure.error
        robots = robots_of_status(failure.status)
        if robots.denial is None:
            self._hosts.keep_robots(origin, failure.status, b"")  # "there is none" lasts; a fault does not
        if failure.status is not None:
            return robots
        where = f", at {display_url(step.url)}" if step.chain else ""
        return replace(robots, denial=f"{robots.denial} ({failure.error.explanation}{where})")


def _is_silence(answer: Answer) -> bool:
    return isinstance(answer, FetchFailure) and answer.status is None and answer.error.reason in _SILENCES


def _let_rest(host: Host, reason: Reason, why: str) -> None:
    host.queue.why_rests = (reason, why)
    host.pace = host.pace.held(loop_time() + _COOLING_S)


def _usual(url: str) -> str:
    """Return where the robots.txt of a URL's origin is, as `check_url` writes it."""
    return first_step(f"{origin_of(url)}/robots.txt").url
