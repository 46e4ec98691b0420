"""Fields of queries that say nothing: feeds that give each link a fresh token name no new page by it.

Learned by host and name, from texts that came: where one text came under several values of a field alone, at several
addresses, or at fewer for some days, and no different text did, further values of known addresses are not visited.
Which address is asked for stays the one that was found first. Once a day one further value is, all the same: another
text unlearns the field.

A notice teaches nothing, as it stands at more than one address; nor does a page without an article.
"""

from collections import Counter
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any, Final

from sqlalchemy import Connection, Row, bindparam, delete, func, select, update

from harvester.crawl.schedule import DAY_S, WELL, UrlKind
from harvester.crawl.state.bulk import among, insert_new
from harvester.crawl.state.rows import Added, NewUrl, Visited, digest_of
from harvester.crawl.state.state_tables import FIELD_TEXTS, FIELDS, HOSTS, URLS
from harvester.errors import Reason
from harvester.url_names import address_key
from harvester.urls import host_of

WHOLE_QUERY: Final = ""  # the name of all fields together: two tokens change at once
MIN_ADDRESSES: Final = 4  # with one text under two values each, before a field says nothing; a day more counts as one
_UNSURE_S: Final = 30 * DAY_S  # from when a field told two texts apart: none of its values is left out
_TRIAL_S: Final = DAY_S  # between visits of values that would be left out
_MAX_FIELDS: Final = 6  # of a query; others are searches
_MAX_NAMES: Final = 40  # of a host: a site may make up names without end
_MAX_NAME_CHARS: Final = 40
# The fields that say nothing, with their hosts.
_SILENT: Final = (
    select(FIELDS, HOSTS.c.name.label("host"))
    .join(HOSTS, HOSTS.c.id == FIELDS.c.host_id)
    .where(FIELDS.c.since.is_not(None))
)


@dataclass(frozen=True, slots=True)
class LeftOut:
    """A link that leads to a known page by another value of a field."""

    field: str  # its name, or WHOLE_QUERY
    known: int  # hash of the URL that is visited for it


@dataclass(frozen=True, slots=True)
class SilentField:
    """A field that says nothing, for whoever looks at the state."""

    host: str
    field: str  # "": the whole query
    since: int  # seconds since 1970
    left_out: int  # links, each as often as it was named


def without_fields(url: str) -> dict[str, str]:
    """Return, by the name of each field of a checked URL, its address without that field.

    >>> without_fields("https://a.example/b?id=7&t=1")
    {'id': 'https://a.example/b?t=1', 't': 'https://a.example/b?id=7', '': 'https://a.example/b'}
    >>> without_fields("https://a.example/b")
    {}
    """
    before, _, query = address_key(url).partition("?")
    fields = [(field.partition("=")[0], field) for field in query.split("&") if field]
    names = dict.fromkeys(name for name, _ in fields)
    if not 0 < len(fields) <= _MAX_FIELDS:
        return {}
    found = {name: _joined(before, [field for other, field in fields if other != name]) for name in names}
    whole = {WHOLE_QUERY: before} if len(names) > 1 else {}
    return {name: address for name, address in found.items() if 0 < len(name) <= _MAX_NAME_CHARS} | whole


def _joined(before: str, fields: Sequence[str]) -> str:
    return f"{before}?{'&'.join(fields)}" if fields else before


def _key(name: str, address: str) -> int:
    return digest_of(f"{name}\n{address}".encode())


def _field_id(host_id: int, name: str) -> int:
    return digest_of(f"{host_id}\n{name}".encode())


def _is_past(moment: int, for_s: int, now: int) -> bool:
    """Return whether a moment is that long ago, or ahead: it is of a run whose clock was wrong."""
    return abs(now - moment) >= for_s


# ── what visits teach ─────────────────────────────────────────────────────────────────────────


