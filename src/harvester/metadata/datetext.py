"""Dates in running text and in machine form, to ISO 8601, no more precise than written."""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from functools import cache
from typing import Final

from harvester.metadata.wordlists import load_words

FIRST_YEAR: Final = 1900  # of any date that is read
MAX_FIELD_CHARS: Final = 200
REIWA: Final = 2018  # year 1 of the era is 2019

_DIGITS: Final = str.maketrans(
    "٠١٢٣٤٥٦٧٨٩۰۱۲۳۴۵۶۷۸۹०१२३४५६७८९０１２３４５６７８９：", "0123456789012345678901234567890123456789:"
)

# What may stand between a day and its time of day, in the languages of the lists.
_BEFORE_TIME: Final = (
    r"(?:[\s,;|•·/–—()-]|T|at|um|à|a\slas|alle|ore|às|om|o\sgodz\.|godz\.|kl\.?|klo|в|о|saat|pukul|jam|lúc|الساعة)*"
)
_TIME: Final = re.compile(
    _BEFORE_TIME
    + r"""(?P<early>上午|下午|午前|午後|오전|오후|晚上|凌晨|中午)?\s*
    (?P<hour>\d{1,2}) \s* (?: [:.hH時时点點시] \s* (?P<minute>\d{2}) (?: [:分분] \s* (?P<second>\d{2}) )? (?:\.\d+)? )
    [分분]? \s* (?P<half>[ap]\.?\s?m\b\.?)? \s*
    \(? (?P<zone>Z\b|(?:UTC|GMT)?\s?[+-]\d{2}:?\d{2}(?!\d)|[A-Za-zА-я]{3,4}\b)? \)?""",
    re.VERBOSE | re.IGNORECASE,
)
_NUMERIC: Final = (
    # 2023-12-22, 2023/12/22, 2023.12.22, 2023年12月22日, 2023년 12월 22일
    re.compile(
        r"(?<!\d)(?P<y>(?:19|20)\d{2})\s?[-/.年년]\s*(?P<m>\d{1,2})\s?[-/.月월]\s*(?P<d>\d{1,2})(?!\d)\s*(?:[日號号일]|\.(?=\s|$))?"
    ),
    re.compile(r"令和\s*(?P<reiwa>\d{1,2}|元)\s*年\s*(?P<m>\d{1,2})\s*月\s*(?P<d>\d{1,2})\s*日"),
    # 22.12.2023, 22/12/2023, 12/22/2023, 22-12-2023
    re.compile(
        r"(?<![\d.,/-])(?P<a>\d{1,2})\s?(?P<mark>[./-])\s?(?P<b>\d{1,2})\s?(?P=mark)\s?(?P<y>(?:19|20)\d{2})(?!\d)"
    ),
    # 22.12.23: with dots only; a slash is as often a fraction or a score
    re.compile(r"(?<![\d.,/-])(?P<d>\d{1,2})\.(?P<m>\d{1,2})\.(?P<short>\d{2})(?![\d.])"),
)
_COMPACT: Final = re.compile(
    r"^(?P<y>(?:19|20)\d{2})(?P<m>\d{2})(?P<d>\d{2})(?:T?(?P<hour>\d{2}):?(?P<minute>\d{2}):?(?P<second>\d{2})?Z?)?$"
)
_EPOCH: Final = re.compile(r"^\d{10}(?:\d{3})?$")
_YEAR: Final = re.compile(r"\d{4}|\d\d\.\d\d\.\d\d|令和")


@dataclass(frozen=True, slots=True)
class Found:
    """A date in a text."""

    iso: str
    start: int  # where it begins
    end: int


@cache
def _named_months() -> tuple[re.Pattern[str], ...]:
    names = "|".join(sorted(map(re.escape, load_words().months), key=len, reverse=True))
    return (
        # 22 December 2023, 22. Dezember 2023, 22 de diciembre de 2023, 22nd of Dec., 2023, 22-Dec-2023, 1er mai 2023
        re.compile(
            rf"(?<!\d)(?P<d>\d{{1,2}})(?:st|nd|rd|th|er|re|º|ª|°|\.)?[\s-]*(?:de\s|of\s|d['’])?\s*"
            rf"(?P<name>{names})[.,]?(?:\s*(?:de|del|of)\s)?[\s,'’-]*(?P<y>(?:19|20)\d{{2}})(?!\d)",
            re.IGNORECASE,
        ),
        # December 22, 2023; Dec. 22nd 2023
        re.compile(
            rf"(?<!\w)(?P<name>{names})\.?\s*(?P<d>\d{{1,2}})(?:st|nd|rd|th)?\s*[,.]?\s*(?:at\s)?(?P<y>(?:19|20)\d{{2}})(?!\d)",
            re.IGNORECASE,
        ),
        # 2023 December 22
        re.compile(
            rf"(?<!\d)(?P<y>(?:19|20)\d{{2}})[\s,.-]+(?P<name>{names})\b[\s,.-]+(?P<d>\d{{1,2}})(?!\d)", re.IGNORECASE
        ),
    )


def find_dates(text: str, month_first: bool = False) -> Iterator[Found]:
    """Yield the dates in `text`, in order; a day where only a day is written.

    `month_first` settles 03/04/2023, as in the United States.
    """
    if not text.isascii():
        text = text.translate(_DIGITS)
    if not _YEAR.search(text):
        return
    found: list[Found] = []
    years = len(_YEAR.findall(text))
    for pattern in (*_NUMERIC, *_named_months()):
        if len(found) >= years:  # nothing is left to find
            break
        for match in pattern.finditer(text):
            day = _day(match, month_first)
            if day is not None and not any(one.start < match.end() and match.start() < one.end for one in found):
                found.append(_with_time(day, text, match))
    yield from sorted(found, key=lambda one: one.start)


