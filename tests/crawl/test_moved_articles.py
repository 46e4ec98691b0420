"""Known articles whose addresses lead elsewhere, or show another text: what is theirs stays, and each edit is told."""

import json
from datetime import UTC, datetime

import pytest
from function_web import (
    HTML,
    NOTICE,
    XML,
    article,
    courier_source,
    feed,
    files,
    moved,
    outcomes,
    run,
    told,
    web_of_stories,
)

from harvester.crawl.adoption import adopt
from harvester.crawl.crawl_run import Options
from harvester.crawl.schedule import HOUR_S
from harvester.crawl.sources_file import Crawl
from harvester.models import Page
from newssites import article_page, story
from testweb import Reply

SITE = "https://courier.example"
BRIEFING = [
    "Good morning! Rain reaches us before noon, so take an umbrella along when you leave for work or for lessons.",
    "Two trains fewer than usual go south until Friday, since workers exchange rails between both central stations.",
]


def sitemap(url, modified=None):
    date = "" if modified is None else f"<lastmod>{datetime.fromtimestamp(modified, UTC).isoformat()}</lastmod>"
    return Reply(f"<urlset><url><loc>{url}</loc>{date}</url></urlset>".encode(), headers=XML)


@pytest.fixture
def web():
    return web_of_stories(SITE)


@pytest.mark.parametrize(
    "target", [f"{SITE}/2027/story-0", "http://courier.example/story-0"], ids=["a new slug", "another scheme"]
)
def test_an_article_whose_address_leads_to_a_new_one_keeps_its_name_and_an_edit_there_is_told(
    web, state, tmp_path, clock, target
):
    run(web, state, tmp_path)
    (name,) = (one["id"] for one in files(tmp_path).values() if one["url"] == f"{SITE}/story-0")
    before = len(told(tmp_path))
    web.pages[f"{SITE}/story-0"] = moved(target)
    web.pages[target] = article(f"{SITE}/story-0", extra="<!-- another page, the same article -->")
    clock.now += 7 * HOUR_S
    assert outcomes(run(web, state, tmp_path))["story-0"] == "unchanged"
    assert (len(files(tmp_path)), len(told(tmp_path))) == (3, before)
    web.pages[target] = article(f"{SITE}/story-0", title="A corrected headline")
    clock.now += 13 * HOUR_S
    run(web, state, tmp_path)
    assert told(tmp_path)[before:] == [("edited", name, 2, f"courier.example/{name}.json")]
    kept = json.loads((tmp_path / f"courier.example/{name}.json").read_bytes())
    assert (kept["title"], kept["url"], kept["edition"]["version"]) == ("A corrected headline", target, 2)
    assert len(files(tmp_path)) == 3


def test_articles_whose_addresses_lead_to_a_page_for_logging_in_stay_as_they_are(web, state, tmp_path, clock):
    run(web, state, tmp_path)
    before = files(tmp_path), told(tmp_path)
    asked = dict(web.pages)
    web.pages[f"{SITE}/login"] = article("login", title="Log in to your account", paragraphs=NOTICE)
    web.pages |= {f"{SITE}/story-{number}": moved("/login") for number in range(3)}
    for _ in range(3):
        clock.now += 25 * HOUR_S
        found = outcomes(run(web, state, tmp_path))
        assert {found[f"story-{number}"] for number in range(3)} == {"replaced"}
    assert (files(tmp_path), told(tmp_path)) == before
    web.pages = asked
    clock.now += 25 * HOUR_S
    assert outcomes(run(web, state, tmp_path))["story-0"] == "unchanged"


@pytest.mark.parametrize("paragraphs", [1, 3])
def test_a_notice_in_place_of_all_articles_is_a_version_of_none(web, state, tmp_path, clock, paragraphs):
    run(web, state, tmp_path)
    before = files(tmp_path), told(tmp_path)
    asked = dict(web.pages)
    notice = Reply(article_page("We will be back soon", NOTICE[:paragraphs]), headers=HTML)
    web.pages |= {f"{SITE}/story-{number}": notice for number in range(3)}
    for _ in range(4):
        clock.now += 25 * HOUR_S
        found = run(web, state, tmp_path)
        assert [one.outcome for one in found if "/story-" in one.url] == ["replaced"] * 3
    assert (files(tmp_path), told(tmp_path)) == before
    web.pages = asked
    clock.now += 50 * HOUR_S
    assert outcomes(run(web, state, tmp_path))["story-1"] == "unchanged"
    assert (files(tmp_path), told(tmp_path)) == before


def test_a_text_that_is_another_altogether_is_a_version_once_it_stands_there_three_times(web, state, tmp_path, clock):
    run(web, state, tmp_path)
    before = told(tmp_path)
    web.pages[f"{SITE}/story-1"] = article("briefing", paragraphs=BRIEFING)
    found = []
    for hours in (7, 1.5, 3):
        clock.now += hours * HOUR_S
        found.append(outcomes(run(web, state, tmp_path))["story-1"])
    assert found == ["replaced", "replaced", "ok"]
    assert [(change, version) for change, _, version, _ in told(tmp_path)[len(before) :]] == [("edited", 2)]


