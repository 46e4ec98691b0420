"""What a reader opens inside of a text is a part of it."""

import numpy as np
import pytest

from harvester.content.opened_panels import level_panels
from harvester.dom import read_document
from harvester.models import Removed
from harvester.outline import Outline
from harvester.rules.kind_names import KindName
from harvester.rules.load import load_rules

SENTENCE = "The ferry to the northern islands will run twice a day from Monday, the board said. "
BODY = f"<p>{SENTENCE * 2}</p>" * 6
QUESTION = "When does the ferry start?"
ANSWER = "The board hopes for the first of June, one week before the bridge closes."
RULES = load_rules()
DETAILS = f"<details><summary>{QUESTION}</summary><p>{ANSWER}</p></details>"
ACCORDION = f'<div class="accordion"><button>{QUESTION}</button><div><p>{ANSWER}</p></div></div>'


def raised(html: str, chance: float = 0.15, placed: str = "") -> list[str]:
    """Return the texts of blocks that become likely, where all but those of the body have the `chance`."""
    outline = Outline(read_document(f"<body><main>{html}</main><p>{SENTENCE}</p></body>"))
    texts = [block.text for block in outline.document.blocks]
    before = np.array([0.9 if text in SENTENCE * 2 else chance for text in texts])
    labels = {texts.index(placed): Removed(KindName.NOT_CONTENT, "place:ad")} if placed else {}
    after = level_panels(outline, np.arange(len(texts)), before, labels, RULES)
    return [text for text, old, new in zip(texts, before.tolist(), after.tolist(), strict=True) if new > old]


@pytest.mark.parametrize("panel", [DETAILS, ACCORDION, ACCORDION.replace("accordion", "et_pb_toggle")])
def test_a_question_and_its_answer_between_the_paragraphs_are_raised(panel: str) -> None:
    assert raised(BODY + panel + BODY) == [QUESTION, ANSWER]
    assert raised(BODY + panel) == [QUESTION, ANSWER]


def test_the_name_of_a_button_is_not_raised() -> None:
    assert raised(BODY + ACCORDION.replace("<div><p>", "<button>Expand all</button><div><p>")) == [QUESTION, ANSWER]


@pytest.mark.parametrize(
    ("html", "chance", "placed"),
    [
        (BODY + DETAILS, 0.05, ""),
        (BODY + DETAILS.replace(ANSWER, f"<a href=/x>{ANSWER}</a>"), 0.15, ""),
        (BODY + DETAILS.replace("</p>", "</p><p>Anzeige</p>"), 0.15, "Anzeige"),
        (BODY + "<details><p>Fare</p><p>12 euros</p><p>Bicycle</p></details>", 0.15, ""),
        (BODY + DETAILS.replace(ANSWER, ANSWER * 12), 0.15, ""),
        (f"{BODY}</main>{DETAILS}<main>", 0.15, ""),
        (BODY + DETAILS.replace("details", "section"), 0.15, ""),
        (BODY + DETAILS.replace(QUESTION, "Show comments (3)"), 0.15, ""),
        (BODY + DETAILS.replace(QUESTION, "About the author"), 0.15, ""),
        (BODY + DETAILS.replace("<p>", "<p>We use cookies to show you personalised ads.</p><p>"), 0.15, ""),
    ],
    ids=[
        *("hopeless", "a link", "an ad in it", "no sentences", "half of the text", "outside", "no panel"),
        *("comments", "the author", "cookies"),
    ],
)
def test_other_panels_stay_as_they_are(html: str, chance: float, placed: str) -> None:
    assert raised(html, chance, placed) == []
