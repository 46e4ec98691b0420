"""What stands where on a page is found by one pass over its blocks, compiled and interpreted alike."""

import re

import pytest
from hypothesis import given
from hypothesis import strategies as st

from harvester import native
from harvester.metadata.lookup.forum_threads import MAX_LINE_CHARS, account_lines, leads_to_account
from harvester.metadata.lookup.page_index import (
    MAX_NOTICE_CHARS,
    MAX_NUMBERED_CHARS,
    MIN_PROSE_LETTERS,
    ancestors,
    index_page,
    interpreted_key,
    key_of,
    survey_blocks,
)
from harvester.models import Block, Document, Element, Kept, Part, Removed, Role, Span
from harvester.rules.kind_names import KindName
from harvester.rules.load import load_rules
from long_examples import SOME

TEXTS = ["Aß-", "İé ", "新聞", "\ud800a"]
SILENT = frozenset({KindName.SIDEBAR, KindName.NAV_MENU})
LEADS = frozenset({KindName.NAV_MENU})
TERMS = Removed, Kept, Part.TITLE, Part.SUBTITLE, Part.CAPTION, Role.HEADING, SILENT, LEADS
HREFS = st.sampled_from(
    [
        *(
            "",
            "/a",
            "https://creativecommons.org/licenses/by/4.0/",
            "/é/creativecommons.org/",
            "\ud800creativecommons.org/",
        ),
        *("/Users/7", "/U/jane", "?member.PHP", "/é/profile", "/u", "/u\0/", "/use", "\ud800/u/jane"),
    ]
)
SPANS = st.builds(
    Span,
    tag=st.just("a"),
    text=st.text(max_size=3),
    href=HREFS,
    rel=st.sampled_from(["", "author"]),
    classes=st.sampled_from(["", "UserName", "é", "name"]),
    itemprop=st.sampled_from(["", "name"]),
    datetime=st.sampled_from(["", "2024-05-03"]),
    hints=st.just(""),
)
VERDICTS = st.one_of(
    st.none(),
    st.builds(Kept, st.sampled_from(Part)),
    st.builds(Removed, st.sampled_from([*KindName, "a kind of the user"]), st.just("rule")),
)
BLOCKS = st.builds(
    Block,
    role=st.sampled_from(Role),
    text=st.text(min_size=1, max_size=5)
    | st.sampled_from([MAX_NOTICE_CHARS, MIN_PROSE_LETTERS, MAX_LINE_CHARS])
    .flatmap(lambda size: st.integers(size - 1, size + 1))
    .flatmap(lambda size: st.sampled_from("éaя").map(lambda letter: letter * size)),
    level=st.none(),
    link_chars=st.integers(0, 2),
    lang=st.sampled_from([None, "", "en", "de"]),
    path=st.just(""),
    element=st.just(0),
    spans=st.lists(SPANS, max_size=3).map(tuple),
    verdict=VERDICTS,
)


@given(st.lists(st.text("ab 7٣५é年\ud800", max_size=4) | st.integers(599, 601).map("1".__mul__), max_size=6))
def test_blocks_with_digits_are_found(texts: list[str]) -> None:
    blocks = tuple(Block(Role.PARAGRAPH, text, None, 0, None, "", 0) for text in texts)
    page = Document(blocks, (), None, None, None, (), (), (), ())
    digits = [at for at, text in enumerate(texts) if len(text) <= MAX_NUMBERED_CHARS and re.search(r"\d", text)]
    found = index_page(page, load_rules().lexicon).numbered
    assert set(digits) <= set(found)
    assert not any(texts[at].isascii() for at in {*found} - {*digits})


@pytest.mark.skipif(native.CORE is None, reason="nothing is compiled here")
@SOME
@given(st.lists(BLOCKS, max_size=8).map(tuple))
def test_compiled_and_interpreted_find_the_same(blocks: tuple[Block, ...]) -> None:
    compiled = native.CORE.survey(blocks, *TERMS, MAX_NOTICE_CHARS, MIN_PROSE_LETTERS)
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr("harvester.metadata.lookup.page_index._LINKS_TO_OTHERS", LEADS)
        found = survey_blocks(blocks, SILENT)
    assert compiled == found
    for number in (0, 5, 7):  # in the same order, too
        assert list(compiled[number] or ()) == list(found[number] or ())


@SOME
@given(st.lists(BLOCKS, max_size=8).map(tuple), st.integers(-1, 9), st.integers(-1, 9))
def test_no_line_of_an_account_is_passed_over(blocks: tuple[Block, ...], start: int, end: int) -> None:
    wanted = [
        at
        for at, block in enumerate(blocks)
        if start <= at < end and len(block.text) <= MAX_LINE_CHARS and any(map(leads_to_account, block.spans))
    ]
    found = account_lines(blocks, max(start, 0), end)
    assert set(wanted) <= set(found) <= set(range(max(start, 0), end))
    assert list(found) == sorted(found)


@given(st.lists(st.integers(-2, 9), max_size=8), st.integers(-2, 9))
def test_the_walk_to_the_outermost_container_ends_in_a_broken_tree_too(parents: list[int], element: int) -> None:
    elements = tuple(Element(parent, "div", "", "", "", "", "", "", "", "") for parent in parents)
    path = ancestors(Document((), elements, None, None, None, (), (), (), ()), element)
    assert path == sorted(set(path), reverse=True)
    assert path[:1] == [element] * (0 <= element < len(elements))


@pytest.mark.skipif(native.CORE is None, reason="nothing is compiled here")
@pytest.mark.parametrize("blocks", [[], (1,), ((),), (Block(Role.QUOTE, 1, None, 0, None, "", 0),)])
def test_what_is_no_block_is_an_error_and_no_crash(blocks: object) -> None:
    with pytest.raises((TypeError, IndexError)):
        native.CORE.survey(blocks, *TERMS, MAX_NOTICE_CHARS, MIN_PROSE_LETTERS)


@pytest.mark.skipif(native.CORE is None, reason="nothing is compiled here")
@SOME
@given(st.text(max_size=9) | st.sampled_from(TEXTS).flatmap(lambda text: st.integers(0, 700).map(text.__mul__)))
def test_compiled_and_interpreted_make_the_same_key(text: str) -> None:
    assert key_of(text) == interpreted_key(text)


def test_lines_are_lower_case_and_letters_are_counted_by_language() -> None:
    blocks = (
        Block(Role.PARAGRAPH, "Über ALLES", None, 0, "de", "", 0),
        Block(Role.PARAGRAPH, "By Jane", None, 2, "en", "", 0),
        Block(Role.PARAGRAPH, "Menu", None, 0, "en", "", 0, verdict=Removed(KindName.SIDEBAR, "r")),
    )
    document = Document(blocks, (), None, None, None, (), (), (), ())
    page_index = index_page(document, load_rules().lexicon)
    assert page_index.lines == "über alles\nby jane"
    assert page_index.letters == {"de": 10, "en": 4}
    assert page_index.removed_as(KindName.SIDEBAR) == (2,)
