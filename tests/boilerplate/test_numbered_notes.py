"""Notes that only their numbers tell are part of the text that calls them, whatever their markup."""

import pytest

from harvester.boilerplate import label_places, protected_blocks
from harvester.boilerplate.numbered_notes import numbered_notes
from harvester.dom import read_document
from harvester.outline import Outline
from harvester.rules.load import load_rules

SENTENCES = (
    "The ferry to the northern islands will run twice a day from Monday, the harbour board said after its meeting{}",
    "Nobody on the quay had expected the lamp to burn again, least of all the two brothers who had mended it{}",
    "The night boat stays as well, and the islanders, who had asked for it in spring, were glad to hear that{}",
)
FURTHER = "So it was told on the quay, where the boats had been waiting for the news since the morning. " * 3
NOTES = (
    "Minutes of the harbour board, session of 4 March, item 7.",
    "Lindqvist, The lamps of the north, p. 14.",
    "Letter to the author, 12 March.",
)
SUPERSCRIPT = [f".<sup>{number}</sup>" for number in (1, 2, 3)]
BRACKETS = [f" [{number}]." for number in (1, 2, 3)]
LINKS = [f".<a href=#n{number}>{number}</a>" for number in (1, 2, 3)]


def kept(calls: list[str], notes: str) -> list[str]:
    """Return the blocks that stay although the classifier chose none but the sentences with their calls."""
    body = "".join(f"<p>{text.format(call)} {FURTHER}</p>" for text, call in zip(SENTENCES, calls, strict=True))
    document = read_document(f"<html lang=en><body><main><div>{body}</div>{notes}</main></body></html>")
    outline, rules = Outline(document), load_rules()
    begins = tuple(text[:20] for text in SENTENCES)
    chosen = [at for at, block in enumerate(document.blocks) if block.text.startswith(begins)]
    found = protected_blocks(outline, rules, chosen, label_places(outline, rules))
    return [document.blocks[at].text for at in sorted(found)]


def lines(form: str) -> str:
    return "".join(f"<p>{form.format(number)}{note}</p>" for number, note in enumerate(NOTES, 1))


@pytest.mark.parametrize(
    ("calls", "notes"),
    [
        (SUPERSCRIPT, lines("{} ")),
        (SUPERSCRIPT, lines("{}. ")),
        (SUPERSCRIPT, f"<hr><div>{lines('<sup>{}</sup>')}</div>"),
        (SUPERSCRIPT, "<ol>" + "".join(f"<li>{note}</li>" for note in NOTES) + "</ol>"),
        (BRACKETS, lines("[{}] ")),
        (BRACKETS, "<p>" + "<br>".join(f"[{number}] {note}" for number, note in enumerate(NOTES, 1)) + "</p>"),
        ([" [1].", " [2-3].", "."], lines("[{}] ")),
        (LINKS, "".join(f"<div id=n{at}><a href=#r{at}>{at}</a> {note}</div>" for at, note in enumerate(NOTES, 1))),
        (["¹", "²", "³"], "".join(f"<p>{number} {note}</p>" for number, note in zip("¹²³", NOTES, strict=True))),
        (["①", "②", "③"], "".join(f"<p>{number}{note}</p>" for number, note in zip("①②③", NOTES, strict=True))),
        ([" (1).", " (2).", " (3)."], lines("({}) ")),
        (BRACKETS, "".join(f"<p>[{at}] <a href=/{at}>{note}</a></p>" for at, note in enumerate(NOTES, 1))),
        (SUPERSCRIPT, lines("<b>{}</b></p><p>")),
        (BRACKETS, lines("[{}]</p><p>")),
    ],
    ids=[
        *("bare", "dots", "superscript", "ordered list", "brackets", "one paragraph", "range", "links", "unicode"),
        *("circled", "parentheses", "links alone", "numbers above", "brackets above"),
    ],
)
def test_numbered_notes_that_the_text_calls_stay(calls: list[str], notes: str) -> None:
    found = "\n".join(kept(calls, notes))
    assert all(note in found for note in NOTES)


SCRIPTS = {
    "Chinese": ("渡輪週一起每天兩班<sup>{}</sup>。", "{}. 港務委員會會議記錄。"),
    "Chinese, listed": ("渡輪週一起每天兩班<sup>{}</sup>，島民很高興。", "{}、港務委員會會議記錄。"),
    "Japanese, a mark": ("渡船は月曜日から一日二便になる※{}。", "※{} 港湾委員会議事録、七頁。"),
    "Hindi": ("नौका सोमवार से चलेगी।<sup>{}</sup>", "{}. बंदरगाह की बैठक।"),
    "Hindi, before the mark": ("नौका सोमवार से चलेगी<sup>{}</sup>।", "{}. बंदरगाह की बैठक।"),
    "Thai": ("เรือข้ามฟากจะออกวันจันทร์<sup>{}</sup>", "{}. รายงานการประชุม"),
    "Arabic": ("تبحر العبارة من يوم الإثنين.<sup>{}</sup>", "{}. محضر مجلس الميناء."),
    "Urdu": ("کشتی پیر سے چلے گی۔<sup>{}</sup>", "{}. اجلاس کی روداد۔"),
    "an account of code": ("The ferry runs twice a day*{}", "*{}: Minutes of the board."),
}
DIGITS = {"Arabic": "١٢", "Persian": "۱۲", "Devanagari": "१२", "full width": "１２"}


