"""Which blocks of a page are its article: two stages of the classifier, and a second opinion where it is unsure."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Final

import numpy as np

from harvester.boilerplate.comment_lists import outermost_threads
from harvester.boilerplate.label_by_markup import is_final
from harvester.content.candidates import Candidates, Chosen, Indexes
from harvester.content.coherence import settled
from harvester.content.declared_type import says_article
from harvester.content.features.block_rows import feature_rows
from harvester.content.features.matrix import Column, total
from harvester.content.header_lines import header_lines
from harvester.content.like_blocks import level_like_blocks, level_on_other_pages
from harvester.content.opened_panels import level_panels
from harvester.content.other_pages import is_scattered, other_probabilities
from harvester.content.overruled_places import overrule
from harvester.content.recorded_questions import level_recorded_questions
from harvester.content.second_stage import alike_groups, expected_f1, revision_rows, weights_of
from harvester.content.short_article import cards_behind, own_article, own_column, with_short_body
from harvester.content.trees import Model
from harvester.content.whole_items import with_whole_items
from harvester.content.whole_questions import ON_ARTICLES, ON_LISTS, level_questions
from harvester.models import PAGE_ROLES, Document, PageType, Removed, Role
from harvester.models.frozen import FrozenDict, at_once
from harvester.outline import Outline
from harvester.rules.load import Rules
from harvester.script_data_article import PATH
from harvester.second_opinion import trafilatura_blocks
from harvester.text import fold

# Characters of markup, and blocks, up to which a second opinion is asked: it reads some pages in quadratic time. The
# largest page of the corpora has 5 million, and 2,600 blocks.
_MAX_SECOND_CHARS: Final = 8_000_000
_MAX_SECOND_BLOCKS: Final = 6_000
# Types of page that it is not asked about. On lists that call themselves articles it lost a fifth of the F1 there was,
# and took half of all the time that it takes: they are large.
_NEVER_ASKED: Final = frozenset({"listing"})

# A second opinion is none that holds less than this share of a long choice: of nine such pages seven got worse by it.
# Of a shorter choice it is right as often as not. Measured by domain.
_MIN_SHARED: Final = 0.75
_LONG_CHARS: Final = 6_000

Bounds = tuple[float, float]  # the threshold of a page lies between them: beyond, its probabilities are no guide
# An article of many doubtful blocks has other texts on it, a page of another type is what it is. Measured by domain on
# corpora that nothing was learned from: with the bounds of others a foreign line is on 27.1 % of articles, not 25.2.
ARTICLE: Final[Bounds] = (0.35, 0.5)
OTHERS: Final[Bounds] = (0.2, 0.4)
# Of a product the truth holds a description and little else that is doubtful: .25 to .35 gain on each half of the
# domains, where a list loses two texts of a hundred.
PRODUCT: Final[Bounds] = (0.25, 0.5)
# Characters; with less the page would have no article, and a text that was nearly chosen is better than none. A caption
# is no text: one that is longer than the news below it would be all that there is.
_HARDLY_ANY: Final = 140
# Characters beside windows and reviews; with less, a shop shows its product in a window.
_MIN_BESIDE_WINDOWS: Final = 200
# Probability of being an article, from which the first ones hold, and offers and windows in the text go.
_LIKELY_ARTICLE: Final = 0.7
_CAPTION: Final = PAGE_ROLES.index(Role.CAPTION)
_TABLE: Final = PAGE_ROLES.index(Role.TABLE)
_TRUSTED: Final = 0.9  # probability of a block of the body that a page carries as data, or that its record lists
_THREAD_IS_CONTENT: Final = 0.5  # mean probability of a thread's sentences
# Probability of being an article, below which a page has no single column, and posts, cards and lists are what it is
# about. Measured by domain: other types gain .024 of F1, articles that are taken for something else lose .0003 of all.
_HARDLY_ARTICLE: Final = 0.3
# And below which it has the stage of its own, and may hold many texts, whatever its sentences stand in. Articles of old
# portals that are taken for lists mostly have .1 to .3 (measured on corpora that nothing is learned from).
NO_ARTICLE: Final = 0.1
# Types of page that hold many texts: none of them has the page's end, and a heading may be all that an item says. On
# products and services a tail and empty headings are what they are on articles. Measured by domain.
_MANY_TEXTS: Final = frozenset({"listing", "forum", "documentation"})


@at_once
@dataclass(frozen=True, slots=True)
class Choice:
    """The blocks of the article."""

    blocks: frozenset[int]
    overruled: frozenset[int]  # blocks that a rule took out by their place, and the classifier is sure of
    doubts: Mapping[int, float]  # how unsure the classifier is of each block of the article, 0 to 1
    method: str  # "classifier", or "classifier+trafilatura" where a second opinion was asked
    confidence: float  # 0 to 1: the word F1 that pages of this kind reached in cross-validation
    model: str | None  # digest of the classifier; None: it was not asked
    is_article: bool = True  # the page calls itself one
    header: frozenset[int] = frozenset()  # lines of its header that are text where no field has them


@at_once
@dataclass(frozen=True, slots=True)
class Told:
    """What is known of a page before its blocks are judged."""

    placed: Mapping[int, Removed]  # blocks that rules take out by their place
    page_type: PageType
    # Blocks of windows, reviews and signatures: none of the content, whatever the classifier thinks of them.
    apart: Mapping[int, Removed] = FrozenDict()
    listed: frozenset[int] = frozenset()  # blocks that the page's record lists: none of them is placed


def choose(outline: Outline, told: Told, rules: Rules, model: Model) -> Choice:
    """Return which blocks are the article; none when no block looks like content.

    What is placed is no content, unless the classifier is sure of the whole container: on a forum the comments are what
    the page is about.
    """
    at = (outline.block_numbers.cut == 0).nonzero()[0]
    if not len(at):
        return Choice(frozenset(), frozenset(), {}, "classifier", 0.0, model.digest)
    return decide(outline, judge(outline, at, told, rules, model), told, model)


def decide(outline: Outline, judged: Candidates, told: Told, model: Model) -> Choice:
    """Return which of the candidates are the article."""
    is_article, placed = says_article(outline.document), told.placed
    own = own_article(outline) if is_likely_article(told.page_type) else None
    column = own_column(outline) if own is None and is_likely_article(told.page_type) else own
    candidates = _without_others(outline, level_threads(outline, judged, told.page_type), told, model.overrule, column)
    bounds = bounds_of(told.page_type)
    chosen, method = select(candidates, bounds), "classifier"
    if total(candidates.lengths[chosen & _is_text(outline, candidates)]) < _HARDLY_ANY:
        candidates, bounds = candidates.only(_is_text(outline, candidates)), OTHERS
        chosen = select(candidates, bounds)
    if told.apart and candidates.lengths[chosen].sum() < _MIN_BESIDE_WINDOWS:
        return decide(outline, judged, replace(told, apart={}), model)
    raw = confidence(candidates, chosen)
    if raw < model.unsure and is_article and is_asked_twice(told.page_type) and _is_readable_twice(outline.document):
        theirs = np.isin(candidates.at, list(trafilatura_blocks(outline.document))).astype(np.float64)
        second = level_tables(outline.document, candidates.at, theirs) >= 0.5  # a table is theirs as a whole
        chosen, method = with_second_opinion(candidates, second, bounds), "classifier+trafilatura"
    header: frozenset[int] = frozenset()
    if is_hardly_article(told.page_type):
        overruled = placed.keys() & set(candidates.at[chosen].tolist())
    else:
        likely, chosen = chosen, settled(outline, candidates, chosen, is_likely_article(told.page_type))
        chosen = with_whole_items(outline, candidates, chosen)
        header = header_lines(outline, candidates, likely, chosen)
        if own is not None:
            chosen = with_short_body(outline, candidates, chosen, own)
        overruled = placed.keys() & set(candidates.at.tolist())
    found = candidates.at[chosen].tolist()
    doubts = dict(zip(found, (1 - candidates.probabilities[chosen]).tolist(), strict=True))
    sure = round(model.calibrate(raw), 3)
    return Choice(frozenset(found), frozenset(overruled), doubts, method, sure, model.digest, is_article, header)


def _without_others(
    outline: Outline, candidates: Candidates, told: Told, overrule: float, own: int | None
) -> Candidates:
    """Return the candidates without what rules take out, and without the cards behind the `own` article."""
    if told.placed:
        labels = [told.placed.get(index) for index in candidates.at.tolist()]
        if any(labels):
            candidates = candidates.only(standing_of(labels, candidates, told.page_type, overrule))
    if told.apart:
        candidates = candidates.only(~np.isin(candidates.at, list(told.apart)))
    if own is None or not outline.item_lists:
        return candidates
    return candidates.only(~cards_behind(outline, candidates.at, own))


def _is_text(outline: Outline, candidates: Candidates) -> Chosen:
    """Return which candidates may be the text: what markup calls the caption of a picture is none, however long."""
    return np.asarray(outline.block_numbers.role[candidates.at] != _CAPTION)


def judge(outline: Outline, at: Indexes, told: Told, rules: Rules, model: Model) -> Candidates:
    """Return the blocks `at` with their probabilities after both stages, or that at pages that are hardly articles."""
    document = outline.document
    own = feature_rows(outline, told.placed, rules, at).values
    first = model.first.probabilities(own)
    groups = alike_groups(outline, at)
    revised = revision_rows(outline, at, first, told.page_type, groups).values
    if is_no_article(outline, told.page_type):
        second, likely = (
            level_on_other_pages(outline, at, groups, other_probabilities(model, own, revised)),
            ON_LISTS,
        )
    else:
        second, likely = level_like_blocks(outline, at, groups, model.second.probabilities(revised)), ON_ARTICLES
        second = level_recorded_questions(outline, at, second)  # not of shops, which list what buyers ask
    second = level_questions(outline, at, rules.lexicon.class_words["questions"], second, likely)
    if not is_hardly_article(told.page_type):
        second = level_panels(outline, at, second, told.placed, rules)
    if told.listed:
        second = np.where(np.isin(at, list(told.listed)), np.maximum(second, _TRUSTED), second)
    lengths = outline.block_numbers.chars[at].astype(np.float64)
    second = level_tables(document, at, second) if np.count_nonzero(outline.block_numbers.role == _TABLE) else second
    return Candidates(at, lengths, _trust_data(document, at, second))


def _trust_data(document: Document, at: Indexes, probabilities: Column) -> Column:
    """Return the probabilities of a page that carries its body as data: that body is the article, its teaser is not."""
    if not document.blocks[-1].path.startswith(PATH):  # what comes of data is behind all else
        return probabilities
    blocks = [document.blocks[index] for index in at.tolist()]
    from_data = np.array([block.path.startswith(PATH) for block in blocks], dtype=np.bool_)
    body = fold(" ".join(block.text for block in blocks if block.path.startswith(PATH)))
    seen_twice = np.array([fold(block.text) in body for block in blocks], dtype=np.bool_)
    return np.where(from_data, np.maximum(probabilities, _TRUSTED), np.where(seen_twice, 0.0, probabilities))


def is_hardly_article(page_type: PageType) -> bool:
    """Return whether what rules know of articles is no guide on such a page: places and main columns."""
    return page_type.probabilities["article"] < _HARDLY_ARTICLE


def is_no_article(outline: Outline, page_type: PageType) -> bool:
    """Return whether a page is anything but an article, so that what is content there is learned from its like.

    One that may be an article is none if its sentences are not mostly those of one container.
    """
    if page_type.probabilities["article"] < NO_ARTICLE:
        return True
    return is_hardly_article(page_type) and is_scattered(outline)


def is_one_text(outline: Outline, page_type: PageType) -> bool:
    """Return whether the page's text has an end, behind which others begin, and texts below its headings."""
    return page_type.name not in _MANY_TEXTS or not is_no_article(outline, page_type)


