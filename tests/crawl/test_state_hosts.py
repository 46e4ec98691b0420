"""Hosts are leased to one worker at a time, and a late one changes nothing any more."""

import threading

import pytest
from test_crawl_state import LEASE_S, MANY, add, due, lease, visited

from harvester.crawl.state.rows import HostSchedule, RobotsFile, Runner
from harvester.crawl.state.store import Batch
from harvester.errors import StoreError


@pytest.fixture
def source(state):
    return state.begin(Runner("a test"), ["courier"])[1]["courier"]


# ── hosts ─────────────────────────────────────────────────────────────────────────────────────


def test_a_leased_host_is_given_to_nobody_else(state, open_state, source):
    add(state, source, "https://a.example/1")
    other = open_state()
    assert len(due(state, "one")) == 1
    assert due(other, "two") == []
    assert due(state, "one") == []


def test_a_released_host_is_given_out_again(state, open_state, source):
    add(state, source, "https://a.example/1")
    [host] = state.lease_due(lease("one"), 10, MANY)
    state.release("one", [HostSchedule(host.id, 0.0, 0.0)])
    assert len(due(open_state(), "two")) == 1


def test_the_lease_of_a_dead_worker_is_given_out_a_pause_after_it_ended(state, open_state, source, clock):
    add(state, source, "https://a.example/1")
    pauses = {source: 7.0}
    state.lease_due(lease("dead", pauses), 10, MANY)
    clock.now += LEASE_S - 1
    assert due(open_state(), "two") == []
    clock.now += 2
    [host] = open_state().lease_due(lease("two", pauses), 10, MANY)
    assert host.blocked_until == clock.now + 7.0


def test_a_renewed_lease_lasts(state, open_state, source, clock):
    add(state, source, "https://a.example/1")
    [host] = state.lease_due(lease("one"), 10, MANY)
    clock.now += LEASE_S - 1
    assert state.renew(lease("one"), [host.id]) == 1
    clock.now += LEASE_S - 1
    assert due(open_state(), "two") == []


def test_a_late_owner_does_not_give_back_what_another_took_over(state, open_state, source, clock):
    add(state, source, "https://a.example/1")
    [host] = state.lease_due(lease("slow"), 10, MANY)
    clock.now += LEASE_S + 1
    other = open_state()
    assert len(due(other, "quick")) == 1
    state.release("slow", [HostSchedule(host.id, 0.0, 0.0)])
    assert due(open_state(), "third") == []


def test_a_late_owner_changes_neither_the_clock_nor_the_urls_of_a_host_that_another_took_over(
    state, open_state, source, clock
):
    add(state, source, "https://a.example/1")
    [host] = state.lease_due(lease("slow"), 10, MANY)
    clock.now += LEASE_S + 1
    [taken] = open_state().lease_due(lease("quick"), 10, MANY)
    late = HostSchedule(host.id, clock.now + 9_000, 99.0)
    assert state.renew(lease("slow"), [host.id]) == 0
    with pytest.raises(StoreError, match="start it again"):
        state.finish(1, Batch((visited(host.urls[0], None),), owner="slow", clocks=(late,)))
    state.release("slow", [late])
    assert state.find("https://a.example/1").outcome is None
    open_state().release("quick", [HostSchedule(host.id, taken.blocked_until, 1.0)])
    assert open_state().lease_due(lease("third"), 10, MANY)[0].pause_s == 1.0


def test_a_host_that_asked_for_a_rest_is_not_given_out_before(state, source, clock):
    add(state, source, "https://a.example/1")
    [host] = state.lease_due(lease(), 10, MANY)
    state.release("one", [HostSchedule(host.id, clock.now + 3_600, 5.0)])
    assert due(state) == []
    assert state.report().blocked[0].name == "a.example"
    clock.now += 3_600
    [host] = state.lease_due(lease(), 10, MANY)
    assert (host.blocked_until, host.pause_s) == (clock.now, 5.0)


def test_a_clock_from_the_far_future_blocks_a_host_for_a_day_at_most(state, source, clock):
    add(state, source, "https://a.example/1")
    [host] = state.lease_due(lease(), 10, MANY)
    state.finish(1, Batch(owner="one", clocks=(HostSchedule(host.id, clock.now + 1e9, 5.0),)))
    state.begin(Runner("the next run"), ["courier"])
    state.release("one", [HostSchedule(host.id, clock.now + 20, 5.0)])
    [host] = state.lease_due(lease("two"), 10, MANY)
    assert host.blocked_until <= clock.now + 86_400


def test_robots_and_facts_come_with_the_host_while_they_are_fresh(state, source, clock):
    add(state, source, "https://a.example/1")
    [host] = state.lease_due(lease(), 10, MANY)
    file = RobotsFile("https://a.example:443", int(clock.now), 200, b"User-agent: *\nDisallow: /x\n")
    state.finish(1, Batch(robots=((host.id, file), (host.id, file)), facts=((host.id, "{}"),)))
    state.release("one", [HostSchedule(host.id, 0.0, 0.0)])
    [host] = state.lease_due(lease(), 10, MANY)
    assert (host.robots, host.facts) == ((file,), "{}")
    state.release("one", [HostSchedule(host.id, 0.0, 0.0)])
    clock.now += 86_401
    assert state.lease_due(lease(), 10, MANY)[0].robots == ()


def test_workers_that_lease_at_once_never_get_the_same_host(open_state, state, source):
    add(state, source, *(f"https://host{number}.example/" for number in range(60)))
    taken = {name: [] for name in ("one", "two", "three")}

    def work(name):
        own = open_state()
        while hosts := own.lease_due(lease(name), 5, MANY):
            taken[name] += [host.name for host in hosts]

    threads = [threading.Thread(target=work, args=(name,)) for name in taken]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert sorted(name for names in taken.values() for name in names) == sorted(
        f"host{number}.example" for number in range(60)
    )
