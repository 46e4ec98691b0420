"""Five sources, four of them failing in different ways: what a person is told of each, over sockets."""

import json

import pytest
from click.testing import CliRunner

from harvester.cli import commands
from newssites import courier
from testweb import Reply, running

GOOD, DENIED, REFUSED, EMPTY, LOST = (f"127.0.2.{number}" for number in range(1, 6))
SHELL = b"""<!doctype html><html><head><title>Loading</title><script src="/app.js"></script></head><body>
<noscript>You need to enable JavaScript to run this app.</noscript><div id="root"></div></body></html>"""
NAMES = {GOOD: "good", DENIED: "denied", REFUSED: "refused", EMPTY: "empty", LOST: "lost"}
REASONS = {"denied": "robots_denied", "refused": "blocked", "empty": "needs_js", "lost": "gone"}


def site(request):
    """Answer as five sites, told apart by their hosts."""
    host = request.host.partition(":")[0]
    if host == DENIED and request.path == "/robots.txt":
        return Reply(b"User-agent: *\nDisallow: /\n", headers=(("Content-Type", "text/plain"),))
    if request.path == "/robots.txt":
        return Reply(b"", 404)
    if host == REFUSED:
        return Reply(b"<h1>Forbidden</h1>", 403)
    if host == EMPTY:
        return Reply(SHELL)
    if host == LOST:
        return Reply(b"", 404)
    return courier(3)(request)


def harvester(*arguments):
    return CliRunner().invoke(commands, [str(argument) for argument in arguments])


@pytest.fixture
def web():
    with running(site) as web:
        yield web


@pytest.fixture
def sources(web, tmp_path):
    hosts = [f"{host}:{web.port}" for host in NAMES]
    lines = ['contact = "https://example.org/bot"', 'output = "output"', f"allow_hosts = {hosts}"]
    lines += ["[defaults]", "delay_s = 0.05"]
    for host, name in NAMES.items():
        listed = "feed" if host in (GOOD, LOST, REFUSED) else ""
        lines += ["[[source]]", f'name = "{name}"', f'home = "http://{host}:{web.port}/"', "discover = []"]
        lines += [f'{"feeds" if listed else "sections"} = ["http://{host}:{web.port}/{listed}"]']
    file = tmp_path / "sources.toml"
    file.write_text("\n".join(lines), encoding="utf-8")
    return file


def test_each_of_five_sources_is_told_with_its_reason_its_evidence_and_what_to_do(sources, tmp_path):
    metrics = tmp_path / "m.prom"
    crawled = harvester("crawl", sources, "--metrics", metrics)
    assert crawled.exit_code == 1
    last = crawled.stderr.splitlines()[-1]
    assert last == "error: visits failed at denied (1), empty (1), lost (1), refused (1) [exit code 1]"
    assert "3 sources need a person:" in crawled.stderr  # what is gone may come back within hours
    lines = [json.loads(line) for line in crawled.stdout.splitlines()]
    assert {line["source"] for line in lines} == set(NAMES.values())
    assert {line["run"] for line in lines} == {1}
    assert all(line["at"].endswith("Z") and line["at"].startswith("20") for line in lines)
    samples = metrics.read_text()
    assert 'harvester_run_visits{source="refused",outcome="blocked"} 1' in samples
    assert 'harvester_source_needs_person{source="refused"} 1' in samples
    assert 'harvester_source_needs_person{source="good"} 0' in samples
    assert 'harvester_source_condition{source="empty",condition="failing",reason="needs_js"} 1' in samples

    shown = harvester("status", sources).stdout.splitlines()
    rows = {name: next(line for line in shown if line[3:].startswith(f"{name} ")) for name in NAMES.values()}
    for name, reason in REASONS.items():
        assert f"{reason}: " in rows[name]
        assert rows[name].startswith("!") == (name != "lost")
        assert " at http://127.0." in rows[name]  # which of its lists it is
    assert "status 403" in rows["refused"]
    assert "harvester adopt" in rows["empty"]
    assert "3/3/3" in rows["good"]
    assert [line for line in shown if line in rows.values()][-1] == rows["good"]  # the worst first

    told = {line["name"]: line for line in json.loads(harvester("status", sources, "--json").stdout)["sources"]}
    assert {name: line["reason"] for name, line in told.items()} == {**REASONS, "good": None}
    assert told["good"]["articles"] == {"1": 3, "7": 3, "30": 3}
    assert told["denied"]["last_good"] is None


