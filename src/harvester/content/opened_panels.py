"""What a reader opens inside of a text is a part of it: answers, asides and notes that the author folded up."""

from collections.abc import Iterator, Mapping
from collections.abc import Set as AbstractSet
from itertools import chain
from typing import Final

import numpy as np

from harvester.content.candidates import Chosen, Indexes
from harvester.content.features.matrix import Column, weighted_mean
from harvester.content.main_column import main_column
from harvester.models import Removed
from harvester.outline import Outline
from harvester.rules.load import Rules

# Mean probability from which a panel is content. On pages of the corpora those with .1 to .5 are short questions with
# true answers, at a cost of one table of fees; those of other sites, of comments and of sources have .05 at most.
_CHANCE: Final = 0.1
_CONTENT: Final = 0.8  # probability that its blocks then have at least: a box with a button needs .75 to stay
_LIKELY: Final = 0.5  # probability of the blocks that the column is made of
_MAX_LINKED: Final = 0.3  # share of links
_MIN_PROSE: Final = 0.5  # share of its characters that are in sentences: rows of a table are in panels, too
_MAX_SHARE: Final = 0.5  # of the likely characters, in one panel
_MIN_LINE: Final = 40  # characters of one that is no sentence
_MIN_TITLE: Final = 15  # and of a question or a title: "Expand all" has fewer
_ASKING: Final = frozenset({"prompt", "social"})  # groups of kinds: what readers wrote, and what they are asked for
_TITLING: Final = _ASKING | {"metadata"}  # and who wrote the text, what it is about


def level_panels(
    outline: Outline, at: Indexes, probabilities: Column, placed: Mapping[int, Removed], rules: Rules
) -> Column:
    """Return the probabilities of the blocks `at`, those of panels in the main column raised where they may be content.

    Panels are `<details>` and elements with such a name, if no block in them is `placed` by a rule, and their first
    lines do not tell of comments, a plea or the author.
    """
    named = outline.named_signatures(rules.lexicon.class_words["opened"])
    if not named and "details" not in outline.tags:
        return probabilities
    lengths = outline.block_numbers.chars[at].astype(np.float64)
    likely = np.where(probabilities >= _LIKELY, lengths, 0.0)
    column = main_column(outline, at, likely)
    if column is None:
        return probabilities
    most = _MAX_SHARE * likely.sum()
    raised = np.zeros(len(at), dtype=np.bool_)
    for panel in _panels(outline, column, named):
        first, end = outline.extents[panel]
        inside = slice(*np.searchsorted(at, (first, end)).tolist())
        if inside.start == inside.stop or not placed.keys().isdisjoint(range(first, end)):
            continue
        if lengths[inside].sum() > most or not _may_be_content(outline, at[inside], probabilities[inside]):
            continue
        if not _is_of_others(outline, range(first, end), rules):
            raised[inside] = _is_said(outline, at[inside])
    return np.where(raised, np.maximum(probabilities, _CONTENT), probabilities)


def _panels(outline: Outline, column: int, named: AbstractSet[str]) -> Iterator[int]:
    """Yield the outermost panels inside of the column, but for those that the headline is in."""
    elements, extents, signatures = outline.document.elements, outline.extents, outline.signatures
    whole = extents[column]
    taken_until, stop = whole
    for index in range(column + 1, len(elements)):  # what is inside of an element comes right behind it
        if elements[index].tag != "details" and signatures[index] not in named:
            continue
        first, end = extents[index]
        if first >= stop:
            return
        if taken_until <= first < end and (first, end) != whole and index not in outline.around_headline:
            taken_until = end
            yield index


def _is_said(outline: Outline, at: Indexes) -> Chosen:
    """Return which of the blocks are sentences, long lines, or what stands above such a line: no names of buttons."""
    seen = outline.block_numbers
    chars, ends = seen.chars[at], seen.last_end[at] > 0
    said = (chars >= _MIN_LINE) | ((chars >= _MIN_TITLE) & ends)
    above = np.append(said[1:], False)
    return np.asarray(said | ((chars >= _MIN_TITLE) & above))


def _is_of_others(outline: Outline, inside: range, rules: Rules) -> bool:
    """Return whether a panel's title, or the line below it, says that it is no part of the text."""
    texts = [outline.document.blocks[at].text for at in inside[:2]]
    title, *below = rules.lines_of_all(texts, outline.languages)
    groups = {rules.kinds[hit.kind].group for hit in chain.from_iterable(below) if not hit.weak}
    return not _ASKING.isdisjoint(groups) or any(rules.kinds[hit.kind].group in _TITLING for hit in title)


def _may_be_content(outline: Outline, held: Indexes, probabilities: Column) -> bool:
    """Return whether the blocks of a panel are sentences with few links, of which the classifier thinks something."""
    seen = outline.block_numbers
    lengths = seen.chars[held].astype(np.float64)
    total = max(float(lengths.sum()), 1.0)
    if seen.linked[held].sum() > _MAX_LINKED * total or lengths[seen.prose[held] > 0].sum() < _MIN_PROSE * total:
        return False
    return weighted_mean(probabilities, lengths) >= _CHANCE
