"""How each source does, kept with each visit: counters by day, the last texts, what fails; nothing is counted later.

Tables are written in one order, `days` first: who writes of a source holds its row there, so no two wait in a circle.
"""

import json
from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import asdict, dataclass, field
from typing import Any, Final

from sqlalchemy import Connection, Row, Table, bindparam, delete, select
from sqlalchemy.dialects import sqlite

from harvester.crawl.health import (
    KEPT_DAYS,
    KEPT_FIGURES,
    DayCount,
    Recent,
    Usual,
    is_alike,
    is_well,
    recent_of,
    usual_of,
)
from harvester.crawl.schedule import DAY_S, UrlKind, is_failure
from harvester.crawl.state.bulk import among
from harvester.crawl.state.rows import NOT_THERE, LastText, Visited
from harvester.crawl.state.state_tables import DAYS, FIGURES, HEALTH, TROUBLES, URLS
from harvester.errors import Reason

_MAX_EVIDENCE_CHARS: Final = 200
_PAGES: Final = 0  # the place of all pages of a source


_COUNTERS: Final = ("visits", "failed", "articles", "versions", "measured", "chars", "confidence", "alike")


@dataclass(slots=True)
class _Source:
    """What a batch of visits adds to one source."""

    day: dict[str, int] = field(default_factory=lambda: dict.fromkeys(_COUNTERS, 0))
    well_places: set[int] = field(default_factory=set)
    troubles: dict[tuple[int, str], dict[str, Any]] = field(default_factory=dict)
    figures: list[dict[str, Any]] = field(default_factory=list)  # of texts, in the order of the visits
    known: list[dict[str, Any]] = field(default_factory=list)  # of those before, the latest first
    moments: dict[str, int] = field(default_factory=dict)

    @property
    def last(self) -> list[tuple[int, int, int]]:
        """The last texts, the latest first, as `recent_of` takes them."""
        rows = [*reversed(self.figures), *self.known]
        return [(row["chars"], row["confidence"], row["text"]) for row in rows[:KEPT_FIGURES]]


def keep_health(connection: Connection, visits: Sequence[Visited], now: int) -> None:
    """Add a batch of visits to the statistics of their sources."""
    sources: dict[int, _Source] = defaultdict(_Source)
    for visit in visits:
        _take_in(sources[visit.url.source_id], visit, now)
    if not sources:
        return
    ordered = dict(sorted(sources.items()))
    _measure(connection, ordered)
    _keep_days(connection, ordered, now)
    _keep_troubles(connection, ordered)
    _keep_figures(connection, ordered)
    _keep_moments(connection, ordered, now)


