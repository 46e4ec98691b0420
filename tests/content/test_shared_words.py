"""How a block shares its words with the others: the subject of an article comes again, that of a teaser does not."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from harvester import native
from harvester.content.shared_words import shared_word_columns

FIRST = np.array([0.9, 0.8, 0.1, 0.4])
TEXTS = [
    "The glacier lost ice, and the river below the glacier rose.",
    "Engineers measured the river where glacier water enters.",
    "Ten recipes for summer evenings",
    "Why the Glacier matters",
]


def column(name: str, texts: list[str], title: str = "", first: list[float] | None = None) -> list[float]:
    thought = np.array(first) if first else np.full(len(texts), 0.5)
    return shared_word_columns(texts, title, thought)[name].tolist()


def test_words_of_the_subject_are_elsewhere_and_a_teasers_are_not() -> None:
    columns = shared_word_columns(TEXTS, "The glacier", FIRST)
    assert columns["words_elsewhere"][2] == 0.0
    assert np.isnan(columns["words_mean"][2])
    assert columns["words_in_body"][3] == pytest.approx(2 / 4)  # "the" and "glacier" of four words
    assert columns["words_mean"][3] == pytest.approx((0.9 + 0.8) / 2)


def test_a_word_counts_once_in_each_block_whatever_its_case() -> None:
    assert column("words_elsewhere", ["river River RIVER lake", "a river"]) == [0.5, 1.0]


def test_the_mean_leaves_the_block_itself_out() -> None:
    assert column("words_mean", ["river", "river"], first=[0.9, 0.2]) == pytest.approx([0.2, 0.9])


def test_rare_words_are_those_of_four_blocks_or_fewer() -> None:
    assert column("words_rare", ["river"] * 4) == [0.5] * 4
    assert np.isnan(column("words_rare", ["river"] * 5)).all()


def test_the_title_is_said_by_the_share_of_its_words() -> None:
    assert column("title_said", ["the river rose", "rain"], "River, rose; lake, hill") == [0.5, 0.0]
    assert column("words_titled", ["the river rose", "rain"], "River, rose; lake, hill") == [pytest.approx(2 / 3), 0.0]


@pytest.mark.parametrize(
    ("one", "other"),
    [("东京的天气很好", "天气"), ("ночью на реке", "Вода на реке"), ("„Brücke“ am Fluss", "die Brücke")],
    ids=["Chinese", "Russian", "German quotes"],
)
def test_words_of_other_scripts_are_found(one: str, other: str) -> None:
    assert min(column("words_elsewhere", [one, other])) > 0


def test_only_the_start_of_a_long_text_is_read() -> None:
    assert column("words_elsewhere", ["river", "x " * 250 + "river"]) == [0.0, 0.0]


def test_half_a_surrogate_pair_is_no_letter() -> None:
    assert column("words_elsewhere", ["river\ud83d lake", "river \ud83d"], "\udc00") == [0.5, 1.0]


def test_a_page_without_words_has_no_shares() -> None:
    assert column("words_elsewhere", ["", "1 2 3", "ab"]) == [0.0, 0.0, 0.0]
    assert shared_word_columns([], "A title", np.zeros(0))["title_said"].tolist() == []


@pytest.mark.skipif(native.CORE is None, reason="nothing is compiled here")
@given(
    st.lists(st.text(st.sampled_from("aBcÄßжЖ東京、。’ -é한국\U0001f600"), max_size=40), max_size=8),
    st.text("aBc 東京"),
)
def test_both_forms_are_equal(texts: list[str], title: str) -> None:
    first = np.linspace(0.05, 0.95, len(texts))
    compiled = shared_word_columns(texts, title, first)
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(native, "CORE", None)
        interpreted = shared_word_columns(texts, title, first)
    for name, values in compiled.items():
        np.testing.assert_array_equal(values, interpreted[name], err_msg=name)


@pytest.mark.skipif(native.CORE is None, reason="nothing is compiled here")
def test_what_does_not_fit_each_other_is_refused() -> None:
    assert native.CORE is not None
    with pytest.raises(ValueError, match="fit"):
        native.CORE.write_shared_words(["one"], "", np.zeros(2), np.zeros((7, 2)))
    with pytest.raises(ValueError, match="fit"):
        native.CORE.write_shared_words(["one"], "", np.zeros(1), np.zeros((6, 1)))
    with pytest.raises(TypeError):
        native.CORE.write_shared_words(("one",), "", np.zeros(1), np.zeros((7, 1)))
    with pytest.raises(TypeError):
        native.CORE.write_shared_words([1], "", np.zeros(1), np.zeros((7, 1)))
