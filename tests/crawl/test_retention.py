"""What a crawl may throw away: never what something points to, at no moment."""

import itertools
import json
import os
import re
import shutil
import signal
import warnings
from datetime import UTC, datetime, timedelta
from hashlib import sha256

import pytest
from click.testing import CliRunner
from function_web import FunctionWeb, article, feed, run
from hand_clock import Clock

from harvester.archive.formats.warc_reader import archived_page
from harvester.archive.formats.warc_writer import WarcSettings, WarcWriter
from harvester.cli import commands
from harvester.crawl import retention
from harvester.crawl.retention import Keep, RemovalTally, removals, remove
from harvester.crawl.state.database import sqlite_address
from harvester.crawl.state.store import State
from harvester.models import Archive
from harvester.store.article_pointers import pointers_of, with_previous
from harvester.store.changes.change_line import parse_change
from harvester.store.changes.changed_articles import ChangedArticles
from harvester.store.datasets.storage import LocalStorage
from harvester.store.lock import hold_lock

SITE = "https://courier.example"
HOUR_S = 3_600
EDITS = 4


@pytest.fixture(scope="module")
def crawled(tmp_path_factory):
    """Crawl two articles of which one is edited again and again, with a file of raw pages a run; return the folder."""
    folder, clock = tmp_path_factory.mktemp("crawled"), Clock()
    (folder / "out").mkdir()
    state = State(sqlite_address(folder / "out" / "crawl.sqlite"), clock)
    state._skew_s = 0.0
    web = FunctionWeb({f"{SITE}/feed": feed(f"{SITE}/a", f"{SITE}/b")} | {f"{SITE}/{n}": article(n) for n in "ab"})
    for number in range(EDITS + 1):
        web.pages[f"{SITE}/a"] = article(f"a {number}", title=f"Edit {number}")
        run(web, state, folder / "out", archive=WarcWriter(folder / "archive", WarcSettings(max_bytes=1)))
        clock.now += 7 * HOUR_S
    state.close()
    (folder / "sources.toml").write_text(
        f'contact = "{SITE}"\noutput = "out"\narchive = "archive"\n[[source]]\nname = "courier"\nhome = "{SITE}"\n'
    )
    return folder, clock.now


@pytest.fixture
def crawl(crawled, tmp_path, clock):
    """Return a copy of the crawl, at the time of its end."""
    folder, clock.now = crawled
    return shutil.copytree(folder, tmp_path / "crawl")


@pytest.fixture
def address(crawl):
    return sqlite_address(crawl / "out" / "crawl.sqlite")


def prune(folder, *options):
    arguments = ["archive", "prune", str(folder / "sources.toml")]
    for option in options:
        arguments += ["--keep", option] if "=" in str(option) else [str(option)]
    return CliRunner().invoke(commands, arguments)


def everything(folder):
    paths = [*(folder / "out").rglob("*.json"), *(folder / "archive").glob("*.warc.gz")]
    return {path.relative_to(folder).as_posix(): path.read_bytes() for path in paths}


def versions(folder):
    paths = [path for path in (folder / "out").rglob("*.json") if "versions" in path.parts]
    return sorted(int(path.name.split(".")[1]) for path in paths)


def broken_links(folder):
    """Yield what points to nothing: raw pages, versions before, changes from a number on."""
    for path in (folder / "out").rglob("*.json"):
        found = json.loads(path.read_bytes())
        place = found["page"]["archive"]
        try:
            archived_page(folder / "archive", Archive(**place))
        except Exception as error:  # noqa: BLE001 - whatever it is
            yield f"{path.name}: {error}"
        previous = found["edition"]["previous"]
        home = path.parent.parent if "versions" in path.parts else path.parent
        if previous is not None and not (home / previous).is_file():
            yield f"{path.name}: {previous}"


def untold(folder, taken):
    """Yield the changes behind a number whose article cannot be had."""
    finder = ChangedArticles(LocalStorage(folder / "out"))
    for line in (folder / "out" / "changes.jsonl").read_bytes().splitlines():
        change = parse_change(line)
        if change.seq > taken and finder.find(change) is None:
            yield change


def last(folder):
    return json.loads((folder / "out" / "changes.jsonl").read_bytes().splitlines()[-1])["seq"]


