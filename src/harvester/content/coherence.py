"""What follows from a choice as a whole: the article is in one column, and none of its paragraphs is torn out.

Each rule goes by the probabilities, too: what the classifier is sure of stays where it is.
"""

import re
from collections import defaultdict
from collections.abc import Callable, Iterable
from itertools import pairwise
from typing import Final

import numpy as np

from harvester import native
from harvester.content.candidates import Candidates, Chosen, Indexes
from harvester.content.cross_heads import cross_heads
from harvester.content.features.matrix import Column, weighted_mean
from harvester.content.inserted_boxes import without_inserted_boxes
from harvester.content.main_column import is_inside, main_column
from harvester.content.second_stage import weights_of
from harvester.content.whole_lists import with_whole_lists
from harvester.models import PAGE_ROLES, Block, Role
from harvester.outline import Outline
from harvester.text import COLONS

_SURE_OUTSIDE: Final = 0.7  # probability from which a block outside of the main column stays
_INNER_CHANCE: Final = 0.6  # of a sentence outside of the column, but between lines that stay: below it is none
_MIN_INNER: Final = 60  # characters of one
_STANDFIRST_CHANCE: Final = 0.5  # .6 keeps half of them, .4 as many and twice the foreign lines; by domain
_MOST_BEFORE: Final = 4  # blocks before the column, of which it is not sure: from 2 to 6 is the same, more are a list
_ALL_LINKS: Final = 0.85  # share of links, from which a block says nothing but where it leads
_SOME_LINKS: Final = 0.3  # and up to which its sentences are its own
_MIN_LINK_RUN: Final = 2  # one line of links between paragraphs may be an artist's name or an address
_MIN_OWN_PROSE: Final = 250  # characters of sentences, below which they are no measure
_FAR_LESS: Final = 0.1  # in probability
_SURE_LINKS: Final = 0.8  # probability from which a line of links stays
_ANNOUNCED_CHANCE: Final = 0.5  # mean probability of a list behind a colon; at .3 other stories come in
_IS_GROUPED: Final = np.array([role in (Role.TABLE, Role.LIST_ITEM) for role in PAGE_ROLES])
_CODE: Final = PAGE_ROLES.index(Role.CODE)
_QUOTE: Final = PAGE_ROLES.index(Role.QUOTE)
_CAPTION: Final = PAGE_ROLES.index(Role.CAPTION)
_HEADING: Final = PAGE_ROLES.index(Role.HEADING)
_PARAGRAPH: Final = PAGE_ROLES.index(Role.PARAGRAPH)
_ITEM: Final = PAGE_ROLES.index(Role.LIST_ITEM)
_IS_LINE: Final = np.array([role in (Role.PARAGRAPH, Role.HEADING) for role in PAGE_ROLES])
_MIN_GROUP: Final = 3  # rows or items
_GROUP_REACH: Final = 4  # blocks between a group and the text: its heading, a note, a notice
_SOME_CHANCE: Final = 0.1  # from .06 to .12 F1 on the corpora is the same within .0001; at .12 a fact box goes
_HEADING_CHANCE: Final = 0.2
_PARAGRAPH_CHANCE: Final = 0.2  # of two such paragraphs of one container with their neighbours one and a half are true
_MIN_SIBLINGS: Final = 4  # paragraphs, from which a share of them says something
_MOST_SIBLINGS: Final = 0.75  # of their characters
_KIN_CHANCE: Final = 0.15  # of a sibling of another class: of those above it two in three are true, of others none
_MIN_KIN: Final = 100  # characters of one: notes in a class of their own ("Updates with comments") are shorter
# Key points: mean probability of the list, and of one of sentences (of other lists with .15 to .35 half are other
# things), items, characters of each, and blocks from the list to the text.
_KEY_POINTS_CHANCE: Final = 0.35
_SENTENCES_CHANCE: Final = 0.15
_MIN_KEY_POINTS: Final = 2
_MAX_KEY_POINTS: Final = 10
_MIN_KEY_POINT: Final = 30
_KEY_POINTS_REACH: Final = 8
_NUMBERS: Final = re.compile("[0-9]+")
_HOPELESS: Final = 0.05  # a probability below it has a reason of its own: a notice among the paragraphs

