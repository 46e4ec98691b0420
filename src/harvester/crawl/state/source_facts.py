"""How the sources of a crawl do, as counted with each visit: of URLs only those that wait are counted now."""

from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, Final

from sqlalchemy import ColumnElement, Connection, Row, func, literal_column, select

from harvester.crawl.health import WINDOWS, DayCount, SourceFacts, Trouble, in_windows
from harvester.crawl.schedule import DAY_S, WELL, UrlKind
from harvester.crawl.state.bulk import chunks
from harvester.crawl.state.rows import url_from
from harvester.crawl.state.source_counters import days_of, recent_from, usual_from
from harvester.crawl.state.state_tables import DAYS, FIGURES, HEALTH, HOSTS, SOURCES, TROUBLES, URLS

_IS_LIST: Final[ColumnElement[bool]] = literal_column(
    "urls.kind <> 0"
)  # as the index has it: SQLite compares the words
_SHOWN_DAYS: Final = 14
_SHOWN_LISTS: Final = 50
_SHOWN_TEXTS: Final = 10


@dataclass(frozen=True, slots=True)
class ListLine:
    """One list of a source; times are seconds since 1970."""

    url: str
    kind: str
    outcome: str | None  # None: never visited
    evidence: str | None
    visited_at: int | None
    due_at: int | None


@dataclass(frozen=True, slots=True)
class TextLine:
    """One of the last texts of a source."""

    url: str
    at: int  # seconds since 1970
    chars: int
    confidence: float  # 0 to 1


@dataclass(frozen=True, slots=True)
class Detail:
    """What is known of one source."""

    facts: SourceFacts
    lists: tuple[ListLine, ...]  # what was never visited first, then the latest
    days: tuple[DayCount, ...]  # the last ones, in order
    texts: tuple[TextLine, ...]  # the last ones, the latest first


@dataclass(slots=True)
class _Known:
    """What the tables hold of one source."""

    name: str
    health: Row[Any] | None = None
    articles: dict[int, int] = field(default_factory=dict)  # by day
    due_at: int | None = None
    waiting: int = 0
    lists: list[Trouble] = field(default_factory=list)
    well_list_at: int | None = None
    pages: list[Trouble] = field(default_factory=list)


def all_facts(connection: Connection, now: int, name: str | None = None) -> tuple[SourceFacts, ...]:
    """Return what is known of each source, or of the one with this name; by name."""
    named = SOURCES.c.active == 1 if name is None else (SOURCES.c.active == 1) & (SOURCES.c.name == name)
    query = select(SOURCES.c.id, SOURCES.c.name).where(named)
    known = {row.id: _Known(row.name) for row in connection.execute(query)}
    only = None if name is None or not known else next(iter(known))
    _read_health(connection, known, only)
    _read_days(connection, known, only, now)
    _read_due(connection, known, only, now)
    _read_troubles(connection, known, only)
    return tuple(_facts(one, now) for one in sorted(known.values(), key=lambda one: one.name))


def detail_of(connection: Connection, name: str, now: int) -> Detail | None:
    """Return all that is known of a source; None: there is none of this name."""
    facts = all_facts(connection, now, name)
    if not facts:
        return None
    number = connection.execute(select(SOURCES.c.id).where(SOURCES.c.name == name)).scalar_one()
    days = days_of(connection, [number]).get(number, [])
    return Detail(facts[0], _lists(connection, number), tuple(days[-_SHOWN_DAYS:]), _texts(connection, number))


def _facts(one: _Known, now: int) -> SourceFacts:
    row = one.health
    return SourceFacts(
        name=one.name,
        good_at=row.good_at if row else None,
        listed_at=row.listed_at if row else None,
        article_at=row.article_at if row else None,
        articles=in_windows(one.articles, now),
        usual=usual_from(row.usual if row else None),
        recent=recent_from(row.recent if row else None),
        due_at=one.due_at,
        waiting=one.waiting,
        well_list_at=one.well_list_at,
        lists=tuple(sorted(one.lists, key=lambda trouble: (trouble.since, trouble.url))),
        pages=tuple(sorted(one.pages, key=lambda trouble: (-trouble.visits, trouble.outcome))),
    )


def _read_health(connection: Connection, known: Mapping[int, _Known], only: int | None) -> None:
    query = select(HEALTH)
    for row in connection.execute(query if only is None else query.where(HEALTH.c.source_id == only)):
        if row.source_id in known:
            known[row.source_id].health = row


