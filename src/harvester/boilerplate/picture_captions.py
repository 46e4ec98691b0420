"""Captions that no markup calls so: the one line in a box with a picture, and lines below one that are no sentences."""

from collections import defaultdict
from collections.abc import Collection, Iterator, Mapping
from itertools import islice
from typing import Final

from harvester.models import Block, ImageTag, Removed, Role
from harvester.outline import Outline
from harvester.rules.kind_names import KindName
from harvester.rules.load import Rules
from harvester.text import ends_sentence

_CAPTION: Final = Removed(KindName.CAPTION, "form:line below a picture")
# Not a caption that its picture shows: some are heads of what was taken out below them.
_LABEL: Final = Removed(KindName.NOT_CONTENT, "form:label below a picture")
_LABEL_DOUBT: Final = 0.2  # of the classifier: names of products and steps stand below pictures, too, and it knows them
_MAX_LABELS: Final = 0.15  # of the chosen text
_MOST_LINES: Final = 0.5  # of the text's paragraphs, up to which labels are not its own form
_MAX_CHARS: Final = 200  # a longer text beside a picture is the description of what it shows, or the article
_MAX_SHARE: Final = 0.3  # of the chosen text: a page that has more of it in such boxes is made of them
_MAX_LEVELS: Final = 60  # from a picture, and from a line, up to what is around both: hostile pages nest thousands
_MIN_PIXELS: Final = 100  # a side of a picture; smaller is an icon
_MAX_LINK_SHARE: Final = 0.5
_LINES: Final = frozenset({Role.PARAGRAPH, Role.QUOTE})
_GOING_ON: Final = (",", "--", "–", "—")  # a place before the news, a name before what is said of it


def picture_captions(outline: Outline, chosen: Collection[int]) -> dict[int, Removed]:
    """Return the blocks of the body that are alone in a box with a picture, right behind it.

    Boxes of like markup are judged as one: where one holds a paragraph, they are the parts of a list with pictures.
    """
    boxes: defaultdict[tuple[str, str], list[int]] = defaultdict(list)
    for at, box in _boxed(outline, chosen):
        element = outline.document.elements[box]
        boxes[element.tag, element.classes].append(at)
    blocks = outline.document.blocks
    short = [found for found in boxes.values() if all(len(blocks[at].text) <= _MAX_CHARS for at in found)]
    captions = {at for found in short for at in found}
    if not captions or _chars(blocks, captions) > _MAX_SHARE * _chars(blocks, chosen):
        return {}
    return dict.fromkeys(sorted(captions), _CAPTION)


def picture_labels(
    outline: Outline, rules: Rules, chosen: Collection[int], doubts: Mapping[int, float]
) -> dict[int, Removed]:
    """Return the paragraphs of one line right behind a picture that are no sentence, and that are doubted.

    What has a known wording is what that says. Where most of the text is such lines, as on blogs that set a line a
    paragraph, the form says nothing.
    """
    below = {image.block for image in outline.document.images if image.block in chosen and _is_picture(image)}
    if not below:
        return {}
    blocks, languages = outline.document.blocks, outline.languages
    doubted = {at for at in below if doubts.get(at, 0.0) > _LABEL_DOUBT and _is_label(blocks[at])}
    labels = {at for at in doubted if not rules.lines(blocks[at].text, languages)}
    if not labels or _chars(blocks, labels) > _MAX_LABELS * _chars(blocks, chosen):
        return {}
    lines = [blocks[at] for at in chosen if blocks[at].role is Role.PARAGRAPH]
    if sum(map(_is_label, lines)) > _MOST_LINES * len(lines):
        return {}
    return dict.fromkeys(sorted(labels), _LABEL)


def _is_label(block: Block) -> bool:
    if block.role is not Role.PARAGRAPH or len(block.text) > _MAX_CHARS or "\n" in block.text:
        return False
    goes_on = block.text.endswith(_GOING_ON) and any(map(str.isalpha, block.text))
    return not ends_sentence(block.text) and not goes_on and _is_text(block)


def _chars(blocks: tuple[Block, ...], numbers: Collection[int]) -> int:
    return sum(len(blocks[at].text) for at in numbers)


def _boxed(outline: Outline, chosen: Collection[int]) -> Iterator[tuple[int, int]]:
    """Yield the chosen blocks that follow a picture in a box of theirs, each with the element that is the box."""
    blocks = outline.document.blocks
    for image in outline.document.images:
        at = image.block
        if at in chosen and blocks[at].role in _LINES and _is_picture(image) and _is_text(blocks[at]):
            box = _common(outline, image.element, blocks[at].element)
            if box >= 0 and box != blocks[at].element and outline.extents[box] == (at, at + 1):
                yield at, box


def _is_picture(image: ImageTag) -> bool:
    return all(side is None or side >= _MIN_PIXELS for side in (image.width, image.height))


def _is_text(block: Block) -> bool:
    return block.link_chars <= _MAX_LINK_SHARE * len(block.text)


def _common(outline: Outline, one: int, other: int) -> int:
    """Return the innermost element around both; -1: none is near."""
    around = set(islice(outline.upwards(one), _MAX_LEVELS))
    return next((at for at in islice(outline.upwards(other), _MAX_LEVELS) if at in around), -1)
