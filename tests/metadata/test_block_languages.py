"""The languages of a page's blocks are the same compiled and block by block."""

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from harvester import native
from harvester.metadata.block_languages import in_languages
from harvester.metadata.fields.languages import block_language, word_index
from harvester.models import Block, Removed, Role
from harvester.rules.load import load_rules

LEXICON = load_rules().lexicon
WORDS = sorted(word for word in word_index(LEXICON) if word.isascii() or word[0] < "\u0250")
# White space and letters that are more, or fewer, bytes in small letters; marks, addresses, other scripts.
ODD = [
    "",
    " ",
    "\u00a0",
    "\u2028",
    "\x1f",
    "İ",
    "ẞ",
    "ſ",
    "É",
    "“",
    "…",
    "€",
    "😀",
    "://",
    "@",
    "Ω",
    "の",
    "ж",
    "A",
    "1",
]
TEXTS = st.lists(st.one_of(st.sampled_from(WORDS), st.sampled_from(ODD), st.text(max_size=3)), max_size=40)


def block(text, verdict=None):
    return Block(Role.PARAGRAPH, text, None, 0, None, "p", -1, verdict=verdict)


@pytest.mark.skipif(native.CORE is None, reason="nothing is compiled here")
@settings(deadline=None, max_examples=150)
@given(TEXTS, st.sampled_from([" ", ""]), st.sampled_from([None, "en", "de-AT", "zh", "ru", "af", "gl", "xx", "-"]))
def test_compiled_a_text_has_the_language_that_it_has_alone(words, between, lang):
    text = between.join(words)
    (found,) = in_languages([block(text)], lang, LEXICON)
    assert found == block(text).in_language(block_language(text, lang, LEXICON))


def test_a_block_with_a_verdict_stays_as_it_is():
    cut = block("the harbour and the ferry", Removed("menu_navigation", "place:nav"))
    assert in_languages([cut], "en", LEXICON) == (cut,)


@pytest.mark.skipif(native.CORE is None, reason="nothing is compiled here")
@pytest.mark.parametrize(
    ("words", "tags"), [(((b"the", ((1, 1.0),)),), ("en",)), (((b"the", ((-1, 1.0),)),), ("en",)), ((b"the",), ("en",))]
)
def test_an_index_that_does_not_fit_is_refused(words, tags):
    with pytest.raises((TypeError, ValueError)):
        native.CORE.index_languages(words, tags, bytes(len(tags)), bytes(4 * (0x250 + 0x60)))


@pytest.mark.skipif(native.CORE is None, reason="nothing is compiled here")
def test_what_is_no_block_is_refused():
    index = native.CORE.index_languages((), ("en",), b"\0", bytes(4 * (0x250 + 0x60)))
    with pytest.raises(TypeError):
        native.CORE.in_languages(index, (("a",),), None, -1, True, str)
    with pytest.raises(ValueError, match="not there"):
        native.CORE.in_languages(index, (), None, 1, True, str)
