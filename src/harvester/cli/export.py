"""`harvester export`: articles from one format or place to another."""

import sys
from collections.abc import Iterator
from contextlib import contextmanager, nullcontext
from importlib.util import find_spec
from pathlib import Path
from typing import TYPE_CHECKING, Unpack, cast

import click

from harvester.cli.exit_codes import EXIT_SOME_FAILED
from harvester.cli.filter_options import ChoiceOptions, choice_of, choice_options
from harvester.cli.option_values import FORMS, folder_place, front_matter_option, style_of
from harvester.cli.terminal import counted, exit_failed, may_draw, print_error, printable
from harvester.cli.to_stdout import STDOUT, form_in_folder, passing_folder, print_articles
from harvester.distribution import install_extra
from harvester.errors import HarvesterError, InputError, StoreError
from harvester.rendering.format_names import READABLE, Style
from harvester.store.datasets.layout import PART_ARTICLES, PARTS

if TYPE_CHECKING:
    from collections.abc import Callable

    from harvester.store.datasets.article_filter import ArticleFilter
    from harvester.store.datasets.dataset_files import DatasetFile
    from harvester.store.datasets.export import Target, Totals
    from harvester.store.datasets.layout import Form, Packing


class _Options(ChoiceOptions):
    """Options of the command, as click gives them."""

    compress: "Packing"
    part_articles: int | None
    sharded: bool
    front_matter: bool | None
    schema: int | None


@click.command()
@click.argument("source", metavar="FROM")
@click.option(
    "--to",
    required=True,
    metavar="PLACE",
    callback=folder_place,
    help="Folder or remote prefix for the new files; - for standard output.",
)
@click.option("--format", "form", required=True, type=click.Choice(FORMS), help="What to write.")
@click.option(
    "--compress",
    type=click.Choice(["none", "gzip", "zstd"]),
    default="none",
    show_default=True,
    help="How files of jsonl and csv are packed.",
)
@click.option(
    "--part-articles",
    type=click.IntRange(min=1),
    metavar="N",
    help=f"Articles in one file of jsonl, parquet or csv; default: {PART_ARTICLES:,}.",
)
@click.option("--sharded", is_flag=True, help="Spread formats with one file an article over 256 folders.")
@front_matter_option
@click.option("--schema", type=click.IntRange(1, 2), help="Write articles of this version of the format.")
@choice_options
def export(source: str, to: str, form: str, **options: Unpack[_Options]) -> None:
    """Write articles in another format, or in another place.

    FROM is an output of `harvester clean` or `crawl`, a file of articles, or a remote prefix, as PLACE may be:
    s3://BUCKET/PREFIX, gs://, az://. Articles that are damaged are named on standard error and left out.

    \b
    Examples:
      harvester export output --to lines --format jsonl --compress zstd
      harvester export output --to s3://archive/2026 --format parquet
      harvester export output --to reading --format html
      harvester export output --to old --format json --schema 1
      harvester export articles --to new --format jsonl --since 4711 --language en --min-confidence 0.75

    Exit codes: 0 all written, 1 some articles are damaged, 2 wrong usage, 3 disk full.
    """
    from harvester.store.datasets.open_storage import BadAddressError  # noqa: PLC0415

    if "://" not in source and not Path(source).exists():
        raise click.UsageError(f"{source!r} does not exist.")
    try:
        with passing_folder() if to == STDOUT else nullcontext() as folder:
            shape = form if folder is None else form_in_folder(form, options["compress"])
            style = style_of(form, options["front_matter"])
            _check(form, to, options)
            target = _target(str(folder or to), shape, style, options)
            totals, damaged = _export(source, target, choice_of(options))
            if folder is not None:
                print_articles(folder, form, target.style)
    except (BadAddressError, ValueError) as error:
        raise click.UsageError(str(error)) from error
    except (InputError, StoreError) as error:
        exit_failed(error)
    click.echo(_summary(totals, to), err=to == STDOUT)
    if not totals.articles and not damaged and choice_of(options).is_choosy:
        click.echo("note: no article of the set is all that the options ask for", err=True)
    if damaged:
        sys.exit(EXIT_SOME_FAILED)


def _export(source: str, target: "Target", choice: "ArticleFilter") -> "tuple[Totals, int]":
    """Write the articles; return the sums and how many articles are damaged."""
    from harvester.store.datasets.export import export_set  # noqa: PLC0415

    damaged = 0

    def report(found: "DatasetFile | HarvesterError") -> None:
        nonlocal damaged
        if isinstance(found, HarvesterError):
            damaged += 1
            print_error(found)
        else:
            show(found)

    with _progress() as show:
        totals = export_set(source, target, report, choice)
    return totals, damaged


def _check(form: str, to: str, options: _Options) -> None:
    """Raise ValueError for options that would change nothing."""
    if options["part_articles"] is not None and (form not in PARTS or to == STDOUT):
        what = f"{form} has a file an article" if to != STDOUT else "standard output is one stream"
        raise ValueError(f"Only files of many articles are cut into parts (--part-articles); {what}.")
    if options["schema"] is not None and form in READABLE:
        raise ValueError(f"Only formats of whole articles have versions (--schema); {form} is for readers.")


def _target(to: str, form: str, style: Style, options: _Options) -> "Target":
    """Return what is to be written; raises ValueError for options that do not fit together."""
    from harvester.store.datasets.export import Target  # noqa: PLC0415
    from harvester.store.datasets.layout import Layout  # noqa: PLC0415
    from harvester.store.datasets.open_storage import open_storage  # noqa: PLC0415

    packing, sharded, schema = options["compress"], options["sharded"], options["schema"]
    articles = options["part_articles"] or PART_ARTICLES
    if form == "parquet" and find_spec("pyarrow") is None:
        raise ValueError(f"Parquet needs one more package: {install_extra('parquet')}.")
    if form in READABLE:
        if packing != "none":
            raise ValueError(f"Only --format jsonl and csv are packed; {form} is not.")
        return Target(open_storage(to), form, articles, style, schema, sharded)
    return Target(open_storage(to), Layout(cast("Form", form), packing, sharded), articles, style, schema)


@contextmanager
def _progress() -> "Iterator[Callable[[DatasetFile], None]]":
    """Yield what is called for each file: in a terminal it moves the figures."""
    if not may_draw():
        yield lambda _: None
        return
    from rich.console import Console  # noqa: PLC0415

    articles = files = 0
    console = Console(stderr=True)
    with console.status("Reading") as status:

        def show(part: "DatasetFile") -> None:
            nonlocal articles, files
            articles, files = articles + part.articles, files + 1
            status.update(f"{articles:,} articles in {files:,} files")

        yield show


def _summary(totals: "Totals", to: str) -> str:
    articles = counted(totals.articles, "article")
    left_out = f", {counted(totals.failures, 'failure')} beside them" if totals.failures else ""
    if to == STDOUT:
        return f"{articles} printed"
    return printable(f"{articles} in {counted(totals.files, 'file')}, {totals.bytes:,} bytes{left_out}; in {to}")
