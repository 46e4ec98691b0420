"""Features of what comes again and again: lines with a date, and items of the same markup beside each other.

A comment is an item with a date and a name among others; so is a teaser, with less prose. Paragraphs repeat, too, but
as single blocks: an item holds two blocks or more.
"""

from collections.abc import Sequence
from typing import Final

import numpy as np
from numpy.typing import NDArray

from harvester.content.features.matrix import Column, Columns
from harvester.outline import Outline
from harvester.outline.containers import inherited

_DATE_REACH: Final = 20  # blocks; a date farther away is another item's
_ITEM_HEAD: Final = 4  # blocks from the date of an item to the last line of its head
_WINDOWS: Final = (6, 20)


def repetition_columns(outline: Outline, alike: NDArray[np.int64]) -> Columns:
    """Return where each block is from dates, and how large the list of like items is that it is in.

    `alike` numbers the blocks by role and markup.
    """
    dated = np.diff(outline.dated_numbers).astype(np.bool_)
    return {**_date_columns(dated, alike), **item_columns(outline)}


def _date_columns(dated: NDArray[np.bool_], alike: NDArray[np.int64]) -> Columns:
    count = len(dated)
    index = np.arange(count)
    places = np.flatnonzero(dated)
    since = _distance(index, places, behind=True)
    columns: Columns = {
        "dated": dated.astype(np.float64),
        "since_date": since,
        "until_date": _distance(index, places, behind=False),
    }
    sums = np.concatenate(([0.0], np.cumsum(dated)))
    for width in _WINDOWS:
        low, high = np.maximum(index - width, 0), np.minimum(index + width + 1, count)
        columns[f"dated_within{width}"] = (sums[high] - sums[low]) / np.maximum(high - low, 1)
    near = (since <= _ITEM_HEAD).astype(np.float64)
    groups = np.bincount(alike, weights=near) / np.maximum(np.bincount(alike), 1)
    columns["alike_dated"] = groups[alike]
    return columns


def _distance(index: NDArray[np.int64], places: NDArray[np.int64], *, behind: bool) -> Column:
    """Return how many blocks before each block (or behind it) the nearest of `places` is."""
    if not len(places):
        return np.full(len(index), float(_DATE_REACH))
    at = np.searchsorted(places, index, side="right") - 1 if behind else np.searchsorted(places, index, side="left")
    has_one = (at >= 0) & (at < len(places))
    nearest = places[np.clip(at, 0, len(places) - 1)]
    return np.where(has_one, np.minimum(np.abs(index - nearest), _DATE_REACH), _DATE_REACH).astype(np.float64)


def item_columns(outline: Outline) -> Columns:
    """Return of the innermost list around each block how many items it has, and what one of them holds."""
    lists = outline.item_lists
    number_of = np.full(len(outline.container_numbers.parent), -1)
    for number, group in enumerate(lists):
        number_of[list(group)] = number
    numbers = inherited(outline.container_numbers.parent, number_of)[outline.block_numbers.element]
    values = _list_values(lists, outline)
    names = ("items", "item_blocks", "item_prose", "items_dated", "items_share")
    return {name: np.where(numbers >= 0, row[numbers], 0.0) for name, row in zip(names, values, strict=True)}


def _list_values(lists: Sequence[Sequence[int]], outline: Outline) -> NDArray[np.float64]:
    """Return a row a value, a column a list; the last column is for blocks in none."""
    values = np.zeros((5, len(lists) + 1))
    if not lists:
        return values
    items = np.array([item for group in lists for item in group], dtype=np.int64)
    sizes = np.array([len(group) for group in lists], dtype=np.int64)
    starts = np.cumsum(sizes) - sizes
    numbers, dated_before = outline.container_numbers, outline.dated_numbers
    first, end = numbers.first[items], numbers.end[items]
    blocks, with_date = (
        np.add.reduceat(end - first, starts),
        np.add.reduceat((dated_before[end] > dated_before[first]).astype(np.int64), starts),
    )
    words = np.add.reduceat(numbers.prose[items], starts)
    share = words / max(outline.total_prose, 1)
    values[:, :-1] = np.log1p(sizes), blocks / sizes, np.log1p(words / sizes), with_date / sizes, share
    return values
