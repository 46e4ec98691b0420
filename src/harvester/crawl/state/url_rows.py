"""URLs: the seen-set, what is due, what a visit left behind."""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import replace
from typing import Any, Final

from sqlalchemy import (
    ColumnElement,
    Connection,
    Row,
    Select,
    bindparam,
    delete,
    exists,
    func,
    select,
    true,
    update,
)

from harvester.crawl.failure_table import PARKED_AT
from harvester.crawl.reposts import MAX_SHARING, PARAGRAPH_KEY
from harvester.crawl.schedule import DAY_S, FIRST_REVISIT_S, HOUR_S, MIN_INTERVAL_S, SETTLED, UrlKind, VisitHistory
from harvester.crawl.state.bulk import among, insert_new, make_due
from harvester.crawl.state.copies import wake_copies, with_articles
from harvester.crawl.state.rows import (
    NOT_THERE,
    Added,
    KnownUrl,
    LeaseLimits,
    NewUrl,
    Remembered,
    Story,
    Visited,
    hash_of,
    target_from,
    url_from,
)
from harvester.crawl.state.second_chances import wake_given_up
from harvester.crawl.state.silent_fields import leave_out, told_with
from harvester.crawl.state.state_tables import BANDS, HAS_SOURCE, HOSTS, TOUCHED, TROUBLES, URLS
from harvester.urls import host_of

_HOP: Final = 16  # in the column of the depth, which is 3 at most
_MAX_EVIDENCE_CHARS: Final = 120  # the whole of it went out with the outcome

# What sitemaps name and do not date of these days is taken for an archive, and becomes due as if it had been found that
# long ago: before it come lists that were not read yet, and the news that they named a moment ago.
_ARCHIVE_AGE_S: Final = HOUR_S
_NEWS_AGE_S: Final = 2 * DAY_S  # as Google takes entries of news sitemaps

Due = Mapping[int, tuple[KnownUrl, ...]]  # by host


def add_urls(connection: Connection, new: Iterable[NewUrl], now: int, sitemap_room: int | None = None) -> Added:
    """Add the URLs that are not known, due now, at most `sitemap_room` sitemaps of them, the first ones.

    A known one that was modified since it was visited becomes due, and so does a listing that rests without having
    failed: its source wants it again. So does, from time to time, a page of these days that was given up.
    """
    urls = tuple(new)
    rooms = {} if sitemap_room is None else {url.source_id: sitemap_room for url in urls}
    return add_each(connection, [urls], now, rooms)[0]


def add_each(
    connection: Connection, groups: Sequence[Sequence[NewUrl]], now: int, rooms: Mapping[int, int]
) -> tuple[Added, ...]:
    """Add groups of URLs as `add_urls` does one; return what became of each group.

    What two of them name counts for the first. `rooms`: how many sitemaps of a source may be added; else there is no
    limit.
    """
    by_hash = [{hash_of(url.url): url for url in group} for group in groups]
    named = {number: url for group in reversed(by_hash) for number, url in group.items()}
    known = _known_hashes(connection, tuple(named))
    silent = leave_out(connection, {number: url for number, url in named.items() if number not in known}, now)
    again = [
        (silent[number].known if number in silent else number, group[number])
        for group in by_hash
        for number in group.keys() & (known | silent.keys())
    ]
    _wake(connection, with_articles(connection, again), now)
    _wake_listings(connection, again, now)
    set_due(connection, wake_given_up(connection, [number for number, url in again if not _is_old(url, now)], now))
    missing: dict[int, NewUrl] = {}
    left = dict(rooms)
    added = tuple(_taken(group, known | silent.keys(), missing, left) for group in by_hash)
    names = {number: host_of(url.url) for number, url in missing.items()}
    hosts = host_ids(connection, names.values())
    rows = [_new_row(number, url, hosts[names[number]], now) for number, url in sorted(missing.items())]
    insert_new(connection, URLS, rows)
    _bring_forward(connection, hosts.values(), now)
    return told_with(added, by_hash, silent)


def _taken(
    group: Mapping[int, NewUrl], known: frozenset[int], missing: dict[int, NewUrl], rooms: dict[int, int]
) -> Added:
    """Add to `missing` what is not known of a group; return what became of it. Takes from the rooms for sitemaps."""
    found = sitemaps = left = 0
    for number, url in group.items():
        if number in known or number in missing:
            continue
        if url.kind is UrlKind.SITEMAP and rooms.get(url.source_id, 1) <= 0:
            left += 1
            continue
        if url.kind is UrlKind.SITEMAP:
            sitemaps += 1
            if url.source_id in rooms:
                rooms[url.source_id] -= 1
        missing[number] = url
        found += 1
    return Added(found, sitemaps, left)


