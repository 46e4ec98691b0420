"""Lines that a page prints in one row and writes in several boxes: an amount and a name, a label and its value.

Known by the page's own record of its ingredients; by rows that are written as those are; by a label with a colon that
is alone with its value; and by boxes that say that they are rows.
"""

import re
from collections import Counter
from collections.abc import Iterator, Sequence
from itertools import pairwise
from typing import Final

from harvester.content import recorded_rows
from harvester.metadata.lookup.page_index import ancestors
from harvester.models import Block, Document, Element, Role
from harvester.structure import Settled, attributes_at
from harvester.text import COLONS, fold

_MOST_PARTS: Final = 4  # an amount, its unit, a name, what is to be done to it
_MAX_CHARS: Final = 80  # of a part
_MAX_LABEL: Final = 40
_MIN_ROWS: Final = 2  # that are alike, before others are taken for such
_NEAR: Final = 6  # elements around a part
_LINES: Final = frozenset({Role.PARAGRAPH, Role.LIST_ITEM})
_ITEM: Final = Role.LIST_ITEM
_TERMS: Final = (" dt", " dd")  # the last tag of their paths: they are kept as what they are
_ROW_CLASSES: Final = frozenset("flex d-flex inline-flex d-inline-flex table-row d-table-row".split())
_COLUMN: Final = re.compile(r"\bflex-col|\bis-vertical\b")
_ROW_STYLE: Final = re.compile(r"display\s*:\s*(?:inline-)?(?:flex|table-row)", re.IGNORECASE)
_COLUMN_STYLE: Final = re.compile(r"flex-(?:direction|flow)\s*:\s*(?:[a-z-]+ )?column", re.IGNORECASE)

_Key = tuple[tuple[Role, str, str], ...]  # how the parts of a row are written


def joined_rows(settled: Sequence[Settled], document: Document) -> list[Settled]:
    """Return the texts of an article with those joined that stand in one row."""
    rows = _recorded(settled, document) | _marked(settled, document)
    if not rows:
        return list(settled)
    found: list[Settled] = []
    at = 0
    while at < len(settled):
        count = rows.get(at, 1)
        found.append(_joined(settled[at : at + count]) if count > 1 else settled[at])
        at += count
    return found


def _joined(row: Sequence[Settled]) -> Settled:
    text = " ".join(one.text for one in row)
    return Settled(text, [part for one in row for part in one.parts], row[0].first)


def _may_be_part(one: Settled) -> bool:
    block = one.parts[0]
    return len(one.text) <= _MAX_CHARS and block.role in _LINES and not block.path.endswith(_TERMS)


# ── by the record ─────────────────────────────────────────────────────────────────────────────


def _recorded(settled: Sequence[Settled], document: Document) -> dict[int, int]:
    """Return where rows begin that are a line of the record, and those that are written alike: how many parts each has.

    Only where no part is a line of the record by itself.
    """
    said = recorded_rows(document)
    if not said:
        return {}
    folded = [fold(one.text) if _may_be_part(one) else "" for one in settled]
    parts = [bool(text) and text not in said for text in folded]
    rows: dict[int, int] = {}
    until = 0
    for at, count in _stretches(parts):
        if at >= until and _is_said(folded[at : at + count], said):
            rows[at], until = count, at + count
    keys = Counter(_key(settled[at : at + count], document) for at, count in rows.items())
    alike = {key for key, often in keys.items() if often >= _MIN_ROWS and len(set(key)) == len(key)}
    taken = {at + more for at, count in rows.items() for more in range(count)}
    for at, count in _stretches(parts) if alike else ():
        inside = range(at, at + count)
        if taken.isdisjoint(inside) and _key(settled[at : at + count], document) in alike:
            rows[at] = count
            taken.update(inside)
    return rows


def _stretches(parts: Sequence[bool]) -> Iterator[tuple[int, int]]:
    """Yield each place, and how many parts from it on may be a row."""
    for at in range(len(parts) - 1):
        for count in range(2, min(_MOST_PARTS, len(parts) - at) + 1):
            if not all(parts[at : at + count]):
                break
            yield at, count


def _is_said(texts: Sequence[str], said: frozenset[str]) -> bool:
    return "".join(texts) in said or "".join(reversed(texts)) in said


def _key(row: Sequence[Settled], document: Document) -> _Key:
    return tuple(_written(one.parts[0], document) for one in row)


def _written(block: Block, document: Document) -> tuple[Role, str, str]:
    classes = document.elements[block.element].classes if block.element >= 0 else ""
    return block.role, block.path, classes


# ── by their boxes ────────────────────────────────────────────────────────────────────────────


def _marked(settled: Sequence[Settled], document: Document) -> dict[int, int]:
    """Return where pairs begin that are alone in a box: a label and its value, or one of several rows."""
    pairs: dict[int, int] = {}  # the first of each -> its box
    for at, (first, second) in enumerate(pairwise(settled)):
        if at - 1 not in pairs and _may_be_pair(first, second) and (box := _box_of(first, second, document)) >= 0:
            pairs[at] = box
    elements = document.elements
    alike = Counter(_row_key(elements[box]) for box in pairs.values())
    return {
        at: 2
        for at, box in pairs.items()
        if _is_label(settled[at].text) or (alike[_row_key(elements[box])] >= _MIN_ROWS and _is_row(document, box))
    }


def _may_be_pair(first: Settled, second: Settled) -> bool:
    is_next = second.first == first.first + 1 and len(first.parts) == 1 == len(second.parts)
    return (
        is_next
        and first.parts[0].trace is not None  # it stands in elements
        and second.parts[0].trace is not None
        and len(first.text) <= _MAX_LABEL
        and not second.text.endswith(COLONS)
        and _may_be_part(first)
        and _may_be_part(second)
        and second.parts[0].role is not _ITEM
    )


def _is_label(text: str) -> bool:
    return text.endswith(COLONS) and any(map(str.isalnum, text))


def _row_key(box: Element) -> tuple[int, str, str]:
    return box.parent, box.tag, box.classes


def _box_of(first: Settled, second: Settled, document: Document) -> int:
    """Return the innermost element around two neighbours, where it holds nothing else; else -1."""
    blocks, at = document.blocks, first.first
    around = ancestors(document, blocks[at].element, _NEAR)
    box = next((one for one in ancestors(document, blocks[at + 1].element, _NEAR) if one in around), -1)
    if box < 0 or box in ancestors(document, blocks[at - 1].element if at else -1, _NEAR):
        return -1
    behind = blocks[at + 2].element if at + 2 < len(blocks) else -1
    return -1 if box in ancestors(document, behind, _NEAR) else box


def _is_row(document: Document, box: int) -> bool:
    """Return whether a box says that what it holds stands in a row."""
    element = document.elements[box]
    if element.role == "row":
        return True
    if not _ROW_CLASSES.isdisjoint(element.classes.split()):
        return not _COLUMN.search(element.classes)
    markup = document.markup
    if markup is None or box >= len(markup.elements) or markup.elements[box] != element:  # of a script's data
        return False
    style = attributes_at(markup, box).get("style") or ""
    return bool(_ROW_STYLE.search(style)) and not _COLUMN_STYLE.search(style)
