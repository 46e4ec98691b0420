"""Sources and runs: what the state belongs to, and who worked on it."""

from collections.abc import Mapping, Sequence

from sqlalchemy import Connection, insert, select, update

from harvester.crawl.schedule import Kind
from harvester.crawl.state.rows import NewUrl, hash_of
from harvester.crawl.state.schema import MARKS, RUNS, SOURCES, URLS
from harvester.crawl.state.urls import chunks, insert_new, set_due

KEPT_RUNS = 2_000  # three weeks of a run every 15 minutes


def keep_sources(connection: Connection, names: Sequence[str]) -> dict[str, int]:
    """Make these the sources, and return the number of each."""
    rows = [{"name": name, "active": 1} for name in sorted(names)]
    if rows:
        connection.execute(insert_new(connection, SOURCES), rows)
    connection.execute(update(SOURCES).values(active=0))
    for some in chunks(sorted(names)):
        connection.execute(update(SOURCES).values(active=1).where(SOURCES.c.name.in_(some)))
    active = select(SOURCES.c.name, SOURCES.c.id).where(SOURCES.c.active == 1)
    return {row.name: row.id for row in connection.execute(active)}


def rename_sources(connection: Connection, seeds: Sequence[NewUrl]) -> None:
    """Hand all URLs of a vanished source to the one that names the same home page, or else another of its seeds.

    A source is known by its name: without this, a new name would end its crawl.
    """
    heirs: dict[int, int] = {}
    for seed in sorted(seeds, key=lambda seed: seed.kind is not Kind.HOME):
        heirs.setdefault(hash_of(seed.url), seed.source_id)
    vanished: dict[int, int] = {}
    for some in chunks(tuple(heirs)):
        query = select(URLS.c.hash, URLS.c.source_id).join(SOURCES, SOURCES.c.id == URLS.c.source_id)
        rows = connection.execute(query.where(URLS.c.hash.in_(some), SOURCES.c.active == 0)).all()
        found = {row.hash: row.source_id for row in rows}
        for number in (number for number in some if number in found):
            vanished.setdefault(found[number], heirs[number])
    for old, new in sorted(vanished.items()):
        connection.execute(update(URLS).where(URLS.c.source_id == old).values(source_id=new))
        shape = select(SOURCES.c.shape).where(SOURCES.c.id == old).scalar_subquery()
        bare = (SOURCES.c.id == new) & SOURCES.c.shape.is_(None)
        connection.execute(update(SOURCES).where(bare).values(shape=shape))


def rest_vanished(connection: Connection) -> None:
    """Let the URLs of sources rest that are sources no more; their settings count as changed when they come back."""
    inactive = select(SOURCES.c.id).where(SOURCES.c.active == 0)
    connection.execute(update(SOURCES).where(SOURCES.c.active == 0).values(choice=None))
    resting = URLS.c.source_id.in_(inactive) & URLS.c.due_at.is_not(None)
    hosts = connection.execute(select(URLS.c.host_id).where(resting).distinct()).scalars().all()
    connection.execute(update(URLS).where(resting).values(due_at=None))
    set_due(connection, hosts)


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


def find_mark(connection: Connection, name: str) -> str | None:
    """Return what the whole crawl has one of; None where that is not settled."""
    value: str | None = connection.execute(select(MARKS.c.value).where(MARKS.c.name == name)).scalar()
    return value


def keep_mark(connection: Connection, name: str, value: str) -> str:
    """Settle what the whole crawl has one of, and return it: `value`, or what another machine settled before."""
    connection.execute(insert_new(connection, MARKS), [{"name": name, "value": value}])
    return find_mark(connection, name) or value
