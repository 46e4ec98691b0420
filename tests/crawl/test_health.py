"""What is usual of a source, and what is said of one that is not as usual."""

from dataclasses import replace
from statistics import median

import pytest
from hypothesis import given
from hypothesis import strategies as st

from harvester.crawl.advice import line_of, worst_first
from harvester.crawl.failure_table import advice_table
from harvester.crawl.health import (
    RECENT,
    WINDOWS,
    Condition,
    DayCount,
    Recent,
    SourceFacts,
    Trouble,
    Usual,
    chance_of,
    in_windows,
    is_alike,
    judge,
    longest_gap,
    recent_of,
    usual,
    usual_of,
)
from harvester.crawl.page_outcome import OUTCOMES
from harvester.crawl.schedule import DAY_S, HOUR_S, WELL

NOW = 20_000 * DAY_S + 12 * HOUR_S
COUNTS = st.lists(st.integers(0, 500), min_size=1, max_size=60)
# Outcomes that end a run, or that no visit has.
NEVER = {"disk_full", "bad_cluster", "bad_rules", "no_pages", "unreadable"}


# ── what is usual ─────────────────────────────────────────────────────────────────────────────


@given(COUNTS, st.sampled_from(WINDOWS))
def test_the_usual_lies_between_the_least_and_the_most_of_all_windows(counts, days):
    sums = [sum(counts[at : at + days]) for at in range(len(counts) - days + 1)]
    found = usual(counts, days)
    assert (found is None) == (len(sums) < 3)
    assert found is None or min(sums) <= found <= max(sums)


@given(st.integers(0, 500), st.integers(40, 90), st.sampled_from(WINDOWS))
def test_of_a_source_that_is_always_the_same_the_usual_is_that(count, length, days):
    assert usual([count] * length, days) == count * days


@given(COUNTS.filter(lambda counts: len(counts) >= 5), st.integers(0, 10**6), st.data())
def test_one_day_of_an_archive_moves_the_usual_of_a_day_no_further_than_its_neighbours(counts, burst, data):
    at = data.draw(st.integers(0, len(counts) - 1))
    ordered = sorted(counts)
    middle = len(counts) // 2
    found = usual([*counts[:at], burst, *counts[at + 1 :]], 1)
    assert ordered[max(middle - 2, 0)] <= found <= ordered[min(middle + 2, len(counts) - 1)]


@given(COUNTS, st.integers(1, 9))
def test_the_usual_grows_with_the_counts(counts, factor):
    found = usual(counts, 1)
    assert usual([count * factor for count in counts], 1) == (None if found is None else found * factor)


def test_what_is_usual_knows_neither_today_nor_the_days_that_are_compared_with_it():
    days = [DayCount(day, 5, 4) for day in range(60)]
    quiet = [replace(day, articles=0) if day.day >= 53 else day for day in days]
    assert usual_of(quiet, 60).articles == {1: 4.0, 7: 28.0, 30: None}
    assert usual_of([*days, DayCount(60, 5, 900)], 60).articles[1] == 4.0


def test_days_on_which_nobody_looked_are_no_silence():
    days = [DayCount(day, 0 if day in (10, 11, 12) else 5, 0 if day in (10, 11, 12) else 2) for day in range(40)]
    assert usual_of(days, 40).gap == 0
    assert usual_of(days, 40).articles[7] == 14


@given(st.lists(st.integers(0, 3), max_size=60))
def test_no_silence_is_longer_than_the_longest_gap(counts):
    gap = longest_gap(counts)
    if gap is None:
        return
    words = "".join("x" if count else "." for count in counts).strip(".")
    assert gap == max(map(len, words.split("x")))


@given(st.dictionaries(st.integers(19_950, 20_000), st.integers(0, 99)), st.integers(0, DAY_S - 1))
def test_a_longer_window_never_has_fewer_articles(days, second):
    counts = in_windows(days, 20_000 * DAY_S + second)
    assert 0 <= counts[1] <= counts[7] + 1
    assert counts[7] <= counts[30] + 1  # the share of a day is rounded


def test_at_noon_half_of_yesterday_counts():
    assert in_windows({20_000: 3, 19_999: 8, 19_998: 100}, NOW) == {1: 7, 7: 111, 30: 111}


@given(st.integers(0, 40), st.floats(0.1, 80))
def test_a_chance_is_one_and_grows_with_the_count(count, expected):
    assert 0 <= chance_of(count, expected) <= chance_of(count + 1, expected) <= 1 + 1e-9


# ── texts ─────────────────────────────────────────────────────────────────────────────────────


@given(st.lists(st.tuples(st.integers(0, 9_999), st.integers(0, 1_000), st.integers(-(2**63), 2**63 - 1)), max_size=40))
def test_the_last_texts_are_judged_by_their_medians(figures):
    found = recent_of(figures)
    assert found.texts == min(len(figures), RECENT)
    if figures:
        assert found.chars == median(one[0] for one in figures[:RECENT])
    assert 0 <= found.alike <= found.texts


