"""A page that a person saved is taken in as a visit: once, whole, and whatever ends the program in between."""

import gzip
import json
import socket
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path

import pytest
from click.testing import CliRunner

from harvester.archive.formats.warc_writer import WarcWriter
from harvester.cli import commands
from harvester.crawl import visit_writer as writer
from harvester.crawl.adoption import adopt
from harvester.crawl.crawl_run import Options
from harvester.crawl.sources_file import Crawl, CrawlSource
from harvester.crawl.state.rows import Done, Lease, Runner
from harvester.crawl.state.store import State
from harvester.errors import InputError
from harvester.models import Page
from harvester.store.lock import LockedError, hold_lock
from newssites import article_page, courier, story
from testweb import Reply, running

HOME = "https://courier.example/"
URL = "https://courier.example/story"
SHELL = b"""<!doctype html><html><head><title>Loading</title><script src="/app.js"></script></head><body>
<noscript>You need to enable JavaScript to run this app.</noscript><div id="root"></div></body></html>"""


class Killed(BaseException):
    """What no handler of the program expects."""


def page_of(seed="saved", url=URL):
    return Page(url, article_page(f"The story of {seed}", story(seed)))


@pytest.fixture
def crawl(tmp_path):
    source = CrawlSource("courier", HOME, feeds=(f"{HOME}feed",), discover=frozenset())
    other = replace(source, name="other", home="https://other.example/", feeds=("https://other.example/feed",))
    return Crawl("me@example.org", tmp_path / "out", None, tmp_path / "warc", frozenset(), (source, other))


def articles(crawl):
    return [json.loads(path.read_text()) for path in sorted(crawl.output.rglob("*.json"))]


def test_a_saved_page_becomes_an_article_with_its_raw_page_and_a_known_url(crawl, address, tmp_path):
    adopted = adopt(crawl, page_of(), None, Options(state=address))
    assert (adopted.is_written, adopted.done.outcome, adopted.done.version) == (True, "ok", 1)
    assert (adopted.done.source, adopted.done.run) == ("courier", 1)
    (article,) = articles(crawl)
    assert article["title"] == "The story of saved"
    assert article["page"]["archive"]["file"].endswith(".warc.gz")
    (warc,) = (tmp_path / "warc").glob("*.warc.gz")
    raw = gzip.decompress(warc.read_bytes())
    assert page_of().body in raw
    assert b"x-harvester-adopted: from a file that a person saved" in raw
    state = State(address)
    assert state.find(URL).version == 1
    assert state.facts()[0].articles[1] == 1
    assert state.report().hosts_leased == 0
    assert state.report().runs[0].ended_by == "done"
    state.close()


def test_the_same_page_again_is_unchanged_and_an_edited_one_is_a_version(crawl, address):
    adopt(crawl, page_of(), None, Options(state=address))
    again = adopt(crawl, page_of(), None, Options(state=address)).done
    assert (again.outcome, again.path) == ("unchanged", None)
    edited = adopt(crawl, page_of("another day"), None, Options(state=address)).done
    assert (edited.outcome, edited.version) == ("ok", 2)
    assert len(list((crawl.output / "courier.example" / "versions").iterdir())) == 1


def test_a_page_without_an_article_is_refused_and_leaves_no_url(crawl, address):
    adopted = adopt(crawl, Page(URL, SHELL), None, Options(state=address))
    assert (adopted.is_written, adopted.done.outcome) == (False, "needs_js")
    assert articles(crawl) == []
    state = State(address)
    assert state.find(URL) is None
    assert state.report().hosts_leased == 0
    state.close()


def test_what_the_page_forbids_holds_here_too(crawl, address):
    forbidden = page_of().body.replace(b"</title>", b'</title><meta name="robots" content="noindex">')
    adopted = adopt(crawl, Page(URL, forbidden), None, Options(state=address))
    assert (adopted.is_written, adopted.done.outcome) == (False, "robots_denied")


def test_a_url_that_no_source_wants_is_refused_and_one_that_is_named_is_not(crawl, address):
    foreign = page_of(url="https://elsewhere.example/1")
    with pytest.raises(InputError, match="--source"):
        adopt(crawl, foreign, None, Options(state=address))
    assert adopt(crawl, foreign, "other", Options(state=address)).done.source == "other"


def test_a_page_that_says_when_it_was_saved_keeps_that_and_none_is_of_tomorrow(crawl, address):
    moment = datetime(2026, 3, 1, 8, tzinfo=UTC)
    adopt(crawl, replace(page_of(), fetched_at=moment), None, Options(state=address))
    assert articles(crawl)[0]["fetched_at"] == "2026-03-01T08:00:00Z"
    ahead = replace(page_of("later"), fetched_at=datetime(2999, 1, 1, tzinfo=UTC))
    adopt(crawl, ahead, None, Options(state=address))
    assert max(article["fetched_at"] for article in articles(crawl)) < "2999"


def test_a_host_that_another_machine_holds_is_left_to_it(crawl, postgres):
    state = State(postgres)
    state.begin(Runner("far away", "another"), ["courier", "other"])
    state.claim(Lease("far away", 300, {}), "courier.example")
    assert adopt(crawl, page_of(), None, Options(state=postgres)) is None
    assert articles(crawl) == []
    state.close()


