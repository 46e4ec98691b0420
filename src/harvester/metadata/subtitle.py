"""The standfirst under the headline, and the description for search engines."""

from collections.abc import Iterator
from typing import Final

from harvester.metadata.places import class_tokens, kept_as, tokens
from harvester.metadata.reading import Reading, reading
from harvester.metadata.structured import Clues, clean_text
from harvester.metadata.wordlists import load_words
from harvester.models import Block, Part, Role
from harvester.text import fold

MAX_SUBTITLE_CHARS: Final = 500
MIN_SUBTITLE_CHARS: Final = 15  # shorter is a kicker; Han characters say twice as much
BLOCKS_AFTER_HEADLINE: Final = 6


def read_subtitle(clues: Clues) -> Reading[str] | None:
    """Return the standfirst as printed: by verdict, markup, JSON-LD's second headline, or a printed description."""
    for index, block in enumerate(clues.document.blocks):
        if kept_as(block, Part.SUBTITLE):
            return reading("subtitle", _line(block), f"block:{index}")
    for index in _near(clues):
        block = clues.document.blocks[index]
        if _is_standfirst(clues, block):
            return reading("subtitle", _line(block), f"block:{index}")
    return _second_headline(clues) or _printed_description(clues)


def read_description(clues: Clues) -> Reading[str] | None:
    """Return what the page tells search engines and social networks that it is about."""
    found = clues.meta("og:description", "description", "twitter:description", "dc.description", "dcterms.description")
    if found is not None:
        return reading("description", clean_text(found[1]), f"meta:{found[0]}") if clean_text(found[1]) else None
    texts = clues.article_texts("description")
    return reading("description", texts[0], "json-ld:description") if texts else None


def _line(block: Block) -> str:
    return block.text.replace("\n", " ")


def _near(clues: Clues) -> Iterator[int]:
    """Yield the blocks that may be a standfirst: the next after the headline, and the two above it."""
    if clues.headline is None:
        return
    blocks = clues.document.blocks
    after = range(clues.headline + 1, min(len(blocks), clues.headline + 1 + BLOCKS_AFTER_HEADLINE))
    before = range(clues.headline - 1, max(-1, clues.headline - 3), -1)
    for index in (*after, *before):
        if _fits(clues, blocks[index]):
            yield index


def _fits(clues: Clues, block: Block) -> bool:
    size = len(block.text) * (1 if block.text.isascii() else 2)
    if not size >= MIN_SUBTITLE_CHARS or len(block.text) > MAX_SUBTITLE_CHARS:
        return False
    if block.role not in {Role.PARAGRAPH, Role.HEADING, Role.QUOTE} or block.link_chars * 2 > len(block.text):
        return False
    return fold(block.text) != fold(clues.title or "") and block.element not in clues.foreign


def _is_standfirst(clues: Clues, block: Block) -> bool:
    words = class_tokens(clues.document, block.element, 2)
    for span in block.spans:
        if fold(span.text) == fold(block.text):
            words |= tokens(span.classes)
    known = load_words().class_words
    if words & known["not_standfirst"]:
        return False
    half = words & known["half_standfirst"] and words & known["whole_standfirst"]
    return bool(words & known["standfirst"] or half or "alternativeheadline" in words)


def _second_headline(clues: Clues) -> Reading[str] | None:
    for text in clues.article_texts("alternativeHeadline", "alternateName")[:1]:
        if fold(text) != fold(clues.title or "") and len(text) >= MIN_SUBTITLE_CHARS:
            return reading("subtitle", text, "json-ld:alternativeHeadline")
    return None


def _printed_description(clues: Clues) -> Reading[str] | None:
    """Return the description when it is printed apart from the text: in another container than the next paragraph."""
    description = read_description(clues)
    key = fold(description.value) if description is not None else ""
    blocks = clues.document.blocks
    for index in _near(clues) if key else ():
        following = next((block for block in blocks[index + 1 :] if block.role is Role.PARAGRAPH), None)
        apart = following is not None and _parent(clues, blocks[index]) != _parent(clues, following)
        if apart and fold(blocks[index].text) == key:
            return reading("subtitle", _line(blocks[index]), f"block:{index}")
    return None


def _parent(clues: Clues, block: Block) -> int:
    elements = clues.document.elements
    return elements[block.element].parent if 0 <= block.element < len(elements) else -1
