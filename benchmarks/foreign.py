"""What a text holds that its truth does not, and what of the truth it lacks: by lines, without knowing any wording.

A line is foreign when less than a quarter of its runs of three words stand anywhere in the truth or in the headline and
standfirst. Lines of fewer than five words (eight characters of Chinese or Japanese) are not looked at: those stand in
any truth by accident. Truths have no headings or captions now and then, so that the count cries wolf: compare
extractors on the same pages, not heights of different corpora.
"""

import re
import unicodedata
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from typing import Final

_CJK: Final = r"[\u3040-\u30ff\u3400-\u4dbf\u4e00-\u9fff\uf900-\ufaff]"
_WORD: Final = re.compile(rf"{_CJK}|(?:(?!{_CJK})\w)+")
_LETTER: Final = re.compile(_CJK)
_BULLET: Final = re.compile(r"^\s*(?:[-*•–|>]|\d{1,2}[.)])\s*")
_RUN: Final = 3  # words
_MIN_WORDS: Final = 5
_MIN_LETTERS: Final = 8  # of a line that is mostly Chinese or Japanese
_MIN_KNOWN: Final = 0.25  # of its runs, from which a line is known

Runs = frozenset[tuple[str, ...]]


@dataclass(frozen=True, slots=True)
class Difference:
    """A text beside its truth."""

    foreign: tuple[str, ...]  # lines of the text that stand nowhere in the truth
    lost: tuple[str, ...]  # lines of the truth that stand nowhere in the text
    text_chars: int
    true_chars: int
    exact: bool  # the words of both are the same, in the same order


def difference(truth: str, text: str, heads: Iterable[str | None] = ()) -> Difference:
    """Return what parts `text` from `truth`; `heads` are the headline and the standfirst, which either may repeat."""
    apart = frozenset[tuple[str, ...]]().union(*(_runs(words_of(head or "")) for head in heads))
    true_words, words = words_of(truth), words_of(text)
    return Difference(
        foreign=tuple(_unknown_lines(text, _runs(true_words) | apart)),
        lost=tuple(_unknown_lines(truth, _runs(words) | apart)),
        text_chars=len(text),
        true_chars=len(truth),
        exact=words == true_words,
    )


def words_of(text: str) -> list[str]:
    """Return the words in the order printed, case folded; Chinese and Japanese characters one by one."""
    return _WORD.findall(unicodedata.normalize("NFC", text).casefold())


def _runs(words: list[str]) -> Runs:
    if not words:
        return frozenset()
    return frozenset(tuple(words[at : at + _RUN]) for at in range(max(1, len(words) - _RUN + 1)))


def _unknown_lines(text: str, known: Runs) -> Iterator[str]:
    for raw in text.split("\n"):
        line = _BULLET.sub("", raw).strip()
        words = words_of(line)
        if _is_long_enough(words):
            own = _runs(words)
            if len(own & known) < _MIN_KNOWN * len(own):
                yield line


def _is_long_enough(words: list[str]) -> bool:
    letters = sum(_LETTER.match(word) is not None for word in words)
    return len(words) >= (_MIN_LETTERS if 2 * letters > len(words) else _MIN_WORDS)
