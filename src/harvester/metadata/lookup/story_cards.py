"""Whether a line names the writer of another story, or whom a quotation is from: told by what stands beside it."""

import re
from itertools import islice
from typing import Final

from harvester.metadata.lookup.page_index import ancestors, key_of
from harvester.metadata.lookup.structured_data import HeadlineLookups
from harvester.models import Block, Role
from harvester.urls import join_link, loose_host, loose_path

CARD_LEVELS: Final = 4  # containers around a line of a card
CARD_REACH: Final = 3  # blocks from the title of a card to its line of who and when
MAX_CARD_CHARS: Final = 300  # a longer block beside a line is no title
_TITLE: Final = re.compile(r"\w\W+\w+\W+\w+\W+\w")  # four words: no section, no name
_QUOTED: Final = re.compile(r"[\"“”„«»‹›「『].*[\"“”»«›」』][.!?]?", re.DOTALL)


def is_of_story(lookups: HeadlineLookups, index: int) -> bool:
    """Return whether a line stands with the title of another story in a container that does not hold the headline.

    The title is a heading above it that is a link to another page; in a side column or a card, any line beside it.
    """
    card = _card(lookups, index)
    if card is None:
        return False
    blocks = lookups.document.blocks
    is_boxed = blocks[index].element in lookups.foreign
    before = range(index - 1, max(-1, index - 1 - CARD_REACH), -1)
    for at in (*before, index, index + 1) if is_boxed else before:
        if at < len(blocks) and (is_boxed or blocks[at].role is Role.HEADING) and _is_title(lookups, blocks[at]):
            return _is_inside(lookups, at, card)
    return False


def _card(lookups: HeadlineLookups, index: int) -> int | None:
    """Return the widest of the containers around a line, `CARD_LEVELS` at most, that do not hold the headline."""
    blocks = lookups.document.blocks
    if lookups.headline is None or index == lookups.headline:
        return None
    own = frozenset(ancestors(lookups.document, blocks[lookups.headline].element))
    card = None
    for place in islice(ancestors(lookups.document, blocks[index].element), CARD_LEVELS):
        if place in own:
            break
        card = place
    return card


def _is_inside(lookups: HeadlineLookups, index: int, card: int) -> bool:
    return card in ancestors(lookups.document, lookups.document.blocks[index].element)


def _is_title(lookups: HeadlineLookups, block: Block) -> bool:
    """Return whether a block holds the title of a story on another page, as a link; the page's own is none."""
    if not block.link_chars or len(block.text) > MAX_CARD_CHARS or key_of(block.text) == key_of(lookups.title or ""):
        return False
    links = (span for span in block.spans if span.tag == "a" and span.href and _TITLE.search(span.text))
    return any(_leads_away(lookups, link.href) for link in links)


def _leads_away(lookups: HeadlineLookups, href: str) -> bool:
    """Return whether a link leads to another page of the site."""
    url, own = join_link(lookups.address, href), lookups.address
    return loose_path(url) != loose_path(own) and (own is None or loose_host(url or "") == loose_host(own))


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
