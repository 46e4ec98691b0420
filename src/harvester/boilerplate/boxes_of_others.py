"""Boxes on lists, shops, threads and manuals that are none of what such a page is about, known by their names.

Windows, reviews of a product, and what is set below posts of a thread or shown of the pages that these link to. They
are sentences among prices and labels, which the classifier takes for text; on articles it knows them.
"""

from collections.abc import Iterable
from typing import Final

from harvester.models import PageType, Removed
from harvester.outline import Outline
from harvester.rules.kind_names import KindName
from harvester.rules.lexicon import Lexicon

_WINDOW: Final = Removed(KindName.NOT_CONTENT, "form:window")
_REVIEWS: Final = Removed(KindName.COMMENT_THREAD, "form:reviews")
_SIGNATURE: Final = Removed(KindName.NOT_CONTENT, "form:signature")
_POSTER: Final = Removed(KindName.BYLINE_META, "form:poster")
# Of a page's characters in one box, and in all of them: with more, the page is what is called so. Measured by domain;
# of what is called a review, more may be what critics say of a book.
_MAX_WINDOW: Final = 0.7
_MAX_REVIEWS: Final = 0.5
_MAX_SIGNATURE: Final = 0.2
_QUOTATION_MARKS: Final = frozenset('"“”„«»「『‘‚')
_MOSTLY: Final = 0.5  # of the characters of a box


def boxes_of_others(outline: Outline, lexicon: Lexicon, page_type: PageType) -> dict[int, Removed]:
    """Return the blocks in windows over the page, in reviews of a likely product, in signatures of a likely thread."""
    total = int(outline.block_numbers.chars.sum())
    windows = outline.named_elements(lexicon.class_words["window"], _MAX_WINDOW * total)
    found = _inside(outline, windows, _WINDOW)
    if page_type.name == "product":
        found = _inside(outline, _reviews_by_buyers(outline, lexicon, _MAX_REVIEWS * total), _REVIEWS) | found
    chars = sum(len(outline.document.blocks[at].text) for at in found)
    found = found if chars <= _MAX_WINDOW * total else {}
    if page_type.name == "forum":
        signatures = outline.named_elements(lexicon.class_words["signature"], _MAX_SIGNATURE * total)
        found |= _inside(outline, signatures, _SIGNATURE)
        posters = outline.named_elements(lexicon.box_names["poster"], _MAX_SIGNATURE * total)
        found |= _inside(outline, posters, _POSTER)
    return found


def _reviews_by_buyers(outline: Outline, lexicon: Lexicon, most: float) -> list[int]:
    """Return the elements that hold reviews by buyers; what critics say is printed to tell of the product."""
    elements = outline.named_elements(lexicon.class_words["review"], most)
    return [at for at in elements if not _is_of_critics(outline, lexicon, at)]


def _is_of_critics(outline: Outline, lexicon: Lexicon, element: int) -> bool:
    """Return whether reviews are named so, or mostly lines that begin with a quotation mark: buyers quote nobody."""
    if not lexicon.class_words["critic"].isdisjoint(outline.signatures[element].split()):
        return True
    texts = [block.text for block in outline.document.blocks[slice(*outline.extents[element])]]
    return sum(len(text) for text in texts if text[:1] in _QUOTATION_MARKS) > _MOSTLY * sum(map(len, texts))


def _inside(outline: Outline, elements: Iterable[int], label: Removed) -> dict[int, Removed]:
    """Return the blocks in the elements, each with the label."""
    return {at: label for element in elements for at in range(*outline.extents[element])}
