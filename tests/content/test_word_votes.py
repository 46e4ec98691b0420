"""What words say of a page's type: kind by kind, whatever their number."""

import numpy as np
import pytest

from harvester.content.word_votes import WordVotes, first_of_kinds

NAMES = ("class:cart", "class:price", "label:buy", "url:shop")
RARITY = np.array([3.0, 4.0, 2.0, 1.0])
WEIGHTS = np.array([[1.0, -1.0], [2.0, 0.0], [0.5, 0.25], [0.0, 4.0]])


def votes() -> WordVotes:
    table = np.column_stack((WEIGHTS * RARITY[:, np.newaxis], RARITY**2)).astype(np.float32)
    return WordVotes(NAMES, first_of_kinds(NAMES), table, np.array([0.5, -0.5]))


def scores(*there: int) -> list[float]:
    return votes().scores(np.array([there], dtype=np.float32))[0].tolist()


def test_kinds_begin_where_the_first_word_of_each_stands() -> None:
    assert first_of_kinds(NAMES).tolist() == [0, 2, 3, 4]


def test_without_any_word_the_base_is_left() -> None:
    assert scores(0, 0, 0, 0) == [0.5, -0.5]


def test_one_word_of_a_kind_counts_its_whole_weight_however_rare_it_is() -> None:
    assert scores(0, 0, 1, 0) == pytest.approx([1.0, -0.25])
    assert scores(0, 0, 0, 1) == pytest.approx([0.5, 3.5])


def test_words_of_one_kind_share_the_length_of_one_and_those_of_two_add_up() -> None:
    both = np.array([3.0, 4.0]) @ WEIGHTS[:2] / 5.0 + [0.5, -0.5]
    assert scores(1, 1, 0, 0) == pytest.approx(both.tolist())
    assert scores(1, 1, 1, 0) == pytest.approx((both + WEIGHTS[2]).tolist())


def test_no_rows_give_no_scores() -> None:
    assert votes().scores(np.zeros((0, 4), dtype=np.float32)).shape == (0, 2)
