"""What the types of pages are called."""

from typing import Final, Literal, get_args

PageTypeName = Literal["article", "listing", "product", "forum", "documentation", "service", "other"]
PAGE_TYPES: Final[tuple[PageTypeName, ...]] = get_args(PageTypeName)
# What comes out where nothing else is asked for: a listing leads to articles, and is none.
USUAL_TYPES: Final[frozenset[str]] = frozenset(PAGE_TYPES) - {"listing"}
