"""Whether a text may hold any of hundreds of phrases: a cheap question before a dear one.

Compiled, the text is read once, whatever the number of phrases; interpreted, the answer is always that it may.
"""

from functools import lru_cache
from typing import Any, Final

from harvester import native

Phrases = frozenset[str] | tuple[str, ...]

_MAX_BYTES: Final = 12  # of a phrase that are looked for: what follows tells hardly more, and takes memory
_SETS_CACHED: Final = 32
_ANY_DIGIT: Final = bytes.maketrans(b"123456789", b"0" * 9)  # as native/patterns.c reads all digits


def may_hold(text: str, phrases: Phrases) -> bool:
    """Return False only where `text` holds none of `phrases`; both in small letters, as far as they are ASCII."""
    index = _index(phrases)
    return native.CORE is None or bool(native.CORE.candidates(index, text))


@lru_cache(maxsize=_SETS_CACHED)
def _index(phrases: Phrases) -> Any:
    if native.CORE is None:
        return None
    literals = {phrase.encode()[:_MAX_BYTES].translate(_ANY_DIGIT) for phrase in phrases if phrase}
    return native.CORE.index_literals(((tuple(sorted(literals)),),))
