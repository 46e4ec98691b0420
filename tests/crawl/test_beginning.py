"""A sources file from a home page, and a source that is tried without keeping anything: over sockets."""

import json
import tomllib
from dataclasses import replace

import pytest
from click.testing import CliRunner
from hypothesis import given
from hypothesis import strategies as st

from harvester.cli import commands
from harvester.crawl.discovery.links import menu_links
from harvester.crawl.one_off_visits import Visitors
from harvester.crawl.source_finding import Listed, SiteLook
from harvester.crawl.source_trial import newest, try_source
from harvester.crawl.sources_file import CrawlSource, check_sources
from harvester.crawl.sources_text import Frame, sources_text
from harvester.crawl.state.rows import NewUrl
from harvester.rules.load import load_rules
from newssites import article_page, rss, story
from testweb import Reply, running

LONG = "/2026/03/0{}/the-council-met-in-the-harbour-again/"
PLAIN = (("Content-Type", "text/plain"),)
XML = (("Content-Type", "application/xml"),)


def site(request):
    """Answer as a WordPress newspaper with a menu, a feed that is broken and one that is not, and two sitemaps."""
    base = f"http://{request.host}"
    links = "".join(f'<li><h2><a href="{LONG.format(at)}">The council met in the harbour for the {at}th time</a></h2>'
                    for at in range(1, 6))  # fmt: skip
    menu = '<nav><a href="/politics/">Politics</a> <a href="/empty/">Nothing</a> <a href="/about/">About us</a></nav>'
    head = (
        '<link rel="alternate" type="application/rss+xml" href="/feed"><link rel="alternate" '
        'type="application/rss+xml" href="/broken"><link rel="https://api.w.org/" href="/wp-json/">'
    )
    pages = {
        "/": Reply(
            f"<html><head><title>The Courier</title>{head}</head><body>{menu}<ul>{links}</ul></body></html>".encode()
        ),
        "/robots.txt": Reply(
            f"User-agent: *\nSitemap: {base}/news.xml\nSitemap: {base}/lost.xml\n".encode(), 200, PLAIN
        ),
        "/feed": Reply(rss([f"{base}{LONG.format(at)}" for at in (1, 2)]), 200, XML),
        "/broken": Reply(b"<html><body>No feed</body></html>"),
        "/news.xml": Reply(_sitemap(base), 200, XML),
        "/politics/": Reply(f"<html><body>{menu}<ul>{links}</ul></body></html>".encode()),
        "/empty/": Reply(f"<html><body>{menu}</body></html>".encode()),
        "/wp-json/wp/v2/posts": Reply(json.dumps([{"link": f"{base}{LONG.format(3)}"}]).encode(), 200, XML),
    }
    path = request.path.partition("?")[0]
    if path in pages:
        return pages[path]
    if path.startswith("/2026/"):
        return Reply(article_page(f"Meeting {path[9:11]}", story(path)))
    return Reply(b"", 404)


def _sitemap(base):
    urls = "".join(
        f"<url><loc>{base}{LONG.format(at)}</loc><lastmod>2026-03-0{at}</lastmod></url>" for at in range(1, 6)
    )
    return f'<urlset xmlns="http://www.sitemaps.org/schemas/sitemap/0.9">{urls}</urlset>'.encode()


@pytest.fixture
def web():
    with running(site) as web:
        yield web


def harvester(*arguments):
    return CliRunner().invoke(commands, [str(argument) for argument in arguments])


def init(web, *urls, to):
    hosts = [f"--allow-host=127.0.0.{number}:{web.port}" for number in (1, 2)]
    return harvester("sources", "init", *urls, *hosts, "--contact", "me@example.org", "--delay", "0.01", "--to", to)


# ── init ──────────────────────────────────────────────────────────────────────────────────────


