"""The main column: the innermost container with most of the content; what is outside is seldom the article's."""

from typing import Final

import numpy as np
from numpy.typing import NDArray

from harvester.content.features.matrix import Column, Columns, signed_log
from harvester.outline import Outline
from harvester.outline.containers import inherited, summed

_SHARES: Final = (0.5, 0.7, 0.9)  # of the weight, that the container holds at least
MAIN_SHARE: Final = 0.7  # one teaser list more or less does not move it
_FAR: Final = 20  # containers


def main_column(outline: Outline, at: NDArray[np.int64], weights: Column, share: float = MAIN_SHARE) -> int | None:
    """Return the innermost element with `share` of the weight of the blocks `at`; None when none holds as much."""
    least = share * float(weights.sum())
    return _innermost(outline, _element_sums(outline, at, weights) >= least) if least > 0 else None


def _innermost(outline: Outline, fitting: NDArray[np.bool_]) -> int | None:
    """Return the deepest of the elements that fit, the first of several; None where none does."""
    elements = np.flatnonzero(fitting)
    return int(elements[np.argmax(outline.container_numbers.depth[elements])]) if len(elements) else None


def _element_sums(outline: Outline, at: NDArray[np.int64], weights: Column) -> Column:
    """Return the weight in each element."""
    return summed(outline.container_numbers.parent, outline.block_numbers.element[at], weights)[:-1]


def is_inside(outline: Outline, at: NDArray[np.int64], container: int | None) -> NDArray[np.bool_]:
    """Return which of the blocks `at` are in the container; all are where there is none."""
    if container is None:
        return np.ones(len(at), dtype=np.bool_)
    first, end = outline.extents[container]
    return np.asarray((at >= first) & (at < end))


def trunk_columns(outline: Outline, at: NDArray[np.int64], weights: Column) -> Columns:
    """Return how each block lies to the innermost containers that hold most of the weight."""
    sums = _element_sums(outline, at, weights)
    columns: Columns = {}
    levels: dict[int | None, Column] = {}  # by container: two of the three are often one
    for share in _SHARES:
        container = _innermost(outline, sums >= share * max(weights.sum(), 1e-9))
        name = f"trunk{round(100 * share)}"
        first, end = outline.extents[container] if container is not None else (0, len(outline.document.blocks))
        columns[f"{name}_in"] = is_inside(outline, at, container).astype(np.float64)
        columns[f"{name}_beyond"] = signed_log(np.maximum(at - end + 1, 0) - np.maximum(first - at, 0.0))
        columns[f"{name}_size"] = np.full(len(at), (end - first) / max(len(outline.document.blocks), 1))
        if container not in levels:
            levels[container] = _levels(outline, at, container)
        columns[f"{name}_levels"] = levels[container]
    return columns


def _levels(outline: Outline, at: NDArray[np.int64], container: int | None) -> Column:
    """Return how many containers up from the main one the first that holds a block, too, is."""
    around = outline.ancestors(container) if container is not None else []
    levels = np.full(len(outline.container_numbers.parent), -1)
    levels[around] = np.arange(len(around))
    found = inherited(outline.container_numbers.parent, levels)[outline.block_numbers.element[at]]
    return np.where(found >= 0, found, _FAR).astype(np.float64)
