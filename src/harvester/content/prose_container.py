"""The container whose blocks add up to most prose: the strongest single hint at where the article is.

Every block has a worth: prose counts its characters, links and labels cost. The container with the greatest sum is
the article's (the maximum-subtree form of Finn et al., "Fact or fiction", 2001, and of Readability's candidates).
"""

from collections.abc import Collection
from typing import Final

import numpy as np
from numpy.typing import NDArray

from harvester.models import PAGE_ROLES, Role
from harvester.outline import Outline
from harvester.outline.containers import summed

_LABEL_COST: Final = 25  # characters of prose that one label, button or date weighs up
_HEADING: Final = PAGE_ROLES.index(Role.HEADING)
_LINK_COST: Final = 40  # and one line of links: menus and teasers come in dozens


def subtree_worth(outline: Outline, excluded: Collection[int]) -> int | None:
    """Return the element whose blocks are worth most together; None when none is worth anything."""
    worth = _worth(outline)
    worth[list(excluded)] = 0
    sums = summed(outline.container_numbers.parent, outline.block_numbers.element, worth)[:-1]
    best = int(sums.argmax()) if len(sums) else None
    return best if best is not None and sums[best] > 0 else None


def _worth(outline: Outline) -> NDArray[np.int64]:
    """Return what each block is worth."""
    seen = outline.block_numbers
    cost = np.where(seen.linked * 2 > seen.chars, -_LINK_COST, -_LABEL_COST)
    cost[(seen.role == _HEADING) & (seen.linked == 0)] = 0
    return np.where(seen.prose > 0, seen.prose - seen.linked, cost)
