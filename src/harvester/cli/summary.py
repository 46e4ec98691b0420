"""The table that `harvester clean` prints: two lines an article, readable at 80 columns in any script."""

from collections import Counter
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Final

from rich.cells import cell_len
from rich.console import Console
from rich.text import Text

from harvester.cli.terminal import by_count, print_error, printable
from harvester.errors import HarvesterError
from harvester.models import Article, Outcome

MAX_WIDTH: Final = 120  # terminal cells; longer lines are hard to follow across
DATE_WIDTH: Final = 10
LANGUAGES_WIDTH: Final = 11  # "zh-Hans, en"
COUNT_WIDTH: Final = 8
GAP: Final = "  "
FIXED_WIDTH: Final = DATE_WIDTH + LANGUAGES_WIDTH + 2 * COUNT_WIDTH + 4 * len(GAP)
SITE_WIDTH: Final = 30
NOT_SAID: Final = "-"


@dataclass(frozen=True, slots=True)
class Tally:
    """What became of all pages together."""

    cleaned: int
    reasons: Mapping[str, int]  # reason -> pages that failed
    kept_chars: int
    removed: Mapping[str, int]  # kind -> characters

    @property
    def failed(self) -> int:
        """The number of pages without an article."""
        return sum(self.reasons.values())


def print_outcomes(outcomes: Iterable[Outcome]) -> Tally:
    """Print each article on standard output and each error on standard error, as they come; return the sums."""
    console = Console(highlight=False, soft_wrap=True)
    width = min(console.width, MAX_WIDTH)
    reasons: Counter[str] = Counter()
    removed: Counter[str] = Counter()
    cleaned = kept_chars = 0
    for outcome in outcomes:
        if isinstance(outcome.result, HarvesterError):
            print_error(outcome.result)
            reasons[outcome.result.reason] += 1
        elif outcome.result is not None:
            if not cleaned:
                console.print(_header(width))
            console.print(article_row(outcome.result, width))
            cleaned += 1
            kept_chars += outcome.result.cleaning.kept_chars
            removed.update(outcome.result.cleaning.removed)
    return Tally(cleaned, reasons, kept_chars, removed)


def print_tally(tally: Tally, folder: Path) -> None:
    """Print how many pages were cleaned, how many failed and why, and what was removed."""
    total = tally.cleaned + tally.failed
    why = f" ({', '.join(f'{reason} {count:,}' for reason, count in by_count(tally.reasons))})" if tally.failed else ""
    console = Console(highlight=False)
    if tally.cleaned:
        gone = sum(tally.removed.values())
        kinds = ", ".join(f"{kind} {count:,}" for kind, count in by_count(tally.removed))
        console.print(Text(f"Kept {tally.kept_chars:,} characters, removed {gone:,}{': ' + kinds if kinds else ''}"))
    pages = "1 page" if total == 1 else f"{total:,} pages"
    where = f"; articles in {printable(str(folder))}" if tally.cleaned else ""
    console.print(Text(f"{pages}: {tally.cleaned:,} cleaned, {tally.failed:,} failed{why}{where}"), soft_wrap=True)


def article_row(article: Article, width: int) -> Text:
    """Return the two lines of an article: its title and figures; below, its site and what was removed from it."""
    cleaning = article.cleaning
    cells = (
        (article.published or NOT_SAID)[:DATE_WIDTH],
        ", ".join(article.languages) or NOT_SAID,
        f"{cleaning.kept_chars:,}",
        f"{sum(cleaning.removed.values()):,}",
    )
    title = Text(printable(article.title or "(no title)"), style="bold")
    site = Text(printable(article.site or NOT_SAID))
    site.truncate(SITE_WIDTH, overflow="ellipsis")
    kinds = removed_kinds(cleaning.removed, width - len(GAP) - site.cell_len - 2)
    return Text("\n").join((_line(title, cells, width), Text.assemble(GAP, site, f": {kinds}", style="dim")))


def removed_kinds(removed: Mapping[str, int], width: int) -> str:
    """Return the kinds with their characters, the largest first, as many as fit in `width` cells."""
    parts = [f"{kind} {count:,}" for kind, count in by_count(removed)]
    for shown in range(len(parts), 0, -1):
        rest = len(parts) - shown
        line = ", ".join(parts[:shown]) + (f", {rest} more" if rest else "")
        if cell_len(line) <= width:
            return line
    return f"{len(parts)} kinds" if parts else "nothing removed"


def _header(width: int) -> Text:
    first = _line(Text("Title"), ("Date", "Languages", "Kept", "Removed"), width)
    return Text("\n").join((first, Text(f"{GAP}Site: characters removed, by kind"), Text("-" * width)))


def _line(title: Text, cells: tuple[str, str, str, str], width: int) -> Text:
    """Return one line of columns; the title takes what the others leave."""
    date, languages, kept, removed = (Text(printable(cell)) for cell in cells)
    title.truncate(width - FIXED_WIDTH, overflow="ellipsis", pad=True)
    date.truncate(DATE_WIDTH, pad=True)
    languages.truncate(LANGUAGES_WIDTH, overflow="ellipsis", pad=True)
    kept.align("right", COUNT_WIDTH)
    removed.align("right", COUNT_WIDTH)
    return Text(GAP).join((title, date, languages, kept, removed))
