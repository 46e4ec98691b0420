"""Pages written after public reports about extractors: each holds what its JSON asks for.

`report` names what was reported; `must` are fields of the article, `contains`, `absent` and `once` pieces of its text,
`images` parts of addresses, `blocks` pairs of a role and a piece of such a block's text.
"""

import json
from functools import cache
from pathlib import Path
from typing import Any

import pytest

import harvester
from harvester.models import Article

CASES = Path(__file__).parent.parent.parent / "fixtures" / "cases"
NAMES = sorted(path.stem for path in CASES.glob("*.json"))
TEXTS = ("contains", "absent", "once", "images", "blocks")

each_case = pytest.mark.parametrize("name", NAMES)


def wanted(name: str) -> dict[str, Any]:
    case: dict[str, Any] = json.loads((CASES / f"{name}.json").read_text(encoding="utf-8"))
    return case


@cache
def article(name: str) -> Article:
    return harvester.clean((CASES / f"{name}.html").read_bytes(), url=wanted(name)["url"])


def plain(text: str) -> str:
    return " ".join(text.replace("\u00a0", " ").split(" "))


@each_case
def test_a_field_is_as_the_case_asks(name: str) -> None:
    for field, value in wanted(name)["must"].items():
        got = getattr(article(name), field)
        if field in {"published", "modified"}:
            assert str(got).startswith(str(value))
        elif field == "authors":
            assert [author.casefold() for author in got] == [author.casefold() for author in value]
        else:
            assert " ".join(str(got).split()) == " ".join(str(value).split())


@each_case
def test_the_text_holds_what_belongs_to_it_and_nothing_else(name: str) -> None:
    case, text = wanted(name), plain(article(name).text)
    assert [piece for piece in case["contains"] if plain(piece) not in text] == []
    assert [piece for piece in case["absent"] if piece in text] == []
    assert [piece for piece in case["once"] if text.count(piece) != 1] == []


@each_case
def test_images_and_blocks_are_what_they_are(name: str) -> None:
    case, addresses = wanted(name), [image.url for image in article(name).images]
    assert [piece for piece in case["images"] if not any(piece in address for address in addresses)] == []
    blocks = [(block.role.value, block.text) for block in article(name).blocks]
    assert [
        pair for pair in case["blocks"] if not any(pair[0] == role and pair[1] in text for role, text in blocks)
    ] == []


def test_every_page_has_its_case_and_every_case_its_page() -> None:
    assert {path.stem for path in CASES.glob("*.html")} == set(NAMES)
    assert all(any(wanted(name)[kind] for kind in TEXTS) for name in NAMES)
