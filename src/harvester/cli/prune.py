"""`harvester archive prune`: throw away what a crawl need not keep."""

import re
import sys
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final

import click

from harvester.cli.crawl_failures import crawl_failures
from harvester.cli.exit_codes import EXIT_SOME_FAILED
from harvester.cli.terminal import print_error, printable

if TYPE_CHECKING:
    from harvester.crawl.retention import Keep, Removal, RemovalTally
    from harvester.crawl.sources_file import Crawl

_RULE: Final = re.compile(r"(versions|warcs)=(\d+(?:\.\d+)?)(d|MB|GB|TB|)")
_BYTES: Final = {"MB": 10**6, "GB": 10**9, "TB": 10**12}


def _keep(_context: click.Context, _option: click.Parameter, rules: tuple[str, ...]) -> dict[str, Any]:
    """Return the fields of `Keep` that rules such as "versions=3", "warcs=365d", "warcs=200GB" give."""
    found: dict[str, Any] = {}
    for rule in rules:
        match = _RULE.fullmatch(rule)
        kind, number, unit = match.groups() if match else ("", "0", "")
        if unit == "d":
            found[f"{kind}_days"] = float(number)
        elif kind == "warcs" and unit in _BYTES:
            found["warcs_bytes"] = int(float(number) * _BYTES[unit])
        elif kind == "versions" and not unit and number.isdecimal() and int(number):
            found["versions"] = int(number)
        else:
            raise click.BadParameter(f"{rule!r}: write versions=3, versions=90d, warcs=365d or warcs=200GB")
    return found


@click.command(short_help="Throw away versions and raw pages that nothing points to.")
@click.argument("sources", type=click.Path(exists=True, dir_okay=False, path_type=Path), metavar="SOURCES")
@click.option(
    "--keep",
    "kept",
    callback=_keep,
    multiple=True,
    required=True,
    metavar="RULE",
    help="versions=3, versions=90d, warcs=365d or warcs=200GB; may be repeated.",
)
@click.option(
    "--taken",
    type=click.IntRange(min=0),
    default=0,
    metavar="N",
    help="All readers of harvester changes have read up to change N.",
)
@click.option("--state", metavar="URL", help="Where the crawl keeps what is known, as for harvester crawl.")
@click.option("--delete", is_flag=True, help="Throw it away; without it, only say what would go.")
def prune(sources: Path, kept: dict[str, Any], taken: int, state: str | None, delete: bool) -> None:
    """Throw away earlier versions of articles, and files of raw pages that nothing points into.

    What one of the rules keeps, stays. So does each present article, each file with the raw page of an article or
    version that stays, and each version that a change behind N names. Without --delete it prints what would go.

    \b
    Examples:
      harvester archive prune sources.toml --keep versions=3 --keep versions=90d --taken 4711
      harvester archive prune sources.toml --keep warcs=365d --delete

    Exit codes: 0 all well, 1 an article cannot be read, 2 wrong usage, 3 something cannot be removed, 4 a crawl runs.
    """
    from harvester.crawl.retention import Keep, RemovalTally, sole_use  # noqa: PLC0415
    from harvester.crawl.sources_file import read_sources  # noqa: PLC0415

    tally = RemovalTally()
    with crawl_failures(locked="error: {}; wait until it has ended"):
        crawl = read_sources(sources)
        if not crawl.output.is_dir():
            raise click.UsageError(f"There is no crawl yet at {printable(str(crawl.output))}.")
        with sole_use(crawl.output, crawl.archive):
            _go_through(crawl, state, Keep(**kept, taken=taken), tally, is_meant=delete)
    for unread in tally.unread:
        print_error(unread)
    if tally.unread:
        sys.exit(EXIT_SOME_FAILED)


def _go_through(crawl: "Crawl", state: str | None, keep: "Keep", tally: "RemovalTally", *, is_meant: bool) -> None:
    """Print what may go, and let it go where that is meant."""
    from datetime import UTC, datetime  # noqa: PLC0415

    from harvester.crawl.retention import removals, remove, tidy  # noqa: PLC0415

    if is_meant:
        _hand_on(crawl, state)
        tidy(crawl.output)
    versions = warcs = size = 0
    for one in removals(crawl.output, crawl.archive, keep, datetime.now(UTC), tally):
        if is_meant:
            remove(crawl.output, one)
        click.echo(_line(one))
        versions, warcs, size = versions + one.is_version, warcs + (not one.is_version), size + one.bytes
    verb = "gone" if is_meant else "would go"
    click.echo(f"{versions:,} versions and {warcs:,} files of raw pages, {size:,} bytes, {verb}", err=True)
    for words in _reasons(tally, is_meant=is_meant):
        click.echo(words, err=True)


def _hand_on(crawl: "Crawl", named: str | None) -> None:
    """Write the lines that a killed run left to write: the files that they name are to be there."""
    from contextlib import closing  # noqa: PLC0415

    from harvester.crawl.change_publisher import ChangePublisher  # noqa: PLC0415
    from harvester.crawl.state.store import State  # noqa: PLC0415
    from harvester.crawl.state_place import state_address  # noqa: PLC0415

    with closing(State(state_address(crawl, named))) as state:
        ChangePublisher(state, crawl.output).finish()


def _line(removal: "Removal") -> str:
    kind = "version" if removal.is_version else "raw pages"
    return printable(f"{kind}  {removal.bytes:>13,}  {removal.path}")


def _reasons(tally: "RemovalTally", *, is_meant: bool) -> list[str]:
    found = []
    if tally.untaken:
        found.append(
            f"{tally.untaken:,} versions stay because readers of harvester changes may not have them yet: "
            "say with --taken N up to which change all have read"
        )
    if tally.pointed:
        held = f"{tally.pointed:,} files of raw pages, {tally.pointed_bytes:,} bytes, stay"
        found.append(f"{held} because articles that stay have their pages there")
    if tally.unread:
        found.append("no file of raw pages goes while articles cannot be read: nobody knows what they point to")
    return found if is_meant else [*found, "nothing was removed: add --delete to do it"]
