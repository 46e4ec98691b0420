"""Cards of other stories set into the text: a label, a headline that is a link, and what is said of that story."""

from collections.abc import Collection, Mapping
from typing import Final

from harvester.models import Block, Removed, Role
from harvester.outline import Outline

_ALL_LINKS: Final = 0.85  # share of a block's characters
_MOST_LINES: Final = 6  # below the headline
_MAX_CHARS: Final = 600  # of them: more is text that stands below a link
_MOST_PROSE: Final = 1  # blocks with sentences: two are paragraphs of a text
_MAX_SHARE: Final = 0.25  # of the body: news in a few lines may begin with a link to another story


def rest_of_story_boxes(outline: Outline, labels: Mapping[int, Removed], body: Collection[int]) -> dict[int, Removed]:
    """Return the blocks of the body in a box that begins with a label and a headline that is a link, and is short.

    `labels` are the lines that promise other stories.
    """
    blocks, found = outline.document.blocks, dict[int, Removed]()
    for marker, label in labels.items():
        end = 0 if is_all_links(blocks[marker]) else _end_of_box(outline, marker)  # "Read more": a button of its own
        if end and is_all_links(blocks[marker + 1]):
            rest = range(marker + 2, end)
            told = [at for at in rest if at in body]
            if told and len(rest) <= _MOST_LINES and _is_of_card(outline, told, body):
                found |= dict.fromkeys(told, Removed(label.kind, f"box:{label.rule}"))
    return found


def _is_of_card(outline: Outline, told: Collection[int], body: Collection[int]) -> bool:
    """Return whether lines below a headline are what a card says of a story: few, and little of the page's text."""
    blocks = outline.document.blocks
    chars = sum(len(blocks[at].text) for at in told)
    if chars > _MAX_CHARS or sum(outline.prose_chars[at] > 0 for at in told) > _MOST_PROSE:
        return False
    return chars <= _MAX_SHARE * sum(len(blocks[at].text) for at in body)


def _end_of_box(outline: Outline, marker: int) -> int:
    """Return the end of the innermost element around a line and the next one, if it begins with that line; else 0."""
    for element in outline.upwards(outline.document.blocks[marker].element):
        first, end = outline.extents[element]
        if end > marker + 1 or first < marker:
            return end if first == marker and end > marker + 1 else 0
    return 0


def links_below_labels(outline: Outline, labels: Mapping[int, Removed], own: Collection[int]) -> dict[int, Removed]:
    """Return the lines of links right below `labels`, also between paragraphs; `own` is what stays of the text.

    A heading that is a link, with a sentence of the text below it, begins the next part: "Read more" was the button of
    the part before, or "More on the pier" its last line.
    """
    blocks, found = outline.document.blocks, dict[int, Removed]()
    for marker, label in labels.items():
        at = marker + 1
        while at in own and is_all_links(blocks[at]) and not _begins_part(outline, at, own):
            found[at] = Removed(label.kind, f"below:{label.rule}")
            at += 1
    return found


def _begins_part(outline: Outline, index: int, own: Collection[int]) -> bool:
    if outline.document.blocks[index].role is not Role.HEADING or index + 1 not in own:
        return False
    return outline.prose_chars[index + 1] > 0 and not outline.document.blocks[index + 1].link_chars


def is_all_links(block: Block) -> bool:
    """Return whether a block says nothing but where it leads."""
    return block.link_chars >= _ALL_LINKS * len(block.text)
