"""What an engine makes of redirects, failures and limits."""

import json
import time
from collections import Counter
from dataclasses import replace
from itertools import cycle, pairwise

import pytest
from function_web import HTML, XML, article, courier_source, feed, moved, outcomes, run, web_of_stories
from test_crawl_engine import HOUR_S, SITE, stored

from harvester.crawl import engine
from harvester.crawl.crash_safe_writer import VisitWriter
from harvester.crawl.jobs import Pacing
from harvester.crawl.schedule import UrlKind
from harvester.crawl.state.database import sqlite_address
from harvester.crawl.state.store import State
from harvester.errors import FetchError, Reason, StoreError
from harvester.fetching import FetchFailure
from newssites import home_page, story
from testweb import Reply


@pytest.fixture
def address(tmp_path):
    return sqlite_address(tmp_path / "state.sqlite")


@pytest.fixture
def web():
    return web_of_stories(SITE)


def test_a_redirect_on_the_same_host_is_followed_and_names_the_article(web, state, tmp_path):
    web.pages[f"{SITE}/feed"] = feed(f"{SITE}/old")
    web.pages[f"{SITE}/old"] = moved("/story-0")
    run(web, state, tmp_path / "out")
    [kept] = stored(tmp_path / "out").values()
    assert kept["url"] == f"{SITE}/story-0"
    assert state.find(f"{SITE}/old").article == kept["id"]


def test_an_article_is_found_by_the_address_that_a_redirect_gives_a_session(web, state, tmp_path):
    """Each visit brings another session: none is remembered."""
    web.pages[f"{SITE}/old"] = moved("/new?id=7&PHPSESSID=one")
    web.pages[f"{SITE}/new?id=7&PHPSESSID=one"] = web.pages[f"{SITE}/story-0"]
    web.pages[f"{SITE}/feed"] = feed(f"{SITE}/old")
    run(web, state, tmp_path / "out")
    assert state.find(f"{SITE}/new?id=7").article == state.find(f"{SITE}/old").article
    assert state.find(f"{SITE}/new?id=7&PHPSESSID=one") is None


def test_a_redirect_to_the_home_page_on_another_host_of_the_site_is_a_page_that_is_not_there(
    web, state, tmp_path, clock
):
    """After many a move all old addresses lead there."""
    run(web, state, tmp_path / "out")
    web.pages |= {f"{SITE}/story-{number}": moved("https://www.courier.example/") for number in range(3)}
    for _ in range(4):
        clock.now += 25 * HOUR_S
        found = outcomes(run(web, state, tmp_path / "out"))
        assert found.get("story-0", "soft_404") == "soft_404"
    changes = [json.loads(line)["change"] for line in (tmp_path / "out/changes.jsonl").read_text().splitlines()]
    assert changes == ["new"] * 3 + ["gone"] * 3
    assert web.visits("https://www.courier.example/") == 0


def test_a_redirect_to_another_host_of_the_site_is_a_url_of_its_own(web, state, tmp_path):
    web.pages[f"{SITE}/feed"] = feed(f"{SITE}/old")
    web.pages[f"{SITE}/old"] = moved("https://www.courier.example/new")
    web.pages["https://www.courier.example/new"] = article("new")
    done = run(web, state, tmp_path / "out")
    assert outcomes(done) == {"feed": "ok", "old": "duplicate", "new": "ok"}
    assert web.visits("https://www.courier.example/robots.txt") == 1


@pytest.mark.parametrize("kind", ["feeds", "sitemaps", "sections"])
def test_redirects_from_host_to_host_end_and_are_no_more_at_each_visit(web, state, tmp_path, clock, kind):
    named = [f"{SITE}/feed"]

    def lead_on(_step):
        named.append(f"https://{'m' if len(named) % 2 else 'www'}.courier.example/{len(named)}")
        web.pages[named[-1]] = lead_on
        return moved(named[-1])

    web.pages[f"{SITE}/feed"] = lead_on
    source = courier_source(**{"feeds": (), kind: (f"{SITE}/feed",)})
    for _ in range(3):
        done = run(web, state, tmp_path / "out", [source])
        assert [visit.outcome for visit in done] == ["duplicate"] * 5 + ["redirect_loop"]
        assert done[-1].evidence == f"more than 5 redirects from host to host, the last one to {named[-1]}"
        clock.now += 8 * 24 * HOUR_S


