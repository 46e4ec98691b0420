"""The archive of raw pages: others' tools read it, a crash costs one record at most, damage is told (cases 21-26)."""

import gzip
import io
import resource
import shutil
import signal
import subprocess
import sys
from contextlib import contextmanager
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from harvester.archive.formats.warc_reader import Loss, Record, archived_page, page_of, payload_digest, read_records
from harvester.archive.formats.warc_writer import ArchivedAnswer, WarcSettings, WarcWriter
from harvester.compression.members import read_members
from harvester.errors import StoreError
from harvester.models import Page

FETCHED = datetime(2024, 3, 21, 8, 0, 0, 123456, tzinfo=UTC)
TEXT = "A grey seal lay on the slipway of the inner harbour for three hours, and nobody dared to wake it. "


def page(number=1, **changes):
    body = f"<html><body><article><h1>Seal {number}</h1><p>{TEXT * 3}</p></article></body></html>".encode()
    headers = (("content-type", "text/html; charset=utf-8"), ("content-encoding", "br"), ("set-cookie", "session=1"))
    return replace(
        Page(f"https://a.example/{number}?q=ü".replace("ü", "%C3%BC"), body, None, 200, headers, FETCHED), **changes
    )


def warcs(folder):
    return sorted(folder.glob("*.warc.gz"))


def good(path):
    return [record for record in read_records(path) if isinstance(record, Record)]


def losses(path):
    return [record for record in read_records(path) if isinstance(record, Loss)]


def write(folder, count=3, **settings):
    with WarcWriter(folder, WarcSettings(**settings)) as writer:
        return [writer.append(page(number)) for number in range(count)]


# ── what stands in it ────────────────────────────────────────────────────────────────────────


def test_a_page_comes_back_as_it_was(tmp_path):
    for number, place in enumerate(write(tmp_path)):
        back = archived_page(tmp_path, place)
        assert (back.url, back.body, back.status, back.fetched_at) == (
            page(number).url,
            page(number).body,
            200,
            FETCHED,
        )
        assert back.header("content-encoding") == "br"
        assert place.digest == payload_digest(page(number).body)


def test_sessions_are_not_archived(tmp_path):
    write(tmp_path)
    assert b"session" not in gzip.decompress(warcs(tmp_path)[0].read_bytes())


def test_records_are_those_of_the_standard(tmp_path):
    with WarcWriter(tmp_path, WarcSettings(user_agent="harvester/9 (+https://example.com/bot)")) as writer:
        first = writer.append(page())
        writer.revisit(page(), ArchivedAnswer(page().url, FETCHED, first.digest))
        writer.revisit(page(body=b"", status=304), ArchivedAnswer(page().url, FETCHED, first.digest))
        writer.append(page(truncated=True, final_url="https://a.example/after-a-redirect"))
    records = good(warcs(tmp_path)[0])
    assert [record.kind for record in records] == [
        "warcinfo",
        *("response request revisit request".split()),
        *("revisit request response request".split()),
    ]
    revisit, not_modified, cut = records[3], records[5], records[7]
    assert revisit.header("warc-refers-to-target-uri") == page().url
    assert revisit.header("warc-refers-to-date") == records[1].header("warc-date") == "2024-03-21T08:00:00.123456Z"
    assert revisit.header("warc-payload-digest") == first.digest
    assert revisit.header("warc-profile").endswith("/identical-payload-digest")
    assert not_modified.header("warc-profile").endswith("/server-not-modified")
    assert [name for name, _ in not_modified.headers].count("warc-profile") == 1
    assert cut.header("warc-truncated") == "length"
    assert cut.header("warc-target-uri") == "https://a.example/after-a-redirect"
    assert records[2].block.startswith(
        b"GET /1?q=%C3%BC HTTP/1.1\r\nHost: a.example\r\nUser-Agent: harvester/9 (+https"
    )
    assert records[2].header("warc-concurrent-to") == records[1].header("warc-record-id")


