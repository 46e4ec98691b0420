"""The shape of feature columns."""

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Final

import numpy as np
from numpy.typing import NDArray

Column = NDArray[np.float64]  # one number a block
Columns = dict[str, Column]

# What `values.sum()` calls by way of Python, which of a few blocks takes as long as the sum.
total: Final = np.add.reduce


@dataclass(frozen=True, slots=True)
class Rows:
    """The rows of one page."""

    names: tuple[str, ...]
    values: NDArray[np.float32]  # blocks x features


def rows_of(columns: Columns) -> Rows:
    """Return the rows of the columns, in their order."""
    # np.column_stack makes two small arrays for each of the columns first.
    return Rows(tuple(columns), np.array(list(columns.values()), dtype=np.float32).T)


def column(values: Iterable[float]) -> Column:
    """Return the values as a column."""
    return np.array(list(values), dtype=np.float64)


def signed_log(distance: Column) -> Column:
    """Return distances on a logarithmic scale, their sign kept."""
    return np.sign(distance) * np.log1p(np.abs(distance))


def weighted_mean(values: Column, weights: Column) -> float:
    """Return the weighted mean as `np.average` does, in half of the time."""
    return float(total(values * weights) / total(weights))
