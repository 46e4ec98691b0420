"""What the lines of a byline may hold, told in one pass: the cheap question before the dear ones.

Of each line: which labels its words may begin, and whether it has digits and marks. Where a sign is missing, the reader
that asks for it finds nothing on the line; where it is there, the reader looks. Words are found in Latin, Greek and
Cyrillic letters alone: a line with others is opaque, and may hold anything.
"""

import re
from collections.abc import Iterable
from functools import lru_cache
from typing import Any, Final

from harvester import native
from harvester.models import Block
from harvester.rules.lexicon import RULES_CACHED, Lexicon, labels_for

# By what a word of the line may begin.
BY: Final = 1  # the label of a byline, in the page's language
INNER: Final = 2  # one that stands inside lines as well
REVIEWED: Final = 4  # the label of those who only checked the text
EDITED: Final = 8  # an editor's label
SOURCED: Final = 16  # the label of a source, or of a repost
# Of a label of several words, "posted by", the first and the second: both, side by side, count as `BY`; alone, neither.
OPENS: Final = 32
GOES_ON: Final = 64
POSTED: Final = 128  # what may stand before a label inside a line: "Posted in Data by jane"
# The same of the first words of lines is `FIRST_SHIFT` bits higher. By its marks:
FIRST_SHIFT: Final = 8
DIGIT: Final = 1 << 16
COLON: Final = 1 << 17
PART: Final = 1 << 18  # a bar, a dot between parts, a line feed, a blank that is wide or doubled
OPAQUE: Final = 1 << 19  # it holds letters that are not read here
LISTS: Final = 1 << 20  # a comma, a slash
MARKED: Final = 1 << 21  # what parts, but a line feed alone: what is behind that begins a line
# What follows from the signs of a line that is not opaque:
NAMES: Final = 1 << 22  # a byline's label may stand at its start, inside it, after a mark, before a colon
SOURCES: Final = 1 << 23  # the label of a source may stand before a colon or a bar
MAY_NAME: Final = NAMES | OPAQUE
MAY_SOURCE: Final = SOURCES | OPAQUE

_NO_TAGS: Final[frozenset[str]] = frozenset()
_MAX_WORD_BYTES: Final = 64
_MAX_GLUED: Final = 4  # letters that stand before a label without a blank: "pmby"
_LETTERS: Final = re.compile("[a-z\u00c0-\u00d6\u00d8-\u00f6\u00f8-\u0130\u0132-\u02ff\u0370-\u052f]+")
# A small letter without its dot and marks on letters, whose forms differ; and all that is no letter known here.
_STRANGE: Final = re.compile("[^\x00-\u0130\u0132-\u02ff\u0370-\u052f\u2000-\u206f\u20a0-\u20bf]")
_MARKED: Final = re.compile("[|\u0085\u00a0\u00b7\u2000-\u2012\u2020-\u2025\u2027-\u206f]|[\x00- ]{2}")
_LISTS: Final = re.compile("[,/]")
_ASCII_DIGIT: Final = re.compile(r"\d", re.ASCII)


# What stands before a label inside a line: a date or a mark, a rubric, or the credit of somebody else.
_BEFORE_INNER: Final = DIGIT | LISTS | MARKED | POSTED << FIRST_SHIFT | REVIEWED << FIRST_SHIFT


def _all_told(signs: int) -> int:
    """Return signs with those that follow from them."""
    is_before = signs & (COLON | MARKED) or (signs & INNER and signs & _BEFORE_INNER)
    names = NAMES if signs & BY << FIRST_SHIFT or (signs & BY and is_before) else 0
    return signs | names | (SOURCES if signs & SOURCED and signs & (COLON | PART) else 0)


def block_signs(blocks: tuple[Block, ...], indices: tuple[int, ...], lang: str | None, lexicon: Lexicon) -> list[int]:
    """Return the signs of the lines of some blocks; inline elements are lines, too, as each may bear a label."""
    return line_signs([_lines_of(blocks[at]) for at in indices], lang, lexicon)


def _lines_of(block: Block) -> str:
    spans = [span.text for span in block.spans if span.tag != "a"]
    return "\n".join((block.text, *spans)) if spans else block.text


def line_signs(texts: list[str], lang: str | None, lexicon: Lexicon) -> list[int]:
    """Return the signs of each text, on a page in the language `lang`."""
    index = _index(lang, lexicon)
    try:
        return index.of(texts)
    except UnicodeEncodeError:  # half a surrogate pair, which JSON can hold
        return [index.signs_of(text) for text in texts]


