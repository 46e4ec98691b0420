"""The headline, as printed: what the page's own words and its records agree on."""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, replace
from functools import lru_cache
from typing import Final

from harvester.metadata.places import kept_as, removed_as
from harvester.metadata.reading import Reading, evidence
from harvester.metadata.site import CHINESE_SITE, MAX_SITE_CHARS, TITLE_SEPARATOR
from harvester.metadata.structured import Clues
from harvester.metadata.survey import key_of, one_line
from harvester.models import Block, Part

MAX_TITLE_CHARS: Final = 400
MAX_SITE_WORDS: Final = 3  # "BBC News Africa"
MIN_OVERLAP: Final = 0.5  # share of a headline's words that a record must repeat to be of the same article
_BIGRAM: Final = 2
_NO_HEADLINE: Final = 9
_PIECE_SCORE: Final = 0.9  # a heading that is the first part of a record: the rest names the site or sells
_LEAD: Final = 0.1  # by which a later heading must be more like the records
_MIN_PIECE_CHARS: Final = 8
_NOTHING: Final = frozenset({"", "home", "index", "untitled", "untitleddocument", "null", "undefined", "首页", "首頁"})


@dataclass(frozen=True, slots=True)
class Candidate:
    """A text that may be the headline."""

    text: str
    origin: str
    block: int | None = None
    key: str = ""
    first: bool = False  # a heading of the first level


def as_reading(best: Candidate | None) -> Reading[str] | None:
    """Return the chosen headline with its evidence."""
    return Reading(best.text, (evidence("title", best.text, best.origin),)) if best is not None else None


def choose_title(clues: Clues) -> Candidate | None:
    """Return the headline without the site's name and section, with the block that prints it, if any does.

    A printed heading wins when a record (JSON-LD, og:title, <title>) repeats it; else the record most others support.
    """
    records = tuple(_records(clues, clues.names))
    agreed = _agreed(_printed(clues), records)
    if agreed is not None:
        return _without_kicker(agreed, records)
    if records:
        return _best_supported(records)
    return next(_printed(clues), None)


def _candidate(text: str, origin: str, block: int | None = None) -> Candidate:
    return Candidate(text[:MAX_TITLE_CHARS], origin, block, key_of(text))


def _records(clues: Clues, names: frozenset[str]) -> Iterator[Candidate]:
    """Yield what the page's records call the article, most trusted first, site name and section off."""
    raw = [(text, "json-ld:headline") for text in clues.article_texts("headline", "name")[:1]]
    for name in ("og:title", "twitter:title", "parsely-title", "sailthru.title", "dc.title", "citation_title", "title"):
        raw += [(text, f"meta:{name}") for text in clues.metas.get(name, ())[:1]]
    if clues.document.title:
        raw.append((clues.document.title, "title"))
    for text, origin in raw:
        found = _candidate(strip_site(text, names), origin)
        if found.key not in _NOTHING and found.key not in names:
            yield found


def strip_site(text: str, names: frozenset[str]) -> str:
    """Return a <title> without the parts that name the site: "Storm hits coast - News | The Example"."""
    pieces = _pieces(text)
    end = len(pieces)
    while end > 1 and _names_site(pieces[end - 1][1], names):
        end -= 1
    start = 0
    while start < end - 1 and key_of(pieces[start][1]) in names:
        start += 1
    cut = text[pieces[start][0] : pieces[end - 1][0] + len(pieces[end - 1][1])]
    return cut.strip() or text


def _pieces(text: str) -> list[tuple[int, str]]:
    """Return the parts between separators, each with the place where it starts."""
    pieces, start = [], 0
    for match in TITLE_SEPARATOR.finditer(text):
        if match.start() > start:
            pieces.append((start, text[start : match.start()]))
        start = match.end()
    if start < len(text):
        pieces.append((start, text[start:]))
    return pieces or [(0, text)]


