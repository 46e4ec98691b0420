"""Markup that nobody writes by hand is read in time, and as what it is."""

import time

import pytest

from harvester import HarvesterError, clean, explain
from harvester.cleaning import read_page
from harvester.rules.load import load_rules

pytestmark = pytest.mark.usefixtures("both_forms")

PROSE = "<p>The ferry left at seven and came back at noon with forty crates of apples on its lower deck.</p>"
PAGE = f"<h1>A harvest by ferry</h1>{PROSE * 6}"
MANY = 40_000


def reason(html: str) -> str:
    try:
        clean(html.encode())
    except HarvesterError as error:
        return error.reason
    return "done"


def texts(html: str) -> list[str]:
    return [block.text for block in read_page(html, load_rules()).blocks]


@pytest.mark.parametrize(
    "html",
    [
        PAGE + "<div>" * 9_000 + "<math>" + "<tr></tr>" * MANY,
        PAGE + "<math>" + "<tr>" * MANY,
        PAGE + "<svg>" + "<a>" * MANY,
        PAGE + "<math>" + "<option>x" * MANY,
        PAGE + "<!--<xmp>-->x" * 9_000,
    ],
    ids=["rows in MathML", "nested rows", "nested links in a drawing", "nested options", "tags in comments"],
)
def test_a_hostile_page_is_done_or_refused_in_time(html: str) -> None:
    began = time.process_time()
    assert reason(html) in {"done", "parser_limit"}
    assert time.process_time() - began < 8


def test_a_tag_in_a_comment_is_no_tag() -> None:
    html = f"<!-- old <xmp> demo -->{PAGE}<p>one <b>two</b></p><nav><a href=/>Home</a></nav><xmp><b>x</b></xmp>"
    found = texts(html)
    assert "one two" in found
    assert "<b>x</b>" in found
    assert not any("demo" in text for text in found)


def test_behind_plaintext_all_is_text() -> None:
    found = " ".join(texts(f"{PAGE}<plaintext>a <b>b</b> </plaintext></body> <i>tail & more</i>"))
    assert "a <b>b</b> </plaintext></body> <i>tail & more</i>" in found


def test_the_inside_of_a_picture_element_is_no_text_in_menus_either() -> None:
    html = f"<nav><a href=/>Home</a> <amp-img src=x.png>no</amp-img> <a href=/n>News</a></nav>{PAGE}"
    assert not any("no" in block.text.split("\n") for block in explain(html.encode()).blocks)


@pytest.mark.parametrize("tail", [b"", b"text<p>more", b"<li>one</li>text", b"</body>text"])
def test_a_page_that_begins_with_a_wrong_end_is_read(tail: bytes) -> None:
    torn = b' </\xce\x1bad>\n  <body \x1dlass=t brandf2020 lang-en">\n    ' + tail
    elements = explain(torn).elements
    assert [element.parent for element in elements if element.tag == "body"] == [-1]
    assert all(0 <= block.element < len(elements) for block in explain(torn).blocks)
    assert reason(torn.decode("latin-1")) in {"not_article", "index_page"}
