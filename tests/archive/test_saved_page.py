"""What is read from the file of one page."""

import bz2
import gzip
import io
import re
from datetime import UTC, datetime
from pathlib import Path

import pytest

from harvester.archive import saved_page as saved
from harvester.archive.discovery import find_inputs
from harvester.archive.inputs import Input, form_of
from harvester.archive.saved_page import read_saved
from harvester.errors import InputError, ParserLimit
from harvester.models import Page
from harvester.store.page_files import page_path, save_page

HTML = b"<!DOCTYPE html><html><body><p>The pier opened.</p></body></html>"

MHTML = b"""\
From: <Saved by Blink>
Snapshot-Content-Location: https://harbour-courier.example/pier
Date: Wed, 1 May 2024 08:00:00 +0200
MIME-Version: 1.0
Content-Type: multipart/related; type="text/html"; boundary="----Boundary"

------Boundary
Content-Type: image/png
Content-Transfer-Encoding: base64
Content-Location: https://harbour-courier.example/logo.png

iVBORw0KGgo=
------Boundary
Content-Type: text/html; charset=windows-1252
Content-ID: <frame-0@mhtml.blink>
Content-Transfer-Encoding: quoted-printable
Content-Location: https://harbour-courier.example/
 pier

<html><body><p>Caf=E9 =3D open</p></body></html>
------Boundary--
"""


def write(path: Path, body: bytes = HTML) -> Path:
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_bytes(body)
    return path


def source(path: Path) -> Input:
    return Input(str(path), path, form_of(path))


def test_a_packed_page_is_unpacked_member_by_member(tmp_path):
    path = write(tmp_path / "a.html.gz", gzip.compress(HTML[:20]) + gzip.compress(HTML[20:]))
    assert read_saved(source(path)).page.body == HTML


def test_a_packed_page_under_a_plain_name_is_unpacked(tmp_path):
    assert read_saved(source(write(tmp_path / "a.html", gzip.compress(HTML)))).page.body == HTML


def test_a_page_whose_name_is_as_long_as_can_be_is_read(tmp_path):
    page = write(tmp_path / ("x" * 250 + ".html"), b"<p>x")
    assert read_saved(source(page)).page.body == b"<p>x"


def test_a_gzip_bomb_is_refused_at_the_limit(tmp_path):
    bomb = gzip.compress(b"\0" * (saved.MAX_BYTES + 1))
    with pytest.raises(ParserLimit, match="64 MiB"):
        read_saved(source(write(tmp_path / "a.html.gz", bomb)))


def test_a_page_of_exactly_the_limit_is_read(tmp_path, monkeypatch):
    page = HTML * 10
    monkeypatch.setattr(saved, "MAX_BYTES", len(page))
    assert read_saved(source(write(tmp_path / "a.html.gz", gzip.compress(page)))).page.body == page
    assert read_saved(source(write(tmp_path / "b.html", page))).page.body == page
    for name, body in (("c.html", page + b" "), ("d.html.gz", gzip.compress(page + b" "))):
        with pytest.raises(ParserLimit):
            read_saved(source(write(tmp_path / name, body)))


@pytest.mark.parametrize(
    "body", [gzip.compress(HTML, mtime=0)[:-12], b"\x1f\x8b\x08\x00broken"], ids=["cut short", "no gzip"]
)
def test_a_broken_gzip_file_is_an_error_that_says_so(tmp_path, body):
    with pytest.raises(InputError, match="gzip") as caught:
        read_saved(source(write(tmp_path / "a.html.gz", body)))
    assert caught.value.reason == "unreadable"


def test_a_file_without_permission_is_an_error_that_says_so(tmp_path, monkeypatch):
    path = write(tmp_path / "a.html")

    def refuse(*_):
        raise PermissionError(13, "Permission denied")

    monkeypatch.setattr(Path, "open", refuse)
    with pytest.raises(InputError, match="Permission denied") as caught:
        read_saved(source(path))
    assert caught.value.reason == "unreadable"


def test_a_sidecar_tells_url_headers_and_time(tmp_path):
    page = Page(url="https://harbour-courier.example/pier", body=HTML, headers=(("content-type", "text/html"),))
    save_page(tmp_path, page)
    assert read_saved(source(page_path(tmp_path, page))).page == page


def test_a_sidecar_still_counts_when_its_page_was_packed(tmp_path):
    page = Page(url="https://harbour-courier.example/pier", body=HTML)
    save_page(tmp_path, page)
    plain = page_path(tmp_path, page)
    packed = write(plain.with_name(plain.name + ".gz"), gzip.compress(HTML))
    plain.unlink()
    assert read_saved(source(packed)).page == page


def test_a_broken_sidecar_is_named(tmp_path):
    write(tmp_path / "a.page.json", b"{")
    with pytest.raises(InputError, match=r"a\.page\.json"):
        read_saved(source(write(tmp_path / "a.html")))


