"""Which blocks of a page are its article: the classifier's word, and a second opinion where it is unsure."""

from collections.abc import Collection
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from harvester.content.features import feature_rows
from harvester.content.model import Model
from harvester.fallback import trafilatura_blocks
from harvester.models import Document, Role
from harvester.outline import Outline
from harvester.rules import Rules

Probabilities = NDArray[np.float64]
Chosen = NDArray[np.bool_]


@dataclass(frozen=True, slots=True)
class Choice:
    """The blocks of the article."""

    blocks: frozenset[int]
    method: str  # "classifier", or "classifier+trafilatura" where a second opinion was asked
    confidence: float  # 0 to 1: the word F1 that pages of this kind reached in cross-validation
    model: str | None  # digest of the classifier; None: it was not asked


def choose(html: str, outline: Outline, placed: Collection[int], rules: Rules, model: Model) -> Choice:
    """Return which blocks are the article; none when no block looks like content.

    `placed` are the blocks that rules have taken out by their place; they are not candidates.
    """
    document = outline.document
    candidates = np.array([at for at in range(len(document.blocks)) if at not in placed], dtype=np.int64)
    if not len(candidates):
        return Choice(frozenset(), "classifier", 0.0, model.digest)
    rows = feature_rows(document, outline, placed, rules)
    probabilities = _level_tables(document, candidates, model.probabilities(rows.values[candidates]))
    lengths = np.array([len(document.blocks[at].text) for at in candidates], dtype=np.float32)
    chosen, method = select(probabilities, model.threshold), "classifier"
    raw = expected_f1(probabilities, lengths, chosen)
    if raw < model.unsure:
        theirs = trafilatura_blocks(html, document)
        second = np.array([at in theirs for at in candidates])
        chosen, method = with_second_opinion(probabilities, lengths, second, model.threshold), "classifier+trafilatura"
    return Choice(frozenset(candidates[chosen].tolist()), method, round(model.calibrate(raw), 3), model.digest)


def _level_tables(document: Document, candidates: NDArray[np.int64], probabilities: Probabilities) -> Probabilities:
    """Return the probabilities with one value for all rows of a table: half a table says something else."""
    tables: dict[int, list[int]] = {}
    for place, at in enumerate(candidates):
        block = document.blocks[at]
        if block.role is Role.TABLE and block.element >= 0:
            tables.setdefault(_table_of(document, block.element), []).append(place)
    levelled = probabilities.copy()
    for places in tables.values():
        levelled[places] = probabilities[places].mean()
    return levelled


def _table_of(document: Document, element: int) -> int:
    """Return the element of the table that a row stands in."""
    while element >= 0 and document.elements[element].tag != "table":
        element = document.elements[element].parent
    return element


def select(probabilities: Probabilities, threshold: float) -> Chosen:
    """Return the blocks of at least `threshold`."""
    return np.asarray(probabilities >= threshold)


def expected_f1(probabilities: Probabilities, lengths: NDArray[np.float32], chosen: Chosen) -> float:
    """Return the F1 by characters that a choice would have if the probabilities were true, 0 to 1."""
    weight = np.log1p(lengths) * np.sqrt(lengths)  # between counting blocks and counting characters
    hit = float((weight * probabilities)[chosen].sum())
    extra = float((weight * (1 - probabilities))[chosen].sum())
    missed = float((weight * probabilities)[~chosen].sum())
    return 2 * hit / (2 * hit + extra + missed) if hit else 0.0


def with_second_opinion(
    probabilities: Probabilities, lengths: NDArray[np.float32], second: Chosen, threshold: float
) -> Chosen:
    """Return the better supported of our choice, theirs, and what both agree on or either takes.

    Theirs counts as much as ours does: a block that only one of the two takes is worth the mean of both.
    """
    blended = (probabilities + second) / 2
    ours = select(probabilities, threshold)
    options = [select(blended, threshold), ours, *([second, ours & second, ours | second] if second.any() else [])]
    return max(options, key=lambda chosen: expected_f1(blended, lengths, chosen))
