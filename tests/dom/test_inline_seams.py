"""Where one inline element ends and another begins at once, and where a text gets a blank there."""

from dataclasses import replace

import pytest

from harvester.cleaning import settle
from harvester.dom import read_document, seams_of
from harvester.models import Kept, Part

pytestmark = pytest.mark.usefixtures("both_forms")
MANY = 5_000  # elements of a hostile paragraph


def text_of(body: str, title: str = "") -> str:
    """Return the text of a page of which all is kept."""
    document = read_document(f"<title>{title}</title><body>{body}</body>")
    kept = tuple(block.judged(Kept(Part.TEXT)) for block in document.blocks)
    return "\n".join(found.text for found in settle(replace(document, blocks=kept)))


@pytest.mark.parametrize(
    ("body", "text"),
    [
        ("<p><span>Nordlicht AG</span><span>Corporate</span></p>", "Nordlicht AG Corporate"),
        ("<li><span>Coleman</span><span>Winter Tent</span></li>", "Coleman Winter Tent"),
        ("<p><a href=/a>Get started</a><a href=/b>Learn more</a></p>", "Get started Learn more"),
        ("<p><span>Boots</span><!-- --><span>In stock</span></p>", "Boots In stock"),
        ("<p><span><span>Weight</span></span><span><span>30 g</span></span></p>", "Weight 30 g"),
        ("<p><span>12 May 2024</span><time>Tuesday</time></p>", "12 May 2024 Tuesday"),
        ("<p><span>Sold out!</span><span>In stock</span></p>", "Sold out! In stock"),
        ("<p>All <span>Harbour</span><span>Tools</span><span>Boats</span></p>", "All Harbour Tools Boats"),
    ],
)
def test_words_of_elements_side_by_side_are_apart(body: str, text: str) -> None:
    assert text_of(body) == text


@pytest.mark.parametrize(
    "body",
    [
        "<p><span>H</span><span>arbours</span> open</p>",  # a drop cap
        "<p><b>F</b><span>erries</span> stay</p>",
        "<p>A <span>long</span><span>shore</span> wind</p>",
        "<p>See <span>Mac</span>Donald and <span>Mc</span><span>Donald</span></p>",
        "<p>All see <span>Harbour</span><span>Tube</span>, and <span>Pier</span><span>Book</span> too.</p>",
        "<p>Alle <span>Lehrer</span><span>Innen</span> kamen.</p>",
        "<p>Of <span>HNO</span><span>3</span> and <span>Ca</span><span>CO</span><span>3</span> only</p>",
        "<p>In <em>Nord</em><em>Licht</em> and <b>Ost</b><span>Wind</span></p>",
        "<p><span>Nord</span><wbr><span>Licht</span></p>",
        "<p>Water is <span>H</span><sub>2</sub><span>O</span></p>",
        "<p>Call <code><span>read</span><span>Lines</span></code> twice</p>",
        "<pre><span>read</span><span>Lines</span></pre>",
        "<p>In <a href=/pier>1922</a><a href='#note'>2</a> and the <a href=/p>pier</a><a href='#n3'>3</a></p>",
        "<p><span>the first 5</span><span>th of May</span></p>",
        "<p><span>HAR</span><span>BOUR</span></p>",
        "<p><span>functools.</span><span>Placeholder</span></p>",
        "<p><span>Ask Node.</span><span>JS</span> or <span>B.</span><span>Wind</span></p>",
        "<p><span>双色球</span><span>3D</span></p>",
        "<p><a href=/a>河北省</a><a href=/b>保定市</a></p>",
    ],
)
def test_words_in_pieces_stay_whole(body: str) -> None:
    whole = read_document(f"<body>{body}</body>").blocks[0].text
    assert text_of(body) == whole


@pytest.mark.parametrize(("rest", "title"), [("<p>Islands on HarbourTube.</p>", ""), ("", "News of HarbourTube")])
def test_a_word_that_the_page_writes_in_one_elsewhere_is_one(rest: str, title: str) -> None:
    assert "HarbourTube" in text_of(f"<p><span>Harbour</span><span>Tube</span> sails</p>{rest}", title)


def test_seams_are_found_in_each_line_of_a_run() -> None:
    body = "<p><span>Anna Maier</span><span>Editor</span><br><br><span>Ben Rowe</span><a href=/x>Photos</a></p>"
    blocks = read_document(f"<body>{body}</body>").blocks
    assert [[seam.at for seam in seams_of(block)] for block in blocks] == [[10], [8]]


def test_seams_say_whether_they_part_links() -> None:
    (block,) = read_document("<body><p><a href=/x>One</a><a href=/y>Two</a><span>Three</span></p></body>").blocks
    assert [(seam.at, seam.parts_links) for seam in seams_of(block)] == [(3, True), (6, False)]


def test_a_paragraph_of_thousands_of_elements_is_read_in_part() -> None:
    words = "".join(f"<span>Harbour{number}</span>" for number in range(MANY))
    (block,) = read_document(f"<body><p>{words}</p></body>").blocks
    assert 0 < len(list(seams_of(block))) <= MANY / 10
