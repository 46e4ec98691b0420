"""What one visit of a source would find, and how some of its articles come out; nothing is kept."""

import asyncio
from collections import deque
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final

from harvester.crawl.jobs import Ask
from harvester.crawl.one_off_visits import Look, Looker, Visitors, looking, page_urls
from harvester.crawl.requests import is_guess, seeds_of, sitemap_urls
from harvester.crawl.schedule import UrlKind
from harvester.crawl.sources_file import CrawlSource
from harvester.crawl.state.rows import NewUrl, unvisited
from harvester.errors import Reason
from harvester.models import Article, SiteMemory

MAX_LISTS: Final = 12  # that are looked at; a crawl reads all
MAX_NESTED: Final = 2  # of the sitemaps that one index names
MAX_PAGES: Final = 3


@dataclass(frozen=True, slots=True)
class ListLook:
    """One list of a source."""

    url: str
    kind: str
    outcome: Reason
    evidence: str | None
    articles: int  # links to what may be articles
    lists: int  # further lists that it names


@dataclass(frozen=True, slots=True)
class PageLook:
    """One page, and the article on it."""

    url: str
    outcome: Reason
    evidence: str | None
    article: Article | None


@dataclass(frozen=True, slots=True)
class Trial:
    """What one visit of a source would find."""

    lists: tuple[ListLook, ...]
    found: int  # URLs of what may be articles, each once
    pages: tuple[PageLook, ...]
    left: int = 0  # lists that were not looked at


def try_source(
    source: CrawlSource, visitors: Visitors, memory: SiteMemory | None = None, ask: Ask | None = None
) -> Trial:
    """Visit the lists of a source and some of the newest pages that they name; return what came.

    robots.txt and pauses are obeyed. `ask` makes the requests; None: over the network. Raises FetchError "bad_url" when
    contact or an allowed host is malformed. Must not be called from a running event loop.
    """
    return asyncio.run(_try(source, visitors, memory, ask))


async def _try(source: CrawlSource, visitors: Visitors, memory: SiteMemory | None, ask: Ask | None) -> Trial:
    async with looking(source, visitors, memory, ask) as looker:
        looks, left = await _lists(looker, source)
        pages = {new.url: new for look in looks for new in look.reading.new if new.kind is UrlKind.PAGE}
        shown = await looker.look(newest(list(pages.values()))[:MAX_PAGES])
    return Trial(tuple(map(_list_look, looks)), len(pages), tuple(map(_page_look, shown)), left)


async def _lists(looker: Looker, source: CrawlSource) -> tuple[list[Look], int]:
    """Look at the lists of a source and those that they name; return also how many were left."""
    waiting = deque(seeds_of(source, 0))
    seen = {new.url for new in waiting}
    looks: list[Look] = []
    while waiting and len(looks) < MAX_LISTS:
        look = (await looker.look([waiting.popleft()]))[0]
        if look.reading.outcome == Reason.GONE and is_guess(unvisited(look.url), source, looker.sitemaps()):
            continue
        looks.append(look)
        for new in _named(look, looker, source):
            if new.url not in seen:
                seen.add(new.url)
                waiting.append(new)
    return looks, len(waiting)


def _named(look: Look, looker: Looker, source: CrawlSource) -> tuple[NewUrl, ...]:
    lists = [new for new in look.reading.new if new.kind is not UrlKind.PAGE]
    nested = newest([new for new in lists if new.kind is UrlKind.SITEMAP])[:MAX_NESTED]
    others = [new for new in lists if new.kind is not UrlKind.SITEMAP]
    if look.url.kind is UrlKind.HOME and look.page is not None:
        others += sitemap_urls(unvisited(look.url), source, looker.sitemaps())
    return (*others, *nested)


def newest(urls: Sequence[NewUrl]) -> list[NewUrl]:
    """Return the URLs, those that were modified last first; what has no date comes after them, in its order."""
    return sorted(urls, key=lambda new: -(new.modified_at or 0))


def _list_look(look: Look) -> ListLook:
    articles = len(page_urls(look))
    kind = look.url.kind.name.lower()
    reading = look.reading
    return ListLook(look.url.url, kind, reading.outcome, reading.evidence, articles, len(reading.new) - articles)


def _page_look(look: Look) -> PageLook:
    reading = look.reading
    return PageLook(look.url.url, reading.outcome, reading.evidence, reading.article)
