"""Article sets: what is written is what is read, whole or not at all."""

import gzip
import hashlib
import json
import resource
import signal
from contextlib import contextmanager
from pathlib import Path

import pytest
from click.testing import CliRunner

from harvester.cli import commands
from harvester.errors import InputError, StoreError
from harvester.store.articles import article_line, json_of, line_of
from harvester.store.datasets.dataset_files import FailedPage, read_failure, write_article, write_failures, write_part
from harvester.store.datasets.dataset_reader import Stored, read_set
from harvester.store.datasets.layout import FAILURES, MANIFEST, Layout, part_name, shard_of
from harvester.store.datasets.line_files import Measured, write_lines
from harvester.store.datasets.manifest import About, read_manifest, write_manifest
from harvester.store.datasets.open_storage import BadAddressError, open_storage
from harvester.store.datasets.storage import LocalStorage
from set_articles import LINES, lines_of, numbered

PACKED = [Layout("jsonl"), Layout("jsonl", "gzip"), Layout("jsonl", "zstd")]
ABOUT = About(Layout("jsonl"), "0.1.0", "abc-def")


def articles_in(source):
    """Return the lines of a set that has no damage."""
    entries = list(read_set(source))
    assert [entry for entry in entries if not isinstance(entry, Stored)] == []
    return [entry.line for entry in entries]


def faults_in(source):
    return [str(entry) for entry in read_set(source) if isinstance(entry, InputError)]


# ── places ────────────────────────────────────────────────────────────────────────────────────


def test_a_folder_gives_back_what_was_written(tmp_path):
    place = open_storage(tmp_path / "new")
    place.write("a/b.bin", b"one")
    place.write("a.bin", b"two")
    (tmp_path / "copy").write_bytes(b"three")
    place.write_file("c.bin", tmp_path / "copy")
    assert list(place.names()) == ["a.bin", "a/b.bin", "c.bin"]
    assert list(place.names("a/")) == ["a/b.bin"]
    assert place.read("a/b.bin") == b"one"
    with place.open("c.bin") as file:
        assert file.read(2) == b"th"
    place.remove("c.bin")
    place.remove("c.bin")
    place.remove("no/such/file")
    assert list(place.names()) == ["a.bin", "a/b.bin"]


def test_names_come_sorted_as_wholes_without_hidden_ones(tmp_path):
    for name in ("b", "a/b", "a.json", "a/.hidden", ".part", "a0"):
        (tmp_path / name).parent.mkdir(exist_ok=True)
        (tmp_path / name).touch()
    names = list(LocalStorage(tmp_path).names())
    assert names == sorted(names) == ["a.json", "a/b", "a0", "b"]


@pytest.mark.parametrize("name", ["../x", "/x", "a/../../x", "", "a//b", "a\\b", "./a", "a\x00"])
def test_no_name_leads_out_of_its_place(tmp_path, name):
    place = LocalStorage(tmp_path / "inside")
    for call in (place.read, place.remove, lambda name: place.write(name, b"x")):
        with pytest.raises(InputError, match="no name of a file"):
            call(name)
    assert list(tmp_path.rglob("x")) == []


@pytest.mark.parametrize(
    "address", ["http://a/b", "s3://", "s3://key:secret@bucket/a", "s3://bucket/a?x=1", "file://host/a", "ftp://a"]
)
def test_an_address_of_another_form_is_refused(address):
    with pytest.raises(BadAddressError, match="is no place"):
        open_storage(address)


def test_a_file_address_is_a_folder(tmp_path):
    assert open_storage(f"file://{tmp_path}/a%20b") == LocalStorage(tmp_path / "a b")


def test_a_missing_file_and_one_without_permission_are_told_apart(tmp_path):
    with pytest.raises(InputError) as missing:
        LocalStorage(tmp_path).read("a")
    (tmp_path / "folder").mkdir()
    with pytest.raises(InputError) as unreadable:
        LocalStorage(tmp_path).read("folder")
    assert (missing.value.reason, unreadable.value.reason) == ("no_pages", "unreadable")


def test_a_link_that_leads_to_itself_is_a_file_that_cannot_be_read(tmp_path):
    (tmp_path / "a.json").symlink_to(tmp_path / "a.json")
    (tmp_path / "b.json").write_bytes(b"")
    assert list(LocalStorage(tmp_path).names()) == ["a.json", "b.json"]
    with pytest.raises(InputError, match="cannot be read"):
        LocalStorage(tmp_path).read("a.json")


