"""Machines that share a crawl: whoever stands still, dies, or has an older sources file costs nothing."""

import asyncio
import json
import threading
from dataclasses import replace
from types import SimpleNamespace

import pytest
from function_web import FunctionWeb, article, courier_source, feed, outcomes, run, run_as

from harvester.crawl import crash_safe_writer as writer_module
from harvester.crawl.engine_parts import Parts, Settings
from harvester.crawl.fleet import Fleet
from harvester.crawl.reader_work import read_work
from harvester.crawl.requests import choice_of, digest_of_sources, seeds_of
from harvester.crawl.rounds import Crew, Rounds
from harvester.crawl.schedule import Plan, VisitHistory
from harvester.crawl.sources_file import Crawl
from harvester.crawl.state.hosts import LostLeasesError
from harvester.crawl.state.rows import (
    Done,
    HostSchedule,
    Intent,
    Lease,
    LeaseLimits,
    NewUrl,
    Remembered,
    Runner,
    Share,
    Visited,
)
from harvester.crawl.state.store import Batch
from newssites import story
from testweb import Reply

SITE = "https://courier.example"
HOUR_S = 3_600
MANY = LeaseLimits(1_000)


@pytest.fixture
def web():
    stories = [f"{SITE}/story-{number}" for number in range(3)]
    return FunctionWeb({f"{SITE}/feed": feed(*stories)} | {url: article(url) for url in stories})


def titles(output):
    return sorted(json.loads(path.read_bytes())["title"] for path in output.glob("*/*.json"))


def with_etag(reply, etag):
    def answer(step):
        if dict(step.headers).get("If-None-Match") == etag:
            return Reply(b"", 304)
        return Reply(reply.body, headers=(*reply.headers, ("etag", etag)))

    return answer


# ── a machine that wakes after its lease ──────────────────────────────────────────────────────


def test_a_machine_that_wakes_between_announcing_and_storing_puts_no_old_text_over_a_new_one(
    web, state, open_state, tmp_path, clock, monkeypatch
):
    """The old text would stay: the next visit of the page brings "not modified"."""
    out = tmp_path / "out"
    run_as("first", web, state, out)
    clock.now += 7 * HOUR_S
    stage = writer_module.stage_article
    old = article("old", title="The old headline", paragraphs=[*story(f"{SITE}/story-1")[:3], "An older text."])
    new = article("new", title="The new headline")
    web.pages[f"{SITE}/story-1"] = with_etag(old, '"old"')

    def sleep_meanwhile(*arguments):
        monkeypatch.setattr(writer_module, "stage_article", stage)
        staged = stage(*arguments)
        clock.now += 400  # longer than a lease
        web.pages[f"{SITE}/story-1"] = with_etag(new, '"new"')
        run_as("second", web, open_state(), out)
        return staged

    monkeypatch.setattr(writer_module, "stage_article", sleep_meanwhile)
    if not state.is_shared:
        pytest.skip("a state in a file has one machine")
    with pytest.raises(LostLeasesError):
        run_as("first", web, state, out)
    assert "The new headline" in titles(out)
    assert "The old headline" not in titles(out)
    assert not list(out.rglob(".*.part"))
    clock.now += 30
    asked = len(web.asked)
    run_as("first", web, state, out)
    again = [step for step in web.asked[asked:] if step.url.endswith("/story-1")]
    assert [step.headers for step in again] == [()]  # what it may have touched is asked for as if for the first time
    assert "The new headline" in titles(out)


def test_a_lease_that_was_lost_and_taken_anew_is_another_lease(state, clock):
    source = state.begin(Runner("me"), ["courier"])[1]["courier"]
    state.add([NewUrl("https://a.example/1", source)])
    lease = Lease("me", 60.0, {})
    [first] = state.lease_due(lease, 10, MANY)
    clock.now += 61
    [second] = state.lease_due(lease, 10, MANY)
    assert second.lease_no > first.lease_no
    late = HostSchedule(first.id, 0.0, 1.0, lease_no=first.lease_no)
    with pytest.raises(LostLeasesError):
        state.finish(1, Batch(owner="me", clocks=(late,)))
    with pytest.raises(LostLeasesError):
        state.announce(Intent("me", (late,), (1,)))
    state.finish(1, Batch(owner="me", clocks=(HostSchedule(first.id, 0.0, 1.0, lease_no=second.lease_no),)))


