"""The readability-style opinion: the container whose blocks add up to most prose.

Every block has a worth: prose counts its characters, links and labels cost. The container with the greatest sum is
the article's (the maximum-subtree form of Finn et al., "Fact or fiction", 2001, and of Readability's candidates);
inside it, runs of prose are taken with the headings and short lines that stand between them.
"""

from collections.abc import Container
from itertools import pairwise
from typing import Final

from harvester.models import Block, Document, Role
from harvester.outline import Outline

_LABEL_COST: Final = 25  # characters of prose that one label, button or date weighs up
_LINK_COST: Final = 40  # and one line of links: menus and teasers come in dozens
_BRIDGE: Final = 4  # blocks without prose that may stand between two of prose
_PLAIN_ROLES: Final = frozenset({Role.HEADING, Role.LIST_ITEM, Role.QUOTE, Role.TABLE, Role.CODE, Role.PARAGRAPH})


def score_blocks(document: Document, outline: Outline, excluded: Container[int]) -> frozenset[int]:
    """Return the indexes of the blocks the scorer takes for the article; empty when the page has no prose."""
    best = subtree_worth(document, outline, excluded)
    if best is None:
        return frozenset()
    first, end = outline.extents[best]
    inside = [index for index in range(first, end) if index not in excluded]
    return frozenset(_with_bridges(inside, document.blocks, outline.prose_chars))


def subtree_worth(document: Document, outline: Outline, excluded: Container[int]) -> int | None:
    """Return the element whose blocks are worth most together; None when none is worth anything."""
    worth = tuple(
        0 if index in excluded else _worth(block, outline.prose_chars[index])
        for index, block in enumerate(document.blocks)
    )
    sums = outline.summed(worth)
    best = max(range(len(sums)), key=sums.__getitem__, default=None)
    return best if best is not None and sums[best] > 0 else None


def _worth(block: Block, prose: int) -> int:
    if prose:
        return prose - block.link_chars
    if block.role is Role.HEADING and not block.link_chars:
        return 0
    return -_LINK_COST if block.link_chars * 2 > len(block.text) else -_LABEL_COST


def _with_bridges(inside: list[int], blocks: tuple[Block, ...], prose: tuple[int, ...]) -> set[int]:
    """Return the prose of `inside` and the plain short blocks between two pieces of it."""
    strong = [place for place, index in enumerate(inside) if prose[index]]
    taken = {inside[place] for place in strong}
    for here, there in pairwise(strong):
        between = inside[here + 1 : there]
        if len(between) <= _BRIDGE or all(blocks[index].role in (Role.LIST_ITEM, Role.TABLE) for index in between):
            taken.update(index for index in between if _is_plain(blocks[index]))
    return taken


def _is_plain(block: Block) -> bool:
    return block.role in _PLAIN_ROLES and block.link_chars * 2 <= len(block.text)
