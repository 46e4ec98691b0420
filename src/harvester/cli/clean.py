"""`harvester clean`: saved pages to articles."""

import sys
from pathlib import Path
from typing import Any

import click

from harvester.cli.terminal import EXIT_SOME_FAILED, exit_failed
from harvester.errors import StoreError


@click.command()
@click.argument("paths", nargs=-1, required=True, metavar="PATH...")
@click.option(
    "--to",
    required=True,
    type=click.Path(file_okay=False, path_type=Path),
    help="Folder for the articles; made when missing.",
)
@click.option(
    "--format",
    "form",
    type=click.Choice(["json", "jsonl", "text", "markdown"]),
    default="json",
    show_default=True,
    help="One STEM.json, .txt or .md a page, or one articles.jsonl for all.",
)
@click.option("--ledger", is_flag=True, help="Write STEM.ledger.json too: every block, kept or removed, and why.")
@click.option(
    "--jobs", type=click.IntRange(min=1), default=1, show_default=True, metavar="N", help="Clean in N processes."
)
@click.option(
    "--no-site-memory",
    "site_memory",
    is_flag=True,
    flag_value=False,
    default=True,
    help="Clean each page as if it were the only one of its site.",
)
def clean(paths: tuple[str, ...], **options: Any) -> None:
    """Clean saved pages and write one article for each.

    PATH is a file, a folder (read recursively), a glob in quotes, or - for standard input. Pages are .html, .htm,
    .xhtml, .mhtml and .mht files, text dumps are .txt files; each may be packed with gzip (.gz). A STEM.page.json
    beside a page tells its URL.

    What several pages of one host have in common is the site's, and is removed from each.

    A page that fails is named on standard error, leaves no file, and the others are still cleaned.

    \b
    Examples:
      harvester clean pages --to output
      harvester clean 'pages/*.html.gz' --to output --format jsonl --jobs 2
      curl -s https://example.org/story | harvester clean - --to output

    Exit codes: 0 all cleaned, 1 some failed, 2 wrong usage, 3 disk full.
    """
    from harvester.cli.summary import print_outcomes, print_tally  # noqa: PLC0415
    from harvester.reclean.inputs import NoSuchInputError, find_inputs  # noqa: PLC0415
    from harvester.reclean.run import CleanOptions, WouldOverwriteError, clean_files, clean_saved  # noqa: PLC0415

    settings = CleanOptions(**options)
    try:
        found = find_inputs(paths, skip=settings.to)
        tally = print_outcomes(clean_files(found, clean_saved, settings))
    except (NoSuchInputError, WouldOverwriteError) as error:
        raise click.UsageError(str(error)) from error
    except StoreError as error:
        exit_failed(error)
    print_tally(tally, settings.to)
    if tally.failed:
        sys.exit(EXIT_SOME_FAILED)