def test_without_delete_nothing_changes_and_what_would_go_is_named(crawl):
    before = everything(crawl)
    result = prune(crawl, "versions=2", "--taken", last(crawl))
    assert result.exit_code == 0
    assert len(re.findall(r"^version .*\.[123]\.json$", result.stdout, re.MULTILINE)) == 3
    assert "3 versions and 0 files" in result.stderr
    assert "nothing was removed" in result.stderr
    assert everything(crawl) == before


@pytest.mark.parametrize(("kept", "left"), [(1, []), (2, [4]), (4, [2, 3, 4]), (9, [1, 2, 3, 4])])
def test_the_latest_versions_stay_and_no_link_breaks(crawl, kept, left):
    result = prune(crawl, f"versions={kept}", "--taken", last(crawl), "--delete")
    assert (result.exit_code, versions(crawl)) == (0, left), result.output
    assert list(broken_links(crawl)) == []
    assert prune(crawl, f"versions={kept}", "--taken", last(crawl), "--delete").stdout == ""


def test_a_number_that_the_list_has_not_reached_is_refused_before_anything_goes(crawl):
    """It is another crawl's: readers of this one may have taken nothing."""
    before = everything(crawl)
    result = prune(crawl, "versions=1", "--taken", last(crawl) + 1, "--delete")
    assert result.exit_code == 2
    assert f"ends at {last(crawl)}, and readers cannot have taken change {last(crawl) + 1}" in result.output
    assert everything(crawl) == before


def test_the_page_of_an_earlier_version_is_found_from_its_file(crawl):
    first = min((crawl / "out").rglob("versions/*.1.json"))
    page = CliRunner().invoke(commands, ["archive", "page", str(first)])
    assert page.exit_code == 0, page.output
    assert sha256(page.stdout_bytes).hexdigest() == json.loads(first.read_bytes())["page"]["sha256"]


def test_a_version_stays_while_a_reader_may_not_have_taken_it(crawl):
    result = prune(crawl, "versions=1", "--delete")
    assert versions(crawl) == [1, 2, 3, 4]
    assert "4 versions stay because readers" in result.stderr
    prune(crawl, "versions=1", "--taken", 3, "--delete")  # 1 and 2 are the first versions, 3 is an edit
    assert versions(crawl) == [3, 4]
    assert list(untold(crawl, 3)) == []
    assert list(broken_links(crawl)) == []


def test_what_two_rules_say_is_kept_by_either(crawl):
    prune(crawl, "versions=1", "versions=1d", "--taken", last(crawl), "--delete")
    assert versions(crawl) == [1, 2, 3, 4]  # they were fetched a moment ago
    later = datetime.now(UTC) + timedelta(days=2)
    keep = Keep(versions=3, versions_days=1, taken=last(crawl))
    assert [one.path.name.split(".")[1] for one in removals(crawl / "out", None, keep, later, RemovalTally())] == [
        "2",
        "1",
    ]


def test_a_present_article_keeps_its_change_although_its_link_goes(crawl):
    prune(crawl, "versions=1", "--taken", last(crawl), "--delete")
    assert [change.version for change in untold(crawl, 0)] == [1, 2, 3, 4]


def test_raw_pages_go_when_nothing_points_there(crawl):
    later = datetime.now(UTC) + timedelta(days=2)
    tally = RemovalTally()
    before = list(removals(crawl / "out", crawl / "archive", Keep(warcs_days=1), later, tally))
    assert tally.pointed > EDITS
    prune(crawl, "versions=1", "--taken", last(crawl), "--delete")
    going = list(removals(crawl / "out", crawl / "archive", Keep(warcs_days=1), later, RemovalTally()))
    assert len(going) > len(before)  # those with raw pages of versions that went
    for one in going:
        remove(crawl / "out", one)
    assert list(broken_links(crawl)) == []
    assert list(removals(crawl / "out", crawl / "archive", Keep(warcs_days=1), later, RemovalTally())) == []


def test_a_size_keeps_the_latest_files(crawl):
    prune(crawl, "versions=1", "--taken", last(crawl), "--delete")
    now = datetime.now(UTC)
    assert list(removals(crawl / "out", crawl / "archive", Keep(warcs_bytes=10**9), now, RemovalTally())) == []
    assert list(removals(crawl / "out", crawl / "archive", Keep(warcs_bytes=0), now, RemovalTally()))
    assert prune(crawl, "warcs=1GB").stdout == ""


