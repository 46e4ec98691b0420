"""Patterns that compiled code runs fit the lines that RE2 says they fit, and take time in proportion to the line."""

from collections.abc import Callable
from functools import cache

import pytest
import re2
from hypothesis import given
from hypothesis import strategies as st

from harvester import native
from harvester.rules.kinds import Hit
from harvester.rules.line_programs import letters, program_of
from harvester.rules.regex_sets import Pattern, compile_patterns

pytestmark = pytest.mark.skipif(native.CORE is None, reason="nothing is compiled here")

LATIN = [chr(code) for code in (*range(0x250), *range(0x2000, 0x2060))]
SETS = [
    *(r"\w", r"\d", r"\s", r"\W", r"\D", r"\S", ".", r"\p{L}", r"\p{N}", r"(?-i:\p{Lu})", r"(?-i:\p{Ll})"),
    *("[^a-z0-9]", "[a-z]", "(?-i:[A-ZÀ-Ý])", "(?-i:[a-z])", "[à-ÿ]", "[sk]", "[^s]", "[Ā-ɏ]", "[^\\w]", "[^\\s,|]"),
    *("[]]", "[^]]", "[a\\-z]", "[-a]", "[.]", "[\u4e00-\u9fff]", "[^\u4e00-\u9fff]", "s", "k", "ı", "i", "(?-i:S)"),
]
FORMS = [
    *("a|b", "(?:a|b)c", "^a", "a$", "^$", r"\bab\b", "a?b", "a*b", "a+b", "a{2}b", "a{1,3}b", "a{2,}b"),
    *("(a|)b", "(?:ab){0,2}c", "(a?b?)*c", "(?:^|b)a", "a.{0,3}b", "(?-i:A)b", "(?i:a)b", "(?-i:a(?i:b))", "a??b"),
    *("^[^a]*(a|b)[^a]*$", "a+?b", "((a)b)+", "(?:|a)(?:|b)$", "a\\.b", "a  b", "\u4e00|a", "^(a{0,2}b){2}$"),
]
ONLY_RE2 = [
    *(r"\p{Lu}", r"\p{M}", r"\x{200c}", "[[:alpha:]]", "[^\\S]", "(?P<n>a)", "(?m)a", "μ", "[α-ω]", "a{401}"),
    *(r"a\B", "(?:){400}", "(?:(?:(?:(?:(?:a{0}){400}){400}){400}){400}){400}"),  # nothing, many times
    *("(a", "a)", "[a", "a**", "*a", "a{2", "{", "(?<!a)b", "[z-a]", "a{3,2}", "\\", "\\q", "(" * 60 + "a" + ")" * 60),
]


@cache
def by_re2(pattern: str) -> Callable[[bytes], list[int] | None]:
    options = re2.Options()
    options.case_sensitive, options.never_capture, options.log_errors = False, True, False
    asked = re2.Set.SearchSet(options)
    asked.Add(pattern)
    asked.Compile()
    found: Callable[[bytes], list[int] | None] = asked.Match
    return found


def fits(pattern: str, line: str) -> bool | None:
    assert native.CORE is not None
    program = program_of(native.CORE, pattern)
    assert program is not None
    said: bool | None = native.CORE.fits_line(program, line)
    return said


@pytest.mark.parametrize("pattern", SETS)
def test_every_latin_character_is_in_the_sets_that_re2_says(pattern: str) -> None:
    by_us = {line for line in LATIN if fits(pattern, line)}
    assert by_us == {line for line in LATIN if by_re2(pattern)(line.encode())}


@pytest.mark.parametrize("character", "akszßſıµåÅǆŉɏİÿŠ\u2019")
def test_a_letter_is_the_latin_characters_in_any_case_that_re2_says(character: str) -> None:
    by_us = {line for line in LATIN if fits(character, line)}
    assert by_us == {line for line in LATIN if by_re2(character)(line.encode())}


@pytest.mark.parametrize("pattern", FORMS)
@given(line=st.text("aAbBcC. é\n", max_size=8))
def test_patterns_of_any_form_fit_as_re2_says(pattern: str, line: str) -> None:
    assert fits(pattern, line) is bool(by_re2(pattern)(line.encode()))


@pytest.mark.parametrize("pattern", ONLY_RE2)
def test_what_is_not_known_here_is_left_to_re2(pattern: str) -> None:
    assert native.CORE is not None
    assert program_of(native.CORE, pattern) is None


@pytest.mark.parametrize("line", ["漢字", "привет", "😀", "a" * 1_001])
def test_lines_of_other_letters_and_long_ones_are_left_to_re2(line: str) -> None:
    assert fits("a", line) is None


@pytest.mark.parametrize("pattern", ["^(a|a)*(a|a)*(a?){20}b$", "(a*)*(a*)*b", "(.{0,50}){5}b"])
def test_no_pattern_hangs(pattern: str) -> None:
    assert fits(pattern, "a" * 900) in (False, None)


def test_patterns_and_lines_that_only_re2_reads_have_their_hits() -> None:
    first, second = (Hit("cookie_consent", f"wording:en:cookie_consent:{number}", weak=False) for number in (1, 2))
    lines = compile_patterns("en", [Pattern(r"^cookies? .{0,9}$", first, 50), Pattern(r"\p{Lu}ookie$", second, 50)])
    assert lines.find("Cookies 漢字") == [first]
    assert lines.find("cookies now") == [first]
    assert lines.find("A Cookie") == [second]


def test_letters_of_another_size_are_refused() -> None:
    assert native.CORE is not None
    with pytest.raises(ValueError, match="letters"):
        native.CORE.line_program("a", letters()[1:])
    with pytest.raises(ValueError, match="letters"):
        native.CORE.line_program("a", b"\xff" * len(letters()))
