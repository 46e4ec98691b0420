"""Whether a line names the writer of another story, or whom a quotation is from: told by what stands beside it."""

import re
from typing import Final

from harvester.metadata.lookup.page_index import ancestors, key_of
from harvester.metadata.lookup.person_test import looks_like_person
from harvester.metadata.lookup.regions import removed_as
from harvester.metadata.lookup.structured_data import HeadlineLookups
from harvester.models import Block, Document, Role
from harvester.rules.kind_names import KindName
from harvester.text import CJK, has_digit
from harvester.urls import join_link, loose_host, loose_path

CARD_LEVELS: Final = 4  # containers around a line of a card
CARD_REACH: Final = 3  # blocks from the title of a card to its line of who and when
MIN_STORIES: Final = 2
MIN_CJK: Final = 8  # letters of a title that parts no words
MAX_CARD_CHARS: Final = 300  # a longer block beside a line is no title
_HEADING: Final = Role.HEADING  # by a name of its own: Python looks the members of an enum up slowly
_TITLE: Final = re.compile(r"\w\W++\w++\W++\w++\W++\w")  # four words: no section, no name
_SHORT_TITLE: Final = re.compile(r"\w\W++\w++\W++\w")
_QUOTED: Final = re.compile(r"[\"“”„«»‹›「『].*[\"“”»«›」』][.!?]?", re.DOTALL)


def is_of_story(lookups: HeadlineLookups, index: int) -> bool:
    """Return whether a line stands with the title of another story in a container that does not hold the headline.

    The title is a heading above it, or right below, that is a link to another page; in a side column or a card, any
    line beside it. Or the whole card is such a link.
    """
    card = _card(lookups, index)
    if card is None:
        return False
    if _lists_stories(lookups, index):
        return True
    blocks = lookups.document.blocks
    is_boxed = blocks[index].element in lookups.foreign
    for at in (*range(index - 1, max(-1, index - 1 - CARD_REACH), -1), index, index + 1):
        if at >= len(blocks):
            continue
        may_be = is_boxed or at == index or blocks[at].role is _HEADING or (at == index - 1 and _is_behind(lookups, at))
        if may_be and _is_title(lookups, blocks[at], card, whole=at == index and not is_boxed):
            return True
    return False


def _lists_stories(lookups: HeadlineLookups, index: int) -> bool:
    """Return whether a block of a side column is a list of stories: two lines of it read like titles, and are links."""
    block = lookups.document.blocks[index]
    if not removed_as(block, KindName.SIDEBAR) or "\n" not in block.text:
        return False
    titles = [line for line in block.text.split("\n") if _SHORT_TITLE.search(line)]
    titles = [line for line in titles if not has_digit(line) and not looks_like_person(line, lookups.lexicon)]
    return len(titles) >= MIN_STORIES and block.link_chars >= sum(map(len, titles[:MIN_STORIES]))


def _is_behind(lookups: HeadlineLookups, index: int) -> bool:
    """Return whether a line is behind the text of the article."""
    return bool(lookups.page_index.kept) and index > lookups.page_index.kept[-1]


def _card(lookups: HeadlineLookups, index: int) -> int | None:
    """Return the widest of the containers around a line, `CARD_LEVELS` at most, that do not hold the headline."""
    blocks = lookups.document.blocks
    if lookups.headline is None or index == lookups.headline:
        return None
    card = None
    for place in ancestors(lookups.document, blocks[index].element, CARD_LEVELS):
        if place in lookups.own:
            break
        card = place
    return card


def _is_title(lookups: HeadlineLookups, block: Block, card: int, *, whole: bool) -> bool:
    """Return whether a block of `card` holds the title of a story on another page, as a link; the page's own is none.

    `whole`: the link is all of the block.
    """
    if len(block.text) > MAX_CARD_CHARS or not _is_title_long(block.text):
        return False
    links = [span for span in block.spans if span.tag == "a" and span.href and _is_title_long(span.text)]
    hrefs = [link.href for link in links if not whole or len(link.text) >= len(block.text)]
    within = _places_within(lookups.document, block.element, card)
    hrefs += [href for place in within if (href := lookups.document.elements[place].href)]
    if not within or not hrefs or key_of(block.text) == key_of(lookups.title or ""):
        return False
    return any(_leads_away(lookups, href) for href in hrefs)


def _places_within(document: Document, element: int, card: int) -> list[int]:
    """Return the containers of `element` up to `card`; none where `card` does not hold it."""
    places = ancestors(document, element, first=card)  # those further out stand before it, too
    return places if places[-1:] == [card] else []


def _is_title_long(text: str) -> bool:
    return _TITLE.search(text) is not None or (not text.isascii() and len(CJK.findall(text)) >= MIN_CJK)


def _leads_away(lookups: HeadlineLookups, href: str) -> bool:
    """Return whether a link leads to another page of the site that is no writer's."""
    url, own = join_link(lookups.address, href), lookups.address
    path = loose_path(url)
    if path == loose_path(own) or not lookups.lexicon.words("paths.authors").isdisjoint(path.split("/")):
        return False
    return own is None or loose_host(url or "") == loose_host(own)


def is_below_quotation(lookups: HeadlineLookups, index: int) -> bool:
    """Return whether a line stands right below what somebody said: a quotation, or a line all in quotation marks."""
    blocks = lookups.document.blocks
    above = blocks[index - 1] if index else None
    if above is None or lookups.headline is None or index - 1 == lookups.headline:
        return False
    if above.role is Role.QUOTE:
        return True
    is_standfirst = index - 2 == lookups.headline
    return above.role is Role.PARAGRAPH and not is_standfirst and _QUOTED.fullmatch(above.text) is not None
