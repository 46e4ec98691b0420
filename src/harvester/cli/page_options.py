"""The options of commands that look for one page among many."""

from datetime import datetime

import click

from harvester.cli.option_values import moment_value


def _until(context: click.Context, option: click.Parameter, value: str | None) -> datetime | None:
    """Return a time that was typed; a day by itself is meant as a whole."""
    moment = moment_value(context, option, value)
    if moment is not None and value is not None and len(value) == len("2026-03-21"):
        return moment.replace(hour=23, minute=59, second=59, microsecond=999_999)
    return moment


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
