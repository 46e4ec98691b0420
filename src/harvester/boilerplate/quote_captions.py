"""Who is quoted, where a <figcaption> says it: in a <figure> that shows no picture, but a quote."""

from collections.abc import Collection
from itertools import islice
from typing import Final

from harvester.models import Role
from harvester.outline import Outline
from harvester.rules.lexicon import Lexicon

_MAX_CHARS: Final = 150
_PORTRAIT: Final = 160  # pixels of its width, at most
_LEVELS: Final = 6  # from the caption, and from the quote, up to their figure


def quote_captions(outline: Outline, lexicon: Lexicon, chosen: Collection[int]) -> frozenset[int]:
    """Return the captions right below a chosen quote that say whom it is from."""
    if "figure" not in outline.tags:
        return frozenset()
    blocks = outline.document.blocks
    named = outline.named_signatures(lexicon.class_words["quote_box"])
    below = (at + 1 for at in chosen if at + 1 < len(blocks) and blocks[at + 1].role is Role.CAPTION)
    return frozenset(at for at in below if len(blocks[at].text) <= _MAX_CHARS and _names_quoted(outline, named, at))


def _names_quoted(outline: Outline, named: Collection[str], at: int) -> bool:
    elements, blocks = outline.document.elements, outline.document.blocks
    own = list(islice(outline.upwards(blocks[at].element), _LEVELS))
    tags = [elements[box].tag for box in own]
    if "figure" not in tags or "figcaption" not in tags:
        return False
    figure, caption = own[tags.index("figure")], own[tags.index("figcaption")]
    if outline.extents[figure][0] > at - 1 or _shows_picture(outline, figure, caption):
        return False
    around = list(islice(outline.upwards(blocks[at - 1].element), _LEVELS))
    inner = around[: around.index(figure) + 1] if figure in around else []
    return any(elements[box].tag == "blockquote" or outline.signatures[box] in named for box in inner)


def _shows_picture(outline: Outline, figure: int, caption: int) -> bool:
    """Return whether a picture is in a figure, but for the portrait beside a name."""
    large = (image for image in outline.document.images if image.width is None or image.width > _PORTRAIT)
    boxes = (list(islice(outline.upwards(image.element), _LEVELS)) for image in large)
    return any(figure in around and caption not in around for around in boxes)