def test_one_source_is_told_in_detail(sources, web):
    harvester("crawl", sources)
    shown = harvester("status", sources, "--source", "refused").stdout
    assert "condition  failing (a person should look at it)" in shown
    assert f"feed       http://{REFUSED}:{web.port}/feed: blocked" in shown
    good = harvester("status", sources, "--source", "good").stdout
    assert "3 articles, 4 visits" in good
    assert good.count("characters, confidence") == 4  # three texts, and what they are like
    detail = json.loads(harvester("status", sources, "--source", "good", "--json").stdout)["detail"]
    assert len(detail["texts"]) == 3
    wrong = harvester("status", sources, "--source", "goood")
    assert wrong.exit_code == 1
    assert "did you mean 'good'?" in wrong.stderr


def test_a_source_that_is_well_again_is_well_at_once(sources, web):
    harvester("crawl", sources)
    web.site = lambda request: courier(3)(request) if request.path != "/robots.txt" else Reply(b"", 404)
    harvester("crawl", sources, "--now", "refused")
    told = {line["name"]: line for line in json.loads(harvester("status", sources, "--json").stdout)["sources"]}
    assert told["refused"]["condition"] == "fine"
    assert told["empty"]["condition"] == "failing"  # nobody asked it


def test_a_wish_is_for_one_source_and_reads_its_robots_txt_anew(sources, web):
    harvester("crawl", sources)
    before = len(web.requests)
    result = harvester("crawl", sources, "--now", "denied")
    assert {json.loads(line)["source"] for line in result.stdout.splitlines()} == {"denied"}
    assert [request.path for request in web.requests[before:]] == ["/robots.txt"]
    everything = harvester("crawl", sources, "--now")
    assert {json.loads(line)["source"] for line in everything.stdout.splitlines()} == set(NAMES.values())


def test_a_run_that_leaves_something_does_not_say_that_nothing_is_due(sources):
    assert "what is left is for another run" in harvester("crawl", sources, "--now", "good").stderr
    assert "nothing more is due" in harvester("crawl", sources).stderr


def test_a_wish_for_a_source_that_is_none_is_wrong_usage(sources):
    result = harvester("crawl", sources, "--now", "goood")
    assert result.exit_code == 2
    assert "did you mean 'good'?" in result.stderr
    assert harvester("crawl", sources, "--now", "good", "--watch").exit_code == 2


def test_a_host_that_rests_is_not_asked_for_a_wish_either(sources, web):
    slow = (("Retry-After", "7200"),)
    web.site = lambda request: Reply(b"", 404) if request.path == "/robots.txt" else Reply(b"", 429, slow)
    first = harvester("crawl", sources)
    assert f"{GOOD} (asked again in 2 h)" in first.stderr.split("Hosts that rest: ")[1]
    before = len(web.requests)
    result = harvester("crawl", sources, "--now", "good")
    assert len(web.requests) == before
    assert f"note: {GOOD} asked for a rest, refused or did not answer" in result.stderr


def test_a_dry_run_tells_what_would_be_visited_and_changes_nothing(sources, web):
    dry = harvester("crawl", sources, "--dry-run")
    assert dry.exit_code == 0
    assert {json.loads(line)["source"] for line in dry.stdout.splitlines()} == set(NAMES.values())
    assert (web.requests, [path.name for path in sources.parent.iterdir()]) == ([], ["sources.toml"])
    harvester("crawl", sources)
    before = _content(sources.parent)
    count = len(web.requests)
    assert harvester("crawl", sources, "--dry-run").stdout == ""
    wished = harvester("crawl", sources, "--dry-run", "--now", "refused")
    assert [json.loads(line)["url"] for line in wished.stdout.splitlines()] == [f"http://{REFUSED}:{web.port}/feed"]
    assert "nothing was asked for" in wished.stderr
    assert (_content(sources.parent), len(web.requests)) == (before, count)


def _content(folder):
    return {path: path.read_bytes() for path in folder.rglob("*") if path.is_file() and path.suffix != ".sqlite-shm"}
