"""Where on a page a block stands: in the article, or in a card, a comment, a side column."""

import re
from collections.abc import Iterator
from functools import lru_cache
from typing import Final

from harvester.metadata.structured import Clues
from harvester.metadata.wordlists import load_words
from harvester.models import Block, Document, Kept, Part, Removed, Role

FOREIGN_TAGS: Final = frozenset({"nav", "footer", "aside"})
# What a rule found to be the article's own metadata is that, wherever it stands.
METADATA_KINDS: Final = (
    "byline_meta",
    "source_credit",
    "editor_credit",
    "tag_list",
    "section_label",
    "repost_notice",
    "photo_credit",
    "caption",
)
BLOCKS_BEFORE: Final = 8  # bylines above a headline
BLOCKS_AFTER: Final = 25  # standfirst, share bar and picture may stand before a byline
BLOCKS_BESIDE: Final = 5
BLOCKS_WITHOUT_HEADLINE: Final = 80
MAX_LINE_CHARS: Final = 250  # a longer block is prose
_LOWER_TOKEN: Final = re.compile(r"[a-z]+|\d+")
_TOKEN: Final = re.compile(r"[a-z]+|[A-Z][a-z]*|\d+")
_TOP: Final = frozenset({"body", "main", "html"})


@lru_cache(maxsize=4096)
def tokens(names: str) -> frozenset[str]:
    """Return the words of a class or id attribute: "postMeta entry-date" -> post, meta, entry, date."""
    if not names.isascii() or names.lower() == names:
        return frozenset(_LOWER_TOKEN.findall(names.lower()))
    return frozenset(word.lower() for word in _TOKEN.findall(names))


def ancestors(document: Document, element: int) -> Iterator[int]:
    """Yield the indices of the containers of `element`, itself first, outwards."""
    while 0 <= element < len(document.elements):
        yield element
        parent = document.elements[element].parent
        if parent >= element:  # only in a broken tree; parents stand before their children
            return
        element = parent


def class_tokens(document: Document, element: int, levels: int) -> frozenset[str]:
    """Return the class, id and itemprop words of `element` and the containers around it, `levels` in all."""
    found: frozenset[str] = frozenset()
    for _, index in zip(range(levels), ancestors(document, element), strict=False):
        place = document.elements[index]
        found |= tokens(f"{place.classes} {place.id} {place.itemprop}")
    return found


def is_foreign(clues: Clues, block: Block) -> bool:
    """Say whether a block belongs to a card, a comment, a side column or the footer rather than to the article."""
    if isinstance(block.verdict, Kept) or removed_as(block, *METADATA_KINDS):
        return False
    return is_of_foreign_kind(block) or block.element in clues.foreign


def is_of_foreign_kind(block: Block) -> bool:
    """Say whether a rule removed the block as something that holds none of the article's metadata."""
    return isinstance(block.verdict, Removed) and block.verdict.kind in load_words().foreign_kinds


def named_foreign(document: Document) -> frozenset[int]:
    """Return the indices of the containers that their tag, class or id calls a card, a comment, a side column ..."""
    words = load_words().class_words["foreign"]
    articles: set[int] = set()
    named: set[int] = set()
    for index, place in enumerate(document.elements):
        if place.tag == "article" or (place.parent in articles and place.parent < index):
            articles.add(index)
        if place.tag == "footer":
            if index not in articles:  # many themes print tags, author and date of an article in its own footer
                named.add(index)
        elif place.tag in FOREIGN_TAGS or (
            (place.classes or place.id) and tokens(f"{place.classes} {place.id}") & words
        ):
            named.add(index)
    return frozenset(named)


def foreign_places(document: Document, named: frozenset[int], headline: int | None) -> frozenset[int]:
    """Return the indices of the containers that are, or stand in, one of `named`.

    What holds the headline is the article's, whatever its class says.
    """
    own = frozenset(ancestors(document, document.blocks[headline].element)) if headline is not None else frozenset()
    foreign: set[int] = set()
    for index, place in enumerate(document.elements):
        inside = index in named or (place.parent in foreign and place.parent < index)
        if inside and index not in own and place.tag not in _TOP:
            foreign.add(index)
    return frozenset(foreign)


def removed_as(block: Block, *kinds: str) -> bool:
    """Say whether a rule removed the block as one of `kinds`."""
    return isinstance(block.verdict, Removed) and block.verdict.kind in kinds


def kept_as(block: Block, part: Part) -> bool:
    """Say whether the block was kept as `part`."""
    return isinstance(block.verdict, Kept) and block.verdict.part is part


def byline_indices(clues: Clues) -> Iterator[int]:
    """Yield the blocks where a byline may stand: those that a rule found, then those near the headline.

    What stands beside the headline comes last when its container is named like a card's: sites name things oddly.
    """
    blocks = clues.document.blocks
    yield from (index for index, block in enumerate(blocks) if removed_as(block, "byline_meta"))
    headline = clues.headline if clues.headline is not None else 0
    reach = BLOCKS_AFTER if clues.headline is not None else BLOCKS_WITHOUT_HEADLINE
    after = range(headline, min(len(blocks), headline + reach + 1))
    before = range(headline - 1, max(-1, headline - 1 - BLOCKS_BEFORE), -1)
    near = [index for index in (*after, *before) if not is_body(blocks[index])]
    foreign = [index for index in near if is_foreign(clues, blocks[index])]
    yield from (index for index in near if index not in foreign)
    if clues.headline is not None:
        beside = (index for index in foreign if abs(index - headline) <= BLOCKS_BESIDE)
        yield from (index for index in beside if not _is_of_others(clues.document, blocks[index]))


def _is_of_others(document: Document, block: Block) -> bool:
    """Say whether a block is foreign however near the headline it stands: a comment, a related card."""
    words = load_words().class_words["foreign_anywhere"]
    places = (document.elements[index] for index in ancestors(document, block.element))
    return is_of_foreign_kind(block) or any(tokens(f"{place.classes} {place.id}") & words for place in places)


def is_body(block: Block) -> bool:
    """Say whether a block is too long or too much article text to be a line of metadata."""
    verdict = block.verdict
    if isinstance(verdict, Kept):
        return verdict.part is Part.TEXT and len(block.text) > MAX_LINE_CHARS
    if isinstance(verdict, Removed):
        return verdict.kind == "byline_meta"  # yielded before
    return len(block.text) > MAX_LINE_CHARS or block.role is Role.CODE
