"""What the class, id and itemprop of containers say, as bits: one for each list of words that readers ask about.

A reader asks `names.within(element, 2) & BYLINE` where it would look for words of a list among those of two containers.
A container is read when it is asked about, once, and what it is inside is told from its parent.
"""

from collections.abc import Sequence
from functools import lru_cache
from typing import Any, Final, Protocol

from harvester import native
from harvester.models import Element
from harvester.rules.lexicon import RULES_CACHED, Lexicon
from harvester.rules.markup_rules import name_words

(
    BYLINE,
    NOT_BYLINE,
    TAGS,
    FOREIGN,
    FOREIGN_ANYWHERE,
    QUOTED,
    REVIEWED,
    TODAY,
    CHANGED,
    PUBLISHED,
    DATE,
    NOT_CONTENT,
    CAPTION,
    CREDIT,
    FOOT,
    ARTICLE,
    SITE,
    HEADLINE,
    BREADCRUMB,
    KICKER,
    STANDFIRST,
    HALF_STANDFIRST,
    SECTION,
    AGENCY,
    SOURCE,
    COUNTDOWN,
    # words of a breadcrumb that say so alone
    PATH,
    # single words
    SITE_WORD,
    TITLE_WORD,
    NAME_WORD,
    SECOND_HEADLINE,
    ICON,
    # tags
    SIDE,
    FOOTER,
    FIGURE,
    TOP,
) = (1 << number for number in range(36))
_NO_PATH: Final = frozenset({"location", "position", "path"})
_TAGS: Final = {
    "nav": SIDE,
    "aside": SIDE,
    "footer": FOOTER,
    "figure": FIGURE,
    "body": TOP,
    "main": TOP,
    "html": TOP,
}


def _lists(lexicon: Lexicon) -> dict[int, frozenset[str]]:
    """Return the words of each bit."""
    known = lexicon.class_words
    return {
        BYLINE: known["byline"],
        NOT_BYLINE: known["not_byline"],
        TAGS: known["tags"],
        FOREIGN: known["foreign"],
        FOREIGN_ANYWHERE: known["foreign_anywhere"],
        QUOTED: known["quoted"],
        REVIEWED: known["reviewed"],
        TODAY: known["today"],
        CHANGED: known["changed"],
        PUBLISHED: known["published"],
        DATE: known["date"],
        NOT_CONTENT: known["not_content"],
        CAPTION: known["caption"],
        CREDIT: known["credit"],
        FOOT: known["foot"],
        ARTICLE: known["article"],
        SITE: known["site"],
        HEADLINE: known["headline"],
        BREADCRUMB: known["breadcrumb"],
        KICKER: known["kicker"],
        STANDFIRST: known["standfirst"],
        HALF_STANDFIRST: known["half_standfirst"],
        SECTION: known["section"],
        AGENCY: known["agency"],
        SOURCE: known["source"],
        COUNTDOWN: known["countdown"],
        PATH: known["breadcrumb"] - _NO_PATH,
        SITE_WORD: frozenset({"site"}),
        TITLE_WORD: frozenset({"title"}),
        NAME_WORD: frozenset({"name"}),
        SECOND_HEADLINE: frozenset({"alternativeheadline"}),
        ICON: frozenset({"icon"}),
    }


class ContainerNames(Protocol):
    """The containers of one page; of an index that is none, nothing is said."""

    def of(self, names: str, /) -> int:
        """Return the bits of the words of names, as of an inline element's classes."""

    def own(self, element: int, /) -> int:
        """Return the bits of the tag and the names of a container."""

    def around(self, element: int, /) -> int:
        """Return the bits of a container and of all that it is inside."""

    def within(self, element: int, levels: int, /) -> int:
        """Return the bits of a container and of those around it, `levels` in all."""

    def nearest(self, element: int, bits: int, /) -> int | None:
        """Return the nearest container with one of `bits`, of a container and those around it."""


def container_names(elements: tuple[Element, ...], lexicon: Lexicon) -> ContainerNames:
    """Return what the names of a page's containers say."""
    index, bits_of = _index(lexicon)
    if native.CORE is not None:
        compiled: ContainerNames = native.CORE.ContainerNames(index, elements, bits_of)
        return compiled
    return Interpreted(elements, bits_of)


class Interpreted:
    """What native/container_names.c does."""

    __slots__ = ("_around", "_bits_of", "_elements", "_own")

    def __init__(self, elements: Sequence[Element], bits_of: "_BitsOf") -> None:
        self._elements, self._bits_of = elements, bits_of
        self._own: dict[int, int] = {}
        self._around: dict[int, int] = {}

    def of(self, names: str, /) -> int:
        """Return the bits of the words of names."""
        return self._bits_of(names)

    def own(self, element: int, /) -> int:
        """Return the bits of the tag and the names of a container."""
        if not 0 <= element < len(self._elements):
            return 0
        known = self._own.get(element)
        if known is None:
            place = self._elements[element]
            known = _TAGS.get(place.tag, 0)
            for names in filter(None, (place.classes, place.id, place.itemprop)):
                known |= self._bits_of(names)
            self._own[element] = known
        return known

    def around(self, element: int, /) -> int:
        """Return the bits of a container and of all that it is inside."""
        path: list[int] = []
        while 0 <= element < len(self._elements) and element not in self._around:
            path.append(element)
            element = self._parent(element)
        bits = self._around.get(element, 0)
        for place in reversed(path):
            bits = self._around[place] = bits | self.own(place)
        return bits

    def within(self, element: int, levels: int, /) -> int:
        """Return the bits of a container and of those around it, `levels` in all."""
        bits = 0
        for _ in range(levels):
            if not 0 <= element < len(self._elements):
                break
            bits |= self.own(element)
            element = self._parent(element)
        return bits

    def nearest(self, element: int, bits: int, /) -> int | None:
        """Return the nearest container with one of `bits`, of a container and those around it."""
        while self.around(element) & bits:
            if self.own(element) & bits:
                return element
            element = self._parent(element)
        return None

    def _parent(self, element: int) -> int:
        parent = self._elements[element].parent
        return parent if parent < element else -1  # only in a broken tree; parents stand before their children


class _BitsOf:
    """The bits of the words of names; each is read once."""

    __slots__ = ("_known", "_words")

    def __init__(self, words: dict[str, int]) -> None:
        self._words = words
        self._known = lru_cache(maxsize=4096)(self._read)

    def __call__(self, names: str) -> int:
        return self._known(names)

    def _read(self, names: str) -> int:
        bits = 0
        for word in name_words(names):
            bits |= self._words.get(word, 0)
        return bits


def interpreted_bits(lexicon: Lexicon) -> _BitsOf:
    """Return what reads names interpreted."""
    return _index(lexicon)[1]


@lru_cache(maxsize=RULES_CACHED)
def _index(lexicon: Lexicon) -> tuple[Any, _BitsOf]:
    """Return the tables of words and tags in compiled form, and what reads names interpreted."""
    words: dict[str, int] = {}
    for bit, listed in _lists(lexicon).items():
        for word in listed:
            words[word] = words.get(word, 0) | bit
    return native.CORE.index_names(words, _TAGS) if native.CORE is not None else None, _BitsOf(words)
