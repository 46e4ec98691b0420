"""Years that are counted anew with an era, by the table of rules/metadata.toml that says how each is written."""

import re
from collections.abc import Iterable
from functools import lru_cache
from typing import Final

from harvester.metadata.lookup.calendars import MINGUO
from harvester.metadata.lookup.date_signs import COUNT_SHIFT, ERA_ENDS, HINT, date_signs, is_hinted
from harvester.rules.lexicon import RULES_CACHED, Lexicon

_NOWHERE: Final = "(?!)"
FIRST: Final = "元"  # of a number: the first year


def era_year(era: str, number: str, lexicon: Lexicon) -> int:
    """Return the Gregorian year of a year of an era: 令和6, R6 -> 2024, 民國113 -> 2024; "元" is the first."""
    return lexicon.eras[era] + (1 if number == FIRST else int(number))


def is_era_letter(era: str) -> bool:
    """Return whether an era is given by one letter, which is a version, a size or a word outside of Japan."""
    return len(era) == 1


@lru_cache(maxsize=2 * RULES_CACHED)
def era_day(lexicon: Lexicon, *, lettered: bool) -> re.Pattern[str]:
    """Return the pattern of days in an era: 令和6年3月5日, R6.3.5; a letter behind another one names none.

    `lettered`: also of eras that are given by one letter.
    """
    eras = [one for one in lexicon.eras if lettered or not is_era_letter(one)]
    return re.compile(
        rf"(?P<era>{_any_of(eras)})\s*\.?(?P<n>\d{{1,3}}|{FIRST})(?:\s*年\s*|[./-])"
        r"(?P<m>\d{1,2})(?:\s*月\s*|[./-])(?P<d>\d{1,2})(?!\d)\s*[日號号]?"
    )


@lru_cache(maxsize=512)  # readers ask with the page's habits, and with any
def signs_of(text: str, lexicon: Lexicon) -> int:
    """Return the signs of dates in a text with those of eras that end in a letter which `date_signs` does not know.

    0 where there is no date.
    """
    numbers = _numbers_behind_new(lexicon)
    more = len(numbers.findall(text)) if numbers is not None else 0
    return (date_signs(text) | HINT) + (more << COUNT_SHIFT) if more or is_hinted(text) else 0


@lru_cache(maxsize=RULES_CACHED)
def _numbers_behind_new(lexicon: Lexicon) -> re.Pattern[str] | None:
    ends = "".join(sorted({name[-1] for name in lexicon.eras} - ERA_ENDS))
    return re.compile(rf"\d(?<=[{re.escape(ends)}]\d)") if ends else None  # sooner found than what is before it


@lru_cache(maxsize=RULES_CACHED)
def second_year(lexicon: Lexicon) -> re.Pattern[str]:
    """Return the pattern of a year that is given again, in brackets: 2021年（令和3年）5月10日, 令和3(2021)年5月10日."""
    again = rf"(?:{_any_of(lexicon.eras)})\s?(?:\d{{1,3}}|{FIRST})|(?:19|20)\d{{2}}"
    return re.compile(rf"年?\s?[（(【\[〔]\s?(?:{again})\s?年?\s?[)）】\]〕]\s?年?(?=\s?\d{{1,2}}\s?月)")


@lru_cache(maxsize=RULES_CACHED)
def behind_minguo(lexicon: Lexicon) -> str:
    """Return the pattern of a place behind the words for the Republic of China, whose years are written out as well."""
    names = [name for name, year in lexicon.eras.items() if year == MINGUO and not is_era_letter(name)]
    return "|".join(f"(?<={re.escape(name)})" for name in names) or _NOWHERE


def _any_of(eras: Iterable[str]) -> str:
    names = (rf"(?<![^\W_]){one}" if is_era_letter(one) and one.isalnum() else re.escape(one) for one in eras)
    return "|".join(sorted(names, key=len, reverse=True)) or _NOWHERE
