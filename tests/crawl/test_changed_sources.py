"""Changed settings of a source reach what is known already; what a limit left is gone on with."""

from dataclasses import replace

import pytest
from function_web import FunctionWeb, article, courier_source, feed, outcomes, run

from harvester.crawl import visit_writer as writer
from harvester.crawl.requests import is_wanted
from harvester.crawl.schedule import UrlKind
from harvester.crawl.state.rows import NewUrl, Runner
from newssites import home_page
from testweb import Reply

SITE = "https://courier.example"
XML = (("content-type", "application/xml"),)
NEWS = (f"{SITE}/news/seal-blocks-slipway", f"{SITE}/news/ferry-left-late")
SPORT = (f"{SITE}/sport/regatta-won", f"{SITE}/sport/swim-lost")


@pytest.fixture
def web():
    headers = {"ETag": '"1"'}
    return FunctionWeb({f"{SITE}/feed": feed(*NEWS, *SPORT, **headers)} | {url: article(url) for url in NEWS + SPORT})


def crawl(web, state, tmp_path, source, **settings):
    del web.asked[:]
    return outcomes(run(web, state, tmp_path / "out", [source], **settings))


def test_what_is_included_now_is_found_although_the_feed_did_not_change(web, state, tmp_path):
    narrow = courier_source(include=("/news/*",))
    assert set(crawl(web, state, tmp_path, narrow)) == {"feed", "seal-blocks-slipway", "ferry-left-late"}
    assert crawl(web, state, tmp_path, narrow) == {}
    assert set(crawl(web, state, tmp_path, courier_source())) == {"feed", "regatta-won", "swim-lost"}
    assert crawl(web, state, tmp_path, courier_source()) == {}


def test_what_is_excluded_now_is_asked_for_no_more_until_it_is_wanted_again(web, state, tmp_path, clock):
    first = crawl(web, state, tmp_path, courier_source(max_pages=1))
    assert len(first) == 2  # the feed and a page; the others wait
    none = courier_source(exclude=("*",))
    assert crawl(web, state, tmp_path, none) == {"feed": "ok"}
    clock.now += 30 * 86_400
    assert set(crawl(web, state, tmp_path, none)) == {"feed"}
    assert len(crawl(web, state, tmp_path, courier_source())) == 4
    assert sum(web.visits(url) for url in NEWS + SPORT) == 3  # those that were never visited


def test_what_is_discovered_now_is_looked_for_on_a_home_page_that_did_not_change(web, state, tmp_path, clock):
    web.pages[f"{SITE}/"] = Reply(home_page(["/2026/11/a-headline-of-the-front-page.html"]))
    web.pages[f"{SITE}/2026/11/a-headline-of-the-front-page.html"] = article("front")
    links = courier_source(feeds=(), discover=frozenset({"links"}))
    assert set(crawl(web, state, tmp_path, links)) == {"", "a-headline-of-the-front-page.html"}
    feeds = replace(links, discover=frozenset({"feeds"}))
    assert set(crawl(web, state, tmp_path, feeds)) >= {"", "feed", "regatta-won"}
    clock.now += 30 * 86_400
    nothing = replace(links, discover=frozenset(), sections=(f"{SITE}/news",))
    assert not {"", "feed"} & set(crawl(web, state, tmp_path, nothing))


def test_a_source_that_comes_back_goes_on_with_the_pages_it_never_visited(web, state, tmp_path):
    crawl(web, state, tmp_path, courier_source(max_pages=1))
    other = replace(courier_source(feeds=(f"{SITE}/other",)), name="other")
    crawl(web, state, tmp_path, other)
    assert len(crawl(web, state, tmp_path, courier_source())) == 3  # its feed is due when it was to be


def test_a_listing_behind_a_redirect_stays_a_listing_when_settings_change(web, state, tmp_path):
    moved = "https://feeds.courier.example/all"
    web.pages[moved] = web.pages[f"{SITE}/feed"]
    web.pages[f"{SITE}/feed"] = Reply(b"", 301, (("location", moved),))
    assert crawl(web, state, tmp_path, courier_source(include=("/news/*",)))["all"] == "ok"
    assert {"all", "regatta-won"} <= set(crawl(web, state, tmp_path, courier_source()))


