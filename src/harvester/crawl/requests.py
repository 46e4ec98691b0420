"""How a URL is asked for, and where a redirect to another host leads: pure decisions."""

from collections.abc import Mapping, Sequence
from dataclasses import astuple, fields, replace
from typing import Final

from harvester.crawl.discovery.sitemaps import MAX_SITEMAP_BYTES
from harvester.crawl.page_outcome import is_home
from harvester.crawl.schedule import SETTLED, UrlKind, is_conditional
from harvester.crawl.sources_file import CrawlSource
from harvester.crawl.state.changed_sources import UrlChoice
from harvester.crawl.state.rows import KnownUrl, Lease, NewUrl, digest_of
from harvester.crawl.visit import AnswerReading
from harvester.errors import Reason
from harvester.fetching import FetchFailure, Limits, Page, Step
from harvester.maildate import read_http_date
from harvester.rules.site_rules import Sites
from harvester.url_names import display_url
from harvester.urls import check_url, host_of, origin_of, same_site, target_of
from harvester.web_links import plain_url

_ANY_TYPE: Final = frozenset(
    {UrlKind.FEED, UrlKind.SITEMAP, UrlKind.POSTS}
)  # come under many types, JSON and gzip among them

_PASSING: Final = frozenset(
    {Reason.RATE_LIMITED, Reason.DEADLINE}
)  # what a run does not try again, and a later one may
_MISHAPS: Final = 2 * 3  # halves of a failure: a page that is missing three times in a row is missing

_MAX_VALIDATOR: Final = 1_000  # characters; ETags have 20 to 60

Homes = Mapping[str, tuple[tuple[str, int], ...]]  # host without "www." -> (path of a folder, number of a source)

# From host to host: each is a visit of its own, and a site that leads on and on would never end.
MAX_HOPS: Final = Limits().redirects

_USUAL_SITEMAP: Final = "/sitemap.xml"  # of most sites that have one


def step_for(url: KnownUrl) -> Step:
    """Return the request for a URL: conditional after a good answer, save every eighth time, of pages every fourth."""
    body_bytes = MAX_SITEMAP_BYTES if url.kind is UrlKind.SITEMAP else None
    return Step(url.url, any_type=url.kind in _ANY_TYPE, headers=condition_of(url), body_bytes=body_bytes)


def condition_of(url: KnownUrl) -> tuple[tuple[str, str], ...]:
    """Return the headers that ask only for what changed; none where there is nothing to compare with."""
    validator = url.memory.validator
    is_useless = url.kind is UrlKind.PAGE and url.memory.version is None
    if validator is None or is_useless or url.outcome not in SETTLED or not is_conditional(url.history, url.kind):
        return ()
    if not is_sendable(validator):
        return ()  # of an older harvester: it took any
    # An ETag without its quotes is one still.
    is_etag = validator.startswith(('"', "W/")) or read_http_date(validator) is None
    return (("If-None-Match" if is_etag else "If-Modified-Since", validator),)


def is_sendable(value: str) -> bool:
    """Return whether a header of ours may ask by a value: printable ASCII."""
    return value.isascii() and value.isprintable() and value.strip() != "*"  # which stands for any page


def validator_of(page: Page) -> str | None:
    """Return what the next request for a page may ask by: its ETag, or else Last-Modified; None: it gives neither."""
    values = (page.header(name) for name in ("etag", "last-modified"))
    return next((value for value in values if value and len(value) <= _MAX_VALIDATOR and is_sendable(value)), None)


def moved_reading(url: KnownUrl, source: CrawlSource, step: Step) -> AnswerReading:
    """Return what a redirect to another host means: another address of the same, or a way off the site."""
    target = plain_url(step.url)
    if not (same_site(target, source.home) or same_site(target, url.url)):
        return AnswerReading(Reason.REDIRECTED_OFF_SITE, f"redirects to {display_url(target)}")
    if url.kind is UrlKind.PAGE and is_home(target, source.home) and not is_home(url.url, source.home):
        return AnswerReading(Reason.SOFT_404, f"redirects to the home page {display_url(target)}")
    if url.hops >= MAX_HOPS:
        words = f"more than {MAX_HOPS} redirects from host to host, the last one to {display_url(target)}"
        return AnswerReading(Reason.REDIRECT_LOOP, words)
    new = NewUrl(target, url.source_id, url.kind, url.depth, hops=url.hops + 1)
    words = f"redirects to {display_url(target)}, which is visited by itself"
    return AnswerReading(Reason.DUPLICATE, words, new=(new,), moved_to=target)


def sitemap_urls(home: KnownUrl, source: CrawlSource, named: tuple[str, ...]) -> tuple[NewUrl, ...]:
    """Return the sitemaps that a site's robots.txt names, or the usual address where it names none."""
    listed = [*named] if "robots" in source.discover else []
    if not listed and not source.sitemaps and "sitemaps" in source.discover:
        listed = [check_url(f"{origin_of(home.url)}{_USUAL_SITEMAP}")]
    return tuple(NewUrl(url, home.source_id, UrlKind.SITEMAP) for url in dict.fromkeys(listed))


def is_guess(url: KnownUrl, source: CrawlSource, named: tuple[str, ...]) -> bool:
    """Return whether nobody named a sitemap, neither the source nor `named`, robots.txt: it need not be there."""
    is_usual = url.kind is UrlKind.SITEMAP and url.depth == 0 and target_of(url.url) == _USUAL_SITEMAP
    return is_usual and url.url not in source.sitemaps and url.url not in named


