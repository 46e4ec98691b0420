"""Fetch many pages politely: one connection and one pause per host, hosts side by side.

Each host has a worker with a queue of its own. A worker that waits, for its pause or for what the host asked for, holds
no slot; redirects and second tries go back into the queue of the host that they ask, and wait like any request.
"""

import asyncio
import contextlib
import random
from collections import deque
from collections.abc import AsyncGenerator, AsyncIterator, Awaitable, Callable, Iterable, Iterator
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Final

from harvester.crawl.politeness import DEFAULT_PAUSE_S, MAX_CRAWL_DELAY_S, Pace, is_bearable
from harvester.crawl.robots import Robots, parse_robots, robots_of_status
from harvester.errors import FetchError
from harvester.fetching import PRODUCT, Answer, Failure, Limits, Moved, Step, Visitor
from harvester.fetching.steps import first_step, impatient, is_worth_retrying, retry_wait
from harvester.models import Outcome, Page
from harvester.store.files import make_folder
from harvester.store.pages import save_page
from harvester.urls import display_url, host_of, origin_of

Ask = Callable[[Step], Awaitable[Answer]]  # makes one request; never raises for what a server does

MAX_ROBOTS_REDIRECTS: Final = 5  # RFC 9309, 2.3.1.2

# What the network says of a host, not of one page: told as it is, not as "robots_denied".
_HOST_REASONS: Final = frozenset({"dns_error", "connect_error", "tls_error", "blocked_address", "deadline"})

_SLOW_DOWN: Final = frozenset({429, 503})  # statuses that speak of our pace, not of one page


@dataclass(frozen=True, slots=True)
class Pacing:
    """How hard a run may knock."""

    pause_s: float = DEFAULT_PAUSE_S  # between the starts of two requests to one host
    slots: int = 16  # over all hosts: requests under way, and pages that the caller has not taken yet
    tries: int = 3
    backoff_s: float = 1.0  # before the second try; doubled each time
    patience_s: float = 300.0  # a host that asks for a longer wait is left for another run


@dataclass(frozen=True, slots=True)
class FetchOptions:
    """What `fetch_to_folder` needs beside the URLs."""

    folder: Path  # made when missing
    contact: str | None = None  # URL or mail address that the user agent names
    allow_hosts: frozenset[str] = frozenset()  # "HOST:PORT" entries that may be private addresses
    pause_s: float = DEFAULT_PAUSE_S  # between the starts of two requests to one host
    limits: Limits = field(default_factory=Limits)


def fetch_to_folder(urls: Iterable[str], options: FetchOptions) -> Iterator[Outcome]:
    """Fetch every URL and save each page in `options.folder`; yield one outcome per URL, as they come.

    `outcome.subject` is the URL as given. When a page came, `outcome.page` is it, already saved at
    `store.pages.page_path(options.folder, outcome.page)`, and `outcome.result` is None. When none came, `page` is None
    and `result` is the FetchError. A URL given twice is fetched once and yields once. robots.txt and pauses are obeyed.

    The work goes on only while the caller asks for the next outcome; closing the iterator stops it and closes all
    connections. Raises StoreError when the folder cannot be written (the run ends there), and FetchError "bad_url"
    before the first outcome when an entry of `allow_hosts` or the contact is malformed. Must not be called from a
    running event loop.
    """
    make_folder(options.folder)
    with asyncio.Runner() as runner:
        outcomes = _fetch_guarded(urls, options)
        try:
            while (outcome := runner.run(_next(outcomes))) is not None:
                if outcome.page is not None:
                    save_page(options.folder, outcome.page)
                yield outcome
        finally:
            runner.run(outcomes.aclose())


async def _next(outcomes: AsyncIterator[Outcome]) -> Outcome | None:
    return await anext(outcomes, None)


async def _fetch_guarded(urls: Iterable[str], options: FetchOptions) -> AsyncGenerator[Outcome]:
    """Yield the outcomes of `urls`, asked for through the guarded fetcher."""
    from harvester.fetching.client import Fetcher  # noqa: PLC0415 - with httpx 250 ms, which `--help` does without

    visitor = Visitor(options.contact)
    async with (
        Fetcher(options.limits, options.allow_hosts, visitor) as fetcher,
        contextlib.aclosing(fetch_all(urls, fetcher.ask, Pacing(options.pause_s))) as outcomes,
    ):
        async for outcome in outcomes:
            yield outcome


