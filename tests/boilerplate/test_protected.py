"""What a rule keeps stays, what the page shows twice goes once, and a lead in any language goes."""

from dataclasses import replace

import pytest

from harvester.boilerplate import label_places, protected_blocks, repeated_blocks
from harvester.boilerplate.read_also import leading_lines
from harvester.dom import read_document
from harvester.metadata.lookup.text_flow import is_in_flow
from harvester.models import Document, Kept, Part
from harvester.outline import Outline
from harvester.rules.load import load_rules

SENTENCES = (
    "The ferry to the northern islands will run twice a day from Monday, the harbour board said after its meeting, and"
    " the islanders, who had asked for it in spring, were glad to hear that the night boat stays as well.",
    "Nobody on the quay had expected the lamp to burn again, least of all the two brothers who had mended it in winter"
    " with a rope, a bucket and the patience that everybody on the islands is known for.",
)
BODY = "".join(f"<p>{sentence}</p>" for sentence in SENTENCES)
NOTE = "Correction: an earlier version of this article gave the wrong year for the closing of the yard."


def page(inside: str) -> Document:
    return read_document(f"<html lang=en><body><main><div>{inside}</div></main></body></html>")


def protected(inside: str) -> list[str]:
    """Return the blocks that stay although the classifier chose none but the sentences of BODY."""
    document = page(inside)
    outline = Outline(document)
    chosen = [at for at, block in enumerate(document.blocks) if block.text in SENTENCES]
    kept = protected_blocks(outline, load_rules(), chosen, label_places(outline, load_rules()))
    return [document.blocks[at].text for at in sorted(kept)]


def test_the_buttons_of_a_part_are_none_of_it() -> None:
    points = "<ul><li>The night boat stays.</li><li>The yard is closed for good.</li></ul>"
    box = f"<div class=key-points><button>About this summary</button>{points}<button>Show more</button></div>"
    assert protected(f"{box}{BODY}") == ["The night boat stays.", "The yard is closed for good."]


FACTS = ["Opened: 1957", "Length of the quay: 150 metres", "Visitors in 2023: 184,000"]


@pytest.mark.parametrize("tag", ["aside", "div"])
@pytest.mark.parametrize("name", ["key-facts", "factbox", "encadre", "infokasten", "theme-admonition"])
def test_a_box_of_facts_without_sentences_stays(tag: str, name: str) -> None:
    facts = "".join(f"<li>{fact}</li>" for fact in FACTS)
    first, second = (f"<p>{sentence}</p>" for sentence in SENTENCES)
    assert protected(f"{first}<{tag} class={name}><ul>{facts}</ul></{tag}>{second}") == FACTS


def test_code_that_a_highlighter_sets_line_by_line_stays() -> None:
    lines = ["for boat in harbour:", "if boat.is_late:", "print(boat.name)", "harbour.remove(boat)"]
    rows = "".join(f"<div class=line><code>{line}</code></div>" for line in lines)
    first, second = (f"<p>{sentence}</p>" for sentence in SENTENCES)
    assert protected(f"{first}<div class=syntaxhighlighter><table><td>{rows}</table></div>{second}") == lines


def test_a_box_made_for_facts_that_asks_for_something_does_not_stay() -> None:
    first, second = (f"<p>{sentence}</p>" for sentence in SENTENCES)
    offer = "<h3>Get our free weekly newsletter</h3><p>Sign up for our newsletter to get the harbour in your inbox.</p>"
    assert protected(f"{first}<div class=factbox>{offer}</div>{second}") == []


NOTES = "<ol class=footnotes><li>Minutes of the harbour board, session of 4 March. <a href=#r1>↩</a></li></ol>"


