"""The second stage: each block once more, in the light of the first stage's probabilities for all the others.

The first model sees a block and its markup; this one sees only what the first thought of the blocks around it, in its
containers, of its markup and of its role, and what kind of page it is where that is no article. So a teaser among
teasers falls with them, and a short line between two paragraphs stays (jusText revises its first labels by the
neighbours in the same spirit). It sees, too, how the block's words come again in what the first takes for the article
(`shared_words.py`). Compiled (native/second_stage.c), or with numpy.
"""

from contextlib import suppress
from functools import cache
from types import ModuleType
from typing import Final

import numpy as np
from numpy.typing import NDArray

from harvester import native
from harvester.content.features.matrix import Column, Columns, Rows, rows_of, signed_log, total
from harvester.content.features.neighbourhood_features import nearest_containers
from harvester.content.main_column import trunk_columns
from harvester.content.page_type_columns import type_columns
from harvester.content.shared_words import shared_word_columns
from harvester.models import PAGE_ROLES, Document, Element, PageType, Role
from harvester.outline import Outline

_WINDOWS: Final = (3, 8, 20)
_STEPS: Final = (-3, -2, -1, 1, 2, 3)
_SURE: Final = 0.8
_LONG_CHARS: Final = 100
_CHOSEN: Final = 0.5
_ROLES: Final = PAGE_ROLES
_SMALLEST: Final = 1e-9  # stands for nothing where something is divided by it

Indexes = NDArray[np.int64]


def weights_of(lengths: Column) -> Column:
    """Return what a block of each length counts: between counting blocks and counting characters."""
    return np.asarray(np.log1p(lengths) * np.sqrt(lengths), dtype=np.float64)


def revision_rows(
    outline: Outline, candidates: Indexes, first: Column, page_type: PageType, groups: Indexes | None = None
) -> Rows:
    """Return the rows of the second stage; `first` holds the first stage's probability of each candidate.

    `groups` are those of `alike_groups`, where they are known already.
    """
    groups = alike_groups(outline, candidates) if groups is None else groups
    blocks = outline.document.blocks
    texts = [blocks[at].text for at in candidates.tolist()]
    others = {
        **type_columns(page_type, len(first)),
        **shared_word_columns(texts, outline.document.title or "", first),
    }
    if native.CORE is not None:
        own = _names()
        columns = np.empty((len(own) + len(others), len(first)))
        _write_compiled_columns(native.CORE, outline, candidates, (first, groups), columns[: len(own)])
        columns[len(own) :] = list(others.values())
        return Rows((*own, *others), columns.astype(np.float32).T)
    return rows_of({**revision_columns(outline, candidates, first, groups), **others})


@cache
def _names() -> tuple[str, ...]:
    """Return the names of the columns that come of the first stage alone."""
    nothing = Document((), (), None, None, None, (), (), (), ())
    none = np.zeros(0, dtype=np.int64)
    return tuple(revision_columns(Outline(nothing), none, np.zeros(0), none))


@cache
def _logarithms() -> tuple[Indexes, Indexes]:
    """Return the places of the columns that are logarithms, and of those that have a sign."""
    of = _names().index
    weights = (f"{name}_weight" for name in ("around0", "around1", "around2", "around3", "alike"))
    signed = (f"trunk{share}_beyond" for share in (50, 70, 90))
    return np.array([*map(of, weights)], dtype=np.int64), np.array([*map(of, signed)], dtype=np.int64)


def _write_compiled_columns(
    core: ModuleType, outline: Outline, candidates: Indexes, said: tuple[Column, Indexes], columns: NDArray[np.float64]
) -> None:
    """Write what `revision_columns` returns, columns x candidates; `said` are the first stage and the groups."""
    first, groups = said
    weights = weights_of(outline.block_numbers.chars[candidates].astype(np.float64))
    expected, chosen = first * weights, first > _CHOSEN
    leaning = expected * chosen
    core.write_second_stage(
        *(outline.block_matrix, outline.container_matrix, candidates, groups),
        *(first, weights, leaning, columns, total(expected) / max(total(weights), _SMALLEST)),
        *(expected_f1(first, weights, chosen), total(leaning), _ROLES.index(Role.HEADING)),
    )
    plain, signed = _logarithms()
    columns[plain] = np.log1p(columns[plain])
    columns[signed] = signed_log(columns[signed])


