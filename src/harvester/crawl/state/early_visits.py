"""What is visited before its time because a person wants it, and what would be visited now."""

from collections.abc import Collection, Iterator, Sequence
from dataclasses import dataclass
from typing import Any, Final

from sqlalchemy import ColumnElement, Connection, Select, and_, delete, or_, select, update

from harvester.crawl.failure_table import PARKED_AT
from harvester.crawl.page_outcome import OUTCOMES
from harvester.crawl.schedule import UrlKind, is_failure
from harvester.crawl.state.bulk import among
from harvester.crawl.state.rows import url_from
from harvester.crawl.state.state_tables import HOSTS, ROBOTS, SOURCES, URLS
from harvester.crawl.state.url_rows import set_due

_FAILURES: Final = sorted(outcome for outcome in OUTCOMES if is_failure(UrlKind.PAGE, outcome))
_ROWS: Final = 1_000  # read at a time


@dataclass(frozen=True, slots=True)
class Rest:
    """A host that asked for a rest, or refused: not even a person's wish shortens it."""

    host: str
    until: int  # seconds since 1970


@dataclass(frozen=True, slots=True)
class DueUrl:
    """A URL that a run would visit."""

    url: str
    kind: str
    source: str
    host: str
    due_at: int | None  # seconds since 1970; None: by wish
    rests_until: int | None = None  # its host, longer than now


def wake(connection: Connection, sources: Sequence[int], now: int) -> tuple[Rest, ...]:
    """Make the lists of sources due, and their pages that failed; return which of their hosts rest all the same.

    Their robots.txt is read anew: it may be what a person has seen to.
    """
    hosts: set[int] = set()
    for is_one in among(connection, URLS.c.source_id, sources):
        wished = is_one & _is_wished()
        hosts |= set(connection.execute(select(URLS.c.host_id).where(wished).distinct()).scalars())
        connection.execute(update(URLS).where(wished).values(due_at=now))
    set_due(connection, hosts)
    rests: list[Rest] = []
    for is_asked in among(connection, ROBOTS.c.host_id, hosts):
        connection.execute(delete(ROBOTS).where(is_asked))
    for is_one in among(connection, HOSTS.c.id, hosts):
        query = select(HOSTS).where(is_one, HOSTS.c.blocked_until > now + 60)
        rests += [Rest(row.name, int(row.blocked_until)) for row in connection.execute(query)]
    return tuple(sorted(rests, key=lambda rest: rest.host))


def _is_wished() -> ColumnElement[bool]:
    """Return what holds of lists that are read, or were given up, and of pages that failed the last time."""
    is_list = (URLS.c.kind != int(UrlKind.PAGE)) & or_(URLS.c.due_at.is_not(None), URLS.c.failures >= PARKED_AT)
    has_failed = and_(URLS.c.kind == int(UrlKind.PAGE), URLS.c.failures > 0, URLS.c.outcome.in_(_FAILURES))
    return or_(is_list, has_failed)


def due_now(connection: Connection, now: int, names: Collection[str], *, wished: bool) -> Iterator[DueUrl]:
    """Yield what a run would visit first, host by host, the latest first; of the sources with these names.

    With `wished` also what `wake` would make due.
    """
    is_due = URLS.c.due_at <= now
    query: Select[Any] = (
        select(URLS, HOSTS.c.name.label("host"), HOSTS.c.blocked_until, SOURCES.c.name.label("source"))
        .join(HOSTS, HOSTS.c.id == URLS.c.host_id)
        .join(SOURCES, SOURCES.c.id == URLS.c.source_id)
        .where(SOURCES.c.active == 1, or_(is_due, _is_wished()) if wished else is_due)
        .order_by(HOSTS.c.due_at, HOSTS.c.id, URLS.c.due_at.desc(), URLS.c.id)
    )
    wanted = frozenset(names)
    for row in connection.execute(query.execution_options(yield_per=_ROWS)):
        if row.source not in wanted:
            continue
        rests = int(row.blocked_until) if row.blocked_until > now + 1 else None
        due_at = row.due_at if row.due_at is not None and row.due_at <= now else None
        kind = UrlKind(row.kind).name.lower()
        yield DueUrl(url_from(row.host, row.target), kind, row.source, row.host, due_at, rests)
