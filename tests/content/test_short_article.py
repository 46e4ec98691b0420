"""A short article is not lost among the cards of other stories below it."""

from dataclasses import replace

import numpy as np
import pytest

from harvester.boilerplate.label_by_site_rules import SiteLabels
from harvester.cleaning.block_verdicts import with_parts
from harvester.content.candidates import Candidates
from harvester.content.classifier import Told, decide
from harvester.content.trees import load_model
from harvester.dom import read_document
from harvester.models import PAGE_TYPES, Kept, Metadata, PageType, PageTypeName, Part
from harvester.outline import Outline

TITLE = "Two boats a day for the northern islands"
FIRST = "The ferry to the northern islands will run twice a day from Monday, the harbour board said on Tuesday."
SECOND = "The fare stays as it is, the board added."
TEASER = "A bridge in another town was opened on Sunday, and the band played on it until it rained in the evening."


def page(cards: int, card: str = "li", linked: bool = True) -> str:
    def one(number: int) -> str:
        title = f"A bridge in town {number}"
        heading = f"<a href=/{number}>{title}</a>" if linked else title
        return f"<{card} class=item><h4>{heading}</h4><p>{TEASER} {number}</p></{card}>"

    body = f"<article><h1>{TITLE}</h1><p>{FIRST}</p><p>{SECOND}</p></article>"
    return f"<title>{TITLE}</title><body>{body}<div>{''.join(map(one, range(cards)))}</div>"


def chosen(html: str, own: float = 0.2, others: float = 0.8, likely: PageTypeName = "article") -> list[str]:
    """Return the paragraphs chosen where those of the article have one probability, those of the others another."""
    document = read_document(html)
    blocks = document.blocks
    lengths = np.array([float(len(block.text)) for block in blocks])
    thought = [own if block.text in (FIRST, SECOND) else others if TEASER in block.text else 0.02 for block in blocks]
    page_type = PageType(likely, 0.9, {**dict.fromkeys(PAGE_TYPES, 0.0), likely: 0.9}, 0.1)
    candidates = Candidates(np.arange(len(blocks)), lengths, np.array(thought))
    found = decide(Outline(document), candidates, Told({}, page_type), load_model()).blocks
    return [blocks[at].text for at in sorted(found)]


@pytest.mark.parametrize("card", ["li", "div"])
def test_a_short_article_is_chosen_whole_and_the_cards_behind_it_are_not(card: str) -> None:
    assert chosen(page(5, card)) == [FIRST, SECOND]


@pytest.mark.parametrize(("cards", "linked"), [(2, True), (5, False)])
def test_sections_whose_headings_lead_nowhere_and_a_pair_of_boxes_are_no_cards(cards: int, linked: bool) -> None:
    assert chosen(page(cards, linked=linked)) == [f"{TEASER} {number}" for number in range(cards)]


def test_on_a_page_that_is_no_article_its_cards_may_be_what_it_is_about() -> None:
    assert f"{TEASER} 0" in chosen(page(5), likely="listing")


def test_a_long_article_is_chosen_by_what_is_thought_of_its_paragraphs() -> None:
    notice = "You have read the last of the free stories of this month, and may go on with a subscription."
    long = page(5).replace(f"<p>{SECOND}</p>", f"<p>{SECOND}</p>" + f"<p>{FIRST}</p>" * 5 + f"<p>{notice}</p>")
    assert notice not in chosen(long, own=0.9)


@pytest.mark.parametrize(("paragraphs", "are_cards"), [(6, True), (2, False)])
def test_cards_are_known_behind_a_column_of_paragraphs_that_is_no_article(paragraphs: int, are_cards: bool) -> None:
    column = f"<div><h1>{TITLE}</h1>{f'<p>{FIRST}</p>' * paragraphs}</div>"
    cards = page(5).partition("</article>")[2]
    found = chosen(f"<title>{TITLE}</title><body>{column}{cards}", own=0.9)
    assert found.count(FIRST) == paragraphs
    assert (f"{TEASER} 0" not in found) == are_cards


def test_sections_with_headings_of_their_own_are_no_cards_though_one_leads_elsewhere() -> None:
    column = f"<div><h1>{TITLE}</h1>{f'<p>{FIRST}</p>' * 6}</div>"
    cards = (
        page(5)
        .partition("</article>")[2]
        .replace("<li", "<section")
        .replace("</h4>", "</h4><h4>How?</h4><h4>Why?</h4>")
    )
    assert f"{TEASER} 0" in chosen(f"<title>{TITLE}</title><body>{column}{cards}", own=0.9)


def test_cards_in_the_column_itself_are_its_sections() -> None:
    cards = page(5).partition("</article><div>")[2]
    found = chosen(f"<title>{TITLE}</title><body><div><h1>{TITLE}</h1>{f'<p>{FIRST}</p>' * 6}{cards}", own=0.9)
    assert f"{TEASER} 0" in found


def test_news_in_one_paragraph_is_its_text_though_the_page_is_described_by_it() -> None:
    document = read_document(f"<h1>{TITLE}</h1><div><p>{FIRST}</p></div><footer><p>Harbour Press</p></footer>")
    judged = replace(document, blocks=tuple(block.judged(Kept(Part.TEXT)) for block in document.blocks[:2]))
    found = with_parts(judged, Metadata(title=TITLE, subtitle=FIRST), SiteLabels())
    assert [block.verdict for block in found] == [Kept(Part.TITLE), Kept(Part.TEXT)]
