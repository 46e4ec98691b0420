"""The blocks that may be content, with what is thought of them."""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from harvester.content.features.matrix import Column

Chosen = NDArray[np.bool_]
Indexes = NDArray[np.int64]


@dataclass(frozen=True, slots=True)
class Candidates:
    """The blocks that may be content, in reading order."""

    at: Indexes  # indexes of the blocks
    lengths: Column  # characters
    probabilities: Column

    def only(self, standing: Chosen) -> "Candidates":
        """Return those of `standing`."""
        return Candidates(self.at[standing], self.lengths[standing], self.probabilities[standing])
