"""A page is found again by its article, its URL, or the record that messages name, in files of any form and size."""

import gzip
import io
import json
import os
import subprocess
import sys
import zipfile
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path

import pytest
from click.testing import CliRunner

from harvester.archive import by_url
from harvester.archive.discovery import NoSuchInputError
from harvester.archive.formats.warc_writer import WarcWriter
from harvester.archive.page_lookup import PageRequest, find_page
from harvester.cleaning import clean_page
from harvester.cli import commands
from harvester.errors import InputError
from harvester.models import Page
from harvester.store.articles import article_json
from saved_forms import (
    answer,
    arc_records,
    html,
    json_lines,
    page_files,
    record,
    tarred,
    url,
    wacz,
    warc_records,
    zipped,
)


def body(name, *places, at=None):
    return find_page(PageRequest(str(name), tuple(map(str, places)), at)).page.body


@pytest.fixture
def warc(tmp_path):
    path = tmp_path / "crawl.warc.gz"
    path.write_bytes(b"".join(map(gzip.compress, warc_records())))
    return path


def offset_of(records, number):
    """Return where the response of a page stands in a file of gzip members."""
    return sum(len(gzip.compress(one)) for one in records[: 2 + 2 * number])


# ── records ──────────────────────────────────────────────────────────────────────────────────


def test_a_record_of_a_warc_is_named_by_its_place(warc):
    assert body(f"{warc}:{offset_of(warc_records(), 2)}") == html(2)


@pytest.mark.parametrize("kind", ["status", "type"])
def test_a_record_is_read_whatever_its_status_and_type(tmp_path, kind):
    block = answer(b"no such page", "404 Not Found") if kind == "status" else answer(b"{}", Content_Type="text/json")
    path = tmp_path / "a.warc"
    path.write_bytes(record("response", block, url()))
    assert body(f"{path}:0") == (b"no such page" if kind == "status" else b"{}")


def test_an_arc_is_read_as_a_warc_is(tmp_path):
    records = arc_records()
    path = tmp_path / "a.arc"
    path.write_bytes(b"".join(records))
    assert body(f"{path}:{len(records[0]) + len(records[1])}") == html(1)
    assert body(url(3), path) == html(3)


def test_a_file_without_a_page_says_what_was_lost(tmp_path):
    torn = tmp_path / "torn.warc"
    torn.write_bytes(b"WARC/1.0\r\nWARC-Type: response\r\nContent-Length: none\r\n\r\n")
    with pytest.raises(InputError, match="'none' is no number"):
        body(torn)


def test_a_page_in_a_locked_folder_is_no_wrong_usage(monkeypatch):
    def refuse(path):
        raise PermissionError(13, "Permission denied")

    monkeypatch.setattr(Path, "exists", lambda path: True)
    monkeypatch.setattr(Path, "is_dir", refuse)
    with pytest.raises(InputError, match="check its permissions"):
        body("locked/a.html")


@pytest.mark.parametrize(
    ("name", "content", "place"),
    [
        ("a.jsonl", json_lines(), ":3"),
        ("a.zip", zipped(page_files()), "!pages/2.html"),
        ("a.tar.gz", tarred(page_files(), ".gz"), "!pages/2.html"),
        ("a.wacz", wacz(), f"!archive/a.warc.gz:{offset_of(warc_records(), 2)}"),
        ("a.wacz", wacz(), f"!archive/b.warc:{sum(map(len, warc_records()[:6]))}"),
    ],
)
def test_each_record_is_found_by_the_name_that_messages_give_it(tmp_path, name, content, place):
    (tmp_path / name).write_bytes(content)
    assert body(f"{tmp_path / name}{place}") == html(2)


@pytest.mark.parametrize(
    ("place", "words"),
    [
        (":7", "no record begins at this place"),
        (":0", "is a warcinfo record, which holds no page"),
        (":99999999", "no record begins at this place"),
    ],
)
def test_a_place_without_a_page_is_an_error_that_says_so(warc, place, words):
    with pytest.raises(InputError, match=words):
        body(f"{warc}{place}")


def test_a_file_of_many_pages_asks_for_one_and_names_some(warc, tmp_path):
    with pytest.raises(
        NoSuchInputError, match=r"holds more than one page[^\n]*crawl.warc.gz:\d+ \(https://a.example/0\)"
    ):
        body(warc)
    one = tmp_path / "one.warc"
    one.write_bytes(b"".join(warc_records(1)))
    assert body(one) == html(0)


