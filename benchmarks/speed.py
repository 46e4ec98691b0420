"""Measures time and memory: `python benchmarks/speed.py CORPORA [--pages N] [--only NAME ...] [--memory N]`.

CPU time. Every program reads the pages in processes of its own, a fresh one for each 50 pages, whose start is not
counted: ours begins as the processes of a crawl do (`harvester.worker_imports`: modules, tables and the parser of URLs
loaded by a small page, and what is loaded put out of the garbage collector's sight), the others by importing what they
need; then each reads some fixtures, so that whatever it loads late is there. **First contact** is the first time that a
page is read there, *repeated* the second. The programs take turns with each 50 pages, so that a busy machine slows all
alike: take the ratios rather than the milliseconds. Prints Markdown: milliseconds a page by corpus, ratios to ours, by
corpus and by size of page; the time of each of our steps. With --memory, how memory grows over N cleans of a cycle of
pages.
"""

import argparse
import logging
import time
import warnings
from collections import Counter, defaultdict, deque
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass
from importlib import import_module
from multiprocessing import get_context
from multiprocessing.connection import Connection
from pathlib import Path
from typing import TypeVar

from corpora import NAMES
from harvester.native import WHY_INTERPRETED
from speed_pages import Group, groups, ready_pages
from speed_programs import OURS, Body, Program, programs
from speed_steps import measure_memory, time_steps
from tables import percentile, print_table
from workers import load_all

PAGES = 50  # of each corpus
BATCH = 50  # pages that one process reads
CYCLE = 100  # pages that --memory cleans again and again
LIMIT_S = 900  # 50 pages that take longer hang
SIZES_KB = (10, 40, 80, 140, 200, 400, 100_000)  # upper bounds of the table by size

Value = TypeVar("Value")


