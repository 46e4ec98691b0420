"""Hashes that distinguish texts and find those that are nearly one: an exact hash, and a 64-bit simhash.

Both depend on the text alone: they are the same on any machine, in any process. Simhash (Charikar 2002, "Similarity
estimation techniques from rounding algorithms"), so that anybody can make it again:

1. The first 200,000 characters of the text, in NFKC, then case folded.
2. Tokens, in order: each letter or mark of a script that is written without blanks (`_UNSPACED`) is one. So is each run
   of other letters, digits and underscores (Unicode's, as `\\w` of Python has them) and the marks inside.
3. Shingles: from each token on, as many tokens as its script asks for (3 words, 5 Han or kana letters, 12 Thai, Lao,
   Burmese or Khmer ones), joined by one blank, in UTF-8. Where the text ends before, there is none; a text too short
   for any has one of all its tokens. Each shingle counts once.
4. The BLAKE2b digest of each shingle, of 8 bytes, unkeyed, is read as a number, little-endian. A bit of the simhash is
   1 where it is 1 in more than half of them.
"""

import re
from bisect import bisect
from collections.abc import Callable, Collection, Iterable, Sequence
from contextlib import suppress
from functools import partial
from hashlib import blake2b, sha256
from itertools import accumulate, chain, islice
from types import ModuleType
from typing import Final

from harvester.native import CORE
from harvester.text import compatible, table_of

_MAX_CHARS: Final = 200_000  # a long article has 50,000
_WORDS: Final = 3
_BYTES: Final = 8
_CHARS_A_TOKEN: Final = 20  # at most, in most texts, with the blank or mark behind it
_MASK: Final = (1 << 8 * _BYTES) - 1

# Ranges of letters that are written without blanks, and how many are about as rare as three words.
_UNSPACED: Final = (
    ("\u0e01", "\u0e3a", 12),  # Thai
    ("\u0e40", "\u0e4e", 12),
    ("\u0e81", "\u0ece", 12),  # Lao
    ("\u1000", "\u103f", 12),  # Burmese
    ("\u1780", "\u17d3", 12),  # Khmer
    ("\u3040", "\u30ff", 5),  # kana
    ("\u3400", "\u4dbf", 5),  # Han
    ("\u4e00", "\u9fff", 5),
    ("\uf900", "\ufaff", 5),
    ("\U00020000", "\U000323af", 5),
)
_LETTERS: Final = "".join(f"{first}-{last}" for first, last, _ in _UNSPACED)
# Vowels and other marks inside words, which `\w` does not count: of Latin, Greek and Cyrillic letters, of Hebrew and
# Arabic, and the Indic blocks without their full stops.
_MARKS: Final = (
    "\u0300-\u036f\u0483-\u0487\u0591-\u05bd\u05bf\u05c1\u05c2\u05c4\u05c5\u05c7\u0610-\u061a\u064b-\u065f\u0670\u06d6-\u06dc"
    "\u0900-\u0963\u0966-\u0dff"
)
_TOKEN: Final = re.compile(f"[{_LETTERS}]|[^\\W{_LETTERS}]+(?:[{_MARKS}]+[^\\W{_LETTERS}]*)*")
_LETTER: Final = re.compile(f"[{_LETTERS}]")
_STARTS: Final = tuple(chain.from_iterable((first, chr(ord(last) + 1)) for first, last, _ in _UNSPACED))
_SIZES: Final = (_WORDS, *chain.from_iterable((size, _WORDS) for _, _, size in _UNSPACED))

# For each bit, a table from a byte to that bit of it: 0 or 1.
_BIT_OF_BYTE: Final = tuple(bytes(byte >> bit & 1 for byte in range(256)) for bit in range(8))


def text_sha256(text: str) -> str:
    """Return the SHA-256 of a text's UTF-8, nothing normalised, as 64 hex digits.

    Half a surrogate pair, which UTF-8 cannot hold, counts as "?".

    >>> text_sha256("seal")[:16]
    'f0f668bf610e5cf9'
    """
    return sha256(text.encode("utf-8", "replace")).hexdigest()


def simhash64(text: str) -> str:
    """Return the simhash of a text as 16 hex digits, the highest bits first; zeros where it has no letter or digit.

    Where one text is the other with some words edited, few of the 64 bits differ; where they have nothing in common,
    about half. In a text of fewer than thirty tokens, one word moves many.

    >>> simhash64("")
    '0000000000000000'
    """
    return f"{simhash_of(shingles(tokens(text))) if CORE is None else _compiled_simhash(CORE, text):016x}"


