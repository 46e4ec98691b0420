"""The rows of the block classifier with what is counted done in native/features.c; equal to those of `block_rows.py`.

What asks for words stays here: what the head repeats, which wordings fit, which containers bear which names. The
logarithms stay with numpy: its own differ in the last bit from those of the C library.
"""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from functools import lru_cache
from types import ModuleType
from typing import Final

import numpy as np
from numpy.typing import NDArray

from harvester.content.features.markup_features import MARKS, wordings_of, write_distances
from harvester.content.features.matrix import Rows, signed_log
from harvester.content.features.neighbourhood_features import alike_blocks, best_extent
from harvester.content.features.page_features import flags_of, linked_data, matches, twins_of, write_told
from harvester.content.features.repetition_features import item_columns
from harvester.models import PAGE_ROLES, Document, Role
from harvester.outline import Outline
from harvester.rules.load import Rules

_HEADING: Final = PAGE_ROLES.index(Role.HEADING)
_LAST_OWN: Final = "items_share"  # behind it stand the columns that come of several blocks
_LOGARITHMS: Final = (
    *("chars", "words", "page_blocks", "page_prose", "prose_since_headline"),
    *("around0_size", "around1_size", "around2_size", "alike_size"),
)
_SIGNED: Final = ("from_longest", "from_headline")
_FIRST_MARK: Final = "near_prompt"


@dataclass(frozen=True, slots=True)
class _Places:
    """The numbers of columns among those of a block by itself."""

    count: int
    of: Mapping[str, int]
    logarithms: NDArray[np.intp]
    signed: NDArray[np.intp]


def compiled_rows(
    core: ModuleType,
    names: tuple[str, ...],
    outline: Outline,
    placed: Collection[int],
    rules: Rules,
    at: NDArray[np.int64] | None,
) -> Rows:
    """Return the feature rows of the blocks `at`, None: of all; `names` are those of the columns, in their order."""
    places, document = _places(names), outline.document
    count = len(document.blocks)
    columns = np.empty((places.count, count))
    numbers, dated = outline.block_matrix, outline.dated_numbers
    core.write_columns(
        *(numbers, outline.container_matrix, alike_blocks(outline), dated),
        *(wordings_of(outline, placed, rules), columns, -1 if outline.headline is None else outline.headline),
        *(*best_extent(outline, placed), _HEADING),
    )
    try:
        write_told(core, outline, placed, columns)
    except UnicodeEncodeError:  # half a surrogate pair
        _write_words(columns, places, document, placed)
    _write_lists(columns, places, outline)
    first = places.of[_FIRST_MARK]
    write_distances(core, outline, rules, columns[first : first + MARKS])
    columns[places.logarithms] = np.log1p(columns[places.logarithms])
    columns[places.signed] = signed_log(columns[places.signed])
    at = np.arange(count) if at is None else at
    rows = np.empty((len(names), len(at)), dtype=np.float32)
    core.write_feature_rows(columns, at, rows)
    return Rows(names, rows.T)


@lru_cache(maxsize=4)
def _places(names: tuple[str, ...]) -> _Places:
    of = {name: at for at, name in enumerate(names[: names.index(_LAST_OWN) + 1])}
    logarithms, signed = (np.array([of[name] for name in asked], dtype=np.intp) for asked in (_LOGARITHMS, _SIGNED))
    return _Places(len(of), of, logarithms, signed)


def _write_words(columns: NDArray[np.float64], places: _Places, document: Document, placed: Collection[int]) -> None:
    """Write what the head and the other blocks repeat, and what rules have taken out."""
    data = linked_data(document)
    given: dict[str, Sequence[float]] = {
        "placed": [index in placed for index in range(len(document.blocks))],
        "twins": twins_of(document),
        **matches(document, data),
    }
    for name, values in given.items():
        columns[places.of[name]] = values
    for name, value in flags_of(document, data).items():
        columns[places.of[name]] = value


def _write_lists(columns: NDArray[np.float64], places: _Places, outline: Outline) -> None:
    if not outline.item_lists:
        columns[places.of["items"] :] = 0.0
        return
    for name, values in item_columns(outline).items():
        columns[places.of[name]] = values
