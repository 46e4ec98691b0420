"""Measures title, authors and date: `python benchmarks/metadata.py CORPORA [NAME ...] [--peer] [--wrong FIELD]`.

CORPORA holds a folder per corpus with `truth.jsonl` (a line a page: id, url, title?, authors?, date?) and
`pages/ID.html.gz`. Every page goes through the whole clean, and what its step `read_metadata` returns is judged, also
where the page is then refused for having no article. Prints Markdown: for each corpus and field the pages of the
domains that were looked at while the readers were written, those of the held-out domains, and all. `--peer` puts
trafilatura beside it, on the same pages, in the same run.
"""

import argparse
import time
import warnings
from collections import Counter, defaultdict
from collections.abc import Iterator
from concurrent.futures import ProcessPoolExecutor
from dataclasses import dataclass
from functools import partial
from importlib import import_module
from itertools import product
from pathlib import Path
from typing import Any

from corpora import Sample, samples
from harvester import cleaning
from harvester.cleaning import page_pipeline
from harvester.errors import HarvesterError
from harvester.models import Metadata, Page
from metadata_truth import FIELDS, Answer, Verdict, is_held_out, judge, judge_checked, truth_of
from tables import print_table, share
from workers import load_all

# magic and cleanportaleval hold neither titles nor names
NAMES = ("n4k", "fundus", "trafeval", "wcxb", "postlight", "htmldate", "snacktory", "goose")
PARTS = ("developed on", "held out", "all")
READINGS = ("given", "checked", "peer", "peer checked")
HEAD = ("corpus", "field", "part", "pages", "right", "near", "wrong", "missing", "without truth")
CHECKED_HEAD = ("right, checked", "near, checked", "wrong, checked")
PEER_HEAD = ("trafilatura right", "near or wrong", "right, checked", "near or wrong, checked")
# What an extractor raises on broken pages; such a page has no metadata.
_FAILURES = (ArithmeticError, AttributeError, LookupError, RuntimeError, SyntaxError, TypeError, ValueError)

Counts = defaultdict[tuple[str, str, str, str], Counter[str]]  # corpus, field, part, reading -> verdicts


@dataclass(frozen=True, slots=True)
class Measured:
    """What was found on one page, and the CPU seconds it took."""

    sample: Sample
    found: Answer
    peer: Answer | None
    metadata_s: float
    clean_s: float


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("corpora", type=Path)
    parser.add_argument("names", nargs="*", help=f"corpora to measure; {', '.join(NAMES)} when none is given")
    parser.add_argument("--peer", action="store_true", help="measure trafilatura as well")
    parser.add_argument("--wrong", choices=FIELDS, help="also list what is not right in this field")
    parser.add_argument("--held-out", action="store_true", help="with --wrong: of the held-out domains, too")
    parser.add_argument("--jobs", type=int, default=1, metavar="N", help="processes (default 1)")
    arguments = parser.parse_args()
    counts: Counts = defaultdict(Counter)
    measured = []
    for one in _each(arguments):
        measured.append(one)
        count(counts, one)
        if arguments.wrong and (arguments.held_out or not is_held_out(one.sample.url)):
            print_wrong(one, arguments.wrong)
    print_counts(counts, arguments.peer)
    print_time(measured)


def _each(arguments: argparse.Namespace) -> Iterator[Measured]:
    pages = samples(arguments.corpora, tuple(arguments.names) or NAMES)
    with ProcessPoolExecutor(arguments.jobs, initializer=load_all) as pool:
        yield from pool.map(partial(measure, peer=arguments.peer), pages, chunksize=8)


# ── one page ─────────────────────────────────────────────────────────────────────────────────


def measure(sample: Sample, peer: bool) -> Measured:
    """Return what we find on a page, and what trafilatura finds."""
    seconds = [0.0]
    start = time.process_time()
    read = read_page(sample, seconds)
    took = time.process_time() - start
    found = read[1] if read is not None else Metadata()
    answer = Answer(found.title, found.authors, found.published, found.agencies)
    return Measured(sample, answer, trafilatura_answer(sample.body(), sample.url) if peer else None, seconds[0], took)


