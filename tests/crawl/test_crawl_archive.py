"""What a run puts into the archive: every page of an article, and that a page came again as it was."""

import json

import pytest
from function_web import FunctionWeb, article, courier_source, feed, run

from harvester.archive.formats.warc_reader import Record, archived_page, page_of, read_records
from harvester.archive.formats.warc_writer import WarcWriter
from harvester.crawl.article_files import article_path
from harvester.crawl.state.rows import article_id, hash_of
from harvester.models import Archive
from newssites import story

SITE = "https://courier.example"
HOUR_S = 3_600


@pytest.fixture
def web():
    return FunctionWeb({f"{SITE}/feed": feed(f"{SITE}/seal"), f"{SITE}/seal": article("seal")})


@pytest.fixture
def crawl(web, state, tmp_path):
    """Return a function that crawls once into `out` and `archive`."""
    return lambda **fields: run(
        web, state, tmp_path / "out", [courier_source(**fields)], WarcWriter(tmp_path / "archive")
    )


def records(tmp_path):
    files = sorted((tmp_path / "archive").glob("*.warc.gz"))
    found = [record for file in files for record in read_records(file)]
    assert all(isinstance(record, Record) for record in found)
    return [record for record in found if record.kind in ("response", "revisit")]


def kept(tmp_path):
    [path] = (tmp_path / "out" / "courier.example").glob("*.json")
    return json.loads(path.read_bytes())


def test_an_article_points_to_its_page(crawl, web, tmp_path):
    crawl()
    found = kept(tmp_path)
    page = archived_page(tmp_path / "archive", Archive(**found["page"]["archive"]))
    assert (page.url, page.body) == (found["url"], web.pages[f"{SITE}/seal"].body)
    assert [record.header("warc-target-uri") for record in records(tmp_path)] == [f"{SITE}/seal"]


def test_a_page_that_came_again_as_it_was_is_a_revisit(crawl, clock, tmp_path):
    crawl()
    clock.now += 7 * HOUR_S
    crawl()
    response, revisit = records(tmp_path)
    assert (response.kind, revisit.kind) == ("response", "revisit")
    assert revisit.header("warc-refers-to-target-uri") == response.header("warc-target-uri") == f"{SITE}/seal"
    assert revisit.header("warc-refers-to-date") == response.header("warc-date")
    assert revisit.header("warc-payload-digest") == response.header("warc-payload-digest")


def test_an_edited_page_is_archived_anew(crawl, web, clock, tmp_path):
    crawl()
    web.pages[f"{SITE}/seal"] = article("seal", title="A corrected headline")
    clock.now += 7 * HOUR_S
    crawl()
    assert [record.kind for record in records(tmp_path)] == ["response", "response"]
    assert b"corrected" in archived_page(tmp_path / "archive", Archive(**kept(tmp_path)["page"]["archive"])).body


def test_a_page_whose_article_finds_no_place_is_not_archived_and_the_others_once(crawl, web, clock, tmp_path):
    web.pages |= {f"{SITE}/feed": feed(f"{SITE}/seal", f"{SITE}/boat"), f"{SITE}/boat": article("boat")}
    blocked = article_path(tmp_path / "out", f"{SITE}/seal", article_id(hash_of(f"{SITE}/seal")))
    blocked.mkdir(parents=True)
    for _ in range(2):
        crawl()
        clock.now += 8 * 24 * HOUR_S
    kinds = {record.header("warc-target-uri"): record.kind for record in reversed(records(tmp_path))}
    assert kinds == {f"{SITE}/boat": "response"}
    assert [record.kind for record in records(tmp_path)].count("response") == 1


def test_every_page_of_an_article_is_archived(crawl, web, tmp_path):
    paragraphs = story("long", 12)
    link = '<nav class="pagination"><a rel="next" href="/seal?page=2">Next page</a></nav>'
    web.pages[f"{SITE}/seal"] = article("seal", paragraphs=paragraphs[:6], extra=link)
    web.pages[f"{SITE}/seal?page=2"] = article("seal", paragraphs=paragraphs[6:])
    crawl()
    assert [page_of(record).url for record in records(tmp_path)] == [f"{SITE}/seal", f"{SITE}/seal?page=2"]


def test_the_page_of_a_copy_is_not_archived(crawl, web, tmp_path):
    web.pages[f"{SITE}/feed"] = feed(f"{SITE}/seal", f"{SITE}/the-seal-again")
    web.pages[f"{SITE}/the-seal-again"] = article("seal", extra="<aside>Most read</aside>")
    crawl()
    assert len(records(tmp_path)) == 1
    kept(tmp_path)


@pytest.mark.parametrize("fields", [{"archive": False}, {"tdm": "skip"}])
def test_what_is_not_to_be_archived_is_not(crawl, web, clock, tmp_path, fields):
    web.pages[f"{SITE}/seal"] = article("seal", extra="<meta name=tdm-reservation content=1>")
    crawl(**fields)
    clock.now += 7 * HOUR_S
    crawl(**fields)
    assert records(tmp_path) == []
