"""`harvester crawl` and `harvester status` over sockets: exit codes, lines, metrics, kills, a full disk."""

import json
import random
import re
import shutil
import signal
import sqlite3
import subprocess
import sys
import threading
import time
from concurrent.futures import ThreadPoolExecutor
from contextlib import closing
from pathlib import Path

import pytest
from click.testing import CliRunner
from sqlalchemy import create_engine, text

from crawl_kills import compare, kill_often, write_sources
from harvester.cli import commands
from harvester.crawl.crawl_run import Hearers, Options, run_crawl
from harvester.crawl.shared_folder import check_folder
from harvester.crawl.sources_file import read_sources
from harvester.crawl.state.store import State
from harvester.errors import StoreError
from harvester.store.lock import LockedError, hold_lock
from newssites import courier
from testweb import Reply, running


@pytest.fixture
def web():
    with running(courier(4)) as web:
        yield web


@pytest.fixture
def sources(web, tmp_path):
    return write_sources(tmp_path / "crawl", web.port, 2)


def harvester(*arguments):
    return CliRunner().invoke(commands, [str(argument) for argument in arguments])


def test_a_run_prints_a_line_a_visit_writes_metrics_and_can_be_looked_into(web, sources, tmp_path):
    metrics = tmp_path / "harvester.prom"
    result = harvester("crawl", sources, "--metrics", metrics)
    lines = [json.loads(line) for line in result.stdout.splitlines()]
    assert result.exit_code == 0
    assert [line["outcome"] for line in lines] == ["ok"] * 12
    assert sum("article" in line for line in lines) == 8
    assert "8 new articles" in result.stderr
    samples = [line for line in metrics.read_text().splitlines() if not line.startswith("#")]
    label = r'[a-z]+="[a-z0-9_.:]*"'
    assert all(re.fullmatch(rf"harvester_[a-z_]+(\{{{label}(,{label})*\}})? [0-9.]+", line) for line in samples)
    visits = [line for line in samples if line.startswith("harvester_run_visits{")]
    assert all('outcome="ok"' in line for line in visits)
    assert sum(int(line.rpartition(" ")[2]) for line in visits) == 12

    shown = harvester("status", sources).stdout
    assert "articles  8" in shown
    assert "ended by: done" in shown
    report = json.loads(harvester("status", sources, "--json").stdout)
    assert (report["articles"], report["due"]) == (8, 0)
    url = lines[-1]["url"]
    assert "version 1" in harvester("status", sources, "--url", url).stdout
    assert harvester("status", sources, "--url", "https://nowhere.example/").exit_code == 1

    again = harvester("crawl", sources)
    assert (again.exit_code, again.stdout) == (0, "")


def test_failures_of_a_source_are_exit_code_1_and_named(web, sources):
    web.site = lambda request: Reply(b"", 404)
    result = harvester("crawl", sources)
    assert result.exit_code == 1
    assert "Failed: gone 4" in result.stderr


def test_a_limit_is_exit_code_5(sources):
    assert harvester("crawl", sources, "--max-pages", "3").exit_code == 5


def test_a_second_start_says_whose_lock_it_is_and_is_written_down(sources):
    harvester("crawl", sources, "--max-pages", "1")
    with hold_lock(sources.parent / "output" / "crawl.lock", "archive-1, process 4711"):
        result = harvester("crawl", sources)
    assert result.exit_code == 4
    assert "archive-1, process 4711" in result.stderr
    assert "ended by: overlap" in harvester("status", sources).stdout


@pytest.mark.parametrize(
    "arguments",
    [("--max-time", "soon"), ("--max-time", "0"), ("--max-pages", "0"), ("--jobs", "0"), ("--nonsense",)],
)
def test_wrong_usage_is_exit_code_2(sources, arguments):
    assert harvester("crawl", sources, *arguments).exit_code == 2


def test_a_broken_sources_file_is_exit_code_2_and_names_the_line(tmp_path):
    file = tmp_path / "sources.toml"
    file.write_text('contact = "https://a.example/"\noutput = "out"\n[[source]]\nhome = 7\n')
    result = harvester("crawl", file)
    assert result.exit_code == 2
    assert "sources.toml:4" in result.stderr