def test_a_web_archive_gives_its_root_page_and_address(tmp_path):
    page = read_saved(source(write(tmp_path / "a.mhtml", MHTML))).page
    assert page.url == "https://harbour-courier.example/pier"
    assert page.body.strip() == b"<html><body><p>Caf\xe9 = open</p></body></html>"
    assert page.header("content-type") == "text/html; charset=windows-1252"
    assert page.fetched_at.isoformat() == "2024-05-01T06:00:00+00:00"


def test_a_web_archive_with_windows_line_ends_is_the_same_page(tmp_path):
    page = read_saved(source(write(tmp_path / "a.mht", MHTML.replace(b"\n", b"\r\n")))).page
    assert page.url == "https://harbour-courier.example/pier"
    assert b"Caf\xe9" in page.body


def test_a_web_archive_obeys_its_start_part(tmp_path):
    two = MHTML.replace(b'type="text/html"', b'start="<frame-0@mhtml.blink>"').replace(b"image/png", b"text/html")
    assert b"Caf\xe9" in read_saved(source(write(tmp_path / "a.mhtml", two))).page.body


@pytest.mark.parametrize(
    ("body", "reason"), [(b"", "empty_input"), (MHTML.replace(b"text/html", b"text/css"), "no_pages")]
)
def test_a_web_archive_without_a_page_is_an_error(tmp_path, body, reason):
    with pytest.raises(InputError) as caught:
        read_saved(source(write(tmp_path / "a.mhtml", body)))
    assert caught.value.reason == reason


@pytest.mark.parametrize(
    "note",
    [
        b"<!-- saved from url=(0036)https://harbour-courier.example/pier -->",
        b"<!--\n Page saved with SingleFile \n url: https://harbour-courier.example/pier \n saved date: Wed\n-->",
    ],
)
def test_a_page_saved_by_a_browser_knows_its_address(tmp_path, note):
    path = write(tmp_path / "a.html", b"<!DOCTYPE html>" + note + HTML)
    assert read_saved(source(path)).page.url == "https://harbour-courier.example/pier"


def test_a_dump_is_read_as_text(tmp_path):
    dump = read_saved(source(write(tmp_path / "a.txt", "码头开放了。".encode())))
    assert dump.dump == "码头开放了。"
    assert dump.page.body == "码头开放了。".encode()


def test_a_page_with_a_foreign_ending_is_known_by_its_beginning(tmp_path):
    assert read_saved(source(write(tmp_path / "story.php"))).page.body == HTML
    assert read_saved(source(write(tmp_path / "story", MHTML))).page.url == "https://harbour-courier.example/pier"


def test_a_file_that_is_no_page_is_refused_with_advice(tmp_path):
    with pytest.raises(InputError, match=r"give it the ending of what it holds: \.html"):
        read_saved(source(write(tmp_path / "README.md", b"# Notes")))


@pytest.mark.parametrize(
    ("body", "dump"),
    [(HTML, None), (b"<p>The pier opened.</p>", None), (b"The pier opened.\n\n1 < 2", "The pier opened.\n\n1 < 2")],
)
def test_standard_input_may_be_a_page_a_fragment_or_text(body, dump):
    read = read_saved(Input("<stdin>", None, None), io.BytesIO(body))
    assert (read.page.body, read.dump) == (body, dump)


@pytest.mark.parametrize(
    ("date", "moment"),
    [(b"Thu, 21 Mar 2024 08:00:00 -0000", 8), (b"Thu, 21 Mar 2024 08:00:00 +0100", 7), (b"yesterday", None)],
)
def test_the_time_of_a_web_archive_is_read(tmp_path, date, moment):
    body = b"Date: " + date + b"\n" + re.sub(rb"^Date:.*\n", b"", MHTML, flags=re.MULTILINE)
    found = read_saved(source(write(tmp_path / "a.mhtml", body))).page.fetched_at
    assert found == (datetime(2024, 3, 21, moment, tzinfo=UTC) if moment is not None else None)


def test_the_time_that_singlefile_notes_is_read(tmp_path):
    comment = (
        b"<!DOCTYPE html><html><!--\n Page saved with SingleFile \n url: https://a.example/1 \n"
        b" saved date: Thu Mar 21 2024 09:00:00 GMT+0100 (Central European Standard Time)\n-->"
    )
    page = read_saved(source(write(tmp_path / "a.html", comment + b"<p>x"))).page
    assert (page.url, page.fetched_at) == ("https://a.example/1", datetime(2024, 3, 21, 8, 0, tzinfo=UTC))


@pytest.mark.parametrize(
    ("name", "raw", "words"),
    [
        ("a.html.bz2", bz2.compress(b"<p>a"), "is packed with bzip2, which is read of containers alone; unpack it"),
        ("a.html.gz.gz", gzip.compress(gzip.compress(b"<p>a", mtime=0), mtime=0), "is packed twice; unpack it"),
    ],
)
def test_a_page_that_is_packed_in_another_way_is_told_so(tmp_path, name, raw, words):
    (tmp_path / name).write_bytes(raw)
    (found,) = find_inputs([str(tmp_path / name)])
    with pytest.raises(InputError, match=words):
        read_saved(found)
