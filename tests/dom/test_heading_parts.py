"""Headings whose parts a browser shows apart."""

import pytest

from harvester.cleaning.bytes_to_blocks import read_page
from harvester.rules.load import load_rules

pytestmark = pytest.mark.usefixtures("both_forms")


def heading_of(heading: str, rest: str = "", title: str = "") -> str:
    page = f"<title>{title}</title><body>{heading}{rest}</body>"
    return read_page(page, load_rules()).blocks[0].text


@pytest.mark.parametrize(
    "heading",
    [
        "<h1><span class='kicker'>Harbours</span>Two ferries</h1>",
        "<h2><span class='kicker'>Harbours</span><span class='title'>Two ferries</span></h2>",
        "<h3>Harbours<small class='dek'>Two ferries</small></h3>",
        "<h2><span>Harbours</span><span>Two ferries</span></h2>",  # side by side, without a class
    ],
)
def test_parts_with_classes_are_apart(heading: str) -> None:
    assert heading_of(heading) == "Harbours Two ferries"


def test_all_seams_of_a_heading_part() -> None:
    heading = "<h2><span class='kicker'>Harbours</span>Two ferries<span class='by'>Jane Doe</span></h2>"
    assert heading_of(heading) == "Harbours Two ferries Jane Doe"


@pytest.mark.parametrize(
    "heading",
    [
        "<h1><b class='x'>Harbours</b>Two</h1>",  # letters of a word
        "<h1><span class='drop'>H</span>Arbours</h1>",
        "<h1><span class='x'>Har</span>bours</h1>",
        "<h1><span class='x'>HAR</span>BOURS</h1>",
        "<h1><span>Harbours</span>Two</h1>",  # nothing says that it is a line
        "<p><span class='x'>Harbours</span>Two</p>",
    ],
)
def test_words_in_pieces_stay_whole(heading: str) -> None:
    assert " " not in heading_of(heading)


@pytest.mark.parametrize(("rest", "title"), [("<p>Islands on HarbourTube.</p>", ""), ("", "News of HarbourTube")])
def test_a_word_that_the_page_writes_in_one_elsewhere_is_one(rest: str, title: str) -> None:
    name = "<span class='red'>Harbour</span>Tube"
    assert heading_of(f"<h1>{name}</h1>", rest, title) == "HarbourTube"
    assert heading_of(f"<h1>{name} sails</h1>", rest, title) == "HarbourTube sails"


def test_a_copy_of_a_heading_says_nothing_of_its_words() -> None:
    heading = "<h1><span class='kicker'>Harbours</span>Two ferries</h1>"
    assert heading_of(heading, "<p>Next: HarboursTwo ferries</p>") == "Harbours Two ferries"


def test_the_title_tells_the_parts_of_an_h1() -> None:
    heading = "<h1><span>Harbours</span>Two ferries</h1>"
    assert heading_of(heading, title="Harbours Two ferries - The Post") == "Harbours Two ferries"
    assert heading_of(heading, title="Two ferries - The Post") == "HarboursTwo ferries"
    assert heading_of(heading.replace("h1>", "h2>"), title="Harbours Two ferries - The Post") == "HarboursTwo ferries"
