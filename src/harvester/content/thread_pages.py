"""Pages that are a thread and nothing else: their markup calls comments what stands right below the headline."""

from collections.abc import Mapping
from typing import Final

from harvester.boilerplate.other_texts import MIN_BESIDE_THREAD, THREAD
from harvester.models import Removed
from harvester.outline import Outline

_MIN_SHARE: Final = 0.5  # of the page's prose, that stands in comments
_MAX_BETWEEN: Final = 120  # characters of it from the headline to them: "Discussion in 'Wood' started by Jane, May 26."


def is_thread_alone(outline: Outline, placed: Mapping[int, Removed]) -> bool:
    """Return whether there is no text that the page's comments are about: they are what it holds.

    `placed` are the blocks that rules take out by their place. There is hardly any prose above the last comment then
    that no rule takes out, be it below the headline, before it, or between comments.
    """
    headline, prose = outline.headline, outline.prose_chars
    # A link below a headline is called comments, too: "45 replies".
    comments = [at for at, label in placed.items() if label.kind == THREAD and prose[at]]
    if headline is None or not comments or sum(prose[at] for at in comments) < _MIN_SHARE * outline.total_prose:
        return False
    first, last = min(comments), max(comments)
    beside = sum(prose[at] for at in range(last) if at not in placed)
    return headline < first and sum(prose[headline:first]) <= _MAX_BETWEEN and beside <= MIN_BESIDE_THREAD
