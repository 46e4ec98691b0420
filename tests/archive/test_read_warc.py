"""WARC and ARC files as all the tools write them: packed or not, damaged or not."""

import gzip
import random
from datetime import UTC, datetime
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from harvester.archive.formats import container_form, is_seekable
from harvester.archive.formats import record_stream as blocks
from harvester.archive.formats.warc_reader import archived_page, payload_digest
from harvester.archive.page_entries import Entry
from harvester.compression import members
from saved_forms import (
    FETCHED,
    answer,
    arc_records,
    entries,
    failures,
    html,
    in_parts,
    packings,
    pages,
    passed,
    record,
    response,
    told,
    url,
    warc_records,
)

PACKINGS = list(packings([b""]))
FORMS = {"warc": warc_records, "arc": arc_records}


def write(folder, form, packing, records=None):
    ending, content = packings(records or FORMS[form]())[packing]
    path = folder / f"x.{form}{ending}"
    path.write_bytes(content)
    return path


@pytest.mark.parametrize("packing", PACKINGS)
@pytest.mark.parametrize("form", FORMS)
def test_every_page_is_read_however_it_is_packed(tmp_path, form, packing):
    path = write(tmp_path, form, packing)
    assert container_form(path) == form
    found = entries(path, form)
    assert [(page.url, page.body, page.status, page.fetched_at) for page in pages(found)] == [
        (url(n), html(n), 200, FETCHED) for n in range(4)
    ]
    assert len(found) == 4
    for entry in found:
        assert entry.name == f"{path}:{entry.place}"
        assert (entry.found.archive.file, entry.found.archive.offset) == (path.name, entry.place)
        assert entry.found.archive.digest == payload_digest(entry.found.page.body)


@pytest.mark.parametrize("packing", PACKINGS)
@pytest.mark.parametrize("form", FORMS)
def test_a_file_read_in_parts_gives_the_same(tmp_path, form, packing):
    path = write(tmp_path, form, packing)
    whole = entries(path, form)
    places = [entry.place for entry in whole]
    for cut in (*places, *(place + 1 for place in places)):
        assert in_parts(path, form, [cut]) == whole
    assert in_parts(path, form, places) == whole


@pytest.mark.parametrize("packing", PACKINGS)
def test_only_what_is_packed_as_a_whole_cannot_be_sought_in(tmp_path, packing):
    path = write(tmp_path, "warc", packing)
    assert is_seekable(path, "warc") == (packing not in {"gzip as a whole", "gzip in blocks", "zstd as a whole"})


@pytest.mark.parametrize("packing", PACKINGS)
def test_the_page_of_an_entry_is_found_again_by_its_archive(tmp_path, packing):
    path = write(tmp_path, "warc", packing)
    found = [entry.found for entry in entries(path, "warc")]
    assert found
    assert [archived_page(tmp_path, one.archive) for one in found] == [one.page for one in found]


def one_entry(folder, *records):
    path = folder / "x.warc"
    path.write_bytes(b"".join(records))
    (entry,) = entries(path, "warc")
    return entry


def test_answers_of_no_interest_are_counted_and_nothing_else_is(tmp_path):
    path = tmp_path / "x.warc"
    records = [
        record("warcinfo", b"software: x\r\n"),
        record("request", b"GET / HTTP/1.1\r\n\r\n", url()),
        record("metadata", b"via: y\r\n", url()),
        record("continuation", b"<p>the rest", url(), WARC_Segment_Number="2"),
        record("revisit", answer(b""), url()),
        record("response", answer(b"moved", "301 Moved"), url()),
        record("response", answer(b"gone", "404 Not Found"), url()),
        record("response", answer(b"\x89PNG", Content_Type="image/png"), url()),
        record("response", answer(b"hello", Content_Type="text/plain"), url()),
        record("response", b"20240321 dns", "dns:a.example"),
        record("response", answer(b" \r\n"), url()),
    ]
    path.write_bytes(b"".join(records))
    expected = ["revisit", "status", "status", "not_html", "not_html", "not_html", "empty"]
    assert passed(entries(path, "warc")) == expected
    assert len(entries(path, "warc")) == len(expected)


@pytest.mark.parametrize("said", [None, "text/plain", "application/octet-stream", "TEXT/HTML", "application/xhtml+xml"])
def test_html_is_found_by_its_type_or_its_first_bytes(tmp_path, said):
    found = one_entry(tmp_path, record("response", answer(html(), Content_Type=said), url())).found
    assert found.page.body == html()


def test_a_page_saved_without_http_is_a_page(tmp_path):
    entry = one_entry(tmp_path, record("resource", html(), url(), Content_Type="text/html; charset=utf-8"))
    assert (entry.found.page.body, entry.found.page.status) == (html(), None)
    assert entry.found.page.header("content-type") == "text/html; charset=utf-8"


