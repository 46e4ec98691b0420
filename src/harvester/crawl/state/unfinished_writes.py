"""Articles that a run was about to replace: who comes after it visits them again as if for the first time.

A run may be suspended between its last look at its leases and the moment when a file takes the place of another. What
it was about to write is written down before, and struck out with the visit. As long as it is there, the page is asked
for without validators, and its article is compared with what is on disk. The order of writing that this is a part of
is in `crawl/crash_safe_writer.py`.
"""

from collections.abc import Collection, Sequence

from sqlalchemy import Connection, Select, delete, select, update

from harvester.crawl.state.bulk import among, insert_new
from harvester.crawl.state.state_tables import TOUCHED, URLS
from harvester.crawl.state.url_rows import set_due


def touch(connection: Connection, owner: str, urls: Sequence[int]) -> None:
    """Write down that the articles of some URLs are about to be written."""
    rows = [{"url_id": url, "owner": owner} for url in sorted(urls)]
    insert_new(connection, TOUCHED, rows)


def settle(connection: Connection, owner: str, urls: Sequence[int]) -> None:
    """Strike out what is written; what another run was about to write there stays."""
    for is_one in among(connection, TOUCHED.c.url_id, urls):
        connection.execute(delete(TOUCHED).where(is_one, TOUCHED.c.owner == owner))


def wake_touched(connection: Connection, hosts: Collection[int], now: int) -> None:
    """Make due what was about to be written on hosts whose owner is lost."""
    for is_one in among(connection, URLS.c.host_id, hosts):
        theirs = is_one & URLS.c.id.in_(select(TOUCHED.c.url_id))
        connection.execute(update(URLS).where(theirs).values(due_at=now))


def disown(connection: Connection, owners: Select[tuple[str]] | Sequence[str] | None, now: int) -> None:
    """Make due, without validators, what owners were about to write that write no more; None: all of them."""
    theirs = select(TOUCHED.c.url_id)
    if owners is not None:
        theirs = theirs.where(TOUCHED.c.owner.in_(owners))
    found = connection.execute(select(URLS.c.id, URLS.c.host_id).where(URLS.c.id.in_(theirs))).all()
    for is_one in among(connection, URLS.c.id, (row.id for row in found)):
        fresh = update(URLS).where(is_one)
        connection.execute(fresh.values(due_at=now, validator=None, digest=None))
    set_due(connection, [row.host_id for row in found])
    struck = delete(TOUCHED)
    connection.execute(struck if owners is None else struck.where(TOUCHED.c.owner.in_(owners)))
