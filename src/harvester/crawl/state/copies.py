"""URLs whose story is kept under another one: of what is said and what becomes of that one, they have their part."""

from collections.abc import Iterable, Sequence

from sqlalchemy import Connection, select

from harvester.crawl.failure_table import PARKED_AT
from harvester.crawl.state.bulk import among, make_due
from harvester.crawl.state.rows import LED_AWAY, NewUrl, Visited, hash_of, is_lost
from harvester.crawl.state.state_tables import HAS_SOURCE, URLS


def with_articles(connection: Connection, named: Sequence[tuple[int, NewUrl]]) -> list[tuple[int, NewUrl]]:
    """Return known URLs that lists name, by their hashes, and with each copy that they date the article it is of."""
    dated = {number: url for number, url in named if url.modified_at is not None}
    is_copy = URLS.c.article.is_not(None) & URLS.c.version.is_(None)
    articles = [
        (int(row.article), dated[row.hash])
        for is_one in among(connection, URLS.c.hash, dated)
        for row in connection.execute(select(URLS.c.hash, URLS.c.article).where(is_one, is_copy))
    ]
    return [*named, *articles]


def wake_copies(connection: Connection, visits: Iterable[Visited], now: int) -> set[int]:
    """Make the copies of articles due whose own addresses gave them up: one is what is left. Return their hosts.

    So are those of a text that was no article, but a notice that stood in place of all: another text is there now.
    """
    left = [visit for visit in visits if visit.url.memory.version is not None and _is_left(visit)]
    names = (visit.url.memory.article or hash_of(visit.url.url) for visit in left)
    woken: set[int] = set()
    for is_one in among(connection, URLS.c.article, names):
        is_copy = is_one & URLS.c.version.is_(None) & (URLS.c.failures < PARKED_AT)
        rests = is_copy & URLS.c.due_at.is_(None) & URLS.c.interval_s.is_(None) & HAS_SOURCE
        woken |= make_due(connection, rests, now)
    return woken


def _is_left(visit: Visited) -> bool:
    return visit.is_other or visit.outcome in LED_AWAY or is_lost(visit.outcome, visit.plan.history.failures)
