"""`harvester rules`: the rules of single sites, checked by their examples and taken over from other programs."""

import sys
from collections.abc import Iterator
from pathlib import Path
from typing import TYPE_CHECKING

import click

from harvester.cli.exit_codes import EXIT_SOME_FAILED
from harvester.cli.terminal import counted, exit_failed, print_error, print_failure, printable
from harvester.errors import Reason, RulesError, StoreError

if TYPE_CHECKING:
    from harvester.rules.site_checks import Finding
    from harvester.rules.site_files import ExampledRule


@click.group()
def rules() -> None:
    """Work with the rules of single sites.

    \b
    Example:
      harvester rules check my-rules
    """


@rules.command()
@click.argument("folder", type=click.Path(path_type=Path), metavar="FOLDER")
def check(folder: Path) -> None:
    """Run the examples of all rules in FOLDER, and print which fail.

    FOLDER holds a HOST.toml for each site, as --rules takes it.

    \b
    Example:
      harvester rules check my-rules

    Exit codes: 0 the rules are good, 1 they are not, 2 wrong usage.
    """
    from harvester.rules.site_checks import check_rule  # noqa: PLC0415 - with the parser

    wrong = count = 0
    for name, exampled in _files(folder):
        if isinstance(exampled, RulesError):
            print_error(exampled)
            wrong += 1
            continue
        findings = [finding for one in exampled for finding in check_rule(one)]
        _print_findings(findings)
        wrong += sum(finding.is_wrong for finding in findings)
        count += len(exampled)
        examples = sum(len(one.drop) + len(one.keep) for one in exampled)
        click.echo(printable(f"{name}: {counted(len(exampled), 'rule')}, {counted(examples, 'example')}"))
    if wrong:
        click.echo(f"{counted(wrong, 'thing')} wrong", err=True)
        sys.exit(EXIT_SOME_FAILED)
    click.echo(f"{counted(count, 'rule')}, nothing wrong")


@rules.command(name="import")
@click.argument("folder", type=click.Path(exists=True, file_okay=False, path_type=Path), metavar="FOLDER")
@click.option("--to", required=True, type=click.Path(file_okay=False, path_type=Path), help="Folder for the rules.")
def import_configs(folder: Path, to: Path) -> None:
    """Turn site configs of the ftr-site-config form into rules.

    FOLDER holds a HOST.txt for each site. Each becomes HOST.toml in --to; one that is there already stays. Places that
    are written in XPath become CSS selectors where there is a like; every line that is left behind is named, with the
    reason.

    \b
    Example:
      harvester rules import ftr-site-config --to my-rules

    Exit codes: 0 all read, 1 some files could not be read or are there already, 2 wrong usage, 3 disk full.
    """
    files = sorted(path for path in folder.iterdir() if path.name.endswith(".txt") and path.is_file())
    if not files:
        raise click.UsageError(f"{str(folder)!r} holds no HOST.txt.")
    try:
        done = [_import(path, to) for path in files]
    except StoreError as error:
        exit_failed(error)
    click.echo(f"{counted(sum(done), 'site')} taken over, {len(done) - sum(done):,} not")
    if not all(done):
        sys.exit(EXIT_SOME_FAILED)


def _import(path: Path, to: Path) -> bool:
    """Write the rules of one config; return whether that could be done."""
    from harvester.rules.site_configs import host_of_config, read_config  # noqa: PLC0415 - with the parser
    from harvester.rules.site_files import MAX_BYTES  # noqa: PLC0415
    from harvester.store.atomic_files import make_folder, write_atomic  # noqa: PLC0415

    target = to / f"{host_of_config(path.name)}.toml"
    try:
        with path.open(encoding="utf-8-sig") as file:
            text = file.read(MAX_BYTES + 1)
    except (OSError, UnicodeDecodeError) as error:
        print_failure(str(path), f"cannot be read: {error}", Reason.UNREADABLE)
        return False
    if len(text) > MAX_BYTES:
        print_failure(str(path), f"has more than {MAX_BYTES:,} characters", Reason.UNREADABLE)
        return False
    if target.exists():
        print_failure(
            str(path), f"{target} is there already; remove it first, or name another folder", Reason.UNWRITABLE
        )
        return False
    found = read_config(text)
    for left in found.left:
        click.echo(printable(f"{path}:{left.line}: {left.text}: {left.why}"), err=True)
    if found.taken:
        make_folder(to)
        write_atomic(target, found.toml().encode())
    lines = counted(len(found.left), "line")
    click.echo(printable(f"{path.name}: {counted(len(found.taken), 'rule')}, {lines} left behind"))
    return True


def _files(folder: Path) -> "Iterator[tuple[str, tuple[ExampledRule, ...] | RulesError]]":
    from harvester.rules.load import load_rules  # noqa: PLC0415
    from harvester.rules.site_files import each_site, site_contents  # noqa: PLC0415

    try:
        contents = site_contents(folder)
    except RulesError as error:
        raise click.UsageError(printable(str(error))) from error
    if not contents:
        raise click.UsageError(f"{str(folder)!r} holds no HOST.toml.")
    for name, _, found in each_site(contents, load_rules().kinds):
        yield name, found


def _print_findings(findings: "list[Finding]") -> None:
    for finding in findings:
        if finding.is_wrong:
            print_failure(finding.where, finding.words, Reason.BAD_RULES)
        else:
            click.echo(printable(f"note: {finding.where}: {finding.words}"))
