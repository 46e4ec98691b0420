"""Texts whose inline elements a browser shows apart, and the markup writes without a blank between them."""

from collections.abc import Iterable, Iterator, Sequence
from itertools import islice
from typing import Final

from harvester.dom.inline_seams import is_in_prose, parted, seams_of, words_across
from harvester.models import Block, Document, Role

# Not rows of tables, whose cells are read once more; headings are parted when the page is read.
_ROLES: Final = frozenset({Role.PARAGRAPH, Role.LIST_ITEM, Role.QUOTE})
_MAX_SEAMS: Final = 200  # for each the whole page is searched for the word: hostile pages have thousands


def parted_texts(document: Document, numbers: Iterable[int]) -> dict[int, Block]:
    """Return those of some blocks that get a blank where one element ends and another begins a word or a figure.

    `<span>Harbour House</span><span>Winter Coat</span>`. Small letters are left alone, as editors cut words in two; so
    is a word in a sentence, and what the page writes in one word elsewhere.
    """
    seams = islice(_seams(document.blocks, numbers), _MAX_SEAMS)
    return parted(document.blocks, seams, lambda word, _: _is_name(word, document))


def _seams(blocks: Sequence[Block], numbers: Iterable[int]) -> Iterator[tuple[int, int, str]]:
    """Yield the block, the place in its text, and the word that is made of two."""
    for at in numbers:
        block = blocks[at]
        # Most texts are of one piece, which is asked without a call.
        if (trace := block.trace) is not None and len(trace.spots) > 1 and block.role in _ROLES:
            for seam in seams_of(block):
                words = words_across(block.text, seam.at)
                if words and not (seam.parts_words and is_in_prose(block.text, words, seam.at)):
                    yield at, seam.at, "".join(words)


def _is_name(word: str, document: Document) -> bool:
    """Return whether the page writes a word in one where no element ends within it."""
    said = (document.title or "", *(meta.content for meta in document.metas))
    return any(word in text for text in said) or any(
        word in block.text for block in document.blocks if block.trace is None or len(block.trace.spots) == 1
    )
