"""Remote places: the same promises as a folder's, over a real connection."""

import pickle
import random
import secrets
import sys
from concurrent.futures import ProcessPoolExecutor
from multiprocessing import get_context

import pytest
from click.testing import CliRunner
from hypothesis import given
from hypothesis import strategies as st

from harvester.cli import commands
from harvester.errors import InputError, StoreError
from harvester.store.datasets import etags
from harvester.store.datasets import object_storage as buckets
from harvester.store.datasets.dataset_files import DatasetFile, write_article, write_part, write_whole
from harvester.store.datasets.dataset_reader import Stored, read_set
from harvester.store.datasets.layout import Layout
from harvester.store.datasets.manifest import About, read_manifest, write_manifest
from harvester.store.datasets.object_storage_errors import is_outage, words_of
from harvester.store.datasets.open_storage import BadAddressError, open_storage
from harvester.store.datasets.validation import check_set, damage_of
from set_articles import LINES, lines_of

LAYOUTS = [Layout("jsonl"), Layout("jsonl", "gzip"), Layout("jsonl", "zstd"), Layout("parquet")]


@pytest.fixture(params=["s3", "s3 below a prefix", "memory"])
def address(request):
    if request.param == "memory":
        return f"memory://{secrets.token_hex(8)}"
    bucket = request.getfixturevalue("s3")[1]
    return bucket if request.param == "s3" else f"{bucket}/years/20 24%25+é"


def test_a_bucket_gives_back_what_was_written(address, tmp_path):
    place = open_storage(address)
    place.write("a/b.bin", b"one")
    (tmp_path / "copy").write_bytes(b"three")
    place.write_file("c.bin", tmp_path / "copy")
    with place.writing("a.bin") as file:
        file.write(b"two")
    place.write("a/.hidden", b"")
    assert list(place.names()) == ["a.bin", "a/b.bin", "c.bin"]
    assert list(place.names("a/")) == ["a/b.bin"]
    assert list(place.names("c")) == ["c.bin"]
    assert place.read("a/b.bin") == b"one"
    place.remove("c.bin")
    place.remove("c.bin")
    assert list(place.names()) == ["a.bin", "a/b.bin"]
    with pytest.raises(InputError) as missing:
        place.read("c.bin")
    assert missing.value.reason == "no_pages"
    assert missing.value.subject == f"{address}/c.bin"


@pytest.mark.parametrize("name", ["a b%20+~é.json", "港口 'x' (1).json", "x/y=z&w.json", "a\u2028b.json"])
def test_names_of_any_characters_come_back(address, name):
    place = open_storage(address)
    place.write(name, b"x")
    assert list(place.names()) == [name]
    assert place.read(name) == b"x"


@pytest.mark.parametrize("layout", LAYOUTS, ids=str)
def test_a_set_in_a_bucket_gives_back_its_articles(address, layout):
    place = open_storage(address)
    parts = [write_part(place, 0, LINES, layout), write_part(place, 1, lines_of(1, 2), layout)]
    write_manifest(place, About(layout, None, None), parts)
    assert list(read_manifest(place)[1]) == parts
    assert [entry.line for entry in read_set(address)] == [*LINES, *lines_of(1, 2)]


def test_one_file_of_a_bucket_is_read_by_its_address(s3):
    address = s3[1]
    part = write_part(open_storage(f"{address}/set"), 0, LINES, Layout("jsonl", "gzip"))
    assert [entry.line for entry in read_set(f"{address}/set/{part.file}")] == list(LINES)


def test_single_articles_stand_in_a_bucket_too(address):
    place = open_storage(address)
    for number, line in enumerate(LINES):
        write_article(place, f"{number}", line, Layout("json", sharded=True))
    assert sorted(entry.line for entry in read_set(place)) == sorted(LINES)


def test_a_large_part_is_sent_in_pieces_and_read_in_ranges(s3, monkeypatch):
    monkeypatch.setattr(buckets, "TAG_PART_BYTES", 5 * 1024 * 1024)
    monkeypatch.setattr(buckets, "_READ_BYTES", 1024 * 1024)
    server, address = s3
    lines = [b"%d " % number + b"x" * 100_000 + b"\n" for number in range(120)]
    place = open_storage(address)
    part = write_part(place, 0, lines, Layout("jsonl"))
    assert sum(request.startswith("PUT") for request in server.requests) >= 3
    with place.open(part.file) as file:
        assert list(file) == lines
        file.seek(part.bytes - 10)
        assert file.read() == b"x" * 9 + b"\n"
    assert sum(request.startswith("GET") for request in server.requests) >= 10