@dataclass(frozen=True, slots=True)
class Timed:
    """One page, read by one program."""

    group: str
    program: str
    body_bytes: int
    first_ms: float
    repeated_ms: float


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("corpora", type=Path)
    parser.add_argument("--pages", type=int, default=PAGES, metavar="N", help=f"of each corpus (default {PAGES})")
    parser.add_argument("--memory", type=int, metavar="N", help="measure memory over N cleans, and nothing else")
    parser.add_argument("--only", nargs="+", default=NAMES, metavar="NAME", help="these corpora, beside small pages")
    arguments = parser.parse_args()
    found = groups(arguments.corpora, arguments.only, arguments.pages)
    if arguments.memory:
        load_all()
        bodies = [body for group in found for body in group.bodies]
        measure_memory(bodies[:: max(len(bodies) // CYCLE, 1)][:CYCLE], arguments.memory)
        return
    print(f"# Speed\n\n{'Interpreted' if WHY_INTERPRETED else 'Compiled'}; CPU time.", flush=True)
    timed = list(measure(found))
    print_by_group(timed)
    print_ratios("How many times as fast, by size of page", timed, size_of)
    print_all(timed)
    print_steps(found)


# ── measuring ─────────────────────────────────────────────────────────────────────────────────


def measure(found: Iterable[Group]) -> Iterator[Timed]:
    """Yield the times of all programs over the same pages."""
    order = deque(programs())
    for group in found:
        for bodies in batches(group):
            for program in order:
                first, repeated = in_fresh_process(read_twice, program, bodies)
                for (body, _), one, two in zip(bodies, first, repeated, strict=True):
                    yield Timed(group.name, program, len(body), one, two)
            order.rotate()


def batches(group: Group) -> Iterator[Sequence[Body]]:
    """Yield the pages that one process reads."""
    for start in range(0, len(group.bodies), BATCH):
        yield group.bodies[start : start + BATCH]


def read_twice(program: str, bodies: Sequence[Body]) -> list[list[float]]:
    """Return what a program takes for each page in milliseconds, the first time and the second."""
    function = programs()[program]
    for body in ready_pages():
        function(*body)
    return [[_cpu_ms(function, body) for body in bodies] for _ in range(2)]


def steps_twice(_program: str, bodies: Sequence[Body]) -> list[dict[str, float]]:
    """Return the milliseconds of each of our steps over all the pages, the first time and the second."""
    time_steps(ready_pages())
    return [time_steps(bodies) for _ in range(2)]


def _cpu_ms(program: Program, body: Body) -> float:
    start = time.process_time()
    program(*body)
    return 1e3 * (time.process_time() - start)


def in_fresh_process(work: Callable[[str, Sequence[Body]], Value], program: str, bodies: Sequence[Body]) -> Value:
    """Return what `work` returns in a process that is started for it."""
    context = get_context("spawn")
    ours, theirs = context.Pipe(duplex=False)
    process = context.Process(target=_send, args=(work, program, bodies, theirs), daemon=True)
    process.start()
    theirs.close()
    try:
        if not ours.poll(LIMIT_S):
            raise TimeoutError(f"{program}: {len(bodies)} pages take over {LIMIT_S} s")
        value: Value = ours.recv()
        return value
    finally:
        process.kill()
        process.join()


def _send(work: Callable[[str, Sequence[Body]], object], program: str, bodies: Sequence[Body], to: Connection) -> None:
    warnings.simplefilter("ignore")
    logging.disable()  # some note every page that they cannot read
    import_module("trafilatura")  # which we load late, at the first page that we ask it about
    if program == OURS:
        import_module("harvester.worker_imports")
    to.send(work(program, bodies))


# ── tables ────────────────────────────────────────────────────────────────────────────────────


def print_by_group(timed: list[Timed]) -> None:
    """Print milliseconds and ratios by corpus."""
    sums = _sums(timed, lambda page: page.group)
    names = list(dict.fromkeys(page.group for page in timed))
    rows = []
    for program in programs():
        cells = [f"{mean(sums[name, program], 0):,.1f} / {mean(sums[name, program], 1):,.1f}" for name in names]
        rows.append([program, *cells])
    print_table("Milliseconds a page, first contact / repeated", ["program", *names], rows)
    print_ratios("How many times as fast, by corpus", timed, lambda page: page.group)


def size_of(page: Timed) -> str:
    """Return the row of the table by size: "40-80 KB"."""
    kilobytes = page.body_bytes / 1e3
    at = next(at for at, limit in enumerate(SIZES_KB) if kilobytes < limit)
    lowest = SIZES_KB[at - 1] if at else 0
    return f"over {lowest} KB" if at == len(SIZES_KB) - 1 else f"{lowest}-{SIZES_KB[at]} KB"


def print_ratios(title: str, timed: list[Timed], key: Callable[[Timed], str]) -> None:
    """Print how much longer each program takes than ours, first contact / repeated; a row for each group of pages."""
    sums, counts = _sums(timed, key), Counter(key(page) for page in timed if page.program == OURS)
    others = [name for name in programs() if name != OURS]
    rows = []
    for name in sorted(counts, key=_by_number):
        cells = [" / ".join(f"{ratio(sums, name, other, at):,.2f}" for at in range(2)) for other in others]
        rows.append([name, f"{counts[name]}", f"{mean(sums[name, OURS], 0):,.2f}", *cells])
    print_table(title, ["pages", "number", "ours, ms", *others], rows)


def _by_number(name: str) -> tuple[bool, int, str]:
    """Put sizes in their order, and all else before them in that of the names."""
    digits = "".join(filter(str.isdigit, name.partition("-")[0]))
    is_size = name.endswith("KB")
    return is_size, int(digits) + name.startswith("over") if is_size else 0, name


Sums = dict[tuple[str, str], tuple[float, float, int]]  # group and program -> ms first, ms repeated, pages


def _sums(timed: list[Timed], key: Callable[[Timed], str]) -> Sums:
    found: Sums = defaultdict(lambda: (0.0, 0.0, 0))
    for page in timed:
        first, repeated, count = found[key(page), page.program]
        found[key(page), page.program] = first + page.first_ms, repeated + page.repeated_ms, count + 1
    return found


def mean(sums: tuple[float, float, int], at: int) -> float:
    """Return milliseconds a page: of first contact (0) or repeated (1)."""
    return sums[at] / max(sums[2], 1)


def ratio(sums: Sums, group: str, program: str, at: int) -> float:
    """Return how many times as long as ours a program takes."""
    return sums[group, program][at] / sums[group, OURS][at] if sums[group, OURS][at] else 0.0


def print_all(timed: list[Timed]) -> None:
    """Print the times of first contact over all pages."""
    rows = []
    for program in programs():
        pages = [page for page in timed if page.program == program]
        ms = [page.first_ms for page in pages]
        megabytes = sum(page.body_bytes for page in pages) / 1e6
        figures = (percentile(ms, 0.5), percentile(ms, 0.95), sum(ms) / len(ms), 1e3 * len(ms) / sum(ms))
        rows.append([program, *(f"{figure:,.1f}" for figure in (*figures, 1e3 * megabytes / sum(ms)))])
    head = ["program", "median ms", "p95 ms", "mean ms", "pages/s", "MB/s"]
    print_table("First contact, all pages", head, rows)


def print_steps(found: Iterable[Group]) -> None:
    """Print what each of our steps costs a page."""
    sums: tuple[Counter[str], Counter[str]] = (Counter(), Counter())
    pages = 0
    for group in found:
        for bodies in batches(group):
            for total, spent in zip(sums, in_fresh_process(steps_twice, OURS, bodies), strict=True):
                total.update(spent)
            pages += len(bodies)
    rows = [[step, *(f"{total[step] / pages:,.2f}" for total in sums)] for step in sums[0]]
    rows.append(["all", *(f"{total.total() / pages:,.2f}" for total in sums)])
    print_table("Our steps, ms a page", ["step", "first contact", "repeated"], rows)


if __name__ == "__main__":
    main()
