"""The label or weekday of a day behind what stands before it on one line: "Jane Doe Published on" 3 May."""

from functools import lru_cache
from typing import Final

from harvester.rules.alternation import longest_first
from harvester.rules.lexicon import RULES_CACHED, Lexicon

_EDGES: Final = " \t,.|:：·•()-–—"


def without_day_label(text: str, lexicon: Lexicon) -> str:
    """Return what stands before a day without its label or weekday; a label that is all there is stays.

    A weekday with a capital may be a name: "Pedro Domingo".
    """
    bare = text.rstrip(_EDGES)
    folded = bare.lower()
    for label in _by_last_letter(lexicon).get(folded[-1:], ()):
        if folded.endswith(label):
            before = bare[: -len(label)]
            is_name = bare[len(before)].isupper() and label in lexicon.words("dates.weekdays")
            if before and before[-1] in _EDGES and not is_name:
                return before.rstrip(_EDGES)
    return text


@lru_cache(maxsize=RULES_CACHED)
def _by_last_letter(lexicon: Lexicon) -> dict[str, tuple[str, ...]]:
    """Return the labels of publication and of changes, and the weekdays, by how they end, the longest first."""
    found: dict[str, list[str]] = {}
    for label in longest_first(lexicon.published_labels | lexicon.modified_labels | lexicon.words("dates.weekdays")):
        found.setdefault(label[-1], []).append(label)
    return {letter: tuple(labels) for letter, labels in found.items()}
