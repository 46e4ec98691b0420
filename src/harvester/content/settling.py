"""What follows from a choice as a whole: the article stands in one column, and none of its paragraphs is torn out.

Each rule goes by the probabilities, too: what the classifier is sure of stays where it stands.
"""

from typing import Final

import numpy as np

from harvester.content.candidates import Candidates, Chosen
from harvester.content.revision import weights_of
from harvester.content.trunk import is_inside, main_column
from harvester.models import Role
from harvester.outline import Outline

_SURE_OUTSIDE: Final = 0.7  # probability from which a block outside of the main column stays
_MIN_SIBLINGS: Final = 4  # paragraphs, from which a share of them says something
_MOST_SIBLINGS: Final = 0.75  # of their characters
_HOPELESS: Final = 0.05  # a probability below it has a reason of its own: a notice among the paragraphs


def settled(outline: Outline, candidates: Candidates, chosen: Chosen) -> Chosen:
    """Return the choice with what belongs to it, and without what stands apart."""
    if not chosen.any():
        return chosen
    return within_column(outline, candidates, with_siblings(outline, candidates, chosen))


def with_siblings(outline: Outline, candidates: Candidates, chosen: Chosen) -> Chosen:
    """Return the choice with the paragraphs that most of their siblings are in: a text is not torn at a threshold.

    Siblings are paragraphs of prose in the same container, with the same tag and class.
    """
    document, groups = outline.document, dict[tuple[int, str, str], list[int]]()
    for number, at in enumerate(candidates.at.tolist()):
        block = document.blocks[at]
        if outline.prose_chars[at] and block.role is Role.PARAGRAPH and block.element >= 0:
            own = document.elements[block.element]
            groups.setdefault((own.parent, own.tag, own.classes), []).append(number)
    whole = chosen.copy()
    for numbers in groups.values():
        members = np.array(numbers)
        share = candidates.lengths[members[chosen[members]]].sum() / max(candidates.lengths[members].sum(), 1.0)
        if len(members) >= _MIN_SIBLINGS and share >= _MOST_SIBLINGS:
            whole[members[candidates.probabilities[members] >= _HOPELESS]] = True
    return whole


def within_column(outline: Outline, candidates: Candidates, chosen: Chosen) -> Chosen:
    """Return the choice without the blocks outside of its main column, but for those that are likely by themselves."""
    weights = np.where(chosen, weights_of(candidates.lengths) * candidates.probabilities, 0.0)
    inside = is_inside(outline, candidates.at, main_column(outline, candidates.at, weights))
    return np.asarray(chosen & (inside | (candidates.probabilities >= _SURE_OUTSIDE)))
