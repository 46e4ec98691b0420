"""Lines directly behind a picture, by their markup: what theme after theme prints there is a caption or a credit."""

from collections.abc import Sequence
from typing import Final

from harvester.metadata.lookup.page_index import ancestors, key_of
from harvester.models import Block, Document, ImageTag, Role
from harvester.text import ends_sentence

MAX_CAPTION_CHARS: Final = 300  # a longer line is a paragraph
MAX_BETWEEN: Final = 12  # tokens of markup: links around the picture, a <br>
MIN_ALT_CHARS: Final = 12  # folded: a shorter one is a word that any line may begin with
PICTURE_LEVELS: Final = 3  # containers around a line, its own first
ALT_REACH: Final = 2  # blocks between a picture and the line that says what its alternative text says
_MIN_SAID: Final = 30  # folded characters of a line that is a caption by the alternative text alone
_MAX_UNSAID: Final = 0.5  # of a line behind the alternative text that it begins with: its credit
_CREDIT_ENDS: Final = (")", "\uff09", "]")
_SET_APART: Final = ("<em", "<i>", "<i ", "<small", "<cite")


def stands_behind(image: ImageTag, block: Block) -> bool:
    """Return whether a line is the first text behind a picture, with hardly any markup between."""
    trace = block.trace
    if trace is None or block.role is not Role.PARAGRAPH or not trace.spots or image.place < 0:
        return False
    between = trace.markup.tokens[image.place + 1 : trace.spots[0]]
    return image.place < trace.spots[0] and len(between) <= MAX_BETWEEN and not any(map(str.strip, between[::2]))


def says_when(block: Block) -> bool:
    """Return whether a line is hardly more than a time that the markup names: of the byline beside a portrait."""
    timed = sum(len(span.text) for span in block.spans if span.tag == "time")
    return timed * 2 > len(block.text)


def is_set_apart(image: ImageTag, block: Block) -> bool:
    """Return whether all of a line in the picture's own element is italic or small: `<img><br><em>The pier</em>`."""
    trace = block.trace
    if trace is None or image.element != block.element or len(block.text) > MAX_CAPTION_CHARS:
        return False
    if not stands_behind(image, block):
        return False
    tokens = trace.markup.tokens
    opening = _first_start(tokens[image.place + 1 : trace.spots[0]])
    if opening is None or not opening.startswith(_SET_APART):
        return False
    tag = opening[1:].split(maxsplit=1)[0].strip(">")
    inside = tokens[trace.spots[0] : trace.spots[-1]]
    return f"</{tag}>" not in inside and tokens[trace.spots[-1] + 1] == f"</{tag}>"


def says_alt(image: ImageTag, block: Block) -> bool:
    """Return whether a sentence says what the picture before it shows, as its alternative text does: a caption.

    Behind that a credit may stand; of a long one the alternative text may have no more than the beginning. What is no
    sentence may be the title of what the picture stands for.
    """
    if block.role is not Role.PARAGRAPH or block.link_chars or not _MIN_SAID <= len(block.text) <= MAX_CAPTION_CHARS:
        return False
    if not (ends_sentence(block.text) or block.text.endswith(_CREDIT_ENDS)):
        return False
    said, alt = key_of(block.text), key_of(image.alt)
    if min(len(said), len(alt)) < _MIN_SAID:
        return False
    return alt.startswith(said) or (said.startswith(alt) and len(alt) >= _MAX_UNSAID * len(said))


def _first_start(tokens: Sequence[str]) -> str | None:
    """Return the first start tag behind a picture that is no break: the one that the line's text stands in."""
    starts = (token for token in tokens if token.startswith("<") and not token.startswith(("</", "<br", "<!")))
    return next(starts, None)


def repeats_alt(document: Document, index: int) -> bool:
    """Return whether a line is the alternative text of a picture beside it, or that with a credit behind."""
    key = key_of(document.blocks[index].text)
    said = (key_of(image.alt) for image in document.images if abs(image.block - index) <= ALT_REACH)
    return any(len(alt) >= MIN_ALT_CHARS and key.startswith(alt) for alt in said)


def is_alone_with_picture(document: Document, index: int) -> bool:
    """Return whether the container of a line, or the one around it, has a picture before it and no other line."""
    blocks, elements = document.blocks, document.elements
    own = blocks[index].element
    before = [image for image in document.images if image.block == index and image.element >= 0]
    if not before or own < 0:
        return False
    around = ancestors(document, own, PICTURE_LEVELS)
    near = [one.element for at, one in enumerate(blocks) if at != index and abs(at - index) <= 1]
    others = frozenset(place for element in near for place in ancestors(document, element))
    alone = [place for place in around if place not in others and elements[place].tag != "body"]
    return any(place in ancestors(document, image.element) for image in before for place in alone)