def _names_site(piece: str, names: frozenset[str]) -> bool:
    key = key_of(piece)
    if not key:
        return True
    if len(piece) > MAX_SITE_CHARS:
        return False
    if key in names or key.removeprefix("the") in names or CHINESE_SITE.match(piece.strip()):
        return True
    # "Aeon Essays", "BBC News"
    return len(piece.split()) <= MAX_SITE_WORDS and key_of(piece.split(maxsplit=1)[0]) in names


def _printed(clues: Clues) -> Iterator[Candidate]:
    """Yield the headings a reader sees, the likeliest headline first."""
    blocks = clues.document.blocks
    for rank, index in sorted((_rank(clues, blocks[index]), index) for index in clues.survey.headings):
        if rank < _NO_HEADLINE:
            heading = replace(_candidate(one_line(blocks[index]), f"block:{index}", index), first=rank <= 1)
            if heading.key and heading.key not in clues.names:
                yield heading


def _rank(clues: Clues, block: Block) -> int:
    if kept_as(block, Part.TITLE):
        return 0
    rank = block.level or 6
    if removed_as(block, "related_posts", "nav_menu", "site_footer", "sidebar", "comment_thread", "cookie_consent"):
        return _NO_HEADLINE
    return rank + 2 if block.element in clues.foreign else rank


def _agreed(printed: Iterable[Candidate], records: tuple[Candidate, ...]) -> Candidate | None:
    """Return the heading that the records repeat best, the first of equals."""
    best: tuple[float, Candidate] | None = None
    keys = tuple(dict.fromkeys(record.key for record in records))
    pieces = frozenset(key_of(first) for record in records if (first := _first_piece(record.text)))
    for heading in printed:
        if heading.key in keys:
            score = 1.0
        else:
            score = max((_likeness(heading.key, key) for key in keys), default=0.0)
            score = max(score, _PIECE_SCORE if heading.key in pieces and heading.first else 0.0)
        if score >= MIN_OVERLAP and (best is None or score > best[0] + _LEAD):
            best = (score, heading)
        if best is not None and best[0] + _LEAD >= 1:  # nothing can lead it
            break
    return best[1] if best is not None else None


def _first_piece(text: str) -> str | None:
    """Return what stands before the first separator, where it is more than a name: "Skin Care and Repair | Harvard"."""
    pieces = _pieces(text)
    return pieces[0][1] if len(pieces) > 1 and len(pieces[0][1]) >= _MIN_PIECE_CHARS else None


def _without_kicker(heading: Candidate, records: tuple[Candidate, ...]) -> Candidate:
    """Return the heading without a kicker that stands in the same tag: "Elections Voters go to the polls".

    A record says so when it is the end of the heading, and most of it, or all that stands before a "|".
    """
    for record in records:
        if "|" in heading.text and record.key == key_of(heading.text.split("|", maxsplit=1)[0]):
            return Candidate(record.text, record.origin, heading.block, record.key)
        if heading.key.endswith(record.key) and len(heading.key) > len(record.key) > len(heading.key) * MIN_OVERLAP:
            return Candidate(record.text, record.origin, heading.block, record.key)
    return heading


def _best_supported(records: tuple[Candidate, ...]) -> Candidate:
    """Return the record that the others are most like; the most trusted of equals."""
    return max(records, key=lambda one: sum(_likeness(one.key, other.key) >= MIN_OVERLAP for other in records))


def _likeness(a: str, b: str) -> float:
    """Return how much two folded titles have in common, 0 to 1, by their pairs of letters (Dice's coefficient)."""
    if a == b:
        return 1.0 if a else 0.0
    if min(len(a), len(b)) * 4 < len(a) + len(b):  # cannot reach MIN_OVERLAP
        return 0.0
    first, second = _pairs(a), _pairs(b)
    if not first or not second:
        return 0.0
    return 2.0 * len(first & second) / (len(first) + len(second))


@lru_cache(maxsize=1024)
def _pairs(text: str) -> frozenset[str]:
    return frozenset(text[i : i + _BIGRAM] for i in range(len(text) - _BIGRAM + 1))