def test_a_file_takes_its_place_only_while_the_lease_is_held(state, clock):
    put = []
    source = state.begin(Runner("me"), ["courier"])[1]["courier"]
    state.add([NewUrl("https://a.example/1", source)])
    [host] = state.lease_due(Lease("me", 60.0, {}), 10, MANY)
    mine = HostSchedule(host.id, 0.0, 1.0, lease_no=host.lease_no)
    state.finish(1, Batch(owner="me", clocks=(mine,)), lambda: put.append("mine"))
    clock.now += 61
    state.lease_due(Lease("another", 60.0, {}), 10, MANY)
    with pytest.raises(LostLeasesError):
        state.finish(1, Batch(owner="me", clocks=(mine,)), lambda: put.append("late"))
    assert put == ["mine"]


def test_who_takes_a_host_over_visits_what_its_owner_was_about_to_write(state, clock):
    source = state.begin(Runner("me", "one"), ["courier"])[1]["courier"]
    state.add([NewUrl("https://a.example/1", source)])
    [host] = state.lease_due(Lease("me", 60.0, {}), 10, MANY)
    state.announce(Intent("me", (HostSchedule(host.id, 0.0, 1.0, lease_no=host.lease_no),), (host.urls[0].id,)))
    clock.now += 61
    [taken] = state.lease_due(Lease("another", 60.0, {}), 10, MANY)
    assert [url.memory.validator for url in taken.urls] == [None]
    assert [url.memory.digest for url in taken.urls] == [None]


# ── a machine that was killed ─────────────────────────────────────────────────────────────────


def test_a_machine_is_not_locked_out_by_the_leases_of_its_own_killed_run(state, clock):
    source = state.begin(Runner("killed", "one"), ["courier"])[1]["courier"]
    state.add([NewUrl("https://a.example/1", source)])
    state.lease_due(Lease("killed", 300.0, {}), 10, MANY)
    state.begin(Runner("other", "two"), ["courier"])
    if state.is_shared:
        assert state.lease_due(Lease("other", 300.0, {}), 10, MANY) == ()
    state.begin(Runner("next", "one"), ["courier"])
    [host] = state.lease_due(Lease("next", 300.0, {source: 5.0}), 10, MANY)
    assert host.blocked_until > clock.now  # nobody knows when the killed one asked last


# ── sources that vanish ───────────────────────────────────────────────────────────────────────


def test_an_older_sources_file_on_one_machine_ends_no_re_visits(web, state, open_state, tmp_path, clock):
    weekly = courier_source(feeds=("https://weekly.example/feed",)).__class__(
        name="weekly", home="https://weekly.example/", discover=frozenset(), delay_s=0.0
    )
    run_as("new", web, state, tmp_path / "out", [courier_source(), weekly])
    due = {url: state.find(url).due_at for url in web.pages}
    assert None not in due.values()
    run_as("old", web, open_state(), tmp_path / "out", [weekly])
    assert {state.find(url).due_at for url in web.pages} == {None}
    run_as("new", web, state, tmp_path / "out", [courier_source(), weekly])
    assert {url: state.find(url).due_at for url in web.pages} == due
    clock.now += 7 * HOUR_S
    assert set(outcomes(run_as("new", web, state, tmp_path / "out", [courier_source(), weekly])[0])) == {
        "feed",
        "story-0",
        "story-1",
        "story-2",
    }