def test_bodies_are_decoded(tmp_path):
    packed = gzip.compress(html())
    chunked = b"%x\r\n%s\r\n0\r\n\r\n" % (len(packed), packed)
    block = answer(chunked, Content_Encoding="gzip", Transfer_Encoding="chunked")
    assert one_entry(tmp_path, record("response", block, url())).found.page.body == html()


@pytest.mark.parametrize("cut", [1, 5, 7, 30])
def test_of_chunks_that_break_off_what_is_there_is_the_body(tmp_path, cut):
    half = len(html()) // 2
    chunked = b"".join(b"%x\r\n%s\r\n" % (len(part), part) for part in (html()[:half], html()[half:], b"")) + b"\r\n"
    chunked = chunked[: -4 - cut]
    block = answer(chunked, Transfer_Encoding="chunked")
    page = one_entry(tmp_path, record("response", block, url())).found.page
    assert html().startswith(page.body)
    assert len(page.body) >= len(html()) - cut
    assert page.truncated


def test_a_body_that_only_claims_to_be_chunked_is_as_it_is(tmp_path):
    for body in (html(), b"Dear reader,\r\n" + html(), b"abc\n" + html()):
        block = answer(body, Transfer_Encoding="chunked")
        assert one_entry(tmp_path, record("response", block, url())).found.page.body == body


def test_header_lines_may_end_in_a_newline_alone(tmp_path):
    block = b"HTTP/1.0 200 OK\nContent-Type: text/html\n\n" + html()
    assert one_entry(tmp_path, record("response", block, url())).found.page.body == html()


def test_the_digest_of_the_record_is_kept_and_one_is_computed_where_it_has_none(tmp_path):
    said = one_entry(tmp_path, response(1, WARC_Payload_Digest="sha256:ABC")).found
    assert said.archive.digest == "sha256:ABC"
    assert one_entry(tmp_path, response(1)).found.archive.digest == payload_digest(html())


@pytest.mark.parametrize("headers", [{"WARC_Truncated": "length"}, {"WARC_Segment_Number": "1"}])
def test_a_part_of_a_page_says_that_it_is_one(tmp_path, headers):
    assert one_entry(tmp_path, response(1, **headers)).found.page.truncated


@pytest.mark.parametrize(
    ("said", "time"),
    [
        ("2014-01-02T03:04:05Z", datetime(2014, 1, 2, 3, 4, 5, tzinfo=UTC)),
        ("2014-01-02T03:04:05.123456Z", datetime(2014, 1, 2, 3, 4, 5, 123456, tzinfo=UTC)),
        ("2014-01-02T03:04:05", datetime(2014, 1, 2, 3, 4, 5, tzinfo=UTC)),
        ("2014-01-02T03:04:05+02:00", datetime(2014, 1, 2, 1, 4, 5, tzinfo=UTC)),
        ("yesterday", None),
        ("0001-01-01T00:00:00+23:00", None),
    ],
)
def test_the_time_of_a_record_is_that_of_its_page(tmp_path, said, time):
    assert one_entry(tmp_path, response(1, WARC_Date=said)).found.page.fetched_at == time


def test_the_ten_fields_of_arc_2_are_read(tmp_path):
    block = answer(html())
    path = tmp_path / "x.arc"
    line = b"http://a.example/a b 10.0.0.1 20240321080000 text/html 200 - - 1234 x.arc %d\n" % len(block)
    path.write_bytes(line + block + b"\n")
    (entry,) = entries(path, "arc")
    assert (entry.found.page.url, entry.found.page.fetched_at) == ("http://a.example/a b", FETCHED)


# ── damage (case 25) ─────────────────────────────────────────────────────────────────────────


@pytest.mark.parametrize("packing", PACKINGS)
@pytest.mark.parametrize("form", FORMS)
def test_a_file_that_breaks_off_gives_all_that_is_there_and_one_loss(tmp_path, form, packing):
    path = write(tmp_path, form, packing)
    path.write_bytes(path.read_bytes()[:-40])
    found = entries(path, form)
    whole = [page for page in pages(found) if not page.truncated]
    torn = [page for page in pages(found) if page.truncated]
    assert len(whole) == 3 or "whole" in packing or "blocks" in packing  # a stream is lost by the block
    assert [page.url for page in (*whole, *torn)] == [url(n) for n in range(len(whole) + len(torn))]
    assert len(torn) <= 1
    assert torn or "zstd" in packing or "whole" in packing or "blocks" in packing  # zstd unpacks by the block, too
    assert all(html(3).startswith(page.body) for page in torn if page.url == url(3))
    assert [reason for _, reason in failures(found)] == ["unreadable"]
    assert found[-1].found.subject == f"{path}:{found[-1].place}"


