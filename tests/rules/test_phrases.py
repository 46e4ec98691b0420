"""Whether a text may hold a phrase is asked at a glance: no text that holds one is told that it cannot."""

import re
from collections.abc import Callable

import pytest
from hypothesis import given
from hypothesis import strategies as st

from harvester import native
from harvester.rules.phrases import finder, may_hold

PHRASES = frozenset({"by", "edited by", "this article first appeared in", "责任编辑", "von", "été 2024", "no. 7"})
WORDS = st.sampled_from(["by", "edited ", "first", "责任", "编辑", " ", "é", "article", "no. 9", "vo", "n", "\n", "Σ"])


@given(before=st.lists(WORDS).map("".join), phrase=st.sampled_from(sorted(PHRASES)), after=st.text(max_size=5))
def test_a_text_that_holds_a_phrase_may_hold_it(before: str, phrase: str, after: str) -> None:
    assert may_hold(f"{before}{phrase}{after.encode(errors='ignore').decode()}", PHRASES)


@pytest.mark.skipif(native.CORE is None, reason="nothing is compiled here")
@pytest.mark.parametrize("text", ["", "a line of news", "责", "edited b"])
def test_a_text_with_the_start_of_none_holds_none(text: str) -> None:
    assert not may_hold(text, PHRASES)


def test_phrases_may_come_in_an_order_and_be_empty() -> None:
    assert may_hold("edited by jane", ("", "edited by"))


@given(
    before=st.lists(WORDS).map("".join),
    phrase=st.sampled_from(["im auftrag", "kritisiert", "συντάκτης", "straße", "责任编辑", "ſtil"]),
    after=st.text(max_size=5),
    form=st.sampled_from([str.upper, str.title, str.lower, lambda text: text.replace("i", "İ").replace("s", "ſ")]),
)
def test_no_text_in_which_a_pattern_fits_is_passed_over(
    before: str, phrase: str, after: str, form: Callable[[str], str]
) -> None:
    text = f"{before}{form(phrase)}{after}"
    fits = re.search(re.escape(phrase), text, re.IGNORECASE) is not None
    assert finder((phrase,))(text) or not fits


@pytest.mark.skipif(native.CORE is None, reason="nothing is compiled here")
def test_a_text_without_any_phrase_is_passed_over() -> None:
    assert not finder(("edited by",))("A line of news, bye")
    assert finder(("edited by",))("EDİTED BY")
    assert finder(("edited by",))("half a pair: \ud800")
