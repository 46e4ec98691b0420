"""What feeds offer: each format, and every way in which a stranger's feed is broken or hostile (case 34)."""

import gzip
import time
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from harvester.crawl.discovery.feeds import MAX_ITEMS, read_feed
from harvester.crawl.discovery.found_link import FoundLink

FIXTURES = Path(__file__).parents[3] / "fixtures" / "crawl"
BASE = "https://news.example/feed"
MAX_S = 2.0  # case 34


def load(name, content_type=None):
    return read_feed((FIXTURES / name).read_bytes(), content_type, BASE)


def urls(feed):
    return [link.url for link in feed.links]


def rss(*items):
    return b"<rss version='2.0'><channel><title>T</title>" + b"".join(items) + b"</channel></rss>"


def item(number, extra=b""):
    return b"<item><title>Item %d</title><link>https://news.example/%d</link>%s</item>" % (number, number, extra)


# ── formats ──────────────────────────────────────────────────────────────────────────────────


def test_rss_of_wordpress_is_read_without_tracking_fields():
    feed = load("feed--wordpress-rss2.xml")
    assert feed.links == (
        FoundLink(
            "https://valley-digest.example/2024/03/21/the-town-that-counts-its-swifts/",
            "feed",
            "2024-03-21T08:00:00+00:00",
            "The town that counts its swifts – and why",
        ),
        FoundLink(
            "https://valley-digest.example/2024/03/20/millers-bakers-meet/",
            "feed",
            "2024-03-20T16:30:00+00:00",
            "Millers & bakers meet",
        ),
    )
    assert (feed.home, feed.ttl_s, feed.problems) == ("https://valley-digest.example/", 1_800.0, ())


def test_atom_entries_are_read_by_the_rel_of_their_links():
    feed = load("feed--atom.xml")
    assert urls(feed) == [
        "https://field-notes.example/2024/05/eel-ladders.html",
        "https://field-notes.example/2024/04/moor.html",
    ]
    assert feed.links[0].title == "Eel ladders & other stairs"
    assert feed.links[0].published == "2024-05-02T07:00:00+00:00"
    assert feed.links[1].modified == "2024-04-30T08:00:00+00:00"
    assert feed.next_url == "https://field-notes.example/feeds/posts/default?start-index=26"


def test_rdf_is_read_with_its_own_encoding():
    feed = load("feed--rdf.xml")
    assert urls(feed) == [
        "https://moorbote.example/lokales/saegewerk-88214.html",
        "https://moorbote.example/lokales/glocke-88215.html",
    ]
    assert feed.links[0].title == "Sägewerk heizt künftig das Schwimmbad"
    assert feed.links[1].published == "2024-02-02"
    assert feed.ttl_s == 86_400.0


def test_json_feed_is_read():
    feed = load("feed--json-feed.json", "application/feed+json")
    assert urls(feed) == [
        "https://news.example/people/interview-piano-tuner",
        "https://workshop-weekly.example/tools/plane",
    ]
    assert {link.origin for link in feed.links} == {"json_feed"}
    assert feed.problems == ("1 of 3 entries have no link of their own",)
    assert feed.next_url == "https://workshop-weekly.example/feed.json?page=2"


@pytest.mark.parametrize(
    ("entry", "url"),
    [
        (b"<guid>https://news.example/by-guid</guid>", "https://news.example/by-guid"),
        (b"<guid isPermaLink='false'>https://news.example/no</guid>", None),
        (b"<link>/relative</link>", "https://news.example/relative"),
        (b"<link><![CDATA[ https://news.example/cdata ]]></link>", "https://news.example/cdata"),
        (b"<link>mailto:a@news.example</link>", None),
        (b"<link>javascript:alert(1)</link>", None),
        (b"<link></link>", None),
        (
            b"<link>https://feedproxy.example/~r/x</link><feedburner:origLink>https://news.example/o</feedburner:origLink>",
            "https://news.example/o",
        ),
        (b"<media:group><link>https://news.example/clip.mp4</link></media:group>", None),
    ],
)
def test_the_link_of_an_entry_is_the_first_that_leads_to_a_page(entry, url):
    assert urls(read_feed(rss(b"<item>" + entry + b"</item>"), None, BASE)) == ([url] if url else [])


