"""Boxes of facts that no name tells: an <aside> or a side column in the article that lists terms with their values."""

from collections.abc import Iterator
from typing import Final

from harvester.dom import lists_values
from harvester.models import Block, Role
from harvester.outline import Outline
from harvester.rules.kind_names import KindName
from harvester.rules.load import Rules

_SIDEBAR: Final = KindName.SIDEBAR
_CELL_END: Final = " | "  # in a row of a data table
_MAX_CHARS: Final = 1_500  # of a box; a longer one is a column of the page


def lists_values_in(outline: Outline, element: int) -> bool:
    """Return whether an element is short, lists terms with their values, and has few links and no sentences.

    What has sentences may be an offer, a glossary or the life of the author: the classifier tells better.
    """
    if not 0 < outline.element_chars[element] <= _MAX_CHARS or outline.element_prose[element]:
        return False
    blocks = outline.document.blocks[slice(*outline.extents[element])]
    terms = sum(map(_is_term, blocks))
    lines = [line for block in blocks for line in block.text.split("\n")]
    return lists_values(lines, terms, outline.element_links[element])


def _is_term(block: Block) -> bool:
    return block.path.endswith(" dt") or (block.role is Role.TABLE and _CELL_END in block.text)


def value_boxes(outline: Outline, rules: Rules) -> Iterator[int]:
    """Yield the elements that are such boxes, in page order; of those that say the same, for two screens, the first."""
    named = {at for at, hits in outline.places(rules).items() if any(hit.kind == _SIDEBAR for hit in hits)}
    if "aside" in outline.tags:
        named.update(at for at, element in enumerate(outline.document.elements) if element.tag == "aside")
    said: set[tuple[str, ...]] = set()
    for at in sorted(named):
        if lists_values_in(outline, at):
            texts = tuple(block.text for block in outline.document.blocks[slice(*outline.extents[at])])
            if texts not in said:
                said.add(texts)
                yield at
