"""Like items of a list that are mostly in the text are in as a whole: the questions and answers of an accordion."""

from collections.abc import Sequence
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
    own, most = np.zeros(len(seen.chars), dtype=np.int64), _MOST_OF_TEXT * np.count_nonzero(chosen)
    own[candidates.at[chosen]] = seen.chars[candidates.at[chosen]]
    lacks, mostly_in = np.zeros((2, len(seen.chars)), dtype=np.bool_)
    lacks[candidates.at[missing]] = True
    lacking, inside, every = map(_up_to, (lacks, own, seen.chars))
    for extents in ([outline.extents[item] for item in items] for items in outline.item_lists):
        if sum([end - first for first, end in extents]) > most:
            continue
        if _within(lacking, extents) and _within(inside, extents) >= _SHARE * _within(every, extents):
            for first, end in extents:
                mostly_in[first:end] = True
    return np.asarray(chosen | (missing & mostly_in[candidates.at]))


def _up_to(values: np.ndarray) -> list[int]:
    """Return the sum of the values before each block, and before the end."""
    return [0, *np.cumsum(values).tolist()]


def _within(sums: Sequence[int], extents: Sequence[tuple[int, int]]) -> int:
    """Return the sum of the values in the extents, given the sums before each block."""
    return sum([sums[end] - sums[first] for first, end in extents])
