"""What a site shows in place of all its pages for some hours costs it no article that is new in these hours."""

import pytest
from function_web import HTML, NOTICE, article, feed, files, moved, outcomes, run, told, web_of_stories

from harvester.crawl.schedule import HOUR_S
from harvester.crawl.state.database import sqlite_address
from newssites import article_page, story
from testweb import Reply

SITE = "https://courier.example"
OLD = [f"{SITE}/story-{number}" for number in range(3)]
NEW = [f"{SITE}/new-{number}" for number in range(3)]
TITLE = "We will be back soon"
SHORT = [
    "A short note on the seal, which lay on the slipway of the harbour for three hours or so"
    " on Thursday morning, and would not be woken by anybody."
]


@pytest.fixture
def address(tmp_path):
    """Return the address of a file: what is asked of both databases here, other tests ask of them."""
    return sqlite_address(tmp_path / "state.sqlite")


@pytest.fixture
def web():
    return web_of_stories(SITE)


def crawl(web, state, output, clock, hours, times):
    for _ in range(times):
        clock.now += hours * HOUR_S
        run(web, state, output)


def titles(output):
    return {one["title"] for one in files(output).values()}


@pytest.mark.parametrize(
    ("paragraphs", "path", "known"),
    [(1, None, OLD), (3, None, OLD[:1]), (3, None, []), (1, "/login", []), (3, "/wait/in-line", OLD[:1])],
    ids=["a line", "a text", "new site", "login", "queue"],
)
def test_articles_that_came_while_a_notice_stood_everywhere_are_taken_when_it_is_gone(
    web, state, tmp_path, clock, paragraphs, path, known
):
    stories = {url: article(url) for url in (*known, *NEW)}
    web.pages = {f"{SITE}/feed": feed(*known)} | {url: stories[url] for url in known}
    run(web, state, tmp_path)
    notice = Reply(article_page(TITLE, NOTICE[:paragraphs]), headers=HTML)
    shown = moved(path) if path else notice
    web.pages = {f"{SITE}/feed": feed(*stories), f"{SITE}{path}": notice} | dict.fromkeys(stories, shown)
    crawl(web, state, tmp_path, clock, 1.5, 2)
    during = told(tmp_path)[len(known) :]
    assert len(during) == (path != "/login")  # the first one has it for its text, as nothing tells what it is
    web.pages = {f"{SITE}/feed": feed(*stories)} | stories
    crawl(web, state, tmp_path, clock, 12, 4)
    assert {f"The story of {url}" for url in stories} == titles(tmp_path) - {TITLE}
    assert (TITLE in titles(tmp_path)) == (path == "/wait/in-line")  # what has an address of its own
    changes = [(change, version) for change, _, version, _ in told(tmp_path)[len(known) + len(during) :]]
    assert sorted(changes) == sorted([("edited", 2)] * (path is None) + [("new", 1)] * (len(NEW) - (path is None)))


FAULT = "<html><h1>Error establishing a database connection</h1></html>"


@pytest.mark.parametrize(("status", "body"), [(200, FAULT), (404, "<h1>Not found</h1>")])
def test_an_outage_of_a_night_costs_nothing_and_is_told_to_nobody_though_no_list_changes(
    web, state, tmp_path, clock, status, body
):
    run(web, state, tmp_path)
    stories = dict(web.pages) | {url: article(url) for url in NEW} | {f"{SITE}/feed": feed(*OLD, *NEW)}
    web.pages = stories | {url: Reply(body.encode(), status, HTML) for url in (*OLD, *NEW)}
    crawl(web, state, tmp_path, clock, 1.5, 8)
    web.pages = stories
    crawl(web, state, tmp_path, clock, 6, 8)
    assert [change for change, *_ in told(tmp_path)] == ["new"] * 6
    assert titles(tmp_path) == {f"The story of {url}" for url in (*OLD, *NEW)}


def test_two_addresses_that_lead_to_one_short_article_are_one(web, state, tmp_path, clock):
    there, text = f"{SITE}/note", SHORT
    ways = [f"http://courier.example/note-{number}" for number in range(2)]
    web.pages = {f"{SITE}/feed": feed(ways[0]), there: article("note", paragraphs=text)} | dict.fromkeys(
        ways, moved("https://courier.example/note")
    )
    run(web, state, tmp_path)
    web.pages[f"{SITE}/feed"] = feed(*ways, there)
    crawl(web, state, tmp_path, clock, 7, 4)
    web.pages[there] = article("note", paragraphs=text, title="A corrected headline")
    crawl(web, state, tmp_path, clock, 24, 4)
    assert [(change, version) for change, _, version, _ in told(tmp_path)] == [("new", 1), ("edited", 2)]
    assert {state.known(url).outcome for url in (ways[1], there)} == {"duplicate"}


WALL = """<div class="paywall"><p>Subscribe to read on, from 2 euros a month, and cancel whenever you like.</p></div>
<script type="application/ld+json">{"@type": "NewsArticle", "isAccessibleForFree": false}</script>"""


