"""`harvester clean` on pages of one host: whose a page is, which ones are learned, and what is written."""

import gzip
import json

import pytest

from harvester.memory import learn
from harvester.models import Page
from harvester.reclean import sites
from harvester.reclean.inputs import Input, find_inputs
from harvester.reclean.run import CleanOptions, clean_files, clean_saved
from harvester.reclean.saved import SavedPage, read_saved
from harvester.reclean.sites import MAX_LEARNED, host_of_saved, learn_sites, spread
from harvester.reclean.workers import Effort

PLEDGE = (
    "The Harbour Post has told the truth about the coast since 1921, and its readers keep it afloat with their gifts."
)
PLACES = ("pier", "lamp", "ferry", "bridge", "market", "mill")
ALONE = Effort(1, 30.0)


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


def clean_all(folder, to, **options):
    return list(clean_files(find_inputs([str(folder)]), clean_saved, CleanOptions(to, **options)))


def texts(outcomes):
    return [outcome.result.text for outcome in outcomes]


def written(folder):
    return {path.name: path.read_bytes() for path in sorted(folder.iterdir())}


# ── what is written ───────────────────────────────────────────────────────────────────────────


def test_what_the_pages_of_a_host_share_is_in_no_article(pages, tmp_path):
    outcomes = clean_all(pages, tmp_path / "out", ledger=True)
    assert not any(PLEDGE in text for text in texts(outcomes))
    rows = json.loads((tmp_path / "out" / "pier.ledger.json").read_bytes())["blocks"]
    assert {row["rule"] for row in rows if row["text"] == PLEDGE} == {"site-memory:6 pages"}
    assert len({outcome.result.cleaning.memory for outcome in outcomes}) == 1


def test_it_can_be_switched_off(pages, tmp_path):
    outcomes = clean_all(pages, tmp_path / "out", site_memory=False)
    assert all(PLEDGE in text for text in texts(outcomes))
    assert {outcome.result.cleaning.memory for outcome in outcomes} == {None}


def test_a_single_page_is_cleaned_as_if_there_was_no_memory(pages, tmp_path):
    assert PLEDGE in texts(clean_all(pages / "pier.html", tmp_path / "out"))[0]


def test_pages_of_other_hosts_do_not_count(pages, tmp_path):
    for place in PLACES[:4]:
        (pages / f"{place}.html").write_text(html(place, canonical(f"{place}.example", place)))
    assert all(PLEDGE in text for text in texts(clean_all(pages, tmp_path / "out")))


def test_one_process_writes_what_many_write(pages, tmp_path):
    (pages / "empty.html").write_bytes(b"")
    clean_all(pages, tmp_path / "one", ledger=True)
    clean_all(pages, tmp_path / "two", ledger=True, jobs=2)
    assert written(tmp_path / "one") == written(tmp_path / "two")


@pytest.mark.parametrize("bad", [b"", b"\x89PNG\r\n\x1a\n\x00\x00", b"<html><body>" + b"<div a='" * 5_000])
def test_a_page_that_cannot_be_read_changes_nothing_for_the_others(pages, tmp_path, bad):
    before = clean_all(pages, tmp_path / "one")
    (pages / "bad.html").write_bytes(canonical("harbour.example", "bad").encode() + bad if bad[:1] == b"<" else bad)
    after = [outcome for outcome in clean_all(pages, tmp_path / "two") if "bad" not in outcome.subject]
    assert [outcome.result for outcome in after] == [outcome.result for outcome in before]


def test_a_page_that_overruns_the_first_pass_is_not_learned(pages, monkeypatch):
    def trace(saved):
        while b"the pier" in saved.page.body:
            pass
        return found(saved)

    found = sites.trace_saved
    monkeypatch.setattr(sites, "trace_saved", trace)
    memories = learn_sites(find_inputs([str(pages)]), Effort(1, 0.5))
    assert {memory.pages for memory in memories} == {5}


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


def test_large_sites_are_learned_from_a_part_spread_over_all(tmp_path):
    sources = [Input(f"{number:04}.html", tmp_path / f"{number:04}.html", "html") for number in range(1_000)]
    chosen = spread(reversed(sources))
    assert len(chosen) == MAX_LEARNED
    assert chosen == spread(sources)
    assert [source.name for source in chosen[:3]] == ["0000.html", "0025.html", "0050.html"]
    assert spread(sources[:5]) == sources[:5]


def test_standard_input_and_pipes_are_left_alone(pages):
    inputs = [Input("<stdin>", None, None), *find_inputs([str(pages)])]
    memories = learn_sites(inputs, ALONE)
    assert memories[0] is None
    assert all(memories[1:])


def test_what_is_learned_is_what_the_library_learns(pages):
    inputs = find_inputs([str(pages)])
    traces = [sites.trace_saved(read_saved(source)) for source in inputs]
    assert learn_sites(inputs, ALONE) == [learn("harbour.example", traces)] * len(PLACES)
