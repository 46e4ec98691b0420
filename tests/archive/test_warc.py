"""The archive of raw pages: others' tools read it, a crash costs one record at most, damage is told (cases 21-26)."""

import gzip
import io
import resource
import signal
import subprocess
import sys
from contextlib import contextmanager
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path

import pytest
from click.testing import CliRunner
from hypothesis import given, settings
from hypothesis import strategies as st

from harvester.archive.formats.warc_reader import Loss, Record, archived_page, page_of, payload_digest, read_records
from harvester.archive.formats.warc_writer import ArchivedAnswer, WarcSettings, WarcWriter
from harvester.cleaning import clean_page
from harvester.cli import commands
from harvester.compression.members import read_members
from harvester.errors import InputError, StoreError
from harvester.models import Archive, Page
from harvester.storable import storable_headers
from harvester.store.articles import article_json

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


# ── damage (case 25) ─────────────────────────────────────────────────────────────────────────


@pytest.fixture
def archive(tmp_path):
    write(tmp_path, 4)
    path = warcs(tmp_path)[0]
    with path.open("rb") as file:
        return path, [member.offset for member in read_members(file)]


def urls(path):
    return [record.header("warc-target-uri") for record in good(path) if record.kind == "response"]


def test_a_truncated_file_gives_what_there_is_and_names_the_place(archive):
    path, offsets = archive
    path.write_bytes(path.read_bytes()[:-7])  # the sums behind the last record, and none of its bytes
    words = f"the gzip member at {offsets[-1]:,} is broken: stops before its end; what there is of it is kept"
    assert len(good(path)) == len(offsets)
    assert losses(path) == [Loss(offsets[-1] + 1, words)]


def test_a_flipped_byte_costs_one_record(archive):
    path, offsets = archive
    content = bytearray(path.read_bytes())
    content[offsets[3] + 60] ^= 0x20
    path.write_bytes(content)
    assert urls(path) == [page(number).url for number in (0, 2, 3)]
    assert losses(path)[0].offset == offsets[3]


def test_a_wrong_length_costs_one_record(archive):
    path, _ = archive
    members = [member.content for member in read_members(io.BytesIO(path.read_bytes()))]
    for wrong in (b"Content-Length: 7", b"Content-Length: 999999", b"Content-Length: x"):
        start = members[3].index(b"\r\nContent-Length: ") + 2
        broken = members[3][:start] + wrong + members[3][members[3].index(b"\r\n", start) :]
        path.write_bytes(b"".join(map(gzip.compress, (*members[:3], broken, *members[4:]))))
        assert urls(path) == [page(number).url for number in (0, 2, 3)]
        assert len(losses(path)) == 1


def test_a_changed_block_is_found_by_its_digest(archive):
    path, _ = archive
    members = [member.content for member in read_members(io.BytesIO(path.read_bytes()))]
    members[1] = members[1].replace(b"grey seal", b"gray seal")
    path.write_bytes(b"".join(map(gzip.compress, members)))
    assert [loss.explanation for loss in losses(path)] == ["the block digest does not fit"]


def test_files_without_warcinfo_unpacked_or_packed_as_one_are_read(archive, tmp_path):
    path, _ = archive
    plain = gzip.decompress(path.read_bytes())
    without = plain[plain.index(b"WARC/1.1", 10) :]
    for content in (plain, without, gzip.compress(plain)):
        path.write_bytes(content)
        assert urls(path) == [page(number).url for number in range(4)]
        assert losses(path) == []


def test_junk_between_plain_records_costs_itself(archive):
    path, _ = archive
    plain = gzip.decompress(path.read_bytes())
    second = plain.index(b"WARC/1.1", 10)
    path.write_bytes(plain[:second] + b"\nthis is junk\nWARC/1.0 not a record\n" + plain[second:])
    assert urls(path) == [page(number).url for number in range(4)]
    assert losses(path)


@settings(max_examples=60, deadline=None)
@given(at=st.integers(0, 5_000), junk=st.binary(min_size=1, max_size=30))
def test_any_damage_gives_records_and_losses_and_no_other_error(tmp_path_factory, crashed, at, junk):
    content = warcs(crashed[0])[0].read_bytes()
    place = at % len(content)
    path = tmp_path_factory.mktemp("damaged") / "x.warc.gz"
    path.write_bytes(content[:place] + junk + content[place + len(junk) :])
    whole = len(good(warcs(crashed[0])[0]))
    assert whole - 3 <= len(good(path)) <= whole


