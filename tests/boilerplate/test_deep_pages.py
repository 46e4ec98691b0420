"""Rules that look at what is around a block do not go all the way up for each block of a page that nests thousands."""

from collections.abc import Callable

import pytest

from counted_calls import calls_in
from harvester.boilerplate import named_boxes, picture_captions
from harvester.boilerplate.other_texts import threads
from harvester.dom import read_document
from harvester.outline import Outline
from harvester.rules.load import load_rules

RULES = load_rules()
FEW = 300
GROWTH = 4
MOST = 4.6  # a square would be sixteen


def boxes(outline: Outline) -> None:
    named_boxes(outline, RULES.lexicon, range(len(outline.document.blocks)), {})


def captions(outline: Outline) -> None:
    picture_captions(outline, range(len(outline.document.blocks)))


def comments(outline: Outline) -> None:
    threads(outline, {}, RULES.lexicon)


def steps(of: Callable[[Outline], object], level: str, depth: int) -> int:
    """Return how many functions are called for a page of `level` in itself, its # a number."""
    levels = "".join(level.replace("#", str(number)) for number in range(depth))
    outline = Outline(read_document(f"<body><h1>Ferries</h1>{levels}</body>"))
    of(outline)  # what the outline counts once is counted
    return calls_in(lambda: of(outline))


@pytest.mark.parametrize(
    ("of", "level"),
    [
        (boxes, "<div class=story><p>The ferry went out at dawn for the #th time."),
        (captions, "<div><img src=/#.jpg width=400 height=300><p>The ferry went out at dawn for the #th time."),
        (comments, "<div itemprop=articleBody class=comments><p>The ferry went out at dawn for the #th time."),
    ],
    ids=["boxes", "captions", "comments"],
)
def test_four_times_as_deep_is_four_times_the_work(of: Callable[[Outline], object], level: str) -> None:
    assert steps(of, level, GROWTH * FEW) <= MOST * steps(of, level, FEW)
