"""Dates in running text and in machine form, to ISO 8601, no more precise than written."""

import re
from collections.abc import Iterator
from datetime import UTC, date, datetime
from functools import lru_cache
from typing import Final, NamedTuple

from harvester.metadata.lookup.calendars import MINGUO, MINGUO_YEARS
from harvester.metadata.lookup.clock_text import read_clock
from harvester.metadata.lookup.date_signs import (
    COUNT_SHIFT,
    COUNTED,
    DAY_NAME_YEAR,
    DAY_YEAR,
    FULL_YEAR,
    HINT,
    SHORT_YEAR,
    TWO_NUMBERS,
    YEAR,
    YEAR_DAY,
)
from harvester.metadata.lookup.day_readings import ANY, FIRST_YEAR, Habits, read_day, valid_day
from harvester.metadata.lookup.eras import behind_minguo, era_day, second_year, signs_of
from harvester.rules.alternation import either
from harvester.rules.lexicon import RULES_CACHED, Lexicon, calendar_of

MAX_FIELD_CHARS: Final = 200
MAX_TEXT_CHARS: Final = 4000  # no longer line is about its dates, and each date is compared with all before it
# The zeros of all scripts that write numbers in tens; the other digits follow each.
_ZEROS: Final = (
    0x660, 0x6F0, 0x7C0, 0x966, 0x9E6, 0xA66, 0xAE6, 0xB66, 0xBE6, 0xC66, 0xCE6, 0xD66, 0xDE6, 0xE50, 0xED0, 0xF20,
    0x1040, 0x1090, 0x17E0, 0x1810, 0x1946, 0x19D0, 0x1A80, 0x1A90, 0x1B50, 0x1BB0, 0x1C40, 0x1C50, 0xA620, 0xA8D0,
    0xA900, 0xA9D0, 0xA9F0, 0xAA50, 0xABF0, 0xFF10, 0x104A0, 0x1D7CE, 0x1D7D8, 0x1D7E2, 0x1D7EC, 0x1D7F6,
)  # fmt: skip
DIGITS: Final = {zero + n: str(n) for zero in _ZEROS for n in range(10)} | dict(
    zip(map(ord, "：／．ＲＨＳ"), ":/.RHS", strict=True)
)
_MAY_TRANSLATE: Final = re.compile(f"[{chr(_ZEROS[0])}-\u1fff\ua620-\uabff\uff00-\U0001d7ff]")  # no Latin text does

