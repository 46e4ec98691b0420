"""What day the numbers and words of a date mean, by the page's habits and its calendars."""

import re
from collections.abc import Mapping
from datetime import date
from functools import lru_cache
from typing import Final, NamedTuple

from harvester.metadata.lookup.calendars import (
    MINGUO,
    MINGUO_YEARS,
    PERSIAN_YEARS,
    buddhist_year,
    gregorian_year,
    of_century,
    persian_day,
    persian_year,
)
from harvester.metadata.lookup.eras import era_year, is_era_letter
from harvester.rules.lexicon import RULES_CACHED, Lexicon, calendar_of, months_for, persian_months

FIRST_YEAR: Final = 1900  # of any date that is read
_NAME_EDGES: Final = " .,-–'’"


class Habits(NamedTuple):
    """How a page writes its dates."""

    day_first: bool | None = True  # of 03/04/2024; None where nothing says so: then it is no date
    language: str | None = None  # of its text, BCP 47
    country: str | None = None  # the last label of its host
    known: frozenset[str] = frozenset()  # days that it writes in a form that can be read only one way, ISO 8601;
    # where there are none, the months of its pictures
    last: date | None = None  # none of its dates is of a later day


ANY: Final = Habits()


def valid_day(year: int, month: int, day: int) -> date | None:
    """Return a day of the Gregorian calendar; None where there is none such, or it is too early."""
    if year < FIRST_YEAR:
        return None
    try:
        return date(year, month, day)
    except ValueError:
        return None


def read_day(match: re.Match[str], habits: Habits, lexicon: Lexicon) -> date | None:
    """Return the day that a match of a date's pattern means; None where it means none, or one of two."""
    parts = match.groupdict()
    if parts.get("era"):
        return _era_day(parts, habits, lexicon)
    if parts.get("roc"):
        return _minguo_day(parts, match[0], habits, lexicon) or _short_persian_day(parts, habits, lexicon)
    if parts.get("name"):
        return _named_day(parts, habits, lexicon)
    short = parts.get("short")
    year = _short_year(int(short), habits, lexicon) if short else gregorian_year(int(parts["y"]))
    if "a" in parts:
        return _ordered_day(year, int(parts["a"]), int(parts["b"]), parts["mark"], habits)
    month, day = int(parts["m"]), int(parts["d"])
    if year in PERSIAN_YEARS:
        return persian_day(year, month, day) if _counts_as("persian", habits, lexicon) else None
    return valid_day(year, month, day)


def _short_year(short: int, habits: Habits, lexicon: Lexicon, month: str = "") -> int:
    """Return the Gregorian year of two digits: "18 มี.ค. 67" is of 2567, whatever the language of the page."""
    is_buddhist = _counts_as("buddhist", habits, lexicon) or not _buddhist_months(lexicon).isdisjoint(
        word.strip(_NAME_EDGES) for word in (month, *month.split())
    )
    return buddhist_year(short) if is_buddhist else of_century(short)


def _counts_as(calendar: str, habits: Habits, lexicon: Lexicon) -> bool:
    """Return whether a page's language or the country of its host counts years by a calendar."""
    return calendar in (calendar_of(habits.language, lexicon), lexicon.calendar_countries.get(habits.country or ""))


@lru_cache(maxsize=RULES_CACHED)
def _buddhist_months(lexicon: Lexicon) -> frozenset[str]:
    """Return the names of months that only languages with years of the Buddhist era have."""
    others = {name for one in lexicon.languages.values() if one.calendar != "buddhist" for name in one.months}
    own = {name for one in lexicon.languages.values() if one.calendar == "buddhist" for name in one.months}
    return frozenset(name.strip(_NAME_EDGES) for name in own - others)


