"""What speaks for dates in a text, before any of their patterns is asked: most lines with digits have none."""

import re
from contextlib import suppress
from functools import lru_cache
from typing import Final

from harvester import native

HINT: Final = 1  # a digit that may be of a date; without it, there is none
TWO_NUMBERS: Final = 2  # what all numeric dates have: two numbers with one mark between them
FULL_YEAR: Final = 4  # what all dates with a named month have but those that shorten the year
MARK: Final = 8  # a shortened year may have it: "'21"
DAY: Final = 16  # one or two digits alone, or with those of a year: all dates with a named month have them
COUNT_SHIFT: Final = 8  # above: how many dates there may be

YEAR: Final = r"(?P<y>(?:1[349]|2[0456])\d{2})(?!\d)"
# Each begins with what all its alternatives begin with: Python's engine tries one after the other at each character.
_HINT: Final = re.compile(
    r"(?=[\d元])(?:\d{4}|\d\d?[./-]\d\d?[./-]\d\d|\d\s?年|元年|(?<=[RHS和成國国令平昭㋿㍻㍼])\d"
    r"|(?<=\D)\d\d(?:\s|$|-|’|'|\)))"
)
_YEARS: Final = re.compile(
    r"(?=[\d年'’])(?:\d{4}|\d\d?[./-]\d\d?[./-]\d\d|年|['’]\d\d(?!\d)"
    r"|(?<=[^\W\d_][ -])\d\d(?!\d)|(?<=\. )\d\d(?!\d)|(?<=[RHS和成國国令平昭㋿㍻㍼])\d)"
)
_TWO_NUMBERS: Final = re.compile(r"[\d元]\s*[-/.年년]\s*\d")
_DAY: Final = re.compile(r"(?<!\d)(?:\d\d?|\d{5,6})(?!\d)")
_FULL_YEAR: Final = re.compile(YEAR.replace("?P<y>", "?:"))


def date_signs(text: str) -> int:
    """Return the signs of dates in a text whose digits are all of ASCII."""
    told = plain_signs(text)
    return interpreted_signs(text) if told is None else told


def plain_signs(text: str) -> int | None:
    """Return the signs of a text without other letters than Latin, Greek or Cyrillic ones, compiled; else None.

    So all its digits are of ASCII.
    """
    if native.CORE is None:
        return None
    with suppress(UnicodeEncodeError):  # half a surrogate pair, which JSON can hold
        told: int | None = native.CORE.date_signs(text)
        return told
    return None


@lru_cache(maxsize=512)  # the readers of dates ask twice about each line
def interpreted_signs(text: str) -> int:
    """Return what native/date_signs.c does, of all of Unicode."""
    signs = HINT if _HINT.search(text) else 0
    signs |= TWO_NUMBERS if _TWO_NUMBERS.search(text) else 0
    signs |= FULL_YEAR if _FULL_YEAR.search(text) else 0
    signs |= MARK if "'" in text or "’" in text else 0
    signs |= DAY if _DAY.search(text) else 0
    return signs | len(_YEARS.findall(text)) << COUNT_SHIFT