Step = Callable[[Outline, Candidates, Chosen], Chosen]


def settled(outline: Outline, candidates: Candidates, chosen: Chosen, is_article: bool = False) -> Chosen:
    """Return the choice with what belongs to it, and without what is apart from it.

    `is_article`: the page is likely one, so that boxes that offer something go, too.
    """
    if not np.count_nonzero(chosen):
        return chosen
    still_open = open_steps(outline, candidates, chosen)
    for bit, step in enumerate(STEPS if is_article else STEPS[:_OF_ALL]):
        if still_open >> bit & 1:
            after = step(outline, candidates, chosen)
            still_open = still_open if after is chosen else open_steps(outline, candidates, after)
            chosen = after
    return chosen


def open_steps(outline: Outline, candidates: Candidates, chosen: Chosen) -> int:
    """Return a bit for each of the steps that may change the choice (native/coherence.c); interpreted, all may."""
    if native.CORE is None:
        return _EVERY_STEP
    views = outline.block_matrix, candidates.at, candidates.lengths, candidates.probabilities, chosen
    bits: int = native.CORE.open_steps(*views)
    return bits


def with_inner_groups(outline: Outline, candidates: Candidates, chosen: Chosen) -> Chosen:
    """Return the choice with the tables, lists and listings of code that are between its paragraphs.

    Three rows or items without links, or one listing, with some probability: a box that asks for something is links or
    sentences.
    """
    seen = outline.block_numbers
    roles = seen.role[candidates.at]
    listed = _IS_GROUPED[roles]
    code = roles == _CODE
    if not (listed | code).any():
        return chosen
    grouped = in_runs(listed & (seen.linked == 0)[candidates.at], _MIN_GROUP)
    if not (grouped | code).any():
        return chosen
    blocks = [outline.document.blocks[index] for index in candidates.at.tolist()]
    listings = np.array([_is_listing(block) for block in blocks], dtype=np.bool_)
    whole = chosen.copy()
    for start, end in runs(grouped | listings):
        before, after = max(start - _GROUP_REACH, 0), min(end + _GROUP_REACH, len(blocks))
        likely = candidates.probabilities[start:end].mean() >= _SOME_CHANCE
        if likely and chosen[before:start].any() and chosen[end:after].any():
            has_heading = start > 0 and blocks[start - 1].role is Role.HEADING and not blocks[start - 1].link_chars
            whole[start - has_heading : end] = True
    return whole


def with_inner_lines(outline: Outline, candidates: Candidates, chosen: Chosen) -> Chosen:
    """Return the choice with quotes, headings and paragraphs of some probability right between chosen blocks.

    What is quoted reads unlike the paragraphs around it, and is part of them all the same; a heading is too short to be
    sure of, and three of five like it are true. A quote of links is a teaser; a paragraph of sentences is in the
    container of the block before or behind it. A line that is no sentence (a heading set as a paragraph) is made as its
    two neighbours are, or stands between two that are made alike.
    """
    seen = outline.block_numbers
    if not (~chosen & (candidates.probabilities >= _SOME_CHANCE)).any():  # the least chance of all
        return chosen
    quotes = ((seen.role == _QUOTE) & (seen.linked == 0))[candidates.at]
    headings = (seen.role == _HEADING)[candidates.at]
    paragraphs = ((seen.role == _PARAGRAPH) & (seen.prose > 0) & (seen.linked < _SOME_LINKS * seen.chars))[
        candidates.at
    ]
    short = ((seen.role == _PARAGRAPH) & (seen.prose == 0) & (seen.linked == 0))[candidates.at]
    chances = np.select(
        (quotes | short, headings, paragraphs), (_SOME_CHANCE, _HEADING_CHANCE, _PARAGRAPH_CHANCE), np.inf
    )
    between = np.zeros(len(chosen), dtype=np.bool_)
    lines = np.flatnonzero((seen.role != _CAPTION)[candidates.at])  # a picture parts nothing
    between[lines[1:-1]] = chosen[lines[:-2]] & chosen[lines[2:]]
    likely = ~chosen & (candidates.probabilities >= chances)
    between &= likely & (~paragraphs | _beside_siblings(outline, candidates, lines))
    if (between & short).any():
        amid = cross_heads(outline, candidates, lines, between & short)
        between &= ~short | _made_as_both_neighbours(outline, candidates, lines) | amid
    return np.asarray(chosen | between | (likely & _heads(outline, candidates, chosen, lines)))


