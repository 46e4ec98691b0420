"""Buttons among the lines of the text: links that begin with one word of doing ("Shop Alder"), or all say the same.

One such line may be the author's. Three that part the text are buttons below what it lists, or lead to a story each.
"""

import re
from collections import defaultdict
from collections.abc import Collection, Sequence
from itertools import pairwise
from typing import Final

from harvester.models import Block, Removed, Role
from harvester.rules.kind_names import KindName
from harvester.rules.lexicon import Lexicon
from harvester.text import COLONS

_LABEL: Final = Removed(KindName.NOT_CONTENT, "form:links alike")
_WORD: Final = re.compile(r"\W*([^\W\d]\w*+)")
_ADDRESS: Final = re.compile(r"https?:|www\.", re.IGNORECASE)
_MAX_CHARS: Final = 60
_ALL_LINK: Final = 0.9  # of a line: a bullet or a mark may be beside the link
_MIN_ALIKE: Final = 3
_MIN_PARTED: Final = 0.5  # of the steps from one to the next, with something else in between: others are a list


def links_alike(blocks: Sequence[Block], chosen: Collection[int], lexicon: Lexicon) -> dict[int, Removed]:
    """Return the chosen paragraphs that are a short link each and begin alike, three or more of them.

    With a word of buttons, or they say the same: "Hotel Alder", "Hotel Birch" are names of what the text lists.
    """
    doing = lexicon.words("pages.buttons")
    alike: defaultdict[str, list[int]] = defaultdict(list)
    for at in chosen:
        if _is_link(blocks[at]) and (word := _WORD.match(blocks[at].text)) is not None:
            own = word[1].casefold()
            alike[own if own in doing else blocks[at].text.casefold()].append(at)
    found = {at for alone in alike.values() if _part_the_text(sorted(alone)) for at in alone}
    return dict.fromkeys(found - _alone_below_headings(blocks, chosen, found), _LABEL)


def _is_link(block: Block) -> bool:
    """Return whether a line is a link to another page, and says more than its address."""
    size = len(block.text)
    if block.role is not Role.PARAGRAPH or size > _MAX_CHARS or block.link_chars < _ALL_LINK * size:
        return False
    is_inner = any(span.href.startswith("#") for span in block.spans if span.tag == "a" and span.href)
    return not is_inner and not block.text.endswith(COLONS) and _ADDRESS.match(block.text) is None


def _part_the_text(found: Sequence[int]) -> bool:
    parted = sum(after - before > 1 for before, after in pairwise(found))
    return len(found) >= _MIN_ALIKE and parted >= _MIN_PARTED * (len(found) - 1)


def _alone_below_headings(blocks: Sequence[Block], chosen: Collection[int], found: Collection[int]) -> set[int]:
    """Return those of the lines that are all that stands below a heading: what it names is told elsewhere."""
    order = sorted(chosen) if found else []
    heads = [at not in found and blocks[at].role is Role.HEADING for at in order]
    around = zip([False, *heads], order, [*heads[1:], True], strict=False)
    return {at for is_below, at, is_above in around if at in found and is_below and is_above}
