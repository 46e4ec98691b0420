"""Who is quoted, where a <figcaption> says it: in a <figure> that shows no picture, but a quote."""

from collections.abc import Collection
from itertools import islice
from typing import Final

from harvester.models import Role
from harvester.outline import Outline
from harvester.rules.lexicon import Lexicon

_MAX_CHARS: Final = 150
_OF_PICTURES: Final = frozenset({"figure", "figcaption"})
_PORTRAIT: Final = 160  # pixels of its width, at most
_LEVELS: Final = 6  # from the caption, and from the quote, up to their figure


def quote_captions(outline: Outline, lexicon: Lexicon, chosen: Collection[int]) -> frozenset[int]:
    """Return the captions right below a chosen quote that say whom it is from."""
    if "figure" not in outline.tags:
        return frozenset()
    blocks = outline.document.blocks
    named = outline.named_signatures(lexicon.class_words["quote_box"])
    below = {at + 1 for at in chosen if at + 1 < len(blocks) and blocks[at + 1].role is Role.CAPTION}
    pictured = _pictured(outline) if below else frozenset()
    short = (at for at in below if len(blocks[at].text) <= _MAX_CHARS)
    return frozenset(at for at in short if _names_quoted(outline, named, pictured, at))


def _names_quoted(outline: Outline, named: Collection[str], pictured: Collection[int], at: int) -> bool:
    elements, blocks = outline.document.elements, outline.document.blocks
    own = list(islice(outline.upwards(blocks[at].element), _LEVELS))
    tags = [elements[box].tag for box in own]
    if "figure" not in tags or "figcaption" not in tags:
        return False
    figure = own[tags.index("figure")]
    if outline.extents[figure][0] > at - 1 or figure in pictured:
        return False
    around = list(islice(outline.upwards(blocks[at - 1].element), _LEVELS))
    inner = around[: around.index(figure) + 1] if figure in around else []
    return any(elements[box].tag == "blockquote" or outline.signatures[box] in named for box in inner)


def _pictured(outline: Outline) -> frozenset[int]:
    """Return the figures that show a picture, but for the portrait beside a name."""
    elements, found = outline.document.elements, set()
    for image in outline.document.images:
        if image.width is None or image.width > _PORTRAIT:
            near = islice(outline.upwards(image.element), _LEVELS)
            own = next((box for box in near if elements[box].tag in _OF_PICTURES), None)
            found |= {own} if own is not None and elements[own].tag == "figure" else set()
    return frozenset(found)