def test_a_part_whose_lines_fail_sends_nothing(s3):
    def broken():
        yield LINES[0]
        raise InputError("x", "unreadable", "y")

    server, address = s3
    with pytest.raises(InputError):
        write_part(open_storage(address), 0, broken(), Layout("jsonl"))
    assert server.requests == []


def test_a_short_failure_of_the_server_is_tried_again(s3):
    server, address = s3
    place = open_storage(address)
    server.failing = 2
    place.write("a", b"x")
    server.failing = 2
    assert place.read("a") == b"x"


def test_pauses_grow_and_outlast_an_outage_of_five_minutes():
    """Each is drawn between the first one and twice the one before, up to the longest: these are the shortest sums."""
    assert buckets._PATIENCE_S >= 300
    assert buckets._FIRST_PAUSE_S * buckets._RETRIES < buckets._PATIENCE_S  # not their number ends it, on average
    mean_s = (buckets._FIRST_PAUSE_S + buckets._LONGEST_PAUSE_S) / 2
    assert mean_s * buckets._RETRIES > 2 * buckets._PATIENCE_S


@pytest.fixture
def impatient(monkeypatch):
    for name in ("_FIRST_PAUSE_S", "_LONGEST_PAUSE_S"):
        monkeypatch.setattr(buckets, name, 0.01)
    monkeypatch.setattr(buckets, "_RETRIES", 3)


def test_a_failure_that_lasts_is_an_outage_and_no_fault_of_the_set(s3, impatient):
    server, address = s3
    server.failing = 1_000
    with pytest.raises(StoreError, match="cannot be written") as caught:
        open_storage(address).write("a", b"x")
    assert caught.value.subject == f"{address}/a"
    assert caught.value.reason == "connect_error"
    for look in (lambda: list(open_storage(address).names()), lambda: list(check_set(address))):
        with pytest.raises(StoreError, match="cannot be read now") as caught:
            look()
        assert caught.value.reason == "connect_error"


def test_validate_tells_an_outage_from_a_fault(s3, impatient):
    server, address = s3
    place = open_storage(address)
    write_manifest(place, About(Layout("jsonl"), None, None), [write_part(place, 0, LINES, Layout("jsonl"))])
    server.failing = 1_000
    result = CliRunner().invoke(commands, ["validate", address])
    assert (result.exit_code, "[connect_error]" in result.stderr) == (3, True)
    server.failing = 0
    place.remove("articles-00000.jsonl")
    result = CliRunner().invoke(commands, ["validate", address])
    assert (result.exit_code, "is missing" in result.stdout) == (1, True)


@pytest.mark.parametrize(
    ("said", "told"),
    [
        ("404 Not Found: <Error><Code>NoSuchBucket</Code></Error>", "there is no bucket of this name"),
        ("403 Forbidden: <Error><Code>InvalidAccessKeyId</Code></Error>", "the key is not accepted"),
        ("403 Forbidden: <Error><Code>SignatureDoesNotMatch</Code></Error>", "the key is not accepted"),
        ("403 Forbidden: <Error><Code>AccessDenied</Code></Error>", "the key does not allow it"),
        ("Received redirect without LOCATION, this normally indicates an incorrectly configured region", "AWS_REGION"),
        ("400 Bad Request: <Error><Code>AuthorizationHeaderMalformed</Code></Error>", "AWS_REGION"),
    ],
)
def test_what_a_person_has_to_correct_is_said_in_words(said, told):
    assert told in words_of(ValueError(f"Generic S3 error: Server returned non-2xx status code: {said}"))
    assert not is_outage(ValueError(said))


