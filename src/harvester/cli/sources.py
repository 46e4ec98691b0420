"""`harvester sources`: what the file says that a crawl is told by."""

import sys
from pathlib import Path

import click

from harvester.cli.terminal import EXIT_SOME_FAILED, exit_failed, printable


@click.group()
def sources() -> None:
    """Work with the file that tells a crawl its sites.

    \b
    Example:
      harvester sources check sources.toml
    """


def _check_rules(folder: Path | None) -> None:
    """End the command where the rules of sites that the file names cannot be used."""
    from harvester.errors import RulesError  # noqa: PLC0415
    from harvester.rules.site_files import load_sites  # noqa: PLC0415

    try:
        load_sites(folder)
    except RulesError as error:
        exit_failed(error)


@sources.command()
@click.argument("file", type=click.Path(dir_okay=False, path_type=Path), metavar="FILE")
def check(file: Path) -> None:
    """Say whether a sources file can be crawled, and what is wrong with it, by line.

    Nothing is fetched.

    \b
    Example:
      harvester sources check sources.toml

    Exit codes: 0 the file is good, 1 it is not, 2 wrong usage.
    """
    from harvester.crawl.sources import check_sources  # noqa: PLC0415
    from harvester.errors import InputError  # noqa: PLC0415

    try:
        crawl, problems = check_sources(file)
    except InputError as error:
        exit_failed(error)
    for problem in problems:
        click.echo(printable(f"{file}:{problem.line}: {problem.key}: {problem.explanation}"), err=True)
    if crawl is None:
        click.echo(f"{len(problems):,} {'thing is' if len(problems) == 1 else 'things are'} wrong", err=True)
        sys.exit(EXIT_SOME_FAILED)
    _check_rules(crawl.rules)
    for source in crawl.sources:
        lists = f"{len(source.feeds)} feeds, {len(source.sitemaps)} sitemaps, {len(source.sections)} sections"
        click.echo(printable(f"{source.name}  {source.home}  {lists}; looks for {', '.join(sorted(source.discover))}"))
    count = len(crawl.sources)
    click.echo(f"{count:,} {'source' if count == 1 else 'sources'}, nothing wrong")
