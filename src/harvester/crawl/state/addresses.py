"""Addresses of articles beside the URL that is visited: after redirects, canonical, or where the page was before."""

from collections.abc import Sequence
from typing import Final

from sqlalchemy import Connection, select

from harvester.crawl.state.bulk import among, insert_new
from harvester.crawl.state.rows import Visited, digest_of, hash_of
from harvester.crawl.state.state_tables import ADDRESSES, URLS

_MAX_LEADS: Final = 20  # URLs that one address leads to; a site may call all its pages by one


def keep_addresses(connection: Connection, visits: Sequence[Visited]) -> None:
    """Write down by what addresses articles may be looked for."""
    rows = {(hash_of(url), visit.url.id) for visit in visits for url in visit.addresses}
    moved = {hash_of(visit.moved_to): visit.url.url for visit in visits if visit.moved_to is not None}
    for is_one in among(connection, URLS.c.hash, moved):
        query = select(URLS.c.id, URLS.c.hash).where(is_one)
        rows |= {(hash_of(moved[row.hash]), row.id) for row in connection.execute(query)}
    insert_new(connection, ADDRESSES, [{"hash": number, "url_id": url} for number, url in sorted(rows)])


def led_to(connection: Connection, url: str) -> list[int]:
    """Return the ids of the URLs whose article has a checked URL among its addresses, the latest first."""
    spellings = {hash_of(url), digest_of(url.encode())}  # an earlier harvester kept them as they were written
    query = select(ADDRESSES.c.url_id).where(ADDRESSES.c.hash.in_(spellings))
    return list(connection.execute(query.order_by(ADDRESSES.c.url_id.desc()).limit(_MAX_LEADS)).scalars())