def _heads(outline: Outline, candidates: Candidates, chosen: Chosen, lines: Indexes) -> Chosen:
    """Return which of the candidates are headings of the chosen line behind them, whatever stands before them.

    They have no link, and none is before the first chosen block.
    """
    seen, before, behind = outline.block_numbers, lines[:-1], lines[1:]
    heads, headings = np.zeros(len(chosen), dtype=np.bool_), (seen.role == _HEADING)[candidates.at]
    heads[before] = chosen[behind] & headings[before] & ~headings[behind]
    heads &= ~chosen & (seen.linked == 0)[candidates.at]
    heads[: int(np.argmax(chosen))] = False
    return heads


def _beside_siblings(outline: Outline, candidates: Candidates, lines: Indexes) -> Chosen:
    """Return which of the candidates have the line before or behind them in their own container."""
    elements = outline.block_numbers.element[candidates.at[lines]]
    parents = np.array([outline.document.elements[at].parent if at >= 0 else -1 for at in elements.tolist()])
    alike = parents[1:] == parents[:-1]
    beside = np.zeros(len(candidates.at), dtype=np.bool_)
    beside[lines[1:]] |= alike
    beside[lines[:-1]] |= alike
    return beside


def _made_as_both_neighbours(outline: Outline, candidates: Candidates, lines: Indexes) -> Chosen:
    """Return which of the candidates have the tag, class and container of the lines before and behind them."""
    elements = outline.document.elements
    around = [elements[at] if at >= 0 else None for at in outline.block_numbers.element[candidates.at[lines]].tolist()]
    made = [(own.parent, own.tag, own.classes) if own is not None else None for own in around]
    alike = np.array([one == other is not None for one, other in pairwise(made)], dtype=np.bool_)
    as_both = np.zeros(len(candidates.at), dtype=np.bool_)
    as_both[lines[1:-1]] = alike[1:] & alike[:-1]
    return as_both


def _is_listing(block: Block) -> bool:
    """Return whether a block is code; a column of line numbers is none."""
    return block.role is Role.CODE and any(character.isalpha() for character in block.text)


def with_siblings(outline: Outline, candidates: Candidates, chosen: Chosen) -> Chosen:
    """Return the choice with the paragraphs that most of their siblings are in: a text is not torn at a threshold.

    Siblings are paragraphs of prose in the same container, with the same tag and class, but for numbers ("p_20"). One
    that is a link for a good part of it leads elsewhere and asks for more; and so does one of another class, as the
    last paragraph has on many pages: it is behind the first that is in, and no short note.
    """
    document = outline.document
    missing = ~chosen & (candidates.probabilities >= _HOPELESS) & (outline.block_numbers.prose[candidates.at] > 0)
    if not missing.any():
        return chosen
    alike: defaultdict[tuple[int, str, str], list[int]] = defaultdict(list)
    kin: defaultdict[tuple[int, str], list[int]] = defaultdict(list)
    for number, at in enumerate(candidates.at.tolist()):
        block = document.blocks[at]
        if outline.prose_chars[at] and block.role is Role.PARAGRAPH and block.element >= 0:
            own = document.elements[block.element]
            alike[own.parent, own.tag, _NUMBERS.sub("", own.classes)].append(number)
            kin[own.parent, own.tag].append(number)
    linked = outline.block_numbers.linked[candidates.at] >= _SOME_LINKS * candidates.lengths
    chances = np.where(linked, _PARAGRAPH_CHANCE, _HOPELESS)
    whole = _with_mostly_in(candidates, chosen, alike.values(), chances)
    chances = np.where(candidates.lengths < _MIN_KIN, np.inf, np.where(linked, _PARAGRAPH_CHANCE, _KIN_CHANCE))
    chances[: int(np.argmax(chosen))] = np.inf  # a note before the text is no paragraph of it
    return _with_mostly_in(candidates, chosen, kin.values(), chances) | whole


