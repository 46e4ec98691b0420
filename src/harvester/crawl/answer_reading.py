"""What a worker process makes of one answer: an article, or the links of a listing; pure, and picklable both ways."""

import re
from dataclasses import replace
from datetime import UTC, datetime
from typing import Final

from harvester.crawl.discovery.feeds import read_feed
from harvester.crawl.discovery.found_link import FoundLink, Origin, is_on_site
from harvester.crawl.discovery.links import KnownPaths, article_links, page_feeds
from harvester.crawl.discovery.sitemaps import SitemapBudget, read_sitemap, within
from harvester.crawl.discovery.url_patterns import SiteUrlPattern
from harvester.crawl.discovery.wordpress import looks_like_wordpress, named_rest_url, read_posts, rest_url
from harvester.crawl.opt_outs import Signals, read_signals
from harvester.crawl.page_outcome import SiteTexts, canonical_doubt, classify, without_advice
from harvester.crawl.reposts import article_simhash, story_keys
from harvester.crawl.schedule import UrlKind
from harvester.crawl.state.rows import NewUrl
from harvester.crawl.visit import AnswerReading, Visit
from harvester.decode import read_text
from harvester.dom import read_head, trim_attributes
from harvester.errors import HarvesterError, InputError, NoArticle, ParserLimit, Reason
from harvester.fetching import PRODUCT, Limits
from harvester.models import Article, Document, Page
from harvester.native import CORE
from harvester.pagination import MAX_PAGES, next_page
from harvester.rules.lexicon import Lexicon
from harvester.url_names import display_url
from harvester.urls import host_of

# Opt-outs that are in the wrong place are meant as well.
_OPT_OUT: Final = re.compile(rf"<meta\s[^<>]*?(?<![a-z])(?:robots|{PRODUCT}|tdm-)".encode(), re.IGNORECASE)
# https://html.spec.whatwg.org/multipage/semantics.html#attr-meta-http-equiv-refresh
_REFRESH: Final = re.compile(
    r"""\s*(?P<seconds>\d{1,4})(?:\.\d*)?\s*[;,]\s*(?:url\s*=)?\s*["']?(?P<url>[^"'\s][^"']{0,2048})""", re.IGNORECASE
)
# All pages of an article are held until its last one is read, of as many hosts as there are: together they hold little
# more than one page may.
MAX_STORY_BYTES: Final = Limits().body_bytes
_AT_ONCE_S: Final = 10  # "you will be redirected in 5 seconds"; pages that load anew for the news take minutes
_EMPTY: Final = frozenset(
    {Reason.NOT_ARTICLE, Reason.INDEX_PAGE, Reason.NEEDS_JS}
)  # outcomes of pages that only lead on


def read_answer(visit: Visit) -> AnswerReading:
    """Return what the answer holds; what is wrong with it is an outcome."""
    try:
        return _READERS[visit.url.kind](visit)
    except HarvesterError as error:
        leads_on = visit.url.kind is UrlKind.PAGE and error.reason == Reason.EMPTY_INPUT
        target = _refresh_of(visit.pages[0], None) if leads_on else None
        return AnswerReading(error.reason, error.explanation, refresh_url=target)


def _read_feed(visit: Visit) -> AnswerReading:
    page = visit.pages[0]
    feed = read_feed(page.body, page.header("content-type"), page.address or "", _written_date)
    if feed.problems and not feed.links:
        return AnswerReading(Reason.NOT_ARTICLE, _refusal("no feed", feed.problems[0], page))
    ttl_s = None if feed.ttl_s is None else int(feed.ttl_s)
    return AnswerReading(Reason.OK, _first(feed.problems), new=_pages(visit, feed.links), ttl_s=ttl_s)


def _read_sitemap(visit: Visit) -> AnswerReading:
    page = visit.pages[0]
    whole = read_sitemap(page.body, page.header("content-type"), page.address or "", _written_date)
    if whole.problems and not whole.links and not whole.nested:
        return AnswerReading(Reason.NOT_ARTICLE, _refusal("no sitemap", whole.problems[0], page))
    sitemap = within(whole, visit.source.home, visit.url.depth, SitemapBudget())
    source, depth = visit.url.source_id, visit.url.depth + 1
    nested = tuple(
        NewUrl(one.url, source, UrlKind.SITEMAP, depth, seconds_of(one.modified), is_archive=True)
        for one in sitemap.nested
    )
    return AnswerReading(Reason.OK, _first(sitemap.problems), new=(*nested, *_pages(visit, sitemap.links)))


def _pages(visit: Visit, links: tuple[FoundLink, ...]) -> tuple[NewUrl, ...]:
    """Return the links that the source wants, each once."""
    wanted = {link.url: link for link in links if visit.source.wants(link.url)}
    source = visit.url.source_id
    return tuple(
        NewUrl(link.url, source, modified_at=seconds_of(link.modified), is_archive=link.origin == "sitemap")
        for link in wanted.values()
    )


