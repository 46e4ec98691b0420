"""What the page's own record (JSON-LD) tells of its text: its objects, and their texts as they are compared."""

import re
from collections import deque
from collections.abc import Iterator, Sequence
from html import unescape
from typing import Final

from harvester.models import Document
from harvester.page_json import parse_json
from harvester.text import fold

_MAX_NODES: Final = 10_000  # objects and lists of a record that are looked at
_TAG: Final = re.compile(r"<[^<>]{1,500}>")


def recorded_objects(document: Document, marks: Sequence[str]) -> Iterator[dict[str, object]]:
    """Yield the objects of those records of a page that hold one of some texts, outer ones first."""
    for script in document.scripts:
        if script.is_linked_data and any(mark in script.text for mark in marks):
            yield from _objects(parse_json(script.text))


def _objects(value: object) -> Iterator[dict[str, object]]:
    waiting = deque([value])
    for _ in range(_MAX_NODES):
        if not waiting:
            return
        one = waiting.popleft()
        inside = one
        if isinstance(one, dict):
            yield one
            inside = list(one.values())
        if isinstance(inside, list):
            waiting += [inner for inner in inside[:_MAX_NODES] if isinstance(inner, dict | list)]


def plain(text: str) -> str:
    """Return a text of a record without its markup, folded.

    >>> plain("<p>2 eggs &amp; <b>milk</b></p>")
    '2eggsmilk'
    """
    return fold(unescape(_TAG.sub(" ", text)))