def learn_fields(connection: Connection, visits: Iterable[Visited], now: int) -> None:
    """Take in which texts came under which values of fields."""
    ordered = sorted((visit for visit in visits if visit.text is not None), key=lambda visit: visit.url.id)
    if not ordered:
        return
    known = _fields_of_hosts(connection, {visit.url.host_id for visit in ordered})
    for visit in ordered:
        names = known.setdefault(visit.url.host_id, {})
        for name, address in without_fields(visit.url.url).items():
            if name not in names and len(names) >= _MAX_NAMES:
                continue
            told_apart_at = names.setdefault(name, None)
            if told_apart_at is None or _is_past(told_apart_at, _UNSURE_S, now):
                is_other = _learn(connection, visit, name, _key(name, address), now)
                names[name] = now if is_other else told_apart_at


def _fields_of_hosts(connection: Connection, hosts: Iterable[int]) -> dict[int, dict[str, int | None]]:
    """Return, by host and name, when a field told two texts apart the last time."""
    found: dict[int, dict[str, int | None]] = {}
    for is_one in among(connection, FIELDS.c.host_id, hosts):
        for row in connection.execute(select(FIELDS.c.host_id, FIELDS.c.name, FIELDS.c.other_at).where(is_one)):
            found.setdefault(row.host_id, {})[row.name] = row.other_at
    return found


def _learn(connection: Connection, visit: Visited, name: str, key: int, now: int) -> bool:
    """Take in the text of one visit for one of its fields; return whether it differs from that of another value."""
    field = _field_id(visit.url.host_id, name)
    query = select(FIELD_TEXTS, URLS.c.outcome, URLS.c.failures).outerjoin(URLS, URLS.c.id == FIELD_TEXTS.c.url_id)
    row = connection.execute(query.where(FIELD_TEXTS.c.key == key)).first()
    is_own = row is not None and row.url_id == visit.url.id
    if row is None:
        if visit.outcome in WELL:
            host = {"id": field, "host_id": visit.url.host_id, "name": name, "addresses": 0, "left_out": 0}
            insert_new(connection, FIELDS, [host])
            text = {"key": key, "field_id": field, "text": visit.text, "url_id": visit.url.id, "is_sure": 0}
            insert_new(connection, FIELD_TEXTS, [text])
    elif row.text == visit.text and not is_own:
        _confirm(connection, row, visit, now)
    elif is_own and visit.outcome in WELL:  # an edit
        connection.execute(update(FIELD_TEXTS).where(FIELD_TEXTS.c.key == key).values(text=visit.text))
    elif visit.outcome == Reason.OK and row.outcome in WELL:  # an article of its own, beside one that is there
        _unlearn(connection, field, now)
        return True
    return False


def _confirm(connection: Connection, row: Row[Any], visit: Visited, now: int) -> None:
    """Take in that a text came under a further value."""
    is_here = FIELD_TEXTS.c.key == row.key
    if row.outcome not in WELL and visit.outcome in WELL:  # the first address has failed since
        connection.execute(update(FIELD_TEXTS).where(is_here).values(url_id=visit.url.id))
    same = select(func.count()).where(FIELD_TEXTS.c.field_id == row.field_id, FIELD_TEXTS.c.text == row.text)
    if connection.execute(same).scalar_one() > 1:  # a notice, or a story at two addresses
        return
    is_field = FIELDS.c.id == row.field_id
    if row.is_sure:  # a feed of few stories shows them for long
        is_past = ~FIELDS.c.tried_at.between(now - _TRIAL_S + 1, now + _TRIAL_S - 1)  # a clock may be wrong
        is_field &= FIELDS.c.since.is_(None) & (FIELDS.c.tried_at.is_(None) | is_past)
    else:
        connection.execute(update(FIELD_TEXTS).where(is_here).values(is_sure=1))
    connection.execute(update(FIELDS).where(is_field).values(addresses=FIELDS.c.addresses + 1, tried_at=now))
    is_enough = (FIELDS.c.id == row.field_id) & (FIELDS.c.addresses >= MIN_ADDRESSES) & FIELDS.c.since.is_(None)
    connection.execute(update(FIELDS).where(is_enough).values(since=now, tried_at=now))


