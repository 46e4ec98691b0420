"""What a page prints in one row is one line of the text, whatever boxes it is written in."""

import json
from dataclasses import replace

import pytest

from harvester.cleaning.article_builder import settle
from harvester.dom import read_document
from harvester.models import Document, Kept, Part
from harvester.rules.load import load_rules
from harvester.structure import Setting, assemble

INGREDIENTS = ("200 g flour, sifted twice", "3 brown eggs from the islands", "1 pinch of salt from the sea")
FLAT = "<p class=amount>{0}</p><div class=name>{1}</div>"


def document_of(inside: str, ingredients: tuple[str, ...] = ()) -> Document:
    """Return a page of which all blocks are in the text."""
    record = json.dumps({"@type": "Recipe", "name": "Harbour cake", "recipeIngredient": ingredients})
    script = f'<script type="application/ld+json">{record}</script>' if ingredients else ""
    document = read_document(f"<html lang=en><head>{script}</head><body><main>{inside}</main></body></html>")
    return replace(document, blocks=tuple(block.judged(Kept(Part.TEXT)) for block in document.blocks))


def lines(inside: str, ingredients: tuple[str, ...] = ()) -> list[str]:
    return [one.text for one in settle(document_of(inside, ingredients))]


def boxes(of: str, parts: tuple[str, ...] = INGREDIENTS) -> str:
    return "".join(of.format(*part.split(" ", 1)) for part in parts)


@pytest.mark.parametrize(
    ("row", "line"),
    [
        (FLAT, "3 brown eggs from the islands"),
        ("<div><p class=name>{1}</p><p class=amount>{0}</p></div>", "brown eggs from the islands 3"),
        ("<li><strong>{0}</strong> <p>{1}</p></li>", "3 brown eggs from the islands"),
    ],
)
def test_an_amount_and_a_name_that_the_record_has_as_one_line_are_one(row: str, line: str) -> None:
    found = lines(f"<h2>Ingredients</h2><ul>{boxes(row)}</ul>", INGREDIENTS)
    assert found[0] == "Ingredients"
    assert found[2] == line
    assert len(found) == 1 + len(INGREDIENTS)


def test_rows_that_are_written_as_those_of_the_record_are_lines_too() -> None:
    said = (*INGREDIENTS[:2], "salt from the sea, a pinch of it")
    assert lines(boxes(FLAT), said) == [*INGREDIENTS]


def test_what_is_written_alike_in_all_parts_is_joined_only_where_the_record_says_so() -> None:
    said = (*INGREDIENTS[:2], "salt from the sea, a pinch of it")
    found = lines(boxes("<p>{0}</p><p>{1}</p>"), said)
    assert found == [*INGREDIENTS[:2], "1", "pinch of salt from the sea"]


def test_a_part_that_the_record_has_as_a_line_of_its_own_stays_one() -> None:
    said = ("3 brown eggs from the islands", "brown eggs from the islands")
    assert lines(boxes(FLAT, INGREDIENTS[1:2]), said) == ["3", "brown eggs from the islands"]


def test_a_page_without_a_record_keeps_its_lines() -> None:
    assert len(lines(boxes(FLAT))) == 2 * len(INGREDIENTS)


@pytest.mark.parametrize(
    ("pair", "found"),
    [
        ("<li><div>Time:</div><div>40 minutes</div></li>", ["Time: 40 minutes"]),
        ("<li><div>: :</div><div>40 minutes</div></li>", [": :", "40 minutes"]),
        ("<li><div>Time:</div><div>40 minutes</div><div>or more</div></li>", ["Time:", "40 minutes", "or more"]),
        ("<p>For the dough:</p><ul><li>flour</li></ul>", ["For the dough:", "flour"]),
        ("<h3>Time:</h3><p>40 minutes</p>", ["Time:", "40 minutes"]),
        ("<dl><dt>Time:</dt><dd>40 minutes</dd></dl>", ["Time:", "40 minutes"]),
    ],
)
def test_a_label_that_is_alone_with_its_value_is_a_line_with_it(pair: str, found: list[str]) -> None:
    assert lines(f"<div>{pair}</div><p>The end</p>") == [*found, "The end"]


@pytest.mark.parametrize(
    ("box", "is_row"),
    [
        ("div class='flex justify-between'", True),
        ("div style='display: flex'", True),
        ("div role=row", True),
        ("div class='flex flex-col'", False),
        ("div style='display:flex;flex-direction:column'", False),
        ("div", False),
    ],
)
def test_boxes_that_say_that_they_are_rows_are_lines(box: str, is_row: bool) -> None:
    row = f"<{box}><div>{{}}</div><div>{{}}</div></div>"
    rows = row.format("Islands", "12 cakes") + row.format("Coast", "4 cakes")
    parts = ["Islands", "12 cakes", "Coast", "4 cakes"]
    assert lines(f"<section>{rows}</section>") == (["Islands 12 cakes", "Coast 4 cakes"] if is_row else parts)


def test_one_box_alone_is_no_row() -> None:
    assert lines("<div class=flex><div>Islands</div><div>12 cakes</div></div>") == ["Islands", "12 cakes"]


def test_marks_of_a_joined_line_are_where_they_were() -> None:
    document = document_of(boxes(FLAT).replace("brown eggs", "<b>brown eggs</b>"), INGREDIENTS)
    block = assemble(settle(document), Setting(document, None, (), load_rules().lexicon))[1]
    assert block.text == INGREDIENTS[1]
    assert [block.text[mark.start : mark.end] for mark in block.marks] == ["brown eggs"]
