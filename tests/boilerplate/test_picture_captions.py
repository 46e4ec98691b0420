"""Captions that no markup calls so: the one line in a box with a picture."""

import pytest

from harvester import clean
from harvester.boilerplate import label_places, picture_captions, picture_labels
from harvester.dom import read_document
from harvester.outline import Outline
from harvester.rules.load import load_rules

SENTENCE = "The ferry to the northern islands will run twice a day from Monday, the harbour board said in May. "
PARAGRAPH = f"<p>{SENTENCE * 3}</p>"
PICTURE = "<img src='/boat.jpg' width=700 height=394>"


def captions(body: str) -> list[str]:
    document = read_document(f"<body><article><h1>Two boats a day</h1>{PARAGRAPH}{body}{PARAGRAPH}</article>")
    found = picture_captions(Outline(document), range(len(document.blocks)))
    return [document.blocks[at].text for at in found]


@pytest.mark.parametrize(
    "box",
    [
        f"<div class='picBox'>{PICTURE}<p>A boat in the harbour of Ellis</p></div>",
        f"<div><a href='/large'>{PICTURE}</a><div><p>A boat in the harbour of Ellis</p></div></div>",
        f"<table><tr><td><span>{PICTURE}</span><p>A boat in the harbour of Ellis</p></td></tr></table>",
        "<div><img src='/boat.jpg'><p>A boat in the harbour of Ellis</p></div>",
    ],
)
def test_the_one_line_in_a_box_with_a_picture_is_its_caption(box: str) -> None:
    assert captions(box) == ["A boat in the harbour of Ellis"]


@pytest.mark.parametrize(("levels", "found"), [(59, ["A boat in the harbour of Ellis"]), (60, [])])
def test_the_box_of_a_picture_is_looked_for_a_bounded_way_up(levels: int, found: list[str]) -> None:
    deep = f"{'<div>' * levels}{PICTURE}{'</div>' * levels}"
    assert captions(f"<div>{deep}<p>A boat in the harbour of Ellis</p></div>") == found


@pytest.mark.parametrize(
    "box",
    [
        f"{PICTURE}<p>We waited on the quay.</p>",
        f"<div>{PICTURE}<p>We waited on the quay.</p><p>Then it came.</p></div>",
        f"<p>{PICTURE} We waited on the quay.</p>",
        f"<div>{PICTURE}{PARAGRAPH}</div>",
        f"<div class='boat'>{PICTURE}<p>The Ada is old.</p></div><div class='boat'>{PICTURE}{PARAGRAPH}</div>",
        "<div><img src='/icon.png' width=24 height=24><p>We waited on the quay.</p></div>",
        f"<div>{PICTURE}<h2>On the quay</h2></div>",
        f"<div>{PICTURE}<p><a href='/quay'>On the quay with those who wait</a></p></div>",
    ],
)
def test_other_text_beside_a_picture_is_no_caption(box: str) -> None:
    assert captions(box) == []


def labelled(line: str, doubt: float = 0.3) -> list[str]:
    """Return what is taken of a line in the flow of the text, with a picture before it in a paragraph of its own."""
    body = f"{PARAGRAPH}<p>{PICTURE}</p>{line}{PARAGRAPH * 3}"
    document = read_document(f"<body><article><h1>Two boats a day</h1>{body}</article>")
    chosen = range(len(document.blocks))
    found = picture_labels(Outline(document), load_rules(), chosen, dict.fromkeys(chosen, doubt))
    return [document.blocks[at].text for at in found]


def test_a_doubted_line_below_a_picture_that_is_no_sentence_goes() -> None:
    assert labelled("<p>The harbour of Ellis, seen by Jo Lund</p>") == ["The harbour of Ellis, seen by Jo Lund"]
    assert labelled("<p>The harbour of Ellis, seen by Jo Lund</p>", doubt=0.1) == []


@pytest.mark.parametrize(
    "line",
    [
        "<p>Two boats lay in the harbour of Ellis.</p>",
        "<p>ELLIS - ESTUARY.--</p>",
        "<p>Jo Lund,</p>",
        "<p>Two boats were seen:</p>",
        "<p>First boat<br>Second boat</p>",
        "<h3>The harbour of Ellis</h3>",
        "<p>Related articles</p>",
        "<p><a href='/quay'>On the quay with those who wait</a></p>",
    ],
    ids=[
        "a sentence",
        "a place",
        "a name that goes on",
        "an announcement",
        "two lines",
        "a heading",
        "a wording",
        "a link",
    ],
)
def test_other_lines_below_a_picture_stay(line: str) -> None:
    assert labelled(line) == []


def test_a_line_below_a_picture_stays_where_most_paragraphs_are_such_lines() -> None:
    lines = "".join(f"<p>on day {day} we saw the harbour</p>" for day in range(12))
    assert labelled(f"<p>The harbour of Ellis</p>{lines}") == []


def test_a_page_of_pictures_with_lines_keeps_them() -> None:
    boxes = "".join(f"<div class='day'>{PICTURE}<p>{SENTENCE} It was day {day}.</p></div>" for day in range(9))
    assert captions(boxes) == []


def test_a_caption_that_is_longer_than_any_paragraph_goes_by_its_place() -> None:
    caption = f"<div class='group'>{PICTURE}<p class='imageCaption'>{SENTENCE * 2}</p></div>"
    paragraphs = "".join(f"<p>{SENTENCE}Day {day}.</p>" for day in range(12))
    document = read_document(f"<body><h1>Two boats a day</h1>{paragraphs}{caption}</body>")
    labels = label_places(Outline(document), load_rules())
    assert [label.kind for label in labels.values()] == ["caption"]


def test_a_caption_stands_with_its_picture() -> None:
    box = f"<div class='picBox'>{PICTURE}<p>A boat in the harbour of Ellis. Photo: Jo Lund</p></div>"
    page = f"<html lang=en><body><article><h1>Two boats a day</h1>{PARAGRAPH * 3}{box}{PARAGRAPH * 2}</article>"
    article = clean(page, url="https://courier.example/boats")
    assert "A boat in the harbour" not in article.text
    assert [(image.caption, image.credit) for image in article.images] == [
        ("A boat in the harbour of Ellis.", "Jo Lund")
    ]
    assert any(block.figure and block.figure.caption for block in article.blocks)