def test_a_feed_behind_two_redirects_from_host_to_host_is_read_whenever_it_is_due(web, state, tmp_path, clock):
    last = "https://m.courier.example/feed"
    web.pages |= {
        f"{SITE}/feed": moved("https://www.courier.example/feed"),
        "https://www.courier.example/feed": moved(last),
    }
    for number in range(3):
        web.pages[last] = feed(f"https://m.courier.example/story-{number}")
        web.pages[f"https://m.courier.example/story-{number}"] = article(str(number))
        done = run(web, state, tmp_path / "out")
        assert Counter(visit.outcome for visit in done if visit.url.endswith("/feed")) == {"duplicate": 2, "ok": 1}
        assert web.visits(f"https://m.courier.example/story-{number}") == 1
        clock.now += 24 * HOUR_S


def test_a_redirect_off_the_site_is_told_and_not_followed(web, state, tmp_path):
    web.pages[f"{SITE}/feed"] = feed(f"{SITE}/old")
    web.pages[f"{SITE}/old"] = moved("https://casino.example/")
    done = run(web, state, tmp_path / "out")
    assert outcomes(done)["old"] == "redirected_off_site"
    assert web.visits("casino") == 0


def test_three_refusals_in_a_row_let_a_host_cool_for_an_hour(web, state, tmp_path, clock):
    stories = [f"{SITE}/story-{number}" for number in range(9)]
    web.pages = {f"{SITE}/feed": feed(*stories)} | dict.fromkeys(stories, Reply(b"", 403))
    done = run(web, state, tmp_path / "out")
    assert [visit.outcome for visit in done] == ["ok", "blocked", "blocked", "blocked"]
    assert state.report().blocked[0].name == "courier.example"
    clock.now += 1_800
    assert run(web, state, tmp_path / "out") == []
    clock.now += 1_801
    assert len(run(web, state, tmp_path / "out")) > 0


def silent(step):
    return FetchFailure(FetchError(step.url, Reason.DEADLINE, "not done within 60 s"))


def test_three_pages_in_a_row_without_an_answer_let_a_host_rest_for_an_hour(web, state, tmp_path, clock):
    stories = [f"{SITE}/story-{number}" for number in range(9)]
    web.pages = {f"{SITE}/feed": feed(*stories)} | dict.fromkeys(stories, silent)
    done = run(web, state, tmp_path / "out")
    assert [visit.outcome for visit in done] == ["ok", "deadline", "deadline", "deadline"]
    assert state.report().blocked[0].name == "courier.example"
    assert state.report().due == 6
    clock.now += 3_601
    web.pages |= {url: article(url) for url in stories}
    assert len(run(web, state, tmp_path / "out")) == 6


def test_a_host_that_answers_now_and_then_and_one_that_is_silent_to_our_questions_alone_do_not_rest(
    web, state, tmp_path
):
    stories = [f"{SITE}/story-{number}" for number in range(9)]
    web.pages = dict.fromkeys([f"{SITE}/{name}" for name in ("ai.txt", ".well-known/tdmrep.json")], silent)
    turns = cycle((silent, silent, lambda step: article(step.url)))

    def answer(step):
        return next(turns)(step)

    web.pages |= {f"{SITE}/feed": feed(*stories)} | dict.fromkeys(stories, answer)
    done = run(web, state, tmp_path / "out")
    assert Counter(visit.outcome for visit in done) == {"ok": 4, "deadline": 6}


def test_three_bot_checks_that_come_as_pages_let_a_host_cool_too(web, state, tmp_path):
    stories = [f"{SITE}/story-{number}" for number in range(9)]
    check = b"<title>Just a moment...</title><h1>courier</h1><p>Checking your browser before accessing the site.</p>"
    web.pages = {f"{SITE}/feed": feed(*stories)} | dict.fromkeys(stories, Reply(check, headers=HTML))
    done = run(web, state, tmp_path / "out", slots=1)
    assert {visit.outcome for visit in done[1:]} == {"blocked"}
    assert 3 <= len(done) - 1 <= 5  # what is under way when the third is read comes, too
    assert state.report().blocked[0].name == "courier.example"


