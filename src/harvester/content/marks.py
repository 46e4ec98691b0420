"""Features of what markup and wording say: kinds of boilerplate by group, names of content, semantic tags."""

import re
from collections.abc import Collection
from typing import Final

import numpy as np
from numpy.typing import NDArray

from harvester.content.columns import Columns
from harvester.models import Document, Element, Role
from harvester.rules import Rules, signature

_GROUPS: Final = ("prompt", "social", "recirculation", "chrome", "metadata", "notice", "media", "structure")
_TAGS: Final = "article main section aside header footer form figure table ul ol blockquote a p li details".split()
_CONTENT = re.compile(
    r"\b(?:articles?|stor(?:y|ies)|posts?|entry|contents?|body|text|main|paragraphs?|details?|news|blog|page|copy|"
    r"richtext|prose|wysiwyg|markdown|editor|read|cuerpo|texto|contenido|artikel|inhalt|conteudo|contenu|testo)\b"
)
_BODY = re.compile(
    r"\b(?:(?:article|story|post|entry|news|main|page|blog) (?:body|text|content|copy|main)|"
    r"(?:content|body) (?:body|copy|text|article|main)|(?:article|story|post)(?:body|text|content)|"
    r"td post content|field name body|rich ?text|the ?content)\b"
)
_NAMES: Final = (
    *(f"near_{group}" for group in _GROUPS),
    "near_content",
    "near_body",
    "near_articleBody",
    *(f"in_{t}" for t in _TAGS),
)
_FAR: Final = 20.0  # containers; farther than that, nothing is said about a block


def mark_columns(document: Document, placed: Collection[int], rules: Rules) -> Columns:
    """Return distances to telling containers, and the groups of the wordings on and above each block."""
    columns = _distances(document, rules)
    wordings = _wordings(document, placed, rules)
    above = np.zeros_like(wordings)
    last = np.zeros(len(_GROUPS))
    for index, block in enumerate(document.blocks):
        above[index] = last
        if block.role is Role.HEADING:
            last = wordings[index]
    columns["wording"] = wordings.max(axis=1, initial=0)
    for number, group in enumerate(_GROUPS):
        columns[f"says_{group}"] = wordings[:, number]
        columns[f"under_{group}"] = above[:, number]
    return columns


def _wordings(document: Document, placed: Collection[int], rules: Rules) -> NDArray[np.float64]:
    """Return a row a block, a column a group: 1 where a wording of the group fits the block."""
    languages = document.languages
    found = np.zeros((len(document.blocks), len(_GROUPS)))
    for index, block in enumerate(document.blocks):
        if index not in placed:
            for hit in rules.lines(block.text, languages):
                found[index, _GROUPS.index(rules.kinds[hit.kind].group)] = 1
    return found


def _distances(document: Document, rules: Rules) -> Columns:
    """Return, for each mark, how many containers up from a block the nearest one stands that bears it."""
    elements = document.elements
    depths = np.zeros(len(elements), dtype=np.int64)
    parents = np.array([element.parent for element in elements], dtype=np.int64)
    for index, parent in enumerate(parents):
        depths[index] = depths[parent] + 1 if parent >= 0 else 0
    table = np.full((len(elements) + 1, len(_NAMES)), _FAR)  # the last row is for blocks without container
    bears = np.zeros((len(elements), len(_NAMES)), dtype=bool)
    marks = [(index, mark) for index, element in enumerate(elements) for mark in _marks_of(element, rules)]
    bears[tuple(np.array(marks, dtype=np.int64).reshape(-1, 2).T)] = True
    for depth in range(int(depths.max(initial=-1)) + 1):
        level = np.flatnonzero(depths == depth)
        rows = np.minimum(table[parents[level]] + 1, _FAR)
        rows[bears[level]] = 0
        table[level] = rows
    at = np.array([block.element for block in document.blocks], dtype=np.int64)
    rows = table[at]
    return {name: rows[:, number] for number, name in enumerate(_NAMES)}


def _marks_of(element: Element, rules: Rules) -> list[int]:
    """Return the numbers of the marks in _NAMES that an element bears."""
    marks = []
    if words := signature(element):
        marks = [_GROUPS.index(rules.kinds[hit.kind].group) for hit in rules.places(words)]
        if _CONTENT.search(words):
            marks.append(len(_GROUPS))
        if _BODY.search(words):
            marks.append(len(_GROUPS) + 1)
        if "articleBody" in element.itemprop:
            marks.append(len(_GROUPS) + 2)
    if element.tag in _TAGS:
        marks.append(len(_GROUPS) + 3 + _TAGS.index(element.tag))
    return marks
