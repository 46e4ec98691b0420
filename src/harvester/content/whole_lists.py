"""A list is in the text as a whole: one item is as much of it as the next."""

from collections import defaultdict
from itertools import islice
from typing import Final

import numpy as np

from harvester.content.candidates import Candidates, Chosen
from harvester.models import PAGE_ROLES, Role
from harvester.outline import Outline

_ITEM: Final = PAGE_ROLES.index(Role.LIST_ITEM)
_MIN_ITEMS: Final = 3
# Mean probability of the items of a list of which some are chosen. From .3 to .5 F1 gains; by domain most with .4.
_LIST_CHANCE: Final = 0.4
_SOME_CHANCE: Final = 0.1  # of an item: with less it has a reason of its own, as an advertisement among the entries
_ITEM_TAGS: Final = frozenset({"li", "dd", "dt"})
_NO_LIST: Final = -2
_MAX_LEVELS: Final = 20  # from a block up to its item: hostile pages nest thousands


def with_whole_lists(outline: Outline, candidates: Candidates, chosen: Chosen) -> Chosen:
    """Return the choice with all items of the lists that some of it are of.

    Lists of three items or more that are likely as a whole, without what is all but impossible in them.
    """
    items = np.flatnonzero((outline.block_numbers.role == _ITEM)[candidates.at])
    likely = candidates.probabilities >= _SOME_CHANCE
    if not chosen[items].any() or not (likely & ~chosen)[items].any():
        return chosen
    lists: defaultdict[int, list[int]] = defaultdict(list)
    for place, at in zip(items.tolist(), candidates.at[items].tolist(), strict=True):
        lists[_list_around(outline, outline.document.blocks[at].element)].append(place)
    lists.pop(_NO_LIST, None)
    whole = chosen.copy()
    for members in (np.array(places) for places in lists.values() if len(places) >= _MIN_ITEMS):
        if chosen[members].any() and candidates.probabilities[members].mean() >= _LIST_CHANCE:
            whole[members[likely[members]]] = True
    return whole


def _list_around(outline: Outline, element: int) -> int:
    """Return the innermost list that an element is an item of, or inside of one."""
    elements = outline.document.elements
    near = islice(outline.upwards(element), _MAX_LEVELS)
    return next((elements[at].parent for at in near if elements[at].tag in _ITEM_TAGS), _NO_LIST)
