"""`harvester archive`: the raw pages of a crawl, checked and read back."""

import sys
from pathlib import Path

import click

from harvester.cli.terminal import EXIT_SOME_FAILED, exit_failed, print_error, printable
from harvester.errors import InputError


@click.group()
def archive() -> None:
    """Check the raw pages of a crawl (WARC), and get one back.

    \b
    Examples:
      harvester archive check archive/*.warc.gz
      harvester archive page articles/valley-digest.example/e40f2092a2110710.json --from archive
    """


@archive.command()
@click.argument("files", nargs=-1, required=True, type=click.Path(dir_okay=False, path_type=Path), metavar="FILE...")
@click.option(
    "--strict", is_flag=True, help="Exit with 1 when anything is lost; without it, when a file is unreadable."
)
def check(files: tuple[Path, ...], strict: bool) -> None:
    """Read WARC files to their ends and tell each loss with its place.

    A place is in bytes from the start of the file; all good records are read.

    \b
    Example:
      harvester archive check --strict archive/*.warc.gz

    Exit codes: 0 read, 1 a file cannot be read, or --strict and something is lost, 2 wrong usage.
    """
    from harvester.archive.formats.warc_reader import Loss, page_of, payload_fault, read_records  # noqa: PLC0415

    losses = unreadable = 0
    for file in files:
        records = pages = lost = 0
        try:
            for record in read_records(file):
                if isinstance(record, Loss):
                    lost += 1
                    click.echo(printable(f"{file}:{record.offset}: {record.explanation}"), err=True)
                elif (fault := payload_fault(record)) is not None:
                    lost += 1
                    click.echo(printable(f"{file}:{record.offset}: {fault}"), err=True)
                else:
                    records += 1
                    pages += page_of(record) is not None
        except InputError as error:
            print_error(error)
            unreadable += 1
            continue
        click.echo(printable(f"{file}: {records:,} records, {pages:,} pages, {lost:,} lost"))
        losses += lost
    if unreadable or (strict and losses):
        sys.exit(EXIT_SOME_FAILED)


@archive.command()
@click.argument("article", type=click.Path(dir_okay=False, path_type=Path), metavar="ARTICLE")
@click.option(
    "--from",
    "folder",
    required=True,
    type=click.Path(file_okay=False, path_type=Path),
    metavar="FOLDER",
    help="Folder of the WARC files.",
)
def page(article: Path, folder: Path) -> None:
    """Write the raw page of a crawled article to standard output.

    \b
    Example:
      harvester archive page articles/valley-digest.example/e40f2092a2110710.json --from archive > page.html

    Exit codes: 0 written, 1 the article has no page in the archive, 2 wrong usage.
    """
    from harvester.archive.formats.warc_reader import archived_page  # noqa: PLC0415
    from harvester.store.articles import load_article  # noqa: PLC0415

    try:
        place = load_article(article).page.archive
        if place is None:
            raise InputError(str(article), "no_pages", "the raw page of this article was not kept")
        sys.stdout.buffer.write(archived_page(folder, place).body)
    except InputError as error:
        exit_failed(error)