def test_an_entry_given_twice_is_one_link():
    assert len(read_feed(rss(item(1), item(1), item(2)), None, BASE).links) == 2


# ── broken ones: good entries are kept ───────────────────────────────────────────────────────


@pytest.mark.parametrize(
    "body",
    [
        rss(item(1), item(2))[:-30],
        b" \n\n" + rss(item(1), item(2)),
        b"\xef\xbb\xbf" + rss(item(1), item(2)),
        b"<br />\n<b>Warning</b>: x in <b>/srv/x.php</b><br />\n<?xml version='1.0'?>" + rss(item(1), item(2)),
        rss(item(1, b"<description>fish & chips &nbsp; &copy</description>"), item(2)),
        rss(item(1, b"<x><y></x></y>"), item(2)),
        rss(item(1, b"<d>" * 5_000), item(2)),
        rss(item(1, b"\x00\x08\x1f&#0;&#x1F;&#xD800;"), item(2)),
        rss(item(1), b"<item a:b=c><link>", item(2)),
        rss(item(1), item(2)) + b"<rss>junk",
        gzip.compress(rss(item(1), item(2))),
        rss(item(1), item(2)).decode().encode("utf-16"),
    ],
    ids=[
        "truncated",
        "leading blanks",
        "byte order mark",
        "warnings of PHP",
        "bare ampersand",
        "crossed tags",
        "nested 5,000 deep",
        "forbidden characters",
        "broken start tag",
        "junk behind",
        "packed",
        "UTF-16",
    ],
)
def test_a_broken_feed_gives_its_good_entries(body):
    assert urls(read_feed(body, "text/xml", BASE)) == ["https://news.example/1", "https://news.example/2"]


def test_a_bare_ampersand_in_a_link_costs_nothing_of_it():
    feed = read_feed(rss(b"<item><link>https://news.example/?a=1&b=2&nbsp=3</link></item>"), None, BASE)
    assert urls(feed) == ["https://news.example/?a=1&b=2&nbsp=3"]


def test_a_wrong_charset_costs_no_title():
    text = "Größere Fische für alle Städte am Fluß, und Krüge dazu"
    body = rss(b"<item><title>" + text.encode() + b"</title><link>https://news.example/1</link></item>")
    assert read_feed(body, "text/xml; charset=iso-8859-1", BASE).links[0].title == text


@pytest.mark.parametrize("aside", [b"<!-- made by hand -->", b"<?php-says nothing?>"])
def test_comments_and_instructions_anywhere_are_passed_over(aside):
    parts = [b"<title>T</title>", b"<link>https://news.example/</link>", b"<ttl>30</ttl>", item(1, aside), item(2)]
    for at in range(len(parts) + 1):
        channel = b"".join([*parts[:at], aside, *parts[at:]])
        feed = read_feed(b"<rss>" + aside + b"<channel>" + channel + b"</channel></rss>", None, BASE)
        assert urls(feed) == ["https://news.example/1", "https://news.example/2"]
        assert (feed.home, feed.ttl_s, feed.problems) == ("https://news.example/", 1_800.0, ())


# ── hostile ones ─────────────────────────────────────────────────────────────────────────────

LAUGHS = b"".join(b"<!ENTITY l%d '%s'>" % (n, b"&l%d;" % (n - 1) * 10) for n in range(1, 12))
# Each is made for its test alone: they are large.
HOSTILE = {
    "billion laughs": lambda: b"<!DOCTYPE r [<!ENTITY l0 'ha'>" + LAUGHS + b"]>" + rss(item(1, b"<a>&l11;</a>")),
    "a file of the server": lambda: (
        b"<!DOCTYPE r [<!ENTITY x SYSTEM 'file:///etc/hostname'>]>"
        + rss(b"<item><title>[&x;]</title><link>https://news.example/1</link></item>")
    ),
    "a parameter entity": lambda: b"<!DOCTYPE r [<!ENTITY % x SYSTEM 'http://127.0.0.1:9/'> %x;]>" + rss(item(1)),
    "300,000 entries": lambda: rss(*(item(1) for _ in range(150_000))),
    "300,000 open entries": lambda: b"<rss>" + b"<item><link>https://news.example/1" * 300_000,
    "2 million ampersands": lambda: rss(item(1), b"<item>" + b"&a" * 2_000_000),
    "half a million open CDATA sections": lambda: rss(item(1)) + b"<![CDATA[" * 500_000,
    "one million nested": lambda: rss(item(1)) + b"<a>" * 1_000_000,
    "300,000 comments": lambda: rss(b"<!--x-->" * 300_000, item(1)),
    "a bomb": lambda: gzip.compress(b"<rss>" + b" " * 300_000_000, 1),
    "deep JSON": lambda: b'{"version": "https://jsonfeed.org/version/1", "items": ' + b"[" * 1_000_000,
}


