"""Features of a block's surroundings: its containers, the windows around it, its neighbours."""

from collections import defaultdict
from typing import Final

import numpy as np
from numpy.typing import NDArray

from harvester.content.scorer import subtree_worth
from harvester.models import Document
from harvester.outline import Outline

Column = NDArray[np.float64]
Columns = dict[str, Column]

_WINDOWS: Final = (3, 8, 20)
_WINDOWED: Final = (
    "chars",
    "prose",
    "link_share",
    "ends_sentence",
    "role_heading",
    "role_control",
    "wording",
    "commas",
)
_NEIGHBOURED: Final = (
    "chars",
    "link_share",
    "prose_share",
    "ends_sentence",
    "role_heading",
    "role_list_item",
    "level",
    "wording",
    "stops",
)
_NEAREST: Final = 3  # containers around a block that get columns of their own


def ancestry_columns(columns: Columns, document: Document, outline: Outline) -> None:
    """Add, for the nearest containers that hold more than the one before, their size, prose and links."""
    elements, blocks = document.elements, document.blocks
    extents = outline.extents
    prose = np.array(outline.element_prose, dtype=np.float64)
    chars = np.array(outline.element_chars, dtype=np.float64)
    links = np.array(outline.element_links, dtype=np.float64)
    total = max(outline.total_prose, 1)
    nearest = np.full((len(elements), _NEAREST), -1, dtype=np.int64)
    depth = np.zeros(len(elements))
    for index, element in enumerate(elements):
        parent = element.parent
        if parent >= 0:
            depth[index] = depth[parent] + 1
            same = extents[parent] == extents[index]
            nearest[index] = nearest[parent] if same else [parent, *nearest[parent][: _NEAREST - 1]]
    at = np.array([block.element for block in blocks], dtype=np.int64)
    columns["depth"] = depth[at] if len(blocks) else np.zeros(0)
    sizes = np.array([end - first for first, end in extents], dtype=np.float64)
    for number in range(_NEAREST):
        around = nearest[at, number] if len(blocks) else np.zeros(0, dtype=np.int64)
        known = around >= 0
        for name, values in (
            ("prose", prose / total),
            ("prose_density", prose / np.maximum(chars, 1)),
            ("links", links / np.maximum(chars, 1)),
            ("size", np.log1p(sizes)),
        ):
            columns[f"around{number}_{name}"] = (
                np.where(known, values[around], np.nan) if len(values) else np.zeros(len(blocks))
            )
    _add_best(columns, document, outline)
    _add_alike(columns, document, outline)


def _add_best(columns: Columns, document: Document, outline: Outline) -> None:
    """Add whether the block is inside the container of greatest worth, and how it lies to it."""
    count = len(document.blocks)
    index = np.arange(count, dtype=np.float64)
    best = subtree_worth(document, outline, frozenset())
    first, end = outline.extents[best] if best is not None else (0, count)
    columns["in_best"] = ((index >= first) & (index < end)).astype(np.float64)
    columns["best_before"] = np.maximum(first - index, 0) / max(count, 1)
    columns["best_after"] = np.maximum(index - end + 1, 0) / max(count, 1)
    columns["best_place"] = (index - first) / max(end - first, 1)


def _add_alike(columns: Columns, document: Document, outline: Outline) -> None:
    """Add how the blocks with the same markup are: teasers and comments come in dozens, paragraphs too."""
    keys = []
    for block in document.blocks:
        element = document.elements[block.element] if block.element >= 0 else None
        parent = document.elements[element.parent] if element and element.parent >= 0 else None
        keys.append(
            (
                block.role,
                element and element.tag,
                element and element.classes,
                parent and parent.tag,
                parent and parent.classes,
            )
        )
    groups: defaultdict[tuple[object, ...], list[int]] = defaultdict(list)
    for index, key in enumerate(keys):
        groups[key].append(index)
    count = len(keys)
    share, prose, links, size = (np.zeros(count) for _ in range(4))
    total = max(outline.total_prose, 1)
    for members in groups.values():
        group_prose = sum(outline.prose_chars[i] for i in members)
        group_chars = max(sum(len(document.blocks[i].text) for i in members), 1)
        share[members] = group_prose / total
        prose[members] = group_prose / group_chars
        links[members] = sum(document.blocks[i].link_chars for i in members) / group_chars
        size[members] = np.log1p(len(members))
    columns["alike_share"], columns["alike_prose"], columns["alike_links"], columns["alike"] = share, prose, links, size


def window_columns(columns: Columns) -> None:
    """Add means over the blocks around each block, before and after apart for the nearest window."""
    for name in _WINDOWED:
        values = columns[name]
        sums = np.concatenate(([0.0], np.cumsum(values)))
        index = np.arange(len(values))
        for width in _WINDOWS:
            low = np.maximum(index - width, 0)
            high = np.minimum(index + width + 1, len(values))
            columns[f"{name}_w{width}"] = (sums[high] - sums[low]) / np.maximum(high - low, 1)
        columns[f"{name}_before8"] = (sums[index] - sums[np.maximum(index - 8, 0)]) / 8
        columns[f"{name}_after8"] = (
            sums[np.minimum(index + 9, len(values))] - sums[np.minimum(index + 1, len(values))]
        ) / 8


def neighbour_columns(columns: Columns) -> None:
    """Add the neighbours' own values, NaN beyond the page's ends."""
    for name in _NEIGHBOURED:
        values = columns[name]
        for step in (-2, -1, 1, 2):
            shifted = np.full(len(values), np.nan)
            if step < 0:
                shifted[-step:] = values[:step]
            else:
                shifted[:-step] = values[step:]
            columns[f"{name}_{'p' if step > 0 else 'm'}{abs(step)}"] = shifted
