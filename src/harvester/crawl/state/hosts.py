"""Hosts: who may ask them, and when."""

from collections.abc import Collection, Sequence
from dataclasses import replace
from typing import Any, Final

from sqlalchemy import ColumnElement, Connection, Row, bindparam, delete, func, insert, or_, select, update

from harvester.crawl.politeness import DEFAULT_PAUSE_S
from harvester.crawl.state.rows import HostClock, KnownUrl, Lease, LeasedHost, RobotsFile, Wanted
from harvester.crawl.state.schema import HOSTS, ROBOTS, URLS
from harvester.crawl.state.urls import chunks, due_urls, host_ids
from harvester.errors import StoreError

_SOON_S: Final = 30.0  # a host that may be asked within that time is worth waiting for
_LOOKED_AT: Final = 50  # of a host's URLs, for the pause that their sources ask for
_MAX_BLOCK_S: Final = 86_400.0  # no host asks for more; beyond it the clock of the machine was wrong
ROBOTS_DAYS_S: Final = 86_400  # RFC 9309, 2.4: not longer than a day


def lease_due(connection: Connection, lease: Lease, now: float, want: tuple[int, Wanted]) -> tuple[LeasedHost, ...]:
    """Take up to `want[0]` hosts that have something due and may be asked soon, with what is wanted of each.

    A host that another owner holds is passed over; one whose owner let it run out is taken over.
    """
    hosts, wanted = want
    query = (
        select(HOSTS)
        .where(HOSTS.c.due_at <= int(now), _may_be_asked_soon(now), _free_for(lease.owner, now))
        .where(or_(HOSTS.c.lease_by.is_(None), HOSTS.c.lease_by != lease.owner))
        .order_by(HOSTS.c.due_at)
        .limit(hosts)
        .with_for_update(skip_locked=True)
    )
    rows = connection.execute(query).all()
    return tuple(_leased(connection, row, lease, now, due_urls(connection, row, now, wanted)) for row in rows)


def lease_named(connection: Connection, lease: Lease, name: str, now: float) -> LeasedHost | None:
    """Take one host, known or not, to ask it for something that is none of its URLs; None: another owner holds it."""
    number = host_ids(connection, [name])[name]
    query = select(HOSTS).where(HOSTS.c.id == number, _free_for(lease.owner, now)).with_for_update(skip_locked=True)
    row = connection.execute(query).first()
    if row is None:
        return None
    named = select(URLS.c.source_id).where(URLS.c.host_id == number).limit(_LOOKED_AT)
    pauses = [lease.pauses.get(source, 0.0) for source in connection.execute(named).scalars()]
    return _leased(connection, row, lease, now, (), pauses)


def robots_at(connection: Connection, name: str, now: float) -> tuple[RobotsFile, ...]:
    """Return the fresh robots.txt files of a host, whoever holds it."""
    number = connection.execute(select(HOSTS.c.id).where(HOSTS.c.name == name)).scalar()
    return () if number is None else _robots_of(connection, number, now)


def more_urls(connection: Connection, host_id: int, now: float, wanted: Wanted) -> tuple[KnownUrl, ...]:
    """Return what is wanted of a host that is already ours; nothing where it asked for a rest."""
    row = connection.execute(select(HOSTS).where(HOSTS.c.id == host_id, _may_be_asked_soon(now))).first()
    return due_urls(connection, row, now, wanted) if row else ()


def renew(connection: Connection, owner: str, until: float) -> int:
    """Prolong all leases of an owner; return how many there are."""
    statement = update(HOSTS).where(HOSTS.c.lease_by == owner).values(lease_until=until)
    return connection.execute(statement).rowcount


def release(connection: Connection, owner: str, clocks: Sequence[HostClock]) -> None:
    """Give hosts back, with their clocks; those that another owner took over meanwhile stay with it."""
    rested = [replace(clock, pause_s=clock.pause_s if clock.rested_s is None else clock.rested_s) for clock in clocks]
    keep_clocks(connection, owner, rested)
    for some in chunks(sorted(clock.host_id for clock in clocks)):
        mine = update(HOSTS).where(HOSTS.c.id.in_(some), HOSTS.c.lease_by == owner)
        connection.execute(mine.values(lease_by=None, lease_until=None))


def end_all_leases(connection: Connection, now: float) -> None:
    """End every lease: for the one run that holds the lock of a state that is not shared.

    The dead owner stays written down, which keeps the next request a pause away from its last one.
    """
    connection.execute(update(HOSTS).where(HOSTS.c.lease_by.is_not(None)).values(lease_until=now))


