"""The page's type for the second stage: on a page that is hardly an article, which other type it may be.

Lists of items are the content of a listing, and none of an article's. On articles the columns are 0: there the types
add nothing, and given there, too, they cost articles a little (docs/experiments.md).
"""

from typing import Final

import numpy as np

from harvester.content.features.matrix import Columns
from harvester.models import PageType, PageTypeName

_OTHERS: Final[tuple[PageTypeName, ...]] = ("listing", "product", "forum", "documentation", "service")
_NAMES: Final = tuple(f"type_{name}" for name in _OTHERS)
_IS_ARTICLE: Final = 0.5  # probability from which a page is one


def type_columns(page_type: PageType, count: int) -> Columns:
    """Return a column for each type but articles, `count` rows: its probability, 0 where the page is an article."""
    chances = page_type.probabilities
    if chances["article"] >= _IS_ARTICLE:
        return dict.fromkeys(_NAMES, np.zeros(count))
    return {name: np.full(count, chances[other]) for name, other in zip(_NAMES, _OTHERS, strict=True)}
