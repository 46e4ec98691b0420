"""Features of markup and wording: kinds of boilerplate by group, names of content, semantic tags."""

import re
from collections.abc import Callable, Collection
from functools import cache, lru_cache
from itertools import chain
from operator import attrgetter
from typing import Final

import numpy as np
from numpy.typing import NDArray

from harvester.content.features.matrix import Columns
from harvester.models import PAGE_ROLES, Document, Role
from harvester.outline import Outline
from harvester.outline.containers import nearest_marks
from harvester.rules.load import Rules

_GROUPS: Final = ("prompt", "social", "recirculation", "chrome", "metadata", "notice", "media", "structure")
_TAGS: Final = "article main section aside header footer form figure table ul ol blockquote a p li details".split()
_CONTENT: Final = frozenset(
    "article articles story stories post posts entry content contents body text main paragraph paragraphs "
    "detail details news blog page copy richtext prose wysiwyg markdown editor read cuerpo texto "
    "contenido artikel inhalt conteudo contenu testo".split()
)
_BODY = re.compile(
    r"\b(?:(?:article|story|post|entry|news|main|page|blog) (?:body|text|content|copy|main)|"
    r"(?:content|body) (?:body|copy|text|article|main)|(?:article|story|post)(?:body|text|content)|"
    r"td post content|field name body|rich ?text|the ?content)\b"
)
_BODY_ENDS: Final = ("body", "text", "content", "copy", "main", "article")  # of all that it matches
_NAMES: Final = (
    *(f"near_{group}" for group in _GROUPS),
    "near_content",
    "near_body",
    "near_articleBody",
    *(f"in_{t}" for t in _TAGS),
)
_TAG_MARKS: Final = {tag: len(_GROUPS) + 3 + number for number, tag in enumerate(_TAGS)}
_MARKS_CACHED: Final = 16_384  # signatures; a page has some hundred
_BODY_NAME: Final = "articleBody"  # schema.org: the actual body of the article
_TAG: Final = attrgetter("tag")
_ITEMPROP: Final = attrgetter("itemprop")
_FAR: Final = 20.0  # containers; farther than that, nothing is said about a block


def mark_columns(outline: Outline, placed: Collection[int], rules: Rules) -> Columns:
    """Return distances to containers with meaningful names, and the groups of the wordings on and above each block."""
    document = outline.document
    rows = distances(outline, rules)
    columns: Columns = {name: rows[:, number] for number, name in enumerate(_NAMES)}
    wordings = wordings_of(document, placed, rules)
    is_heading = outline.block_numbers.role == PAGE_ROLES.index(Role.HEADING)
    # The number of the heading before each block; 0: none, as in the first row.
    last = np.maximum.accumulate(np.append(0, np.where(is_heading, np.arange(1, len(wordings) + 1), 0)))[:-1]
    above = np.concatenate((np.zeros((1, len(_GROUPS))), wordings))[last]
    columns["wording"] = wordings.max(axis=1, initial=0)
    for number, group in enumerate(_GROUPS):
        columns[f"says_{group}"] = wordings[:, number]
        columns[f"under_{group}"] = above[:, number]
    return columns


def wordings_of(document: Document, placed: Collection[int], rules: Rules) -> NDArray[np.float64]:
    """Return a row a block, a column a group: 1 where a wording of the group fits the block."""
    languages = document.languages
    found = np.zeros((len(document.blocks), len(_GROUPS)))
    for index, block in enumerate(document.blocks):
        if index not in placed:
            for hit in rules.lines(block.text, languages):
                found[index, _GROUPS.index(rules.kinds[hit.kind].group)] = 1
    return found


def distances(outline: Outline, rules: Rules) -> NDArray[np.float64]:
    """Return blocks x marks: how many containers up from each block the nearest one that bears the mark is."""
    elements = outline.document.elements
    bodies = [_BODY_NAME in name for name in map(_ITEMPROP, elements)]
    borne = list(map(_marks_of(rules), outline.signatures, map(_TAG, elements), bodies))
    bearers = np.repeat(np.arange(len(borne)), list(map(len, borne)))
    numbers = np.array(list(chain.from_iterable(borne)), dtype=np.int64)
    of_element = nearest_marks(outline.container_numbers.parent, bearers, numbers, len(_NAMES), _FAR)
    # What stands in no element is far from all marks, as the last row is.
    return np.minimum(of_element[outline.block_numbers.element], _FAR)


@cache
def _marks_of(rules: Rules) -> Callable[[str, str, bool], tuple[int, ...]]:
    """Return the function from signature and tag to the numbers of the marks in _NAMES that the element bears."""

    @lru_cache(maxsize=_MARKS_CACHED)
    def of_words(words: str) -> tuple[int, ...]:
        marks = [_GROUPS.index(rules.kinds[hit.kind].group) for hit in rules.places(words)]
        said = words.split()
        may_be_body = any(word.endswith(_BODY_ENDS) for word in said)  # a twentieth of the pattern's time
        content = (not _CONTENT.isdisjoint(said), may_be_body and _BODY.search(words))
        return (*marks, *(len(_GROUPS) + number for number, found in enumerate(content) if found))

    @lru_cache(maxsize=_MARKS_CACHED)
    def of_element(words: str, tag: str, is_body: bool) -> tuple[int, ...]:
        marks = of_words(words) if words else ()
        if is_body:
            marks = (*marks, len(_GROUPS) + 2)
        return (*marks, _TAG_MARKS[tag]) if tag in _TAG_MARKS else marks

    return of_element
