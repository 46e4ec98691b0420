"""Blocks of one markup share a part of their fate: of twenty like cards the classifier is not to keep three.

Only where most of them are unlikely: a paragraph of the article in the markup of all others stands by itself.
"""

import re
from collections.abc import Iterator
from typing import Final

import numpy as np

from harvester.content.candidates import Indexes
from harvester.content.features.matrix import Column
from harvester.outline import Outline

_MIN_LIKE: Final = 3
# Mean probability (of log odds) up to which like blocks are levelled, and how much of a block's own is kept. Measured
# by domain: up to .6 or without a bound F1 gains as much, and pages of one measured corpus that were right are lost;
# with .3 kept, true text goes.
_UNLIKELY: Final = 0.4
_OWN_SHARE: Final = 0.5
_CHOSEN: Final = 0.2  # probability below which nothing is chosen: a group of such blocks stays what it is
_LEAST: Final = 1e-4  # probability; log odds of 0 have no end
_NUMBERS: Final = re.compile("[0-9]+")


def level_like_blocks(outline: Outline, at: Indexes, probabilities: Column) -> Column:
    """Return the probabilities of the blocks `at` with those of unlikely like ones moved half of the way to their mean.

    Like are blocks of one role in elements of the same tags and classes, all the way out, but for figures ("card-7").
    """
    places = _in_doubt(outline, at, probabilities)
    if not len(places):
        return probabilities
    groups = np.array(list(_numbers_of_markup(outline, at[places])), dtype=np.int64)
    odds = _log_odds(probabilities[places])
    counts = np.bincount(groups)
    means = (np.bincount(groups, weights=odds) / counts)[groups]
    moved = (counts[groups] >= _MIN_LIKE) & (means < _log_odds(np.array(_UNLIKELY)))
    levelled = probabilities.copy()
    shared = _OWN_SHARE * odds[moved] + (1 - _OWN_SHARE) * means[moved]
    levelled[places[moved]] = 1 / (1 + np.exp(-shared))
    return levelled


def _log_odds(probabilities: Column) -> Column:
    within = np.clip(probabilities, _LEAST, 1 - _LEAST)
    return np.asarray(np.log(within / (1 - within)), dtype=np.float64)


def _in_doubt(outline: Outline, at: Indexes, probabilities: Column) -> Indexes:
    """Return the places of blocks whose group may be moved: of a role and depth with some that are and are not likely.

    Markup is compared for these alone, which are few on most pages.
    """
    seen = outline.block_numbers
    depths = outline.container_numbers.depth[seen.element[at]]
    groups = depths * (int(seen.role.max(initial=0)) + 1) + seen.role[at]
    groups -= groups.min(initial=0)
    counts = np.bincount(groups)
    has_chosen = np.bincount(groups, weights=probabilities >= _CHOSEN) > 0
    has_unlikely = np.bincount(groups, weights=probabilities < _UNLIKELY) > 0
    return np.flatnonzero(((counts >= _MIN_LIKE) & has_chosen & has_unlikely)[groups])


def _numbers_of_markup(outline: Outline, blocks: Indexes) -> Iterator[int]:
    """Yield a number for each block, the same for like ones; the first that is met has number 0."""
    paths = _Paths(outline)
    groups: dict[tuple[int, int], int] = {}
    seen = outline.block_numbers
    for role, element in zip(seen.role[blocks].tolist(), seen.element[blocks].tolist(), strict=True):
        yield groups.setdefault((role, paths.number(element)), len(groups))


class _Paths:
    """Numbers for the tags and classes of elements and all around them, each asked for once."""

    def __init__(self, outline: Outline) -> None:
        self._elements = outline.document.elements
        self._of_element: dict[int, int] = {-1: -1}
        self._of_markup: dict[tuple[int, str, str], int] = {}

    def number(self, element: int) -> int:
        """Return the number of an element's path; -1: no element."""
        unknown = []
        while element not in self._of_element:
            unknown.append(element)
            element = self._elements[element].parent
        number = self._of_element[element]
        for inner in reversed(unknown):
            of = self._elements[inner]
            key = (number, of.tag, _NUMBERS.sub("", of.classes))
            number = self._of_markup.setdefault(key, len(self._of_markup))
            self._of_element[inner] = number
        return number
