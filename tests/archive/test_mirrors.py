"""Copies of web sites (wget, HTTrack): where a page stands tells its address."""

import gzip

import pytest

from harvester.archive.discovery import find_inputs
from harvester.archive.inputs import Input
from harvester.archive.mirrors import mirrored_url
from harvester.archive.saved_page import read_saved
from harvester.models import Page
from harvester.store.page_files import save_page
from saved_forms import entries, html, pages, tarred, zipped

PAGE = b"<!DOCTYPE html><html><body><p>The pier opened.</p></body></html>"


def write(path, body=PAGE):
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_bytes(body)
    return path


def urls(folder):
    """Return the addresses of all pages in a folder by their place in it."""
    found = find_inputs([str(folder)])
    assert all(isinstance(item, Input) for item in found)
    return {str(item.path.relative_to(folder)): read_saved(item).page.url for item in found}


@pytest.mark.parametrize(
    ("place", "url"),
    [
        # wget -r, -x
        ("example.org/index.html", "https://example.org/"),
        ("example.org/news/index.html", "https://example.org/news/"),
        ("example.org/news/a.html", "https://example.org/news/a.html"),
        ("example.org/about", "https://example.org/about"),
        ("example.org/story?id=3", "https://example.org/story?id=3"),
        ("example.org/index.html?page=2", "https://example.org/?page=2"),
        ("example.org/a b#c.html", "https://example.org/a%20b%23c.html"),
        ("example.org/café.html", "https://example.org/caf%C3%A9.html"),
        ("copy/WWW.Example.org/a.html", "https://www.example.org/a.html"),
        # --protocol-directories, a port
        ("http/example.org/a.html", "http://example.org/a.html"),
        ("example.org:8080/a.html", "https://example.org:8080/a.html"),
        # --restrict-file-names=windows
        ("example.org+8080/a.html", "https://example.org:8080/a.html"),
        ("example.org/story@id=3&x=1", "https://example.org/story?id=3&x=1"),
        ("example.org/@anna.html", "https://example.org/@anna.html"),
        # --adjust-extension
        ("example.org/story.php?id=3.html", "https://example.org/story.php?id=3"),
        ("example.org/story@id=3.html", "https://example.org/story?id=3"),
        ("example.org/story.php.html", "https://example.org/story.php"),
        # no mirror
        ("pages/a.html", None),
        ("a.html", None),
        ("example.org", None),
        ("pages.old/a.html", None),
        ("one/two/three/example.org/a.html", None),
        ("saved.zip/a.html", None),
    ],
)
def test_the_place_of_a_file_tells_its_address(place, url):
    assert mirrored_url(place.split("/")) == url


def test_pages_of_a_mirror_get_their_addresses_and_other_files_are_passed_over(tmp_path):
    host = tmp_path / "example.org"
    for name in ("index.html", "about", "news/story.php?id=3", "news/b.html.gz"):
        write(host / name, gzip.compress(PAGE) if name.endswith(".gz") else PAGE)
    for name in ("robots.txt", "style.css", "logo", "feed.xml", "a.html.1", "a.html.orig"):
        write(host / name, b"\x89PNG" if name == "logo" else PAGE)
    write(tmp_path / "about", PAGE)
    write(tmp_path / "plain.html", PAGE)
    expected = {
        "index.html": "https://example.org/",
        "about": "https://example.org/about",
        "news/story.php?id=3": "https://example.org/news/story.php?id=3",
        "news/b.html.gz": "https://example.org/news/b.html",
    }
    assert urls(host) == expected
    assert urls(tmp_path) == {f"example.org/{name}": url for name, url in expected.items()} | {"plain.html": None}


def test_what_the_page_says_of_its_address_is_better_than_its_place(tmp_path):
    saved_from = b"<!-- saved from url=(0024)https://b.example.org/pier -->" + PAGE
    foreign = PAGE.replace(b"<body>", b"<link rel=canonical href='https://other.example/pier'><body>")
    own = PAGE.replace(b"<body>", b"<link rel=canonical href='https://www.example.org/pier'><body>")
    for name, body in (("a.html", saved_from), ("b.html", foreign), ("c.html", own)):
        write(tmp_path / "example.org" / name, body)
    assert urls(tmp_path) == {
        "example.org/a.html": "https://b.example.org/pier",
        "example.org/b.html": None,
        "example.org/c.html": "https://example.org/c.html",
    }


def test_a_sidecar_is_better_than_the_place(tmp_path):
    (tmp_path / "example.org").mkdir()
    path = save_page(tmp_path / "example.org", Page("https://a.example/pier", PAGE))
    assert list(urls(tmp_path).values()) == ["https://a.example/pier"]
    assert path.parent.name == "example.org"


def test_the_comment_of_httrack_tells_address_and_time(tmp_path):
    comment = (
        b"<html>\n<!-- Mirrored from www.example.org/news/a.php?id=3 by HTTrack Website Copier/3.x [XR&CO'2014], "
        b"Thu, 21 Mar 2024 08:00:00 GMT -->\n"
    )
    write(tmp_path / "www.example.org" / "news" / "a4f2e.html", comment + PAGE)
    write(tmp_path / "hts-log.txt", b"HTTrack launched")
    write(tmp_path / "hts-cache" / "a.html")
    (item,) = find_inputs([str(tmp_path)])
    page = read_saved(item).page
    assert page.url == "https://www.example.org/news/a.php?id=3"
    assert page.fetched_at.isoformat() == "2024-03-21T08:00:00+00:00"


@pytest.mark.parametrize(("form", "pack"), [("zip", zipped), ("tar", tarred)])
def test_a_packed_mirror_is_read_like_one_in_a_folder(tmp_path, form, pack):
    files = [
        ("copy/example.org/index.html", html()),
        ("copy/example.org/about", html()),
        ("copy/example.org/logo", b"\x89PNG"),
        ("copy/example.org/robots.txt", b"User-agent: *"),
        ("copy/about", html()),
    ]
    path = write(tmp_path / f"x.{form}", pack(files))
    assert [page.url for page in pages(entries(path, form))] == ["https://example.org/", "https://example.org/about"]
