"""`harvester duplicates`: which articles of a set are one text."""

import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import IO, TYPE_CHECKING, Final

import click

from harvester.cli.exit_codes import EXIT_SOME_FAILED
from harvester.cli.option_values import OutFile
from harvester.cli.terminal import counted, exit_failed, may_draw, print_error, printable
from harvester.errors import StoreError

if TYPE_CHECKING:
    from collections.abc import Callable

    from harvester.errors import InputError

_TOLD_EVERY: Final = 1_000  # articles


@click.command(short_help="Group the articles of a set that are one text.")
@click.argument("source", metavar="SET")
@click.option(
    "--to", type=OutFile(has_stdout=True), metavar="FILE", help="Write the groups here; else, and with -, printed."
)
@click.option(
    "--bits",
    type=click.IntRange(0, 6),
    default=6,
    show_default=True,
    metavar="N",
    help="How many of 64 bits the simhash of a copy may differ from its original's.",
)
@click.option(
    "--min-words",
    type=click.IntRange(min=1),
    default=30,
    show_default=True,
    metavar="N",
    help="Shorter texts are copies only where they are the same.",
)
@click.option("--exact", "is_exact", is_flag=True, help="Group only what is the same text.")
def duplicates(source: str, to: Path | None, bits: int, min_words: int, is_exact: bool) -> None:
    """Group the articles of SET that are one text: the same, or nearly.

    SET is an output of `harvester clean`, `crawl` or `export`, a file of articles, or a remote prefix. A line of JSON
    for each group names its original, the earliest, and the copies. Memory does not grow with the set.

    \b
    Examples:
      harvester duplicates output --to groups.jsonl
      harvester duplicates s3://archive/2026 --exact | jq -r '.copies[].url'

    Exit codes: 0 done, 1 some articles are damaged, 2 wrong usage, 3 disk full.
    """
    from harvester.duplicates.duplicate_groups import DuplicateSearch, Sums, find_groups  # noqa: PLC0415
    from harvester.duplicates.group_report import group_json  # noqa: PLC0415
    from harvester.store.datasets.open_storage import BadAddressError  # noqa: PLC0415

    if "://" not in source and not Path(source).exists():
        raise click.UsageError(f"{source!r} does not exist.")
    sums = Sums()
    try:
        with _progress() as report, _output(to) as file:
            for group in find_groups(source, DuplicateSearch(bits, min_words, is_exact), sums, report):
                file.writelines(group_json(group))
    except BadAddressError as error:
        raise click.UsageError(str(error)) from error
    except StoreError as error:
        exit_failed(error)
    articles, copies = counted(sums.articles, "article"), counted(sums.copies, "copy", "copies")
    words = f"{articles}: {sums.groups:,} with copies, {copies}, {sums.exact:,} of them exact"
    click.echo(printable(words), err=to is None)
    if sums.damaged:
        sys.exit(EXIT_SOME_FAILED)


@contextmanager
def _output(to: Path | None) -> Iterator[IO[bytes]]:
    from harvester.store.atomic_files import open_atomic  # noqa: PLC0415

    if to is None:
        yield sys.stdout.buffer
        return
    with open_atomic(to) as file:
        yield file


@contextmanager
def _progress() -> "Iterator[Callable[[InputError | None], None]]":
    """Yield what is called for each article that was read, and each damaged one: in a terminal it moves the figures."""
    if not may_draw():
        yield _print_damage
        return
    from rich.console import Console  # noqa: PLC0415

    articles = 0
    with Console(stderr=True).status("Reading") as status:

        def report(damage: "InputError | None") -> None:
            nonlocal articles
            articles += damage is None
            _print_damage(damage)
            if damage is None and articles % _TOLD_EVERY == 0:
                status.update(f"{articles:,} articles")

        yield report


def _print_damage(damage: "InputError | None") -> None:
    if damage is not None:
        print_error(damage)