def test_warcio_finds_every_digest_right(tmp_path):
    with WarcWriter(tmp_path, WarcSettings(max_bytes=4_000)) as writer:
        places = [writer.append(page(number)) for number in range(12)]
        writer.append(page(body=b""))
        writer.revisit(page(), ArchivedAnswer(page().url, FETCHED, places[0].digest))
    files = [str(path) for path in warcs(tmp_path)]
    assert len(files) > 2
    checked = subprocess.run(
        [sys.executable, "-m", "warcio.cli", "check", "-v", *files], capture_output=True, text=True, check=False
    )
    assert (checked.returncode, checked.stderr) == (0, "")
    assert "fail" not in checked.stdout
    assert checked.stdout.count("digest pass") >= 2 * 13


def test_fastwarc_finds_every_digest_right(tmp_path):
    fastwarc = pytest.importorskip("fastwarc.warc", reason="fastwarc comes with the extra `bench`")
    write(tmp_path, 5)
    with warcs(tmp_path)[0].open("rb") as file:
        assert all(record.verify_block_digest() for record in fastwarc.ArchiveIterator(file, parse_http=False))
    with warcs(tmp_path)[0].open("rb") as file:
        responses = fastwarc.ArchiveIterator(file, record_types=fastwarc.WarcRecordType.response)
        assert [record.verify_payload_digest() for record in responses] == [True] * 5


def test_a_full_file_is_followed_by_the_next(tmp_path):
    places = write(tmp_path, 10, max_bytes=2_000)
    assert len({place.file for place in places}) == len(warcs(tmp_path)) > 2
    assert all(good(path)[0].kind == "warcinfo" for path in warcs(tmp_path))
    assert {archived_page(tmp_path, place).url for place in places} == {page(number).url for number in range(10)}


def test_the_next_run_writes_on_in_the_last_file(tmp_path):
    first, second = write(tmp_path), write(tmp_path)
    assert len(warcs(tmp_path)) == 1
    assert [archived_page(tmp_path, place).url for place in (*first, *second)] == [page(n).url for n in range(3)] * 2


def test_a_file_that_is_moved_away_while_it_is_written_is_followed_by_the_next(tmp_path):
    """A run may last for months, and its archive be moved to another disk meanwhile."""
    folder, other = tmp_path / "archive", tmp_path / "other"
    other.mkdir()
    with WarcWriter(folder) as writer:
        first = writer.append(page(1))
        writer.sync()
        (folder / first.file).rename(other / first.file)
        second = writer.append(page(2))
        writer.sync()
    assert [len(good(path)) for path in (other / first.file, folder / second.file)] == [3, 3]


def test_a_file_that_is_removed_before_the_disk_has_it_is_an_error(tmp_path):
    with WarcWriter(tmp_path) as writer:
        (tmp_path / writer.append(page()).file).unlink()
        with pytest.raises(StoreError, match="moved or removed"):
            writer.sync()


def test_an_archive_that_is_removed_is_an_error_and_closes_nobody_elses_file(tmp_path):
    writer = WarcWriter(tmp_path / "archive")
    shutil.rmtree(tmp_path / "archive")
    with pytest.raises(StoreError, match="cannot be written"):
        writer.append(page())
    with (tmp_path / "another").open("w") as another:
        writer.close()
        another.write("still open")


def test_a_second_writer_is_refused_and_another_prefix_is_not(tmp_path):
    with WarcWriter(tmp_path), WarcWriter(tmp_path, WarcSettings(prefix="other")):
        with pytest.raises(StoreError, match="another process writes this archive") as caught:
            WarcWriter(tmp_path)
        assert caught.value.reason == "unwritable"
    write(tmp_path)


def test_a_machine_whose_name_begins_another_ones_never_writes_in_its_files(tmp_path):
    long, short = WarcSettings(prefix="harvester-web-3"), WarcSettings(prefix="harvester-web")
    with WarcWriter(tmp_path, long) as three:
        places = [three.append(page(1))]
        with WarcWriter(tmp_path, short) as web:
            foreign = web.append(page(2))
            places.append(three.append(page(3)))
    assert foreign.file != places[0].file
    assert [archived_page(tmp_path, place).url for place in places] == [page(1).url, page(3).url]


def test_a_marker_never_cuts_another_machines_file(tmp_path):
    place = write(tmp_path, 1, prefix="harvester-web-3")[0]
    (tmp_path / "harvester-web.open").write_text(f'{{"file": "{place.file}", "size": 0}}')
    torn = tmp_path / place.file
    torn.write_bytes(torn.read_bytes() + b"half of a record that is just being written")
    size = torn.stat().st_size
    write(tmp_path, 1, prefix="harvester-web")
    assert torn.stat().st_size == size


