"""Pages with truth into rows with labels."""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from corpora import Sample
from folds import fold_of
from harvester.boilerplate import label_places
from harvester.cleaning import read_page
from harvester.content.features import feature_rows
from harvester.decode import decode
from harvester.dom import refuse_hostile
from harvester.errors import HarvesterError
from harvester.fallback import map_onto_blocks, trafilatura_blocks
from harvester.outline import Outline
from harvester.rules import load_rules
from harvester.text import fold

FOLDS = 5


@dataclass(frozen=True, slots=True)
class Example:
    """One page: the rows of its candidate blocks, which of them are true, and what it takes to score a choice."""

    sample: Sample
    fold: int
    rows: NDArray[np.float32]  # candidates x features
    names: tuple[str, ...]
    labels: NDArray[np.float32]  # 1: the block stands in the truth
    lengths: NDArray[np.float32]  # characters of each candidate
    texts: tuple[str, ...]
    second: NDArray[np.bool_]  # what the second opinion takes


def read_example(sample: Sample) -> Example | None:
    """Return the page as rows; None when it cannot be read or nothing of its truth is on it."""
    try:
        html = decode(sample.body(), None, sample.id)
        refuse_hostile(html, sample.id)
    except HarvesterError:
        return None
    document = read_page(html)
    outline = Outline(document)
    placed = label_places(document, outline, load_rules())
    candidates = [index for index in range(len(document.blocks)) if index not in placed]
    truth = [line for text in (sample.text or "").splitlines() if (line := fold(text))]
    true_blocks = map_onto_blocks(truth, document.blocks)
    if not candidates or not true_blocks.intersection(candidates):
        return None
    rows = feature_rows(document, outline, placed, load_rules())
    second = trafilatura_blocks(html, document)
    return Example(
        sample=sample,
        fold=fold_of(sample.url, FOLDS),
        rows=rows.values[candidates],
        names=rows.names,
        labels=np.array([index in true_blocks for index in candidates], dtype=np.float32),
        lengths=np.array([len(document.blocks[index].text) for index in candidates], dtype=np.float32),
        texts=tuple(document.blocks[index].text for index in candidates),
        second=np.array([index in second for index in candidates]),
    )


def weights(example: Example) -> NDArray[np.float64]:
    """Return the weights of a page's rows: long blocks count more, and no page outweighs the others."""
    raw = np.sqrt(example.lengths + 10.0).astype(np.float64)
    return np.asarray(raw / raw.sum() * min(len(raw), 400) ** 0.5)
