"""Folders that other programs, and our own crawl, keep pages in."""

import gzip
import json
from dataclasses import replace
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from harvester.archive.formats import container_form
from harvester.archive.formats.warc_writer import WarcSettings, WarcWriter
from harvester.cleaning import clean_page
from harvester.models import Edition, Page
from harvester.store.articles import article_json
from saved_forms import FETCHED, TEXT, entries, failures, html, in_parts, pages, passed, told, url

# ── Scrapy's HTTP cache ──────────────────────────────────────────────────────────────────────


def cached(folder, number=1, body=None, packed=False, meta=None, **headers):
    """Write an answer as scrapy.extensions.httpcache.FilesystemCacheStorage (2.13) does."""
    key = f"{number:040x}"
    answer = folder / key[:2] / key
    answer.mkdir(parents=True)
    said = {"url": url(number), "method": "GET", "status": 200, "response_url": url(number), "timestamp": 1711008000.0}
    lines = {"Content-Type": "text/html; charset=utf-8", **{k.replace("_", "-"): v for k, v in headers.items()}}
    files = {
        "meta": repr(said | (meta or {})).encode() if not isinstance(meta, bytes) else meta,
        "pickled_meta": b"cbuiltins\nprint\n(S'never'\ntR.",
        "response_headers": "\r\n".join(f"{name}: {value}" for name, value in lines.items()).encode(),
        "response_body": html(number) if body is None else body,
        "request_headers": b"",
        "request_body": b"",
    }
    for name, content in files.items():
        (answer / name).write_bytes(gzip.compress(content) if packed else content)
    return answer


@pytest.mark.parametrize("packed", [False, True], ids=["plain", "HTTPCACHE_GZIP"])
@pytest.mark.parametrize("coded", [False, True], ids=["plain body", "packed by the server"])
def test_the_answers_in_scrapys_cache_are_read(tmp_path, packed, coded):
    spider = tmp_path / "httpcache" / "news"
    for number in range(4):
        body = gzip.compress(html(number)) if coded else None
        cached(spider, number, body, packed, **({"Content_Encoding": "gzip"} if coded else {}))
    for folder in (spider, spider.parent):
        assert container_form(folder) == "scrapy_cache"
        found = entries(folder, "scrapy_cache")
        assert [(page.url, page.body, page.status, page.fetched_at) for page in pages(found)] == [
            (url(n), html(n), 200, FETCHED) for n in range(4)
        ]
        assert all(page.notes == () for page in pages(found))
        for cut in range(6):
            assert in_parts(folder, "scrapy_cache", [cut]) == found


def test_answers_of_no_interest_in_scrapys_cache_are_counted(tmp_path):
    cached(tmp_path, 1, meta={"status": 404})
    cached(tmp_path, 2, b"\x89PNG", Content_Type="image/png")
    cached(tmp_path, 3, b" ")
    cached(tmp_path, 4, meta={"response_url": url(5)})
    found = entries(tmp_path, "scrapy_cache")
    assert passed(found) == ["status", "not_html", "empty"]
    assert [(page.url, page.final_url) for page in pages(found)] == [(url(4), url(5))]


def test_a_broken_answer_in_scrapys_cache_costs_itself(tmp_path):
    cached(tmp_path, 1, meta=b"__import__('os').system('true')")
    cached(tmp_path, 2, meta=b"[1]")
    cached(tmp_path, 3, meta=b"(" * 60_000)
    (cached(tmp_path, 4) / "response_body").unlink()
    cached(tmp_path, 5, meta=b"{'status': 200, 'timestamp': 1e300}")
    found = entries(tmp_path, "scrapy_cache")
    assert failures(found) == [(number, "unreadable") for number in (1, 2, 3, 4)]
    assert [page.fetched_at for page in pages(found)] == [None]


def test_a_cache_of_pickles_is_refused_with_its_reason(tmp_path):
    folder = tmp_path / "httpcache"
    folder.mkdir()
    (folder / "news.db").write_bytes(b"\0")
    assert container_form(folder) == "scrapy_cache"
    (entry,) = entries(folder, "scrapy_cache")
    assert entry.found.reason == "no_pages"
    assert "pickles" in entry.found.explanation