# ── parts ─────────────────────────────────────────────────────────────────────────────────────


@pytest.mark.parametrize("layout", PACKED, ids=str)
def test_a_part_gives_back_its_lines_and_knows_its_digest(tmp_path, layout):
    part = write_part(LocalStorage(tmp_path), 3, LINES, layout)
    content = (tmp_path / part.file).read_bytes()
    assert part.file == part_name(3, layout)
    assert (part.articles, part.bytes) == (len(LINES), len(content))
    assert part.sha256 == hashlib.sha256(content).hexdigest()
    assert articles_in(tmp_path) == list(LINES)
    assert articles_in(tmp_path / part.file) == list(LINES)


@pytest.mark.parametrize("layout", PACKED, ids=str)
def test_the_same_lines_give_the_same_bytes(tmp_path, layout, monkeypatch):
    first = write_part(LocalStorage(tmp_path / "a"), 0, LINES, layout)
    monkeypatch.setattr("time.time", lambda: 1.0)
    second = write_part(LocalStorage(tmp_path / "b"), 0, iter(LINES), layout)
    assert first == second


def test_a_part_without_articles_is_no_file_and_takes_the_old_one_away(tmp_path):
    place = LocalStorage(tmp_path)
    assert write_part(place, 0, LINES, Layout("jsonl")) is not None
    assert write_part(place, 0, [], Layout("jsonl")) is None
    assert list(tmp_path.iterdir()) == []


@pytest.mark.parametrize("layout", PACKED, ids=str)
def test_a_part_whose_lines_fail_leaves_the_old_file_and_no_other(tmp_path, layout):
    def broken():
        yield LINES[0]
        raise InputError("x", "unreadable", "y")

    old = write_part(LocalStorage(tmp_path), 0, LINES, layout)
    with pytest.raises(InputError):
        write_part(LocalStorage(tmp_path), 0, broken(), layout)
    assert [path.name for path in tmp_path.iterdir()] == [old.file]
    assert articles_in(tmp_path) == list(LINES)


@pytest.mark.parametrize("layout", [Layout("json"), Layout("json", sharded=True)], ids=str)
def test_single_articles_are_written_flat_or_spread(tmp_path, layout):
    parts = [write_article(LocalStorage(tmp_path), f"stem {n}", line, layout) for n, line in enumerate(LINES)]
    assert sorted(articles_in(tmp_path)) == sorted(LINES)
    assert all(part.articles == 1 for part in parts)
    folder = shard_of("stem 0") if layout.sharded else ""
    assert parts[0].file == f"{folder}stem 0.json"
    assert (tmp_path / parts[0].file).read_bytes() == json_of(LINES[0])


@pytest.mark.parametrize("line", LINES)
def test_json_and_line_turn_into_each_other(line):
    assert line_of(json_of(line)) == line


@pytest.mark.parametrize("body", [b"", b"{", b"\xff", b'"\\ud800"', b"[" * 5000, b"1e999"])
def test_what_is_no_json_is_a_value_error(body):
    for convert in (line_of, json_of):
        with pytest.raises(ValueError, match=r".+"):
            convert(body)


@pytest.mark.parametrize(("form", "packing", "sharded"), [("json", "gzip", False), ("jsonl", "none", True)])
def test_a_layout_that_cannot_be_is_refused(form, packing, sharded):
    with pytest.raises(ValueError, match=r"packed|spread"):
        Layout(form, packing, sharded)


# ── failures and manifest ─────────────────────────────────────────────────────────────────────


def test_failures_are_lines_with_subject_reason_and_words(tmp_path):
    failures = [
        FailedPage("a.html", "not_article", "is an index"),
        FailedPage("b\ud800", "too_large", "x", "https://b.example"),
    ]
    part, count = write_failures(LocalStorage(tmp_path), iter(failures))
    lines = (tmp_path / FAILURES).read_bytes().splitlines()
    assert count == 2
    assert json.loads(lines[0]) == {"subject": "a.html", "reason": "not_article", "explanation": "is an index"}
    assert read_failure(lines[1]) == FailedPage("b\ufffd", "too_large", "x", "https://b.example")
    assert part.articles == 0
    assert write_failures(LocalStorage(tmp_path), []) == (None, 0)
    assert not (tmp_path / FAILURES).exists()


