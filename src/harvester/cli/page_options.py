"""The options of commands that look for one page among many."""

from datetime import UTC, datetime

import click


def _aware(_context: click.Context, _option: click.Parameter, value: str | None) -> datetime | None:
    """Return a time that was typed; one without a zone is in UTC, a day by itself is meant as a whole."""
    if value is None:
        return None
    try:
        moment = datetime.fromisoformat(value)
    except ValueError as error:
        raise click.BadParameter(f"{value!r} is no date or time as 2026-03-21 or 2026-03-21T08:00:00Z.") from error
    if len(value) == len("2026-03-21"):
        moment = moment.replace(hour=23, minute=59, second=59, microsecond=999_999)
    return moment if moment.tzinfo else moment.replace(tzinfo=UTC)


from_option = click.option(
    "--from",
    "places",
    multiple=True,
    metavar="PLACE",
    help="File or folder in which the page is looked for: WARC, WACZ, a crawl, ... May be repeated.",
)
at_option = click.option("--at", metavar="TIME", callback=_aware, help="Of a URL, the latest page up to TIME.")