def parse_date(text: str, month_first: bool = False) -> str | None:
    """Return a date in machine form as ISO 8601, or None.

    Takes ISO 8601 in its common misspellings, RFC 822, epoch seconds and milliseconds, 20231222, and any date that
    `find_dates` knows. Midnight sharp is what systems write when they know only the day, so it is left out.
    """
    text = text[:MAX_FIELD_CHARS].strip().translate(_DIGITS)
    if _EPOCH.match(text):
        return _from_epoch(int(text))
    if match := _COMPACT.match(text):
        day = _valid(int(match["y"]), int(match["m"]), int(match["d"]))
        return day.isoformat() if day is not None else None
    return next((found.iso for found in find_dates(text, month_first)), None)


def _from_epoch(number: int) -> str | None:
    seconds = number // 1000 if number > 10**12 else number
    moment = datetime.fromtimestamp(seconds, UTC)
    return moment.isoformat() if moment.year >= FIRST_YEAR else None


def _valid(year: int, month: int, day: int) -> date | None:
    if year < FIRST_YEAR:
        return None
    try:
        return date(year, month, day)
    except ValueError:
        return None


def _day(match: re.Match[str], month_first: bool) -> date | None:
    parts = match.groupdict()
    if parts.get("reiwa"):
        year = REIWA + (1 if parts["reiwa"] == "元" else int(parts["reiwa"]))
    else:
        year = 2000 + int(parts["short"]) if parts.get("short") else int(parts["y"])
    if parts.get("name"):
        return _valid(year, load_words().months[parts["name"].lower()], int(parts["d"]))
    if "a" not in parts:
        return _valid(year, int(parts["m"]), int(parts["d"]))
    first, second = int(parts["a"]), int(parts["b"])
    month, day = (first, second) if month_first else (second, first)
    return _valid(year, month, day) or _valid(year, day, month)


def _with_time(day: date, text: str, match: re.Match[str]) -> Found:
    time = _TIME.match(text, match.end())
    clock = _clock(time) if time is not None else None
    if clock is None or time is None:
        return Found(day.isoformat(), match.start(), match.end())
    return Found(f"{day.isoformat()}{clock}", match.start(), time.end())


def _clock(time: re.Match[str]) -> str | None:
    """Return "T14:05", with seconds and offset where they are written; None for midnight sharp and for nonsense."""
    hour, minute = int(time["hour"]), int(time["minute"])
    late = (time["half"] or "")[:1].lower() == "p" or time["early"] in {"下午", "午後", "오후", "晚上"}
    early = (time["half"] or "")[:1].lower() == "a" or time["early"] in {"上午", "午前", "오전", "凌晨"}
    if late and hour < 12:
        hour += 12
    if early and hour == 12:
        hour = 0
    seconds = int(time["second"] or 0)
    if hour > 23 or minute > 59 or seconds > 59 or hour == minute == seconds == 0:
        return None
    written = f"T{hour:02}:{minute:02}" + (f":{seconds:02}" if time["second"] else "")
    return written + _offset(time["zone"])


def _offset(zone: str | None) -> str:
    if not zone:
        return ""
    if zone.upper() == "Z":
        return "+00:00"
    digits = re.sub(r"[^\d+-]", "", zone)
    if len(digits) == 5:
        return f"{digits[:3]}:{digits[3:]}" if int(digits[1:3]) <= 14 and int(digits[3:]) <= 59 else ""
    return load_words().zones.get(zone.lower(), "")


# ── relative dates ───────────────────────────────────────────────────────────────────────────

_UNITS: Final = {
    "minutes": timedelta(minutes=1),
    "hours": timedelta(hours=1),
    "days": timedelta(days=1),
    "weeks": timedelta(weeks=1),
}


def relative_day(text: str, fetched_at: datetime) -> str | None:
    """Return the day of "3 hours ago", "vor 2 Tagen", "昨天", counted back from when the page was fetched; else None.

    A day and no more: such words are rounded, and the page's time zone is not known. Months are too long to count.
    """
    folded = text.translate(_DIGITS).casefold()
    for pattern in _ago():
        match = pattern.search(folded)
        if match is not None:
            unit = next(name for name in _UNITS if match[name] is not None)
            return (fetched_at - int(match["number"]) * _UNITS[unit]).date().isoformat()
    days = load_words().relative_days.get(folded.strip(" \t\n.,|·•"))
    return (fetched_at - timedelta(days=days)).date().isoformat() if days is not None else None


@cache
def _ago() -> tuple[re.Pattern[str], re.Pattern[str]]:
    """Return "ago N units" and "N units ago" in the languages of the lists."""
    known = load_words().ago
    units = "|".join(rf"(?P<{name}>{_either(known[name])})" for name in _UNITS)
    number = r"(?<!\d)(?P<number>\d{1,3})\s*"
    return (
        re.compile(rf"(?<!\w)(?:{_either(known['before'])})\s+{number}(?:{units})(?!\w)"),
        re.compile(rf"{number}(?:{units})\s*(?:{_either(known['after'])})(?!\w)"),
    )


def _either(words: frozenset[str]) -> str:
    return "|".join(re.escape(word) for word in sorted(words, key=lambda word: (-len(word), word)))
