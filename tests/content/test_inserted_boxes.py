"""Boxes set into the text that lead elsewhere go, unless they are the text's own form or the classifier is sure."""

import numpy as np

from harvester.content.candidates import Candidates
from harvester.content.coherence import STEPS, open_steps
from harvester.content.inserted_boxes import without_inserted_boxes
from harvester.dom import read_document
from harvester.outline import Outline

SENTENCE = "The ferry to the northern islands will run twice a day from Monday, the board said. "
OFFER = "Plan your crossing with our free timetable and never miss a boat."
BOX = f'<div class="inset"><h3>Sail with us</h3><p>{OFFER}</p><a class="go" href="/tickets">Book now</a></div>'


def kept(inset: str, probability: float) -> list[str]:
    """Return what is left of three paragraphs, the inset, and three more, all of them chosen but the links."""
    text = f"<p>{SENTENCE * 3}</p>" * 3
    outline = Outline(
        read_document(f"<body><main><h1>Ferries</h1><article>{text}{inset}{text}</article></main></body>")
    )
    blocks = outline.document.blocks
    lengths = np.array([len(block.text) for block in blocks], dtype=np.float64)
    sure = [0.95 if block.text.startswith("The ferry") else probability for block in blocks]
    chosen = np.array([block.link_chars < len(block.text) and not block.is_h1 for block in blocks], dtype=np.bool_)
    page = Candidates(np.arange(len(blocks)), lengths, np.array(sure))
    left = without_inserted_boxes(outline, page, chosen)
    if (left != chosen).any():
        assert open_steps(outline, page, chosen) >> STEPS.index(without_inserted_boxes) & 1
    return [block.text for block, stays in zip(blocks, left.tolist(), strict=True) if stays]


def test_a_box_with_a_link_goes_where_the_classifier_is_not_sure() -> None:
    assert OFFER not in kept(BOX, 0.7)
    assert "Sail with us" not in kept(BOX, 0.7)
    assert len(kept(BOX, 0.7)) == 6


def test_a_box_stays_where_the_classifier_is_sure() -> None:
    assert OFFER in kept(BOX, 0.8)


def test_a_box_without_a_link_or_button_is_a_box_of_facts() -> None:
    assert OFFER in kept(BOX.replace("<a class", "<i class").replace("</a>", "</i>"), 0.5)


def test_a_button_asks_as_a_link_does() -> None:
    assert OFFER not in kept(f"<div class=inset><p>{OFFER}</p><button>Book now</button></div>", 0.6)


def test_lists_tables_and_figures_in_boxes_stay() -> None:
    facts = "<ul><li>Ten boats sail each day in summer</li><li>Four of them carry cars and bicycles</li></ul>"
    assert "Ten boats sail each day in summer" in kept(f"<div>{facts}<p>{OFFER[:50]}</p><a href=/a>All</a></div>", 0.5)
    table = "<table><tr><td>Boats a day</td><td>10</td></tr><tr><td>Cars</td><td>40</td></tr></table>"
    assert OFFER in kept(f"<div><p>{OFFER}</p>{table}<a href=/a>All</a></div>", 0.5)


def test_many_boxes_of_like_markup_are_what_the_text_is_about() -> None:
    assert kept(BOX * 3, 0.5).count(OFFER) == 0
    assert kept(BOX * 4, 0.5).count(OFFER) == 4


def test_a_section_with_a_button_at_its_end_stays() -> None:
    text = f"<p>{SENTENCE * 4}</p><p>{OFFER * 5}</p>"
    section = f"<div><h2>How to get there</h2>{text}<a href=/a>More</a></div>"
    assert OFFER * 5 in kept(section, 0.5)