def seed_urls(connection: Connection, seeds: Sequence[NewUrl], now: int) -> None:
    """Add the URLs that the sources file names; those that rest for another reason than failures become due."""
    add_urls(connection, seeds, now)
    _take_over(connection, seeds, now)
    for is_named in among(connection, URLS.c.hash, (hash_of(url.url) for url in seeds)):
        rests = is_named & URLS.c.due_at.is_(None) & (URLS.c.failures < PARKED_AT)
        if hosts := make_due(connection, rests, now):
            _bring_forward(connection, hosts, now)


def due_urls(connection: Connection, hosts: Mapping[int, str], now: float, wanted: LeaseLimits) -> Due:
    """Return, by host, what is wanted of its URLs that are due, the latest first; `hosts` are names by number.

    So an archive of 50,000 pages, once discovered, never holds up the news of the day.
    """
    found: dict[int, list[KnownUrl]] = {host: [] for host in hosts}
    for query, values in _due_queries(connection, sorted(hosts), int(now), wanted) if wanted.limit else ():
        for row in connection.execute(query, values):
            url = _known(row, hosts[row.host_id])
            found[row.host_id].append(_unsure(url) if row.is_touched else url)
    return {host: tuple(urls) for host, urls in found.items()}


def _due_queries(
    connection: Connection, hosts: Sequence[int], now: int, wanted: LeaseLimits
) -> Iterator[tuple[Select[Any], Mapping[str, int]]]:
    """Yield the queries that bring the URLs, with their values: with a server, where each costs a round trip, one."""
    if connection.dialect.name != "postgresql":
        of_host = _due_query(wanted, URLS.c.host_id == bindparam("b_host"), now)
        yield from ((of_host, {"b_host": host}) for host in hosts)
        return
    for is_one in among(connection, HOSTS.c.id, hosts):
        of_one = _due_query(wanted, URLS.c.host_id == HOSTS.c.id, now).correlate(HOSTS).lateral()
        yield select(of_one).select_from(HOSTS).join(of_one, true()).where(is_one), {}


def _due_query(wanted: LeaseLimits, is_there: ColumnElement[bool], now: int) -> Select[Any]:
    is_touched = exists().where(TOUCHED.c.url_id == URLS.c.id).label("is_touched")
    query = select(URLS, is_touched).where(is_there, URLS.c.due_at <= now)
    if wanted.spent:
        # Numbers written out: of 100,000 sources more may be spent than a statement takes parameters.
        spent = sorted(wanted.spent)
        query = query.where(URLS.c.source_id.not_in(bindparam("spent", spent, expanding=True, literal_execute=True)))
    return query.order_by(URLS.c.due_at.desc()).limit(wanted.limit)


def known_url(connection: Connection, url: str) -> KnownUrl | None:
    """Return a checked URL as `due_urls` would, due or not; None: it is not known."""
    is_touched = exists().where(TOUCHED.c.url_id == URLS.c.id).label("is_touched")
    query = select(URLS, HOSTS.c.name.label("host"), is_touched).join(HOSTS, HOSTS.c.id == URLS.c.host_id)
    row = connection.execute(query.where(URLS.c.hash == hash_of(url))).first()
    if row is None:
        return None
    known = _known(row, row.host)
    return _unsure(known) if row.is_touched else known


def finish_urls(connection: Connection, visits: Sequence[Visited], now: int) -> None:
    """Write down what visits left behind."""
    if not visits:
        return
    columns = [name for name in _finished_row(visits[0], now) if name != "b_id"]
    statement = update(URLS).where(URLS.c.id == bindparam("b_id")).values({name: bindparam(name) for name in columns})
    ordered = sorted(visits, key=lambda visit: visit.url.id)  # one order for all machines: no deadlocks
    connection.execute(statement, [_finished_row(visit, now) for visit in ordered])
    hosts = wake_copies(connection, visits, now)
    set_due(connection, {visit.url.host_id for visit in visits} | hosts)


def announce_stories(connection: Connection, stories: Sequence[Story]) -> None:
    """Write down by what stories are found, and where their articles are to be."""
    ordered = sorted(stories, key=lambda story: story.url.id)
    places = [{"b_id": story.url.id, "b_article": story.article} for story in ordered if story.article is not None]
    if places:
        statement = update(URLS).where(URLS.c.id == bindparam("b_id")).values(article=bindparam("b_article"))
        connection.execute(statement, places)
    bands = [{"band": band, "url_id": story.url.id} for story in ordered for band in story.bands]
    insert_new(connection, BANDS, bands)


