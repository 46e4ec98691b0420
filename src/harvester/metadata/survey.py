"""What several readers look up on a page, found in one pass over its blocks and one over its elements."""

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from functools import lru_cache
from typing import Final

from harvester.metadata.wordlists import load_words
from harvester.models import Block, Document, Element, Kept, Part, Removed, Role, Span
from harvester.text import fold

FOREIGN_TAGS: Final = frozenset({"nav", "footer", "aside"})
MAX_KEY_CHARS: Final = 600  # of a text that is compared; titles, names and standfirsts are shorter
_LOWER_TOKEN: Final = re.compile(r"[a-z]+|\d+")
_TOKEN: Final = re.compile(r"[a-z]+|[A-Z][a-z]*|\d+")
_TOP: Final = frozenset({"body", "main", "html"})
_TITLE: Final = Kept(Part.TITLE)


@dataclass(frozen=True, slots=True)
class Survey:
    """Where on the page what stands; all numbers are indices into Document.blocks or Document.elements."""

    removed: Mapping[str, tuple[int, ...]]  # blocks that a rule removed, by kind
    kept: tuple[int, ...]  # blocks of the article
    headings: tuple[int, ...]  # blocks that are headings, or were kept as the title
    marked: tuple[tuple[int, Span], ...]  # inline elements with a rel or itemprop, or a link to a licence, by block
    named: frozenset[int]  # elements that their tag, class or id calls a card, a comment, a side column ...
    foreign: frozenset[int]  # the elements of `named` and all inside them

    def removed_as(self, *kinds: str) -> tuple[int, ...]:
        """Return the blocks that a rule removed as one of `kinds`, in reading order."""
        found = [index for kind in kinds for index in self.removed.get(kind, ())]
        return tuple(sorted(found)) if len(kinds) > 1 else tuple(found)


def survey_page(document: Document) -> Survey:
    """Return the look-ups for `document`."""
    removed: dict[str, list[int]] = {}
    kept: list[int] = []
    headings: list[int] = []
    marked: list[tuple[int, Span]] = []
    for index, block in enumerate(document.blocks):
        verdict = block.verdict
        if isinstance(verdict, Removed):
            removed.setdefault(verdict.kind, []).append(index)
        elif verdict is not None:
            kept.append(index)
        if block.role is Role.HEADING or (verdict is not None and verdict == _TITLE):
            headings.append(index)
        if block.spans:
            marked += [
                (index, span)
                for span in block.spans
                if span.rel or span.itemprop or "creativecommons.org/" in span.href
            ]
    named, foreign = _foreign(document)
    found = {kind: tuple(indices) for kind, indices in removed.items()}
    return Survey(found, tuple(kept), tuple(headings), tuple(marked), named, foreign)


# ── places ───────────────────────────────────────────────────────────────────────────────────


@lru_cache(maxsize=16384)
def tokens(names: str) -> frozenset[str]:
    """Return the words of a class or id attribute: "postMeta entry-date" -> post, meta, entry, date."""
    if not names.isascii() or names.lower() == names:
        return frozenset(_LOWER_TOKEN.findall(names.lower()))
    return frozenset(word.lower() for word in _TOKEN.findall(names))


def ancestors(document: Document, element: int) -> Iterator[int]:
    """Yield the indices of the containers of `element`, itself first, outwards."""
    while 0 <= element < len(document.elements):
        yield element
        parent = document.elements[element].parent
        if parent >= element:  # only in a broken tree; parents stand before their children
            return
        element = parent


def place_words(place: Element) -> frozenset[str]:
    """Return the class, id and itemprop words of one container."""
    words = tokens(place.classes)
    if place.id:
        words |= tokens(place.id)
    return words | tokens(place.itemprop) if place.itemprop else words


def class_tokens(document: Document, element: int, levels: int) -> frozenset[str]:
    """Return the class, id and itemprop words of `element` and the containers around it, `levels` in all."""
    found: frozenset[str] = frozenset()
    for _, index in zip(range(levels), ancestors(document, element), strict=False):
        found |= place_words(document.elements[index])
    return found


def _foreign(document: Document) -> tuple[frozenset[int], frozenset[int]]:
    """Return the elements that are called foreign, and these with all inside them."""
    named: set[int] = set()
    foreign: set[int] = set()
    # Taken apart in one go: looking its parts up by name costs as much as all else here.
    for index, (parent, tag, name, classes, _, _, _, _, _, _) in enumerate(document.elements):
        if tag == "footer":
            called = not _is_in_article(document, index)
        else:
            called = (
                tag in FOREIGN_TAGS
                or (classes != "" and _is_foreign_name(classes))
                or (name != "" and _is_foreign_name(name))
            )
        if called:
            named.add(index)
        if (called or (parent in foreign and parent < index)) and tag not in _TOP:
            foreign.add(index)
    return frozenset(named), frozenset(foreign)


def _is_in_article(document: Document, element: int) -> bool:
    """Say whether an <article> holds the element: many themes print tags, author and date in its own footer."""
    return any(document.elements[index].tag == "article" for index in ancestors(document, element))


@lru_cache(maxsize=65536)  # a crawl meets the same class attributes on every page of a site
def _is_foreign_name(names: str) -> bool:
    return not load_words().class_words["foreign"].isdisjoint(tokens(names))


def _foreign_but(document: Document, found: Survey, own: frozenset[int]) -> frozenset[int]:
    foreign: set[int] = set()
    for index, place in enumerate(document.elements):
        inside = index in found.named or (place.parent in foreign and place.parent < index)
        if inside and index not in own and place.tag not in _TOP:
            foreign.add(index)
    return frozenset(foreign)


def foreign_around(document: Document, found: Survey, headline: int | None) -> frozenset[int]:
    """Return the containers that belong to something else than the article.

    What holds the headline is the article's, whatever its class says.
    """
    if headline is None:
        return found.foreign
    own = frozenset(ancestors(document, document.blocks[headline].element))
    return _foreign_but(document, found, own) if own & found.foreign else found.foreign


# ── texts ────────────────────────────────────────────────────────────────────────────────────


@lru_cache(maxsize=4096)
def _key(text: str) -> str:
    return fold(text)


def key_of(text: str) -> str:
    """Return `text` folded for comparison, at most `MAX_KEY_CHARS` of it; the same text is folded once."""
    return _key(text[:MAX_KEY_CHARS])


def one_line(block: Block) -> str:
    """Return the block's text on one line."""
    return block.text.replace("\n", " ")
