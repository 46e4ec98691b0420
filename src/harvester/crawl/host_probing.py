"""Finds out once a week what a host reserves, and how it answers what is not there: three requests before its pages."""

import itertools
import secrets
from asyncio import Lock
from collections.abc import Awaitable, Callable
from dataclasses import dataclass, field, replace
from typing import Final

from harvester.crawl.answer_reading import Reading, Task, read_answer
from harvester.crawl.host_profile import HostFacts, fact_urls, from_json, read_fact, to_json, with_usage
from harvester.crawl.jobs import Job, Result
from harvester.crawl.schedule import DAY_S
from harvester.crawl.state.rows import LeasedHost
from harvester.errors import HarvesterError
from harvester.fetching.steps import first_step
from harvester.models import Article, Page

FRESH_S: Final = 7 * DAY_S  # a site's policy changes seldom, and each look costs it three requests
_TOKEN_BYTES: Final = 6
WARM: Final = "harvester.crawl.reader_imports"  # the module whose import loads what `read_work` needs


@dataclass(frozen=True, slots=True)
class FactTask:
    """An answer to one of the questions, to be read in a worker process."""

    facts: HostFacts
    url: str
    page: Page


Work = Task | FactTask
Read = Callable[[Work], Awaitable[Reading | HostFacts | HarvesterError]]


def read_work(work: Work) -> Reading | HostFacts:
    """Return what a worker process makes of an answer."""
    return read_answer(work) if isinstance(work, Task) else _read_fact(work)


def _read_fact(task: FactTask) -> HostFacts:
    from harvester.cleaning import clean_page  # noqa: PLC0415 - the parsers load in the workers only

    result: Article | HarvesterError
    try:
        result = clean_page(task.page)[0]
    except HarvesterError as error:
        result = error
    return read_fact(task.facts, task.url, task.page, result)


@dataclass(slots=True)
class _Inquiry:
    """The questions to one host that are not answered yet."""

    facts: HostFacts
    open_keys: set[int]
    reading: Lock = field(default_factory=Lock)  # held while an answer is being read


class FactFinder:
    """Knows the facts of the hosts that a run holds, and asks for those that are missing or old."""

    def __init__(self, read: Read, now: Callable[[], float]) -> None:
        self._read = read
        self._now = now
        self._keys = itertools.count(-1, -1)  # below all URL ids
        self._hosts: dict[int, int] = {}  # key -> host
        self._facts: dict[int, HostFacts] = {}
        self._inquiries: dict[int, _Inquiry] = {}

    def questions(self, host: LeasedHost, page_url: str) -> tuple[Job, ...]:
        """Return what to ask a host before its page at `page_url`; nothing where all is known."""
        if host.id in self._inquiries:
            return ()
        known = self._facts.get(host.id) or from_json(host.facts)
        if known is not None and abs(self._now() - known.read_at) < FRESH_S:  # a clock may have been wrong
            self._facts[host.id] = known
            return ()
        steps = [first_step(url) for url in fact_urls(page_url, secrets.token_hex(_TOKEN_BYTES))]
        jobs = tuple(Job(step.url, replace(step, any_type=True), key=next(self._keys), urgent=True) for step in steps)
        keys = {job.key for job in jobs}
        self._hosts |= dict.fromkeys(keys, host.id)
        self._inquiries[host.id] = _Inquiry(HostFacts(int(self._now())), keys)
        return jobs

    def host_of(self, key: int) -> int | None:
        """Return the host that a question was put to; None for the key of a URL."""
        return self._hosts.get(key)

    def put_back(self, key: int) -> None:
        """Forget a question that was not put; the host is asked another time."""
        self._inquiries.pop(self._hosts.pop(key), None)

    async def take(self, job: Job, result: Result) -> None:
        """Take in an answer."""
        key = job.key
        inquiry = self._inquiries.get(self._hosts[key])
        if inquiry is None:
            return
        try:
            if isinstance(result, Page):
                async with inquiry.reading:
                    facts = await self._read(FactTask(inquiry.facts, job.subject, result))
                    if isinstance(facts, HostFacts):
                        inquiry.facts = facts
        finally:
            inquiry.open_keys.discard(key)

    def close(self, key: int, usage: tuple[str, ...]) -> str | None:
        """Return the facts of a host, to be kept, once its last question is closed; None before.

        `usage` is what its robots.txt reserves.
        """
        host = self._hosts.pop(key)
        inquiry = self._inquiries.get(host)
        if inquiry is None or inquiry.open_keys:
            return None
        self._facts[host] = with_usage(inquiry.facts, usage)
        del self._inquiries[host]
        return to_json(self._facts[host])

    async def facts(self, host: int, usage: tuple[str, ...]) -> HostFacts:
        """Return what is known of a host, as soon as no answer of it is being read; `usage` is of its robots.txt."""
        inquiry = self._inquiries.get(host)
        if inquiry is None:
            return self._facts.get(host) or HostFacts(0)
        async with inquiry.reading:
            return with_usage(inquiry.facts, usage)

    def forget(self, host: int) -> None:
        """Forget a host that was given back."""
        self._facts.pop(host, None)