def test_sitemaps_that_name_each_other_end(web, state, tmp_path):
    def index(*urls):
        entries = "".join(f"<sitemap><loc>{url}</loc></sitemap>" for url in urls)
        return Reply(f"<sitemapindex>{entries}</sitemapindex>".encode(), headers=XML)

    one, two = f"{SITE}/one.xml", f"{SITE}/two.xml"
    web.pages[one] = index(one, two, "https://casino.example/map.xml", "")
    web.pages[two] = index(one, two, f"{SITE}/urls.xml")
    web.pages[f"{SITE}/urls.xml"] = Reply(
        f"<urlset><url><loc>{SITE}/story-1</loc></url></urlset>".encode(), headers=XML
    )
    done = outcomes(run(web, state, tmp_path / "out", [courier_source(feeds=(), sitemaps=(one,))]))
    assert done == {"one.xml": "ok", "two.xml": "ok", "urls.xml": "ok", "story-1": "ok"}
    assert (web.visits("one.xml"), web.visits("two.xml"), web.visits("casino")) == (1, 1, 0)


def test_a_slow_disk_slows_the_run_and_does_not_fill_the_memory(web, state, tmp_path, monkeypatch):
    stories = [f"{SITE}/story-{number}" for number in range(26)]
    web.pages = {f"{SITE}/feed": feed(*stories)} | {url: article(url) for url in stories}
    write, written, most = VisitWriter.write, 0, 0

    def write_slowly(self, events, extras):
        nonlocal written, most
        time.sleep(0.3)
        most = max(most, web.visits("/story-") - written)
        done = write(self, events, extras)
        written += sum(event.url.kind is UrlKind.PAGE for event in events)
        return done

    monkeypatch.setattr(VisitWriter, "write", write_slowly)
    monkeypatch.setattr(engine, "_BATCH", 2)
    run(web, state, tmp_path / "out", slots=4, readings=2, urls=26)
    assert written == 26
    assert most <= 4 + 2 + 2 * 2 + 2 + 2  # under way, being read, in the queue, being written


def test_a_crawl_delay_that_is_none_is_told_with_the_feed_and_not_with_each_page(web, state, tmp_path):
    web.pages[f"{SITE}/robots.txt"] = Reply(b"User-agent: *\nCrawl-delay: soon\n")
    told = {visit.url: visit.evidence for visit in run(web, state, tmp_path / "out")}
    assert told.pop(f"{SITE}/feed") == "robots.txt: Crawl-delay 'soon' ignored: no number of seconds"
    assert set(told.values()) == {None}


def test_a_long_retry_after_is_kept_for_the_next_run(web, state, tmp_path, clock):
    web.pages[f"{SITE}/story-0"] = Reply(b"", 429, (("retry-after", "7200"),))
    web.pages[f"{SITE}/feed"] = feed(f"{SITE}/story-0")
    assert outcomes(run(web, state, tmp_path / "out"))["story-0"] == "rate_limited"
    blocked = state.report().blocked[0]
    assert clock.now + 7_190 < blocked.blocked_until <= clock.now + 7_210


def test_a_page_limit_ends_the_run_and_leaves_the_rest_for_the_next(web, state, tmp_path):
    assert len(run(web, state, tmp_path / "out", max_pages=2)) == 3
    assert state.report().runs[0].ended_by == "limit"
    assert len(run(web, state, tmp_path / "out")) == 1
    assert state.report().runs[0].ended_by == "done"


def test_a_source_gets_its_share_of_a_run(web, state, tmp_path):
    assert len(run(web, state, tmp_path / "out", [courier_source(max_pages=1)])) == 2
    assert state.report().due == 2


def test_a_time_limit_puts_back_what_was_not_asked(web, state, tmp_path):
    done = run(web, state, tmp_path / "out", [courier_source(delay_s=30.0)], max_time_s=0.2)
    assert done == []
    assert (state.report().due, state.report().hosts_leased) == (1, 0)


