"""Links from a note back to where it is called: "↩", "^ a b", and numbers that stand as lines of their own.

They lead about the page and say nothing in a text. A number is put before its note.
"""

import re
from collections.abc import Iterator, Sequence
from typing import Final

from harvester.models import Block, Role, Span
from harvester.structure.settled import Settled

_SIGNS: Final = "↩↵⤴⏎⮌↑⇑⬆^"
_VARIANTS: Final = "\ufe0e\ufe0f"  # of a sign: as text, as a picture
_ENDS: Final = frozenset(_SIGNS + _VARIANTS)
_BEGINS: Final = frozenset("^↑")
_NUMBER: Final = re.compile(r"[\[(]?\d{1,3}[\])]?[.:]?")
_IN_BRACKETS: Final = re.compile(r"\[\d{1,3}\]")  # says by itself that it is the sign of a note
_MAX_SIGN: Final = 6  # characters of a line that is a sign
_MAX_BACK: Final = 60  # links back from one note: what is called more often is no note
_NOTES: Final = frozenset({Role.PARAGRAPH, Role.LIST_ITEM})


def without_back_links(settled: Sequence[Settled]) -> list[Settled]:
    """Return the blocks of a text without links back to it, and with the number of a note before its text."""
    if not any(map(_may_have_sign, settled)):  # as on most pages
        return list(settled)
    found: list[Settled] = []
    sign: Settled | None = None  # the last block, where it is nothing but the sign of a note
    for one in settled:
        bare = _without_back(one)
        if sign is not None and _goes_on(sign, bare):
            found.pop()
            bare = _with_sign(sign, bare)
        found.append(bare)
        sign = bare if bare.parts[0].role in _NOTES and _is_sign(bare.parts) else None
    return [one for one in found if one.text]


def _may_have_sign(one: Settled) -> bool:
    text = one.text
    return text[-1] in _ENDS or text[0] in _BEGINS or (len(text) <= _MAX_SIGN and _NUMBER.fullmatch(text) is not None)


def _is_sign(parts: Sequence[Block]) -> bool:
    """Return whether a block is nothing but a number that leads back, or was a link back and is nothing now."""
    text = parts[0].text
    if len(parts) > 1 or not text or _NUMBER.fullmatch(text) is None:
        return len(parts) == 1 and not text
    return _IN_BRACKETS.fullmatch(text) is not None or any(span.text == text for span in _links(parts[0]))


def _goes_on(sign: Settled, note: Settled) -> bool:
    """Return whether a note stands right behind its sign."""
    own, role = sign.parts[0].role, note.parts[0].role
    fits = role is Role.PARAGRAPH or (bool(sign.text) and role is own)
    return note.first == sign.first + 1 and fits and not _is_sign(note.parts)


def _with_sign(sign: Settled, note: Settled) -> Settled:
    """Return a note with its number before it; of a sign that is gone it is the item of a list that the sign began."""
    head = sign.parts[0]
    if sign.text:
        return Settled(f"{sign.text} {note.text}", (head, *note.parts), sign.first)
    first = note.parts[0]
    return note._replace(parts=(first._replace(role=head.role, level=head.level), *note.parts[1:]))


def _without_back(one: Settled) -> Settled:
    """Return a block without links back at its beginning and its end."""
    if len(one.parts) != 1 or one.parts[0].role not in _NOTES or not _may_have_sign(one):
        return one
    block = one.parts[0]
    text = _without_tail(_without_head(one.text, block), block)
    return one if text == one.text else one._replace(text=text, parts=(block._replace(text=text),))


def _without_head(text: str, block: Block) -> str:
    """Return the text without "^ a b" at its beginning, of which one is a link back."""
    if text[0] not in _BEGINS:
        return text
    rest, links = text[1:].lstrip(), 0
    for span in _links(block):
        links += span.text == text[0]
        if span.text and len(span.text) <= _MAX_SIGN and rest.startswith(span.text):
            rest, links = rest[len(span.text) :].lstrip(" ,"), links + 1
    return rest if links else text


def _without_tail(text: str, block: Block) -> str:
    """Return the text without the signs at its end that lead back."""
    signs = [span.text for span in _links(block) if span.text and _ENDS.issuperset(span.text)]
    while signs and text.endswith(signs[-1]):
        text = text[: -len(signs.pop())].rstrip()
    return text


def _links(block: Block) -> Iterator[Span]:
    """Yield the links of a block to places on the page."""
    links = (span for span in block.spans if span.tag == "a" and span.href.startswith("#"))
    return (span for span, _ in zip(links, range(_MAX_BACK), strict=False))
