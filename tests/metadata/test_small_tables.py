"""Small tables of metadata, and walks over lines that pass over what needs not be asked."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from harvester import native
from harvester.metadata.lookup import datelines, page_index
from harvester.metadata.lookup.structured_data import MAX_VALUES, grouped
from harvester.metadata.vote import strongest
from harvester.models import Block, Meta, Role, Span
from harvester.text import lower_lines

compiled = pytest.mark.skipif(native.CORE is None, reason="nothing is compiled here")
EDGES = " \t:：|"
WORDS = frozenset({"tags", "date published", ""})
LINES = st.sampled_from(
    ["", "Tags", " TAGS: ", "tag", "Tägs", "Date  published", "|date PUBLISHED|", "\ud800", "x" * 41]
)
SPANS = st.builds(
    Span,
    *(st.sampled_from(["a", "time", "em"]), st.sampled_from(["", "b\nc"]), st.just(""), st.just(""), st.just("")),
    *(st.sampled_from(["", "dateModified"]), st.sampled_from(["", "2024"]), st.sampled_from(["", "id"])),
)
BLOCKS = st.builds(
    lambda text, spans: Block(Role.PARAGRAPH, text, None, 0, None, "p", -1, tuple(spans)),
    *(LINES, st.lists(SPANS, max_size=3)),
)
PAGES = st.lists(BLOCKS, max_size=6).map(tuple)


def test_metas_are_grouped_by_name_without_escapes() -> None:
    metas = (Meta("a", "x"), Meta("b", ""), Meta("a", "a &amp; b"))
    assert grouped(metas) == {"a": ("x", "a & b"), "b": ("",)}


def test_no_name_has_more_contents_than_are_looked_at() -> None:
    assert grouped((Meta("a", "x"),) * (MAX_VALUES + 9)) == {"a": ("x",) * MAX_VALUES}


def test_a_candidate_has_each_sign_as_strong_as_it_is_anywhere() -> None:
    assert strongest([{"a": 0.5, "b": -1.0}, {"a": 0.7, "c": 2}, {"a": 0.1}]) == {"a": 0.7, "b": 0.0, "c": 2}


@compiled
@given(PAGES)
def test_lines_become_small_compiled_as_interpreted(blocks: tuple[Block, ...]) -> None:
    lines = [block.text for block in blocks]
    text = "\n".join(lines).lower()
    assert lower_lines(lines) == (text, text.encode(errors="surrogatepass"))


@given(PAGES)
def test_no_label_and_no_moment_is_passed_over(blocks: tuple[Block, ...]) -> None:
    labels = {at for at, one in enumerate(blocks) if one.text.casefold().strip(EDGES) in WORDS}
    assert labels <= set(page_index.lines_among(blocks, 0, 40, EDGES, WORDS))
    timed = {at for at, one in enumerate(blocks) if any(map(datelines.is_time, one.spans))}
    assert timed <= set(datelines.timed_lines(blocks, tuple(range(len(blocks)))))


@compiled
@pytest.mark.parametrize("of", [(1,), ((),)])
def test_what_is_no_line_is_an_error_and_no_crash(of: tuple[object, ...]) -> None:
    with pytest.raises((TypeError, ValueError)):
        native.CORE.lower_lines(b"", list(of))