def is_mishap(url: KnownUrl, failure: FetchFailure) -> bool:
    """Return whether a later page of an article that is there already may come the next time: nothing is cut for it.

    A page that fails again and again is missing.
    """
    may_pass = failure.may_pass or failure.error.reason in _PASSING
    return url.memory.version is not None and may_pass and url.history.failures < _MISHAPS


def seeds_of(source: CrawlSource, number: int) -> tuple[NewUrl, ...]:
    """Return the URLs that a source names itself."""
    listed = ((UrlKind.FEED, source.feeds), (UrlKind.SITEMAP, source.sitemaps), (UrlKind.SECTION, source.sections))
    named = [NewUrl(url, number, kind) for kind, urls in listed for url in urls]
    return (*named, NewUrl(source.home, number, UrlKind.HOME)) if source.discover else tuple(named)


def lease_for(owner: str, seconds: float, sources: Mapping[int, CrawlSource]) -> Lease:
    """Return by what an owner takes hosts, with the pauses that sources, by the state's numbers, ask for."""
    named: dict[str, float] = {}
    for number, source in sources.items():
        for host in {host_of(source.home), *(host_of(seed.url) for seed in seeds_of(source, number))}:
            named[host] = max(named.get(host, 0.0), source.delay_s)
    return Lease(owner, seconds, {number: source.delay_s for number, source in sources.items()}, named)


def homes_of(sources: Mapping[int, CrawlSource]) -> Homes:
    """Return whose home page stands where: by host, the folder of the page and the source, the deepest folder first."""
    homes: dict[str, list[tuple[str, int]]] = {}
    for number, source in sources.items():
        folder = target_of(source.home).partition("?")[0].rpartition("/")[0] + "/"
        homes.setdefault(_bare_host(source.home), []).append((folder, number))
    return {host: tuple(sorted(found, key=lambda one: (-len(one[0]), one[1]))) for host, found in homes.items()}


def with_owners(
    new: Sequence[NewUrl], source: CrawlSource, homes: Homes, sources: Mapping[int, CrawlSource]
) -> tuple[NewUrl, ...]:
    """Return what a source names, the pages below another's home page as that one's, if that one wants them.

    An aggregator's feed is no way around what the source of a site says of its pages.
    """
    folders: dict[str, tuple[tuple[str, int], ...]] = {}  # by host: thousands of URLs are of a few
    kept = []
    for one in new:
        host = host_of(one.url)
        if host not in folders:
            folders[host] = () if same_site(one.url, source.home) else homes.get(_bare_host(one.url), ())
        owner = _owner_of(one, folders[host])
        if owner is None or sources[owner].wants(one.url):
            kept.append(one if owner is None else replace(one, source_id=owner))
    return tuple(kept)


def _owner_of(new: NewUrl, folders: tuple[tuple[str, int], ...]) -> int | None:
    """Return the number of the source whose folder a page is in; None: it is in none, or is no page."""
    if not folders or new.kind is not UrlKind.PAGE:
        return None
    target = target_of(new.url)
    return next((number for folder, number in folders if target.startswith(folder)), None)


def _bare_host(url: str) -> str:
    return host_of(url).removeprefix("www.")


def choice_of(source: CrawlSource, number: int) -> UrlChoice:
    """Return which URLs a source wants."""
    settings = (source.home, source.feeds, source.sitemaps, source.sections, sorted(source.discover))
    refused = sorted(rule.id + rule.url for site in source.sites.by_host.values() for rule in site.of("not_article"))
    digest = digest_of(repr((settings, source.include, source.exclude, *refused)).encode())
    return UrlChoice(number, digest, lambda url, kind: is_wanted(url, kind, source))


def digest_of_sources(sources: Sequence[CrawlSource]) -> int:
    """Return a 64-bit digest of the settings of sources, however their file is written."""
    names = [field.name for field in fields(CrawlSource)]
    rules: dict[int, object] = {}  # by identity: all sources share them
    settings = [[_plain(getattr(source, name), rules) for name in names] for source in sources]
    return digest_of(repr(sorted(settings, key=lambda one: str(one[0]))).encode())


def _plain(value: object, rules: dict[int, object]) -> object:
    """Return a setting as its `repr` is the same for all that are equal."""
    if isinstance(value, Sites):
        if id(value) not in rules:
            rules[id(value)] = astuple(value)
        return rules[id(value)]
    return sorted(value) if isinstance(value, frozenset) else value


def is_wanted(url: str, kind: UrlKind, source: CrawlSource) -> bool:
    """Return whether a source wants a known URL to be visited as what it is.

    Where a redirect led to a listing, it is not: what it is redirected from names it anew.
    """
    match kind:
        case UrlKind.PAGE:
            return source.wants(url)
        case UrlKind.FEED:
            return url in source.feeds or "feeds" in source.discover
        case UrlKind.SITEMAP:
            return bool(source.sitemaps) or not source.discover.isdisjoint({"robots", "sitemaps"})
        case UrlKind.SECTION:
            return url in source.sections
        case UrlKind.HOME:
            return bool(source.discover) and url == source.home
        case UrlKind.POSTS:
            return "wordpress" in source.discover
