"""What `harvester status` shows of a state."""

from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Final

from sqlalchemy import ColumnElement, Connection, Row, case, func, select

from harvester.crawl.failure_table import PARKED_AT
from harvester.crawl.schedule import UrlKind
from harvester.crawl.state.addresses import led_to
from harvester.crawl.state.clock import SLACK_S, was_ahead
from harvester.crawl.state.rows import article_id, hash_of, url_from
from harvester.crawl.state.silent_fields import SilentField, silent_fields
from harvester.crawl.state.state_tables import HOSTS, RUNS, SOURCES, URLS

_SHOWN_RUNS: Final = 5
_SHOWN_HOSTS: Final = 5
_SHOWN_FIELDS: Final = 20


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
class MachineLine:
    """A run that holds hosts at the moment."""

    machine: str
    owner: str
    hosts: int
    names: tuple[str, ...]  # of some of the hosts
    since: int  # its oldest lease, seconds since 1970
    rate: float  # visits a second, since the run began


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
    held_until: int | None  # the last of the leases of hosts with something due
    next_due: int | None
    oldest_due: int | None
    blocked: tuple[HostLine, ...]  # the longest first
    blocked_count: int
    runs: tuple[RunLine, ...]  # the last ones, the latest first
    machines: tuple[MachineLine, ...] = ()  # by name
    silent_fields: tuple[SilentField, ...] = ()  # by which links are left out


def make_report(connection: Connection, now: int) -> Report:
    """Return the figures of this moment."""
    counts = _count_urls(connection)
    due, next_due = _due(connection, now)
    blocked = HOSTS.c.blocked_until > now + 1
    return Report(
        now=now,
        urls={UrlKind(kind).name.lower(): count for kind, count in sorted(counts.kinds.items())},
        outcomes={name: count for name, count in sorted(counts.outcomes.items()) if name},
        unvisited=counts.outcomes[""],
        due=due,
        parked=counts.parked,
        ahead=_count(connection, URLS.c.visited_at > now + SLACK_S) if was_ahead(connection, now) else 0,
        articles=counts.articles,
        hosts=connection.execute(select(func.count()).select_from(HOSTS)).scalar_one(),
        hosts_due=_count(connection, HOSTS.c.due_at <= now),
        hosts_leased=_count(connection, HOSTS.c.lease_until > now),
        held_until=_held_until(connection, now),
        next_due=next_due,
        oldest_due=connection.execute(select(func.min(HOSTS.c.due_at)).where(HOSTS.c.due_at <= now)).scalar(),
        blocked=_blocked(connection, now),
        blocked_count=_count(connection, blocked),
        runs=_runs(connection),
        machines=_machines(connection, now),
        silent_fields=silent_fields(connection, _SHOWN_FIELDS),
    )


@dataclass(slots=True)
class _Counts:
    """Sums over all URLs."""

    kinds: Counter[int]
    outcomes: Counter[str]  # "": never visited
    articles: int = 0
    parked: int = 0


def _count_urls(connection: Connection) -> _Counts:
    """Return the sums, from one index alone."""
    parked = func.sum(case((URLS.c.failures >= PARKED_AT, 1), else_=0))
    columns = (URLS.c.outcome, URLS.c.kind, func.count(), func.count(URLS.c.version), parked)
    counts = _Counts(Counter(), Counter())
    for outcome, kind, urls, articles, given_up in connection.execute(
        select(*columns).group_by(URLS.c.outcome, URLS.c.kind)
    ):
        counts.kinds[kind] += urls
        counts.outcomes[outcome or ""] += urls
        counts.articles += articles
        counts.parked += given_up
    return counts


def _due(connection: Connection, now: int) -> tuple[int, int | None]:
    """Return how many URLs are due, and when the next one is: of all, since a host with something due has others."""
    columns = (func.count(case((URLS.c.due_at <= now, 1))), func.min(case((URLS.c.due_at > now, URLS.c.due_at))))
    due, later = connection.execute(select(*columns).where(URLS.c.due_at.is_not(None))).one()
    return due, later