def test_a_manifest_holds_the_sums_and_then_one_line_a_file(tmp_path):
    place = LocalStorage(tmp_path)
    parts = [write_part(place, number, lines_of(number, number + 10), Layout("jsonl")) for number in range(3)]
    head = write_manifest(place, ABOUT, iter(parts))
    assert (head.articles, head.files, head.bytes) == (6, 3, sum(part.bytes for part in parts))
    assert read_manifest(place)[0] == head
    assert list(read_manifest(place)[1]) == parts
    first = json.loads((tmp_path / MANIFEST).read_bytes().splitlines()[0])
    assert list(first)[:4] == ["schema", "format", "packing", "layout"]


def test_files_that_the_manifest_does_not_name_are_not_read(tmp_path):
    place = LocalStorage(tmp_path)
    part = write_part(place, 0, lines_of(1), Layout("jsonl"))
    write_part(place, 1, lines_of(2), Layout("jsonl"))
    write_manifest(place, ABOUT, [part])
    assert articles_in(tmp_path) == lines_of(1)


def test_a_place_without_manifest_has_none(tmp_path):
    assert read_manifest(LocalStorage(tmp_path)) is None


@pytest.mark.parametrize("keep", [0, 20, -1], ids=["empty", "first line torn", "last line missing"])
def test_a_torn_manifest_is_told(tmp_path, keep):
    place = LocalStorage(tmp_path)
    parts = [write_part(place, number, lines_of(number), Layout("jsonl")) for number in range(3)]
    write_manifest(place, ABOUT, parts)
    lines = (tmp_path / MANIFEST).read_bytes().splitlines(keepends=True)
    (tmp_path / MANIFEST).write_bytes(b"".join(lines[:-1]) if keep < 0 else b"".join(lines)[:keep])
    assert any("manifest" in fault for fault in faults_in(tmp_path))


def test_a_manifest_cannot_name_a_file_outside(tmp_path):
    (tmp_path / "secret.json").write_bytes(LINES[0])
    place = LocalStorage(tmp_path / "set")
    part = write_part(place, 0, lines_of(1), Layout("jsonl"))
    write_manifest(place, ABOUT, [part])
    manifest = tmp_path / "set" / MANIFEST
    manifest.write_bytes(manifest.read_bytes().replace(part.file.encode(), b"../secret.json"))
    assert articles_or_faults(tmp_path / "set") == [InputError]


def articles_or_faults(source):
    return [type(entry) for entry in read_set(source)]


# ── damage ────────────────────────────────────────────────────────────────────────────────────