def test_a_time_limit_ends_a_run_that_has_had_its_pages(web, state, tmp_path):
    run(web, state, tmp_path / "out", [courier_source(delay_s=0.3)], max_pages=2, max_time_s=0.5)
    assert web.visits("/story-") < 2
    assert (state.report().runs[0].ended_by, state.report().hosts_leased) == ("limit", 0)


def test_the_longer_pause_of_a_second_source_counts_from_its_first_url(web, state, tmp_path):
    quick = courier_source()
    slow = replace(quick, name="slow", feeds=(f"{SITE}/slow-feed",), delay_s=0.4)
    web.pages[f"{SITE}/slow-feed"] = feed(f"{SITE}/slow-1", f"{SITE}/slow-2")
    run(web, state, tmp_path / "out", [slow, quick], urls=1, max_time_s=4.0)
    at = next(number for number, (_, url) in enumerate(web.starts) if "slow-feed" in url)
    gaps = [after - before for (before, _), (after, _) in pairwise(web.starts[at:])]
    assert gaps
    assert min(gaps) >= 0.39


def test_a_run_whose_lease_another_took_over_stops(web, state, tmp_path, monkeypatch):
    monkeypatch.setattr(State, "renew", lambda *_: 0)
    with pytest.raises(StoreError, match="took over"):
        run(web, state, tmp_path / "out", [courier_source(delay_s=2.0)], lease_s=0.3)


def test_the_pause_of_a_host_lasts_over_runs(web, state, tmp_path, clock):
    run(web, state, tmp_path / "out", [courier_source(delay_s=100.0)], max_time_s=1.0)
    asked = len(web.asked)
    clock.now += 50
    run(web, state, tmp_path / "out", [courier_source(delay_s=100.0)], max_time_s=1.0)
    assert len(web.asked) == asked == 1
    clock.now += 51
    run(web, state, tmp_path / "out", [courier_source(delay_s=100.0)], max_time_s=1.0)
    assert len(web.asked) == 2


def test_an_article_of_several_pages_becomes_one(web, state, tmp_path):
    paragraphs = story("long", 12)
    one, two = paragraphs[:6], paragraphs[6:]
    link = '<nav class="pagination"><a rel="next" href="/long?page=2">Next page</a></nav>'
    web.pages[f"{SITE}/feed"] = feed(f"{SITE}/long")
    web.pages[f"{SITE}/long"] = article("long", paragraphs=one, extra=link)
    web.pages[f"{SITE}/long?page=2"] = article("long", paragraphs=two)
    run(web, state, tmp_path / "out")
    [kept] = stored(tmp_path / "out").values()
    assert all(paragraph in kept["text"] for paragraph in paragraphs)


def test_an_article_that_is_there_is_not_cut_by_a_mishap_of_its_second_page(web, state, tmp_path, clock):
    paragraphs = story("long", 12)
    link = '<nav class="pagination"><a rel="next" href="/long?page=2">Next page</a></nav>'
    web.pages[f"{SITE}/feed"] = feed(f"{SITE}/long")
    web.pages[f"{SITE}/long"] = article("long", paragraphs=paragraphs[:6], extra=link)
    web.pages[f"{SITE}/long?page=2"] = article("long", paragraphs=paragraphs[6:])
    run(web, state, tmp_path / "out")
    web.pages[f"{SITE}/long"] = article("long", paragraphs=paragraphs[:6], extra=f"{link}<!-- another day -->")
    web.pages[f"{SITE}/long?page=2"] = Reply(b"", 503)
    clock.now += 7 * HOUR_S
    done = run(web, state, tmp_path / "out", pacing=Pacing(backoff_s=0.01))
    [visit] = [visit for visit in done if visit.url.endswith("/long")]
    assert visit.outcome == "http_error"
    assert visit.evidence.startswith("page 2 of the article: ")
    [kept] = stored(tmp_path / "out").values()
    assert (kept["edition"]["version"], paragraphs[11] in kept["text"]) == (1, True)
    for _ in range(3):  # but one that fails again and again is missing
        clock.now += 24 * HOUR_S
        run(web, state, tmp_path / "out", pacing=Pacing(backoff_s=0.01))
    assert stored(tmp_path / "out")[f"courier.example/{kept['id']}.json"]["edition"]["version"] == 2