def says_things_again(page_type: PageType) -> bool:
    """Return whether what the page says twice is meant: entries of a reference take the same arguments, and say so."""
    return page_type.name == "documentation" and is_hardly_article(page_type)


def standing_of(labels: Sequence[Removed | None], candidates: Candidates, page_type: PageType, limit: float) -> Chosen:
    """Return which candidates may be chosen: on a page that is hardly an article, all but what is final."""
    if not is_hardly_article(page_type):
        return overrule(labels, candidates, limit)
    return np.array([label is None or not is_final(label) for label in labels], dtype=np.bool_)


def level_tables(document: Document, at: Indexes, probabilities: Column) -> Column:
    """Return the probabilities with one value for all rows of a table: half a table means something else."""
    tables: dict[int, list[int]] = {}
    table_of = _tables_around(document)
    for place, index in enumerate(at):
        block = document.blocks[index]
        if block.role is Role.TABLE and block.element >= 0:
            tables.setdefault(table_of[block.element], []).append(place)
    levelled = probabilities.copy()
    for places in tables.values():
        levelled[places] = probabilities[places].mean()
    return levelled


def level_threads(outline: Outline, candidates: Candidates, page_type: PageType) -> Candidates:
    """Return the candidates with one probability for the sentences of a thread that is hardly content: no few of fifty.

    Its lines with a date have no more, but on a page that is hardly an article, where they may be rows of a product. A
    list of comments or posts is known by its dates. In one that is content, single lines are not: signatures, quotes.
    """
    lists = tuple(outermost_threads(outline))
    if not lists:
        return candidates
    probabilities, before = candidates.probabilities.copy(), outline.dated_before
    place_of = {index: place for place, index in enumerate(candidates.at.tolist())}
    for items in lists:
        blocks = [index for item in items for index in range(*outline.extents[item]) if index in place_of]
        places = [place_of[index] for index in blocks if outline.prose_chars[index]]
        mean = np.average(probabilities[places], weights=candidates.lengths[places]) if places else 1.0
        if mean < _THREAD_IS_CONTENT:
            dated = (
                [] if is_hardly_article(page_type) else [place_of[at] for at in blocks if before[at + 1] > before[at]]
            )
            probabilities[dated] = np.minimum(probabilities[dated], mean)
            probabilities[places] = mean
    return Candidates(candidates.at, candidates.lengths, probabilities)


