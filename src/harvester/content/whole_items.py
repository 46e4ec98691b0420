"""Like items of a list that are mostly in the text are in as a whole: the questions and answers of an accordion."""

from typing import Final

import numpy as np

from harvester.content.candidates import Candidates, Chosen
from harvester.outline import Outline

_SHARE: Final = 0.75  # of the items' characters, that are in
_CHANCE: Final = 0.1  # of a block of theirs; of those of some length 20 of 22 are true
_MIN_CHARS: Final = 40  # of one that is no sentence: labels ("Pros", "Up", a price) are shorter
_MIN_SENTENCE: Final = 15
_MOST_OF_TEXT: Final = 0.7  # of the chosen blocks: items with more are the text itself


def with_whole_items(outline: Outline, candidates: Candidates, chosen: Chosen) -> Chosen:
    """Return the choice with the blocks without links that like items lack, where most of these items is in."""
    seen = outline.block_numbers
    is_said = (candidates.lengths >= _MIN_CHARS) | (
        (candidates.lengths >= _MIN_SENTENCE) & (seen.last_end[candidates.at] > 0)
    )
    missing = ~chosen & is_said & (seen.linked[candidates.at] == 0) & (candidates.probabilities >= _CHANCE)
    if not missing.any():
        return chosen
    inside, whole, most = _sums(seen.chars, candidates.at[chosen]), chosen, _MOST_OF_TEXT * np.count_nonzero(chosen)
    every = _sums(seen.chars, np.arange(len(seen.chars)))
    lacking = np.zeros(len(seen.chars) + 1, dtype=np.int64)
    lacking[1:] = np.cumsum(np.bincount(candidates.at[missing], minlength=len(seen.chars)))
    extents = outline.container_numbers
    for items in (np.array(items) for items in outline.item_lists):
        first, end = extents.first[items], extents.end[items]
        if (end - first).sum() > most or not (lacking[end] - lacking[first]).any():
            continue
        if (inside[end] - inside[first]).sum() >= _SHARE * (every[end] - every[first]).sum():
            places = np.concatenate([np.arange(*pair) for pair in zip(first.tolist(), end.tolist(), strict=True)])
            whole = whole | (missing & np.isin(candidates.at, places))
    return np.asarray(whole)


def _sums(chars: np.ndarray, at: np.ndarray) -> np.ndarray:
    """Return the characters of the blocks `at` before each block, and before the end."""
    sums = np.zeros(len(chars) + 1, dtype=np.int64)
    own = np.zeros(len(chars), dtype=np.int64)
    own[at] = chars[at]
    sums[1:] = np.cumsum(own)
    return sums
