"""Where in an article something is that is none of its blocks of text: between which blocks of the page."""

from bisect import bisect_left, bisect_right
from collections.abc import Sequence
from operator import itemgetter
from typing import Final, NamedTuple

from harvester.cached_values import cached_value
from harvester.models import Block, Document, Kept, TextBlock, text_numbers

_TRACE: Final = itemgetter(Block._fields.index("trace"))  # by its name it takes three times as long


class Order(NamedTuple):
    """A place among the blocks of a page, to sort by."""

    block: int  # index of a block of the page
    side: int  # -1 before it, 0 itself, 1 behind it
    place: int  # in the markup, among what is on one side of one block


class PlacedBlock(NamedTuple):
    """A block of the article and where it is."""

    order: Order
    block: TextBlock


class BlockPlaces:
    """The blocks of a page by their places in its markup."""

    def __init__(self, document: Document) -> None:
        self._document = document
        of_text = text_numbers(document.blocks)
        self.first, self.last = (of_text[0], of_text[-1]) if of_text else (0, -1)

    @cached_value
    def _traced(self) -> list[tuple[int, int, int]]:
        """The blocks that were read from the page's markup: the first and the last place of each, and its index."""
        markup = self._document.markup
        return [
            (spots[0], spots[-1], number)
            for number, trace in enumerate(map(_TRACE, self._document.blocks))
            if trace is not None and (spots := trace.spots) and trace.markup is markup
        ]

    @cached_value
    def _firsts(self) -> list[int]:
        return [first for first, _, _ in self._traced]

    @property
    def text(self) -> range:
        """The indexes of the blocks from the first of the text to the last."""
        return range(self.first, self.last + 1)

    def order(self, place: int) -> Order:
        """Return where something at a place of the markup is; in the midst of a block, it is behind it."""
        before = bisect_right(self._firsts, place) - 1
        if before >= 0 and place <= self._traced[before][1]:
            return Order(self._traced[before][2], 1, place)
        if before + 1 < len(self._traced):
            return Order(self._traced[before + 1][2], -1, place)
        return Order(len(self._document.blocks), -1, place)

    def is_in_block(self, place: int) -> bool:
        """Return whether a place of the markup is in a block's run of text."""
        before = bisect_right(self._firsts, place) - 1
        return before >= 0 and place <= self._traced[before][1]

    def within(self, start: int, end: int) -> range:
        """Return the indexes of the blocks whose text begins in a stretch of the markup."""
        first, last = bisect_left(self._firsts, start), bisect_left(self._firsts, end)
        return range(self._traced[first][2], self._traced[last - 1][2] + 1) if first < last else range(0)

    def neighbours(self, order: Order) -> tuple[bool, bool]:
        """Return whether the blocks before and behind a place are parts of the article."""
        behind = order.block + (order.side > 0)
        return _is_kept(self._document.blocks, behind - 1), _is_kept(self._document.blocks, behind)


def is_text(block: Block) -> bool:
    """Return whether a block is in the article's text."""
    return block.is_text


def _is_kept(blocks: Sequence[Block], number: int) -> bool:
    return 0 <= number < len(blocks) and isinstance(blocks[number].verdict, Kept)
