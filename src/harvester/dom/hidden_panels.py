"""Hidden panels of text that a reader opens: the rest of an article behind a button, tabs, answers to questions."""

from typing import Final

from harvester.dom.pruning import CutCandidate

_MIN_CHARS: Final = 80
_MIN_PER_LINK: Final = 3  # characters for each one in a link: menus open, too


def says_much(panel: CutCandidate) -> bool:
    """Return whether a hidden panel holds text and few links."""
    chars = len("\n".join(panel.lines))
    return chars >= max(_MIN_CHARS, _MIN_PER_LINK * panel.link_chars)
