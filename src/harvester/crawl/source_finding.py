"""Looks at a home page and finds where the site's articles come from: the beginning of a sources file."""

import asyncio
from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Final

from harvester.crawl.answer_reading import packaged_lexicon
from harvester.crawl.discovery.links import menu_links
from harvester.crawl.jobs import Ask
from harvester.crawl.one_off_visits import Look, Looker, Visitors, looking, page_urls
from harvester.crawl.politeness import DEFAULT_PAUSE_S
from harvester.crawl.requests import is_guess, sitemap_urls
from harvester.crawl.schedule import UrlKind
from harvester.crawl.sources_file import CrawlSource
from harvester.crawl.state.rows import NewUrl, unvisited
from harvester.decode import decode
from harvester.dom import trim_attributes
from harvester.errors import HarvesterError, Reason
from harvester.models import Page
from harvester.urls import check_url, host_of
from harvester.web_links import plain_url

MAX_FEEDS: Final = 5  # of a site that are looked at
MAX_SITEMAPS: Final = 3
MAX_SECTIONS: Final = 4
_MIN_LINKS: Final = 3  # to articles, for a page to be a section


@dataclass(frozen=True, slots=True)
class Listed:
    """A list that was looked at."""

    url: str
    outcome: Reason
    evidence: str | None
    articles: int  # links to what may be articles
    lists: int = 0  # further sitemaps that it names

    @property
    def is_useful(self) -> bool:
        """Whether articles are found by it."""
        return self.outcome == Reason.OK and bool(self.articles or self.lists)


@dataclass(frozen=True, slots=True)
class SiteLook:
    """What was found out about a site."""

    name: str
    home: Listed
    feeds: tuple[Listed, ...] = ()
    sitemaps: tuple[Listed, ...] = ()
    posts: tuple[Listed, ...] = ()  # of WordPress
    sections: tuple[Listed, ...] = ()
    pause_s: float | None = None  # that the host wants, where it is longer than ours
    notes: tuple[str, ...] = field(default=())  # what was odd


def look_at_site(url: str, visitors: Visitors, pause_s: float = DEFAULT_PAUSE_S, ask: Ask | None = None) -> SiteLook:
    """Return what a site's home page leads to; `url` is checked.

    robots.txt is obeyed, and `pause_s` lies between two requests. `ask` makes the requests; None: over the network.
    Raises FetchError "bad_url" when contact or an allowed host is malformed. Must not be called from a running event
    loop.
    """
    source = CrawlSource(name=host_of(url), home=url, delay_s=pause_s)
    return asyncio.run(_look(source, visitors, ask))


async def _look(source: CrawlSource, visitors: Visitors, ask: Ask | None) -> SiteLook:
    async with looking(source, visitors, None, ask) as looker:
        home = (await looker.look([NewUrl(source.home, 0, UrlKind.HOME)]))[0]
        asked_s = looker.pause_s()
        pause_s = asked_s if asked_s is not None and asked_s > source.delay_s else None
        if home.page is None:
            return SiteLook(source.name, _listed(home), pause_s=pause_s)
        return SiteLook(
            name=source.name,
            home=_listed(home),
            feeds=await _looked(looker, _of_kind(home, UrlKind.FEED)[:MAX_FEEDS]),
            posts=await _looked(looker, _of_kind(home, UrlKind.POSTS)),
            sitemaps=await _sitemaps(looker, source, home),
            sections=await _sections(looker, home.page),
            pause_s=pause_s,
            notes=home.page.notes,
        )


async def _looked(looker: Looker, urls: Sequence[NewUrl]) -> tuple[Listed, ...]:
    return tuple(_listed(look) for look in await looker.look(urls))


async def _sitemaps(looker: Looker, source: CrawlSource, home: Look) -> tuple[Listed, ...]:
    """Return the sitemaps that robots.txt names; one that is only guessed counts when it is there."""
    named = looker.sitemaps()
    urls = sitemap_urls(unvisited(home.url), source, named)[:MAX_SITEMAPS]
    found = await _looked(looker, urls)
    guessed = {url.url for url in urls if is_guess(unvisited(url), source, named)}
    return tuple(one for one in found if one.url not in guessed or one.is_useful)


async def _sections(looker: Looker, page: Page) -> tuple[Listed, ...]:
    """Return the pages of the menu that list articles."""
    address = page.address or ""
    try:
        html = trim_attributes(decode(page.body, page.header("content-type"), address))
        menu = menu_links(html, address, packaged_lexicon())
    except HarvesterError:
        return ()  # the home page's own outcome shows why
    urls = [NewUrl(plain_url(check_url(url)), 0, UrlKind.SECTION) for url in menu[:MAX_SECTIONS]]
    return tuple(one for one in await _looked(looker, urls) if one.articles >= _MIN_LINKS)


def _of_kind(look: Look, kind: UrlKind) -> list[NewUrl]:
    return [new for new in look.reading.new if new.kind is kind]


def _listed(look: Look) -> Listed:
    articles = len(page_urls(look))
    sitemaps = len(_of_kind(look, UrlKind.SITEMAP))
    return Listed(look.url.url, look.reading.outcome, look.reading.evidence, articles, sitemaps)
