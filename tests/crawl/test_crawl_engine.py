"""A run: what it visits, writes, and remembers; on a web of functions."""

import json
import threading
from concurrent.futures import ThreadPoolExecutor

import pytest
from function_web import HTML, XML, FunctionWeb, article, courier_source, feed, moved, outcomes, run, web_of_stories

from harvester.crawl.crash_safe_writer import VisitWriter, each_ended
from harvester.crawl.robots import MAX_ROBOTS_BYTES
from harvester.crawl.schedule import UrlKind
from harvester.crawl.state.database import sqlite_address
from harvester.crawl.state.rows import NewUrl
from harvester.crawl.state.store import State
from harvester.errors import StoreError
from newssites import rss
from testweb import Reply

SITE = "https://courier.example"
HOUR_S = 3_600


@pytest.fixture
def address(tmp_path):
    return sqlite_address(tmp_path / "state.sqlite")


@pytest.fixture
def web():
    return web_of_stories(SITE)


def stored(output):
    return {path.relative_to(output).as_posix(): json.loads(path.read_bytes()) for path in output.glob("**/*.json")}


def test_a_feed_leads_to_articles(web, state, tmp_path):
    done = run(web, state, tmp_path / "out")
    assert outcomes(done) == {"feed": "ok", "story-0": "ok", "story-1": "ok", "story-2": "ok"}
    articles = stored(tmp_path / "out")
    assert sorted(article["title"] for article in articles.values()) == [
        f"The story of {SITE}/story-{number}" for number in range(3)
    ]
    assert all(article["edition"]["version"] == 1 for article in articles.values())
    assert all(path.split("/") == ["courier.example", f"{article['id']}.json"] for path, article in articles.items())


def test_a_second_run_at_the_same_time_asks_for_nothing(web, state, tmp_path):
    run(web, state, tmp_path / "out")
    del web.asked[:]
    assert run(web, state, tmp_path / "out") == []
    assert web.asked == []


def test_robots_are_read_once_a_day_and_obeyed(web, state, tmp_path, clock):
    web.pages[f"{SITE}/robots.txt"] = Reply(b"User-agent: *\nDisallow: /story-1\n")
    assert outcomes(run(web, state, tmp_path / "out"))["story-1"] == "robots_denied"
    assert web.asked[0].body_bytes == MAX_ROBOTS_BYTES + 1  # the state keeps it whole
    clock.now += 2 * HOUR_S
    run(web, state, tmp_path / "out")
    assert web.visits("/robots.txt") == 1
    assert web.visits("/story-1") == 0
    clock.now += 24 * HOUR_S
    run(web, state, tmp_path / "out")
    assert web.visits("/robots.txt") == 2


def test_an_edited_article_becomes_version_2_and_links_to_version_1(web, state, tmp_path, clock):
    run(web, state, tmp_path / "out")
    web.pages[f"{SITE}/story-1"] = article("edited", title="A corrected headline")
    clock.now += 7 * HOUR_S
    done = run(web, state, tmp_path / "out")
    assert outcomes(done)["story-1"] == "ok"
    assert outcomes(done)["story-2"] == "unchanged"
    [new] = [path for path in (tmp_path / "out/courier.example").glob("*.json") if "corrected" in path.read_text()]
    edition = json.loads(new.read_bytes())["edition"]
    assert (edition["version"], edition["previous"]) == (2, f"versions/{new.stem}.1.json")
    old = json.loads((new.parent / edition["previous"]).read_bytes())
    assert old["title"] == f"The story of {SITE}/story-1"
    assert len(stored(tmp_path / "out")) == 4


def test_a_change_of_banner_or_menu_makes_no_version(web, state, tmp_path, clock):
    run(web, state, tmp_path / "out")
    before = stored(tmp_path / "out")
    extra = '<div class="cookie-banner" role="dialog">We use cookies. <button>Accept all</button></div>'
    web.pages[f"{SITE}/story-1"] = article(f"{SITE}/story-1", extra=extra)
    clock.now += 7 * HOUR_S
    assert outcomes(run(web, state, tmp_path / "out"))["story-1"] == "unchanged"
    assert stored(tmp_path / "out") == before


def test_the_same_story_under_another_address_is_linked_and_kept_once(web, state, tmp_path):
    web.pages[f"{SITE}/feed"] = feed(f"{SITE}/story-0", f"{SITE}/copy-of-0")
    web.pages[f"{SITE}/copy-of-0"] = article(f"{SITE}/story-0")
    done = run(web, state, tmp_path / "out")
    assert sorted(visit.outcome for visit in done) == ["duplicate", "ok", "ok"]
    assert len(stored(tmp_path / "out")) == 1
    [copy] = [visit for visit in done if visit.outcome == "duplicate"]
    [kept] = stored(tmp_path / "out").values()
    assert kept["id"] in copy.evidence
    assert state.find(copy.url).article == kept["id"]


