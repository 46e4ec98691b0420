"""Saved pages: there whole or not at all, the same names again, nothing outside the folder."""

import errno
import json
import os
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path

import pytest

from harvester.errors import InputError, StoreError
from harvester.models import Hop, Page
from harvester.store.atomic_files import make_folder, store_error, write_atomic
from harvester.store.page_files import load_page, page_path, save_page, sidecar_path

PAGE = Page(
    url="https://example.org/news/well",
    body=b"<p>The village dug a well. \xff\x00",
    final_url="https://example.org/news/well/",
    status=200,
    headers=(("content-type", "text/html; charset=utf-8"), ("x-robots-tag", "noarchive"), ("x-robots-tag", "noai")),
    fetched_at=datetime(2026, 3, 4, 12, 0, 1, 250_000, tzinfo=UTC),
    chain=(Hop("https://example.org/news/well", 301),),
    truncated=True,
    notes=("says gzip, is not: kept as it came",),
)


def test_a_saved_page_is_loaded_as_it_was(tmp_path):
    path = save_page(tmp_path, PAGE)
    assert path == page_path(tmp_path, PAGE)
    assert path.read_bytes() == PAGE.body
    assert load_page(path) == PAGE


def test_the_sidecar_has_every_field(tmp_path):
    written = json.loads(sidecar_path(save_page(tmp_path, PAGE)).read_bytes())
    assert list(written) == [
        "schema",
        "url",
        "final_url",
        "chain",
        "status",
        "headers",
        "fetched_at",
        "truncated",
        "notes",
        "sha256",
        "bytes",
    ]
    assert written["schema"] == "harvester/page/1"
    assert written["chain"] == [{"url": "https://example.org/news/well", "status": 301}]
    assert written["fetched_at"] == "2026-03-04T12:00:01.250000Z"
    assert written["bytes"] == len(PAGE.body)


def test_session_cookies_are_not_saved(tmp_path):
    page = replace(PAGE, headers=(*PAGE.headers, ("set-cookie", "session=hush")))
    path = save_page(tmp_path, page)
    assert b"hush" not in sidecar_path(path).read_bytes()
    assert load_page(path) == PAGE


def test_a_page_fetched_again_overwrites_its_files(tmp_path):
    save_page(tmp_path, PAGE)
    path = save_page(tmp_path, replace(PAGE, body=b"<p>two"))
    assert load_page(path).body == b"<p>two"
    assert len(list(tmp_path.iterdir())) == 2


def test_a_page_that_became_xhtml_leaves_no_old_copy(tmp_path):
    save_page(tmp_path, PAGE)
    path = save_page(tmp_path, replace(PAGE, headers=(("content-type", "application/xhtml+xml"),)))
    assert path.suffix == ".xhtml"
    assert sorted(tmp_path.iterdir()) == sorted([path, sidecar_path(path)])


def test_a_page_without_a_url_is_named_by_its_bytes(tmp_path):
    one, two = Page(None, b"one"), Page(None, b"two")
    assert save_page(tmp_path, one) != save_page(tmp_path, two)
    assert load_page(save_page(tmp_path, one)) == one


def test_a_page_without_a_sidecar_is_its_bytes(tmp_path):
    (tmp_path / "a.html").write_bytes(b"<p>a")
    assert load_page(tmp_path / "a.html") == Page(None, b"<p>a")


def test_a_body_changed_by_hand_is_noted(tmp_path):
    path = save_page(tmp_path, PAGE)
    path.write_bytes(b"<p>edited")
    page = load_page(path)
    assert page.url == PAGE.url
    assert page.body == b"<p>edited"
    assert "not the one" in page.notes[-1]


@pytest.mark.parametrize("text", ["", "{", "[]", "{}", '{"schema": "harvester/page/2"}', "\udcff"])
def test_a_broken_sidecar_is_said_not_ignored(tmp_path, text):
    path = save_page(tmp_path, PAGE)
    sidecar_path(path).write_bytes(text.encode("utf-8", "surrogateescape"))
    with pytest.raises(InputError) as caught:
        load_page(path)
    assert caught.value.reason == "unreadable"
    assert ".page.json" in caught.value.subject


