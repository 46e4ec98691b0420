"""What a crawl hands on: a line for each version, in the order that a kill cannot break."""

import json
import os
import signal
import threading
import time
import warnings
from collections import Counter
from contextlib import contextmanager
from dataclasses import replace
from hashlib import sha256
from pathlib import Path

import pytest
from function_web import FunctionWeb, article, courier_source, feed, run, run_as

from harvester.crawl import article_files
from harvester.crawl import change_publisher as handing_on
from harvester.crawl import crash_safe_writer as writer
from harvester.crawl.state.store import State
from harvester.errors import StoreError
from harvester.store.changes.change_log import OpenLog, open_log
from testweb import Reply

SITE = "https://courier.example"
HOUR_S = 3_600
# Whatever the database: these do no more with it than the others.
in_a_file = pytest.mark.parametrize("address", ["sqlite"], indirect=True)
STORIES = [f"{SITE}/story-{number}" for number in range(3)]


@pytest.fixture
def web():
    return FunctionWeb({f"{SITE}/feed": feed(*STORIES)} | {url: article(url) for url in STORIES})


def lines(output):
    return [json.loads(line) for line in (output / "changes.jsonl").read_bytes().splitlines()]


def faults(output):
    """Yield what of a list of changes does not fit what stands on disk: each version must have one line, in order."""
    found = lines(output)
    numbers = [line["seq"] for line in found]
    if numbers != sorted(set(numbers)) or [line["at"] for line in found] != sorted(line["at"] for line in found):
        yield f"not in order: {numbers}"
    told = Counter((line["id"], line["version"]) for line in found if line["change"] != "gone")
    stored = {}
    for path in output.glob("**/*.json"):
        content = path.read_bytes()
        stored[path.stem.partition(".")[0], json.loads(content)["edition"]["version"]] = sha256(content).hexdigest()
    yield from (f"without a line: {version}" for version in stored.keys() - told.keys())
    yield from (f"without an article: {version}" for version in told.keys() - stored.keys())
    yield from (f"told {count} times: {version}" for version, count in told.items() if count != 1)
    for line in found:
        if line["change"] != "gone" and line["sha256"] != stored.get((line["id"], line["version"])):
            yield f"another file: {line}"
        if (line["change"] == "new") != (line["version"] == 1):
            yield f"no such change: {line}"


def edit(web, number, title):
    web.pages[STORIES[number]] = article(title, title=title)


# ── what is told ──────────────────────────────────────────────────────────────────────────────


def test_each_new_article_is_a_line_that_names_its_file(web, state, tmp_path):
    run(web, state, tmp_path)
    found = lines(tmp_path)
    assert [line["seq"] for line in found] == [1, 2, 3]
    assert {line["url"] for line in found} == set(STORIES)
    assert {(line["change"], line["source"], line["version"]) for line in found} == {("new", "courier", 1)}
    for line in found:
        content = (tmp_path / line["file"]).read_bytes()
        assert sha256(content).hexdigest() == line["sha256"]
        assert json.loads(content)["page"]["sha256"] == line["page"]
    assert state.count_waiting_changes() == 0


def test_an_edit_is_a_line_and_a_visit_without_one_is_none(web, state, tmp_path, clock):
    run(web, state, tmp_path)
    edit(web, 1, "A corrected headline")
    clock.now += 7 * HOUR_S
    run(web, state, tmp_path)
    [line] = lines(tmp_path)[3:]
    assert (line["change"], line["version"], line["url"]) == ("edited", 2, STORIES[1])
    assert list(faults(tmp_path)) == []


