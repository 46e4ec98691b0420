"""The container whose blocks add up to most prose: the strongest single hint at where the article is.

Every block has a worth: prose counts its characters, links and labels cost. The container with the greatest sum is
the article's (the maximum-subtree form of Finn et al., "Fact or fiction", 2001, and of Readability's candidates).
"""

from collections.abc import Container
from typing import Final

from harvester.models import Block, Document, Role
from harvester.outline import Outline

_LABEL_COST: Final = 25  # characters of prose that one label, button or date weighs up
_LINK_COST: Final = 40  # and one line of links: menus and teasers come in dozens


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
