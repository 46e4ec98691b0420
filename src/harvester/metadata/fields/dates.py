"""When the article was first published, by a vote of records, printed lines and the URL; and when it was changed."""

import re
from collections.abc import Iterable, Iterator
from datetime import UTC, date, datetime, timedelta, timezone
from typing import Final

from harvester.metadata.evidence import Reading, value_of
from harvester.metadata.lookup.date_text import parse_date
from harvester.metadata.lookup.datelines import (
    Dated,
    aside_dates,
    labelled_dates,
    lone_dates,
    opening_dates,
    printed_dates,
    relative_dates,
    thread_dates,
    under_text,
)
from harvester.metadata.lookup.state_days import state_day
from harvester.metadata.lookup.structured_data import Clues, same_page
from harvester.metadata.vote import Candidate, Doubt, hold_vote, merge
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

_ALL_METAS: Final = (*PUBLISHED_METAS, *CREATED_METAS, *MODIFIED_METAS)

# By hand, in the order in which the sources proved right on the pages that were developed on: nearly all dates are
# right where two kinds of sources agree, so a sum must beat the best of them.
WEIGHTS: Final = {
    "json-ld": 3.0,
    "json-ld upload": 1.2,  # of a video, or of the record
    "meta": 2.6,
    "meta created": 1.4,
    "printed": 2.0,  # beside the headline
    "printed above": 1.5,  # some blocks above the headline
    "printed far": 1.0,  # far from the headline, in the text, or behind another date
    "thread": 2.5,  # beside the account that began it
    "called published": 1.2,  # by a label, or itemprop
    "url": 1.6,
    "labelled": 1.0,  # anywhere
    "other record": 0.8,
    "under the text": 0.6,
    "alone": 0.4,
    "aside": 0.4,  # the only day of all side columns
    "state": 0.4,  # of the data that scripts work on
    "relative": 0.2,  # "3 hours ago"
    "before the records": 1.6,  # printed, and days before what a record says: records are rewritten with the page
    "day of a change": -1.0,  # of a record that may mean either
}
# Measured on the pages that were developed on: several days that are alike in all, as of a list of cards, are none.
DOUBT: Final = Doubt(nothing=-1.0, least=0.2)
FIRST_YEAR: Final = 1990  # the web is not older: an earlier date needs a second evidence
HALF_HOUR: Final = timedelta(minutes=30)
NOON: Final = timedelta(hours=12)  # rather a clock of twelve hours than New Zealand
WESTERNMOST: Final = timedelta(hours=-10)  # where pages are written
EASTERNMOST: Final = timedelta(hours=13)
MAX_AHEAD: Final = timedelta(days=2)  # time zones, and clocks that run fast
_URL_DAY: Final = re.compile(r"(?=[12])(?<!\d)((?:19|20)\d{2})[/_-]?(0[1-9]|1[0-2])[/_-]?(0[1-9]|[12]\d|3[01])(?!\d)")
# /2016/jul/13/ and /13-07-2016: where the day stands first, the year has all its digits
_URL_MONTH: Final = re.compile(r"(?:^|/)((?:19|20)\d{2})/([a-z]{3,9})/(0?[1-9]|[12]\d|3[01])(?=/|$)", re.IGNORECASE)
_URL_DAY_FIRST: Final = re.compile(r"(?=\d)(?<![\d-])(0?[1-9]|[12]\d|3[01])-(0?[1-9]|1[0-2])-(20\d{2})(?![\d-])")


def read_dates(clues: Clues) -> tuple[Reading[str | None] | None, Reading[str | None] | None]:
    """Return when the article was first published and last changed, as ISO 8601 no more precise than the page.

    Weaker places (labels anywhere, other records, under the text, lines that are nothing but one and the same day) are
    asked only where records, headline and URL are silent. A record that knows only the day takes the time that is
    printed with it; one in UTC is given by the clock that the page prints.

    htmldate is not asked where all these are silent: it is wrong more often than right there, with the days of
    changes, cards and comments.
    """
    printed = tuple(printed_dates(clues))
    near = tuple(dated for dated in printed if not dated.is_change)
    changes = _changes(clues, tuple(dated for dated in printed if dated.is_change))
    addressed = tuple(_in_url(clues))
    found = (*_recorded(clues, near), *_ranked(near), *addressed, *thread_dates(clues))
    published = _vote(clues, "published", _compared(found, changes))
    if value_of(published) is None:
        weak = (
            labelled_dates(clues),
            opening_dates(clues),
            _other_records(clues),
            under_text(clues),
            lone_dates(clues),
            aside_dates(clues),
            _in_state(clues),
            relative_dates(clues),
        )
        votes = (_vote(clues, "published", _compared(tuple(source), changes)) for source in weak)
        published = next((vote for vote in votes if _is_before(value_of(vote), changes)), published)
    published = _as_shown(published, near, addressed)
    return published, _vote(clues, "modified", _ordered(_later(changes, value_of(published))))