def test_what_was_missing_for_two_days_is_told_new_when_a_feed_names_it_again(web, state, tmp_path, clock):
    """A site that answers 404 for all it has, for some days, has lost nothing when it is back."""
    run(web, state, tmp_path)
    asked = dict(web.pages)
    late = f"{STORIES[0]}-late"
    web.pages = {url: Reply(b"<h1>Not found</h1>", 404) for url in asked} | {f"{SITE}/feed": feed(*STORIES, late)}
    for _ in range(8):
        clock.now += 6 * HOUR_S
        run(web, state, tmp_path)
    assert [line["change"] for line in lines(tmp_path)[3:]] == ["gone"] * 3
    web.pages = asked | {late: article("late"), f"{SITE}/feed": feed(*STORIES, late, f"{late}r")}
    clock.now += 24 * HOUR_S
    run(web, state, tmp_path)
    assert sorted(line["url"] for line in lines(tmp_path)[6:]) == sorted([*STORIES, late])
    assert {line["change"] for line in lines(tmp_path)[6:]} == {"new"}


def test_an_article_is_gone_at_the_third_404_and_new_when_it_comes_back(web, state, tmp_path, clock):
    run(web, state, tmp_path)
    was = web.pages[STORIES[0]]
    web.pages[STORIES[0]] = Reply(b"<h1>Not found</h1>", 404)
    for _ in range(4):
        assert len(lines(tmp_path)) == 3
        clock.now += 8 * 24 * HOUR_S
        run(web, state, tmp_path)
        if len(lines(tmp_path)) > 3:
            break
    [line] = lines(tmp_path)[3:]
    assert (line["change"], line["version"], line["url"]) == ("gone", 1, STORIES[0])
    assert state.find(STORIES[0]).due_at is None
    web.pages[STORIES[0]] = was
    wake(state, STORIES[0])
    run(web, state, tmp_path)
    [line] = lines(tmp_path)[4:]
    assert (line["change"], line["version"]) == ("new", 1)
    wake(state, STORIES[0])
    run(web, state, tmp_path)
    assert len(lines(tmp_path)) == 5


def wake(state, url):
    """Make a URL due that was given up."""
    from sqlalchemy import update  # noqa: PLC0415

    from harvester.crawl.state.state_tables import HOSTS, URLS  # noqa: PLC0415

    def work(connection):
        target = url.removeprefix(SITE)
        connection.execute(update(URLS).where(URLS.c.target == target).values(due_at=int(state.now()), failures=0))
        connection.execute(update(HOSTS).values(due_at=int(state.now()), blocked_until=0.0))

    state._database.run(work)


@in_a_file
def test_an_article_whose_file_was_deleted_is_gone_without_a_digest(web, state, tmp_path, clock):
    run(web, state, tmp_path)
    [path] = [path for path in tmp_path.glob("*/*.json") if json.loads(path.read_bytes())["url"] == STORIES[0]]
    path.unlink()
    web.pages[STORIES[0]] = Reply(b"<h1>Not found</h1>", 410)
    for _ in range(4):
        clock.now += 8 * 24 * HOUR_S
        run(web, state, tmp_path)
    [line] = lines(tmp_path)[3:]
    assert (line["change"], line["sha256"], line["page"]) == ("gone", None, None)


@in_a_file
def test_what_a_list_says_stays_when_the_clock_goes_back(web, state, tmp_path, clock):
    run(web, state, tmp_path)
    clock.now -= 60
    web.pages[f"{SITE}/feed"] = feed(*STORIES, f"{SITE}/late")
    web.pages[f"{SITE}/late"] = article("late")
    wake(state, f"{SITE}/feed")
    run(web, state, tmp_path)
    assert len(lines(tmp_path)) == 4
    assert list(faults(tmp_path)) == []


@in_a_file
def test_a_clock_that_was_far_ahead_leaves_one_time_in_the_future(web, state, tmp_path, clock):
    clock.now += 365 * 24 * HOUR_S
    run(web, state, tmp_path)
    ahead = lines(tmp_path)[-1]["at"]
    clock.now -= 365 * 24 * HOUR_S
    state.mend_times()
    edit(web, 1, "A corrected headline")
    clock.now += 8 * 24 * HOUR_S
    run(web, state, tmp_path)
    assert lines(tmp_path)[-1]["change"] == "edited"
    assert lines(tmp_path)[-1]["at"] < ahead


