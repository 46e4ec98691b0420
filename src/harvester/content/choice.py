"""Two opinions on which blocks are the article, and what is made of them."""

from collections.abc import Collection
from dataclasses import dataclass
from typing import Final

from harvester.content.scorer import score_blocks
from harvester.fallback import trafilatura_blocks
from harvester.models import Block
from harvester.outline import Outline

# Where trafilatura finds less than this share of what the scorer finds, it has missed the article or cut it short.
_MIN_SHARE: Final = 0.6


@dataclass(frozen=True, slots=True)
class Choice:
    """The blocks of the article."""

    blocks: frozenset[int]
    method: str  # "trafilatura", "scorer", "both": whose opinion it is
    confidence: float  # 0 to 1: how far the opinions agree, by characters


def choose(html: str, outline: Outline, excluded: Collection[int]) -> Choice:
    """Return which blocks are the article; none when neither opinion finds any prose.

    `excluded` are the blocks that rules have taken out by their place.
    """
    blocks = outline.document.blocks
    theirs = trafilatura_blocks(html, outline.document) - set(excluded)
    ours = score_blocks(outline.document, outline, excluded)
    confidence = _agreement(blocks, theirs, ours)
    if not theirs or not ours:
        return Choice(theirs or ours, "trafilatura" if theirs else "scorer", confidence)
    if _chars(blocks, theirs) < _MIN_SHARE * _chars(blocks, ours):
        return Choice(theirs | ours, "both", confidence)
    between = {index for index in ours if min(theirs) < index < max(theirs)}
    return Choice(theirs | between, "trafilatura", confidence)


def _agreement(blocks: tuple[Block, ...], one: frozenset[int], other: frozenset[int]) -> float:
    union = _chars(blocks, one | other)
    return round(_chars(blocks, one & other) / union, 3) if union else 0.0


def _chars(blocks: tuple[Block, ...], indexes: Collection[int]) -> int:
    return sum(len(blocks[index].text) for index in indexes)
