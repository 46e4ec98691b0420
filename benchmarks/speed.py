"""Measures time and memory: `python benchmarks/speed.py CORPORA [--pages N] [--memory N]`.

One process, CPU time. Every page goes through every program in turn, the first one another for each page, so that a
busy machine slows all alike. Prints Markdown: milliseconds a page, pages and megabytes a second, ratios to ours; the
time of each of our steps; with --memory, how memory grows over N cleans of a cycle of pages.
"""

import argparse
import time
import warnings
from collections import deque
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from importlib import import_module
from importlib.util import find_spec
from itertools import cycle, islice
from pathlib import Path
from typing import Any

from corpora import LEARNED, Sample, samples
from harvester import cleaning
from harvester.errors import HarvesterError
from harvester.models import Page
from peers import resiliparse_text
from tables import percentile, print_table
from whole import peak_kib
from workers import load_all

PAGES = 200
OURS = "harvester"
# Step, module, function. A step's time is without the steps called inside it; "rest" is what no step holds.
STEPS = (
    ("decode", "harvester.cleaning.reading", "read_text"),
    ("prescan", "harvester.cleaning.reading", "refuse_hostile"),
    ("languages and lines", "harvester.cleaning.judging", "read_page"),
    ("dom", "harvester.cleaning.reading", "read_document"),
    ("places", "harvester.cleaning.judging", "label_places"),
    ("content: trees and choice", "harvester.cleaning.judging", "choose"),
    ("content: features", "harvester.content.choice", "feature_rows"),
    ("content: second look", "harvester.content.choice", "revision_rows"),
    ("content: second opinion", "harvester.content.choice", "trafilatura_blocks"),
    ("wordings", "harvester.cleaning.labels", "label_wordings"),
    ("metadata", "harvester.cleaning.judging", "read_metadata"),
    ("page type", "harvester.cleaning.judging", "read_page_type"),
    ("structure", "harvester.cleaning.writing", "assemble"),
    ("fingerprints", "harvester.cleaning.writing", "measures"),
)
CYCLE = 100  # pages that --memory cleans again and again
POINTS = 20  # memory is read this many times

Program = Callable[[bytes, str | None], object]  # body, URL


@dataclass(frozen=True, slots=True)
class Case:
    """One page in memory."""

    sample: Sample
    body: bytes


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("corpora", type=Path)
    parser.add_argument("--pages", type=int, default=PAGES, metavar="N", help=f"about this many (default {PAGES})")
    parser.add_argument("--memory", type=int, metavar="N", help="measure memory over N cleans, and nothing else")
    arguments = parser.parse_args()
    warnings.simplefilter("ignore")
    load_all()
    if arguments.memory:
        measure_memory(load(arguments.corpora, CYCLE), arguments.memory)
        return
    cases = load(arguments.corpora, arguments.pages)
    size = sum(len(case.body) for case in cases)
    print(f"# Speed\n\n{len(cases)} pages, {size / len(cases) / 1e3:,.0f} KB a page, CPU time of one process.")
    measure_steps(cases)
    print(f"\nPeak memory of the process after our own cleans: {peak_kib() / 1024:,.0f} MiB", flush=True)
    compare(cases)