def test_a_status_without_a_state_is_wrong_usage(sources):
    result = harvester("status", sources)
    assert result.exit_code == 2
    assert "run harvester crawl first" in result.stderr


def test_a_state_that_cannot_be_reached_is_exit_code_3(sources):
    assert harvester("crawl", sources, "--state", "postgresql+psycopg://me@127.0.0.1:1/x").exit_code == 3


# ── kills, signals, a full disk (cases 21 to 23) ──────────────────────────────────────────────


def test_killed_again_and_again_it_loses_and_doubles_nothing(tmp_path):
    with running(courier(12)) as web:
        peace = write_sources(tmp_path / "peace", web.port, 3)
        killed = write_sources(tmp_path / "killed", web.port, 3)
        assert harvester("crawl", peace).exit_code == 0
        del web.requests[:]
        assert kill_often(killed, 3, random.Random(7)).count > 0
        assert harvester("crawl", killed).exit_code == 0
        loss = compare(peace.parent, killed.parent, sorted(web.requests, key=lambda request: request.at))
    assert loss.count == 0, loss


def test_ctrl_c_finishes_what_is_under_way(web, sources):
    at_once = web.site
    web.site = lambda request: Reply(**{**vars_of(at_once(request)), "after_s": 0.2})
    run = subprocess.Popen(command_of(sources), stdout=subprocess.PIPE, stderr=subprocess.PIPE)
    first = run.stdout.readline()
    run.send_signal(signal.SIGINT)
    rest, errors = run.communicate(timeout=30)
    assert run.returncode == 5
    assert b"stopped" in errors
    assert b"Traceback" not in errors
    outcomes = [json.loads(line)["outcome"] for line in (first + rest).splitlines()]
    assert set(outcomes) == {"ok"}
    assert len(outcomes) < 12
    web.site = at_once
    assert harvester("crawl", sources).exit_code == 0
    assert "articles  8" in harvester("status", sources).stdout


def test_a_second_ctrl_c_is_exit_code_5_too(sources, monkeypatch):
    def interrupted(*_, **__):
        raise KeyboardInterrupt

    monkeypatch.setattr("harvester.crawl.crawl_run.run_crawl", interrupted)
    result = harvester("crawl", sources)
    assert (result.exit_code, result.stderr) == (5, "stopped at once; the next run goes on\n")


def vars_of(reply):
    return {"body": reply.body, "status": reply.status, "headers": reply.headers}


# In a name space of its own, so that no rights are needed: a small disk, filled up, then freed again.
FULL_DISK = """set -u
mount -t tmpfs -o size=4000k tmpfs "$1" || exit 99
cp "$1.toml" "$1/sources.toml"
head -c 3400k /dev/zero > "$1/filler"
"$2" -m harvester crawl "$1/sources.toml" > /dev/null; echo "full: $?"
rm "$1/filler"
"$2" -m harvester crawl "$1/sources.toml" > /dev/null; echo "freed: $?"
echo "articles: $(ls "$1"/output/*/*.json | wc -l)"
echo "left behind: $(ls -A "$1"/output/*/ | grep -c part)"
"""


def test_a_full_disk_is_exit_code_3_and_the_next_run_goes_on(tmp_path):
    if shutil.which("unshare") is None or subprocess.run(["unshare", "-rm", "true"], check=False).returncode:
        pytest.skip("no name spaces here (unshare -rm), so no small disk")
    with running(courier(15)) as web:
        sources = write_sources(tmp_path / "crawl", web.port, 3)
        sources.rename(tmp_path / "crawl.toml")
        command = ["unshare", "-rm", "bash", "-c", FULL_DISK, "bash", str(tmp_path / "crawl"), sys.executable]
        result = subprocess.run(command, capture_output=True, text=True, check=False)
    assert "full: 3\n" in result.stdout, result.stderr
    assert "disk_full" in result.stderr
    assert "Traceback" not in result.stderr
    assert "freed: 0\n" in result.stdout, result.stderr
    assert "articles: 45\n" in result.stdout
    assert "left behind: 0\n" in result.stdout


