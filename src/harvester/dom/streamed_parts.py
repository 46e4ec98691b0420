"""Puts what React streams behind a page where the script beside it would.

A part that was not ready leaves `<template id="B:1"></template>` in its place, between `<!--$?-->` and `<!--/$-->`,
with what is shown meanwhile; it follows at the end of the page in `<div hidden id="S:1">`. `id="P:2"` is the place of
a part inside of a part.
"""

import re
from bisect import bisect_left
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Final

_PART_ID: Final = b' id="S:'


def _raw_text(name: str) -> str:
    """Return the pattern of an element whose content is text to the parser, up to its end tag."""
    own = "".join(f"[{letter}{letter.upper()}]" for letter in name)
    return rf"<{own}(?=[\s/>])(?:[^<]++|<(?!/{own}[\s/>]))*+"


# Comments and what is no markup are passed over; each alternative ends at the end of the page at the latest, so that
# nothing is looked at twice. Names in letters of both cases: under re.IGNORECASE each character costs five times as
# much, and most of such a page are scripts.
_RAW_TEXTS: Final = "|".join(map(_raw_text, ("script", "style", "textarea", "title", "iframe", "noscript", "xmp")))
_MARK: Final = re.compile(
    rf"""<!--(?P<note>[$&/?!~]{{1,2}}-->)
    | <!--(?:[^-]++|-(?!->))*+
    | {_RAW_TEXTS}
    | <template\ id="(?P<kind>[BP]):(?P<place>[0-9a-f]{{1,8}})"></template>
    | <div\ hidden(?:="")?\ id="S:(?P<part>[0-9a-f]{{1,8}})">
    | <(?P<end>/?)[dD][iI][vV](?=[\s/>])(?:[^>"']++|"[^"]*+(?:"|\Z)|'[^']*+(?:'|\Z))*+(?:>|\Z)""".encode(),
    re.VERBOSE,
)
_MOVE: Final = re.compile(rb'\$R[CR]\("B:([0-9a-f]{1,8})","S:([0-9a-f]{1,8})"')
_OPENING: Final = frozenset({b"$-->", b"$?-->", b"$!-->", b"$~-->", b"&-->"})
_CLOSING: Final = frozenset({b"/$-->", b"/&-->"})


@dataclass(frozen=True, slots=True)
class _Span:
    start: int
    end: int


@dataclass(frozen=True, slots=True)
class _Part:
    whole: _Span
    inner: _Span


@dataclass(frozen=True, slots=True)
class _Place:
    part: bytes
    span: _Span  # with what is shown meanwhile


def with_parts_in_place(page: bytes) -> bytes:
    """Return UTF-8 with each streamed part in its place; one that has none stays where it is."""
    if _PART_ID not in page:
        return page
    parts, places = _found(page)
    wanted = {place.part for place in places} & parts.keys()
    moved: set[bytes] = set()
    # A place may be inside of its own part, or of what is shown until another part is there: such parts stay.
    for _ in range(2):
        moved.clear()
        pieces = list(_pieces(page, {key: parts[key] for key in wanted}, places, moved))
        if moved == wanted:
            break
        wanted = set(moved)
    return b"".join(pieces) if moved else page


def _found(page: bytes) -> tuple[Mapping[bytes, _Part], Sequence[_Place]]:
    """Return the parts of a page by their names, and the places of parts in the page's order, the first of each."""
    names = dict(_MOVE.findall(page))
    parts: dict[bytes, _Part] = {}
    places: dict[bytes, _Place] = {}
    boxes: list[tuple[bytes | None, int, int]] = []
    pending: list[_Place | None] = []  # of the boundaries that are open the places that they begin with
    begun = -1  # where the last boundary's content begins
    last_part = -1
    for mark in _MARK.finditer(page):
        if mark["note"] in _OPENING:
            pending.append(None)
            begun = mark.end()
        elif mark["note"] in _CLOSING:
            waiting = pending.pop() if pending else None
            if waiting is not None and last_part < waiting.span.start:  # what is shown meanwhile holds no parts
                places[waiting.part] = _Place(waiting.part, _Span(waiting.span.start, mark.start()))
        elif mark["place"]:
            own: bytes = mark["place"]
            place = _Place(names.get(own, own) if mark["kind"] == b"B" else own, _Span(*mark.span()))
            if places.setdefault(place.part, place) is place and begun == mark.start():
                pending[-1] = place
        elif mark["part"]:
            boxes.append((mark["part"], mark.start(), mark.end()))
            last_part = mark.start()
        elif mark["end"] is not None and not mark["end"]:
            boxes.append((None, mark.start(), mark.end()))
        elif mark["end"] and boxes:
            name, start, opened = boxes.pop()
            if name is not None:
                parts.setdefault(name, _Part(_Span(start, mark.end()), _Span(opened, mark.start())))
    return parts, sorted(places.values(), key=lambda place: place.span.start)


def _pieces(page: bytes, parts: Mapping[bytes, _Part], places: Sequence[_Place], moved: set[bytes]) -> Iterator[bytes]:
    """Yield the page with parts in their places, and note which were met there."""
    cuts = sorted(
        [(part.whole, None) for part in parts.values()]
        + [(place.span, place.part) for place in places if place.part in parts],
        key=lambda cut: cut[0].start,
    )
    starts = [span.start for span, _ in cuts]
    open_spans = [_Span(0, len(page))]
    while open_spans:
        span = open_spans.pop()
        number = bisect_left(starts, span.start)
        if number == len(cuts) or starts[number] >= span.end:
            yield page[span.start : span.end]
            continue
        cut, name = cuts[number]
        yield page[span.start : cut.start]
        open_spans.append(_Span(max(cut.end, span.start), span.end))
        if name is not None and name not in moved:
            moved.add(name)
            open_spans.append(parts[name].inner)
