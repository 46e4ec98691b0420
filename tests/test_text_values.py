"""The shorter ways through text give what the long ones do."""

import re
import unicodedata
from functools import partial

import pytest
from hypothesis import given
from hypothesis import strategies as st

from harvester import native
from harvester.rules.phrases import interpreted_small, small
from harvester.text import (
    FOLD_TABLE,
    casefold,
    cjk_letters,
    collapse,
    compatible,
    fold,
    has_digit,
    interpreted_cjk_letters,
    interpreted_collapse,
    interpreted_may_hold_cjk,
    interpreted_units,
    lower,
    may_hold_cjk,
    table_of,
    units,
)

# Marks of print, letters that folding changes, marks that join the letter before, blanks and what is never printed.
CHARACTERS = "aB1_ -.\t\n\x1f\x00\u00a0\u00ab©·\u2011\u2019\u2026€éÉßıİſﬁ①\u0301\u0338\u200b\u2003Σς한カ\ud800"
CHARACTERS += "БёйҐ\u0483\u0488\u0306№™，Ａ"
texts = st.text(st.sampled_from(CHARACTERS), max_size=30) | st.text(max_size=30)


@given(texts)
def test_a_folded_text_is_its_letters_and_digits_in_one_form(text: str) -> None:
    assert fold(text) == "".join(re.findall(r"\w+", unicodedata.normalize("NFKC", text).casefold()))


@given(st.text(st.sampled_from("aÉßİΣσǅŸ’年€Ⓐ→한ش\u0301🙂𐐀\ud800 \n")) | st.text())
def test_a_text_in_small_letters_is_that_of_python(text: str) -> None:
    assert lower(text) == text.lower()


@given(st.text(st.characters() | st.sampled_from("，：（）！？；％～…™№\u0301\u0338\u3099"), max_size=12))
def test_a_text_in_nfkc_is_that_of_python(text: str) -> None:
    assert compatible(text) == unicodedata.normalize("NFKC", text)


def test_each_character_becomes_small_alike_in_both_forms() -> None:
    for code in range(0x20000):
        char = chr(code)
        assert lower(f"{char}A") == f"{char}A".lower()


def test_each_character_is_case_folded_alike_in_both_forms() -> None:
    for code in range(0x3000):
        char = chr(code)
        assert casefold(f"{char}A") == f"{char}A".casefold()


@given(texts)
def test_a_case_folded_text_is_that_of_python(text: str) -> None:
    assert casefold(text) == text.casefold()


def test_each_character_folds_alike_in_both_forms() -> None:
    for code in (*range(0x300), *range(0x1FF0, 0x2070)):
        text = f"aB{chr(code)}Cd {chr(code)}"
        assert fold(text) == "".join(re.findall(r"\w+", unicodedata.normalize("NFKC", text).casefold()))


@given(texts)
def test_a_collapsed_text_has_single_blanks_and_nothing_that_is_not_printed(text: str) -> None:
    unseen = "[\u00ad\u200b\u200e\u200f\u2060\ufeff\u202a-\u202e\u2066-\u2069\x00-\x08\x0e-\x1f\x7f]"
    assert collapse(text) == " ".join(unicodedata.normalize("NFC", re.sub(unseen, "", text)).split())
    assert collapse(collapse(text)) == collapse(text)


@given(texts)
def test_a_glance_tells_what_the_long_way_does(text: str) -> None:
    assert collapse(text) == interpreted_collapse(text)
    assert has_digit(text) is (re.search(r"\d", text) is not None)
    assert small(text) == interpreted_small(text)
    assert units(text) == interpreted_units(text)
    assert cjk_letters(text) == interpreted_cjk_letters(text)
    assert may_hold_cjk(text) is interpreted_may_hold_cjk(text)


def test_digits_of_all_scripts_are_digits_and_no_other_character_is() -> None:
    digits = {code for code in range(0x20000) if has_digit(chr(code))}
    assert digits == {code for code in range(0x20000) if unicodedata.category(chr(code)) == "Nd"}


def test_each_character_becomes_the_one_form_of_phrases_in_both_forms() -> None:
    for code in range(0x3000):
        assert small(f"i{chr(code)}A") == interpreted_small(f"i{chr(code)}A")


@pytest.mark.skipif(native.CORE is None, reason="nothing is compiled here")
@pytest.mark.parametrize("arguments", [(), (str,), (str, 1), (str, b"a"), (1, "\ud800"), (str, "a", "b")])
def test_what_is_no_text_is_an_error_and_no_crash(arguments: tuple[object, ...]) -> None:
    glances = native.CORE.collapsed, native.CORE.has_digit, native.CORE.units, native.CORE.cjk_letters
    for function in (*glances, native.CORE.may_hold_cjk):
        with pytest.raises(TypeError):
            function(*arguments)
    for wrong in (arguments, (b"", str, 5, "a"), (None, str, 5, "a"), (FOLD_TABLE, str, "5", "a")):
        with pytest.raises((TypeError, ValueError)):
            native.CORE.fold(*wrong)
    for wrong in (arguments, (b"", str, "a"), (None, str, "a"), (FOLD_TABLE, str, 5)):
        with pytest.raises((TypeError, ValueError)):
            native.CORE.lower(*wrong)


@pytest.mark.skipif(native.CORE is None, reason="nothing is compiled here")
def test_a_letter_of_which_more_becomes_than_a_table_holds_is_left_to_python() -> None:
    table = table_of(lambda char: char if char.isascii() else char * 4)
    for function in (partial(native.CORE.fold, table, str.upper, 9), partial(native.CORE.lower, table, str.upper)):
        assert function("cafe") == "cafe"
        assert function("café") == "CAFÉ"


def test_marks_of_print_leave_nothing_when_folded() -> None:
    marks = [chr(code) for code in range(0x80, 0x3000) if not fold(chr(code))]
    assert all(fold(f"a{mark}b") == "ab" for mark in marks if not unicodedata.combining(mark))
