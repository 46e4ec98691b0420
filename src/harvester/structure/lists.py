"""Lists: the number of each item, and which items are terms and definitions."""

from typing import Any, Final

from harvester.dom.html_tags import ITEMS
from harvester.models import Block, Markup, Role
from harvester.structure.markup_tokens import attributes_at, container

_LISTS: Final = frozenset({"ul", "ol", "menu", "dir", "dl"})
_MAX_NUMBER: Final = 1_000_000  # a page that counts on from more says nothing of use


class ListReader:
    """Reads the items of a page's lists; counts them once."""

    def __init__(self) -> None:
        self._numbers: dict[int, dict[int, int]] = {}  # by markup: item -> its number

    def read(self, block: Block) -> dict[str, Any]:
        """Return the fields of a block that is an item of a list: what it is, and its number."""
        if block.trace is None:
            return {}
        markup = block.trace.markup
        item = container(markup, block.trace.element, ITEMS)
        if item is None:
            return {}
        tag = markup.elements[item].tag
        if tag != "li":
            return {"role": Role.DEFINITION, "term": tag == "dt"}
        owner = container(markup, markup.elements[item].parent, _LISTS)
        if owner is None or markup.elements[owner].tag != "ol":
            return {}
        numbers = self._numbers.setdefault(id(markup), {}) or self._count(markup)
        return {"ordered": True, "number": numbers.get(item)}

    def _count(self, markup: Markup) -> dict[int, int]:
        """Return the numbers of all items of numbered lists (HTML Living Standard, 4.4.5 and 4.4.8)."""
        items: dict[int, list[int]] = {}
        for index, element in enumerate(markup.elements):
            if element.tag == "li" and (owner := container(markup, element.parent, _LISTS)) is not None:
                items.setdefault(owner, []).append(index)
        numbers: dict[int, int] = {}
        for owner, members in items.items():
            if markup.elements[owner].tag == "ol":
                numbers |= _numbered(markup, owner, members)
        self._numbers[id(markup)] = numbers
        return numbers


def _numbered(markup: Markup, owner: int, items: list[int]) -> dict[int, int]:
    attributes = attributes_at(markup, owner)
    step = -1 if "reversed" in attributes else 1
    number = _whole(attributes.get("start"))
    if number is None:
        number = len(items) if step < 0 else 1
    numbers = {}
    for item in items:
        own = _whole(attributes_at(markup, item).get("value"))
        number = number if own is None else own
        numbers[item] = number
        number += step
    return numbers


def _whole(text: str | None) -> int | None:
    """Return the number in an attribute; None where it holds none, or one that no list counts from."""
    stripped = (text or "").strip()
    digits = stripped.removeprefix("-")
    if not (digits.isascii() and digits.isdigit() and len(digits) <= len(str(_MAX_NUMBER))):
        return None
    return int(stripped)
