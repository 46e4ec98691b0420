"""One URL that is under way, and what an answer to it means before it is read."""

import asyncio
from dataclasses import dataclass
from typing import Final

from harvester.crawl.answer_reading import failed_reading
from harvester.crawl.events import Event
from harvester.crawl.sources import Source
from harvester.crawl.state.rows import KnownUrl, digest_of
from harvester.errors import HarvesterError, InternalError
from harvester.fetching import Failure, Limits, Moved, Step
from harvester.fetching.steps import follow
from harvester.models import Article, Page
from harvester.urls import join_url

MAX_REDIRECTS: Final = Limits().redirects  # those of a page that leads on by itself among them
_LARGE_BYTES: Final = 1024 * 1024  # a digest of more takes longer than the loop may be held


@dataclass(slots=True)
class Flight:
    """One URL that is under way."""

    url: KnownUrl
    source: Source
    conditional: bool
    pages: tuple[Page, ...] = ()  # of an article of several pages, as far as they are read
    first: Article | None = None  # what is on the first of them


def fault_event(url: KnownUrl, error: Exception) -> Event:
    """Return what nobody foresaw as what became of a URL."""
    return Event(url, failed_reading(error if isinstance(error, HarvesterError) else InternalError.of(url.url, error)))


async def long_digest(body: bytes) -> int:
    """Return the digest of a body; that of a long one is made beside the event loop."""
    if len(body) < _LARGE_BYTES:
        return digest_of(body)
    return await asyncio.get_running_loop().run_in_executor(None, digest_of, body)


def refreshed(page: Page, target: str) -> Moved | Failure | None:
    """Return the request that a page leads to by itself; None: to itself, as pages do that load anew."""
    step = Step(page.address or "", page.chain)
    if join_url(step.url, target) == step.url:
        return None
    return follow(step, page.status or 200, target, MAX_REDIRECTS)
