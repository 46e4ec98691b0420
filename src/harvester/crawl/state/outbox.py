"""Changes of articles that are to be handed on: written in the transaction that makes a version current.

A row without a number was committed and nothing more. Numbers are given by whoever writes the list, to rows that all
can see: a number that was given while another transaction is still under way would overtake it, and a reader that has
seen the higher one would never ask for the lower. A row goes when its line is on disk.
"""

from collections.abc import Mapping, Sequence
from dataclasses import replace
from datetime import UTC, datetime
from typing import Any, Final

from sqlalchemy import Connection, bindparam, delete, func, insert, select, text, update

from harvester.crawl.schedule import WELL
from harvester.crawl.state.bulk import among, insert_new
from harvester.crawl.state.rows import NOT_THERE, StoredVersion, Visited
from harvester.crawl.state.runs import find_mark, keep_mark
from harvester.crawl.state.state_tables import CHANGES, GONE, MARKS, SOURCES, URLS
from harvester.store.changes.change_line import Change, ChangeKind, change_line, parse_change
from harvester.store.changes.change_log import End

_MARK: Final = "changes"  # the state's name for the last number
AT_ONCE: Final = 5_000  # rows that are numbered and written together: some 2 MB
_SLACK_S: Final = 3_600  # times go back only where a clock was wrong by more


def add_changes(connection: Connection, visits: Sequence[Visited], now: int) -> int:
    """Write down what visits changed, before they are written down themselves; return how many changes there are.

    What the state holds of a version is compared, not what the run remembers: done twice, it gives nothing more.
    """
    touching = [visit for visit in visits if visit.stored]
    before = _versions(connection, touching)
    gone = _gone(connection, touching)
    names = _names(connection, touching)
    rows = [
        {"at": now, "entry": change_line(_unnumbered(kind, names.get(visit.url.source_id), visit, version)).decode()}
        for visit in sorted(touching, key=lambda visit: visit.url.id)
        for kind, version in _changes(visit, before.get(visit.url.id), is_gone=visit.url.id in gone)
    ]
    _keep_gone(connection, touching, gone, before)
    if rows:
        connection.execute(insert(CHANGES), rows)
    return len(rows)


def number_changes(connection: Connection, end: End, now: int) -> tuple[Change, ...]:
    """Give numbers to changes that have none; return some of those whose lines are not in the list, in order.

    `end` is that of the list: what is in it is struck out.
    """
    if connection.dialect.name == "postgresql":  # whatever the server's setting: a number is given for ever
        connection.execute(text("SET LOCAL synchronous_commit = on"))
    keep_mark(connection, _MARK, "0")
    connection.execute(update(MARKS).where(MARKS.c.name == _MARK).values(value=MARKS.c.value))  # one machine at a time
    connection.execute(delete(CHANGES).where(CHANGES.c.seq <= end.seq))
    last = max(int(find_mark(connection, _MARK) or 0), end.seq)
    fresh = select(CHANGES.c.id).where(CHANGES.c.seq.is_(None)).order_by(CHANGES.c.id).limit(AT_ONCE)
    numbers = [{"b_id": id_, "b_seq": seq} for seq, id_ in enumerate(connection.execute(fresh).scalars(), last + 1)]
    if numbers:
        numbered = update(CHANGES).where(CHANGES.c.id == bindparam("b_id")).values(seq=bindparam("b_seq"))
        connection.execute(numbered, numbers)
        mark = update(MARKS).where(MARKS.c.name == _MARK)
        connection.execute(mark.values(value=str(numbers[-1]["b_seq"])))
    query = select(CHANGES).where(CHANGES.c.seq.is_not(None)).order_by(CHANGES.c.seq).limit(AT_ONCE)
    return _in_order(connection.execute(query).all(), end, now)


def count_waiting(connection: Connection) -> int:
    """Return how many changes are not known to be in the list."""
    return int(connection.execute(select(func.count()).select_from(CHANGES)).scalar_one())


def _in_order(rows: Sequence[Any], end: End, now: int) -> tuple[Change, ...]:
    """Return the changes with times that never go back, but behind one of a clock that was far ahead."""
    floor = _seconds(end.at) if end.at else 0
    changes = []
    for row in rows:
        floor = max(row.at, floor if floor <= now + _SLACK_S else 0)
        moment = datetime.fromtimestamp(floor, UTC).isoformat().replace("+00:00", "Z")
        changes.append(replace(parse_change(row.entry.encode()), seq=row.seq, at=moment))
    return tuple(changes)


def _seconds(at: str) -> int:
    try:
        return int(datetime.fromisoformat(at).timestamp())
    except ValueError:  # of another writer
        return 0


def _changes(visit: Visited, before: int | None, *, is_gone: bool) -> list[tuple[ChangeKind, StoredVersion]]:
    """Return what a visit changed: each version that the state does not know yet, or that it is gone, or back."""
    if visit.outcome in NOT_THERE:
        return [("gone", visit.stored[-1])] if _is_given_up(visit) and before is not None and not is_gone else []
    if visit.outcome not in WELL:
        return []
    last = visit.stored[-1].version
    if before == last:
        return [("new", visit.stored[-1])] if is_gone else []
    # A file that cannot be read any more is followed by version 1 again.
    fresh = [one for one in visit.stored if before is None or one.version > before] or [visit.stored[-1]]
    kinds: list[ChangeKind] = ["edited"] * len(fresh)
    if before is None:
        kinds[0] = "new"
    return list(zip(kinds, fresh, strict=True))


def _is_given_up(visit: Visited) -> bool:
    return visit.plan.due_at is None


def _unnumbered(kind: ChangeKind, source: str | None, visit: Visited, one: StoredVersion) -> Change:
    return Change(0, "", kind, source, one.id, visit.url.url, one.version, one.file, one.sha256, one.page)


def _versions(connection: Connection, visits: Sequence[Visited]) -> dict[int, int]:
    found: dict[int, int] = {}
    for is_one in among(connection, URLS.c.id, (visit.url.id for visit in visits)):
        query = select(URLS.c.id, URLS.c.version).where(is_one, URLS.c.version.is_not(None))
        found |= {row.id: row.version for row in connection.execute(query)}
    return found


def _gone(connection: Connection, visits: Sequence[Visited]) -> frozenset[int]:
    found: set[int] = set()
    for is_one in among(connection, GONE.c.url_id, (visit.url.id for visit in visits)):
        found |= set(connection.execute(select(GONE.c.url_id).where(is_one)).scalars())
    return frozenset(found)


def _keep_gone(
    connection: Connection, visits: Sequence[Visited], gone: frozenset[int], before: Mapping[int, int]
) -> None:
    lost = [one.url.id for one in visits if one.outcome in NOT_THERE and _is_given_up(one) and one.url.id in before]
    if lost:
        insert_new(connection, GONE, [{"url_id": number} for number in sorted(lost)])
    back = [visit.url.id for visit in visits if visit.outcome in WELL and visit.url.id in gone]
    for is_one in among(connection, GONE.c.url_id, back):
        connection.execute(delete(GONE).where(is_one))


def _names(connection: Connection, visits: Sequence[Visited]) -> dict[int, str]:
    found: dict[int, str] = {}
    for is_one in among(connection, SOURCES.c.id, (visit.url.source_id for visit in visits)):
        query = select(SOURCES.c.id, SOURCES.c.name).where(is_one)
        found |= {row.id: row.name for row in connection.execute(query)}
    return found
