"""Days that are counted back from now: "3 hours ago", "gestern, 15:50"."""

import re
from collections.abc import Iterator
from datetime import datetime, timedelta
from functools import lru_cache
from typing import Final

from harvester.metadata.lookup.date_text import DIGITS
from harvester.rules.alternation import either
from harvester.rules.lexicon import RULES_CACHED, Lexicon

_RELATIVE_EDGES: Final = " \t\n.,:|·•()"
_CLOCK: Final = re.compile(r"\d{1,2}\s?[:.h时時]\s?\d{2}(?!\d)")
_UNITS: Final = {
    "minutes": timedelta(minutes=1),
    "hours": timedelta(hours=1),
    "days": timedelta(days=1),
    "weeks": timedelta(weeks=1),
}


def relative_day(text: str, fetched_at: datetime, lexicon: Lexicon) -> str | None:
    """Return the day of "3 hours ago", "vor einer Stunde", "昨天", back from when it was fetched; else None.

    A day and no more: such words are rounded, and the page's time zone is not known. Months are too long to count.
    """
    folded = text.translate(DIGITS).casefold()
    for pattern in _ago(lexicon):
        match = pattern.search(folded)
        if match is not None:
            unit = next(name for name in _UNITS if match[name] is not None)
            count = int(match["number"]) if match["number"].isdigit() else 1
            return (fetched_at - count * _UNITS[unit]).date().isoformat()
    days = _days_back(folded, lexicon)
    return (fetched_at - timedelta(days=days)).date().isoformat() if days is not None else None


def ago_spans(text: str, lexicon: Lexicon) -> Iterator[tuple[int, int]]:
    """Yield where a line counts back from now: "3 hours ago", "il y a 2 h"; of each way to say so the first."""
    folded = (text if text.isascii() else text.translate(DIGITS)).casefold()
    for pattern in _ago(lexicon) if len(folded) == len(text) else ():
        if (match := pattern.search(folded)) is not None:
            yield match.span()


def _days_back(line: str, lexicon: Lexicon) -> int | None:
    """Return how many days ago a folded line means: "gestern", "сегодня, 15:50", "15:50, today", "published: today"."""
    known = lexicon.relative_days
    label, colon, rest = line.partition(":")
    label = label.strip()
    is_labelled = colon and (label in lexicon.published_labels or label in lexicon.modified_labels)
    bare = (rest if is_labelled else line).strip(_RELATIVE_EDGES)
    if bare in known or not _CLOCK.search(bare):
        return known.get(bare)
    found = _relative_day(lexicon).fullmatch(bare)
    return known[found["day"] or found["later"]] if found is not None else None


@lru_cache(maxsize=RULES_CACHED)
def _relative_day(lexicon: Lexicon) -> re.Pattern[str]:
    """Return a day that is counted back, with a time of day behind or before it and nothing else on the line."""
    days, at = either(lexicon.relative_days), either(lexicon.words("dates.at"))
    part = either(lexicon.words("dates.early") | lexicon.words("dates.late"))
    clock = rf"(?:(?:{at})\s)?\s*(?:{part})?\s*{_CLOCK.pattern}\s*(?:[ap]\.?m\.?|{part}|{at})?"
    return re.compile(rf"(?P<day>{days})[\s,|·•–-]*{clock}|{clock}[\s,|·•–-]*(?P<later>{days})")


@lru_cache(maxsize=RULES_CACHED)
def _ago(lexicon: Lexicon) -> tuple[re.Pattern[str], re.Pattern[str]]:
    """Return "ago N units" and "N units ago" in the languages of the lists."""
    known = lexicon.ago
    units = "|".join(rf"(?P<{name}>{either(known[name])})" for name in _UNITS)
    number = rf"(?:(?<!\d)(?P<number>\d{{1,3}}|(?<!\w)(?:{either(known['one'])})(?:(?<=['’])|(?!\w)))\s*)"
    return (
        re.compile(rf"(?<!\w)(?:{either(known['before'])})\s+{number}(?:{units})(?!\w)"),
        re.compile(rf"{number}(?:{units})\s*(?:{either(known['after'])})(?!\w)"),
    )
