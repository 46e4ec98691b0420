"""The block classifier at run time: gradient-boosted trees in arrays, evaluated compiled (native/trees.c) or by numpy.

Every node of every tree is tested for every row; a row's leaf is the lowest bit that is left when the masks of all
nodes whose test failed are combined (QuickScorer: Lucchese et al., SIGIR 2015). With at most 32 leaves a tree, a mask
is one 32-bit word, and the time does not depend on the depth of the trees.
"""

from dataclasses import dataclass, fields
from functools import cache
from importlib.resources import files
from pathlib import Path
from typing import Any, Final
from zipfile import BadZipFile

import numpy as np
from numpy.typing import NDArray

from harvester import native
from harvester.cached_values import cached_value
from harvester.errors import Reason, RulesError

MAX_LEAVES: Final = 32  # bits of a mask
FORMAT: Final = 2
_STAGES: Final = ("first", "second")
_OWN_FORM: Final = frozenset({*_STAGES, "others"})  # of the arrays of a model; the others have a file of their own
_ALL_LEAVES: Final = np.uint32(0xFFFFFFFF)
_ROWS_AT_ONCE: Final = 512  # keeps the matrix of tests below 8 MB on pages of any size


@dataclass(frozen=True)
class Trees:
    """A boosted forest."""

    names: tuple[str, ...]  # of the feature columns, in order
    features: NDArray[np.int16]  # column that each node tests
    limits: NDArray[np.float32]  # a row goes left where its value is at most this
    nan_left: NDArray[np.bool_]  # and whether it does where it has none
    masks: NDArray[np.uint32]  # leaves that remain when the test fails
    starts: NDArray[np.int64]  # first node of each tree
    leaves: NDArray[np.float32]  # trees x MAX_LEAVES, values to add up

    def probabilities(self, rows: NDArray[np.float32]) -> NDArray[np.float64]:
        """Return for each row of feature values the probability that its block is content."""
        return np.asarray(1.0 / (1.0 + np.exp(-self.sums(rows)[0])))

    def sums(self, rows: NDArray[np.float32], groups: int = 1) -> NDArray[np.float64]:
        """Return groups x rows: what the trees give each row; tree number i adds to group i % groups.

        Raises RulesError where the rows have other columns than the trees were trained on.
        """
        if rows.shape[1] != len(self.names):
            raise RulesError("the model", Reason.BAD_RULES, "it was trained on other features; train it anew")
        if native.CORE is None:
            parts = [self._sums(rows[at : at + _ROWS_AT_ONCE], groups) for at in range(0, len(rows), _ROWS_AT_ONCE)]
            return np.concatenate(parts, axis=1) if parts else np.zeros((groups, 0))
        sums = np.empty((groups, len(rows)))
        native.CORE.sum_leaves(self._compiled, rows, sums)
        return sums

    def _sums(self, rows: NDArray[np.float32], groups: int) -> NDArray[np.float64]:
        values = self.leaf_values(rows).reshape(-1, groups, len(rows))
        return np.asarray(values.cumsum(axis=0)[-1])  # tree by tree: `sum` adds those of one row in another order

    def leaf_values(self, rows: NDArray[np.float32]) -> NDArray[np.float64]:
        """Return trees x rows: the value that each tree gives each row; a few hundred rows at a time."""
        plan = self._plan
        # Rows in the last axis: every step then runs along contiguous memory, which is three times as fast.
        values = np.ascontiguousarray(rows.T)
        both = np.concatenate((values, np.where(np.isnan(values), np.float32(-np.inf), values)))
        left = (both[plan.columns] <= plan.limits).view(np.uint8)
        passed = np.negative(left, dtype=np.uint32, casting="unsafe")  # all bits where a row goes left
        remaining = np.full((len(self.starts), len(rows)), _ALL_LEAVES, dtype=np.uint32)
        kept = np.empty_like(remaining)
        for tests, masks in zip(plan.tests, plan.masks, strict=True):
            passed.take(tests, axis=0, out=kept, mode="clip")
            kept |= masks
            remaining &= kept
        lowest = (remaining & (~remaining + np.uint32(1))).astype(np.float32)
        leaf = (lowest.view(np.int32) >> 23) - 127  # the exponent of a power of two, sooner than by a logarithm
        trees = np.arange(len(self.starts))[:, np.newaxis]
        return np.asarray(plan.leaves[trees, leaf])

    @cached_value
    def _plan(self) -> "_Plan":
        return _plan_of(self)

    @cached_value
    def _compiled(self) -> object:
        """What compiled code is to know of the trees; ValueError where they do not fit each other."""
        arrays = (
            (self.columns, np.int32),
            (self.limits, np.float32),
            (self.masks, np.uint32),
            (self.starts, np.int32),
            (self.leaves, np.float32),
        )
        parts = (np.ascontiguousarray(array, dtype=kind) for array, kind in arrays)
        return native.CORE.index_trees(*parts, len(self.names)) if native.CORE is not None else None

    @property
    def columns(self) -> NDArray[np.int64]:
        """Return the column that each node tests: of the values; or behind those, of the values with -inf for NaN.

        A row without a value goes left where -inf does, and NaN is at most nothing.
        """
        return self.features.astype(np.int64) + len(self.names) * self.nan_left