def _era_day(parts: dict[str, str], habits: Habits, lexicon: Lexicon) -> date | None:
    """Return the day of a year of an era; one that is given by a letter only on pages in Japanese."""
    if is_era_letter(parts["era"]) and calendar_of(habits.language, lexicon) != "japanese":
        return None
    return valid_day(era_year(parts["era"], parts["n"], lexicon), int(parts["m"]), int(parts["d"]))


def _ordered_day(year: int, first: int, second: int, mark: str, habits: Habits) -> date | None:
    """Return the day of two numbers and a year; None where either may be the month and the page has no clear order.

    With dots, the day comes first everywhere.
    """
    day_first, month_first = valid_day(year, second, first), valid_day(year, first, second)
    if first == second or first > 12 or second > 12:
        return day_first or month_first
    if mark == "." or habits.day_first:
        return day_first
    if habits.day_first is False:
        return month_first
    return _only_one(day_first, month_first, habits)


def _only_one(day_first: date | None, month_first: date | None, habits: Habits) -> date | None:
    """Return the reading that can be meant where the page has no order of its own; None where both can."""
    both = [day for day in (day_first, month_first) if day is not None]
    possible = [day for day in both if habits.last is None or day <= habits.last]
    met = [day for day in possible if not habits.known.isdisjoint({day.isoformat(), day.isoformat()[:7]})]
    chosen = met or possible
    return chosen[0] if len(chosen) == 1 else None


def _minguo_day(parts: dict[str, str], text: str, habits: Habits, lexicon: Lexicon) -> date | None:
    """Return the day of a year of the Republic of China, on pages in its letters; with marks only on its hosts."""
    year, is_written = int(parts["roc"]), "年" in text
    fits = year in MINGUO_YEARS and calendar_of(habits.language, lexicon) == "minguo"
    if not fits or not (is_written or lexicon.calendar_countries.get(habits.country or "") == "minguo"):
        return None
    return valid_day(year + MINGUO, int(parts["m"]), int(parts["d"]))


def _short_persian_day(parts: dict[str, str], habits: Habits, lexicon: Lexicon) -> date | None:
    """Return the day of 02/12/15 on a Persian page, where the year stands first; not where that is yet to come."""
    if len(parts["roc"]) != len("02") or calendar_of(habits.language, lexicon) != "persian":
        return None
    day = persian_day(persian_year(int(parts["roc"])), int(parts["m"]), int(parts["d"]))
    return None if day is not None and habits.last is not None and day > habits.last else day


def _named_day(parts: dict[str, str], habits: Habits, lexicon: Lexicon) -> date | None:
    """Return the day of a month that is named."""
    name = parts["name"].lower()
    short = parts.get("short") or parts.get("quoted")
    year = int(short) if short else int(parts["y"])
    is_last, day = "last" in parts, int(parts["d"])
    number = _number(name, persian_months(lexicon), is_last, lexicon) if short or year in PERSIAN_YEARS else None
    if number is not None:
        return persian_day(persian_year(year) if short else year, number, day)
    number = _number(name, months_for(habits.language, lexicon), is_last, lexicon)
    if number is None or (year in PERSIAN_YEARS and not short):
        return None
    if short:
        return valid_day(_short_year(year, habits, lexicon, name), number, day)
    return valid_day(gregorian_year(year), number, day)


def _number(name: str, known: Mapping[str, int], last: bool, lexicon: Lexicon) -> int | None:
    """Return the number of the month that one or two words name; `last`: the first of two may be any word."""
    words = [word.strip(_NAME_EDGES) for word in name.split()]
    whole = " ".join(words)
    if (number := known.get(whole) or known.get(name)) is not None:
        return number
    between = lexicon.words("dates.between")
    if len(words) > 1 and (last or words[0] in between or name.split(maxsplit=1)[0] in between):
        return known.get(words[1])
    if len(words) > 1 and (words[1] in between or name.split()[1] in between):
        whole = words[0]
    elided = next((whole[len(word) :] for word in between if word.endswith(("'", "’")) and whole.startswith(word)), "")
    return known.get(whole) or known.get(elided)
