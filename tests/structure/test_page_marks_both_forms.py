"""The blocks of an article are the same where the marks of all come from one compiled look, and where they do not."""

from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from harvester.cleaning.article_builder import settle
from harvester.dom import read_document
from harvester.models import Kept, Part, TextBlock
from harvester.native import CORE
from harvester.rules.load import load_rules
from harvester.structure import Setting, Settled, assemble, assembly, inlines
from harvester.structure import page_marks as page_marks_module
from harvester.structure.page_marks import page_marks

pytestmark = pytest.mark.skipif(CORE is None, reason="nothing is compiled here")

BASE = "https://quay.example/news/"
FIXTURES = sorted((Path(__file__).parents[2] / "fixtures/html").glob("*.html"))
PIECES = st.sampled_from([
    "<p>", "</p>", "<div>", "</div>", "<h2>", "</h2>", "<li>", "<td>", "<pre>", "<b>", "</b>", "<strong>", "</strong>",
    "<i>", "<em class=x>", "</em>", "<a href=/x>", "<a href=/x class=y>", "<a href=#n title=' a  b' rel='NoFollow me'>",
    "<a href='javascript:x'>", "</a>", "<br>", "<br><br>", "<wbr>", "<img src=a.jpg>", "<img alt='\U0001f600'>",
    "<span style='font-weight: bold'>", "<span lang=fr>", "</span>", "<abbr title=long>", "</abbr>", "<code>",
    "</code>", "<sup>", "</sup>", "<ruby>", "<rt>", "</ruby>", "word ", "word", " two  words", "&amp;", "&nbsp;", "\n",
    "é", "e", "\u0301", "岸", "\u200b", "\u00ad", "\x1c", ". ",
])  # fmt: skip


def of_page(html: str) -> tuple[list[Settled], Setting]:
    """Return all blocks of a page as those of an article."""
    document = read_document(html)
    kept = tuple(block.judged(Kept(Part.TEXT)) for block in document.blocks)
    document = replace(document, blocks=kept)
    return settle(document), Setting(document, BASE, (), load_rules().lexicon)


def left_to_python(settled: Sequence[Settled], base: str | None) -> Sequence[None]:
    """Return that nothing is known."""
    return (None,) * len(settled)


def assert_alike(html: str) -> int:
    """Return how many blocks were read compiled."""
    settled, setting = of_page(html)
    blocks = assemble(settled, setting)
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(assembly, "page_marks", left_to_python)
        assert blocks == assemble(settled, setting)
    return sum(known is not None for known in page_marks(settled, BASE))


@given(st.lists(PIECES, max_size=60).map("".join))
def test_any_article_has_the_same_marks(html: str) -> None:
    assert_alike(html)


def test_articles_of_pages_have_the_same_marks() -> None:
    assert sum(assert_alike(page.read_bytes().decode(errors="replace")) for page in FIXTURES) > 1_000


@pytest.mark.parametrize(
    "html",
    ["<p>a <span lang=fr>b</span>", "<a href=/x><p>a</p></a>", "<p><b>e</b>\u0301</p>", "<p><abbr title=c>b</abbr>"],
)
def test_what_depends_on_more_than_the_tag_is_left_to_python(html: str) -> None:
    settled, _ = of_page(html)
    assert page_marks(settled, BASE) == [None]


def test_marks_are_counted_in_the_text_and_neighbours_of_one_tag_are_two() -> None:
    settled, _ = of_page("<p>a <b>b</b> <a href=/x>c</a></p><p>d <a href=/x>e</a> <b>f</b></p>")
    first, second = page_marks(settled, BASE)
    assert isinstance(first, TextBlock)
    assert isinstance(second, TextBlock)
    assert [(mark.kind, mark.start, mark.end) for mark in first.marks] == [("strong", 2, 3), ("link", 4, 5)]
    assert [(mark.kind, mark.url) for mark in second.marks] == [("link", "https://quay.example/x"), ("strong", None)]


def test_lone_surrogates_are_left_to_python() -> None:
    settled, _ = of_page("<p>a <b>b</b></p>")
    assert page_marks([settled[0]._replace(text="a \ud800")], BASE) == (None,)


def as_line(of: Settled, text: str) -> Settled:
    """Return a block whose text is one line of another, or was repaired."""
    return Settled(text, [of.parts[0]._replace(text=text)], 0)


@given(st.text("ab", max_size=40), st.lists(st.text("ab", min_size=1, max_size=9), max_size=6))
def test_lines_are_found_in_their_block_in_both_forms(before: str, lines: list[str]) -> None:
    settled, setting = of_page(f"<p><b>{before}</b>{'<i>ab</i>aab' * 4}<br>{'<br>'.join(lines)}")
    blocks = [as_line(settled[0], line) for line in lines]
    found = assemble(blocks, setting)
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(assembly, "page_marks", left_to_python)
        assert found == assemble(blocks, setting)


def test_blocks_that_are_not_in_their_run_are_sought_for_so_long_only(monkeypatch: pytest.MonkeyPatch) -> None:
    """Repaired lines may not be found: each costs a search of all that is left of the run."""
    settled, setting = of_page(f"<p><b>{'a' * 4_000}</b>b")
    lost, there = as_line(settled[0], "aab" * 9), as_line(settled[0], "aab")
    few = 5 * (1 + 4_001 // inlines.CHARS_A_LOOK)
    monkeypatch.setattr(inlines, "MAX_LOOKS", few)
    monkeypatch.setattr(page_marks_module, "_TERMS", page_marks_module._TERMS._replace(most_looks=few))
    assert page_marks([lost] * 4 + [there], BASE)[-1] is not None
    assert page_marks([lost] * 5 + [there], BASE) == (None,) * 6
    assert [len(assemble([lost] * count + [there], setting)[-1].marks) for count in (4, 5)] == [1, 0]
