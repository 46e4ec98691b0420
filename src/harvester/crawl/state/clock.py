"""A clock that was wrong for one run: times in the future are brought back, so that nothing waits for them to come.

What an earlier run wrote down lies ahead of us, or our own clock is behind: which, is unknown. Either way a URL is
due after its own interval, from now on, and at the latest after the longest one.
"""

from typing import Final

from sqlalchemy import Connection, case, delete, func, or_, select, update

from harvester.crawl.schedule import HOUR_S, MAX_INTERVAL_S, MINUTE_S
from harvester.crawl.state.state_tables import HOSTS, ROBOTS, RUNS, URLS

SLACK_S: Final = HOUR_S  # clocks are set by minutes; no answer depends on them


def was_ahead(connection: Connection, now: int) -> bool:
    """Return whether a run was in our future; only then URLs may have been visited there."""
    return _last_moment(connection) > now + SLACK_S


def _last_moment(connection: Connection) -> int:
    """Return the latest time at which a run began, ended, or wrote something down: its clock may be set meanwhile."""
    last = select(func.max(RUNS.c.began_at), func.max(RUNS.c.ended_at), func.max(RUNS.c.seen_at))
    return max((int(moment or 0) for moment in connection.execute(last).one()), default=0)


def mend_times(connection: Connection, now: int) -> int:
    """Bring back what lies in the future; return of how many URLs. They are looked at only where a run was ahead."""
    ahead_s = _last_moment(connection) - now
    if ahead_s <= SLACK_S:
        return 0
    moments = (RUNS.c.began_at, RUNS.c.ended_at, RUNS.c.seen_at)
    first = select(func.min(RUNS.c.began_at)).where(or_(*(moment > now + SLACK_S for moment in moments)))
    began_at = int(connection.execute(first).scalar_one())
    count = _mend_urls(connection, now)
    _mend_hosts(connection, now, began_at, ahead_s)
    connection.execute(delete(ROBOTS).where(ROBOTS.c.fetched_at > now + SLACK_S))
    for moment in moments:
        connection.execute(update(RUNS).where(moment > now).values({moment: now}))
    return count


def _mend_urls(connection: Connection, now: int) -> int:
    wait_s = URLS.c.due_at - URLS.c.visited_at
    again = case((wait_s > MAX_INTERVAL_S, now + MAX_INTERVAL_S), (wait_s < 0, now), else_=now + wait_s)
    visited = update(URLS).where(URLS.c.visited_at > now + SLACK_S)
    count = connection.execute(visited.values(due_at=again, visited_at=now)).rowcount
    unvisited = URLS.c.visited_at.is_(None) & (URLS.c.due_at > now)
    count += connection.execute(update(URLS).where(unvisited).values(due_at=now)).rowcount
    late = update(URLS).where(URLS.c.due_at > now + MAX_INTERVAL_S)
    count += connection.execute(late.values(due_at=now + MAX_INTERVAL_S)).rowcount
    paused = update(URLS).where(URLS.c.paused_at > now + MAX_INTERVAL_S)
    connection.execute(paused.values(paused_at=now + MAX_INTERVAL_S))
    connection.execute(update(URLS).where(URLS.c.seen_at > now).values(seen_at=now))
    return count


def _mend_hosts(connection: Connection, now: int, began_at: int, ahead_s: int) -> None:
    """Bring back the clocks of hosts that a run asked that began at `began_at`; a rest from an earlier one stays."""
    earliest = select(func.min(URLS.c.due_at)).where(URLS.c.host_id == HOSTS.c.id, URLS.c.due_at.is_not(None))
    connection.execute(update(HOSTS).values(due_at=earliest.scalar_subquery()))
    blocked = HOSTS.c.blocked_until - ahead_s
    since = max(began_at - MINUTE_S, now + SLACK_S)
    wrong = update(HOSTS).where(HOSTS.c.blocked_until > since)
    connection.execute(wrong.values(blocked_until=case((blocked < now, float(now)), else_=blocked)))
    connection.execute(update(HOSTS).where(HOSTS.c.lease_until > since).values(lease_until=float(now)))