def test_a_missing_bucket_is_said_before_the_first_page(s3, tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    (tmp_path / "page.html").write_text("<p>x")
    arguments = ["clean", "page.html", "--to", "s3://no-such-bucket/x", "--work", "work", "--jobs", "1"]
    result = CliRunner().invoke(commands, arguments)
    assert result.exit_code == 1
    assert "there is no bucket of this name" in result.stderr
    assert not (tmp_path / "work").exists()


def test_a_bucket_that_is_not_there_is_an_error_with_its_name(s3):
    with pytest.raises(StoreError, match=r"s3://no-such-bucket/a: cannot be written"):
        open_storage("s3://no-such-bucket").write("a", b"x")
    faults = list(read_set("s3://no-such-bucket"))
    assert [type(fault) for fault in faults] == [InputError]
    with pytest.raises(StoreError, match="there is no bucket"):
        open_storage("s3://no-such-bucket").remove("a")


def test_nobody_at_the_endpoint_is_an_error(monkeypatch):
    monkeypatch.setattr(buckets, "_RETRIES", 1)
    for name in ("AWS_ACCESS_KEY_ID", "AWS_SECRET_ACCESS_KEY"):
        monkeypatch.setenv(name, "test")
    monkeypatch.setenv("AWS_ENDPOINT_URL", "http://127.0.0.1:1")
    with pytest.raises(StoreError, match="cannot be written"):
        open_storage("s3://nobody").write("a", b"x")


def test_a_place_travels_to_other_processes(s3):
    place = pickle.loads(pickle.dumps(open_storage(s3[1])))
    place.write("0", b"x")
    with ProcessPoolExecutor(1, mp_context=get_context("spawn")) as pool:
        part = pool.submit(write_part, place, 0, lines_of(1), Layout("jsonl")).result(timeout=60)
    assert [entry.line for entry in read_set(f"{s3[1]}/{part.file}")] == lines_of(1)


def test_without_the_extra_the_error_says_what_to_install(monkeypatch):
    monkeypatch.setitem(sys.modules, "obstore", None)
    with pytest.raises(BadAddressError, match=r"pip install 'article-harvester\[remote\]'"):
        open_storage("s3://bucket/prefix")


@pytest.mark.parametrize("address", ["memory://a/b", "memory://"])
def test_a_place_in_memory_has_a_name_and_no_folders(address):
    with pytest.raises(BadAddressError):
        open_storage(address)


def test_the_words_of_an_error_hold_no_signature():
    said = words_of(ValueError("Error performing PUT https://x.example/a?sig=SECRET&se=1 in 3s\n\nDebug source:\nx"))
    assert said == "Error performing PUT https://x.example/a?... in 3s"


@pytest.mark.parametrize("name", ["a\tb", "../a", "a//b"])
def test_a_name_that_no_bucket_takes_is_an_error_that_names_it(address, name):
    with pytest.raises((InputError, StoreError)) as caught:
        open_storage(address).write(name, b"x")
    assert name in caught.value.subject


def test_entries_are_stored_ones(address):
    write_part(open_storage(address), 0, LINES, Layout("jsonl"))
    assert [type(entry) for entry in read_set(address)] == [Stored] * len(LINES)


# ── what the server says of the bytes ─────────────────────────────────────────────────────────


@pytest.mark.parametrize("size", [0, 1, 1000, 5 * 2**20 - 1, 5 * 2**20, 5 * 2**20 + 1, 11 * 2**20])
def test_a_file_is_compared_by_what_the_server_says_and_not_sent_again(s3, monkeypatch, size):
    server, address = s3
    for module in (buckets, etags):
        monkeypatch.setattr(module, "TAG_PART_BYTES", 5 * 2**20)  # the least that S3 takes
    place = open_storage(address)
    part = write_whole(place, "a.bin", random.Random(size).randbytes(size), articles=1)
    server.requests.clear()
    assert damage_of(place, part) is None
    assert [request.partition(" ")[0] for request in server.requests] == ["HEAD"]


def test_an_object_that_was_changed_is_found_by_what_the_server_says(s3):
    place = open_storage(s3[1])
    part = write_whole(place, "a.json", b"the mayor", articles=1)
    place.write("a.json", b"the major")
    assert damage_of(place, part) == "its SHA-256 is another one"
    place.remove("a.json")
    assert damage_of(place, part) == "it is missing"


def test_where_a_server_says_something_else_of_the_bytes_they_are_read(s3):
    server, address = s3
    place = open_storage(address)
    written = write_whole(place, "a.json", b"the mayor", articles=1)
    part = DatasetFile(written.file, 1, written.bytes, written.sha256, "of-a-server-that-encrypts")
    server.requests.clear()
    assert damage_of(place, part) is None
    assert "GET" in {request.partition(" ")[0] for request in server.requests}


@given(st.lists(st.binary(max_size=40)), st.integers(1, 30))
def test_a_tag_does_not_depend_on_the_pieces_in_which_bytes_come(pieces, part_bytes):
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(etags, "TAG_PART_BYTES", part_bytes)
        one, many = etags.Tag(), etags.Tag()
        one.update(b"".join(pieces))
        for piece in pieces:
            many.update(piece)
        assert one.value() == many.value()