def test_a_copy_found_in_a_later_run_is_linked_too(web, state, tmp_path, clock):
    run(web, state, tmp_path / "out")
    web.pages[f"{SITE}/feed"] = feed(f"{SITE}/copy-of-0")
    web.pages[f"{SITE}/copy-of-0"] = article(f"{SITE}/story-0")
    clock.now += 2 * HOUR_S
    assert outcomes(run(web, state, tmp_path / "out"))["copy-of-0"] == "duplicate"
    assert len(stored(tmp_path / "out")) == 3


# ── conditional requests (case 27) ────────────────────────────────────────────────────────────


def stuck(body):
    """Return a server that sends one ETag for ever, whatever the body."""

    def answer(step):
        if dict(step.headers).get("If-None-Match") == '"stuck"':
            return Reply(b"", 304)
        return Reply(body, headers=(("content-type", "application/rss+xml"), ("etag", '"stuck"')))

    return answer


def test_a_stuck_etag_is_found_out_by_the_unconditional_request(web, state, tmp_path, clock):
    web.pages[f"{SITE}/feed"] = stuck(rss([f"{SITE}/story-0"]))
    run(web, state, tmp_path / "out")
    web.pages[f"{SITE}/feed"] = stuck(rss([f"{SITE}/story-1"]))
    seen = []
    for _ in range(8):
        clock.now += 8 * 24 * HOUR_S
        seen.append(outcomes(run(web, state, tmp_path / "out"))["feed"])
    assert seen == ["not_modified"] * 7 + ["ok"]
    assert state.find(f"{SITE}/story-1").outcome == "ok"


@pytest.mark.parametrize("headers", [(), (("etag", '"1"'),)])
def test_a_feed_that_is_none_fails_as_long_as_it_is_none(web, state, tmp_path, clock, headers):
    def no_feed(step):
        return Reply(b"", 304) if step.headers else Reply(b"<html>no feed", headers=(*HTML, *headers))

    web.pages[f"{SITE}/feed"] = no_feed
    for _ in range(3):
        assert outcomes(run(web, state, tmp_path / "out")) == {"feed": "not_article"}
        clock.now += 48 * HOUR_S
    assert state.find(f"{SITE}/feed").failures == 3.0


def test_a_304_that_nobody_asked_for_is_a_bad_response(web, state, tmp_path):
    web.pages[f"{SITE}/story-0"] = Reply(b"", 304)
    assert outcomes(run(web, state, tmp_path / "out"))["story-0"] == "bad_response"
    assert state.find(f"{SITE}/story-0").version is None


@pytest.mark.parametrize(
    ("given", "asked"),
    [
        (("etag", 'W/"7"'), {"If-None-Match": 'W/"7"'}),
        (("etag", "64f0a2b1-7c3e"), {"If-None-Match": "64f0a2b1-7c3e"}),  # without the quotes that it should have
        (("etag", "*"), {}),  # it would fit whatever is there
        (("last-modified", "Mon, 01 Jan 2035 08:00:00 GMT"), {"If-Modified-Since": "Mon, 01 Jan 2035 08:00:00 GMT"}),
    ],
)
def test_an_etag_is_sent_back_with_the_next_request(web, state, tmp_path, clock, given, asked):
    web.pages[f"{SITE}/story-0"] = Reply(article("x").body, headers=(("content-type", "text/html"), given))
    run(web, state, tmp_path / "out")
    clock.now += 7 * HOUR_S
    run(web, state, tmp_path / "out")
    sent = [dict(step.headers) for step in web.asked if step.url == f"{SITE}/story-0"]
    assert sent == [{}, asked]


# ── crashes ───────────────────────────────────────────────────────────────────────────────────


@pytest.mark.parametrize("step", ["_with_copies_marked", "_announce", "_staged", "_concluded", "finish"])
def test_a_crash_between_any_two_steps_of_a_batch_loses_and_doubles_nothing(web, state, tmp_path, monkeypatch, step):
    owner = State if step == "finish" else VisitWriter
    whole = getattr(owner, step)

    def crash(self, *arguments):
        whole(self, *arguments)
        raise StoreError("the test", "unwritable", "a crash")

    monkeypatch.setattr(owner, step, crash)
    with pytest.raises(StoreError):
        run(web, state, tmp_path / "out")
    monkeypatch.undo()
    run(web, state, tmp_path / "out", max_pages=1)
    monkeypatch.setattr(owner, step, crash)
    with pytest.raises(StoreError):
        run(web, state, tmp_path / "out")
    monkeypatch.undo()
    run(web, state, tmp_path / "out")
    articles = stored(tmp_path / "out")
    assert len(articles) == 3
    assert {article["edition"]["version"] for article in articles.values()} == {1}
    assert (state.report().articles, state.report().due) == (3, 0)


