"""What a worker makes of an answer: an article with all that is known of it, or the links of a listing."""

import pickle
import subprocess
import sys
from dataclasses import replace
from pathlib import Path

import pytest

from harvester.cleaning import clean_page
from harvester.crawl.answer_reading import MAX_STORY_BYTES, read_answer
from harvester.crawl.discovery.url_patterns import SiteUrlPattern
from harvester.crawl.host_profile import HostProfile
from harvester.crawl.opt_outs import SiteSignals, TdmRule
from harvester.crawl.schedule import UrlKind
from harvester.crawl.sources_file import CrawlSource
from harvester.crawl.state.rows import NewUrl, unvisited
from harvester.crawl.visit import ReadingContext, Visit
from harvester.fetching import Limits
from harvester.models import Hop, Page

FIXTURES = Path(__file__).parent.parent.parent / "fixtures"
HOME = "https://courier.example/"
URL = f"{HOME}2024/05/30/seal-blocks-slipway/"
SOURCE = CrawlSource("courier", HOME)
SENTENCE = "A grey seal lay on the slipway of the {} harbour for three hours on Thursday, and nobody dared to wake it."
WORDS = ("inner", "outer", "northern", "old", "new", "upper", "lower", "southern")


def html(words=WORDS[:4], head="", tail=""):
    body = "".join(f"<p>{SENTENCE.format(word)} {SENTENCE.format('very ' + word)}</p>" for word in words)
    return f"<html lang=en><head><title>Seal</title>{head}</head><body><article><h1>Seal</h1>{body}{tail}</article>"


def page(text, url=URL, **changes):
    body = text if isinstance(text, bytes) else text.encode()
    return replace(Page(url, body, None, 200, (("content-type", "text/html; charset=utf-8"),)), **changes)


def visit(*pages, kind=UrlKind.PAGE, source=SOURCE, depth=0, first=None, site=None, probes=(), **known):
    url = unvisited(NewUrl(pages[0].url, 1, kind, depth))
    context = ReadingContext(facts=HostProfile(0, probes, site or SiteSignals()), **known)
    return Visit(url, source, pages=pages, first=first, context=context)


def read(*pages, **changes):
    return read_answer(visit(*pages, **changes))


def urls(reading, kind=UrlKind.PAGE):
    return [new.url for new in reading.new if new.kind is kind]


# ── articles ─────────────────────────────────────────────────────────────────────────────────


def test_an_article_comes_with_what_it_is_found_and_kept_by():
    reading = read(page(html()))
    assert (reading.outcome, reading.evidence, reading.archivable) == ("ok", None, True)
    assert reading.article.title == "Seal"
    assert reading.story is not None
    assert len(reading.keys) == 5
    assert SiteUrlPattern.from_json(reading.shape).log_odds(URL) > 0


def test_what_is_certain_of_a_site_is_not_written_down_again():
    shape = None
    for _ in range(30):
        shape = read(page(html()), shape=shape).shape or shape
    assert read(page(html()), shape=shape).shape is None


def test_task_and_reading_cross_process_borders():
    one = visit(page(html()))
    assert pickle.loads(pickle.dumps(one)) == one
    reading = read_answer(one)
    assert pickle.loads(pickle.dumps(reading)) == reading


def test_a_page_without_article_is_neither_kept_nor_archived():
    reading = read(page((FIXTURES / "html" / "consent--wall-only.html").read_bytes()))
    assert (reading.outcome, reading.article, reading.archivable) == ("consent_wall", None, False)


def test_a_page_without_article_says_where_its_address_leads():
    login = page(
        "<title>Log in</title><form><input type=password></form>", final_url=f"{HOME}login", chain=(Hop(URL, 302),)
    )
    reading = read(login)
    assert (reading.outcome, reading.evidence.endswith(f"; it redirects to {HOME}login")) == ("not_article", True)


@pytest.mark.parametrize(
    ("body", "outcome"),
    [
        (b"", "empty_input"),
        (b"\x89PNG" + b"\x00" * 99, "binary_input"),
        (b"<div>" * 99_999, "parser_limit"),
    ],
)
def test_a_page_that_cannot_be_read_is_an_outcome(body, outcome):
    assert read(page(body)).outcome == outcome


def test_noindex_keeps_nothing_and_noarchive_keeps_the_article_only():
    nothing = read(page(html(head="<meta name=robots content=noindex>")))
    assert (nothing.outcome, nothing.article, nothing.archivable) == ("robots_denied", None, False)
    assert nothing.evidence == "meta:robots noindex"
    article_only = read(page(html(head="<meta name=robots content=noarchive>")))
    assert (article_only.outcome, article_only.archivable) == ("ok", False)
    assert article_only.signals == ("meta:robots noarchive",)