# ── articles ──────────────────────────────────────────────────────────────────────────────────


def _read_page(visit: Visit) -> AnswerReading:
    html = _markup(visit.pages[0])
    more = None if visit.context.is_last else _next_of(visit, html)
    if more is not None and len(visit.pages) > 1:
        return AnswerReading(Reason.OK, next_url=more)
    result = _clean(visit)
    if more is not None and isinstance(result, Article):  # else a list or a shop, whose pages are not fetched
        return AnswerReading(Reason.OK, article=result, next_url=more)
    return _judged(visit, html, result)


def _judged(visit: Visit, html: bytes, result: Article | HarvesterError) -> AnswerReading:
    """Return what a page is, with the article that was found on it or why none was.

    `html` is the markup of the first of its pages.
    """
    first = visit.pages[0]
    head = None if isinstance(result, ParserLimit | InputError) else _head(html)
    texts = SiteTexts(visit.source.home, visit.context.facts.probes)
    classified = classify(first, result, texts, head, packaged_lexicon())
    outcome, evidence = classified.outcome, classified.evidence
    if head is not None and outcome in _EMPTY and (target := _refresh_of(first, head)):
        return AnswerReading(outcome, evidence, refresh_url=target)
    signals = read_signals(first, head, visit.context.facts.site) if head is not None else Signals()
    doubt = canonical_doubt(first, head, visit.source.home) if head is not None else None
    found = (*signals.found, doubt) if doubt else signals.found
    if outcome in _EMPTY and evidence:
        evidence = _with_target(evidence, first)
    reading = AnswerReading(outcome, evidence, signals=found, shape=_learned(visit, outcome))
    if outcome != Reason.OK or not isinstance(result, Article):
        leads_on = outcome == Reason.INDEX_PAGE and "links" in visit.source.discover
        new = (
            _pages(visit, article_links(trim_attributes(html.decode()), first.address or "", _known(visit)))
            if leads_on
            else ()
        )
        return replace(reading, archivable=False, new=new)
    if not signals.keeps_article(visit.source.tdm):
        return replace(reading, outcome=Reason.ROBOTS_DENIED, evidence="; ".join(signals.found), archivable=False)
    kept = replace(reading, paywalled=classified.paywalled, archivable=signals.keeps_archive(visit.source.tdm))
    story = article_simhash(result)
    return replace(kept, article=result, story=story, keys=story_keys(result, story))


def _refresh_of(page: Page, head: Document | None) -> str | None:
    """Return where a page sends its readers without being asked; None: nowhere, or after they have read it."""
    said = [meta.content for meta in head.metas if meta.name == "refresh"] if head is not None else []
    orders = map(_REFRESH.match, (page.header("refresh") or "", *said))  # browsers take the header first
    found = next((match for match in orders if match and int(match["seconds"]) <= _AT_ONCE_S), None)
    return found["url"].strip() if found else None


def _next_of(visit: Visit, html: bytes) -> str | None:
    """Return the URL of the article's page after the last of `visit`; of the same host, and none of those before.

    `html` is the markup of the first one.
    """
    page, number = visit.pages[-1], len(visit.pages)
    url = page.address or ""
    if number >= MAX_PAGES or sum(len(one.body) for one in visit.pages) >= MAX_STORY_BYTES:
        return None
    found = next_page(html if number == 1 else _markup(page), url, packaged_lexicon(), number)
    known = {address for one in visit.pages for address in (one.url, one.address)}
    return found if found is not None and found not in known and host_of(found) == host_of(url) else None


def _clean(visit: Visit) -> Article | HarvesterError:
    """Return the article on all pages, or why there is none."""
    from harvester.multipage import clean_pages  # noqa: PLC0415 - classifier and rules load in the workers only

    try:
        site = visit.source.sites.of(visit.pages[0].address)
        return clean_pages(visit.pages, visit.context.memory, visit.source.page_types, visit.first, site)
    except HarvesterError as error:
        return error


def packaged_lexicon() -> Lexicon:
    """Return the words that come with the package: this process reads answers, and nobody passes it any."""
    from harvester.rules.load import load_rules  # noqa: PLC0415 - as above

    return load_rules().lexicon


def _written_date(text: str) -> str | None:
    """Return a date as people write it; the names of months are loaded for the few lists that have them."""
    from harvester.metadata.lookup.date_text import parse_date  # noqa: PLC0415 - as above

    return parse_date(text, packaged_lexicon())


def _markup(page: Page) -> bytes:
    """Return the text of a page as UTF-8, which most pages are as they come."""
    markup = read_text(page.body, page.header("content-type"), page.address or "the page").markup
    return markup if isinstance(markup, bytes) else markup.encode(errors="ignore")