async def fetch_all(urls: Iterable[str], ask: Ask, pacing: Pacing | None = None) -> AsyncGenerator[Outcome]:
    """Yield one outcome per URL, as they come: the page, or the FetchError that says why there is none.

    `ask` makes one request and returns a page, a redirect or a failure. Notes on a host's robots.txt stand in the
    notes of its pages. A bad URL or page never ends the run.
    """
    run = _Run(ask, pacing or Pacing())
    seen: set[str] = set()
    for url in urls:
        try:
            step = first_step(url)
        except FetchError as error:
            yield Outcome(url, None, error)
            continue
        if step.url not in seen:
            seen.add(step.url)
            run.add(_Job(url, step))
    try:
        while run.open_jobs:
            yield await run.next_outcome()
    finally:
        await run.stop()


@dataclass(frozen=True, slots=True)
class _Job:
    """One URL on its way."""

    subject: str  # as given
    step: Step  # the request to make next
    tries_done: int = 0  # of this step


@dataclass(slots=True)
class _Host:
    """What the run knows of one host; only the host's worker changes it."""

    pace: Pace
    jobs: deque[_Job] = field(default_factory=deque)
    robots: dict[str, Robots | FetchError] = field(default_factory=dict)  # by origin
    worker: asyncio.Task[None] | None = None


