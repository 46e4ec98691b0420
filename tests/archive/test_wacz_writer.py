"""A WACZ holds what replay tools need: records, a sorted index that points to them, pages, and the digests of all."""

import gzip
import hashlib
import json
import os
import re
import subprocess
import sys
import zipfile

import pytest
from click.testing import CliRunner

from harvester.archive.formats import read_entries
from harvester.archive.formats.warc_reader import read_records
from harvester.archive.page_lookup import PageRequest, find_page
from harvester.archive.saved_page import SavedPage
from harvester.archive.surt import surt
from harvester.cli import commands
from saved_forms import (
    answer,
    arc_records,
    html,
    json_lines,
    packings,
    page_files,
    record,
    response,
    url,
    wacz,
    warc_records,
    zipped,
)


def pack(tmp_path, *arguments, code=0):
    result = CliRunner().invoke(commands, ["archive", "wacz", *map(str, arguments), "--to", str(tmp_path / "out.wacz")])
    assert result.exit_code == code, result.output
    return tmp_path / "out.wacz"


def member(path, name):
    with zipfile.ZipFile(path) as file:
        return file.read(name)


def index_of(path):
    lines = gzip.decompress(member(path, "indexes/index.cdx.gz")).decode().splitlines()
    return [(key, time, json.loads(fields)) for key, time, fields in (line.split(" ", 2) for line in lines)]


def pages_of(path):
    return [json.loads(line) for line in member(path, "pages/pages.jsonl").splitlines()]


@pytest.fixture
def source(tmp_path):
    path = tmp_path / "in" / "crawl.warc.gz"
    path.parent.mkdir()
    path.write_bytes(b"".join(map(gzip.compress, warc_records())))
    return path


# ── what stands in it ────────────────────────────────────────────────────────────────────────


def test_each_line_of_the_index_points_to_the_record_of_its_address(tmp_path, source):
    path = pack(tmp_path, source)
    archive = member(path, "archive/data.warc.gz")
    lines = index_of(path)
    assert [fields["url"] for _, _, fields in lines] == [url(n) for n in range(4)]
    for key, time, fields in lines:
        content = gzip.decompress(archive[int(fields["offset"]) :][: int(fields["length"])])
        assert f"WARC-Target-URI: {fields['url']}\r\n".encode() in content
        assert (key, time, fields["status"], fields["mime"]) == (
            surt(fields["url"]),
            "20240321080000",
            "200",
            "text/html",
        )
        assert fields["filename"] == "data.warc.gz"


def test_blocks_of_the_index_begin_where_its_own_index_says(tmp_path):
    path = tmp_path / "many.warc"
    path.write_bytes(b"".join(response(number) for number in range(700)))
    made = pack(tmp_path, path)
    index = member(made, "indexes/index.cdx.gz")
    head, *lines = member(made, "indexes/index.idx").decode().splitlines()
    assert head == '!meta 0 {"format": "cdxj-gzip-1.0", "filename": "index.cdx.gz"}'
    blocks = [(line.partition(" {")[0], json.loads(line[line.index("{") :])) for line in lines]
    read = b""
    for first, place in blocks:
        packed = index[place["offset"] : place["offset"] + place["length"]]
        assert place["digest"] == "sha256:" + hashlib.sha256(packed).hexdigest()
        assert gzip.decompress(packed).startswith(first.encode())
        read += gzip.decompress(packed)
    assert len(blocks) == 3
    assert read.splitlines() == sorted(read.splitlines())


def test_pages_are_listed_with_title_and_time(tmp_path):
    path = tmp_path / "a.warc"
    page = b"<html><head><title>\n The seal &amp; I </title>" + html()
    rows = [
        record("response", answer(page), url(1)),
        record("response", answer(b"{}", Content_Type="application/json"), url(2)),
        record("response", answer(html(), "404 Not Found"), url(3)),
        record("revisit", answer(b""), url(4)),
        record("resource", html(5), url(5), Content_Type="text/html"),
    ]
    path.write_bytes(b"".join(rows))
    made = pack(tmp_path, path)
    head, *pages = pages_of(made)
    assert head == {"format": "json-pages-1.0", "id": "pages", "title": "Pages"}
    assert [(one["url"], one["ts"], one.get("title")) for one in pages] == [
        (url(1), "2024-03-21T08:00:00Z", "The seal & I"),
        (url(5), "2024-03-21T08:00:00Z", None),
    ]
    assert len({one["id"] for one in pages}) == 2
    assert [(fields["mime"], fields.get("status")) for _, _, fields in index_of(made)] == [
        ("text/html", "200"),
        ("application/json", "200"),
        ("text/html", "404"),
        ("warc/revisit", None),
        ("text/html", None),
    ]