def test_while_a_run_is_under_way_nothing_is_taken_in(crawl, tmp_path):
    crawl.output.mkdir()
    with hold_lock(crawl.output / "crawl.lock", "a run"), pytest.raises(LockedError):
        adopt(crawl, page_of(), None, Options())


# ── kills ─────────────────────────────────────────────────────────────────────────────────────


@pytest.mark.parametrize("when", ["before", "after"])
@pytest.mark.parametrize(
    ("place", "name"),
    [
        (State, "add"),
        (WarcWriter, "append"),
        (WarcWriter, "sync"),
        (State, "announce"),
        (writer, "stage_article"),
        (writer, "publish_article"),
        (State, "finish"),
        (State, "release"),
    ],
)
def test_a_kill_anywhere_costs_nothing_but_the_time(crawl, address, monkeypatch, place, name, when):
    real = getattr(place, name)

    def dying(*arguments, **options):
        if when == "after":
            real(*arguments, **options)
        raise Killed

    with monkeypatch.context() as patched:
        patched.setattr(place, name, dying)
        with pytest.raises(Killed):
            adopt(crawl, page_of(), None, Options(state=address))
    again = adopt(crawl, page_of(), None, Options(state=address))
    assert again.is_written
    (article,) = articles(crawl)
    assert article["edition"]["version"] == 1
    state = State(address)
    assert state.find(URL).version == 1
    state.close()


# ── the command ───────────────────────────────────────────────────────────────────────────────


def harvester(*arguments):
    return CliRunner().invoke(commands, [str(argument) for argument in arguments])


@pytest.fixture
def site():
    def shells(request):
        if request.path == "/feed":
            return courier(2)(request)
        return Reply(SHELL) if request.path == "/story-1" else courier(2)(request)

    with running(shells) as web:
        yield web


def test_after_needs_js_a_saved_page_takes_its_place_and_the_next_run_leaves_it(site, tmp_path):
    host = f"127.0.0.1:{site.port}"
    sources = tmp_path / "sources.toml"
    sources.write_text(
        f'contact = "me@example.org"\noutput = "out"\narchive = "warc"\nallow_hosts = ["{host}"]\n[[source]]\n'
        f'name = "courier"\nhome = "http://{host}/"\nfeeds = ["http://{host}/feed"]\ndiscover = []\ndelay_s = 0.01\n'
    )
    assert harvester("crawl", sources).exit_code == 1
    url = f"http://{host}/story-1"
    assert "needs_js" in harvester("status", sources, "--url", url).stdout
    saved = tmp_path / "story.html"
    saved.write_bytes(f"<!-- saved from url=(0028){url} -->\n".encode() + page_of("the browser").body)
    taken = harvester("adopt", saved, sources)
    assert taken.exit_code == 0, taken.stderr
    assert taken.stdout.startswith(f"ok  {url}  ")
    assert "version 1" in harvester("status", sources, "--url", url).stdout
    checked = harvester("archive", "check", *(tmp_path / "warc").glob("*.warc.gz"))
    assert checked.exit_code == 0, checked.stdout
    assert json.loads(harvester("status", sources, "--json").stdout)["articles"] == 2
    harvester("crawl", sources, "--now")
    assert "version 1" in harvester("status", sources, "--url", url).stdout


@pytest.mark.parametrize(
    ("arguments", "code", "words"),
    [
        (["saved.html"], 2, "--url"),
        (["saved.html", "--url", "ftp://courier.example/x"], 2, "bad_url"),
        (["saved.html", "--url", "https://elsewhere.example/1"], 2, "--source"),
        (["saved.html", "--url", URL, "--source", "curier"], 2, "did you mean 'courier'"),
        (["shell.html", "--url", URL], 1, "[needs_js]"),
        (["text.txt", "--url", URL], 2, "give the page itself"),
        (["missing.html", "--url", URL], 2, "does not exist"),
    ],
)
def test_what_cannot_be_taken_in_is_told_with_what_to_do(tmp_path, monkeypatch, arguments, code, words):
    monkeypatch.chdir(tmp_path)
    Path("saved.html").write_bytes(page_of().body)
    Path("shell.html").write_bytes(SHELL)
    Path("text.txt").write_text("\n\n".join(story("text")))
    Path("sources.toml").write_text(
        'contact = "me@example.org"\noutput = "out"\n[[source]]\nname = "courier"\nhome = "https://courier.example/"\n'
    )
    result = harvester("adopt", *arguments, "sources.toml")
    assert (result.exit_code, words in result.stderr) == (code, True), result.stderr


def test_nothing_is_asked_for(crawl, monkeypatch):
    real = socket.socket.connect

    def refuse(opened, address):
        assert opened.family == socket.AF_UNIX, address  # of the process that reads the page
        return real(opened, address)

    monkeypatch.setattr(socket.socket, "connect", refuse)
    assert isinstance(adopt(crawl, page_of(), None, Options()).done, Done)