def _tables_around(document: Document) -> list[int]:
    """Return for each element the innermost table that it is or is inside; -1: none."""
    tables: list[int] = []
    for index, element in enumerate(document.elements):
        above = tables[element.parent] if element.parent >= 0 else -1
        tables.append(index if element.tag == "table" else above)
    return tables


def is_asked_twice(page_type: PageType) -> bool:
    """Return whether a second opinion may help on such a page: of a list it takes one item for the article."""
    return page_type.name not in _NEVER_ASKED


def _is_readable_twice(document: Document) -> bool:
    if document.markup is None or len(document.blocks) > _MAX_SECOND_BLOCKS:
        return False
    return sum(map(len, document.markup.tokens)) <= _MAX_SECOND_CHARS


def bounds_of(page_type: PageType) -> Bounds:
    """Return between which probabilities the threshold of a page lies."""
    if page_type.name == "product" and is_hardly_article(page_type):
        return PRODUCT
    return ARTICLE if is_likely_article(page_type) else OTHERS


def is_likely_article(page_type: PageType) -> bool:
    """Return whether offers, windows and other texts on a page are none of what it is about."""
    return page_type.probabilities["article"] >= _LIKELY_ARTICLE


def select(candidates: Candidates, bounds: Bounds) -> Chosen:
    """Return the blocks from the threshold up that gives the best F1 by characters, were the probabilities true.

    A page of which much is uncertain has a lower one (Lipton et al., "Optimal thresholding of classifiers to maximize
    F1 measure", 2014: the best threshold is half of the F1 that it gives).
    """
    probabilities = candidates.probabilities
    if not len(probabilities):
        return np.zeros(0, dtype=np.bool_)
    lowest, highest = bounds
    # Where none lies between, the choice is the same whatever the threshold.
    if not np.count_nonzero((probabilities >= lowest) & (probabilities < highest)):
        return np.asarray(probabilities >= highest)
    order = np.argsort(-probabilities, kind="stable")
    hits = np.cumsum((probabilities * candidates.lengths)[order])
    scores = 2 * hits / np.maximum(np.cumsum(candidates.lengths[order]) + hits[-1], 1e-9)
    threshold = probabilities[order][int(np.argmax(scores))]
    return np.asarray(probabilities >= min(max(threshold, lowest), highest))


