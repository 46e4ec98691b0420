"""Links to articles on home and section pages, by shape, wording and place; and what a page says of its feeds."""

from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from harvester.crawl.discovery.links import KnownPaths, article_links, page_feeds
from harvester.crawl.discovery.url_patterns import MAX_COUNT, MAX_SHAPES, SiteUrlPattern, coarse_pattern, url_pattern_of
from harvester.crawl.discovery.wordpress import named_rest_url, read_posts
from harvester.dom import read_head
from harvester.errors import ParserLimit
from harvester.rules.load import load_rules

FIXTURES = Path(__file__).parents[3] / "fixtures" / "crawl"
COURIER = "https://harbour-courier.example/"
LEXICON = load_rules().lexicon
NOTHING = SiteUrlPattern()
UNTAUGHT = KnownPaths(NOTHING, LEXICON)


def html(name):
    return (FIXTURES / name).read_text(encoding="utf-8")


def page(*links):
    items = "".join(f"<li><a href='{href}'>{text}</a></li>" for href, text in links)
    return f"<html><body><ul>{items}</ul></body></html>"


def urls(found):
    return [link.url for link in found]


# ── links to articles ────────────────────────────────────────────────────────────────────────


def test_a_home_page_gives_its_articles_and_nothing_else():
    found = article_links(html("home--newspaper.html"), COURIER, UNTAUGHT, "home")
    assert sorted(urls(found)) == [
        f"{COURIER}2019/01/01/our-manifesto-for-a-better-harbour/",  # in the menu, but by its address an article
        f"{COURIER}2024/05/29/oldest-crane-turns-a-hundred/",
        f"{COURIER}2024/05/30/seal-blocks-slipway-for-three-hours/",
        f"{COURIER}harbour/eel-quota-4711.html",
        f"{COURIER}world/northern-ports-open-shared-cold-chain/",
    ]
    assert {link.origin for link in found} == {"home"}


def test_a_link_is_named_by_its_headline_not_by_its_picture_or_kicker():
    found = article_links(html("home--newspaper.html"), COURIER, UNTAUGHT)
    titles = {link.url.rsplit("/", 2)[-2]: link.title for link in found}
    assert titles["seal-blocks-slipway-for-three-hours"] == "Seal blocks slipway for three hours"
    assert titles["oldest-crane-turns-a-hundred"] == "Oldest crane turns a hundred and gets a coat of paint"


def test_a_chinese_portal_gives_its_articles():
    home = "https://www.jiangbei-wanbao.example/gn/"
    assert urls(article_links(html("home--chinese-portal.html"), home, UNTAUGHT)) == [
        "https://www.jiangbei-wanbao.example/gn/202405/t20240530_88213.html",
        "https://www.jiangbei-wanbao.example/gn/202405/t20240529_88190.shtml",
        "https://www.jiangbei-wanbao.example/n1/2024/0528/c1001-40245512.html",
        "https://www.jiangbei-wanbao.example/a/20240527/000123.html",
    ]


def test_what_was_learned_of_a_site_beats_what_is_true_of_most():
    links = page(
        ("/gear/tents-for-two-and-more", "Our best tents for two and for more people"), ("/4711", "Eels climb")
    )
    assert urls(article_links(links, COURIER, UNTAUGHT)) == [f"{COURIER}gear/tents-for-two-and-more"]
    taught = NOTHING.learn(
        [(f"{COURIER}gear/{word}-for-all-of-us", False) for word in ("hats", "maps", "boots", "ropes", "lamps")]
        + [(f"{COURIER}{number}", True) for number in range(1000, 1020)]
    )
    assert urls(article_links(links, COURIER, KnownPaths(taught, LEXICON))) == [f"{COURIER}4711"]


def test_the_page_itself_is_no_link():
    url = f"{COURIER}2024/05/30/seal-blocks-slipway-for-three-hours/"
    assert article_links(page((url, "Seal blocks slipway for three hours")), url, UNTAUGHT) == ()


def test_a_page_that_would_hang_the_parser_is_refused():
    with pytest.raises(ParserLimit):
        article_links("<a " + "x=1 " * 200_000 + ">", COURIER, UNTAUGHT)


# ── feeds and interfaces that a page names ───────────────────────────────────────────────────


