"""The licence of the text, where the page names one."""

import re
from collections.abc import Iterator
from functools import lru_cache
from operator import attrgetter, itemgetter
from typing import Final

from harvester.metadata.evidence import FieldReading, reading
from harvester.metadata.lookup import container_names as called
from harvester.metadata.lookup.page_index import one_line
from harvester.metadata.lookup.regions import removed_as
from harvester.metadata.lookup.structured_data import ArticleLookups, absolute
from harvester.metadata.place_trust import PlaceTrust
from harvester.models import Block, Role
from harvester.rules.alternation import whole_words
from harvester.rules.kind_names import KindName
from harvester.rules.lexicon import RULES_CACHED, Lexicon
from harvester.rules.phrases import Finder, finder

# Read: all of 29.
TRUST: Final = PlaceTrust(
    {
        "block": 3.9,
        "link": 2.4,
        "json-ld": 2.4,
        "meta": 2.4,
    }
)
MAX_NOTICE_CHARS: Final = 420
# Of a link, and of an inline element with its block.
_rel: Final = attrgetter("rel")
_href: Final = attrgetter("href")
_span: Final = itemgetter(1)
_CC_URL: Final = re.compile(
    r"^https?://(?:www\.)?creativecommons\.org/(?:licenses|publicdomain)/[a-z0-9.+/-]+", re.IGNORECASE
)


def read_licence(lookups: ArticleLookups) -> FieldReading[str] | None:
    """Return the licence's URL, else the notice as printed; "all rights reserved" is none."""
    for href, origin in _links(lookups):
        url = absolute(lookups, href)
        if url is not None:
            return reading("licence", url, origin)
    for index in lookups.page_index.removed_as(KindName.REPOST_NOTICE, KindName.COPYRIGHT_NOTICE, KindName.SITE_FOOTER):
        block = lookups.document.blocks[index]
        if len(block.text) <= MAX_NOTICE_CHARS and names_licence(block.text, lookups.lexicon):
            return reading("licence", one_line(block), f"block:{index}")
    return None


def _links(lookups: ArticleLookups) -> Iterator[tuple[str, str]]:
    for link in lookups.document.links if "licen" in " ".join(map(_rel, lookups.document.links)) else ():
        if "licen" in link.rel and {"license", "licence"} & set(link.rel.split()):
            yield link.href, "link:license"
    for value in (lookups.value("license"), lookups.value("licence")):
        if isinstance(value, str) and "://" in value:
            yield value, "json-ld:license"
    for name in ("dcterms.license", "dc.rights", "dcterms.rights", "rights", "licence", "license"):
        yield from (
            (value, f"meta:{name}") for value in lookups.metas.get(name, ()) if "://" in value and " " not in value
        )
    marked = lookups.page_index.marked
    may_be = "licen" in lookups.page_index.marked_rels or "creativecommons" in " ".join(map(_href, map(_span, marked)))
    for index, span in marked if may_be else ():
        if not span.href or not ("creativecommons" in span.href or "licen" in span.rel.lower()):  # as most
            continue
        if _licences(span.rel, span.href) and not _of_picture(lookups, lookups.document.blocks[index]):
            yield span.href, f"block:{index}"


def _licences(rel: str, href: str) -> bool:
    if "licen" in rel.lower() and {"license", "licence"} & set(rel.lower().split()):
        return True
    return "creativecommons" in href and bool(_CC_URL.match(href))


def _of_picture(lookups: ArticleLookups, block: Block) -> bool:
    """Return whether a licence is a picture's rather than the text's."""
    if (
        block.role is Role.CAPTION
        or removed_as(block, KindName.CAPTION, KindName.PHOTO_CREDIT)
        or _names_pictures(block.text, lookups.lexicon)
    ):
        return True
    return bool(lookups.page_index.names.around(block.element) & called.FIGURE)


def names_licence(text: str, lexicon: Lexicon) -> bool:
    """Return whether a text names the licence under which it may be printed; what speaks of pictures does not."""
    return _holds(text, _notice_finder(lexicon)) and not _names_pictures(text, lexicon)


def _names_pictures(text: str, lexicon: Lexicon) -> bool:
    return _holds(text, _picture_finder(lexicon))


def _holds(text: str, find: Finder) -> bool:
    """Return whether a phrase of `find` is in a text as whole words: a pattern of all of them takes long to compile."""
    words = find(text)
    return bool(words) and _whole(words).search(text) is not None


@lru_cache(maxsize=RULES_CACHED)
def _notice_finder(lexicon: Lexicon) -> Finder:
    return finder(lexicon.words("licence.notices") | lexicon.licences)


@lru_cache(maxsize=256)
def _whole(words: frozenset[str]) -> re.Pattern[str]:
    return whole_words(words)


@lru_cache(maxsize=RULES_CACHED)
def _picture_finder(lexicon: Lexicon) -> Finder:
    return finder(lexicon.words("licence.pictures") | lexicon.picture_sites)
