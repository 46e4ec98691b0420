"""The time of day behind a date."""

import re
from functools import lru_cache
from typing import Final, NamedTuple

from harvester.rules.alternation import either
from harvester.rules.lexicon import RULES_CACHED, Lexicon

_DIGIT_NEAR: Final = re.compile(r"\D{0,24}+\d")  # farther from the day, it is no time


class Clock(NamedTuple):
    """A time of day, "T14:05" with seconds and offset where they are written, and where it ends."""

    iso: str
    end: int


def read_clock(text: str, start: int, lexicon: Lexicon) -> Clock | None:
    """Return the time of day at `start`; None for midnight sharp, which systems write that know only the day."""
    if not _DIGIT_NEAR.match(text, start):
        return None
    match = _time(lexicon).match(text, start)
    iso = _iso(match, lexicon) if match is not None else None
    return Clock(iso, match.end()) if match is not None and iso is not None else None


@lru_cache(maxsize=RULES_CACHED)
def _time(lexicon: Lexicon) -> re.Pattern[str]:
    early, late = lexicon.words("dates.early"), lexicon.words("dates.late")
    before = either(lexicon.words("dates.at") | lexicon.words("dates.between"))
    part = either(early | late)
    return re.compile(
        rf"""(?:[\s,;|•·/–—().-]|T|(?:{before})(?=[\s\d:]))*
        (?P<part>{part})?\s*
        (?P<hour>\d{{1,2}}) \s*
        (?: [:.hH時时点點시] \s* (?P<minute>\d{{2}}) (?: [:分분] \s* (?P<second>\d{{2}}) )? (?:\.\d+)? )
        [分분]? \s* (?P<half>[ap]\.?\s?m\b\.?|(?:{part})(?!\w))? \s*
        \(? (?P<zone>Z\b|(?:UTC|GMT)?\s?[+-]\d{{2}}:?\d{{2}}(?!\d)|[A-Za-zА-я]{{3,4}}\b)? \)?""",
        re.VERBOSE | re.IGNORECASE,
    )


def _iso(time: re.Match[str], lexicon: Lexicon) -> str | None:
    hour, minute, second = int(time["hour"]), int(time["minute"]), int(time["second"] or 0)
    late, early = _half(time, lexicon)
    if late and hour < 12:
        hour += 12
    if early and hour == 12:
        hour = 0
    if hour > 23 or minute > 59 or second > 59 or hour == minute == second == 0:
        return None
    written = f"T{hour:02}:{minute:02}" + (f":{second:02}" if time["second"] else "")
    return written + _offset(time["zone"], lexicon)


def _half(time: re.Match[str], lexicon: Lexicon) -> tuple[bool, bool]:
    """Return whether the time is of the second half of the day, and whether of the first."""
    said = {part.lower() for part in (time["part"], time["half"]) if part}
    late = bool(said & lexicon.words("dates.late")) or any(part[0] == "p" and part.isascii() for part in said)
    early = bool(said & lexicon.words("dates.early")) or any(part[0] == "a" and part.isascii() for part in said)
    return late, early


def _offset(zone: str | None, lexicon: Lexicon) -> str:
    if not zone:
        return ""
    if zone.upper() == "Z":
        return "+00:00"
    digits = re.sub(r"[^\d+-]", "", zone)
    if len(digits) == 5:
        return f"{digits[:3]}:{digits[3:]}" if int(digits[1:3]) <= 14 and int(digits[3:]) <= 59 else ""
    return lexicon.zones.get(zone.lower(), "")