def forget_old_days(connection: Connection, now: int) -> None:
    """Drop the counters that nothing is compared with any more."""
    connection.execute(delete(DAYS).where(DAYS.c.day < now // DAY_S - KEPT_DAYS))


def _take_in(source: _Source, visit: Visited, now: int) -> None:
    url, is_page = visit.url, visit.url.kind is UrlKind.PAGE
    source.day["visits"] += 1
    source.day["failed"] += is_failure(url.kind, visit.outcome)
    source.day["articles"] += visit.is_new and visit.memory.version == 1
    source.day["versions"] += visit.is_new and visit.memory.version != 1
    place = _PAGES if is_page else url.id
    if is_well(visit.outcome):
        source.well_places.add(place)
        source.troubles = {key: row for key, row in source.troubles.items() if key[0] != place}
        source.moments |= {"good_at": now} if is_page else {"good_at": now, "listed_at": now}
    else:
        row = source.troubles.setdefault((place, visit.outcome), {"visits": 0, "since": now})
        evidence = (visit.done.evidence or "")[:_MAX_EVIDENCE_CHARS] or None
        row |= {"visits": row["visits"] + 1, "url_id": url.id, "at": now, "evidence": evidence}
    if visit.is_new and visit.memory.version == 1:
        source.moments["article_at"] = now
    if visit.figures is not None:
        one = visit.figures
        row = {"at": now, "chars": one.chars, "confidence": round(one.confidence * 1000), "text": one.text}
        source.figures.append({**row, "url_id": url.id})


def _measure(connection: Connection, sources: Mapping[int, _Source]) -> None:
    """Sum up the texts of a batch, each compared with those before."""
    with_texts = {number: one for number, one in sources.items() if one.figures}
    for kept in sorted(_rows(connection, FIGURES, list(with_texts)), key=lambda row: -int(row.id)):
        known = with_texts[kept.source_id].known
        if len(known) < KEPT_FIGURES:
            known.append(dict(kept._mapping))
    for one in with_texts.values():
        texts = [row["text"] for row in reversed(one.known)]
        for row in one.figures:
            one.day["measured"] += 1
            one.day["chars"] += row["chars"]
            one.day["confidence"] += row["confidence"]
            one.day["alike"] += is_alike(row["text"], texts[-KEPT_FIGURES:])
            texts.append(row["text"])


def last_texts(connection: Connection, sources: Iterable[int]) -> Mapping[int, Sequence[LastText]]:
    """Return the last texts of some sources, the latest first, save those of addresses that have none any more."""
    is_there = URLS.c.outcome.not_in(NOT_THERE)
    is_replaced = URLS.c.outcome == Reason.REPLACED
    query = select(FIGURES.c.source_id, FIGURES.c.url_id, FIGURES.c.text, is_replaced)
    with_outcomes = query.join(URLS, URLS.c.id == FIGURES.c.url_id).where(is_there).order_by(FIGURES.c.id.desc())
    found: dict[int, list[LastText]] = defaultdict(list)
    for is_one in among(connection, FIGURES.c.source_id, sources):
        for source, url, text, replaced in connection.execute(with_outcomes.where(is_one)):
            if len(found[source]) < KEPT_FIGURES:
                found[source].append(LastText(url, text, bool(replaced)))
    return found


# ── writing ───────────────────────────────────────────────────────────────────────────────────


def _keep_days(connection: Connection, sources: Mapping[int, _Source], now: int) -> None:
    rows = [{"source_id": number, "day": now // DAY_S, **source.day} for number, source in sources.items()]
    statement = _insert(connection, DAYS)
    more = {name: DAYS.c[name] + statement.excluded[name] for name in _COUNTERS}
    connection.execute(statement.on_conflict_do_update(index_elements=["source_id", "day"], set_=more), rows)


def _keep_troubles(connection: Connection, sources: Mapping[int, _Source]) -> None:
    well = [
        {"b_source": number, "b_place": place} for number, one in sources.items() for place in sorted(one.well_places)
    ]
    if well:
        is_there = (TROUBLES.c.source_id == bindparam("b_source")) & (TROUBLES.c.place == bindparam("b_place"))
        connection.execute(delete(TROUBLES).where(is_there), well)
    rows = [
        {"source_id": number, "place": place, "outcome": outcome, **row}
        for number, one in sources.items()
        for (place, outcome), row in sorted(one.troubles.items())
    ]
    if not rows:
        return
    statement = _insert(connection, TROUBLES)
    last = {name: statement.excluded[name] for name in ("url_id", "at", "evidence")}
    last["visits"] = TROUBLES.c.visits + statement.excluded.visits
    connection.execute(
        statement.on_conflict_do_update(index_elements=["source_id", "place", "outcome"], set_=last), rows
    )


def _keep_figures(connection: Connection, sources: Mapping[int, _Source]) -> None:
    """Keep the last texts of sources, and nothing of those before."""
    rows = [{"source_id": number, **row} for number, one in sources.items() for row in one.figures]
    if rows:
        connection.execute(FIGURES.insert(), rows)
    old = [
        {"b_source": number, "b_last": one.known[KEPT_FIGURES - 1]["id"]}
        for number, one in sources.items()
        if one.figures and len(one.known) >= KEPT_FIGURES
    ]
    if old:
        is_old = (FIGURES.c.source_id == bindparam("b_source")) & (FIGURES.c.id < bindparam("b_last"))
        connection.execute(delete(FIGURES).where(is_old), old)


def _keep_moments(connection: Connection, sources: Mapping[int, _Source], now: int) -> None:
    """Write down when sources were well, what their last texts are like, and once a day what is usual."""
    numbers = list(sources)
    rows = {row.source_id: row for row in _rows(connection, HEALTH, numbers)}
    today = now // DAY_S
    counted = {number for number in numbers if number in rows and rows[number].counted_on == today}
    usual = _count_usual(connection, [number for number in numbers if number not in counted], today)
    columns = [column.name for column in HEALTH.columns]
    new = []
    for number, one in sources.items():
        before: dict[str, Any] = dict(rows[number]._mapping) if number in rows else {"source_id": number}
        recent = json.dumps(asdict(recent_of(one.last))) if one.figures else before.get("recent")
        counts = {"usual": usual[number], "counted_on": today} if number in usual else {}
        new.append(dict.fromkeys(columns) | before | one.moments | {"recent": recent} | counts)
    statement = _insert(connection, HEALTH)
    values = {name: statement.excluded[name] for name in columns if name != "source_id"}
    connection.execute(statement.on_conflict_do_update(index_elements=["source_id"], set_=values), new)


def _count_usual(connection: Connection, numbers: Sequence[int], today: int) -> dict[int, str]:
    days = days_of(connection, numbers)
    return {number: usual_json(usual_of(days.get(number, ()), today)) for number in numbers}


def days_of(connection: Connection, numbers: Sequence[int]) -> dict[int, list[DayCount]]:
    """Return the days of some sources, in order."""
    found: dict[int, list[DayCount]] = defaultdict(list)
    for row in _rows(connection, DAYS, numbers):
        counts = (row.visits, row.articles, row.measured, row.chars, row.confidence, row.alike)
        found[row.source_id].append(DayCount(row.day, *counts))
    return {number: sorted(days, key=lambda one: one.day) for number, days in found.items()}


def _rows(connection: Connection, table: Table, numbers: Sequence[int]) -> Iterator[Row[Any]]:
    for is_one in among(connection, table.c.source_id, numbers):
        yield from connection.execute(select(table).where(is_one))


def _insert(connection: Connection, table: Table) -> Any:  # the two kinds have no common type that knows conflicts
    if connection.dialect.name != "postgresql":
        return sqlite.insert(table)
    from sqlalchemy.dialects import postgresql  # noqa: PLC0415 - most crawls keep their state in a file

    return postgresql.insert(table)


# ── as JSON ───────────────────────────────────────────────────────────────────────────────────


def usual_json(usual: Usual) -> str:
    """Return what is usual as JSON."""
    return json.dumps(asdict(usual), separators=(",", ":"))


def usual_from(text: str | None) -> Usual:
    """Return what `usual_json` wrote."""
    values = json.loads(text or "{}")
    articles = {int(days): count for days, count in values.pop("articles", {}).items()}
    return Usual(articles, **values)


def recent_from(text: str | None) -> Recent:
    """Return what the last texts of a source are like."""
    return Recent(**json.loads(text or "{}"))
