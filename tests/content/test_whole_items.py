"""Questions and answers of an accordion are in the text as a whole."""

import numpy as np
import pytest

from harvester.content.candidates import Candidates
from harvester.content.whole_items import with_whole_items
from harvester.dom import read_document
from harvester.outline import Outline

SENTENCE = "The ferry to the northern islands will run twice a day from Monday, the board said. "
QUESTIONS = ("When does it leave?", "What is the fare for a child?", "Who may take a bicycle on board?")
ANSWER = "At eight in the morning and at six in the evening, on every day of the week."
BODY = f"<div>{f'<p>{SENTENCE * 2}</p>' * 16}</div>"


def items() -> str:
    return "".join(f"<details><p>{question}</p><p>{ANSWER}</p></details>" for question in QUESTIONS)


def kept(html: str, unlikely: str, chance: float = 0.2) -> list[str]:
    """Return what is in beside the body, where all but the block `unlikely` was chosen."""
    outline = Outline(read_document(f"<body>{BODY}<section>{html}</section></body>"))
    texts = [block.text for block in outline.document.blocks]
    lengths = np.array([float(len(text)) for text in texts])
    chosen = np.array([text != unlikely for text in texts])
    candidates = Candidates(np.arange(len(texts)), lengths, np.where(chosen, 0.9, chance))
    whole = with_whole_items(outline, candidates, chosen)
    return [text for text, is_in in zip(texts, whole.tolist(), strict=True) if is_in and text not in SENTENCE * 2]


def test_a_question_that_its_like_items_lack_is_in() -> None:
    assert QUESTIONS[2] in kept(items(), QUESTIONS[2])


@pytest.mark.parametrize(
    ("html", "unlikely", "chance"),
    [
        (items(), QUESTIONS[2], 0.05),
        (items().replace(QUESTIONS[2], f"<a href=/c>{QUESTIONS[2]}</a>"), QUESTIONS[2], 0.2),
        (items().replace(QUESTIONS[2], "Up"), "Up", 0.2),
        ("".join(f"<p>{question}</p><p>{ANSWER}</p>" for question in QUESTIONS), QUESTIONS[2], 0.2),
        (items(), ANSWER, 0.2),
    ],
    ids=["impossible", "a link", "a label", "no items", "most of the items"],
)
def test_other_blocks_stay_out(html: str, unlikely: str, chance: float) -> None:
    assert unlikely not in kept(html, unlikely, chance)
