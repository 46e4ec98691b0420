"""Features of a block's surroundings: its containers, the blocks like it, the windows around it, its neighbours."""

from collections import defaultdict
from collections.abc import Collection
from typing import Final

import numpy as np
from numpy.typing import NDArray

from harvester.content.columns import Columns, column
from harvester.content.scorer import subtree_worth
from harvester.models import Document
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


def ancestry_columns(document: Document, outline: Outline, placed: Collection[int]) -> Columns:
    """Return, for the nearest containers that each hold more than the one before, their prose, links and size."""
    at = np.array([block.element for block in document.blocks], dtype=np.int64)
    nearest, depths = _containers(document, outline)
    prose = column((*outline.element_prose, 0))
    chars = np.maximum(column((*outline.element_chars, 0)), 1)
    values = {
        "prose": prose / max(outline.total_prose, 1),
        "prose_share": prose / chars,
        "links": column((*outline.element_links, 0)) / chars,
        "size": np.log1p(column((*(end - first for first, end in outline.extents), 0))),
    }
    columns = {"depth": depths[at]}
    for number in range(_NEAREST):
        around = nearest[at, number]
        for name, of_element in values.items():
            columns[f"around{number}_{name}"] = np.where(around >= 0, of_element[around], np.nan)
    columns.update(_best_columns(document, outline, placed))
    columns.update(_alike_columns(document, outline))
    return columns


def _containers(document: Document, outline: Outline) -> tuple[NDArray[np.int64], NDArray[np.float64]]:
    """Return for each element the nearest ones around it with more blocks than the one before, and its depth."""
    elements, extents = document.elements, outline.extents
    rows = [[-1] * _NEAREST for _ in range(len(elements) + 1)]
    depths = [0.0] * (len(elements) + 1)
    for index, element in enumerate(elements):
        parent = element.parent
        if parent >= 0:
            depths[index] = depths[parent] + 1
            same = extents[parent] == extents[index]
            rows[index] = rows[parent] if same else [parent, *rows[parent][: _NEAREST - 1]]
    return np.array(rows, dtype=np.int64), np.array(depths)


def _best_columns(document: Document, outline: Outline, placed: Collection[int]) -> Columns:
    """Return how each block lies to the container of greatest worth, the scorer's choice."""
    count = len(document.blocks)
    index = np.arange(count, dtype=np.float64)
    best = subtree_worth(document, outline, placed)
    first, end = outline.extents[best] if best is not None else (0, count)
    return {
        "in_best": ((index >= first) & (index < end)).astype(np.float64),
        "best_before": np.maximum(first - index, 0) / max(count, 1),
        "best_after": np.maximum(index - end + 1, 0) / max(count, 1),
        "best_place": (index - first) / max(end - first, 1),
    }


def _alike_columns(document: Document, outline: Outline) -> Columns:
    """Return what the blocks of the same markup hold: teasers and comments come in dozens, paragraphs too."""
    elements = document.elements
    groups: defaultdict[tuple[str, ...], list[int]] = defaultdict(list)
    for index, block in enumerate(document.blocks):
        own = elements[block.element] if block.element >= 0 else None
        outer = elements[own.parent] if own and own.parent >= 0 else None
        groups[
            (block.role, *((own.tag, own.classes) if own else ()), *((outer.tag, outer.classes) if outer else ()))
        ].append(index)
    share, prose, links, size = np.zeros((4, len(document.blocks)))
    for members in groups.values():
        group_prose = sum(outline.prose_chars[index] for index in members)
        group_chars = max(sum(len(document.blocks[index].text) for index in members), 1)
        share[members] = group_prose / max(outline.total_prose, 1)
        prose[members] = group_prose / group_chars
        links[members] = sum(document.blocks[index].link_chars for index in members) / group_chars
        size[members] = np.log1p(len(members))
    return {"alike_share": share, "alike_prose": prose, "alike_links": links, "alike_size": size}


def window_columns(columns: Columns) -> Columns:
    """Return means over the blocks around each block, and over those before and after it."""
    windows: Columns = {}
    for name in _WINDOWED:
        values = columns[name]
        count = len(values)
        sums = np.concatenate(([0.0], np.cumsum(values)))
        index = np.arange(count)
        for width in _WINDOWS:
            low, high = np.maximum(index - width, 0), np.minimum(index + width + 1, count)
            windows[f"{name}_within{width}"] = (sums[high] - sums[low]) / np.maximum(high - low, 1)
        windows[f"{name}_before"] = (sums[index] - sums[np.maximum(index - _SIDED, 0)]) / _SIDED
        after = np.minimum(index + 1, count)
        windows[f"{name}_after"] = (sums[np.minimum(after + _SIDED, count)] - sums[after]) / _SIDED
    return windows


def neighbour_columns(columns: Columns) -> Columns:
    """Return the neighbours' own values; NaN beyond the page's ends."""
    shifted: Columns = {}
    for name in _NEIGHBOURED:
        values = np.concatenate(([np.nan, np.nan], columns[name], [np.nan, np.nan]))
        for step in (-2, -1, 1, 2):
            shifted[f"{name}_{step:+d}"] = values[2 + step : len(values) - 2 + step]
    return shifted