@pytest.mark.parametrize("name", HOSTILE)
def test_a_hostile_feed_costs_less_than_two_seconds(name):
    body = HOSTILE[name]()
    began = time.process_time()
    feed = read_feed(body, "text/xml", BASE)
    assert time.process_time() - began < MAX_S
    assert set(urls(feed)) <= {"https://news.example/1"}
    assert "bomb" in name or "JSON" in name or feed.links


def test_no_entity_is_ever_expanded():
    feed = read_feed(HOSTILE["a file of the server"](), None, BASE)
    assert feed.links[0].title == "[&x;]"


def test_no_more_entries_are_read_than_the_limit():
    feed = read_feed(rss(*(item(number) for number in range(MAX_ITEMS + 5))), None, BASE)
    assert len(feed.links) == MAX_ITEMS
    assert feed.problems == ("more than 2,000 entries: the rest was not read",)


@pytest.mark.parametrize(
    ("body", "problem"),
    [
        (b"<!DOCTYPE html><html><head><title>Gone</title>", "no feed: an HTML page"),
        (b"", "no feed: the file is empty"),
        (b"\x89PNG\r\n\x1a\n" + b"\x00\x01" * 300, "no feed: this is no HTML but binary data"),
        (b"Service unavailable", "no feed: there is no markup in it"),
        (b"<urlset><url><loc>https://news.example/1</loc></url></urlset>", "no feed: other markup"),
        (b'{"items": []}', "no feed: JSON of another kind"),
        (b"{", "no feed: JSON that cannot be read"),
    ],
)
def test_what_is_no_feed_says_so_and_gives_nothing(body, problem):
    feed = read_feed(body, "application/rss+xml", BASE)
    assert feed.links == ()
    assert feed.problems[0].startswith(problem)


@settings(max_examples=60)
@given(st.binary(max_size=400))
def test_any_bytes_give_web_links_or_a_problem(body):
    for start in (b"", b"<rss><item>", b'{"version":"https://jsonfeed.org/version/1","items":['):
        feed = read_feed(start + body, None, BASE)
        assert all(url.startswith(("http://", "https://")) for url in urls(feed))
        assert feed.links or feed.problems or start == b"<rss><item>"


def test_links_are_relative_to_the_xml_base_of_a_channel_too():
    feed = read_feed(
        b'<rss xml:base="https://a.example/news/"><channel xml:base="sport/">'
        b'<item><link>one</link></item><item xml:base="old/"><link>two</link></item></channel></rss>',
        "text/xml",
        "https://feeds.example/all",
    )
    assert [link.url for link in feed.links] == [
        "https://a.example/news/sport/one",
        "https://a.example/news/sport/old/two",
    ]


def test_links_are_relative_to_the_xml_base_of_the_feed_and_of_the_entry():
    body = (
        b'<feed xmlns="http://www.w3.org/2005/Atom" xml:base="https://a.example/news/">'
        b'<link rel="alternate" href="https://a.example/"/><entry><link href="one"/></entry>'
        b'<entry xml:base="old/"><link href="two"/></entry>'
        b'<entry xml:base="mailto:x"><link href="three"/></entry></feed>'
    )
    links = read_feed(body, "application/atom+xml", "https://feeds.example/f").links
    assert [link.url for link in links] == [f"https://a.example/news/{name}" for name in ("one", "old/two", "three")]


def test_tags_in_capitals_are_tags():
    body = b"<RSS><CHANNEL><ITEM><TITLE>One</TITLE><LINK>https://a.example/1</LINK></ITEM></CHANNEL></RSS>"
    assert [(link.url, link.title) for link in read_feed(body, None, "https://a.example/f").links] == [
        ("https://a.example/1", "One")
    ]
