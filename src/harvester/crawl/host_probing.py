"""Finds out once a week what a host reserves, and how it answers what is not there: three requests before its pages."""

import secrets
from collections.abc import Callable
from dataclasses import replace
from typing import Final

from harvester.crawl.host import Host, HostProbe, Inquiry
from harvester.crawl.host_profile import HostProfile, from_json, profile_urls, to_json, with_usage
from harvester.crawl.jobs import FetchJob, Result
from harvester.crawl.reader_work import ProfileTask, Read
from harvester.crawl.schedule import DAY_S
from harvester.fetching.http_verdict import first_step
from harvester.models import Page

FRESH_S: Final = 7 * DAY_S  # a site's policy changes seldom, and each look costs it three requests
_TOKEN_BYTES: Final = 6


class HostProbes:
    """Asks the hosts of a run for what is not known of them, or not of late."""

    def __init__(self, read: Read, now: Callable[[], float]) -> None:
        self._read = read
        self._now = now

    def questions(self, host: Host, page_url: str) -> tuple[FetchJob[HostProbe], ...]:
        """Return what to ask a host before its page at `page_url`; nothing where all is known."""
        if host.inquiry is not None:
            return ()
        known = host.facts or from_json(host.leased.facts)
        if known is not None and abs(self._now() - known.read_at) < FRESH_S:  # a clock may have been wrong
            host.facts = known
            return ()
        steps = [first_step(url) for url in profile_urls(page_url, secrets.token_hex(_TOKEN_BYTES))]
        jobs = tuple(
            FetchJob(replace(step, any_type=True), HostProbe(host, step.url), is_question=True) for step in steps
        )
        host.inquiry = Inquiry(HostProfile(int(self._now())), {job.goal for job in jobs})
        return jobs

    async def take(self, question: HostProbe, result: Result) -> None:
        """Take in an answer; nothing where the inquiry was given up meanwhile."""
        inquiry = question.host.inquiry
        if inquiry is None:
            return
        try:
            if isinstance(result, Page):
                async with inquiry.reading:
                    facts = await self._read(ProfileTask(inquiry.facts, question.url, result))
                    if isinstance(facts, HostProfile):
                        inquiry.facts = facts
        finally:
            inquiry.unanswered.discard(question)


def closed(host: Host) -> str | None:
    """Return the facts of a host, as JSON to be kept, once its last question is answered; None before."""
    inquiry = host.inquiry
    if inquiry is None or inquiry.unanswered:
        return None
    host.facts, host.inquiry = with_usage(inquiry.facts, host.usage), None
    return to_json(host.facts)


def give_up(host: Host) -> None:
    """Forget the questions to a host that were not put; it is asked another time."""
    host.inquiry = None


async def facts_of(host: Host) -> HostProfile:
    """Return what is known of a host, as soon as no answer of it is being read."""
    inquiry = host.inquiry
    if inquiry is None:
        return host.facts or HostProfile(0)
    async with inquiry.reading:
        return with_usage(inquiry.facts, host.usage)
