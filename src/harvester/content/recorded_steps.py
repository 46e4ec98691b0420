"""The ingredients and steps that a page's own record lists are content wherever the page prints them.

A recipe tells in JSON-LD, or by the names of its elements, what people come for: lines of a few words in boxes of their
own, which look like labels and stand where cards and side columns do.
"""

from collections.abc import Collection, Iterable, Iterator, Mapping
from itertools import islice
from operator import attrgetter
from typing import Final

import numpy as np

from harvester.content.candidates import Chosen
from harvester.content.recorded_texts import plain, recorded_objects
from harvester.models import Role
from harvester.outline import Outline
from harvester.rules.load import Rules
from harvester.text import fold

# Of schema.org, `ingredients` by its older name. What is needed, and what is done.
NEEDED: Final = frozenset({"recipeIngredient", "ingredients"})
_DONE: Final = frozenset({"recipeInstructions", "step"})
_ALL: Final = NEEDED | _DONE
_MARKS: Final = ('"recipeIngredient"', '"recipeInstructions"', '"HowToStep"')
_ITEMPROP: Final = attrgetter("itemprop")
_HINTS: Final = attrgetter("hints")
_RECIPE: Final = "schema.org/Recipe"  # the type of an element
_TEXTS: Final = ("name", "text", "itemListElement")  # of a step, or of a section of steps
_MAX_DEPTH: Final = 12  # of steps in sections
_MAX_TEXTS: Final = 2_000  # of a page; a long recipe has a hundred
_MAX_SAID: Final = 50_000  # characters of them, in which each block is looked for: a long recipe has ten thousand
_MIN_LINE: Final = 8  # letters and digits of a text that is known by them: "2 eggs, beaten" has 11
_SHARE: Final = 0.8  # of what is known by itself, that the list of it holds
_MOSTLY: Final = 0.6  # of that list's characters, that the record has: then short pieces in it are its own, too
_MAX_SHARE: Final = 0.5  # of the page's characters, in an element named after ingredients
_MAX_LINKED: Final = 0.5  # of a line's characters


def recorded_steps(outline: Outline, rules: Rules) -> frozenset[int]:
    """Return the blocks that say what the page's record lists as ingredients or steps; none where it lists neither."""
    document = outline.document
    told = [*recorded_objects(document, _MARKS)]
    marked = _ALL & set(" ".join(set(map(_ITEMPROP, document.elements))).split())
    if not told and not marked and _RECIPE not in "\n".join(set(map(_HINTS, document.elements))):
        return frozenset()
    found = {at for names in (NEEDED, _DONE) if (said := said_lines(told, names)) for at in _listed(outline, said)}
    needed = {at for element in _marked(outline, marked) for at in range(*outline.extents[element])} | found
    if not needed:
        words = rules.lexicon.class_words["ingredients"]
        most = _MAX_SHARE * int(outline.block_numbers.chars.sum())
        needed = {at for element in outline.named_elements(words, most) for at in range(*outline.extents[element])}
    blocks = document.blocks
    return frozenset(
        at
        for at in needed
        if blocks[at].role is not Role.CONTROL and blocks[at].link_chars <= _MAX_LINKED * len(blocks[at].text)
    )


def said_lines(told: Iterable[Mapping[str, object]], names: frozenset[str]) -> str:
    """Return the texts that a record lists below keys of such names, folded, a line each."""
    listed = (text for node in told for name in sorted(names & node.keys()) for text in _texts(node[name], 0))
    lines = (plain(line) for text in islice(listed, _MAX_TEXTS) for line in text[:_MAX_SAID].splitlines())
    return "\n".join(filter(None, lines))[:_MAX_SAID]


def _texts(value: object, depth: int) -> Iterator[str]:
    """Yield the texts of a list of texts, or of steps and of sections of steps."""
    if depth > _MAX_DEPTH:
        return
    if isinstance(value, str):
        yield value
    elif isinstance(value, list):
        for inner in value:
            yield from _texts(inner, depth + 1)
    elif isinstance(value, dict):
        for key in _TEXTS:
            yield from _texts(value.get(key), depth + 1)


def _listed(outline: Outline, said: str) -> Iterator[int]:
    """Yield the blocks that say what is listed: those of some length anywhere, shorter ones in the list of it."""
    folded = [fold(block.text) for block in outline.document.blocks]
    is_said = np.array([bool(text) and text in said for text in folded], dtype=np.bool_)
    whole = is_said & np.array([len(text) >= _MIN_LINE for text in folded], dtype=np.bool_)
    yield from np.flatnonzero(whole | _pieces(outline, is_said, whole)).tolist()


def _pieces(outline: Outline, is_said: Chosen, whole: Chosen) -> Chosen:
    """Return which blocks are said in the list that holds most of what is known by itself; none where it is no list."""
    found = outline.innermost_with(np.flatnonzero(whole).tolist(), _SHARE) if whole.any() else None
    inside = np.zeros(len(whole), dtype=np.bool_)
    if found is not None:
        inside[slice(*outline.extents[found[0]])] = True
    chars = outline.block_numbers.chars
    mostly = chars[inside & is_said].sum() >= _MOSTLY * chars[inside].sum()
    return np.asarray(inside & is_said & mostly)


def _marked(outline: Outline, names: Collection[str]) -> Iterator[int]:
    """Yield the elements that microdata calls ingredients or steps."""
    if names:
        elements = enumerate(outline.document.elements)
        yield from (at for at, element in elements if not set(names).isdisjoint(element.itemprop.split()))
