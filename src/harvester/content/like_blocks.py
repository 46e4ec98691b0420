"""Blocks of one markup share a part of their fate: of twenty like cards the classifier is not to keep three.

On the page of an article only where most of them are unlikely: a paragraph in the markup of all others stands by
itself. On pages that are hardly articles, where cards, lines of cards and posts are what there is, always.
"""

import re
from typing import Any, Final

import numpy as np
from numpy.typing import NDArray

from harvester.content.candidates import Chosen, Indexes
from harvester.content.features.matrix import Column
from harvester.outline import Outline

MIN_LIKE: Final = 3  # blocks
# Mean probability (of log odds) up to which like blocks are levelled, and how much of a block's own is kept. Measured
# by domain: up to .6 or without a bound F1 gains as much, and pages of one measured corpus that were right are lost;
# with .3 kept, true text goes.
_UNLIKELY: Final = 0.4
_OWN_SHARE: Final = 0.5
_CHOSEN: Final = 0.2  # probability below which nothing is chosen: a group of such blocks stays what it is
_LEAST: Final = 1e-4  # probability; log odds of 0 have no end
_NUMBERS: Final = re.compile("[0-9]+")
# How much a block of a page that is hardly an article gives up of its own probability. Measured by domain: .3 to 1 gain
# .0015 to .0030 of word F1 on each half of the domains, .6 most.
OTHERS_SHARED: Final = 0.6
_BESIDE: Final = 5.0  # characters that a block weighs beside its own: prices are short


def level_like_blocks(outline: Outline, at: Indexes, groups: Indexes, probabilities: Column) -> Column:
    """Return the probabilities of the blocks `at`, those of unlikely like ones moved half of the way to their mean.

    Like are blocks of one role and markup (`groups`, as `alike_groups` numbers them) whose containers have the same
    tags and classes all the way out.
    """
    if not np.count_nonzero(probabilities < _UNLIKELY):
        return probabilities
    places = np.flatnonzero(_may_move(groups, probabilities)[groups] & _is_alone(outline, at))
    if not len(places):
        return probabilities
    groups = _of_one_path(outline, at[places], groups[places])
    odds = _log_odds(probabilities[places])
    means = _means(odds, groups, np.ones(len(odds)))
    moved = _are_many(groups) & (means < _log_odds(np.array(_UNLIKELY)))
    levelled = probabilities.copy()
    levelled[places[moved]] = 1 / (1 + np.exp(-_between(odds[moved], means[moved], _OWN_SHARE)))
    return levelled


def level_on_other_pages(outline: Outline, at: Indexes, groups: Indexes, probabilities: Column) -> Column:
    """Return the probabilities of the blocks `at`, those of like ones moved most of the way to their mean.

    Like are blocks of one role and markup (`groups`) alone; a long one says more of its like than a short one.
    """
    if not len(at):
        return probabilities
    means = _means(probabilities, groups, outline.block_numbers.chars[at] + _BESIDE)
    return np.where(_are_many(groups), _between(probabilities, means, 1 - OTHERS_SHARED), probabilities)


def _means(values: Column, groups: Indexes, weights: NDArray[np.floating[Any]]) -> Column:
    """Return for each block the mean of its group."""
    return np.asarray((np.bincount(groups, values * weights) / np.bincount(groups, weights))[groups], dtype=np.float64)


def _are_many(groups: Indexes) -> Chosen:
    """Return which blocks have like ones enough."""
    return np.asarray(np.bincount(groups)[groups] >= MIN_LIKE)


def _between(own: Column, means: Column, own_share: float) -> Column:
    return own_share * own + (1 - own_share) * means


def _may_move(groups: Indexes, probabilities: Column) -> Chosen:
    """Return which groups have some that may be chosen and some that are unlikely: few have, on most pages."""
    has_chosen = np.bincount(groups, weights=probabilities >= _CHOSEN) > 0
    has_unlikely = np.bincount(groups, weights=probabilities < _UNLIKELY) > 0
    return np.asarray((np.bincount(groups) >= MIN_LIKE) & has_chosen & has_unlikely)


def _is_alone(outline: Outline, at: Indexes) -> Chosen:
    """Return which of the blocks are alone in their element: lines between breaks are the text of one, not its like.

    The cells of an old page hold the menu, the article and what is below it, all in one markup.
    """
    elements = outline.block_numbers.element[at] + 1  # -1: no element
    return np.asarray(np.bincount(elements)[elements] == 1)


def _log_odds(probabilities: Column) -> Column:
    within = np.clip(probabilities, _LEAST, 1 - _LEAST)
    return np.asarray(np.log(within / (1 - within)), dtype=np.float64)


def _of_one_path(outline: Outline, blocks: Indexes, groups: Indexes) -> Indexes:
    """Return the groups of the blocks parted by what is around the container of each, from 0 on."""
    parents = outline.container_numbers.parent
    around, of = np.unique(parents[parents[outline.block_numbers.element[blocks]]], return_inverse=True)
    paths = _Paths(outline)
    numbers = np.array([paths.number(element) for element in around.tolist()], dtype=np.int64)[of]
    pairs = groups * (int(numbers.max()) + 2) + numbers + 1
    return np.asarray(np.unique(pairs, return_inverse=True)[1], dtype=np.int64)


class _Paths:
    """Numbers for the tags and classes of elements and all around them, but for figures ("card-7")."""

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
