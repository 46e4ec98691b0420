"""How long `harvester status` takes as a state grows: `python benchmarks/status_size.py --urls 1000000 --sources 1000`.

It fills an SQLite state as years of crawling would, 30 days of counters and 40 texts a source among it, then asks for
what status shows, three times, and prints the fastest in seconds of the processor, as a Markdown row.
"""

import argparse
import json
import tempfile
import time
from collections.abc import Iterator
from pathlib import Path

from sqlalchemy import create_engine, text

from harvester.crawl.advice import worst_first
from harvester.crawl.health import Recent, Usual
from harvester.crawl.schedule import DAY_S
from harvester.crawl.state.database import open_database, open_unchanged, sqlite_address
from harvester.crawl.state.source_counters import usual_json
from harvester.crawl.state.store import State

_ROWS = 20_000  # written at a time
_LISTS = 3  # of a source
_FAILING = 10  # one source in so many


def fill(address: str, urls: int, sources: int, now: int) -> None:
    """Write a state with so many URLs of so many sources, each on a host of its own."""
    open_database(address).close()
    engine = create_engine(address)
    usual = usual_json(Usual({1: 10.0, 7: 70.0, 30: None}, 1, 3_000, 0.9, 0.0))
    recent = json.dumps({"texts": Recent(10).texts, "chars": 3_000, "confidence": 0.9, "alike": 0})
    tables = {
        "sources (id, name, active)": ((at, f"source {at}", 1) for at in range(1, sources + 1)),
        "hosts (id, name, due_at, blocked_until)": ((at, f"site{at}.example", now, 0) for at in range(1, sources + 1)),
        "urls (id, hash, host_id, source_id, kind, depth, target, seen_at, due_at, visited_at, polls, failures, "
        "outcome, version)": _urls(urls, sources, now),
        "days": (
            (at, now // DAY_S - back, 50, 1, 10, 1, 10, 30_000, 9_000, 0)
            for at in range(1, sources + 1)
            for back in range(100)
        ),
        "health (source_id, good_at, listed_at, article_at, counted_on, usual, recent)": (
            (at, now, now, now, now // DAY_S, usual, recent) for at in range(1, sources + 1)
        ),
        "troubles": (
            (
                at,
                (at - 1) * (urls // sources) + 1,
                "blocked",
                (at - 1) * (urls // sources) + 1,
                now,
                now,
                1,
                "status 403",
            )
            for at in range(1, sources + 1, _FAILING)
        ),
        "figures (source_id, at, chars, confidence, text, url_id)": (
            (at, now, 3_000, 900, number, 1) for at in range(1, sources + 1) for number in range(40)
        ),
    }
    connection = engine.raw_connection()
    for table, rows in tables.items():
        while some := [row for row, _ in zip(rows, range(_ROWS), strict=False)]:
            marks = ", ".join("?" * len(some[0]))
            connection.cursor().executemany(f"INSERT INTO {table} VALUES ({marks})", some)
            connection.commit()
    connection.close()
    with engine.begin() as open_connection:
        open_connection.execute(text("ANALYZE"))
    engine.dispose()


def _urls(urls: int, sources: int, now: int) -> Iterator[tuple[object, ...]]:
    each = urls // sources
    for number in range(each * sources):
        source, at = number // each + 1, number % each
        kind = 1 if at < _LISTS else 0
        due = now - 60 if at % 10 == 0 else now + at if at % 2 else None
        outcome = "ok" if at % 7 else "gone"
        yield (
            number + 1, number, source, source, kind, 0, f"/2026/11/22/a-headline-of-eight-words-{number}/", now, due,
            now, 0, 0, outcome, 1 if outcome == "ok" else None,
        )  # fmt: skip


def main() -> None:
    """Measure one size and print it."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--urls", type=int, default=1_000_000)
    parser.add_argument("--sources", type=int, default=1_000)
    options = parser.parse_args()
    now = int(time.time())
    with tempfile.TemporaryDirectory() as folder:
        address = sqlite_address(Path(folder) / "state.sqlite")
        fill(address, options.urls, options.sources, now)
        size = (Path(folder) / "state.sqlite").stat().st_size
        state = State(address, open_at=open_unchanged)
        best: dict[str, float] = {}
        for _ in range(3):
            for name, work in (
                ("sources", lambda: worst_first(state.facts(), now)),
                ("report", state.report),
                ("one source", lambda: state.source_detail("source 7")),
                ("one URL", lambda: state.find("https://site1.example/nothing")),
            ):
                began = time.process_time()
                work()
                best[name] = min(best.get(name, 1e9), time.process_time() - began)
        state.close()
    print("| URLs | sources | bytes a URL |", " | ".join(f"{name}, s" for name in best), "|")
    figures = " | ".join(f"{seconds:.3f}" for seconds in best.values())
    print(f"| {options.urls:,} | {options.sources:,} | {size / options.urls:.0f} | {figures} |")


if __name__ == "__main__":
    main()
