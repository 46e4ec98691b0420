"""The tables as they are now; migrations.py makes them, and a test compares the two."""

from typing import Final

from sqlalchemy import Column, Double, LargeBinary, MetaData, Table, exists

from harvester.crawl.state.columns import BigInteger, Integer, SmallInteger, Text  # take any value

METADATA: Final = MetaData()

SOURCES: Final = Table(
    "sources",
    METADATA,
    Column("id", BigInteger, primary_key=True),
    Column("name", Text, nullable=False),
    Column("active", SmallInteger, nullable=False),
    Column("shape", Text),  # what was learned of its URLs
    Column("choice", BigInteger),  # digest of the settings by which it wants URLs; NULL: not applied yet
)
HOSTS: Final = Table(
    "hosts",
    METADATA,
    Column("id", BigInteger, primary_key=True),
    Column("name", Text, nullable=False),
    Column("due_at", BigInteger),  # the earliest of its URLs; NULL: none
    Column("blocked_until", Double, nullable=False),  # the next request may start then
    Column("pause_s", Double),  # NULL: never asked
    Column("lease_by", Text),
    Column("lease_until", Double),
    Column("lease_no", BigInteger, nullable=False, default=0),  # grows with each lease: one that was lost is known
    Column("lease_at", Double),  # since when
    Column("facts", Text),  # JSON: how it answers what is not there, what its files reserve
)
ROBOTS: Final = Table(
    "robots",
    METADATA,
    Column("origin", Text, primary_key=True),
    Column("host_id", BigInteger, nullable=False),
    Column("fetched_at", BigInteger, nullable=False),
    Column("status", SmallInteger),  # NULL: no answer
    Column("body", LargeBinary, nullable=False),
)
URLS: Final = Table(
    "urls",
    METADATA,
    Column("id", BigInteger, primary_key=True),
    Column("hash", BigInteger, nullable=False),  # 64 bits of the URL's SHA-256; an article's id is the same in hex
    Column("host_id", BigInteger, nullable=False),
    Column("source_id", BigInteger, nullable=False),
    Column("kind", SmallInteger, nullable=False),
    # Of a sitemap below the first; and 16 for each redirect from host to host.
    Column("depth", SmallInteger, nullable=False),
    Column("target", Text, nullable=False),  # "/path" of "https://HOST/path", else the whole URL
    Column("seen_at", BigInteger, nullable=False),
    Column("due_at", BigInteger),  # NULL: not again by itself
    Column("visited_at", BigInteger),
    Column("interval_s", Integer),
    Column("polls", SmallInteger, nullable=False),
    Column("failures", SmallInteger, nullable=False),  # halves
    Column("outcome", Text),
    Column("evidence", Text),  # of what is not well
    Column("validator", Text),  # ETag, or else Last-Modified
    Column("digest", BigInteger),  # 64 bits of the body's SHA-256
    Column("story", BigInteger),  # the text's simhash
    Column("article", BigInteger),  # hash that names the article, where it is not this URL's own
    Column("version", SmallInteger),  # of the article
    Column("paused_at", BigInteger),  # due_at, while no source names it
)
TOUCHED: Final = Table(
    "touched",  # articles that a run is about to replace: until it says that it has, nobody knows what is there
    METADATA,
    Column("url_id", BigInteger, primary_key=True),
    Column("owner", Text, primary_key=True),
)
CHANGES: Final = Table(
    "changes",  # of articles; each goes when its line is in the list
    METADATA,
    Column("id", BigInteger, primary_key=True),
    Column("seq", BigInteger),  # number of its line; NULL: not given yet
    Column("at", BigInteger, nullable=False),
    Column("entry", Text, nullable=False),  # JSON
)
GONE: Final = Table(
    "gone",  # articles that were handed on as gone
    METADATA,
    Column("url_id", BigInteger, primary_key=True),
)
BANDS: Final = Table(
    "bands",
    METADATA,
    Column("band", BigInteger, primary_key=True),
    Column("url_id", BigInteger, primary_key=True),
)
MARKS: Final = Table(
    "marks",  # what the whole crawl has one of
    METADATA,
    Column("name", Text, primary_key=True),
    Column("value", Text, nullable=False),
)
RUNS: Final = Table(
    "runs",
    METADATA,
    Column("id", BigInteger, primary_key=True),
    Column("owner", Text, nullable=False),
    Column("began_at", BigInteger, nullable=False),
    Column("ended_at", BigInteger),  # NULL: still running, or killed
    Column("ended_by", Text),  # "done", "held", "limit", "stopped", "disk_full", "overlap"
    Column("visits", BigInteger, nullable=False),
    Column("failed", BigInteger, nullable=False),
    Column("machine", Text),
    Column("sources", BigInteger),  # digest of its sources
    Column("seen_at", BigInteger),  # it was alive then
)
DAYS: Final = Table(
    "days",  # what each source brought, a day a row: nothing of a million URLs is counted to see how a source does
    METADATA,
    Column("source_id", BigInteger, primary_key=True),
    Column("day", BigInteger, primary_key=True),  # days since 1970, UTC
    Column("visits", BigInteger, nullable=False),
    Column("failed", BigInteger, nullable=False),
    Column("articles", BigInteger, nullable=False),  # new ones
    Column("versions", BigInteger, nullable=False),  # of known ones
    Column("measured", BigInteger, nullable=False),  # texts that the next three are sums of
    Column("chars", BigInteger, nullable=False),
    Column("confidence", BigInteger, nullable=False),  # thousandths
    Column("alike", BigInteger, nullable=False),  # texts that are nearly the same as another one shortly before
)
FIGURES: Final = Table(
    "figures",  # of the last texts of each source
    METADATA,
    Column("id", BigInteger, primary_key=True),
    Column("source_id", BigInteger, nullable=False),
    Column("at", BigInteger, nullable=False),
    Column("chars", Integer, nullable=False),
    Column("confidence", SmallInteger, nullable=False),  # thousandths
    Column("text", BigInteger, nullable=False),  # simhash; of a text too short for one a digest
    Column("url_id", BigInteger, nullable=False),
)
TROUBLES: Final = Table(
    "troubles",  # what fails at a source since it was well the last time
    METADATA,
    Column("source_id", BigInteger, primary_key=True),
    Column("place", BigInteger, primary_key=True),  # id of the list's URL; 0: its pages
    Column("outcome", Text, primary_key=True),
    Column("url_id", BigInteger, nullable=False),  # where it was met last
    Column("since", BigInteger, nullable=False),
    Column("at", BigInteger, nullable=False),
    Column("visits", BigInteger, nullable=False),
    Column("evidence", Text),
)
HEALTH: Final = Table(
    "health",  # how each source does; what is usual is counted once a day
    METADATA,
    Column("source_id", BigInteger, primary_key=True),
    Column("good_at", BigInteger),  # the last visit that went well
    Column("listed_at", BigInteger),  # of a list
    Column("article_at", BigInteger),  # the last new article
    Column("counted_on", BigInteger),  # day of what is usual
    Column("usual", Text),  # JSON
    Column("recent", Text),  # JSON: its last texts
)
ADDRESSES: Final = Table(
    "addresses",  # of articles, beside the URL that is visited
    METADATA,
    Column("hash", BigInteger, primary_key=True),  # as that of a URL
    Column("url_id", BigInteger, primary_key=True),
)
FIELDS: Final = Table(
    "fields",  # of the queries of each host: those that say nothing, and those that may
    METADATA,
    Column("id", BigInteger, primary_key=True),  # digest of host and name
    Column("host_id", BigInteger, nullable=False),
    Column("name", Text, nullable=False),  # "": all of the query
    Column("addresses", BigInteger, nullable=False),  # with one text under several values; and days
    Column("other_at", BigInteger),  # when two values had two texts, the last time
    Column("since", BigInteger),  # it says nothing; NULL: nobody knows that
    Column("tried_at", BigInteger),  # when a link that it would leave out was visited, or counted
    Column("left_out", BigInteger, nullable=False),  # links
)
FIELD_TEXTS: Final = Table(
    "field_texts",  # of addresses without one of their fields
    METADATA,
    Column("key", BigInteger, primary_key=True),  # digest of the field's name and that address
    Column("field_id", BigInteger, nullable=False),
    Column("text", BigInteger, nullable=False),  # digest
    Column("url_id", BigInteger, nullable=False),  # by which it came
    Column("is_sure", SmallInteger, nullable=False),  # it came by another value, too
)

# Of a URL: what becomes due without one is visited by nobody, and due for ever.
HAS_SOURCE: Final = exists().where(SOURCES.c.id == URLS.c.source_id, SOURCES.c.active == 1)
