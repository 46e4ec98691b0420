"""How a source does: what is usual of it, and what is not as it was. Pure: figures in, a verdict out."""

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from enum import StrEnum
from itertools import groupby
from statistics import median
from typing import Final

from harvester.crawl.schedule import DAY_S, WELL, UrlKind, is_failure

WINDOWS: Final = (1, 7, 30)  # days in which the articles of a source are counted
KEPT_DAYS: Final = 100  # three times the longest window: some windows to take the median of
RECENT: Final = 10  # texts by which a source is judged
KEPT_FIGURES: Final = 40  # of a source
MAX_ALIKE_BITS: Final = 3  # of 64, between two texts that are nearly the same

_MIN_WINDOWS: Final = 3  # fewer say nothing about what is usual
_MIN_DAYS: Final = 10  # with visits, and half as many with articles, before a silence is taken for more than chance
_RARE: Final = 0.001  # a count that chance gives more seldom is none of chance
_FALL: Final = 3  # and it must be less than a third of the usual: news come in bursts
_GAP: Final = 1.5  # times the longest silence so far
_MIN_TEXTS: Final = 20  # behind what is usual of texts
_SHORT: Final = 0.5  # of the usual length
_UNSURE: Final = 0.75  # of confidence: below it a text is called low in quality
_LESS_SURE: Final = 0.1  # below the usual confidence
_ALIKE: Final = 0.5  # of the texts
_SOFT_STREAK: Final = 10  # pages in a row without an article, where that is no failure
_HARD_STREAK: Final = 3  # and where it is one


class Condition(StrEnum):
    """How a source is, the worst first; the words are in failures.toml."""

    FAILING = "failing"  # none of its lists can be read
    BARREN = "barren"  # its lists can, but no page gives an article
    QUIET = "quiet"  # less news than usual
    EMPTY = "empty"  # no article was ever found
    SHORT = "short"  # its texts became short
    UNSURE = "unsure"  # or doubtful
    ALIKE = "alike"  # or one like the other
    PARTLY = "partly"  # some of its lists fail
    NEW = "new"  # not visited yet
    FINE = "fine"


@dataclass(frozen=True, slots=True)
class DayCount:
    """What a source brought on one day."""

    day: int  # days since 1970, UTC
    visits: int
    articles: int
    measured: int = 0  # texts that the next three are sums of
    chars: int = 0
    confidence: int = 0  # thousandths
    alike: int = 0


@dataclass(frozen=True, slots=True)
class Usual:
    """What is usual of a source; None: not known yet."""

    articles: Mapping[int, float | None] = field(default_factory=dict)  # in as many days
    gap: int | None = None  # days of its longest silence
    chars: float | None = None  # of a text
    confidence: float | None = None  # 0 to 1
    alike: float | None = None  # share of its texts


@dataclass(frozen=True, slots=True)
class Recent:
    """The last texts of a source, as many as `RECENT`."""

    texts: int = 0
    chars: float = 0  # median
    confidence: float = 0  # median, 0 to 1
    alike: int = 0  # nearly the same as another one shortly before


@dataclass(frozen=True, slots=True)
class Trouble:
    """What fails at one place of a source, since it was well the last time."""

    url: str  # where it was met last
    kind: str
    outcome: str
    evidence: str | None
    since: int  # seconds since 1970
    at: int  # the last time
    visits: int


@dataclass(frozen=True, slots=True)
class SourceFacts:
    """What the state knows of a source; times are seconds since 1970."""

    name: str
    good_at: int | None = None  # last visit that went well
    listed_at: int | None = None  # last list that was read
    article_at: int | None = None  # last new article
    articles: Mapping[int, int] = field(default_factory=dict)  # new ones in the last 1, 7 and 30 days
    usual: Usual = field(default_factory=Usual)
    recent: Recent = field(default_factory=Recent)
    due_at: int | None = None  # when the first of its lists is visited
    waiting: int = 0  # URLs that are due
    lists: tuple[Trouble, ...] = ()  # that fail, the longest first
    well_list_at: int | None = None  # where some fail: last visit of one that does not
    pages: tuple[Trouble, ...] = ()  # outcomes of pages since the last one that was well, the most frequent first


