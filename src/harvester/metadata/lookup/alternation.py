"""Patterns of any of many words: where a word stands is asked of lists of hundreds, in all languages at once."""

import re
from collections.abc import Iterable


def either(words: Iterable[str]) -> str:
    """Return the pattern of any of the words, the longest first; of none, the pattern that fits everywhere.

    The words stand in groups by their first letter. Python's engine tries one branch after the other, so that hundreds
    of them cost as many attempts at each place of a text; a place with none of the letters costs one.

    >>> either(["ab", "ac", "b"])
    '(?=[ab])(?:a(?:b|c)|b(?:))'
    """
    groups: dict[str, list[str]] = {}
    for word in sorted(words, key=lambda word: (-len(word), word)):
        groups.setdefault(re.escape(word[0]), []).append(re.escape(word[1:]))
    if not groups:
        return ""
    branches = (f"{first}(?:{'|'.join(rests)})" for first, rests in groups.items())
    return f"(?=[{''.join(groups)}])(?:{'|'.join(branches)})"
