"""Cleans every page of the corpora: `python benchmarks/whole.py CORPORA [--every N] [--only NAME] [--jobs 2]`.

Each page must give an article or a HarvesterError with a reason, in time. Prints Markdown: pages by corpus and reason,
pages a second, CPU milliseconds a page with the slowest pages by name, and the largest memory of a worker. Exit code 1
when a page raised anything else (its traceback stands on standard error), killed its worker or hung.
"""

import argparse
import resource
import sys
import time
from collections import Counter, defaultdict
from dataclasses import dataclass
from pathlib import Path

from corpora import NAMES, Sample, samples, there
from harvester.cleaning import clean_page
from harvester.errors import HarvesterError
from harvester.models import Page
from tables import percentile, print_table
from workers import Lost, each_page, load_all

SLOWEST = 8  # pages named in the report
FAULTS = ("crash", "hang")


@dataclass(frozen=True, slots=True)
class Cleaned:
    """What became of one page."""

    outcome: str  # "article", a reason, "crash" or "hang"
    cpu_ms: float
    body_bytes: int
    peak_kib: int  # of the worker so far


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("corpora", type=Path)
    parser.add_argument("--every", type=int, default=1, metavar="N", help="take each N-th page")
    parser.add_argument("--only", choices=NAMES, action="append", help="this corpus; may be repeated")
    parser.add_argument("--jobs", type=int, default=2, help="worker processes (default 2)")
    arguments = parser.parse_args()
    load_all()
    pages = samples(arguments.corpora, tuple(arguments.only or there(arguments.corpora)), arguments.every)
    start = time.perf_counter()
    results: dict[tuple[str, str], Cleaned] = {}
    for sample, result in each_page(pages, clean, arguments.jobs):
        results[sample.corpus, sample.id] = Cleaned(result.why, 0.0, 0, 0) if isinstance(result, Lost) else result
    report(results, time.perf_counter() - start, arguments.jobs)
    if faults := [f"{corpus} {name}: {it.outcome}" for (corpus, name), it in results.items() if it.outcome in FAULTS]:
        print("\nFAULTS", *faults, sep="\n")
        sys.exit(1)


def clean(sample: Sample) -> Cleaned:
    """Clean one page; only a HarvesterError is an answer, any other exception ends the worker."""
    load_all()
    body = sample.body()
    start = time.process_time()
    try:
        clean_page(Page(sample.url, body))
        outcome = "article"
    except HarvesterError as error:
        outcome = error.reason
    cpu_ms = 1e3 * (time.process_time() - start)
    return Cleaned(outcome, cpu_ms, len(body), peak_kib())


def peak_kib() -> int:
    """Return the largest resident memory of this process so far, in KiB."""
    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    return peak // 1024 if sys.platform == "darwin" else peak


def report(results: dict[tuple[str, str], Cleaned], seconds: float, jobs: int) -> None:
    """Print the tables."""
    counts: defaultdict[str, Counter[str]] = defaultdict(Counter)
    for (corpus, _), cleaned in results.items():
        counts[corpus][cleaned.outcome] += 1
    outcomes = sorted({outcome for counter in counts.values() for outcome in counter})
    rows = [[name, *(str(counts[name][outcome]) for outcome in outcomes)] for name in sorted(counts)]
    total = [str(sum(counter[outcome] for counter in counts.values())) for outcome in outcomes]
    print_table("Pages by what became of them", ["corpus", *outcomes], [*rows, ["all", *total]])
    done = {key: cleaned for key, cleaned in results.items() if cleaned.outcome not in FAULTS}
    times = [cleaned.cpu_ms for cleaned in done.values()]
    print(f"\n{len(results):,} pages in {seconds:,.1f} s, {len(results) / seconds:,.1f} pages/s with {jobs} processes")
    figures = ", ".join(f"{name} {percentile(times, at):,.1f}" for name, at in (("median", 0.5), ("p95", 0.95)))
    print(f"CPU ms a page: {figures}, max {max(times, default=0):,.1f}")
    print(f"Peak memory of a worker: {max((it.peak_kib for it in done.values()), default=0) / 1024:,.0f} MiB")
    slowest = sorted(done.items(), key=lambda item: -item[1].cpu_ms)[:SLOWEST]
    print_table(
        "Slowest pages",
        ["corpus", "page", "CPU ms", "KB", "outcome"],
        [[*key, f"{it.cpu_ms:,.0f}", f"{it.body_bytes / 1e3:,.0f}", it.outcome] for key, it in slowest],
    )


if __name__ == "__main__":
    main()