@dataclass(frozen=True, slots=True)
class Verdict:
    """How a source is, and what shows it."""

    condition: Condition
    since: int | None = None  # seconds since 1970: of what fails or is missing
    outcome: str | None = None  # of what fails
    evidence: str | None = None  # in words
    url: str | None = None  # where


def usual(counts: Sequence[int], days: int) -> float | None:
    """Return the median of what all runs of `days` days in a row had; None where there are fewer than three.

    `counts` has a number for each day, the oldest first.

    >>> usual([3, 3, 200, 3, 4], 1), usual([1, 0, 0, 1, 0, 0, 1], 3), usual([5, 5], 1)
    (3.0, 1.0, None)
    """
    sums = [sum(counts[at : at + days]) for at in range(len(counts) - days + 1)]
    return float(median(sums)) if len(sums) >= _MIN_WINDOWS else None


def usual_of(days: Sequence[DayCount], today: int) -> Usual:
    """Return what is usual of a source, by the days on which it was visited before `today`; they come in order.

    The days that are compared with it are none of them: the last one with one day, the last seven with seven.
    """
    seen = [day for day in days if day.day < today and day.visits]
    counts = [day.articles for day in seen]
    articles = {window: usual(counts[: len(counts) - window], window) for window in WINDOWS}
    texts = [day for day in days if day.day < today - 1 and day.measured]
    if sum(day.measured for day in texts) < _MIN_TEXTS or len(texts) < _MIN_WINDOWS:
        return Usual(articles, longest_gap(counts))
    return Usual(
        articles,
        longest_gap(counts),
        chars=median(day.chars / day.measured for day in texts),
        confidence=median(day.confidence / day.measured for day in texts) / 1000,
        alike=median(day.alike / day.measured for day in texts),
    )


def longest_gap(counts: Sequence[int]) -> int | None:
    """Return the most days in a row without an article, between two with one; None: too few to know.

    >>> longest_gap([1, 0, 0, 1] * 3), longest_gap([1, 0, 1])
    (2, None)
    """
    with_news = [at for at, count in enumerate(counts) if count]
    if len(counts) < _MIN_DAYS or len(with_news) < _MIN_DAYS // 2:
        return None
    inside = counts[with_news[0] : with_news[-1] + 1]
    return max(
        (len(list(run)) for is_silent, run in groupby(inside, key=lambda count: not count) if is_silent), default=0
    )


def in_windows(days: Mapping[int, int], now: int) -> dict[int, int]:
    """Return how many articles came in the last 1, 7 and 30 days; `days` has them by day.

    The first day is counted by the share of it that lies within the window: at noon, half of yesterday.
    """
    today, rest = now // DAY_S, 1 - now % DAY_S / DAY_S
    return {
        window: sum(days.get(today - back, 0) for back in range(window)) + round(days.get(today - window, 0) * rest)
        for window in WINDOWS
    }


def recent_of(figures: Sequence[tuple[int, int, int]]) -> Recent:
    """Return what the last texts are like; each comes with its characters, confidence in thousandths and simhash.

    The latest come first; what is beyond `RECENT` is only compared with.
    """
    last = figures[:RECENT]
    if not last:
        return Recent()
    alike = sum(is_alike(one[2], [other[2] for other in figures[at + 1 :]]) for at, one in enumerate(last))
    return Recent(len(last), median(one[0] for one in last), median(one[1] for one in last) / 1000, alike)


def is_alike(text: int, others: Sequence[int]) -> bool:
    """Return whether a text, by its simhash, is nearly the same as one of some others."""
    return any(((text ^ other) & (2**64 - 1)).bit_count() <= MAX_ALIKE_BITS for other in others)


def judge(facts: SourceFacts, now: int) -> Verdict:
    """Return how a source is: the worst that holds."""
    found = _failing(facts) or _barren(facts) or _quiet(facts, now) or _empty(facts) or _worse(facts) or _partly(facts)
    if found is not None:
        return found
    return Verdict(Condition.FINE if facts.good_at is not None else Condition.NEW)


def streak_of(kind: UrlKind, outcome: str) -> int:
    """Return after how many visits in a row an outcome of pages speaks of the source."""
    return _HARD_STREAK if is_failure(kind, outcome) else _SOFT_STREAK


