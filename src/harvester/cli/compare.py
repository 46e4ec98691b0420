"""`harvester compare`: what changed between two sets of articles."""

import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, Final

import click

from harvester.cli.exit_codes import EXIT_SOME_FAILED
from harvester.cli.option_values import OutFile
from harvester.cli.terminal import counted, exit_failed, may_draw, printable
from harvester.errors import StoreError

if TYPE_CHECKING:
    from collections.abc import Callable

    from harvester.compare.comparison import Comparison
    from harvester.compare.matching import Side

_TOLD_EVERY: Final = 100  # articles


@click.command()
@click.argument("old", metavar="OLD")
@click.argument("new", metavar="NEW")
@click.option(
    "--to",
    type=OutFile(),
    metavar="FILE",
    help="Write the whole report, with texts side by side: .md, .html or .json.",
)
@click.option(
    "--examples",
    type=click.IntRange(0, 200),
    default=10,
    show_default=True,
    metavar="N",
    help="Show N articles of each sort.",
)
def compare(old: str, new: str, to: Path | None, examples: int) -> None:
    """Compare two outputs: which articles changed, appeared and vanished, and how.

    OLD and NEW are outputs of `harvester clean`, `crawl` or `export`, files of articles, or remote prefixes. Without
    a file to write, the sums are printed as Markdown.

    \b
    Examples:
      harvester compare before after
      harvester compare before after --to report.html

    Exit codes: 0 compared, 1 some articles are damaged, 2 wrong usage, 3 disk full.
    """
    from harvester.compare.markdown_report import as_markdown  # noqa: PLC0415
    from harvester.compare.reports import write_report  # noqa: PLC0415
    from harvester.compare.sets import compare_sets  # noqa: PLC0415
    from harvester.compare.sum_tables import headline  # noqa: PLC0415
    from harvester.store.datasets.open_storage import BadAddressError  # noqa: PLC0415

    _check((old, new), to)
    try:
        with compare_progress() as report:
            comparison = compare_sets(old, new, examples, report)
        if to is not None:
            write_report(comparison, to)
    except BadAddressError as error:
        raise click.UsageError(str(error)) from error
    except StoreError as error:
        exit_failed(error)
    for line in as_markdown(comparison, examples=False) if to is None else (*headline(comparison), f"Report: {to}"):
        click.echo(printable(line))
    if print_damage(comparison):
        sys.exit(EXIT_SOME_FAILED)


def print_damage(comparison: "Comparison") -> bool:
    """Print what could not be compared, and return whether there is any."""
    damaged = [side for side in (comparison.old, comparison.new) if side.damaged]
    for side in damaged:
        if not side.articles and side.damaged == 1:
            click.echo(printable(f"error: {side.first_fault}"), err=True)
            continue
        words = f"{counted(side.damaged, 'article or file was', 'articles or files were')} not compared, the first: "
        click.echo(printable(f"error: {side.address}: {words}{side.first_fault}"), err=True)
    return bool(damaged)


def _check(places: tuple[str, str], to: Path | None) -> None:
    from harvester.compare.reports import ENDINGS  # noqa: PLC0415

    for place in places:
        if "://" not in place and not Path(place).exists():
            raise click.UsageError(f"{place!r} does not exist.")
    if to is not None and to.suffix not in ENDINGS:
        raise click.UsageError(f"{str(to)!r} must end in {', '.join(ENDINGS)}.")


@contextmanager
def compare_progress() -> "Iterator[Callable[[Side, int], None]]":
    """Yield what is called for each article that was read: in a terminal it moves the figures."""
    if not may_draw():
        yield lambda *_: None
        return
    from rich.console import Console  # noqa: PLC0415

    with Console(stderr=True).status("Reading") as status:

        def report(side: "Side", articles: int) -> None:
            if articles % _TOLD_EVERY == 0:
                status.update(f"{side.name.lower()} set: {articles:,} articles")

        yield report
