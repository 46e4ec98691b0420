"""Lines that part a text into its parts, and that no markup calls headings."""

from typing import Final

import numpy as np

from harvester.content.candidates import Candidates, Chosen, Indexes
from harvester.outline import Outline
from harvester.text import COLONS

_YEAR_DIGITS: Final = 4
_ACCOUNT: Final = "@"  # "@harbour_news": whose post stood there
_AMID_CHANCE: Final = 0.16  # of a line amid paragraphs that is made otherwise


def cross_heads(outline: Outline, candidates: Candidates, lines: Indexes, asked: Chosen) -> Chosen:
    """Return which lines stand between two sentences made alike, in their container, and below no picture.

    What parts a text so is a heading of it, whatever its class. In Han none was: a caption, or the name of a site.
    """
    blocks, elements = outline.document.blocks, outline.document.elements
    seen, below = outline.block_numbers, {image.block for image in outline.document.images}
    amid = np.zeros(len(candidates.at), dtype=np.bool_)
    for number in np.flatnonzero(asked[lines]).tolist():  # none is the first or the last line
        before, own, behind = lines[number - 1 : number + 2].tolist()
        at = int(candidates.at[own])
        around = [blocks[candidates.at[other]].element for other in (before, behind)]
        is_amid_prose = seen.prose[candidates.at[[before, behind]]].all()  # not labels and values in turns
        if (
            not is_amid_prose
            or at in below
            or blocks[at].element < 0
            or min(around) < 0
            or not _heads_something(blocks[at].text)
        ):
            continue
        one, other = (elements[element] for element in around)
        if (one.parent, one.tag, one.classes) == (other.parent, other.tag, other.classes) and one.parent >= 0:
            amid[own] = one.parent in (blocks[at].element, elements[blocks[at].element].parent)
    has_no_han = seen.cjk[candidates.at] == 0
    return np.asarray(amid & has_no_han & (candidates.probabilities >= _AMID_CHANCE))


def _heads_something(text: str) -> bool:
    """Return whether a line may be a heading: it says a word and no date, and is no label of what stood below it."""
    is_other = text.endswith(COLONS) or text.startswith(_ACCOUNT) or sum(map(str.isdigit, text)) > _YEAR_DIGITS
    return not is_other and any(map(str.isalpha, text))
