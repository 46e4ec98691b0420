"""When a URL is visited again."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from harvester.crawl.page_outcome import OUTCOMES
from harvester.crawl.schedule import (
    DAY_S,
    HOUR_S,
    MAX_INTERVAL_S,
    MIN_INTERVAL_S,
    PARKED_AT,
    UNCONDITIONAL_EVERY,
    UrlKind,
    VisitHistory,
    VisitResult,
    is_conditional,
    is_failure,
    plan_next,
)

NOW = 1_800_000_000
LISTINGS = [kind for kind in UrlKind if kind is not UrlKind.PAGE]
NEW = VisitHistory()


def visits(kind, *, news, count, outcome="ok"):
    """Return the intervals in hours between visits that all bring the same."""
    history, hours = NEW, []
    for _ in range(count):
        plan = plan_next(history, VisitResult(kind, outcome, news), NOW)
        hours.append(None if plan.due_at is None else (plan.due_at - NOW) / HOUR_S)
        history = plan.history
    return hours


def test_a_feed_that_brings_nothing_is_visited_more_and_more_seldom_up_to_a_week():
    hours = visits(UrlKind.FEED, news=False, count=20)
    assert hours[:3] == [1.5, 2.25, 3.375]
    assert hours == sorted(hours)
    assert hours[-1] == 7 * 24


def test_a_feed_that_begins_to_bring_news_is_soon_visited_every_90_minutes_again():
    history = VisitHistory(MAX_INTERVAL_S)
    for _ in range(7):
        history = plan_next(history, VisitResult(UrlKind.FEED, "ok", news=True), NOW).history
    assert history.interval_s == MIN_INTERVAL_S


def test_a_feed_that_asks_for_a_day_gets_it_and_no_feed_gets_more_than_a_week():
    for ttl_s, wanted_s in ((DAY_S, DAY_S), (100 * DAY_S, MAX_INTERVAL_S), (5, MIN_INTERVAL_S)):
        plan = plan_next(NEW, VisitResult(UrlKind.FEED, "ok", news=True, ttl_s=ttl_s), NOW)
        assert plan.due_at == NOW + wanted_s


def test_an_article_is_visited_again_at_doubled_distances_and_then_rests():
    assert visits(UrlKind.PAGE, news=False, count=1) == [6]
    history = plan_next(NEW, VisitResult(UrlKind.PAGE, "ok", news=True), NOW).history
    hours = []
    while (plan := plan_next(history, VisitResult(UrlKind.PAGE, "unchanged"), NOW)).due_at is not None:
        hours.append((plan.due_at - NOW) / HOUR_S)
        history = plan.history
    assert hours == [12, 24, 48, 96]


def test_an_edit_begins_the_visits_anew():
    plan = plan_next(VisitHistory(4 * DAY_S), VisitResult(UrlKind.PAGE, "ok", news=True), NOW)
    assert plan.due_at == NOW + 6 * HOUR_S


def test_a_page_that_is_edited_for_ever_is_visited_more_and_more_seldom_once_it_is_old():
    history, days = VisitHistory(6 * HOUR_S), []
    for _ in range(7):
        edited = VisitResult(UrlKind.PAGE, "ok", news=True, age_s=31 * DAY_S)
        plan = plan_next(history, edited, NOW)
        history = plan.history
        days.append((plan.due_at - NOW) / DAY_S)
    assert days == [0.5, 1, 2, 4, 7, 7, 7]
    assert plan_next(history, VisitResult(UrlKind.PAGE, "unchanged", age_s=31 * DAY_S), NOW).due_at is None


def test_a_copy_is_not_visited_again_save_where_it_stands_in_for_what_is_not_visited():
    assert plan_next(NEW, VisitResult(UrlKind.PAGE, "duplicate"), NOW).due_at is None
    standing_in = VisitResult(UrlKind.PAGE, "duplicate", stands_in=True)
    assert plan_next(NEW, standing_in, NOW).due_at == NOW + 6 * HOUR_S


@pytest.mark.parametrize(
    ("outcome", "tries"),
    [
        ("gone", 3),
        ("soft_404", 3),
        ("not_article", 3),
        ("index_page", 3),
        ("redirected_off_site", 3),  # a site whose hoster suspends it for an hour leads away from all that is new
        ("replaced", 8),  # old articles behind a login: asked hardly more often than the others
        ("not_html", 1),
        ("http_error", 30),
        ("connect_error", 60),
    ],
)
def test_a_page_is_given_up_after_30_weighted_failures(outcome, tries):
    hours = visits(UrlKind.PAGE, news=False, count=tries, outcome=outcome)
    assert hours[-1] is None
    assert None not in hours[:-1]


@pytest.mark.parametrize("outcome", ["gone", "not_article", "http_error", "replaced"])
def test_the_last_try_comes_a_day_after_the_one_before_at_least(outcome):
    hours = [wait for wait in visits(UrlKind.PAGE, news=False, count=100, outcome=outcome) if wait is not None]
    assert hours[0] == 1.5
    assert hours[-1] >= 24


@pytest.mark.parametrize("kind", LISTINGS)
def test_a_listing_is_given_up_no_sooner_than_after_30_failures(kind):
    for outcome in sorted(OUTCOMES):
        if is_failure(kind, outcome):
            assert None not in visits(kind, news=False, count=29, outcome=outcome)


def test_a_success_forgives_all_failures():
    assert (
        plan_next(VisitHistory(MIN_INTERVAL_S, 0, PARKED_AT - 1), VisitResult(UrlKind.FEED, "ok"), NOW).history.failures
        == 0
    )


def test_failures_of_a_feed_count_for_whoever_counts_and_missing_pages_do_not():
    assert is_failure(UrlKind.FEED, "gone")
    assert not is_failure(UrlKind.PAGE, "gone")
    assert is_failure(UrlKind.PAGE, "http_error")
    assert not is_failure(UrlKind.FEED, "not_modified")


def test_of_the_visits_of_an_article_one_at_least_is_unconditional():
    history, asked, due_at = VisitHistory(), [], NOW
    while due_at is not None:
        conditional = bool(asked) and is_conditional(history, UrlKind.PAGE)
        asked.append(conditional)
        plan = plan_next(
            history, VisitResult(UrlKind.PAGE, "not_modified" if conditional else "unchanged", False, conditional), NOW
        )
        history, due_at = plan.history, plan.due_at
    assert asked == [False, True, True, True, False, True]


def test_every_eighth_request_is_unconditional():
    history, asked = VisitHistory(MIN_INTERVAL_S), []
    for _ in range(2 * UNCONDITIONAL_EVERY):
        conditional = is_conditional(history, UrlKind.FEED)
        asked.append(conditional)
        outcome = "not_modified" if conditional else "ok"
        history = plan_next(history, VisitResult(UrlKind.FEED, outcome, conditional=conditional), NOW).history
    assert asked.count(False) == 2
    assert asked.index(False) == UNCONDITIONAL_EVERY - 1


RHYTHMS = st.builds(
    VisitHistory,
    st.none() | st.integers(MIN_INTERVAL_S, MAX_INTERVAL_S),
    st.integers(0, UNCONDITIONAL_EVERY),
    st.integers(0, PARKED_AT),
)
VISITS = st.builds(
    VisitResult,
    st.sampled_from(UrlKind),
    st.sampled_from(sorted(OUTCOMES)),
    st.booleans(),
    st.booleans(),
    st.none() | st.integers(-10, 10**9),
)


@given(RHYTHMS, VISITS)
def test_the_next_visit_is_between_90_minutes_and_7_days_away_or_never(history, visit):
    plan = plan_next(history, visit, NOW)
    assert plan.due_at is None or MIN_INTERVAL_S <= plan.due_at - NOW <= MAX_INTERVAL_S
    assert 0 <= plan.history.failures <= PARKED_AT
