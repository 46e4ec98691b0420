"""Items of lists, one by one in reading order, as the lists that they make: nested by their levels."""

from collections.abc import Iterable, Iterator, Sequence
from itertools import groupby
from typing import Final, NamedTuple

from harvester.models import Role, TextBlock
from harvester.rendering.table_grid import with_tables

MAX_LEVEL: Final = 12  # deeper ones are hostile; each level costs an element and a step of every reader

# One list, quotation or group of notes a run of blocks.
_GROUPED: Final = frozenset({Role.LIST_ITEM, Role.QUOTE, Role.FOOTNOTE, Role.DEFINITION})


class ListBegins(NamedTuple):
    """A list opens, in the item that is open where there is one."""

    ordered: bool


class Item(NamedTuple):
    """An item opens."""

    block: TextBlock


class Gap(NamedTuple):
    """An item opens of which only its own lists are in the text."""


class ItemEnds(NamedTuple):
    """The innermost item closes."""


class ListEnds(NamedTuple):
    """The innermost list closes."""

    ordered: bool


Step = ListBegins | Item | Gap | ItemEnds | ListEnds


def runs_of(blocks: Sequence[TextBlock]) -> Iterator[tuple[Role, tuple[TextBlock, ...]]]:
    """Yield neighbours that make one list, quotation or group of notes together, every other block alone."""
    for key, same in groupby(with_tables(blocks), key=lambda block: (block.role, block.cite, block.in_text)):
        if key[0] in _GROUPED:
            yield key[0], tuple(same)
        else:
            yield from ((key[0], (block,)) for block in same)


def list_steps(items: Iterable[TextBlock]) -> Iterator[Step]:
    """Yield what opens and closes on the way through the items, all that was opened closed at the end."""
    opened: list[bool] = []  # whether each open list is numbered
    for item in items:
        level = min(max(item.level or 1, 1), MAX_LEVEL)
        while len(opened) > level or (len(opened) == level and opened[-1] is not item.ordered):
            yield ItemEnds()
            yield ListEnds(opened.pop())
        if len(opened) == level:
            yield ItemEnds()
        while len(opened) < level:
            is_last = len(opened) == level - 1
            opened.append(item.ordered if is_last else False)
            yield ListBegins(opened[-1])
            if not is_last:
                yield Gap()
        yield Item(item)
    while opened:
        yield ItemEnds()
        yield ListEnds(opened.pop())
