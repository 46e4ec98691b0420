"""Pages in buckets and on web servers are cleaned as those on a disk are: by ranges, nothing lost, nothing twice."""

import gzip
import json
import os
import signal
import subprocess
import sys
import time

import pytest
from click.testing import CliRunner

from cli.standins import clean_simply
from harvester.archive.discovery import NoSuchInputError, each_input, find_inputs
from harvester.archive.formats import read_entries
from harvester.archive.page_lookup import PageRequest, find_page
from harvester.archive.saved_page import SavedPage
from harvester.cli import commands
from harvester.errors import InputError
from harvester.reclean.job import CleanJob, Output
from harvester.reclean.run import run_job
from harvester.store.datasets import object_storage
from harvester.store.datasets.dataset_reader import read_set
from harvester.store.datasets.open_storage import open_storage
from harvester.store.datasets.remote_file import RemoteFile
from harvester.workers.process_pool import Effort, Pool
from saved_forms import answer, html, page_files, record, url, zipped


def warc(start, count):
    rows = (record("response", answer(html(n)), url(n)) for n in range(start, start + count))
    return b"".join(map(gzip.compress, rows))


@pytest.fixture
def bucket(s3):
    """Return the address of a bucket with two archives, a page and what is no page."""
    place = open_storage(s3[1])
    place.write("crawl/a/one.warc.gz", warc(0, 6))
    place.write("crawl/b/two.warc.gz", warc(6, 6))
    place.write("crawl/notes.pdf", b"%PDF")
    place.write("crawl/b/articles-00000.jsonl", b"{}\n")
    place.write("crawl/page.html", html(12))
    return s3[1]


def names(*arguments):
    return [item.name for item in find_inputs(arguments)]


# ── what an address means ────────────────────────────────────────────────────────────────────


@pytest.mark.parametrize(
    ("pattern", "found"),
    [
        ("crawl/a/one.warc.gz", ["crawl/a/one.warc.gz"]),
        ("crawl/*/*.warc.gz", ["crawl/a/one.warc.gz", "crawl/b/two.warc.gz"]),
        ("crawl/**/*.gz", ["crawl/a/one.warc.gz", "crawl/b/two.warc.gz"]),
        ("crawl/[b-z]/*", ["crawl/b/two.warc.gz"]),
        ("crawl", ["crawl/a/one.warc.gz", "crawl/b/two.warc.gz", "crawl/page.html"]),
        ("", ["crawl/a/one.warc.gz", "crawl/b/two.warc.gz", "crawl/page.html"]),
        ("*", []),
    ],
)
def test_a_file_a_prefix_and_a_glob_mean_the_pages_there(bucket, pattern, found):
    items = list(each_input([f"{bucket}/{pattern}"]))
    assert [item.name for item in items if not isinstance(item, InputError)] == [f"{bucket}/{name}" for name in found]
    assert [item.reason for item in items if isinstance(item, InputError)] == [] if found else ["no_pages"]


def test_a_prefix_is_a_folder_and_no_beginning_of_a_name(bucket):
    assert [item.reason for item in each_input([f"{bucket}/cra"])] == ["no_pages"]


def test_a_list_of_paths_names_files_from_the_root_of_its_bucket(bucket):
    lines = f"crawl/b/two.warc.gz\n\n{bucket}/crawl/a/one.warc.gz\nnotes.pdf\n../x.warc\n"
    open_storage(bucket).write("lists/warc.paths.gz", gzip.compress(lines.encode()))
    items = list(each_input([f"{bucket}/lists/warc.paths.gz"]))
    assert [item.name for item in items[:2]] == [f"{bucket}/crawl/b/two.warc.gz", f"{bucket}/crawl/a/one.warc.gz"]
    assert [item.subject for item in items[2:]] == [f"{bucket}/lists/warc.paths.gz:{line}" for line in (4, 5)]


def test_a_list_on_a_disk_names_files_beside_it_and_addresses(tmp_path, bucket):
    (tmp_path / "my.paths").write_text(f"a/x.warc.gz\n{bucket}/crawl/a/one.warc.gz\n")
    assert names(str(tmp_path / "my.paths")) == [str(tmp_path / "a" / "x.warc.gz"), f"{bucket}/crawl/a/one.warc.gz"]


def test_a_list_that_is_broken_is_told(tmp_path):
    (tmp_path / "x.paths.gz").write_bytes(gzip.compress(b"a.warc\n" * 99)[:-12])
    assert [item.reason for item in each_input([str(tmp_path / "x.paths.gz")]) if isinstance(item, InputError)]