@settings(max_examples=60, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(meta=st.binary(max_size=100), name=st.sampled_from(["meta", "response_headers", "response_body"]))
def test_any_bytes_in_scrapys_cache_give_entries(tmp_path, meta, name):
    answer = tmp_path / "00" / f"{1:040x}"
    if not answer.exists():
        cached(tmp_path, 1)
    before = (answer / name).read_bytes()
    (answer / name).write_bytes(meta)
    assert len(entries(tmp_path, "scrapy_cache")) == 1
    (answer / name).write_bytes(before)


# ── our own crawl ────────────────────────────────────────────────────────────────────────────


def page(number, rest="", suffix=""):
    body = f"<html><body><article><h1>Seal {number}</h1><p>{TEXT * 8}</p>{rest}</article></body></html>".encode()
    return Page(url(number) + suffix, body, None, 200, (("content-type", "text/html"),), FETCHED)


def next_link(number, part):
    return f'<a rel="next" href="/{number}?page={part}">Next page</a>'


def store(output, first, place):
    article, _ = clean_page(first)
    edition = Edition(2, None, "2024-03-21T08:00:00Z")
    kept = replace(article, page=replace(article.page, archive=place), edition=edition)
    path = output / "a.example" / f"{article.id}.json"
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_bytes(article_json(kept))
    return path


def crawled(folder, output="articles", max_bytes=10**9):
    """Write what a crawl leaves: an article of one page, one of three, one that was not archived."""
    with WarcWriter(folder / "archive", WarcSettings(max_bytes=max_bytes)) as writer:
        long = [page(2, next_link(2, 2)), page(2, next_link(2, 3), "?page=2"), page(2, "", "?page=3")]
        places = [writer.append(one) for one in (page(1), *long, page(3))]
    paths = [store(folder / output, one, place) for one, place in ((page(1), places[0]), (long[0], places[1]))]
    paths += [store(folder / output, page(3), places[4]), store(folder / output, page(4), None)]
    (folder / output / "a.example" / "versions").mkdir()
    (folder / output / "a.example" / "versions" / f"{paths[0].stem}.1.json").write_bytes(paths[0].read_bytes())
    return long


@pytest.mark.parametrize("max_bytes", [10**9, 1], ids=["one file", "a file for each page"])
@pytest.mark.parametrize("asked", ["articles", ""], ids=["its output", "the folder of output and archive"])
def test_each_article_of_a_crawl_gives_its_pages_and_its_edition(tmp_path, asked, max_bytes):
    long = crawled(tmp_path, max_bytes=max_bytes)
    folder = tmp_path / asked
    assert container_form(folder) == "crawl"
    found = entries(folder, "crawl")
    by_url = {one.found.page.url: one.found for one in found if not isinstance(one.found, Exception)}
    assert by_url.keys() == {url(1), url(2), url(3)}
    assert [one.body for one in by_url[url(2)].more] == [one.body for one in long[1:]]
    assert by_url[url(1)].more == by_url[url(3)].more == ()
    assert by_url[url(1)].edition == Edition(2, None, "2024-03-21T08:00:00Z")
    assert by_url[url(1)].archive.file.endswith(".warc.gz")
    assert [reason for _, reason in failures(found)] == ["no_pages"]
    for cut in range(6):
        assert told(in_parts(folder, "crawl", [cut])) == told(found)


def test_the_archive_may_stand_in_the_folder_of_the_articles(tmp_path):
    crawled(tmp_path, output="")
    assert container_form(tmp_path) == "crawl"
    assert len(pages(entries(tmp_path, "crawl"))) == 3


def test_an_article_whose_archive_is_gone_says_so(tmp_path):
    crawled(tmp_path)
    for path in (tmp_path / "archive").iterdir():
        path.unlink()
    assert {reason for _, reason in failures(entries(tmp_path / "articles", "crawl"))} == {"no_pages"}


def test_a_host_that_may_not_be_listed_is_told_and_the_others_are_read(tmp_path, monkeypatch):
    crawled(tmp_path)
    before = entries(tmp_path, "crawl")
    (tmp_path / "articles" / "locked").mkdir()
    iterdir = Path.iterdir

    def refuse(path):
        if path.name == "locked":
            raise PermissionError(13, "Permission denied")
        return iterdir(path)

    monkeypatch.setattr(Path, "iterdir", refuse)
    assert container_form(tmp_path) == "crawl"
    found = entries(tmp_path, "crawl")
    assert told(found[:-1]) == told(before)
    assert failures(found[-1:]) == [(len(found), "unreadable")]


def test_a_broken_article_and_a_broken_record_cost_themselves(tmp_path):
    crawled(tmp_path)
    (archive,) = (tmp_path / "archive").glob("*.warc.gz")
    content = bytearray(archive.read_bytes())
    places = {
        one.found.page.url: one.found.archive.offset
        for one in entries(tmp_path, "crawl")
        if one.place < 5 and not isinstance(one.found, Exception)
    }
    content[places[url(1)] + 40] ^= 0xFF
    archive.write_bytes(content)
    (tmp_path / "articles" / "a.example" / f"{0:016x}.json").write_text(json.dumps({"schema": "x"}))
    found = entries(tmp_path, "crawl")
    assert sorted(reason for _, reason in failures(found)) == ["no_pages", "unreadable", "unreadable"]
    assert {one.url for one in pages(found)} == {url(2), url(3)}


@pytest.mark.parametrize("name", ["pages", "empty", "articles that were cleaned from files"])
def test_a_folder_of_pages_is_no_container(tmp_path, name):
    (tmp_path / "sub").mkdir()
    if name == "pages":
        (tmp_path / "sub" / "a.html").write_bytes(html())
    elif name != "empty":
        (tmp_path / "sub" / "pier.json").write_text("{}")
    assert container_form(tmp_path) is None
