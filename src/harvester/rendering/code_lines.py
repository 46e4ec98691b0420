"""What formats write of a listing: its lines as the page has them, and its language as a word."""

import re
from typing import Final

from harvester.models import TextBlock

_NAME: Final = re.compile(r"[A-Za-z0-9][\w+#.-]{0,39}", re.ASCII)  # what is in a class or behind a fence


def lines_of(block: TextBlock) -> str:
    """Return the lines of a listing as they are written, tabs and all, where that is known."""
    return block.code.source if block.code and block.code.source else block.text


def language_of(block: TextBlock) -> str | None:
    """Return the language of a listing; None where the page names none, or no single word."""
    name = block.code.language if block.code else None
    return name if name and _NAME.fullmatch(name) else None
