"""LightGBM's trees into the arrays of harvester.content.trees."""

from dataclasses import dataclass, field
from typing import Any

import numpy as np

from harvester.content.trees import MAX_LEAVES, Trees


@dataclass(slots=True)
class TreeArrays:
    """The trees, node by node; see harvester.content.trees.Model for the meaning of each."""

    share: float = 1.0  # what each tree counts: of several models, the mean is the sum of shares
    features: list[int] = field(default_factory=list)
    limits: list[np.float32] = field(default_factory=list)
    nan_left: list[bool] = field(default_factory=list)
    masks: list[int] = field(default_factory=list)
    starts: list[int] = field(default_factory=list)
    leaves: list[list[float]] = field(default_factory=list)

    def add(self, tree: dict[str, Any]) -> None:
        """Add one tree of `Booster.dump_model()`."""
        self.starts.append(len(self.features))
        values: list[float] = []
        self._add_node(tree["tree_structure"], values)
        if len(self.features) == self.starts[-1]:  # a stump: one node that always goes left
            self._add_test(0, np.float32(np.inf), nan_left=True, mask=(1 << MAX_LEAVES) - 1)
        self.leaves.append(values + [0.0] * (MAX_LEAVES - len(values)))

    def _add_node(self, node: dict[str, Any], values: list[float]) -> None:
        if "leaf_value" in node:
            values.append(self.share * float(node["leaf_value"]))
            return
        at = len(self.features)
        limit = float_not_above(float(node["threshold"]))
        missing = node["missing_type"]
        nan_left = bool(node["default_left"]) if missing == "NaN" else bool(limit >= 0.0)
        self._add_test(int(node["split_feature"]), limit, nan_left=nan_left, mask=0)
        first = len(values)
        self._add_node(node["left_child"], values)
        left = sum(1 << leaf for leaf in range(first, len(values)))
        self.masks[at] = ((1 << MAX_LEAVES) - 1) & ~left
        self._add_node(node["right_child"], values)

    def _add_test(self, feature: int, limit: np.float32, *, nan_left: bool, mask: int) -> None:
        self.features.append(feature)
        self.limits.append(limit)
        self.nan_left.append(nan_left)
        self.masks.append(mask)

    def trees(self, names: tuple[str, ...]) -> Trees:
        """Return what was added."""
        return Trees(
            names=names,
            features=np.array(self.features, dtype=np.int16),
            limits=np.array(self.limits, dtype=np.float32),
            nan_left=np.array(self.nan_left, dtype=np.bool_),
            masks=np.array(self.masks, dtype=np.uint32),
            starts=np.array(self.starts, dtype=np.int64),
            leaves=np.array(self.leaves, dtype=np.float32),
        )


def float_not_above(limit: float) -> np.float32:
    """Return the greatest 32-bit float that is not above `limit`: 32-bit values compare with it as with `limit`."""
    # LightGBM parts rows without a value by a threshold beyond what 32 bits hold.
    near = np.float32(min(limit, float(np.finfo(np.float32).max)))
    return near if float(near) <= limit else np.nextafter(near, np.float32(-np.inf))
