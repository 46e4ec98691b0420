"""Every place where a site speaks: whatever it says ends no run and reaches no store unstorable."""

import json
import tempfile
from dataclasses import asdict
from datetime import UTC, datetime
from pathlib import Path

import pytest
from function_web import FunctionWeb, article, courier_source, feed, run
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from warcio.archiveiterator import ArchiveIterator

from harvester.archive.formats.warc_writer import WarcWriter
from harvester.crawl.discovery.feeds import read_feed
from harvester.crawl.discovery.sitemaps import read_sitemap
from harvester.crawl.discovery.wordpress import read_posts
from harvester.crawl.host_profile import HostProfile, from_json, read_profile, to_json, with_usage
from harvester.crawl.opt_outs import read_signals
from harvester.crawl.page_outcome import OUTCOMES
from harvester.crawl.requests import condition_of, validator_of
from harvester.crawl.robots import parse_robots, refusal
from harvester.crawl.schedule import UrlKind, VisitHistory
from harvester.crawl.sources_file import CrawlSource
from harvester.crawl.state.database import sqlite_address
from harvester.crawl.state.rows import KnownUrl, Remembered
from harvester.crawl.state.store import State
from harvester.dom import read_head
from harvester.errors import FetchError
from harvester.fetching.client import _headers
from harvester.fetching.http_verdict import FetchFailure, Moved, Step, judge, read_retry_after
from harvester.maildate import read_mail_date
from harvester.models import Page
from harvester.storable import storable, storable_headers
from harvester.store.fault_log import LOG_NAME
from newssites import article_page, story
from testweb import Reply

URL = "https://courier.example/a/b?c=d"
ANY_TEXT = st.text(st.characters(exclude_categories=()), max_size=60)
NUMBERS = st.integers() | st.sampled_from([10**30, -(10**30), 2**63, 2**31, 10**4_000])
ODD = st.sampled_from(
    ["\ud800", "\x00", "\r\n", "9" * 400, "1e999", "-1", "NaN", "http://x/\ud800", "//[", "http://[::1", "\u2028", "%"]
)
DATES = st.sampled_from(
    [
        "Mon, 01 Jan 2024 00:00:00 +9999999999999999999",
        "Mon, 01 Jan 99999 00:00:00 GMT",
        "0001-01-01T00:00:00+23:59",
        "9999-12-31T23:59:59-23:59",
        "Fri, 31 Dec 9999 23:59:59 -2359",
        "1 Jan 0000 00:00:00 GMT",
        "2024-02-30",
    ]
)
WORDS = ANY_TEXT | ODD | DATES | NUMBERS.map(hex)
JSON = st.recursive(
    st.none() | st.booleans() | NUMBERS.filter(lambda n: abs(n) < 10**4_000) | st.floats() | WORDS,
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(WORDS, inner, max_size=3),
    max_leaves=8,
)
some = settings(max_examples=60, deadline=None, suppress_health_check=[HealthCheck.too_slow])


def assert_storable(value):
    """Check that a value of ours fits into SQLite, PostgreSQL and UTF-8 once it went through the door."""
    assert json.dumps(storable(value), ensure_ascii=False, allow_nan=True).encode()


def utf8(text):
    return text.encode("utf-8", "surrogatepass")


def xml(text):
    return text.replace("&", "&amp;").replace("<", "&lt;").replace('"', "&quot;")


# ── single places ─────────────────────────────────────────────────────────────────────────────


@some
@given(WORDS)
def test_a_date_is_read_or_none(text):
    found = read_mail_date(text)
    assert found is None or isinstance(found, datetime)
    wait_s = read_retry_after(text, datetime.now(UTC))
    assert wait_s is None or 0 <= wait_s <= 86_400


NAMES = st.sampled_from(
    [
        "etag",
        "last-modified",
        "location",
        "content-type",
        "content-encoding",
        "retry-after",
        "x-robots-tag",
        "cf-mitigated",
    ]
    + ["content-length", "tdm-reservation", "tdm-policy", "content-usage", "content-signal", "set-cookie", ":status"]
)
RAW = st.lists(
    st.tuples(NAMES.map(str.encode) | st.binary(max_size=8), WORDS.map(utf8) | st.binary(max_size=20)), max_size=6
)


@some
@given(st.integers(100, 599), RAW)
def test_any_status_and_headers_are_judged_and_can_be_kept(status, raw):
    headers = _headers(raw)
    assert headers == storable_headers(headers)
    page = Page(URL, b"<p>Well", URL, status, headers, datetime.now(UTC))
    verdict = judge(Step(URL), page, 5)
    assert verdict is None or isinstance(verdict, Moved | FetchFailure)
    assert_storable(asdict(read_signals(page, read_head("<p>Well"))))
    validator = validator_of(page)
    known = KnownUrl(1, URL, 1, 1, UrlKind.FEED, 0, 0, 0, VisitHistory(60), Remembered(validator), "ok")
    for _, value in condition_of(known):
        assert value.encode("ascii")


