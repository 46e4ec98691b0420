"""Carries changed settings of sources to the URLs that are known already."""

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Final

from sqlalchemy import Connection, Row, Select, bindparam, delete, select, update

from harvester.crawl.failure_table import PARKED_AT
from harvester.crawl.schedule import UrlKind
from harvester.crawl.state.bulk import among
from harvester.crawl.state.rows import url_from
from harvester.crawl.state.state_tables import HOSTS, SOURCES, TROUBLES, URLS
from harvester.crawl.state.url_rows import set_due

_ROWS: Final = 1_000  # read at a time: a source may have a million URLs


@dataclass(frozen=True, slots=True)
class UrlChoice:
    """Which URLs a source wants."""

    source_id: int
    digest: int  # of the settings that decide it
    wants: Callable[[str, UrlKind], bool]  # of a checked URL


@dataclass(slots=True)
class _Turns:
    """What becomes of the URLs of sources whose settings changed; by id."""

    resting: list[int]
    due: list[int]
    unread: list[int]  # listings: read when their turn comes, whether they changed or not
    hosts: set[int]

    def rest(self, row: Row[Any]) -> None:
        """Let a URL rest."""
        self.resting.append(row.id)
        self.hosts.add(row.host_id)

    def wake(self, row: Row[Any]) -> None:
        """Make a URL due."""
        self.due.append(row.id)
        self.hosts.add(row.host_id)


def apply_choices(connection: Connection, choices: Sequence[UrlChoice], now: int) -> None:
    """Let rest what a source wants no more, and make due what it may want now, where its settings changed.

    That is: its listings, which are read anew, and its pages that were never visited. What was given up stays so.
    """
    applied = {row.id: row.choice for row in connection.execute(select(SOURCES.c.id, SOURCES.c.choice))}
    changed = {choice.source_id: choice for choice in choices if applied.get(choice.source_id) != choice.digest}
    if not changed:
        return
    turns = _Turns([], [], [], set())
    for row in _urls_of(connection, sorted(changed)):
        _sort_out(row, changed[row.source_id], turns, now)
    _set(connection, turns.resting, {"due_at": None})
    for is_one in among(connection, TROUBLES.c.place, turns.resting):  # what nobody wants is nobody's trouble
        connection.execute(delete(TROUBLES).where(TROUBLES.c.source_id.in_(changed), is_one))
    _set(connection, turns.due, {"due_at": now})
    _set(connection, turns.unread, {"digest": None, "validator": None})
    set_due(connection, turns.hosts)
    statement = update(SOURCES).where(SOURCES.c.id == bindparam("b_id")).values(choice=bindparam("b_choice"))
    rows = [{"b_id": number, "b_choice": choice.digest} for number, choice in sorted(changed.items())]
    connection.execute(statement, rows)


def _urls_of(connection: Connection, sources: Sequence[int]) -> Iterator[Row[Any]]:
    columns = (URLS.c.id, URLS.c.host_id, URLS.c.source_id, URLS.c.kind, URLS.c.target, URLS.c.due_at)
    is_read = (URLS.c.digest.is_not(None) | URLS.c.validator.is_not(None)).label("is_read")
    for is_one in among(connection, URLS.c.source_id, sources):
        query: Select[Any] = (
            select(*columns, URLS.c.visited_at, URLS.c.failures, is_read, HOSTS.c.name.label("host"))
            .join(HOSTS, HOSTS.c.id == URLS.c.host_id)
            .where(is_one)
        )
        yield from connection.execute(query.execution_options(yield_per=_ROWS))


def _sort_out(row: Row[Any], choice: UrlChoice, turns: _Turns, now: int) -> None:
    """Note what becomes of a URL; of one that is as it shall be, as those of a new source are, nothing."""
    kind = UrlKind(row.kind)
    is_new_page = row.due_at is None and row.visited_at is None
    if kind is not UrlKind.PAGE and row.is_read:
        turns.unread.append(row.id)
    if not choice.wants(url_from(row.host, row.target), kind):
        if row.due_at is not None:
            turns.rest(row)
    elif row.failures < PARKED_AT and (is_new_page or kind is not UrlKind.PAGE) and not _is_due(row, now):
        turns.wake(row)


def _is_due(row: Row[Any], now: int) -> bool:
    return row.due_at is not None and row.due_at <= now


def _set(connection: Connection, ids: Sequence[int], values: Mapping[str, int | None]) -> None:
    for is_one in among(connection, URLS.c.id, ids):
        connection.execute(update(URLS).where(is_one).values(**values))
