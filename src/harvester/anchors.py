"""The links of a page as a reader sees them: text, place, and whether one is a headline."""

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Final

from harvester.metadata.lookup.page_index import place_words
from harvester.models import Document, Role
from harvester.rules.lexicon import Lexicon
from harvester.web_links import web_link

MAX_ANCHORS: Final = 5_000  # looked at; the longest pages of links have 2,000
_MENU_TAGS: Final = frozenset({"nav"})
_NO_WORDS: Final[frozenset[str]] = frozenset()
_WHOLE: Final = frozenset({"html", "body", "main", "article"})  # whatever their classes say
_SIDE_TAGS: Final = frozenset({"aside"})


@dataclass(frozen=True, slots=True)
class LinkRegion:
    """Where on the page a link is."""

    in_menu: bool = False  # a menu, a list of tags
    in_foot: bool = False  # of the page, or of a card
    in_side: bool = False  # a side column


@dataclass(frozen=True, slots=True)
class Anchor:
    """One link of a page, as a reader sees it."""

    url: str  # absolute, checked, without tracking fields
    text: str
    is_heading: bool  # it is, or stands in, a heading
    place: LinkRegion


def anchors_of(document: Document, url: str, lexicon: Lexicon) -> Iterator[Anchor]:
    """Yield the links of a page that lead to the web, in reading order; a card of several lines is one link."""
    base = base_of(document, url)
    places, around = _places(document, lexicon), _cards(document)
    cards: dict[int, list[int]] = {}  # <a> around blocks -> these blocks
    for index, block in enumerate(document.blocks):
        card = around[block.element] if block.element >= 0 else -1
        if card >= 0:
            cards.setdefault(card, []).append(index)
        for span in block.spans:
            if span.tag == "a" and span.href and (target := web_link(base, span.href)):
                place = places[block.element] if block.element >= 0 else LinkRegion()
                yield Anchor(target, span.text, block.role is Role.HEADING, place)
    for card, blocks in cards.items():
        if target := web_link(base, document.elements[card].href):
            yield _card_anchor(document, target, blocks, places[card])


def _card_anchor(document: Document, target: str, blocks: list[int], place: LinkRegion) -> Anchor:
    """Return the link of a card by its headline: its heading, else its longest line."""
    lines = [document.blocks[index] for index in blocks]
    headline = max(lines, key=lambda block: (block.role is Role.HEADING, len(block.text)))
    return Anchor(target, headline.text, headline.role is Role.HEADING, place)


def _cards(document: Document) -> list[int]:
    """Return for each element the innermost link that it is or is inside; -1: none."""
    cards: list[int] = []
    for index, element in enumerate(document.elements):
        outer = cards[element.parent] if element.parent >= 0 else -1
        cards.append(index if element.tag == "a" and element.href else outer)
    return cards


def _places(document: Document, lexicon: Lexicon) -> list[LinkRegion]:
    """Return for each element its place on the page; what its container is, it is, too."""
    known = lexicon.class_words
    places: list[LinkRegion] = []
    for element in document.elements:
        outer = places[element.parent] if element.parent >= 0 else LinkRegion()
        words = place_words(element) if element.classes or element.id else _NO_WORDS
        if element.tag in _WHOLE:
            places.append(outer)
            continue
        is_menu = element.tag in _MENU_TAGS or element.role == "navigation" or not words.isdisjoint(known["menu"])
        is_foot = element.tag == "footer" or not words.isdisjoint(known["foot"])
        is_side = element.tag in _SIDE_TAGS or not words.isdisjoint(known["side"])
        places.append(LinkRegion(outer.in_menu or is_menu, outer.in_foot or is_foot, outer.in_side or is_side))
    return places


def base_of(document: Document, url: str) -> str:
    """Return what the links of a page are relative to; `url` is its own."""
    return (web_link(url, document.base) if document.base else None) or url
