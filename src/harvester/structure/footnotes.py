"""Footnotes: where they are called, and which blocks they are.

A call is a link of a number or sign to a place on the page; the note is what is there. So Markdown, wikis, word
processors, newsletters and EPUB write them (DPUB-ARIA: doc-noteref, doc-footnote), whatever their classes are called.
"""

import re
from collections.abc import Iterator, Sequence
from typing import Final, NamedTuple

from harvester.dom import end_of_element, is_block, unescaped
from harvester.models import Document, Footnote, Markup
from harvester.structure.markup_tokens import attributes_of, tag_of
from harvester.structure.placements import BlockPlaces, is_text
from harvester.text import collapse

MAX_NOTES: Final = 1_000  # the longest articles of encyclopedias have some hundred
_MAX_NOTE_BLOCKS: Final = 20  # of one note; what holds more is a part of the text
# A number, a letter, or some signs, in brackets or bare: "1", "[12]", "(a)", "*", "†", "note 3".
_SIGN: Final = re.compile(
    r"[\[(]?\s*((?:[a-z]{2,5}\.?\s)?(?:\d{1,4}|[ivxlc]{1,6}|[a-z]{1,2}|[*†‡§¶#]{1,3}))\s*[\])]?\.?", re.IGNORECASE
)
_ID: Final = re.compile(r"""\s(?:id|name)="([^"]{1,200})\"""")
_BACK: Final = re.compile(
    r"(?:^|[-_:])(?:fn)?(?:ref|back|anchor)|ref[-_:]?\d*$|^_ftnref|^footnote-anchor", re.IGNORECASE
)


class Footnotes(NamedTuple):
    """The footnotes that an article calls."""

    keys: dict[str, str]  # id of the place that a call leads to -> the key of the note
    blocks: dict[int, Footnote]  # block of the page -> the note that it is of


_NONE: Final = Footnotes({}, {})


class _Call(NamedTuple):
    target: str
    sign: str
    place: int


def notes_of(document: Document, page: BlockPlaces) -> Footnotes:
    """Return the footnotes that the blocks of the article's text call."""
    markup = document.markup
    if markup is None or page.last < 0:
        return _NONE
    calls = list(_calls(document, markup, page))[:MAX_NOTES]
    if not calls:
        return _NONE
    places = _places(markup, {call.target for call in calls})
    keys: dict[str, str] = {}
    blocks: dict[int, Footnote] = {}
    tried: set[str] = set()
    for call in calls:
        place = places.get(call.target)
        if call.target in tried or place is None or place <= call.place:  # a link back leads up
            continue
        tried.add(call.target)
        members = _blocks_at(document, markup, page, place)
        if not members or any(number in blocks for number in members[:1]):
            continue
        key = call.sign if call.sign not in keys.values() else f"{call.sign}-{len(keys) + 1}"
        keys[call.target] = key
        for number in members:
            blocks[number] = Footnote(key, call.sign)
    return Footnotes(keys, blocks)


def _calls(document: Document, markup: Markup, page: BlockPlaces) -> Iterator[_Call]:
    """Yield the links in the text that read as calls of a note."""
    last: list[int] = []
    for number in page.text:
        block = document.blocks[number]
        if not block.spans or not is_text(block) or block.trace is None or block.trace.markup is not markup:
            continue
        if block.trace.spots is last:  # another line of the same run, which is read as a whole
            continue
        if not any(span.href.startswith("#") for span in block.spans):
            continue
        last = spots = block.trace.spots
        for at in range(max(spots[0] - 9, 1) | 1, spots[-1] + 2, 2):
            token = markup.tokens[at] if at < len(markup.tokens) else ""
            if token.startswith("<a ") and ' href="#' in token:
                target = attributes_of(token).get("href", "")[1:]
                inside = markup.tokens[at + 1 : end_of_element(markup.tokens, at + 1, "a")]
                sign = _SIGN.fullmatch(collapse(unescaped("".join(inside[::2]))))
                if target and sign is not None and not _BACK.search(target):
                    yield _Call(target, sign[1], at)


def _places(markup: Markup, ids: set[str]) -> dict[str, int]:
    """Return where the elements of some ids begin."""
    found: dict[str, int] = {}
    for at in range(1, len(markup.tokens), 2):
        token = markup.tokens[at]
        if (' id="' in token or ' name="' in token) and token[1] != "/":
            for name in _ID.findall(token):
                if (name := unescaped(name)) in ids:
                    found.setdefault(name, at)
    return found


def _blocks_at(document: Document, markup: Markup, page: BlockPlaces, place: int) -> Sequence[int]:
    """Return the blocks of the note whose element, or whose anchor, is at a place."""
    tag = tag_of(markup.tokens[place])
    if is_block(tag):
        inside = page.within(place, end_of_element(markup.tokens, place + 1, tag))
        if inside:
            return inside if len(inside) <= _MAX_NOTE_BLOCKS else ()
    number = page.order(place).block  # an anchor in the note, or before it
    if number >= len(document.blocks):
        return ()
    block = document.blocks[number]
    if block.trace is not None and block.trace.element >= 0 and _SIGN.fullmatch(block.text) is not None:
        return _beside_sign(markup, page, block.trace.element) or (number,)
    return (number,)


def _beside_sign(markup: Markup, page: BlockPlaces, element: int) -> Sequence[int]:
    """Return the blocks of the box that a note's sign is in, beside its text."""
    for at in (element, markup.elements[element].parent):
        if at >= 0:
            place = markup.places[at]
            inside = page.within(place, end_of_element(markup.tokens, place + 1, markup.elements[at].tag))
            if 1 < len(inside) <= _MAX_NOTE_BLOCKS:
                return inside
    return ()
