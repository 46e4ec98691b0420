"""`harvester clean` on pages of one host: whose a page is, which ones are learned, and what is written."""

import gzip
import json

import pytest
from standins import clean_all as clean_with

from harvester.archive.discovery import find_inputs
from harvester.archive.inputs import Input
from harvester.archive.saved_page import SavedPage, read_saved
from harvester.cleaning import fingerprint_page
from harvester.errors import InputError
from harvester.models import Page
from harvester.reclean.planning import UNRANKED, RankTask, SurveyTask, UnitSize, rank_of
from harvester.reclean.run import clean_saved
from harvester.reclean.site_learning import MAX_LEARNED, host_of_saved
from harvester.reclean.units import PageFile
from harvester.site_memory import learn
from harvester.store.site_memories import read_memories

PLEDGE = (
    "The Harbour Post has told the truth about the coast since 1921, and its readers keep it afloat with their gifts."
)
PLACES = ("pier", "lamp", "ferry", "bridge", "market", "mill")


def html(place, head=""):
    says = (
        f"The {place} was closed on Monday after the storm had torn two planks from the {place}'s western side.",
        f"Those who built the {place} in their youth now came to look at the damage to the {place} in silence.",
        f"Before the first guests arrive at Whitsun, said the harbour board, the {place} must be open again.",
    )
    prose = "".join(f"<p>{sentence}</p>" for sentence in says)
    return (
        f"<html>{head}<body><article><h1>What the {place} will cost</h1>{prose}<p>{PLEDGE}</p></article></body></html>"
    )


def canonical(host, place):
    return f'<head><link rel="canonical" href="https://{host}/{place}"></head>'


@pytest.fixture
def pages(tmp_path):
    folder = tmp_path / "pages"
    folder.mkdir()
    for place in PLACES:
        (folder / f"{place}.html").write_text(html(place, canonical("www.harbour.example", place)))
    return folder


def clean_all(paths, to, **options):
    return clean_with(paths, to, clean_saved, **options)


def articles(folder):
    """Return the articles in a folder, by file."""
    about = {"_manifest.jsonl", "_failures.jsonl"}
    files = (path for path in sorted(folder.glob("*.json*")) if path.name not in about)
    return {path.name: json.loads(path.read_bytes()) for path in files}


def texts(folder):
    return [article["text"] for article in articles(folder).values()]


def written(folder):
    return {path.name: path.read_bytes() for path in sorted(folder.rglob("*")) if path.is_file()}


# ── what is written ───────────────────────────────────────────────────────────────────────────


def test_what_the_pages_of_a_host_share_is_in_no_article(pages, tmp_path):
    clean_all(pages, tmp_path / "out", ledger=True)
    assert not any(PLEDGE in text for text in texts(tmp_path / "out"))
    rows = json.loads((tmp_path / "out" / "_ledgers" / "pier.ledger.json").read_bytes())["blocks"]
    assert {row["rule"] for row in rows if row["text"] == PLEDGE} == {"site-memory:6 pages"}
    assert len({article["cleaning"]["memory"] for article in articles(tmp_path / "out").values()}) == 1


def test_it_can_be_switched_off(pages, tmp_path):
    clean_all(pages, tmp_path / "out", site_memory=False)
    assert all(PLEDGE in text for text in texts(tmp_path / "out"))
    assert {article["cleaning"]["memory"] for article in articles(tmp_path / "out").values()} == {None}


def test_a_single_page_is_cleaned_as_if_there_was_no_memory(pages, tmp_path):
    clean_all(pages / "pier.html", tmp_path / "out")
    assert PLEDGE in texts(tmp_path / "out")[0]


def test_pages_of_other_hosts_do_not_count(pages, tmp_path):
    for place in PLACES[:4]:
        (pages / f"{place}.html").write_text(html(place, canonical(f"{place}.example", place)))
    clean_all(pages, tmp_path / "out")
    assert [PLEDGE in text for text in texts(tmp_path / "out")] == [True] * len(list(pages.iterdir()))


def test_one_process_writes_what_many_write(pages, tmp_path):
    (pages / "empty.html").write_bytes(b"")
    clean_all(pages, tmp_path / "one", ledger=True)
    clean_all(pages, tmp_path / "two", ledger=True, jobs=2)
    assert written(tmp_path / "one") == written(tmp_path / "two")


@pytest.mark.parametrize("bad", [b"", b"\x89PNG\r\n\x1a\n\x00\x00", b"<html><body>" + b"<div a='" * 5_000])
def test_a_page_that_cannot_be_read_changes_nothing_for_the_others(pages, tmp_path, bad):
    clean_all(pages, tmp_path / "one")
    (pages / "bad.html").write_bytes(canonical("harbour.example", "bad").encode() + bad if bad[:1] == b"<" else bad)
    clean_all(pages, tmp_path / "two")
    assert articles(tmp_path / "two") == articles(tmp_path / "one")


def test_what_is_learned_is_what_the_library_learns(pages, tmp_path):
    clean_all(pages, tmp_path / "out", memory_file=tmp_path / "sites.jsonl")
    fingerprints = [fingerprint_page(read_saved(source).page) for source in find_inputs([str(pages)])]
    assert list(read_memories(tmp_path / "sites.jsonl")) == [learn("harbour.example", fingerprints)]


def test_a_kept_memory_is_replayed_and_not_learned_again(pages, tmp_path):
    clean_all(pages, tmp_path / "out", memory_file=tmp_path / "sites.jsonl")
    kept = (tmp_path / "sites.jsonl").read_bytes()
    clean_all(pages / "pier.html", tmp_path / "one", memory_file=tmp_path / "sites.jsonl")
    assert articles(tmp_path / "one")["pier.json"] == articles(tmp_path / "out")["pier.json"]
    assert (tmp_path / "sites.jsonl").read_bytes() == kept


