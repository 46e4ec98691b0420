"""What is compiled gives the same bits as what is interpreted."""

from collections.abc import Callable
from typing import TypeVar

import numpy as np
import pytest

from harvester import native
from harvester.content.page_type import load_page_types
from harvester.content.trees import Trees, load_model

pytestmark = pytest.mark.skipif(native.CORE is None, reason="nothing is compiled here")

T = TypeVar("T")
FORESTS = [
    pytest.param(load_model().first, 1, id="first look"),
    pytest.param(load_model().second, 1, id="second look"),
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


def test_rows_of_another_width_are_refused() -> None:
    trees = load_model().first
    assert native.CORE is not None
    with pytest.raises(ValueError, match="do not fit"):
        native.CORE.sum_leaves(*trees._compiled, np.zeros((2, 3), dtype=np.float32), np.empty((1, 2)))