@pytest.mark.parametrize("url", ["", "a.example/story", "/story", "file:///story.html", "http://a b/"])
@pytest.mark.parametrize("field", ["url", "final_url"])
def test_an_address_in_a_sidecar_that_is_no_url_is_said_not_taken_over(tmp_path, field, url):
    path = save_page(tmp_path, PAGE)
    sidecar_path(path).write_text(json.dumps({"url": None, field: url}))
    with pytest.raises(InputError, match=r"\.page\.json: has an address that is no URL .*unreadable"):
        load_page(path)


@pytest.mark.parametrize("moment", ["2026-03-01T08:00:00", "2026-03-01T08:00:00Z", "2026-03-01T10:00:00+02:00"])
def test_a_sidecar_may_be_written_by_hand_with_what_is_known(tmp_path, moment):
    (tmp_path / "a.html").write_bytes(b"<p>a")
    said = {"url": "https://a.example/", "fetched_at": moment, "headers": [["Content-Type", "text/html"]]}
    (tmp_path / "a.page.json").write_text(json.dumps(said))
    headers = (("content-type", "text/html"),)
    assert load_page(tmp_path / "a.html") == Page(
        "https://a.example/", b"<p>a", headers=headers, fetched_at=datetime(2026, 3, 1, 8, tzinfo=UTC)
    )


def test_a_missing_page_is_unreadable(tmp_path):
    with pytest.raises(InputError, match="unreadable"):
        load_page(tmp_path / "none.html")


# ── whole or not at all ───────────────────────────────────────────────────────────────────────


def test_a_planted_link_is_replaced_and_not_followed(tmp_path):
    outside = tmp_path / "outside"
    outside.write_bytes(b"precious")
    folder = tmp_path / "pages"
    folder.mkdir()
    path = page_path(folder, PAGE)
    path.symlink_to(outside)
    sidecar_path(path).symlink_to(outside)
    save_page(folder, PAGE)
    assert outside.read_bytes() == b"precious"
    assert not path.is_symlink()
    assert load_page(path) == PAGE


def test_a_new_file_has_the_rights_of_the_umask(tmp_path):
    before = os.umask(0o022)
    try:
        write_atomic(tmp_path / "a", b"x")
    finally:
        os.umask(before)
    assert (tmp_path / "a").stat().st_mode & 0o777 == 0o644


@pytest.mark.parametrize(
    ("number", "reason"),
    [(errno.ENOSPC, "disk_full"), (errno.EDQUOT, "disk_full"), (errno.EIO, "unwritable"), (errno.EROFS, "unwritable")],
)
@pytest.mark.parametrize("call", ["fsync", "replace"])
def test_a_write_that_fails_leaves_the_old_file_and_nothing_else(tmp_path, monkeypatch, number, reason, call):
    path = tmp_path / "a"
    path.write_bytes(b"old")

    def fail(*_):
        raise OSError(number, os.strerror(number))

    if call == "fsync":
        monkeypatch.setattr(os, "fsync", fail)
    else:
        monkeypatch.setattr(Path, "replace", fail)
    with pytest.raises(StoreError) as caught:
        write_atomic(path, b"new")
    monkeypatch.undo()
    assert caught.value.reason == reason
    assert path.read_bytes() == b"old"
    assert list(tmp_path.iterdir()) == [path]


def test_a_really_full_disk_is_disk_full():
    full = Path("/dev/full")
    if not full.exists():
        pytest.skip("no /dev/full here")
    with pytest.raises(OSError, match="No space") as caught, full.open("wb") as file:
        file.write(b"x")
    assert store_error(full, caught.value).reason == "disk_full"


def test_a_missing_folder_is_unwritable(tmp_path):
    with pytest.raises(StoreError, match="unwritable"):
        write_atomic(tmp_path / "none" / "a", b"x")


def test_a_folder_in_the_way_is_unwritable(tmp_path):
    (tmp_path / "a").mkdir()
    with pytest.raises(StoreError, match="unwritable"):
        write_atomic(tmp_path / "a", b"x")
    assert list(tmp_path.iterdir()) == [tmp_path / "a"]


def test_what_stands_in_the_way_is_told(tmp_path):
    (tmp_path / "file").touch()
    for path, words in (("file", "something that is no folder stands in its place"), ("file/a", "on the way there")):
        with pytest.raises(StoreError, match=words):
            make_folder(tmp_path / path)
    with pytest.raises(StoreError, match="a folder stands in its place"):
        write_atomic(tmp_path, b"")
