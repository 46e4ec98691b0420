"""Patterns of any of many words: where a word is, is asked of lists of hundreds, in all languages at once."""

import re
from collections.abc import Iterable

from harvester.text import CJK


def longest_first(words: Iterable[str]) -> tuple[str, ...]:
    """Return words in the order in which the first that fits is the longest, those of one length by letters."""
    return tuple(sorted(words, key=lambda word: (-len(word), word)))


def either(words: Iterable[str]) -> str:
    """Return the pattern of any of the words, the longest first; of none, the pattern that fits nowhere.

    The words are in groups by their first letter. Python's engine tries one branch after the other, so that hundreds
    of them cost as many attempts at each place of a text; a place with none of the letters costs one.

    >>> either(["ab", "ac", "b"])
    '(?=[ab])(?:a(?:b|c)|b(?:))'
    """
    groups: dict[str, list[str]] = {}
    for word in longest_first(words):
        groups.setdefault(re.escape(word[0]), []).append(re.escape(word[1:]))
    if not groups:
        return "(?!)"
    branches = (f"{first}(?:{'|'.join(rests)})" for first, rests in groups.items())
    return f"(?=[{''.join(groups)}])(?:{'|'.join(branches)})"


def whole_words(words: Iterable[str]) -> re.Pattern[str]:
    """Return what finds any of the words as a whole; those of scripts that write no blanks wherever they are.

    >>> [bool(whole_words(["cc by", "照片"]).search(text)) for text in ("Foto: CC BY 4.0", "acc by", "这张照片")]
    [True, False, True]
    """
    listed = tuple(words)
    spaced = either(word for word in listed if not CJK.search(word))
    dense = either(word for word in listed if CJK.search(word))
    return re.compile(rf"(?<!\w)(?:{spaced})(?!\w)|{dense}", re.IGNORECASE)
