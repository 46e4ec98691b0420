"""Statements about many rows at once: with a server each costs a round trip, and its parameters more than its work."""

from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from typing import Any, Final, TypeVar

from sqlalchemy import Column, ColumnElement, Connection, Table, bindparam, func, select, update
from sqlalchemy.dialects import sqlite

from harvester.crawl.state.state_tables import URLS

_CHUNK: Final = 500  # values in one statement; old SQLite takes 999
_SET: Final = 20_000  # values in one array

T = TypeVar("T")


def chunks(values: Sequence[T], size: int = _CHUNK) -> Iterator[Sequence[T]]:
    """Yield `values` in pieces that fit into one statement."""
    return (values[at : at + size] for at in range(0, len(values), size))


def among(connection: Connection, column: Column[Any], values: Iterable[Any]) -> Iterator[ColumnElement[bool]]:
    """Yield conditions that are true for the rows with one of the values, each once: for as many statements.

    The values come in one order on all machines, so that they lock rows in one order.
    """
    ordered = sorted(set(values))
    if connection.dialect.name == "postgresql":  # one parameter, so one statement for any number
        from sqlalchemy.dialects import postgresql  # noqa: PLC0415 - most crawls keep their state in a file

        for some in chunks(ordered, _SET):
            yield column == func.any(bindparam(None, list(some), type_=postgresql.ARRAY(column.type)))
        return
    for some in chunks(ordered):
        yield column.in_(some)


def make_due(connection: Connection, which: ColumnElement[bool], now: int) -> set[int]:
    """Make the URLs for which `which` is true due now. Return the numbers of their hosts."""
    hosts = set(connection.execute(select(URLS.c.host_id).where(which).distinct()).scalars())
    if hosts:
        connection.execute(update(URLS).where(which).values(due_at=now))
    return hosts


def insert_new(connection: Connection, table: Table, rows: Collection[Mapping[str, Any]]) -> None:
    """Insert rows, all with the same columns; those that are there already are passed over."""
    if not rows:
        return
    if connection.dialect.name == "postgresql":
        for some in chunks(list(rows), _SET):
            connection.execute(_insert_arrays(table, some).on_conflict_do_nothing())
        return
    connection.execute(sqlite.insert(table).on_conflict_do_nothing(), list(rows))


def _insert_arrays(table: Table, rows: Sequence[Mapping[str, Any]]) -> Any:
    """Return an INSERT of an array a column: rows by themselves are as many messages to the server."""
    from sqlalchemy.dialects import postgresql  # noqa: PLC0415 - as above

    names = list(rows[0])
    columns = [table.c[name] for name in names]
    values = [[row[name] for row in rows] for name in names]
    arrays = [
        bindparam(None, some, type_=postgresql.ARRAY(column.type)) for column, some in zip(columns, values, strict=True)
    ]
    given = func.unnest(*arrays).table_valued(*names).render_derived()
    return postgresql.insert(table).from_select(names, select(*(given.c[name] for name in names)))
