"""The state promises the same on SQLite and PostgreSQL."""

import dataclasses

import pytest

from harvester.crawl.health import KEPT_FIGURES
from harvester.crawl.reposts import MAX_SHARING, PARAGRAPH_KEY
from harvester.crawl.schedule import DAY_S, FIRST_REVISIT_S, MIN_INTERVAL_S, Plan, UrlKind, VisitHistory
from harvester.crawl.state.database import sqlite_address
from harvester.crawl.state.rows import (
    Done,
    Figures,
    HostSchedule,
    Intent,
    Lease,
    LeaseLimits,
    NewUrl,
    Remembered,
    Runner,
    Story,
    Visited,
    article_id,
    article_number,
    hash_of,
    target_from,
    url_from,
)
from harvester.crawl.state.store import Batch, State

MANY = LeaseLimits(1_000)
LEASE_S = 60.0


@pytest.fixture
def source(state):
    return state.begin(Runner("a test"), ["courier"])[1]["courier"]


def lease(owner="one", pauses=None):
    return Lease(owner, LEASE_S, pauses or {})


def add(state, source, *urls, **fields):
    return state.add([NewUrl(url, source, **fields) for url in urls]).found


def due(state, owner="one", wanted=MANY):
    return [url.url for host in state.lease_due(lease(owner), 100, wanted) for url in host.urls]


def announce(state, stories, owner="one", clocks=()):
    state.announce(Intent(owner, clocks, tuple(story.url.id for story in stories), tuple(stories)))


def visited(url, due_at, **fields):
    remembered = Remembered(**{key: fields.pop(key) for key in ("version", "story") if key in fields})
    done = Done(url.url, url.kind, fields.pop("outcome", "ok"), fields.pop("evidence", None))
    return Visited(url, done, Plan(due_at, VisitHistory()), remembered, **fields)


# ── URLs ──────────────────────────────────────────────────────────────────────────────────────


def test_a_url_is_added_once_and_due_at_once(state, source):
    assert add(state, source, "https://a.example/1", "https://a.example/2", "https://a.example/1") == 2
    assert add(state, source, "https://a.example/2", "http://b.example:8080/x?y=1") == 1
    assert sorted(due(state)) == ["http://b.example:8080/x?y=1", "https://a.example/1", "https://a.example/2"]


def test_more_urls_than_fit_into_one_statement_are_added(state, source):
    urls = [f"https://host{number % 700}.example/{number}" for number in range(2_000)]
    assert add(state, source, *urls) == 2_000
    assert add(state, source, *urls) == 0


def test_a_visited_url_is_due_when_its_plan_says(state, source, clock):
    add(state, source, "https://a.example/1")
    [host] = state.lease_due(lease(), 10, MANY)
    state.finish(1, Batch((visited(host.urls[0], int(clock.now) + 100),)))
    assert state.turn_over("one", [HostSchedule(host.id, 0.0, 0.0)], MANY) == {host.id: ()}
    assert due(state) == []
    clock.now += 100
    assert due(state) == ["https://a.example/1"]


def test_a_url_without_a_plan_rests(state, source, clock):
    add(state, source, "https://a.example/1")
    [host] = state.lease_due(lease(), 10, MANY)
    state.finish(1, Batch((visited(host.urls[0], None, outcome="gone"),)))
    state.release("one", [HostSchedule(host.id, 0.0, 0.0)])
    clock.now += 1e9
    assert due(state) == []
    assert state.report().next_due is None


def test_a_listing_that_says_modified_wakes_a_url_that_was_visited_before(state, source, clock):
    add(state, source, "https://a.example/1")
    [host] = state.lease_due(lease(), 10, MANY)
    state.finish(1, Batch((visited(host.urls[0], None),)))
    state.release("one", [HostSchedule(host.id, 0.0, 0.0)])
    clock.now += MIN_INTERVAL_S + 1
    add(state, source, "https://a.example/1", modified_at=int(clock.now) - MIN_INTERVAL_S - 10)
    assert due(state) == []
    add(state, source, "https://a.example/1", modified_at=int(clock.now))
    assert due(state) == ["https://a.example/1"]


