"""The shape of feature columns."""

from collections.abc import Iterable
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

Column = NDArray[np.float64]  # one number a block
Columns = dict[str, Column]


@dataclass(frozen=True, slots=True)
class Rows:
    """The rows of one page."""

    names: tuple[str, ...]
    values: NDArray[np.float32]  # blocks x features


def column(values: Iterable[float]) -> Column:
    """Return the values as a column."""
    return np.array(list(values), dtype=np.float64)


def signed_log(distance: Column) -> Column:
    """Return distances on a logarithmic scale, their sign kept."""
    return np.sign(distance) * np.log1p(np.abs(distance))
