"""The option that names a folder with rules of single sites: the same for all commands that clean pages."""

from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final

import click

from harvester.cli.terminal import printable
from harvester.errors import RulesError

if TYPE_CHECKING:
    from harvester.rules.site_rules import Sites

VARIABLE: Final = "HARVESTER_RULES"
rules_option: Callable[[Any], Any] = click.option(
    "--rules",
    envvar=VARIABLE,
    type=click.Path(path_type=Path),
    metavar="FOLDER",
    help=f"Rules of single sites, one HOST.toml each; {VARIABLE} names it as well.",
)


def read_rules(folder: Path | None) -> "Sites":
    """Return the rules of sites in `folder` and of the package; ends the command where they cannot be used."""
    from harvester.rules.site_files import load_sites, site_contents  # noqa: PLC0415 - with the tables

    try:
        if folder is not None and not site_contents(folder):
            click.echo(printable(f"note: {str(folder)!r} holds no HOST.toml: no rules of it are in use"), err=True)
        return load_sites(folder)
    except RulesError as error:
        raise click.UsageError(printable(str(error))) from error
