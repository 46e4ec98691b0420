"""Like items of a list that are mostly in the text are in as a whole: the questions and answers of an accordion."""

from typing import Final

import numpy as np

from harvester.content.candidates import Candidates, Chosen, Indexes, letters
from harvester.outline import Outline
from harvester.outline.block_numbers import BlockNumbers

_SHARE: Final = 0.75  # of the items' characters, that are in
_CHANCE: Final = 0.1  # of a block of theirs; of those of some length 20 of 22 are true
_MIN_LINE: Final = 40  # letters of one that is no sentence: labels ("Pros", "Up", a price) are shorter
_MIN_SENTENCE: Final = 15
_MOST_OF_TEXT: Final = 0.7  # of the chosen blocks: items with more are the text itself


def with_whole_items(outline: Outline, candidates: Candidates, chosen: Chosen) -> Chosen:
    """Return the choice with the blocks without links that like items lack, where most of these items is in."""
    seen = outline.block_numbers
    said = letters(outline, candidates)
    is_said = (said >= _MIN_LINE) | ((said >= _MIN_SENTENCE) & (seen.last_end[candidates.at] > 0))
    missing = ~chosen & is_said & (seen.linked[candidates.at] == 0) & (candidates.probabilities >= _CHANCE)
    if not missing.any():
        return chosen
    most, mostly_in = _MOST_OF_TEXT * np.count_nonzero(chosen), np.zeros(len(seen.chars), dtype=np.bool_)
    for extents in ([outline.extents[item] for item in items] for items in outline.item_lists):
        if sum([end - first for first, end in extents]) > most:
            continue
        held = np.zeros(len(seen.chars), dtype=np.bool_)
        for first, end in extents:
            held[first:end] = True
        own = held[candidates.at]
        if (own & missing).any() and _chars(seen, candidates.at[own & chosen]) >= _SHARE * _chars(seen, held):
            mostly_in |= held
    return np.asarray(chosen | (missing & mostly_in[candidates.at]))


def _chars(seen: BlockNumbers, those: Indexes | Chosen) -> int:
    """Return the characters of blocks."""
    return int(seen.chars[those].sum())
