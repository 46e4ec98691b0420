"""Features of a block's surroundings: its containers, the blocks like it, the windows around it, its neighbours."""

from collections.abc import Collection
from contextlib import suppress
from typing import Final

import numpy as np
from numpy.typing import NDArray

from harvester import native
from harvester.content.features.matrix import Columns
from harvester.content.prose_container import subtree_worth
from harvester.outline import Outline

_WINDOWS: Final = (3, 8, 20)
_WINDOWED: Final = (
    "chars prose link_share ends_sentence role_heading role_control wording commas placed near_body twins".split()
)
_SIDED: Final = 8  # blocks; before and after apart, to see where prose begins and ends
_NEIGHBOURED: Final = (
    "chars link_share prose_share ends_sentence role_heading role_list_item level wording stops placed".split()
)
_NEAREST: Final = 3  # containers around a block that get columns of their own


def ancestry_columns(outline: Outline, placed: Collection[int], alike: NDArray[np.int64]) -> Columns:
    """Return, for the nearest containers that each hold more than the one before, their prose, links and size.

    `alike` numbers the blocks by role and markup.
    """
    at, numbers = outline.block_numbers.element, outline.container_numbers
    nearest = nearest_containers(outline)
    chars = np.maximum(numbers.chars, 1)
    values = {
        "prose": numbers.prose / max(outline.total_prose, 1),
        "prose_share": numbers.prose / chars,
        "links": numbers.linked / chars,
        "size": np.log1p((numbers.end - numbers.first).astype(np.float64)),
    }
    columns = {"depth": numbers.depth[at].astype(np.float64)}
    for number in range(_NEAREST):
        around = nearest[at, number]
        for name, of_element in values.items():
            columns[f"around{number}_{name}"] = np.where(around >= 0, of_element[around], np.nan)
    columns.update(_best_columns(outline, placed))
    columns.update(_alike_columns(outline, alike))
    return columns


def nearest_containers(outline: Outline) -> NDArray[np.int64]:
    """Return for each element the nearest ones around it that each hold more blocks than the one before; -1: none.

    The last row is for blocks without element.
    """
    larger = outline.container_numbers.larger  # the last one answers for -1, too
    nearest = [larger]
    while len(nearest) < _NEAREST:
        nearest.append(larger[nearest[-1]])
    return np.column_stack(nearest)


def best_extent(outline: Outline, placed: Collection[int]) -> tuple[int, int]:
    """Return the first block, and the one after the last, of the container of greatest worth; all where none is."""
    best = subtree_worth(outline, placed)
    return outline.extents[best] if best is not None else (0, len(outline.document.blocks))


def _best_columns(outline: Outline, placed: Collection[int]) -> Columns:
    """Return how each block lies to the container of greatest worth, the scorer's choice."""
    count = len(outline.document.blocks)
    index = np.arange(count, dtype=np.float64)
    first, end = best_extent(outline, placed)
    return {
        "in_best": ((index >= first) & (index < end)).astype(np.float64),
        "best_before": np.maximum(first - index, 0) / max(count, 1),
        "best_after": np.maximum(index - end + 1, 0) / max(count, 1),
        "best_place": (index - first) / max(end - first, 1),
    }


def alike_blocks(outline: Outline) -> NDArray[np.int64]:
    """Return a number for each block, the same for blocks of the same role and markup."""
    document = outline.document
    if native.CORE is not None:
        with suppress(UnicodeEncodeError):  # half a surrogate pair in a class
            groups = np.empty(len(document.blocks), dtype=np.int64)
            every = np.arange(len(groups))
            native.CORE.group_blocks(document.elements, False, outline.block_matrix, every, groups)
            return groups
    elements = document.elements
    numbers: dict[tuple[str, ...], int] = {}
    group = []
    for block in document.blocks:
        own = elements[block.element] if block.element >= 0 else None
        outer = elements[own.parent] if own and own.parent >= 0 else None
        key = (block.role, *((own.tag, own.classes) if own else ()), *((outer.tag, outer.classes) if outer else ()))
        group.append(numbers.setdefault(key, len(numbers)))
    return np.array(group, dtype=np.int64)


def _alike_columns(outline: Outline, of: NDArray[np.int64]) -> Columns:
    """Return what the blocks of the same markup hold: teasers and comments come in dozens, paragraphs too."""
    seen = outline.block_numbers
    prose, chars, links = (np.bincount(of, weights=values) for values in (seen.prose, seen.chars, seen.linked))
    return {
        "alike_share": (prose / max(outline.total_prose, 1))[of],
        "alike_prose": (prose / np.maximum(chars, 1))[of],
        "alike_links": (links / np.maximum(chars, 1))[of],
        "alike_size": np.log1p(np.bincount(of))[of],
    }


def window_columns(columns: Columns) -> Columns:
    """Return means over the blocks around each block, and over those before and after it."""
    values = np.array([columns[name] for name in _WINDOWED])
    count = values.shape[1]
    sums = np.concatenate((np.zeros((len(values), 1)), np.cumsum(values, axis=1)), axis=1)
    index = np.arange(count)
    after = index + 1
    spans = {f"within{width}": (np.maximum(index - width, 0), np.minimum(after + width, count)) for width in _WINDOWS}
    spans["before"] = (np.maximum(index - _SIDED, 0), index)
    spans["after"] = (after, np.minimum(after + _SIDED, count))
    windows: Columns = {}
    for span, (low, high) in spans.items():
        width = np.maximum(high - low, 1) if span.startswith("within") else _SIDED
        means = (sums[:, high] - sums[:, low]) / width
        windows.update({f"{name}_{span}": row for name, row in zip(_WINDOWED, means, strict=True)})
    return windows


def neighbour_columns(columns: Columns) -> Columns:
    """Return the neighbours' own values; NaN beyond the page's ends."""
    values = np.array([columns[name] for name in _NEIGHBOURED])
    beyond = np.full((len(values), 2), np.nan)
    padded = np.concatenate((beyond, values, beyond), axis=1)
    return {
        f"{name}_{step:+d}": row
        for step in (-2, -1, 1, 2)
        for name, row in zip(_NEIGHBOURED, padded[:, 2 + step : padded.shape[1] - 2 + step], strict=True)
    }
