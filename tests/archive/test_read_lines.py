"""Lines of JSON, as crawlers and data sets write pages."""

import json
from datetime import UTC, datetime

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from harvester.archive.formats import container_form
from harvester.archive.formats import jsonl as reader
from harvester.compression import streams
from saved_forms import FETCHED, PACKERS, entries, failures, html, in_parts, json_lines, pages, passed, told, url

PAGE = html().decode()


def write(folder, *rows, name="x.jsonl"):
    path = folder / name
    path.write_bytes(b"".join((row if isinstance(row, bytes) else json.dumps(row).encode()) + b"\n" for row in rows))
    return path


@pytest.mark.parametrize("ending", PACKERS)
@pytest.mark.parametrize("name", ["x.jsonl", "x.ndjson", "x.JL"])
def test_every_line_is_read_however_the_file_is_packed(tmp_path, name, ending):
    path = tmp_path / (name + ending)
    path.write_bytes(PACKERS[ending](json_lines()))
    assert container_form(path) == "jsonl"
    found = entries(path, "jsonl")
    assert [(page.url, page.body, page.fetched_at) for page in pages(found)] == [
        (url(n), html(n), FETCHED) for n in range(4)
    ]
    assert [entry.name for entry in found] == [f"{path}:{n}" for n in range(1, 5)]
    for cut in range(7):
        assert in_parts(path, "jsonl", [cut]) == found


@pytest.mark.parametrize(
    "row",
    [
        {"url": url(), "html": PAGE, "date": "2024-03-21T08:00:00Z"},
        {"url": url(), "body": PAGE, "timestamp": 1711008000},
        {"url": url(), "raw_html": PAGE, "timestamp": 1711008000000},
        {"url": url(), "content": PAGE, "text": "A grey seal", "crawled_at": "2024-03-21T09:00:00+01:00"},
        {"text": PAGE, "id": "1", "metadata": {"url": url(), "date": "2024-03-21T08:00:00Z"}},
        {"markdown": "x", "rawHtml": PAGE, "metadata": {"sourceURL": url(), "crawl_date": "2024-03-21T08:00:00"}},
        {"url": url(), "browserHtml": PAGE, "statusCode": 200, "fetched_at": "2024-03-21T08:00:00+00:00"},
    ],
    ids=["plain", "Scrapy", "raw", "content and text", "datatrove", "Firecrawl", "Zyte API"],
)
def test_the_names_that_common_tools_use_are_known(tmp_path, row):
    (entry,) = entries(write(tmp_path, row), "jsonl")
    page = entry.found.page
    assert (page.url, page.body, page.fetched_at) == (url(), html(), FETCHED)


def test_a_page_with_half_a_surrogate_pair_is_read_as_python_writes_it(tmp_path):
    row = {"url": url(), "html": PAGE + "<p>\udce9t\udce9 \ud83d\ude00", "id": 1}
    half = b'{"html": "\\ud800'
    found = entries(write(tmp_path, row, half), "jsonl")
    assert [page.body for page in pages(found)] == [html() + "<p>\ufffdt\ufffd \U0001f600".encode()]
    assert failures(found) == [(2, "no_pages")]


def test_a_page_of_text_is_utf_8_whatever_it_says(tmp_path):
    page = '<meta charset="gbk"><p>Café, 港口'
    row = {
        "url": url(),
        "html": page,
        "headers": {"Content-Type": "text/html; charset=gbk", "Content-Encoding": "gzip"},
    }
    (entry,) = entries(write(tmp_path, row), "jsonl")
    assert entry.found.page.body.decode() == page
    assert entry.found.page.headers == (("content-type", "text/html; charset=utf-8"),)


@pytest.mark.parametrize(
    "headers",
    [{"ETag": "1", "X": ["a", "b"]}, [["ETag", "1"], ["X", "a"], ["X", "b"]], [{"name": "ETag", "value": "1"}, 7, [1]]],
)
def test_headers_are_read_from_objects_and_lists(tmp_path, headers):
    (entry,) = entries(write(tmp_path, {"html": PAGE, "headers": headers}), "jsonl")
    assert entry.found.page.header("etag") == "1"


def test_a_day_without_a_time_is_not_taken_for_that_of_the_fetch(tmp_path):
    (entry,) = entries(write(tmp_path, {"html": PAGE, "date": "2024-03-21"}), "jsonl")
    assert entry.found.page.fetched_at is None