def test_what_a_paywall_leaves_of_an_article_that_is_known_is_no_version_of_it(web, state, tmp_path, clock):
    run(web, state, tmp_path)
    whole, teaser = article(OLD[0]), article(OLD[0], paragraphs=story(OLD[0])[:2], extra=WALL)
    before = files(tmp_path), told(tmp_path)
    for shown in (teaser, whole, teaser):
        web.pages[OLD[0]] = shown
        clock.now += 25 * HOUR_S
        assert outcomes(run(web, state, tmp_path))["story-0"] == "unchanged"
    assert (files(tmp_path), told(tmp_path)) == before
    web.pages[OLD[0]] = article(OLD[0], paragraphs=[*story(OLD[0])[:2], *NOTICE], extra=WALL)  # edited, and behind it
    clock.now += 80 * HOUR_S
    assert outcomes(run(web, state, tmp_path))["story-0"] == "ok"


def test_a_teaser_that_was_known_first_becomes_the_whole_text_and_a_shorter_one_is_an_edit(web, state, tmp_path, clock):
    web.pages[OLD[0]] = article(OLD[0], paragraphs=story(OLD[0])[:2], extra=WALL)
    run(web, state, tmp_path)
    for shown in (article(OLD[0]), article(OLD[0], paragraphs=story(OLD[0])[:3])):
        web.pages[OLD[0]] = shown
        clock.now += 7 * HOUR_S
        assert outcomes(run(web, state, tmp_path))["story-0"] == "ok"


@pytest.mark.parametrize(("moves", "versions"), [(False, 5), (True, 8)], ids=["in one place", "from place to place"])
def test_a_number_that_is_another_one_at_each_visit_is_no_edit_for_ever(web, state, tmp_path, clock, moves, versions):
    for turn in range(8):
        lines = [*story(OLD[0])]
        lines.insert(
            turn % 2 if moves else 1, f"So far {12_000 + 17 * turn:,} people have read this report on our pages."
        )
        web.pages[OLD[0]] = article(OLD[0], paragraphs=lines)
        run(web, state, tmp_path)
        clock.now += 7 * HOUR_S
    (name,) = (one["id"] for one in files(tmp_path).values() if one["url"] == OLD[0])
    assert [version for _, known, version, _ in told(tmp_path) if known == name] == list(range(1, versions + 1))


def test_copies_of_an_article_stay_copies_where_it_is_edited(web, state, tmp_path, clock):
    run(web, state, tmp_path)
    twins = [f"{SITE}/mobile/story-0", f"{SITE}/print/story-0"]
    web.pages |= {url: article(OLD[0]) for url in twins}
    web.pages[f"{SITE}/feed"] = feed(*OLD, *twins)
    crawl(web, state, tmp_path, clock, 7, 1)
    web.asked.clear()
    web.pages[OLD[0]] = article(OLD[0], title="A corrected headline")
    crawl(web, state, tmp_path, clock, 7, 6)
    assert "A corrected headline" in titles(tmp_path)
    assert [web.visits(url) for url in twins] == [0, 0]


def test_short_texts_under_titles_of_their_own_are_articles(web, state, tmp_path):
    blurb = ["In this series we talk with people who live by the sea and from it, once a week, for half an hour."]
    urls = [f"{SITE}/episode-{number}" for number in range(4)]
    web.pages = {f"{SITE}/feed": feed(*urls)}
    web.pages |= {url: article(url, title=f"Guest number {url[-1]}", paragraphs=blurb) for url in urls}
    run(web, state, tmp_path)
    assert titles(tmp_path) == {f"Guest number {number}" for number in range(4)}


def test_a_report_that_stands_in_place_of_one_ticker_too_is_an_article_some_hours_later(web, state, tmp_path, clock):
    run(web, state, tmp_path)
    report = article("report", title="What is known of the fire", paragraphs=NOTICE)
    web.pages |= {OLD[1]: report, NEW[0]: report}
    crawl(web, state, tmp_path, clock, 7, 1)
    web.pages[f"{SITE}/feed"] = feed(*OLD, NEW[0])
    crawl(web, state, tmp_path, clock, 4, 4)
    assert state.known(NEW[0]).memory.version == 1
    assert titles(tmp_path) == {f"The story of {url}" for url in OLD} | {"What is known of the fire"}


@pytest.mark.parametrize("paragraphs", [SHORT, None], ids=["short", "long"])
def test_an_article_whose_short_link_ends_is_taken_at_its_own_address(web, state, tmp_path, clock, paragraphs):
    link, there = "http://courier.example/s/1", f"{SITE}/note"
    web.pages = {f"{SITE}/feed": feed(link), link: moved(there), there: article("note", paragraphs=paragraphs)}
    run(web, state, tmp_path)
    web.pages[f"{SITE}/feed"] = feed(link, there)
    crawl(web, state, tmp_path, clock, 7, 1)
    assert state.known(there).outcome == "duplicate"
    del web.pages[link]
    crawl(web, state, tmp_path, clock, 24, 6)
    assert [change for change, *_ in told(tmp_path)] == ["new", "gone", "new"]
    assert (state.known(link).outcome, state.known(there).memory.version) == ("gone", 1)
