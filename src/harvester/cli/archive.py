"""`harvester archive`: the raw pages of a crawl, checked and read back."""

import sys
from datetime import datetime
from pathlib import Path

import click

from harvester.cli.exit_codes import EXIT_SOME_FAILED
from harvester.cli.page_options import at_option, from_option
from harvester.cli.prune import prune
from harvester.cli.terminal import exit_failed, print_error, printable, printable_lines
from harvester.cli.wacz import wacz
from harvester.errors import HarvesterError, InputError


@click.group()
def archive() -> None:
    """Check the raw pages of a crawl (WARC), get one back, pack them for replay.

    \b
    Examples:
      harvester archive check archive/*.warc.gz
      harvester archive page articles/valley-digest.example/e40f2092a2110710.json --from archive
      harvester archive page https://valley-digest.example/seal --from archive
      harvester archive wacz crawl --to crawl.wacz
    """


archive.add_command(prune)
archive.add_command(wacz)


@archive.command()
@click.argument("files", nargs=-1, required=True, type=click.Path(dir_okay=False, path_type=Path), metavar="FILE...")
@click.option(
    "--strict", is_flag=True, help="Exit with 1 when anything is lost; without it, when a file is unreadable."
)
def check(files: tuple[Path, ...], strict: bool) -> None:
    """Read WARC files to their ends and report each loss with its offset.

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
@click.argument("page", metavar="PAGE")
@from_option
@at_option
def page(page: str, places: tuple[str, ...], at: datetime | None) -> None:
    """Write the raw page of an article, a URL or a record to standard output.

    PAGE is the file of an article, a URL, or a record as messages name it: FILE:OFFSET in a WARC or ARC file,
    FILE!MEMBER:OFFSET in a WACZ, FILE!MEMBER in a zip or tar, FILE:LINE of JSON lines.

    \b
    Examples:
      harvester archive page articles/valley-digest.example/e40f2092a2110710.json > page.html
      harvester archive page https://valley-digest.example/seal --from archive --at 2026-03-01
      harvester archive page crawl.warc.gz:10432

    Exit codes: 0 written, 1 the page is not there or cannot be read, 2 wrong usage.
    """
    from harvester.archive.discovery import NoSuchInputError  # noqa: PLC0415
    from harvester.archive.page_lookup import PageRequest, find_page  # noqa: PLC0415

    try:
        body = find_page(PageRequest(page, places, at)).page.body
    except NoSuchInputError as error:
        raise click.UsageError(printable_lines(str(error))) from error
    except HarvesterError as error:
        exit_failed(error)
    sys.stdout.buffer.write(body)
