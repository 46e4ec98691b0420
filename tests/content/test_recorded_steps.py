"""What a page's record lists of a recipe is content: its ingredients and its steps, wherever the page prints them."""

import json

import pytest

import harvester
from harvester.content import recorded_steps
from harvester.dom import read_document
from harvester.outline import Outline
from harvester.rules.load import load_rules

RULES = load_rules()
NEEDED = ["250 g rye flour", "2 eggs, beaten", "1 pinch of salt"]
DONE = ["Mix the flour with the salt.", "Fold in the eggs and let the dough rest for an hour."]
RECORD = {
    "@type": "Recipe",
    "recipeIngredient": NEEDED,
    "recipeInstructions": [{"@type": "HowToStep", "text": DONE[0]}],
}
STORY = (
    "<p>My grandmother baked this bread every Saturday, before anybody else in the house was awake.</p>"
    "<p>She never wrote it down, so it took me the better part of a winter to find out what she did.</p>"
) * 2


def page(card: str, record: object = None) -> str:
    data = f"<script type='application/ld+json'>{json.dumps(record)}</script>" if record else ""
    head = f"<head><title>Rye bread</title>{data}</head>"
    return f"<html>{head}<body><main><h1>Rye bread</h1>{STORY}{card}</main></body></html>"


def listed(html: str) -> list[str]:
    outline = Outline(read_document(html))
    return [outline.document.blocks[at].text for at in sorted(recorded_steps(outline, RULES))]


ITEMS = "".join(f"<li>{text}</li>" for text in NEEDED)


@pytest.mark.parametrize(
    "record",
    [
        RECORD,
        {"@graph": [{"@type": "WebPage"}, RECORD]},
        {"@type": "Recipe", "recipeIngredient": "\n".join(NEEDED)},
        {"@type": "Recipe", "recipeIngredient": [f"<b>{text}</b>&nbsp;" for text in NEEDED]},
        {"@type": "Recipe", "recipeInstructions": [{"@type": "HowToSection", "itemListElement": [{"text": NEEDED}]}]},
    ],
    ids=["plain", "in a graph", "as one text", "with markup", "in sections"],
)
def test_lines_that_a_record_lists_are_told(record: object) -> None:
    assert listed(page(f"<div class=card><ul>{ITEMS}</ul></div>", record)) == NEEDED


def test_pieces_of_a_line_are_told_where_most_of_their_list_is() -> None:
    rows = "".join(f"<div><p>{text.split()[0]}</p><p>{text.partition(' ')[2]}</p></div>" for text in NEEDED)
    story_with_a_number = "<p>2</p>"
    assert listed(page(f"{story_with_a_number}<div>{rows}</div>", RECORD)) == [
        piece for text in NEEDED for piece in (text.split()[0], text.partition(" ")[2])
    ]


def test_microdata_and_names_tell_them_too() -> None:
    marked = "".join(f"<li itemprop=recipeIngredient>{text}</li>" for text in NEEDED)
    assert listed(page(f"<ul>{marked}</ul>")) == NEEDED
    named = f"<div itemscope itemtype='https://schema.org/Recipe'><ul class=zutaten>{ITEMS}</ul></div>"
    assert listed(page(named)) == NEEDED


@pytest.mark.parametrize(
    ("html", "why"),
    [
        (page(f"<ul class=ingredients>{ITEMS}</ul>"), "no record says that it is a recipe"),
        (page(f"<ul>{ITEMS}</ul>", {"@type": "NewsArticle", "keywords": NEEDED}), "another record"),
        (page("<ul><li><a href=/a>2 eggs, beaten</a></li></ul>", RECORD), "a link"),
        (page("<ul><li>2</li><li>salt</li></ul>", RECORD), "too short to be known"),
        (page(f"<ul>{ITEMS}</ul>", {"recipeIngredient": {"a": {"b": NEEDED}}}), "in no form of a record"),
    ],
    ids=lambda value: None if value.startswith("<") else value,
)
def test_other_lines_are_not_told(html: str, why: str) -> None:
    assert listed(html) == [], why


def test_a_record_without_end_is_left() -> None:
    deep: object = NEEDED[0]
    for _ in range(200):
        deep = [deep]
    assert listed(page(f"<ul>{ITEMS}</ul>", {"@type": "Recipe", "recipeIngredient": deep})) == []


def test_the_card_beside_the_story_is_in_the_article() -> None:
    steps = "".join(f"<p>{text}</p>" for text in DONE)
    box = f"<section class=facts><h3>You need</h3><ul>{ITEMS}</ul><a href=/shop>Buy our flour</a></section>"
    card = f"</main><div class=card>{box}<div>{steps}</div></div><main>"
    text = harvester.clean(page(card, RECORD | {"recipeInstructions": DONE}), url="https://bread.example/rye").text
    lines = [line.removeprefix("- ") for line in text.splitlines()]
    assert [line for line in lines if line in {*NEEDED, *DONE}] == [*NEEDED, *DONE]
    assert "Buy our flour" not in lines


def test_only_the_beginning_of_a_record_without_end_is_looked_at() -> None:
    padding = [f"{weight} g of flour for the starter of day {weight}" for weight in range(3_000)]
    record = {"@type": "Recipe", "recipeIngredient": ["250 g rye flour", *padding, "2 eggs, beaten"]}
    assert listed(page(f"<ul>{ITEMS}</ul>", record)) == ["250 g rye flour"]
