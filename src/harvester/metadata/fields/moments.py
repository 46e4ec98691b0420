"""A date as a page gives it, as a moment that can be sorted by."""

from datetime import UTC, datetime
from typing import NamedTuple

from harvester.models import Precision


class Moment(NamedTuple):
    """When something was published."""

    at: datetime  # aware, UTC
    precision: Precision
    zone_known: bool  # False: the page's clock was taken for UTC


def moment_of(published: str | None) -> Moment | None:
    """Return the moment of a date of ISO 8601; None for none. A day is its first moment.

    >>> moment_of("2024-03-04T09:15+01:00")
    Moment(at=datetime.datetime(2024, 3, 4, 8, 15, tzinfo=datetime.timezone.utc), precision='minute', zone_known=True)
    """
    try:
        said = datetime.fromisoformat(published or "")
        at = said.astimezone(UTC) if said.tzinfo else said.replace(tzinfo=UTC)
    except (ValueError, OverflowError):
        return None
    clock = (published or "").partition("T")[2].removesuffix("Z").partition("+")[0].partition("-")[0]
    precision: Precision = "day" if not clock else "second" if clock.count(":") > 1 else "minute"
    return Moment(at.replace(microsecond=0), precision, said.tzinfo is not None)