@pytest.mark.parametrize(
    ("inside", "texts"),
    [
        (f"{BODY}<p>{NOTE}</p>", [NOTE]),
        (f"{BODY}<p class=correction>It closed in 2011, not in 2012, as a reader has pointed out to us.</p>", None),
        (f"{BODY}<h2>Notes</h2>{NOTES}", ["Notes", "Minutes of the harbour board, session of 4 March. ↩"]),
        (
            f"<ul class=key-points><li>The ferry stops running in November; no boat takes over.</li></ul>{BODY}",
            None,
        ),
        (f"<span class=dateline>LOWMERE (Northpress) —</span>{BODY}", ["LOWMERE (Northpress) —"]),
    ],
    ids=["wording", "place", "footnotes", "key points", "dateline"],
)
def test_what_a_rule_keeps_stays_in_the_column(inside: str, texts: list[str] | None) -> None:
    found = protected(inside)
    assert found == texts if texts else len(found) == 1


@pytest.mark.parametrize(
    "inside",
    [
        f"{BODY}<div class=sidebar><p class=correction>{NOTE}</p></div>",
        f"{BODY}<p>One</p><p>Two</p><p>Three</p><p>{NOTE}</p>",
        f"{BODY}<ul class=references>" + "<li><a href=/x>A page about the old pier of the town</a></li>" * 4 + "</ul>",
        f"<p>— Advertisement —</p>{BODY}",
    ],
    ids=["in a sidebar", "far behind", "links alone", "a label between dashes"],
)
def test_what_only_looks_like_a_part_is_not_kept(inside: str) -> None:
    assert protected(inside) == []


def repeated(inside: str) -> list[str]:
    document = page(inside)
    found = repeated_blocks(Outline(document), range(len(document.blocks)), load_rules().lexicon)
    return [found[at].rule for at in sorted(found)]


def test_a_pull_quote_goes_and_the_sentence_in_the_text_stays():
    quote = SENTENCES[1][:60]
    assert repeated(f"{BODY}<aside><p>{quote}</p></aside>") == ["repeat:pull quote"]
    assert repeated(f"{BODY}<div class=pull-quote><p>{quote}</p></div>") == ["repeat:pull quote"]
    assert repeated(f"{BODY}<p>{quote}</p>") == []  # a writer may say it again
    assert (
        repeated(f"{BODY}<blockquote><p>“The lamp burns,” said the elder of the two brothers.</p></blockquote>") == []
    )


def test_the_line_that_says_whom_a_pull_quote_is_from_goes_with_it():
    quote, source = f"<p>{SENTENCES[1][:60]}</p>", "<p>Ada Holm, lamplighter</p>"
    assert repeated(f"{BODY}<blockquote>{quote}{source}</blockquote>") == ["repeat:pull quote"] * 2
    assert repeated(f"{BODY}<figure><blockquote>{quote}</blockquote>{source}</figure>") == ["repeat:pull quote"] * 2
    assert repeated(f"{BODY}<aside><blockquote>{quote}</blockquote>{source}</aside>") == ["repeat:pull quote"]
    for inside in (
        f"{quote}<h3>The lamp</h3>",
        f"{quote}<p>I beg to differ.</p>",
        f"<p>One more.</p>{quote}{source}",
        f"{quote}{source}{source}",
    ):
        assert repeated(f"{BODY}<aside>{inside}</aside>") == ["repeat:pull quote"]


def test_the_second_of_twins_goes():
    assert repeated(f"{BODY}<p>One more.</p>{BODY}") == ["repeat:twin"] * 2
    assert repeated("<p>La la la.</p>" * 4) == []
    assert repeated(BODY + f"<p>{SENTENCES[0]}</p>" * 2) == []  # a caption below each of three pictures


def test_of_twins_the_one_that_is_set_apart_goes_wherever_it_stands():
    quote, source = f"<blockquote><p>{SENTENCES[1]}</p>", "<p>Ada Holm, lamplighter</p></blockquote>"
    before = page(f"{quote}{source}{BODY}")
    found = repeated_blocks(Outline(before), range(len(before.blocks)), load_rules().lexicon)
    assert {at: label.rule for at, label in found.items()} == {0: "repeat:pull quote", 1: "repeat:pull quote"}
    assert repeated(f"{BODY}{quote}{source}") == ["repeat:pull quote"] * 2


def leads(inside: str, head: str = "") -> list[str]:
    document = read_document(f"<head>{head}</head><body>{inside}</body>")
    return [label.rule for label in leading_lines(document, range(len(document.blocks))).values()]


