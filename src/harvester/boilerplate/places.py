"""Boilerplate by place: the markup around a block says what it is."""

from collections import Counter
from collections.abc import Mapping
from typing import Final

from harvester.dom import Cut
from harvester.models import Block, Document, Element, Removed, Role
from harvester.outline import Outline
from harvester.rules import Rules, signature

# Elements that are what their tag says, whatever their classes.
_TAG_KINDS: Final[Mapping[str, str]] = {"nav": "nav_menu", "footer": "site_footer", "aside": "sidebar"}
# A container with more of the page's prose than this holds the article, or a good part of it.
_MAX_PROSE_SHARE: Final = 0.3
_MIN_PROSE_LEFT: Final = 200  # characters; below, nothing worth an article is left
_MIN_SHARE_LEFT: Final = 0.25  # of the prose that the greatest kind takes
_NEVER_CONTENT: Final = frozenset({"cookie_consent", "nav_menu", "site_footer"})
_LONGEST_LOOKED_AT: Final = 10  # paragraphs; behind so many comments there is no article
_MIN_SECOND_PROSE: Final = 400  # characters; cards of other stories have a teaser's worth
_ARTICLE_WORDS: Final = frozenset({"article", "story", "post", "entry"})
_SECOND_ARTICLE: Final = "place:second article"
_LINE_GROUPS: Final = frozenset({"metadata", "media"})  # their boxes hold lines, never a listing of code
# These kinds name parts of the article; a place alone never takes them out.
_PARTS: Final = frozenset({"footnotes", "correction_note", "hard_wrap", "ai_summary_keypoints"})


def cut_of(element: Element, rules: Rules) -> Cut | None:
    """Return whether an element may be taken as one block when the page is read; see `harvester.dom.pruning`.

    Only where its text gives no field of the article, and sentences only in what never holds an article: whether
    comments or cards of other stories are what a page is about, is for `label_places` to say.
    """
    for hit in rules.places(signature(element)):
        if hit.kind in _PARTS:
            continue
        if rules.kinds[hit.kind].disposition != "drop":
            return None
        return Cut(Removed(hit.kind, hit.rule), with_prose=hit.kind in _NEVER_CONTENT and not hit.weak)
    kind = _TAG_KINDS.get(element.tag)
    return Cut(Removed(kind, f"place:<{element.tag}>"), with_prose=kind in _NEVER_CONTENT) if kind else None


def is_firm(label: Removed) -> bool:
    """Return whether a place stays what it is whatever its text reads like: consent windows are full of prose."""
    return label.kind == "cookie_consent" or label.rule == _SECOND_ARTICLE


def label_places(document: Document, outline: Outline, rules: Rules) -> dict[int, Removed]:
    """Return the blocks that stand in a place of boilerplate, with the outermost place that says so.

    A container that holds the article is never taken: one with the page's first h1, with articleBody, with the
    longest paragraph, or with over three tenths of the prose. Nor is a kind that would leave hardly any prose beside
    what it takes: on a forum page the comments are the content.
    """
    bearing = _bearing_elements(document, outline, rules)
    cut = {at: block.verdict for at, block in enumerate(document.blocks) if isinstance(block.verdict, Removed)}
    labels: dict[int, Removed] = {}
    taken_until = 0  # blocks before this one are labelled, or stand before the element in question
    for index in range(len(document.elements)):
        first, end = outline.extents[index]
        if end <= taken_until or first == end or index in bearing or (end == first + 1 and first in cut):
            continue
        if label := _place_of(document, outline, rules, index):
            labels |= dict.fromkeys(range(first, end), label)
            taken_until = end
    return cut | _without_content_kind(labels, outline) | _second_articles(document, outline)


def _second_articles(document: Document, outline: Outline) -> dict[int, Removed]:
    """Return the blocks of further articles below the first, as endless scrolling leaves them.

    They stand in containers of the same markup beside that of the page's own article, each with a headline of the
    same level and prose of its own.
    """
    if outline.headline is None:
        return {}
    elements, level = document.elements, document.blocks[outline.headline].level
    around = outline.ancestors(document.blocks[outline.headline].element)
    owns = [at for at in around if outline.element_prose[at] >= _MIN_SECOND_PROSE and _says_article(elements[at])]
    alike: dict[tuple[int, str, str], list[int]] = {_markup(elements[own]): [] for own in owns}
    for at, element in enumerate(elements) if owns else ():
        if (beside := alike.get(_markup(element))) is not None:
            beside.append(at)
    for own in owns:
        further = [at for at in alike[_markup(elements[own])] if at > own]
        blocks = [block for at in further if _is_article(at, level, outline) for block in range(*outline.extents[at])]
        if blocks:
            return dict.fromkeys(blocks, Removed("related_posts", _SECOND_ARTICLE))
    return {}


