"""A record's title cut: without the site's name, its first part, and from where the headline begins."""

import re
from collections.abc import Iterator
from typing import Final

from harvester.metadata.lookup.headings import MAX_TITLE_CHARS
from harvester.metadata.lookup.named_sections import named_sections
from harvester.metadata.lookup.page_index import key_of
from harvester.metadata.lookup.structured_data import SiteLookups
from harvester.metadata.lookup.title_text import (
    MAX_SITE_WORDS,
    cut_by_address,
    is_headline_long,
    opens_with_site,
    pieces,
    slug_of,
    strip_site,
)

# "r/bread - My starter smells": where a thread stands, before its title.
_COMMUNITY: Final = re.compile(r"^[rc]/\w{2,40}(?: on Reddit)?\s*[-–—:|•]\s+(?=\S)")
_TELLING: Final = 8  # letters of what follows: enough to be no other word

Cut = tuple[str, str, int | None]  # a text, its key, and the number of its sign; None: it is not cut


def cuts(lookups: SiteLookups, text: str) -> Iterator[Cut]:
    """Yield a record without the site's name, its first part, and the whole."""
    text = _COMMUNITY.sub("", text)
    menu = _menu(lookups, text)
    stripped = strip_site(text, lookups.names, lookups.lexicon, menu)
    if not lookups.page_index.tops:
        stripped = cut_by_address(stripped, slug_of(lookups.address))
    short = stripped[:MAX_TITLE_CHARS]
    key = key_of(short)
    is_behind = is_headline_long(short) and opens_with_site(text, lookups.names, lookups.lexicon, menu)
    if key and key not in lookups.names:
        yield short, key, 0
        if is_behind:
            yield short, key, 1
    parts = pieces(text)
    if len(parts) > 1 and not is_behind:
        yield *_with_key(parts[0][1]), 1
    if len(parts) > 1 and short != text:
        yield *_with_key(text), None


def _with_key(text: str) -> tuple[str, str]:
    return text[:MAX_TITLE_CHARS], key_of(text[:MAX_TITLE_CHARS])


def without_opening(lookups: SiteLookups, title: str) -> str:
    """Return a <title> from where the headline begins: "The Example | World | Storm hits coast"."""
    menu = _menu(lookups, title)
    if not opens_with_site(title, lookups.names, lookups.lexicon, menu):
        return title
    stripped = strip_site(title, lookups.names, lookups.lexicon, menu)
    return title[title.find(stripped) :] if is_headline_long(stripped) else title


def _menu(lookups: SiteLookups, title: str) -> frozenset[str]:
    """Return, folded, the short lines of links of the page; none for a title that begins with more than a section."""
    parts = pieces(title)
    if len(parts) < 2 or len(parts[0][1].split()) > MAX_SITE_WORDS:
        return frozenset()
    if _heads_page(lookups, key_of(parts[0][1]), key_of(title[parts[1][0] :])):
        return frozenset()
    return named_sections(lookups)


def _heads_page(lookups: SiteLookups, first: str, rest: str) -> bool:
    """Return whether a heading of the first level begins with the first part of a title, and not with all of it.

    Then the page is about that, as in "Flexbox - Learn web development", though a menu or a breadcrumb has it as well.
    """
    blocks = lookups.document.blocks
    keys = (key_of(blocks[index].text) for index in lookups.page_index.tops)
    return any(key.startswith(first) and not key.startswith(first + rest[:_TELLING]) for key in keys)