OWN = "<link rel=canonical href=https://www.lowmere.example/a>"


@pytest.mark.parametrize(
    "line",
    [
        "<p>Läs också: <a href=/b>Borgmästaren öppnar den nya simhallen</a></p>",
        "<p>อ่านเพิ่มเติม: <a href=https://lowmere.example/b>สระว่ายน้ำแห่งใหม่เปิดแล้วหลังก่อสร้างสามปี</a></p>",
        "<p>|</p>",
        "<p>?</p>",
        '<p>{{ferry-offer="/banners/ferry"}}</p>',
        "<p>{% include ferries.html %}</p>",
        '<p>[gallery ids="4,5" columns=2]</p>',
        "<p>[/caption]</p>",
        "<p>[ferry-video video-id=”h2” upload-date=”2019-02-27” name=”The ferry leaves” description=”On a Monday”]</p>",
    ],
    ids=[
        "Swedish",
        "Thai",
        "a bar",
        "a question mark",
        "a name",
        "an instruction",
        "a shortcode",
        "its end",
        "quotes of print",
    ],
)
def test_a_label_with_a_headline_of_the_site_marks_and_unfilled_templates_go(line: str) -> None:
    assert len(leads(line, OWN)) == 1


@pytest.mark.parametrize(
    "line",
    [
        "<p>Source: <a href=https://county.example/report>The report of the county on its harbours</a></p>",
        "<p>Director: <a href=/people/7>Ada Holm</a></p>",
        "<p>The board said: <a href=/b>the ferry will stop in the autumn</a> for good.</p>",
        "<p>In a letter to the board of the harbour she wrote: <a href=/b>the ferry must go on, whatever</a></p>",
        "<p>* * *</p>",
        "<p>[laughs]</p>",
        "<p>[Editor's note: the boat was sold.]</p>",
        "<p>Write {{name}} where the name belongs.</p>",
        "<pre>{{name}}</pre>",
    ],
    ids=["another site", "a name", "a sentence", "a long label", "an asterism", "a gesture", "a note", "about", "code"],
)
def test_what_only_looks_like_a_lead_stays(line: str) -> None:
    assert leads(line, OWN) == []


def test_a_paragraph_of_the_text_is_no_standfirst():
    def first_in_flow(inside: str) -> bool:
        document = page(inside)
        blocks = tuple(block.judged(Kept(Part.TEXT)) for block in document.blocks)
        return is_in_flow(replace(document, blocks=blocks), 0)

    assert first_in_flow(BODY)
    assert not first_in_flow(f"<p class=lead>{SENTENCES[0]}</p><p>{SENTENCES[1]}</p>")
    assert not first_in_flow(f"<header><p>{SENTENCES[0]}</p></header><p>{SENTENCES[1]}</p>")
    assert first_in_flow(f"{SENTENCES[0]}<br><br>{SENTENCES[1]}")
    assert not first_in_flow(f"Salt in the books<br><br>{SENTENCES[1]}")
    assert first_in_flow(f"{SENTENCES[0]}<p>{SENTENCES[1]}</p>")
    wrapped = [f"<div class=col><div class=text>{sentence}</div></div>" for sentence in SENTENCES[:2]]
    assert first_in_flow("".join(wrapped))
    assert first_in_flow("".join(f"<div class=row>{paragraph}</div>" for paragraph in wrapped))
    assert not first_in_flow(wrapped[0].replace("col", "excerpt") + wrapped[1])
    assert not first_in_flow(wrapped[0].replace("text", "lead") + wrapped[1])
    assert not first_in_flow(f"<header>{wrapped[0]}</header>{wrapped[1]}")
    gallery = "<div class=gallery>The harbour on Monday</div>"  # between it and the next one of its container
    assert first_in_flow(f"<p>{SENTENCES[0]}</p>{gallery}<p>{SENTENCES[1]}</p>")
    assert not first_in_flow(f"<p class=lead>{SENTENCES[0]}</p>{gallery}<p>{SENTENCES[1]}</p>")
