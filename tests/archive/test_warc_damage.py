"""A damaged archive gives all that is whole and names what is lost; the commands tell it."""

import gzip
import io
from dataclasses import replace
from datetime import UTC, datetime

import pytest
from click.testing import CliRunner
from hypothesis import given, settings
from hypothesis import strategies as st
from test_warc import good, losses, page, warcs, write

from harvester.archive.formats.warc_reader import Loss, archived_page, page_of
from harvester.archive.formats.warc_writer import WarcWriter
from harvester.cleaning import clean_page
from harvester.cli import commands
from harvester.compression.members import read_members
from harvester.errors import InputError
from harvester.models import Archive, Page
from harvester.storable import storable_headers
from harvester.store.articles import article_json

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


@pytest.fixture(scope="module")
def whole(tmp_path_factory):
    """Return a file without damage, and how many records it has."""
    folder = tmp_path_factory.mktemp("whole")
    write(folder, 6)
    [path] = warcs(folder)
    return path, len(good(path))


@settings(max_examples=60, deadline=None)
@given(at=st.integers(0, 5_000), junk=st.binary(min_size=1, max_size=30))
def test_any_damage_gives_records_and_losses_and_no_other_error(tmp_path_factory, whole, at, junk):
    written = whole[0].read_bytes()
    place = at % len(written)
    path = tmp_path_factory.mktemp("damaged") / "x.warc.gz"
    path.write_bytes(written[:place] + junk + written[place + len(junk) :])
    assert whole[1] - 3 <= len(good(path)) <= whole[1]


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
