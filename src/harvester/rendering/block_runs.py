"""Runs of blocks that are written as one: which of them a format writes by which of its methods."""

from collections.abc import Iterator, Sequence
from typing import Protocol

from harvester.models import Role, TextBlock


class BlockRenderer(Protocol):
    """The blocks of one format."""

    def items(self, items: Sequence[TextBlock]) -> Iterator[str]:
        """Yield the lines of a list, with those that are in it."""

    def quotation(self, blocks: Sequence[TextBlock]) -> Iterator[str]:
        """Yield the lines of a quotation."""

    def definitions(self, blocks: Sequence[TextBlock]) -> Iterator[str]:
        """Yield the lines of terms and what they mean."""

    def footnotes(self, blocks: Sequence[TextBlock]) -> Iterator[str]:
        """Yield the lines of notes."""

    def block(self, block: TextBlock) -> str:
        """Return any other block."""


def run_lines(writer: BlockRenderer, role: Role, blocks: Sequence[TextBlock]) -> Iterator[str]:
    """Return the lines of a run of blocks of one role."""
    match role:
        case Role.LIST_ITEM:
            return writer.items(blocks)
        case Role.QUOTE:
            return writer.quotation(blocks)
        case Role.DEFINITION:
            return writer.definitions(blocks)
        case Role.FOOTNOTE:
            return writer.footnotes(blocks)
        case _:
            return iter((writer.block(blocks[0]),))
