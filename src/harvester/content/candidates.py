"""The blocks that may be content, with what is thought of them."""

from dataclasses import dataclass
from typing import Final

import numpy as np
from numpy.typing import NDArray

from harvester.content.features.matrix import Column
from harvester.models.frozen import at_once
from harvester.outline import Outline

Chosen = NDArray[np.bool_]
Indexes = NDArray[np.int64]

_MORE_OF_CJK: Final = 2  # a character says as much as three letters: two of them make about a word


@at_once
@dataclass(frozen=True, slots=True)
class Candidates:
    """The blocks that may be content, in reading order."""

    at: Indexes  # indexes of the blocks
    lengths: Column  # characters
    probabilities: Column

    def only(self, standing: Chosen) -> "Candidates":
        """Return those of `standing`."""
        return Candidates(self.at[standing], self.lengths[standing], self.probabilities[standing])


def letters(outline: Outline, candidates: Candidates) -> Column:
    """Return how much each candidate says, in letters: Han characters, kana and Hangul count for three."""
    return candidates.lengths + _MORE_OF_CJK * outline.block_numbers.cjk[candidates.at]