def test_a_home_page_becomes_a_sources_file_that_can_be_crawled_at_once(web, tmp_path):
    file = tmp_path / "sources.toml"
    base = f"http://127.0.0.1:{web.port}"
    result = init(web, f"{base}/", to=file)
    assert result.exit_code == 0, result.stderr
    crawl, problems = check_sources(file)
    assert problems == ()
    (source,) = crawl.sources
    assert (source.home, source.feeds, source.sitemaps) == (f"{base}/", (f"{base}/feed",), (f"{base}/news.xml",))
    assert (source.sections, source.delay_s, crawl.contact) == ((), 0.01, "me@example.org")
    text = file.read_text()
    assert f'#     "{base}/politics/",  # 5 links to articles' in text
    assert f"# Not taken into feeds: {base}/broken: not_article" in text
    assert f"# Not taken into sitemaps: {base}/lost.xml: gone" in text
    assert "# WordPress: its posts are read" in text
    assert "/about/" not in text
    assert "/empty/" not in text
    assert len({request.path for request in web.requests}) == len(web.requests)  # nothing is asked for twice
    assert harvester("crawl", file).exit_code == 1  # what robots.txt names and is not there is a failure


def test_a_home_page_that_does_not_come_is_in_the_file_with_its_reason(web, tmp_path):
    file = tmp_path / "sources.toml"
    result = init(web, f"http://127.0.0.1:{web.port}/nowhere", f"http://127.0.0.2:{web.port}/", to=file)
    assert result.exit_code == 1
    crawl, problems = check_sources(file)
    assert (problems, len(crawl.sources)) == ((), 2)
    assert "# gone: " in file.read_text()


def test_a_file_that_is_there_is_not_written_over_and_nothing_is_asked_for(web, tmp_path):
    file = tmp_path / "sources.toml"
    file.write_text("mine")
    result = init(web, f"http://127.0.0.1:{web.port}/", to=file)
    assert (result.exit_code, file.read_text(), web.requests) == (2, "mine", [])


@pytest.mark.parametrize(
    ("contact", "to", "words"),
    [
        ("nobody", "s.toml", "must be a URL or a mail address"),
        ("me@example.org", "nowhere/s.toml", "no folder"),
    ],
)
def test_what_cannot_be_written_or_would_be_refused_is_said_before_anything_is_asked_for(
    web, tmp_path, contact, to, words
):
    options = ("--allow-host", f"127.0.0.1:{web.port}", "--contact", contact, "--to", tmp_path / to)
    result = harvester("sources", "init", f"http://127.0.0.1:{web.port}/", *options)
    assert (result.exit_code, web.requests, list(tmp_path.iterdir())) == (2, [], [])
    assert words in result.stderr


def test_a_file_may_be_printed_and_a_wrong_url_is_wrong_usage(web):
    printed = init(web, f"http://127.0.0.1:{web.port}/", to="-")
    assert tomllib.loads(printed.stdout)["output"] == "articles"
    assert init(web, "ftp://127.0.0.1/", to="-").exit_code == 2


def test_what_robots_txt_forbids_is_not_looked_at(tmp_path):
    def closed(request):
        return Reply(b"User-agent: *\nDisallow: /\n", 200, PLAIN) if request.path == "/robots.txt" else site(request)

    with running(closed) as web:
        result = init(web, f"http://127.0.0.1:{web.port}/", to=tmp_path / "s.toml")
        assert (result.exit_code, web.paths()) == (1, ["/robots.txt"])
        assert "robots_denied" in result.stderr


STRANGE = st.text(max_size=40)


@given(STRANGE, STRANGE, STRANGE, STRANGE)
def test_the_file_is_toml_whatever_a_site_calls_itself(name, evidence, url, contact):
    one = Listed(f"https://a.example/{url}", "ok", evidence, 3)
    bad = replace(one, outcome="gone")
    look = SiteLook(name, one, (one, bad), (bad, one), (one,), (one,), 7.0, (evidence,))
    table = tomllib.loads(sources_text([look], Frame(contact, "2026-03-01", (name,), 0.5)))
    assert table["source"] == [
        {"name": name, "home": one.url, "feeds": [one.url], "sitemaps": [one.url]},
    ]
    assert (table["contact"], table["allow_hosts"], table["defaults"]) == (contact, [name], {"delay_s": 0.5})


