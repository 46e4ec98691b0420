"""Questions and answers are content as a whole where they are likely enough, and stay as they are elsewhere."""

import numpy as np
import pytest

from harvester.content.whole_questions import ON_ARTICLES, ON_LISTS, level_questions
from harvester.dom import read_document
from harvester.outline import Outline
from harvester.rules.load import load_rules

CARDS = "".join(f"<p>Oak table {n}, from the workshop by the harbour</p>" for n in range(9))
ASKED = "<dl class=product-faqs><dt>Is it oiled?</dt><dd>It is oiled twice.</dd></dl>"


def levelled(page: str, *thought: float, likely: float = ON_LISTS) -> list[float]:
    """Return what is thought of the blocks of a page in the end, given what is thought of the last of them."""
    outline = Outline(read_document(f"<title>Oak tables</title><h1>Oak tables</h1>{page}"))
    before = np.zeros(len(outline.document.blocks))
    before[-len(thought) :] = thought
    words = load_rules().lexicon.class_words["questions"]
    after = level_questions(outline, np.arange(len(before)), words, before, likely)
    return [round(float(chance), 2) for chance in after[-len(thought) :]]


@pytest.mark.parametrize(
    ("page", "thought", "expected"),
    [
        (CARDS + ASKED, (0.1, 0.3), [0.6, 0.6]),
        (CARDS + ASKED, (0.1, 0.9), [0.6, 0.9]),
        (CARDS + ASKED, (0.05, 0.05), [0.05, 0.05]),
        (CARDS + ASKED.replace("-faqs", "-facts"), (0.1, 0.3), [0.1, 0.3]),
        (f"<div class=faq>{ASKED.replace('-faqs', '')}</div><p>Call us.</p>", (0.5, 0.5, 0.5), [0.6, 0.6, 0.5]),
    ],
    ids=["likely", "sure", "unlikely", "not named so", "around it"],
)
def test_questions_are_raised_where_likely(page: str, thought: tuple[float, ...], expected: list[float]) -> None:
    assert levelled(page, *thought) == expected


@pytest.mark.parametrize(
    ("thought", "expected"), [((0.3, 0.3), [0.6, 0.6]), ((0.3, 0.9), [0.6, 0.9]), ((0.2, 0.2), [0.2, 0.2])]
)
def test_questions_below_an_article_have_to_be_likelier(thought: tuple[float, ...], expected: list[float]) -> None:
    assert levelled(CARDS + ASKED, *thought, likely=ON_ARTICLES) == expected


def test_a_page_that_is_called_so_as_a_whole_stays_as_it_is() -> None:
    outline = Outline(read_document(f"<div class=faq>{CARDS}<p>It is oiled twice.</p></div><p>Call us.</p>"))
    before = np.full(len(outline.document.blocks), 0.3)
    words = load_rules().lexicon.class_words["questions"]
    after = level_questions(outline, np.arange(len(before)), words, before, ON_LISTS)
    np.testing.assert_array_equal(after, before)
