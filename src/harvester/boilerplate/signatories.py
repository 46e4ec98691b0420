"""Who signed an open letter: a list below the text, under a heading that says so, and a part of it."""

from collections.abc import Collection, Iterator
from typing import Final

from harvester.models import Block, Role
from harvester.outline import Outline
from harvester.rules.load import Rules
from harvester.text import fold, has_digit

_MAX_HEADING: Final = 60
_MAX_LINE: Final = 200  # characters of a name with what its bearer does
_MIN_LINES: Final = 3
_MAX_NUMBERED: Final = 0.3  # share of lines with a digit: those who sign just now are shown with the hour
_MAX_LINKED: Final = 0.5  # of the characters
_LINES: Final = frozenset({Role.LIST_ITEM, Role.TABLE, Role.PARAGRAPH})
_SENTENCE_ENDS: Final = (".", "!", "?", "。", ":")


def signatories(outline: Outline, rules: Rules, chosen: Collection[int], placed: Collection[int]) -> frozenset[int]:
    """Return the headings behind the beginning of the text that name signatories, with the names below each."""
    blocks, first = outline.document.blocks, min(chosen, default=-1)
    if first < 0:
        return frozenset()
    heads = (at for at in outline.headings if at > first and len(blocks[at].text) <= _MAX_HEADING)
    words = rules.lexicon.signatories
    named = (at for at in heads if at not in placed and fold(blocks[at].text) in words)
    return frozenset(at for head in named for at in _signed(outline, head, placed))


def _signed(outline: Outline, head: int, placed: Collection[int]) -> Iterator[int]:
    """Yield a heading and the lines below it in its container, where they read as names."""
    blocks, box = outline.document.blocks, outline.box_of(head)
    stop = outline.extents[box][1] if box >= 0 else len(blocks)
    end = head + 1
    while end < stop and blocks[end].role is blocks[head + 1].role and _is_name(blocks[end]) and end not in placed:
        end += 1
    lines = blocks[head + 1 : end]
    chars = sum(len(line.text) for line in lines)
    are_names = sum(has_digit(line.text) for line in lines) <= _MAX_NUMBERED * len(lines)
    if len(lines) >= _MIN_LINES and are_names and sum(line.link_chars for line in lines) <= _MAX_LINKED * chars:
        yield from range(head, end)


def _is_name(block: Block) -> bool:
    """Return whether a line may name somebody who signed; a paragraph that ends a sentence does not."""
    is_sentence = block.role is Role.PARAGRAPH and block.text.endswith(_SENTENCE_ENDS)
    return block.role in _LINES and len(block.text) <= _MAX_LINE and not is_sentence
