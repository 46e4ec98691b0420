"""The stage for pages that are hardly articles: lists, shops, threads, manuals.

What is content there is learned from such pages alone: of an article cards and prices are none, of a list they are all
there is. It sees what both other stages see, with what the first one thought.
"""

import hashlib
from collections.abc import Sequence
from dataclasses import replace
from importlib.resources import files
from pathlib import Path
from typing import Final

import numpy as np
from numpy.typing import NDArray

from harvester.content.features.matrix import Column
from harvester.content.trees import Model, Trees, arrays_of, read_arrays, trees_of
from harvester.errors import Reason, RulesError
from harvester.outline import Outline

FORMAT: Final = 1
# Share of a page's sentences in one container, from which they are one text. Of pages that may be articles (.1 to .3)
# those with less gain by this stage, whatever they are called; the others lose. By domain .35 to .65 are alike.
_ONE_BODY: Final = 0.5
_SOME_LINKS: Final = 0.3  # of a block, up to which its sentences are its own


def other_rows(first: NDArray[np.float32], second: NDArray[np.float32]) -> NDArray[np.float32]:
    """Return the rows of this stage, given those of the two others."""
    return np.ascontiguousarray(np.concatenate((first, second), axis=1), dtype=np.float32)


def is_scattered(outline: Outline) -> bool:
    """Return whether no one container holds the half of a page's sentences: posts, cards and entries have their own."""
    seen = outline.block_numbers
    prose = (seen.prose > 0) & (seen.linked < _SOME_LINKS * seen.chars) & (seen.cut == 0)
    within = outline.container_numbers.parent[seen.element[prose]] + 1  # -1: none
    held = np.bincount(within, weights=seen.chars[prose])
    return bool(held.max(initial=0.0) < _ONE_BODY * held.sum())


def columns_of(first: Sequence[str], second: Sequence[str]) -> tuple[str, ...]:
    """Return the names of the columns of `other_rows`, given those of the two others."""
    return (*first, *(f"second_{name}" for name in second))


def with_other_pages(model: Model, path: Path | None = None) -> Model:
    """Return the model with the stage at `path`, or the one that comes with the package.

    Raises RulesError where there is none, or one that was trained on other columns than those of the model's stages.
    """
    place = path or Path(str(files("harvester.content").joinpath("other_pages.npz")))
    kept = read_arrays(place, FORMAT, "model of other pages")
    others = trees_of(kept)
    if others.names != columns_of(model.first.names, model.second.names):
        explanation = "this model of other pages sees other columns than the block classifier; train it anew"
        raise RulesError(str(place), Reason.BAD_RULES, explanation)
    digest = hashlib.sha256(f"{model.digest}{kept['digest']}".encode()).hexdigest()[:12]
    return replace(model, others=others, digest=digest)


def save_other_pages(trees: Trees, digest: str, path: Path) -> None:
    """Write trees for `with_other_pages`; `digest` names the training run. The same trees give the same bytes."""
    np.savez_compressed(path, format=np.asarray(FORMAT), digest=np.asarray(digest), **arrays_of(trees))


def other_probabilities(model: Model, first: NDArray[np.float32], second: NDArray[np.float32]) -> Column:
    """Return the probabilities by this stage, by the second one where a model has none; given the rows of both."""
    if model.others is None:
        return model.second.probabilities(second)
    return model.others.probabilities(other_rows(first, second))
