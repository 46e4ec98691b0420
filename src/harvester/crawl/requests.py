"""How a URL is asked for, and where a redirect to another host leads: pure decisions."""

from collections.abc import Sequence
from dataclasses import astuple, fields
from typing import Final

from harvester.crawl.discovery.sitemaps import MAX_SITEMAP_BYTES
from harvester.crawl.schedule import SETTLED, Kind, is_conditional
from harvester.crawl.sources_file import Source
from harvester.crawl.state.changed_sources import Choice
from harvester.crawl.state.rows import KnownUrl, NewUrl, hash_of
from harvester.crawl.visit import AnswerReading
from harvester.errors import Reason
from harvester.fetching import Failure, Page, Step
from harvester.rules.site_rules import Sites
from harvester.urls import check_url, display_url, origin_of, same_site, target_of
from harvester.web_links import plain_url

_ANY_TYPE: Final = frozenset({Kind.FEED, Kind.SITEMAP, Kind.POSTS})  # come under many types, JSON and gzip among them

_PASSING: Final = frozenset(
    {Reason.RATE_LIMITED, Reason.DEADLINE}
)  # what a run does not try again, and a later one may
_MISHAPS: Final = 2 * 3  # halves of a failure: a page that is missing three times in a row is missing

_MAX_VALIDATOR: Final = 1_000  # characters; ETags have 20 to 60

_USUAL_SITEMAP: Final = "/sitemap.xml"  # of most sites that have one


def step_for(url: KnownUrl) -> Step:
    """Return the request for a URL: conditional after a good answer, save every eighth time, of pages every fourth."""
    body_bytes = MAX_SITEMAP_BYTES if url.kind is Kind.SITEMAP else None
    return Step(url.url, any_type=url.kind in _ANY_TYPE, headers=condition_of(url), body_bytes=body_bytes)


def condition_of(url: KnownUrl) -> tuple[tuple[str, str], ...]:
    """Return the headers that ask only for what changed; none where there is nothing to compare with."""
    validator = url.memory.validator
    is_useless = url.kind is Kind.PAGE and url.memory.version is None
    if validator is None or is_useless or url.outcome not in SETTLED or not is_conditional(url.rhythm, url.kind):
        return ()
    if not is_sendable(validator):
        return ()  # of an older harvester: it took any
    is_etag = validator.startswith(('"', "W/"))
    return (("If-None-Match" if is_etag else "If-Modified-Since", validator),)


def is_sendable(value: str) -> bool:
    """Return whether a header of ours may hold a value: printable ASCII."""
    return value.isascii() and value.isprintable()


def validator_of(page: Page) -> str | None:
    """Return what the next request for a page may ask by: its ETag, or else Last-Modified; None: it gives neither."""
    values = (page.header(name) for name in ("etag", "last-modified"))
    return next((value for value in values if value and len(value) <= _MAX_VALIDATOR and is_sendable(value)), None)


def moved_reading(url: KnownUrl, source: Source, step: Step) -> AnswerReading:
    """Return what a redirect to another host means: another address of the same, or a way off the site."""
    target = plain_url(step.url)
    if not (same_site(target, source.home) or same_site(target, url.url)):
        return AnswerReading(Reason.REDIRECTED_OFF_SITE, f"redirects to {display_url(target)}")
    new = NewUrl(target, url.source_id, url.kind, url.depth)
    words = f"redirects to {display_url(target)}, which is visited by itself"
    return AnswerReading(Reason.DUPLICATE, words, new=(new,), moved_to=target)


def sitemap_urls(home: KnownUrl, source: Source, named: tuple[str, ...]) -> tuple[NewUrl, ...]:
    """Return the sitemaps that a site's robots.txt names, or the usual address where it names none."""
    listed = [*named] if "robots" in source.discover else []
    if not listed and not source.sitemaps and "sitemaps" in source.discover:
        listed = [check_url(f"{origin_of(home.url)}{_USUAL_SITEMAP}")]
    return tuple(NewUrl(url, home.source_id, Kind.SITEMAP) for url in dict.fromkeys(listed))


def is_guess(url: KnownUrl, source: Source, named: tuple[str, ...]) -> bool:
    """Return whether nobody named a sitemap, neither the source nor `named`, robots.txt: it need not be there."""
    is_usual = url.kind is Kind.SITEMAP and url.depth == 0 and target_of(url.url) == _USUAL_SITEMAP
    return is_usual and url.url not in source.sitemaps and url.url not in named


def is_mishap(url: KnownUrl, failure: Failure) -> bool:
    """Return whether a later page of an article that is there already may come the next time: nothing is cut for it.

    A page that fails again and again is missing.
    """
    may_pass = failure.may_pass or failure.error.reason in _PASSING
    return url.memory.version is not None and may_pass and url.rhythm.failures < _MISHAPS


def seeds_of(source: Source, number: int) -> tuple[NewUrl, ...]:
    """Return the URLs that a source names itself."""
    listed = ((Kind.FEED, source.feeds), (Kind.SITEMAP, source.sitemaps), (Kind.SECTION, source.sections))
    named = [NewUrl(url, number, kind) for kind, urls in listed for url in urls]
    return (*named, NewUrl(source.home, number, Kind.HOME)) if source.discover else tuple(named)


def choice_of(source: Source, number: int) -> Choice:
    """Return which URLs a source wants."""
    settings = (source.home, source.feeds, source.sitemaps, source.sections, sorted(source.discover))
    refused = sorted(rule.id + rule.url for site in source.sites.by_host.values() for rule in site.of("not_article"))
    digest = hash_of(repr((settings, source.include, source.exclude, *refused)))
    return Choice(number, digest, lambda url, kind: is_wanted(url, kind, source))


def digest_of_sources(sources: Sequence[Source]) -> int:
    """Return a 64-bit digest of the settings of sources, however their file is written."""
    names = [field.name for field in fields(Source)]
    rules: dict[int, object] = {}  # by identity: all sources share them
    settings = [[_plain(getattr(source, name), rules) for name in names] for source in sources]
    return hash_of(repr(sorted(settings, key=lambda one: str(one[0]))))


def _plain(value: object, rules: dict[int, object]) -> object:
    """Return a setting as its `repr` is the same for all that are equal."""
    if isinstance(value, Sites):
        if id(value) not in rules:
            rules[id(value)] = astuple(value)
        return rules[id(value)]
    return sorted(value) if isinstance(value, frozenset) else value


def is_wanted(url: str, kind: Kind, source: Source) -> bool:
    """Return whether a source wants a known URL to be visited as what it is.

    Where a redirect led to a listing, it is not: what it is redirected from names it anew.
    """
    match kind:
        case Kind.PAGE:
            return source.wants(url)
        case Kind.FEED:
            return url in source.feeds or "feeds" in source.discover
        case Kind.SITEMAP:
            return bool(source.sitemaps) or not source.discover.isdisjoint({"robots", "sitemaps"})
        case Kind.SECTION:
            return url in source.sections
        case Kind.HOME:
            return bool(source.discover) and url == source.home
        case Kind.POSTS:
            return "wordpress" in source.discover
