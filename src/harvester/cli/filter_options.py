"""Options that choose articles of a set."""

from collections.abc import Callable
from typing import TYPE_CHECKING, Final, TypedDict

import click

from harvester.cli.changes import since_value
from harvester.cli.option_values import ALL, FiniteFloat, page_types, site_option

if TYPE_CHECKING:
    from harvester.store.changes.change_reading import Since
    from harvester.store.datasets.article_filter import ArticleFilter


class ChoiceOptions(TypedDict):
    """What click gives a command for them."""

    since: "Since | None"
    source_name: str | None
    sites: tuple[str, ...]
    types: tuple[str, ...]
    languages: tuple[str, ...]
    min_confidence: float | None


def _types(context: click.Context, option: click.Parameter, value: str | None) -> tuple[str, ...]:
    """Return the types of page, sorted; none means all of them."""
    return () if value in (None, ALL) else tuple(sorted(page_types(context, option, value)))


_OPTIONS: Final = (
    click.option(
        "--since",
        callback=since_value,
        metavar="N|TIME",
        help="Only what changed after change N, or at TIME (UTC) or later.",
    ),
    click.option("--source", "source_name", metavar="NAME", help="Only articles of this source of a crawl."),
    site_option,
    click.option(
        "--page-types", "--page-type", "types", callback=_types, metavar="TYPES", help="Only these types, by commas."
    ),
    click.option("--language", "languages", multiple=True, metavar="TAG", help="Only in this one; may be repeated."),
    click.option(
        "--min-confidence",
        type=FiniteFloat(0, 1),
        metavar="X",
        help="Only what was cleaned with at least X, 0 to 1.",
    ),
)


def choice_options(command: Callable[..., None]) -> Callable[..., None]:
    """Give a command the options of a choice."""
    for option in reversed(_OPTIONS):
        command = option(command)
    return command


def choice_of(options: ChoiceOptions) -> "ArticleFilter":
    """Return the choice that options mean."""
    from harvester.store.datasets.article_filter import ArticleFilter  # noqa: PLC0415

    return ArticleFilter(
        since=options["since"],
        source=options["source_name"],
        sites=options["sites"],
        page_types=options["types"],
        languages=tuple(tag.lower() for tag in options["languages"]),
        min_confidence=options["min_confidence"],
    )
