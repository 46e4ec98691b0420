"""The table that `harvester clean` prints: two lines an article, readable at 80 columns in any script."""

from collections.abc import Mapping
from typing import Final

from rich.cells import cell_len
from rich.console import Console
from rich.text import Text

from harvester.cli.terminal import by_count, counted, printable
from harvester.reclean.run import CleanSummary
from harvester.reclean.unit_results import ListedPage

DATE_WIDTH: Final = 10
LANGUAGES_WIDTH: Final = 11  # "zh-Hans, en"
COUNT_WIDTH: Final = 8
GAP: Final = "  "
FIXED_WIDTH: Final = DATE_WIDTH + LANGUAGES_WIDTH + 2 * COUNT_WIDTH + 4 * len(GAP)
NAME_WIDTH: Final = 34
NOT_SAID: Final = "-"


def print_tally(summary: CleanSummary, place: str, *, is_quiet: bool = False) -> None:
    """Print how many pages were cleaned, how many failed and why, what was passed over, and what was removed.

    `is_quiet`: on standard error.
    """
    total, failed = summary.total, sum(summary.reasons.values()) - summary.total.inputs
    why = f" ({_counts(summary.reasons)})" if summary.reasons else ""
    console = Console(highlight=False, stderr=is_quiet)
    is_wrapped = console.is_terminal  # a pipe gets whole lines
    if total.articles:
        gone = sum(total.removed.values())
        kinds = f": {_counts(total.removed)}" if gone else ""
        console.print(Text(f"Kept {total.kept_chars:,} characters, removed {gone:,}{kinds}"), soft_wrap=not is_wrapped)
    if total.passed:
        console.print(
            Text(f"Passed over {sum(total.passed.values()):,}: {_counts(total.passed)}"), soft_wrap=not is_wrapped
        )
    pages = counted(total.articles + failed, "page")
    reused = f" ({total.reused:,} of them up to date before)" if total.reused else ""
    where = "; articles printed" if is_quiet else f"; articles in {printable(place)}"
    where = where if total.articles else ""
    empty = f", {total.inputs:,} named without a page" if total.inputs else ""
    words = f"{pages}: {total.articles:,} cleaned{reused}, {failed:,} failed{empty}{why}{where}"
    console.print(Text(words), soft_wrap=True)


def listing_header(width: int) -> Text:
    """Return what is above the rows."""
    first = _line(Text("Title"), ("Date", "Languages", "Kept", "Removed"), width)
    return Text("\n").join((first, Text(f"{GAP}File: characters removed, by kind"), Text("-" * width)))


def listing_row(article: ListedPage, width: int) -> Text:
    """Return the two lines of an article: its title and figures; below, its file and what was removed from it."""
    cells = (
        (article.published or NOT_SAID)[:DATE_WIDTH],
        ", ".join(article.languages) or NOT_SAID,
        f"{article.kept_chars:,}",
        f"{sum(article.removed.values()):,}",
    )
    title = Text(printable(article.title or "(no title)"), style="bold")
    name = f"{GAP}{_end_of(printable(article.name), NAME_WIDTH)}: "
    kinds = removed_kinds(article.removed, width - cell_len(name))
    return Text("\n").join((_line(title, cells, width), Text(name + kinds, style="dim")))


def _end_of(name: str, width: int) -> str:
    """Return a name in `width` cells: of a longer one the end, which distinguishes files.

    >>> _end_of("pages/a-seal-on-the-slipway.html", 16)
    '…he-slipway.html'
    """
    if cell_len(name) <= width:
        return name
    start = next(at for at in range(len(name)) if cell_len(name[at:]) < width)
    return f"…{name[start:]}"


def removed_kinds(removed: Mapping[str, int], width: int) -> str:
    """Return the kinds with their characters, the largest first, as many as fit in `width` cells."""
    parts = [f"{kind} {count:,}" for kind, count in by_count(removed)]
    for shown in range(len(parts), 0, -1):
        rest = len(parts) - shown
        line = ", ".join(parts[:shown]) + (f", {rest} more" if rest else "")
        if cell_len(line) <= width:
            return line
    return f"{len(parts)} kinds" if parts else "nothing removed"


def _counts(counts: Mapping[str, int]) -> str:
    return ", ".join(f"{name} {count:,}" for name, count in by_count(counts))


def _line(title: Text, cells: tuple[str, str, str, str], width: int) -> Text:
    """Return one line of columns; the title takes what the others leave."""
    date, languages, kept, removed = (Text(printable(cell)) for cell in cells)
    title.truncate(width - FIXED_WIDTH, overflow="ellipsis", pad=True)
    date.truncate(DATE_WIDTH, pad=True)
    languages.truncate(LANGUAGES_WIDTH, overflow="ellipsis", pad=True)
    kept.align("right", COUNT_WIDTH)
    removed.align("right", COUNT_WIDTH)
    return Text(GAP).join((title, date, languages, kept, removed))