@pytest.mark.parametrize(
    ("ahead_s", "later_s", "wakes"),
    [
        (0, MIN_INTERVAL_S - 1, False),
        (DAY_S, FIRST_REVISIT_S - 1, False),
        (DAY_S, FIRST_REVISIT_S + 1, True),
        (DAY_S + 1, 30 * DAY_S, False),
    ],
)
def test_a_date_of_now_or_to_come_wakes_a_url_at_its_interval_only(state, source, clock, ahead_s, later_s, wakes):
    add(state, source, "https://a.example/1")
    [host] = state.lease_due(lease(), 10, MANY)
    state.finish(1, Batch((visited(host.urls[0], None),)))
    clock.now += later_s
    add(state, source, "https://a.example/1", modified_at=int(clock.now) + ahead_s)
    assert bool(state.report().due) is wakes


@pytest.mark.parametrize(
    ("outcome", "days", "is_archive", "is_woken"),
    [
        ("gone", 0.9, False, False),
        ("gone", 1, False, True),
        ("gone", 1, True, False),  # dead URLs of a sitemap may be thousands
        ("not_article", 1, False, True),
        ("redirected_off_site", 6, False, True),
        ("not_html", 1, False, False),  # asking again brings the same
        ("gone", 7, False, False),
    ],
)
def test_a_page_that_was_given_up_is_woken_once_a_day_in_its_first_week_by_a_list_of_news(
    state, source, clock, outcome, days, is_archive, is_woken
):
    url = NewUrl("https://a.example/1", source, is_archive=is_archive)
    state.add([url])
    [host] = state.lease_due(lease(), 10, MANY)
    given_up = dataclasses.replace(
        visited(host.urls[0], None, outcome=outcome), plan=Plan(None, VisitHistory(None, 0, 60))
    )
    state.finish(1, Batch((given_up,)))
    clock.now += days * DAY_S
    state.add([dataclasses.replace(url, modified_at=int(clock.now) - 3 * DAY_S)])
    assert (state.report().due == 1) == is_woken


@pytest.mark.parametrize(
    ("outcome", "version", "visits"),
    [
        ("not_article", None, 3),  # what is no article is named by each home page: it is asked for seldom
        ("gone", None, 3),
        ("gone", 1, 29),  # an article that was there may be back any day; in the end it is not
    ],
)
def test_a_page_that_was_given_up_and_is_named_for_ever_is_not_asked_for_for_ever(
    state, source, clock, outcome, version, visits
):
    add(state, source, "https://a.example/1")
    woken = -1
    for _ in range(32):
        if state.report().due:
            woken += 1
            found = visited(state.known("https://a.example/1"), None, outcome=outcome, version=version)
            given_up = dataclasses.replace(found, plan=Plan(None, VisitHistory(None, 0, 60)))
            state.finish(1, Batch((given_up,)))
        clock.now += DAY_S
        add(state, source, "https://a.example/1")
    assert woken == visits


@pytest.mark.parametrize(("outcome", "failures"), [("gone", 60), ("ok", 0)])
def test_no_list_wakes_a_page_of_a_source_that_was_taken_out(state, clock, outcome, failures):
    """Nobody would visit it, and it would be due for ever."""
    numbers = state.begin(Runner("me"), ["kept", "taken out"])[1]
    add(state, numbers["taken out"], "https://a.example/1")
    found = visited(state.known("https://a.example/1"), None, outcome=outcome)
    state.finish(1, Batch((dataclasses.replace(found, plan=Plan(None, VisitHistory(None, 0, failures))),)))
    state.begin(Runner("me"), ["kept"])
    clock.now += DAY_S
    add(state, numbers["kept"], "https://a.example/1", modified_at=int(clock.now))
    assert state.report().due == 0


def test_the_latest_come_before_an_archive_that_waits(state, source, clock):
    add(state, source, *(f"https://a.example/old-{number}" for number in range(50)))
    clock.now += 60
    add(state, source, "https://a.example/news")
    assert due(state, wanted=LeaseLimits(1)) == ["https://a.example/news"]


@pytest.mark.parametrize(("age_s", "is_first"), [(None, False), (3 * DAY_S, False), (DAY_S, True)])
def test_what_a_sitemap_names_waits_for_lists_and_news_unless_it_is_news(state, source, clock, age_s, is_first):
    """Else lists that are due since the same moment come behind all pages that the first of them names."""
    archive = "https://a.example/archive"
    add(state, source, "https://a.example/feed", kind=UrlKind.FEED)
    add(state, source, "https://a.example/news")
    clock.now += 600
    add(state, source, archive, modified_at=None if age_s is None else int(clock.now) - age_s, is_archive=True)
    assert due(state).index(archive) == (0 if is_first else 2)