def test_menus_lead_to_sections_and_not_to_articles_or_pages_about_the_site():
    html = """<html><body><header><nav><a href="/">Home</a><a href="/sport/">Sport</a><a href="/news/world">World</a>
    <a href="/tag/x">x</a><a href="/impressum.html">Impressum</a><a href="/a/b/c/">Deep</a><a href="/?q=1">q</a>
    <a href="/2026/03/01/x">Old</a><a href="/news/the-mayor-opens-the-new-bridge-today">Mayor</a>
    <a href="https://other.example/sport/">Other</a><a href="/a.pdf">PDF</a></nav></header>
    <main><a href="/culture/">Culture</a></main><footer><nav><a href="/jobs-here/">Jobs</a></nav></footer></body>"""
    found = menu_links(html, "https://courier.example/", load_rules().lexicon)
    assert found == ("https://courier.example/sport/", "https://courier.example/news/world")


# ── try ───────────────────────────────────────────────────────────────────────────────────────


@pytest.fixture
def sources(web, tmp_path):
    file = tmp_path / "sources.toml"
    file.write_text(
        f'contact = "me@example.org"\noutput = "out"\narchive = "warc"\nallow_hosts = ["127.0.0.1:{web.port}"]\n'
        f'[[source]]\nname = "courier"\nhome = "http://127.0.0.1:{web.port}/"\ndelay_s = 0.01\n'
    )
    return file


def test_a_source_is_tried_and_nothing_is_kept(web, sources):
    result = harvester("sources", "try", sources)
    assert result.exit_code == 0, result.stderr
    assert "feed     " in result.stdout
    assert "5 URLs of what may be articles; the newest 3:" in result.stdout
    assert result.stdout.count("confidence") == 3
    newest_three = [request.path for request in web.requests][-3:]
    assert newest_three == [LONG.format(at) for at in (5, 4, 3)]
    assert [path.name for path in sources.parent.iterdir()] == ["sources.toml"]


def test_a_trial_as_json_has_the_whole_articles(sources):
    trial = json.loads(harvester("sources", "try", sources, "courier", "--json").stdout)
    assert [page["article"]["title"] for page in trial["pages"]] == ["Meeting 05", "Meeting 04", "Meeting 03"]
    assert {one["kind"] for one in trial["lists"]} == {"home", "feed", "sitemap", "posts"}


def test_a_source_that_gives_nothing_is_exit_code_1_with_its_reason(web, sources):
    web.site = lambda request: Reply(b"", 404) if request.path == "/robots.txt" else Reply(b"", 403)
    result = harvester("sources", "try", sources)
    assert result.exit_code == 1
    assert "blocked (the server refuses access (status 403))" in result.stdout


def test_a_source_that_is_none_is_wrong_usage(sources):
    result = harvester("sources", "try", sources, "curier")
    assert result.exit_code == 2
    assert "did you mean 'courier'?" in result.stderr
    second = f"{sources.read_text()}[[source]]\nhome = 'https://other.example/'\n"
    sources.write_text(second)
    assert "Name one of the 2 sources" in harvester("sources", "try", sources).stderr


def test_an_endless_site_is_looked_at_for_a_few_lists_only(web):
    def endless(request):
        if request.path == "/robots.txt":
            return Reply(b"", 404)
        number = int(request.path.strip("/x.m") or 0)
        nested = "".join(f"<sitemap><loc>http://{request.host}/{2 * number + at}.xml</loc></sitemap>" for at in (1, 2))
        body = f'<sitemapindex xmlns="http://www.sitemaps.org/schemas/sitemap/0.9">{nested}</sitemapindex>'
        return Reply(body.encode(), 200, XML)

    web.site = endless
    host = f"127.0.0.1:{web.port}"
    source = CrawlSource("x", f"http://{host}/", sitemaps=(f"http://{host}/1.xml",), discover=frozenset(), delay_s=0.0)
    trial = try_source(source, Visitors("me@example.org", frozenset({host})))
    assert len(trial.lists) <= 12
    assert trial.pages == ()


def test_the_newest_come_first_and_what_has_no_date_keeps_its_order():
    urls = [NewUrl("a", 0), NewUrl("b", 0, modified_at=5), NewUrl("c", 0), NewUrl("d", 0, modified_at=9)]
    assert [one.url for one in newest(urls)] == ["d", "b", "a", "c"]