def read_page(sample: Sample, seconds: list[float] | None = None) -> tuple[Any, Metadata] | None:
    """Return what the clean's step `read_metadata` was given for a page, and what it returned; None without that step.

    `seconds`: set to the CPU seconds that it took.
    """
    module: Any = page_pipeline
    body, read = sample.body(), module.read_metadata
    kept: list[tuple[Any, Metadata]] = []

    def keep(*given: Any) -> Metadata:
        start = time.process_time()
        kept.append((given, read(*given)))
        if seconds is not None:
            seconds[:] = [time.process_time() - start]
        return kept[-1][1]

    module.read_metadata = keep
    try:
        cleaning.clean_page(Page(sample.url, body))
    except HarvesterError:
        pass
    finally:
        module.read_metadata = read
    return kept[0] if kept else None


def trafilatura_answer(body: bytes, url: str | None) -> Answer:
    """Return what trafilatura's metadata step says of a page."""
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        try:
            tree = import_module("trafilatura.utils").load_html(body)
            found = import_module("trafilatura.metadata").extract_metadata(tree, url)
        except _FAILURES:
            return Answer()
    authors = tuple(name for name in (found.author or "").split("; ") if name)
    return Answer(found.title or None, authors, found.date or None)


# ── all pages ────────────────────────────────────────────────────────────────────────────────


def count(counts: Counts, one: Measured) -> None:
    """Add the verdicts on a page."""
    truth = truth_of(one.sample)
    verdicts = {"given": judge(truth, one.found), "checked": judge_checked(one.sample, one.found)}
    if one.peer is not None:
        verdicts |= {"peer": judge(truth, one.peer), "peer checked": judge_checked(one.sample, one.peer)}
    part = PARTS[is_held_out(one.sample.url)]
    for reading, by_field in verdicts.items():
        for field, verdict in by_field.items():
            counts[one.sample.corpus, field, part, reading][verdict] += 1
            counts[one.sample.corpus, field, "all", reading][verdict] += 1


def print_wrong(one: Measured, field: str) -> None:
    """Print a page whose field is not right."""
    verdict: Verdict = judge_checked(one.sample, one.found)[field]
    if verdict in {"near", "wrong", "missing"}:
        truth, found = getattr(truth_of(one.sample), field), getattr(one.found, field)
        print(f"<!-- {one.sample.corpus} {one.sample.id}: {verdict}: {truth!r}, not {found!r} -->")


def print_counts(counts: Counts, peer: bool) -> None:
    """Print the table of all corpora and fields."""
    corpora = dict.fromkeys(corpus for corpus, _, _, _ in counts)
    rows = [
        [corpus, field, part, *row]
        for corpus, field, part in product(corpora, FIELDS, PARTS)
        if (row := _row(*(counts[corpus, field, part, reading] for reading in READINGS), peer=peer))
    ]
    print_table("Title, authors and date", [*HEAD, *CHECKED_HEAD, *(PEER_HEAD if peer else ())], rows)


def _row(
    given: Counter[str], checked: Counter[str], peers: Counter[str], peers_checked: Counter[str], *, peer: bool
) -> list[str]:
    pages = sum(given[verdict] for verdict in ("right", "near", "wrong", "missing"))
    if not pages:
        return []
    row = [str(pages), *(share(given[verdict], pages) for verdict in ("right", "near", "wrong", "missing"))]
    row += [str(given["extra"]), *(share(checked[verdict], pages) for verdict in ("right", "near", "wrong"))]
    return row + (_right_and_wrong(peers, pages) + _right_and_wrong(peers_checked, pages) if peer else [])


def _right_and_wrong(counts: Counter[str], pages: int) -> list[str]:
    return [share(counts["right"], pages), share(counts["near"] + counts["wrong"], pages)]


def print_time(measured: list[Measured]) -> None:
    """Print what reading the metadata costs, and what share of the whole clean it is."""
    metadata, whole = sum(one.metadata_s for one in measured), sum(one.clean_s for one in measured)
    print(f"\nread_metadata: {1e3 * metadata / max(len(measured), 1):.2f} ms CPU a page, {share(metadata, whole)}")
    print(f"of the {1e3 * whole / max(len(measured), 1):.2f} ms of the whole clean; {len(measured)} pages")


if __name__ == "__main__":
    main()
