"""Sources and runs: what the state belongs to, and who worked on it."""

from collections.abc import Mapping, Sequence

from sqlalchemy import Connection, func, insert, select, update

from harvester.crawl.state.schema import HOSTS, RUNS, SOURCES, URLS
from harvester.crawl.state.urls import insert_new, set_due

KEPT_RUNS = 2_000  # three weeks of a run every 15 minutes


def keep_sources(connection: Connection, names: Sequence[str]) -> dict[str, int]:
    """Make these the sources, and return the number of each; what belongs to another one rests."""
    rows = [{"name": name, "active": 1} for name in sorted(names)]
    if rows:
        connection.execute(insert_new(connection, SOURCES), rows)
    connection.execute(update(SOURCES).values(active=0).where(SOURCES.c.name.not_in(names)))
    connection.execute(update(SOURCES).values(active=1).where(SOURCES.c.name.in_(names)))
    inactive = select(SOURCES.c.id).where(SOURCES.c.active == 0)
    resting = URLS.c.source_id.in_(inactive) & URLS.c.due_at.is_not(None)
    hosts = connection.execute(select(URLS.c.host_id).where(resting).distinct()).scalars().all()
    connection.execute(update(URLS).where(resting).values(due_at=None))
    set_due(connection, hosts)
    active = select(SOURCES.c.name, SOURCES.c.id).where(SOURCES.c.active == 1)
    return {row.name: row.id for row in connection.execute(active)}


def shapes(connection: Connection) -> dict[int, str]:
    """Return what was learned of the URLs of each source."""
    query = select(SOURCES.c.id, SOURCES.c.shape).where(SOURCES.c.shape.is_not(None))
    return {row.id: row.shape for row in connection.execute(query)}


def keep_shapes(connection: Connection, learned: Mapping[int, str]) -> None:
    """Write down what was learned of the URLs of sources."""
    for number in sorted(learned):
        connection.execute(update(SOURCES).where(SOURCES.c.id == number).values(shape=learned[number]))


def begin_run(connection: Connection, owner: str, now: int) -> int:
    """Write down that a run begins; return its number."""
    found = connection.execute(insert(RUNS).values(owner=owner, began_at=now, visits=0, failed=0).returning(RUNS.c.id))
    number = int(found.scalar_one())
    connection.execute(RUNS.delete().where(RUNS.c.id <= number - KEPT_RUNS))
    return number


def end_run(connection: Connection, number: int, ended_by: str, now: int) -> None:
    """Write down how a run ended."""
    connection.execute(update(RUNS).where(RUNS.c.id == number).values(ended_at=now, ended_by=ended_by))


def count_visits(connection: Connection, number: int, visits: int, failed: int) -> None:
    """Add to what a run did."""
    more = {"visits": RUNS.c.visits + visits, "failed": RUNS.c.failed + failed}
    connection.execute(update(RUNS).where(RUNS.c.id == number).values(more))


def skip_run(connection: Connection, owner: str, now: int) -> None:
    """Write down that a run was due while another one was under way."""
    row = {"owner": owner, "began_at": now, "ended_at": now, "ended_by": "overlap", "visits": 0, "failed": 0}
    connection.execute(insert(RUNS), row)


def next_wake(connection: Connection, now: float) -> float | None:
    """Return when the next host may be asked for something that is due by then; None: nothing is due at all."""
    moment = func.max(HOSTS.c.due_at, HOSTS.c.blocked_until) if connection.dialect.name == "sqlite" else None
    query = select(func.min(moment if moment is not None else func.greatest(HOSTS.c.due_at, HOSTS.c.blocked_until)))
    found = connection.execute(query.where(HOSTS.c.due_at.is_not(None))).scalar()
    return None if found is None else max(float(found), now)