def test_machines_with_other_sources_are_named(state):
    if not state.is_shared:
        pytest.skip("a state in a file has one machine")
    state.begin(Runner("a", "one", sources=1), ["courier"])
    state.begin(Runner("b", "two", sources=2), ["courier"])
    assert [other.machine for other in state.unlike(Runner("c", "two", sources=2))] == ["one"]
    state.begin(Runner("d", "one", sources=2), ["courier"])
    assert state.unlike(Runner("c", "two", sources=2)) == ()


def test_a_digest_of_sources_does_not_depend_on_their_order():
    one, two = courier_source(), replace(courier_source(), name="weekly")
    assert digest_of_sources([one, two]) == digest_of_sources([two, one]) != digest_of_sources([one])


# ── sharing ───────────────────────────────────────────────────────────────────────────────────


def fleet(share, most=500, is_shared=True):
    state = SimpleNamespace(is_shared=is_shared, look_around=lambda run, owner: share, name="x")
    found = Fleet(state, 1, Lease("me", 300.0, {}), most)
    found.look()
    return found


@pytest.mark.parametrize(
    ("machines", "hosts", "held", "room", "surplus"),
    [
        (1, 30, 0, 30, 0),
        (3, 30, 30, 0, 20),
        (3, 30, 11, 0, 0),  # a little more than a share: hosts are not to wander
        (3, 30, 4, 6, 0),
        (3, 2, 0, 1, 0),
        (3, 2, 2, 0, 1),
        (2, 20_000, 0, 500, 0),
    ],
)
def test_each_machine_holds_its_share(machines, hosts, held, room, surplus):
    found = fleet(Share(machines, hosts))
    assert (found.room(held), found.surplus(held)) == (room, surplus)


def test_a_machine_alone_holds_all():
    found = fleet(None, is_shared=False)
    assert (found.room(0), found.surplus(500)) == (500, 0)


@pytest.mark.parametrize(
    ("share", "waits", "is_held"),
    [
        (Share(3, 20, free_at=9.0), True, True),  # two others with ten each
        (Share(3, 2, free_at=9.0), False, True),  # one each: nothing is left for a third
        (Share(1, 5, free_at=9.0), False, True),  # held by a machine that is gone
        (Share(2, 0), False, False),
    ],
)
def test_a_machine_without_hosts_waits_only_where_the_others_will_give_some_back(share, waits, is_held):
    found = fleet(share)
    assert found.may_get_more() == waits
    assert (found.free_at is not None) == is_held


def test_a_run_that_finds_all_held_by_others_ends_as_that(web, state, open_state, tmp_path):
    if not state.is_shared:
        pytest.skip("a state in a file has one machine")
    source = courier_source()
    other = open_state()
    numbers = other.begin(Runner("another", "two"), [source.name])[1]
    other.seed(seeds_of(source, numbers[source.name]), [choice_of(source, numbers[source.name])])
    assert other.lease_due(Lease("another", 300.0, {}), 10, MANY)
    done, ending = run_as("one", web, state, tmp_path / "out")
    assert (done, ending) == ([], "held")
    assert state.report().held_until is not None


def test_a_host_with_nothing_for_this_run_is_left_to_the_others(web, state, open_state, tmp_path):
    """A source that had its share of a run holds no host until the end."""
    run(web, state, tmp_path / "out", [courier_source(max_pages=1)])
    assert open_state().report().hosts_leased == 0
    assert open_state().has_free()


# ── without an end ────────────────────────────────────────────────────────────────────────────


