"""The label of a day behind what stands before it on one line: "Jane Doe Published on" 3 May."""

from functools import lru_cache
from typing import Final

from harvester.rules.alternation import longest_first
from harvester.rules.lexicon import RULES_CACHED, Lexicon

_EDGES: Final = " \t,.|:：·•()-–—"


def without_day_label(text: str, lexicon: Lexicon) -> str:
    """Return what stands before a day without its label; a label that is all there is stays."""
    bare = text.rstrip(_EDGES)
    folded = bare.lower()
    if not folded.endswith(_labels(lexicon)):
        return text
    for label in _labels(lexicon):
        before = bare[: -len(label)]
        if folded.endswith(label) and before and before[-1] in _EDGES:
            return before.rstrip(_EDGES)
    return text


@lru_cache(maxsize=RULES_CACHED)
def _labels(lexicon: Lexicon) -> tuple[str, ...]:
    """Return the labels of publication and of changes, the longest first."""
    return longest_first(lexicon.published_labels | lexicon.modified_labels)
