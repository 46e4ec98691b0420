"""Which code page of Latin letters makes words of bytes: by the letters beyond ASCII that languages use, and how often.

The libraries that were tried leave it open: of 123 pages that were written down in their old code page without label,
language and country, chardet 7.7 read 114 right, charset-normalizer 3.5 74, this with charset-normalizer for other
scripts 119 (`benchmarks/code_pages.py`).
"""

import re
from collections import Counter
from collections.abc import Mapping
from functools import cache
from math import log
from typing import Final, NamedTuple

# The letters beyond ASCII of each language, the most frequent first.
_CENTRAL: Final = (
    "łąęóżśćńź",  # Polish
    "áíéěščřžýůúňťďó",  # Czech
    "áíéčúýšžľťôňóďäŕĺ",  # Slovak
    "éáöóőíüúű",  # Hungarian
    "ăâîşţ",  # Romanian
    "čžšćđ",  # Croatian, Bosnian, Serbian
    "čšž",  # Slovenian
    "ëç",  # Albanian
)
_WESTERN: Final = (
    "éèàêçûîôùâœïë",  # French
    "üäößé",  # German
    "óíáéñúü¿¡ºª",  # Spanish
    "ãéçáíóêúõàâôüºª",  # Portuguese
    "àèìùòéº",  # Italian
    "äöåéü",  # Swedish, Finnish
    "øåæéöòô",  # Danish, Norwegian
    "éëïöüèó",  # Dutch
    "àéóèíçòúïü·",  # Catalan
)
_ALPHABETS: Final = {
    "cp1252": (
        *_WESTERN,
        "ðáíþöóéæúý",  # Icelandic
        "ëç",
        "äõöüšž",  # Estonian
    ),
    "mac-roman": _WESTERN,
    "cp1250": _CENTRAL,
    "iso8859-2": _CENTRAL,
    "cp1254": ("ıüşçğöİâîû",),  # Turkish
    "cp1257": (
        "ėšųįžūąčę",  # Lithuanian
        "āīēšņūķļžģč",  # Latvian
        "äõöüšž",
    ),
    "cp1258": ("đ\u0301ư\u0323àô\u0300áê\u0309ơâ\u0303ăéóíúùè",),  # Vietnamese; tones are characters of their own
}
LATIN: Final = frozenset((*_ALPHABETS, "iso8859-15", "iso8859-1"))
# Quotation marks, dashes, blanks and signs that stand beside letters in every code page of Windows.
_NEUTRAL: Final = frozenset(
    (0x80, 0x82, 0x84, 0x85, 0x8B, *range(0x91, 0x98), 0x99, 0x9B, 0xA0, *range(0xA6, 0xAA), 0xAB, 0xAD)
) | frozenset((0xAC, 0xAE, 0xB0, 0xB4, 0xB6, 0xB7, 0xBB))
_MAC_NEUTRAL: Final = frozenset(
    (0xA1, *range(0xA8, 0xAB), *range(0xC7, 0xCB), *range(0xD0, 0xD6), 0xDB)
)  # the Macintosh's
_IN_WORDS: Final = re.compile(rb"(?<=[A-Za-z\x80-\xff])[\x80-\xff]|[\x80-\xff](?=[A-Za-z\x80-\xff])")
_STRANGE: Final = 0.002  # how often a language uses a letter that is not its own
_LIKELY: Final = 0.9  # of the letters beyond ASCII, those that a language uses in its text at the least
_USUAL: Final = 2.0  # what speaks for windows-1252 before anything is read
_CERTAIN: Final = 0.9
_CLEAR: Final = 15.0  # how much likelier another code page is, in all and a letter, so that a label is doubted
_CLEAR_EACH: Final = 0.2
_MIN_LETTERS: Final = 6  # below, a foreign name or two say nothing against a label
_MIN_OF_ONE: Final = 20  # below, names of several languages may stand in a text of none of them


