"""Questions and answers that the page's own record lists (schema.org: FAQPage), as the page prints them."""

from collections.abc import Iterator
from itertools import islice
from typing import Final

import numpy as np

from harvester.content.candidates import Chosen, Indexes
from harvester.content.features.matrix import Column
from harvester.content.recorded_texts import plain, recorded_objects
from harvester.models import Document
from harvester.outline import Outline
from harvester.text import fold

_TYPE: Final = "FAQPage"
_MAX_PAIRS: Final = 200  # of a page; a list of some dozen is long
_MIN_PRINTED: Final = 2  # questions, each as a block of its own: one may be the headline
_MIN_ANSWER: Final = 20  # characters of a block that is part of an answer: shorter ones are in many texts
_MAX_BLOCKS: Final = 20  # of an answer
_MAX_CHARS: Final = 4_000  # of a question or an answer
_LISTED: Final = 0.8  # probability that they then have at least: a box with a button needs .75 to stay


def level_recorded_questions(outline: Outline, at: Indexes, probabilities: Column) -> Column:
    """Return the probabilities of the blocks `at` of an article, those raised that its record lists as questions."""
    listed = recorded_questions(outline)
    return probabilities if listed is None else np.where(listed[at], np.maximum(probabilities, _LISTED), probabilities)


def recorded_questions(outline: Outline) -> Chosen | None:
    """Return which blocks of the page are questions of its record, or parts of their answers; None: it lists none."""
    answers = dict(islice(_pairs(outline.document), _MAX_PAIRS))
    if len(answers) < _MIN_PRINTED:
        return None
    blocks = outline.document.blocks
    listed = np.zeros(len(blocks), dtype=np.bool_)
    asked: set[int] = set()
    answer, question = "", -_MAX_BLOCKS
    for at, block in enumerate(blocks):
        text = fold(block.text) if len(block.text) <= _MAX_CHARS else ""
        if text in answers:
            answer, question = answers[text], at
        elif at - question < _MAX_BLOCKS and len(text) >= _MIN_ANSWER and text in answer:
            listed[at] = listed[question] = True  # a question alone is a line of a list of contents
            asked.add(question)
    return listed if len(asked) >= _MIN_PRINTED else None


def _pairs(document: Document) -> Iterator[tuple[str, str]]:
    """Yield the questions of the page's record, each with its answer, folded."""
    for node in recorded_objects(document, (_TYPE,)):
        if node.get("@type") == "Question" and (question := _text(node.get("name"))):
            answer = node.get("acceptedAnswer")
            yield question, _text(answer.get("text")) if isinstance(answer, dict) else ""


def _text(value: object) -> str:
    return plain(value[:_MAX_CHARS]) if isinstance(value, str) else ""
