"""When a URL is visited next, and how: pure decisions over a clock that is passed in (seconds since 1970)."""

from dataclasses import dataclass
from enum import IntEnum
from typing import Final

from harvester.crawl.failure_table import HARD, PARKED_AT, of_outcome
from harvester.errors import Reason

MINUTE_S: Final = 60
HOUR_S: Final = 3_600
DAY_S: Final = 86_400

MIN_INTERVAL_S: Final = 90 * MINUTE_S  # a feed is not asked more often, however much it brings
MAX_INTERVAL_S: Final = 7 * DAY_S  # and not more seldom, however little
FIRST_REVISIT_S: Final = 6 * HOUR_S  # most corrections of a news text come within hours
FRESH_S: Final = 30 * DAY_S  # from when it was found an edit is one of news; later of a page that is never done
LAST_TRY_S: Final = DAY_S  # before a URL is given up: three visits within hours are one outage
GROWTH: Final = 1.5  # of the interval of a listing that brought nothing new
# Some servers send one ETag for ever, although the body changes (Media Cloud).
UNCONDITIONAL_EVERY: Final = 8
UNCONDITIONAL_EVERY_PAGE: Final = 4  # an article rests after five visits: of eight, no edit would ever be found

# Outcomes that came as they should.
WELL: Final = frozenset({Reason.OK, Reason.NOT_MODIFIED, Reason.UNCHANGED, Reason.DUPLICATE})
# Outcomes after which the same bytes, or "not modified", mean that all is as it was.
SETTLED: Final = frozenset({Reason.OK, Reason.NOT_MODIFIED, Reason.UNCHANGED})


class UrlKind(IntEnum):
    """What a URL is visited for; the numbers are in the state and never change."""

    PAGE = 0  # an article, it is hoped
    FEED = 1
    SITEMAP = 2
    SECTION = 3
    HOME = 4
    POSTS = 5  # of a WordPress site, as JSON


@dataclass(frozen=True, slots=True)
class VisitHistory:
    """How often a URL was visited, and with what success."""

    interval_s: int | None = None  # None: not visited with success yet
    polls: int = 0  # conditional requests since the last unconditional one
    failures: int = 0  # halves of a failure, since the last success


@dataclass(frozen=True, slots=True)
class VisitResult:
    """What a visit brought."""

    kind: UrlKind
    outcome: Reason
    news: bool = False  # links not known before; of a page: a new article or version
    conditional: bool = False
    ttl_s: int | None = None  # what the feed itself asks for
    leads_on: bool = False  # a redirect led here, and it redirects in its turn
    stands_in: bool = False  # it is a copy of what is not visited any more
    age_s: int = 0  # since the URL was found


@dataclass(frozen=True, slots=True)
class Plan:
    """When to come again."""

    due_at: int | None  # None: not again by itself
    history: VisitHistory


def is_failure(kind: UrlKind, outcome: str) -> bool:
    """Return whether a visit failed, for whoever counts failures."""
    return outcome not in WELL and not (kind is UrlKind.PAGE and of_outcome(outcome).no_article)


def is_conditional(history: VisitHistory, kind: UrlKind) -> bool:
    """Return whether the next request may be a conditional one."""
    return history.polls + 1 < (UNCONDITIONAL_EVERY_PAGE if kind is UrlKind.PAGE else UNCONDITIONAL_EVERY)


def plan_next(before: VisitHistory, visit: VisitResult, now: int) -> Plan:
    """Return when to visit a URL again after `visit`.

    A listing comes between 90 minutes and 7 days, more often the more it brings. An article comes after 6 hours, then
    at doubled distances up to 7 days, then rests; an edit begins this anew, of an old one it only keeps it from
    resting. A failure comes at doubled distances, the last one no sooner than after a day, and rests after 30 in a row.
    """
    polls = before.polls + 1 if visit.conditional else 0
    if visit.leads_on:
        return Plan(None, VisitHistory(before.interval_s, polls, 0))  # what leads here wakes it
    if visit.outcome not in WELL:
        return _after_failure(before, visit, now, polls)
    interval_s = _article_interval(before, visit) if visit.kind is UrlKind.PAGE else _listing_interval(before, visit)
    due_at = None if interval_s is None else now + interval_s
    return Plan(due_at, VisitHistory(interval_s or before.interval_s, polls, 0))


def _article_interval(before: VisitHistory, visit: VisitResult) -> int | None:
    if visit.outcome == Reason.DUPLICATE and not visit.stands_in:
        return None  # what it copies is visited itself
    is_fresh = visit.age_s <= FRESH_S
    if before.interval_s is None or (visit.news and is_fresh):
        return FIRST_REVISIT_S
    doubled_s = before.interval_s * 2
    if visit.news:
        return min(doubled_s, MAX_INTERVAL_S)
    return doubled_s if doubled_s <= MAX_INTERVAL_S else None


def _listing_interval(before: VisitHistory, visit: VisitResult) -> int:
    last_s = before.interval_s or MIN_INTERVAL_S
    wanted_s = last_s // 2 if visit.news else int(last_s * GROWTH)
    if before.interval_s is None:
        wanted_s = MIN_INTERVAL_S
    floor_s = max(MIN_INTERVAL_S, min(visit.ttl_s or 0, MAX_INTERVAL_S))
    return min(max(wanted_s, floor_s), MAX_INTERVAL_S)


def _after_failure(before: VisitHistory, visit: VisitResult, now: int, polls: int) -> Plan:
    weight = of_outcome(visit.outcome).halves
    if visit.kind is not UrlKind.PAGE:
        weight = min(weight, HARD)  # the places where news come from are given up last
    failures = min(before.failures + weight, PARKED_AT)
    history = VisitHistory(before.interval_s, polls, failures)
    if failures >= PARKED_AT:
        return Plan(None, history)
    step = max(failures // weight - 1, 0)
    wait_s = min(MIN_INTERVAL_S * 2 ** min(step, 10), MAX_INTERVAL_S)
    is_last = failures + weight >= PARKED_AT
    return Plan(now + (max(wait_s, LAST_TRY_S) if is_last else wait_s), history)
