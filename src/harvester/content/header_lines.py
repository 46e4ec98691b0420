"""Lines of the page's header that are text where no field has them: a standfirst apart from the main column."""

from typing import Final

import numpy as np

from harvester.content.candidates import Candidates, Chosen, letters
from harvester.models import PAGE_ROLES, Role
from harvester.outline import Outline

_CHANCE: Final = 0.5
_MOST: Final = 4  # lines, of which the classifier is not sure: more are a list
_MIN_HEADING: Final = 40  # letters of a heading that is one: shorter are labels and other headlines
_PARAGRAPH: Final = PAGE_ROLES.index(Role.PARAGRAPH)
_HEADING: Final = PAGE_ROLES.index(Role.HEADING)


def header_lines(outline: Outline, candidates: Candidates, likely: Chosen, text: Chosen) -> frozenset[int]:
    """Return the `likely` lines below the headline, in a container of their own with it, that the `text` lacks.

    The container holds nothing of the text, and no other heading: that would be another story's.
    """
    left = likely & ~text & (candidates.probabilities >= _CHANCE)
    headline = outline.headline if np.count_nonzero(left) and np.count_nonzero(text) else None
    if headline is None:
        return frozenset()
    roles = outline.block_numbers.role[candidates.at]
    first = candidates.at[int(np.argmax(text))]
    lines = (roles == _PARAGRAPH) | ((roles == _HEADING) & (letters(outline, candidates) >= _MIN_HEADING))
    left &= lines & (candidates.at > headline) & (candidates.at < first)
    found = candidates.at[left].tolist()
    if not 0 < len(found) <= _MOST:
        return frozenset()
    return frozenset(at for at in found if _is_in_header(outline, at, headline, int(first)))


def _is_in_header(outline: Outline, at: int, headline: int, text: int) -> bool:
    """Return whether a block is in a container with the headline, but not with the text, nor with another heading."""
    blocks = outline.document.blocks
    around = outline.upwards(blocks[at].element)
    extents = (outline.extents[element] for element in around)
    first, end = next(((first, end) for first, end in extents if first <= headline), (0, len(blocks)))
    others = (index for index in range(first, min(end, text + 1)) if index not in (at, headline))
    return end <= text and not any(blocks[index].role is Role.HEADING for index in others)
