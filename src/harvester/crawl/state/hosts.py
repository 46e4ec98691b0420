"""Hosts: who may ask them, and when."""

from collections.abc import Collection, Sequence
from dataclasses import replace
from typing import Any, Final

from sqlalchemy import ColumnElement, Connection, Row, Select, bindparam, delete, func, insert, or_, select, update

from harvester.crawl.politeness import DEFAULT_PAUSE_S
from harvester.crawl.state.bulk import among
from harvester.crawl.state.rows import HostSchedule, KnownUrl, Lease, LeasedHost, LeaseLimits, RobotsFile
from harvester.crawl.state.state_tables import HOSTS, ROBOTS, URLS
from harvester.crawl.state.unfinished_writes import wake_touched
from harvester.crawl.state.url_rows import Due, due_urls, host_ids
from harvester.errors import Reason, StoreError

_SOON_S: Final = 30.0  # a host that may be asked within that time is worth waiting for
_LOOKED_AT: Final = 50  # of a host's URLs, for the pause that their sources ask for
_MAX_BLOCK_S: Final = 86_400.0  # no host asks for more; beyond it the clock of the machine was wrong
ROBOTS_DAYS_S: Final = 86_400  # RFC 9309, 2.4: not longer than a day


def lease_due(
    connection: Connection, lease: Lease, now: float, want: tuple[int, LeaseLimits]
) -> tuple[LeasedHost, ...]:
    """Take up to `want[0]` hosts that have something due and may be asked soon, with what is wanted of each.

    A host that is held is passed over; one whose owner let it run out is taken over, with what that was writing.
    """
    hosts, wanted = want
    query = (
        select(HOSTS)
        .where(HOSTS.c.due_at <= int(now), _may_be_asked_soon(now))
        .where(or_(HOSTS.c.lease_by.is_(None), HOSTS.c.lease_until <= now))
        .where(HOSTS.c.id.not_in(bindparam("barren", sorted(wanted.barren), expanding=True, literal_execute=True)))
        .order_by(HOSTS.c.due_at)
        .limit(hosts)
        .with_for_update(skip_locked=True)
    )
    rows = connection.execute(query).all()
    wake_touched(connection, [row.id for row in rows if row.lease_by not in (None, lease.owner)], int(now))
    urls = due_urls(connection, {row.id: row.name for row in rows}, now, wanted)
    return _leased(connection, [(row, urls[row.id], ()) for row in rows], lease, now)


def has_free(connection: Connection, now: float) -> bool:
    """Return whether `lease_due` would find a host."""
    is_due = (HOSTS.c.due_at <= int(now)) & _may_be_asked_soon(now)
    query = select(HOSTS.c.id).where(is_due, or_(HOSTS.c.lease_by.is_(None), HOSTS.c.lease_until <= now)).limit(1)
    return connection.execute(query).first() is not None


def lease_named(connection: Connection, lease: Lease, name: str, now: float) -> LeasedHost | None:
    """Take one host, known or not, to ask it for something that is none of its URLs; None: another owner holds it."""
    number = host_ids(connection, [name])[name]
    query = select(HOSTS).where(HOSTS.c.id == number, _free_for(lease.owner, now)).with_for_update(skip_locked=True)
    row = connection.execute(query).first()
    if row is None:
        return None
    named = select(URLS.c.source_id).where(URLS.c.host_id == number).limit(_LOOKED_AT)
    pauses = [lease.pauses.get(source, 0.0) for source in connection.execute(named).scalars()]
    return _leased(connection, [(row, (), pauses)], lease, now)[0]


def robots_at(connection: Connection, name: str, now: float) -> tuple[RobotsFile, ...]:
    """Return the fresh robots.txt files of a host, whoever holds it."""
    number = connection.execute(select(HOSTS.c.id).where(HOSTS.c.name == name)).scalar()
    return () if number is None else _robots_of(connection, [number], now)[number]


def more_urls(connection: Connection, hosts: Collection[int], now: float, wanted: LeaseLimits) -> Due:
    """Return, by host, what is wanted of hosts that are already ours; nothing of one that asked for a rest."""
    names: dict[int, str] = {}
    for is_one in among(connection, HOSTS.c.id, hosts if wanted.limit else ()):
        query = select(HOSTS.c.id, HOSTS.c.name).where(is_one, _may_be_asked_soon(now))
        names |= {row.id: row.name for row in connection.execute(query)}
    found: dict[int, tuple[KnownUrl, ...]] = dict.fromkeys(hosts, ())
    return found | dict(due_urls(connection, names, now, wanted))