def _head(html: bytes) -> Document:
    """Return what a page declares about itself; its body is read only where something of it is needed."""
    body = html.find(b"<body")
    is_enough = body > 0 and not _has_opt_out(html, body)
    return read_head(trim_attributes((html[:body] if is_enough else html).decode()))


def _has_opt_out(html: bytes, start: int) -> bool:
    """Return whether a page says from `start` on what it reserves."""
    if CORE is None:
        return _OPT_OUT.search(html, start) is not None
    while (start := CORE.find_opening(html, b"meta", start)) >= 0:
        if _OPT_OUT.match(html, start):
            return True
        start += 1
    return False


def _known(visit: Visit) -> KnownPaths:
    return KnownPaths(SiteUrlPattern.from_json(visit.context.shape), packaged_lexicon())


def _learned(visit: Visit, outcome: Reason) -> str | None:
    """Return what is known of the source's URLs after this one; None where that is no more than before."""
    url = visit.pages[0].address
    if url is None or outcome not in (Reason.OK, Reason.NOT_ARTICLE, Reason.INDEX_PAGE, Reason.SOFT_404):
        return None
    before = SiteUrlPattern.from_json(visit.context.shape)
    after = before.learn([(url, outcome == Reason.OK)])
    return after.to_json() if after != before else None


# ── listings ──────────────────────────────────────────────────────────────────────────────────


def _read_listing(visit: Visit) -> AnswerReading:
    page, discover = visit.pages[0], visit.source.discover
    html, url = trim_attributes(_markup(page).decode()), page.address or visit.source.home
    origin: Origin = "home" if visit.url.kind is UrlKind.HOME else "section"
    named = visit.url.kind is UrlKind.SECTION or "links" in discover
    links = article_links(html, url, _known(visit), origin) if named else ()
    feeds = page_feeds(html, url) if "feeds" in discover else ()
    posts = _posts_url(html, url, feeds) if "wordpress" in discover else None
    listings = [(feed.url, UrlKind.FEED) for feed in feeds] + ([(posts, UrlKind.POSTS)] if posts else [])
    new = tuple(NewUrl(address, visit.url.source_id, kind) for address, kind in listings if is_on_site(address, url))
    if not links and not new:
        return _barren(page)
    return AnswerReading(Reason.OK, new=(*new, *_pages(visit, links)))


def _posts_url(html: str, url: str, feeds: tuple[FoundLink, ...]) -> str | None:
    """Return where a WordPress site lists its posts: as it names it, or by guess where there is no feed either."""
    named = named_rest_url(read_head(html), url)
    return named or (rest_url(url) if not feeds and looks_like_wordpress(html) else None)


def _barren(page: Page) -> AnswerReading:
    """Return why a listing has no links: a wall or an empty shell, or just none."""
    from harvester.cleaning import clean_page  # noqa: PLC0415 - as above

    try:
        clean_page(page)
    except NoArticle as error:
        if error.reason not in (Reason.NOT_ARTICLE, Reason.INDEX_PAGE):
            return AnswerReading(error.reason, error.explanation)
    return AnswerReading(Reason.OK, "no links to articles or feeds on it")


def _read_posts(visit: Visit) -> AnswerReading:
    page = visit.pages[0]
    posts = read_posts(page.body, page.address or "")
    if not posts:
        return AnswerReading(Reason.NOT_ARTICLE, "no list of WordPress posts")
    return AnswerReading(Reason.OK, new=_pages(visit, posts))


_READERS: Final = {
    UrlKind.PAGE: _read_page,
    UrlKind.FEED: _read_feed,
    UrlKind.SITEMAP: _read_sitemap,
    UrlKind.SECTION: _read_listing,
    UrlKind.HOME: _read_listing,
    UrlKind.POSTS: _read_posts,
}


def seconds_of(moment: str | None) -> int | None:
    """Return the seconds since 1970 of an ISO 8601 time; a day counts from its end, so that it is not missed."""
    if moment is None:
        return None
    try:
        found = datetime.fromisoformat(moment)
    except ValueError:
        return None
    aware = found if found.tzinfo else found.replace(tzinfo=UTC)
    return int(aware.timestamp())


def _refusal(what: str, problem: str, page: Page) -> str:
    """Return the problem as evidence that begins with `what`, once; of a list that leads elsewhere, also where to."""
    plain = without_advice(problem)
    words = plain if plain.startswith(f"{what}:") else f"{what}: {plain}"
    return _with_target(words, page)


def _with_target(words: str, page: Page) -> str:
    """Return words about a page, and where it redirects, if it does."""
    return f"{words}; it redirects to {display_url(page.address)}" if page.chain and page.address else words


def _first(problems: tuple[str, ...]) -> str | None:
    return problems[0] if problems else None
