"""What goes by its words on pages that are hardly articles, and what stays there."""

from dataclasses import replace

import pytest
from harbour_prose import BODY

from harvester.boilerplate import label_wordings
from harvester.boilerplate.label_by_text import Surroundings
from harvester.dom import read_document
from harvester.models import Removed
from harvester.outline import Outline
from harvester.rules.load import load_rules

ENGLISH = frozenset({"en"})


def test_where_a_page_holds_many_texts_none_ends_it_and_a_heading_may_be_all_of_an_item():
    cards = "".join(f"<h3>Lamp {number}</h3>" for number in range(3))
    document = read_document(f"<body><main>{BODY}</main><p>Share this</p><div><p>A lamp</p>{cards}</div></body>")
    chosen = frozenset(range(len(document.blocks)))
    doubts = dict.fromkeys(chosen, 0.3)
    behind = set(range(len(document.blocks) - 4, len(document.blocks)))
    for has_end in (True, False):
        around = Surroundings(Outline(document), load_rules(), ENGLISH, chosen, doubts, frozenset(), False, "", has_end)
        assert behind.isdisjoint(label_wordings(around, {})) is not has_end


@pytest.mark.parametrize(
    ("line", "stays"),
    [
        ("<p><span class=star-rating>4.5 out of 5 stars (111 reviews)</span></p>", True),
        ("<p>Tags: tides, harbour, bridges</p>", True),
        ("<p>Contact us</p>", True),
        ("<p><a href=/more>More like this</a></p>", True),
        ("<p>Was this page helpful to you?</p>", False),
        ("<p>Share this</p>", False),
        ("<p>Accept all cookies</p>", False),
        ("<p>Sign up for our weekly newsletter</p>", False),
    ],
)
def test_what_only_articles_have_around_them_stays_in_the_body_of_other_pages(line, stays):
    document = read_document(f"<body>{BODY}{line}{BODY}</body>")
    chosen = frozenset(range(len(document.blocks)))
    around = Surroundings(
        Outline(document), load_rules(), ENGLISH, chosen, dict.fromkeys(chosen, 0.3), frozenset(), False, ""
    )
    assert label_wordings(around, {}) != {}
    assert (label_wordings(replace(around, may_be_article=False), {}) == {}) is stays


def test_what_is_around_the_body_of_other_pages_is_named_as_on_articles():
    document = read_document(f"<body>{BODY}<p>Contact us</p></body>")
    last = len(document.blocks) - 1
    around = Surroundings(Outline(document), load_rules(), ENGLISH, frozenset(range(last)), {}, frozenset(), False, "")
    assert label_wordings(replace(around, may_be_article=False), {})[last].kind == "contact_tip"


def test_a_line_of_a_kind_of_articles_begins_no_tail_on_other_pages():
    document = read_document(f"<body><main>{BODY}</main><p>Contact us</p><div><p>Office hours are by request</p></div>")
    chosen = frozenset(range(len(document.blocks)))
    around = Surroundings(
        Outline(document), load_rules(), ENGLISH, chosen, dict.fromkeys(chosen, 0.3), frozenset(), False, ""
    )
    assert len(label_wordings(around, {})) == 2
    assert label_wordings(replace(around, may_be_article=False), {}) == {}


@pytest.mark.parametrize(("may_be_article", "kept"), [(True, 0), (False, 3)])
def test_an_entry_or_offer_whose_rating_or_button_goes_stays_on_other_pages(may_be_article, kept):
    cards = "".join(f"<h3>Lamp {number}</h3><p>4 stars</p>" for number in range(3))
    document = read_document(f"<body>{BODY}{cards}</body>")
    texts = [block.text for block in document.blocks]
    placed = {at: Removed("reactions_poll", "place:rating") for at, text in enumerate(texts) if text == "4 stars"}
    body = frozenset(range(len(texts))) - placed.keys()
    around = Surroundings(Outline(document), load_rules(), ENGLISH, body, {}, frozenset(), False, "")
    labels = label_wordings(replace(around, may_be_article=may_be_article), placed)
    assert sum(text.startswith("Lamp") and at not in labels for at, text in enumerate(texts)) == kept
