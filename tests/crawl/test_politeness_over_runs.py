"""Case 20, over crashes: whatever happens to a run, two requests to a host are never closer than its delay."""

import itertools
import tempfile
from pathlib import Path

from hypothesis import given, settings
from hypothesis import strategies as st

from harvester.crawl.held_hosts import Clocks, HeldHosts
from harvester.crawl.politeness import Pace
from harvester.crawl.state.database import sqlite_address
from harvester.crawl.state.rows import HostClock, Lease, NewUrl, Runner, Wanted
from harvester.crawl.state.store import Batch, State

DELAY_S = 7.0
# What a worker does after some seconds: ask when it may, write down, give back, die, or begin as a new process.
ACTS = st.lists(st.tuples(st.sampled_from(["ask", "keep", "release", "die"]), st.floats(0, 20)), max_size=30)


class Worker:
    """One process that holds the host; its loop's clock begins anywhere."""

    def __init__(self, state, owner, clock):
        self.state, self.owner = state, owner
        self.held = HeldHosts(Clocks(clock, lambda: clock() - 1_000), 0.0)
        [host] = state.lease_due(Lease(owner, 300.0, {1: DELAY_S}), 1, Wanted(1))
        self.held.take(host)
        self.loop = lambda: clock() - 1_000
        self.pace: Pace = self.held.pace(host.name)

    def may_ask(self):
        return self.pace.next_start(self.loop()) <= self.loop()

    def ask(self):
        self.pace = self.pace.started(self.loop())


@settings(max_examples=40)
@given(ACTS)
def test_no_two_requests_are_closer_than_the_delay_whatever_dies_in_between(acts):
    with tempfile.TemporaryDirectory() as folder:
        now = [1_800_000_000.0]
        state = State(sqlite_address(Path(folder) / "state.sqlite"), lambda: now[0])
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
                kept = worker.held.clock("a.example", worker.pace)
                state.finish(1, Batch(owner=worker.owner, clocks=(kept,)))
            elif act in ("release", "die"):
                if act == "release":
                    state.release(worker.owner, [worker.held.clock("a.example", worker.pace)])
                state.begin(Runner("test"), ["courier"])  # the next run: every lease has ended
                worker = Worker(state, next(owners), lambda: now[0])
        state.close()
    assert all(later - earlier >= DELAY_S - 1e-6 for earlier, later in itertools.pairwise(starts))


def held_by(state, owner, clock):
    """Return the hosts that a new run holds, and the pace of its one host after a request."""
    held = HeldHosts(Clocks(clock, clock), 0.0)
    [host] = state.lease_due(Lease(owner, 300.0, {1: DELAY_S}), 1, Wanted(1))
    held.take(host)
    return held, held.pace(host.name).started(clock())


def test_a_grown_pause_shrinks_once_a_run_and_never_by_a_kill(state, clock):
    state.add([NewUrl("https://a.example/1", state.begin(Runner("test"), ["courier"])[1]["courier"])])
    grown = 8 * DELAY_S
    [host] = state.lease_due(Lease("first", 300.0, {1: DELAY_S}), 1, Wanted(1))
    state.release("first", [HostClock(host.id, clock(), grown)])
    for killed in ("second", "third"):
        held, pace = held_by(state, killed, clock)
        assert pace.pause_s == grown
        state.finish(1, Batch(owner=killed, clocks=(held.clock("a.example", pace),)))
        state.begin(Runner("test"), ["courier"])  # the next run: every lease has ended
        clock.now += 600
    held, pace = held_by(state, "fourth", clock)
    for _ in range(2):  # given back and taken again by one run, as new URLs are found
        state.release("fourth", [held.clock("a.example", pace)])
        held.drop("a.example")
        clock.now += 600
        [host] = state.lease_due(Lease("fourth", 300.0, {1: DELAY_S}), 1, Wanted(1))
        held.take(host)
        pace = held.pace("a.example").started(clock())
        assert pace.pause_s == grown / 2
