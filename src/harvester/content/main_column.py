"""The main column: the innermost container with most of the content; what stands outside is seldom the article's."""

from typing import Final

import numpy as np
from numpy.typing import NDArray

from harvester.content.features.matrix import Column, Columns, column, signed_log
from harvester.outline import Outline

_SHARES: Final = (0.5, 0.7, 0.9)  # of the weight, that the container holds at least
MAIN_SHARE: Final = 0.7  # one teaser list more or less does not move it
_FAR: Final = 20  # containers


def main_column(outline: Outline, at: NDArray[np.int64], weights: Column, share: float = MAIN_SHARE) -> int | None:
    """Return the innermost element with `share` of the weight of the blocks `at`; None when none holds as much."""
    sums = _element_sums(outline, at, weights)
    least = share * float(weights.sum())
    fitting = [element for element, held in enumerate(sums) if held >= least > 0]
    return max(fitting, key=outline.depths.__getitem__, default=None)


def _element_sums(outline: Outline, at: NDArray[np.int64], weights: Column) -> list[float]:
    blocks, parents = outline.document.blocks, outline.parents
    sums = [0.0] * len(parents)
    for index, weight in zip(at.tolist(), weights.tolist(), strict=True):
        if blocks[index].element >= 0:
            sums[blocks[index].element] += weight
    for element in range(len(parents) - 1, 0, -1):  # parents come before their children
        if parents[element] >= 0:
            sums[parents[element]] += sums[element]
    return sums


def is_inside(outline: Outline, at: NDArray[np.int64], container: int | None) -> NDArray[np.bool_]:
    """Return which of the blocks `at` stand in the container; all do where there is none."""
    if container is None:
        return np.ones(len(at), dtype=np.bool_)
    first, end = outline.extents[container]
    return np.asarray((at >= first) & (at < end))


def trunk_columns(outline: Outline, at: NDArray[np.int64], weights: Column) -> Columns:
    """Return how each block lies to the innermost containers that hold most of the weight."""
    sums = np.array(_element_sums(outline, at, weights))
    depths = np.array(outline.depths, dtype=np.int64)
    columns: Columns = {}
    levels: dict[int | None, Column] = {}  # by container: two of the three are often one
    for share in _SHARES:
        fitting = np.flatnonzero(sums >= share * max(weights.sum(), 1e-9))
        container = int(fitting[np.argmax(depths[fitting])]) if len(fitting) else None
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
    """Return how many containers up from the main one the first stands that holds a block, too."""
    around = outline.ancestors(container) if container is not None else []
    rank = {element: number for number, element in enumerate(around)}
    levels: list[int] = []
    for element, parent in enumerate(outline.parents):
        levels.append(rank[element] if element in rank else levels[parent] if parent >= 0 else _FAR)
    own = [outline.document.blocks[index].element for index in at.tolist()]
    return column(levels[element] if element >= 0 else _FAR for element in own)