def article_owners(connection: Connection, articles: Sequence[int]) -> dict[int, list[int]]:
    """Return, by the hash that names an article, the numbers of the URLs that it was written for.

    Not of those that were given up because it is not there any more: it may be written for another one.
    """
    found: dict[int, list[int]] = {}
    is_lost = URLS.c.outcome.in_(NOT_THERE) & (URLS.c.failures >= PARKED_AT)
    is_written = URLS.c.version.is_not(None) & ~func.coalesce(is_lost, False)
    for column, is_named in ((URLS.c.article, is_written), (URLS.c.hash, is_written & URLS.c.article.is_(None))):
        for is_one in among(connection, column, articles):
            query = select(column, URLS.c.id).where(is_one, is_named).order_by(URLS.c.id)
            for number, url in connection.execute(query):
                found.setdefault(number, []).append(url)
    return found


def similar_stories(connection: Connection, keys: Sequence[int]) -> dict[int, list[KnownUrl]]:
    """Return, by key, the URLs whose story has it; none for a paragraph that more than `MAX_SHARING` stories share."""
    found: dict[int, list[KnownUrl]] = {}
    selective = (BANDS.c.band < PARAGRAPH_KEY) | (func.count() <= MAX_SHARING)
    for is_one in among(connection, BANDS.c.band, keys):
        bands = select(BANDS.c.band).where(is_one).group_by(BANDS.c.band).having(selective)
        query = (
            select(URLS, HOSTS.c.name.label("host"), BANDS.c.band)
            .join(BANDS, BANDS.c.url_id == URLS.c.id)
            .join(HOSTS, HOSTS.c.id == URLS.c.host_id)
            .where(BANDS.c.band.in_(bands))
            .order_by(URLS.c.id)
        )
        for row in connection.execute(query):
            found.setdefault(row.band, []).append(_known(row, row.host))
    return found


def host_ids(connection: Connection, names: Iterable[str]) -> dict[str, int]:
    """Return the number of each host, which is added where it is not known."""
    wanted = sorted(set(names))
    rows = [{"name": name, "blocked_until": 0.0, "lease_no": 0} for name in wanted]
    found: dict[str, int] = {}
    for is_one in among(connection, HOSTS.c.name, wanted):
        query = select(HOSTS.c.name, HOSTS.c.id).where(is_one)
        found |= {row.name: row.id for row in connection.execute(query)}
    missing = [row for row in rows if row["name"] not in found]
    if not missing:
        return found
    insert_new(connection, HOSTS, missing)
    return found | host_ids(connection, [str(row["name"]) for row in missing])


def set_due(connection: Connection, hosts: Iterable[int]) -> None:
    """Set when each host has something due: the earliest of its URLs."""
    earliest = select(func.min(URLS.c.due_at)).where(URLS.c.host_id == HOSTS.c.id, URLS.c.due_at.is_not(None))
    for is_one in among(connection, HOSTS.c.id, hosts):
        connection.execute(update(HOSTS).where(is_one).values(due_at=earliest.scalar_subquery()))


def _bring_forward(connection: Connection, hosts: Iterable[int], now: int) -> None:
    """Set that hosts have something due by now, as `set_due` would where a URL of each became due at that time."""
    is_later = HOSTS.c.due_at.is_(None) | (HOSTS.c.due_at > now)
    for is_one in among(connection, HOSTS.c.id, hosts):
        connection.execute(update(HOSTS).where(is_one & is_later).values(due_at=now))


def _known_hashes(connection: Connection, hashes: Sequence[int]) -> frozenset[int]:
    found: set[int] = set()
    for is_one in among(connection, URLS.c.hash, hashes):
        found |= set(connection.execute(select(URLS.c.hash).where(is_one)).scalars())
    return frozenset(found)


def _wake(connection: Connection, known: Iterable[tuple[int, NewUrl]], now: int) -> None:
    """Make those URLs due that by their listing were modified since; never those that were given up."""
    rows = [
        {"b_hash": number, "before": before}
        for number, url in known
        if url.modified_at is not None and (before := _out_of_date_before(url.modified_at, now)) is not None
    ]
    if not rows:
        return
    is_asleep = (func.coalesce(URLS.c.due_at, now + 1) > now) & (URLS.c.failures < PARKED_AT) & HAS_SOURCE
    is_old = (URLS.c.visited_at < bindparam("before")) & is_asleep
    statement = update(URLS).where(URLS.c.hash == bindparam("b_hash"), is_old).values(due_at=now)
    connection.execute(statement, rows)
    for is_one in among(connection, URLS.c.hash, (row["b_hash"] for row in rows)):
        hosts = connection.execute(select(URLS.c.host_id).where(is_one).distinct()).scalars()
        set_due(connection, hosts.all())


