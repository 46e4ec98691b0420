"""The languages of all blocks of a page: compiled (native/languages.c), or block by block."""

from collections.abc import Iterable
from functools import lru_cache, partial
from types import ModuleType
from typing import Final

from harvester import native
from harvester.metadata.fields.languages import ADDRESS, block_language, not_latin_languages, word_index
from harvester.metadata.language_tags import normal_tag
from harvester.metadata.sister_languages import alike, latin_tag
from harvester.models import Block
from harvester.rules.lexicon import RULES_CACHED, Lexicon

_CODES: Final = (*range(0x250), *range(0x2000, 0x2060))  # Latin letters and the marks of print
_NO_LANGUAGE: Final = -1


def in_languages(blocks: Iterable[Block], lang: str | None, lexicon: Lexicon) -> tuple[Block, ...]:
    """Return the blocks, each with its language but for those that have a verdict; `lang` is the page's attribute."""
    blocks = tuple(blocks)
    if native.CORE is not None:
        said = normal_tag(lang)
        hint = latin_tag(said, lexicon) or said
        index, numbers = _index(native.CORE, lexicon)
        is_latin = hint not in not_latin_languages(lexicon)
        ask = partial(block_language, hint=lang, lexicon=lexicon)
        found: tuple[Block, ...] = native.CORE.in_languages(
            index, blocks, hint, numbers.get(hint or "", _NO_LANGUAGE), is_latin, ask
        )
        if hint == said or said is None:
            return found
        own = alike(said, lexicon)
        return tuple(block.in_language(said) if not block.verdict and block.lang in own else block for block in found)
    return tuple(
        block if block.verdict else block.in_language(block_language(block.text, lang, lexicon)) for block in blocks
    )


@lru_cache(maxsize=RULES_CACHED)
def _index(core: ModuleType, lexicon: Lexicon) -> tuple[object, dict[str, int]]:
    """Return what compiled code is to know of the languages, and the number of each."""
    tags = tuple(sorted(lexicon.languages))
    numbers = {tag: number for number, tag in enumerate(tags)}
    words = tuple(
        (word.encode(), tuple((numbers[tag], share) for tag, share in voices))
        for word, voices in sorted(word_index(lexicon).items())
        if not ADDRESS.search(word)  # what looks like one is taken out of a text
    )
    are_small = bytes(not lexicon.languages[tag].is_large for tag in tags)
    return core.index_languages(words, tags, are_small, b"".join(map(_row_of, _CODES))), numbers


def _row_of(code: int) -> bytes:
    """Return what becomes of a character in the form of native/latin.h: how many bytes, and three."""
    character = chr(code)
    low = b" " if character.isspace() else character.lower().encode()
    return bytes([len(low)]) + low.ljust(3)