@dataclass(frozen=True, slots=True)
class _Plan:
    """The nodes of a forest in the order in which they are evaluated.

    Half of the tests are in several trees: each is made once. Then the first nodes of all trees are looked at, the
    second ones, and so on: three times as fast as tree by tree, because numpy works on one large block each time.
    """

    columns: NDArray[
        np.int64
    ]  # of each test, that of the values; or behind those, that of the values with -inf for NaN
    limits: NDArray[np.float32]  # tests x 1
    tests: NDArray[
        np.int64
    ]  # nodes of a tree x trees: the test of each; shorter trees end in nodes that remove nothing
    masks: NDArray[np.uint32]  # nodes of a tree x trees x 1
    leaves: NDArray[np.float64]


def _plan_of(trees: Trees) -> _Plan:
    ends = np.append(trees.starts[1:], len(trees.features))
    tree = np.repeat(np.arange(len(trees.starts)), ends - trees.starts)
    place = np.arange(len(trees.features)) - trees.starts[tree]
    pairs, test = np.unique(
        np.column_stack((trees.columns, trees.limits.astype(np.float64))), axis=0, return_inverse=True
    )
    tests = np.zeros((place.max() + 1, len(trees.starts)), dtype=np.int64)
    masks = np.full((*tests.shape, 1), _ALL_LEAVES, dtype=np.uint32)
    tests[place, tree] = test.reshape(-1)
    masks[place, tree, 0] = trees.masks
    columns, limits = pairs[:, 0].astype(np.int64), pairs[:, 1:].astype(np.float32)
    return _Plan(columns, limits, tests, masks, trees.leaves.astype(np.float64))


@dataclass(frozen=True, slots=True)
class Model:
    """Both stages, the limits chosen with them, and the calibration of confidence."""

    first: Trees  # sees a block and its markup
    second: Trees  # sees what the first thought of the blocks around it
    overrule: float  # mean probability from which a container stays that the rules took out by its place
    unsure: float  # raw confidence below which a second opinion is asked
    raw_points: NDArray[np.float32]  # raw confidence ...
    calibrated: NDArray[np.float32]  # ... and the mean word F1 measured there, ascending
    digest: str  # of the training run: data, parameters, code of the features
    others: Trees | None = (
        None  # sees, on pages that are hardly articles, what both stages see; None: the second decides
    )

    def calibrate(self, raw: float) -> float:
        """Return the word F1 that pages of this raw confidence had in cross-validation, 0 to 1."""
        return float(np.interp(raw, self.raw_points, self.calibrated))


def load_model(path: Path | None = None) -> Model:
    """Return the model at `path`, or the one that comes with the package; without the stage for other pages."""
    return _read_model(path) if path else _packaged()


@cache
def _packaged() -> Model:
    return _read_model(Path(str(files("harvester.content").joinpath("model.npz"))))


def read_arrays(path: Path, form: int, what: str) -> dict[str, NDArray[Any]]:
    """Return the arrays of a trained model by name.

    Raises RulesError when the file is missing, no `what`, or not of the format `form`.
    """
    try:
        with path.open("rb") as file, np.load(file, allow_pickle=False) as arrays:
            kept = {name: arrays[name] for name in arrays.files}
    except (OSError, ValueError, EOFError, BadZipFile) as error:
        raise RulesError(str(path), Reason.BAD_RULES, f"this is no {what}: {error}") from error
    if int(kept.pop("format", 0)) != form:
        raise RulesError(str(path), Reason.BAD_RULES, "this model is of another version; train it anew")
    return kept


def _read_model(path: Path) -> Model:
    """Return the model; raises RulesError when the file is missing, no model, or of another format."""
    kept = read_arrays(path, FORMAT, "model of harvester")
    return Model(
        first=trees_of(kept, "first_"),
        second=trees_of(kept, "second_"),
        overrule=float(kept["overrule"]),
        unsure=float(kept["unsure"]),
        raw_points=kept["raw_points"],
        calibrated=kept["calibrated"],
        digest=str(kept["digest"]),
    )


def trees_of(arrays: dict[str, NDArray[Any]], prefix: str = "") -> Trees:
    """Return the trees whose arrays a model keeps under their names behind `prefix`."""
    own: dict[str, Any] = {field.name: arrays[prefix + field.name] for field in fields(Trees)}
    own["names"] = tuple(str(name) for name in own["names"])
    return Trees(**own)


def arrays_of(trees: Trees, prefix: str = "") -> dict[str, Any]:
    """Return the arrays of trees for `trees_of`."""
    return {prefix + field.name: np.asarray(getattr(trees, field.name)) for field in fields(trees)}


def save_model(model: Model, path: Path) -> None:
    """Write `model` for `load_model`; the same model gives the same bytes."""
    arrays: dict[str, Any] = {
        field.name: np.asarray(getattr(model, field.name)) for field in fields(model) if field.name not in _OWN_FORM
    }
    for stage in _STAGES:
        arrays |= arrays_of(getattr(model, stage), f"{stage}_")
    np.savez_compressed(path, format=np.asarray(FORMAT), **arrays)
