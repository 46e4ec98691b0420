"""An article above the cards of other stories, which are many and may hold more sentences than it does.

Its page tells it apart: an <article> around the headline with a few sentences of its own, or a container around it with
paragraphs of its own.
"""

from typing import Final

import numpy as np

from harvester.content.candidates import Candidates, Chosen, Indexes
from harvester.models import PAGE_ROLES, Role
from harvester.outline import Outline

_MIN_OWN_PROSE: Final = 100  # characters; with less, the <article> may hold the headline and a standfirst alone
_MIN_COLUMN_PROSE: Final = 500  # of a container that is not called an article: lists have introductions, too
_MIN_COLUMN_PARAGRAPHS: Final = 3
_SHORT: Final = 500  # characters of prose, up to which an article is taken whole
_MAX_CARD: Final = 800  # characters of prose in one card
_MIN_CARDS: Final = 3
_LED: Final = 0.5  # share of a heading's characters that lead elsewhere
_SOME_LINKS: Final = 0.3
_HEADING: Final = PAGE_ROLES.index(Role.HEADING)
_PARAGRAPH: Final = PAGE_ROLES.index(Role.PARAGRAPH)


def own_article(outline: Outline) -> int | None:
    """Return the innermost <article> around the headline that holds sentences; None: there is none."""
    elements, prose = outline.document.elements, outline.element_prose
    return next(
        (at for at in outline.above_headline if elements[at].tag == "article" and prose[at] >= _MIN_OWN_PROSE), None
    )


def own_column(outline: Outline) -> int | None:
    """Return the innermost container around the headline with sentences, if several paragraphs hold them; else None."""
    if not outline.item_lists:  # and no cards
        return None
    seen, prose = outline.block_numbers, outline.element_prose
    index = next((at for at in outline.above_headline if prose[at] >= _MIN_COLUMN_PROSE), None)
    if index is None:
        return None
    inside = slice(*outline.extents[index])
    paragraphs = (seen.role[inside] == _PARAGRAPH) & (seen.prose[inside] > 0)
    return index if paragraphs.sum() >= _MIN_COLUMN_PARAGRAPHS else None


def cards_behind(outline: Outline, at: Indexes, own: int) -> Chosen:
    """Return which of the blocks `at` stand in cards of other stories behind the article `own`.

    Cards are like items, each with a heading that is a link and no more than a teaser's worth of sentences. A section
    with several headings that lead nowhere is none.
    """
    seen, end = outline.block_numbers, outline.extents[own][1]
    headings = seen.role == _HEADING
    leading = headings & (seen.linked > _LED * seen.chars)
    inside = np.zeros(len(leading), dtype=np.bool_)
    for items in outline.item_lists if leading[end:].any() else ():
        extents = [outline.extents[item] for item in items if outline.element_prose[item] <= _MAX_CARD]
        behind = (slice(first, last) for first, last in extents if first >= end)
        cards = [card for card in behind if 2 * leading[card].sum() >= max(headings[card].sum(), 1)]
        for card in cards if len(cards) >= _MIN_CARDS else ():
            inside[card] = True
    return np.asarray(inside[at])


def with_short_body(outline: Outline, candidates: Candidates, chosen: Chosen, own: int) -> Chosen:
    """Return the choice with all paragraphs of a short article `own`, where there is no text outside of it.

    With a few sentences between much else, each of them looks like a teaser.
    """
    if outline.element_prose[own] > _SHORT:
        return chosen
    first, end = outline.extents[own]
    inside = (candidates.at >= first) & (candidates.at < end)
    if (chosen & ~inside).any():
        return chosen
    seen = outline.block_numbers
    sentences = (seen.role == _PARAGRAPH) & (seen.prose > 0) & (seen.linked < _SOME_LINKS * seen.chars)
    return np.asarray(chosen | (inside & sentences[candidates.at]))
