"""What is counted of a page's blocks, as arrays: compiled (native/blocks.c), or with numpy.

Most steps between a parsed page and its article ask for some of these numbers. Characters are looked up in one table,
which both forms go by.
"""

import re
from collections.abc import Sequence
from functools import cache
from typing import Final, NamedTuple

import numpy as np
from numpy.typing import NDArray

from harvester import native
from harvester.models import PAGE_ROLES, Block, Role
from harvester.text import SENTENCE_END, reads_as_prose

Numbers = NDArray[np.int64]

PROSE_ROLES: Final = frozenset({Role.PARAGRAPH, Role.QUOTE, Role.LIST_ITEM, Role.CODE, Role.CAPTION})
# Each stands where prose has none: copyright lines, menus, crumbs, bullets, handles.
MARKS: Final = {"copyright": "©", "bar": "|", "crumb": "»", "dot": "·", "at": "@", "arrow": "→", "ellipsis": "…"}

_CJK: Final = ((0x3040, 0x30FF), (0x3400, 0x4DBF), (0x4E00, 0x9FFF), (0xF900, 0xFAFF), (0xAC00, 0xD7AF))
_HANGUL: Final = _CJK[-1]  # which is written with blanks
_STOPS: Final = ".!?…؟।"
_WIDE_STOPS: Final = "。！？"  # no blank follows them
_CLOSING: Final = "\"'”’»」』)] \n"  # what may follow a stop
_OPENING: Final = "\"'( \n"  # what may stand before a capital that begins a word
_LAST: Final = 0xFFFF  # characters beyond are emoji and rare Han: they count as this one does, as none of all these
_PAGE: Final = 256  # characters that are looked at together
_AT_ONCE: Final = 500_000  # characters

# What is asked of each character, a bit each in this order: whether it is one of these; None: what Unicode says of it.
_TRAITS: Final[dict[str, str | None]] = {
    "cjk": None,
    "space": " ",
    "line": "\n",
    "comma": ",，、;；:：",
    "stop": _STOPS,
    "wide_stop": _WIDE_STOPS,
    "closing": _CLOSING,
    "opening": _OPENING,
    "end": "".join(SENTENCE_END),
    "digit": None,
    "capital": None,
    "small": None,
    "word": None,
    "colon": ":：",
    "blank": None,
    "letter": None,
    **{f"mark_{name}": mark for name, mark in MARKS.items()},
}
_BIT: Final = {name: np.uint32(1 << number) for number, name in enumerate(_TRAITS)}
# Runs: nine in ten characters of the plane are letters, and next to one another.
_PATTERNS: Final = {"digit": re.compile(r"\d+"), "word": re.compile(r"[^\W_]+"), "blank": re.compile(r"\s+")}


class BlockNumbers(NamedTuple):
    """An array a number, a place a block; what is counted of the text is 0 for a block that was cut out."""

    element: Numbers  # index of the innermost container; -1: none
    chars: Numbers
    linked: Numbers  # characters inside links
    strong: Numbers  # characters inside <b>, <strong>
    level: Numbers  # 0: none
    spans: Numbers
    anchors: Numbers  # of the spans
    role: Numbers  # place in PAGE_ROLES
    cut: Numbers  # 1: it was cut out
    prose: Numbers  # characters, where it reads as prose
    cjk: Numbers  # from here on: counted of the text
    spaces: Numbers
    commas: Numbers
    stops: Numbers  # that end a sentence
    digits: Numbers
    capitals: Numbers  # that begin words
    lines: Numbers  # their ends
    marks: Numbers  # a bit for each of MARKS that stands in it
    first_small: Numbers  # 1: it begins with a small letter
    last_end: Numbers  # 1: it ends as sentences do
    last_colon: Numbers


def read_blocks(blocks: tuple[Block, ...]) -> BlockNumbers:
    """Return the numbers of the blocks."""
    return BlockNumbers(*block_matrix(blocks))


def block_matrix(blocks: tuple[Block, ...]) -> Numbers:
    """Return the numbers of the blocks as one array: the fields of `BlockNumbers` x blocks."""
    numbers = np.empty((len(BlockNumbers._fields), len(blocks)), dtype=np.int64)
    if native.CORE is None:
        numbers[:] = _numbers_of(blocks)
    else:
        native.CORE.read_blocks(blocks, PAGE_ROLES, PROSE_ROLES, character_table(), numbers)
    return numbers


def prose_up_to(blocks: tuple[Block, ...], enough: int) -> int:
    """Return the characters of prose in the blocks; of more than `enough`, 1 or above, that or some more."""
    if native.CORE is not None:
        found: int = native.CORE.prose_up_to(blocks, PAGE_ROLES, PROSE_ROLES, character_table(), enough)
        return found
    prose = 0
    for block in blocks:
        if is_prose(block):
            prose += len(block.text)
            if prose >= enough:
                break
    return prose


# ── characters ────────────────────────────────────────────────────────────────────────────────