def test_the_package_names_each_file_with_its_size_and_digest(tmp_path, source):
    path = pack(tmp_path, source, "--title", "Seals")
    package = json.loads(member(path, "datapackage.json"))
    assert (package["title"], package["created"], package["wacz_version"]) == ("Seals", "2024-03-21T08:00:00Z", "1.1.1")
    with zipfile.ZipFile(path) as file:
        others = [name for name in file.namelist() if not name.startswith("datapackage")]
        stored = [info.filename for info in file.infolist() if info.compress_type == zipfile.ZIP_STORED]
    assert [one["path"] for one in package["resources"]] == others
    for one in package["resources"]:
        content = member(path, one["path"])
        assert (one["bytes"], one["hash"]) == (len(content), "sha256:" + hashlib.sha256(content).hexdigest())
    assert stored == ["archive/data.warc.gz", "indexes/index.cdx.gz"]  # read by ranges
    digest = json.loads(member(path, "datapackage-digest.json"))
    assert digest["hash"] == "sha256:" + hashlib.sha256(member(path, "datapackage.json")).hexdigest()


def test_it_is_valid_for_py_wacz(tmp_path, source):
    pytest.importorskip("wacz", reason="an extra of the tests that no other needs")
    path = pack(tmp_path, source)
    run = [sys.executable, "-m", "wacz.main", "validate", "-f", str(path)]
    shown = subprocess.run(run, capture_output=True, text=True, check=False)
    assert "Validation succeeded" in shown.stdout, shown.stdout + shown.stderr


# ── from where ───────────────────────────────────────────────────────────────────────────────


@pytest.mark.parametrize("name", packings([b""]))
def test_records_come_over_unchanged_however_they_were_packed(tmp_path, name):
    ending, content = packings(warc_records())[name]
    path = tmp_path / f"a.warc{ending}"
    path.write_bytes(content)
    made = pack(tmp_path, path)
    (tmp_path / "data.warc.gz").write_bytes(member(made, "archive/data.warc.gz"))
    before = [(one.kind, one.block, set(one.headers)) for one in read_records(path) if one.kind != "warcinfo"]
    after = [(one.kind, one.block, set(one.headers)) for one in read_records(tmp_path / "data.warc.gz")]
    assert [one[:2] for one in after] == [one[:2] for one in before]
    assert all(old[2] <= new[2] for old, new in zip(before, after, strict=True))


@pytest.mark.parametrize(
    ("name", "content"),
    [
        ("a.arc", b"".join(arc_records())),
        ("a.wacz", wacz()),
        ("a.zip", zipped(page_files())),
        ("a.jsonl", json_lines()),
    ],
)
def test_pages_of_every_form_are_packed_and_found_again(tmp_path, name, content):
    (tmp_path / name).write_bytes(content)
    made = pack(tmp_path, tmp_path / name)
    assert {one["url"] for one in pages_of(made)[1:]} == {url(n) for n in range(4)}
    assert find_page(PageRequest(url(2), (str(made),))).page.body == html(2)
    entries = [one.found for one in read_entries(made, "wacz")]
    assert {one.page.body for one in entries if isinstance(one, SavedPage)} == {html(n) for n in range(4)}


def test_only_the_pages_of_a_site_are_packed(tmp_path):
    path = tmp_path / "a.warc"
    others = ("https://www.b.example/1", "https://news.b.example/2", "https://notb.example/3")
    path.write_bytes(b"".join(record("response", answer(html()), one) for one in (url(), *others)))
    assert [one["url"] for one in pages_of(pack(tmp_path, path, "--site", "www.B.example"))[1:]] == list(others[:2])


# ── what to rely on ──────────────────────────────────────────────────────────────────────────