@pytest.mark.parametrize("name", ["no.html", "no.warc.gz:17", "https://a.example/1"])
def test_what_stands_for_nothing_is_wrong_usage(name):
    with pytest.raises(NoSuchInputError):
        body(name)


# ── URLs ─────────────────────────────────────────────────────────────────────────────────────


def visit(day, content, status="200 OK", address=None):
    date = {"WARC_Date": None, "WARC-Date": f"2024-03-{day:02}T08:00:00Z"}
    return record("response", answer(content, status), address or url(), **date)


@pytest.fixture
def visits(tmp_path):
    path = tmp_path / "visits.warc.gz"
    rows = [visit(1, html(1)), visit(9, html(9)), visit(5, html(5)), visit(12, b"gone", "404 Not Found")]
    path.write_bytes(b"".join(map(gzip.compress, [visit(3, html(3), address=url(3)), *rows])))
    return path


def test_of_a_url_the_latest_good_page_is_taken(visits):
    assert body(url(), visits.parent) == html(9)
    assert body(url() + "#part", visits) == html(9)
    assert body("https://A.example:443/1", visits) == html(9)


def test_of_a_url_the_latest_page_up_to_a_time_is_taken(visits):
    assert body(url(), visits, at=datetime(2024, 3, 8, tzinfo=UTC)) == html(5)
    with pytest.raises(InputError, match=r"no page of this address before 2024-02-01"):
        body(url(), visits, at=datetime(2024, 2, 1, tzinfo=UTC))


@pytest.mark.parametrize(
    ("name", "content"),
    [("a.jsonl", json_lines()), ("a.zip", zipped(page_files())), ("a.tar", tarred(page_files())), ("a.wacz", wacz())],
)
def test_a_url_is_found_in_every_form(tmp_path, name, content):
    (tmp_path / name).write_bytes(content)
    assert body(url(2), tmp_path) == html(2)


def cdxj(address, file, offset):
    return f"example,a)/1 20240309080000 {json.dumps({'url': address, 'filename': file, 'offset': str(offset)})}\n"


def test_an_index_beside_an_archive_saves_reading_it(visits, monkeypatch):
    rows = [visit(3, html(3), address=url(3)), visit(1, html(1))]
    lines = "!meta 0 {}\nno line\n" + cdxj(url(), visits.name, sum(len(gzip.compress(row)) for row in rows))
    (visits.parent / "indexes").mkdir()
    (visits.parent / "indexes" / "index.cdxj.gz").write_bytes(gzip.compress(lines.encode()))
    monkeypatch.setattr(by_url, "_search_records", None)
    assert body(url(), visits) == html(9)


def test_an_index_that_is_wrong_old_or_broken_hides_no_page(visits):
    for name, content in (
        ("visits.cdxj", cdxj(url(), visits.name, 3).encode()),
        ("b.cdx.gz", b"\x1f\x8b\x08\x00broken"),
    ):
        (visits.parent / name).write_bytes(content)
    assert body(url(), visits) == html(9)
    rows = [visit(3, html(3), address=url(3))]
    old = visits.parent / "visits.cdxj"
    old.write_text(cdxj(url(), visits.name, len(gzip.compress(rows[0]))))  # the first of the visits
    os.utime(old, (1, 1))
    assert body(url(), visits) == html(9)


@pytest.mark.parametrize("method", [zipfile.ZIP_STORED, zipfile.ZIP_DEFLATED])
def test_the_index_in_a_wacz_is_used(tmp_path, monkeypatch, method):
    records = [gzip.compress(one) for one in warc_records()]
    line = cdxj(url(2), "a.warc.gz", sum(map(len, records[:6]))).encode()
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w") as file:
        file.writestr("archive/a.warc.gz", b"".join(records))
        file.writestr("datapackage.json", "{}")
        file.writestr("indexes/index.cdx.gz", gzip.compress(line), method)
    (tmp_path / "a.wacz").write_bytes(out.getvalue())
    monkeypatch.setattr(by_url, "_search_records", None)
    assert body(url(2), tmp_path / "a.wacz") == html(2)


# ── articles ─────────────────────────────────────────────────────────────────────────────────


