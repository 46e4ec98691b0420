"""Carries changed settings of sources to the URLs that are known already."""

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Final

from sqlalchemy import Connection, Row, Select, bindparam, delete, select, update

from harvester.crawl.schedule import PARKED_AT, Kind
from harvester.crawl.state.rows import url_from
from harvester.crawl.state.schema import HOSTS, SOURCES, TROUBLES, URLS
from harvester.crawl.state.urls import chunks, set_due

_ROWS: Final = 1_000  # read at a time: a source may have a million URLs


@dataclass(frozen=True, slots=True)
class Choice:
    """Which URLs a source wants."""

    source_id: int
    digest: int  # of the settings that say so
    wants: Callable[[str, Kind], bool]  # of a checked URL


@dataclass(slots=True)
class _Turns:
    """What becomes of the URLs of sources whose settings changed; by id."""

    resting: list[int]
    due: list[int]
    unread: list[int]  # listings: read when their turn comes, whether they changed or not
    hosts: set[int]


def apply_choices(connection: Connection, choices: Sequence[Choice], now: int) -> None:
    """Let rest what a source wants no more, and make due what it may want now, where its settings changed.

    That is: its listings, which are read anew, and its pages that were never visited. What was given up stays so.
    """
    applied = {row.id: row.choice for row in connection.execute(select(SOURCES.c.id, SOURCES.c.choice))}
    changed = {choice.source_id: choice for choice in choices if applied.get(choice.source_id) != choice.digest}
    if not changed:
        return
    turns = _Turns([], [], [], set())
    for row in _urls_of(connection, sorted(changed)):
        _sort_out(row, changed[row.source_id], turns)
    _set(connection, turns.resting, {"due_at": None})
    for some in chunks(sorted(turns.resting)):  # what nobody wants is nobody's trouble
        connection.execute(delete(TROUBLES).where(TROUBLES.c.source_id.in_(changed), TROUBLES.c.place.in_(some)))
    _set(connection, turns.due, {"due_at": now})
    _set(connection, turns.unread, {"digest": None, "validator": None})
    set_due(connection, turns.hosts)
    statement = update(SOURCES).where(SOURCES.c.id == bindparam("b_id")).values(choice=bindparam("b_choice"))
    rows = [{"b_id": number, "b_choice": choice.digest} for number, choice in sorted(changed.items())]
    connection.execute(statement, rows)


def _urls_of(connection: Connection, sources: Sequence[int]) -> Iterator[Row[Any]]:
    columns = (URLS.c.id, URLS.c.host_id, URLS.c.source_id, URLS.c.kind, URLS.c.target, URLS.c.due_at)
    for some in chunks(sources):
        query: Select[Any] = (
            select(*columns, URLS.c.visited_at, URLS.c.failures, HOSTS.c.name.label("host"))
            .join(HOSTS, HOSTS.c.id == URLS.c.host_id)
            .where(URLS.c.source_id.in_(some))
        )
        yield from connection.execute(query.execution_options(yield_per=_ROWS))


def _sort_out(row: Row[Any], choice: Choice, turns: _Turns) -> None:
    kind = Kind(row.kind)
    is_new_page = row.due_at is None and row.visited_at is None
    if kind is not Kind.PAGE:
        turns.unread.append(row.id)
    if not choice.wants(url_from(row.host, row.target), kind):
        turns.resting.append(row.id)
    elif row.failures < PARKED_AT and (is_new_page or kind is not Kind.PAGE):
        turns.due.append(row.id)
    turns.hosts.add(row.host_id)


def _set(connection: Connection, ids: Sequence[int], values: Mapping[str, int | None]) -> None:
    for some in chunks(sorted(ids)):  # one order for all machines: fewer deadlocks
        connection.execute(update(URLS).where(URLS.c.id.in_(some)).values(**values))
