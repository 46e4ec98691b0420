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

STDOUT: Final = "-"
SEPARATOR: Final = b"\n\n"  # between two texts
_READABLE: Final = ("text", "markdown")


@contextmanager
def passing_folder() -> Iterator[Path]:
    """Yield a folder that is gone when the block ends; no other user can look into it."""
    with TemporaryDirectory(prefix="harvester-") as folder:
        yield Path(folder) / "articles"


def form_in_folder(form: str, packing: str = "none") -> Literal["jsonl"]:
    """Return the format in which articles wait to be printed as `form`; raises UsageError for one that is no stream."""
    if form in _READABLE and packing != "none":
        raise click.UsageError(f"files of {form} are not packed: --compress is for jsonl.")
    if form == "parquet":
        raise click.UsageError("Parquet is no stream: --to - takes json, jsonl, text and markdown.")
    return "jsonl"


def print_articles(folder: Path, form: str) -> None:
    """Print the articles of a set of JSON lines: as lines, packed as they are, or as text or Markdown."""
    try:
        if form in _READABLE:
            _print_texts(folder, form)
        else:
            for path in sorted(folder.glob("articles-*")):
                with path.open("rb") as file:
                    shutil.copyfileobj(file, sys.stdout.buffer)
        sys.stdout.buffer.flush()
    except BrokenPipeError:  # `| head`: nobody reads on
        drop_output()


def _print_texts(folder: Path, form: str) -> None:
    from harvester.store.articles import article_of  # noqa: PLC0415
    from harvester.store.datasets.reader import Stored, read_set  # noqa: PLC0415
    from harvester.store.render import render_markdown, render_text  # noqa: PLC0415

    render = render_text if form == "text" else render_markdown
    is_first = True
    for entry in read_set(folder):
        if isinstance(entry, Stored):
            text = render(article_of(entry.line)).rstrip("\n").encode("utf-8", "replace")
            sys.stdout.buffer.write((b"" if is_first else SEPARATOR) + text + b"\n")
            is_first = False
