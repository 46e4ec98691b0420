"""Boxes of facts that no name tells: an <aside> or a side column in the article that lists terms with their values."""

import re
from collections.abc import Iterator, Sequence
from functools import lru_cache
from typing import Final

from harvester.dom import CELL_BORDER, is_label, lists_values
from harvester.models import Block, Role
from harvester.outline import Outline
from harvester.rules.kind_names import KindName
from harvester.rules.lexicon import RULES_CACHED, Lexicon
from harvester.rules.load import Rules

_SIDEBAR: Final = KindName.SIDEBAR
_MAX_CHARS: Final = 1_500  # of a box; a longer one is a column of the page
_MAX_BLOCKS: Final = 100  # of a box, so that thousands around each other take no time
_MIN_LABELS: Final = 2  # that differ: a filter has "Refine by category: Luggage", "Refine by category: Bags"
_COLON: Final = re.compile("[:\uff1a]")
_MAILBOX: Final = re.compile(r"\S@\S|\[email")  # of a desk, or an author
# Labels of what a page says of itself.
_OF_PAGE: Final = (
    "people.by", "people.editors", "people.reviewed", "dates.published", "dates.modified", "source.labels", "site.tags",
    "site.section_labels",
)  # fmt: skip


def lists_values_in(outline: Outline, element: int, lexicon: Lexicon) -> bool:
    """Return whether an element is short, lists terms with their values, and has few links and no sentences.

    What has sentences may be an offer, a glossary or the life of the author: the classifier tells better. No box that
    says how to reach somebody, or mostly of what section, by whom and of when the page is.
    """
    first, end = outline.extents[element]
    is_short = 0 < outline.element_chars[element] <= _MAX_CHARS and end - first <= _MAX_BLOCKS
    if not is_short or outline.element_prose[element]:
        return False
    blocks = outline.document.blocks[first:end]
    terms = sum(map(_is_term, blocks))
    lines = [line for block in blocks for line in block.text.split("\n")]
    return lists_values(lines, terms, outline.element_links[element]) and _are_facts(blocks, lines, lexicon)


def _are_facts(blocks: Sequence[Block], lines: Sequence[str], lexicon: Lexicon) -> bool:
    said = {_COLON.split(line, maxsplit=1)[0] for line in lines if is_label(line)}
    said.update(block.text.partition(CELL_BORDER)[0] for block in blocks if _is_term(block))
    labels = {label.strip().casefold() for label in said}
    if len(labels) < _MIN_LABELS or any(map(_MAILBOX.search, lines)):
        return False
    return 2 * len(labels & _labels_of_page(lexicon)) <= len(labels)


@lru_cache(maxsize=RULES_CACHED)
def _labels_of_page(lexicon: Lexicon) -> frozenset[str]:
    return frozenset().union(*map(lexicon.words, _OF_PAGE))


def _is_term(block: Block) -> bool:
    return block.path.endswith(" dt") or (block.role is Role.TABLE and CELL_BORDER in block.text)


def value_boxes(outline: Outline, rules: Rules) -> Iterator[int]:
    """Yield the elements that are such boxes, in page order; of those that say the same, for two screens, the first."""
    named = {at for at, hits in outline.places(rules).items() if any(hit.kind == _SIDEBAR for hit in hits)}
    if "aside" in outline.tags:
        named.update(at for at, element in enumerate(outline.document.elements) if element.tag == "aside")
    said: set[tuple[str, ...]] = set()
    for at in sorted(named):
        if lists_values_in(outline, at, rules.lexicon):
            texts = tuple(block.text for block in outline.document.blocks[slice(*outline.extents[at])])
            if texts not in said:
                said.add(texts)
                yield at
