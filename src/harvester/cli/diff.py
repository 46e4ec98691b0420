"""`harvester diff`: what was edited in an article."""

import sys
from pathlib import Path
from typing import TYPE_CHECKING, Final

import click

from harvester.cli.terminal import exit_failed, printable
from harvester.errors import HarvesterError, InputError, Reason

if TYPE_CHECKING:
    from harvester.models import Article

STYLES: Final = {"-": "red", "+": "green", "~": "cyan", " ": "bright_black"}


@click.command()
@click.argument("article", type=click.Path(dir_okay=False, path_type=Path), metavar="ARTICLE")
@click.option(
    "--version",
    "number",
    type=click.IntRange(min=2),
    metavar="N",
    help="Show what version N changed; without it, the latest one.",
)
def diff(article: Path, number: int | None) -> None:
    """Show what was edited between two versions of a crawled article.

    ARTICLE is the file of its present version, OUTPUT/HOST/ID.json. Lines with "-" went, those with "+" came, and in
    lines with "~" [-this went-] and {+this came+}.

    \b
    Examples:
      harvester diff articles/valley-digest.example/e40f2092a2110710.json
      harvester diff articles/valley-digest.example/e40f2092a2110710.json --version 2

    Exit codes: 0 shown, 1 there is nothing to compare, 2 wrong usage.
    """
    from harvester.crawl.article_edits import readable_diff  # noqa: PLC0415

    try:
        old, new = _versions(article, number)
    except HarvesterError as error:
        exit_failed(error)
    click.echo(_heading("---", old))
    click.echo(_heading("+++", new))
    text = readable_diff(old, new)
    for line in text.splitlines():
        click.echo(click.style(printable(line), fg=STYLES.get(line[:1])))
    if not text:
        click.echo("Nothing was edited.")
        sys.exit(0)


def _versions(path: Path, number: int | None) -> "tuple[Article, Article]":
    """Return version N - 1 and version N; N is the present one where it is None."""
    from harvester.crawl.article_files import version_path  # noqa: PLC0415
    from harvester.store.articles import load_article  # noqa: PLC0415

    present = load_article(path)
    latest = present.edition.version if present.edition else 1
    wanted = number or latest
    if wanted > latest:
        raise InputError(str(path), Reason.NO_PAGES, f"there is no version {wanted}; the latest is {latest}")
    if wanted == 1:
        raise InputError(
            str(path), Reason.NO_PAGES, "there is one version only: it was not edited since it was first seen"
        )
    new = present if wanted == latest else load_article(version_path(path, wanted))
    return load_article(version_path(path, wanted - 1)), new


def _heading(mark: str, article: "Article") -> str:
    version = article.edition.version if article.edition else 1
    return printable(f"{mark} version {version}, fetched {article.fetched_at or 'at an unknown time'}: {article.title}")