_YEAR_FIRST: Final = (
    # 2023-12-22, 2023/12/22, 2023.12.22, 2023年12月22日, 2023년 12월 22일
    re.compile(
        r"(?P<y>[12](?<!\d\d)(?:(?<=1)[349]|(?<=2)[0456])\d{2})\s?[-/.年년]\s*(?P<m>\d{1,2})\s?[-/.月월]\s*(?P<d>\d{1,2})(?!\d)"
        r"\s*(?:[日號号일]|\.(?=\s|$))?"
    ),
)
_SHORT_YEARS: Final = frozenset({"minguo", "persian"})  # calendars of the next pattern
_SHORT_YEAR_FIRST: Final = (
    # 113年3月18日, 113/03/18: years of the Republic of China; 02/12/15: of the Persian century
    re.compile(
        r"(?P<roc>[0-9](?<![\d./-]\d)\d{1,2})(?:\s?年\s?|[/.-])(?P<m>\d{1,2})(?:\s?月\s?|[/.-])(?P<d>\d{1,2})(?![\d./-])日?"
    ),
)
_YEAR_LAST: Final = (
    # 22.12.2023, 22/12/2023, 12/22/2023, 22-12-2023
    re.compile(rf"(?P<a>[0-9](?<![\d.,/-]\d)\d?)\s?(?P<mark>[./-])\s?(?P<b>\d{{1,2}})\s?(?P=mark)\s?{YEAR}"),
    # 22.12.23: with dots only; a slash is as often a fraction or a score
    re.compile(r"(?P<d>[0-9](?<![\d.,/-]\d)\d?)\.(?P<m>\d{1,2})\.(?P<short>\d{2})(?![\d.])"),
    # 16/11/11-10:40, 3/3/09 at 3:03 PM: with slashes where a clock follows, or nothing else stands
    re.compile(
        r"(?P<a>[0-9](?<![\d.,/-]\d)\d?)(?P<mark>/)(?P<b>\d{1,2})/(?P<short>\d{2})"
        r"(?=[\s,|–-]{1,3}(?:[^\W\d_]{1,3}\s)?\d{1,2}[:.]\d{2}|(?<=^\d/\d/\d\d)$|(?<=^\d/\d\d/\d\d)$"
        r"|(?<=^\d\d/\d/\d\d)$|(?<=^\d\d/\d\d/\d\d)$)"
    ),
)
# What nearly all records write; anything beside it is left to the patterns of printed dates.
_ISO: Final = re.compile(
    r"((?:19|20)\d\d)-(\d\d)-(\d\d)(?:[T ](\d\d):(\d\d)(:\d\d)?(?:(?<=:\d\d:\d\d)\.\d{1,9})?(Z|[+-]\d\d:?\d\d)?)?",
    re.ASCII,
)
_COMPACT: Final = re.compile(
    r"^(?P<y>(?:19|20)\d{2})(?P<m>\d{2})(?P<d>\d{2})(?:T?(?P<hour>\d{2}):?(?P<minute>\d{2}):?(?P<second>\d{2})?(?:Z|[+-]\d{2}:?\d{2})?)?$"
)
# What C and Java write: "Tue Jul 30 09:35:00 2019", "Mon Aug 03 12:45:00 EDT 2015"
_CTIME: Final = re.compile(
    r"^[A-Za-z]{3},? ([A-Za-z]{3}) {1,2}(\d{1,2}) (\d\d:\d\d(?::\d\d)?)"
    r"((?: [A-Z]{1,5})?(?:[+-]\d\d:?\d\d)?) ((?:19|20)\d\d)$"
)
_CTIME_WITHIN: Final = re.compile(_CTIME.pattern[1:-1].replace("^", "") + r"(?!\w)")
_DAY_AND_CLOCK: Final = re.compile(r"\d \d\d:\d")  # which all of these have
# Days in Han numerals: 二〇一五年十一月三十日, 民國一百一十二年三月五日
_HAN_DIGITS: Final = {digit: n for n, digit in enumerate("〇一二三四五六七八九")} | {"零": 0, "○": 0}
_HAN: Final = "".join(_HAN_DIGITS)
_HAN_MONTH_AND_DAY: Final = rf"\s?年\s?(?P<m>[{_HAN}十]{{1,2}})\s?月\s?(?P<d>[{_HAN}十]{{1,3}})\s?[日号號]"
_EPOCH: Final = re.compile(r"^\d{10}(?:\d{3})?$")
# The number that a date begins with: one class of characters, which Python's engine looks for by itself, comes first.
_DAY: Final = r"(?P<d>[0-9](?<!\d\d)\d?)"
_YEAR: Final = r"(?P<y>[12](?<!\d[12])(?:(?<=1)[349]|(?<=2)[0456])\d{2})(?!\d)"
# One or two words that may be a month's name; which they are is looked up.
_NAME: Final = r"(?P<name>[^\W\d_][^0-9\s,;:|()/<>]{0,18}(?:\s[^\W\d_][^0-9\s,;:|()/<>]{0,14})?)"
# Each word as far as it goes, at once, where what follows it may not be the end of a word: a shorter one leads nowhere.
_WHOLE_NAME: Final = _NAME.replace("}", "}+")


class Found(NamedTuple):
    """A date in a text."""

    iso: str
    start: int  # where it begins
    end: int


def find_dates(text: str, lexicon: Lexicon, habits: Habits = ANY) -> Iterator[Found]:
    """Return the dates of a text from left to right, each with its time of day where it has one."""
    return iter(_dates_in(text[:MAX_TEXT_CHARS], lexicon, habits))


@lru_cache(maxsize=512)  # several readers ask about the lines beside the headline
def _dates_in(text: str, lexicon: Lexicon, habits: Habits) -> tuple[Found, ...]:
    found: list[Found] = []
    text = text.translate(DIGITS) if not text.isascii() and _MAY_TRANSLATE.search(text) else text
    if "年" in text:
        found += _han_days(text, lexicon)
        text = second_year(lexicon).sub(lambda second: "年".ljust(len(second[0])), text)
    signs = signs_of(text, lexicon)
    if not signs & HINT:
        return tuple(found)
    if signs & FULL_YEAR and ":" in text and _DAY_AND_CLOCK.search(text):
        text = _CTIME_WITHIN.sub(_reordered, text)
        signs = signs_of(text, lexicon)
    shapes = _shapes_in(text, signs, calendar_of(habits.language, lexicon), lexicon)
    for matches in shapes:
        if len(found) >= shapes.years:  # nothing is left to find
            break
        for match in matches:
            day = read_day(match, habits, lexicon)
            if day is not None and not any(one.start < match.end() and match.start() < one.end for one in found):
                found.append(_with_time(day, text, match, lexicon))
    return tuple(sorted(found, key=lambda one: one.start))


@lru_cache(maxsize=RULES_CACHED)
def _han_day(lexicon: Lexicon) -> re.Pattern[str]:
    return re.compile(
        rf"(?P<y>[一二][{_HAN}]{{3}}|(?:{behind_minguo(lexicon)})[{_HAN}十百]{{2,6}}){_HAN_MONTH_AND_DAY}"
    )