def confidence(candidates: Candidates, chosen: Chosen) -> float:
    """Return the F1 that a choice would have if the probabilities were true, 0 to 1."""
    return expected_f1(candidates.probabilities, weights_of(candidates.lengths), chosen)


def lacks_much(lengths: Column, ours: Chosen, theirs: Chosen) -> bool:
    """Return whether theirs holds too little of a long text of ours, by characters, to be about the same."""
    found = lengths[ours].sum()
    return bool(found >= _LONG_CHARS and lengths[ours & theirs].sum() < _MIN_SHARED * found)


def with_second_opinion(candidates: Candidates, second: Chosen, bounds: Bounds) -> Chosen:
    """Return the better supported of our choice, theirs, and what both agree on or either takes.

    Theirs counts as much as ours does: a block that only one of the two takes is worth the mean of both. One that
    lacks much of a long text is no opinion: it is of one part of the page, and would take the rest out.
    """
    ours = select(candidates, bounds)
    if lacks_much(candidates.lengths, ours, second):
        return ours
    blended = Candidates(candidates.at, candidates.lengths, (candidates.probabilities + second) / 2)
    options = [select(blended, bounds), ours, *([second, ours & second, ours | second] if second.any() else [])]
    return max(options, key=lambda chosen: confidence(blended, chosen))
