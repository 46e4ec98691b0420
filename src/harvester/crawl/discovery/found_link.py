"""A link that discovery found, in one form wherever it came from."""

import re
from collections.abc import Callable
from dataclasses import dataclass
from datetime import UTC, datetime
from functools import lru_cache
from typing import Final, Literal

from harvester.maildate import read_mail_date
from harvester.text import collapse
from harvester.urls import loose_origin, same_site

Origin = Literal["feed", "sitemap", "news_sitemap", "wp_json", "json_feed", "section", "home", "alternate"]

MAX_TITLE_CHARS: Final = 500  # a headline has 60 to 120; more is a body in the wrong place


@dataclass(frozen=True, slots=True)
class FoundLink:
    """One link to what may be an article."""

    url: str  # absolute, checked, without fragment and tracking fields
    origin: Origin
    published: str | None = None  # ISO 8601, as precise as the list says; UTC where it gives an offset
    title: str | None = None
    modified: str | None = None  # ISO 8601


@lru_cache(maxsize=4096)  # a sitemap asks 50,000 times for one pair of hosts
def _same_site(a: str, b: str) -> bool:
    return same_site(a, b)


def is_on_site(url: str, home: str) -> bool:
    """Return whether two checked URLs belong to one registrable domain."""
    return _same_site(loose_origin(url), loose_origin(home))


def clean_title(text: str | None) -> str | None:
    """Return a title on one line, None when it is empty."""
    return collapse(text)[:MAX_TITLE_CHARS] or None if text else None


ReadDate = Callable[[str], str | None]  # a date as people write it -> ISO 8601


def no_date(_: str) -> str | None:
    """Return None: nobody is there who knows the names of months."""
    return None


def read_time(text: str | None, read_date: ReadDate = no_date) -> str | None:
    """Return a date of a list in ISO 8601, None when it is none: RFC 3339, RFC 822, or what `read_date` takes for one.

    >>> read_time("Thu, 21 Mar 2024 09:00:00 +0100"), read_time("2024-03-21"), read_time("soon")
    ('2024-03-21T08:00:00+00:00', '2024-03-21', None)
    """
    stripped = (text or "").strip()[:100]
    if not stripped:
        return None
    if re.fullmatch(r"\d{4}-\d\d-\d\d", stripped):
        return stripped if _parsed(stripped) else None
    time = _parsed(stripped)
    if time is None:
        return read_date(stripped)
    # A time before 1990 or after 2200 is a default of some software, not a date of a page.
    return _in_utc(time) if 1990 <= time.year <= 2200 else None


def _parsed(text: str) -> datetime | None:
    try:
        return datetime.fromisoformat(text)
    except ValueError:
        return read_mail_date(text)


def _in_utc(time: datetime) -> str:
    return (time.astimezone(UTC) if time.tzinfo else time).isoformat(timespec="seconds")
