"""The dates of a page's records and addresses, by the clock that the page prints."""

import re
from collections.abc import Iterable, Iterator
from datetime import UTC, datetime, timedelta, timezone
from functools import lru_cache
from typing import Final

from harvester.metadata.lookup.date_text import parse_date
from harvester.metadata.lookup.datelines import Dated
from harvester.metadata.lookup.json_ld import same_page
from harvester.metadata.lookup.structured_data import ArticleLookups, SiteLookups
from harvester.urls import loose_host, loose_path

# What their makers mean for the day of publication.
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
    "dcterms.issued",
    "dc.date.published",
    "article.published",
    "originalpublicationdate",
    "citation_publication_date",
    "citation_online_date",
    "citation_date",
    "article_date_original",
    "rnews:datepublished",
    "published",
    "pub_date",
    "pub-date",
    "issue_date",
    "article:published_date",
    "article:publish_date",
    "article.date.published",
    "prism.publicationdate",
    "shareaholic:article_published_time",
    "vr:published_time",
    "mediator_published_time",
    "publish_time",
    "publication_time",
)
# As often the day of a change, of the file or of the print.
CREATED_METAS: Final = (
    "dcterms.created",
    "dc.date.created",
    "dc.created",
    "created",
    "datecreated",
    "article.created",
    "weibo:article:create_at",
    "weibo: article:create_at",
    "apub:time",
    "og:release_date",
    "og:regdate",
    "dc.date",
    "dcterms.date",
    "date",
    "w-published-date",
    "ms.date",
    "last-publication",
    "uploaddate",
    "pdate",
    "ptime",
    "timestamp",
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
    "lastdate",
    "modified_date",
    "modified-date",
    "last_modified",
    "updated_at",
    "last_updated_date",
    "date.updated",
    "date.modified",
    "og:article:modified_time",
    "article_modified_time",
    "shareaholic:article_modified_time",
)

# Names of other systems, by their letters: "published_at", "iso-8601-publish-date". Right on 42 of 45 pages.
_MEANS_PUBLISHED: Final = re.compile(
    r"(?<!un)(?:publi(?:sh|shed|cation)(?:date|time|at|on)|datepubli(?:sh|shed|cation)|pubdate|datepub)(?:$|time|utc|iso)"
)
# Right less often: "post_date", "og:release_date", "created_at", "gentime".
_MEANS_CREATED: Final = re.compile(
    r"(?:post(?:ed|ing)?|releas(?:e|ed)|creat(?:e|ed|ion)|issued?|display|doc(?:ument)?|gen|entry|news|story|content"
    r"|upload(?:ed)?)(?:date|time|on|at)$|date(?:posted|created|issued|released|uploaded)$"
)
_CREATED_HINTS: Final = ("date", "time", "_at", "-at")
_HINTS: Final = ("pub", *_CREATED_HINTS)
_PUBLISHED, _CREATED = 1, 2  # what a name may mean
_MEANS_CHANGE: Final = re.compile(r"last|modif|updat|expir|end|event|start|user|member|join")
_NO_LETTER: Final = re.compile(r"[^a-z]")
MAX_OTHER_METAS: Final = 10

_ALL_METAS: Final = (*PUBLISHED_METAS, *CREATED_METAS, *MODIFIED_METAS)
_KNOWN_METAS: Final = frozenset(_ALL_METAS)

HALF_HOUR: Final = timedelta(minutes=30)
NOON: Final = timedelta(hours=12)  # rather a clock of twelve hours than New Zealand
WESTERNMOST: Final = timedelta(hours=-10)  # where pages are written
EASTERNMOST: Final = timedelta(hours=13)
_URL_DAY: Final = re.compile(r"(?=[12])(?<!\d)((?:19|20)\d{2})[/_-]?(0[1-9]|1[0-2])[/_-]?(0[1-9]|[12]\d|3[01])(?!\d)")
# /2016/jul/13/ and /13-07-2016: where the day stands first, the year has all its digits
_URL_MONTH: Final = re.compile(r"(?:^|/)((?:19|20)\d{2})/([a-z]{3,9})/(0?[1-9]|[12]\d|3[01])(?=/|$)", re.IGNORECASE)
# /2016/5/3/: each a part of the path
_URL_PARTS: Final = re.compile(r"(?:^|/)((?:19|20)\d{2})/(0?[1-9]|1[0-2])/(0?[1-9]|[12]\d|3[01])(?=/|$)")
_URL_DAY_FIRST: Final = re.compile(r"(?=\d)(?<![\d-])(0?[1-9]|[12]\d|3[01])-(0?[1-9]|1[0-2])-(20\d{2})(?![\d-])")
_UTC_MIDNIGHT: Final = re.compile(r"[T ]00:00(?::00(?:\.0+)?)?(?:Z|\+00:?00)$")
_URL_DAYS: Final = (_URL_DAY, _URL_PARTS, _URL_MONTH, _URL_DAY_FIRST)


def recorded_days(lookups: SiteLookups) -> Iterator[str]:
    """Yield the dates of the records as written."""
    metas = lookups.metas
    for name in filter(metas.__contains__, _ALL_METAS):
        yield from metas[name][:1]


# ── records ──────────────────────────────────────────────────────────────────────────────────


