"""Lines of a byline whose inline elements a browser shows apart: who, what, and when, each an element of its own."""

from collections.abc import Iterable, Iterator
from dataclasses import replace
from typing import Final

from harvester.dom import Seam, seams_of
from harvester.metadata.lookup import container_names as called
from harvester.metadata.lookup.line_signs import MAY_NAME, block_signs
from harvester.metadata.lookup.person_test import looks_like_person
from harvester.metadata.lookup.structured_data import ArticleLookups
from harvester.models import Block, Role
from harvester.text import CJK

_MAX_CHARS: Final = 160  # of a line: longer ones are sentences, in which editors cut words in two
_LEVELS: Final = 2  # containers of a line that may be named after writers
_HEADING: Final = Role.HEADING  # by a name of its own: Python looks the members of an enum up slowly


def with_parted_lines(lookups: ArticleLookups) -> ArticleLookups:
    """Return the same page, with a mark in its byline where one element ends and another begins at once.

    "Nordlicht AG | Corporate" of `<span>Nordlicht AG</span><span>Corporate</span>`.
    """
    blocks = lookups.document.blocks
    parted = {at: line for at in lookups.signs if (line := _parted(lookups, at)) is not None}
    if not parted:
        return lookups
    whole = tuple([parted.get(at, block) for at, block in enumerate(blocks)])
    places = tuple(parted)
    signs = block_signs(whole, places, lookups.habits.language, lookups.lexicon)
    told = {**lookups.signs, **dict(zip(places, signs, strict=True))}
    return replace(lookups, document=lookups.document.with_blocks(whole), signs=told)


def _parted(lookups: ArticleLookups, at: int) -> Block | None:
    """Return a line with a mark at each of its seams; None: it has none."""
    block = lookups.document.blocks[at]
    trace = block.trace
    if trace is None or len(trace.spots) == 1 or len(block.text) > _MAX_CHARS or block.role is _HEADING:
        return None  # as most lines, asked for without a call
    if not (seams := tuple(seams_of(block))):
        return None
    pieces = tuple(_pieces(block.text, seams, _lists_people(lookups, at)))
    return block._replace(text="".join(pieces)) if len(pieces) > 1 else None


def _lists_people(lookups: ArticleLookups, at: int) -> bool:
    """Return whether all links of a line are people's, behind a label of writers or in a container named after them."""
    block = lookups.document.blocks[at]
    said = lookups.page_index.names.within(block.element, _LEVELS)
    if not lookups.signs[at] & MAY_NAME and (not said & called.BYLINE or said & called.NOT_BYLINE):
        return False
    return all(looks_like_person(span.text, lookups.lexicon) for span in block.spans if span.tag == "a" and span.text)


def _pieces(text: str, seams: Iterable[Seam], lists_people: bool) -> Iterator[str]:
    """Yield the parts of a line, and between them what parts them."""
    start = 0
    for seam in seams:
        if mark := _mark(text, seam, lists_people):
            yield from (text[start : seam.at], mark)
            start = seam.at
    yield text[start:]


def _mark(text: str, seam: Seam, lists_people: bool) -> str:
    """Return what parts two elements; "" where they may be a word, as in Chinese, or behind a small letter.

    Parts of a day stay together, and links are a list where writers are named; elsewhere they are tags, or a menu.
    """
    before, behind = text[seam.at - 1], text[seam.at]
    if before.isdigit() or behind.isdigit():
        return " "
    if CJK.match(behind) or behind.islower():
        return ""
    if seam.parts_links:
        return ", " if lists_people else ""
    return " | "
