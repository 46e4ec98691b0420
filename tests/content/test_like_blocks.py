"""Blocks of one markup share a part of their fate: of twenty like cards no few are kept."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from harvester.content.candidates import Indexes
from harvester.content.features.matrix import Column
from harvester.content.like_blocks import level_like_blocks, level_on_other_pages
from harvester.content.second_stage import alike_groups
from harvester.dom import read_document
from harvester.outline import Outline

CARD = "<div class='card'><h3>Another story</h3><p>What it is about, in a line.</p></div>"
CARDS = "".join(CARD.format(n=number) for number in range(6))  # a heading and a paragraph each
TEXT = "<p>The ferry to the northern islands will run twice a day from Monday, the board said.</p>" * 4


def outline_of(body: str) -> Outline:
    return Outline(read_document(f"<body>{body}</body>"))


def level(outline: Outline, probabilities: list[float]) -> list[float]:
    every = np.arange(len(probabilities))
    return level_like_blocks(outline, every, alike_groups(outline, every), np.array(probabilities)).tolist()


def test_one_likely_card_among_unlikely_ones_is_less_likely_for_them() -> None:
    headings = [0.05, 0.02, 0.7, 0.03, 0.02, 0.04]
    outline = outline_of(f"<section>{CARDS}</section>")
    levelled = level(outline, [chance for heading in headings for chance in (heading, 0.1)])
    assert max(levelled) < 0.35
    assert levelled[1::2] == [0.1] * 6  # their summaries are a group of their own, and all alike


def test_a_doubtful_paragraph_among_likely_ones_stays_what_it_is() -> None:
    outline = outline_of(f"<article>{TEXT}</article>")
    chances = [0.95, 0.3, 0.9, 0.95]
    assert level(outline, chances) == chances


def test_like_tags_in_other_containers_are_another_group() -> None:
    outline = outline_of(f"<article>{TEXT}</article><aside>{TEXT}</aside>")
    chances = [0.6, 0.9, 0.9, 0.9] + [0.05] * 4
    assert level(outline, chances)[:4] == chances[:4]


def test_containers_that_are_numbered_are_like() -> None:
    outline = outline_of("".join(f"<div class='slot{number}'><ul><li>A line.</li></ul></div>" for number in range(5)))
    assert max(level(outline, [0.6, 0.05, 0.05, 0.05, 0.05])) < 0.35


def test_lines_between_breaks_are_the_text_of_their_cell_and_like_no_other() -> None:
    cells = (
        "<a href=/1>News</a><br><br><a href=/2>Sport</a>",
        "Two boats<br><br>The ferry is back.",
        "Terms<br><br>Ads",
    )
    outline = outline_of(f"<table>{''.join(f'<tr><td>{cell}<div></div></td></tr>' for cell in cells)}</table>")
    chances = [0.05, 0.1, 0.6, 0.7, 0.05, 0.03]
    assert [block.text for block in outline.document.blocks[2:4]] == ["Two boats", "The ferry is back."]
    assert level(outline, chances) == chances


def test_two_are_no_group() -> None:
    outline = outline_of("<div><p>One line.</p><p>Another one.</p></div>")
    assert level(outline, [0.5, 0.1]) == [0.5, 0.1]


def test_a_page_without_blocks_has_nothing_to_level() -> None:
    assert level(outline_of(""), []) == []


@given(st.lists(st.floats(0, 1), min_size=12, max_size=12))
def test_a_probability_moves_towards_its_group_and_never_beyond(chances: list[float]) -> None:
    levelled = np.array(level(outline_of(f"<section>{CARDS}</section>"), chances))
    for group in (slice(0, None, 2), slice(1, None, 2)):
        before, after = np.array(chances)[group], levelled[group]
        assert (after >= max(before.min(), 0) - 1e-4).all()
        assert (after <= before.max() + 1e-4).all()
        assert (np.diff(after[np.argsort(before, kind="stable")]) >= -1e-12).all()


def test_a_page_as_deep_as_a_page_may_be_is_levelled() -> None:
    outline = outline_of("<div>" * 300 + CARDS + "</div>" * 300)
    assert len(level(outline, [0.9, 0.1] * 6)) == 12


# ── pages that are hardly articles ────────────────────────────────────────────────────────────

LAMPS = Outline(
    read_document(
        "<main>" + "".join(f"<div class=card><h3>Lamp {n}</h3><p>{n} pounds</p></div>" for n in range(4)) + "</main>"
    )
)


def levelled_alike(outline: Outline, at: Indexes, thought: Column) -> Column:
    return level_on_other_pages(outline, at, alike_groups(outline, at), thought)


@pytest.mark.usefixtures("both_forms")
def test_blocks_of_like_markup_share_most_of_what_is_thought_of_them() -> None:
    at = np.arange(8)  # a name and a price of each card
    thought = np.array([0.9, 0.4, 0.9, 0.4, 0.9, 0.4, 0.1, 0.4])
    levelled = levelled_alike(LAMPS, at, thought)
    assert (levelled[[0, 2, 4]] < 0.9).all()
    assert levelled[6] > 0.3
    np.testing.assert_allclose(levelled[1::2], 0.4)
    np.testing.assert_array_equal(levelled_alike(LAMPS, at[:4], thought[:4]), thought[:4])  # two alike are no group
    assert not len(levelled_alike(LAMPS, at[:0], thought[:0]))


def test_a_long_text_says_more_of_its_like_than_a_short_one() -> None:
    cards = "".join(f"<p>{'A lamp of brass. ' * times}</p>" for times in (1, 1, 40))
    levelled = levelled_alike(Outline(read_document(f"<main>{cards}</main>")), np.arange(3), np.array([0.1, 0.1, 0.9]))
    assert levelled[0] > 0.5
