"""What each step of a clean costs, and how memory grows: parts of speed.py."""

import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from importlib import import_module
from itertools import cycle, islice
from pathlib import Path
from typing import Any

from speed_programs import Body, ours
from tables import print_table
from whole import peak_kib

# Step, module, function. A step's time is without the steps called inside it; "rest" is what no step holds.
STEPS = (
    ("decode", "harvester.cleaning.bytes_to_blocks", "read_text"),
    ("prescan", "harvester.cleaning.bytes_to_blocks", "refuse_hostile"),
    ("languages and lines", "harvester.cleaning.page_pipeline", "read_page"),
    ("dom", "harvester.cleaning.bytes_to_blocks", "read_document"),
    ("places", "harvester.cleaning.page_pipeline", "label_places"),
    ("content: trees and choice", "harvester.cleaning.page_pipeline", "choose"),
    ("content: features", "harvester.content.classifier", "feature_rows"),
    ("content: second stage", "harvester.content.classifier", "revision_rows"),
    ("content: second opinion", "harvester.content.classifier", "trafilatura_blocks"),
    ("wordings", "harvester.cleaning.line_labels", "label_wordings"),
    ("metadata", "harvester.cleaning.page_pipeline", "read_metadata"),
    ("page type", "harvester.cleaning.page_pipeline", "read_page_type"),
    ("structure", "harvester.cleaning.article_builder", "assemble"),
    ("fingerprints", "harvester.cleaning.article_builder", "measures"),
    ("outline: blocks", "harvester.outline.outline", "block_matrix"),
    ("outline: containers", "harvester.outline.outline", "container_matrix"),
    ("outline: signatures", "harvester.outline.outline", "signatures"),
    ("boxes, captions, protected", "harvester.cleaning.page_pipeline", "_settled_choice"),
    ("repeated blocks", "harvester.cleaning.page_pipeline", "repeated_blocks"),
    ("verdicts", "harvester.cleaning.page_pipeline", "verdicts"),
    ("headline and standfirst", "harvester.cleaning.page_pipeline", "with_parts"),
    ("headline and standfirst", "harvester.cleaning.page_pipeline", "without_author_note"),
    ("refusal", "harvester.cleaning.entry_points", "refuse_without_article"),
    ("layout repaired", "harvester.cleaning.article_builder", "settle"),
    ("article", "harvester.cleaning.entry_points", "article_of"),
    ("ledger and digests", "harvester.cleaning.entry_points", "_written"),
)
REST = "rest"  # what no step holds
POINTS = 20  # memory is read this many times


# ── steps ─────────────────────────────────────────────────────────────────────────────────────


def time_steps(bodies: Sequence[Body]) -> dict[str, float]:
    """Return the milliseconds of each step over all the pages."""
    spent: dict[str, float] = {}
    start = time.process_time()
    with _timed_steps(spent):
        for body, url in bodies:
            ours(body, url)
    spent[REST] = time.process_time() - start - sum(spent.values())
    return {step: 1e3 * seconds for step, seconds in spent.items()}


@contextmanager
def _timed_steps(spent: dict[str, float]) -> Iterator[None]:
    """Add the seconds of each step to `spent` while the block runs."""
    open_steps: list[float] = []  # seconds that inner steps of each open one took
    replaced: list[tuple[Any, str, Any]] = []
    for step, module_name, name in STEPS:
        module = import_module(module_name)
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


def measure_memory(bodies: list[Body], count: int) -> None:
    """Print resident memory over `count` cleans, and its slope over the second half, when all caches are warm."""
    every = max(count // POINTS, 1)
    points: list[tuple[int, int]] = []
    for number, (body, url) in enumerate(islice(cycle(bodies), count), 1):
        ours(body, url)
        if number % every == 0:
            points.append((number, resident_kib()))
    print_table(
        f"Memory over cleans of {len(bodies)} pages",
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
