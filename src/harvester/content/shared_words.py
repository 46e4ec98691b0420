"""How a block shares its words with the others: those that the first stage takes for the article, and the rest.

An article comes back to its subject: names and terms of a paragraph are in others, too. What is put beside or below it,
teasers of other stories, the author's life, a plea, has words of its own, or those of its like. No wording is known
here, and no language: a word is a run of three letters or more, or a pair of Chinese or Japanese characters. Compiled
(native/shared_words.c), or with numpy.
"""

import re
from collections.abc import Sequence
from contextlib import suppress
from typing import Final

import numpy as np
from numpy.typing import NDArray

from harvester import native
from harvester.content.features.matrix import Column, Columns

_NAMES: Final = (
    "words_elsewhere",
    "words_in_body",
    "words_mean",
    "words_rare",
    "words_sum",
    "words_titled",
    "title_said",
)
_MAX_BYTES: Final = 400  # of each text: as much as tells what it is about
_IN_BODY: Final = 0.5  # sum of the first stage over the other blocks with a word
_RARE: Final = 4  # blocks; a word in more of them is of the language, not of a subject
_ENOUGH: Final = 2.0  # of that sum: more says nothing more
_SMALLEST: Final = 1e-9  # stands for nothing where something is divided by it

# Bytes of UTF-8, so that both forms see the same: letters of Latin, Greek, Cyrillic, Arabic, Indic, Hangul ...
_LETTER: Final = rb"(?:[a-z]|[\xc3-\xdf][\x80-\xbf]|[\xe0\xe1\xea-\xee][\x80-\xbf]{2})"
# ... and characters of Chinese and Japanese but for their marks.
_CHARACTER: Final = rb"(?:\xe3[\x81-\xbf][\x80-\xbf]|[\xe4-\xe9][\x80-\xbf]{2})"
_WORD: Final = re.compile(rb"(%b{3,})|(?=(%b{2}))%b" % (_LETTER, _CHARACTER, _CHARACTER))


def shared_word_columns(texts: Sequence[str], title: str, first: Column) -> Columns:
    """Return how each text shares its words with the others; `first` is what the first stage gives each.

    Of a block's words, the share that is in other blocks, in blocks that are likely content, and in the title; the mean
    first stage at the others that have them (weighted by the root of how rare a word is; and of rare words alone; NaN:
    no other has any); the mean of its sum; and the share of the title's words that the block has.
    """
    if native.CORE is not None:
        starts = [text[:_MAX_BYTES] for text in texts]
        columns = np.empty((len(_NAMES), len(first)))
        with suppress(UnicodeEncodeError):  # half a surrogate pair
            native.CORE.write_shared_words(starts, title[:_MAX_BYTES], first, columns)
            return dict(zip(_NAMES, columns, strict=True))
    return dict(zip(_NAMES, _counted(texts, title, first), strict=True))


def _counted(texts: Sequence[str], title: str, first: Column) -> list[Column]:
    """Return the values of the columns, in their order."""
    numbers: dict[bytes, int] = {}
    found = [[numbers.setdefault(word, len(numbers)) for word in _words(text)] for text in texts]
    of_block = np.repeat(np.arange(len(texts)), [len(words) for words in found])
    of_word = np.array([word for words in found for word in words], dtype=np.int64)
    titled = _words(title)
    in_title = np.zeros(len(numbers), dtype=np.bool_)
    in_title[[numbers[word] for word in titled if word in numbers]] = True

    blocks = np.bincount(of_word, minlength=len(numbers))[of_word]
    likely = np.bincount(of_word, weights=first[of_block], minlength=len(numbers))[of_word] - first[of_block]
    others = np.maximum(blocks - 1, 1)
    weights = np.where(blocks > 1, 1 / np.sqrt(blocks), 0.0)
    rare = ((blocks > 1) & (blocks <= _RARE)).astype(np.float64)

    def total(values: NDArray[np.float64] | NDArray[np.bool_]) -> Column:
        return np.bincount(of_block, weights=values, minlength=len(texts)).astype(np.float64, copy=False)

    def mean(of: Column) -> Column:
        whole = total(of)
        return np.where(whole > 0, total(of * (likely / others)) / np.maximum(whole, _SMALLEST), np.nan)

    count = np.maximum(total(np.ones(len(of_block))), 1)
    said = total(in_title[of_word])
    sums = np.minimum(likely, _ENOUGH) * (1 / np.sqrt(blocks))
    shares = [total(blocks > 1) / count, total(likely > _IN_BODY) / count]
    return [*shares, mean(weights), mean(rare), total(sums) / count, said / count, said / max(len(titled), 1)]


def _words(text: str) -> list[bytes]:
    """Return the distinct words of the first bytes of a text, in the order met."""
    start = text[:_MAX_BYTES].encode(errors="ignore")[:_MAX_BYTES].lower()
    found = (match[1] or match[2] for match in _WORD.finditer(start))
    return list(dict.fromkeys(word for word in found if word))
