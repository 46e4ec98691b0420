"""What is compiled gives the same bits as what is interpreted."""

from collections.abc import Callable
from dataclasses import replace
from typing import Any, TypeVar

import numpy as np
import pytest

from harvester import native
from harvester.content.candidates import Candidates
from harvester.content.coherence import settled
from harvester.content.page_type import load_page_types
from harvester.content.trees import Trees, load_model
from harvester.dom import read_document
from harvester.outline import Outline

pytestmark = pytest.mark.skipif(native.CORE is None, reason="nothing is compiled here")

T = TypeVar("T")
FORESTS = [
    pytest.param(load_model().first, 1, id="first stage"),
    pytest.param(load_model().second, 1, id="second stage"),
    pytest.param(load_page_types().trees, len(load_page_types().types), id="page types"),
]


def both(monkeypatch: pytest.MonkeyPatch, ask: Callable[[], T]) -> tuple[T, T]:
    """Return what `ask` gives compiled, and interpreted."""
    compiled = ask()
    with monkeypatch.context() as patch:
        patch.setattr(native, "CORE", None)
        return compiled, ask()


@pytest.mark.parametrize(("trees", "groups"), FORESTS)
@pytest.mark.parametrize("count", [0, 1, 4, 5, 15, 16, 17, 21, 700])
def test_sums_of_leaves_are_equal_to_the_bit(
    monkeypatch: pytest.MonkeyPatch, trees: Trees, groups: int, count: int
) -> None:
    numbers = np.random.default_rng(count)
    rows = numbers.choice(trees.limits, size=(count, len(trees.names))).astype(np.float32)
    rows[numbers.random(rows.shape) < 0.1] = np.nan
    rows[numbers.random(rows.shape) < 0.01] = np.inf
    compiled, interpreted = both(monkeypatch, lambda: trees.sums(rows, groups))
    np.testing.assert_array_equal(compiled, interpreted)
    np.testing.assert_array_equal(trees.sums(np.asfortranarray(rows), groups), compiled)


@pytest.mark.parametrize("count", [1, 513])
def test_sums_of_one_row_alone_are_added_in_the_same_order(monkeypatch: pytest.MonkeyPatch, count: int) -> None:
    """Leaves of very unlike sizes: the order in which they are added tells in the last bit."""
    numbers, trees = np.random.default_rng(1), load_model().first
    leaves = numbers.standard_normal(trees.leaves.shape) * 10.0 ** numbers.integers(-12, 3, trees.leaves.shape)
    trees = replace(trees, leaves=leaves.astype(np.float32))
    rows = numbers.choice(trees.limits, size=(count, len(trees.names))).astype(np.float32)
    compiled, interpreted = both(monkeypatch, lambda: trees.sums(rows))
    np.testing.assert_array_equal(compiled, interpreted)


def test_rows_of_another_width_are_refused() -> None:
    trees = load_model().first
    assert native.CORE is not None
    with pytest.raises(ValueError, match="do not fit"):
        native.CORE.sum_leaves(trees._compiled, np.zeros((2, 3), dtype=np.float32), np.empty((1, 2)))


@pytest.mark.parametrize(
    "wrong",
    [
        lambda trees: {"names": trees.names[:3]},  # a node tests what no row has
        lambda trees: {"limits": trees.limits[1:]},
        lambda trees: {"masks": trees.masks[1:]},
        lambda trees: {"leaves": trees.leaves[1:]},
        lambda trees: {"starts": trees.starts[::-1]},
    ],
)
def test_trees_whose_parts_do_not_fit_each_other_are_refused(wrong: Callable[[Trees], dict[str, Any]]) -> None:
    trees = load_model().first
    broken = replace(trees, **wrong(trees))
    with pytest.raises(ValueError, match="do not fit"):
        broken.sums(np.zeros((2, len(broken.names)), dtype=np.float32))


SENTENCE = "The ferry to the northern islands will run twice a day from Monday, the board of the harbour said. "
PARTS = (
    f"<p>{SENTENCE * 2}</p>",
    f"<p class=note>{SENTENCE * 2}</p>",
    f"<blockquote>{SENTENCE}</blockquote>",
    "<h2>The pier</h2>",
    "<h2><a href=/x>The sale of the harbour</a></h2>",
    "<p>What you will see:</p>",
    "<p>Page 2 of 4</p><p>Page 3 of 4</p><p>Page 4 of 4</p>",
    f"<ul><li>{SENTENCE}</li><li>A rope of forty metres</li><li>Two lamps</li></ul>",
    "<ul><li><a href=/1>Tents</a></li><li><a href=/2>Poles</a></li><li><a href=/3>Boots</a></li></ul>",
    "<table><tr><td>Lamps</td><td>3</td></tr><tr><td>Ropes</td><td>4</td></tr><tr><td>Planks</td><td>9</td></tr></table>",
    f"<div><p>{SENTENCE}</p><a href=/offer>Join us</a></div>",
)


@pytest.mark.parametrize("seed", range(40))
def test_a_choice_is_settled_alike_though_steps_with_nothing_to_do_are_passed_over(
    monkeypatch: pytest.MonkeyPatch, seed: int
) -> None:
    numbers = np.random.default_rng(seed)
    parts = "".join(PARTS[at] for at in numbers.integers(len(PARTS), size=12))
    outline = Outline(read_document(f"<body><h1>The harbour</h1><main>{parts}</main><p>{SENTENCE}</p></body>"))
    lengths = np.array([len(block.text) for block in outline.document.blocks], dtype=np.float64)
    chances = numbers.choice([0.03, 0.07, 0.12, 0.17, 0.3, 0.45, 0.72, 0.9], size=len(lengths))
    page = Candidates(np.arange(len(lengths)), lengths, chances)
    chosen = chances >= numbers.choice([0.2, 0.4, 0.8])
    compiled, interpreted = both(monkeypatch, lambda: settled(outline, page, chosen, is_article=True).tolist())
    assert compiled == interpreted
