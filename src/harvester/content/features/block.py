"""Features of a block by itself: its length, letters, marks, links and role.

The characters of all blocks are looked at together, as one array: counting them block by block takes ten times as long.
"""

from functools import cache
from typing import Final

import numpy as np
from numpy.typing import NDArray

from harvester.content.features.matrix import Column, Columns, column
from harvester.models import PAGE_ROLES, Document
from harvester.outline import Outline
from harvester.text import SENTENCE_END

_CJK: Final = ((0x3040, 0x30FF), (0x3400, 0x4DBF), (0x4E00, 0x9FFF), (0xF900, 0xFAFF), (0xAC00, 0xD7AF))
_STOPS: Final = ".!?…؟।"
_WIDE_STOPS: Final = "。！？"  # no blank follows them
_CLOSING: Final = "\"'”’»」』)] \n"  # what may follow a stop
_OPENING: Final = "\"'( \n"  # what may stand before a capital that begins a word
# Each stands where prose has none: copyright lines, menus, crumbs, bullets, handles.
_MARKS: Final = {"copyright": "©", "bar": "|", "crumb": "»", "dot": "·", "at": "@", "arrow": "→", "ellipsis": "…"}
_ROLES: Final = PAGE_ROLES
_AT_ONCE: Final = 500_000  # characters
_LAST: Final = 0xFFFF  # characters beyond are emoji and rare Han: they count as none of these


# What is asked of each character: whether it is one of these ...
_SETS: Final = {
    "space": " ",
    "line": "\n",
    "comma": ",，、;；:：",
    "stop": _STOPS,
    "wide_stop": _WIDE_STOPS,
    "closing": _CLOSING,
    "opening": _OPENING,
    "end": "".join(SENTENCE_END),
    "colon": ":：",
    **{f"mark_{name}": mark for name, mark in _MARKS.items()},
}
# ... or what Unicode says of it.
_CLASSES: Final = {"digit": str.isdecimal, "capital": str.isupper, "small": str.islower, "word": str.isalnum}
_BIT: Final = {name: np.uint32(1 << number) for number, name in enumerate(("cjk", *_SETS, *_CLASSES))}


@cache
def _table() -> NDArray[np.uint32]:
    """Return the traits of each character of the basic plane, a bit a trait."""
    bits = np.zeros(_LAST + 1, dtype=np.uint32)
    for low, high in _CJK:
        bits[low : high + 1] |= _BIT["cjk"]
    for name, characters in _SETS.items():
        bits[[ord(character) for character in characters]] |= _BIT[name]
    for name, has in _CLASSES.items():
        bits[[code for code in range(_LAST + 1) if has(chr(code))]] |= _BIT[name]
    return bits


def _traits_of(text: str) -> NDArray[np.uint32]:
    """Return the traits of each character; looked up piece by piece, which takes a quarter of the memory."""
    traits = np.empty(len(text), dtype=np.uint32)
    for start in range(0, len(text), _AT_ONCE):
        piece = text[start : start + _AT_ONCE].encode("utf-32-le", "surrogatepass")
        traits[start : start + _AT_ONCE] = _table()[np.minimum(np.frombuffer(piece, dtype=np.uint32), _LAST)]
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

    def count(self, found: NDArray[np.bool_]) -> Column:
        """Return how many of the characters found stand in each text."""
        # Most traits are rare, so that counting the places found is faster than summing up over all characters.
        numbers = self._text_of[np.flatnonzero(found)]
        return np.bincount(numbers, minlength=len(self.lengths)).astype(np.float64)

    def first(self, name: str) -> Column:
        """Return 1 for each text whose first character has the trait."""
        return self._at(self._starts, name)

    def last(self, name: str) -> Column:
        """Return 1 for each text whose last character has the trait."""
        return self._at(self._ends - 1, name)

    def followed(self, name: str, following: str) -> NDArray[np.bool_]:
        """Return which characters have the trait and stand last or before one of the trait `following`."""
        behind = np.append(self.have(following)[1:], True) | self._is_first[1:]
        return self.have(name) & behind

    def word_starts(self, name: str) -> NDArray[np.bool_]:
        """Return which characters have the trait, begin a word, and are followed by another of it."""
        before = np.concatenate(([True], self.have("opening")[:-1])) | self._is_first[:-1]
        behind = np.append(self.have("word")[1:], False) & ~self._is_first[1:]
        return self.have(name) & before & behind

    def _at(self, places: NDArray[np.int64], name: str) -> Column:
        if not len(self._traits):
            return np.zeros(len(places))
        found = (self._traits[np.clip(places, 0, len(self._traits) - 1)] & _BIT[name]) != 0
        return np.asarray(found & (self.lengths > 0), dtype=np.float64)


def own_columns(document: Document, outline: Outline) -> Columns:
    """Return what each block shows without its surroundings; a block that was cut out shows no text."""
    blocks = document.blocks
    seen = _Characters(["" if block.verdict else block.text for block in blocks])
    chars = seen.lengths.astype(np.float64)
    length = np.maximum(chars, 1)
    cjk = seen.count(seen.have("cjk"))
    words = np.where(chars > 0, seen.count(seen.have("space")) + 1, 0) + cjk / 2
    commas = seen.count(seen.have("comma"))
    stops = seen.count(seen.followed("stop", "closing") | seen.have("wide_stop"))
    columns = {
        "chars": np.log1p(chars + 2 * cjk),
        "words": np.log1p(words),
        "word_length": chars / np.maximum(words, 1),
        "cjk_share": cjk / length,
        "link_share": column(block.link_chars / max(len(block.text), 1) for block in blocks),
        "strong_share": column(block.strong_chars for block in blocks) / length,
        "digit_share": seen.count(seen.have("digit")) / length,
        "capital_share": seen.count(seen.word_starts("capital")) / np.maximum(words, 1),
        "commas": commas,
        "comma_share": commas / np.maximum(words, 1),
        "stops": stops,
        "stop_share": stops / np.maximum(words, 1),
        "ends_sentence": seen.last("end"),
        "ends_colon": seen.last("colon"),
        "starts_lower": seen.first("small"),
        "lines": seen.count(seen.have("line")),
        "spans": column(len(block.spans) for block in blocks),
        "links": column(sum(span.tag == "a" for span in block.spans) if block.spans else 0 for block in blocks),
        "level": column(block.level or 0 for block in blocks),
        "prose": column(outline.prose_chars),
    }
    for name in _MARKS:
        columns[f"mark_{name}"] = np.minimum(seen.count(seen.have(f"mark_{name}")), 1)
    roles = np.array([_ROLES.index(block.role) for block in blocks], dtype=np.int64)
    for number, role in enumerate(_ROLES):
        columns[f"role_{role}"] = (roles == number).astype(np.float64)
    return columns
