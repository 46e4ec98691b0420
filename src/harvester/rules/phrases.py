"""Which of hundreds of phrases a text may hold: a cheap question before a dear one.

Compiled, the text is read once, whatever the number of phrases; interpreted, the answer is always that it may hold all.
So patterns are compiled of few words, too: one of a thousand labels in all languages takes ten milliseconds.
"""

import sys
from collections.abc import Callable, Iterable, Sequence
from functools import partial
from typing import Any, Final

from harvester import native
from harvester.text import table_of

Finder = Callable[[str], frozenset[str]]
Sieve = Callable[[bytes], Sequence[int]]

_MAX_BYTES: Final = 12  # of a phrase that are looked for: what follows tells hardly more, and takes memory
_ANY_DIGIT: Final = bytes.maketrans(b"123456789", b"0" * 9)  # as native/regex_sets.c reads all digits


def finder(phrases: Iterable[str]) -> Finder:
    """Return what gives of a text all of these phrases that it holds in letters of whatever case, and a few more.

    A pattern of all, asked without regard to case, fits a text where the pattern of those that are given does. To be
    made once: whoever asks keeps it.
    """
    words = tuple(phrases)
    everything = frozenset(words)
    if native.CORE is None:
        return lambda _: everything
    return partial(native.CORE.held, _index(tuple(map(small, words))), words, everything, small)


def interpreted_small(text: str) -> str:
    """Return `text` with one form of all letters that patterns take for one: also of "ı" and "İ", of "ſ" and "s"."""
    return text.casefold().replace("i\u0307", "i").replace("\u0131", "i")


# No mark on a letter of its own is in the table: a text with one is read as a whole.
small: Final[Callable[[str], str]] = (
    partial(native.CORE.fold, table_of(interpreted_small), interpreted_small, sys.maxsize)
    if native.CORE is not None
    else interpreted_small
)


def sieve(phrases: tuple[str, ...]) -> Sieve:
    """Return what gives the numbers of those phrases that a text holds at the beginning of a word, and of a few more.

    The text is UTF-8, both are in small letters. Before a word of ASCII no letter or digit of ASCII stands; what begins
    beyond ASCII is found anywhere. To be made once: whoever asks keeps it.
    """
    if native.CORE is None:
        numbers = range(len(phrases))
        return lambda _: numbers
    return partial(native.CORE.beginnings, _index(phrases))


def _index(phrases: tuple[str, ...]) -> Any:
    """Return the phrases in compiled form."""
    return native.CORE.index_literals(tuple(map(_literal, phrases))) if native.CORE is not None else None


def _literal(phrase: str) -> tuple[tuple[bytes, ...], ...]:
    """Return the start of a phrase as what a text must hold; nothing of an empty one, which is in no text then."""
    start = phrase.encode()[:_MAX_BYTES].translate(_ANY_DIGIT)
    return ((start,),) if start else ()