def test_while_an_article_cannot_be_read_no_raw_page_goes(crawl):
    prune(crawl, "versions=1", "--taken", last(crawl), "--delete")
    path = next((crawl / "out" / "courier.example").glob("*.json"))
    path.write_bytes(b"{")
    result = prune(crawl, "warcs=0d", "--delete")
    assert (result.exit_code, result.stdout) == (1, "")
    assert path.name in result.stderr


@pytest.mark.parametrize("name", ["out/crawl.lock", "out/crawl-other.lock", "archive/harvester-other.lock"])
def test_it_does_not_begin_while_a_crawl_runs(crawl, name):
    before = everything(crawl)
    (crawl / name).touch()
    with hold_lock(crawl / name, "machine 2"):
        result = prune(crawl, "versions=1", "--taken", last(crawl), "--delete")
    assert (result.exit_code, everything(crawl)) == (4, before)
    assert "machine 2" in result.stderr


@pytest.mark.parametrize("rule", ["versions=0", "versions=3GB", "warcs=3", "pages=3d", "versions"])
def test_a_rule_that_is_none_is_wrong_usage(tmp_path, rule):
    (tmp_path / "sources.toml").touch()
    result = CliRunner().invoke(commands, ["archive", "prune", str(tmp_path / "sources.toml"), "--keep", rule])
    assert (result.exit_code, "write versions=3" in result.stderr) == (2, True)


def test_the_next_crawl_goes_on_behind_what_was_thrown_away(crawl, state, clock):
    prune(crawl, "versions=1", "--taken", last(crawl), "--delete")
    web = FunctionWeb({f"{SITE}/feed": feed(f"{SITE}/a"), f"{SITE}/a": article("x", title="One more edit")})
    run(web, state, crawl / "out")
    assert versions(crawl) == [EDITS + 1]
    assert parse_change((crawl / "out/changes.jsonl").read_bytes().splitlines()[-1]).version == EDITS + 2


# ── kills ─────────────────────────────────────────────────────────────────────────────────────


def test_killed_at_any_step_it_has_broken_no_link_and_goes_on(crawl, tmp_path_factory):
    """A step is one change on disk: a link that is withdrawn, a file that goes."""
    for step in itertools.count(1):
        folder = tmp_path_factory.mktemp("killed") / "crawl"
        shutil.copytree(crawl, folder)
        if not is_killed(folder, step):
            break
        assert list(broken_links(folder)) == []
        prune(folder, "versions=1", "--taken", last(folder), "--delete")
        assert versions(folder) == []
        assert list(broken_links(folder)) == []
    assert step > EDITS + 3


def is_killed(folder, step):
    """Prune in a process of its own, which kills itself at a step; return whether there was such a step."""
    with warnings.catch_warnings():
        warnings.simplefilter("ignore", DeprecationWarning)
        child = os.fork()
    if child == 0:
        try:
            prune_and_die(folder, step)
        finally:
            os._exit(0)
    return os.WIFSIGNALED(os.waitpid(child, 0)[1])


def prune_and_die(folder, step):
    steps = itertools.count(1)

    def counted(real):
        def work(*arguments, **options):
            if next(steps) == step:
                os.kill(os.getpid(), signal.SIGKILL)
            return real(*arguments, **options)

        return work

    retention.write_atomic = counted(retention.write_atomic)
    type(folder).unlink = counted(type(folder).unlink)
    keep = Keep(versions=1, warcs_bytes=0, taken=last(folder))
    for one in removals(folder / "out", folder / "archive", keep, datetime.now(UTC), RemovalTally()):
        remove(folder / "out", one)


# ── links as bytes ────────────────────────────────────────────────────────────────────────────


def test_a_link_is_changed_and_nothing_else(crawl):
    for path in (crawl / "out").rglob("*.json"):
        body = path.read_bytes()
        name = pointers_of(body).previous
        assert with_previous(body, name) == body
        bare = with_previous(body, None)
        assert pointers_of(bare).previous is None
        assert with_previous(bare, name) == body
    with pytest.raises(ValueError, match="page"):
        pointers_of(b"{}")
