"""When the article was first published, and when it was last changed."""

import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta, timezone
from typing import Final

from harvester.metadata.datetext import Found, find_dates, parse_date
from harvester.metadata.places import MAX_LINE_CHARS, is_body, is_foreign
from harvester.metadata.reading import Reading, reading
from harvester.metadata.structured import Clues, same_page
from harvester.metadata.survey import class_tokens
from harvester.metadata.wordlists import load_words
from harvester.models import Block, Span

# In order of trust: what the makers of the page meant for machines that show dates, then what they left for others.
PUBLISHED_METAS: Final = (
    "article:published_time",
    "article:published",
    "og:article:published_time",
    "og:published_time",
    "datepublished",
    "date_published",
    "parsely-pub-date",
    "sailthru.date",
    "cxenseparse:recs:publishtime",
    "cxenseparse:publishtime",
    "bt:pubdate",
    "publishdate",
    "publish_date",
    "publish-date",
    "published-date",
    "publication_date",
    "publicationdate",
    "pubdate",
    "dc.date.issued",
    "dcterms.created",
    "dcterms.issued",
    "dc.date.created",
    "dc.date.published",
    "datecreated",
    "article.published",
    "article.created",
    "originalpublicationdate",
    "weibo:article:create_at",
    "weibo: article:create_at",
    "apub:time",
    "citation_publication_date",
    "citation_online_date",
    "citation_date",
    "og:release_date",
    "og:regdate",
    "dc.date",
    "dcterms.date",
    "date",
    "w-published-date",
    "last-publication",
    "article_date_original",
    "rnews:datepublished",
)
MODIFIED_METAS: Final = (
    "article:modified_time",
    "article:modified",
    "og:updated_time",
    "og:modified_time",
    "datemodified",
    "last-modified",
    "lastmod",
    "dcterms.modified",
    "dc.date.modified",
    "bt:moddate",
    "article.updated",
    "weibo:article:update_at",
    "revision_date",
)
MAX_LABELLED_CHARS: Final = 80
MAX_LONE_CHARS: Final = 40
LINES_UNDER_TEXT: Final = 4
HALF_HOUR: Final = timedelta(minutes=30)
NOON: Final = timedelta(hours=12)  # rather a clock of twelve hours than New Zealand
WESTERNMOST: Final = timedelta(hours=-11)
EASTERNMOST: Final = timedelta(hours=14)
MAX_AHEAD: Final = timedelta(days=2)  # time zones, and clocks that run fast
_LABEL_END: Final = " \t\r\n:：,，.|•·-–—（("
_URL_DAY: Final = re.compile(r"(?<!\d)((?:19|20)\d{2})[/_-]?(0[1-9]|1[0-2])[/_-]?(0[1-9]|[12]\d|3[01])(?!\d)")
_BEFORE_DIGITS: Final = re.compile(r"\D{2,40}(?=\d)")
_DIGIT: Final = re.compile(r"\d")
_COPYRIGHT: Final = re.compile(r"©|\(c\)|copyright", re.IGNORECASE)
_MONTH_LAST_HOSTS: Final = frozenset({"uk", "au", "nz", "ie", "in", "za", "ng", "ke", "sg", "my", "hk", "eu"})


@dataclass(frozen=True, slots=True)
class Dated:
    """A date and where it was read."""

    iso: str
    origin: str


def read_dates(clues: Clues) -> tuple[Reading[str] | None, Reading[str] | None]:
    """Return when the article was first published and last changed, as ISO 8601 no more precise than the page.

    In order of trust: the article's own records, the lines near the headline, the URL, labelled lines anywhere, records
    of the page as a whole, a line under the text, and lines that are nothing but one and the same day. A record that
    knows only the day takes the time of day that is printed beside the headline with the same day.

    htmldate is not asked where all these are silent: it is wrong more often than right there, with the days of
    changes, cards and comments.
    """
    records = tuple(_records(clues, PUBLISHED_METAS, "datePublished", "uploadDate", "dateCreated"))
    changes = tuple(_records(clues, MODIFIED_METAS, "dateModified"))
    near = () if _tell_all(records) and _tell_all(changes) else tuple(_near(clues))
    printed = tuple(dated for change, dated in near if not change)
    modified = tuple(dated for change, dated in near if change)
    recorded = (_local(_timed(dated, printed), printed) for dated in records)
    elsewhere = (_in_url(clues), _labelled(clues), _other_records(clues), _under_text(clues), _lone(clues))
    changed = (_timed(dated, modified) for dated in changes)
    return _first(clues, "published", (recorded, printed, *elsewhere)), _first(clues, "modified", (changed, modified))


