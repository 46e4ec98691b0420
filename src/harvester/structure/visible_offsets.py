"""From visible characters to places in a text: what stretches of marks are counted in, and what they become."""

import re
from bisect import bisect_left, bisect_right
from itertools import accumulate
from typing import Final

_WORD: Final = re.compile(r"\S+")


class Places:
    """Finds the visible characters of one text; `"".join(text.split())` are all of them."""

    def __init__(self, text: str) -> None:
        lengths = list(map(len, text.split()))
        self._before = [0, *accumulate(lengths)]  # visible characters, for each word
        # With single blanks, as nearly everywhere, there is one before each word but the first.
        is_plain = self._before[-1] + len(lengths) - 1 == len(text)
        self._starts = None if is_plain else [found.start() for found in _WORD.finditer(text)]

    @property
    def count(self) -> int:
        """How many visible characters the text has."""
        return self._before[-1]

    def start_of(self, number: int) -> int:
        """Return where the visible character of a number, from 0, is: in code points.

        >>> Places("a bc  d").start_of(3)
        6
        """
        word = bisect_right(self._before, number) - 1
        if word >= len(self._before) - 1:  # behind the last
            return self.end_of(number)
        return number + word if self._starts is None else self._starts[word] + number - self._before[word]

    def end_of(self, number: int) -> int:
        """Return the place behind `number` visible characters: in code points.

        >>> Places("a bc  d").end_of(3)
        4
        """
        if number <= 0 or len(self._before) == 1:
            return self._starts[0] if self._starts else 0
        word = bisect_left(self._before, number) - 1
        return number + word if self._starts is None else self._starts[word] + number - self._before[word]