def _han_days(text: str, lexicon: Lexicon) -> Iterator[Found]:
    """Yield the days that a text names in Han numerals."""
    for match in _han_day(lexicon).finditer(text):
        year, month, number = (_han_number(match[part]) for part in ("y", "m", "d"))
        day = valid_day(year + MINGUO if year in MINGUO_YEARS else year, month, number)
        if day is not None:
            yield Found(day.isoformat(), match.start(), match.end())


def _han_number(text: str) -> int:
    """Return a number in Han numerals, with places or with "十" for tens.

    >>> _han_number("二〇一五"), _han_number("十"), _han_number("三十一"), _han_number("一百零三")
    (2015, 10, 31, 103)
    """
    hundreds, hundred, rest = text.rpartition("百")
    if hundred:
        return 100 * _HAN_DIGITS.get(hundreds, 1) + _han_number(rest.lstrip("零〇"))
    tens, ten, ones = text.rpartition("十")
    digits = int("".join(str(_HAN_DIGITS.get(digit, 0)) for digit in ones) or "0")
    return digits + (10 * (_HAN_DIGITS.get(tens, 1) if tens else 1) if ten else 0)


def _reordered(match: re.Match[str]) -> str:
    """Return a moment as C writes it, "Mon Nov 30 10:00:00 2015", as people do, in as many letters."""
    month, number, clock, zone, year_of = match.groups()
    return f"{number} {month} {year_of} {clock}{zone}".rjust(len(match[0]))


class _Shapes:
    """What looks like a date in a text by a calendar; each pattern is asked once, when its turn comes."""

    __slots__ = ("_asked", "_patterns", "_text", "years")

    def __init__(self, text: str, signs: int, calendar: str | None, lexicon: Lexicon) -> None:
        self._text = text
        self._patterns = _patterns(signs, calendar, lexicon)
        self._asked: list[tuple[re.Match[str], ...] | None] = [None] * len(self._patterns)
        self.years = signs >> COUNT_SHIFT  # as many dates as may be found

    def __iter__(self) -> Iterator[tuple[re.Match[str], ...]]:
        """Yield the matches of each pattern that may find anything."""
        for number, pattern in enumerate(self._patterns):
            found = self._asked[number]
            if found is None:
                found = self._asked[number] = tuple(pattern.finditer(self._text))
            yield found


_shapes_in: Final = lru_cache(maxsize=512)(_Shapes)  # readers ask with the page's habits, and with any


def _patterns(signs: int, calendar: str | None, lexicon: Lexicon) -> tuple[re.Pattern[str], ...]:
    """Return the patterns that may find anything in a text with these signs, in their order."""
    named = _with_signs(signs & _NAMED, lexicon) if signs & _NAMED else ()
    return _numeric(calendar, lexicon) + named if signs & TWO_NUMBERS else named


@lru_cache(maxsize=8 * RULES_CACHED)
def _numeric(calendar: str | None, lexicon: Lexicon) -> tuple[re.Pattern[str], ...]:
    """Return the patterns of dates in numbers that mean a day where a page counts by `calendar`, in their order."""
    of_eras = era_day(lexicon, lettered=calendar == "japanese")
    short = _SHORT_YEAR_FIRST if calendar in _SHORT_YEARS else ()
    return (*_YEAR_FIRST, of_eras, *short, *_YEAR_LAST)


@lru_cache(maxsize=32 * RULES_CACHED)
def _with_signs(signs: int, lexicon: Lexicon) -> tuple[re.Pattern[str], ...]:
    """Return the patterns of named months that may find anything where the numbers of a text have these signs."""
    return tuple(pattern for pattern, sign in zip(_named_months(lexicon), _SIGNS, strict=True) if signs & sign)


def parse_date(text: str, lexicon: Lexicon, habits: Habits = ANY) -> str | None:
    """Return a date in machine form as ISO 8601, or None.

    Takes ISO 8601 in its common misspellings, RFC 822, epoch seconds and milliseconds, 20231222, and any date that
    `find_dates` knows. Midnight sharp is what systems write when they know only the day, so it is left out.
    """
    text = text[:MAX_FIELD_CHARS].strip()
    text = text.translate(DIGITS) if not text.isascii() else text
    if (match := _ISO.fullmatch(text)) and (iso := _from_iso(match)) is not None:
        return iso
    if (match := _CTIME.match(text)) is not None:
        month, number, clock, zone, year_of = match.groups()
        text = f"{number} {month} {year_of} {clock}{zone}"
    if _EPOCH.match(text):
        return _from_epoch(int(text))
    if (match := _COMPACT.match(text)) is not None:
        day = valid_day(int(match["y"]), int(match["m"]), int(match["d"]))
        return day.isoformat() if day is not None else None
    return next((found.iso for found in find_dates(text, lexicon, habits)), None)


