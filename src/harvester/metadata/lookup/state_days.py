"""The day of publication in the data that a page keeps for its scripts: states of frameworks, layers of analytics.

Such data are in JSON, in JavaScript, in attributes with their quotation marks escaped, in strings of JSON within
JSON. So they are not parsed: what is looked for is a name that means publication, with a date behind it.
"""

import html
import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from itertools import islice
from typing import Final

from harvester.metadata.lookup.date_text import parse_date
from harvester.metadata.lookup.page_index import key_of
from harvester.metadata.lookup.structured_data import ArticleLookups
from harvester.native import CORE
from harvester.text import fold

MAX_BODY_BYTES: Final = 4_000_000
MAX_PLACES: Final = 20_000  # of what may be a name; the pages of the corpora have some thousand at most
MAX_FOUND: Final = 200  # of names with a date; lists have one an entry
MAX_COMPARED: Final = 20  # objects that are looked at for the headline
MAX_OBJECT_BYTES: Final = 20_000  # on either side of a date
MIN_TITLE_CHARS: Final = 12  # folded; a shorter title stands in other objects as well

_QUOTE: Final = rb"""(?:\\{0,8}(?:["']|&quot;|&#34;))"""
_DATE: Final = (
    rb"""((?:19|20)\d\d[-/.]\d\d[-/.]\d\d[^"'&\\<]{0,20}|(?:19|20)\d{6}(?!\d)|\d\d?[./]\d\d?[./](?:19|20)\d\d"""
    rb"""[^"'&\\<]{0,12}|1\d{9}(?:\d{3})?(?!\d))"""
)
# {"name": "..."}, name='...', and the name as the value of an attribute: itemprop="name" content="..."
_IS: Final = (
    _QUOTE + rb"?\s{0,9}(?:(?:content|datetime|value)\s?)?[:=]\s{0,9}(?:new\s{1,3}Date\s?\(\s?)?" + _QUOTE + rb"?"
)
_PLAIN_WORD: Final = re.compile(r"[A-Za-z0-9]+")  # that no data escape
# A body of megabytes is read for these alone: each name has one of them, behind no more than what leads to it.
STEMS: Final = (b"publi", *(b"pub" + mark + b"date" for mark in (b"", b"_", b"-", b" ")), b"posted", b"article")
# What may stand before it in a name: "first_published", "article_publish_date", "data-published".
_BEFORE: Final = ("original_", "first_", "date_", "data_", "article_", "page_", "post_", "content_", "story_", "item_")
_LEADS: Final = tuple(sorted({len(lead) - less for lead in _BEFORE for less in (0, 1)}))[::-1]
STEM: Final = re.compile(b"|".join(STEMS), re.IGNORECASE)
# What every name has behind its stem: the end of a word, a mark, and a date.
_SET: Final = re.compile(rb"[\w -]{4,40}" + _IS + _DATE, re.IGNORECASE)


def _called(names: bytes) -> re.Pattern[bytes]:
    names = names.replace(b"_", rb"[-_ ]?")
    return re.compile(
        rb"(?<![\w-])(?:" + names + rb")" + _IS + _DATE,
        re.IGNORECASE,
    )


# First those that can mean nothing but the first publication. What was "created" is as often the entry's template, a
# comment or the file: alone, it was right on 5 of 8 pages; the second list on 31 of 34, and a day off on three.
NAMES: Final = (
    _called(
        rb"date_published|published_first|first_publi(?:shed|cation)(?:_(?:at|on|date|time))?"
        rb"|original_publi(?:shed|cation|sh)_(?:at|on|date|time)?"
    ),
    _called(
        rb"(?:(?:data|article|page|post|content|story|item)_)?(?:publi(?:sh|shed|cation)_(?:at|on|date|time|day|date_time|timestamp)|pub_date|published|date_publi(?:cation|sh)"
        rb"|date_posted|article_date)"
    ),
)


@dataclass(frozen=True, slots=True)
class _Found:
    iso: str
    at: int  # where it was read


