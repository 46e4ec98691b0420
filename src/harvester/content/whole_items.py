"""Like items of a list that are mostly in the text are in as a whole: the questions and answers of an accordion."""

from typing import Final

import numpy as np

from harvester.content.candidates import Candidates, Chosen, letters
from harvester.outline import Outline

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
    inside, most = _sums(seen.chars, candidates.at[chosen]), _MOST_OF_TEXT * np.count_nonzero(chosen)
    every = _sums(seen.chars, np.arange(len(seen.chars)))
    lacking = np.zeros(len(seen.chars) + 1, dtype=np.int64)
    lacking[1:] = np.cumsum(np.bincount(candidates.at[missing], minlength=len(seen.chars)))
    extents, mostly_in = outline.container_numbers, np.zeros(len(seen.chars), dtype=np.bool_)
    for items in (np.array(items) for items in outline.item_lists):
        first, end = extents.first[items], extents.end[items]
        if (end - first).sum() > most or not (lacking[end] - lacking[first]).any():
            continue
        if (inside[end] - inside[first]).sum() >= _SHARE * (every[end] - every[first]).sum():
            for pair in zip(first.tolist(), end.tolist(), strict=True):
                mostly_in[slice(*pair)] = True
    return np.asarray(chosen | (missing & mostly_in[candidates.at]))


def _sums(chars: np.ndarray, at: np.ndarray) -> np.ndarray:
    """Return the characters of the blocks `at` before each block, and before the end."""
    sums = np.zeros(len(chars) + 1, dtype=np.int64)
    own = np.zeros(len(chars), dtype=np.int64)
    own[at] = chars[at]
    sums[1:] = np.cumsum(own)
    return sums
