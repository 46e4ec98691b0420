"""How a page writes its dates: learned from its other dates, its records, its language and its host; never guessed."""

import re
from collections.abc import Iterable, Iterator, Mapping
from datetime import date
from functools import lru_cache
from itertools import islice
from typing import Final

from harvester.metadata.language_tags import normal_tag
from harvester.metadata.lookup.calendars import of_century
from harvester.metadata.lookup.day_readings import Habits, valid_day
from harvester.metadata.lookup.structured_data import SiteLookups
from harvester.models import Block, Document
from harvester.rules.lexicon import RULES_CACHED, Lexicon
from harvester.urls import loose_host

MAX_SEEN: Final = 200  # dates that are looked at
MAX_WEEKDAY_CHARS: Final = 12  # before a date: "Wednesday, "
# The last two numbers of a date and the marks before them: a pattern that begins with its mark is found ten times as
# fast. Dots are not looked at: with them the day stands first everywhere.
_LAST_TWO: Final = (
    re.compile(r"/(\d{1,2})/((?:19|20)\d{2}|\d{2})(?![\d/-])"),
    re.compile(r"-(\d{1,2})-((?:19|20)\d{2})(?![\d/-])"),
)
_FIRST: Final = re.compile(r"(?<![\d./-])\d{1,2}$")
_WORD_BEFORE: Final = re.compile(r"([^\W\d_]+)[.,]{0,2}\s*$")
_ISO_DAY: Final = re.compile(r"(?:19|20)\d{2}-\d{2}-\d{2}")
# Countries that write the month first, and endings that say nothing of a country.
_MONTH_FIRST: Final = frozenset({"us", "gov", "mil", "edu"})
_BOTH_WAYS: Final = frozenset({"ca", "ph", "pr"})
_NO_COUNTRY: Final = frozenset(
    {"io", "tv", "me", "co", "ai", "fm", "ly", "to", "cc", "ws", "la", "am", "gg", "is", "im", "so"}
)
_LEAD_PICTURES: Final = frozenset({"og:image", "og:image:url", "twitter:image", "twitter:image:src"})
_UPLOADED: Final = re.compile(r"/((?:19|20)\d{2})/(0[1-9]|1[0-2])/")
_COUNTRY_CHARS: Final = 2
CLEAR: Final = 3  # times as many on one side settle it where both are met


def read_habits(lookups: SiteLookups, records: Iterable[str], last: date | None = None) -> Habits:
    """Return how the page writes dates.

    `records` are the days that its records name, ISO 8601; `last` is the last day that a date of the page can be of.
    """
    document, page_index = lookups.document, lookups.page_index
    language = _text_language(document, page_index.letters)
    country = loose_host(lookups.address).rpartition(".")[2]
    first = _printed_order(page_index.lines, records, lookups.lexicon)
    if first is None:
        first = _customary_order(document, language, country)
    if first is not None:
        return Habits(first, language, country or None)
    known = frozenset(islice(_marked_days(document), MAX_SEEN)) or frozenset(_picture_months(document))
    return Habits(first, language, country or None, known, last)


def _marked_days(document: Document) -> Iterator[str]:
    """Yield the days that elements give in a form for machines."""
    for moment in moments(document.blocks):
        if (day := _ISO_DAY.match(moment)) is not None:
            yield day[0]


def moments(blocks: tuple[Block, ...]) -> list[str]:
    """Return the `datetime` of all inline elements that have one, in reading order."""
    return [span.datetime for block in blocks for span in block.spans if span.datetime]


def _picture_months(document: Document) -> Iterator[str]:
    """Yield the months in which the page's lead pictures came to the site, "2012-03", by their addresses."""
    addresses = (meta.content for meta in document.metas if meta.name in _LEAD_PICTURES)
    yield from (f"{month[1]}-{month[2]}" for address in addresses if (month := _UPLOADED.search(address)))