def renew(connection: Connection, owner: str, hosts: Collection[int], until: float) -> int:
    """Prolong the leases of an owner on some hosts; return how many there are.

    Others of its leases it does not know of: the answer with them was lost with its connection. They run out.
    """
    count = 0
    for is_one in among(connection, HOSTS.c.id, hosts):
        mine = update(HOSTS).where(is_one, HOSTS.c.lease_by == owner)
        count += connection.execute(mine.values(lease_until=until)).rowcount
    return count


def release(connection: Connection, owner: str, clocks: Sequence[HostSchedule]) -> None:
    """Give hosts back, with their clocks; those that another owner took over meanwhile stay with it."""
    rested = [replace(clock, pause_s=clock.pause_s if clock.rested_s is None else clock.rested_s) for clock in clocks]
    keep_clocks(connection, owner, rested)
    for is_one in among(connection, HOSTS.c.id, (clock.host_id for clock in clocks)):
        mine = update(HOSTS).where(is_one, HOSTS.c.lease_by == owner)
        connection.execute(mine.values(lease_by=None, lease_until=None, lease_at=None))


def end_leases(connection: Connection, owners: Select[tuple[str]] | Sequence[str] | None, now: float) -> None:
    """End the leases of owners that are no more; None: all, for the one run that holds the lock of a whole state.

    The dead owner stays written down, which keeps the next request a pause away from its last one.
    """
    theirs = HOSTS.c.lease_by.is_not(None) if owners is None else HOSTS.c.lease_by.in_(owners)
    connection.execute(update(HOSTS).where(theirs, HOSTS.c.lease_until > now).values(lease_until=now))


def share(connection: Connection, owner: str, now: float) -> tuple[int, float | None]:
    """Return how many hosts have something due and may be asked, and when the first that another one holds is free."""
    is_due = (HOSTS.c.due_at <= int(now)) & _may_be_asked_soon(now)
    count = connection.execute(select(func.count()).select_from(HOSTS).where(is_due)).scalar_one()
    others = is_due & (HOSTS.c.lease_by != owner) & (HOSTS.c.lease_until > now)
    return count, connection.execute(select(func.min(HOSTS.c.lease_until)).where(others)).scalar()


class LostLeasesError(StoreError):
    """Another run took over hosts of this one: it must not ask them any more, nor write what it read there."""


def check_held(connection: Connection, owner: str, clocks: Collection[HostSchedule], state: str) -> None:
    """Raise LostLeasesError where the owner holds a host no more, or by another lease than the clock is of.

    Nobody takes the hosts over before the transaction ends.
    """
    held: dict[int, int] = {}
    for is_one in among(connection, HOSTS.c.id, (clock.host_id for clock in clocks)):
        mine = select(HOSTS.c.id, HOSTS.c.lease_no).where(is_one, HOSTS.c.lease_by == owner)
        rows = connection.execute(mine.order_by(HOSTS.c.id).with_for_update())
        held |= {row.id: row.lease_no for row in rows}
    if any(clock.host_id not in held or clock.lease_no not in (None, held[clock.host_id]) for clock in clocks):
        raise lost_leases(state)


def lost_leases(state: str) -> LostLeasesError:
    """Return the error of a run whose hosts another one took over."""
    explanation = "another run took over hosts of this one, which stood still for longer than a lease: start it again"
    return LostLeasesError(state, Reason.UNWRITABLE, explanation)


def keep_clocks(connection: Connection, owner: str, clocks: Sequence[HostSchedule]) -> None:
    """Write down when hosts may be asked again; those that another owner took over meanwhile are left alone."""
    rows = [
        {"b_id": clock.host_id, "b_until": clock.blocked_until, "b_pause": clock.pause_s}
        for clock in sorted(clocks, key=lambda clock: clock.host_id)
    ]
    if not rows:
        return
    mine = update(HOSTS).where(HOSTS.c.id == bindparam("b_id"), HOSTS.c.lease_by == owner)
    connection.execute(mine.values(blocked_until=bindparam("b_until"), pause_s=bindparam("b_pause")), rows)