@in_a_file
def test_a_list_that_was_moved_away_goes_on_with_the_next_number(web, state, tmp_path, clock):
    run(web, state, tmp_path)
    (tmp_path / "changes.jsonl").rename(tmp_path / "changes-of-last-year.jsonl.old")
    edit(web, 1, "A corrected headline")
    clock.now += 7 * HOUR_S
    run(web, state, tmp_path)
    assert [line["seq"] for line in lines(tmp_path)] == [4]


@in_a_file
def test_a_state_that_was_lost_begins_no_number_anew(web, open_state, tmp_path, clock):
    run(web, open_state(), tmp_path)
    lost = State(f"sqlite:///{tmp_path / 'another.sqlite'}", clock)
    run(web, lost, tmp_path)
    lost.close()
    assert [line["seq"] for line in lines(tmp_path)] == [1, 2, 3, 4, 5, 6]
    assert lines(tmp_path)[3:] == [line | {"seq": line["seq"] + 3} for line in lines(tmp_path)[:3]]


# ── kills ─────────────────────────────────────────────────────────────────────────────────────


def killed(work):
    """Do something in a process of its own that kills itself meanwhile."""
    with warnings.catch_warnings():
        warnings.simplefilter("ignore", DeprecationWarning)  # other threads are idle; their locks are not taken
        child = os.fork()
    if child == 0:
        try:
            work()
        finally:
            os._exit(1)  # it was to be killed before
    assert os.WTERMSIG(os.waitpid(child, 0)[1]) == signal.SIGKILL


def die(*_):
    os.kill(os.getpid(), signal.SIGKILL)


