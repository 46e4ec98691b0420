"""The headings a reader sees, and which of them the page's records repeat."""

import re
from collections.abc import Iterable, Iterator
from heapq import heapify, heappop, heapreplace
from itertools import chain
from typing import Final, NamedTuple

from harvester.metadata.lookup.page_index import key_of, one_line
from harvester.metadata.lookup.structured_data import SiteLookups
from harvester.metadata.lookup.title_text import MIN_OVERLAP, likeness, pieces
from harvester.models import Block, Kept, Part, Removed
from harvester.rules.kind_names import KindName

MAX_TITLE_CHARS: Final = 400
_NO_HEADLINE: Final = 9
_TITLE: Final = Part.TITLE  # by a name of its own: Python looks the members of an enum up slowly
_FOREIGN: Final = 2  # ranks below its level, where it stands in a place of something else
_OTHERS: Final = frozenset(
    {
        KindName.RELATED_POSTS,
        KindName.NAV_MENU,
        KindName.SITE_FOOTER,
        KindName.SIDEBAR,
        KindName.COMMENT_THREAD,
        KindName.COOKIE_CONSENT,
    }
)
_PIECE_SCORE: Final = 0.9  # a heading that is the first part of a record: the rest names the site or sells
_LEAD: Final = 0.1  # by which a later heading must be more like the records
_MIN_PIECE_CHARS: Final = 8
_ACROSS: Final = 8  # letters of a record behind the place of a cut: enough to be no other word
_COUNT: Final = re.compile(r"\(\d{1,4}\+?\)\s+(?=\S)")
_JOINED: Final = re.compile(r"[:：/–—-]\s*$")


class Named(NamedTuple):
    """A text by which a heading or a record calls the article."""

    text: str
    origin: str
    key: str
    block: int | None = None
    rank: int = 0  # of a heading: 0 kept as the title, 1 first level, ...; more in a place of something else


def named(text: str, origin: str, block: int | None = None, rank: int = 0) -> Named:
    """Return a text cut to the length of titles, with its key."""
    return Named(text[:MAX_TITLE_CHARS], origin, key_of(text[:MAX_TITLE_CHARS]), block, rank)


def printed_headings(lookups: SiteLookups) -> Iterator[Named]:
    """Yield the headings a reader sees, the likeliest headline first."""
    blocks = lookups.document.blocks
    for rank, index in _ranked(lookups):
        heading = named(one_line(blocks[index]), f"block:{index}", index, rank)
        if heading.key and heading.key not in lookups.names and heading.key not in lookups.lexicon.not_titles:
            yield heading


def _ranked(lookups: SiteLookups) -> Iterator[tuple[int, int]]:
    """Yield the headings with their rank, lowest first; whose place they are in is asked when their turn comes."""
    blocks = lookups.document.blocks
    waiting = [
        (rank, index, rank == 0)
        for index in lookups.page_index.headings
        if (rank := _rank(blocks[index])) < _NO_HEADLINE
    ]
    heapify(waiting)
    while waiting:
        rank, index, is_final = waiting[0]
        if is_final or blocks[index].element not in lookups.foreign:
            heappop(waiting)
            yield rank, index
        else:
            heapreplace(waiting, (rank + _FOREIGN, index, True))


def _rank(block: Block) -> int:
    """Return the rank of a heading that is in no foreign place."""
    verdict = block.verdict
    if type(verdict) is Kept:
        return 0 if verdict.part is _TITLE else block.level or 6
    return _NO_HEADLINE if type(verdict) is Removed and verdict.kind in _OTHERS else block.level or 6


def echoed(printed: Iterable[Named], records: tuple[Named, ...]) -> Named | None:
    """Return the heading that the records repeat best; where none is repeated, the record most others support."""
    heading = _repeated(printed, records)
    if heading is not None:
        return _without_kicker(heading, records)
    if not records:
        return None
    return max(records, key=lambda one: sum(likeness(one.key, other.key) >= MIN_OVERLAP for other in records))


def _repeated(printed: Iterable[Named], records: tuple[Named, ...]) -> Named | None:
    best: tuple[float, Named] | None = None
    keys = tuple(dict.fromkeys(record.key for record in records))
    for heading in printed:
        if heading.key in keys:  # as the first is on most pages: then nothing else is asked of the records
            score = 1.0
        else:
            score = max((likeness(heading.key, key) for key in keys), default=0.0)
            score = max(score, _PIECE_SCORE if heading.rank <= 1 and _is_first_piece(heading.key, records) else 0.0)
        if score >= MIN_OVERLAP and (best is None or score > best[0] + _LEAD):
            best = (score, heading)
        if best is not None and best[0] + _LEAD >= 1:  # nothing can lead it
            break
    return best[1] if best is not None else None


def _is_first_piece(key: str, records: Iterable[Named]) -> bool:
    return any(key_of(first) == key for record in records if (first := _first_piece(record.text)))


def _first_piece(text: str) -> str | None:
    """Return what is before the first separator, where it is more than a name: "Skin Care and Repair | Harvard"."""
    parts = pieces(text)
    return parts[0][1] if len(parts) > 1 and len(parts[0][1]) >= _MIN_PIECE_CHARS else None


def _is_repeated(heading: str, start: int, records: tuple[Named, ...]) -> bool:
    """Return whether a record begins as the heading does, across the place where it would be cut.

    <title> is left out: it has the kicker, and the label of a thread, as often as the headline alone.
    """
    began = heading[: start + _ACROSS]
    return any(record.origin != "title" and record.key.startswith(began) for record in records)


def _without_kicker(heading: Named, records: tuple[Named, ...]) -> Named:
    """Return the heading without a kicker that is in the same tag: "Elections Voters go to the polls".

    A record shows it when it is the end of the heading, and most of it, or all that is before a "|". What a colon or
    a dash joins to the headline is a part of it.
    """
    for record in records:
        before_bar = "|" in heading.text and record.key == key_of(heading.text.split("|", maxsplit=1)[0])
        is_end = heading.key.endswith(record.key) and len(record.key) > len(heading.key) * MIN_OVERLAP
        if is_end and _JOINED.search(heading.text[: -len(record.text)]):
            continue
        if is_end and not before_bar and _is_repeated(heading.key, len(heading.key) - len(record.key), records):
            continue
        if before_bar or (is_end and len(heading.key) > len(record.key)):
            return Named(record.text, record.origin, record.key, heading.block)
    return heading


def without_count(lookups: SiteLookups, title: str) -> str:
    """Return a <title> without the number of a reader's messages before it, "(3) Storm hits coast".

    Where the page has that number elsewhere, it is the headline's: "(500) Days of Summer".
    """
    count = _COUNT.match(title)
    if count is None:
        return title
    others = chain(
        lookups.metas.get("og:title", ()), lookups.metas.get("twitter:title", ()), (lookups.page_index.lines,)
    )
    return title if any(count[0].strip() in other for other in others) else title[count.end() :]
