"""Sources and runs: what the state belongs to, and who worked on it."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Final

from sqlalchemy import Connection, Select, bindparam, case, func, insert, select, update

from harvester.crawl.schedule import DAY_S, UrlKind
from harvester.crawl.state.bulk import among, insert_new
from harvester.crawl.state.rows import NewUrl, Runner, hash_of
from harvester.crawl.state.state_tables import DAYS, FIGURES, HEALTH, MARKS, RUNS, SOURCES, TROUBLES, URLS
from harvester.crawl.state.url_rows import set_due

KEPT_RUNS = 2_000  # three weeks of a run every 15 minutes
_ALIVE_S: Final = 30  # a run that was not seen for longer is taken for dead, or asleep


@dataclass(frozen=True, slots=True)
class Other:
    """Another machine whose last run had other sources."""

    machine: str
    seen_at: int  # seconds since 1970


def keep_sources(connection: Connection, names: Sequence[str]) -> dict[str, int]:
    """Make these the sources, and return the number of each."""
    rows = [{"name": name, "active": 1} for name in sorted(names)]
    insert_new(connection, SOURCES, rows)
    wanted = frozenset(names)
    known = connection.execute(select(SOURCES.c.id, SOURCES.c.name, SOURCES.c.active)).all()
    _set_active(connection, [row.id for row in known if row.active and row.name not in wanted], active=0)
    back = [row.id for row in known if not row.active and row.name in wanted]
    _set_active(connection, back, active=1)
    _go_on(connection, back)
    active = select(SOURCES.c.name, SOURCES.c.id).where(SOURCES.c.active == 1)
    return {row.name: row.id for row in connection.execute(active)}


def source_names(connection: Connection) -> dict[int, str]:
    """Return the name of each source by its number."""
    return {row.id: row.name for row in connection.execute(select(SOURCES.c.id, SOURCES.c.name))}


def rename_sources(connection: Connection, seeds: Sequence[NewUrl]) -> None:
    """Hand all URLs of a vanished source to the one that names the same home page, or else another of its seeds.

    A source is known by its name: without this, a new name would end its crawl.
    """
    heirs: dict[int, int] = {}
    for seed in sorted(seeds, key=lambda seed: seed.kind is not UrlKind.HOME):
        heirs.setdefault(hash_of(seed.url), seed.source_id)
    found: dict[int, int] = {}
    vanished: dict[int, int] = {}
    for is_one in among(connection, URLS.c.hash, heirs):
        query = select(URLS.c.hash, URLS.c.source_id).join(SOURCES, SOURCES.c.id == URLS.c.source_id)
        rows = connection.execute(query.where(is_one, SOURCES.c.active == 0)).all()
        found |= {row.hash: row.source_id for row in rows}
    for number in (number for number in heirs if number in found):
        vanished.setdefault(found[number], heirs[number])
    _go_on(connection, list(vanished))
    for old, new in sorted(vanished.items()):
        connection.execute(update(URLS).where(URLS.c.source_id == old).values(source_id=new))
        shape = select(SOURCES.c.shape).where(SOURCES.c.id == old).scalar_subquery()
        bare = (SOURCES.c.id == new) & SOURCES.c.shape.is_(None)
        connection.execute(update(SOURCES).where(bare).values(shape=shape))
        _hand_on_counts(connection, old, new)


def _hand_on_counts(connection: Connection, old: int, new: int) -> None:
    """Hand on what was counted of a source, to one of which nothing is."""
    for table in (DAYS, FIGURES, TROUBLES, HEALTH):
        is_bare = connection.execute(select(table.c.source_id).where(table.c.source_id == new).limit(1)).first() is None
        if is_bare:
            connection.execute(update(table).where(table.c.source_id == old).values(source_id=new))


def pause_vanished(connection: Connection) -> None:
    """Let the URLs of sources rest that are sources no more; when they come back, each is due when it was to be."""
    inactive = select(SOURCES.c.id).where(SOURCES.c.active == 0)
    resting = URLS.c.source_id.in_(inactive) & URLS.c.due_at.is_not(None)
    hosts = connection.execute(select(URLS.c.host_id).where(resting).distinct()).scalars().all()
    connection.execute(update(URLS).where(resting).values(paused_at=URLS.c.due_at, due_at=None))
    set_due(connection, hosts)


def _set_active(connection: Connection, sources: Sequence[int], active: int) -> None:
    for is_one in among(connection, SOURCES.c.id, sources):
        connection.execute(update(SOURCES).where(is_one).values(active=active))


def _go_on(connection: Connection, sources: Sequence[int]) -> None:
    """Make the URLs of sources that were paused due when they were to be."""
    hosts: set[int] = set()
    for is_one in among(connection, URLS.c.source_id, sources):
        paused = is_one & URLS.c.paused_at.is_not(None)
        hosts |= set(connection.execute(select(URLS.c.host_id).where(paused).distinct()).scalars())
        due = func.coalesce(URLS.c.due_at, URLS.c.paused_at)
        connection.execute(update(URLS).where(paused).values(due_at=due, paused_at=None))
    set_due(connection, hosts)


def shapes(connection: Connection) -> dict[int, str]:
    """Return what was learned of the URLs of each source."""
    query = select(SOURCES.c.id, SOURCES.c.shape).where(SOURCES.c.shape.is_not(None))
    return {row.id: row.shape for row in connection.execute(query)}


def keep_shapes(connection: Connection, learned: Mapping[int, str]) -> None:
    """Write down what was learned of the URLs of sources."""
    rows = [{"b_id": number, "b_shape": shape} for number, shape in sorted(learned.items())]
    if rows:
        known = update(SOURCES).where(SOURCES.c.id == bindparam("b_id"))
        connection.execute(known.values(shape=bindparam("b_shape")), rows)


def begin_run(connection: Connection, runner: Runner, now: int) -> int:
    """Write down that a run begins; return its number."""
    who = {"owner": runner.owner, "machine": runner.machine, "sources": runner.sources}
    row = {**who, "began_at": now, "seen_at": now, "visits": 0, "failed": 0}
    found = connection.execute(insert(RUNS).values(row).returning(RUNS.c.id))
    number = int(found.scalar_one())
    connection.execute(RUNS.delete().where(RUNS.c.id <= number - KEPT_RUNS))
    return number


def earlier_owners(machine: str, run: int) -> Select[tuple[str]]:
    """Return a query for the owners of the runs of a machine before this one: all have ended, it runs one at a time."""
    return select(RUNS.c.owner).where(RUNS.c.machine == machine, RUNS.c.id < run)


def keep_owner(connection: Connection, run: int, owner: str) -> None:
    """Write down that a run takes its leases by another name from now on."""
    connection.execute(update(RUNS).where(RUNS.c.id == run).values(owner=owner))


def count_machines(connection: Connection, run: int, now: int) -> int:
    """Write down that a run is alive, and return on how many machines runs are."""
    connection.execute(update(RUNS).where(RUNS.c.id == run).values(seen_at=now))
    alive = RUNS.c.ended_at.is_(None) & RUNS.c.seen_at.between(now - _ALIVE_S, now + _ALIVE_S)
    return int(connection.execute(select(func.count(func.distinct(RUNS.c.machine))).where(alive)).scalar_one())


def keep_digest(connection: Connection, run: int, sources: int) -> None:
    """Write down which sources a run has from now on."""
    connection.execute(update(RUNS).where(RUNS.c.id == run).values(sources=sources))


def unlike(connection: Connection, runner: Runner, now: int) -> tuple[Other, ...]:
    """Return the other machines whose last run within a day had other sources than this one's, by name."""
    theirs = (RUNS.c.seen_at > now - DAY_S) & (RUNS.c.machine != runner.machine) & RUNS.c.sources.is_not(None)
    rows = connection.execute(select(RUNS).where(theirs).order_by(RUNS.c.id))
    last = {row.machine: row for row in rows}
    return tuple(Other(name, row.seen_at) for name, row in sorted(last.items()) if row.sources != runner.sources)


def end_run(connection: Connection, number: int, ended_by: str, now: int) -> None:
    """Write down how a run ended."""
    connection.execute(update(RUNS).where(RUNS.c.id == number).values(ended_at=now, ended_by=ended_by))


def count_visits(connection: Connection, number: int, visits: int, failed: int, now: int) -> None:
    """Add to what a run did, and keep the latest time at which it did something: its clock may be set back."""
    seen_at = case((RUNS.c.seen_at > now, RUNS.c.seen_at), else_=now)
    more = {"visits": RUNS.c.visits + visits, "failed": RUNS.c.failed + failed, "seen_at": seen_at}
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
    insert_new(connection, MARKS, [{"name": name, "value": value}])
    return find_mark(connection, name) or value
