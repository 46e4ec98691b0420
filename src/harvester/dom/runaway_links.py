"""Links that run away: an anchor that is never closed makes a link of all that follows it."""

from collections.abc import Mapping, Sequence
from typing import Final

from harvester.models import Block

# A card is a headline and a summary; no link holds so much, in so many blocks.
_MIN_CHARS: Final = 1_200
_MIN_BLOCKS: Final = 4


def release_links(blocks: list[Block], linked: Mapping[str, Sequence[tuple[int, int]]]) -> None:
    """Take from `blocks` the characters of links that hold a whole article.

    `linked`: address -> the blocks that its links are in, each with the characters inside them.
    """
    for target, places in linked.items():
        if len(places) < _MIN_BLOCKS or target.startswith(("#", "javascript:")):
            continue
        if sum(chars for _, chars in places) < _MIN_CHARS:
            continue
        for at, chars in places:
            block = blocks[at]
            blocks[at] = block._replace(link_chars=max(block.link_chars - chars, 0))
