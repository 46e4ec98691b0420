"""The options of commands that look for one page among many."""

from datetime import UTC, date, datetime, time

import click

from harvester.cli.option_values import moment_value


def _until(context: click.Context, option: click.Parameter, value: str | None) -> datetime | None:
    """Return a time that was typed; a day by itself is meant as a whole."""
    moment = moment_value(context, option, value)
    return moment and (datetime.combine(moment, time.max, UTC) if _is_day(str(value)) else moment)


def _is_day(value: str) -> bool:
    """Return whether a time that was typed is a day by itself.

    >>> [_is_day(value) for value in ("2026-03-21", "20260321", "2026-03-21T00:00")]
    [True, True, False]
    """
    try:
        date.fromisoformat(value)
    except ValueError:
        return False
    return True


def _checked(_context: click.Context, _option: click.Parameter, value: str | None) -> str | None:
    """Return a URL that was typed, as it is asked for."""
    from harvester.errors import FetchError  # noqa: PLC0415
    from harvester.urls import check_url  # noqa: PLC0415

    try:
        return None if value is None else check_url(value)
    except FetchError as error:
        raise click.BadParameter(f"{value!r} is no URL: {error.explanation}.") from error


from_option = click.option(
    "--from",
    "places",
    multiple=True,
    metavar="PLACE",
    help="File or folder in which the page is looked for: WARC, WACZ, a crawl, ... May be repeated.",
)
at_option = click.option("--at", metavar="TIME", callback=_until, help="Of a URL, the latest page up to TIME.")
url_option = click.option(
    "--url",
    "address",
    metavar="URL",
    callback=_checked,
    help="The address of a saved page, where its file does not say it.",
)
