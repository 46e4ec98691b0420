"""What speaks for dates in a text, before any of their patterns is asked: most lines with digits have none."""

import re
from typing import Final

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
# These begin with one class of characters, which Python's engine looks for by itself; digits are those of ASCII, as
# what is a digit at all it asks of the tables of Unicode, letter by letter.
_HINT: Final = re.compile(
    r"[0-9元](?:年|(?<=[0-9])(?:[0-9]{3}|[0-9]?[./-][0-9][0-9]?[./-][0-9][0-9]|\s年"
    rf"|(?<=[{_ERA_ENDS}][0-9])|(?<=[^0-9][0-9])[0-9](?:\s|$|-|’|'|\))))"
)
_YEARS: Final = re.compile(
    r"[0-9年'’](?:(?<=[0-9])(?:[0-9]{3}|[0-9]?[./-][0-9][0-9]?[./-][0-9][0-9])|(?<=年)|(?<=['’])[0-9][0-9](?![0-9])"
    rf"|(?:(?<=[^\W\d_][ -][0-9])|(?<=\. [0-9]))[0-9](?![0-9])|(?<=[{_ERA_ENDS}][0-9]))"
)
_TWO_NUMBERS: Final = re.compile(r"[0-9元]\s*[-/.年년]\s*[0-9]")
_NUMBER: Final = re.compile(r"[0-9][0-9]*")  # not "+": what repeats is no class that the engine looks for
_LETTER: Final = re.compile(r"[^\W\d_]")
_FULL_YEAR: Final = re.compile(YEAR.replace("?P<y>", "?:"))
_CENTURIES: Final = frozenset({"13", "14", "19", "20", "24", "25", "26"})  # as YEAR has them
YEAR_DIGITS: Final = 4
_DAY_DIGITS: Final = 2


def is_hinted(text: str) -> bool:
    """Return whether a text whose digits are all of ASCII has the sign `HINT`: most lines with digits have not."""
    return _HINT.search(text) is not None


def date_signs(text: str) -> int:
    """Return the signs of dates, but for `HINT`, in a text whose digits are all of ASCII."""
    signs = TWO_NUMBERS if _TWO_NUMBERS.search(text) else 0
    signs |= FULL_YEAR if _FULL_YEAR.search(text) else 0
    return signs | _numbers_signs(text) | len(_YEARS.findall(text)) << COUNT_SHIFT


def _numbers_signs(text: str) -> int:
    """Return the signs of the numbers in their order."""
    signs = end = 0
    is_day = was_day = is_year = had_letter = False  # of the number before, and of the one before that
    for found in _NUMBER.finditer(text):
        number, size, between = found[0], len(found[0]), text[end : found.start()]
        follows_year = is_year
        is_year = size == YEAR_DIGITS and number[:2] in _CENTURIES
        is_glued = YEAR_DIGITS < size <= YEAR_DIGITS + 2 and number[-4:-2] in _CENTURIES  # a day and a year
        letter = (is_day or follows_year) and _LETTER.search(between) is not None
        if is_glued or (is_year and is_day):
            signs |= DAY_YEAR
        if is_day and letter:
            signs |= (DAY_NAME_YEAR if is_year else 0) | (COUNTED if is_glued else 0)
        if follows_year and size <= _DAY_DIGITS and (letter or "," in between):
            signs |= YEAR_DAY
        if is_day and size == _DAY_DIGITS and (letter or "'" in between or "’" in between):
            signs |= SHORT_YEAR
        if is_year and is_day and was_day and had_letter:
            signs |= COUNTED
        is_day, was_day, had_letter, end = size <= _DAY_DIGITS, is_day, letter, found.end()
    return signs
