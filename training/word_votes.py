"""Learns what words say of a page's type: softmax regression with L2, by L-BFGS."""

from dataclasses import dataclass, replace

import numpy as np
from numpy.typing import NDArray
from scipy.optimize import minimize
from scipy.sparse import csr_matrix

from harvester.content.word_votes import WordVotes, first_of_kinds

PENALTY = 0.2  # on the square of each weight
STEPS = 60
Numbers = NDArray[np.float64]


@dataclass(frozen=True, slots=True)
class Pages:
    """What is learned from."""

    words: NDArray[np.bool_]  # pages x words
    types: NDArray[np.int64]
    weights: Numbers


def learn(pages: Pages, names: tuple[str, ...], count: int) -> WordVotes:
    """Return the votes of the words `names` (sorted) for `count` types."""
    kinds = first_of_kinds(names)
    rarity = np.log(len(pages.words) / np.maximum(pages.words.sum(axis=0), 1))
    rows = csr_matrix(_scaled(np.where(pages.words, rarity, 0.0), kinds))
    weights, base = _softmax(rows, pages, count)
    return WordVotes(names, kinds, _as_kept(np.column_stack((weights * rarity[:, np.newaxis], rarity**2))), base)


def scaled(votes: WordVotes, share: float, shift: Numbers) -> WordVotes:
    """Return the votes for sums in which they count `share`, with `shift` added to the types."""
    table = votes.table * np.array([share] * len(votes.base) + [1.0], dtype=np.float32)
    return replace(votes, table=_as_kept(table), base=share * votes.base + shift)


def plain_scores(votes: WordVotes, words: NDArray[np.bool_]) -> Numbers:
    """Return pages x types, computed as in training: what the test of `WordVotes.scores` stands on."""
    rarity = np.sqrt(votes.table[:, -1])
    weights = votes.table[:, :-1] / np.where(rarity > 0, rarity, 1.0)[:, np.newaxis]
    return np.asarray(_scaled(np.where(words, rarity, 0.0), votes.kinds) @ weights + votes.base)


def _as_kept(table: NDArray[np.floating]) -> NDArray[np.float32]:
    """Return the numbers as they are after the file, which has two bytes for each."""
    return table.astype(np.float16).astype(np.float32)


def _scaled(values: Numbers, kinds: NDArray[np.int64]) -> Numbers:
    """Return the values of each kind over their length, row by row."""
    squares = np.add.reduceat(values**2, kinds[:-1], axis=1)
    lengths = np.sqrt(np.where(squares > 0, squares, 1.0))
    return np.asarray(values / np.repeat(lengths, np.diff(kinds), axis=1))


def _softmax(rows: csr_matrix, pages: Pages, count: int) -> tuple[Numbers, Numbers]:
    """Return the weights, words x types, and what each type has without words."""
    words = rows.shape[1]
    true, columns = np.eye(count)[pages.types], rows.T.tocsr()

    def loss(point: Numbers) -> tuple[float, Numbers]:
        weights, base = point[: words * count].reshape(words, count), point[words * count :]
        scores = rows @ weights + base
        scores -= scores.max(axis=1, keepdims=True)
        sums = np.exp(scores).sum(axis=1)
        off = (np.exp(scores) / sums[:, np.newaxis] - true) * pages.weights[:, np.newaxis]
        lost = pages.weights @ (np.log(sums) - (scores * true).sum(axis=1)) + PENALTY / 2 * (weights**2).sum()
        return float(lost), np.concatenate(((columns @ off + PENALTY * weights).ravel(), off.sum(axis=0)))

    found = minimize(loss, np.zeros((words + 1) * count), jac=True, method="L-BFGS-B", options={"maxiter": STEPS})
    return found.x[: words * count].reshape(words, count), found.x[words * count :]
