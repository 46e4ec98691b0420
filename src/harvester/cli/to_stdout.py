"""Articles on standard output: made in a folder that goes, and printed when all of them are there."""

import shutil
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Final, Literal

import click

from harvester.cli.terminal import drop_output
from harvester.rendering.format_names import READABLE, Style

STDOUT: Final = "-"
_PRINTED: Final = (*READABLE, "csv")  # made from the articles when all of them are there


@contextmanager
def passing_folder() -> Iterator[Path]:
    """Yield a folder that is gone when the block ends; no other user can look into it."""
    with TemporaryDirectory(prefix="harvester-") as folder:
        yield Path(folder) / "articles"


def form_in_folder(form: str, packing: str = "none") -> Literal["jsonl"]:
    """Return the format in which articles wait to be printed as `form`; raises UsageError for one that is no stream."""
    if form in _PRINTED and packing != "none":
        raise click.UsageError(f"{form} is not packed where it is printed: --compress is for jsonl.")
    if form == "parquet":
        raise click.UsageError("Parquet is no stream: --to - takes all other formats.")
    return "jsonl"


def print_articles(folder: Path, form: str, style: Style) -> None:
    """Print the articles of a set of JSON lines: as lines, packed as they are, or in a format for readers."""
    try:
        if form in _PRINTED:
            _print_texts(folder, form, style)
        else:
            for path in sorted(folder.glob("articles-*")):
                with path.open("rb") as file:
                    shutil.copyfileobj(file, sys.stdout.buffer)
        sys.stdout.buffer.flush()
    except BrokenPipeError:  # `| head`: nobody reads on
        drop_output()


def _print_texts(folder: Path, form: str, style: Style) -> None:
    from harvester.rendering.article_streams import stream  # noqa: PLC0415
    from harvester.store.articles import article_of  # noqa: PLC0415
    from harvester.store.datasets.dataset_reader import Stored, read_set  # noqa: PLC0415

    articles = (article_of(entry.line) for entry in read_set(folder) if isinstance(entry, Stored))
    for piece in stream(articles, form, style):  # type: ignore[arg-type]
        sys.stdout.buffer.write(piece)
