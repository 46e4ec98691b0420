"""Objects of a page's records are found wherever they stand, in a record of any depth."""

import json

import pytest

from harvester.content.recorded_texts import plain, recorded_objects
from harvester.dom import read_document


def kinds(record: str) -> list[object]:
    page = f"<body><script type=application/ld+json>{record}</script>"
    return [one.get("@type") for one in recorded_objects(read_document(page), ("Recipe",))]


def test_the_objects_of_a_record_come_outer_ones_first() -> None:
    record = {"@graph": [{"@type": "Page", "about": [[{"@type": "Step"}]]}, {"@type": "Recipe"}]}
    assert kinds(json.dumps(record)) == [None, "Page", "Recipe", "Step"]


@pytest.mark.parametrize(
    "record",
    ["[" * 100_000 + '"Recipe"', '{"Recipe":' * 50_000 + "NaN" + "}" * 50_000, '"Recipe"', "NaN Recipe", "{} // Page"],
    ids=["open lists", "deep objects", "a text", "no JSON", "none is asked for"],
)
def test_records_that_cannot_be_read_have_no_objects(record: str) -> None:
    assert kinds(record) == []


def test_the_first_objects_of_a_record_without_end_are_found() -> None:
    found = kinds(json.dumps([{"@type": "Recipe"}] * 30_000))
    assert 0 < len(found) < 30_000


def test_texts_are_compared_without_markup_and_signs() -> None:
    assert plain("<li>Two&nbsp;eggs, <b>beaten</b>; 3 &lt; 4</li>") == "twoeggsbeaten34"
