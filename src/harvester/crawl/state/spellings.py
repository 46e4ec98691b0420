"""URLs of a state whose hash was one for each spelling of their address: the hash becomes that of all spellings."""

from collections.abc import Sequence
from typing import Any, Final

from sqlalchemy import Connection, Row, bindparam, select, update

from harvester.crawl.state.bulk import among
from harvester.crawl.state.rows import hash_of, url_from
from harvester.crawl.state.state_tables import HOSTS, URLS

_ROWS_AT_ONCE: Final = 10_000


def hash_spellings_alike(connection: Connection) -> None:
    """Give each URL the hash of all its spellings; its article keeps its name.

    Of two that are spellings of one address, the one that is known by the new hash, or the earlier one, has it. The
    other keeps its own, to which no link leads any more.
    """
    query = (
        select(URLS.c.id, URLS.c.hash, URLS.c.target, URLS.c.article, URLS.c.version, HOSTS.c.name)
        .join(HOSTS, HOSTS.c.id == URLS.c.host_id)
        .where(URLS.c.target.contains("%", autoescape=True) | URLS.c.target.endswith("?"))
        .order_by(URLS.c.id)
        .limit(_ROWS_AT_ONCE)
    )
    last = 0
    while rows := list[Row[Any]](connection.execute(query.where(URLS.c.id > last))):
        _hash_anew(connection, rows)
        last = rows[-1].id


def _hash_anew(connection: Connection, rows: Sequence[Row[Any]]) -> None:
    hashes = {row: hash_of(url_from(row.name, row.target)) for row in rows}
    changed = {row: number for row, number in hashes.items() if number != row.hash}
    taken: set[int] = set()
    for is_one in among(connection, URLS.c.hash, changed.values()):
        taken |= set(connection.execute(select(URLS.c.hash).where(is_one)).scalars())
    values = []
    for row, number in changed.items():
        # The spelling without the hash would write an article by the name of the other's, whose number is the hash.
        has_name = row.version is not None or number in taken
        article = row.hash if has_name and row.article is None else row.article
        values.append({"b_id": row.id, "b_hash": row.hash if number in taken else number, "b_article": article})
        taken.add(number)
    if values:
        statement = update(URLS).where(URLS.c.id == bindparam("b_id"))
        connection.execute(statement.values(hash=bindparam("b_hash"), article=bindparam("b_article")), values)
