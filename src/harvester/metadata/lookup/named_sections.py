"""The sections that a page names, by which a section before its headline is known."""

import re
from collections.abc import Iterator
from functools import lru_cache
from typing import Final
from urllib.parse import unquote

from harvester.metadata.lookup.json_ld import Node, as_list, same_page
from harvester.metadata.lookup.page_index import MAX_MENU_CHARS, key_of
from harvester.metadata.lookup.structured_data import SiteLookups
from harvester.rules.kind_names import KindName
from harvester.rules.lexicon import RULES_CACHED, Lexicon, months_for
from harvester.text import has_digit
from harvester.urls import loose_path

SECTION_METAS: Final = (
    "article:section",
    "parsely-section",
    "cxenseparse:section",
    "og:article:section",
    "sailthru.section",
    "section",
    "category",
)
MAX_BREADCRUMBS: Final = 20  # blocks
_NAVIGATION_MARKS: Final = " \t\n‹›«»<>←→|/-–—:."
_LETTERS: Final = re.compile(r"[^\d\s_.,;:/|()<>«»‹›–—-]+")
_LISTS: Final = frozenset({"tag", "category"})  # in a link's rel


def named_sections(lookups: SiteLookups) -> frozenset[str]:
    """Return, folded, the sections in the page's records, breadcrumb, menus and address; not its own headings."""
    return (lookups.page_index.menu | frozenset(map(key_of, _said(lookups)))) - _own(lookups)


def sections_above(lookups: SiteLookups, block: int) -> frozenset[str]:
    """Return, folded, the sections that the page names elsewhere than below a block: there, links are topics."""
    lines = (one for one in lookups.document.blocks[:block] if one.link_chars * 2 > len(one.text))
    links = (span.text for one in lines for span in one.spans if span.tag == "a")
    entries = (text for text in links if 0 < len(text) <= MAX_MENU_CHARS)
    return frozenset(map(key_of, (*entries, *_said(lookups)))) - _own(lookups)


def names_section(lookups: SiteLookups, text: str) -> bool:
    """Return whether a line is a section or a topic, by a record, the breadcrumb, the address or its own link."""
    key = key_of(text)
    if key in map(key_of, _said(lookups)):
        return True
    marked = (span for _, span in lookups.page_index.marked if "tag" in span.rel or "category" in span.rel)
    links = (span for span in marked if not _LISTS.isdisjoint(span.rel.split()))
    return any(key_of(span.text) == key for span in links)


@lru_cache(maxsize=1024)  # as sections, few
def names_month(text: str, lexicon: Lexicon) -> bool:
    """Return whether a text is a month of a year, as archives call theirs: "March 2024"."""
    if text.isascii() and not has_digit(text):  # as most texts
        return False
    words = text.casefold().replace(",", " ").split()
    is_dated = len(words) > 1 and any(word.isdigit() for word in words)
    return is_dated and all(word.isdigit() or word.strip(".") in months_for(None, lexicon) for word in words)


@lru_cache(maxsize=1024)  # as sections, few
def leads_about(text: str, lexicon: Lexicon) -> bool:
    """Return whether a text is a label of the navigation: "Menü", "Zur Startseite", "Page 2 of 5", "Back to news"."""
    if key_of(text) in lexicon.no_section:
        return True
    folded = text.casefold().strip(_NAVIGATION_MARKS)
    if has_digit(folded):
        words, pages = frozenset(_LETTERS.findall(folded)), lexicon.words("site.page_words")
        return not words.isdisjoint(pages) and words <= pages | lexicon.words("site.page_joins")
    starts = _back_starts(lexicon).get(folded.partition(" ")[0], ())
    return any(folded.startswith(f"{start} ") for start in starts)


@lru_cache(maxsize=RULES_CACHED)
def _back_starts(lexicon: Lexicon) -> dict[str, tuple[str, ...]]:
    """Return how labels that lead back begin, by their first word."""
    starts = lexicon.words("site.back_to")
    firsts = {start.partition(" ")[0] for start in starts}
    return {first: tuple(one for one in starts if one.partition(" ")[0] == first) for first in firsts}


def _own(lookups: SiteLookups) -> frozenset[str]:
    blocks = lookups.document.blocks
    return frozenset([key_of(blocks[index].text) for index in lookups.page_index.tops])


def _said(lookups: SiteLookups) -> Iterator[str]:
    yield from lookups.texts(lookups.value("articleSection"))
    for name in SECTION_METAS:
        yield from lookups.metas.get(name, ())
    for node in lookups.breadcrumbs:
        yield from _steps(lookups, node)
    for index in lookups.page_index.removed_as(KindName.BREADCRUMB, KindName.SECTION_LABEL)[:MAX_BREADCRUMBS]:
        block = lookups.document.blocks[index]
        yield from (span.text for span in block.spans if span.tag == "a" and span.text)
        yield block.text
    yield from (unquote(step) for step in loose_path(lookups.address).split("/")[:-1])


def _steps(lookups: SiteLookups, node: Node) -> Iterator[str]:
    """Yield the steps of a record's breadcrumb that lead elsewhere than to this page."""
    for item in as_list(node.get("itemListElement")):
        step = item if isinstance(item, dict) else {}
        target = step.get("item")
        url = (target.get("@id") or target.get("url")) if isinstance(target, dict) else target
        if isinstance(url, str) and not (lookups.address is not None and same_page(url, lookups.address)):
            yield from lookups.texts(step.get("name") or target)
