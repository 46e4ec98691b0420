"""When the article was first published, by a vote of records, printed lines and the URL; and when it was changed."""

from collections.abc import Iterable, Iterator
from datetime import date, datetime, timedelta
from itertools import islice
from operator import attrgetter
from typing import Final

from harvester.metadata.evidence import FieldReading, value_of
from harvester.metadata.lookup.datelines import Dated, printed_dates
from harvester.metadata.lookup.other_date_places import (
    aside_dates,
    boxed_dates,
    labelled_changes,
    labelled_dates,
    lone_dates,
    opening_dates,
    relative_dates,
    thread_dates,
    titled_dates,
    under_text,
)
from harvester.metadata.lookup.recorded_dates import (
    EASTERNMOST,
    WESTERNMOST,
    addressed_dates,
    other_records,
    recorded_changes,
    recorded_dates,
)
from harvester.metadata.lookup.state_days import state_day
from harvester.metadata.lookup.structured_data import ArticleLookups
from harvester.metadata.vote import Candidate, Doubt, hold_vote, merge

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
MAX_CHANGES: Final = 20  # behind labels anywhere: lists have one an entry
_PRINTED: Final = frozenset({"printed", "printed above", "printed far"})
MANY_DAYS: Final = 4  # far from the headline: of cards or answers, which would outvote by their number
MAX_AHEAD: Final = timedelta(days=2)  # time zones, and clocks that run fast


def read_dates(lookups: ArticleLookups) -> tuple[FieldReading[str | None] | None, FieldReading[str | None] | None]:
    """Return when the article was first published and last changed, as ISO 8601 no more precise than the page.

    Weaker places (labels anywhere, other records, under the text, lines that are nothing but one and the same day) are
    asked only where records, headline and URL are silent. A record that knows only the day takes the time that is
    printed with it; one in UTC is given by the clock that the page prints.

    htmldate is not asked where all these are silent: it is wrong more often than right there, with the days of
    changes, cards and comments.
    """
    printed = tuple(printed_dates(lookups))
    near = tuple(dated for dated in printed if not dated.is_change)
    changes = recorded_changes(lookups, tuple(dated for dated in printed if dated.is_change))
    relative = tuple(relative_dates(lookups))
    addressed = tuple(addressed_dates(lookups))
    found = (*recorded_dates(lookups, near), *_ranked(near), *addressed, *thread_dates(lookups))
    found = _without_lists(lookups, found)
    published = _vote(lookups, "published", _compared(found, changes))
    if value_of(published) is None:
        weak = (
            labelled_dates(lookups),
            opening_dates(lookups),
            other_records(lookups),
            under_text(lookups),
            boxed_dates(lookups),
            lone_dates(lookups),
            aside_dates(lookups),
            titled_dates(lookups),
            _in_state(lookups),
            (one for one in relative if not one.is_change),
        )
        votes = (_vote(lookups, "published", _compared(tuple(source), changes)) for source in weak)
        published = next((vote for vote in votes if _is_before(value_of(vote), changes)), published)
    published = _as_shown(published, near, addressed)
    changed = changes or tuple(one for one in relative if one.is_change)
    changed = changed or tuple(islice(labelled_changes(lookups), MAX_CHANGES))
    return published, _vote(lookups, "modified", _ordered(_later(changed, value_of(published))))


def _is_before(published: str | None, changes: Iterable[Dated]) -> bool:
    """Return whether a day of a weak place is one, and not later than all changes: that would be another page's."""
    days = [one.iso[:10] for one in changes]
    return published is not None and (not days or published[:10] <= max(days))


def _later(changes: Iterable[Dated], published: str | None) -> Iterator[Dated]:
    """Yield the changes that are not of a day before the publication: nothing is changed before it is there."""
    return (one for one in changes if published is None or one.iso[:10] >= published[:10])