def _is_before(published: str | None, changes: Iterable[Dated]) -> bool:
    """Return whether a day of a weak place is one, and not later than all changes: that would be another page's."""
    days = [one.iso[:10] for one in changes]
    return published is not None and (not days or published[:10] <= max(days))


def _later(changes: Iterable[Dated], published: str | None) -> Iterator[Dated]:
    """Yield the changes that are not of a day before the publication: nothing is changed before it is there."""
    return (one for one in changes if published is None or one.iso[:10] >= published[:10])


def _vote(clues: Clues, field: str, found: Iterable[tuple[Dated, dict[str, float]]]) -> Reading[str | None] | None:
    """Return the winning day: by its first source, to the second where another one has the time."""
    listed = tuple(found)
    candidates = merge(Candidate(one.iso, one.iso[:10], one.iso, one.origin, signs) for one, signs in listed)
    possible = tuple(one for one in candidates if _possible(clues, one))
    vote = hold_vote(field, possible, WEIGHTS, DOUBT)
    if vote is None:
        return None
    if not vote.is_trusted:
        return Reading(None, vote.evidence)
    chosen = vote.best.value
    finer = (one.iso for one, _ in listed if "T" in chosen and one.iso.startswith(chosen))
    return Reading(max(finer, key=len, default=chosen), vote.evidence)


def _possible(clues: Clues, one: Candidate[str]) -> bool:
    """Return whether a page fetched when it was could bear the date; one that hardly can must be there twice."""
    day, fetched = date.fromisoformat(one.key), clues.page.fetched_at
    if fetched is not None and day > fetched.date() + MAX_AHEAD:
        return False
    return day.year >= FIRST_YEAR or len(one.origin.split(", ")) > 1


def _compared(found: tuple[Dated, ...], changes: tuple[Dated, ...]) -> Iterator[tuple[Dated, dict[str, float]]]:
    """Yield the dates with their signs; a day printed beside a moment of the next or last day is that moment's."""
    records = [one for one in found if one.sign in {"json-ld", "meta"}]
    recorded = {one.iso[:10] for one in records}
    changed = {one.iso[:10] for one in changes}
    for one in found:
        moment = one
        if one in records or one.iso[:10] not in recorded:
            moment = next((record for record in records if _is_same_moment(one, record)), one)
        signs = {one.sign: 1.0}
        if one.is_said and one.sign != "printed far":
            signs["called published"] = 1.0
        if one.sign == "printed" and records and all(_days_between(one.iso, other.iso) > 1 for other in records):
            signs["before the records"] = 1.0
        if one.sign == "meta created" and one.iso[:10] in changed:
            signs["day of a change"] = 1.0
        yield one if moment is one else one._replace(iso=moment.iso), signs


def _is_same_moment(one: Dated, record: Dated) -> bool:
    """Return whether a day without a clock is a record's moment in another time zone."""
    return "T" not in one.iso and "T" in record.iso and abs(_days_between(one.iso, record.iso)) == 1


def _days_between(earlier: str, later: str) -> int:
    return (date.fromisoformat(later[:10]) - date.fromisoformat(earlier[:10])).days


def _as_shown(
    published: Reading[str | None] | None, near: Iterable[Dated], addressed: Iterable[Dated]
) -> Reading[str | None] | None:
    """Return a moment in UTC as the day that the page shows or is addressed by, where a clock on earth shows that day.

    The time zone of the page's clock is unknown, so the time of day is left out.
    """
    iso = value_of(published)
    if published is None or iso is None or not iso.endswith("+00:00"):
        return published
    moment = datetime.fromisoformat(iso)
    shown = [one.iso for one in (*near, *addressed) if one.sign in {"printed", "url"}]
    if any(day[:10] == iso[:10] for day in shown):
        return published
    first, last = ((moment + offset).date().isoformat() for offset in (WESTERNMOST, EASTERNMOST))
    day = next((day for day in shown if "T" not in day and first <= day <= last), None)
    return published if day is None else published._replace(value=day)


def _ranked(near: tuple[Dated, ...]) -> Iterator[Dated]:
    """Yield the printed dates; those of other days than the first beside the headline are marked so."""
    first = next((one.iso[:10] for one in near if one.sign == "printed"), near[0].iso[:10] if near else "")
    for one in near:
        yield one if one.iso[:10] == first else one._replace(sign="printed far")