FOREIGN = (
    b"WARC/1.0\r\nWARC-Type: response\r\nWARC-Target-URI: <https://b.example/>\r\nWARC-Date: 2014-01-02T03:04:05Z\r\n"
    b"Content-Length: %d\r\n\r\n%s\r\n\r\n"
)


@pytest.mark.parametrize(
    ("headers", "body"),
    [
        (b"Transfer-Encoding: chunked\r\n", b"5\r\nhello\r\n6;x=y\r\n world\r\n0\r\n\r\n"),
        (b"Transfer-Encoding: chunked\r\n", b"hello world"),
        (b"Content-Encoding: gzip\r\n", gzip.compress(b"hello world")),
        (b"Content-Encoding: gzip\r\nTransfer-Encoding: chunked\r\n", None),
        (b"X-Folded: a\r\n  b\r\n", b"hello world"),
    ],
    ids=["chunked", "chunked in word only", "packed", "packed and chunked", "folded header"],
)
def test_answers_as_other_crawlers_keep_them_are_decoded(tmp_path, headers, body):
    packed = gzip.compress(b"hello world")
    body = body if body is not None else b"%x\r\n%s\r\n0\r\n\r\n" % (len(packed), packed)
    block = b"HTTP/1.1 200 OK\r\n" + headers + b"\r\n" + body
    path = tmp_path / "b.warc"
    path.write_bytes(FOREIGN % (len(block), block))
    (record,) = good(path)
    found = page_of(record)
    assert (found.url, found.body, found.status) == ("https://b.example/", b"hello world", 200)
    assert found.fetched_at == datetime(2014, 1, 2, 3, 4, 5, tzinfo=UTC)


# ── the commands ─────────────────────────────────────────────────────────────────────────────


def run(*arguments):
    return CliRunner().invoke(commands, ["archive", *map(str, arguments)])


def test_check_tells_each_loss_with_its_place_and_fails_when_strict(archive):
    path, offsets = archive
    assert (run("check", path).exit_code, run("check", "--strict", path).exit_code) == (0, 0)
    path.write_bytes(path.read_bytes()[:-7])
    assert run("check", path).exit_code == 0
    result = run("check", "--strict", path)
    assert result.exit_code == 1
    assert f"the gzip member at {offsets[-1]:,} is broken" in result.stderr
    assert f"{path}: 9 records, 4 pages, 1 lost" in result.stdout


def test_a_file_that_is_not_there_fails_in_any_case(tmp_path):
    assert run("check", tmp_path / "none.warc.gz").exit_code == 1


def test_the_page_of_an_article_is_given_back(tmp_path):
    (place,) = write(tmp_path, 1)
    article = clean_page(page(0))[0]
    file = tmp_path / "a.json"
    file.write_bytes(article_json(replace(article, page=replace(article.page, archive=place))))
    assert run("page", file, "--from", tmp_path).stdout_bytes == page(0).body
    file.write_bytes(article_json(replace(article, page=replace(article.page, archive=None))))
    assert run("page", file, "--from", tmp_path).stdout_bytes == page(0).body  # the same bytes are looked for
    for other in (Archive(place.file, 17), Archive("none.warc.gz", 0), replace(place, digest="sha1:AAAA")):
        file.write_bytes(article_json(replace(article, page=replace(article.page, archive=other))))
        assert run("page", file, "--from", tmp_path).exit_code == 1


def test_a_place_outside_of_the_folder_is_not_read(tmp_path):
    folder = tmp_path / "archive"
    folder.mkdir()
    (place,) = write(tmp_path, 1)
    with pytest.raises(InputError):
        archived_page(folder, replace(place, file=f"../{place.file}"))


def test_a_payload_that_does_not_fit_its_digest_is_told_although_its_block_does(tmp_path):
    """Header values with line ends, which an archive once took from HTTP/2, end the headers too soon."""
    headers = (("x-a", "one\r\n\r\ntwo"),)
    broken = Page(
        "https://a.example/x", b"<p>Well", status=200, headers=headers, fetched_at=datetime(2024, 5, 1, tzinfo=UTC)
    )
    with WarcWriter(tmp_path) as archive:
        archive.append(broken)
        archive.append(replace(broken, headers=storable_headers(broken.headers)))
    files = [str(file) for file in tmp_path.glob("*.warc.gz")]
    checked = CliRunner().invoke(commands, ["archive", "check", "--strict", *files])
    assert checked.exit_code == 1
    assert checked.stderr.count("the payload digest does not fit") == 1
    assert "1 lost" in checked.stdout