def _unlearn(connection: Connection, field: int, now: int) -> None:
    """Forget what was learned of a field that tells pages apart; lists name again what was left out."""
    values = {"addresses": 0, "other_at": now, "since": None, "tried_at": None}
    connection.execute(update(FIELDS).where(FIELDS.c.id == field).values(values))
    connection.execute(delete(FIELD_TEXTS).where(FIELD_TEXTS.c.field_id == field))


# ── what is left out by it ────────────────────────────────────────────────────────────────────


def leave_out(connection: Connection, named: Mapping[int, NewUrl], now: int) -> dict[int, LeftOut]:
    """Return which of these URLs, by hash, none of them known, lead to known pages by a field that says nothing.

    Once a day one of them is not among these: it is visited, to see whether that is true still.
    """
    pages = {number: url.url for number, url in named.items() if url.kind is UrlKind.PAGE and "?" in url.url}
    silent = _silent_at(connection, {host_of(url) for url in pages.values()}) if pages else {}
    if not silent:
        return {}
    keys: dict[int, list[tuple[int, Row[Any]]]] = {}  # of an address without a field -> links, with the field
    for number, url in pages.items():
        for name, address in without_fields(url).items():
            if (field := silent.get((host_of(url), name))) is not None:
                keys.setdefault(_key(name, address), []).append((number, field))
    found: dict[int, LeftOut] = {}
    due = {field.id for field in silent.values() if field.tried_at is None or _is_past(field.tried_at, _TRIAL_S, now)}
    tried: set[int] = set()
    for key, known in _known_at(connection, keys):
        for number, field in keys[key]:
            if field.id in due and number not in found:
                due.discard(field.id)
                tried.add(number)
                connection.execute(update(FIELDS).where(FIELDS.c.id == field.id).values(tried_at=now))
            if number not in tried:
                found[number] = LeftOut(field.name, known)
    _count_left_out(connection, [field.id for links in keys.values() for number, field in links if number in found])
    return found


def told_with(
    added: Iterable[Added], groups: Iterable[Iterable[int]], found: Mapping[int, LeftOut]
) -> tuple[Added, ...]:
    """Return what became of groups of URLs, by hash, with what `leave_out` found of each."""
    fields = (tuple(found[number].field for number in group if number in found) for group in groups)
    return tuple(replace(one, left_out=names) for one, names in zip(added, fields, strict=True))


def _silent_at(connection: Connection, hosts: Iterable[str]) -> dict[tuple[str, str], Row[Any]]:
    """Return the fields that say nothing, by host and name."""
    return {
        (row.host, row.name): row
        for is_one in among(connection, HOSTS.c.name, hosts)
        for row in connection.execute(_SILENT.where(is_one))
    }


def _known_at(connection: Connection, keys: Iterable[int]) -> Iterator[tuple[int, int]]:
    """Yield those of the keys under which a page is known that is well, each with the hash of its URL."""
    query = select(FIELD_TEXTS.c.key, URLS.c.hash).join(URLS, URLS.c.id == FIELD_TEXTS.c.url_id)
    for is_one in among(connection, FIELD_TEXTS.c.key, keys):
        is_well = URLS.c.outcome.in_(sorted(WELL)) & (URLS.c.failures == 0)
        for row in connection.execute(query.where(is_one, is_well).order_by(FIELD_TEXTS.c.key)).all():
            yield row.key, row.hash


def _count_left_out(connection: Connection, fields: Iterable[int]) -> None:
    counts = [{"b_id": field, "b_count": count} for field, count in sorted(Counter(fields).items())]
    if counts:
        statement = update(FIELDS).where(FIELDS.c.id == bindparam("b_id"))
        connection.execute(statement.values(left_out=FIELDS.c.left_out + bindparam("b_count")), counts)


def silent_fields(connection: Connection, limit: int) -> tuple[SilentField, ...]:
    """Return the fields that say nothing, those by which most is left out first."""
    shown = _SILENT.order_by(FIELDS.c.left_out.desc(), FIELDS.c.id).limit(limit)
    return tuple(SilentField(row.host, row.name, row.since, row.left_out) for row in connection.execute(shown))