def test_a_parked_page_is_not_woken_by_a_change(web, state, tmp_path):
    web.pages[SPORT[0]] = Reply(b"%PDF-", headers=(("content-type", "application/pdf"),))
    assert crawl(web, state, tmp_path, courier_source())["regatta-won"] == "not_html"
    assert set(crawl(web, state, tmp_path, courier_source(include=("/sport/*",)))) == {"feed"}


@pytest.mark.parametrize(
    ("kind", "url", "fields", "wanted"),
    [
        (UrlKind.FEED, "/feed", {}, True),
        (UrlKind.FEED, "/other", {}, False),
        (UrlKind.FEED, "/other", {"discover": {"feeds"}}, True),
        (UrlKind.SECTION, "/news/", {"sections": (f"{SITE}/news/",)}, True),
        (UrlKind.SECTION, "/news/", {}, False),
        (UrlKind.SITEMAP, "/map-2.xml", {"sitemaps": (f"{SITE}/map.xml",)}, True),
        (UrlKind.SITEMAP, "/map.xml", {"discover": {"robots"}}, True),
        (UrlKind.SITEMAP, "/map.xml", {"discover": {"links"}}, False),
        (UrlKind.POSTS, "/wp-json/wp/v2/posts", {"discover": {"wordpress"}}, True),
        (UrlKind.POSTS, "/wp-json/wp/v2/posts", {}, False),
        (UrlKind.HOME, "/", {"discover": {"links"}}, True),
        (UrlKind.HOME, "/", {}, False),
        (UrlKind.PAGE, "/a", {"exclude": ("/a",)}, False),
        (UrlKind.PAGE, "/a", {}, True),
    ],
)
def test_a_source_wants_what_its_settings_name_or_may_discover(kind, url, fields, wanted):
    fields = {"discover": frozenset()} | {key: frozenset(v) if key == "discover" else v for key, v in fields.items()}
    assert is_wanted(SITE + url, kind, courier_source(**fields)) is wanted


# ── sitemaps beyond the limit of a run ────────────────────────────────────────────────────────


def test_an_index_with_more_sitemaps_than_a_run_may_read_is_gone_on_with_the_latest_first(
    state, tmp_path, clock, monkeypatch
):
    monkeypatch.setattr(writer, "MAX_SITEMAP_FILES", 2)
    maps = {f"{SITE}/map-{year}.xml": f"{SITE}/{year}/a-story-of-that-year" for year in range(2020, 2025)}
    entries = "".join(f"<sitemap><loc>{url}</loc><lastmod>{url[-8:-4]}-05-01</lastmod></sitemap>" for url in maps)
    web = FunctionWeb({url: article(url) for url in maps.values()})
    web.pages[f"{SITE}/index.xml"] = Reply(
        f"<sitemapindex>{entries}</sitemapindex>".encode(), headers=(*XML, ("ETag", '"1"'))
    )
    for url, page in maps.items():
        web.pages[url] = Reply(f"<urlset><url><loc>{page}</loc></url></urlset>".encode(), headers=XML)
    source = courier_source(feeds=(), sitemaps=(f"{SITE}/index.xml",))
    years = []
    for _ in range(4):
        found = crawl(web, state, tmp_path, source)
        years.append({name[4:8] for name in found if name.startswith("map-")})
        clock.now += 91 * 60  # the shortest interval of a listing
    assert years[0] == {"2024", "2023"}
    assert {"2022", "2021"} <= years[1]
    assert "2020" in years[2]
    assert web.visits("/index.xml") == 1
    clock.now += 7 * 86_400
    del web.asked[:]
    assert outcomes(run(web, state, tmp_path / "out", [source]))["index.xml"] == "unchanged"


def test_sitemaps_that_are_known_take_no_room_from_those_that_are_not(state):
    number = state.begin(Runner("test"), ["courier"])[1]["courier"]
    maps = [NewUrl(f"{SITE}/map-{count}.xml", number, UrlKind.SITEMAP) for count in range(5)]
    first = state.add(maps, 2)
    assert (first.found, first.sitemaps, first.left) == (2, 2, 3)
    second = state.add([*maps, NewUrl(f"{SITE}/page", number)], 2)
    assert (second.found, second.sitemaps, second.left) == (3, 2, 1)
    assert state.find(f"{SITE}/map-3.xml") is not None
    assert state.find(f"{SITE}/map-4.xml") is None