def write_article(path, page, archive=None):
    article, _ = clean_page(page)
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_bytes(article_json(replace(article, page=replace(article.page, archive=archive))))
    return path


def test_the_page_of_a_crawled_article_is_found_beside_it_or_where_it_is_said_to_be(tmp_path):
    page = Page(url(), html(), status=200, headers=(("content-type", "text/html"),))
    with WarcWriter(tmp_path / "archive") as writer:
        place = writer.append(page)
    file = write_article(tmp_path / "articles" / "a.example" / "0123456789abcdef.json", page, place)
    assert body(file) == html()
    away = write_article(tmp_path / "some" / "where" / "else" / "a.json", page, place)
    for from_ in (tmp_path / "archive", tmp_path, tmp_path / "archive" / place.file):
        assert body(away, from_) == html()
    with pytest.raises(InputError, match=r"which holds its page, is not in .*; name its place by --from"):
        body(away)


def test_the_pointer_of_an_article_that_came_from_a_wacz_is_followed(tmp_path):
    (tmp_path / "in").mkdir()
    (tmp_path / "in" / "a.wacz").write_bytes(wacz())
    saved = find_page(PageRequest(url(2), (str(tmp_path / "in"),)))
    assert saved.archive.file.startswith("a.wacz!archive/")
    article = write_article(tmp_path / "out" / "2.json", saved.page, saved.archive)
    assert body(article, tmp_path / "in") == html(2)
    (tmp_path / "in" / "a.wacz").write_bytes(wacz([record("response", answer(html(5)), url(2))]))
    with pytest.raises(InputError, match=r"there is no whole page at this place"):
        body(article, tmp_path / "in")


@pytest.mark.parametrize(("name", "content"), [("x.zip", zipped(page_files())), ("x.jsonl", json_lines())])
def test_the_page_of_an_article_without_a_pointer_is_found_by_its_bytes(tmp_path, name, content):
    (tmp_path / "in").mkdir()
    (tmp_path / "in" / name).write_bytes(content)
    (tmp_path / "in" / "broken.html").write_bytes(b"")
    article = write_article(tmp_path / "out" / "2.json", Page(None, html(2)))
    assert body(article, tmp_path / "in") == html(2)
    with pytest.raises(InputError, match="its page is not in"):
        body(article)


# ── commands ─────────────────────────────────────────────────────────────────────────────────


def run(*arguments):
    return CliRunner().invoke(commands, [str(one) for one in arguments])


def test_explain_and_archive_page_find_the_same_page(warc):
    by_record, by_url = run("explain", f"{warc}:{offset_of(warc_records(), 2)}"), run("explain", url(2), "--from", warc)
    assert (by_record.exit_code, by_record.stdout) == (0, by_url.stdout)
    assert "Seal 2" in by_record.stdout
    assert run("archive", "page", url(2), "--from", warc).stdout_bytes == html(2)


@pytest.mark.parametrize(
    ("arguments", "code"),
    [((url(7), "--from", "."), 1), ((url(2),), 2), (("no.warc:1",), 2), ((url(2), "--from", ".", "--at", "soon"), 2)],
)
def test_what_is_not_there_or_asked_wrongly_ends_with_a_message(warc, monkeypatch, arguments, code):
    monkeypatch.chdir(warc.parent)
    for command in (("explain",), ("archive", "page")):
        result = run(*command, *arguments)
        assert (result.exit_code, "Traceback" in result.output) == (code, False)


def test_a_warc_of_any_size_is_read_with_the_memory_of_a_page(tmp_path):
    path = tmp_path / "large.warc"
    with path.open("wb") as file:  # 120 MB, most of it film
        for number in range(4):
            film = answer(b"\x00" * 30_000_000, Content_Type="video/mp4")
            file.write(record("response", film, f"https://a.example/film{number}"))
            file.write(record("response", answer(html(number)), url(number)))
    code = (
        "import resource, sys; resource.setrlimit(resource.RLIMIT_AS, (500 * 2**20,) * 2);"
        "from harvester.archive.page_lookup import PageRequest, find_page;"
        "sys.stdout.buffer.write(find_page(PageRequest(sys.argv[1], (sys.argv[2],))).page.body)"
    )
    run = [sys.executable, "-c", code, url(3), str(path)]
    assert subprocess.run(run, check=True, capture_output=True).stdout == html(3)
