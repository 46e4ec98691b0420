"""Readers' comments among what was removed: which blocks they are, and who wrote each when."""

import re
from collections.abc import Collection, Iterator
from typing import Final

from harvester.boilerplate.other_texts import THREAD
from harvester.models import Block, Document, Evidence, Removed, Span
from harvester.outline import Outline
from harvester.rules.lexicon import Lexicon
from harvester.rules.markup_rules import signature
from harvester.text import is_dated

_BY_STRUCTURE: Final = Removed(THREAD, "place:dated items")
_MIN_DATED: Final = 0.7  # share of the items of a list that carry a date
_MIN_PROSE: Final = 40  # characters of it in an item; a teaser's is a link
_MAX_NAME: Final = 40  # characters
_MAX_COMMENTS: Final = 1_000  # that are told
_WORDS: Final = re.compile(r"[a-z]+")
_HEAD_BLOCKS: Final = 8  # of a comment, in which its author and date are looked for


def threads_by_structure(outline: Outline, chosen: Collection[int]) -> dict[int, Removed]:
    """Return the blocks of lists of dated items behind the text, none of them chosen: comments on any theme."""
    last = max(chosen, default=-1)
    found: dict[int, Removed] = {}
    for items in outermost_threads(outline):
        if outline.extents[items[0]][0] > last >= 0:
            for item in items:
                found |= dict.fromkeys(range(*outline.extents[item]), _BY_STRUCTURE)
    return found


def outermost_threads(outline: Outline) -> Iterator[tuple[int, ...]]:
    """Yield the lists of like items that read as comments or posts: dated, of sentences, with few links.

    Replies in a list of their own go with what they answer.
    """
    taken_until = 0
    for items in outline.item_lists:  # by the place of their first items, outer ones first
        if outline.extents[items[0]][0] >= taken_until and _is_thread(outline, items):
            taken_until = outline.extents[items[-1]][1]
            yield items


def _is_thread(outline: Outline, items: Collection[int]) -> bool:
    prose = sum(outline.element_prose[item] for item in items)
    links = sum(outline.element_links[item] for item in items)
    before, extents = outline.dated_before, outline.extents
    dated = sum(before[extents[item][1]] > before[extents[item][0]] for item in items)
    return dated >= _MIN_DATED * len(items) and prose >= _MIN_PROSE * len(items) and links < prose


def comment_evidence(document: Document, outline: Outline, lexicon: Lexicon) -> tuple[Evidence, ...]:
    """Return who wrote each comment of the judged page and when, as far as that is printed, in reading order.

    `outline` has the containers: that of the same page before it was judged will do.
    """
    lists = [items for items in outline.item_lists if _is_comment(document.blocks[outline.extents[items[0]][0]])]
    items = sorted((item for group in lists for item in group), key=lambda item: outline.extents[item])
    return tuple(
        found for item in items[:_MAX_COMMENTS] for found in _of_item(document, outline.extents[item], lexicon)
    )


def _is_comment(block: Block) -> bool:
    return isinstance(block.verdict, Removed) and block.verdict.kind == THREAD


def _of_item(document: Document, extent: tuple[int, int], lexicon: Lexicon) -> Iterator[Evidence]:
    """Yield the author and the date of one comment, each with the block that it is printed in."""
    first, end = extent
    head = document.blocks[first : min(end, first + _HEAD_BLOCKS)]
    for field, found in (("comment_author", _author), ("comment_date", _date)):
        for number, block in enumerate(head, start=first):
            if text := found(document, block, lexicon):
                yield Evidence(field, text, f"block:{number}")
                break


def _author(document: Document, block: Block, lexicon: Lexicon) -> str | None:
    """Return the name that a block prints: in an element marked as a name, or as a short line without a date."""
    for span in block.spans:
        if names_commenter(span, lexicon) and len(span.text) <= _MAX_NAME:
            return span.text
    own = document.elements[block.element] if block.element >= 0 else None
    if own and not lexicon.class_words["commenter"].isdisjoint(signature(own).split()) and len(block.text) <= _MAX_NAME:
        return block.text if not is_dated(block.text) else None
    return None


def names_commenter(span: Span, lexicon: Lexicon) -> bool:
    """Return whether an inline element holds, by its markup, the name of who wrote a comment."""
    words = _WORDS.findall(f"{span.classes} {span.itemprop}".lower())
    return span.tag == "cite" or not lexicon.class_words["commenter"].isdisjoint(words)


def _date(_: Document, block: Block, __: Lexicon) -> str | None:
    """Return the date that a block prints: that of a time element, or all of a line that is one."""
    for span in block.spans:
        if span.tag == "time":
            return span.datetime or span.text
    dated = next((span.text for span in block.spans if is_dated(span.text)), None)
    return dated or (block.text if is_dated(block.text) else None)