@contextmanager
def death_at(point, monkeypatch):
    """Kill this process at a point of writing down."""
    with monkeypatch.context() as patch:
        where, name, before = {
            "before anything is staged": (writer, "stage_article", True),
            "when an article is staged": (writer, "stage_article", False),
            "before an article takes its place": (writer, "publish_article", True),
            "when an article has its place": (writer, "publish_article", False),
            "when an old version is kept": (article_files, "stage", True),
            "when the state says so": (State, "finish", False),
            "before numbers are given": (State, "number_changes", True),
            "when numbers are given": (State, "number_changes", False),
            "when half of the lines are written": (OpenLog, "append", None),
            "when the lines are written": (OpenLog, "append", False),
        }[point]
        real = getattr(where, name)

        def dying(*arguments, **options):
            if before:
                die()
            if before is None:
                log, content = arguments[0], b"".join(arguments[1])
                log._file.write(content[: len(content) * 2 // 3])
                die()
            real(*arguments, **options)
            die()

        patch.setattr(where, name, dying)
        yield


POINTS = (
    "before anything is staged",
    "when an article is staged",
    "before an article takes its place",
    "when an article has its place",
    "when an old version is kept",
    "when the state says so",
    "before numbers are given",
    "when numbers are given",
    "when half of the lines are written",
    "when the lines are written",
)
SHARED_POINTS = (
    "when an article has its place",
    "when the state says so",
    "when numbers are given",
    "when half of the lines are written",
)


@pytest.mark.parametrize(
    ("address", "point"),
    [*(("sqlite", point) for point in POINTS), *(("postgresql", point) for point in SHARED_POINTS)],
    indirect=["address"],
)
def test_killed_at_any_point_each_version_has_one_line(web, open_state, clock, tmp_path, monkeypatch, point):
    def crawl_and_die():
        with death_at(point, monkeypatch):
            run(web, open_state(), tmp_path)

    killed(crawl_and_die)  # at new articles
    clock.now += 600
    run(web, open_state(), tmp_path)
    assert list(faults(tmp_path)) == []
    assert len(lines(tmp_path)) == 3
    edit(web, 1, "A corrected headline")
    clock.now += 7 * HOUR_S
    killed(crawl_and_die)  # at an edited one
    edit(web, 1, "A headline that was corrected once more")
    edit(web, 2, "Another corrected headline")
    clock.now += 600
    state = open_state()
    run(web, state, tmp_path)
    clock.now += 13 * HOUR_S
    run(web, state, tmp_path)
    assert list(faults(tmp_path)) == []
    assert Counter(line["url"] for line in lines(tmp_path))[STORIES[2]] == 2
    assert state.count_waiting_changes() == 0


def test_a_transaction_that_is_done_twice_makes_one_line(web, state, tmp_path, monkeypatch):
    """The connection may be lost between the last word of a transaction and its answer."""
    real = State.finish

    def twice(state, *arguments):
        real(state, *arguments)
        return real(state, *arguments)

    monkeypatch.setattr(State, "finish", twice)
    run(web, state, tmp_path)
    assert list(faults(tmp_path)) == []


@in_a_file
def test_a_full_disk_ends_the_run_and_the_next_one_writes_the_lines(web, state, tmp_path, clock, monkeypatch):
    real = os.write

    def full(descriptor, content):
        if Path(f"/proc/self/fd/{descriptor}").readlink().name == "changes.jsonl":
            real(descriptor, content[:100])
            raise OSError(28, "No space left on device")
        return real(descriptor, content)

    monkeypatch.setattr("harvester.store.changes.change_log.os.write", full)
    with pytest.raises(StoreError) as error:
        run(web, state, tmp_path)
    assert error.value.reason == "disk_full"
    assert (tmp_path / "changes.jsonl").read_bytes() == b""
    monkeypatch.undo()
    clock.now += 2 * HOUR_S
    run(web, state, tmp_path)
    assert list(faults(tmp_path)) == []


# ── several machines ──────────────────────────────────────────────────────────────────────────


def test_a_machine_leaves_its_lines_to_the_one_that_is_writing(web, state, tmp_path, monkeypatch, clock):
    for name in ("_WAIT_S", "_LAST_WAIT_S"):
        monkeypatch.setattr(handing_on, name, 0.0)
    with open_log(tmp_path):
        run_as("one", web, state, tmp_path)
    assert lines(tmp_path) == []
    assert state.count_waiting_changes() == 3
    edit(web, 1, "A corrected headline")
    clock.now += 7 * HOUR_S
    run_as("two", web, state, tmp_path)
    assert list(faults(tmp_path)) == []
    assert len(lines(tmp_path)) == 4


def test_machines_that_write_at_once_give_each_number_once(open_state, address, clock, tmp_path):
    """Transactions become visible in another order than they began in: no line may come behind a later number."""
    web, sources = FunctionWeb(), []
    for name in "ab":
        home = f"https://{name}.example/"
        urls = [f"{home}story-{number}" for number in range(8)]
        web.pages |= {f"{home}feed": feed(*urls)} | {url: article(url) for url in urls}
        sources.append(replace(courier_source(feeds=(f"{home}feed",)), name=name, home=home))
    if address.startswith("sqlite"):
        pytest.skip("a state in a file has one machine")
    states = [open_state(), open_state()]
    failed = []

    def crawl(machine):
        try:
            run_as(f"machine {machine}", web, states[machine], tmp_path, sources)
        except BaseException as error:  # noqa: BLE001 - told below
            failed.append(error)

    threads = [threading.Thread(target=crawl, args=(machine,)) for machine in range(2)]
    for thread in threads:
        thread.start()
    seen = []
    while any(thread.is_alive() for thread in threads):
        if (tmp_path / "changes.jsonl").exists():
            whole = (tmp_path / "changes.jsonl").read_bytes().rpartition(b"\n")[0]
            seen += [
                number for line in whole.splitlines() if (number := json.loads(line)["seq"]) > max(seen, default=0)
            ]
        time.sleep(0.01)
    assert failed == []
    clock.now += 600
    run_as("machine 0", web, states[0], tmp_path, sources)
    assert list(faults(tmp_path)) == []
    assert len(lines(tmp_path)) == 16
    assert seen == list(range(1, len(seen) + 1))  # who reads along misses none