def recorded_dates(lookups: ArticleLookups, printed: tuple[Dated, ...]) -> Iterator[Dated]:
    """Yield the days of publication that records name, by the clock that the page prints where it does."""
    meant = [(name, meaning) for name in lookups.metas if (meaning := _meaning(name))]
    published = [name for name, meaning in meant if meaning & _PUBLISHED][:MAX_OTHER_METAS]
    created = [name for name, meaning in meant if meaning & _CREATED][:MAX_OTHER_METAS]
    groups = (
        _records(lookups, (), ("datePublished",), "json-ld"),
        _records(lookups, PUBLISHED_METAS, (), "meta"),
        _records(lookups, published, (), "meta"),
        _records(lookups, CREATED_METAS, (), "meta created"),
        _records(lookups, created, (), "meta created"),
        _records(lookups, (), ("uploadDate", "dateCreated"), "json-ld upload"),
    )
    recorded = [_timed(dated, printed) for group in groups for dated in group]
    other = [dated for dated in recorded if not dated.iso.endswith("+00:00")]
    for dated in recorded:
        local = _local(dated, printed)
        # A clock of another record counts where none is printed, and none of the records is written in UTC.
        is_known = local is not dated or any(dated.iso.startswith(one.iso) for one in other if "T" in one.iso)
        yield local if is_known else _local(dated, [one for one in other if _same_seconds(one.iso, dated.iso)])


@lru_cache(maxsize=1024)  # pages share the names of their metas
def _meaning(name: str) -> int:
    """Return whether the name of a meta that is in no list means the day of publication, of the record, or of both."""
    if name in _KNOWN_METAS or not any(map(name.__contains__, _HINTS)):
        return 0
    letters = _NO_LETTER.sub("", name)
    if not letters or _MEANS_CHANGE.search(letters):
        return 0
    published = _PUBLISHED if "pub" in name and _MEANS_PUBLISHED.search(letters) else 0
    is_created = any(map(name.__contains__, _CREATED_HINTS)) and _MEANS_CREATED.search(letters)
    return published | (_CREATED if is_created else 0)


def _same_seconds(one: str, other: str) -> bool:
    """Return whether two moments share their seconds: two clocks of one event do, two events of a page hardly."""
    at = len("2023-12-24T01:06:")
    return one[at : at + 2] == other[at : at + 2] not in {"", "00"}


def recorded_changes(lookups: ArticleLookups, printed: tuple[Dated, ...]) -> tuple[Dated, ...]:
    """Return the dates of changes, most trusted first."""
    recorded = tuple(_records(lookups, (), ("dateModified",), "json-ld")) + tuple(
        _records(lookups, MODIFIED_METAS, (), "meta")
    )
    return (*(_timed(dated, printed) for dated in recorded), *printed)


def _records(lookups: ArticleLookups, metas: Iterable[str], keys: Iterable[str], sign: str) -> Iterator[Dated]:
    for key in keys:
        for text in lookups.texts(lookups.value(key)):
            yield from _dated(text, f"json-ld:{key}", sign, lookups)
    known = lookups.metas
    for name in filter(known.__contains__, metas):
        for text in known[name][:1]:  # comments follow with their own
            yield from _dated(text, f"meta:{name}", sign, lookups)


def other_records(lookups: ArticleLookups) -> Iterator[Dated]:
    """Yield the dates of JSON-LD objects that are no article, when they are of this page."""
    for node in lookups.nodes:
        for text in lookups.texts(node.get("datePublished")):
            url = node.get("url") or node.get("@id")
            if isinstance(url, str) and lookups.address is not None and same_page(url, lookups.address):
                yield from _dated(text, "json-ld:datePublished", "other record", lookups)


def _dated(text: str, origin: str, sign: str, lookups: ArticleLookups) -> Iterator[Dated]:
    iso = parse_date(text, lookups.lexicon, lookups.habits)
    if iso is not None:
        yield Dated(iso, origin, sign, is_midnight="T" not in iso and _UTC_MIDNIGHT.search(text) is not None)


def addressed_dates(lookups: ArticleLookups) -> Iterator[Dated]:
    """Yield the days that stand in the page's addresses."""
    seen: set[str] = set()
    for origin, address in _addresses(lookups):
        path = loose_path(address)
        if path in seen:
            continue
        seen.add(path)
        if "19" not in path and "20" not in path:  # as all years begin
            continue
        for match in (match for pattern in _URL_DAYS for match in pattern.finditer(path)):
            iso = parse_date(
                " ".join(reversed(match.groups())) if match.re is _URL_MONTH else "-".join(match.groups()),
                lookups.lexicon,
            )
            if iso is not None:
                yield Dated(iso, origin, "url")


def _addresses(lookups: ArticleLookups) -> Iterator[tuple[str, str | None]]:
    """Yield the page's addresses, with their origins: a saved page knows only those of its records."""
    yield "url", lookups.address
    host = loose_host(lookups.address)
    own = [("meta:og:url", url) for url in lookups.metas.get("og:url", ())[:1]]
    own += [("link:canonical", link.href) for link in lookups.document.links if link.rel == "canonical"][:1]
    yield from ((origin, url) for origin, url in own if not host or loose_host(url) in {"", host})


# ── time of day ──────────────────────────────────────────────────────────────────────────────


def _timed(dated: Dated, printed: Iterable[Dated]) -> Dated:
    """Return a record's day with the time of day that the page prints with it."""
    if "T" in dated.iso:
        return dated
    # noon sharp is what some systems store with a day
    timed = (one for one in printed if one.iso.startswith(f"{dated.iso}T") and "T12:00:00" not in one.iso)
    other = next(timed, None)
    return dated._replace(iso=other.iso, origin=f"{dated.origin}, {other.origin}") if other is not None else dated


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
            iso = moment.astimezone(timezone(offset)).isoformat()
            return dated._replace(iso=iso, origin=f"{dated.origin}, {other.origin}")
    return dated