@pytest.mark.parametrize("form", FORMS)
@pytest.mark.parametrize("wrong", [b"7", b"99999", b"999999999999", b"-1", b"x"])
@pytest.mark.parametrize("packing", PACKINGS)
def test_a_wrong_length_costs_one_record(tmp_path, form, wrong, packing):
    records = FORMS[form]()
    at = 4 if form == "warc" else 2
    said = b"\r\nContent-Length: " if form == "warc" else b" text/html "
    start = records[at].index(said) + len(said)
    end = min(records[at].index(end, start) for end in (b"\r", b"\n") if end in records[at])
    records[at] = records[at][:start] + wrong + records[at][end:]
    found = entries(write(tmp_path, form, packing, records), form)
    assert [page.url for page in pages(found)] == [url(n) for n in (0, 2, 3)]
    assert len(failures(found)) == 1
    path = Path(found[0].name.rpartition(":")[0])
    assert told(in_parts(path, form, [entry.place for entry in found])) == told(found)


@pytest.mark.parametrize("form", FORMS)
def test_no_record_of_information_is_needed(tmp_path, form):
    assert len(pages(entries(write(tmp_path, form, "plain", FORMS[form]()[1:]), form))) == 4


def test_a_changed_block_is_found_by_its_digest(tmp_path):
    broken = response(1, WARC_Block_Digest=payload_digest(answer(html(1)))).replace(b"grey", b"gray")
    found = entries(write(tmp_path, "warc", "plain", [response(0), broken, response(2)]), "warc")
    assert [page.url for page in pages(found)] == [url(0), url(2)]
    assert "digest" in found[1].found.explanation


def test_a_film_among_the_pages_is_passed_over(tmp_path, monkeypatch):
    monkeypatch.setattr(blocks, "MAX_BLOCK_BYTES", 200_000)
    monkeypatch.setattr(members, "MAX_MEMBER_BYTES", 200_000)
    film = record("response", answer(random.Random(1).randbytes(600_000), Content_Type="video/mp4"), url(9))
    long_page = record("response", answer(b"<html>" + b"seal " * 140_000), url(8))
    records = [response(0), film, response(1), long_page, response(2)]
    for packing in PACKINGS:
        if packing == "gzip in blocks":
            continue  # as one as a whole, and slow
        monkeypatch.setattr(members, "_MAX_PASSED_RATIO", 100_000)
        found = entries(write(tmp_path, "warc", packing, records), "warc")
        assert [page.url for page in pages(found)] == [url(n) for n in range(3)]
        assert passed(found) == ["not_html"]
        assert [reason for _, reason in failures(found)] == ["too_large"]


def test_a_member_that_unpacks_without_end_is_refused(tmp_path, monkeypatch):
    monkeypatch.setattr(members, "MAX_MEMBER_BYTES", 1_000_000)
    records = [response(0), record("response", answer(b"\0" * 3_000_000), url(9)), response(1)]
    found = entries(write(tmp_path, "warc", "gzip by record", records), "warc")
    assert [page.url for page in pages(found)] == [url(0), url(1)]
    assert [reason for _, reason in failures(found)] == ["unreadable"]


def test_members_with_several_records_are_read_and_can_be_sought(tmp_path):
    records = warc_records(6)
    path = tmp_path / "x.warc.gz"
    path.write_bytes(b"".join(map(gzip.compress, records[:5])) + gzip.compress(b"".join(records[5:])))
    whole = entries(path, "warc")
    assert [page.url for page in pages(whole)] == [url(n) for n in range(6)]
    assert in_parts(path, "warc", [entry.place for entry in whole]) == whole


@pytest.mark.parametrize("form", FORMS)
@pytest.mark.parametrize("packing", PACKINGS)
@settings(max_examples=30, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(at=st.integers(0, 100_000), junk=st.binary(min_size=1, max_size=40), cut=st.integers(0, 100_000))
def test_any_damage_gives_entries_and_costs_little(tmp_path, form, packing, at, junk, cut):
    path = write(tmp_path, form, packing)
    content = path.read_bytes()
    place = at % len(content)
    path.write_bytes(content[:place] + junk + content[place + len(junk) :])
    found = entries(path, form)
    assert all(isinstance(entry, Entry) for entry in found)
    if "by record" in packing or packing == "plain":
        assert len(pages(found)) >= 2
    borders = [entry.place for entry in found]
    assert told(in_parts(path, form, borders)) == told(found)
    list(in_parts(path, form, [cut]))


@pytest.mark.parametrize("form", FORMS)
@settings(max_examples=100, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(content=st.binary(max_size=2_000))
def test_any_bytes_give_entries(tmp_path, form, content):
    path = tmp_path / f"x.{form}"
    path.write_bytes(content)
    found = entries(path, form)
    assert not pages(found)
