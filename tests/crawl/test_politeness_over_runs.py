"""Case 20, over crashes: whatever happens to a run, two requests to a host are never closer than its delay."""

import itertools
import tempfile
from pathlib import Path

from hypothesis import given, settings
from hypothesis import strategies as st

from harvester.crawl.held_hosts import Clocks, HeldHosts
from harvester.crawl.host_profile import HostProfile
from harvester.crawl.requests import lease_for
from harvester.crawl.sources_file import CrawlSource
from harvester.crawl.state.database import sqlite_address
from harvester.crawl.state.rows import HostSchedule, Lease, LeaseLimits, NewUrl, Runner
from harvester.crawl.state.store import Batch, State

DELAY_S = 7.0
# What a worker does after some seconds: ask when it may, write down, give back, die, or begin as a new process.
ACTS = st.lists(st.tuples(st.sampled_from(["ask", "keep", "release", "die"]), st.floats(0, 20)), max_size=30)


class Worker:
    """One process that holds the host; its loop's clock begins anywhere."""

    def __init__(self, state, owner, clock):
        self.state, self.owner = state, owner
        self.held = HeldHosts(Clocks(clock, lambda: clock() - 1_000), 0.0)
        [host] = state.lease_due(Lease(owner, 300.0, {1: DELAY_S}), 1, LeaseLimits(1))
        self.host = self.held.take(host)
        self.host.is_begun = True
        self.loop = lambda: clock() - 1_000

    def may_ask(self):
        return self.host.pace.next_start(self.loop()) <= self.loop()

    def ask(self):
        self.host.pace = self.host.pace.started(self.loop())


@settings(max_examples=40)
@given(acts=ACTS)
def test_no_two_requests_are_closer_than_the_delay_whatever_dies_in_between(empty_state, acts):
    with tempfile.TemporaryDirectory() as folder:
        now = [1_800_000_000.0]
        file = Path(folder) / "state.sqlite"
        file.write_bytes(empty_state)
        state = State(sqlite_address(file), lambda: now[0])
        number = state.begin(Runner("test"), ["courier"])[1]["courier"]
        assert number == 1
        state.add([NewUrl("https://a.example/1", number)])
        owners = (f"worker {count}" for count in itertools.count())
        worker, starts = Worker(state, next(owners), lambda: now[0]), []
        for act, seconds in acts:
            now[0] += seconds
            if act == "ask" and worker.may_ask():
                worker.ask()
                starts.append(now[0])
            elif act == "keep":
                kept = worker.held.clock(worker.host)
                state.finish(1, Batch(owner=worker.owner, clocks=(kept,)))
            elif act in ("release", "die"):
                if act == "release":
                    state.release(worker.owner, [worker.held.clock(worker.host)])
                state.begin(Runner("test"), ["courier"])  # the next run: every lease has ended
                worker = Worker(state, next(owners), lambda: now[0])
        state.close()
    assert all(later - earlier >= DELAY_S - 1e-6 for earlier, later in itertools.pairwise(starts))


def take_one(held, state, owner, clock):
    """Lease the one host and ask it once; return it."""
    [leased] = state.lease_due(Lease(owner, 300.0, {1: DELAY_S}), 1, LeaseLimits(1))
    host = held.take(leased)
    host.is_begun = True
    host.pace = host.pace.started(clock())
    return host


def test_a_grown_pause_shrinks_once_a_run_and_never_by_a_kill(state, clock):
    state.add([NewUrl("https://a.example/1", state.begin(Runner("test"), ["courier"])[1]["courier"])])
    grown = 8 * DELAY_S
    [host] = state.lease_due(Lease("first", 300.0, {1: DELAY_S}), 1, LeaseLimits(1))
    state.release("first", [HostSchedule(host.id, clock(), grown)])
    for killed in ("second", "third"):
        held = HeldHosts(Clocks(clock, clock), 0.0)
        host = take_one(held, state, killed, clock)
        assert host.pace.pause_s == grown
        state.finish(1, Batch(owner=killed, clocks=(held.clock(host),)))
        state.begin(Runner("test"), ["courier"])  # the next run: every lease has ended
        clock.now += 600
    held = HeldHosts(Clocks(clock, clock), 0.0)
    host = take_one(held, state, "fourth", clock)
    for _ in range(2):  # given back and taken again by one run, as new URLs are found
        state.release("fourth", [held.clock(host)])
        held.drop(host)
        clock.now += 600
        host = take_one(held, state, "fourth", clock)
        assert host.pace.pause_s == grown / 2


def test_the_longest_delay_of_the_sources_that_name_a_host_holds_whichever_of_them_has_something_due(state, clock):
    _, numbers = state.begin(Runner("test"), ["aggregator", "courier", "harbour"])
    sources = {
        numbers["aggregator"]: CrawlSource("aggregator", "https://planet.example/", delay_s=0.0),
        numbers["courier"]: CrawlSource("courier", "https://courier.example/", delay_s=DELAY_S),
        numbers["harbour"]: CrawlSource(
            "harbour", "https://harbour.example/", feeds=("https://courier.example/harbour",), delay_s=3.0
        ),
    }
    state.add([NewUrl("https://courier.example/1", numbers["aggregator"])])
    for run in ("first", "second"):
        held = HeldHosts(Clocks(clock, clock), 0.0)
        [leased] = state.lease_due(lease_for(run, 300.0, sources), 1, LeaseLimits(1))
        assert leased.pause_s == DELAY_S
        host = held.take(leased)
        host.is_begun = True
        state.release(run, [held.clock(host)])
        clock.now += 600


def test_a_host_that_was_taken_and_not_asked_goes_back_as_it_came(state, clock):
    state.add([NewUrl("https://a.example/1", state.begin(Runner("test"), ["courier"])[1]["courier"])])
    held = HeldHosts(Clocks(clock, clock), 3.0)
    [leased] = state.lease_due(Lease("one", 300.0, {1: DELAY_S}), 1, LeaseLimits(1))
    kept = held.clock(held.take(leased))
    assert (kept.blocked_until, kept.pause_s, kept.rested_s) == (leased.blocked_until, DELAY_S, None)


def test_nothing_of_a_host_outlives_its_lease(state, clock):
    state.add([NewUrl("https://a.example/1", state.begin(Runner("test"), ["courier"])[1]["courier"])])
    held = HeldHosts(Clocks(clock, clock), 0.0)
    host = take_one(held, state, "one", clock)
    host.queue.refusals, host.facts = 2, HostProfile(1)
    held.drop(host)
    assert (len(held), held.ids, held.all(), held.find("a.example")) == (0, frozenset(), (), None)
    assert held.idle([host]) == ()
    state.release("one", [])
    again = held.take(host.leased)
    assert (again.queue.refusals, again.facts, again.inquiry, again.is_begun) == (0, None, None, False)
