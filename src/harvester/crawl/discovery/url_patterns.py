"""The patterns of a site's URLs: what its articles' addresses look like, and what those of its other pages do.

`url_pattern_of` forgets what differs between two articles of a site: numbers, dates, slugs. `SiteUrlPattern` counts
which patterns turned out to be articles; it changes only in `learn`, and is the same for the same lessons.
"""

import json
import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from itertools import pairwise
from math import log
from typing import Final
from urllib.parse import unquote

from harvester.urls import host_of, target_of

MAX_COUNT: Final = 20  # lessons a shape; more change nothing, and a site that was rebuilt is learned anew soon
MAX_SHAPES: Final = 300  # a site has 2 to 30; those with the fewest lessons go
_FORM: Final = 1  # of the JSON

_SUFFIX: Final = re.compile(r"\.(?:html?|shtml|xhtml|php|aspx?|jsp|do|cms|amp)$", re.IGNORECASE)
_YEAR: Final = re.compile(r"(?:19|20)\d\d$")
_DAY: Final = re.compile(r"(?:19|20)\d\d[-_]?(?:0[1-9]|1[0-2])(?:[-_]?(?:0[1-9]|[12]\d|3[01]))?$")
_WORD: Final = re.compile(r"[^\W\d_]+")
_DIGITS: Final = re.compile(r"\d+")
_MAX_SEGMENTS: Final = 8
_MIN_SLUG_WORDS: Final = 3
_MIN_SLUG_CHARS: Final = 20  # in a script without blanks, or one long word


def url_pattern_of(url: str) -> str:
    """Return the shape of a checked URL.

    >>> url_pattern_of("https://www.a.example/news/2024/03/21/the-town-that-counts-4711.html?id=7&lang=en")
    'a.example/news/Y/D/D/slug.html?id=N&lang=w'
    """
    path, _, query = target_of(url).partition("?")
    segments = [_segment(segment) for segment in path.split("/")[1:][:_MAX_SEGMENTS]]
    fields = [field.partition("=")[::2] for field in query.split("&") if field]
    asked = "&".join(sorted(f"{name}={'N' if _DIGITS.search(value) else 'w'}" for name, value in fields[:5]))
    return f"{host_of(url).removeprefix('www.')}/{'/'.join(segments)}{'?' + asked if asked else ''}"


def coarse_pattern(shape: str) -> str:
    """Return a shape with its words forgotten, too: sections of one site share it."""
    host, _, rest = shape.partition("/")
    return f"{host}/" + "/".join(_coarse(segment) for segment in rest.split("/"))


def _coarse(segment: str) -> str:
    bare = segment.partition("?")[0].partition(".")[0]
    return segment if bare in ("", "Y", "D", "DATE", "N", "slug") or "N" in bare else segment.replace(bare, "w", 1)


def _segment(segment: str) -> str:
    """Return what kind of segment it is; a word that may name a section as it is."""
    text = unquote(segment)
    suffix = _SUFFIX.search(text)
    ending = suffix[0].lower() if suffix else ""
    bare = text[: -len(ending)] if ending else text
    if bare.isdigit():
        kind = "Y" if _YEAR.match(bare) else "D" if len(bare) <= 2 else "DATE" if _DAY.match(bare) else "N"
    elif _DAY.match(bare):
        kind = "DATE"
    elif is_slug(bare):
        kind = "slug"
    elif re.search(r"[^\W\d_][-_][^\W\d_]", bare):
        kind = "w-w"  # a short slug, or a section of two words
    else:
        kind = _DIGITS.sub("N", bare.lower())[:40]
    return kind + ending


def is_slug(segment: str) -> bool:
    """Return whether a segment of a path is a headline in URL form: three words or more, or a long run of letters."""
    words = _WORD.findall(segment)
    if len(words) >= _MIN_SLUG_WORDS and sum(map(len, words)) >= 10:
        return True
    return bool(words) and len(segment) >= _MIN_SLUG_CHARS and max(map(len, words)) >= 4


def has_date(path: str) -> bool:
    """Return whether a path holds a day or month: /2024/03/21/, /20240321/, /2024-03/, t20240321_4711.html."""
    parts = path.strip("/").split("/")
    if any(_YEAR.match(a) and len(b) <= 2 and b.isdigit() for a, b in pairwise(parts)):
        return True
    return any(_DAY.match(run) and len(run) >= 6 for part in parts for run in re.findall(r"\d[\d_-]*\d", part))


@dataclass(frozen=True, slots=True)
class SiteUrlPattern:
    """What was learned of one site: how often a shape was an article, and how often something else."""

    counts: Mapping[str, tuple[int, int]] = field(default_factory=dict)  # shape -> articles, others

    def learn(self, seen: Iterable[tuple[str, bool]]) -> "SiteUrlPattern":
        """Return what is known after some URLs (checked), each with whether it was an article."""
        counts = dict(self.counts)
        for url, is_article in seen:
            fine = url_pattern_of(url)
            for shape in {fine, coarse_pattern(fine)}:
                counts[shape] = _counted(counts.get(shape, (0, 0)), is_article)
        return SiteUrlPattern(_bounded(counts))

    def log_odds(self, url: str) -> float:
        """Return the logarithm of how much likelier a URL is an article than not, by its shape; 0: nothing is known."""
        fine = url_pattern_of(url)
        articles, others = self.counts.get(fine) or self.counts.get(coarse_pattern(fine)) or (0, 0)
        return log((articles + 1) / (others + 1))

    def to_json(self) -> str:
        """Return it as JSON, the same text for the same lessons."""
        return json.dumps({"form": _FORM, "counts": dict(sorted(self.counts.items()))}, separators=(",", ":"))

    @classmethod
    def from_json(cls, text: str | None) -> "SiteUrlPattern":
        """Return what `to_json` wrote; nothing learned where there is none, or one of another form."""
        try:
            values = json.loads(text or "{}")
        except ValueError:
            return cls()
        if not isinstance(values, dict) or values.get("form") != _FORM:
            return cls()
        return cls({str(shape): (int(pair[0]), int(pair[1])) for shape, pair in values["counts"].items()})


def _counted(before: tuple[int, int], is_article: bool) -> tuple[int, int]:
    articles, others = before
    if is_article:
        articles = min(articles + 1, MAX_COUNT)
        # What is certain must be able to change: a site that was rebuilt gives other pages at its old addresses.
        others -= articles == MAX_COUNT and others > 0
    else:
        others = min(others + 1, MAX_COUNT)
        articles -= others == MAX_COUNT and articles > 0
    return articles, others


def _bounded(counts: dict[str, tuple[int, int]]) -> dict[str, tuple[int, int]]:
    if len(counts) <= MAX_SHAPES:
        return counts
    kept = sorted(counts.items(), key=lambda item: (-sum(item[1]), item[0]))[:MAX_SHAPES]
    return dict(kept)