@some
@given(RAW)
def test_an_archive_of_any_headers_passes_the_check_of_others(tmp_path_factory, raw):
    folder = tmp_path_factory.mktemp("warc")
    with WarcWriter(folder) as archive:
        archive.append(Page(URL, b"<p>Well", URL, 200, _headers(raw), datetime.now(UTC)))
    with next(folder.glob("*.gz")).open("rb") as stream:
        for record in ArchiveIterator(stream, check_digests="raise"):
            content = record.content_stream().read()
            assert record.rec_type != "response" or content == b"<p>Well"


@some
@given(
    st.lists(
        st.tuples(
            st.sampled_from(["User-agent", "Disallow", "Allow", "Crawl-delay", "Sitemap", "Content-Signal"]), WORDS
        )
    )
)
def test_any_robots_txt_gives_rules(lines):
    body = utf8("User-agent: *\n" + "\n".join(f"{name}: {value}" for name, value in lines))
    robots = parse_robots(body, "harvester")
    assert isinstance(refusal(robots, URL, URL), FetchError | None)
    assert robots.delay_s is None or robots.delay_s >= 0
    assert_storable((robots.sitemaps, robots.usage, robots.notes))


def assert_links(links):
    for link in links:
        assert link.url.startswith(("http://", "https://"))
        assert_storable(asdict(link))


@some
@given(
    st.lists(st.tuples(st.sampled_from(["loc", "lastmod", "news:title", "image:loc", "priority"]), WORDS), max_size=6),
    st.booleans(),
)
def test_any_sitemap_gives_web_links(fields, is_index):
    root, item = ("sitemapindex", "sitemap") if is_index else ("urlset", "url")
    inner = "".join(f"<{name}>{xml(value)}</{name}>" for name, value in fields)
    found = read_sitemap(utf8(f"<{root}><{item}>{inner}</{item}><{item}>{inner}</{item}></{root}>"), "text/xml", URL)
    assert_links(found.links)


FEED_FIELDS = st.sampled_from(
    ["title", "link", "guid", "pubDate", "updated", "id", "dc:date", "ttl", "sy:updatePeriod"]
)


@some
@given(st.lists(st.tuples(FEED_FIELDS, WORDS), max_size=6), st.sampled_from(["rss", "feed", "rdf:RDF"]), WORDS)
def test_any_feed_gives_web_links(fields, root, base):
    inner = "".join(f"<{name}>{xml(value)}</{name}>" for name, value in fields)
    links = "".join(f'<link rel="alternate" href="{xml(value)}"/>' for _, value in fields)
    item = "entry" if root == "feed" else "item"
    based = f'xml:base="{xml(base)}"'
    body = f"<{root} {based}><channel>{inner}</channel><{item} {based}>{inner}{links}</{item}></{root}>"
    assert_links(read_feed(utf8(body), "text/xml", URL).links)


@some
@given(JSON, JSON, WORDS)
def test_any_json_feed_and_list_of_posts_gives_web_links(one, two, url):
    entry = {
        "url": url,
        "id": one,
        "title": two,
        "date_published": one,
        "link": url,
        "date_gmt": two,
        "modified_gmt": one,
    }
    feed_body = {"version": "https://jsonfeed.org/version/1.1", "items": [entry, one], "next_url": two, "title": one}
    for value in (feed_body, one):
        assert_links(read_feed(json.dumps(value).encode(), None, URL).links)
    for value in ([entry, one], two):
        assert_links(read_posts(json.dumps(value).encode(), URL))


@some
@given(JSON, st.lists(WORDS, max_size=4))
def test_what_a_host_says_of_itself_is_kept_and_read_again(policy, lines):
    origin = "https://courier.example"
    tdmrep = json.dumps([{"location": policy, "tdm-reservation": policy, "tdm-policy": policy}, policy])
    ai_txt = "User-Agent: *\n" + "\n".join(f"Disallow: {line}" for line in lines)
    facts = HostProfile(7)
    for path, body in (("/.well-known/tdmrep.json", tdmrep.encode()), ("/ai.txt", utf8(ai_txt))):
        facts = read_profile(facts, origin + path, Page(origin + path, body), None)
    facts = with_usage(facts, tuple(lines))
    assert from_json(to_json(facts)) == facts
    assert_storable(asdict(facts))