def _says_article(element: Element) -> bool:
    """Return whether the markup calls the element an article: the sections of one article look alike, too."""
    return element.tag == "article" or not _ARTICLE_WORDS.isdisjoint(signature(element).split())


def _markup(element: Element) -> tuple[int, str, str]:
    """Return what elements share that stand beside each other and look alike."""
    return element.parent, element.tag, element.classes


def _is_article(element: int, level: int | None, outline: Outline) -> bool:
    """Return whether the element has a headline of `level` and prose."""
    blocks = outline.document.blocks[slice(*outline.extents[element])]
    headed = any(block.role is Role.HEADING and block.level == level for block in blocks)
    return headed and outline.element_prose[element] >= _MIN_SECOND_PROSE


def _without_content_kind(labels: dict[int, Removed], outline: Outline) -> dict[int, Removed]:
    """Return the labels without the kind that takes most prose, where that is nearly all the page has."""
    taken: Counter[str] = Counter()
    for index, label in labels.items():
        taken[label.kind] += outline.prose_chars[index]
    left = outline.total_prose - taken.total()
    greatest, prose = max(taken.items(), key=lambda item: item[1], default=("", 0))
    if greatest in _NEVER_CONTENT or left >= max(_MIN_PROSE_LEFT, _MIN_SHARE_LEFT * prose):
        return labels
    return {index: label for index, label in labels.items() if label.kind != greatest}


def _bearing_elements(document: Document, outline: Outline, rules: Rules) -> set[int]:
    """Return the elements that hold the article, or are around what does."""
    limit = max(_MAX_PROSE_SHARE * outline.total_prose, 1)
    bearing = {index for index, prose in enumerate(outline.element_prose) if prose > limit}
    h1 = next((block for block in document.blocks if block.is_h1), None)
    for block in (h1, _longest_paragraph(document, outline, rules)):
        if block is not None:
            bearing.update(outline.ancestors(block.element))
    bearing.update(index for index, element in enumerate(document.elements) if "articleBody" in element.itemprop)
    return bearing


def _longest_paragraph(document: Document, outline: Outline, rules: Rules) -> Block | None:
    """Return the longest paragraph that is no comment, the longest of all where all are; None: no prose."""
    order = sorted(range(len(document.blocks)), key=outline.prose_chars.__getitem__, reverse=True)
    longest = [document.blocks[index] for index in order[:_LONGEST_LOOKED_AT] if outline.prose_chars[index]]
    return next((block for block in longest if not _is_comment(block, outline, rules)), longest[0] if longest else None)


def _is_comment(block: Block, outline: Outline, rules: Rules) -> bool:
    # What holds all of the page's prose is no comment, though <body> often says "comment-open".
    around = [at for at in outline.ancestors(block.element) if outline.element_prose[at] < outline.total_prose]
    elements = outline.document.elements
    return any(hit.kind == "comment_thread" for at in around for hit in rules.places(signature(elements[at])))


def _place_of(document: Document, outline: Outline, rules: Rules, index: int) -> Removed | None:
    element = document.elements[index]
    for hit in rules.places(signature(element)):
        # "footer" in an article names the foot of a card, and a card may be an item of a list that is the article.
        weak = hit.weak or (hit.kind == "site_footer" and outline.in_article[index])
        if hit.kind in _PARTS or (rules.kinds[hit.kind].group in _LINE_GROUPS and _is_listing(outline, index)):
            continue
        if not (weak and outline.element_prose[index]):
            return Removed(hit.kind, hit.rule)
    kind = _TAG_KINDS.get(element.tag)
    # An <aside> with prose may be a box of facts that belongs to the article.
    if kind and not (element.tag == "aside" and outline.element_prose[index]):
        return Removed(kind, f"place:<{element.tag}>")
    return None


def _is_listing(outline: Outline, index: int) -> bool:
    return outline.element_code[index] * 2 > outline.element_chars[index]