def command_of(sources):
    return [sys.executable, "-m", "harvester", "crawl", str(sources)]


def test_a_full_standard_output_is_exit_code_3_and_the_next_run_goes_on(sources):
    with Path("/dev/full").open("wb") as full:  # Linux's own disk without room
        run = subprocess.run(command_of(sources), stdout=full, stderr=subprocess.PIPE, timeout=60, check=False)
    assert run.returncode == 3
    assert b"standard output: no room left" in run.stderr
    assert b"Traceback" not in run.stderr
    assert b"Exception" not in run.stderr
    assert harvester("crawl", sources).exit_code == 0
    assert "articles  8" in harvester("status", sources).stdout


def test_a_reader_that_leaves_ends_the_run_as_a_signal_does(web, sources):
    web.site = lambda request, site=web.site: Reply(**{**vars_of(site(request)), "after_s": 0.2})
    run = subprocess.Popen(command_of(sources), stdout=subprocess.PIPE, stderr=subprocess.PIPE)
    run.stdout.readline()
    run.stdout.close()
    with run.stderr:
        errors = run.stderr.read()
    assert run.wait(timeout=60) == 5
    assert b"stopped" in errors
    assert b"Traceback" not in errors
    assert b"Exception" not in errors


def test_metrics_that_cannot_be_written_are_told_before_anything_is_fetched(web, sources, tmp_path):
    result = harvester("crawl", sources, "--metrics", tmp_path / "nowhere" / "harvester.prom")
    assert result.exit_code == 2
    assert "is no folder" in result.stderr
    assert web.requests == []


# ── two machines (case 24) ────────────────────────────────────────────────────────────────────


def test_two_machines_share_one_crawl_without_asking_twice(postgres, tmp_path):
    with running(courier(12)) as web:
        plan = read_sources(write_sources(tmp_path / "shared", web.port, 6))
        done = {"one": [], "two": []}

        def work(name):
            run_crawl(plan, Options(state=postgres, machine=name), Hearers(done[name].append))

        threads = [threading.Thread(target=work, args=(name,)) for name in done]
        for thread in threads:
            thread.start()
            time.sleep(0.3)  # both begin with the same hosts due, one after the other, as timers do
        for thread in threads:
            thread.join()
        stories = [f"{request.host}{request.path}" for request in web.requests if "/story-" in request.path]
        outcomes = [visit.outcome for visits in done.values() for visit in visits]
    assert len(stories) == len(set(stories)) == 72
    assert outcomes.count("ok") == len(outcomes)
    assert sum(1 for _ in plan.output.glob("*/*.json")) == 72


def edited(site):
    """Return a site whose stories were edited since."""

    def answer(request):
        reply = site(request)
        if "/story-" not in request.path:
            return reply
        body = reply.body.replace(b"</p></div>", b" The mayor confirmed this on the following day.</p></div>")
        return Reply(body, reply.status)

    return answer


def make_all_due(address):
    engine = create_engine(address)
    with engine.begin() as connection:
        connection.execute(text("UPDATE urls SET due_at = 1"))
        connection.execute(text("UPDATE hosts SET due_at = 1"))
    engine.dispose()


def test_a_second_machine_goes_on_with_the_versions_of_the_first_in_one_shared_folder(postgres, tmp_path):
    with running(courier(3)) as web:
        plan = read_sources(write_sources(tmp_path / "shared", web.port, 2))
        options = [Options(state=postgres, machine=name) for name in ("web", "web-3")]
        first = run_crawl(plan, options[1], Hearers(lambda done: None))
        web.site = edited(web.site)
        make_all_due(postgres)
        second = run_crawl(plan, options[0], Hearers(lambda done: None))
    assert (first.tally.articles, first.tally.versions) == (6, 0)
    assert (second.tally.articles, second.tally.versions) == (0, 6)
    assert sum(1 for _ in plan.output.glob("*/*.json")) == 6
    assert sum(1 for _ in plan.output.glob("*/versions/*.1.json")) == 6
    editions = [json.loads(file.read_text())["edition"] for file in plan.output.glob("*/*.json")]
    assert {edition["version"] for edition in editions} == {2}
    assert harvester("archive", "check", "--strict", *plan.archive.glob("*.warc.gz")).exit_code == 0


