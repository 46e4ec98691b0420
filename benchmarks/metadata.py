"""Measures title, authors and date against corpora: `python benchmarks/metadata.py CORPORA [NAME ...]`.

CORPORA holds a folder per corpus with `truth.jsonl` (a line a page: id, url, title?, authors?, date?) and
`pages/ID.html.gz`. Prints Markdown. Right is: title equal after case folding and without punctuation, the sets of
authors equal in the same way, date equal to the day. Near, and in no other column: a title that contains the truth or
is contained in it, authors that share a person, a date that is off by a day, or a truth that is the day of the page's
last change.
"""

import argparse
import gzip
import json
import statistics
import time
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date
from pathlib import Path
from typing import Any

from harvester.decode import decode
from harvester.dom import read_document
from harvester.errors import HarvesterError
from harvester.metadata import read_metadata
from harvester.models import Metadata, Page
from harvester.text import fold

FIELDS = ("title", "authors", "date")


@dataclass(frozen=True, slots=True)
class Truth:
    """What a corpus says of one page."""

    page: Page
    name: str
    title: str | None
    authors: tuple[str, ...]
    date: str | None


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("corpora", type=Path)
    parser.add_argument("names", nargs="*", help="corpora to measure; all when none is given")
    parser.add_argument("--wrong", choices=FIELDS, help="also list what is wrong in this field")
    arguments = parser.parse_args()
    names = arguments.names or sorted(path.parent.name for path in arguments.corpora.glob("*/truth.jsonl"))
    print("| corpus | field | pages | right | near | wrong | missing | found without truth |")
    print("|---|---|---|---|---|---|---|---|")
    seconds: list[float] = []
    for name in names:
        measure(arguments.corpora / name, arguments, seconds)
    times = f"median {statistics.median(seconds) * 1e3:.2f} ms a page, mean {statistics.fmean(seconds) * 1e3:.2f} ms"
    print(f"\nread_metadata: {times}, {len(seconds)} pages")


def measure(corpus: Path, arguments: argparse.Namespace, seconds: list[float]) -> None:
    """Print a row for each field of one corpus."""
    counts: dict[str, Counter[str]] = {field: Counter() for field in FIELDS}
    for truth in read_truth(corpus):
        try:
            document = read_document(decode(truth.page.body, None, truth.name))
        except HarvesterError:
            continue
        start = time.perf_counter()
        found = read_metadata(document, truth.page)
        seconds.append(time.perf_counter() - start)
        for field, verdict in judge(truth, found).items():
            counts[field][verdict] += 1
            if field == arguments.wrong and verdict in {"wrong", "near", "missing"}:
                print(f"<!-- {truth.name}: {getattr(truth, field)!r} {value_of(found, field)!r} -->")
    for field in FIELDS:
        print_row(corpus.name, field, counts[field])


def print_row(corpus: str, field: str, counts: Counter[str]) -> None:
    """Print the shares of one field; near counts are part of no other column."""
    pages = sum(counts[verdict] for verdict in ("right", "near", "wrong", "missing"))
    if pages:
        shares = " | ".join(f"{counts[verdict] / pages:.1%}" for verdict in ("right", "near", "wrong", "missing"))
        print(f"| {corpus} | {field} | {pages} | {shares} | {counts['extra']} |", flush=True)


def read_truth(corpus: Path) -> Iterator[Truth]:
    """Yield the pages of a corpus with their truth."""
    for line in (corpus / "truth.jsonl").read_text(encoding="utf-8").rstrip("\n").split("\n"):
        record: dict[str, Any] = json.loads(line)
        body = gzip.decompress((corpus / "pages" / f"{record['id']}.html.gz").read_bytes())
        yield Truth(
            page=Page(record.get("url"), body),
            name=record["id"],
            title=record.get("title") or None,
            authors=tuple(record.get("authors") or ()),
            date=(record.get("date") or "")[:10] or None,
        )


def value_of(found: Metadata, field: str) -> object:
    """Return the field of `found` that a truth's `field` is held against."""
    return found.published if field == "date" else getattr(found, field)


def judge(truth: Truth, found: Metadata) -> dict[str, str]:
    """Return "right", "near", "wrong", "missing", "extra" or "none" for each field."""
    return {
        "title": judge_title(truth.title, found.title),
        "authors": judge_authors(truth.authors, found.authors),
        "date": judge_date(truth.date, found),
    }


def judge_title(truth: str | None, found: str | None) -> str:
    """Return the verdict on a title."""
    if truth is None or found is None:
        return _absent(truth, found)
    a, b = fold(truth), fold(found)
    return "right" if a == b else "near" if a in b or b in a else "wrong"


def judge_authors(truth: tuple[str, ...], found: tuple[str, ...]) -> str:
    """Return the verdict on a set of authors."""
    if not truth or not found:
        return _absent(truth or None, found or None)
    a, b = set(map(fold, truth)), set(map(fold, found))
    return "right" if a == b else "near" if a & b else "wrong"


def judge_date(truth: str | None, found: Metadata) -> str:
    """Return the verdict on the day of publication."""
    if truth is not None and found.modified is not None and found.modified[:10] == truth:
        return "right" if found.published is not None and found.published[:10] == truth else "near"
    if truth is None or found.published is None:
        return _absent(truth, found.published)
    if truth == found.published[:10]:
        return "right"
    return "near" if abs((date.fromisoformat(truth) - date.fromisoformat(found.published[:10])).days) == 1 else "wrong"


def _absent(truth: object, found: object) -> str:
    return "missing" if truth is not None else "extra" if found is not None else "none"


if __name__ == "__main__":
    main()
