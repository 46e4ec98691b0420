"""What is counted of blocks and containers is the same compiled and interpreted, and each number is what it says."""

from collections.abc import Callable
from itertools import accumulate
from typing import TypeVar

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from harvester import native
from harvester.models import PAGE_ROLES, Block, Document, Element, Removed, Role, Span
from harvester.outline import Outline
from harvester.outline.block_numbers import prose_up_to, read_blocks
from harvester.outline.containers import inherited, read_containers, summed
from harvester.text import is_dated
from long_examples import SOME

needs_both = pytest.mark.skipif(native.CORE is None, reason="nothing is compiled here")

T = TypeVar("T")


def both(monkeypatch: pytest.MonkeyPatch, ask: Callable[[], T]) -> tuple[T, T]:
    """Return what `ask` gives compiled, and interpreted."""
    compiled = ask()
    with monkeypatch.context() as patch:
        patch.setattr(native, "CORE", None)
        return compiled, ask()


CHARACTERS = "aZé ßı\u00a0\u2003\x1c\n,;。.!?؟1٣²北한カ|»©·@→…\"'”(:;x_🍎\U00020000\ud800"
blocks = st.builds(
    Block,
    role=st.sampled_from(PAGE_ROLES),
    text=st.text(st.sampled_from(CHARACTERS), min_size=1, max_size=60) | st.just("a b c d e f g h i j k l"),
    level=st.none() | st.integers(1, 6),
    link_chars=st.integers(0, 40),
    lang=st.none(),
    path=st.just("p"),
    element=st.integers(-1, 5),
    spans=st.lists(st.sampled_from(["a", "b"]), max_size=3).map(
        lambda tags: tuple(Span(tag, "", "", "", "", "", "", "") for tag in tags)
    ),
    strong_chars=st.integers(0, 9),
    verdict=st.none() | st.just(Removed("nav_menu", "place:nav")),
)
trees = st.lists(st.integers(0, 6), min_size=6, max_size=9).map(
    lambda back: tuple(max(at - 1 - steps, -1) for at, steps in enumerate(back))
)


def element(parent: int) -> Element:
    return Element(parent, "div", "", "", "", "", "", "", "", "")


@needs_both
@SOME
@given(st.lists(blocks, max_size=12).map(tuple), st.integers(1, 90))
def test_prose_up_to_a_limit_is_equal(page: tuple[Block, ...], enough: int) -> None:
    with pytest.MonkeyPatch.context() as patch:
        compiled, interpreted = both(patch, lambda: prose_up_to(page, enough))
    assert compiled == interpreted


@needs_both
@SOME
@given(st.lists(blocks, max_size=12).map(tuple), trees)
def test_numbers_of_blocks_and_containers_are_equal(page: tuple[Block, ...], parents: tuple[int, ...]) -> None:
    def ask() -> tuple[list[object], list[object]]:
        numbers = read_blocks(page)
        inside = read_containers(tuple(map(element, parents)), numbers)
        return [row.tolist() for row in numbers], [row.tolist() for row in inside]

    with pytest.MonkeyPatch.context() as patch:
        compiled, interpreted = both(patch, ask)
    assert compiled == interpreted


@needs_both
@given(trees, st.data())
def test_what_goes_up_and_down_the_tree_is_equal(parents: tuple[int, ...], data: st.DataObject) -> None:
    tree = np.array([*parents, -1])
    own = np.array(data.draw(st.lists(st.integers(-1, len(parents) - 1), max_size=8)), dtype=np.int64)
    weights = np.array(data.draw(st.lists(st.floats(0, 9), min_size=len(own), max_size=len(own))))
    values = np.array(data.draw(st.lists(st.integers(-1, 3), min_size=len(tree), max_size=len(tree))))

    def ask() -> tuple[object, ...]:
        return summed(tree, own, weights).tolist(), inherited(tree, values).tolist()

    with pytest.MonkeyPatch.context() as patch:
        compiled, interpreted = both(patch, ask)
    assert compiled == interpreted


@pytest.mark.parametrize("parents", [[1, -1], [0], [-2]])
def test_elements_before_their_parents_are_refused(parents: list[int]) -> None:
    with pytest.raises(ValueError, match="parent"):
        read_containers(tuple(map(element, parents)), read_blocks(()))
    with pytest.raises(ValueError, match="parent"):
        inherited(np.array(parents), np.zeros(len(parents), dtype=np.int64))


def test_a_block_of_an_element_that_is_not_there_is_refused() -> None:
    page = (Block(PAGE_ROLES[0], "x", None, 0, None, "p", 3),)
    with pytest.raises(ValueError, match="element"):
        read_containers((element(-1),), read_blocks(page))


@pytest.mark.parametrize("page", [(1,), ((),), (("paragraph",) * 11,), [1]])
def test_what_is_no_block_is_refused(page: object) -> None:
    with pytest.raises((TypeError, ValueError, AttributeError)):
        read_blocks(page)  # type: ignore[arg-type]


@given(st.lists(st.text("0129:./- a٣年😀𝟗\udc00", min_size=1, max_size=12), max_size=4))
def test_lines_with_a_date_are_counted(texts: list[str]) -> None:
    blocks = tuple(Block(Role.PARAGRAPH, text * times, None, 0, None, "", -1) for text in texts for times in (1, 12))
    document = Document(blocks, (), None, None, None, (), (), (), ())
    wanted = accumulate((is_dated(block.text) for block in blocks), initial=0)
    assert Outline(document).dated_before == tuple(wanted)
