"""What is taken out by wordings depends on what kind of page a page is."""

import pytest

from harvester.cleaning import explain_page, page_pipeline
from harvester.models import PAGE_TYPES, Page, PageType, Removed

SENTENCE = "The ferry to the northern islands will run twice a day from Monday, the harbour board said in May. "
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