def notes_of(text: str, note: str, numbers: str = "12") -> int:
    """Return how many lines are notes of a text of two sentences."""
    body = "".join(f"<p>{text.format(number)}</p>" for number in numbers)
    lines = "".join(f"<p>{note.format(number)}</p>" for number in numbers)
    return len(numbered_notes(Outline(read_document(f"<div>{body}</div>{lines}")), [0, 1], {}))


@pytest.mark.parametrize(("text", "note"), SCRIPTS.values(), ids=SCRIPTS)
def test_notes_are_called_in_any_script(text: str, note: str) -> None:
    assert notes_of(text, note) == 2
    assert notes_of(text.replace("{}", ""), note) == 0


@pytest.mark.parametrize("digits", DIGITS.values(), ids=DIGITS)
@pytest.mark.parametrize("note", ["{}. Minutes", "{}．Minutes", "{}） Minutes", "[{}] Minutes"])
def test_notes_are_numbered_in_any_digits(digits: str, note: str) -> None:
    call = "[{}]" if note.startswith("[") else "<sup>{}</sup>"
    assert notes_of(f"The ferry runs twice a day.{call}", note, digits) == 2


@pytest.mark.parametrize("text", ["The ferry cost,{}% more", "The ferry cost,{}€ more", "On day{}of all the ferry ran"])
def test_a_number_that_goes_on_calls_no_note(text: str) -> None:
    assert notes_of(text, "{}. Minutes") == 0


def test_the_heading_of_notes_and_their_further_paragraphs_stay() -> None:
    first, *others = lines("[{}] ").split("</p>")
    notes = f"{first}</p><p>Not signed.</p>{'</p>'.join(others)}"
    found = kept(BRACKETS, f"<h3>What this rests on</h3>{notes}<p>Read by 4,000 people</p>")
    assert found == ["What this rests on", f"[1] {NOTES[0]}", "Not signed.", f"[2] {NOTES[1]}", f"[3] {NOTES[2]}"]


@pytest.mark.parametrize(
    ("calls", "notes"),
    [
        (["."] * 3, lines("{}. ")),
        ([" (1).", " (2).", " (3)."], lines("{}. ")),
        (["①", "②", "③"], "<ol>" + "".join(f"<li>{note}</li>" for note in NOTES) + "</ol>"),
        (SUPERSCRIPT[::-1], lines("{}. ")),
        ([".<sup>1</sup>", ".", "."], lines("{}. ")),
        (SUPERSCRIPT, "<ol>" + "".join(f"<li>{FURTHER}</li>" for _ in NOTES) + "</ol>"),
        ([*SUPERSCRIPT[:2], "."], "<ol>" + "".join(f"<li>{note}</li>" for note in NOTES) + "</ol>"),
        (["."] * 3, "<ol>" + "".join(f"<li><a href=/{note[:3]}>{note}</a></li>" for note in NOTES) + "</ol>"),
        (SUPERSCRIPT, f"<p>1. {NOTES[0]}</p><p>One more</p><p>And one</p><p>And another</p><p>2. {NOTES[1]}</p>"),
        (SUPERSCRIPT, f"<div class=comments>{lines('{}. ')}</div>"),
        (SUPERSCRIPT, "<p>1</p><p>2</p><p>3</p><p>4</p>"),
    ],
    ids=[
        *(
            "not called",
            "an enumeration",
            "circles before a list",
            "out of order",
            "one call",
            "a long list",
            "a list of more",
            "links",
        ),
        *("far apart", "comments", "pages"),
    ],
)
def test_other_numbered_lines_are_no_notes(calls: list[str], notes: str) -> None:
    assert kept(calls, notes) == []


def test_a_list_behind_the_notes_has_to_be_called_anew() -> None:
    others = "".join(f"<li>Ferry {number} is late again on Monday</li>" for number in range(3))
    found = kept(SUPERSCRIPT, f"{lines('{}. ')}<h3>Most read</h3><ol>{others}</ol>")
    assert found == [f"{number}. {note}" for number, note in enumerate(NOTES, 1)]
