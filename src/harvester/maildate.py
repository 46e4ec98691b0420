"""Dates as mails, HTTP and RSS write them: read once, for all that strangers write in their place. Pure."""

import re
from datetime import UTC, datetime
from email.utils import parsedate_to_datetime
from typing import Final

_MAX_CHARS: Final = 100
# "GMT+0100", "+01:00", "UTC+1": none of them is RFC 822's, all of them stand in feeds.
_OFFSET: Final = re.compile(r"\s*(?:GMT|UTC|UT|Z)?\s*([+-])(\d{1,2}):?(\d\d)?\s*$", re.IGNORECASE)
_NAME: Final = re.compile(r"\s([A-Z]{3,5})\s*$")
_NEVER_SET: Final = re.compile(r"\s00\d\d\s")  # the year 1 of .NET, which the library reads as 2001
# Names of zones that feeds write and RFC 822 does not know; those with two meanings (IST, CST in China) are left out.
_ZONES: Final = {
    "WET": "+0000",
    "WEST": "+0100",
    "BST": "+0100",
    "CET": "+0100",
    "MEZ": "+0100",
    "CEST": "+0200",
    "MESZ": "+0200",
    "EET": "+0200",
    "EEST": "+0300",
    "MSK": "+0300",
    "SAST": "+0200",
    "WIB": "+0700",
    "HKT": "+0800",
    "SGT": "+0800",
    "JST": "+0900",
    "KST": "+0900",
    "AEST": "+1000",
    "AEDT": "+1100",
    "NZST": "+1200",
    "NZDT": "+1300",
}


def read_mail_date(text: str) -> datetime | None:
    """Return a date of RFC 822 or RFC 9110; naive where it names no zone, None where it is none. Never raises.

    >>> str(read_mail_date("Thu, 21 Mar 2024 09:00:00 GMT+0100")), read_mail_date("soon")
    ('2024-03-21 09:00:00+01:00', None)
    >>> read_mail_date("Mon, 01 Jan 0001 00:00:00 GMT")
    """
    if _NEVER_SET.search(text[:_MAX_CHARS]):
        return None
    try:
        return parsedate_to_datetime(_with_plain_zone(text.strip()[:_MAX_CHARS]))
    except (ValueError, OverflowError, IndexError, TypeError):  # no date; a zone of a billion years
        return None


def read_http_date(text: str) -> datetime | None:
    """Return a date of a header, aware; one without a zone is UTC's, as RFC 9110 has it. None where it is none."""
    found = read_mail_date(text)
    return found.replace(tzinfo=UTC) if found is not None and found.tzinfo is None else found


def _with_plain_zone(text: str) -> str:
    """Return a date with its zone as RFC 822 writes it."""
    if (offset := _OFFSET.search(text)) is not None and ":" in text[: offset.start()]:
        return f"{text[: offset.start()]} {offset[1]}{offset[2]:0>2}{offset[3] or '00'}"
    name = _NAME.search(text)
    return f"{text[: name.start()]} {_ZONES[name[1]]}" if name is not None and name[1] in _ZONES else text