def _text_language(document: Document, letters: Mapping[str, int]) -> str | None:
    """Return the language of most of the text, else the one that the page claims."""
    return max(letters, key=lambda tag: letters[tag]) if letters else normal_tag(document.lang)


def _printed_order(lines: str, records: Iterable[str], lexicon: Lexicon) -> bool | None:
    """Return whether the day comes first in the page's own dates; None where none of them shows it."""
    seen = list(_orders(lines, records, _weekdays(lexicon)))
    first, last = seen.count(True), seen.count(False)
    if first > CLEAR * last:
        return True
    return False if last > CLEAR * first else None


def _orders(lines: str, records: Iterable[str], weekdays: Mapping[str, int]) -> Iterator[bool | None]:
    found = tuple(islice((match for pattern in _LAST_TWO for match in pattern.finditer(lines)), MAX_SEEN))
    known = frozenset(day[0] for text in records if (day := _ISO_DAY.match(text))) if found else frozenset()
    for match in found:
        before = _FIRST.search(lines, max(0, match.start() - 3), match.start())
        if before is not None and int(before[0]) != int(match[1]):
            year = int(match[2])
            numbers = int(before[0]), int(match[1]), of_century(year) if year < 100 else year
            order = _order(*numbers, known)
            yield order if order is not None else _order_by_weekday(*numbers, _weekday(lines, before.start(), weekdays))


def _order(first: int, second: int, year: int, known: frozenset[str]) -> bool | None:
    """Return whether the first number is the day: by its size, or because a record names that day."""
    if (first > 12) != (second > 12):
        return first > 12
    day_first, month_first = _iso(year, second, first) in known, _iso(year, first, second) in known
    return day_first if day_first != month_first else None


def _order_by_weekday(first: int, second: int, year: int, weekday: int | None) -> bool | None:
    """Return whether the first number is the day, where only one of the readings is of the day of the week."""
    if weekday is None:
        return None
    days = (valid_day(year, second, first), valid_day(year, first, second))
    day_first, month_first = (day is not None and day.weekday() == weekday for day in days)
    return day_first if day_first != month_first else None


def _weekday(lines: str, end: int, weekdays: Mapping[str, int]) -> int | None:
    """Return the day of the week right before a date, 0 for Monday: "Tue, 03/05/2024"."""
    found = _WORD_BEFORE.search(lines[max(0, end - MAX_WEEKDAY_CHARS) : end])
    return weekdays.get(found[1].casefold()) if found is not None else None


@lru_cache(maxsize=RULES_CACHED)
def _weekdays(lexicon: Lexicon) -> Mapping[str, int]:
    """Return the numbers of the days of the week in English, the one language that is written in both orders."""
    lists = lexicon.languages["en"].lists
    names = {name: number for number, name in enumerate(lists["dates.weekdays"])}
    short = {
        word: number
        for word in lists["dates.short_weekdays"]
        for name, number in names.items()
        if name.startswith(word)
    }
    return names | short


def _iso(year: int, month: int, day: int) -> str:
    try:
        return date(year, month, day).isoformat()
    except ValueError:
        return ""


def _customary_order(document: Document, language: str | None, country: str) -> bool | None:
    """Return whether the day comes first by custom: of the text's language, the host's country, the page's own tag."""
    if language is not None and language != "en":
        return True
    if country in _MONTH_FIRST:
        return False
    if len(country) == _COUNTRY_CHARS and country not in _BOTH_WAYS and country not in _NO_COUNTRY:
        return True
    region = _region(document)
    if region is None or region in _BOTH_WAYS:
        return None
    return region not in _MONTH_FIRST


def _region(document: Document) -> str | None:
    """Return the country of the page's language, "en-US" -> "us": from its tag, or the tag for social networks."""
    tags = (document.lang or "", *(meta.content for meta in document.metas if meta.name == "og:locale"))
    for tag in tags:
        parts = tag.strip().lower().replace("_", "-").split("-")
        if parts[0] == "en" and len(parts) > 1 and len(parts[-1]) == _COUNTRY_CHARS:
            return parts[-1]
    return None
