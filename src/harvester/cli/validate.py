"""`harvester validate`: whether articles fit their format and their manifest."""

import sys
from pathlib import Path
from typing import TYPE_CHECKING

import click

from harvester.cli.exit_codes import EXIT_SOME_FAILED, EXIT_UNUSABLE
from harvester.cli.terminal import counted, print_error, printable
from harvester.errors import StoreError

if TYPE_CHECKING:
    from harvester.store.datasets.validation import Fault


@click.command()
@click.argument("places", nargs=-1, required=True, metavar="PLACE...")
@click.option("--json", "as_json", is_flag=True, help="Print each fault, and at the end the sums, as a line of JSON.")
def validate(places: tuple[str, ...], as_json: bool) -> None:
    """Check articles against their format, and files against the manifest.

    PLACE is a folder, a file of articles, or a remote prefix: s3://BUCKET/PREFIX, gs://, az://. One line a fault:
    FILE:ROW: FIELD: what is wrong.

    \b
    Examples:
      harvester validate output
      harvester validate s3://archive/2026 --json

    Exit codes: 0 all well, 1 something is wrong, 2 wrong usage, 3 nothing is known: the place cannot be reached, or the
    disk has no room for temporary files.
    """
    from harvester.store.datasets.open_storage import BadAddressError, open_storage  # noqa: PLC0415

    for place in places:
        try:
            open_storage(place)
        except (BadAddressError, StoreError) as error:
            raise click.UsageError(str(error)) from error
        if "://" not in place and not Path(place).exists():
            raise click.UsageError(f"{place!r} does not exist.")
    faults = [_validate_one(place, as_json=as_json) for place in places]
    if any(faults):
        sys.exit(EXIT_SOME_FAILED)


def _validate_one(place: str, *, as_json: bool) -> int:
    """Print the faults of a place and their sum; return how many there are."""
    from harvester.store.datasets.validation import Fault, check_set  # noqa: PLC0415
    from harvester.store.json_lines import json_line  # noqa: PLC0415

    articles = files = faults = 0
    try:
        for found in check_set(place):
            if isinstance(found, Fault):
                faults += 1
                _print_fault(found, as_json=as_json)
            else:
                files, articles = files + 1, articles + found.articles
    except StoreError as error:
        print_error(error)
        sys.exit(EXIT_UNUSABLE)
    if as_json:
        sums = {"place": place, "articles": articles, "files": files, "faults": faults}
        click.echo(json_line(sums), nl=False)
    else:
        words = counted(faults, "fault") if faults else "no fault"
        click.echo(printable(f"{place}: {counted(articles, 'article')} in {counted(files, 'file')}, {words}"), err=True)
    return faults


def _print_fault(fault: "Fault", *, as_json: bool) -> None:
    from harvester.store.json_lines import json_line  # noqa: PLC0415

    if not as_json:
        click.echo(printable(str(fault)))
        return
    names = ("subject", "row", "field", "explanation")
    click.echo(json_line({"file" if name == "subject" else name: getattr(fault, name) for name in names}), nl=False)
