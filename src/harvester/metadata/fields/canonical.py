"""The addresses that the page gives itself: its own, its AMP version, its translations."""

import re
from collections.abc import Iterator
from operator import attrgetter
from typing import Final

from harvester.metadata.evidence import FieldReading, evidence, reading
from harvester.metadata.language_tags import normal_tag
from harvester.metadata.lookup.structured_data import ArticleLookups, absolute
from harvester.metadata.place_trust import PlaceTrust
from harvester.models import Alternate
from harvester.rules.lexicon import Lexicon
from harvester.urls import join_quickly, loose_host, loose_origin, loose_path, same_site

# How often it leads to where the page was fetched, or another record has it.
TRUST: Final = PlaceTrust(
    {
        "link": 4.0,
        "meta": 2.4,
        "json-ld": 2.4,
    }
)
# How often it is on the page's own domain.
AMP_TRUST: Final = PlaceTrust({"link": 3.9})
# Read: all of 10.
ALTERNATES_TRUST: Final = PlaceTrust({"link": 2.4})
MAX_ALTERNATES: Final = 60  # a site in all languages of the Union, and in some more
_SUBDOMAIN: Final = re.compile(r"^(?:(?:www\d?|m|mobile|amp|edition)\.)+(?=[^.]+\.)")
_HOME: Final = re.compile(r"(?:[a-z]{2}(?:-[a-z]{2})?/?)?(?:(?:index|home|default)\.\w{2,5})?", re.IGNORECASE)
_FILE_END: Final = re.compile(r"(?:\.\w{2,5}|/)$")
# A number in the query tells an article; those of campaigns and of whoever came do not.
_NUMBERED: Final = re.compile(r"(?:^|&)(?!utm|fbclid|gclid|ref|s(?:ession)?id|v=)[^=&]+=[^=&]*\d", re.IGNORECASE)
_LANGUAGE: Final = re.compile(r"(?:[a-z]{2,3}(?:[-_][a-z0-9]{2,8})*|x-default)", re.IGNORECASE)


_rel: Final = attrgetter("rel")
_hreflang: Final = attrgetter("hreflang")


def read_canonical(lookups: ArticleLookups) -> FieldReading[str] | None:
    """Return the canonical URL, absolute, when it is of the same site as the page.

    A page whose own URL is not known has none to contradict: there an absolute one is taken.
    """
    for href, origin in _candidates(lookups):
        url = _own(lookups, href)
        if url is not None:
            return reading("canonical_url", url, origin)
    return None


def read_amp(lookups: ArticleLookups) -> FieldReading[str] | None:
    """Return the address of the page's AMP version, absolute."""
    links = lookups.document.links
    for link in links if "amphtml" in " ".join(map(_rel, links)) else ():
        if "amphtml" in link.rel.split():
            url = absolute(lookups, link.href)
            if url is not None:
                return reading("amp_url", url, "link:amphtml")
    return None


def read_alternates(lookups: ArticleLookups) -> FieldReading[tuple[Alternate, ...]] | None:
    """Return the addresses of the same article in other languages, in the order of the page; not of feeds and media."""
    found: dict[str, Alternate] = {}
    links = lookups.document.links
    for link in links if any(map(_hreflang, links)) else ():
        if link.hreflang and "alternate" in link.rel.split() and _LANGUAGE.fullmatch(link.hreflang.strip()):
            url = absolute(lookups, link.href)
            tag = "x-default" if link.hreflang.strip().lower() == "x-default" else normal_tag(link.hreflang.strip())
            if url is not None and tag is not None:
                found.setdefault(tag, Alternate(tag, url))
    alternates = tuple(found.values())[:MAX_ALTERNATES]
    if not alternates or {one.url for one in alternates} == {absolute(lookups, lookups.address or "")}:
        return None
    return FieldReading(alternates, (evidence("alternates", ", ".join(found), "link:alternate"),))


def _candidates(lookups: ArticleLookups) -> Iterator[tuple[str, str]]:
    links = (link for link in lookups.document.links if "canonical" in link.rel)
    yield from ((link.href, "link:canonical") for link in links if "canonical" in link.rel.split())
    yield from ((value, "meta:og:url") for value in lookups.metas.get("og:url", ()))
    url = lookups.value("url")
    if isinstance(url, str):
        yield url, "json-ld:url"


def _own(lookups: ArticleLookups, href: str) -> str | None:
    if not href.strip():
        return None
    if lookups.address is None:
        return _absolute(href)
    url = absolute(lookups, href)
    if url is None:
        return None
    if _is_home(url, lookups.lexicon) and not _is_home(lookups.address, lookups.lexicon):
        return None  # a template that says the same of every page
    return url if loose_origin(url) == loose_origin(lookups.address) or _is_same_site(url, lookups.address) else None


def _is_home(url: str, lexicon: Lexicon) -> bool:
    """Return whether a URL is a site's first page, in whatever language; "/?p=1234" is one of its articles."""
    path = loose_path(url)
    if _NUMBERED.search(url.partition("#")[0].partition("?")[2]):
        return False
    return not path or bool(_HOME.fullmatch(path)) or _FILE_END.sub("", path).lower() in lexicon.words("paths.homes")


def _is_same_site(url: str, address: str) -> bool:
    ours, theirs = _bare_host(address), _bare_host(url)
    if ours == theirs or ours.split(".")[-2:] != theirs.split(".")[-2:]:  # spares most pages the public suffix list
        return ours == theirs
    if ours.endswith(f".{theirs}") or theirs.endswith(f".{ours}"):
        return True
    checked = _absolute(url)
    return checked is not None and same_site(checked, address)


def _bare_host(url: str) -> str:
    """Return the host without the labels that sites put before their domain."""
    return _SUBDOMAIN.sub("", loose_host(url))


def _absolute(href: str) -> str | None:
    return join_quickly("", href)
