"""Questions and answers below a page's text are content as a whole: one is as much of it as the next."""

from typing import Final

import numpy as np

from harvester.content.candidates import Chosen, Indexes
from harvester.content.features.matrix import Column, weighted_mean
from harvester.outline import Outline

# Mean probabilities from which they are content, by domain. From 0 to .1 alike, with .2 most of the gain is gone.
ON_LISTS: Final = 0.1
# Below an article those of a shop may stand: from .15 on they come in, too; from .2 and from .25 alike.
ON_ARTICLES: Final = 0.25
_CONTENT: Final = 0.6  # probability that they then have at least; with .7 some below the main column come in, too
_MAX_SHARE: Final = 0.8  # of a page's characters in one element; what has more is a page of questions


def level_questions(
    outline: Outline, at: Indexes, words: frozenset[str], probabilities: Column, likely: float
) -> Column:
    """Return the probabilities of the blocks `at`, those of elements named as questions raised where they are likely.

    `words` are those that name such elements, `likely` is their mean probability from which they are content.
    """
    if not outline.may_be_named(words):
        return probabilities
    inside = _inside(outline, words)[at]
    if not inside.any():
        return probabilities
    lengths = outline.block_numbers.chars[at[inside]].astype(np.float64)
    if weighted_mean(probabilities[inside], lengths) < likely:
        return probabilities
    return np.where(inside, np.maximum(probabilities, _CONTENT), probabilities)


def _inside(outline: Outline, words: frozenset[str]) -> Chosen:
    """Return which blocks of the page are in elements with such a name."""
    most = _MAX_SHARE * int(outline.block_numbers.chars.sum())
    inside = np.zeros(len(outline.document.blocks), dtype=np.bool_)
    for index in outline.named_elements(words, most):
        inside[slice(*outline.extents[index])] = True
    return inside