class Fit(NamedTuple):
    """How well bytes are read in a code page, by the language that fits best."""

    likelihood: float  # a logarithm
    codec: str
    language: int  # of those of the code page
    share: float  # of the letters beyond ASCII, those of the language
    letters: int


def latin_codec(sample: bytes) -> str:
    """Return the code page of Latin letters that the bytes are likeliest in, windows-1252 where they do not say."""
    counts = _counts(sample)
    return _best_but(counts, _fit(counts, "cp1252")).codec


def is_unlikely(sample: bytes, codec: str) -> bool:
    """Return whether bytes make no words of a language in a code page of Latin letters, or better ones in another."""
    counts = _counts(sample)
    fit = _fit(counts, codec if codec in _ALPHABETS else "cp1252")
    if fit.letters < _MIN_LETTERS:
        return False
    if fit.letters >= _MIN_OF_ONE and fit.share < _LIKELY:
        return True
    best = _best_but(counts, fit)
    return best.likelihood - fit.likelihood > max(_CLEAR, _CLEAR_EACH * fit.letters)


def _best_but(counts: Counter[int], fit: Fit) -> Fit:
    """Return the likeliest reading of all, or `fit` where that has hardly a strange letter and is at least as likely.

    As likely by the bytes that the two read differently: the others say in which language the text is, and nothing of
    its code page, as "á" is the same in many.
    """
    fits = (_fit(counts, codec) for codec in _ALPHABETS)
    best = max(fits, key=lambda one: one.likelihood + (_USUAL if one.codec == "cp1252" else 0.0))
    if fit.share < _CERTAIN:
        return best
    differing = {byte: n for byte, n in counts.items() if _letter(byte, best.codec) != _letter(byte, fit.codec)}
    return best if _likelihood(differing, best) > _likelihood(differing, fit) else fit


def _likelihood(counts: Mapping[int, int], fit: Fit) -> float:
    known = _logarithms(fit.codec, fit.language)
    return sum(count * (known[byte] or 0.0) for byte, count in counts.items())


@cache
def _letter(byte: int, codec: str) -> str:
    return bytes([byte]).decode(codec, "replace")


def _counts(sample: bytes) -> Counter[int]:
    """Return how often each byte beyond ASCII stands in a word."""
    return Counter(byte[0] for byte in _IN_WORDS.findall(sample))


def _fit(counts: Counter[int], codec: str) -> Fit:
    return max(_fit_of_language(counts, codec, language) for language in range(len(_ALPHABETS[codec])))


def _fit_of_language(counts: Counter[int], codec: str, language: int) -> Fit:
    known = _logarithms(codec, language)
    strange = log(_STRANGE)
    likelihood, own, letters = 0.0, 0, 0
    for byte, count in counts.items():
        one = known[byte]
        if one is not None:
            likelihood += count * one
            letters += count
            own += count if one > strange else 0
    return Fit(likelihood, codec, language, own / letters if letters else 1.0, letters)


def _marks(codec: str) -> frozenset[int]:
    if codec == "mac-roman":
        return _MAC_NEUTRAL
    return _NEUTRAL if codec != "iso8859-2" else frozenset()


@cache
def _logarithms(codec: str, language: int) -> tuple[float | None, ...]:
    """Return for each byte how often the language has it, as a logarithm; None for what is no letter anywhere."""
    letters = _ALPHABETS[codec][language]
    weights = {letter: 1 / (rank + 2) for rank, letter in enumerate(letters)}
    total = sum(weights.values())
    weights |= {letter.upper(): weight / 10 for letter, weight in weights.items() if len(letter.upper()) == 1}
    known: list[float | None] = []
    for byte in range(256):
        letter = _letter(byte, codec)
        is_neutral = byte in _marks(codec) and not letter.isalpha()
        share = weights.get(letter)
        known.append(None if byte < 0x80 or is_neutral else log(share / total if share else _STRANGE))
    return tuple(known)
