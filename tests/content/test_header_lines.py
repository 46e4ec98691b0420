"""A standfirst in the page's header is text where no field has it."""

import numpy as np
import pytest

from harvester.cleaning.block_verdicts import with_header_lines
from harvester.content.candidates import Candidates
from harvester.content.header_lines import header_lines
from harvester.dom import read_document
from harvester.models import Kept, Part, Removed
from harvester.outline import Outline

TITLE = "Two boats a day for the northern islands"
LINE = "The islanders had asked for it in spring, and were glad to hear it."
SENTENCE = "The ferry to the northern islands will run twice a day from Monday, the board said."
TEXT = f"<div class=text>{f'<p>{SENTENCE}</p>' * 6}</div>"


def found(body: str, chance: float = 0.6) -> list[str]:
    """Return the lines of the header, where all but the headline are likely and the text alone was settled on."""
    document = read_document(f"<title>{TITLE}</title><body>{body}</body>")
    blocks = document.blocks
    text = np.array([block.text == SENTENCE for block in blocks])
    likely = np.array([block.text != TITLE for block in blocks])
    lengths = np.array([float(len(block.text)) for block in blocks])
    candidates = Candidates(np.arange(len(blocks)), lengths, np.where(text, 0.9, chance))
    return [blocks[at].text for at in sorted(header_lines(Outline(document), candidates, likely, text))]


def test_a_line_with_the_headline_in_a_header_far_out_is_one() -> None:
    assert found(f"<div><header><h1>{TITLE}</h1><p>{LINE}</p></header></div><main><div>{TEXT}</div></main>") == [LINE]


@pytest.mark.parametrize(
    ("body", "chance"),
    [
        (f"<div><h1>{TITLE}</h1></div><div><p>{LINE}</p></div>{TEXT}", 0.6),
        (f"<div><p>{LINE}</p><h1>{TITLE}</h1></div>{TEXT}", 0.6),
        (f"<div><h1>{TITLE}</h1><p>{LINE}</p></div>{TEXT}", 0.4),
        (f"<div><h1>{TITLE}</h1><h3>Another story</h3><p>{LINE}</p></div>{TEXT}", 0.6),
        (f"<div><h1>{TITLE}</h1>{f'<p>{LINE}</p>' * 5}</div>{TEXT}", 0.6),
        (f"<div><h1>{TITLE}</h1><p>{LINE}</p>{TEXT}</div>", 0.6),
        (f"<div><h1>{TITLE}</h1><ul><li>{LINE}</ul></div>{TEXT}", 0.6),
    ],
    ids=["apart", "above", "unlikely", "another heading", "a list of lines", "with the text", "an item"],
)
def test_other_lines_are_none(body: str, chance: float) -> None:
    assert found(body, chance) == []


def verdict_on(line: str, verdict: Removed, subtitle: str | None = None) -> object:
    """Return the verdict on a line of the header that had another one."""
    blocks = read_document(f"<p>{line}</p><p>{SENTENCE} {TITLE}</p>").blocks
    judged = (blocks[0].judged(verdict), blocks[1].judged(Kept(Part.TEXT)))
    return with_header_lines(judged, [0], subtitle)[0].verdict


def test_what_a_field_has_a_rule_took_out_or_the_text_says_stays_out() -> None:
    unchosen, disclaimer = Removed("not_content", "content:classifier"), Removed("disclaimer", "wording")
    assert verdict_on(LINE, unchosen) == Kept(Part.TEXT)
    assert verdict_on(LINE, unchosen, LINE) == unchosen
    assert verdict_on(LINE, disclaimer) == disclaimer
    assert verdict_on(SENTENCE, unchosen) == unchosen
