"""Boxes set into the text that want something of the reader: an offer, a form, a card of another page of the site.

They are known in any language by how they are built: a container of its own among the paragraphs, with a sentence or
two, and a link or a button beside them.
"""

from collections import defaultdict
from collections.abc import Iterator
from typing import Final

import numpy as np

from harvester.content.candidates import Candidates, Chosen, Indexes
from harvester.content.features.matrix import Column, weighted_mean
from harvester.content.main_column import main_column
from harvester.models import PAGE_ROLES, Role
from harvester.outline import Outline

# Mean probability from which a box stays. On pages that nobody had read for it, four in five of the characters that go
# are foreign with .7, three in four with .75, two in three with .8.
_SURE: Final = 0.75
_MAX_CHARS: Final = 600  # of the text in a box: a section with a button at its end is longer
_MAX_SHARE: Final = 0.15  # of the text, in all boxes of like markup: what holds more is the text's own form
_MOST_ALIKE: Final = 3  # boxes of like markup: more are the products that the text is about
_MIN_SENTENCE: Final = 40  # characters
_MAX_LABEL: Final = 80  # characters of a link or a button
_ALL_LINKS: Final = 0.85
# What these tags hold is the author's: lists, quotes, pictures, the lines of a heading.
_OWN_TAGS: Final = frozenset("ul ol dl table blockquote figure pre h1 h2 h3 h4 h5 h6".split())
_WHOLE: Final = np.array([role in (Role.TABLE, Role.CODE) for role in PAGE_ROLES])
_SENTENCES: Final = np.array([role in (Role.PARAGRAPH, Role.QUOTE) for role in PAGE_ROLES])
_CONTROL: Final = PAGE_ROLES.index(Role.CONTROL)
_ITEM: Final = PAGE_ROLES.index(Role.LIST_ITEM)


def without_inserted_boxes(outline: Outline, candidates: Candidates, chosen: Chosen) -> Chosen:
    """Return the choice without the boxes in its main column that lead elsewhere and of which it is not sure."""
    if not (chosen & (candidates.probabilities < _SURE)).any():  # nor is the mean of any box
        return chosen
    lengths = np.where(chosen, candidates.lengths, 0.0)
    column = main_column(outline, candidates.at, lengths)
    if column is None:
        return chosen
    left = chosen.copy()
    for element, inside in _rare_boxes(outline, candidates.at, lengths, column):
        taken = lengths[inside]
        mean = weighted_mean(candidates.probabilities[inside], taken)
        if mean < _SURE and _leads(outline, element) and _is_said(outline, candidates.at[inside], taken):
            left[inside] = False
    return left


def _rare_boxes(outline: Outline, at: Indexes, lengths: Column, column: int) -> Iterator[tuple[int, slice]]:
    """Yield the boxes of the column and where their candidates are, if they are none of the text's own form.

    A box is a container right below the column with at least two blocks, of which some but not too much is chosen.
    """
    elements, seen = outline.document.elements, outline.container_numbers
    children = np.flatnonzero(seen.parent == column)
    children = children[seen.end[children] > seen.first[children] + 1]
    sums = np.concatenate(([0.0], np.cumsum(lengths)))
    starts, stops = np.searchsorted(at, seen.first[children]), np.searchsorted(at, seen.end[children])
    held = sums[stops] - sums[starts]
    likes: defaultdict[tuple[str, str], list[int]] = defaultdict(list)
    for place in np.flatnonzero(held).tolist():
        element = elements[int(children[place])]
        if element.tag not in _OWN_TAGS:
            likes[element.tag, element.classes].append(place)
    for places in likes.values():
        if len(places) <= _MOST_ALIKE and held[places].sum() <= _MAX_SHARE * sums[-1]:
            few = (place for place in places if held[place] <= _MAX_CHARS)
            yield from ((int(children[place]), slice(int(starts[place]), int(stops[place]))) for place in few)


def _leads(outline: Outline, element: int) -> bool:
    """Return whether a link or a button stands in the element, chosen or not."""
    seen, inside = outline.block_numbers, slice(*outline.extents[element])
    chars = seen.chars[inside]
    leading = (seen.role[inside] == _CONTROL) | (seen.linked[inside] >= _ALL_LINKS * chars)
    return bool((leading & (chars <= _MAX_LABEL)).any())


def _is_said(outline: Outline, at: Indexes, taken: Column) -> bool:
    """Return whether the chosen ones of the blocks `at` are a sentence or more, and no table, listing or list."""
    seen, held = outline.block_numbers, at[taken > 0]
    roles = seen.role[held]
    if _WHOLE[roles].any() or not (_SENTENCES[roles] & (seen.chars[held] >= _MIN_SENTENCE)).any():
        return False
    return bool(2 * taken[taken > 0][roles == _ITEM].sum() <= taken.sum())
