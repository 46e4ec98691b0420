"""Whether a text may hold any of hundreds of phrases: a cheap question before a dear one.

Compiled, the text is read once, whatever the number of phrases; interpreted, the answer is always that it may.
"""

from collections.abc import Callable, Iterable
from typing import Final

from harvester import native

Phrases = frozenset[str] | tuple[str, ...]
Finder = Callable[[str], bool]
Sieve = Callable[[str], Iterable[str]]

_MAX_BYTES: Final = 12  # of a phrase that are looked for: what follows tells hardly more, and takes memory
_ANY_DIGIT: Final = bytes.maketrans(b"123456789", b"0" * 9)  # as native/patterns.c reads all digits


def finder(phrases: Phrases) -> Finder:
    """Return what tells of a text whether a pattern of these phrases, asked without regard to case, may fit in it.

    It returns False only where none does. To be made once: whoever asks keeps it.
    """
    if native.CORE is None:
        return _always
    index, candidates = native.CORE.index_literals((_literals(map(_small, phrases)),)), native.CORE.candidates

    def may_fit(text: str) -> bool:
        if text.isascii():
            return bool(candidates(index, text.lower()))
        try:
            return bool(candidates(index, _small(text)))
        except UnicodeEncodeError:  # half a surrogate pair, which JSON can hold
            return True

    return may_fit


def _always(_: str) -> bool:
    return True


def _small(text: str) -> str:
    """Return `text` with one form of all letters that patterns take for one, also of the dotted and the dotless i."""
    return text.casefold().replace("i\u0307", "i").replace("\u0131", "i")


def sieve(phrases: Phrases) -> Sieve:
    """Return what gives of a text all of these phrases that it holds, and a few more; both in small letters.

    To be made once: whoever asks keeps it.
    """
    wanted = tuple(phrases)
    if native.CORE is None:
        return lambda _: wanted
    index, candidates = native.CORE.index_literals(tuple(_literals((one,)) for one in wanted)), native.CORE.candidates
    return lambda text: [wanted[number] for number in candidates(index, text)]


def _literals(phrases: Iterable[str]) -> tuple[tuple[bytes, ...]]:
    """Return the start of each phrase, as one group of literals of which a text must hold one."""
    return (tuple(sorted({phrase.encode()[:_MAX_BYTES].translate(_ANY_DIGIT) for phrase in phrases if phrase})),)
