"""Each page still gives the article it gave when a person last read it; a report names each field that differs.

`python benchmarks/goldens.py [NAME ...]` rewrites the goldens and prints what changed, for a person to read.
"""

import dataclasses
import json
from typing import Any

import pytest

import goldens
from harvester.models import Article

FIELDS = ("error", *(field.name for field in dataclasses.fields(Article) if field.name != "edition"))
PAGES = goldens.page_files()


def wanted(name: str) -> dict[str, Any]:
    golden: dict[str, Any] = json.loads(goldens.golden_files()[name].read_text(encoding="utf-8"))
    return golden


@pytest.mark.parametrize("name", PAGES)
def test_each_field_is_as_its_golden_says(name: str) -> None:
    assert name in goldens.golden_files(), f"no golden: python benchmarks/goldens.py {name}"
    got, said = goldens.golden_of(goldens.clean_fixture(name)), wanted(name)
    different = [field for field in FIELDS if got.get(field) != said.get(field)]
    assert {field: got.get(field) for field in different} == {field: said.get(field) for field in different}


def test_no_golden_has_lost_its_page():
    assert goldens.golden_files().keys() <= PAGES.keys()


def test_a_golden_holds_every_field_but_version_and_rules():
    for name in goldens.golden_files():
        golden = wanted(name)
        assert golden.keys() == {"error"} or tuple(golden) == FIELDS[1:], name
        assert golden.keys() == {"error"} or not {"version", "rules"} & golden["cleaning"].keys(), name


def test_pages_and_dumps_have_different_names():
    assert len(PAGES) == len([*goldens.FIXTURES.glob("html/*.html"), *goldens.FIXTURES.glob("dumps/*.txt")])
