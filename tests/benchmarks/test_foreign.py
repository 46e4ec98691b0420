"""The count of foreign lines sees what a reader sees, and is not misled by marks, case or short labels."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from foreign import difference

TRUTH = "The river rose by two metres overnight.\n\nNobody in the old town was hurt, the mayor said."
SAME = TRUTH.replace("\n\n", "\n")


def test_the_truth_itself_is_exact_and_has_nothing_foreign_or_lost() -> None:
    found = difference(TRUTH, SAME)
    assert found.exact
    assert (found.foreign, found.lost) == ((), ())


def test_a_line_that_stands_nowhere_in_the_truth_is_foreign() -> None:
    found = difference(TRUTH, f"{TRUTH}\nSubscribe to our letter and never miss a story.")
    assert found.foreign == ("Subscribe to our letter and never miss a story.",)
    assert not found.exact


def test_a_line_of_the_truth_that_stands_nowhere_in_the_text_is_lost() -> None:
    assert difference(TRUTH, TRUTH.partition("\n")[0]).lost == ("Nobody in the old town was hurt, the mayor said.",)


@pytest.mark.parametrize("line", ["Share this", "By Ada Holm", "记者：李明", "1 / 12"])
def test_a_short_label_is_not_looked_at(line: str) -> None:
    assert difference(TRUTH, f"{TRUTH}\n{line}").foreign == ()


@pytest.mark.parametrize("line", ["更多精彩内容请关注我们的公众号", "Больше новостей на нашем канале каждый день"])
def test_other_scripts_are_counted_too(line: str) -> None:
    assert difference(TRUTH, f"{TRUTH}\n{line}").foreign == (line,)


def test_bullets_case_and_punctuation_do_not_make_a_line_foreign() -> None:
    found = difference("The river rose by two metres overnight", "- THE RIVER ROSE, by two metres overnight!")
    assert found.exact
    assert found.foreign == ()


def test_a_line_of_which_a_quarter_is_true_is_not_foreign() -> None:
    assert difference(TRUTH, "Photo: The river rose by two metres overnight, seen from the bridge").foreign == ()


def test_headline_and_standfirst_may_stand_on_either_side() -> None:
    head = "River floods the old town for a second time"
    assert difference(TRUTH, f"{head}\n{TRUTH}", (head, None)).foreign == ()
    assert difference(f"{head}\n{TRUTH}", TRUTH, (head,)).lost == ()


def test_no_text_loses_every_line_and_adds_none() -> None:
    found = difference(TRUTH, "")
    assert found.foreign == ()
    assert len(found.lost) == 2


@given(st.text(max_size=300))
def test_a_text_never_differs_from_itself(text: str) -> None:
    found = difference(text, text)
    assert found.exact
    assert (found.foreign, found.lost) == ((), ())