def test_the_feeds_of_a_page_are_those_of_articles():
    assert urls(page_feeds(html("home--newspaper.html"), COURIER)) == [f"{COURIER}feed/", f"{COURIER}feed.json"]


def test_wordpress_is_found_by_the_pages_own_word():
    url = named_rest_url(read_head(html("home--newspaper.html")), COURIER)
    assert url == f"{COURIER}wp-json/wp/v2/posts?per_page=100&_fields=link,date_gmt,modified_gmt,title"
    plain = read_head("<link rel='https://api.w.org/' href='https://a.example/?rest_route=/'>")
    assert named_rest_url(plain, "https://a.example/") == (
        "https://a.example/?rest_route=/wp/v2/posts&per_page=100&_fields=link,date_gmt,modified_gmt,title"
    )
    assert named_rest_url(read_head("<p>no word"), COURIER) is None


def test_posts_of_wordpress_are_read_with_times_in_utc():
    body = b"""[{"date_gmt": "2024-05-30T06:00:00", "modified_gmt": "2024-05-30T07:00:00",
        "link": "https://a.example/seal/", "title": {"rendered": "A seal &#8211; <em>asleep</em>"}},
        {"link": 7}, 8]"""
    (found,) = read_posts(body, "https://a.example/")
    assert (found.url, found.origin) == ("https://a.example/seal/", "wp_json")
    assert (found.title, found.published) == ("A seal – asleep", "2024-05-30T06:00:00+00:00")
    assert found.modified == "2024-05-30T07:00:00+00:00"


@pytest.mark.parametrize("body", [b"", b"{}", b'{"code":"rest_no_route"}', b"<html>", b"[" * 100_000, b"[1,null]"])
def test_what_is_no_list_of_posts_gives_none(body):
    assert read_posts(body, COURIER) == ()


# ── shapes ───────────────────────────────────────────────────────────────────────────────────


@pytest.mark.parametrize(
    ("path", "shape"),
    [
        ("/news/2024/03/21/the-town-that-counts/", "news/Y/D/D/slug/"),
        ("/news/4711.html", "news/N.html"),
        ("/gn/202405/t20240530_88213.html", "gn/DATE/tN_N.html"),
        ("/story.php?id=7&lang=en", "story.php?id=N&lang=w"),
        ("/", ""),
    ],
)
def test_the_shape_of_an_address_forgets_what_differs_between_articles(path, shape):
    assert url_pattern_of(f"https://www.a.example{path}") == f"a.example/{shape}"


def test_sections_share_a_coarse_shape():
    assert coarse_pattern("a.example/news/N.html") == coarse_pattern("a.example/sport/N.html") == "a.example/w/N.html"


def test_lessons_survive_being_written_down():
    taught = NOTHING.learn([(f"{COURIER}a/b-c-d-e/{number}", number % 3 > 0) for number in range(40)])
    assert SiteUrlPattern.from_json(taught.to_json()) == taught
    assert SiteUrlPattern.from_json(taught.to_json()).to_json() == taught.to_json()


@pytest.mark.parametrize("text", [None, "", "{", "[]", '{"form": 99}'])
def test_lessons_of_another_form_are_forgotten(text):
    assert SiteUrlPattern.from_json(text) == NOTHING


def test_what_is_certain_needs_no_more_lessons():
    url = f"{COURIER}2024/05/30/seal-blocks-slipway/"
    taught = NOTHING.learn([(url, True)] * MAX_COUNT)
    assert taught.learn([(url, True)]) == taught


def test_a_site_that_was_rebuilt_is_learned_anew():
    url = f"{COURIER}2024/05/30/seal-blocks-slipway/"
    taught = NOTHING.learn([(url, True)] * 100).learn([(url, False)] * 100)
    assert taught.log_odds(url) < 0


@given(st.lists(st.tuples(st.integers(0, 500), st.booleans()), max_size=60))
def test_lessons_are_bounded_and_the_same_for_the_same_pages(numbers):
    seen = [(f"https://a.example/{'x' * number}/", is_article) for number, is_article in numbers]
    taught = NOTHING.learn(seen)
    assert len(taught.counts) <= MAX_SHAPES
    assert taught.to_json() == NOTHING.learn(seen).to_json()