def test_a_memory_file_that_was_changed_is_refused_with_its_line(pages, tmp_path):
    clean_all(pages, tmp_path / "out", memory_file=tmp_path / "sites.jsonl")
    broken = (tmp_path / "sites.jsonl").read_bytes().replace(b'"pages":6', b'"pages":5')
    (tmp_path / "sites.jsonl").write_bytes(broken)
    with pytest.raises(InputError, match=r"sites\.jsonl:1.*learn the site again"):
        clean_all(pages, tmp_path / "out", memory_file=tmp_path / "sites.jsonl")


# ── whose a page is ───────────────────────────────────────────────────────────────────────────


@pytest.mark.parametrize(
    ("url", "head", "host"),
    [
        ("https://www.harbour.example/a", "", "harbour.example"),
        ("https://Harbour.example:8443/a", canonical("other.example", "a"), "harbour.example"),
        (None, canonical("www.harbour.example", "a"), "harbour.example"),
        (None, "<meta content='https://news.harbour.example/?a=1&amp;b=2' property='og:url'>", "news.harbour.example"),
        (None, "<LINK HREF=https://harbour.example/ REL=canonical>", "harbour.example"),
        (None, "<link rel=canonical href='/a'><meta property=og:url content='https://b.example'>", "b.example"),
        (None, "<link rel=stylesheet href='https://cdn.example/canonical.css'>", None),
        (None, "<link rel=canonical href='https://[broken'>", None),
        (None, "", None),
    ],
)
def test_a_page_belongs_to_its_address_or_to_the_one_it_calls_its_own(url, head, host):
    assert host_of_saved(SavedPage(Page(url, head.encode()))) == host


def test_an_address_that_a_browser_noted_counts(tmp_path):
    path = tmp_path / "saved.html.gz"
    path.write_bytes(
        gzip.compress(b"<!-- saved from url=(0027)https://harbour.example/pier -->" + html("pier").encode())
    )
    assert host_of_saved(read_saved(Input("saved", path, "html"))) == "harbour.example"


def test_a_dump_has_no_host():
    assert host_of_saved(SavedPage(Page("https://harbour.example/", b"text"), "text")) is None


# ── which pages are learned ───────────────────────────────────────────────────────────────────


def survey(pages):
    """Return the members that a survey finds on pages in this order."""
    files = tuple(PageFile(path.name, str(path), "html", path.stem) for path in pages)
    found = SurveyTask(files, UnitSize(10**9, 10**9), sites=True, limit_s=30.0).run(lambda at, name: None)
    unranked = frozenset(one.at for one in found.members if one.rank == UNRANKED)
    ranks = RankTask(files, unranked, limit_s=30.0).run(lambda at, name: None)
    assert ranks.keys() == unranked
    return {files[one.at].name: ranks.get(one.at, one.rank) for one in found.members}


def test_of_large_sites_a_part_is_learned_whatever_the_order_of_the_pages(tmp_path):
    paths = [tmp_path / f"{number:03}.html" for number in range(100)]
    for path in paths:
        path.write_text(canonical("harbour.example", path.stem))
    least = {
        path.name: rank_of(path.read_bytes())
        for path in sorted(paths, key=lambda path: rank_of(path.read_bytes()))[:MAX_LEARNED]
    }
    for order in (paths, paths[::-1]):
        found = survey(order)
        assert dict(sorted(found.items(), key=lambda one: one[1])[:MAX_LEARNED]) == least
        assert len(found) < len(paths)


def test_pages_of_a_site_that_is_learned_whole_are_not_gone_through_for_a_rank(pages):
    files = tuple(PageFile(path.name, str(path), "html", path.stem) for path in sorted(pages.iterdir()))
    found = SurveyTask(files, UnitSize(10**9, 10**9), sites=True, limit_s=30.0).run(lambda at, name: None)
    assert {one.rank for one in found.members} == {UNRANKED}


def test_a_page_that_is_gone_when_its_rank_is_asked_for_has_none(tmp_path):
    files = (PageFile("gone.html", str(tmp_path / "gone.html"), "html", "gone"),)
    assert RankTask(files, frozenset({0}), limit_s=30.0).run(lambda at, name: None) == {}


def test_all_pages_of_a_small_site_are_learned(pages):
    assert set(survey(sorted(pages.iterdir()))) == {f"{place}.html" for place in PLACES}


def test_a_page_gives_the_same_article_in_a_crawl_with_the_memory_that_cleaning_learned(pages, tmp_path):
    from harvester.crawl.answer_reading import read_answer  # noqa: PLC0415
    from harvester.crawl.sources_file import CrawlSource  # noqa: PLC0415
    from harvester.crawl.state.rows import NewUrl, unvisited  # noqa: PLC0415
    from harvester.crawl.visit import ReadingContext, Visit  # noqa: PLC0415

    clean_all([pages], tmp_path / "out", memory_file=tmp_path / "sites.jsonl")
    [memory] = read_memories(tmp_path / "sites.jsonl")
    cleaned = articles(tmp_path / "out")
    source = CrawlSource("harbour", home="https://www.harbour.example/")
    for place in PLACES:
        url = f"https://www.harbour.example/{place}"
        page = Page(url, (pages / f"{place}.html").read_bytes(), url, 200)
        visit = Visit(unvisited(NewUrl(url, 1)), source, pages=(page,), context=ReadingContext(memory=memory))
        crawled = read_answer(visit).article
        again = clean_saved(SavedPage(page), memory)[0]
        assert PLEDGE not in crawled.text
        assert (crawled.text, crawled.cleaning) == (again.text, again.cleaning)
        assert crawled.text in {article["text"] for article in cleaned.values()}