def count_held(connection: Connection, owner: str, hosts: Collection[int]) -> int:
    """Return how many of some hosts the owner holds; nobody takes them over in the same transaction."""
    found = 0
    for some in chunks(sorted(hosts)):
        mine = select(HOSTS.c.id).where(HOSTS.c.id.in_(some), HOSTS.c.lease_by == owner).order_by(HOSTS.c.id)
        found += len(connection.execute(mine.with_for_update()).all())
    return found


def lost_leases(state: str) -> StoreError:
    """Return the error of a run whose hosts another one took over: it must not ask them any more."""
    explanation = "another run took over hosts of this one, which stood still for longer than a lease: start it again"
    return StoreError(state, "unwritable", explanation)


def keep_clocks(connection: Connection, owner: str, clocks: Sequence[HostClock]) -> None:
    """Write down when hosts may be asked again; those that another owner took over meanwhile are left alone."""
    rows = [
        {"b_id": clock.host_id, "b_until": clock.blocked_until, "b_pause": clock.pause_s}
        for clock in sorted(clocks, key=lambda clock: clock.host_id)
    ]
    if not rows:
        return
    mine = update(HOSTS).where(HOSTS.c.id == bindparam("b_id"), HOSTS.c.lease_by == owner)
    connection.execute(mine.values(blocked_until=bindparam("b_until"), pause_s=bindparam("b_pause")), rows)


def keep_robots(connection: Connection, host_id: int, files: Sequence[RobotsFile]) -> None:
    """Replace what is kept of the origins' robots.txt."""
    for file in files:
        connection.execute(delete(ROBOTS).where(ROBOTS.c.origin == file.origin))
        row = {"origin": file.origin, "host_id": host_id, "fetched_at": file.fetched_at}
        connection.execute(insert(ROBOTS), {**row, "status": file.status, "body": file.body})


def keep_facts(connection: Connection, facts: Sequence[tuple[int, str]]) -> None:
    """Write down what was found out about hosts."""
    for host_id, text in sorted(facts):
        connection.execute(update(HOSTS).where(HOSTS.c.id == host_id).values(facts=text))


def _may_be_asked_soon(now: float) -> ColumnElement[bool]:
    return HOSTS.c.blocked_until <= now + _SOON_S + func.coalesce(HOSTS.c.pause_s, 0)


def _free_for(owner: str, now: float) -> ColumnElement[bool]:
    return or_(HOSTS.c.lease_by.is_(None), HOSTS.c.lease_by == owner, HOSTS.c.lease_until <= now)


def _leased(
    connection: Connection,
    row: Row[Any],
    lease: Lease,
    now: float,
    urls: tuple[KnownUrl, ...],
    pauses: Sequence[float] = (),
) -> LeasedHost:
    """Write the lease down and return the host; `pauses` are those that its sources ask for, beside those of `urls`."""
    configured_s = max((*pauses, *(lease.pauses.get(url.source_id, 0.0) for url in urls)), default=None)
    known = [pause for pause in (row.pause_s, configured_s) if pause is not None]
    pause_s = max(known) if known else None
    blocked_until = min(row.blocked_until, now + _MAX_BLOCK_S)
    if row.lease_by not in (None, lease.owner):
        # Its last owner died or stalled, and may have asked until this moment.
        blocked_until = max(blocked_until, now + (DEFAULT_PAUSE_S if pause_s is None else pause_s))
    taken = {"lease_by": lease.owner, "lease_until": now + lease.seconds, "pause_s": pause_s}
    connection.execute(update(HOSTS).where(HOSTS.c.id == row.id).values(blocked_until=blocked_until, **taken))
    robots = _robots_of(connection, row.id, now)
    return LeasedHost(row.id, row.name, blocked_until, pause_s, urls, robots, row.facts)


def _robots_of(connection: Connection, host_id: int, now: float) -> tuple[RobotsFile, ...]:
    fresh = ROBOTS.c.fetched_at.between(int(now) - ROBOTS_DAYS_S + 1, int(now) + ROBOTS_DAYS_S)  # a clock may be wrong
    rows = connection.execute(select(ROBOTS).where(ROBOTS.c.host_id == host_id, fresh))
    return tuple(RobotsFile(row.origin, row.fetched_at, row.status, row.body) for row in rows)