# ── crashes and full disks (cases 21, 22) ────────────────────────────────────────────────────


WRITE_AND_WAIT = f"""
import sys, time
sys.path[:0] = {[str(Path(__file__).parent)]!r}
from pathlib import Path
from test_warc import WarcWriter, page
writer = WarcWriter(Path(sys.argv[1]))
for number in range(2, 6):
    writer.append(page(number))
print("written", flush=True)
time.sleep(60)
"""


@pytest.fixture(scope="module")
def crashed(tmp_path_factory):
    """Return a folder as kill -9 leaves it, the places of its pages, and where its first run ended."""
    folder = tmp_path_factory.mktemp("crashed")
    write(folder, 2)
    size = warcs(folder)[0].stat().st_size
    child = subprocess.Popen([sys.executable, "-c", WRITE_AND_WAIT, str(folder)], stdout=subprocess.PIPE)
    assert child.stdout.readline() == b"written\n"
    child.kill()
    child.wait()
    child.stdout.close()
    return folder, size


def test_killing_a_writer_loses_nothing_that_was_appended(crashed):
    folder, _ = crashed
    pages = [page_of(record) for record in good(warcs(folder)[0]) if record.kind == "response"]
    assert [one.url for one in pages] == [page(number).url for number in range(6)]


@settings(max_examples=40, deadline=None)
@given(share=st.floats(0, 1))
def test_a_torn_record_is_cut_off_and_all_before_it_stay(crashed, tmp_path_factory, share):
    origin, size = crashed
    folder = tmp_path_factory.mktemp("torn")
    whole = warcs(origin)[0].read_bytes()
    cut = size + int(share * (len(whole) - size))
    path = folder / warcs(origin)[0].name
    path.write_bytes(whole[:cut])
    (folder / "harvester.open").write_bytes((origin / "harvester.open").read_bytes())
    ends = [member.end for member in read_members(io.BytesIO(whole))]
    with WarcWriter(folder) as writer:
        assert writer.cut_bytes == cut - max(end for end in ends if end <= cut)
        place = writer.append(page(77))
    assert losses(path) == []
    assert archived_page(folder, place).url == page(77).url
    assert len(good(path)) == sum(end <= cut for end in ends) + 2


def test_a_crash_before_the_file_was_made_costs_nothing(tmp_path):
    (tmp_path / "harvester.open").write_text('{"file": "harvester-1-00001.warc.gz", "size": 0}')
    assert len(write(tmp_path)) == 3


def test_a_marker_never_leads_out_of_the_folder(tmp_path):
    outside = tmp_path / "precious.warc.gz"
    outside.write_bytes(b"not yours")
    folder = tmp_path / "archive"
    folder.mkdir()
    (folder / "harvester.open").write_text('{"file": "../precious.warc.gz", "size": 0}')
    write(folder)
    assert outside.read_bytes() == b"not yours"


@contextmanager
def room_for(size):
    """Let no file grow beyond `size`, as a full disk does."""
    before = resource.getrlimit(resource.RLIMIT_FSIZE)
    ignored = signal.signal(signal.SIGXFSZ, signal.SIG_IGN)
    resource.setrlimit(resource.RLIMIT_FSIZE, (size, before[1]))
    try:
        yield
    finally:
        resource.setrlimit(resource.RLIMIT_FSIZE, before)
        signal.signal(signal.SIGXFSZ, ignored)


def test_a_full_disk_is_told_and_leaves_whole_records_only(tmp_path):
    with WarcWriter(tmp_path) as writer:
        place = writer.append(page(1))
        size = warcs(tmp_path)[0].stat().st_size
        with room_for(size + 100), pytest.raises(StoreError) as caught:
            writer.append(page(2))
        assert caught.value.reason == "disk_full"
        assert warcs(tmp_path)[0].stat().st_size == size
        again = writer.append(page(3))
    assert losses(warcs(tmp_path)[0]) == []
    assert [archived_page(tmp_path, one).url for one in (place, again)] == [page(1).url, page(3).url]