def test_texts_are_alike_by_a_few_bits_also_of_negative_numbers():
    assert is_alike(-1, [0, -1 ^ 0b111])
    assert not is_alike(-1, [0, -1 ^ 0b1111])
    assert recent_of([(100, 900, 7)] * 12).alike == RECENT


# ── verdicts ──────────────────────────────────────────────────────────────────────────────────

WELL_OFF = SourceFacts(
    "courier",
    good_at=NOW - 60,
    listed_at=NOW - 60,
    article_at=NOW - HOUR_S,
    articles={1: 5, 7: 33, 30: 150},
    usual=Usual({1: 5.0, 7: 35.0, 30: 150.0}, 1, chars=4_000, confidence=0.95, alike=0.0),
    recent=Recent(10, 3_900, 0.94, 0),
)
LOGIN = Trouble("https://courier.example/a", "page", "not_article", "it redirects to /login", NOW - 60, NOW - 60, 4)
FEED = Trouble("https://courier.example/feed", "feed", "blocked", "status 403", NOW - 3 * DAY_S, NOW - 60, 9)


@pytest.mark.parametrize(
    ("changes", "condition", "words"),
    [
        ({}, "fine", None),
        ({"good_at": None, "listed_at": None, "article_at": None}, "new", None),
        ({"lists": (FEED,)}, "failing", "status 403"),
        ({"lists": (FEED,), "well_list_at": NOW - 2 * DAY_S}, "failing", "status 403"),
        ({"lists": (FEED,), "well_list_at": NOW - HOUR_S}, "partly", "status 403"),
        ({"lists": (FEED, replace(FEED, outcome="gone")), "well_list_at": None}, "failing", "status 403"),
        ({"pages": (replace(FEED, outcome="needs_js", visits=3),)}, "barren", "needs_js 3"),
        ({"pages": (replace(FEED, outcome="not_article", visits=3),)}, "fine", None),  # an "about us" and the like
        ({"pages": (replace(FEED, outcome="not_article", visits=10),)}, "barren", "not_article 10"),
        ({"article_at": NOW - 4 * DAY_S}, "quiet", "no new article for 4 days, its longest silence before: 1"),
        ({"articles": {1: 0, 7: 8, 30: 120}}, "quiet", "8 new articles in 7 days, usually 35"),
        ({"articles": {1: 0, 7: 20, 30: 120}}, "fine", None),
        ({"article_at": NOW - 40 * DAY_S, "listed_at": NOW - 9 * DAY_S}, "fine", None),  # nobody looked
        ({"article_at": None}, "empty", "brought no article"),
        ({"article_at": None, "pages": (LOGIN,)}, "empty", "no article; pages: not_article 4 (it redirects to /login)"),
        ({"recent": Recent(10, 1_500, 0.94, 0)}, "short", "1,500 characters, usually 4,000"),
        ({"recent": Recent(9, 1_500, 0.94, 0)}, "fine", None),
        ({"recent": Recent(10, 3_900, 0.61, 0)}, "unsure", "0.61, usually 0.95"),
        ({"recent": Recent(10, 3_900, 0.8, 0)}, "fine", None),
        ({"recent": Recent(10, 3_900, 0.94, 6)}, "alike", "6 of the last 10 texts"),
    ],
)
def test_a_source_is_what_its_figures_say(changes, condition, words):
    verdict = judge(replace(WELL_OFF, **changes), NOW)
    assert verdict.condition == condition
    assert words is None or words in verdict.evidence


def test_what_may_pass_by_itself_needs_nobody_for_a_day():
    now_down = replace(FEED, outcome="connect_error", since=NOW - HOUR_S)
    long_down = replace(now_down, since=NOW - 2 * DAY_S)
    assert not line_of(replace(WELL_OFF, lists=(now_down,)), NOW).needs_person
    assert line_of(replace(WELL_OFF, lists=(long_down,)), NOW).needs_person
    assert line_of(replace(WELL_OFF, lists=(replace(FEED, since=NOW),)), NOW).needs_person


def test_the_worst_comes_first_and_of_equal_ones_what_lasts_longer():
    failing = replace(WELL_OFF, name="b", lists=(FEED,))
    longer = replace(failing, name="c", lists=(replace(FEED, since=FEED.since - DAY_S),))
    quiet = replace(WELL_OFF, name="a", article_at=NOW - 9 * DAY_S)
    passing = replace(WELL_OFF, name="0", lists=(replace(FEED, outcome="deadline", since=NOW),))
    lines = worst_first([WELL_OFF, passing, quiet, failing, longer], NOW)
    assert [line.name for line in lines] == ["c", "b", "a", "0", "courier"]


# ── the words ─────────────────────────────────────────────────────────────────────────────────


def test_every_outcome_that_a_source_may_fail_with_has_its_words_and_no_other():
    assert advice_table()["outcome"].keys() == OUTCOMES - WELL - NEVER


def test_every_condition_has_its_words_where_no_outcome_has():
    by_outcome = {Condition.FAILING, Condition.BARREN, Condition.PARTLY}
    assert advice_table()["condition"].keys() == set(Condition) - by_outcome
    assert all(line.says and line.patience_h >= 0 for table in advice_table().values() for line in table.values())
