"""Hidden panels of text that a reader opens: the rest of an article behind a button, tabs, answers to questions."""

from typing import Final

from harvester.dom.pruning import CutCandidate
from harvester.text import cjk_letters

_MIN_CHARS: Final = 80
_CJK_CHARS: Final = 3  # that a letter of Han or kana counts for: thirty of them say what eighty Latin ones do
_MIN_PER_LINK: Final = 3  # characters for each one in a link: menus open, too


def says_much(panel: CutCandidate) -> bool:
    """Return whether a hidden panel holds text and few links."""
    text = "\n".join(panel.lines)
    says = len(text) if len(text) >= _MIN_CHARS else len(text) + (_CJK_CHARS - 1) * cjk_letters(text)
    return says >= _MIN_CHARS and len(text) >= _MIN_PER_LINK * panel.link_chars
