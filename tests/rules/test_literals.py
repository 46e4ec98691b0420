"""A line is asked for literals first: whatever RE2 finds, they let through."""

import doctest
import tomllib
from functools import cache
from importlib.resources import files

import pytest
import re2
from hypothesis import given
from hypothesis import strategies as st

from harvester import native
from harvester.rules import literals
from harvester.rules.kinds import Hit
from harvester.rules.literals import MAX_GROUPS, UnreadablePatternError, required_literals, split_alternatives
from harvester.rules.load import load_rules
from harvester.rules.regex_sets import LanguageLines, Pattern, compile_patterns
from harvester.rules.text_patterns import fold, number_patterns, read_wordings

TABLES = files("harvester.rules").joinpath("languages")
LANGUAGES = sorted(item.name.removesuffix(".toml") for item in TABLES.iterdir() if item.name.endswith(".toml"))
KINDS = load_rules().kinds
IS_BUILT = pytest.mark.skipif(native.CORE is None, reason="nothing is compiled here")
each_language = pytest.mark.parametrize("language", LANGUAGES)


def read(language: str) -> tuple[list[Pattern], list[str]]:
    """Return the patterns of a language, each line of any length, and all examples."""
    table = tomllib.loads(TABLES.joinpath(f"{language}.toml").read_text("utf-8"))
    wordings = read_wordings(language, table, KINDS)
    lines = [line for wording in wordings for line in (*wording.drop, *wording.keep)]
    return [pattern._replace(max_chars=10_000) for pattern in number_patterns(language, wordings, KINDS)], lines


@cache
def both(language: str) -> tuple[LanguageLines, LanguageLines]:
    """Return the patterns of a language compiled, and interpreted."""
    with pytest.MonkeyPatch.context() as patch:
        compiled = compile_patterns(language, read(language)[0])
        patch.setattr(native, "CORE", None)
        return compiled, compile_patterns(language, read(language)[0])


def found(lines: LanguageLines, text: str) -> list[Hit]:
    return lines.find(fold(text))


def test_the_examples_in_docstrings_hold() -> None:
    result = doctest.testmod(literals)
    assert result.attempted > 0
    assert result.failed == 0


@IS_BUILT
@each_language
def test_every_example_is_hit_alike_compiled_and_interpreted(language: str) -> None:
    compiled, interpreted = both(language)
    _, lines = read(language)
    for line in lines:
        for text in (line, line.upper(), line.title(), f"12 {line} x", line[1:], line.replace("0", "7")):
            assert found(compiled, text) == found(interpreted, text), text


@IS_BUILT
@given(st.lists(st.sampled_from(read("en")[1] + read("tr")[1] + ["\x02", "\x03", "9", "K", "ſ"]), max_size=4))
def test_examples_in_one_line_are_hit_alike(pieces: list[str]) -> None:
    text = " ".join(piece[len(pieces) :] for piece in pieces)
    for language in ("en", "tr"):
        compiled, interpreted = both(language)
        assert found(compiled, text) == found(interpreted, text)


@each_language
def test_few_patterns_of_the_tables_are_asked_of_every_line(language: str) -> None:
    alternatives = [text for pattern in read(language)[0] for text in split_alternatives(pattern.regex)]
    required = [required_literals(text) for text in alternatives]
    assert [text for text, groups in zip(alternatives, required, strict=True) if not groups] == []
    assert max(map(len, required)) <= MAX_GROUPS


def test_what_re2_takes_for_the_same_letter_is_folded_to_the_same() -> None:
    letters = {
        letter
        for language in LANGUAGES
        for pattern in read(language)[0]
        for letter in pattern.regex
        if letter.lower() != letter.upper()
    }
    options = re2.Options()
    options.case_sensitive = False
    every = "".join(chr(code) for code in range(0x20, 0x20000) if not 0xD800 <= code <= 0xDFFF)
    for letter in sorted(letters):
        same = re2.compile(letter, options).findall(every)
        assert {other.casefold() for other in same} == {letter.casefold()}, letter


@pytest.mark.parametrize(
    "regex", ["a(b", "a)b", "(?=x)y", "*a", "a**", r"\Qx\E", r"\x{41}", "[z-a]x", "[[:alpha:]]x", "a{2000}", "(" * 99]
)
def test_a_pattern_of_unusual_form_is_not_read(regex: str) -> None:
    with pytest.raises(UnreadablePatternError):
        required_literals(regex)


@pytest.mark.parametrize(
    ("regex", "line", "near_miss"),
    [
        ("^ab$", b"\x02ab\x03", b"xab"),
        ("a{2}b{1,}", b"aab", b"ab"),
        ("(ab|c+d)e?", b"cd", b"be"),
        (r"x[yz]\d", b"xz5", b"xa5"),
        (r"\$5", b"$7", b"x5"),
        ("(?i:AB)c", b"abc", b"ac"),
    ],
)
def test_literals_are_those_that_a_fitting_line_holds(regex: str, line: bytes, near_miss: bytes) -> None:
    digits = bytes.maketrans(b"123456789", b"000000000")
    groups = required_literals(regex)
    assert groups
    for text, fits in ((line, True), (near_miss, False)):
        even = text.translate(digits)
        assert all(any(literal.translate(digits) in even for literal in group) for group in groups) is fits


@pytest.mark.parametrize("regex", ["", "a?", "x*", "(a|.)", "^$", "[^a]", "(a|b?)"])
def test_a_pattern_that_fits_almost_anything_requires_nothing(regex: str) -> None:
    assert required_literals(regex) == ()


@IS_BUILT
@pytest.mark.parametrize("given", [[], ((1,),), (((1,),),), (((b"",),),), ((((b"a"),),) * 9,), None])
def test_an_index_of_anything_else_is_refused(given: object) -> None:
    assert native.CORE is not None
    with pytest.raises((TypeError, ValueError, SystemError)):
        native.CORE.index_literals(given)


@IS_BUILT
@given(st.data(), st.lists(st.text("ab0", min_size=1, max_size=15), min_size=1, max_size=9))
def test_an_index_finds_each_literal_wherever_it_stands(data: st.DataObject, wanted: list[str]) -> None:
    """Short ones, those of more than eight bytes behind the first, and those that the end of the line cuts."""
    assert native.CORE is not None
    pieces = st.one_of(st.sampled_from(wanted), st.sampled_from(wanted).map(lambda text: text[:-1]), st.just(" "))
    line = "".join(data.draw(st.lists(pieces, max_size=8)))
    index = native.CORE.index_literals(tuple(((text.encode(),),) for text in wanted))
    expected = [number for number, text in enumerate(wanted) if text in line]
    assert sorted(native.CORE.candidates(index, line)) == expected
