"""What sitemaps offer, and how little a broken or hostile one may cost (case 33)."""

import gzip
import time

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from harvester.crawl.discovery.found_link import FoundLink
from harvester.crawl.discovery.sitemaps import (
    MAX_SITEMAP_URLS,
    Nested,
    Sitemap,
    SitemapBudget,
    read_sitemap,
    within,
)

BASE = "https://news.example/sitemap.xml"
HOME = "https://www.news.example/"
NS = b'xmlns="http://www.sitemaps.org/schemas/sitemap/0.9"'
NEWS = b'xmlns:news="http://www.google.com/schemas/sitemap-news/0.9"'


def urlset(*entries):
    return b'<?xml version="1.0"?><urlset ' + NS + b" " + NEWS + b">" + b"".join(entries) + b"</urlset>"


def entry(number):
    return b"<url><loc>https://news.example/%d</loc><lastmod>2024-03-21</lastmod></url>" % number


def index(*urls):
    entries = b"".join(b"<sitemap><loc>" + url.encode() + b"</loc></sitemap>" for url in urls)
    return b"<sitemapindex " + NS + b">" + entries + b"</sitemapindex>"


def urls(sitemap):
    return [link.url for link in sitemap.links]


# ── formats ──────────────────────────────────────────────────────────────────────────────────


def test_a_urlset_gives_addresses_and_times():
    assert read_sitemap(urlset(entry(1)), None, BASE).links == (
        FoundLink("https://news.example/1", "sitemap", modified="2024-03-21"),
    )


def test_a_news_sitemap_gives_titles_and_dates_of_publication():
    body = urlset(
        b"""<url><loc>https://news.example/a</loc><news:news><news:publication><news:name>N</news:name>
        <news:language>en</news:language></news:publication><news:publication_date>2024-03-21T09:00:00+01:00
        </news:publication_date><news:title>Eels &amp; ladders</news:title></news:news></url>"""
    )
    assert read_sitemap(body, None, BASE).links == (
        FoundLink("https://news.example/a", "news_sitemap", "2024-03-21T08:00:00+00:00", "Eels & ladders"),
    )


def test_the_address_of_a_picture_is_not_that_of_its_page():
    body = urlset(
        b"<url><image:image><image:loc>https://news.example/i.jpg</image:loc></image:image>"
        b"<loc>https://news.example/a</loc></url>"
    )
    assert urls(read_sitemap(body, None, BASE)) == ["https://news.example/a"]


def test_an_index_gives_sitemaps_and_their_times():
    body = index("https://news.example/s1.xml.gz").replace(b"</loc>", b"</loc><lastmod>2024-03-21T08:00Z</lastmod>")
    assert read_sitemap(body, None, BASE).nested == (
        Nested("https://news.example/s1.xml.gz", "2024-03-21T08:00:00+00:00"),
    )


def test_a_list_of_lines_is_a_sitemap_and_an_error_message_is_none():
    assert urls(read_sitemap(b"https://news.example/a\nhttps://news.example/b\n", "text/plain", BASE)) == [
        "https://news.example/a",
        "https://news.example/b",
    ]
    message = b"Not found.\nSee the list of all pages:\nhttps://news.example/a"
    assert read_sitemap(message, "text/plain", BASE).problems == ("no sitemap: neither XML nor a list of URLs",)


def test_a_packed_sitemap_is_unpacked():
    assert len(read_sitemap(gzip.compress(urlset(entry(1), entry(2))), "application/gzip", BASE).links) == 2


@pytest.mark.parametrize("aside", [b"<!-- of the news -->", b"<?php-says nothing?>"])
def test_comments_and_instructions_anywhere_are_passed_over(aside):
    parts = [b"<loc>https://news.example/1</loc>", b"<lastmod>2024-03-21</lastmod>"]
    for at in range(len(parts) + 1):
        url = b"<url>" + b"".join([*parts[:at], aside, *parts[at:]]) + b"</url>"
        sitemap = read_sitemap(urlset(aside, url, aside), None, BASE)
        assert [(link.url, link.modified) for link in sitemap.links] == [("https://news.example/1", "2024-03-21")]
        assert sitemap.problems == ()


# ── broken and hostile ones ──────────────────────────────────────────────────────────────────


def test_empty_foreign_and_doubled_addresses_cost_themselves_only():
    body = urlset(
        b"<url><loc></loc></url>", b"<url></url>", entry(1), entry(1), b"<url><loc>ftp://x/</loc></url>", entry(2)
    )
    sitemap = read_sitemap(body, None, BASE)
    assert urls(sitemap) == ["https://news.example/1", "https://news.example/2"]
    assert sitemap.problems == ("4 of 6 entries are empty, doubled or no web address",)


def test_a_truncated_sitemap_gives_what_came():
    assert len(read_sitemap(urlset(*map(entry, range(100)))[:-40], None, BASE).links) == 100


