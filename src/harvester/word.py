"""Fixed sets of words: what errors, outcomes and rules are called."""

from enum import StrEnum


class Word(StrEnum):
    """One of a fixed set of words; shown as the plain word, as those are that reports and ledgers hold beside it."""

    def __repr__(self) -> str:
        """Return the word as a string is shown."""
        return repr(self.value)
