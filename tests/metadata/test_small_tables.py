"""Small tables of metadata are filled compiled as interpreted, and what is none is an error."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from harvester import native
from harvester.metadata import vote
from harvester.metadata.lookup import datelines, line_signs, page_index
from harvester.metadata.lookup.structured_data import MAX_VALUES, _without_escapes, grouped
from harvester.metadata.vote import strongest
from harvester.models import Block, Meta, Role, Span
from harvester.text import lower_lines
from long_examples import SOME

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


@compiled
@given(st.lists(st.builds(Meta, st.sampled_from(["a", "b"]), st.sampled_from(["", "x", "a &amp; b", "&"]))).map(tuple))
def test_metas_are_grouped_by_name(metas: tuple[Meta, ...]) -> None:
    assert list(native.CORE.grouped(metas, _without_escapes, MAX_VALUES).items()) == list(grouped(metas).items())


@compiled
def test_no_name_has_more_contents_than_are_looked_at() -> None:
    metas = (Meta("a", "x"),) * (MAX_VALUES + 9)
    assert native.CORE.grouped(metas, _without_escapes, MAX_VALUES) == grouped(metas) == {"a": ("x",) * MAX_VALUES}


@compiled
@given(st.lists(st.dictionaries(st.sampled_from("abc"), st.floats(-2, 2) | st.integers(-2, 2))))
def test_a_candidate_has_each_sign_as_strong_as_it_is_anywhere(signs: list[dict[str, float]]) -> None:
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(vote.native, "CORE", None)
        wanted = list(strongest(signs).items())
    assert list(strongest(signs).items()) == wanted


@compiled
@SOME
@given(PAGES, st.integers(0, 7))
def test_walks_over_lines_find_the_same(blocks: tuple[Block, ...], start: int) -> None:
    indices = tuple(range(len(blocks)))[start:]

    def found() -> tuple[object, ...]:
        return (
            list(page_index.lines_among(blocks, start, 40, EDGES, WORDS)),
            datelines.timed_lines(blocks, indices),
            lower_lines([block.text for block in blocks]),
        )

    lines = [line_signs._lines_of(blocks[at]) for at in indices]
    assert native.CORE.block_lines(blocks, indices) == lines
    told = found()
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(native, "CORE", None)
        patch.setattr("harvester.text.CORE", None)
        assert found() == told


@compiled
@given(PAGES)
def test_no_label_and_no_moment_is_passed_over(blocks: tuple[Block, ...]) -> None:
    labels = {at for at, one in enumerate(blocks) if one.text.casefold().strip(EDGES) in WORDS}
    assert labels <= set(page_index.lines_among(blocks, 0, 40, EDGES, WORDS))
    timed = {at for at, one in enumerate(blocks) if any(map(datelines.is_time, one.spans))}
    assert timed <= set(datelines.timed_lines(blocks, tuple(range(len(blocks)))))


@compiled
@pytest.mark.parametrize("of", [(1,), ((),), (Block(Role.QUOTE, 1, None, 0, None, "", 0, (1,)),)])
def test_what_is_no_block_is_an_error_and_no_crash(of: object) -> None:
    core = native.CORE
    for call in (
        lambda: core.lines_among(of, 0, 40, EDGES, WORDS),
        lambda: core.timed_lines(of, (0,)),
        lambda: core.timed_lines(of, (7,)),
        lambda: core.block_lines(of, (0,)),
        lambda: core.block_lines(of, (1 << 70,)),
        lambda: core.grouped(of, str, 3),
        lambda: core.strongest(list(of)),
        lambda: core.lower_lines(b"", list(of)),
    ):
        with pytest.raises((TypeError, IndexError, OverflowError, ValueError)):
            call()


@compiled
def test_lines_that_are_too_long_to_look_up_are_refused() -> None:
    for start, longest in ((-1, 40), (0, 257)):
        with pytest.raises(ValueError, match="at most"):
            native.CORE.lines_among((), start, longest, EDGES, WORDS)
    with pytest.raises((TypeError, OverflowError)):
        native.CORE.strongest([{"a": 10**400}])
