"""A whole day: a crawl is begun and run, a source fails, an article is edited, a page is saved by hand; all is told."""

import json
import threading
from collections import Counter
from concurrent.futures import ThreadPoolExecutor

import pytest
from click.testing import CliRunner
from sqlalchemy import create_engine, text

from harvester.cli import commands
from harvester.crawl.session import Hearers, Options, run_crawl
from harvester.crawl.sources import read_sources
from newssites import article_page, courier, story
from testweb import Reply, running

FIRST, SECOND = "127.0.3.1", "127.0.3.2"
STORIES = 3


class Newsroom:
    """Two sites of which one learns to refuse, and the other to edit."""

    def __init__(self) -> None:
        self.refuses = False
        self.is_edited = False

    def __call__(self, request):
        if request.path == "/robots.txt":
            return Reply(b"", 404)
        host = request.host.partition(":")[0]
        if self.refuses and host == FIRST:
            return Reply(b"", 403)
        if self.is_edited and host == SECOND and request.path == "/story-1":
            return Reply(article_page("Story 1, corrected", story("corrected")))
        return courier(STORIES)(request)


class Consumer:
    """Takes articles over; what it has and how far it is are written down together."""

    def __init__(self, sources) -> None:
        self.sources = sources
        self.since = 0
        self.taken = Counter()

    def run(self, at_most=10**6):
        """Take what follows; be killed before the change after `at_most`."""
        read = harvester("changes", self.sources, "--since", self.since, "--articles")
        assert read.exit_code == 0, read.stderr
        for line in read.stdout.splitlines()[:at_most]:
            change = json.loads(line)
            self.taken[change["id"], change["version"]] += 1
            self.since = change["seq"]


def harvester(*arguments):
    return CliRunner().invoke(commands, [str(argument) for argument in arguments])


@pytest.fixture
def newsroom():
    return Newsroom()


@pytest.fixture
def web(newsroom):
    with running(newsroom) as web:
        yield web


@pytest.fixture
def sources(web, address, tmp_path):
    """Return the file that `sources init` wrote for both sites, with the state in each database in turn."""
    file = tmp_path / "sources.toml"
    hosts = [f"{host}:{web.port}" for host in (FIRST, SECOND)]
    allowed = [f"--allow-host={host}" for host in hosts]
    urls = [f"http://{host}/" for host in hosts]
    begun = harvester(
        "sources", "init", *urls, *allowed, "--contact", "me@example.org", "--delay", "0.01", "--to", file
    )
    assert begun.exit_code == 0, begun.stderr
    file.write_text(f"state = {json.dumps(address)}\n{file.read_text()}")
    return file


def let_days_pass(address):
    """Make all that was visited due, as days later; lists come before the pages: a host that refuses is soon left."""
    engine = create_engine(address)
    with engine.begin() as connection:
        due = "CASE WHEN kind = 0 THEN 1 ELSE 2 END"
        connection.execute(text(f"UPDATE urls SET visited_at = visited_at - 259200, due_at = {due}"))
        connection.execute(text("UPDATE hosts SET due_at = 1 WHERE due_at IS NOT NULL"))
    engine.dispose()


def crawl_on_two_machines(sources):
    """Crawl with two machines at once, which share state and folders."""
    plan = read_sources(sources)
    done = []
    lock = threading.Lock()

    def hear(visit):
        with lock:
            done.append(visit)

    def one(machine):
        return run_crawl(plan, Options(machine=machine), Hearers(hear))

    with ThreadPoolExecutor(2) as machines:
        list(machines.map(one, ("one", "two")))
    return done


def told(sources):
    """Return what status says, by source."""
    lines = json.loads(harvester("status", sources, "--json").stdout)["sources"]
    return {line["name"]: line for line in lines}


def test_a_whole_day_is_told_and_handed_on_with_each_version_once(sources, web, newsroom, address, tmp_path):
    consumer = Consumer(sources)
    assert harvester("sources", "try", sources, SECOND).exit_code == 0
    assert harvester("crawl", sources).exit_code == 0
    consumer.run(at_most=2)  # killed
    consumer.run()
    assert len(consumer.taken) == 2 * STORIES
    assert {line["condition"] for line in told(sources).values()} == {"fine"}

    newsroom.refuses = newsroom.is_edited = True
    let_days_pass(address)
    if address.startswith("sqlite"):
        crawled = harvester("crawl", sources)
        assert (crawled.exit_code, f"visits failed at {FIRST}" in crawled.stderr) == (1, True)
    else:
        done = crawl_on_two_machines(sources)
        assert {visit.outcome for visit in done if visit.source == FIRST} == {"blocked"}
    lines = told(sources)
    assert (lines[FIRST]["condition"], lines[FIRST]["reason"], lines[FIRST]["needs_person"]) == (
        "failing",
        "blocked",
        True,
    )
    assert lines[SECOND]["condition"] == "fine"
    assert harvester("status", sources).stdout.splitlines()[1].startswith(f"!  {FIRST}")
    consumer.run(at_most=0)  # killed at once
    consumer.run()

    saved = tmp_path / "saved.html"
    saved.write_bytes(article_page("A story that only a browser shows", story("browser")))
    url = f"http://{FIRST}:{web.port}/story-new"
    adopted = harvester("adopt", saved, sources, "--url", url)
    assert adopted.exit_code == 0, adopted.stderr
    assert "version 1" in harvester("status", sources, "--url", url).stdout
    consumer.run()

    stored = {
        (path.stem.partition(".")[0], json.loads(path.read_bytes())["edition"]["version"])
        for path in (tmp_path / "articles").glob("**/*.json")
    }
    assert consumer.taken == Counter(dict.fromkeys(stored, 1))
    assert len(stored) == 2 * STORIES + 2  # one edited, one saved by hand
