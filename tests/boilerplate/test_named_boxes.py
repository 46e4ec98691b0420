"""Boxes that are named for what they want: windows, offers, excerpts of other posts."""

import pytest

from harvester.boilerplate import named_boxes
from harvester.dom import read_document
from harvester.outline import Outline
from harvester.rules.load import load_rules

TEXT = "<p>The ferry to the northern islands will run twice a day from Monday, the board said.</p>" * 6
PLEA = "Ask our team how we choose the crossings that we write about."


def taken(inset: str, doubt: float = 0.3, above: str = "") -> list[str]:
    """Return the rules that take blocks out of a text with an inset, of which all is chosen with one doubt."""
    html = f"<body>{above}<article><h1>Ferries</h1>{TEXT}{inset}</article></body>"
    outline = Outline(read_document(html))
    chosen = range(len(outline.document.blocks))
    found = named_boxes(outline, load_rules().lexicon, chosen, dict.fromkeys(chosen, doubt))
    return [label.rule for label in found.values()]


@pytest.mark.parametrize("name", ["ss-modal", "info-popup", "fancybox-hidden", "how-we-work lightbox"])
def test_a_window_goes_however_sure_the_classifier_is(name: str) -> None:
    assert taken(f'<div class="{name}"><p>{PLEA}</p></div>', doubt=0.0) == ["form:window"]


@pytest.mark.parametrize("name", ["blog-cta", "banner-wide", "et_pb_cta_0"])
def test_an_offer_goes_where_it_leads_and_the_classifier_is_not_sure(name: str) -> None:
    box = f'<div class="{name}"><p>{PLEA}</p><p><a href="/team">The team</a></p></div>'
    assert taken(box) == ["form:offer"] * 2
    assert taken(box, doubt=0.1) == []
    assert taken(f'<div class="{name}"><p>{PLEA}</p></div>') == []


def test_the_excerpt_of_another_post_goes() -> None:
    assert taken(f'<p class="wp-block-post-excerpt__excerpt">{PLEA}</p>') == ["form:post excerpt"]


def test_what_holds_the_headline_or_most_of_the_text_stays() -> None:
    html = f'<body><div class="modal"><h1>Ferries</h1>{TEXT}</div></body>'
    outline = Outline(read_document(html))
    chosen = range(len(outline.document.blocks))
    assert named_boxes(outline, load_rules().lexicon, chosen, {}) == {}
    assert taken(f'<div class="modal-body">{TEXT * 2}</div>', doubt=0.0) == []


def test_words_within_words_are_no_names() -> None:
    assert taken(f'<div class="multimodal dialogue actable"><p>{PLEA}</p></div>') == []
