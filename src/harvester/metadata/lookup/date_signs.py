"""What speaks for dates in a text, before any of their patterns is asked: most lines with digits have none."""

import re
from collections.abc import Iterator
from functools import lru_cache
from typing import Final, NamedTuple

from harvester import native

HINT: Final = 1  # a digit that may be of a date; without it, there is none
TWO_NUMBERS: Final = 2  # what all numeric dates have: two numbers with one mark between them
FULL_YEAR: Final = 4  # what all dates with a named month have but those that shorten the year
# What the numbers of a date with a named month have, in their order; a day has one or two digits, and is no part of
# another number. By what is between two numbers:
DAY_NAME_YEAR: Final = 8  # a day, a letter, a year
DAY_YEAR: Final = 16  # a day and a year, whatever is between, or nothing: "December 22, 2023"
YEAR_DAY: Final = 32  # a year, a letter or a comma, a day
SHORT_YEAR: Final = 64  # a day, a letter or an apostrophe, two digits
COUNTED: Final = 128  # a day, a letter, a month in digits, a year
COUNT_SHIFT: Final = 8  # above: how many dates there may be

ERA_ENDS: Final = frozenset("RHS和成國国令平昭㋿㍻㍼")  # how the eras of the table end; of others `eras` knows
_ERA_ENDS: Final = "".join(sorted(ERA_ENDS))
YEAR: Final = r"(?P<y>(?:1[349]|2[0456])\d{2})(?!\d)"
# Each begins with what all its alternatives begin with: Python's engine tries one after the other at each character.
_HINT: Final = re.compile(
    rf"(?=[\d元])(?:\d{{4}}|\d\d?[./-]\d\d?[./-]\d\d|\d\s?年|元年|(?<=[{_ERA_ENDS}])\d"
    r"|(?<=\D)\d\d(?:\s|$|-|’|'|\)))"
)
_YEARS: Final = re.compile(
    r"(?=[\d年'’])(?:\d{4}|\d\d?[./-]\d\d?[./-]\d\d|年|['’]\d\d(?!\d)"
    rf"|(?<=[^\W\d_][ -])\d\d(?!\d)|(?<=\. )\d\d(?!\d)|(?<=[{_ERA_ENDS}])\d)"
)
_TWO_NUMBERS: Final = re.compile(r"[\d元]\s*[-/.年년]\s*\d")
_NUMBER: Final = re.compile(r"\d+")
_LETTER: Final = re.compile(r"[^\W\d_]")
_FULL_YEAR: Final = re.compile(YEAR.replace("?P<y>", "?:"))
YEAR_DIGITS: Final = 4


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
    try:
        told: int | None = native.CORE.date_signs(text)
    except UnicodeEncodeError:  # half a surrogate pair, which JSON can hold
        return None
    return told


@lru_cache(maxsize=512)  # the readers of dates ask twice about each line
def interpreted_signs(text: str) -> int:
    """Return what native/date_signs.c does, of all of Unicode."""
    signs = HINT if _HINT.search(text) else 0
    signs |= TWO_NUMBERS if _TWO_NUMBERS.search(text) else 0
    signs |= FULL_YEAR if _FULL_YEAR.search(text) else 0
    return signs | _numbers_signs(text) | len(_YEARS.findall(text)) << COUNT_SHIFT


class _Number(NamedTuple):
    """A number of a text, and what stands between it and the one before."""

    is_day: bool
    is_year: bool
    is_glued: bool  # a day and a year without anything between
    digits: int
    letter: bool
    apostrophe: bool
    comma: bool


_NO_NUMBER: Final = _Number(False, False, False, 0, False, False, False)


def _numbers(text: str) -> Iterator[_Number]:
    last = 0
    for found in _NUMBER.finditer(text):
        number, size, between = found[0], len(found[0]), text[last : found.start()]
        is_year = size == YEAR_DIGITS and _FULL_YEAR.fullmatch(number) is not None
        is_glued = YEAR_DIGITS < size <= YEAR_DIGITS + 2 and _FULL_YEAR.fullmatch(number[-YEAR_DIGITS:]) is not None
        letter = _LETTER.search(between) is not None
        yield _Number(size <= 2, is_year, is_glued, size, letter, "'" in between or "’" in between, "," in between)
        last = found.end()


def _numbers_signs(text: str) -> int:
    signs = 0
    before = last = _NO_NUMBER
    for one in _numbers(text):
        is_year = one.is_year and last.is_day
        signs |= DAY_YEAR if one.is_glued or is_year else 0
        signs |= DAY_NAME_YEAR if is_year and one.letter else 0
        signs |= YEAR_DAY if last.is_year and one.is_day and (one.letter or one.comma) else 0
        signs |= SHORT_YEAR if last.is_day and one.digits == 2 and (one.letter or one.apostrophe) else 0
        is_counted = (is_year and before.is_day and last.letter) or (one.is_glued and last.is_day and one.letter)
        signs |= COUNTED if is_counted else 0
        before, last = last, one
    return signs