def state_day(lookups: ArticleLookups) -> str | None:
    """Return the day that the page's data call the one of publication, ISO 8601; None where they name several.

    Where lists and cards have days of their own, it is that of the objects that hold the headline.
    """
    data = lookups.page.body[:MAX_BODY_BYTES] or "\n".join(script.text for script in lookups.document.scripts).encode()
    places = find_places(data)
    for names in NAMES if places else ():
        found = tuple(_days(names, data, places, lookups))
        if found:
            return _agreed(found) or _agreed(tuple(_of_headline(found, data, lookups)))
    return None


def find_places(data: bytes) -> list[int]:
    """Return where stems of names stand that a date is set for."""
    if CORE is not None:
        places: Iterable[int] = CORE.stem_places(data, STEMS, MAX_PLACES)
    else:
        places = (match.start() for match in islice(STEM.finditer(data), MAX_PLACES))
    return [place for place in places if _SET.match(data, place)]


def _days(names: re.Pattern[bytes], data: bytes, places: Iterable[int], lookups: ArticleLookups) -> Iterator[_Found]:
    for match in islice(find_names(names, data, places), MAX_FOUND):
        iso = parse_date(match[1].decode("ascii", "ignore"), lookups.lexicon, lookups.habits)
        if iso is not None:
            yield _Found(iso, match.start())


def find_names(names: re.Pattern[bytes], data: bytes, places: Iterable[int]) -> Iterator[re.Match[bytes]]:
    """Yield what `names.finditer` would."""
    end = 0
    for place in places:
        starts = (place - lead for lead in (*_LEADS, 0) if place - lead >= end)
        match = next(filter(None, (names.match(data, start) for start in starts)), None)
        if match is not None:
            yield match
            end = match.end()


def _agreed(found: tuple[_Found, ...]) -> str | None:
    """Return the day that all name, at its most precise."""
    if len({one.iso[:10] for one in found}) != 1:
        return None
    return max((one.iso for one in found), key=len)


def _of_headline(found: tuple[_Found, ...], data: bytes, lookups: ArticleLookups) -> Iterator[_Found]:
    """Yield the days of objects that hold the headline as well."""
    title = key_of(lookups.title or "")
    if len(title) < MIN_TITLE_CHARS:
        return
    word = max(_PLAIN_WORD.findall(lookups.title or ""), key=len, default="").encode()
    objects = ((one, _object_around(data, one.at)) for one in found)
    holding = ((one, around) for one, around in objects if word in around)  # as written; folding takes its time
    for one, around in islice(holding, MAX_COMPARED):
        text = html.unescape(around.decode("utf-8", "replace"))
        if title in fold(text.replace("\\", "")):
            yield one


def _object_around(data: bytes, at: int) -> bytes:
    """Return the innermost object in braces around a place, as far as it reaches within bounds."""
    return data[_opening(data, max(0, at - MAX_OBJECT_BYTES), at) : _closing(data, at, at + MAX_OBJECT_BYTES)]


def _opening(data: bytes, first: int, at: int) -> int:
    """Return where the object around `at` is opened; `first` where that is not behind it."""
    depth, opens, closes = 0, at, at
    while depth >= 0:
        opens = data.rfind(b"{", first, at) if opens >= at else opens  # each is looked for once
        closes = data.rfind(b"}", first, at) if closes >= at else closes
        at = max(opens, closes)
        if at < 0:
            return first
        depth += 1 if at == closes else -1
    return at


def _closing(data: bytes, at: int, last: int) -> int:
    """Return the end of the object around `at`; `last` where that is not before it."""
    end, depth, opens, closes = at - 1, 0, at - 1, at - 1
    while depth >= 0:
        opens = _found(data, b"{", end + 1, last) if opens <= end else opens
        closes = _found(data, b"}", end + 1, last) if closes <= end else closes
        end = min(opens, closes)
        if end == last:
            return last
        depth += 1 if end == opens else -1
    return end + 1


def _found(data: bytes, brace: bytes, start: int, end: int) -> int:
    """Return where a brace is; `end` where there is none before."""
    at = data.find(brace, start, end)
    return at if at >= 0 else end
