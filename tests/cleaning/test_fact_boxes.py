"""Boxes of facts in an article are in its text, whatever their element is called; side columns are not."""

import pytest

from harvester import clean
from harvester.boilerplate.value_boxes import value_boxes
from harvester.dom import read_document
from harvester.outline import Outline
from harvester.rules.load import load_rules

SENTENCE = "The ferry to the northern islands will run twice a day from Monday, the harbour board said in May. "
PARAGRAPHS = [f"<p>{SENTENCE * 2}It was the day {day}.</p>" for day in range(6)]
FACTS = "<h3>The harbour</h3><ul><li>Built: 1911</li><li>Length: 340 metres</li><li>Boats: 12 a day</li></ul>"
ROWS = (
    "<tr><th>Built</th><td>1911</td></tr><tr><th>Length</th><td>340 metres</td></tr><tr><th>Boats</th><td>12</td></tr>"
)


def cleaned(inside: str, outside: str = "") -> str:
    body = "".join((*PARAGRAPHS[:3], inside, *PARAGRAPHS[3:]))
    head = "<html lang=en><head><title>Two boats for the islands</title></head>"
    article = f"<main><article><h1>Two boats for the islands</h1>{body}</article></main>"
    return clean(f"{head}<body>{article}{outside}</body>", url="https://courier.example/boats").text


@pytest.mark.parametrize("box", ["aside", "div role=complementary", "div class=sidebar"])
def test_a_box_of_facts_between_paragraphs_is_in_the_text(box: str) -> None:
    assert "The harbour\n\n- Built: 1911\n- Length: 340 metres\n" in cleaned(
        f"<{box}>{FACTS}</{box.split(maxsplit=1)[0]}>"
    )


def test_a_table_of_facts_in_an_aside_is_in_the_text() -> None:
    assert "Built | 1911\nLength | 340 metres" in cleaned(f"<aside><table>{ROWS}</table></aside>")


def test_a_box_that_is_printed_for_two_screens_is_one_box() -> None:
    page = f"<main>{PARAGRAPHS[0]}<aside>{FACTS}</aside>{PARAGRAPHS[1]}<aside class=wide>{FACTS}</aside></main>"
    document = read_document(f"<html><body>{page}</body></html>")
    found = [document.elements[at].classes for at in value_boxes(Outline(document), load_rules())]
    assert found == [""]


def test_a_side_column_beside_the_article_is_not_in_the_text() -> None:
    assert "Harbour board" not in cleaned("", "<aside><p>Harbour board</p><p>Phone: 12 34</p><p>Fax: 12 35</p></aside>")


@pytest.mark.parametrize(
    "lines",
    [
        ("Phone: 12 34", "Email: desk@courier.example", "Open: nine to five"),  # how to reach somebody
        ("Author: Ada Holm", "Published: 3 May 2024", "Category: Harbour", "Boats: two"),  # of the page itself
        ("Refine by category: Ropes", "Refine by category: Lamps", "Refine by category: Nets"),  # a filter
    ],
)
def test_a_box_whose_labels_are_no_facts_of_the_text_is_not_in_it(lines: tuple[str, ...]) -> None:
    assert lines[-1] not in cleaned(f"<aside>{''.join(f'<p>{line}</p>' for line in lines)}</aside>")
