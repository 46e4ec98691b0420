"""Bounds of the steps that settle a choice: what is just within one, and what is just beyond."""

import numpy as np
import pytest

from harvester.content.candidates import Candidates
from harvester.content.coherence import with_inner_lines, with_siblings, without_link_runs
from harvester.content.header_lines import header_lines
from harvester.content.other_pages import is_scattered
from harvester.content.short_article import with_short_body
from harvester.content.whole_items import with_whole_items
from harvester.content.whole_lists import with_whole_lists
from harvester.content.whole_questions import ON_LISTS, level_questions
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


ITEM_TEXT = "The ferry takes dogs, too, and takes them for nothing on every day of the week but Sunday."


def items_with(line: str, chance: float = 0.2, text: int = 40) -> list[bool]:
    """Return whether a line is in that one of three like items lacks, beside so many paragraphs of text."""
    items = f"<details><p>{line}</p><p>{ITEM_TEXT}</p></details>" + f"<details>{paragraph() * 2}</details>" * 2
    outline = outline_of(f"<div>{paragraph() * text}</div><section>{items}</section>")
    chosen = np.array([block.text != line for block in outline.document.blocks])
    page = candidates(outline, [0.9 if is_in else chance for is_in in chosen])
    whole = with_whole_items(outline, page, chosen).tolist()
    return [is_in for is_in, block in zip(whole, outline.document.blocks, strict=True) if block.text == line]


@pytest.mark.parametrize(
    ("line", "is_in"),
    [
        ("x" * 40, True),
        ("x" * 39, False),
        ("x" * 14 + ".", True),
        ("x" * 13 + ".", False),
        ("何時出發？", False),
        ("何時出發呢？", True),
    ],
)
def test_a_line_of_an_item_is_a_sentence_or_as_long_as_one(line: str, is_in: bool) -> None:
    assert items_with(line) == [is_in]


@pytest.mark.parametrize(("chance", "is_in"), [(0.1, True), (0.099, False)])
def test_a_line_of_an_item_is_not_all_but_impossible(chance: float, is_in: bool) -> None:
    assert items_with("x" * 40, chance=chance) == [is_in]


# Beside the line the items hold 490 characters.
@pytest.mark.parametrize(("chars", "is_in"), [(163, True), (164, False)])
def test_three_quarters_of_the_items_are_in(chars: int, is_in: bool) -> None:
    assert items_with("x" * chars) == [is_in]


# The items are six blocks, of which five are in.
@pytest.mark.parametrize(("text", "is_in"), [(4, True), (3, False)])
def test_items_that_are_most_of_the_text_are_not_taken_along(text: int, is_in: bool) -> None:
    assert items_with("x" * 40, text=text) == [is_in]


def header_with(lines: str, chance: float = 0.6) -> int:
    """Return how many lines of a header of their own are text."""
    outline = outline_of(f"<div><h1>Two boats</h1>{lines}</div><main>{paragraph() * 4}</main>")
    text = np.array([len(block.text) == CHARS for block in outline.document.blocks])
    page = candidates(outline, [0.9 if is_in else chance for is_in in text])
    return len(header_lines(outline, page, np.full(len(text), True), text))


@pytest.mark.parametrize(("count", "found"), [(4, 4), (5, 0)])
def test_four_lines_of_a_header_are_no_list(count: int, found: int) -> None:
    assert header_with("<p>The islanders had asked for it.</p>" * count) == found


@pytest.mark.parametrize(("line", "found"), [("x" * 40, 1), ("x" * 39, 0), ("島" * 14, 1), ("島" * 13, 0)])
def test_a_heading_of_a_header_is_a_standfirst_when_it_is_long(line: str, found: int) -> None:
    assert header_with(f"<h2>{line}</h2>") == found


@pytest.mark.parametrize(("chance", "found"), [(0.5, 1), (0.49, 0)])
def test_a_line_of_a_header_is_likely(chance: float, found: int) -> None:
    assert header_with("<p>The islanders had asked for it.</p>", chance) == found


@pytest.mark.parametrize(("mean", "raised"), [(0.1, 0.6), (0.099, 0.099)])
def test_questions_are_raised_from_a_mean_on(mean: float, raised: float) -> None:
    outline = outline_of(f"{paragraph() * 3}<div class=faq>{paragraph()}</div>")
    after = level_questions(outline, np.arange(4), frozenset({"faq"}), np.full(4, mean), ON_LISTS)
    assert after.tolist() == [mean] * 3 + [raised]


@pytest.mark.parametrize(("others", "raised"), [(1, 0.6), (0, 0.3)])
def test_questions_that_are_more_than_four_fifths_of_a_page_are_the_page(others: int, raised: float) -> None:
    outline = outline_of(f"{paragraph() * others}<p>Hello.</p><div class=faq>{paragraph() * 4}</div>")
    count = len(outline.document.blocks)
    after = level_questions(outline, np.arange(count), frozenset({"faq"}), np.full(count, 0.3), ON_LISTS)
    assert after[-1] == raised
