"""The numbers of a page's containers, and what goes up and down their tree: compiled (native/containers.c), or not.

Parents come before their children, so that one pass does for any depth.
"""

from collections.abc import Sequence
from typing import NamedTuple

import numpy as np
from numpy.typing import ArrayLike, NDArray

from harvester import native
from harvester.models import PAGE_ROLES, Element, Role
from harvester.outline.block_numbers import BlockNumbers, Numbers

Floats = NDArray[np.float64]


class ContainerNumbers(NamedTuple):
    """An array a number, a place an element; the last place is for blocks without element."""

    parent: Numbers  # -1: none
    depth: Numbers
    first: Numbers  # block; 0 where there is none, as is the end
    end: Numbers  # the one after the last block
    larger: Numbers  # the nearest element around it that holds more blocks; -1: none
    prose: Numbers  # characters, as of the blocks; from here on summed up over all that stands in it
    chars: Numbers
    linked: Numbers
    code: Numbers  # characters of code


def read_containers(elements: tuple[Element, ...], blocks: BlockNumbers) -> ContainerNumbers:
    """Return the numbers of the elements; `blocks` are those of the same page."""
    return ContainerNumbers(*container_matrix(elements, np.array(blocks)))


def container_matrix(elements: tuple[Element, ...], blocks: Numbers) -> Numbers:
    """Return the numbers of the elements as one array: the fields of `ContainerNumbers` x elements and one more.

    `blocks` are the numbers of the blocks, as `block_matrix` returns them.
    """
    numbers = np.zeros((len(ContainerNumbers._fields), len(elements) + 1), dtype=np.int64)
    if native.CORE is None:
        _sum_up(elements, BlockNumbers(*blocks), ContainerNumbers(*numbers))
    else:
        native.CORE.read_containers(elements, PAGE_ROLES.index(Role.CODE), blocks, numbers)
    return numbers


def summed(parents: Numbers, own: Numbers, values: ArrayLike) -> Floats:
    """Return the sums of a value of each block over the blocks in each element; `own` are the elements of the blocks.

    As in all of these, `parents` has one place more than there are elements, for blocks without one: here it is 0.
    """
    # -1 is no element; of no blocks, the sums are integers
    sums = np.bincount(own + 1, weights=values, minlength=len(parents) + 1)[1:].astype(np.float64, copy=False)
    if native.CORE is not None:
        native.CORE.add_to_parents(parents, sums)
        return sums
    added = sums.tolist()
    for at in range(len(parents) - 1, 0, -1):
        if parents[at] >= 0:
            added[parents[at]] += added[at]
    return np.array(added, dtype=np.float64)


def inherited(parents: Numbers, values: Numbers) -> Numbers:
    """Return the values, where they are below 0 those of the nearest element around that has one."""
    if native.CORE is not None:
        result = np.array(values)
        native.CORE.inherit(parents, result)
        return result
    _refuse_disorder(parents.tolist())
    given: list[int] = []
    for value, parent in zip(values.tolist(), parents.tolist(), strict=True):
        given.append(given[parent] if value < 0 <= parent else value)
    return np.array(given, dtype=np.int64)


def nearest_marks(parents: Numbers, bearers: Numbers, marks: Numbers, count: int, far: float) -> Floats:
    """Return elements x `count`: how many containers up the nearest one that bears each mark is; `far`: none does.

    `bearers` are the elements, each with one of its `marks`. A distance beyond `far` is given as it is.
    """
    distances = np.full((len(parents), count), far)
    distances[bearers, marks] = 0
    for at, parent in enumerate(parents.tolist()):
        if parent >= 0:
            distances[at] = np.where(distances[at] == 0, 0, distances[parent] + 1)
    return distances


def _sum_up(elements: Sequence[Element], blocks: BlockNumbers, numbers: ContainerNumbers) -> None:
    """Write the numbers of the elements, which are 0 before."""
    parents = [element.parent for element in elements]
    _refuse_disorder(parents)
    if blocks.element.max(initial=-1) >= len(parents):
        raise ValueError("a block stands in no element of its page")
    depths: list[int] = []
    for parent in parents:
        depths.append(depths[parent] + 1 if parent >= 0 else 0)
    extents = _extents(parents, blocks.element.tolist())
    larger: list[int] = []
    for index, parent in enumerate(parents):
        is_same = parent >= 0 and extents[parent] == extents[index]
        larger.append(larger[parent] if is_same else parent)
    numbers.parent[:] = [*parents, -1]
    numbers.depth[:-1] = depths
    numbers.first[:-1] = [first for first, _ in extents]
    numbers.end[:-1] = [end for _, end in extents]
    numbers.larger[:] = [*larger, -1]
    code = np.where(blocks.role == PAGE_ROLES.index(Role.CODE), blocks.chars, 0)
    for values, row in (
        (blocks.prose, numbers.prose),
        (blocks.chars, numbers.chars),
        (blocks.linked, numbers.linked),
        (code, numbers.code),
    ):
        row[:] = summed(numbers.parent, blocks.element, values)


def _refuse_disorder(parents: Sequence[int]) -> None:
    """Raise ValueError where an element stands before its parent."""
    if not all(-1 <= parent < at for at, parent in enumerate(parents)):
        raise ValueError("an element stands before its parent")


def _extents(parents: Sequence[int], own: Sequence[int]) -> list[tuple[int, int]]:
    """Return (first block, one after the last block) of each element; `own` are the elements of the blocks."""
    firsts = [len(own)] * len(parents)
    ends = [0] * len(parents)
    for index, at in enumerate(own):
        if at >= 0:
            if not ends[at]:
                firsts[at] = index
            ends[at] = index + 1
    # Parents come before their children, so one pass backwards sums up.
    for at in range(len(parents) - 1, 0, -1):
        parent, end = parents[at], ends[at]
        if parent >= 0 and end:
            firsts[parent] = min(firsts[parent], firsts[at])
            ends[parent] = max(ends[parent], end)
    return [(first, end) if end else (0, 0) for first, end in zip(firsts, ends, strict=True)]
