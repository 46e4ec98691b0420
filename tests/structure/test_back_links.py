"""Links from a note back to where it is called are no text, and its number is no line of its own."""

import pytest
from whole_pages import blocks_of

from harvester.cleaning import render_text
from harvester.models import MarkKind

pytestmark = pytest.mark.usefixtures("both_forms")
CALL = "<p>The pier opens<sup><a href=#n1 id=r1>1</a></sup> in May<sup><a href=#n2 id=r2>2</a></sup>.</p>"


@pytest.mark.parametrize(
    ("notes", "text"),
    [
        ("<ol><li id=n1>Minutes, p. 4. <a href=#r1>↩</a></li><li id=n2>A letter. <a href=#r2>↩︎</a></li></ol>",
         "- Minutes, p. 4.\n- A letter."),
        ("<ol><li id=n1><p>Minutes, p. 4.</p><p><a href=#r1>↩</a></p></li><li id=n2><p>A letter.</p></li></ol>",
         "- Minutes, p. 4.\n- A letter."),
        ("<ul><li id=n1><p><a href=#r1>^</a></p><p>Minutes, p. 4.</p></li></ul>", "- Minutes, p. 4."),
        ("<ul><li id=n1>^ <a href=#r1><i>a</i></a> <a href=#r3><i>b</i></a> Minutes, p. 4.</li></ul>",
         "- Minutes, p. 4."),
        ("<ul><li id=n1><a href=#r1>^</a> A letter.</li></ul>", "- A letter."),
        ("<ul><li id=n1>↑ <a href=#r1>1.0</a> <a href=#r4>1.1</a> A letter.</li></ul>", "- A letter."),
        ("<p><a href=#r1>[1]</a></p><p>Minutes, p. 4.</p><p><a href=#r2>[2]</a></p><p>A letter.</p>",
         "[1] Minutes, p. 4.\n\n[2] A letter."),
        ("<p>[1]</p><p>Minutes, p. 4.</p>", "[1] Minutes, p. 4."),
        ("<div id=n1><a href=#r1>1</a><div><p>Minutes, p. 4.</p><p>And p. 5.</p></div></div>",
         "1 Minutes, p. 4.\n\nAnd p. 5."),
        ("<p id=n1>Minutes, p. 4. <a href=#r1>↩</a> <a href=#r3>↩</a></p>", "Minutes, p. 4."),
    ],
)  # fmt: skip
def test_notes_are_their_words(notes: str, text: str) -> None:
    assert render_text(blocks_of(CALL + notes)).split("\n\n", 1)[1] == text


@pytest.mark.parametrize(
    "text",
    [
        "<p>Press <a href=/enter>↵</a></p>",  # leads to another page
        "<p>Press ↵</p>",
        "<p>^ marks the beginning, as <a href=#x>above</a></p>",
        "<p>1</p><p>The first step.</p>",
        "<p><a href=#top>1</a></p>",  # the last line: no note follows
        "<h2><a href=#x>1</a></h2><p>The first chapter.</p>",
        "<p><a href=#n1>1</a></p><h2>The second chapter</h2>",
    ],
)
def test_other_signs_and_numbers_stay_as_they_are(text: str) -> None:
    words = text.replace("<", " <").replace(">", "> ").split()
    shown = [word for word in words if not word.startswith("<") and "=" not in word]
    assert "".join(render_text(blocks_of(text)).split()) == "".join(shown)
    assert len(blocks_of(text)) == text.count("</p>") + text.count("</h2>")


def test_marks_of_a_note_stay_where_its_words_are() -> None:
    (note,) = blocks_of("<p id=n1><a href=#r1>^</a> See <em>The Quay</em>, p. 4. <a href=#r2>↩</a></p>")
    marks = {note.text[mark.start : mark.end] for mark in note.marks if mark.kind is MarkKind.EMPHASIS}
    assert (note.text, marks) == ("See The Quay, p. 4.", {"The Quay"})


def test_marks_behind_a_number_stay_where_its_words_are() -> None:
    (note,) = blocks_of("<p><a href=#r1>[1]</a></p><p>See <em>The Quay</em>.</p>")
    marks = {note.text[mark.start : mark.end] for mark in note.marks if mark.kind is MarkKind.EMPHASIS}
    assert (note.text, marks) == ("[1] See The Quay.", {"The Quay"})


def test_a_note_that_is_not_in_the_text_has_no_link_back_either() -> None:
    blocks = blocks_of(CALL + "<div><p id=n1>Minutes, p. 4. <a href=#r1>↩</a></p></div>", removed=("Minutes",))
    assert [block.text for block in blocks if block.footnote] == ["Minutes, p. 4."]
