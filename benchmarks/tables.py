"""Markdown tables, and the few figures that all benchmarks print."""

from collections.abc import Iterable, Sequence


def print_table(title: str, head: Sequence[str], rows: Iterable[Sequence[str]]) -> None:
    """Print a table under a heading; nothing when it has no rows."""
    listed = list(rows)
    if listed:
        print(f"\n## {title}\n\n{table_text(head, listed)}", end="", flush=True)


def table_text(head: Sequence[str], rows: Iterable[Sequence[str]]) -> str:
    """Return a table with its head."""
    lines = [f"| {' | '.join(row)} |" for row in rows]
    return "\n".join([f"| {' | '.join(head)} |\n|{'---|' * len(head)}", *lines, ""])


def percentile(values: Iterable[float], share: float) -> float:
    """Return the value below which `share` of the values lie (nearest rank); 0 for none."""
    ordered = sorted(values)
    return ordered[min(int(share * len(ordered)), len(ordered) - 1)] if ordered else 0.0


def average(values: Iterable[float]) -> float | None:
    """Return the mean; None for no values."""
    listed = list(values)
    return sum(listed) / len(listed) if listed else None


def share(part: float, whole: float) -> str:
    """Return a percentage; "-" of nothing."""
    return f"{100 * part / whole:.1f} %" if whole else "-"


def score(value: float | None) -> str:
    """Return a score from 0 to 1 with three digits; "-" for None."""
    return "-" if value is None else f"{value:.3f}"
