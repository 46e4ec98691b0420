"""What the words of a page say of its type, all together: a softmax regression beside the trees.

Trees ask for a few hundred words, one at a time; many pages hold none of those and dozens of others that each say a
little. Every kind of words (those of classes, of labels, of the URL ...) is brought to length 1, the rare ones counting
more, so that a page of a thousand classes says no more by them than one of ten. Compiled (native/page_words.c), or with
numpy.
"""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from harvester import native


@dataclass(frozen=True)
class WordVotes:
    """The weights, learned by `training/word_votes.py`."""

    names: tuple[str, ...]  # words behind what they are words of ("class:cart"), sorted
    kinds: NDArray[np.int64]  # the first word of each kind, and behind them the number of words
    table: NDArray[np.float32]  # words x (types, and the square of the word's rarity)
    base: NDArray[np.float64]  # of each type, without any word

    def scores(self, rows: NDArray[np.float32]) -> NDArray[np.float64]:
        """Return rows x types, given rows x words: which of them a page has (above 0)."""
        scores = np.empty((len(rows), len(self.base)))
        for row, own in zip(rows, scores, strict=True):
            self._write_score(row, own)
        return scores

    def _write_score(self, row: NDArray[np.float32], scores: NDArray[np.float64]) -> None:
        if native.CORE is not None:
            native.CORE.sum_votes(self.kinds, self.table, self.base, np.ascontiguousarray(row), scores)
            return
        there = row.nonzero()[0]
        up_to = np.zeros((len(there) + 1, self.table.shape[1]))
        np.cumsum(self.table[there], axis=0, dtype=np.float64, out=up_to[1:])
        sums = np.diff(up_to[there.searchsorted(self.kinds)], axis=0)
        sums = sums[sums[:, -1] > 0]
        scores[:] = self.base + (sums[:, :-1] / np.sqrt(sums[:, -1:])).sum(axis=0)


def first_of_kinds(names: tuple[str, ...]) -> NDArray[np.int64]:
    """Return where in the sorted names each kind begins, and behind that their number."""
    kinds = [name.partition(":")[0] for name in names]
    begins = [at for at, kind in enumerate(kinds) if at == 0 or kinds[at - 1] != kind]
    return np.array([*begins, len(names)], dtype=np.int64)