@pytest.mark.parametrize("second", [moved("https://casino.example/"), Reply(b"", 404), Reply(b"", 503)])
def test_an_article_whose_second_page_is_missing_is_what_the_first_one_holds(web, state, tmp_path, second):
    paragraphs = story("long", 6)
    link = '<nav class="pagination"><a rel="next" href="/long?page=2">Next page</a></nav>'
    web.pages[f"{SITE}/feed"] = feed(f"{SITE}/long")
    web.pages[f"{SITE}/long"] = article("long", paragraphs=paragraphs, extra=link)
    web.pages[f"{SITE}/long?page=2"] = second
    assert outcomes(run(web, state, tmp_path / "out", pacing=Pacing(backoff_s=0.01)))["long"] == "ok"
    [kept] = stored(tmp_path / "out").values()
    assert all(paragraph in kept["text"] for paragraph in paragraphs)


def test_a_site_that_answers_everything_gives_no_articles_for_what_is_not_there(web, state, tmp_path):
    sorry = article("sorry", title="We could not find that page")
    web.pages = dict(web.pages)
    web.pages[f"{SITE}/feed"] = feed(f"{SITE}/story-0", f"{SITE}/lost")

    class Everything(dict):
        def get(self, url, default=None):
            is_file = url.rpartition("/")[2] in {"robots.txt", "ai.txt", "tdmrep.json"}
            return super().get(url, default if is_file else sorry)

    web.pages = Everything(web.pages)
    assert outcomes(run(web, state, tmp_path / "out")) == {"feed": "ok", "story-0": "ok", "lost": "soft_404"}


def test_a_home_page_leads_to_feeds_sitemaps_and_articles(web, state, tmp_path):
    web.pages[f"{SITE}/"] = Reply(home_page(["/2026/11/a-headline-of-the-front-page.html"]))
    web.pages[f"{SITE}/2026/11/a-headline-of-the-front-page.html"] = article("front")
    web.pages[f"{SITE}/robots.txt"] = Reply(f"Sitemap: {SITE}/map.xml\n".encode())
    urlset = f"<urlset><url><loc>{SITE}/2026/10/an-older-one.html</loc></url></urlset>"
    web.pages[f"{SITE}/map.xml"] = Reply(urlset.encode(), headers=(("content-type", "application/xml"),))
    web.pages[f"{SITE}/2026/10/an-older-one.html"] = article("older")
    source = courier_source(feeds=(), discover=frozenset({"robots", "feeds", "sitemaps", "links"}))
    found = outcomes(run(web, state, tmp_path / "out", [source]))
    assert {name for name, outcome in found.items() if outcome == "ok"} >= {
        "",
        "feed",
        "map.xml",
        "an-older-one.html",
        "story-0",
    }


def test_a_renamed_source_is_crawled_on(web, state, tmp_path, clock):
    run(web, state, tmp_path / "out")
    clock.now += 7 * HOUR_S
    renamed = replace(courier_source(), name="The Courier")
    assert set(outcomes(run(web, state, tmp_path / "out", [renamed]))) == {"feed", "story-0", "story-1", "story-2"}


def test_a_sitemap_that_nobody_named_may_be_missing_and_is_looked_for_once_a_week(web, state, tmp_path, clock):
    web.pages[f"{SITE}/"] = Reply(home_page(["/2026/11/a-headline-of-the-front-page.html"]))
    source = courier_source(feeds=(), discover=frozenset({"sitemaps"}))
    assert outcomes(run(web, state, tmp_path / "out", [source]))["sitemap.xml"] == "ok"
    clock.now += 24 * HOUR_S
    run(web, state, tmp_path / "out", [source])
    assert web.visits("/sitemap.xml") == 1
    clock.now += 7 * 24 * HOUR_S
    named = replace(source, sitemaps=(f"{SITE}/sitemap.xml",))
    assert outcomes(run(web, state, tmp_path / "out", [named]))["sitemap.xml"] == "gone"
