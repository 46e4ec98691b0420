"""Features of markup and wording: kinds of boilerplate by group, names of content, semantic tags."""

from collections.abc import Callable, Collection, Iterator
from contextlib import suppress
from functools import cache, lru_cache
from itertools import chain
from operator import attrgetter
from types import ModuleType
from typing import Final

import numpy as np
from numpy.typing import NDArray

from harvester.content.features.matrix import Columns
from harvester.models import PAGE_ROLES, Role
from harvester.outline import Outline
from harvester.outline.containers import nearest_marks
from harvester.rules.load import Rules

_GROUPS: Final = ("prompt", "social", "recirculation", "chrome", "metadata", "notice", "media", "structure")
_TAGS: Final = "article main section aside header footer form figure table ul ol blockquote a p li details".split()
_NAMES: Final = (
    *(f"near_{group}" for group in _GROUPS),
    "near_content",
    "near_body",
    "near_articleBody",
    *(f"in_{t}" for t in _TAGS),
)
MARKS: Final = len(_NAMES)
_TAG_MARKS: Final = {tag: len(_GROUPS) + 3 + number for number, tag in enumerate(_TAGS)}
_MARKS_CACHED: Final = 16_384  # signatures; a page has some hundred
_BODY_NAME: Final = "articleBody"  # schema.org: the actual body of the article
_TAG: Final = attrgetter("tag")
_ITEMPROP: Final = attrgetter("itemprop")
_MAX_BODY_WORDS: Final = 3
_FAR: Final = 20  # containers; farther than that, nothing is said about a block


def mark_columns(outline: Outline, placed: Collection[int], rules: Rules) -> Columns:
    """Return distances to containers with meaningful names, and the groups of the wordings on and above each block."""
    rows = distances(outline, rules)
    columns: Columns = {name: rows[:, number] for number, name in enumerate(_NAMES)}
    wordings = wordings_of(outline, placed, rules)
    is_heading = outline.block_numbers.role == PAGE_ROLES.index(Role.HEADING)
    # The number of the heading before each block; 0: none, as in the first row.
    last = np.maximum.accumulate(np.append(0, np.where(is_heading, np.arange(1, len(wordings) + 1), 0)))[:-1]
    above = np.concatenate((np.zeros((1, len(_GROUPS))), wordings))[last]
    columns["wording"] = wordings.max(axis=1, initial=0)
    for number, group in enumerate(_GROUPS):
        columns[f"says_{group}"] = wordings[:, number]
        columns[f"under_{group}"] = above[:, number]
    return columns


def _phrases(words: list[str]) -> Iterator[str]:
    """Yield the words, and those that stand one behind the other, up to three."""
    for count in range(1, _MAX_BODY_WORDS + 1):
        yield from (" ".join(words[at : at + count]) for at in range(len(words) - count + 1))


def wordings_of(outline: Outline, placed: Collection[int], rules: Rules) -> NDArray[np.float64]:
    """Return a row a block, a column a group: 1 where a wording of the group fits the block."""
    blocks, languages = outline.document.blocks, outline.languages
    found = np.zeros((len(blocks), len(_GROUPS)))
    standing = [index for index in range(len(blocks)) if index not in placed]
    hits_of_all = rules.lines_of_all([blocks[index].text for index in standing], languages)
    for index, hits in zip(standing, hits_of_all, strict=True):
        for hit in hits:
            found[index, _GROUPS.index(rules.kinds[hit.kind].group)] = 1
    return found


def distances(outline: Outline, rules: Rules) -> NDArray[np.float64]:
    """Return blocks x marks: how many containers up from each block the nearest one that bears the mark is."""
    elements = outline.document.elements
    bodies = [_BODY_NAME in name for name in map(_ITEMPROP, elements)]
    borne = list(map(_marks_of(rules), outline.signatures, map(_TAG, elements), bodies))
    bearers = np.repeat(np.arange(len(borne)), list(map(len, borne)))
    numbers = np.array(list(chain.from_iterable(borne)), dtype=np.int64)
    of_element = nearest_marks(outline.container_numbers.parent, bearers, numbers, len(_NAMES), float(_FAR))
    # What stands in no element is far from all marks, as the last row is.
    return np.minimum(of_element[outline.block_numbers.element], _FAR)


def write_distances(core: ModuleType, outline: Outline, rules: Rules, columns: NDArray[np.float64]) -> None:
    """Write what `distances` returns, marks x blocks, with native/element_marks.c."""
    said = outline.document.elements, outline.signatures, outline.places(rules)
    with suppress(UnicodeEncodeError):  # half a surrogate pair
        matrices = outline.container_matrix, outline.block_matrix
        core.write_distances(_compiled_marks(core, rules), *said, _FAR, *matrices, columns)
        return
    columns[:] = distances(outline, rules).T


@cache
def _compiled_marks(core: ModuleType, rules: Rules) -> object:
    groups = bytes(_GROUPS.index(kind.group) for kind in rules.kinds.values())
    words = tuple(sorted(rules.lexicon.class_words["content"])), tuple(sorted(rules.lexicon.box_names["body"]))
    return core.index_marks(tuple(rules.kinds), groups, len(_GROUPS), *words, _BODY_NAME, tuple(_TAGS))


@cache
def _marks_of(rules: Rules) -> Callable[[str, str, bool], tuple[int, ...]]:
    """Return the function from signature and tag to the numbers of the marks in _NAMES that the element bears."""
    contents, bodies = rules.lexicon.class_words["content"], rules.lexicon.box_names["body"]

    @lru_cache(maxsize=_MARKS_CACHED)
    def of_words(words: str) -> tuple[int, ...]:
        marks = [_GROUPS.index(rules.kinds[hit.kind].group) for hit in rules.places(words)]
        said = words.split()
        content = (not contents.isdisjoint(said), not bodies.isdisjoint(_phrases(said)))
        return (*marks, *(len(_GROUPS) + number for number, found in enumerate(content) if found))

    @lru_cache(maxsize=_MARKS_CACHED)
    def of_element(words: str, tag: str, is_body: bool) -> tuple[int, ...]:
        marks = of_words(words) if words else ()
        if is_body:
            marks = (*marks, len(_GROUPS) + 2)
        return (*marks, _TAG_MARKS[tag]) if tag in _TAG_MARKS else marks

    return of_element