def test_a_spent_source_gives_way(state):
    numbers = state.begin(Runner("a test"), ["one", "two"])[1]
    state.add([NewUrl("https://a.example/1", numbers["one"]), NewUrl("https://a.example/2", numbers["two"])])
    assert due(state, wanted=LeaseLimits(10, frozenset({numbers["one"]}))) == ["https://a.example/2"]


def test_more_sources_than_a_statement_takes_are_no_fault(state):
    names = [f"source {number}" for number in range(70_000)]
    numbers = state.begin(Runner("a test"), names)[1]
    state.add([NewUrl("https://a.example/1", numbers["source 1"]), NewUrl("https://a.example/2", numbers["source 2"])])
    spent = frozenset(numbers.values()) - {numbers["source 2"]}
    assert due(state, wanted=LeaseLimits(10, spent)) == ["https://a.example/2"]


def test_what_belongs_to_a_source_that_was_taken_out_rests_and_its_seeds_come_back(state):
    numbers = state.begin(Runner("a test"), ["one", "two"])[1]
    seed = NewUrl("https://one.example/feed", numbers["one"], UrlKind.FEED)
    state.seed([seed, NewUrl("https://two.example/feed", numbers["two"], UrlKind.FEED)])
    state.begin(Runner("a test"), ["two"])
    state.seed([NewUrl("https://two.example/feed", numbers["two"], UrlKind.FEED)])
    assert due(state) == ["https://two.example/feed"]
    state.begin(Runner("a test"), ["one", "two"])
    state.seed([seed])
    assert "https://one.example/feed" in due(state, owner="two")


def test_the_urls_of_a_renamed_source_go_on_as_they_were(state, source, clock):
    state.seed([NewUrl("https://courier.example/", source, UrlKind.HOME)])
    add(state, source, "https://courier.example/1", "https://news.example/2")
    _, numbers = state.begin(Runner("a test"), ["the courier"])
    state.seed([NewUrl("https://courier.example/", numbers["the courier"], UrlKind.HOME)])
    urls = [url for host in state.lease_due(lease(), 100, MANY) for url in host.urls]
    assert len(urls) == 3
    assert {url.source_id for url in urls} == {numbers["the courier"]}


def test_a_known_page_that_is_named_as_a_feed_is_read_as_one(state, source, clock):
    add(state, source, "https://a.example/news")
    [host] = state.lease_due(lease(), 10, MANY)
    state.finish(1, Batch((visited(host.urls[0], None),)))
    state.release("one", [HostSchedule(host.id, 0.0, 0.0)])
    state.seed([NewUrl("https://a.example/news", source, UrlKind.FEED)])
    [host] = state.lease_due(lease(), 10, MANY)
    assert [(url.kind, url.memory.digest) for url in host.urls] == [(UrlKind.FEED, None)]


def test_a_parked_seed_stays_parked(state, source, clock):
    seed = NewUrl("https://a.example/feed", source, UrlKind.FEED)
    state.seed([seed])
    [host] = state.lease_due(lease(), 10, MANY)
    given_up = dataclasses.replace(
        visited(host.urls[0], None, outcome="gone"), plan=Plan(None, VisitHistory(None, 0, 60))
    )
    state.finish(1, Batch((given_up,)))
    state.seed([seed])
    assert state.report().due == 0
    assert state.report().parked == 1


def test_stories_are_found_by_any_of_their_keys(state, source):
    add(state, source, "https://a.example/1", "https://a.example/2")
    [host] = state.lease_due(lease(), 10, MANY)
    first, second = host.urls
    announce(state, [Story(first, None, (1, 2**40)), Story(second, hash_of("https://a.example/3"), (3,))])
    assert {key: [url.id for url in urls] for key, urls in state.similar([2**40, 99]).items()} == {2**40: [first.id]}
    assert {url.id for urls in state.similar([1, 3]).values() for url in urls} == {first.id, second.id}
    assert state.similar([7]) == {}
    assert state.similar([3])[3][0].memory.article == hash_of("https://a.example/3")


