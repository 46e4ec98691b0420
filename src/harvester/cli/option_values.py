"""Values of options that several commands take."""

import math
import os
from collections.abc import Callable
from datetime import UTC, datetime
from pathlib import Path
from typing import Any, Final, get_args

import click

from harvester.errors import HarvesterError, Reason
from harvester.page_type_names import PAGE_TYPES, USUAL_TYPES
from harvester.rendering.format_names import DEFAULT_STYLE, READABLE, Style
from harvester.store.datasets.layout import Form

ALL: Final = "all"
EXAMPLES_OF_TIMES: Final = "2026-03-21 or 2026-03-21T08:00:00Z"
FORMS: Final = (*get_args(Form), *READABLE)  # in which articles are written
_FILE_ENDINGS: Final = tuple(".json .jsonl .parquet .csv .txt .md .html .htm .xml .gz .zst".split())

front_matter_option = click.option(
    "--front-matter/--no-front-matter",
    default=None,
    help="Whether Markdown begins with the fields, as YAML; default: it does.",
)

comments_option = click.option("--comments", is_flag=True, help="Also read what readers wrote below the article.")

allow_host_option: Callable[[Any], Any] = click.option(
    "--allow-host", multiple=True, metavar="HOST:PORT", help="Allow this one private address; may be repeated."
)


def with_advice(error: HarvesterError) -> HarvesterError:
    """Return the error, with the option that allows the address where that was refused."""
    if error.reason != Reason.BLOCKED_ADDRESS:
        return error
    return type(error)(error.subject, error.reason, f"{error.explanation}; if it is yours: --allow-host HOST:PORT")


class FiniteFloat(click.FloatRange):
    """A number in a range, which "nan" is in for click, and "inf" where there is no upper end."""

    def convert(self, value: Any, param: click.Parameter | None, ctx: click.Context | None) -> float:
        """Return the number; fails where it is none, or in no range."""
        number = float(super().convert(value, param, ctx))
        if not math.isfinite(number):
            self.fail(f"{value!r} is no number.", param, ctx)
        return number


class OutFile(click.Path):
    """A file of this machine that is to be written; where `has_stdout` says so, "-" is standard output, and None."""

    def __init__(self, *, has_stdout: bool = False) -> None:
        super().__init__(dir_okay=False, path_type=Path)
        self._has_stdout = has_stdout

    def convert(  # type: ignore[override]
        self, value: Any, param: click.Parameter | None, ctx: click.Context | None
    ) -> Path | None:
        """Return the path; fails for a folder and an address, which would become a folder named after its scheme."""
        text = str(value)
        if text == "-" and self._has_stdout:
            return None
        if text == "-":
            self.fail("standard output is not written to; name a file.", param, ctx)
        if "://" in text:
            self.fail(f"{text!r} is an address; name a file of this machine.", param, ctx)
        return Path(os.fsdecode(super().convert(value, param, ctx)))


def folder_place(_context: click.Context, _option: click.Parameter, value: str) -> str:
    """Return the place that articles go to; fails for one that is called as a file is, and is no folder.

    Other commands write one file by their --to: here it would become a folder of that name.
    """
    if value.lower().endswith(_FILE_ENDINGS) and "://" not in value and not Path(value).is_dir():
        raise click.BadParameter(f"{value!r} is the name of a file: name a folder, or - for standard output.")
    return value


def style_of(form: str, front_matter: bool | None) -> Style:
    """Return what is chosen about a format; raises UsageError for what it does not have."""
    if front_matter is None:
        return DEFAULT_STYLE
    if form != "markdown":
        raise click.UsageError(f"Only --format markdown has front matter; {form} has none.")
    return Style(front_matter)


def moment_of(value: str) -> datetime:
    """Return a time that was typed, in UTC; one without a zone is in UTC. Raises ValueError where it is none.

    >>> moment_of("2026-03-21").isoformat(), moment_of("2026-03-21T08:00:00Z").isoformat()
    ('2026-03-21T00:00:00+00:00', '2026-03-21T08:00:00+00:00')
    """
    moment = datetime.fromisoformat(value)
    try:
        return moment.astimezone(UTC) if moment.tzinfo else moment.replace(tzinfo=UTC)
    except OverflowError as error:
        raise ValueError(value) from error


def moment_value(_context: click.Context, _option: click.Parameter, value: str | None) -> datetime | None:
    """Return the time of an option, aware; None where it is not given."""
    if value is None:
        return None
    try:
        return moment_of(value)
    except ValueError as error:
        raise click.BadParameter(f"{value!r} is no date or time as {EXAMPLES_OF_TIMES}.") from error


def host_names(_context: click.Context, _option: click.Parameter, values: tuple[str, ...]) -> tuple[str, ...]:
    """Return hosts as URLs name them, without "www."; of a URL that was pasted its host is meant."""
    return tuple(map(_host_name, values))


def _host_name(value: str) -> str:
    from harvester.errors import FetchError  # noqa: PLC0415
    from harvester.urls import check_url, host_of  # noqa: PLC0415

    text = value.strip().removeprefix("*.").lstrip(".")
    try:
        return host_of(check_url(text if "://" in text else f"https://{text}")).removeprefix("www.")
    except FetchError as error:
        raise click.BadParameter(f"{value!r} is no host; write it as example.org.") from error


site_option: Callable[[Any], Any] = click.option(
    "--site", "sites", multiple=True, callback=host_names, metavar="HOST", help="Only of this host; may be repeated."
)


def page_types(_context: click.Context, _option: click.Parameter, value: str | None) -> frozenset[str]:
    """Return the types of "article,forum" or "all"; the usual ones where none is given."""
    if value is None:
        return USUAL_TYPES
    names = frozenset(name.strip().lower() for name in value.split(","))
    if names == {ALL}:
        return frozenset(PAGE_TYPES)
    if unknown := sorted(names.difference(PAGE_TYPES)):
        raise click.BadParameter(f"{', '.join(map(repr, unknown))}: known are {', '.join(PAGE_TYPES)}, or {ALL}")
    return names