def test_an_opt_out_in_the_wrong_place_is_obeyed_too():
    assert read(page(html(tail="<p>Text.</p><meta content=noindex name=robots>"))).outcome == "robots_denied"


def test_a_reservation_of_mining_is_recorded_or_obeyed_as_the_source_says():
    site = SiteSignals(tdm=(TdmRule("/*", True),))
    assert read(page(html()), site=site).signals == ("tdmrep.json tdm-reservation=1",)
    skipped = read(page(html()), site=site, source=replace(SOURCE, tdm="skip"))
    assert (skipped.outcome, skipped.article) == ("robots_denied", None)


def test_an_odd_canonical_url_is_recorded_and_the_article_keeps_its_own_key():
    reading = read(page(html(head="<link rel=canonical href='https://elsewhere.org/x'>")))
    assert reading.signals == ("link:canonical of another site: https://elsewhere.org/x",)
    assert reading.article.id == read(page(html())).article.id


# ── several pages ────────────────────────────────────────────────────────────────────────────

NEXT = "<div class='page-links'>Page 1 <a href='/2024/05/30/seal-blocks-slipway/{n}/'>{n}</a></div>"


def test_an_article_of_two_pages_becomes_one(monkeypatch):
    cleaned = []
    first, second = page(html(WORDS[:4], tail=NEXT.format(n=2))), page(html(WORDS[4:]), f"{URL}2/")
    asked = read(first, is_last=False)
    assert (asked.outcome, asked.next_url) == ("ok", f"{URL}2/")
    monkeypatch.setattr(
        "harvester.multipage.clean_page", lambda page, **said: cleaned.append(page) or clean_page(page, **said)
    )
    reading = read(first, second, is_last=False, first=asked.article)
    assert cleaned == [second]  # the first one was cleaned before
    assert reading.next_url is None
    assert [word for word in WORDS if f"the {word} harbour" in reading.article.text] == list(WORDS)
    assert reading.article.url == URL


def test_the_further_pages_of_a_list_are_not_asked_for():
    items = "".join(f"<li><a href='/2024/05/{n}/'>Headline number {n} of this week</a></li>" for n in range(30))
    reading = read(page(f"<html><body><ul>{items}</ul>{NEXT.format(n=2)}</body></html>"), is_last=False)
    assert (reading.outcome, reading.next_url) == ("index_page", None)


def test_an_index_page_among_the_articles_leads_on():
    items = "".join(
        f"<li><a href='/2024/05/{n}/a-seal-on-slipway-{n}/'>Seal number {n} of week</a></li>" for n in range(30)
    )
    listing = page(f"<html><body><ul>{items}</ul></body></html>", f"{HOME}tag/seals/")
    reading = read(listing)
    assert (reading.outcome, reading.article) == ("index_page", None)
    assert f"{HOME}2024/05/3/a-seal-on-slipway-3/" in urls(reading)
    assert read(listing, source=replace(SOURCE, discover=frozenset({"feeds"}))).new == ()


def test_a_source_says_which_types_of_page_it_keeps():
    kept = replace(SOURCE, page_types=frozenset({"forum"}))
    assert read(page(html())).article is not None
    assert read(page(html()), source=kept).outcome == "not_article"


def test_pages_that_lead_in_a_circle_or_away_end():
    circle = page(html(tail=NEXT.format(n=2)), f"{URL}2/")
    assert read(page(html(tail=NEXT.format(n=2))), circle, is_last=False).next_url is None
    away = html(tail=f"<a href='https://evil.example{URL.removeprefix(HOME.rstrip('/'))}2/'>2</a>")
    assert read(page(away), is_last=False).next_url is None


def test_pages_that_hold_as_much_as_the_longest_one_may_are_the_whole_article(monkeypatch):
    pages = page(html(tail=NEXT.format(n=2))), page(html(tail=NEXT.format(n=3)), f"{URL}2/")
    assert read(*pages, is_last=False).next_url == f"{URL}3/"
    monkeypatch.setattr("harvester.crawl.answer_reading.MAX_STORY_BYTES", sum(len(one.body) for one in pages))
    assert read(*pages, is_last=False).next_url is None
    assert Limits().body_bytes == MAX_STORY_BYTES