def _read_days(connection: Connection, known: Mapping[int, _Known], only: int | None, now: int) -> None:
    last = DAYS.c.day >= now // DAY_S - max(WINDOWS)
    query = select(DAYS.c.source_id, DAYS.c.day, DAYS.c.articles).where(last, DAYS.c.articles > 0)
    for number, day, articles in connection.execute(query if only is None else query.where(DAYS.c.source_id == only)):
        if number in known:
            known[number].articles[day] = articles


def _read_due(connection: Connection, known: Mapping[int, _Known], only: int | None, now: int) -> None:
    lists = select(URLS.c.source_id, func.min(URLS.c.due_at)).where(_IS_LIST, URLS.c.due_at.is_not(None))
    waiting = select(URLS.c.source_id, func.count()).where(URLS.c.due_at <= now, URLS.c.due_at.is_not(None))
    if only is not None:
        lists = lists.where(URLS.c.source_id == only)
        waiting = waiting.where(URLS.c.source_id == only)
    for number, due_at in connection.execute(lists.group_by(URLS.c.source_id)):
        if number in known:
            known[number].due_at = due_at
    for number, count in connection.execute(waiting.group_by(URLS.c.source_id)):
        if number in known:
            known[number].waiting = count


def _read_troubles(connection: Connection, known: Mapping[int, _Known], only: int | None) -> None:
    query = (
        select(TROUBLES, URLS.c.target, URLS.c.kind, HOSTS.c.name.label("host"))
        .join(URLS, URLS.c.id == TROUBLES.c.url_id)
        .join(HOSTS, HOSTS.c.id == URLS.c.host_id)
    )
    lists: dict[int, dict[int, list[Row[Any]]]] = defaultdict(lambda: defaultdict(list))
    for row in connection.execute(query if only is None else query.where(TROUBLES.c.source_id == only)):
        if row.source_id not in known:
            continue
        if row.place:
            lists[row.source_id][row.place].append(row)
        else:
            known[row.source_id].pages.append(_trouble([row]))
    for number, places in lists.items():
        known[number].lists = [_trouble(rows) for rows in places.values()]
    _read_well_lists(connection, known, sorted(lists))


def _read_well_lists(connection: Connection, known: Mapping[int, _Known], failing: Sequence[int]) -> None:
    """Find out, for sources with lists that fail, when one that does not was visited last."""
    for some in chunks(failing):
        well = select(URLS.c.source_id, func.max(URLS.c.visited_at)).where(_IS_LIST, URLS.c.outcome.in_(sorted(WELL)))
        query = well.where(URLS.c.source_id.in_(some)).group_by(URLS.c.source_id)
        for number, visited_at in connection.execute(query):
            known[number].well_list_at = visited_at


def _trouble(rows: Sequence[Row[Any]]) -> Trouble:
    """Return what fails at one place: how it failed last, and since when in whatever way."""
    last = max(rows, key=lambda row: (row.at, row.outcome))
    return Trouble(
        url=url_from(last.host, last.target),
        kind=UrlKind(last.kind).name.lower(),
        outcome=last.outcome,
        evidence=last.evidence,
        since=min(row.since for row in rows),
        at=last.at,
        visits=sum(row.visits for row in rows),
    )


def _lists(connection: Connection, number: int) -> tuple[ListLine, ...]:
    query = (
        select(URLS, HOSTS.c.name.label("host"))
        .join(HOSTS, HOSTS.c.id == URLS.c.host_id)
        .where(_IS_LIST, URLS.c.source_id == number)
        .order_by(func.coalesce(URLS.c.visited_at, 2**62).desc(), URLS.c.id)
        .limit(_SHOWN_LISTS)
    )
    return tuple(
        ListLine(
            url_from(row.host, row.target),
            UrlKind(row.kind).name.lower(),
            row.outcome,
            row.evidence,
            row.visited_at,
            row.due_at,
        )
        for row in connection.execute(query)
    )


def _texts(connection: Connection, number: int) -> tuple[TextLine, ...]:
    query = (
        select(FIGURES, URLS.c.target, HOSTS.c.name.label("host"))
        .join(URLS, URLS.c.id == FIGURES.c.url_id)
        .join(HOSTS, HOSTS.c.id == URLS.c.host_id)
        .where(FIGURES.c.source_id == number)
        .order_by(FIGURES.c.id.desc())
        .limit(_SHOWN_TEXTS)
    )
    return tuple(
        TextLine(url_from(row.host, row.target), row.at, row.chars, row.confidence / 1000)
        for row in connection.execute(query)
    )