@pytest.mark.parametrize("first", ["/story-0", "/old"])
def test_a_kill_between_article_and_state_keeps_a_story_once_whichever_copy_answers_next(
    web, state, tmp_path, monkeypatch, clock, first
):
    finish = State.finish

    def killed(self, run, batch, publish):
        if any(visit.url.kind is UrlKind.PAGE for visit in batch.visits):
            publish()
            raise StoreError("the test", "unwritable", "a kill")
        finish(self, run, batch, publish)

    web.pages[f"{SITE}/old"] = moved("/story-0")
    web.pages[f"{SITE}/copy-of-0"] = article(f"{SITE}/story-0")
    web.pages[f"{SITE}/feed"] = feed(SITE + first)
    monkeypatch.setattr(State, "finish", killed)
    with pytest.raises(StoreError):
        run(web, state, tmp_path / "out")
    monkeypatch.undo()
    assert len(stored(tmp_path / "out")) == 1
    state.add([NewUrl(f"{SITE}/copy-of-0", 1)])
    kept, web.pages[SITE + first] = web.pages[SITE + first], Reply(b"", 410)
    run(web, state, tmp_path / "out")
    web.pages[SITE + first] = kept
    clock.now += 2 * HOUR_S
    run(web, state, tmp_path / "out")
    assert len(stored(tmp_path / "out")) == 1
    assert (state.find(SITE + first).outcome, state.find(f"{SITE}/copy-of-0").outcome) == ("ok", "duplicate")


# ── pages that lead on by themselves ──────────────────────────────────────────────────────────


def leads_to(target):
    return Reply(
        f'<html><head><meta http-equiv="Refresh" content="0; URL={target}"></head></html>'.encode(), headers=HTML
    )


@pytest.mark.parametrize(
    "old",
    [
        leads_to("/new"),
        Reply(b"", headers=(*HTML, ("refresh", "0;url=/new"))),
        Reply(b"<p>You are sent on.</p>", headers=(*HTML, ("refresh", "0; URL='/new'"))),
    ],
    ids=["in the page", "in the header alone", "in the header of a page"],
)
def test_a_page_that_is_only_a_refresh_is_followed_as_a_redirect(web, state, tmp_path, old):
    web.pages |= {f"{SITE}/old": old, f"{SITE}/new": article("new"), f"{SITE}/feed": feed(f"{SITE}/old")}
    done = {visit.url: visit for visit in run(web, state, tmp_path / "out")}
    assert done[f"{SITE}/old"].outcome == "ok"
    assert done[f"{SITE}/old"].title == "The story of new"


@pytest.mark.parametrize(
    ("target", "outcome"),
    [
        ("https://elsewhere.org/x", "redirected_off_site"),
        ("https://www.courier.example/new", "duplicate"),
        ("file:///etc/passwd", "bad_redirect"),
        ("/circle", "redirect_loop"),
        ("/old", "not_article"),  # a page that loads itself anew
        ("//[", "bad_redirect"),
    ],
)
def test_the_rules_of_redirects_hold_for_a_refresh(web, state, tmp_path, target, outcome):
    web.pages |= {
        f"{SITE}/old": leads_to(target),
        f"{SITE}/circle": leads_to("/old"),
        f"{SITE}/feed": feed(f"{SITE}/old"),
    }
    ends = {visit.url: visit.outcome for visit in run(web, state, tmp_path / "out")}
    assert ends[f"{SITE}/old"] == outcome


def test_an_article_that_loads_anew_later_stays_where_it_is(web, state, tmp_path):
    page = article("live", extra='<meta http-equiv="refresh" content="300">')
    web.pages |= {f"{SITE}/live": page, f"{SITE}/feed": feed(f"{SITE}/live")}
    assert {visit.outcome for visit in run(web, state, tmp_path / "out")} == {"ok"}


def test_what_one_thread_writes_has_ended_before_the_fault_of_another_is_told(tmp_path):
    has_failed = threading.Event()

    def write(name):
        if name == "first":
            has_failed.set()
            raise StoreError("the test", "disk_full", "no room")
        has_failed.wait()
        (tmp_path / name).write_bytes(bytes(10_000_000))
        (tmp_path / name).rename(tmp_path / "whole")

    with ThreadPoolExecutor(2) as threads:
        with pytest.raises(StoreError):
            each_ended(threads, write, ["first", "second"])
        assert [path.name for path in tmp_path.iterdir()] == ["whole"]


def test_all_lists_are_read_before_the_archive_that_one_of_them_names(state, tmp_path):
    """More lists than are taken of a host at a time, and more pages than a run has."""
    feeds = tuple(f"{SITE}/feed-{number}" for number in range(25))
    pages = "".join(f"<url><loc>{SITE}/old/{number}</loc></url>" for number in range(60))
    web = FunctionWeb(dict.fromkeys(feeds, feed()))
    web.pages[f"{SITE}/map.xml"] = Reply(f"<urlset>{pages}</urlset>".encode(), headers=XML)
    source = courier_source(feeds=feeds, sitemaps=(f"{SITE}/map.xml",), max_pages=10)
    run(web, state, tmp_path / "out", [source])
    assert set(feeds) <= set(web.urls)
    assert web.visits("/old/")
