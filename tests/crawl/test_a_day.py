"""A day of a crawl, from outside: two machines or one, what changes, what fails, and a reader that is killed."""

import json
import os
import re
import signal
import subprocess
import sys
import time
from pathlib import Path

import pytest
from click.testing import CliRunner
from sqlalchemy import create_engine, text

from harvester.cli import commands
from harvester.crawl.failure_table import PARKED_AT
from harvester.crawl.sources_file import read_sources
from harvester.crawl.state_place import state_address
from newssites import article_page, courier, story
from testweb import Reply, running

HOSTS, STORIES = 3, 3
MACHINE = Path(__file__).parent.parent.parent / "benchmarks" / "fleet_machine.py"

# Takes articles over as a program should: line and number are kept at once, half a line is none.
READER = """
import json, os, subprocess, sys
place, kept = sys.argv[1:]
with open(kept, "ab+") as file:
    file.seek(0)
    whole = file.read().rpartition(b"\\n")[0]
    whole += b"\\n" * bool(whole)
    file.truncate(len(whole))
    since = json.loads(whole.splitlines()[-1])["seq"] if whole else 0
    command = [sys.executable, "-m", "harvester", "changes", place, "--follow", "--articles", "--since", str(since)]
    with subprocess.Popen(command, stdout=subprocess.PIPE) as reader:
        for line in reader.stdout:
            os.write(file.fileno(), line)
"""


class Site:
    """News sites that change in the course of a day."""

    def __init__(self):
        self.site = courier(STORIES)
        self.edits = {}  # host and path -> title
        self.gone = set()
        self.down = set()  # hosts

    def __call__(self, request):
        host = request.host.partition(":")[0]
        if host in self.down:
            return Reply(b"<h1>Internal error</h1>", 500)
        if (host, request.path) in self.gone:
            return Reply(b"<h1>Not found</h1>", 404)
        if title := self.edits.get((host, request.path)):
            return Reply(article_page(title, story(title)))
        return self.site(request)


class Reader:
    """A program that follows the list of changes, and is killed now and then."""

    def __init__(self, place, kept):
        self.kept = kept
        self._command = [sys.executable, "-c", READER, str(place), str(kept)]
        self._process = None

    def start(self):
        self._process = subprocess.Popen(self._command, start_new_session=True)

    def kill(self):
        os.killpg(self._process.pid, signal.SIGKILL)
        self._process.wait()

    def lines(self):
        whole = self.kept.read_bytes().rpartition(b"\n")[0] if self.kept.exists() else b""
        return [json.loads(line) for line in whole.splitlines()]

    def wait_for(self, count):
        deadline = time.monotonic() + 60
        while len(self.lines()) < count and time.monotonic() < deadline:
            time.sleep(0.05)
        assert len(self.lines()) >= count


@pytest.fixture
def day(tmp_path):
    site = Site()
    with running(site) as web:
        sources = begin(tmp_path / "crawl", web.port)
        reader = Reader(sources, tmp_path / "taken.jsonl")
        reader.start()
        try:
            yield site, sources, reader
        finally:
            reader.kill()


def begin(folder, port):
    """Write a sources file from the home pages of the sites, and return it."""
    folder.mkdir()
    hosts = [f"127.0.1.{number}:{port}" for number in range(1, HOSTS + 1)]
    allowed = (option for host in hosts for option in ("--allow-host", host))
    told = ("--contact", "https://example.org/bot", "--delay", 0, "--to", folder / "sources.toml")
    begun = harvester("sources", "init", *(f"http://{host}/" for host in hosts), *allowed, *told)
    assert begun.exit_code == 0, begun.output
    return folder / "sources.toml"


def harvester(*arguments):
    return CliRunner().invoke(commands, [str(argument) for argument in arguments])


def crawl(sources, state, machines):
    """Crawl what is due, on one machine or on several at once; return the exit codes."""
    if machines == 1:
        return [harvester("crawl", sources, "--state", state).exit_code]
    command = [sys.executable, MACHINE, sources, state]
    runs = [subprocess.Popen([*command, f"machine-{number}"], stdout=subprocess.PIPE) for number in range(machines)]
    return [run.wait(timeout=100) for run in runs if run.communicate(timeout=100)]


def let_time_pass(state):
    """Let all that was visited be due again; what is not there now was not there twice before."""
    engine = create_engine(state)
    with engine.begin() as connection:
        connection.execute(text("UPDATE urls SET due_at = 0 WHERE due_at IS NOT NULL"))
        connection.execute(text("UPDATE urls SET failures = :two WHERE kind = 0"), {"two": 2 * PARKED_AT // 3})
        connection.execute(text("UPDATE hosts SET due_at = 0, blocked_until = 0"))
    engine.dispose()


def stored_under(output):
    return [json.loads(path.read_bytes()) for path in output.glob("**/*.json")]


def told(lines):
    return sorted((line["change"], line["url"].partition("//")[2].partition(":")[0], line["version"]) for line in lines)


@pytest.mark.parametrize("machines", [1, 2])
def test_a_day(day, machines, request):
    site, sources, reader = day
    output = sources.parent / "articles"
    state = state_address(read_sources(sources), request.getfixturevalue("postgres") if machines == 2 else None)

    # In the morning all is new.
    assert set(crawl(sources, state, machines)) <= {0, 6}
    reader.wait_for(2)
    reader.kill()
    reader.start()
    reader.wait_for(HOSTS * STORIES)
    assert {line["change"] for line in reader.lines()} == {"new"}
    assert harvester("changes", sources, "--since", HOSTS * STORIES).stdout == ""

    # Then a source fails, an article is edited, one is taken down, and the reader is killed once more.
    reader.kill()
    port = re.search(r"127\.0\.1\.1:(\d+)", sources.read_text())[1]
    site.edits["127.0.1.1", "/story-1"] = "A corrected headline"
    site.gone.add(("127.0.1.2", "/story-2"))
    site.down.add("127.0.1.3")
    let_time_pass(state)
    codes = crawl(sources, state, machines)
    assert machines == 2 or codes == [1]
    reader.start()
    reader.wait_for(HOSTS * STORIES + 2)
    assert told(reader.lines()[HOSTS * STORIES :]) == [("edited", "127.0.1.1", 2), ("gone", "127.0.1.2", 1)]
    [edited] = [line for line in reader.lines() if line["change"] == "edited"]
    assert edited["article"]["title"] == "A corrected headline"
    assert edited["source"] == "127.0.1.1"

    # What is known says so, and no version is there twice or missing.
    shown = json.loads(harvester("status", sources, "--state", state, "--json").stdout)
    assert shown["outcomes"]["gone"] == 1
    told_of = {one["name"]: one for one in shown["sources"]}
    assert (told_of["127.0.1.3"]["condition"], told_of["127.0.1.1"]["condition"]) == ("failing", "fine")
    assert f"http://127.0.1.3:{port}/" in told_of["127.0.1.3"]["url"]
    edits = [one for one in stored_under(output) if one["edition"]["version"] == 2]
    assert [one["url"] for one in edits] == [f"http://127.0.1.1:{port}/story-1"]
    everything = harvester("changes", sources, "--articles").stdout
    assert reader.kept.read_text() == everything
    versions = [(line["id"], line["version"]) for line in reader.lines() if line["change"] != "gone"]
    assert sorted(versions) == sorted((one["id"], one["edition"]["version"]) for one in stored_under(output))
    assert len(set(versions)) == len(versions) == HOSTS * STORIES + 1
    assert all(line["article"] for line in reader.lines() if line["change"] != "gone")