def _vote(
    lookups: ArticleLookups, field: str, found: Iterable[tuple[Dated, dict[str, float]]]
) -> FieldReading[str | None] | None:
    """Return the winning day: by its first source, to the second where another one has the time."""
    listed = tuple(found)
    if not listed:  # as of most weak places
        return None
    candidates = merge(Candidate(one.iso, one.iso[:10], one.iso, one.origin, signs) for one, signs in listed)
    possible = tuple(one for one in candidates if _possible(lookups, one))
    vote = hold_vote(field, possible, WEIGHTS, DOUBT)
    if vote is None:
        return None
    if not vote.is_trusted:
        return FieldReading(None, vote.evidence)
    chosen = vote.best.value
    if "T" in chosen:
        chosen = max((one.iso for one, _ in listed if one.iso.startswith(chosen)), key=len)
    return FieldReading(chosen, vote.evidence)


def _possible(lookups: ArticleLookups, one: Candidate[str]) -> bool:
    """Return whether a page fetched when it was could bear the date; one that hardly can must be there twice."""
    day, fetched = date.fromisoformat(one.key), lookups.page.fetched_at
    if fetched is not None and day > fetched.date() + MAX_AHEAD:
        return False
    return day.year >= FIRST_YEAR or len(one.origin.split(", ")) > 1


def _compared(found: tuple[Dated, ...], changes: tuple[Dated, ...]) -> Iterator[tuple[Dated, dict[str, float]]]:
    """Yield the dates with their signs; a day printed beside a moment of the next or last day is that moment's."""
    if any(map(_is_midnight, found)):
        found = tuple(_of_evening(found))
    elif not found:
        return
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


_is_midnight: Final = attrgetter("is_midnight")


def _of_evening(found: tuple[Dated, ...]) -> Iterator[Dated]:
    """Yield the dates, a record of midnight in UTC as of the day before where that is printed beside the headline."""
    shown = {one.iso[:10] for one in found if one.sign == "printed"}
    for one in found:
        before = (date.fromisoformat(one.iso[:10]) - timedelta(days=1)).isoformat() if one.is_midnight else ""
        yield one._replace(iso=before) if before in shown and one.iso[:10] not in shown else one


def _is_same_moment(one: Dated, record: Dated) -> bool:
    """Return whether a day without a clock is a record's moment in another time zone."""
    return "T" not in one.iso and "T" in record.iso and abs(_days_between(one.iso, record.iso)) == 1


def _days_between(earlier: str, later: str) -> int:
    return (date.fromisoformat(later[:10]) - date.fromisoformat(earlier[:10])).days


def _as_shown(
    published: FieldReading[str | None] | None, near: Iterable[Dated], addressed: Iterable[Dated]
) -> FieldReading[str | None] | None:
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


def _without_lists(lookups: ArticleLookups, found: tuple[Dated, ...]) -> tuple[Dated, ...]:
    """Return the dates without those far from the headline that nothing else names, where they are many: a list's.

    Not where the nearest is of the list as well, and no record or address names a day: then all the page is a list.
    """
    known = {one.iso[:10] for one in found if one.sign != "printed far"}
    listed = [one for one in found if one.iso[:10] not in known]
    if not known or len({one.iso[:10] for one in listed}) < MANY_DAYS:
        return found
    is_all_printed = {one.sign for one in found} <= _PRINTED
    places = {_place(lookups, one) for one in listed}
    if is_all_printed and any(one.sign != "printed far" and _place(lookups, one) in places for one in found):
        return found
    return tuple(one for one in found if one.iso[:10] in known)


def _place(lookups: ArticleLookups, one: Dated) -> tuple[str, str]:
    """Return the tag and the classes of what a printed date stands in."""
    element = lookups.document.elements[lookups.document.blocks[int(one.origin.split(":")[1])].element]
    return element.tag, element.classes


def _ordered(changes: Iterable[Dated]) -> Iterator[tuple[Dated, dict[str, float]]]:
    """Yield the dates of changes with the sign of their place."""
    for one in changes:
        yield one, {one.sign: 1.0}


def _in_state(lookups: ArticleLookups) -> Iterator[Dated]:
    """Yield the day that the data for scripts call the one of publication."""
    iso = state_day(lookups)
    if iso is not None:
        yield Dated(iso, "script", "state")
