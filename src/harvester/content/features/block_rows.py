"""What the block classifier sees: a row a block, a column a feature.

Features are relative to the page wherever that makes sense, so that pages of any size, language and script look
alike; CJK text counts in words' worth (two characters a word). The columns are those that two prototypes measured
as useful (docs/extraction.md); NaN means "there is none". Compiled, they are made by `compiled_rows.py`.
"""

from collections.abc import Collection
from functools import cache

import numpy as np
from numpy.typing import NDArray

from harvester import native
from harvester.content.features.block_features import own_columns
from harvester.content.features.compiled_rows import compiled_rows
from harvester.content.features.markup_features import mark_columns
from harvester.content.features.matrix import Columns, Rows, rows_of
from harvester.content.features.neighbourhood_features import (
    alike_blocks,
    ancestry_columns,
    neighbour_columns,
    window_columns,
)
from harvester.content.features.page_features import page_columns
from harvester.content.features.repetition_features import repetition_columns
from harvester.models import Document
from harvester.outline import Outline
from harvester.rules.load import Rules


def feature_rows(
    outline: Outline,
    placed: Collection[int],
    rules: Rules,
    at: NDArray[np.int64] | None = None,
) -> Rows:
    """Return the feature rows of the blocks `at`, None: of all; `placed` are those that a rule takes out by place."""
    if native.CORE is not None:
        return compiled_rows(native.CORE, _names(rules), outline, placed, rules, at)
    columns = _columns(outline, placed, rules)
    # One feature behind the other, as trees read.
    return rows_of(columns if at is None else {name: values[at] for name, values in columns.items()})


@cache
def _names(rules: Rules) -> tuple[str, ...]:
    """Return the names of the columns, which are the same for all pages."""
    nothing = Document((), (), None, None, None, (), (), (), ())
    return tuple(_columns(Outline(nothing), (), rules))


def _columns(outline: Outline, placed: Collection[int], rules: Rules) -> Columns:
    columns: Columns = {}
    columns.update(own_columns(outline))
    columns["placed"] = np.array([index in placed for index in range(len(outline.document.blocks))], dtype=np.float64)
    columns.update(page_columns(outline, columns["prose"]))
    columns.update(mark_columns(outline, placed, rules))
    alike = alike_blocks(outline)
    columns.update(ancestry_columns(outline, placed, alike))
    columns.update(repetition_columns(outline, alike))
    columns.update(window_columns(columns))
    columns.update(neighbour_columns(columns))
    return columns
