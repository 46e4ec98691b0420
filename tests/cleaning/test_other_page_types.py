"""What is taken out by wordings depends on what kind of page a page is."""

import pytest

from harvester.boilerplate.label_by_site_rules import SiteLabels
from harvester.cleaning import clean_page, explain_page, page_pipeline
from harvester.cleaning.block_verdicts import with_parts, without_said_subtitle
from harvester.dom import read_document
from harvester.models import PAGE_TYPES, Kept, Metadata, Page, PageType, PageTypeName, Part, Removed

SENTENCE = "The ferry to the northern islands will run twice a day from Monday, the harbour board said in May. "
FIRST = "Two boats a day for the northern islands were promised to us in the spring, and there is still none. "
PARAGRAPHS = "".join(f"<p>{SENTENCE * 2}It was the day {day}.</p>" for day in range(8))


@pytest.mark.parametrize(("article", "goes"), [(0.9, True), (0.31, True), (0.29, False), (0.02, False)])
def test_an_offer_above_a_button_stays_where_a_page_is_hardly_an_article(monkeypatch, article, goes):
    chances = {**dict.fromkeys(PAGE_TYPES, 0.0), "article": article, "service": 1 - article}
    page_type = PageType("article" if article > 0.5 else "service", max(article, 1 - article), chances, 0.1)
    monkeypatch.setattr(page_pipeline, "read_page_type", lambda *_: page_type)
    offer = "<h2>All boats of the north are built here</h2><p><a href=/join>Sign up for free</a></p>"
    page = f"<html lang=en><body><main><h1>Two boats a day</h1>{PARAGRAPHS}{offer}{PARAGRAPHS}</main>"
    ledger = explain_page(Page("https://boats.example/", page.encode()))
    (verdict,) = [block.verdict for block in ledger.blocks if block.text.startswith("All boats")]
    assert (isinstance(verdict, Removed) and verdict.rule.startswith("orphan:")) is goes


@pytest.mark.parametrize("name", ["forum", "listing", "product", "service"])
def test_what_a_page_that_is_hardly_an_article_begins_with_is_text_and_no_standfirst(monkeypatch, name: PageTypeName):
    def first_and_standfirst(article: float) -> tuple[Part | None, str | None]:
        chances = {**dict.fromkeys(PAGE_TYPES, 0.0), "article": article, name: 1 - article}
        page_type = PageType("article" if article > 0.5 else name, max(article, 1 - article), chances, 0.1)
        monkeypatch.setattr(page_pipeline, "read_page_type", lambda *_: page_type)
        described = f'<head><meta name=description content="{FIRST}"><meta property=og:description content="{FIRST}">'
        posts = f"<section class=opening><p>{FIRST}</p></section><section>{PARAGRAPHS}</section>"
        html = f"<html lang=en>{described}</head><body><main><h1>Two boats a day</h1>{posts}</main>"
        page = Page("https://boats.example/", html.encode())
        (verdict,) = [block.verdict for block in explain_page(page).blocks if block.text == FIRST.strip()]
        subtitle = clean_page(page, page_types=PAGE_TYPES)[0].subtitle
        return verdict.part if isinstance(verdict, Kept) else None, subtitle

    assert first_and_standfirst(0.9) == (Part.SUBTITLE, FIRST.strip())
    assert first_and_standfirst(0.02) == (Part.TEXT, None)


def test_behind_the_first_post_of_a_thread_no_line_of_the_text_is_the_headline():
    document = read_document(
        f"<h1>Two boats a day</h1><section><p>{FIRST}</section><p>Two boats a day<p>{SENTENCE}</p>"
    )
    document = document.with_blocks(tuple(block.judged(Kept(Part.TEXT)) for block in document.blocks))
    metadata = Metadata(title="Two boats a day", subtitle=FIRST.strip())
    parts = with_parts(document, metadata, SiteLabels(), parts_standfirst=False)
    assert [block.verdict.part for block in parts] == [Part.TITLE, Part.TEXT, Part.TEXT, Part.TEXT]


def test_a_first_post_that_is_printed_twice_is_no_standfirst_either():
    document = read_document(
        f"<h1>Two boats a day</h1><section><p>{FIRST}</section><div><p>{FIRST}</div><p>{SENTENCE}</p>"
    )
    title, first, again, *others = document.blocks
    kept = [block.judged(Kept(Part.TEXT)) for block in (title, first, *others)]
    twin = again.judged(Removed("repeated_text", "repeat:twin"))
    document = document.with_blocks((*kept[:2], twin, *kept[2:]))
    metadata = Metadata(title="Two boats a day", subtitle=FIRST.strip())
    parts = with_parts(document, metadata, SiteLabels(), parts_standfirst=False)
    assert parts[2].verdict == twin.verdict
    assert without_said_subtitle(metadata, parts).subtitle is None