@cache
def character_table() -> NDArray[np.uint32]:
    """Return the traits of each character of the basic plane, a bit a trait."""
    bits = np.zeros(_LAST + 1, dtype=np.uint32)
    for low, high in _CJK:
        bits[low : high + 1] |= _BIT["cjk"] if (low, high) == _HANGUL else _BIT["cjk"] | _BIT["letter"]
    for name, characters in _TRAITS.items():
        bits[[ord(character) for character in characters or ()]] |= _BIT[name]
    everything = "".join(map(chr, range(_LAST + 1)))
    for name, pattern in _PATTERNS.items():
        for found in pattern.finditer(everything):
            bits[found.start() : found.end()] |= _BIT[name]
    for start in range(0, _LAST + 1, _PAGE):
        page = everything[start : start + _PAGE]
        # "A" and all of a page are upper case only where nothing of it is lower: few pages have to be looked into.
        if not f"A{page}".isupper():
            bits[[start + at for at, character in enumerate(page) if character.islower()]] |= _BIT["small"]
        if not f"a{page}".islower():
            bits[[start + at for at, character in enumerate(page) if character.isupper()]] |= _BIT["capital"]
    return bits


def _traits_of(text: str) -> NDArray[np.uint32]:
    """Return the traits of each character; looked up piece by piece, which takes a quarter of the memory."""
    traits = np.empty(len(text), dtype=np.uint32)
    for start in range(0, len(text), _AT_ONCE):
        piece = text[start : start + _AT_ONCE].encode("utf-32-le", "surrogatepass")
        traits[start : start + _AT_ONCE] = character_table()[np.minimum(np.frombuffer(piece, dtype=np.uint32), _LAST)]
    return traits


class _Characters:
    """The characters of the blocks' texts, one text behind the other."""

    def __init__(self, texts: list[str]) -> None:
        self._traits = _traits_of("".join(texts))
        self.lengths = np.array([len(text) for text in texts], dtype=np.int64)
        self._ends = np.cumsum(self.lengths)
        self._starts = self._ends - self.lengths
        self._text_of = np.repeat(np.arange(len(texts), dtype=np.int32), self.lengths)
        self._is_first = np.zeros(len(self._traits) + 1, dtype=bool)  # of its text; the last is beyond the end
        self._is_first[self._starts] = True
        self._is_first[-1] = True

    def have(self, name: str) -> NDArray[np.bool_]:
        """Return for each character whether it has the trait."""
        return np.asarray((self._traits & _BIT[name]) != 0)

    def count(self, found: NDArray[np.bool_]) -> Numbers:
        """Return how many of the characters found are in each text."""
        # Most traits are rare, so that counting the places found is faster than summing up over all characters.
        return np.bincount(self._text_of[np.flatnonzero(found)], minlength=len(self.lengths))

    def first(self, name: str) -> Numbers:
        """Return 1 for each text whose first character has the trait."""
        return self._at(self._starts, name)

    def last(self, name: str) -> Numbers:
        """Return 1 for each text whose last character has the trait."""
        return self._at(self._ends - 1, name)

    def followed(self, name: str, following: str) -> NDArray[np.bool_]:
        """Return which characters have the trait and are last or before one of the trait `following`."""
        behind = np.append(self.have(following)[1:], True) | self._is_first[1:]
        return self.have(name) & behind

    def word_starts(self, name: str) -> NDArray[np.bool_]:
        """Return which characters have the trait, begin a word, and are followed by another of it."""
        before = np.concatenate(([True], self.have("opening")[:-1])) | self._is_first[:-1]
        behind = np.append(self.have("word")[1:], False) & ~self._is_first[1:]
        return self.have(name) & before & behind

    def marks(self) -> Numbers:
        """Return a bit for each of MARKS that is in a text."""
        counts = [np.minimum(self.count(self.have(f"mark_{name}")), 1) << at for at, name in enumerate(MARKS)]
        return np.asarray(np.sum(counts, axis=0))

    def _at(self, places: Numbers, name: str) -> Numbers:
        if not len(self._traits):
            return np.zeros(len(places), dtype=np.int64)
        found = (self._traits[np.clip(places, 0, len(self._traits) - 1)] & _BIT[name]) != 0
        return np.asarray(found & (self.lengths > 0), dtype=np.int64)


# ── interpreted ───────────────────────────────────────────────────────────────────────────────


def is_prose(block: Block) -> bool:
    """Return whether the block reads as sentences, by length, closing mark and links; never where it is cut out."""
    return block.role in PROSE_ROLES and block.verdict is None and reads_as_prose(block.text, block.link_chars)


def _numbers_of(blocks: Sequence[Block]) -> BlockNumbers:
    seen = _Characters(["" if block.verdict else block.text for block in blocks])
    return BlockNumbers(
        element=_row([block.element for block in blocks]),
        chars=_row([len(block.text) for block in blocks]),
        linked=_row([block.link_chars for block in blocks]),
        strong=_row([block.strong_chars for block in blocks]),
        level=_row([block.level or 0 for block in blocks]),
        spans=_row([len(block.spans) for block in blocks]),
        anchors=_row([sum(span.tag == "a" for span in block.spans) for block in blocks]),
        role=_row([PAGE_ROLES.index(block.role) for block in blocks]),
        cut=_row([block.verdict is not None for block in blocks]),
        prose=_row([len(block.text) if is_prose(block) else 0 for block in blocks]),
        cjk=seen.count(seen.have("cjk")),
        spaces=seen.count(seen.have("space")),
        commas=seen.count(seen.have("comma")),
        stops=seen.count(seen.followed("stop", "closing") | seen.have("wide_stop")),
        digits=seen.count(seen.have("digit")),
        capitals=seen.count(seen.word_starts("capital")),
        lines=seen.count(seen.have("line")),
        marks=seen.marks(),
        first_small=seen.first("small"),
        last_end=seen.last("end"),
        last_colon=seen.last("colon"),
    )


def _row(values: list[int] | list[bool]) -> Numbers:
    return np.array(values, dtype=np.int64)
