"""What `harvester status` tells of a state."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Final

from sqlalchemy import ColumnElement, Connection, func, select

from harvester.crawl.schedule import PARKED_AT, Kind
from harvester.crawl.state.clock import SLACK_S
from harvester.crawl.state.rows import article_id, hash_of
from harvester.crawl.state.schema import HOSTS, RUNS, URLS

_SHOWN_RUNS: Final = 5
_SHOWN_HOSTS: Final = 5


@dataclass(frozen=True, slots=True)
class RunLine:
    """One run."""

    owner: str
    began_at: int  # seconds since 1970
    ended_at: int | None  # None: under way, or killed
    ended_by: str | None
    visits: int
    failed: int


@dataclass(frozen=True, slots=True)
class HostLine:
    """A host that makes the crawl wait."""

    name: str
    blocked_until: int  # seconds since 1970


@dataclass(frozen=True, slots=True)
class Report:
    """The state in figures; times are seconds since 1970."""

    now: int
    urls: Mapping[str, int]  # kind -> known
    outcomes: Mapping[str, int]  # of the last visit
    unvisited: int
    due: int
    parked: int  # given up after too many failures
    ahead: int  # visited in the future: by a run whose clock was wrong
    articles: int
    hosts: int
    hosts_due: int
    hosts_leased: int
    next_due: int | None
    oldest_due: int | None
    blocked: tuple[HostLine, ...]  # the longest first
    blocked_count: int
    runs: tuple[RunLine, ...]  # the last ones, the latest first


def make_report(connection: Connection, now: int) -> Report:
    """Return the figures of this moment."""
    due = URLS.c.due_at <= now
    kinds = connection.execute(select(URLS.c.kind, func.count()).group_by(URLS.c.kind)).all()
    outcomes = connection.execute(select(URLS.c.outcome, func.count()).group_by(URLS.c.outcome)).all()
    blocked = HOSTS.c.blocked_until > now + 1
    return Report(
        now=now,
        urls={Kind(kind).name.lower(): count for kind, count in sorted(kinds)},
        outcomes={name: count for name, count in sorted(outcomes, key=lambda row: row[0] or "") if name},
        unvisited=sum(count for name, count in outcomes if name is None),
        due=_count(connection, due),
        parked=_count(connection, URLS.c.failures >= PARKED_AT),
        ahead=_count(connection, URLS.c.visited_at > now + SLACK_S),
        articles=_count(connection, URLS.c.version.is_not(None)),
        hosts=connection.execute(select(func.count()).select_from(HOSTS)).scalar_one(),
        hosts_due=_count(connection, HOSTS.c.due_at <= now),
        hosts_leased=_count(connection, HOSTS.c.lease_until > now),
        next_due=connection.execute(select(func.min(HOSTS.c.due_at)).where(HOSTS.c.due_at > now)).scalar(),
        oldest_due=connection.execute(select(func.min(HOSTS.c.due_at)).where(HOSTS.c.due_at <= now)).scalar(),
        blocked=_blocked(connection, now),
        blocked_count=_count(connection, blocked),
        runs=_runs(connection),
    )


@dataclass(frozen=True, slots=True)
class UrlLine:
    """What is known of one URL; times are seconds since 1970."""

    url: str
    kind: str
    outcome: str | None  # of the last visit; None: never visited
    evidence: str | None
    article: str | None  # id of the article that it leads to
    version: int | None
    failures: float  # weighted, since the last success
    seen_at: int
    visited_at: int | None
    due_at: int | None  # None: not again by itself


def find_line(connection: Connection, url: str) -> UrlLine | None:
    """Return what is known of a checked URL, or None."""
    row = connection.execute(select(URLS).where(URLS.c.hash == hash_of(url))).first()
    if row is None:
        return None
    leads_to = row.article if row.article is not None else row.hash if row.version is not None else None
    return UrlLine(
        url=url,
        kind=Kind(row.kind).name.lower(),
        outcome=row.outcome,
        evidence=row.evidence,
        article=None if leads_to is None else article_id(leads_to),
        version=row.version,
        failures=row.failures / 2,
        seen_at=row.seen_at,
        visited_at=row.visited_at,
        due_at=row.due_at,
    )


def _count(connection: Connection, condition: ColumnElement[bool]) -> int:
    return int(connection.execute(select(func.count()).where(condition)).scalar_one())


def _blocked(connection: Connection, now: int) -> tuple[HostLine, ...]:
    query = select(HOSTS).where(HOSTS.c.blocked_until > now + 1, HOSTS.c.due_at.is_not(None))
    rows = connection.execute(query.order_by(HOSTS.c.blocked_until.desc(), HOSTS.c.name).limit(_SHOWN_HOSTS))
    return tuple(HostLine(row.name, int(row.blocked_until)) for row in rows)


def _runs(connection: Connection) -> tuple[RunLine, ...]:
    rows = connection.execute(select(RUNS).order_by(RUNS.c.id.desc()).limit(_SHOWN_RUNS))
    return tuple(RunLine(row.owner, row.began_at, row.ended_at, row.ended_by, row.visits, row.failed) for row in rows)
