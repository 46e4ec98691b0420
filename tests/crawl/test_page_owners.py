"""Whose a page is that one source names and another one's site has: what that one says of its pages holds for it."""

from function_web import FunctionWeb, article, courier_source, feed, moved, run

from harvester.crawl.sources_file import CrawlSource

COURIER = "https://courier.example"
HERALD = "https://www.herald.example"
PLANET = "https://planet.example"


def quiet(name, home, **settings):
    return CrawlSource(name, home, delay_s=0.0, discover=frozenset(), **settings)


def sources_of(done):
    return {visit.url: visit.source for visit in done if not visit.url.endswith("/feed")}


def test_pages_of_the_site_of_another_source_are_of_that_source_and_those_that_it_leaves_out_are_not_asked_for(
    state, tmp_path
):
    owners = {
        f"{COURIER}/story-1": "courier",
        "https://www.courier.example/story-2": "courier",
        f"{HERALD}/sport/3": "sport",
        f"{HERALD}/travel/4": "herald",
        "https://nobody.example/5": "planet",
        f"{PLANET}/6": "planet",
    }
    web = FunctionWeb({url: article(url) for url in owners})
    web.pages[f"{PLANET}/feed"] = feed(*owners, f"{COURIER}/press/7")
    sources = [
        quiet("planet", f"{PLANET}/", feeds=(f"{PLANET}/feed",)),
        courier_source(feeds=(), exclude=("/press/*",)),
        quiet("herald", f"{HERALD}/start.html?a=/b/"),
        quiet("sport", f"{HERALD}/sport/"),
    ]
    assert sources_of(run(web, state, tmp_path / "out", sources)) == owners


def test_sources_that_share_a_site_keep_what_they_name(state, tmp_path):
    web = FunctionWeb({f"{COURIER}/sport/feed": feed(f"{COURIER}/1"), f"{COURIER}/1": article("1")})
    sources = [courier_source(feeds=()), quiet("sport", f"{COURIER}/sport/", feeds=(f"{COURIER}/sport/feed",))]
    assert sources_of(run(web, state, tmp_path / "out", sources)) == {f"{COURIER}/1": "sport"}


def test_a_redirect_to_the_site_of_another_source_is_no_way_around_it(state, tmp_path):
    web = FunctionWeb({f"{PLANET}/feed": feed("https://old.courier.example/1"), f"{COURIER}/1": article("1")})
    web.pages["https://old.courier.example/1"] = moved(f"{COURIER}/1")
    sources = [quiet("planet", f"{PLANET}/", feeds=(f"{PLANET}/feed",)), courier_source(feeds=())]
    found = sources_of(run(web, state, tmp_path / "out", sources))
    assert found == {"https://old.courier.example/1": "planet", f"{COURIER}/1": "courier"}