def test_machines_that_share_a_server_run_in_one_folder_at_once_but_each_only_once(postgres, tmp_path):
    with running(courier(2)) as web:
        plan = read_sources(write_sources(tmp_path / "shared", web.port, 1))
        with hold_lock(plan.output / "crawl-archive-1.lock", "archive-1, process 4711"):
            assert (
                run_crawl(plan, Options(state=postgres, machine="archive-2"), Hearers(lambda done: None)).tally.articles
                == 2
            )
            with pytest.raises(LockedError, match="archive-1, process 4711"):
                run_crawl(plan, Options(state=postgres, machine="archive-1"), Hearers(lambda done: None))


def test_a_machine_that_writes_into_a_folder_of_its_own_is_refused_and_told_how_to_go_on(postgres, tmp_path):
    with running(courier(2)) as web:
        one, two = (read_sources(write_sources(tmp_path / name, web.port, 1)) for name in ("one", "two"))
        assert run_crawl(one, Options(state=postgres, machine="one"), Hearers(lambda done: None)).tally.articles == 2
        with pytest.raises(StoreError, match="write into another folder") as caught:
            run_crawl(two, Options(state=postgres, machine="two"), Hearers(lambda done: None))
        assert list(two.output.glob("*/*.json")) == []
        mark = (one.output / "crawl.id").read_text().strip()
        assert f"write {mark} into {two.output / 'crawl.id'}" in str(caught.value)
        (two.output / "crawl.id").write_text(mark)
        run_crawl(two, Options(state=postgres, machine="two"), Hearers(lambda done: None))


def test_machines_that_begin_a_shared_crawl_at_once_agree_on_its_folder(postgres, tmp_path):
    states = [State(postgres) for _ in range(4)]
    with ThreadPoolExecutor(4) as machines:
        list(machines.map(lambda state: check_folder(tmp_path, state), states))  # raises where one does not agree
    assert len(list(tmp_path.iterdir())) == 1
    for state in states:
        state.close()


# ── looking only ──────────────────────────────────────────────────────────────────────────────


def test_status_changes_nothing_in_a_state_of_an_earlier_harvester_and_says_what_brings_it_up(sources):
    harvester("crawl", sources)
    file = sources.parent / "output" / "crawl.sqlite"
    with closing(sqlite3.connect(file)) as state, state:
        later = {"hosts": "facts lease_no lease_at", "sources": "choice", "urls": "paused_at"}
        for table, columns in (later | {"runs": "machine sources seen_at"}).items():
            for column in columns.split():
                state.execute(f"ALTER TABLE {table} DROP COLUMN {column}")
        first = ("marks", "touched", "changes", "gone", "days", "figures", "troubles", "health", "addresses")
        for table in (*first, "fields", "field_texts"):
            state.execute(f"DROP TABLE {table}")
        state.execute("DROP INDEX urls_lists")
        state.execute("DROP INDEX urls_told")
        state.execute("DROP INDEX urls_article")
        state.execute("DELETE FROM schema_version WHERE version > 1")
    before = file.read_bytes()
    result = harvester("status", sources)
    assert result.exit_code == 3
    assert "the next crawl brings it there" in result.stderr
    assert file.read_bytes() == before
    assert harvester("crawl", sources).exit_code == 0
    assert "articles  8" in harvester("status", sources).stdout


def test_status_makes_no_tables_where_there_is_no_state(sources, tmp_path):
    file = tmp_path / "empty.sqlite"
    file.touch()
    result = harvester("status", "--state", f"sqlite:///{file}")
    assert result.exit_code == 3
    assert "run harvester crawl first" in result.stderr
    assert file.read_bytes() == b""