def _with_mostly_in(candidates: Candidates, chosen: Chosen, groups: Iterable[list[int]], chances: Column) -> Chosen:
    """Return the choice with the members of groups that are mostly in, from their own chance on."""
    whole = chosen.copy()
    for members in (np.array(numbers) for numbers in groups if len(numbers) >= _MIN_SIBLINGS):
        share = candidates.lengths[members[chosen[members]]].sum() / max(candidates.lengths[members].sum(), 1.0)
        if share >= _MOST_SIBLINGS:
            whole[members[candidates.probabilities[members] >= chances[members]]] = True
    return whole


def within_column(outline: Outline, candidates: Candidates, chosen: Chosen) -> Chosen:
    """Return the choice without the blocks outside of its main column, but for those that are likely by themselves.

    Where nothing on the page is sure, those are likely that are not less so by far than the column. A standfirst stays,
    and so do sentences that are likely enough between two lines that stay.
    """
    if not (chosen & (candidates.probabilities < _SURE_OUTSIDE)).any():
        return chosen
    weights = np.where(chosen, weights_of(candidates.lengths) * candidates.probabilities, 0.0)
    container = main_column(outline, candidates.at, weights)
    inside = is_inside(outline, candidates.at, container)
    column = chosen & inside
    if container is None or not column.any():
        return chosen
    likely = weighted_mean(candidates.probabilities[column], np.maximum(candidates.lengths[column], 1)) - _FAR_LESS
    apart = chosen & ~inside & (candidates.probabilities < min(likely, _SURE_OUTSIDE))
    own = _standfirst(outline, candidates, apart, container) | _sentences_within(outline, candidates, chosen & ~apart)
    return np.asarray(chosen & ~(apart & ~own))


def _sentences_within(outline: Outline, candidates: Candidates, left: Chosen) -> Chosen:
    """Return which candidates are likely sentences between the first and the last line of those that are left."""
    seen, inside = outline.block_numbers, np.flatnonzero(left)
    said = ((seen.role == _PARAGRAPH) & (seen.prose > 0))[candidates.at] & (candidates.lengths >= _MIN_INNER)
    said &= candidates.probabilities >= _INNER_CHANCE
    said[: inside[0]] = said[inside[-1] :] = False
    return np.asarray(said)


def _standfirst(outline: Outline, candidates: Candidates, apart: Chosen, column: int) -> Chosen:
    """Return which of the blocks apart are the few lines before the column in the next container around it."""
    before = apart & (candidates.at < outline.extents[column][0])
    if np.count_nonzero(before) > _MOST_BEFORE:
        return np.zeros(len(before), dtype=np.bool_)
    around = int(outline.container_numbers.larger[column])
    beside = is_inside(outline, candidates.at, around if around >= 0 else None)
    lines = _IS_LINE[outline.block_numbers.role[candidates.at]]
    return np.asarray(before & beside & lines & (candidates.probabilities >= _STANDFIRST_CHANCE))


def with_key_points(outline: Outline, candidates: Candidates, chosen: Chosen) -> Chosen:
    """Return the choice with the lists between headline and text that say in sentences what is below: all or none.

    They stand in a box of the header, outside of the main column, and some of their items are less sure than others.
    """
    seen, headline = outline.block_numbers, outline.headline
    if headline is None:
        return chosen
    items = ((seen.role == _ITEM) & (seen.linked == 0))[candidates.at] & (candidates.lengths >= _MIN_KEY_POINT)
    if not (items & ~chosen).any():
        return chosen
    paragraphs = chosen & ((seen.role == _PARAGRAPH) & (seen.prose > 0))[candidates.at]
    text = int(np.argmax(paragraphs)) if len(chosen) else 0  # where it begins; without any 0: nothing is before it
    items &= (candidates.at > headline) & (np.arange(len(chosen)) < text)
    if not (items & ~chosen).any():
        return chosen
    whole = chosen.copy()
    for start, end in runs(items):
        is_near = text - end <= _KEY_POINTS_REACH
        is_short_list = _MIN_KEY_POINTS <= end - start <= _MAX_KEY_POINTS
        is_prose = np.count_nonzero(seen.prose[candidates.at[start:end]]) * 2 > end - start
        chance = _SENTENCES_CHANCE if is_prose else _KEY_POINTS_CHANCE
        if is_near and is_short_list and candidates.probabilities[start:end].mean() >= chance:
            whole[start - _has_heading(outline, candidates, start, headline) : end] = True
    return whole


