"""Languages that share most of their frequent words: Malay with Indonesian, Bosnian with Croatian and Serbian.

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
_LATIN: Final = "Latn"
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
    pairs, group = _pairs_of(tag, lexicon), alike(tag, lexicon)
    if hint in group:
        return str(hint)
    if not pairs and not group:
        return tag
    words = frozenset(word.strip(MARKS) for block in islice(blocks, MAX_BLOCKS) for word in block.text.lower().split())
    if group:
        return _of_group(group, words, lexicon) or tag
    for pair in pairs:
        small, large = len(words & pair.of_small), len(words & pair.of_large)
        small, large = small + (hint == pair.small), large + (hint == pair.large)
        if small != large and max(small, large) >= MIN_WORDS:
            return pair.small if small > large else pair.large
    return tag


def alike(tag: str | None, lexicon: Lexicon) -> frozenset[str]:
    """Return the languages whose frequent words are those of `tag`, itself among them: Bosnian, Croatian, Serbian."""
    language = lexicon.languages.get(tag or "")
    others = language.lists.get("apart.alike", ()) if language is not None else ()
    return frozenset((*others, language.tag)) if language is not None and others else frozenset()


def latin_tag(tag: str | None, lexicon: Lexicon) -> str | None:
    """Return a page's tag as its text in Latin letters is told: one alike stands for a language of another script.

    Serbian in Latin letters has the words of Bosnian; None for a language that is never written so.
    """
    language = lexicon.languages.get(tag or "")
    if language is None or language.script == _LATIN:
        return None if tag is not None and tag.startswith("zh") else tag
    in_latin = (one for one in language.lists.get("apart.alike", ()) if lexicon.languages[one].script == _LATIN)
    return next(in_latin, None)


def _of_group(group: frozenset[str], words: frozenset[str], lexicon: Lexicon) -> str | None:
    """Return the language of `group` that has the most words of its own among `words`; None where none leads."""
    counts = {tag: len(words.intersection(lexicon.languages[tag].lists.get("apart.words", ()))) for tag in group}
    first, second = sorted(group, key=lambda tag: (-counts[tag], tag))[:2]
    return first if counts[first] >= MIN_WORDS and counts[first] > counts[second] else None


@lru_cache(maxsize=256)
def _pairs_of(tag: str, lexicon: Lexicon) -> tuple[Sisters, ...]:
    return tuple(pair for pair in sisters(lexicon) if tag in {pair.small, pair.large})


@lru_cache(maxsize=RULES_CACHED)
def sisters(lexicon: Lexicon) -> tuple[Sisters, ...]:
    """Return the pairs of languages that need it."""
    return tuple(
        Sisters(one.tag, large, frozenset(one.lists["apart.own"]), frozenset(one.lists["apart.others"]))
        for one in lexicon.languages.values()
        for large in one.lists.get("apart.from", ())
    )
