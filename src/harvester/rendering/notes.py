"""The footnotes of an article as they are numbered in a rendering of it."""

from collections.abc import Iterable
from typing import NamedTuple

from harvester.models import MarkKind, TextBlock


class Note(NamedTuple):
    """A footnote that a rendering leads to."""

    id: str  # of its element: "fn-1"
    number: int  # from 1, in the order of the notes
    mark: str  # as printed
    is_called: bool


class Notes:
    """All footnotes of an article. It counts their calls: each has an id of its own, so it serves one rendering."""

    def __init__(self, blocks: Iterable[TextBlock]) -> None:
        """Number the notes; those that no mark calls stand where they are and are led to from nowhere."""
        blocks = tuple(blocks)
        called = {key for block in blocks for key in _calls(block)}
        keys = dict.fromkeys(block.footnote.key for block in blocks if block.footnote)
        marks = {block.footnote.key: block.footnote.mark for block in reversed(blocks) if block.footnote}
        self._notes = {
            key: Note(f"fn-{number}", number, marks[key], key in called) for number, key in enumerate(keys, start=1)
        }
        self._count: dict[str, int] = {}

    def get(self, key: str | None) -> Note | None:
        """Return the note of a key; None where the article has none."""
        return self._notes.get(key) if key else None

    def call_id(self, note: Note) -> str:
        """Return the id of the next call of a note: "fnref-1", then "fnref-1-2"."""
        count = self._count[note.id] = self._count.get(note.id, 0) + 1
        name = f"fnref-{note.number}"
        return name if count == 1 else f"{name}-{count}"


def back_of(note: Note) -> str:
    """Return the id of the first call of a note."""
    return f"fnref-{note.number}"


def _calls(block: TextBlock) -> Iterable[str]:
    cells = (cell.marks for row in block.table.rows for cell in row) if block.table else ()
    for marks in (block.marks, *cells):
        yield from (mark.value for mark in marks if mark.kind is MarkKind.FOOTNOTE and mark.value)
