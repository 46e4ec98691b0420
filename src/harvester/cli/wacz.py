"""`harvester archive wacz`: pages as one file that replay tools open."""

import sys
from pathlib import Path

import click

from harvester.cli.exit_codes import EXIT_SOME_FAILED
from harvester.cli.option_values import OutFile, site_option
from harvester.cli.terminal import counted, exit_failed, print_error, printable
from harvester.errors import HarvesterError


@click.command(short_help="Pack the pages of a crawl or a site into a WACZ, for replay.")
@click.argument("places", nargs=-1, required=True, metavar="PLACE...")
@click.option("--to", "path", required=True, type=OutFile(), metavar="FILE", help="The WACZ.")
@site_option
@click.option("--title", metavar="TEXT", help="What the file is called in a replay tool.")
def wacz(places: tuple[str, ...], path: Path, sites: tuple[str, ...], title: str | None) -> None:
    """Pack saved pages into one WACZ, with index and list of pages, that replay tools open.

    PLACE is a file or folder of saved pages in any form that `clean` reads: a crawl, WARC files, a folder of HTML. All
    answers of an archive are packed, also pictures. The same pages give the same bytes.

    \b
    Examples:
      harvester archive wacz crawl --to crawl.wacz
      harvester archive wacz archive/*.warc.gz --site valley-digest.example --to digest.wacz --title "Valley Digest"

    Exit codes: 0 packed, 1 something could not be read, or there is no page, 2 wrong usage, 3 disk full.
    """
    from harvester.archive.discovery import NoSuchInputError  # noqa: PLC0415
    from harvester.archive.wacz_file import pack_wacz  # noqa: PLC0415
    from harvester.archive.wacz_records import PagesToPack  # noqa: PLC0415

    lost: list[str] = []

    def report(error: HarvesterError) -> None:
        lost.append(error.reason)
        print_error(error)

    try:
        written = pack_wacz(PagesToPack(places, sites, path), path, title, report)
    except NoSuchInputError as error:
        raise click.UsageError(printable(str(error))) from error
    except HarvesterError as error:
        exit_failed(error)
    pages, records = counted(written.pages, "page"), counted(written.records, "record")
    click.echo(printable(f"{path}: {pages}, {records}, {path.stat().st_size:,} bytes"))
    if lost:
        sys.exit(EXIT_SOME_FAILED)
