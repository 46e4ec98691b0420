"""Which paragraphs are of the running text: those set as the next one is."""

from collections.abc import Iterator, Sequence
from typing import Final

from harvester.metadata.lookup.regions import is_text
from harvester.models import Block, Document, Element, Kept, Part, Role
from harvester.text import reads_as_prose

_MAX_LEVELS: Final = 4  # of a paragraph and the boxes that builders of pages set each in


def is_in_flow(document: Document, index: int) -> bool:
    """Return whether a block is one of the text's own paragraphs: in one container with the next, and set like it."""
    blocks = document.blocks
    block = blocks[index]
    if block.role is not Role.PARAGRAPH:
        return False
    following = _texts_behind(blocks, index)
    after = next(following, None)
    if after is None:
        return False
    elements, own = document.elements, document.elements[block.element]
    next_ = elements[after.element]
    if after.role is Role.PARAGRAPH and block.element in (after.element, next_.parent):
        # parted by line breaks, or the bare text before the first <p>
        return is_text(block) and reads_as_prose(block.text, block.link_chars)
    key = own.parent, own.tag
    if key != (next_.parent, next_.tag):  # a box is between it and the next one like it
        beside = (one for one in following if (elements[one.element].parent, elements[one.element].tag) == key)
        after = next(beside, after)
    return after.role is Role.PARAGRAPH and _are_alike(elements, own, elements[after.element])


def _are_alike(elements: Sequence[Element], one: Element, other: Element) -> bool:
    """Return whether two elements are set alike in one container, or each in wrappers, which are."""
    for _ in range(_MAX_LEVELS):
        if (one.tag, one.classes) != (other.tag, other.classes):
            return False
        if one.parent == other.parent:
            return True
        if min(one.parent, other.parent) < 0:
            return False
        one, other = elements[one.parent], elements[other.parent]
    return False


def _texts_behind(blocks: Sequence[Block], index: int) -> Iterator[Block]:
    """Yield the blocks of the text behind a block that are no headings."""
    text, heading = Part.TEXT, Role.HEADING  # by names of their own: Python looks the members of an enum up slowly
    for block in blocks[index + 1 :]:
        verdict = block.verdict
        if type(verdict) is Kept and verdict.part is text and block.role is not heading:
            yield block