def _compiled_simhash(core: ModuleType, text: str) -> int:
    """Return what `simhash_of` does of a text's shingles."""
    folded = _folded(text)
    number: int | None = None
    with suppress(UnicodeEncodeError):  # half a surrogate pair
        number = core.simhash_of_words(folded, _WORDS)
    return core.simhash(*_as_bytes(_TOKEN.findall(folded))) if number is None else number


def _as_bytes(tokens: Sequence[str]) -> tuple[bytes, int, bytes | None]:
    """Return tokens in the form of the compiled room: joined, and how many make a shingle, all alike or each."""
    whole = " ".join(tokens)
    sizes = bytes(_SIZES[bisect(_STARTS, token)] for token in tokens) if _LETTER.search(whole) else None
    return whole.encode("utf-8", "replace"), _WORDS, sizes


def tokens(text: str) -> list[str]:
    """Return the words of a text, and the single letters of scripts without blanks, case folded.

    >>> tokens("Two 港口, one Ärger")
    ['two', '港', '口', 'one', 'ärger']
    """
    return _TOKEN.findall(_folded(text))


def has_tokens(text: str, count: int) -> bool:
    """Return whether a text has as many tokens, which is seen by its first lines where it is long.

    >>> has_tokens("Two 港口, one Ärger", 5), has_tokens("Two 港口, one Ärger", 6)
    (True, False)
    """
    # The last token of a beginning may be cut, and its marks may belong to what follows: it is not counted.
    beginning = text[: _CHARS_A_TOKEN * (count + 1)]
    return _count_tokens(beginning, count + 1) > count or _count_tokens(text, count) == count


def _count_tokens(text: str, most: int) -> int:
    return sum(1 for _ in islice(_TOKEN.finditer(_folded(text)), most))


def _changed(text: str) -> str:
    return compatible(text).casefold()


def _interpreted_folded(text: str) -> str:
    return _changed(text[:_MAX_CHARS])


# No two of the letters and marks of the table become one.
_folded: Final[Callable[[str], str]] = (
    partial(CORE.fold, table_of(_changed), _changed, _MAX_CHARS) if CORE is not None else _interpreted_folded
)


def shingles(tokens: Sequence[str]) -> list[bytes]:
    """Return the distinct runs of tokens, in order, in UTF-8.

    >>> shingles(["one", "grey", "seal", "slept"])
    [b'one grey seal', b'grey seal slept']
    """
    encoded = [token.encode("utf-8", "replace") for token in tokens]
    whole = b" ".join(encoded)
    found = _runs(tokens, encoded, whole) if _LETTER.search(whole.decode()) else _runs_of_words(encoded)
    return list(dict.fromkeys(found)) or [whole] * bool(whole)


def _runs_of_words(encoded: list[bytes]) -> Iterable[bytes]:
    return map(b" ".join, zip(*(encoded[at:] for at in range(_WORDS)), strict=False))


def _runs(tokens: Sequence[str], encoded: list[bytes], whole: bytes) -> Iterable[bytes]:
    starts = [0, *accumulate(len(token) + 1 for token in encoded)]
    sizes = (_SIZES[bisect(_STARTS, token)] for token in tokens)
    return [whole[starts[at] : starts[at + size] - 1] for at, size in enumerate(sizes) if at + size <= len(tokens)]


def simhash_of(features: Collection[bytes]) -> int:
    """Return the 64-bit simhash of distinct features, all of one weight; 0 of none."""
    digests = b"".join([blake2b(feature, digest_size=_BYTES).digest() for feature in features])
    number = 0
    for place in range(_BYTES):
        lane = digests[place::_BYTES]
        for bit, ones in enumerate(_BIT_OF_BYTE):  # counted in C: adding numbers up takes ten times as long
            if 2 * lane.translate(ones).count(1) > len(features):
                number |= 1 << (8 * place + bit)
    return number


def bands(number: int) -> tuple[int, int, int, int]:
    """Return the four 16-bit parts of a simhash, the lowest first, each with its place, 0 to 3, in the bits above 16.

    Simhashes at most 3 bits apart share one (Manku, Jain and Das Sarma 2007).
    """
    bits = number & _MASK
    first, second, third, fourth = ((place << 16) + (bits >> (16 * place) & 0xFFFF) for place in range(4))
    return first, second, third, fourth


def hamming(a: int, b: int) -> int:
    """Return how many bits two simhashes differ by, signed or not."""
    return ((a ^ b) & _MASK).bit_count()