def load(corpora: Path, count: int) -> list[Case]:
    """Return about `count` pages, spread evenly over all corpora."""
    pages = list(samples(corpora, LEARNED))
    return [Case(sample, sample.body()) for sample in pages[:: max(len(pages) // count, 1)]][:count]


def ours(body: bytes, url: str | None) -> object:
    """Clean a page with all its metadata."""
    try:
        return cleaning.clean_page(Page(url, body))
    except HarvesterError as error:
        return error


# ── against other programs ────────────────────────────────────────────────────────────────────


def programs() -> dict[str, Program]:
    """Return what is compared, by name: each gets the bytes of a page."""
    offered: dict[str, Program] = {
        OURS: ours,
        "trafilatura, with metadata": _trafilatura(fast=False),
        "trafilatura fast, with metadata": _trafilatura(fast=True),
    }
    if find_spec("resiliparse"):
        offered["resiliparse, text only"] = resiliparse_text
    return offered


def _trafilatura(*, fast: bool) -> Program:
    def extract(body: bytes, url: str | None) -> object:
        return import_module("trafilatura").bare_extraction(body, url=url, with_metadata=True, fast=fast)

    return extract


def compare(cases: list[Case]) -> None:
    """Print the times of all programs over the same pages."""
    offered = {**programs(), "lexbor parse alone": _parse}
    order = deque(offered)
    times: dict[str, list[float]] = {name: [] for name in offered}
    for program in offered.values():  # imports and caches
        _cpu_ms(program, cases[0])
    for case in cases:
        for name in order:
            times[name].append(_cpu_ms(offered[name], case))
        order.rotate()
    megabytes = sum(len(case.body) for case in cases) / 1e6
    base = sum(times[OURS])
    table = [
        [name, f"{percentile(ms, 0.5):,.2f}", f"{percentile(ms, 0.95):,.2f}", f"{sum(ms) / len(ms):,.2f}"]
        + [f"{1e3 * len(ms) / sum(ms):,.1f}", f"{1e3 * megabytes / sum(ms):,.1f}", f"{sum(ms) / base:,.2f}"]
        for name, ms in times.items()
    ]
    head = ["program", "median ms", "p95 ms", "mean ms", "pages/s", "MB/s", "time, ours = 1"]
    print_table("The same pages through each program", head, table)


def _parse(body: bytes, url: str | None) -> object:
    return import_module("selectolax.lexbor").LexborHTMLParser(body)


def _cpu_ms(program: Program, case: Case) -> float:
    start = time.process_time()
    program(case.body, case.sample.url)
    return 1e3 * (time.process_time() - start)


# ── our own steps ─────────────────────────────────────────────────────────────────────────────


def measure_steps(cases: list[Case]) -> None:
    """Print what each step of a clean costs."""
    spent: dict[str, float] = {}
    start = time.process_time()
    with _timed_steps(spent):
        for case in cases:
            ours(case.body, case.sample.url)
    total = time.process_time() - start
    spent["rest"] = total - sum(spent.values())
    table = [[step, f"{1e3 * s / len(cases):,.2f}", f"{100 * s / total:,.1f} %"] for step, s in spent.items()]
    print_table("Our steps", ["step", "mean ms", "share"], [*table, ["all", f"{1e3 * total / len(cases):,.2f}", ""]])


@contextmanager
def _timed_steps(spent: dict[str, float]) -> Iterator[None]:
    """Add the seconds of each step to `spent` while the block runs."""
    open_steps: list[float] = []  # seconds that inner steps of each open one took
    replaced: list[tuple[Any, str, Any]] = []
    for step, module_name, name in STEPS:
        module = import_module(module_name)
        if hasattr(module, name):
            replaced.append((module, name, getattr(module, name)))
            setattr(module, name, _timed(step, getattr(module, name), spent, open_steps))
    try:
        yield
    finally:
        for module, name, function in replaced:
            setattr(module, name, function)


def _timed(step: str, function: Callable[..., Any], spent: dict[str, float], open_steps: list[float]) -> Any:
    spent[step] = 0.0

    def timed(*arguments: Any, **named: Any) -> Any:
        open_steps.append(0.0)
        start = time.process_time()
        try:
            return function(*arguments, **named)
        finally:
            took = time.process_time() - start
            spent[step] += took - open_steps.pop()
            if open_steps:
                open_steps[-1] += took

    return timed


# ── memory ────────────────────────────────────────────────────────────────────────────────────


def measure_memory(cases: list[Case], count: int) -> None:
    """Print resident memory over `count` cleans, and its slope over the second half, when all caches are warm."""
    every = max(count // POINTS, 1)
    points: list[tuple[int, int]] = []
    for number, case in enumerate(islice(cycle(cases), count), 1):
        ours(case.body, case.sample.url)
        if number % every == 0:
            points.append((number, resident_kib()))
    print_table(
        f"Memory over cleans of {len(cases)} pages",
        ["cleans", "MiB"],
        [[f"{n:,}", f"{kib / 1024:,.1f}"] for n, kib in points],
    )
    print(f"\nSlope over the second half: {1e3 * slope(points[len(points) // 2 :]):,.0f} KiB per 1,000 cleans")
    print(f"Peak: {peak_kib() / 1024:,.0f} MiB")


def resident_kib() -> int:
    """Return the resident memory of this process now, in KiB; its peak where the system does not tell (not Linux)."""
    status = Path("/proc/self/status")
    if not status.exists():
        return peak_kib()
    return next(int(line.split()[1]) for line in status.read_text().splitlines() if line.startswith("VmRSS:"))


def slope(points: list[tuple[int, int]]) -> float:
    """Return the rise a step of the straight line through the points (least squares); 0 for fewer than two."""
    if len(points) < 2:
        return 0.0
    middle_x = sum(x for x, _ in points) / len(points)
    middle_y = sum(y for _, y in points) / len(points)
    spread = sum((x - middle_x) ** 2 for x, _ in points)
    return sum((x - middle_x) * (y - middle_y) for x, y in points) / spread


if __name__ == "__main__":
    main()
