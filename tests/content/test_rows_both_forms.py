"""The rows of the classifiers, compiled, are to the bit those that numpy gives."""

from pathlib import Path

import numpy as np
import pytest
from hypothesis import given, settings
from numpy.typing import NDArray

from generated_pages import pages
from harvester import native
from harvester.boilerplate import label_places
from harvester.content.features.block_rows import feature_rows
from harvester.content.page_type_numbers import page_values
from harvester.content.second_stage import revision_rows
from harvester.dom import read_document
from harvester.models import PAGE_TYPES, Document, PageType
from harvester.outline import Outline
from harvester.rules.load import load_rules

pytestmark = pytest.mark.skipif(native.CORE is None, reason="nothing is compiled here")

FIXTURES = Path(__file__).parents[2] / "fixtures"
EXAMPLES = sorted(FIXTURES.rglob("*.html"))[::12]


def rows_of(document: Document) -> tuple[tuple[str, ...], bytes, tuple[str, ...], bytes, str]:
    """Return names and bytes of the rows of both looks, and the values that tell the type of a page."""
    rules, outline = load_rules(), Outline(document)
    placed = label_places(document, outline, rules)
    first = feature_rows(document, outline, placed, rules)
    at = np.flatnonzero(outline.block_numbers.cut == 0)
    thought = np.random.default_rng(len(at)).random(len(at))
    kind = PageType("listing", 0.6, dict.fromkeys(PAGE_TYPES, 0.1), 0.1)
    second = revision_rows(outline, at, thought, kind)
    values = page_values(document, outline, placed)
    return first.names, _bits(first.values), second.names, _bits(second.values), repr(values)


def _bits(rows: NDArray[np.float32]) -> bytes:
    """Return the rows as bytes; "there is none" has many forms, which are one."""
    return np.where(np.isnan(rows), np.float32(np.nan), rows).tobytes()


def assert_equal(html: str) -> None:
    document = read_document(html)
    compiled = rows_of(document)
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(native, "CORE", None)
        assert rows_of(document) == compiled


@settings(max_examples=40)
@given(pages())
def test_rows_of_any_page_are_equal(page: str) -> None:
    assert_equal(page)


@pytest.mark.parametrize("path", EXAMPLES, ids=lambda path: path.stem)
def test_rows_of_saved_pages_are_equal(path: Path) -> None:
    assert_equal(path.read_text(encoding="utf-8", errors="replace"))


def test_numbers_that_do_not_fit_each_other_are_refused() -> None:
    assert native.CORE is not None
    outline = Outline(read_document("<h1>One</h1><p>Two words</p>"))
    blocks, containers = outline.block_matrix, outline.container_matrix
    numbers, floats = np.full(2, 99, dtype=np.int64), np.zeros(2)
    with pytest.raises(ValueError, match="fit"):
        native.CORE.write_columns(
            *(blocks, containers, numbers, np.zeros(3, dtype=np.int64), np.zeros((2, 8))),
            *(np.zeros((139, 2)), -1, 0, 2, 0),
        )
    with pytest.raises(ValueError, match="fit"):
        native.CORE.write_feature_rows(np.zeros((139, 2)), np.zeros((3, 2), dtype=np.float32))
    with pytest.raises(ValueError, match="fit"):
        native.CORE.write_second_look(
            *(blocks, containers, numbers, np.zeros(2, dtype=np.int64), floats, floats, floats),
            *(np.zeros((46, 2)), 0.0, 0.0, 0.0, 0),
        )
    groups = np.full(containers.shape[1], 99, dtype=np.int64)
    with pytest.raises(ValueError, match="fit"):
        native.CORE.sum_page(
            *(blocks, containers, np.zeros((5, 2), dtype=np.int64), np.ones(2, dtype=np.bool_), groups),
            *(np.zeros((2, 31), dtype=np.int64), np.zeros((4, 21), dtype=np.int64), 0),
        )