def revision_columns(outline: Outline, candidates: Indexes, first: Column, groups: Indexes) -> Columns:
    """Return the columns of `revision_rows` that come of the first stage alone; `groups`: those of `alike_groups`."""
    seen = outline.block_numbers
    own, lengths, roles = (row[candidates] for row in (seen.element, seen.chars, seen.role))
    weights = weights_of(lengths.astype(np.float64))
    columns: Columns = {"first": first}
    columns.update(_neighbours(first))
    columns.update(_windows(first, weights))
    nearest = nearest_containers(outline)
    for number, around in enumerate((own, *nearest[own].T)):
        columns.update(_group(f"around{number}", around, first, weights))
    columns.update(_group("alike", groups, first, weights))
    columns["of_role"] = _means(roles, first, weights)
    columns.update(_page(first, weights, lengths))
    columns.update(trunk_columns(outline, candidates, weights * np.where(first > _CHOSEN, first, 0.0)))
    columns["below"] = _below(first, roles == _ROLES.index(Role.HEADING))
    return columns


def _neighbours(first: Column) -> Columns:
    reach = max(_STEPS)
    beyond = np.full(reach, np.nan)
    padded = np.concatenate((beyond, first, beyond))
    return {f"first_{step:+d}": padded[reach + step : len(padded) - reach + step] for step in _STEPS}


def _windows(first: Column, weights: Column) -> Columns:
    sums = np.concatenate(([0.0], np.cumsum(first * weights)))
    totals = np.concatenate(([0.0], np.cumsum(weights)))
    index = np.arange(len(first))
    columns = {}
    for width in _WINDOWS:
        low, high = np.maximum(index - width, 0), np.minimum(index + width + 1, len(first))
        columns[f"within{width}"] = (sums[high] - sums[low]) / np.maximum(totals[high] - totals[low], _SMALLEST)
    whole = max(sums[-1], _SMALLEST)
    return {**columns, "share_before": sums[:-1] / whole, "share_after": (sums[-1] - sums[1:]) / whole}


def _group(name: str, groups: Indexes, first: Column, weights: Column) -> Columns:
    """Return the mean of the blocks of one group, how much they weigh and how many of all they are."""
    of = groups + 1  # -1 is a group, too
    totals = np.bincount(of, weights=weights)
    means = np.bincount(of, weights=first * weights) / np.maximum(totals, _SMALLEST)
    return {
        f"{name}_mean": means[of],
        f"{name}_weight": np.log1p(totals[of]),
        f"{name}_share": np.bincount(of)[of] / len(first),
    }


def _means(groups: Indexes, first: Column, weights: Column) -> Column:
    totals = np.bincount(groups, weights=weights)
    return np.asarray((np.bincount(groups, weights=first * weights) / np.maximum(totals, _SMALLEST))[groups])


def alike_groups(outline: Outline, candidates: Indexes) -> Indexes:
    """Return a number for each block, the same for blocks of the same role and markup."""
    document = outline.document
    if native.CORE is not None:
        with suppress(UnicodeEncodeError):  # half a surrogate pair in a class
            found = np.empty(len(candidates), dtype=np.int64)
            native.CORE.group_blocks(document.elements, True, outline.block_matrix, candidates, found)
            return found
    elements: tuple[Element, ...] = document.elements
    numbers: dict[tuple[str, ...], int] = {}
    groups = []
    for block in (document.blocks[at] for at in candidates.tolist()):
        own = elements[block.element] if block.element >= 0 else None
        outer = elements[own.parent] if own and own.parent >= 0 else own
        key = (block.role, *((own.tag, own.classes, outer.tag, outer.classes) if own and outer else ()))
        groups.append(numbers.setdefault(key, len(numbers)))
    return np.array(groups, dtype=np.int64)


def _page(first: Column, weights: Column, lengths: Indexes) -> Columns:
    count = len(first)
    sure = np.flatnonzero((first > _SURE) & (lengths > _LONG_CHARS))
    index = np.arange(count, dtype=np.float64)
    ends = (sure[0], sure[-1]) if len(sure) else (np.nan, np.nan)
    return {
        "from_first_sure": index - ends[0],
        "from_last_sure": index - ends[1],
        "page_mean": np.full(count, (first * weights).sum() / max(weights.sum(), _SMALLEST)),
        "page_chosen": np.full(count, float((first > _CHOSEN).sum())),
        "page_f1": np.full(count, expected_f1(first, weights, first > _CHOSEN)),
    }


def _below(first: Column, is_heading: NDArray[np.bool_]) -> Column:
    """Return the first stage at the next block that is no heading; 0 behind the last."""
    following = []
    value = 0.0
    for here, passed_over in zip(first[::-1].tolist(), is_heading[::-1].tolist(), strict=True):
        following.append(value)
        if not passed_over:
            value = here
    return np.array(following[::-1], dtype=np.float64)


def expected_f1(probabilities: Column, weights: Column, chosen: NDArray[np.bool_]) -> float:
    """Return the F1 that a choice would have if the probabilities were true, 0 to 1."""
    expected = weights * probabilities
    hit = float(total(expected[chosen]))
    extra = float(total((weights * (1 - probabilities))[chosen]))
    missed = float(total(expected[~chosen]))
    return 2 * hit / (2 * hit + extra + missed) if hit else 0.0
