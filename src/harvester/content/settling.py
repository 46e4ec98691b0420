"""What follows from a choice as a whole: the article stands in one column, and no line of it is links alone.

Each rule goes by the probabilities, too: what the classifier is sure of stays where it stands.
"""

from typing import Final

import numpy as np

from harvester.content.candidates import Candidates, Chosen
from harvester.content.revision import weights_of
from harvester.content.trunk import is_inside, main_column
from harvester.models import Role
from harvester.outline import Outline
from harvester.rules import Rules

_SURE_OUTSIDE: Final = 0.7  # probability from which a block outside of the main column stays
_LINK_SHARE: Final = 0.85  # of a block that says nothing but where it leads
_SURE_LINK: Final = 0.97
_REACH: Final = 3  # blocks before the first and behind the last of the article, in which a note is about it
_MIN_NOTE_CHARS: Final = 40  # a shorter line is the heading of one
_MIN_LINK_RUN: Final = 2  # one line of links between paragraphs may be an artist's name or an address


def settled(outline: Outline, candidates: Candidates, chosen: Chosen, rules: Rules, *, is_article: bool) -> Chosen:
    """Return the choice without what stands apart; `is_article`: the page calls itself an article."""
    if not chosen.any():
        return chosen
    if is_article:
        chosen = without_link_runs(outline, candidates, within_column(outline, candidates, chosen))
    return chosen | protected(outline, candidates, chosen, rules)


def protected(outline: Outline, candidates: Candidates, chosen: Chosen, rules: Rules) -> Chosen:
    """Return which blocks stay by what they are: notes of editors and corrections within reach of the article."""
    blocks = outline.document.blocks
    found = np.zeros(len(chosen), dtype=np.bool_)
    places = np.flatnonzero(chosen)
    if not len(places):
        return found
    low, high = max(int(places[0]) - _REACH, 0), int(places[-1]) + _REACH + 1
    for number, at in enumerate(candidates.at[low:high].tolist(), start=low):
        text = blocks[at].text
        if not chosen[number] and len(text) >= _MIN_NOTE_CHARS and blocks[at].link_chars * 2 <= len(text):
            hits = rules.lines(text, outline.document.languages)
            found[number] = any(rules.kinds[hit.kind].disposition == "keep" and not hit.weak for hit in hits)
    return found


def within_column(outline: Outline, candidates: Candidates, chosen: Chosen) -> Chosen:
    """Return the choice without the blocks outside of its main column, but for those that are likely by themselves."""
    weights = np.where(chosen, weights_of(candidates.lengths) * candidates.probabilities, 0.0)
    inside = is_inside(outline, candidates.at, main_column(outline, candidates.at, weights))
    return np.asarray(chosen & (inside | (candidates.probabilities >= _SURE_OUTSIDE)))


def without_link_runs(outline: Outline, candidates: Candidates, chosen: Chosen) -> Chosen:
    """Return the choice without headings that are links and runs of blocks that are."""
    blocks = [outline.document.blocks[index] for index in candidates.at.tolist()]
    linked = np.array([block.link_chars >= _LINK_SHARE * len(block.text) for block in blocks], dtype=np.bool_)
    headings = np.array([block.role is Role.HEADING for block in blocks], dtype=np.bool_)
    places = np.flatnonzero(chosen)
    is_run = in_runs(linked[places], _MIN_LINK_RUN)
    gone = linked[places] & (is_run | headings[places]) & (candidates.probabilities[places] < _SURE_LINK)
    left = chosen.copy()
    left[places[gone]] = False
    return left


def in_runs(found: Chosen, shortest: int) -> Chosen:
    """Return which of those found stand in a run of at least `shortest`."""
    edges = np.flatnonzero(np.diff(np.concatenate(([False], found, [False])).astype(np.int8)))
    runs = np.zeros(len(found), dtype=np.bool_)
    for start, end in zip(edges[::2].tolist(), edges[1::2].tolist(), strict=True):
        runs[start:end] = end - start >= shortest
    return runs