@given(WORDS | JSON.map(json.dumps))
def test_facts_that_cannot_be_read_are_asked_for_anew(text):
    assert isinstance(from_json(text), HostProfile | None)
    assert from_json('{"form": 1, "site": {"tdm": 7}}') is None


# ── a whole run ───────────────────────────────────────────────────────────────────────────────

SITE, WELL = "https://courier.example", "https://herald.example"
BODIES = st.one_of(
    st.binary(max_size=40),
    WORDS.map(utf8),
    JSON.map(lambda value: json.dumps(value).encode()),
    st.lists(WORDS, max_size=3).map(lambda urls: utf8("".join(f"<rss><item><link>{xml(url)}" for url in urls))),
)
STATUSES = st.sampled_from([200, 200, 200, 204, 301, 304, 404, 429, 500, 503])
REPLIES = st.builds(lambda body, status, raw: Reply(body, status, _headers(raw)), BODIES, STATUSES, RAW)
PATHS = (
    "/robots.txt",
    "/feed",
    "/.well-known/tdmrep.json",
    "/ai.txt",
    "/",
    "/sitemap.xml",
    "/wp-json/wp/v2/posts",
    "/1",
    "/2",
)


MARK = "<!-- what the head says -->"


def page_of(values):
    """Return an article whose head says anything."""
    title, meta, data = values
    said = f'<meta name="robots" content="{xml(meta)}"><meta property="article:published_time" content="{xml(meta)}">'
    linked = json.dumps(
        {"@type": "NewsArticle", "headline": title, "datePublished": meta, "author": data, "image": data}
    )
    script = f'<script type="application/ld+json">{linked}</script><link rel="canonical" href="{xml(meta)}">'
    return article_page("The story", story("any"), MARK).replace(MARK.encode(), utf8(said + script))


HEADS = st.tuples(WORDS, WORDS, JSON)  # made into pages later: hypothesis prints what it draws


@settings(max_examples=12, deadline=None, suppress_health_check=list(HealthCheck))
@given(replies=st.dictionaries(st.sampled_from(PATHS), REPLIES | HEADS, max_size=6), page=HEADS)
def test_whatever_a_site_says_its_neighbour_is_visited_whole_and_all_is_written_down(empty_state, replies, page):
    web = FunctionWeb({f"{SITE}/feed": feed(f"{SITE}/1", f"{SITE}/2"), f"{SITE}/1": Reply(page_of(page))})
    for path, said in replies.items():
        web.pages[f"{SITE}{path}"] = said if isinstance(said, Reply) else Reply(page_of(said))
    well = [f"{WELL}/{number}" for number in range(2)]
    web.pages |= {url: article(url) for url in well} | {f"{WELL}/feed": feed(*well)}
    odd = courier_source(discover=frozenset({"robots", "feeds", "sitemaps", "links", "wordpress"}))
    herald = CrawlSource("herald", home=f"{WELL}/", feeds=(f"{WELL}/feed",), delay_s=0.0, discover=frozenset())
    with tempfile.TemporaryDirectory() as folder:
        file = Path(folder) / "state.sqlite"
        file.write_bytes(empty_state)
        state = State(sqlite_address(file))
        try:
            done = run(web, state, Path(folder) / "out", [odd, herald], pacing=pacing(), max_time_s=60.0)
            ends = {visit.url: visit.outcome for visit in done}
            assert [ends[url] for url in (f"{WELL}/feed", *well)] == ["ok"] * 3
            assert set(ends.values()) <= OUTCOMES - {"internal_error"}
            assert not (Path(folder) / "out" / LOG_NAME).exists()
            assert run(web, state, Path(folder) / "out", [odd, herald], pacing=pacing(), max_time_s=60.0) is not None
        finally:
            state.close()


def pacing():
    from harvester.crawl.jobs import Pacing  # noqa: PLC0415

    return Pacing(pause_s=0.0, backoff_s=0.0, patience_s=0.01)


@pytest.mark.parametrize("word", ["\ud800", "\x00", "9" * 5_000])
def test_a_value_that_no_database_holds_is_kept_as_one_that_it_does(state, word):
    from harvester.crawl.state.rows import NewUrl, RobotsFile, Runner  # noqa: PLC0415
    from harvester.crawl.state.store import Batch  # noqa: PLC0415

    number = state.begin(Runner("test"), ["courier"])[1]["courier"]
    state.add([NewUrl(f"{SITE}/1", number)])
    file = RobotsFile(f"{SITE}:443{word}", 0, -(10**30), b"")
    state.finish(1, Batch(robots=((1, file),), facts=((1, word),), learned=((number, word),)))
    state.begin(Runner(word), [f"source {word}"])
    assert state.report().urls == {"page": 1}
