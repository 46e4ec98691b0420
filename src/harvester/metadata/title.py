"""The headline, as printed: what the page's own words and its records agree on."""

import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from functools import lru_cache
from typing import Final

from harvester.metadata.places import kept_as, removed_as
from harvester.metadata.reading import Reading, evidence
from harvester.metadata.site import MAX_SITE_CHARS, TITLE_SEPARATOR, host_names, read_site
from harvester.metadata.structured import Clues
from harvester.models import Block, Part, Role
from harvester.text import fold

MAX_TITLE_CHARS: Final = 400
MAX_SITE_WORDS: Final = 3  # "BBC News Africa"
MIN_OVERLAP: Final = 0.5  # share of a headline's words that a record must repeat to be of the same article
_BIGRAM: Final = 2
_NOTHING: Final = frozenset({"", "home", "index", "untitled", "untitleddocument", "null", "undefined", "首页", "首頁"})
# "…-新华网", "…_财经日报": a Chinese site's name at the end of <title>, though nothing else on the page names it.
_CHINESE_SITE: Final = re.compile(r"^[\w.·]{2,12}(?:网|網|报|報|新闻|新聞|在线|频道|网站|社)$")


@dataclass(frozen=True, slots=True)
class Candidate:
    """A text that may be the headline."""

    text: str
    origin: str
    block: int | None = None
    key: str = ""


def read_title(clues: Clues) -> Reading[str] | None:
    """Return the headline without the site's name and section.

    A printed heading wins when a record (JSON-LD, og:title, <title>) repeats it; else the record most others support.
    """
    return as_reading(choose_title(clues))


def as_reading(best: Candidate | None) -> Reading[str] | None:
    """Return the chosen headline with its evidence."""
    return Reading(best.text, (evidence("title", best.text, best.origin),)) if best is not None else None


def choose_title(clues: Clues) -> Candidate | None:
    """Return the headline with the block that prints it, if any does."""
    names = _site_names(clues)
    records = tuple(_records(clues, names))
    printed = tuple(heading for heading in _printed(clues) if heading.key and heading.key not in names)
    agreed = _agreed(printed, records)
    if agreed is not None:
        return _without_kicker(agreed, records)
    if records:
        return _best_supported(records)
    return next(iter(printed), None)


def _candidate(text: str, origin: str, block: int | None = None) -> Candidate:
    return Candidate(text[:MAX_TITLE_CHARS], origin, block, fold(text))


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


def _site_names(clues: Clues) -> frozenset[str]:
    site = read_site(clues)
    own = {fold(site.value), fold(site.value).removeprefix("the")} if site is not None else set()
    return frozenset(filter(None, own)) | host_names(clues.address)


def strip_site(text: str, names: frozenset[str]) -> str:
    """Return a <title> without the parts that name the site: "Storm hits coast - News | The Example"."""
    pieces = _pieces(text)
    end = len(pieces)
    while end > 1 and _names_site(pieces[end - 1][1], names):
        end -= 1
    start = 0
    while start < end - 1 and fold(pieces[start][1]) in names:
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
    key = fold(piece)
    if not key:
        return True
    if len(piece) > MAX_SITE_CHARS:
        return False
    if key in names or key.removeprefix("the") in names or _CHINESE_SITE.match(piece.strip()):
        return True
    # "Aeon Essays", "BBC News"
    return len(piece.split()) <= MAX_SITE_WORDS and fold(piece.split(maxsplit=1)[0]) in names


def _printed(clues: Clues) -> Iterator[Candidate]:
    """Yield the headings a reader sees, the likeliest headline first."""
    blocks = clues.document.blocks
    ranked = sorted((_rank(clues, block), index) for index, block in enumerate(blocks) if _may_be_headline(block))
    for (rank, _), index in ranked:
        if rank < 9:
            yield _candidate(blocks[index].text.replace("\n", " "), f"block:{index}", index)


def _may_be_headline(block: Block) -> bool:
    return block.role is Role.HEADING or kept_as(block, Part.TITLE)


def _rank(clues: Clues, block: Block) -> tuple[int, int]:
    if kept_as(block, Part.TITLE):
        return 0, 0
    rank = block.level or 6
    if removed_as(block, "related_posts", "nav_menu", "site_footer", "sidebar", "comment_thread", "cookie_consent"):
        return 9, 0
    return (rank + 2 if block.element in clues.foreign else rank), 0


def _agreed(printed: Iterable[Candidate], records: tuple[Candidate, ...]) -> Candidate | None:
    """Return the heading that the records repeat best, the first of equals."""
    best: tuple[float, Candidate] | None = None
    keys = {record.key for record in records}
    for heading in printed:
        score = 1.0 if heading.key in keys else max((_likeness(heading.key, key) for key in keys), default=0.0)
        if score >= MIN_OVERLAP and (best is None or score > best[0] + 0.1):
            best = (score, heading)
    return best[1] if best is not None else None


def _without_kicker(heading: Candidate, records: tuple[Candidate, ...]) -> Candidate:
    """Return the heading without a kicker that stands in the same tag: "Elections Voters go to the polls".

    A record says so when it is the end of the heading, and most of it, or all that stands before a "|".
    """
    for record in records:
        if "|" in heading.text and record.key == fold(heading.text.split("|", maxsplit=1)[0]):
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