def test_the_same_pages_give_the_same_bytes(tmp_path, source):
    (source.parent / "b.jsonl").write_bytes(json_lines())
    first = pack(tmp_path, source.parent).read_bytes()
    os.utime(source, (1, 1))
    assert pack(tmp_path, source.parent).read_bytes() == first


def test_what_is_broken_is_told_and_all_else_is_packed(tmp_path, source):
    content = source.read_bytes()
    records = [gzip.compress(one) for one in warc_records()]
    at = sum(map(len, records[:4])) + 30
    source.write_bytes(content[:at] + b"\xff" * 20 + content[at + 20 :])
    path = pack(tmp_path, source, code=1)
    assert [one["url"] for one in pages_of(path)[1:]] == [url(0), url(2), url(3)]


def test_a_record_that_breaks_off_says_so(tmp_path):
    path = tmp_path / "a.warc"
    path.write_bytes(b"".join(warc_records(2))[:-60])
    made = pack(tmp_path, path, code=1)
    (tmp_path / "data.warc.gz").write_bytes(member(made, "archive/data.warc.gz"))
    *_, last = read_records(tmp_path / "data.warc.gz")
    assert last.header("warc-truncated") == "disconnect"


def test_a_record_from_before_the_first_year_is_packed_as_one_without_a_time(tmp_path):
    early = (re.sub(rb"(WARC-Date: )[^\r]*", rb"\g<1>0001-01-01T00:00:00+10:00", one) for one in warc_records())
    (tmp_path / "in.warc").write_bytes(b"".join(early))
    assert {time[:8] for _, time, _ in index_of(pack(tmp_path, tmp_path / "in.warc"))} == {"19700101"}


def test_without_a_page_no_file_is_written_and_an_old_one_stays(tmp_path, source):
    (tmp_path / "out.wacz").write_bytes(b"old")
    pack(tmp_path, source, "--site", "c.example", code=1)
    assert (tmp_path / "out.wacz").read_bytes() == b"old"
    assert sorted(one.name for one in tmp_path.iterdir()) == ["in", "out.wacz"]


def test_a_page_without_an_address_is_named(tmp_path):
    (tmp_path / "page.html").write_bytes(html())
    told = CliRunner().invoke(commands, ["archive", "wacz", str(tmp_path), "--to", str(tmp_path / "out.wacz")])
    assert told.exit_code == 1
    assert "page.html: has no address, by which a WACZ finds its pages" in told.stderr


def test_the_file_that_is_written_is_none_of_its_own_inputs(tmp_path, source):
    first = pack(tmp_path, tmp_path).read_bytes()
    assert pack(tmp_path, tmp_path).read_bytes() == first


def test_a_crawl_is_packed_from_its_archive(tmp_path):
    folder = tmp_path / "crawl"
    (folder / "articles" / "a.example").mkdir(parents=True)
    (folder / "articles" / "a.example" / "0123456789abcdef.json").write_text("{}")
    (folder / "archive").mkdir()
    (folder / "archive" / "a-20240321080000-00001.warc.gz").write_bytes(b"".join(map(gzip.compress, warc_records())))
    assert len(pages_of(pack(tmp_path, folder))) == 5


def test_an_address_with_a_slash_at_its_end_is_found_by_both_keys_that_tools_use(tmp_path):
    path = tmp_path / "a.warc"
    path.write_bytes(record("response", answer(html()), "https://a.example/news/"))
    lines = index_of(pack(tmp_path, path))
    assert [key for key, _, _ in lines] == ["example,a)/news", "example,a)/news/"]
    assert lines[0][2] == lines[1][2]


@pytest.mark.parametrize(
    ("address", "key"),
    [
        ("https://www2.Example.org/", "org,example)/"),
        ("http://example.org:80", "org,example)/"),
        ("http://example.org:8080/A?z=1&B=2", "org,example:8080)/a?b=2&z=1"),
        ("https://example.org/news/", "org,example)/news/"),
        ("http://127.0.0.1/x", "1,0,0,127)/x"),
        ("http://[broken/", "http://[broken/"),
        ("urn:x", "urn:x"),
    ],
)
def test_addresses_are_keyed_as_replay_tools_look_them_up(address, key):
    assert surt(address) == key
