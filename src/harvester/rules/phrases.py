"""Whether a text may hold any of hundreds of phrases: a cheap question before a dear one.

Compiled, the text is read once, whatever the number of phrases; interpreted, the answer is always that it may.
"""

from collections.abc import Callable
from functools import lru_cache
from typing import Any, Final

from harvester import native

Phrases = frozenset[str] | tuple[str, ...]
Finder = Callable[[str], bool]

_MAX_BYTES: Final = 12  # of a phrase that are looked for: what follows tells hardly more, and takes memory
_SETS_CACHED: Final = 32
_ANY_DIGIT: Final = bytes.maketrans(b"123456789", b"0" * 9)  # as native/patterns.c reads all digits


def may_hold(text: str, phrases: Phrases) -> bool:
    """Return False only where `text` holds none of `phrases`; both in small letters, as far as they are ASCII."""
    index = _index(phrases)
    return native.CORE is None or bool(native.CORE.candidates(index, text))


def finder(phrases: Phrases) -> Finder:
    """Return what tells of a text whether a pattern of these phrases, asked without regard to case, may fit in it.

    It returns False only where none does. To be made once: whoever asks keeps it.
    """
    if native.CORE is None:
        return _always
    index, candidates = _index(frozenset(map(_small, phrases))), native.CORE.candidates

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
    """Return `text` with one form of all letters that patterns take for one, the dotted and the dotless i among them."""
    return text.casefold().replace("i\u0307", "i").replace("\u0131", "i")


@lru_cache(maxsize=_SETS_CACHED)
def _index(phrases: Phrases) -> Any:
    if native.CORE is None:
        return None
    literals = {phrase.encode()[:_MAX_BYTES].translate(_ANY_DIGIT) for phrase in phrases if phrase}
    return native.CORE.index_literals(((tuple(sorted(literals)),),))