def _tell_all(records: tuple[Dated, ...]) -> bool:
    """Say whether the first record gives a moment by the page's own clock, so that nothing printed adds to it."""
    return bool(records) and "T" in records[0].iso and not records[0].iso.endswith("+00:00")


def _near(clues: Clues) -> Iterator[tuple[bool, Dated]]:
    """Yield the dates of the byline's lines, each with whether it is labelled as a change."""
    for index in clues.byline:
        yield from _dates_of(clues, clues.document.blocks[index], index)


def _first(clues: Clues, field: str, sources: Iterable[Iterable[Dated]]) -> Reading[str] | None:
    for source in sources:
        for dated in source:
            if _possible(clues, dated.iso):
                return reading(field, dated.iso, dated.origin)
    return None


def _possible(clues: Clues, iso: str) -> bool:
    """Say whether a page fetched when it was could bear the date."""
    fetched = clues.page.fetched_at
    return fetched is None or date.fromisoformat(iso[:10]) <= fetched.date() + MAX_AHEAD


def _records(clues: Clues, metas: Iterable[str], *keys: str) -> Iterator[Dated]:
    for key in keys:
        for text in clues.texts(clues.value(key)):
            yield from _dated(text, f"json-ld:{key}", clues)
    for name in metas:
        for text in clues.metas.get(name, ()):
            yield from _dated(text, f"meta:{name}", clues)


def _other_records(clues: Clues) -> Iterator[Dated]:
    """Yield the dates of JSON-LD objects that are no article, when they are of this page."""
    for node in clues.nodes:
        for text in clues.texts(node.get("datePublished")):
            url = node.get("url") or node.get("@id")
            if isinstance(url, str) and clues.address is not None and same_page(url, clues.address):
                yield from _dated(text, "json-ld:datePublished", clues)


def _dated(text: str, origin: str, clues: Clues) -> Iterator[Dated]:
    iso = parse_date(text, month_first(clues))
    if iso is not None:
        yield Dated(iso, origin)


def month_first(clues: Clues) -> bool:
    """Say whether 03/04/2023 means March 4th: on English pages, unless their language or host says otherwise."""
    tag = (clues.document.lang or "en-US").lower().replace("_", "-")
    if tag.startswith("en-"):
        return tag.startswith("en-us")
    host = (clues.address or "").split("://", 1)[-1].split("/", 1)[0]
    return tag == "en" and host.rsplit(".", 1)[-1] not in _MONTH_LAST_HOSTS


# ── what a reader sees ───────────────────────────────────────────────────────────────────────


def _timed(dated: Dated, printed: Iterable[Dated]) -> Dated:
    """Return a record's day with the time of day that the page prints with it."""
    if "T" in dated.iso:
        return dated
    # noon sharp is what some systems store with a day
    timed = (one for one in printed if one.iso.startswith(f"{dated.iso}T") and "T12:00:00" not in one.iso)
    other = next(timed, None)
    return Dated(other.iso, f"{dated.origin}, {other.origin}") if other is not None else dated


def _local(dated: Dated, printed: Iterable[Dated]) -> Dated:
    """Return a record's moment in the page's own time zone, where the page prints the same moment by its clock.

    "2023-12-24T01:06:51+00:00" with "Dec 23, 2023 5:06pm PT" beside the headline is "2023-12-23T17:06:51-08:00".
    """
    if not dated.iso.endswith("+00:00"):
        return dated
    moment = datetime.fromisoformat(dated.iso)
    for other in printed:
        if "T" not in other.iso:
            continue
        wall = datetime.fromisoformat(other.iso).replace(tzinfo=UTC)
        offset = wall.replace(second=0) - moment.replace(second=0)
        if offset % HALF_HOUR == timedelta() and offset and WESTERNMOST <= offset <= EASTERNMOST and offset != NOON:
            return Dated(moment.astimezone(timezone(offset)).isoformat(), f"{dated.origin}, {other.origin}")
    return dated