def recorded_days(clues: Clues) -> Iterator[str]:
    """Yield the dates of the records as written."""
    metas = clues.metas
    for name in _ALL_METAS:
        if name in metas:
            yield from metas[name][:1]


# ── records ──────────────────────────────────────────────────────────────────────────────────


def _recorded(clues: Clues, printed: tuple[Dated, ...]) -> Iterator[Dated]:
    groups = (
        _records(clues, (), ("datePublished",), "json-ld"),
        _records(clues, PUBLISHED_METAS, (), "meta"),
        _records(clues, CREATED_METAS, (), "meta created"),
        _records(clues, (), ("uploadDate", "dateCreated"), "json-ld upload"),
    )
    recorded = [_timed(dated, printed) for group in groups for dated in group]
    other = [dated for dated in recorded if not dated.iso.endswith("+00:00")]
    for dated in recorded:
        local = _local(dated, printed)
        # A clock of another record counts where none is printed, and none of the records is written in UTC.
        is_known = local is not dated or any(dated.iso.startswith(one.iso) for one in other if "T" in one.iso)
        yield local if is_known else _local(dated, [one for one in other if _same_seconds(one.iso, dated.iso)])


def _same_seconds(one: str, other: str) -> bool:
    """Return whether two moments share their seconds: two clocks of one event do, two events of a page hardly."""
    at = len("2023-12-24T01:06:")
    return one[at : at + 2] == other[at : at + 2] not in {"", "00"}


def _changes(clues: Clues, printed: tuple[Dated, ...]) -> tuple[Dated, ...]:
    """Return the dates of changes, most trusted first."""
    recorded = tuple(_records(clues, (), ("dateModified",), "json-ld")) + tuple(
        _records(clues, MODIFIED_METAS, (), "meta")
    )
    return (*(_timed(dated, printed) for dated in recorded), *printed)


def _ordered(changes: Iterable[Dated]) -> Iterator[tuple[Dated, dict[str, float]]]:
    """Yield the dates of changes with the sign of their place."""
    for one in changes:
        yield one, {one.sign: 1.0}


def _records(clues: Clues, metas: Iterable[str], keys: Iterable[str], sign: str) -> Iterator[Dated]:
    for key in keys:
        for text in clues.texts(clues.value(key)):
            yield from _dated(text, f"json-ld:{key}", sign, clues)
    known = clues.metas
    for name in metas:
        if name in known:
            for text in known[name][:1]:  # comments follow with their own
                yield from _dated(text, f"meta:{name}", sign, clues)


def _other_records(clues: Clues) -> Iterator[Dated]:
    """Yield the dates of JSON-LD objects that are no article, when they are of this page."""
    for node in clues.nodes:
        for text in clues.texts(node.get("datePublished")):
            url = node.get("url") or node.get("@id")
            if isinstance(url, str) and clues.address is not None and same_page(url, clues.address):
                yield from _dated(text, "json-ld:datePublished", "other record", clues)


def _dated(text: str, origin: str, sign: str, clues: Clues) -> Iterator[Dated]:
    iso = parse_date(text, clues.lexicon, clues.habits)
    if iso is not None:
        yield Dated(iso, origin, sign)


def _in_state(clues: Clues) -> Iterator[Dated]:
    """Yield the day that the data for scripts call the one of publication."""
    iso = state_day(clues)
    if iso is not None:
        yield Dated(iso, "script", "state")


def _in_url(clues: Clues) -> Iterator[Dated]:
    seen = set[str]()
    for origin, address in _addresses(clues):
        path = loose_path(address)
        if path in seen:
            continue
        seen.add(path)
        for match in (*_URL_DAY.finditer(path), *_URL_MONTH.finditer(path), *_URL_DAY_FIRST.finditer(path)):
            iso = parse_date(
                " ".join(reversed(match.groups())) if match.re is _URL_MONTH else "-".join(match.groups()),
                clues.lexicon,
            )
            if iso is not None:
                yield Dated(iso, origin, "url")


def _addresses(clues: Clues) -> Iterator[tuple[str, str | None]]:
    """Yield the page's addresses, with their origins: a saved page knows only those of its records."""
    yield "url", clues.address
    host = loose_host(clues.address)
    own = [("meta:og:url", url) for url in clues.metas.get("og:url", ())[:1]]
    own += [("link:canonical", link.href) for link in clues.document.links if link.rel == "canonical"][:1]
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
