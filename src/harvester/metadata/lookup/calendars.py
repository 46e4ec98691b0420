"""Years and days of other calendars than the Gregorian.

Thai, Taiwanese and Japanese years differ by a number; the Persian year needs a library. The Islamic calendar is left
out: its months begin when the moon is seen, so a printed day may be either of two.
"""

from datetime import date
from typing import Final

BUDDHIST: Final = 543  # 2567 is 2024
MINGUO: Final = 1911  # 113 is 2024
BUDDHIST_YEARS: Final = range(2460, 2650)
PERSIAN_YEARS: Final = range(1300, 1480)
MINGUO_YEARS: Final = range(80, 150)
SHORT_BUDDHIST_YEARS: Final = range(1990, 2046)  # of two digits: the web is not older; 89 to 99 are of the last century
FIRST_PERSIAN_YEAR: Final = 1369  # 1990
SHORT_YEARS_FROM: Final = 70  # "12.03.98" is of 1998, as in POSIX and RFC 5280


def gregorian_year(year: int) -> int:
    """Return the year of a date that may be counted from the Buddha's death: no other is so far ahead."""
    return year - BUDDHIST if year in BUDDHIST_YEARS else year


def buddhist_year(short: int) -> int:
    """Return the Gregorian year of two digits on a Thai page: 67 is 2567, 24 rather 2024 than 2524, 98 is 1998."""
    year = 2500 + short - BUDDHIST
    return year if year in SHORT_BUDDHIST_YEARS else of_century(short)


def persian_year(short: int) -> int:
    """Return the Persian year of two digits: 99 is 1399, 02 is 1402."""
    return short + (1300 if 1300 + short >= FIRST_PERSIAN_YEAR else 1400)


def persian_day(year: int, month: int, day: int) -> date | None:
    """Return the day of the Persian solar calendar, or None where it has none such."""
    from persiantools.jdatetime import JalaliDate  # noqa: PLC0415 - 18 ms, and few pages need it

    try:
        found: date = JalaliDate(year, month, day).to_gregorian()  # type: ignore[no-untyped-call] # has no types
    except ValueError:
        return None
    return found


def of_century(short: int) -> int:
    """Return the year of two digits: 98 is 1998, 12 is 2012."""
    return short + (1900 if short >= SHORT_YEARS_FROM else 2000)
