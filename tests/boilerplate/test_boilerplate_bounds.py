"""Bounds of the rules about notes and named boxes: what is just within each, and what is just beyond."""

import pytest

from harvester.boilerplate import boxes_of_others, label_places
from harvester.boilerplate.numbered_notes import numbered_notes
from harvester.boilerplate.read_also import leading_lines
from harvester.dom import read_document
from harvester.models import PAGE_TYPES, PageType, PageTypeName
from harvester.outline import Outline
from harvester.rules.load import load_rules

RULES = load_rules()


def notes_of(text: str, notes: str) -> int:
    """Return how many blocks are notes of a text."""
    document = read_document(f"<body><div><p>{text}</p></div>{notes}</body>")
    return len(numbered_notes(Outline(document), [0], {}))


def calls(*numbers: int) -> str:
    return " ".join(f"The ferry sails again [{number}]." for number in numbers)


def lines(count: int) -> str:
    return "".join(f"<p>[{number}] Minutes of the board</p>" for number in range(1, count + 1))


@pytest.mark.parametrize(("count", "found"), [(1, 0), (2, 2)])
def test_one_numbered_line_alone_is_no_note(count: int, found: int) -> None:
    assert notes_of(calls(1, 2), lines(count)) == found


@pytest.mark.parametrize(("called", "found"), [(7, 10), (6, 0)])
def test_seven_of_ten_notes_are_called(called: int, found: int) -> None:
    assert notes_of(calls(*range(1, called + 1)), lines(10)) == found


@pytest.mark.parametrize(("further", "found"), [(2, 4), (3, 0)])
def test_a_note_has_up_to_two_further_paragraphs(further: int, found: int) -> None:
    first, second = lines(2).replace("</p><p>", "</p>|<p>").split("|")
    assert notes_of(calls(1, 2), f"{first}{'<p>It was not signed.</p>' * further}{second}") == found


@pytest.mark.parametrize(("chars", "found"), [(20, 2), (21, 0)])
def test_a_numbered_list_is_a_fifth_of_the_text_at_most(chars: int, found: int) -> None:
    text = calls(1, 2).ljust(200, "x")
    items = f"<li>{'x' * chars}</li><li>{'x' * 20}</li>"
    assert len(text) == 200
    assert notes_of(text, f"<ol>{items}</ol>") == found


@pytest.mark.parametrize(("levels", "found"), [(3, 2), (4, 0)])
def test_an_item_of_a_numbered_list_is_looked_for_a_bounded_way_up(levels: int, found: int) -> None:
    item = f"<li>{'<div>' * levels}<p>Minutes</p>{'</div>' * levels}</li>"
    assert notes_of(calls(1, 2).ljust(200, "x"), f"<ol>{item * 2}</ol>") == found


@pytest.mark.parametrize(("count", "found"), [(29, 29), (31, 0)])
def test_notes_that_are_called_at_once_are_a_bounded_number(count: int, found: int) -> None:
    assert notes_of(f"The ferry sails again [1-{count}].", lines(count)) == found


def taken(name: PageTypeName, box: str, share: int) -> int:
    """Return how many blocks of a page of a hundred characters are taken, of which so many are in a box."""
    page = f"<p>{'x' * (100 - share)}</p><div class={box}><p>{'y' * share}</p></div>"
    page_type = PageType(name, 0.9, dict.fromkeys(PAGE_TYPES, 0.01) | {name: 0.9}, 0.1)
    return len(boxes_of_others(Outline(read_document(page)), RULES.lexicon, page_type))


@pytest.mark.parametrize(
    ("name", "box", "most"),
    [("listing", "modal", 70), ("product", "reviews", 50), ("forum", "signature", 20)],
)
def test_a_box_with_more_of_the_page_is_the_page(name: PageTypeName, box: str, most: int) -> None:
    assert [taken(name, box, share) for share in (most, most + 1)] == [1, 0]


@pytest.mark.parametrize(("chars", "is_taken"), [(500, True), (501, False)])
def test_a_window_that_asks_for_consent_with_more_than_half_of_the_page_is_the_page(chars: int, is_taken: bool) -> None:
    sentence = "We and our partners read what you do here. "
    window = f"<div id=onetrust-consent-sdk><h1>Privacy</h1><p>{(sentence * 20)[: chars - 8]}.</p></div>"
    card = f"<p>{'x' * 100}</p>"
    document = read_document(f"{window}<div>{card * 5}</div>")
    outline = Outline(document)
    assert sum(len(block.text) for block in document.blocks) == 500 + chars
    assert bool(label_places(outline, RULES)) is is_taken


@pytest.mark.parametrize(
    ("line", "is_found"),
    [
        ("|" * 12, True),
        ("|" * 13, False),
        ('[video title="#"]'.replace("#", "x" * 584), True),
        ('[video title="#"]'.replace("#", "x" * 585), False),
    ],
)
def test_marks_and_names_of_a_template_are_short(line: str, is_found: bool) -> None:
    document = read_document(f"<p>{line}</p>")
    assert bool(leading_lines(document, [0])) is is_found
