"""Hidden panels that carry on the text before them: the rest of an article behind a button, the tabs of a story."""

from typing import Final

from harvester.dom.pruning import CutCandidate
from harvester.dom.text_runs import BodyParts

_MIN_CHARS: Final = 80  # of a paragraph, and of what goes on from it
_NEAR: Final = 4  # blocks before a panel, among which that paragraph stands
_LEVELS: Final = 2  # containers around a panel


def follows_prose(found: BodyParts, container: int) -> bool:
    """Return whether a paragraph is right before what comes next in `container`, and beside it."""
    before = next((block for block in reversed(found.blocks[-_NEAR:]) if len(block.text) >= _MIN_CHARS), None)
    return before is not None and _is_beside(found, before.element, container)


def goes_on(panel: CutCandidate) -> bool:
    """Return whether a hidden panel holds sentences and few links."""
    return panel.prose_chars() >= max(_MIN_CHARS, 3 * panel.link_chars)


def _is_beside(found: BodyParts, element: int, container: int) -> bool:
    """Return whether `element` is in one of the nearest containers; the page itself is none."""
    for _ in range(_LEVELS):
        if container <= 0:
            return False
        if element >= container:  # it is open: all that came after it stands in it
            return True
        container = found.elements[container].parent
    return False
