"""Which phrases a text may hold is asked at a glance: no phrase that a text holds is passed over."""

import re
from collections.abc import Callable

import pytest
from hypothesis import given
from hypothesis import strategies as st

from harvester import native
from harvester.rules.phrases import finder, sieve

PHRASES = ("by", "edited by", "this article first appeared in", "责任编辑", "von", "été 2024", "no. 7")
LONGER = PHRASES[1:]  # of these none is so short that all of a text is read
SIEVE, LONGER_SIEVE = sieve(PHRASES), sieve(LONGER)
WORDS = st.sampled_from(["by", "edited ", "first", "责任", "编辑", " ", "é", "article", "no. 9", "vo", "n", "\n", "Σ"])


@given(before=st.lists(WORDS).map("".join), number=st.sampled_from(range(len(PHRASES))), after=st.text(max_size=5))
def test_a_phrase_that_begins_a_word_of_a_text_is_among_those_it_may_hold(before: str, number: int, after: str) -> None:
    text = f"{before}{PHRASES[number]}{after}".encode(errors="ignore")
    assert number in SIEVE(text)
    if number and (not before[-1:].isascii() or not before[-1:].isalnum() or not PHRASES[number][0].isascii()):
        assert number - 1 in LONGER_SIEVE(text)


@pytest.mark.skipif(native.CORE is None, reason="nothing is compiled here")
@pytest.mark.parametrize("letters", range(40))
def test_a_phrase_is_found_wherever_a_word_begins_and_nowhere_else(letters: int) -> None:
    before = "x" * letters
    assert list(LONGER_SIEVE(f"{before} edited by".encode())) == [0]
    assert list(LONGER_SIEVE(f"{before}责任编辑".encode())) == [2]
    assert list(LONGER_SIEVE(f"{before}edited by".encode())) == ([] if letters else [0])


@pytest.mark.skipif(native.CORE is None, reason="nothing is compiled here")
@pytest.mark.parametrize("text", ["", "a line of news", "责", "edited b"])
def test_a_text_with_the_start_of_none_holds_none(text: str) -> None:
    assert not sieve(PHRASES)(text.encode())
    assert not sieve(LONGER)(text.encode())
    assert not finder(PHRASES)(text.upper())


def test_phrases_may_be_empty() -> None:
    assert 1 in sieve(("", "edited by"))(b"edited by jane")
    assert "edited by" in finder(("", "edited by"))("Edited by Jane")


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
    assert phrase in finder((phrase, "another"))(text) or not fits


@pytest.mark.skipif(native.CORE is None, reason="nothing is compiled here")
def test_what_is_no_finder_is_an_error_and_no_crash() -> None:
    index = native.CORE.index_literals((((b"edited",),), ((b"by",),)))
    assert native.CORE.held(index, ("edited", "by"), frozenset(), str.lower, "By ÉTÉ") == {"by"}
    for wrong in ((), (index, (), 0, str, "by"), (index, ["by"], 0, str, "by"), (index, ("a", "b"), 0, str, 1)):
        with pytest.raises((TypeError, IndexError)):
            native.CORE.held(*wrong)
    with pytest.raises(ValueError, match="PyCapsule"):
        native.CORE.held(None, ("a", "b"), 0, str, "by")
    with pytest.raises(ZeroDivisionError):
        native.CORE.held(index, ("a", "b"), 0, lambda _: 1 // 0, "é")


@pytest.mark.skipif(native.CORE is None, reason="nothing is compiled here")
def test_what_is_no_sieve_is_an_error_and_no_crash() -> None:
    index = native.CORE.index_literals((((b"edited",),),))
    for wrong in ((), (index,), (index, "edited"), (index, b"", 1)):
        with pytest.raises(TypeError):
            native.CORE.beginnings(*wrong)
    with pytest.raises(ValueError, match="PyCapsule"):
        native.CORE.beginnings(None, b"edited")


def test_letters_of_all_cases_and_half_a_surrogate_pair_are_read() -> None:
    assert "edited by" in finder(("edited by",))("EDİTED BY")
    assert "edited by" in finder(("edited by",))("half a pair: \ud800")
