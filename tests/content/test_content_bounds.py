"""Bounds of the steps that settle a choice: what is just within one, and what is just beyond."""

import numpy as np
import pytest

from harvester.content.candidates import Candidates
from harvester.content.coherence import with_inner_lines, with_siblings, without_link_runs
from harvester.content.other_pages import is_scattered
from harvester.content.short_article import with_short_body
from harvester.content.whole_lists import with_whole_lists
from harvester.dom import read_document
from harvester.models import Role
from harvester.outline import Outline

CHARS = 100  # of a paragraph, of which so many are a link
BOUND = 30  # from which on its sentences are not its own


def paragraph(linked: int = 0, tag: str = "p") -> str:
    """Return a paragraph of one sentence; so many of its characters are a link."""
    text = (
        "The ferry to the northern islands will run twice a day from Monday, the board of the harbour said so."[:99]
        + "."
    )
    assert len(text) == CHARS
    link = f"<a href=/one>{text[:linked]}</a>" if linked else ""
    return f"<{tag}>{link}{text[linked:]}</{tag}>"


def outline_of(body: str) -> Outline:
    return Outline(read_document(f"<body>{body}</body>"))


def candidates(outline: Outline, probabilities: list[float]) -> Candidates:
    lengths = np.array([len(block.text) for block in outline.document.blocks], dtype=np.float64)
    return Candidates(np.arange(len(lengths)), lengths, np.array(probabilities))


linked = pytest.mark.parametrize(("linked", "is_own"), [(BOUND - 1, True), (BOUND + 1, False)])


@linked
def test_a_paragraph_of_a_short_article_that_is_largely_a_link_is_not_taken_along(linked: int, is_own: bool) -> None:
    outline = outline_of(f"<article><h1>Two boats</h1>{paragraph()}{paragraph(linked)}</article>")
    page = candidates(outline, [0.9, 0.9, 0.1])
    own = next(at for at, one in enumerate(outline.document.elements) if one.tag == "article")
    assert with_short_body(outline, page, page.probabilities > 0.5, own).tolist() == [True, True, is_own]


@linked
def test_sentences_that_are_largely_links_are_not_what_a_page_is_scattered_over(linked: int, is_own: bool) -> None:
    cards = f"<div>{paragraph(linked)}</div>" * 3
    assert is_scattered(outline_of(f"<main><div>{paragraph() * 2}</div>{cards}</main>")) is is_own


@linked
def test_a_paragraph_between_chosen_ones_that_is_largely_a_link_stays_out(linked: int, is_own: bool) -> None:
    outline = outline_of(f"<div>{paragraph() * 2}{paragraph(linked)}{paragraph() * 2}</div>")
    page = candidates(outline, [0.9, 0.9, 0.25, 0.9, 0.9])
    assert with_inner_lines(outline, page, page.probabilities > 0.5).tolist() == [True, True, is_own, True, True]


@linked
def test_a_sibling_that_is_largely_a_link_needs_more_of_a_chance(linked: int, is_own: bool) -> None:
    outline = outline_of(f"<div>{paragraph() * 4}{paragraph(linked)}</div>")
    page = candidates(outline, [0.9] * 4 + [0.1])
    assert with_siblings(outline, page, page.probabilities > 0.5).tolist() == [True] * 4 + [is_own]


@pytest.mark.parametrize(("chars", "is_kin"), [(99, False), (100, True)])
def test_a_short_note_in_a_class_of_its_own_is_no_sibling(chars: int, is_kin: bool) -> None:
    note = paragraph().replace("<p>", "<p class=note>").replace("of the harbour", "of the harbour"[100 - chars :])
    outline = outline_of(f"<div>{paragraph() * 5}{note}</div>")
    page = candidates(outline, [0.9] * 5 + [0.18])
    assert page.lengths[5] == chars
    assert with_siblings(outline, page, page.probabilities > 0.5).tolist() == [True] * 5 + [is_kin]


@linked
def test_a_text_that_is_largely_links_makes_no_links_below_it_unlikely(linked: int, is_own: bool) -> None:
    links = "<ul><li><a href=/one>The sale of the harbour</a></li><li><a href=/two>The strike</a></li></ul>"
    outline = outline_of(f"{paragraph(linked) * 8}{links}")
    page = candidates(outline, [0.95] * 8 + [0.6] * 2)
    found = without_link_runs(outline, page, np.ones(10, dtype=np.bool_)).tolist()
    assert found == [True] * 8 + [not is_own] * 2


@pytest.mark.parametrize(("levels", "is_item"), [(19, True), (20, False)])
def test_an_item_is_looked_for_a_bounded_way_up(levels: int, is_item: bool) -> None:
    deep = f"<li>{'<div>' * levels}Ferry{'</div>' * levels}</li>"
    outline = outline_of(f"<ul>{deep * 4}</ul>")
    assert {block.role for block in outline.document.blocks} == {Role.LIST_ITEM}
    page = candidates(outline, [0.9, 0.9, 0.3, 0.3])
    assert with_whole_lists(outline, page, page.probabilities > 0.5).tolist() == [True, True, is_item, is_item]