class _Run:
    """The queues and workers of one run; lives in one event loop."""

    def __init__(self, ask: Ask, pacing: Pacing) -> None:
        self.open_jobs = 0
        self._ask = ask
        self._pacing = pacing
        self._hosts: dict[str, _Host] = {}
        self._slots = asyncio.Semaphore(pacing.slots)
        self._outcomes: asyncio.Queue[Outcome | BaseException] = asyncio.Queue()

    def add(self, job: _Job) -> None:
        """Take in a new URL."""
        self.open_jobs += 1
        self._queue(job)

    async def next_outcome(self) -> Outcome:
        """Return the next outcome; raise what a worker died of, which is a fault of the program."""
        outcome = await self._outcomes.get()
        if isinstance(outcome, BaseException):
            raise outcome
        if outcome.page is not None:
            self._slots.release()  # taken in _request
        self.open_jobs -= 1
        return outcome

    async def stop(self) -> None:
        """Cancel all workers and wait until they are gone."""
        workers = [host.worker for host in self._hosts.values() if host.worker is not None]
        for worker in workers:
            worker.cancel()
        await asyncio.gather(*workers, return_exceptions=True)

    # ── queues ────────────────────────────────────────────────────────────────────────────

    def _queue(self, job: _Job, *, first: bool = False) -> None:
        """Put a job into the queue of the host that it asks, and see that somebody works there."""
        name = host_of(job.step.url)
        host = self._hosts.setdefault(name, _Host(Pace(self._pacing.pause_s)))
        (host.jobs.appendleft if first else host.jobs.append)(job)
        if host.worker is None:
            host.worker = asyncio.create_task(self._work(host))
            host.worker.add_done_callback(self._notice)

    def _notice(self, worker: asyncio.Task[None]) -> None:
        if not worker.cancelled() and (error := worker.exception()) is not None:
            self._outcomes.put_nowait(error)

    async def _work(self, host: _Host) -> None:
        while host.jobs:
            await self._visit(host, host.jobs.popleft())
        host.worker = None

    # ── one job ───────────────────────────────────────────────────────────────────────────

    async def _visit(self, host: _Host, job: _Job) -> None:
        """Make the job's next request, if the host's rules allow; end the job or queue what follows."""
        robots = await self._robots(host, job.step)
        if isinstance(robots, FetchError):
            self._end(job, robots)
            return
        answer = await self._request(host, job.step)
        if isinstance(answer, Moved):
            self._queue(replace(job, step=answer.step, tries_done=0), first=True)
        elif isinstance(answer, Page):
            page = replace(answer, notes=(*answer.notes, *robots.notes))
            self._outcomes.put_nowait(Outcome(job.subject, page, None))
        else:
            self._fail(host, job, answer)

    def _end(self, job: _Job, error: FetchError) -> None:
        self._outcomes.put_nowait(Outcome(job.subject, None, error))

    def _fail(self, host: _Host, job: _Job, failure: Failure) -> None:
        """Queue the job once more where that may help; else end it."""
        tries_done = job.tries_done + 1
        error = failure.error
        if is_worth_retrying(failure, tries_done, self._pacing.tries):
            wait_s = self._hold(host, failure, tries_done)
            if wait_s <= self._pacing.patience_s:
                self._queue(replace(job, tries_done=tries_done))
                return
            error = impatient(failure, wait_s, self._pacing.patience_s).error
        self._end(job, error)

    def _hold(self, host: _Host, failure: Failure, tries_done: int) -> float:
        """Keep the host's next request back before a second try; return the seconds."""
        wait_s = retry_wait(failure, tries_done, self._pacing.backoff_s, random.random())  # noqa: S311 - jitter
        free_at = max(host.pace.free_at, _now() + wait_s)
        host.pace = replace(host.pace, free_at=free_at)
        return wait_s

    def _parked(self, host: _Host, step: Step) -> FetchError | None:
        """Return why a host that asked for a long rest is not asked again in this run."""
        rest_s = host.pace.free_at - _now()
        if rest_s <= max(self._pacing.patience_s, host.pace.pause_s):
            return None
        explanation = f"the host asked for a rest; {rest_s:,.0f} s are left of it: try again later"
        return FetchError(display_url(step.first_url), "rate_limited", explanation)

    async def _request(self, host: _Host, step: Step) -> Answer:
        """Wait until the host may be asked, then for a slot, and make the request.

        A page keeps its slot until the caller takes it: a slow caller slows the run and does not fill the memory.
        """
        await asyncio.sleep(host.pace.next_start(_now()) - _now())  # no slot is held here
        await self._slots.acquire()
        started_at = _now()
        host.pace = host.pace.started(started_at)
        answer: Answer | None = None
        try:
            answer = await self._ask(step)
        finally:
            if not isinstance(answer, Page):
                self._slots.release()
        if isinstance(answer, Failure) and answer.status in _SLOW_DOWN:
            host.pace = host.pace.refused(started_at, _now(), answer.wait_s)
        return answer

    # ── robots.txt ────────────────────────────────────────────────────────────────────────

    async def _robots(self, host: _Host, step: Step) -> Robots | FetchError:
        """Return the rules that allow `step`, or why it may not be made; an origin's rules are read once per run."""
        origin = origin_of(step.url)
        if parked := self._parked(host, step):
            return parked
        if origin not in host.robots:
            robots = await self._read_robots(host, origin)
            host.robots[origin] = robots
            if isinstance(robots, Robots) and robots.delay_s is not None and is_bearable(robots.delay_s):
                host.pace = host.pace.with_delay(robots.delay_s)
        return self._parked(host, step) or _permitted(host.robots[origin], step)

    async def _read_robots(self, host: _Host, origin: str) -> Robots | FetchError:
        step = replace(first_step(f"{origin}/robots.txt"), any_type=True)
        tries_done = 0
        while True:
            answer = await self._request(host, step)
            if isinstance(answer, Page):
                self._slots.release()  # this page goes to no caller
                return parse_robots(answer.body, PRODUCT)
            if isinstance(answer, Moved):
                if len(answer.step.chain) > MAX_ROBOTS_REDIRECTS:
                    return Robots()
                step = answer.step
                continue
            tries_done += 1
            if not is_worth_retrying(answer, tries_done, self._pacing.tries):
                return _robots_of_failure(answer)
            if self._hold(host, answer, tries_done) > self._pacing.patience_s:
                return _robots_of_failure(answer)


def _now() -> float:
    return asyncio.get_running_loop().time()


def _robots_of_failure(failure: Failure) -> Robots | FetchError:
    if failure.status is None and failure.error.reason in _HOST_REASONS:
        return failure.error
    return robots_of_status(failure.status)


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
