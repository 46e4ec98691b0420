"""trafilatura as an opinion on which blocks are the article; the only user of trafilatura."""

from bisect import bisect_left
from collections import defaultdict
from collections.abc import Sequence
from functools import partial
from typing import Final

from harvester.models import Block, Document
from harvester.text import fold

# Shorter blocks ("Sources", "12 May") stand on many places of a page: they count only between longer neighbours.
_SHORT_CHARS: Final = 20
_SHINGLE: Final = 12  # characters; long enough to be no accident, short enough for a sentence
# Of what trafilatura finds by its own rules, in three fifths of the time: with less, it also compares what readability
# and jusText find. That is from where on it trusts itself, too.
_MIN_FOUND: Final = 250
_MIN_COVERAGE: Final = 0.6  # of a block's shingles, where trafilatura cut or joined differently


def trafilatura_blocks(document: Document) -> frozenset[int]:
    """Return the indexes of the blocks whose text trafilatura takes for the article; none without markup.

    It reads the markup that the blocks were read from: the page without scripts, styles and head.
    """
    if document.markup is None:
        return frozenset()
    lines = [folded for line in _extract(document.markup.tokens).splitlines() if (folded := fold(line))]
    return map_onto_blocks(lines, document.blocks) if lines else frozenset()


def _extract(tokens: Sequence[str]) -> str:
    from trafilatura import extract  # noqa: PLC0415 - its import takes a third of a second

    html = "".join(("<html>", *tokens, "</html>"))
    ask = partial(extract, html, favor_precision=True, include_comments=False, include_tables=True)
    found = ask(fast=True) or ""
    return found if len(found) >= _MIN_FOUND else ask() or ""


def map_onto_blocks(lines: list[str], blocks: tuple[Block, ...]) -> frozenset[int]:
    """Return the blocks that hold the text of `lines` (folded, in order).

    Long blocks are found anywhere in the text; short ones only as a whole line, between their neighbours.
    """
    whole = "".join(lines)
    starts = _line_starts(lines)
    folded = [fold(block.text) for block in blocks]
    position_of: dict[int, int] = {}  # block -> line
    for index, text in enumerate(folded):
        if len(text) > _SHORT_CHARS and (offset := _find(text, whole)) is not None:
            position_of[index] = bisect_left(starts, offset + 1) - 1
    kept = _nearest_twins(position_of, folded)
    return frozenset(kept | _short_between(kept, position_of, folded, lines))


def _line_starts(lines: list[str]) -> list[int]:
    starts, offset = [], 0
    for line in lines:
        starts.append(offset)
        offset += len(line)
    return starts


def _find(text: str, whole: str) -> int | None:
    """Return where `text` is in `whole`, by its shingles where it is not there verbatim; None: nowhere."""
    offset = whole.find(text)
    if offset >= 0:
        return offset
    parts = [text[i : i + _SHINGLE] for i in range(0, len(text) - _SHINGLE + 1, _SHINGLE)]
    found: list[int] = []
    for number, part in enumerate(parts, 1):
        if (offset := whole.find(part)) >= 0:
            found.append(offset)
        elif len(found) + len(parts) - number < _MIN_COVERAGE * len(parts):  # however many of the rest are there
            return None
    return found[0]


def _nearest_twins(position_of: dict[int, int], folded: list[str]) -> set[int]:
    """Return the blocks with, of several with the same text, the one with most other hits around it."""
    twins: defaultdict[str, list[int]] = defaultdict(list)
    for index in position_of:
        twins[folded[index]].append(index)
    hits = sorted(position_of)

    def neighbours(index: int) -> int:
        return bisect_left(hits, index + 6) - bisect_left(hits, index - 5)

    return {max(same, key=neighbours) for same in twins.values()}


def _short_between(kept: set[int], position_of: dict[int, int], folded: list[str], lines: list[str]) -> set[int]:
    """Return short blocks that are a line of the text between the lines of the long blocks around them."""
    places: defaultdict[str, list[int]] = defaultdict(list)
    for number, line in enumerate(lines):
        if len(line) <= _SHORT_CHARS:
            places[line].append(number)
    order = sorted(kept)
    found = set()
    for index, text in enumerate(folded):
        if 0 < len(text) <= _SHORT_CHARS and text in places:
            after = bisect_left(order, index)
            first = position_of[order[after - 1]] if after else -1
            last = position_of[order[after]] if after < len(order) else len(lines)
            if any(first < number < last for number in places[text]):
                found.add(index)
    return found