class Index:
    """Labels by their first words; made once for each language."""

    __slots__ = ("_begin", "_compiled", "_end", "_words")

    def __init__(self, words: dict[str, int], begin: dict[str, int], end: dict[str, int]) -> None:
        self._words, self._begin, self._end = words, begin, end
        self._compiled: Any = native.CORE.index_signs(words, begin, end) if native.CORE is not None else None

    def of(self, texts: list[str]) -> list[int]:
        """Return the signs of each text."""
        if self._compiled is not None and native.CORE is not None:
            signs: list[int] = native.CORE.line_signs(self._compiled, texts)
            return signs
        return [self.signs_of(text) for text in texts]

    def signs_of(self, text: str) -> int:
        """Return the signs of a text as `native/line_signs.c` does."""
        text = text.casefold()
        if _STRANGE.search(text):
            return OPAQUE
        signs = DIGIT if _ASCII_DIGIT.search(text) else 0
        signs |= (COLON if ":" in text else 0) | (LISTS if _LISTS.search(text) else 0)
        signs |= PART | MARKED if _MARKED.search(text) else PART if "\n" in text else 0
        for line in text.split("\n"):
            before = 0  # the bits of the last word, those of the first word of the line higher, too
            for number, word in enumerate(_LETTERS.findall(line)):
                bits = self._bits(word)
                if bits & GOES_ON and before & OPENS:
                    signs |= BY | (BY << FIRST_SHIFT if before >> FIRST_SHIFT else 0)
                before = bits if number else bits | bits << FIRST_SHIFT
                signs |= before
        return _all_told(signs)

    def _bits(self, word: str) -> int:
        size = len(word.encode())
        bits = self._words.get(word, 0) if size <= _MAX_WORD_BYTES else 0
        for stem, told in self._begin.items():
            bits |= told if word.startswith(stem) and word != stem else 0
        for stem, told in self._end.items():
            bits |= told if word.endswith(stem) and 0 < size - len(stem.encode()) <= _MAX_GLUED else 0
        return bits


@lru_cache(maxsize=128)
def _index(lang: str | None, lexicon: Lexicon) -> Index:
    words = dict(_words_of_all(lexicon))
    known = labels_for("people.by", _NO_TAGS, lexicon)
    _add_bylines(words, labels_for("people.by", frozenset((lang,)), lexicon) - known if lang else (), lexicon)
    inner, glued = _listed("people.inner_by", lexicon), _listed("people.glued", lexicon)
    ends = dict.fromkeys((word for word in sorted(inner) if words.get(word, 0) & BY), BY | INNER)
    words.update((word, words[word] | INNER) for word in ends)
    return Index(words, dict.fromkeys(sorted(glued), BY), ends)


@lru_cache(maxsize=2 * RULES_CACHED)
def _listed(path: str, lexicon: Lexicon) -> frozenset[str]:
    """Return the words that the labels of one list begin with, in all languages."""
    return _first_words(lexicon.words(path))


@lru_cache(maxsize=RULES_CACHED)
def _words_of_all(lexicon: Lexicon) -> dict[str, int]:
    """Return the words of the labels that are asked for on pages of all languages."""
    words: dict[str, int] = {}
    for labels, bit in (
        (lexicon.reviewed_prefixes, REVIEWED),
        (lexicon.editor_labels, EDITED),
        (lexicon.source_labels | lexicon.repost_labels, SOURCED),
        (lexicon.words("people.posted"), POSTED),
    ):
        for word in _first_words(labels):
            words[word] = words.get(word, 0) | bit
    _add_bylines(words, labels_for("people.by", _NO_TAGS, lexicon), lexicon)
    return words


def _add_bylines(words: dict[str, int], labels: Iterable[str], lexicon: Lexicon) -> None:
    """Add to `words` what the labels of bylines begin with; of those of several words two, where that is enough."""
    every = _begins_of_all(lexicon)
    for label in labels:
        first, *second = every[label]
        for word, bit in ((first, OPENS if second else BY), *((word, GOES_ON) for word in second)):
            if word:
                words[word] = words.get(word, 0) | bit


@lru_cache(maxsize=RULES_CACHED)
def _begins_of_all(lexicon: Lexicon) -> dict[str, tuple[str, ...]]:
    """Return of each label of a byline its first two words; the first alone where a name may be glued to the second.

    So it is where a reader looks for the first inside of a line; "" where the label is opaque.
    """
    alone = _listed("people.inner_by", lexicon) | _listed("people.glued", lexicon)
    return {label: _begin_of(label, alone) for label in lexicon.words("people.by") | lexicon.words("people.glued")}


def _begin_of(label: str, alone: frozenset[str]) -> tuple[str, ...]:
    first = _first_word(label)
    if first is None:
        return ("",)
    return (first,) if first in alone else tuple(_LETTERS.findall(label.casefold())[:2])


def _first_words(labels: Iterable[str]) -> frozenset[str]:
    """Return the words that labels begin with, of those that are not opaque."""
    return frozenset(word for label in labels if (word := _first_word(label)) is not None)


def _first_word(label: str) -> str | None:
    folded = label.casefold()
    found = None if _STRANGE.search(folded) else _LETTERS.search(folded)
    return found[0] if found is not None else None
