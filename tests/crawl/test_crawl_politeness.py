"""Cases 18 and 20: the pace of one host."""

import itertools

from hypothesis import given
from hypothesis import strategies as st

from harvester.crawl.politeness import MAX_PAUSE_S, Pace


def test_the_first_request_starts_at_once():
    assert Pace(5).next_start(100.0) == 100.0


def test_the_next_request_waits_for_the_pause():
    assert Pace(5).started(100.0).next_start(101.0) == 105.0


def test_a_longer_crawl_delay_counts_from_the_last_request():
    assert Pace(5).started(100.0).with_delay(30).next_start(101.0) == 130.0


def test_a_shorter_crawl_delay_does_not_hurry_us():
    assert Pace(5).started(100.0).with_delay(0.5).next_start(101.0) == 105.0


def test_eight_refusals_in_parallel_are_one_step():
    pace = Pace(5)
    for number in range(8):
        pace = pace.refused(started_at=100.0, now=101.0 + number / 10, wait_s=None)
    assert pace.pause_s == 10
    assert pace.refused(started_at=120.0, now=121.0, wait_s=None).pause_s == 20


def test_a_refusal_waits_as_long_as_the_host_asks():
    assert Pace(5).refused(100.0, 101.0, 3_600.0).next_start(102.0) == 3_701.0


def test_a_refusal_that_asks_for_nothing_still_slows_us():
    assert Pace(5).refused(100.0, 101.0, 0.0).next_start(101.0) == 111.0


seconds = st.floats(0, 1_000, allow_nan=False)
steps = st.lists(
    st.tuples(st.sampled_from(["start", "refuse", "delay"]), seconds, st.one_of(st.none(), seconds)), max_size=30
)


@given(steps)
def test_the_rate_never_rises_and_no_start_is_closer_than_the_pause(steps):
    pace, now, last, starts = Pace(5), 0.0, 0.0, []
    for kind, passed, wait_s in steps:
        now += passed
        before = pace
        if kind == "start":
            now = pace.next_start(now)
            starts.append((now, pace.pause_s))
            pace, last = pace.started(now), now
        elif kind == "refuse":
            pace = pace.refused(last, now, wait_s)
        else:
            pace = pace.with_delay(min(passed, 120))
        assert pace.pause_s >= before.pause_s
        assert pace.free_at >= before.free_at
        assert pace.pause_s <= MAX_PAUSE_S
    for (one, pause_s), (two, _) in itertools.pairwise(starts):
        assert two - one >= pause_s - 1e-6