def _labelled(clues: Clues) -> Iterator[Dated]:
    for index in _labelled_indices(clues):
        for change, dated in _dates_of(clues, clues.document.blocks[index], index):
            if not change:
                yield dated


def _labelled_indices(clues: Clues) -> Iterator[int]:
    """Yield the short lines of the page that begin with a label such as "Published on"."""
    labels = load_words().published_labels
    for index, block in enumerate(clues.document.blocks):
        if len(block.text) <= MAX_LABELLED_CHARS and not is_body(block):
            start = _BEFORE_DIGITS.match(block.text)
            if start and start[0].casefold().strip(_LABEL_END) in labels and not is_foreign(clues, block):
                yield index


def _dates_of(clues: Clues, block: Block, index: int) -> Iterator[tuple[bool, Dated]]:
    """Yield the dates of a block, each with whether it is labelled as a change."""
    times = [span for span in block.spans if span.tag == "time" or (span.itemprop and "date" in span.itemprop.lower())]
    if not times and not _DIGIT.search(block.text):
        return
    for span in times:
        iso = parse_date(span.datetime, month_first(clues)) or parse_date(span.text, month_first(clues))
        if iso is not None:
            yield _is_change(block.text, block.text.find(span.text), span), Dated(iso, f"block:{index}:{span.tag}")
    if not times:
        for found in find_dates(block.text, month_first(clues)):
            if _stands_alone(block.text, found):
                yield _is_change(block.text, found.start, None), Dated(found.iso, f"block:{index}")


def _is_change(text: str, start: int, span: Span | None) -> bool:
    if span is not None and "modified" in span.itemprop.lower():
        return True
    classes = span.classes.lower() if span is not None else ""
    before = text[: max(start, 0)].casefold().rstrip(_LABEL_END)
    return _ends_with(before, load_words().modified_labels) or "updated" in classes or "modified" in classes


def _ends_with(text: str, labels: frozenset[str]) -> bool:
    """Say whether `text` ends with one of `labels` as a whole word."""
    if not text.endswith(tuple(labels)):
        return False
    return any(text.endswith(label) and not text[: -len(label)][-1:].isalpha() for label in labels)


def _stands_alone(text: str, found: Found) -> bool:
    """Say whether a date is a line's business rather than a part of a sentence: a label or little stands before it."""
    before = text[: found.start].rsplit("\n", 1)[-1].casefold().rstrip(_LABEL_END)
    if _COPYRIGHT.search(before):
        return False
    if len(before) <= 40:
        return len(text) <= MAX_LINE_CHARS
    return _ends_with(before, load_words().published_labels | load_words().modified_labels)


# ── last resorts ─────────────────────────────────────────────────────────────────────────────


def _in_url(clues: Clues) -> Iterator[Dated]:
    path = (clues.address or "").split("://", 1)[-1].partition("/")[2].split("?", 1)[0]
    for match in _URL_DAY.finditer(path):
        iso = parse_date("-".join(match.groups()))
        if iso is not None:
            yield Dated(iso, "url")


def _under_text(clues: Clues) -> Iterator[Dated]:
    """Yield the date of the lines right under the text, where one of them is short and holds one date."""
    last = clues.survey.kept[-1] if clues.survey.kept else None
    blocks = clues.document.blocks
    for index in range(last, min(last + LINES_UNDER_TEXT, len(blocks))) if last is not None else ():
        if len(blocks[index].text) <= MAX_LABELLED_CHARS and not is_foreign(clues, blocks[index]):
            dates = [dated for change, dated in _dates_of(clues, blocks[index], index) if not change]
            if len(dates) == 1:
                yield dates[0]


def _lone(clues: Clues) -> Iterator[Dated]:
    """Yield the date of lines that are nothing else and whose place is named after it, when all say the same day."""
    words = load_words().class_words["date"]
    found: list[Dated] = []
    for index, block in enumerate(clues.document.blocks):
        if len(block.text) > MAX_LONE_CHARS or not _DIGIT.search(block.text) or is_foreign(clues, block):
            continue
        timed = any(span.tag == "time" for span in block.spans)
        if timed or not words.isdisjoint(class_tokens(clues.document, block.element, 1)):
            found += [dated for change, dated in _dates_of(clues, block, index) if not change]
    if len({dated.iso[:10] for dated in found}) == 1:
        yield found[0]