def test_what_is_no_page_is_told_with_its_line(tmp_path):
    rows = [
        {"url": url(), "html": PAGE},
        b"{not json",
        b"[1, 2]",
        {"schema": "harvester/article/2", "url": url(), "text": "A grey seal"},
        {"url": url(), "text": "A grey seal, and no HTML"},
        {"url": url(), "maintext": "x"},
        b"",
        b'{"html": "<p>half a pair \\ud83d',
        {"url": url(), "html": PAGE, "status": 404},
        {"url": url(), "html": " "},
        b"\xff\xfe",
        b"[" * 100_000,
        {"url": url(2), "html": PAGE},
    ]
    path = write(tmp_path, *rows)
    found = entries(path, "jsonl")
    assert passed(found) == ["status", "empty"]
    assert [place for place, reason in failures(found) if reason == "no_pages"] == [2, 3, 4, 5, 6, 8, 11, 12]
    article = next(entry for entry in found if entry.place == 4)
    assert "an article that harvester wrote" in article.found.explanation
    assert article.found.subject == f"{path}:4"
    assert [page.url for page in pages(found)] == [url(), url(2)]


@pytest.mark.parametrize("address", ["/news/seal", "echo.example/seal", "ftp://echo.example/seal", 4711, "https:///"])
def test_an_address_that_is_no_url_is_told_with_its_line_and_costs_that_page(tmp_path, address):
    path = write(tmp_path, {"url": url(), "html": PAGE}, {"url": address, "html": PAGE}, {"url": url(2), "html": PAGE})
    found = entries(path, "jsonl")
    assert [page.url for page in pages(found)] == [url(), url(2)]
    assert failures(found) == [(2, "unreadable")]
    fault = found[1].found
    assert fault.subject == f"{path}:2"
    assert fault.explanation.startswith(f"has an address under 'url' that is no URL ({str(address)!r}: ")


@pytest.mark.parametrize(
    ("said", "taken"),
    [
        ({"url": "/seal", "source_url": url()}, url()),
        ({"link": "seal", "metadata": {"sourceURL": url()}}, url()),
        ({"url": " "}, None),
        ({"url": None}, None),
        ({"url": f" {url()}\n"}, url()),
    ],
)
def test_of_several_addresses_the_first_that_is_one_is_taken_and_none_is_no_mistake(tmp_path, said, taken):
    (page,) = pages(entries(write(tmp_path, {"html": PAGE} | said), "jsonl"))
    assert page.url == taken


def test_a_line_that_is_too_long_costs_itself(tmp_path, monkeypatch):
    monkeypatch.setattr(reader, "MAX_LINE_BYTES", 1_000_000)
    path = write(tmp_path, {"html": PAGE}, {"html": "x" * 2_000_000}, {"html": PAGE})
    found = entries(path, "jsonl")
    assert failures(found) == [(2, "too_large")]
    assert len(pages(found)) == 2
    assert told(in_parts(path, "jsonl", [2])) == told(in_parts(path, "jsonl", [2, 3])) == told(found)


@pytest.mark.parametrize("ending", [".gz", ".zst", ".bz2", ".xz"])
def test_a_packed_file_that_breaks_off_gives_what_is_whole(tmp_path, ending):
    path = tmp_path / f"x.jsonl{ending}"
    content = PACKERS[ending](json_lines(2)) + PACKERS[ending](json_lines(2))
    path.write_bytes(content[:-30])
    found = entries(path, "jsonl")
    assert [page.url for page in pages(found)][:2] == [url(0), url(1)]
    assert [reason for _, reason in failures(found)] == ["unreadable"]
    places = [entry.place for entry in found]
    assert told(in_parts(path, "jsonl", places)) == told(found)


def test_a_file_that_unpacks_without_end_is_given_up(tmp_path, monkeypatch):
    monkeypatch.setattr(streams, "FREE_BYTES", 1_000_000)
    path = tmp_path / "x.jsonl.gz"
    path.write_bytes(PACKERS[".gz"](json_lines(2) + b"\n" * 50_000_000))
    found = entries(path, "jsonl")
    assert [page.url for page in pages(found)] == [url(0), url(1)]
    assert "unpack to more" in found[-1].found.explanation


@settings(max_examples=60, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(content=st.binary(max_size=300), ending=st.sampled_from(list(PACKERS)), at=st.integers(0, 2_000))
def test_any_bytes_give_entries(tmp_path, content, ending, at):
    path = tmp_path / f"x.jsonl{ending}"
    whole = PACKERS[ending](json_lines(2))
    place = at % len(whole)
    for damaged in (content, whole[:place] + content + whole[place + len(content) :]):
        path.write_bytes(damaged)
        found = entries(path, "jsonl")
        assert told(in_parts(path, "jsonl", [entry.place for entry in found])) == told(found)


def test_times_that_no_clock_shows_are_none(tmp_path):
    rows = [{"html": PAGE, "timestamp": value} for value in (1e300, -5, True, "0001-01-01T00:00:00+23:00", "at 8:00")]
    assert [page.fetched_at for page in pages(entries(write(tmp_path, *rows), "jsonl"))] == [None] * 5
    assert datetime.fromtimestamp(1711008000, UTC) == FETCHED
