"""Questions that the page's own record lists are content where the page prints them, with their answers."""

import json

import numpy as np
import pytest

from harvester.content.recorded_questions import level_recorded_questions, recorded_questions
from harvester.dom import read_document
from harvester.outline import Outline

PAIRS = {
    "Is the pier open?": "<p>It opens in May, says the board.</p> <p>Boats may land &amp; leave at any time.</p>",
    "Who pays for it?": "The state pays half, and the town the rest.",
}
PRINTED = (
    "<h3>Is the pier open?</h3><p>It opens in May, says the board.</p><p>Boats may land &amp; leave at any time.</p>"
    "<h3>Who pays for it?</h3><p>The state pays half, and the town the rest.</p>"
)


def record(pairs: dict[str, str], kind: str = "FAQPage", **more: object) -> str:
    answers = [
        {"@type": "Question", "name": name, "acceptedAnswer": {"@type": "Answer", "text": text}}
        for name, text in pairs.items()
    ]
    told = {"@context": "https://schema.org", "@type": kind, "mainEntity": answers, **more}
    return f'<script type="application/ld+json">{json.dumps({"@graph": [told]})}</script>'


def listed(page: str) -> list[str]:
    """Return the blocks that the record lists."""
    outline = Outline(read_document(f"<body>{page}</body>"))
    found = recorded_questions(outline)
    return [] if found is None else [outline.document.blocks[at].text for at in np.flatnonzero(found)]


def test_questions_and_all_paragraphs_of_their_answers_are_listed() -> None:
    others = "<p>The harbour board met on Monday.</p>"
    assert listed(f"{record(PAIRS)}{others}{PRINTED}{others}") == [
        "Is the pier open?",
        "It opens in May, says the board.",
        "Boats may land & leave at any time.",
        "Who pays for it?",
        "The state pays half, and the town the rest.",
    ]


@pytest.mark.parametrize(
    "page",
    [
        record(PAIRS, kind="QAPage") + PRINTED,
        record(dict(list(PAIRS.items())[:1])) + PRINTED,
        record(PAIRS) + PRINTED.replace("Who pays", "And who pays"),  # one question alone is printed
        record(PAIRS) + "".join(f"<li>{name}</li>" for name in PAIRS),
        record(dict.fromkeys(("A?", "B?"), "")) + PRINTED,
        record(PAIRS, mainEntity=[1, None, {"@type": "Question"}, {"@type": "Question", "name": ["Who?"]}]) + PRINTED,
        '<script type="application/ld+json">FAQPage</script>' + PRINTED,
    ],
    ids=["another record", "one question", "one printed", "no answers", "others", "odd values", "no record"],
)
def test_other_pages_list_none(page: str) -> None:
    assert listed(page) == []


def test_what_is_listed_is_content_whatever_the_classifier_thinks() -> None:
    outline = Outline(read_document(f"<body>{record(PAIRS)}<p>The harbour board met on Monday.</p>{PRINTED}</body>"))
    before = np.full(len(outline.document.blocks), 0.05)
    after = level_recorded_questions(outline, np.arange(len(before)), before)
    assert after.tolist() == [0.05, *[0.8] * 5]


def test_a_record_of_thousands_of_questions_is_read_in_part() -> None:
    pairs = {f"Is pier {number} open?": "It opens in May, says the board." for number in range(3_000)}
    printed = "".join(f"<h3>{name}</h3><p>{answer}</p>" for name, answer in pairs.items())
    assert 0 < len(listed(record(pairs) + printed)) < len(pairs) / 5
