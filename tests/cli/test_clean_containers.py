"""`harvester clean` on containers: units are stretches of them, and how they are cut changes nothing."""

import json
import tarfile
from datetime import UTC, datetime
from io import BytesIO

import pytest
from standins import clean_all, html_page

from harvester.archive.formats.warc_reader import archived_page
from harvester.archive.formats.warc_writer import WarcWriter
from harvester.models import Page
from harvester.reclean.run import clean_saved
from harvester.store.articles import load_article

MOMENT = datetime(2026, 3, 1, tzinfo=UTC)
HTML = (("content-type", "text/html"),)


@pytest.fixture
def warc(tmp_path):
    """Return a folder with an archive of 40 pages, one of them twice, one without an article, and an image."""
    with WarcWriter(tmp_path / "warc") as writer:
        for number in range(40):
            body = html_page(title=f"Pier {number}", text=f"The pier number {number} opened. " * 40)
            writer.append(
                Page(f"https://harbour.example/{number % 39}", body, status=200, headers=HTML, fetched_at=MOMENT)
            )
        writer.append(
            Page("https://harbour.example/menu", b"<html></html>", status=200, headers=HTML, fetched_at=MOMENT)
        )
        writer.append(
            Page("https://harbour.example/a.png", b"\x89PNG", status=200, headers=(("content-type", "image/png"),))
        )
    return tmp_path / "warc"


def articles(folder):
    lines = (line for path in sorted(folder.glob("articles-*.jsonl")) for line in path.read_text().splitlines())
    return [json.loads(line) for line in lines]


def everything(folder):
    return {str(path.relative_to(folder)): path.read_bytes() for path in sorted(folder.rglob("*")) if path.is_file()}


def test_an_archive_gives_each_page_its_article_and_counts_the_rest(warc, tmp_path):
    seen = clean_all(warc, tmp_path / "out", form="jsonl", site_memory=False)
    assert [article["title"] for article in articles(tmp_path / "out")] == [f"Pier {number}" for number in range(40)]
    assert seen.summary.reasons == {"not_article": 1}
    assert seen.summary.total.passed == {"not_html": 1}


@pytest.mark.parametrize("form", ["json", "jsonl"])
def test_two_processes_write_what_one_writes(warc, tmp_path, form):
    for jobs in (1, 2):
        clean_all(warc, tmp_path / str(jobs), form=form, jobs=jobs, part_bytes=2_000)
    assert everything(tmp_path / "1") == everything(tmp_path / "2")
    assert len(list((tmp_path / "1").glob("articles-*"))) > 3 or form == "json"


@pytest.mark.parametrize("part_bytes", [1, 2_000, 10**9])
def test_the_articles_are_the_same_however_the_archive_is_cut(warc, tmp_path, part_bytes):
    clean_all(warc, tmp_path / "whole", form="jsonl")
    clean_all(warc, tmp_path / "cut", form="jsonl", part_bytes=part_bytes)
    assert articles(tmp_path / "cut") == articles(tmp_path / "whole")


def test_single_files_of_an_archive_are_spread_over_folders_and_never_share_a_name(warc, tmp_path):
    clean_all(warc, tmp_path / "out")
    files = list((tmp_path / "out").rglob("*.json"))
    assert len(files) == 40
    assert {len(path.relative_to(tmp_path / "out").parts) for path in files} == {2}
    clean_all(warc, tmp_path / "flat", sharded=False)
    assert {path.name for path in (tmp_path / "flat").glob("*.json")} == {path.name for path in files}


def test_an_article_says_where_its_page_is_kept(warc, tmp_path):
    clean_all(warc, tmp_path / "out")
    files = list((tmp_path / "out").rglob("*.json"))
    assert len(files) == 40
    for path in files:
        article = load_article(path)
        body = archived_page(warc, article.page.archive).body
        assert article.title.encode() in body


def test_a_damaged_record_costs_one_page_and_is_named_with_its_place(warc, tmp_path):
    (file,) = warc.glob("*.warc.gz")
    content = bytearray(file.read_bytes())
    content[len(content) // 2] ^= 0xFF
    file.write_bytes(content)
    seen = clean_all(warc, tmp_path / "out", form="jsonl")
    assert len(articles(tmp_path / "out")) >= 39
    assert seen.summary.reasons["unreadable"] == 1
    failures = [json.loads(line) for line in (tmp_path / "out" / "_failures.jsonl").read_text().splitlines()]
    (damaged,) = [one for one in failures if one["reason"] == "unreadable"]
    name, _, offset = damaged["subject"].rpartition(":")
    assert name == str(file)
    assert 0 < int(offset) < len(content)


def test_a_page_that_kills_its_worker_costs_the_archive_nothing_else(tmp_path):
    with WarcWriter(tmp_path / "warc") as writer:
        for number in range(9):
            text = "KILL THE PROCESS" if number == 4 else "The pier opened."
            body = html_page(title=f"Pier {number}", text=text)
            writer.append(Page(f"https://harbour.example/{number}", body, status=200, headers=HTML, fetched_at=MOMENT))
    seen = clean_all(tmp_path / "warc", tmp_path / "out", form="jsonl", site_memory=False)
    assert [article["title"][-1] for article in articles(tmp_path / "out")] == list("01235678")
    assert seen.summary.reasons == {"parser_limit": 1}


def test_a_packed_stream_is_cut_into_few_units(tmp_path):
    with tarfile.open(tmp_path / "pages.tar.gz", "w:gz") as tar:
        for number in range(200):
            member = tarfile.TarInfo(f"{number:03}.html")
            body = html_page(title=f"Pier {number}")
            member.size = len(body)
            tar.addfile(member, BytesIO(body))
    clean_all(tmp_path / "pages.tar.gz", tmp_path / "out", form="jsonl", part_bytes=1, jobs=2)
    assert [article["title"] for article in articles(tmp_path / "out")] == [f"Pier {number}" for number in range(200)]
    assert len(list((tmp_path / "out").glob("articles-*"))) <= 32


def test_sites_in_archives_have_memories_too(tmp_path):
    plea = "The Harbour Post has told the truth about the coast since 1921, and its readers keep it afloat with gifts."
    with WarcWriter(tmp_path / "warc") as writer:
        for place in ("pier", "lamp", "ferry", "bridge", "market"):
            prose = "".join(f"<p>The {place} {what}, said the board of the {place} on Monday.</p>" for what in WHAT)
            body = f"<html><body><article><h1>What the {place} costs</h1>{prose}<p>{plea}</p></article></body></html>"
            writer.append(
                Page(f"https://harbour.example/{place}", body.encode(), status=200, headers=HTML, fetched_at=MOMENT)
            )
    clean_all(tmp_path / "warc", tmp_path / "out", clean_saved, form="jsonl", part_bytes=400, jobs=2)
    found = articles(tmp_path / "out")
    assert len(found) == 5
    assert not any(plea in article["text"] for article in found)
    assert len({article["cleaning"]["memory"] for article in found}) == 1


WHAT = (
    "was closed after the storm had torn two planks from its western side in the night",
    "will be mended before the first guests arrive at Whitsun if the money is found in time",
    "was built by the fathers of those who now came to look at the damage in silence",
)
