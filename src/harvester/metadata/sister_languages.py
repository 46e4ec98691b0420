"""Languages that share most of their frequent words with a larger one: Malay with Indonesian, Afrikaans with Dutch.

A block has too few words to tell them apart; a text has the words that one of the two has and the other has not.
"""

from collections.abc import Iterable
from functools import lru_cache
from itertools import islice
from typing import Final, NamedTuple

from harvester.models import Block
from harvester.rules.lexicon import RULES_CACHED, Lexicon

MAX_BLOCKS: Final = 40  # of a text that are looked at
MIN_WORDS: Final = 2  # that only one of the two has
MARKS: Final = '.,;:!?()"“”„«»'


class Sisters(NamedTuple):
    """Two languages and the words by which they are told apart."""

    small: str
    large: str
    of_small: frozenset[str]
    of_large: frozenset[str]


def told_apart(tag: str, blocks: Iterable[Block], hint: str | None, lexicon: Lexicon) -> str:
    """Return the language of blocks that seem to be in the language `tag`, or its sister where their words say so.

    `hint` is the page's own tag: it says so as well as a word.
    """
    known = sisters(lexicon)
    pairs = [pair for pair in known if tag in {pair.small, pair.large}]
    if not pairs:
        return tag
    words = frozenset(word.strip(MARKS) for block in islice(blocks, MAX_BLOCKS) for word in block.text.lower().split())
    for pair in pairs:
        small, large = len(words & pair.of_small), len(words & pair.of_large)
        small, large = small + (hint == pair.small), large + (hint == pair.large)
        if small != large and max(small, large) >= MIN_WORDS:
            return pair.small if small > large else pair.large
    return tag


@lru_cache(maxsize=RULES_CACHED)
def sisters(lexicon: Lexicon) -> tuple[Sisters, ...]:
    """Return the pairs of languages that need it."""
    return tuple(
        Sisters(one.tag, large, frozenset(one.lists["apart.own"]), frozenset(one.lists["apart.others"]))
        for one in lexicon.languages.values()
        for large in one.lists.get("apart.from", ())
    )