def test_a_later_page_without_text_ends_the_article():
    reading = read(page(html()), page("<p>Not found</p>", f"{URL}2/"))
    assert (reading.outcome, reading.article.text) == ("ok", read(page(html())).article.text)


# ── listings ─────────────────────────────────────────────────────────────────────────────────


def home_page():
    return page((FIXTURES / "crawl" / "home--newspaper.html").read_bytes(), "https://harbour-courier.example/")


def test_a_home_page_gives_articles_feeds_and_the_interface_of_wordpress():
    reading = read(home_page(), kind=UrlKind.HOME)
    assert len(urls(reading)) == 5
    assert urls(reading, UrlKind.FEED) == [
        "https://harbour-courier.example/feed/",
        "https://harbour-courier.example/feed.json",
    ]
    assert [url.partition("?")[0] for url in urls(reading, UrlKind.POSTS)] == [
        "https://harbour-courier.example/wp-json/wp/v2/posts"
    ]


def test_wordpress_without_a_word_and_without_a_feed_is_guessed():
    made = "<img src='/wp-content/uploads/seal.jpg'><p>Hello.</p>"
    assert len(urls(read(page(made, HOME), kind=UrlKind.HOME), UrlKind.POSTS)) == 1
    with_feed = f"<link rel=alternate type=application/rss+xml href=/feed>{made}"
    assert urls(read(page(with_feed, HOME), kind=UrlKind.HOME), UrlKind.POSTS) == []


def test_only_what_the_source_discovers_is_looked_for():
    source = replace(SOURCE, discover=frozenset({"feeds"}))
    reading = read(home_page(), kind=UrlKind.HOME, source=source)
    assert (urls(reading), urls(reading, UrlKind.POSTS), len(urls(reading, UrlKind.FEED))) == ([], [], 2)
    assert urls(read(home_page(), kind=UrlKind.SECTION, source=source))  # a section was named to give links


def test_links_that_the_source_does_not_want_are_left():
    source = replace(SOURCE, include=("/world/*",))
    assert urls(read(home_page(), kind=UrlKind.HOME, source=source)) == [
        "https://harbour-courier.example/world/northern-ports-open-shared-cold-chain/"
    ]


def test_a_wall_instead_of_a_home_page_says_so():
    wall = page((FIXTURES / "html" / "consent--wall-only.html").read_bytes(), HOME)
    assert read(wall, kind=UrlKind.HOME).outcome == "consent_wall"
    assert read(page("<p>Nothing yet.</p>", HOME), kind=UrlKind.HOME).evidence == "no links to articles or feeds on it"


def test_feeds_and_posts_give_pages_and_what_is_none_says_so():
    feed = page((FIXTURES / "crawl" / "feed--wordpress-rss2.xml").read_bytes(), f"{HOME}feed")
    assert len(urls(read(feed, kind=UrlKind.FEED))) == 2
    posts = page('[{"link": "https://courier.example/a-b-c/", "title": {"rendered": "A"}}]', f"{HOME}wp-json/")
    assert urls(read(posts, kind=UrlKind.POSTS)) == ["https://courier.example/a-b-c/"]
    for kind in (UrlKind.FEED, UrlKind.SITEMAP, UrlKind.POSTS):
        assert read(page(html()), kind=kind).outcome == "not_article"


@pytest.mark.parametrize(("kind", "words"), [(UrlKind.FEED, "no feed:"), (UrlKind.SITEMAP, "no sitemap:")])
def test_what_is_no_listing_says_so_once(kind, words):
    assert read(page("just words"), kind=kind).evidence.count(words) == 1
    hollow = "<rss><channel><item><title>A</title></item></channel></rss>"
    hollow = hollow if kind is UrlKind.FEED else "<urlset><url><loc>mailto:a@b.example</loc></url></urlset>"
    assert read(page(hollow), kind=kind).evidence.count(words) == 1
    assert read(page(""), kind=kind).evidence == f"{words} the file is empty"  # nobody can save it again
    login = page(html(), final_url=f"{HOME}login", chain=(Hop(URL, 302),))
    assert read(login, kind=kind).evidence.endswith(f"; it redirects to {HOME}login")


def test_the_loop_of_a_crawl_does_without_what_its_readers_load():
    code = (
        "import sys, harvester.crawl.crawl_run\n"
        "names = {'numpy', 'harvester.metadata', 'harvester.crawl.answer_reading'}\n"
        "print(sorted(names & sys.modules.keys()))"
    )
    assert subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True).stdout == "[]\n"
