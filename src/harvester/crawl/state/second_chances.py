"""Pages that were given up, and that lists name still: what is missing for a night need not be missing for ever.

Of a site that answers 404, or a notice, for some hours, all is given up that it published meanwhile: three such answers
are enough. A few requests a page bring it back; nobody asks for ever.
"""

from collections.abc import Sequence
from typing import Final

from sqlalchemy import Connection

from harvester.crawl.failure_table import PARKED_AT, final_outcomes
from harvester.crawl.schedule import DAY_S, UrlKind
from harvester.crawl.state.bulk import among, make_due
from harvester.crawl.state.rows import NOT_THERE
from harvester.crawl.state.state_tables import HAS_SOURCE, URLS

_EVERY_S: Final = DAY_S
# From when it was found, which is a month for an article that was there; those rest by themselves after a week or two.
_FOR_S: Final = 7 * DAY_S
_ARTICLE_FOR_S: Final = 30 * DAY_S


def wake_given_up(connection: Connection, hashes: Sequence[int], now: int) -> set[int]:
    """Make pages due that were given up: those found lately, and articles that were there. Return hosts.

    An article is asked for once a day; other pages at doubled distances, since most are no article, and home pages name
    them for ever. `hashes` are of URLs that a list names which is no archive.
    """
    is_doubled = now - URLS.c.visited_at >= URLS.c.visited_at - URLS.c.seen_at
    is_lately = (URLS.c.seen_at > now - _FOR_S) & is_doubled & URLS.c.outcome.not_in(sorted(final_outcomes()))
    was_there = (
        URLS.c.version.is_not(None) & URLS.c.outcome.in_(sorted(NOT_THERE)) & (URLS.c.seen_at > now - _ARTICLE_FOR_S)
    )
    is_given_up = URLS.c.due_at.is_(None) & (URLS.c.failures >= PARKED_AT) & (URLS.c.kind == int(UrlKind.PAGE))
    is_ripe = is_given_up & (URLS.c.visited_at <= now - _EVERY_S) & (is_lately | was_there) & HAS_SOURCE
    woken: set[int] = set()
    for is_one in among(connection, URLS.c.hash, hashes):
        woken |= make_due(connection, is_one & is_ripe, now)
    return woken
