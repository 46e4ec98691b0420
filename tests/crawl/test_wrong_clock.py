"""A clock that is wrong for one run: what it wrote down holds nothing up once the clock is right."""

import pytest
from function_web import FunctionWeb, article, feed, run

from harvester.crawl.schedule import DAY_S, HOUR_S, MAX_INTERVAL_S

SITE = "https://courier.example"
URLS = [f"{SITE}/{number}" for number in range(3)]


@pytest.fixture
def web():
    return FunctionWeb({url: article(url) for url in URLS} | {f"{SITE}/feed": feed(*URLS)})


def crawl(web, state, tmp_path, **settings):
    """Run as the session does, and return what was visited and how many times lay in the future."""
    mended = state.mend_times()
    return {visit.url for visit in run(web, state, tmp_path / "out", **settings)}, mended


def test_after_a_run_at_40_days_ahead_each_url_comes_at_its_own_interval(web, state, tmp_path, clock):
    crawl(web, state, tmp_path)
    clock.now += 40 * DAY_S
    assert crawl(web, state, tmp_path)[0]
    clock.now -= 40 * DAY_S - 10
    assert state.report().ahead == 4
    visited, mended = crawl(web, state, tmp_path)
    assert mended >= 4
    assert visited == set()
    report = state.report()
    assert report.ahead == 0
    assert report.next_due - report.now <= 12 * HOUR_S
    clock.now += MAX_INTERVAL_S
    assert crawl(web, state, tmp_path) == ({f"{SITE}/feed", *URLS}, 0)


def test_with_a_clock_that_is_a_day_behind_all_that_is_new_is_visited(web, state, tmp_path, clock):
    crawl(web, state, tmp_path, max_pages=1)
    clock.now -= DAY_S
    visited, mended = crawl(web, state, tmp_path)
    assert len(visited & set(URLS)) == 2
    assert mended


def test_a_host_that_was_asked_ahead_is_asked_again_and_its_robots_txt_is_read_anew(web, state, tmp_path, clock):
    crawl(web, state, tmp_path)
    clock.now += 400 * DAY_S
    crawl(web, state, tmp_path)
    clock.now -= 399 * DAY_S
    web.asked.clear()
    crawl(web, state, tmp_path)
    clock.now += DAY_S
    assert crawl(web, state, tmp_path)[0]
    assert f"{SITE}/robots.txt" in web.urls


def test_a_rest_that_a_host_asked_for_survives_the_mending(web, state, tmp_path, clock):
    crawl(web, state, tmp_path)
    clock.now += 2 * HOUR_S
    assert crawl(web, state, tmp_path)[1] == 0


@pytest.mark.parametrize("seconds", [-600, 0, 600])
def test_a_clock_that_is_set_by_minutes_changes_nothing(web, state, tmp_path, clock, seconds):
    crawl(web, state, tmp_path)
    clock.now += seconds
    assert crawl(web, state, tmp_path) == (set(), 0)


def test_a_clock_that_is_set_back_while_a_run_is_under_way_is_noticed_by_the_next_one(web, state, tmp_path, clock):
    """As where a machine starts without a clock of its own, and asks for the time a minute later."""
    clock.now += 40 * DAY_S
    crawl(web, state, tmp_path)
    clock.now -= 40 * DAY_S
    state.end(1, "done")
    assert state.report().ahead == 4
    assert crawl(web, state, tmp_path)[1] == 4
    assert state.report().ahead == 0
    clock.now += MAX_INTERVAL_S
    assert crawl(web, state, tmp_path)[0] == {f"{SITE}/feed", *URLS}