def test_a_notice_of_a_few_hours_is_no_version_of_the_one_article_that_is_visited_meanwhile(
    web, state, tmp_path, clock
):
    """Of a small site no other address shows that it is a notice."""
    url = f"{SITE}/story-1"
    asked = web.pages[url]
    web.pages[f"{SITE}/feed"] = feed(url)
    run(web, state, tmp_path)
    before = files(tmp_path), told(tmp_path)
    web.pages[url] = Reply(article_page("We will be back soon", NOTICE), headers=HTML)
    for hours in (7, 1.5):
        clock.now += hours * HOUR_S
        run(web, state, tmp_path)
    web.pages[url] = asked
    clock.now += 3 * HOUR_S
    assert outcomes(run(web, state, tmp_path))["story-1"] == "unchanged"
    assert (files(tmp_path), told(tmp_path)) == before


def test_a_page_that_a_person_saved_takes_its_place_whatever_stood_there(state, address, tmp_path, web):
    run(web, state, tmp_path)
    crawl = Crawl("me@example.org", tmp_path, None, None, frozenset(), (courier_source(),))
    page = Page(f"{SITE}/story-1", article_page("What it says now", BRIEFING))
    adopted = adopt(crawl, page, None, Options(state=address))
    assert adopted is not None
    assert (adopted.done.outcome, adopted.done.version) == ("ok", 2)


def days(web, state, output, clock, count):
    """Crawl every day, and return the visits."""
    visits = []
    for _ in range(count):
        clock.now += 24 * HOUR_S
        visits += run(web, state, output)
    return visits


def test_a_list_that_calls_a_copy_modified_has_the_article_itself_visited(web, state, tmp_path, clock):
    """After a site moved to https its lists name the new addresses, which are copies of what is known."""
    old, new = "http://courier.example/story-0", f"{SITE}/story-0"
    web.pages = {f"{SITE}/map.xml": sitemap(old), old: article("s0")}
    source = courier_source(feeds=(), sitemaps=(f"{SITE}/map.xml",))
    run(web, state, tmp_path, [source])
    web.pages = {f"{SITE}/map.xml": sitemap(new), old: moved(new), new: article("s0")}
    for _ in range(12):  # until the article rests
        clock.now += 24 * HOUR_S
        run(web, state, tmp_path, [source])
    assert (state.known(new).outcome, state.known(old).outcome) == ("duplicate", "unchanged")
    web.pages[new] = article("s0", title="A correction")
    web.pages[f"{SITE}/map.xml"] = sitemap(new, modified=clock.now + 23 * HOUR_S)
    clock.now += 8 * 24 * HOUR_S
    run(web, state, tmp_path, [source])
    assert [(change, version) for change, _, version, _ in told(tmp_path)] == [("new", 1), ("edited", 2)]


@pytest.mark.parametrize(
    ("of_title", "of_text", "fails"),
    [(False, True, False), (True, False, True)],
)
def test_where_a_site_moves_to_another_host_its_articles_are_no_new_ones_and_edits_there_are_taken(
    web, state, tmp_path, clock, of_title, of_text, fails
):
    run(web, state, tmp_path)
    there = "https://www.courier.example"
    for number in range(3):
        web.pages[f"{there}/story-{number}"] = article(f"{SITE}/story-{number}", extra="<p>Another theme</p>")
        web.pages[f"{SITE}/story-{number}"] = moved(f"{there}/story-{number}")
    web.pages[f"{SITE}/feed"] = feed(*(f"{there}/story-{number}" for number in range(3)))
    days(web, state, tmp_path, clock, 2)
    assert len(told(tmp_path)) == len(files(tmp_path)) == 3
    if fails:  # an edit is found behind a failure, too
        web.pages[f"{there}/story-1"] = Reply(b"", 500)
        days(web, state, tmp_path, clock, 1)
    edited = [*story(f"{SITE}/story-1")[:5], *BRIEFING] if of_text else story(f"{SITE}/story-1")
    title = "A correction" if of_title else f"The story of {SITE}/story-1"
    web.pages[f"{there}/story-1"] = article("edited", title=title, paragraphs=edited)
    days(web, state, tmp_path, clock, 4)
    assert [change for change, *_ in told(tmp_path)] == ["new"] * 4
    (one,) = (one for one in files(tmp_path).values() if one["url"] == f"{there}/story-1")
    assert (one["title"], BRIEFING[0] in one["text"]) == (title, of_text)
    web.asked.clear()
    days(web, state, tmp_path, clock, 14)
    assert web.visits(f"{there}/story-2") <= 3  # it rests like any article


def test_where_addresses_change_without_redirects_the_story_is_told_gone_and_then_new(web, state, tmp_path, clock):
    old, new = f"{SITE}/story-0", f"{SITE}/2027/story-0"
    run(web, state, tmp_path)
    web.pages[new] = article(old)
    web.pages[f"{SITE}/feed"] = feed(new, f"{SITE}/story-1", f"{SITE}/story-2")
    del web.pages[old]
    days(web, state, tmp_path, clock, 10)
    (gone, back) = told(tmp_path)[3:]
    assert (gone[0], back[0]) == ("gone", "new")
    assert files(tmp_path)[tmp_path / back[3]]["url"] == new
    web.asked.clear()
    days(web, state, tmp_path, clock, 14)
    assert web.visits(new) <= 5
