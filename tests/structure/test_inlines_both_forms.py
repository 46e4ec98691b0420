"""The inline elements of a block are the same, compiled and interpreted, whatever the markup."""

from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from harvester.dom import inlines_in, read_document
from harvester.native import CORE
from harvester.structure.inlines import Inline, walk_run

pytestmark = pytest.mark.skipif(CORE is None, reason="nothing is compiled here")

FIXTURES = sorted((Path(__file__).parents[2] / "fixtures/html").glob("*.html"))
PIECES = st.sampled_from([
    "<p>", "</p>", "<div>", "</div>", "<li>", "<td>", "<b>", "</b>", "<i>", "<em class=x>", "</em>", "<a href=/x>",
    "</a>", "<br>", "<wbr>", "<img src=a.jpg>", "<img alt='\U0001f600'>", "<my-word>", "</my-word>", "<span hidden>",
    "</span>", "<sup>", "</sup>", "<!-- c -->", "<ruby>", "<rt>", "</ruby>", "word ", " two  words", "&amp;lt;",
    "&nbsp;", "\n", "é", "e", "\u0301", "岸", "\u200b", "\u00ad", "\x1c", "\x7f",
])  # fmt: skip


def assert_alike(html: str) -> int:
    """Return how many runs were read compiled."""
    compiled = 0
    for block in read_document(html).blocks:
        if block.trace is not None and block.trace.spots:
            found = inlines_in(block.trace, Inline)
            if found is not None:
                inlines, text = walk_run(block.trace)
                assert found == (list(inlines), text)
                compiled += 1
    return compiled


@given(st.lists(PIECES, max_size=40).map("".join))
def test_any_block_has_the_same_inline_elements(html: str) -> None:
    assert_alike(html)


def test_blocks_of_pages_have_the_same_inline_elements() -> None:
    assert sum(assert_alike(page.read_bytes().decode(errors="replace")) for page in FIXTURES) > 1_000


def test_what_only_python_composes_is_left_to_it() -> None:
    block = read_document("<p><b>e</b>\u0301</p>").blocks[0]
    assert block.trace is not None
    assert inlines_in(block.trace, Inline) is None


def test_what_is_no_type_is_an_error_and_no_crash() -> None:
    block = read_document("<p>The <b>old</b> pier").blocks[0]
    assert block.trace is not None
    with pytest.raises(TypeError):
        inlines_in(block.trace, lambda *_: None)  # type: ignore[arg-type]
