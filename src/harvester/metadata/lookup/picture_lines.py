"""Lines directly behind a picture, by their markup: what theme after theme prints there is a caption or a credit."""

from collections.abc import Sequence
from typing import Final

from harvester.models import Block, ImageTag, Role

MAX_CAPTION_CHARS: Final = 300  # a longer line is a paragraph
MAX_BETWEEN: Final = 12  # tokens of markup: links around the picture, a <br>
_SET_APART: Final = ("<em", "<i>", "<i ", "<small", "<cite")


def stands_behind(image: ImageTag, block: Block) -> bool:
    """Return whether a line is the first text behind a picture, with hardly any markup between."""
    trace = block.trace
    if trace is None or block.role is not Role.PARAGRAPH or not trace.spots or image.place < 0:
        return False
    between = trace.markup.tokens[image.place + 1 : trace.spots[0]]
    return image.place < trace.spots[0] and len(between) <= MAX_BETWEEN and not any(map(str.strip, between[::2]))


def is_set_apart(image: ImageTag, block: Block) -> bool:
    """Return whether all of a line in the picture's own element is italic or small: `<img><br><em>The pier</em>`."""
    trace = block.trace
    if trace is None or image.element != block.element or len(block.text) > MAX_CAPTION_CHARS:
        return False
    if not stands_behind(image, block):
        return False
    tokens = trace.markup.tokens
    opening = _last_start(tokens[image.place + 1 : trace.spots[0] : 1])
    if opening is None or not opening.startswith(_SET_APART):
        return False
    tag = opening[1:].split(maxsplit=1)[0].strip(">")
    inside = tokens[trace.spots[0] : trace.spots[-1]]
    return f"</{tag}>" not in inside and tokens[trace.spots[-1] + 1] == f"</{tag}>"


def _last_start(tokens: Sequence[str]) -> str | None:
    """Return the first start tag behind a picture that is no break: the one that the line's text stands in."""
    starts = (token for token in tokens if token.startswith("<") and not token.startswith(("</", "<br", "<!")))
    return next(starts, None)
