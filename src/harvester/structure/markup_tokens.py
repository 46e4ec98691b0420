"""Looks at the flat markup of a page (`dom.flat_markup`): tags, their names, what encloses a place."""

from collections.abc import Iterator
from functools import lru_cache
from typing import Final

from harvester.dom import Attributes, is_block, read_attributes
from harvester.models import Markup

MAX_LOOKED_BACK: Final = 20  # tags before a text, for inline elements around its beginning: they are right before it
MAX_ANCESTORS: Final = 100  # pages nest 10 to 30 deep; hostile ones thousands


def tag_of(token: str) -> str:
    """Return the name in a start or end tag; "" for a comment.

    >>> tag_of('<a href="/">'), tag_of("</a>"), tag_of("<!-- a -->")
    ('a', 'a', '')
    """
    end = token.find(" ")
    name = token[1:end] if end > 0 else token[1:-1]
    return "" if name[:1] == "!" else name.removeprefix("/")


@lru_cache(maxsize=4_096)
def attributes_of(token: str) -> Attributes:
    """Return the attributes of a start tag; the same tags come again and again on a page."""
    return read_attributes(token)[1]


def ancestors(markup: Markup, element: int) -> Iterator[int]:
    """Yield the containers from `element` up, itself first."""
    for _ in range(MAX_ANCESTORS):
        if element < 0:
            return
        yield element
        element = markup.elements[element].parent


def container(markup: Markup, element: int, tags: frozenset[str]) -> int | None:
    """Return the innermost container of one of the tags, from `element` up; None where there is none."""
    return next((at for at in ancestors(markup, element) if markup.elements[at].tag in tags), None)


def attributes_at(markup: Markup, element: int) -> Attributes:
    """Return the attributes of a container."""
    return attributes_of(markup.tokens[markup.places[element]])


def enclosing(markup: Markup, place: int, element: int) -> list[int]:
    """Return the places of inline start tags that are open at `place`, inside its container; outer ones first."""
    bound = max(markup.places[element] if element >= 0 else -1, place - 2 * MAX_LOOKED_BACK)
    closed: list[str] = []
    found: list[int] = []
    for at in range(place - 1, bound, -2):
        token = markup.tokens[at]
        tag = tag_of(token)
        if is_block(tag) and "-" not in tag:
            break
        if token.startswith("</"):
            closed.append(tag)
        elif closed and closed[-1] == tag:
            closed.pop()
        elif tag:
            found.append(at)  # of a void element, too: it may stand for something
    return found[::-1]