def test_a_page_on_the_web_is_for_fetch():
    with pytest.raises(NoSuchInputError, match="harvester fetch"):
        names("https://a.example/story.html")


def test_without_the_extra_the_message_says_what_to_install(monkeypatch):
    monkeypatch.setitem(sys.modules, "obstore", None)
    with pytest.raises(NoSuchInputError, match=r"pip install 'article-harvester\[remote\]'"):
        names("s3://bucket/prefix")


# ── reading ──────────────────────────────────────────────────────────────────────────────────


def test_a_large_file_is_read_by_ranges_that_grow_and_a_part_of_it_alone(s3, monkeypatch):
    server, address = s3
    content = bytes(range(256)) * 40_000  # 10 MB
    open_storage(address).write("x.warc", content)
    server.requests.clear()
    with RemoteFile(f"{address}/x.warc").open() as file:
        assert file.read() == content
    assert len(server.requests) == 6  # of 256 kB, then twice as much each, up to 4 MB
    server.requests.clear()
    with RemoteFile(f"{address}/x.warc").open() as file:
        assert file.seek(-10, 2) == len(content) - 10
        assert file.read() == content[-10:]
    assert len(server.requests) == 2


def test_an_empty_file_and_one_that_is_not_there(s3):
    open_storage(s3[1]).write("empty.warc", b"")
    entries = [entry.found.reason for entry in read_entries(RemoteFile(f"{s3[1]}/empty.warc"), "warc")]
    assert entries == ["empty_input"]
    (missing,) = read_entries(RemoteFile(f"{s3[1]}/no.warc"), "warc")
    assert "no such object" in missing.found.explanation


@pytest.mark.parametrize("form", ["warc", "zip"])
def test_entries_are_those_of_the_same_file_on_a_disk(s3, tmp_path, form):
    content = warc(0, 5) if form == "warc" else zipped(page_files(5))
    name = {"warc": "a.warc.gz", "zip": "a.zip"}[form]
    (tmp_path / name).write_bytes(content)
    open_storage(s3[1]).write(name, content)
    here, there = (
        [(one.place, one.found) for one in read_entries(path, form)]
        for path in (tmp_path / name, RemoteFile(f"{s3[1]}/{name}"))
    )
    assert here == there
    assert len([found for _, found in here if isinstance(found, SavedPage)]) == 5


def test_a_page_is_found_in_a_bucket_by_its_url_and_its_record(bucket):
    assert find_page(PageRequest(url(7), (f"{bucket}/crawl",))).page.body == html(7)
    assert find_page(PageRequest(f"{bucket}/crawl/a/one.warc.gz:0")).page.body == html(0)
    assert find_page(PageRequest(f"{bucket}/crawl/page.html")).page.body == html(12)
    with pytest.raises(NoSuchInputError, match="holds more than one page"):
        find_page(PageRequest(f"{bucket}/crawl/a/one.warc.gz"))


# ── cleaning ─────────────────────────────────────────────────────────────────────────────────


class Watch:
    def __init__(self, then=lambda ended: None):
        self.ended, self._then = [], then

    def begins(self, phase, sizes):
        pass

    def page(self, unit, at, size):
        pass

    def ends(self, unit, size, result):
        self.ended.append(unit)
        self._then(len(self.ended))

    def note(self, words):
        pass


def job_of(bucket, work):
    """Return a job of some units, without memories of sites."""
    output = Output(f"{bucket}/out", "jsonl")
    paths = (f"{bucket}/crawl/*/*.warc.gz",)
    return CleanJob(paths, output, part_bytes=900, work=work, effort=Effort(1, 30.0), site_memory=False)


def urls_in(place):
    """Return the addresses of a set, sorted: each stands for a page."""
    return sorted(json.loads(entry.line)["url"] for entry in read_set(place))


ALL = sorted(url(number) for number in range(12))


def test_a_bucket_is_cleaned_into_a_bucket_as_a_folder_is(bucket, tmp_path):
    arguments = ["--to", f"{bucket}/out", "--work", str(tmp_path / "work"), "--format", "jsonl", "--jobs", "1"]
    result = CliRunner().invoke(commands, ["clean", f"{bucket}/crawl/*/*.warc.gz", *arguments])
    assert result.exit_code == 0, result.output
    (tmp_path / "crawl" / "a").mkdir(parents=True)
    (tmp_path / "crawl" / "b").mkdir(parents=True)
    for name in ("crawl/a/one.warc.gz", "crawl/b/two.warc.gz"):
        (tmp_path / name).write_bytes(open_storage(bucket).read(name))
    local = ["clean", str(tmp_path / "crawl/*/*.warc.gz"), "--to", str(tmp_path / "out"), *arguments[4:]]
    assert CliRunner().invoke(commands, local).exit_code == 0
    there, here = ([entry.line for entry in read_set(place)] for place in (f"{bucket}/out", tmp_path / "out"))
    assert there == here
    assert urls_in(f"{bucket}/out") == ALL