def _has_heading(outline: Outline, candidates: Candidates, start: int, headline: int) -> bool:
    """Return whether the candidate before a list is its heading, and not the page's."""
    at = int(candidates.at[start - 1]) if start else headline
    block = outline.document.blocks[at]
    return at > headline and block.role is Role.HEADING and not block.link_chars


def without_link_runs(outline: Outline, candidates: Candidates, chosen: Chosen) -> Chosen:
    """Return the choice without runs of links, where the sentences are likelier by far.

    On a list of articles both are as likely; below an article the lists of others are less so. A list that the line
    before it announces with a colon is the text's own.
    """
    seen = outline.block_numbers
    links = seen.linked[candidates.at] / np.maximum(candidates.lengths, 1)
    if np.count_nonzero(chosen & (links >= _ALL_LINKS)) < _MIN_LINK_RUN:
        return chosen
    links[_link_to_themselves(outline, candidates.at, chosen & (links >= _ALL_LINKS))] = 0.0
    prose = seen.prose[candidates.at] > 0
    own = chosen & prose & (links < _SOME_LINKS)
    if candidates.lengths[own].sum() < _MIN_OWN_PROSE:
        return chosen
    sentences = weighted_mean(candidates.probabilities[own], candidates.lengths[own])
    unlikely = candidates.probabilities < min(sentences - _FAR_LESS, _SURE_LINKS)
    left, places = chosen.copy(), np.flatnonzero(chosen)
    for start, end in runs(links[places] >= _ALL_LINKS):
        run = places[start:end]
        if end - start >= _MIN_LINK_RUN and not _is_announced(outline, candidates, run, places[:start][-1:]):
            left[run[unlikely[run]]] = False
    return left


def _link_to_themselves(outline: Outline, at: Indexes, linked: Chosen) -> Indexes:
    """Return which of the candidates `linked` are headings whose links stay on the page: their own anchors."""
    blocks = outline.document.blocks
    return np.array(
        [place for place in np.flatnonzero(linked).tolist() if _is_own_anchor(blocks[at[place]])], dtype=np.int64
    )


def _is_own_anchor(block: Block) -> bool:
    hrefs = [span.href for span in block.spans if span.tag == "a"]
    return block.role is Role.HEADING and bool(hrefs) and all(href.startswith("#") for href in hrefs)


def _is_announced(outline: Outline, candidates: Candidates, run: Indexes, before: Indexes) -> bool:
    """Return whether the chosen line `before` a run of links ends in a colon, and the run is likely as a whole."""
    texts = (outline.document.blocks[candidates.at[place]].text for place in before.tolist())
    is_likely = candidates.probabilities[run].mean() >= _ANNOUNCED_CHANCE
    return bool(is_likely) and any(text.rstrip().endswith(COLONS) for text in texts)


def in_runs(found: Chosen, shortest: int) -> Chosen:
    """Return which of those found are in a run of at least `shortest`."""
    inside = np.zeros(len(found), dtype=np.bool_)
    if not found.any():
        return inside
    for start, end in runs(found):
        inside[start:end] = end - start >= shortest
    return inside


def runs(found: Chosen) -> list[tuple[int, int]]:
    """Return the first place and the one after the last of each run of those found."""
    edges = np.flatnonzero(np.diff(np.concatenate(([False], found, [False])).astype(np.int8))).tolist()
    return list(zip(edges[::2], edges[1::2], strict=True))


# In their order, which carries meaning; native/coherence.c has a bit for each.
STEPS: Final[tuple[Step, ...]] = (
    *(with_siblings, with_inner_groups, with_inner_lines, within_column, with_whole_lists, without_link_runs),
    *(with_key_points, without_inserted_boxes),
)
_OF_ALL: Final = 7  # of the steps; the others are for articles
_EVERY_STEP: Final = (1 << len(STEPS)) - 1
