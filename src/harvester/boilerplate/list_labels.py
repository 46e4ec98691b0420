"""Labels right above the lists of an article, too short for the classifier: "Key takeaways", "What we like"."""

from collections.abc import Collection, Mapping
from typing import Final

from harvester.models import Block, Removed, Role
from harvester.outline import Outline
from harvester.rules.load import Rules
from harvester.text import COLONS, ends_sentence

_LABELS: Final = frozenset({Role.PARAGRAPH, Role.HEADING})
_MIN_CHARS: Final = 3  # fewer are a bullet or what cannot be seen
_MAX_CHARS: Final = 40
_MIN_ITEMS: Final = 2


def labels_of_lists(
    outline: Outline, rules: Rules, chosen: Collection[int], placed: Mapping[int, Removed]
) -> frozenset[int]:
    """Return the labels, not `placed`, right above lists that are `chosen`.

    A list of links leads elsewhere, and so may its label; and a label that a rule takes out is none of the text.
    """
    blocks = outline.document.blocks
    above = {at - 1 for at in chosen if at and blocks[at].role is Role.LIST_ITEM} - placed.keys()
    found = (at for at in above if at not in chosen and _is_label(blocks[at]) and _is_list(blocks, at + 1, chosen))
    return frozenset(at for at in found if not _may_go(outline, rules, blocks[at]))


def _is_label(block: Block) -> bool:
    if block.role not in _LABELS or block.link_chars or not _MIN_CHARS <= len(block.text) <= _MAX_CHARS:
        return False
    return block.text.endswith(COLONS) or not ends_sentence(block.text)


def _is_list(blocks: tuple[Block, ...], start: int, chosen: Collection[int]) -> bool:
    """Return whether items of the text begin at a block, none of which is mostly a link."""
    items = range(start, start + _MIN_ITEMS)
    return all(
        at in chosen and blocks[at].role is Role.LIST_ITEM and blocks[at].link_chars * 2 <= len(blocks[at].text)
        for at in items
    )


def _may_go(outline: Outline, rules: Rules, block: Block) -> bool:
    hits = rules.lines(block.text, outline.languages)
    return any(rules.kinds[hit.kind].disposition != "keep" for hit in hits)