@pytest.mark.parametrize(
    "make",  # for its test alone: they are large
    [
        lambda: urlset(*map(entry, range(120_000))),
        lambda: b"<urlset>" + b"<url><loc>https://news.example/1" * 60_000,
        lambda: (
            b"<!DOCTYPE x [<!ENTITY a 'aaaaaaaaaa'><!ENTITY b '&a;&a;&a;&a;&a;&a;'>]>"
            + urlset(b"<url><loc>&b;</loc></url>")
        ),
        lambda: gzip.compress(b"<urlset>" + b" " * 60_000_000, 1),
        lambda: b"<urlset>" + b"<x>" * 300_000,
        lambda: b"<urlset><![CDATA[" * 100_000,
    ],
    ids=["120,000 addresses", "open entries", "entities", "bomb", "nested", "CDATA"],
)
def test_a_hostile_sitemap_is_bounded(make):
    body = make()
    began = time.process_time()
    sitemap = read_sitemap(body, None, BASE)
    assert time.process_time() - began < 3  # 50 MiB are read in about 2 s
    assert len(sitemap.links) <= MAX_SITEMAP_URLS
    assert sitemap.problems or len(sitemap.links) < 2


@pytest.mark.parametrize("body", [b"", b"<html><body>Not found</body></html>", b"\x00" * 50, b"nothing", b"<rss/>"])
def test_what_is_no_sitemap_says_so(body):
    sitemap = read_sitemap(body, None, BASE)
    assert (sitemap.links, sitemap.nested) == ((), ())
    assert sitemap.problems[0].startswith("no sitemap: ")


@settings(max_examples=50)
@given(st.binary(max_size=300))
def test_any_bytes_give_web_links_only(body):
    for start in (b"", b"<urlset><url><loc>", b"<sitemapindex><sitemap><loc>"):
        sitemap = read_sitemap(start + body, None, BASE)
        assert all(one.url.startswith(("http://", "https://")) for one in (*sitemap.links, *sitemap.nested))


# ── what is followed ─────────────────────────────────────────────────────────────────────────


def found(*hosts):
    return tuple(FoundLink(f"https://{host}/a", "sitemap") for host in hosts)


def test_links_and_sitemaps_of_other_sites_are_left_out():
    whole = Sitemap(
        found("news.example", "blog.news.example", "evil.example"),
        (Nested("https://news.example/s.xml"), Nested("https://evil.example/s.xml")),
    )
    kept = within(whole, HOME, 0, SitemapBudget())
    assert urls(kept) == ["https://news.example/a", "https://blog.news.example/a"]
    assert [one.url for one in kept.nested] == ["https://news.example/s.xml"]
    assert kept.problems == ("1 links to other sites left out", "1 sitemaps of other sites left out")


def test_the_latest_sitemaps_come_first_so_that_dead_ones_starve_nobody():
    whole = Sitemap(
        nested=tuple(Nested(f"https://news.example/{year}.xml", f"{year}-01-01") for year in range(2000, 2020))
    )
    kept = within(whole, HOME, 0, SitemapBudget())
    assert [one.url for one in kept.nested[:2]] == ["https://news.example/2019.xml", "https://news.example/2018.xml"]
    assert len(kept.nested) == 20


def test_indexes_in_indexes_end_at_the_depth_allowed():
    whole = Sitemap(nested=(Nested("https://news.example/deeper.xml"),))
    assert within(whole, HOME, 2, SitemapBudget(depth=3)).nested
    assert within(whole, HOME, 3, SitemapBudget(depth=3)).problems == ("1 sitemaps nested deeper than 3 left out",)


def test_a_budget_that_is_spent_lets_nothing_through():
    assert within(Sitemap(found("news.example")), HOME, 0, SitemapBudget(urls=0)).links == ()


@pytest.mark.parametrize("marks", [b"\xef\xbb\xbf", b"\xef\xbb\xbf\xef\xbb\xbf"])
def test_marks_before_a_sitemap_in_capitals_hide_nothing(marks):
    body = marks + b"<URLSET><URL><LOC>https://a.example/1</LOC><LASTMOD>2024-03-21</LASTMOD></URL></URLSET>"
    [link] = read_sitemap(body, "text/xml", "https://a.example/sitemap.xml").links
    assert (link.url, link.modified) == ("https://a.example/1", "2024-03-21")


def test_an_address_that_is_cut_is_none():
    body = b"<urlset><url><loc>https://a.example/whole</loc></url><url><loc>https://a.example/ha"
    sitemap = read_sitemap(body, "text/xml", "https://a.example/sitemap.xml")
    assert [link.url for link in sitemap.links] == ["https://a.example/whole"]
    assert sitemap.problems


def test_a_feed_in_the_place_of_a_sitemap_gives_its_links():
    body = b"<rss><channel><item><link>https://a.example/1</link></item></channel></rss>"
    assert [link.url for link in read_sitemap(body, "text/xml", "https://a.example/").links] == ["https://a.example/1"]
