"""Where a quotation names its source itself."""

from collections.abc import Iterable
from typing import Final

from harvester.models import Mark, MarkKind, TextBlock

_DASHES: Final = " —–―-~"  # before the name of a source


def is_source(mark: Mark, block: TextBlock) -> bool:
    """Return whether an emphasised stretch of a quotation is the name of its source."""
    named = block.cite.text if block.cite else None
    return mark.kind is MarkKind.EMPHASIS and block.text[mark.start : mark.end].strip(_DASHES) == named


def names_source(blocks: Iterable[TextBlock]) -> bool:
    """Return whether the blocks of a quotation hold the name of its source: it need not be added again."""
    return any(
        (block.cite is not None and block.text.strip(_DASHES) == block.cite.text)
        or any(is_source(mark, block) for mark in block.marks)
        for block in blocks
    )
