"""Like items of a list that are mostly in the text are in as a whole: the questions and answers of an accordion."""

from itertools import chain
from typing import Final

import numpy as np

from harvester.content.candidates import Candidates, Chosen, Indexes, letters
from harvester.outline import Outline

_SHARE: Final = 0.75  # of the items' characters, that are in
_CHANCE: Final = 0.1  # of a block of theirs; of those of some length 20 of 22 are true
_MIN_LINE: Final = 40  # letters of one that is no sentence: labels ("Pros", "Up", a price) are shorter
_MIN_SENTENCE: Final = 15
_MOST_OF_TEXT: Final = 0.7  # of the chosen blocks: items with more are the text itself


def with_whole_items(outline: Outline, candidates: Candidates, chosen: Chosen) -> Chosen:
    """Return the choice with the blocks without links that like items lack, where most of these items is in."""
    if not outline.item_lists:
        return chosen
    seen = outline.block_numbers
    said = letters(outline, candidates)
    is_said = (said >= _MIN_LINE) | ((said >= _MIN_SENTENCE) & (seen.last_end[candidates.at] > 0))
    missing = ~chosen & is_said & (seen.linked[candidates.at] == 0) & (candidates.probabilities >= _CHANCE)
    if not missing.any():
        return chosen
    mostly_in = np.zeros(len(seen.chars), dtype=np.bool_)
    for items in _lists_mostly_in(outline, candidates.at[chosen], candidates.at[missing]):
        for first, end in (outline.extents[item] for item in items):
            mostly_in[first:end] = True
    return np.asarray(chosen | (missing & mostly_in[candidates.at]))


def _lists_mostly_in(outline: Outline, chosen: Indexes, missing: Indexes) -> list[tuple[int, ...]]:
    """Return the lists of like items that lack one of the missing blocks, and of which most is chosen."""
    lists, chars, extents = outline.item_lists, outline.block_numbers.chars, outline.container_numbers
    items = np.array(list(chain.from_iterable(lists)), dtype=np.int64)
    starts = np.cumsum([0, *map(len, lists[:-1])])
    first, end = extents.first[items], extents.end[items]

    def of_lists(values: np.ndarray, those: Indexes | slice) -> np.ndarray:
        sums = np.zeros(len(chars) + 1, dtype=np.int64)
        sums[1:][those] = values[those]
        np.cumsum(sums, out=sums)
        return np.add.reduceat(sums[end] - sums[first], starts)

    ones, every = np.ones(len(chars), dtype=np.int64), slice(None)
    are_in = of_lists(ones, every) <= _MOST_OF_TEXT * len(chosen)
    are_in &= (of_lists(ones, missing) > 0) & (of_lists(chars, chosen) >= _SHARE * of_lists(chars, every))
    return [lists[number] for number in are_in.nonzero()[0].tolist()]
