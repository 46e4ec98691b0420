"""No label is missed by the signs of lines, and no name by the plain form: a reader that is spared finds nothing."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from harvester import native
from harvester.metadata.lookup import line_signs, person_test
from harvester.metadata.lookup.byline_labels import has_editor, labelled_names
from harvester.metadata.lookup.bylines import lines_of
from harvester.metadata.lookup.line_signs import BY, EDITED, MAY_NAME, OPAQUE, REVIEWED, SOURCED, Index, block_signs
from harvester.metadata.lookup.name_labels import is_byline_label, names_reviewers, without_reviewers
from harvester.metadata.lookup.person_names import cut_rest, named_bodies, split_names
from harvester.metadata.lookup.structured_data import _said
from harvester.models import Block, Role, Span
from harvester.rules.load import load_rules

LEXICON = load_rules().lexicon
LANGUAGES = st.sampled_from([None, "en", "de", "fr", "it", "tr", "ru", "zh", "xx"])


def _labels(path: str) -> list[str]:
    return sorted(LEXICON.words(path))


LABELS = st.one_of(
    *(st.sampled_from(_labels(path)) for path in ("people.by", "people.reviewed", "people.editors")),
    st.sampled_from(sorted(LEXICON.source_labels | LEXICON.repost_labels)),
)
CASES = st.sampled_from([str, str.upper, str.title, str.casefold])
NAMES = st.sampled_from(["Jane Doe", "Ana Müller", "José Ñíguez", "İpek Işık", "王小明", "Анна Петрова", "pmby", "x"])
MARKS = st.sampled_from(
    [" ", ": ", ":", " | ", "\n", "\u00a0", " · ", " - ", ", ", "’", "1 ", "(", "  ", "12:30 PM", ""]
)
PARTS = st.one_of(st.builds(lambda label, case: case(label), LABELS, CASES), NAMES, MARKS, MARKS)
TEXTS = st.lists(PARTS, min_size=1, max_size=8).map("".join)


def _block(text: str, *spans: str) -> Block:
    marked = tuple(Span("em", span, "", "", "", "", "", "") for span in spans)
    return Block(Role.PARAGRAPH, text, None, 0, None, "body", -1, marked)


@given(TEXTS, LANGUAGES)
def test_a_line_without_signs_bears_no_label(text: str, lang: str | None) -> None:
    block = _block(text, text[3:])  # an inline element may begin in the middle of a word
    (signs,) = block_signs((block,), (0,), lang, LEXICON)
    if not signs & MAY_NAME:
        assert not any(labelled_names(line, LEXICON, lang) for line in lines_of(block))
    if not signs & (BY | OPAQUE):
        assert not is_byline_label(text, LEXICON, lang)
    if not signs & (EDITED | OPAQUE):
        assert not has_editor(text, LEXICON)
    if not signs & (REVIEWED | OPAQUE):
        assert not names_reviewers(text, LEXICON, lang)
        assert without_reviewers(text, LEXICON) == text


@pytest.mark.parametrize("labels", [LEXICON.source_labels | LEXICON.repost_labels, LEXICON.editor_labels])
def test_each_label_has_a_sign_wherever_it_stands(labels: frozenset[str]) -> None:
    for label in labels:
        (signs,) = line_signs.line_signs([f"Jane Doe ({label.upper()}: The Example)"], None, LEXICON)
        assert signs & (OPAQUE | SOURCED | EDITED), label


@pytest.mark.skipif(native.CORE is None, reason="nothing is compiled here")
@given(st.lists(TEXTS | st.text(max_size=40), max_size=5), LANGUAGES)
def test_compiled_and_interpreted_tell_the_same_signs(texts: list[str], lang: str | None) -> None:
    signs = line_signs.line_signs(texts, lang, LEXICON)
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(Index, "of", lambda index, said: [index.signs_of(text) for text in said])
        assert line_signs.line_signs(texts, lang, LEXICON) == signs


def test_half_a_surrogate_pair_makes_its_line_opaque_and_no_other() -> None:
    assert line_signs.line_signs(["by\ud800", "by: x"], "en", LEXICON)[0] == OPAQUE
    assert line_signs.line_signs(["by\ud800", "by: x"], "en", LEXICON)[1] & MAY_NAME


@pytest.mark.skipif(native.CORE is None, reason="nothing is compiled here")
@pytest.mark.parametrize(
    "words", [{"": 1}, {"a" * 65: 1}, {"a": 0}, {"a": 256}, {"a": -1}, {1: 1}, {"a": "b"}, ["a"], {"\ud800": 1}]
)
def test_words_that_cannot_be_indexed_are_refused(words: object) -> None:
    assert native.CORE is not None
    with pytest.raises((ValueError, TypeError, OverflowError)):
        native.CORE.index_signs(words, {}, {})
    with pytest.raises((ValueError, TypeError)):
        native.CORE.index_signs({}, {f"a{number}": 1 for number in range(9)}, {})
    with pytest.raises((ValueError, TypeError)):
        native.CORE.line_signs(native.CORE.index_signs({}, {}, {}), [1])


# ── plain names ──────────────────────────────────────────────────────────────────────────────

WORDS = st.one_of(
    st.sampled_from(["Jane", "Doe", "Öde", "Marie", "Unger", "Byron", "Ms", "Mbas"]),
    st.sampled_from(sorted(person_test._told_words(LEXICON))).map(str.capitalize),
    st.from_regex(r"[A-ZÀ-ÖØ-Þ][a-zß-öø-ÿ]{1,8}", fullmatch=True),
)


@given(st.lists(WORDS, min_size=2, max_size=4).map(" ".join), LANGUAGES)
def test_no_rule_has_anything_to_say_of_a_plain_name(name: str, lang: str | None) -> None:
    if not person_test.is_plain_name(name, LEXICON):
        return
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr("harvester.metadata.lookup.person_test.is_plain_name", lambda *_: False)
        patch.setattr("harvester.metadata.lookup.person_names.is_plain_name", lambda *_: False)
        assert split_names.__wrapped__(name, LEXICON, lang) == (name,)
        assert named_bodies.__wrapped__(name, LEXICON, lang) == ()
        assert cut_rest.__wrapped__(name, LEXICON) == name
        assert person_test.looks_like_person.__wrapped__(name, LEXICON)


@pytest.mark.parametrize("name", ["Jane Doe", "Anna Maria Unger", "Zoë Köhler"])
def test_most_names_are_plain(name: str) -> None:
    assert person_test.is_plain_name(name, LEXICON)


@pytest.mark.parametrize("name", ["Marie Marie", "Staff Writer", "New York", "Jane DoeCity", "JANE DOE", "Jane"])
def test_what_may_be_no_name_is_not_plain(name: str) -> None:
    assert not person_test.is_plain_name(name, LEXICON)


@pytest.mark.parametrize(
    ("line", "is_said"),
    [
        ("edited by jane", True),
        ("news\n(edited by jane)", True),
        ("责任编辑 edited by jane", True),
        ("unedited by jane", False),
        ("they edited what was unedited by jane", False),
    ],
)
def test_a_phrase_is_said_where_its_first_word_is_one_of_its_own(line: str, is_said: bool) -> None:
    assert ("edited by" in _said(line, line.encode(), LEXICON)) is is_said