def test_the_last_texts_of_sources_are_asked_for_at_once(state, clock):
    numbers = state.begin(Runner("a test"), ["courier", "herald", "quiet"])[1]
    for name in ("courier", "herald"):
        add(state, numbers[name], *(f"https://{name}.example/{number}" for number in range(KEPT_FIGURES + 5)))
    urls = [url for host in state.lease_due(lease(), 10, MANY) for url in host.urls]
    state.finish(1, Batch(visits=[visited(url, None, figures=Figures(900, 0.9, url.id)) for url in urls]))
    gone = urls[-1]
    state.finish(1, Batch(visits=[visited(gone, None, outcome="gone")]))
    found = state.last_texts(list(numbers.values()))
    for name in ("courier", "herald"):
        own = [url.id for url in urls if url.source_id == numbers[name] and url.id != gone.id]
        assert [(one.url, one.text) for one in found[numbers[name]]] == [(number, number) for number in reversed(own)][
            :KEPT_FIGURES
        ]
    assert numbers["quiet"] not in found


def test_a_paragraph_that_many_stories_share_tells_nothing(state, source):
    add(state, source, *(f"https://a.example/{number}" for number in range(MAX_SHARING + 1)))
    [host] = state.lease_due(lease(), 10, MANY)
    *most, last = host.urls
    announce(state, [Story(url, None, (7, PARAGRAPH_KEY + 7)) for url in most])
    assert len(state.similar([PARAGRAPH_KEY + 7])[PARAGRAPH_KEY + 7]) == MAX_SHARING
    announce(state, [Story(last, None, (7, PARAGRAPH_KEY + 7))])
    assert {key: len(found) for key, found in state.similar([7, PARAGRAPH_KEY + 7]).items()} == {7: MAX_SHARING + 1}


@pytest.mark.parametrize(
    "url",
    [
        "https://a.example/",
        "https://a.example/x?y=z",
        "http://a.example/x",
        "https://a.example:8443/x",
        "http://[::1]/",
    ],
)
def test_a_stored_url_comes_back_as_it_was(state, source, url):
    add(state, source, url)
    assert due(state) == [url]
    assert state.find(url).url == url


def test_an_article_id_is_the_hash_of_its_url():
    number = hash_of("https://a.example/")
    assert article_number(article_id(number)) == number
    assert url_from("a.example", target_from("https://a.example/b")) == "https://a.example/b"
    assert target_from("https://a.example/b") == "/b"


# ── runs ──────────────────────────────────────────────────────────────────────────────────────


def test_runs_are_written_down_with_their_end(state, clock):
    number, _ = state.begin(Runner("me"), ["courier"])
    clock.now += 5
    state.end(number, "limit")
    state.skip("somebody else")
    runs = state.report().runs
    assert [(run.owner, run.ended_by) for run in runs] == [("somebody else", "overlap"), ("me", "limit")]
    assert runs[1].ended_at - runs[1].began_at == 5


def test_a_url_is_told_with_its_evidence(state, source):
    add(state, source, "https://a.example/1")
    [host] = state.lease_due(lease(), 10, MANY)
    denied = visited(host.urls[0], None, outcome="robots_denied", evidence="robots.txt says no")
    state.finish(1, Batch((denied,)))
    line = state.find("https://a.example/1")
    assert (line.outcome, line.evidence, line.due_at) == ("robots_denied", "robots.txt says no", None)
    assert state.find("https://a.example/2") is None


# ── size (case 43) ────────────────────────────────────────────────────────────────────────────


def test_a_url_costs_less_than_300_bytes_of_state(tmp_path, clock):
    path = tmp_path / "state.sqlite"
    state = State(sqlite_address(path), clock)
    source = state.begin(Runner("a test"), ["courier"])[1]["courier"]
    count = 6_000
    for start in range(0, count, 500):
        state.add(
            [NewUrl(f"https://site{number % 60}.example/2026/11/22/a-headline-of-eight-words-{number}/", source)
             for number in range(start, start + 500)]
        )  # fmt: skip
    for host in state.lease_due(lease(), 100, MANY):
        visits = [_typical_visit(url, int(clock.now)) for url in host.urls]
        announce(state, [Story(url, None, _typical_keys(url)) for url in host.urls])
        state.finish(1, Batch(tuple(visits), owner="one"))
    state.close()
    assert path.stat().st_size / count < 300


def _typical_visit(url, now):
    number = hash_of(url.url)
    remembered = Remembered(f'"{number & 0xFFFF_FFFF:x}-5f1"', number ^ 1, number ^ 2, None, 1)
    done = Done(url.url, url.kind, "ok", "an article")
    return Visited(url, done, Plan(now + 21_600, VisitHistory(21_600, 0, 0)), remembered)


def _typical_keys(url):
    number = hash_of(url.url)
    return tuple((band << 16) | (number >> 16 * band & 0xFFFF) for band in range(4)) + (number >> 1 | 2**40,)