def _from_iso(match: re.Match[str]) -> str | None:
    """Return what `find_dates` makes of it; None where a number is out of its range."""
    year, month, number, hour, minute, second, zone = match.groups()
    day = valid_day(int(year), int(month), int(number))
    if day is None or hour is None:
        return day.isoformat() if day is not None else None
    if hour > "23" or minute > "59" or (second or "") > ":59" or (zone and not _is_offset(zone)):
        return None
    if hour == minute == "00" and second in {None, ":00"}:
        return day.isoformat()
    offset = "+00:00" if zone == "Z" else f"{zone[:3]}:{zone[-2:]}" if zone else ""
    return f"{day.isoformat()}T{hour}:{minute}{second or ''}{offset}"


def _is_offset(zone: str) -> bool:
    return zone == "Z" or (zone[1:3] <= "14" and zone[-2:] <= "59")


def _from_epoch(number: int) -> str | None:
    seconds = number // 1000 if number > 10**12 else number
    moment = datetime.fromtimestamp(seconds, UTC)
    return moment.isoformat() if moment.year >= FIRST_YEAR else None


# What the patterns of `_named_months` ask of the numbers of a text.
_SIGNS: Final = (DAY_NAME_YEAR, DAY_YEAR, YEAR_DAY, YEAR_DAY, SHORT_YEAR, SHORT_YEAR, COUNTED)
_NAMED: Final = DAY_NAME_YEAR | DAY_YEAR | YEAR_DAY | SHORT_YEAR | COUNTED


@lru_cache(maxsize=RULES_CACHED)
def _named_months(lexicon: Lexicon) -> tuple[re.Pattern[str], ...]:
    """Return the dates whose month is a word, by the numbers before and behind it."""
    between = rf"(?:(?:{either(lexicon.words('dates.between'))})(?:[\s.]+|(?<=['’])|(?=\d)))?"
    counted, ordinals = either(lexicon.words("dates.month_words")), either(lexicon.words("dates.ordinals"))
    shapes = (
        # 22 December 2023, 22. Dezember 2023, 22 de diciembre de 2023, 22nd of Dec., 2023, 22/Dec/2023, 1er mai 2023
        rf"{_DAY}(?:{ordinals}|\.|-|/)?\s*{between}{_NAME}[\s,'’/-]*{between}{YEAR}",
        # December 22, 2023; Dec. 22nd 2023; Dec-22-2023
        rf"(?<!\w)(?P<last>){_WHOLE_NAME},?\s*(?P<d>\d{{1,2}})(?:{ordinals})?\s*[,.-]?\s*{between}{YEAR}",
        # 2023 December 22, 2024. március 18., 2024 m. kovo 18 d.
        rf"{_YEAR}[\s,.-]*{_WHOLE_NAME}[\s,.-]*(?P<d>\d{{1,2}})(?!\d)",
        # 2024. gada 18. marts, in Latvian
        rf"{_YEAR}\.?\s+(?:{either(lexicon.words('dates.between'))})\s+(?P<d>\d{{1,2}})\.?\s*{_WHOLE_NAME}",
        # Mar. 3, '21: only with the mark; without, it is a day and an hour
        rf"(?<!\w)(?P<last>){_WHOLE_NAME}\s*(?P<d>\d{{1,2}})(?:{ordinals})?\s*,?\s*['’](?P<quoted>\d\d)(?![\w'’])",
        # 3 sty 12 13:48; 3 Jan '12
        rf"{_DAY}(?:\.|-)?\s*{_NAME}[\s-]*"
        r"(?:['’](?P<quoted>\d\d)(?!\d)|(?P<short>\d{2})(?=\s*(?:$|[|,•–)]|\s\d{1,2}[:.]\d\d)))",
        # 18 tháng 3 năm 2024
        rf"{_DAY}[\s,]*(?:{counted})\s*(?P<m>\d{{1,2}})[\s,]*{between}{YEAR}",
    )
    return tuple(re.compile(shape, re.IGNORECASE) for shape in shapes)


def _with_time(day: date, text: str, match: re.Match[str], lexicon: Lexicon) -> Found:
    start = match.start()
    if "last" in match.re.groupindex:  # the first of two words may be any
        start = match.end("name") - len(match["name"].split()[-1])
    clock = read_clock(text, match.end(), lexicon)
    if clock is None:
        return Found(day.isoformat(), start, match.end())
    return Found(f"{day.isoformat()}{clock.iso}", start, clock.end)