def _failing(facts: SourceFacts) -> Verdict | None:
    if not facts.lists:
        return None
    first = facts.lists[0]
    # A list that was well long before says nothing: it may not have had its turn since.
    last = max(trouble.at for trouble in facts.lists)
    if facts.well_list_at is not None and facts.well_list_at >= last - DAY_S:
        return None
    return Verdict(Condition.FAILING, first.since, first.outcome, first.evidence, first.url)


def _partly(facts: SourceFacts) -> Verdict | None:
    if not facts.lists:
        return None
    first = facts.lists[0]
    return Verdict(Condition.PARTLY, first.since, first.outcome, first.evidence, first.url)


def _barren(facts: SourceFacts) -> Verdict | None:
    visits = sum(trouble.visits for trouble in facts.pages)
    if not visits or visits < streak_of(UrlKind.PAGE, facts.pages[0].outcome):
        return None
    first = facts.pages[0]
    words = f"the last {visits:,} pages: {', '.join(f'{one.outcome} {one.visits:,}' for one in facts.pages)}"
    evidence = f"{words} ({first.evidence})" if first.evidence else words
    since = min(trouble.since for trouble in facts.pages)
    return Verdict(Condition.BARREN, since, first.outcome, evidence, first.url)


def _quiet(facts: SourceFacts, now: int) -> Verdict | None:
    is_watched = facts.listed_at is not None and now - facts.listed_at < 2 * DAY_S
    if not is_watched or facts.article_at is None:
        return None  # nobody looked: no news says nothing
    silent = (now - facts.article_at) // DAY_S
    gap = facts.usual.gap
    if gap is not None and silent > max(1, gap * _GAP):
        words = f"no new article for {silent:,} days, its longest silence before: {gap:,}"
        return Verdict(Condition.QUIET, facts.article_at, evidence=words)
    expected, count = facts.usual.articles.get(7), facts.articles.get(7, 0)
    if expected and count * _FALL < expected and chance_of(count, expected) < _RARE:
        words = f"{count:,} new articles in 7 days, usually {expected:g}"
        return Verdict(Condition.QUIET, facts.article_at, evidence=words)
    return None


def chance_of(count: int, expected: float) -> float:
    """Return how likely so few or fewer are, where so many are expected (Poisson).

    >>> round(chance_of(0, 7), 4), round(chance_of(7, 7), 1)
    (0.0009, 0.6)
    """
    logs = (at * math.log(expected) - expected - math.lgamma(at + 1) for at in range(count + 1))
    return sum(math.exp(log) for log in logs)


def _empty(facts: SourceFacts) -> Verdict | None:
    if facts.listed_at is None or facts.article_at is not None or facts.waiting or facts.lists:
        return None
    words = "its lists were read, and brought no article"
    if not facts.pages:
        return Verdict(Condition.EMPTY, evidence=words)
    first = facts.pages[0]
    found = f"{words}; pages: {', '.join(f'{one.outcome} {one.visits:,}' for one in facts.pages)}"
    return Verdict(Condition.EMPTY, evidence=f"{found} ({first.evidence})" if first.evidence else found, url=first.url)


def _worse(facts: SourceFacts) -> Verdict | None:
    recent, before = facts.recent, facts.usual
    if recent.texts < RECENT:
        return None
    if recent.alike >= recent.texts * _ALIKE and (before.alike or 0) < _ALIKE / 2:
        words = f"{recent.alike:,} of the last {recent.texts:,} texts are nearly the same as another one"
        return Verdict(Condition.ALIKE, evidence=words)
    if before.chars and recent.chars < before.chars * _SHORT:
        words = f"the last {recent.texts:,} texts have {recent.chars:,.0f} characters, usually {before.chars:,.0f}"
        return Verdict(Condition.SHORT, evidence=words)
    if before.confidence and recent.confidence < min(_UNSURE, before.confidence - _LESS_SURE):
        words = f"the last {recent.texts:,} texts have a confidence of {recent.confidence:.2f}, usually "
        return Verdict(Condition.UNSURE, evidence=f"{words}{before.confidence:.2f}")
    return None


def is_well(outcome: str) -> bool:
    """Return whether a visit came as it should."""
    return outcome in WELL