def _machines(connection: Connection, now: int) -> tuple[MachineLine, ...]:
    held = HOSTS.c.lease_until > now
    columns = (HOSTS.c.lease_by, func.count(), func.min(HOSTS.c.lease_at))
    found = connection.execute(select(*columns).where(held).group_by(HOSTS.c.lease_by)).all()
    lines = []
    for owner, hosts, since in found:
        run = connection.execute(select(RUNS).where(RUNS.c.owner == owner).order_by(RUNS.c.id.desc())).first()
        names = select(HOSTS.c.name).where(held, HOSTS.c.lease_by == owner).order_by(HOSTS.c.name).limit(_SHOWN_HOSTS)
        some = tuple(connection.execute(names).scalars())
        machine = run.machine if run and run.machine else owner
        rate = run.visits / max(now - run.began_at, 1) if run else 0.0
        lines.append(MachineLine(machine, owner, hosts, some, int(since or now), round(rate, 2)))
    return tuple(sorted(lines, key=lambda line: (line.machine, line.owner)))


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
    source: str  # its name
    host: str  # whose folder the article is in
    asked: str  # the address that was looked for; another one where that is one more address of the article


def find_line(connection: Connection, url: str) -> UrlLine | None:
    """Return what is known of the article that has a checked URL among its addresses, or else of the URL; or None.

    A URL that gave an article itself is meant by its own address, whatever other pages call theirs.
    """
    query = (
        select(URLS, HOSTS.c.name.label("host"), SOURCES.c.name.label("source"))
        .join(HOSTS, HOSTS.c.id == URLS.c.host_id)
        .outerjoin(SOURCES, SOURCES.c.id == URLS.c.source_id)
    )
    own = connection.execute(query.where(URLS.c.hash == hash_of(url))).first()
    if own is not None and own.version is not None:
        return _url_line(own, url)
    others = connection.execute(query.where(URLS.c.id.in_(led_to(connection, url))).order_by(URLS.c.id.desc())).all()
    best = max(others, key=lambda row: (row.version is not None, row.visited_at or 0), default=None)
    row = best if own is None or (best is not None and best.version is not None) else own
    return None if row is None else _url_line(row, url)


def _url_line(row: Row[Any], asked: str) -> UrlLine:
    leads_to = row.article if row.article is not None else row.hash if row.version is not None else None
    return UrlLine(
        url=url_from(row.host, row.target),
        kind=UrlKind(row.kind).name.lower(),
        outcome=row.outcome,
        evidence=row.evidence,
        article=None if leads_to is None else article_id(leads_to),
        version=row.version,
        failures=row.failures / 2,
        seen_at=row.seen_at,
        visited_at=row.visited_at,
        due_at=row.due_at,
        source=row.source or "",
        host=row.host,
        asked=asked,
    )


def _count(connection: Connection, condition: ColumnElement[bool]) -> int:
    return int(connection.execute(select(func.count()).where(condition)).scalar_one())


def _held_until(connection: Connection, now: int) -> int | None:
    query = select(func.max(HOSTS.c.lease_until)).where(HOSTS.c.due_at <= now, HOSTS.c.lease_until > now)
    until = connection.execute(query).scalar()
    return None if until is None else int(until)


def _blocked(connection: Connection, now: int) -> tuple[HostLine, ...]:
    query = select(HOSTS).where(HOSTS.c.blocked_until > now + 1, HOSTS.c.due_at.is_not(None))
    rows = connection.execute(query.order_by(HOSTS.c.blocked_until.desc(), HOSTS.c.name).limit(_SHOWN_HOSTS))
    return tuple(HostLine(row.name, int(row.blocked_until)) for row in rows)


def _runs(connection: Connection) -> tuple[RunLine, ...]:
    rows = connection.execute(select(RUNS).order_by(RUNS.c.id.desc()).limit(_SHOWN_RUNS))
    return tuple(RunLine(row.owner, row.began_at, row.ended_at, row.ended_by, row.visits, row.failed) for row in rows)