def test_page_files_in_a_bucket_are_cleaned_with_their_sidecars(s3, simply, tmp_path):
    place = open_storage(s3[1])
    for name, content in page_files(3):
        place.write(f"in/{name}", content)
    arguments = ["--to", f"{s3[1]}/out", "--work", str(tmp_path), "--jobs", "1"]
    result = CliRunner().invoke(commands, ["clean", f"{s3[1]}/in", *arguments])
    assert result.exit_code == 0, result.output
    assert {json.loads(entry.line)["url"] for entry in read_set(f"{s3[1]}/out")} == {url(n) for n in range(3)}


@pytest.fixture
def simply(monkeypatch):
    """Let the command clean with next to nothing: these tests are about files."""
    monkeypatch.setattr("harvester.reclean.run.clean_saved", clean_simply)


def test_a_bucket_that_throttles_for_a_while_costs_nothing(s3, bucket, tmp_path, monkeypatch):
    for name in ("_FIRST_PAUSE_S", "_LONGEST_PAUSE_S"):
        monkeypatch.setattr(object_storage, name, 0.01)
    server = s3[0]
    job = job_of(bucket, tmp_path)

    def throttle(ended):
        server.failing = 1 if ended in (1, 3) else 0  # each costs a pause of half a second

    with Pool(job.effort) as pool:
        assert run_job(job, clean_simply, Watch(throttle), pool).is_whole
    assert urls_in(f"{bucket}/out") == ALL


def test_a_bucket_that_is_away_for_long_ends_the_run_which_goes_on_later(s3, bucket, tmp_path, monkeypatch):
    for name, value in {"_FIRST_PAUSE_S": 0.01, "_LONGEST_PAUSE_S": 0.01, "_RETRIES": 2}.items():
        monkeypatch.setattr(object_storage, name, value)
    server = s3[0]
    script = (
        "import sys; from harvester.store.datasets import object_storage as o;"
        "o._FIRST_PAUSE_S = o._LONGEST_PAUSE_S = 0.01; o._RETRIES = 2;"
        "from harvester.cli import main; main(args=sys.argv[1:])"
    )
    arguments = ["clean", f"{bucket}/crawl/*/*.warc.gz", "--to", f"{bucket}/out", "--work", str(tmp_path)]
    run = [sys.executable, "-c", script, *arguments, "--format", "jsonl", "--jobs", "1", "--no-site-memory"]
    first = subprocess.Popen(run, stderr=subprocess.PIPE, text=True)
    wait_until(lambda: any("one.warc.gz" in one for one in list(server.requests)))
    server.failing = 1_000_000
    assert "[connect_error]" in first.communicate(timeout=60)[1]
    assert first.returncode == 1
    server.failing = 0
    again = subprocess.run(run, capture_output=True, text=True, check=False, timeout=60)
    assert again.returncode == 0, again.stderr
    assert urls_in(f"{bucket}/out") == ALL


def wait_until(is_so):
    until = time.monotonic() + 60
    while not is_so():
        assert time.monotonic() < until
        time.sleep(0.01)


def test_a_run_that_is_killed_goes_on_and_nothing_is_lost_or_doubled(s3, bucket, tmp_path):
    server = s3[0]
    arguments = ["clean", f"{bucket}/crawl/*/*.warc.gz", "--to", f"{bucket}/out", "--work", str(tmp_path)]
    run = [sys.executable, "-m", "harvester", *arguments, "--format", "jsonl", "--jobs", "1", "--no-site-memory"]
    first = subprocess.Popen(run, start_new_session=True, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
    wait_until(lambda: any(one.startswith("PUT") and "articles-" in one for one in list(server.requests)))
    os.killpg(first.pid, signal.SIGKILL)
    first.wait()
    again = subprocess.run(run, capture_output=True, text=True, check=False, timeout=60)
    assert again.returncode == 0, again.stderr
    assert urls_in(f"{bucket}/out") == ALL