def keep_robots(connection: Connection, files: Sequence[tuple[int, RobotsFile]]) -> None:
    """Replace what is kept of the origins' robots.txt; each file comes with its host."""
    rows = {
        file.origin: {
            "origin": file.origin,
            "host_id": host,
            "fetched_at": file.fetched_at,
            "status": file.status,
            "body": file.body,
        }
        for host, file in files
    }
    for is_one in among(connection, ROBOTS.c.origin, rows):
        connection.execute(delete(ROBOTS).where(is_one))
    if rows:
        connection.execute(insert(ROBOTS), [row for _, row in sorted(rows.items())])


def keep_facts(connection: Connection, facts: Sequence[tuple[int, str]]) -> None:
    """Write down what was found out about hosts."""
    rows = [{"b_id": host_id, "b_facts": text} for host_id, text in sorted(facts)]
    if rows:
        connection.execute(
            update(HOSTS).where(HOSTS.c.id == bindparam("b_id")).values(facts=bindparam("b_facts")), rows
        )


def _may_be_asked_soon(now: float) -> ColumnElement[bool]:
    return HOSTS.c.blocked_until <= now + _SOON_S + func.coalesce(HOSTS.c.pause_s, 0)


def _free_for(owner: str, now: float) -> ColumnElement[bool]:
    return or_(HOSTS.c.lease_by.is_(None), HOSTS.c.lease_by == owner, HOSTS.c.lease_until <= now)


def _leased(
    connection: Connection,
    taken: Sequence[tuple[Row[Any], tuple[KnownUrl, ...], Sequence[float]]],
    lease: Lease,
    now: float,
) -> tuple[LeasedHost, ...]:
    """Write leases down and return the hosts: each with its URLs, and the pauses that other sources of it ask for."""
    leased = tuple(_lease_of(*one, lease, now) for one in taken)
    rows = [
        {"b_id": host.id, "b_pause": host.pause_s, "b_until": host.blocked_until, "b_no": host.lease_no}
        for host in sorted(leased, key=lambda host: host.id)
    ]
    if not rows:
        return ()
    mine = {"lease_by": lease.owner, "lease_until": now + lease.seconds, "lease_at": now, "lease_no": bindparam("b_no")}
    values = {**mine, "pause_s": bindparam("b_pause"), "blocked_until": bindparam("b_until")}
    connection.execute(update(HOSTS).where(HOSTS.c.id == bindparam("b_id")).values(values), rows)
    robots = _robots_of(connection, [host.id for host in leased], now)
    return tuple(replace(host, robots=robots[host.id]) for host in leased)


def _lease_of(
    row: Row[Any], urls: tuple[KnownUrl, ...], pauses: Sequence[float], lease: Lease, now: float
) -> LeasedHost:
    # What is due may all be of one source; another one that names the host may ask for more.
    named = [lease.named[row.name]] if row.name in lease.named else []
    configured_s = max((*pauses, *named, *(lease.pauses.get(url.source_id, 0.0) for url in urls)), default=None)
    known = [pause for pause in (row.pause_s, configured_s) if pause is not None]
    pause_s = max(known) if known else None
    blocked_until = min(row.blocked_until, now + _MAX_BLOCK_S)
    if row.lease_by not in (None, lease.owner):
        # Its last owner died or stalled, and may have asked until this moment.
        blocked_until = max(blocked_until, now + (DEFAULT_PAUSE_S if pause_s is None else pause_s))
    return LeasedHost(row.id, row.name, blocked_until, pause_s, urls, (), row.facts, row.lease_no + 1)


def _robots_of(connection: Connection, hosts: Collection[int], now: float) -> dict[int, tuple[RobotsFile, ...]]:
    fresh = ROBOTS.c.fetched_at.between(int(now) - ROBOTS_DAYS_S + 1, int(now) + ROBOTS_DAYS_S)  # a clock may be wrong
    found: dict[int, tuple[RobotsFile, ...]] = dict.fromkeys(hosts, ())
    for is_one in among(connection, ROBOTS.c.host_id, hosts):
        for row in connection.execute(select(ROBOTS).where(is_one, fresh).order_by(ROBOTS.c.origin)):
            found[row.host_id] += (RobotsFile(row.origin, row.fetched_at, row.status, row.body),)
    return found