@pytest.mark.parametrize("layout", PACKED[1:], ids=str)
def test_a_torn_part_gives_what_is_whole_and_says_so(tmp_path, layout):
    part = write_part(LocalStorage(tmp_path), 0, lines_of(*range(2000)), layout)
    path = tmp_path / part.file
    path.write_bytes(path.read_bytes()[: part.bytes // 2])
    kinds = articles_or_faults(tmp_path)
    assert kinds[-1] is InputError
    assert kinds.count(InputError) == 1
    write_part(LocalStorage(tmp_path), 1, lines_of(1), Layout("jsonl"))
    assert articles_or_faults(tmp_path)[-1] is Stored, "the next file is read"


@pytest.mark.parametrize("layout", PACKED[1:], ids=str)
def test_a_flipped_byte_in_a_packed_part_is_told(tmp_path, layout):
    part = write_part(LocalStorage(tmp_path), 0, lines_of(*range(200)), layout)
    path = tmp_path / part.file
    content = bytearray(path.read_bytes())
    content[len(content) // 2] ^= 0x55
    path.write_bytes(content)
    assert faults_in(tmp_path)


def test_bytes_that_are_not_packed_as_named_are_told(tmp_path):
    for ending in ("gz", "zst"):
        (tmp_path / f"a.jsonl.{ending}").write_bytes(LINES[0])
    (tmp_path / "b.jsonl.gz").write_bytes(b"")
    assert len(faults_in(tmp_path)) >= 2


def test_rows_that_are_no_articles_are_told_with_their_place_and_the_others_read(tmp_path):
    rows = [LINES[0], b"{\n", b"\n", b'{"schema": "harvester/page/1"}\n', b"\xff\n", LINES[1], LINES[2][:-20]]
    rows[4] = LINES[0].replace(b"Holm", b"H\xa8lm")
    (tmp_path / "a.jsonl").write_bytes(b"".join(rows))
    entries = list(read_set(tmp_path))
    assert [entry.row for entry in entries if isinstance(entry, Stored)] == [1, 6]
    faults = [str(entry) for entry in entries if isinstance(entry, InputError)]
    assert [fault.partition(": ")[0].rpartition(":")[2] for fault in faults] == ["2", "4", "5", "7"]


def test_a_place_without_articles_says_so(tmp_path):
    for source in (tmp_path, tmp_path / "missing", tmp_path / "missing.json"):
        assert [entry.reason for entry in read_set(source)] == ["no_pages"]


# ── sets without a manifest ───────────────────────────────────────────────────────────────────


def test_a_crawls_tree_is_read_without_earlier_versions_ledgers_and_sidecars(tmp_path):
    for name in (
        "b.example/1.json",
        "a.example/2.json",
        "a.example/versions/2.1.json",
        "a.example/2.ledger.json",
        "p.page.json",
        ".x.json",
    ):
        (tmp_path / name).parent.mkdir(exist_ok=True, parents=True)
        (tmp_path / name).write_bytes(json_of(LINES[0]))
    assert [entry.file for entry in read_set(tmp_path)] == ["a.example/2.json", "b.example/1.json"]


def test_lines_that_other_programs_packed_are_read(tmp_path):
    (tmp_path / "a.jsonl.gz").write_bytes(gzip.compress(LINES[0]) + gzip.compress(LINES[1].rstrip()))
    (tmp_path / "b.jsonl").write_bytes(LINES[2].replace(b"\n", b"\r\n"))
    assert articles_in(tmp_path) == list(LINES[:3])


# ── a full disk ───────────────────────────────────────────────────────────────────────────────


@contextmanager
def small_files():
    """Let no file grow past 2,000 bytes, which Linux says as it says that a disk is full.

    No longer than what is tested takes: what pytest prints may go to a file, too.
    """
    before = resource.getrlimit(resource.RLIMIT_FSIZE)
    ignored = signal.signal(signal.SIGXFSZ, signal.SIG_IGN)
    resource.setrlimit(resource.RLIMIT_FSIZE, (2_000, before[1]))
    try:
        yield
    finally:
        resource.setrlimit(resource.RLIMIT_FSIZE, before)
        signal.signal(signal.SIGXFSZ, ignored)


@pytest.mark.parametrize("layout", [*PACKED, Layout("parquet")], ids=str)
def test_a_full_disk_stops_a_part_and_leaves_nothing(tmp_path, layout):
    texts = [hashlib.sha512(bytes([n % 256, n // 256])).hexdigest() for n in range(200)]
    lines = [article_line(numbered(n, text=text)) for n, text in enumerate(texts)]
    with small_files(), pytest.raises(StoreError) as caught:
        write_part(LocalStorage(tmp_path), 0, lines, layout)
    assert caught.value.reason == "disk_full"
    assert list(tmp_path.iterdir()) == []


def test_a_full_disk_stops_a_manifest_and_leaves_the_old_one(tmp_path):
    place = LocalStorage(tmp_path)
    part = write_part(place, 0, lines_of(1), Layout("jsonl"))
    write_manifest(place, ABOUT, [part])
    before = (tmp_path / MANIFEST).read_bytes()
    with small_files(), pytest.raises(StoreError) as caught:
        write_manifest(place, ABOUT, [part] * 100)
    assert caught.value.reason == "disk_full"
    assert (tmp_path / MANIFEST).read_bytes() == before
    assert len(list(tmp_path.iterdir())) == 2


def test_a_full_temporary_folder_stops_a_part_for_a_bucket():
    place = open_storage("memory://full")
    with small_files(), pytest.raises(StoreError) as caught:
        write_part(place, 0, [LINES[0]] * 10, Layout("jsonl"))
    assert caught.value.reason == "disk_full"
    assert list(place.names()) == []


def test_a_full_disk_stops_an_export_without_a_manifest(tmp_path):
    (tmp_path / "a.jsonl").write_bytes(LINES[0])
    arguments = ["export", str(tmp_path), "--to", str(tmp_path.with_name("to")), "--format", "jsonl"]
    for name in range(9):
        (tmp_path / f"{name}.jsonl").write_bytes(lines_of(name)[0])
    with small_files():
        result = CliRunner().invoke(commands, arguments)
    assert result.exit_code == 3
    assert "[disk_full]" in result.stderr
    assert list(tmp_path.with_name("to").iterdir()) == []


def test_a_device_without_room_is_told(tmp_path):
    if not Path("/dev/full").exists():
        pytest.skip("no /dev/full here")
    with Path("/dev/full").open("wb", buffering=0) as file, pytest.raises(OSError, match="No space"):
        write_lines(Measured(file), LINES, "none")