def test_a_run_that_watches_goes_on_with_changed_sources_and_ends_when_told(
    web, state, open_state, tmp_path, monkeypatch
):
    monkeypatch.setattr("harvester.crawl.rounds._POLL_S", 0.01)
    first = courier_source(feeds=(f"{SITE}/other",))
    web.pages[f"{SITE}/other"] = feed(f"{SITE}/story-0")
    number, numbers = state.begin(Runner("me"), ["courier"])
    by_number = {numbers["courier"]: first}
    state.seed(seeds_of(first, numbers["courier"]), [choice_of(first, numbers["courier"])])
    done, changes = [], [Crawl("x", tmp_path, None, None, frozenset(), (courier_source(),))]

    async def read(work):
        return read_work(work)

    def hear(visit):
        done.append(visit)
        if len(done) == 5:
            rounds.stop()

    async def crawl():
        nonlocal rounds
        rounds = Rounds(Crew(parts, Settings(), "me", told, lambda ending: None), reload)
        assert await rounds.run(web.ask) == "changed"
        changed = rounds.taken()
        [source] = changed.sources
        state.seed(seeds_of(source, numbers["courier"]), [choice_of(source, numbers["courier"])])
        rounds.go_on({numbers["courier"]: source})
        assert await rounds.run(web.ask) == "stopped"
        assert rounds.taken() is None

    def reload():
        return changes.pop() if changes and len(done) == 2 else None

    rounds = None
    told = SimpleNamespace(note=lambda words: None, summary=lambda summary: None)
    writer = writer_module.VisitWriter(state, number, tmp_path / "out", None)
    parts = Parts(by_number, state, writer, read, hear, run=number)
    asyncio.run(asyncio.wait_for(crawl(), 60))
    writer.close()
    assert sorted(outcomes(done)) == ["feed", "other", "story-0", "story-1", "story-2"]


def test_sources_that_are_read_while_a_round_ends_are_not_lost(web, state, tmp_path, monkeypatch):
    monkeypatch.setattr("harvester.crawl.rounds._POLL_S", 0.01)
    monkeypatch.setattr("harvester.crawl.rounds._SUMMARY_S", 0.0)
    first, changed = courier_source(feeds=(f"{SITE}/other",)), Crawl("x", tmp_path, None, None, frozenset(), ())
    web.pages[f"{SITE}/other"] = feed()
    number, numbers = state.begin(Runner("me"), ["courier"])
    state.seed(seeds_of(first, numbers["courier"]), [choice_of(first, numbers["courier"])])
    begun, round_over, changes = threading.Event(), threading.Event(), [changed]

    async def read(work):
        assert await asyncio.to_thread(begun.wait, 30)
        return read_work(work)

    def reload():
        begun.set()
        assert round_over.wait(30)
        return changes.pop() if changes else None

    told = SimpleNamespace(note=lambda words: None, summary=lambda summary: None)
    writer = writer_module.VisitWriter(state, number, tmp_path / "out", None)
    parts = Parts({numbers["courier"]: first}, state, writer, read, lambda visit: None, run=number)
    crew = Crew(parts, Settings(), "me", told, lambda ending: round_over.set())

    async def crawl():
        rounds = Rounds(crew, reload)
        return await rounds.run(web.ask), rounds.taken()

    assert asyncio.run(asyncio.wait_for(crawl(), 60)) == ("changed", changed)
    writer.close()


# ── what status tells ─────────────────────────────────────────────────────────────────────────


def test_a_report_tells_which_machine_holds_which_hosts_since_when(state, clock):
    source = state.begin(Runner("me, 1", "one"), ["courier"])[1]["courier"]
    state.add([NewUrl(f"https://{name}.example/1", source) for name in "ab"])
    state.lease_due(Lease("me, 1", 300.0, {}), 10, MANY)
    clock.now += 60
    [line] = state.report().machines
    assert (line.machine, line.hosts, line.names) == ("one", 2, ("a.example", "b.example"))
    assert line.since == clock.now - 60


def test_what_is_due_next_is_told_although_its_host_has_something_due_now(state, clock):
    source = state.begin(Runner("me"), ["courier"])[1]["courier"]
    state.add([NewUrl("https://a.example/1", source), NewUrl("https://a.example/2", source)])
    [host] = state.lease_due(Lease("me", 300.0, {}), 10, MANY)
    done = Done(host.urls[0].url, host.urls[0].kind, "ok")
    later = Visited(host.urls[0], done, Plan(int(clock.now) + 500, VisitHistory()), Remembered())
    state.finish(1, Batch((later,)))
    report = state.report()
    assert (report.due, report.next_due) == (1, clock.now + 500)
