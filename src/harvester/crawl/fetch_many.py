"""Fetch many pages politely, without a memory of earlier runs."""

import asyncio
import contextlib
from collections.abc import AsyncGenerator, AsyncIterator, Iterable, Iterator
from dataclasses import dataclass, field, replace
from pathlib import Path

from harvester.crawl.host import FreeHosts
from harvester.crawl.host_queues import HostQueues
from harvester.crawl.jobs import Ask, FetchJob, Pacing, Postponed
from harvester.crawl.politeness import DEFAULT_PAUSE_S
from harvester.errors import FetchError, HarvesterError, InternalError, StoreError
from harvester.fetching import FetchFailure, Limits, Moved, Step, Visitor
from harvester.fetching.http_verdict import first_step
from harvester.models import Outcome, Page
from harvester.store.atomic_files import make_folder
from harvester.store.fault_log import LOG_NAME, FaultLog
from harvester.store.page_files import save_page


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
    `store.page_files.page_path(options.folder, outcome.page)`, and `outcome.result` is None. When none came, `page` is
    None and `result` is the FetchError, or the InternalError of a fault of our own, whose traceback is logged in the
    folder.
    A URL given twice is fetched once and yields once. robots.txt and pauses are obeyed.

    The work goes on only while the caller asks for the next outcome; closing the iterator stops it and closes all
    connections. Raises StoreError when the folder cannot be written (the run ends there), and FetchError "bad_url"
    before the first outcome when an entry of `allow_hosts` or the contact is malformed. Must not be called from a
    running event loop.
    """
    make_folder(options.folder)
    faults = FaultLog(options.folder / LOG_NAME)
    with asyncio.Runner() as runner:
        outcomes = _fetch_guarded(urls, options)
        try:
            while (outcome := runner.run(_next(outcomes))) is not None:
                saved = _saved(options.folder, outcome)
                yield replace(saved, result=faults.keep(saved.result))
        finally:
            runner.run(outcomes.aclose())


def _saved(folder: Path, outcome: Outcome) -> Outcome:
    """Return the outcome of a page once it is saved."""
    try:
        if outcome.page is not None:
            save_page(folder, outcome.page)
    except StoreError:
        raise  # about the folder, not about this page
    except Exception as error:  # noqa: BLE001 - the boundary: one page's fault is its own
        return Outcome(outcome.subject, None, InternalError.of(outcome.subject, error))
    return outcome


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
    """Yield one outcome per URL, as they come: the page, or the FetchError with the reason why there is none.

    `ask` makes one request and returns a page, a redirect or a failure. Notes on a host's robots.txt are in the
    notes of its pages. A bad URL or page never ends the run.
    """
    settings = pacing or Pacing()
    queues: HostQueues[str] = HostQueues(ask, settings, FreeHosts(settings.pause_s))
    seen: set[str] = set()
    for url in urls:
        step = _first_step(url)
        if not isinstance(step, Step):
            yield Outcome(url, None, step)
        elif step.url not in seen:
            seen.add(step.url)
            queues.add(FetchJob(step, url))
    try:
        while queues.open_jobs:
            job, answer = await queues.next_answer()
            if isinstance(answer, Moved):
                queues.add(job.at(answer.step), first=True)
            else:
                yield _outcome(job.goal, answer)
    finally:
        await queues.stop()


def _first_step(url: str) -> Step | HarvesterError:
    try:
        return first_step(url)
    except FetchError as error:
        return error
    except Exception as error:  # noqa: BLE001 - the boundary: one URL's fault is its own
        return InternalError.of(url, error)


def _outcome(subject: str, answer: Page | FetchFailure | Postponed) -> Outcome:
    if isinstance(answer, Page):
        return Outcome(subject, answer, None)
    return Outcome(subject, None, answer.error)