def _wake_listings(connection: Connection, known: Iterable[tuple[int, NewUrl]], now: int) -> None:
    named = {number: url for number, url in known if url.kind is not UrlKind.PAGE}
    for is_one in among(connection, URLS.c.hash, named):
        rests = is_one & URLS.c.due_at.is_(None) & (URLS.c.failures < PARKED_AT)
        query = select(URLS.c.id, URLS.c.hash, URLS.c.host_id, URLS.c.source_id, URLS.c.kind).where(rests)
        rows = [
            row
            for row in connection.execute(query)
            if (row.source_id, row.kind) == (named[row.hash].source_id, named[row.hash].kind)
        ]
        if rows:
            connection.execute(update(URLS).where(URLS.c.id.in_([row.id for row in rows])).values(due_at=now))
            set_due(connection, [row.host_id for row in rows])


def _out_of_date_before(modified_at: int, now: int) -> int | None:
    """Return which visits a listing's date makes out of date; None where the date cannot be true.

    Many sitemaps print the present moment for every page, or one to come: a page is not asked for at each of them.
    """
    if modified_at <= now:
        return min(modified_at, now - MIN_INTERVAL_S)
    is_today = modified_at <= now + DAY_S  # a date without a time, which is its end, or another time zone
    return now - FIRST_REVISIT_S if is_today else None


def _take_over(connection: Connection, seeds: Sequence[NewUrl], now: int) -> None:
    """Make known URLs those of the sources that name them, as what they are named; one of a new kind is read anew."""
    by_hash = {hash_of(url.url): url for url in seeds}
    hosts: set[int] = set()
    for is_one in among(connection, URLS.c.hash, by_hash):
        query = select(URLS.c.id, URLS.c.hash, URLS.c.host_id, URLS.c.source_id, URLS.c.kind, URLS.c.depth)
        for row in connection.execute(query.where(is_one)).all():
            named = by_hash[row.hash]
            changed: dict[str, Any] = {} if row.source_id == named.source_id else {"source_id": named.source_id}
            if row.kind != int(named.kind):
                fresh = {"interval_s": None, "polls": 0, "failures": 0, "validator": None, "digest": None}
                changed |= {"kind": int(named.kind), "depth": _way_of(named), "due_at": now} | fresh
            if changed:  # seldom: what is named is as it was
                connection.execute(update(URLS).where(URLS.c.id == row.id).values(changed))
                connection.execute(delete(TROUBLES).where(TROUBLES.c.place == row.id))
                hosts.add(row.host_id)
    set_due(connection, hosts)


def _new_row(number: int, url: NewUrl, host_id: int, now: int) -> dict[str, object]:
    return {
        "hash": number,
        "host_id": host_id,
        "source_id": url.source_id,
        "kind": int(url.kind),
        "depth": _way_of(url),
        "target": target_from(url.url),
        "seen_at": now,
        "due_at": now - _ARCHIVE_AGE_S if _is_old(url, now) else now,
        "polls": 0,
        "failures": 0,
    }


def _is_old(url: NewUrl, now: int) -> bool:
    """Return whether a URL is likely to be of an archive: a sitemap names it, without a date of these days."""
    return url.is_archive and (url.modified_at is None or url.modified_at < now - _NEWS_AGE_S)


def _way_of(url: NewUrl) -> int:
    """Return by how many sitemaps and redirects a URL was come to, as one number."""
    return url.depth + _HOP * url.hops


def _known(row: Row[Any], host: str) -> KnownUrl:
    return KnownUrl(
        id=row.id,
        url=url_from(host, row.target),
        host_id=row.host_id,
        source_id=row.source_id,
        kind=UrlKind(row.kind),
        depth=row.depth % _HOP,
        seen_at=row.seen_at,
        visited_at=row.visited_at,
        history=VisitHistory(row.interval_s, row.polls, row.failures),
        memory=Remembered(row.validator, row.digest, row.story, row.article, row.version),
        outcome=row.outcome,
        hops=row.depth // _HOP,
        is_paused=row.paused_at is not None,
    )


def _unsure(url: KnownUrl) -> KnownUrl:
    """Return a URL whose article may be another one than its last visit left: nothing of that visit is relied on."""
    return replace(url, memory=replace(url.memory, validator=None, digest=None))


def _finished_row(visit: Visited, now: int) -> dict[str, object]:
    history, memory = visit.plan.history, visit.memory
    return {
        "b_id": visit.url.id,
        "due_at": visit.plan.due_at,
        "visited_at": now,
        "interval_s": history.interval_s,
        "polls": history.polls,
        "failures": history.failures,
        "outcome": visit.outcome,
        "evidence": (visit.done.evidence or "")[:_MAX_EVIDENCE_CHARS] if visit.outcome not in SETTLED else None,
        "validator": memory.validator,
        "digest": memory.digest,
        "story": memory.story,
        "article": memory.article,
        "version": memory.version,
        "paused_at": None,
    }
