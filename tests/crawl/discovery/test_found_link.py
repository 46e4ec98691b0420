"""One form for every link that discovery finds."""

import string

import pytest
from hypothesis import given
from hypothesis import strategies as st

from harvester.crawl.discovery.found_link import is_on_site, read_time
from harvester.metadata.lookup.date_text import parse_date
from harvester.rules.load import load_rules
from harvester.urls import join_url
from harvester.web_links import plain_url, web_link


def written_date(text):
    return parse_date(text, load_rules().lexicon)


BASE = "https://a.example/x/"


@pytest.mark.parametrize(
    ("url", "plain"),
    [
        ("https://a.example/b", "https://a.example/b"),
        ("https://a.example/b?utm_source=rss&id=7&fbclid=x", "https://a.example/b?id=7"),
        ("https://a.example/b?UTM_Source=rss", "https://a.example/b"),
        ("https://a.example/b?from=rss&source=x", "https://a.example/b?from=rss&source=x"),
    ],
)
def test_only_fields_that_tell_where_a_reader_came_from_go(url, plain):
    assert plain_url(url) == plain


SESSION = "0a1b2c3d4e5f60718293a4b5c6d7e8f9"


@pytest.mark.parametrize(
    ("url", "plain"),
    [
        (f"https://a.example/b;jsessionid={SESSION}.node1", "https://a.example/b"),
        ("https://a.example/b;JSESSIONID=x!-9?id=7", "https://a.example/b?id=7"),
        (f"https://a.example/b?PHPSESSID={SESSION[:26]}&id=7", "https://a.example/b?id=7"),
        (f"https://a.example/b?id=7&sid={SESSION}", "https://a.example/b?id=7"),
        (f"https://a.example/harbour-7.html?sid={SESSION}", "https://a.example/harbour-7.html"),
        # Where nothing else names the page, all stories of a site would be one.
        (f"https://a.example/story.php?sid={SESSION}", f"https://a.example/story.php?sid={SESSION}"),
        (f"https://a.example/2027/?lang=en&s={SESSION}", f"https://a.example/2027/?lang=en&s={SESSION}"),
        (f"https://a.example/b?sid={SESSION}&utm_campaign=7", f"https://a.example/b?sid={SESSION}"),
        (f"https://a.example/b?sid={SESSION}&PHPSESSID={SESSION}", f"https://a.example/b?sid={SESSION}"),
        (f"https://a.example/b?s={'a' * 26}&p=2", f"https://a.example/b?s={'a' * 26}&p=2"),  # one searches for it
        (f"https://a.example/showthread.php?s={SESSION}&t=12", "https://a.example/showthread.php?t=12"),
        ("https://a.example/b.cfm?CFID=123&CFTOKEN=456&id=7", "https://a.example/b.cfm?id=7"),
        ("https://a.example/(S(lit3py55t21z5v55vlm25s55))/b.aspx", "https://a.example/b.aspx"),
        ("https://a.example/b?sid=7&s=harbour", "https://a.example/b?sid=7&s=harbour"),
        ("https://a.example/b;page=2?session=morning", "https://a.example/b;page=2?session=morning"),
    ],
)
def test_what_a_server_tells_its_readers_apart_by_goes_too(url, plain):
    assert plain_url(url) == plain


@given(st.text(string.ascii_letters + string.digits + "._~-/:", max_size=60))
def test_the_short_way_to_check_an_address_agrees_with_the_long_one(path):
    for start in ("https://a.example/", "http://www.a-b.example", "https://a.example", "//b.example/"):
        assert web_link(BASE, start + path) == (plain_url(url) if (url := join_url(BASE, start + path)) else None)


@pytest.mark.parametrize(
    ("text", "iso"),
    [
        ("Thu, 21 Mar 2024 09:00:00 +0100", "2024-03-21T08:00:00+00:00"),
        ("Thu, 21 Mar 2024 09:00:00 GMT", "2024-03-21T09:00:00+00:00"),
        ("2024-03-21T09:00:00Z", "2024-03-21T09:00:00+00:00"),
        ("2024-03-21", "2024-03-21"),
        ("2024-02-31", None),
        ("21 March 2024", "2024-03-21"),
        ("0001-01-01T00:00:00Z", None),
        ("Thu, 01 Jan 1970 00:00:00 GMT", None),
        ("yesterday", None),
        ("", None),
        (None, None),
    ],
)
def test_times_are_read_as_feeds_write_them(text, iso):
    assert read_time(text, written_date) == iso


def test_a_site_is_a_registrable_domain():
    assert is_on_site("https://blog.a.co.uk/x", "http://www.a.co.uk/")
    assert not is_on_site("https://b.co.uk/", "https://a.co.uk/")


@pytest.mark.parametrize(
    ("zone", "hour"),
    [
        ("+01:00", 8),
        ("GMT+0100", 8),
        ("UTC+1", 8),
        ("CET", 8),
        ("BST", 8),
        ("JST", 0),
        ("MSK", 6),
        ("EST", 14),
        ("GMT", 9),
    ],
)
def test_a_zone_as_feeds_write_it_is_not_lost(zone, hour):
    assert read_time(f"Thu, 21 Mar 2024 09:00:00 {zone}") == f"2024-03-21T{hour:02}:00:00+00:00"


@pytest.mark.parametrize(
    "name", "twclid igsh _ga _gl xtor wt_mc ncid smid srsltid mkt_tok _hsenc spm CMP fbclid utm_source".split()
)
def test_what_tells_where_a_reader_came_from_is_left_out(name):
    assert plain_url(f"https://a.example/b?id=7&{name}=x") == "https://a.example/b?id=7"
