"""The footnotes of an article as they are numbered in a rendering of it."""

import re
from collections.abc import Iterable, Iterator, Sequence
from typing import Final, NamedTuple

from harvester.models import MarkKind, TextBlock
from harvester.rendering.marked_text import Marked, Piece, pieces_of

_FRAGMENT: Final = re.compile(r"#[A-Za-z_][\w.:-]{0,99}", re.ASCII)
_OURS: Final = re.compile(r"(?:note|call)-\d")


class Note(NamedTuple):
    """A footnote that a rendering leads to."""

    id: str  # of its element: "note-1"
    number: int  # from 1, in the order of the notes
    mark: str  # as printed
    call: str  # id of its first call: "call-1", or as the note's own link back has it
    is_called: bool
    leads_back: bool  # its text holds a link to its call


class FootnoteNumbers:
    """All footnotes of an article. It counts their calls: each has an id of its own, so it serves one rendering."""

    def __init__(self, blocks: Iterable[TextBlock], prefix: str = "", *, keeps_ids: bool = True) -> None:
        """Number the notes; those that no mark calls are where they are and are led to from nowhere.

        `prefix` is that of all ids, where several articles are in one document. `keeps_ids`: a call has the id that
        the link in its note leads to.
        """
        blocks = tuple(blocks)
        called = {key for block in blocks for key in _calls(block)}
        parts: dict[str, list[TextBlock]] = {}
        for block in blocks:
            if block.footnote:
                parts.setdefault(block.footnote.key, []).append(block)
        taken: set[str] = set()
        ids = taken if keeps_ids else None
        notes = (_note(number, same, key in called, ids) for number, (key, same) in enumerate(parts.items(), start=1))
        self._notes = {
            key: note._replace(id=f"{prefix}{note.id}", call=f"{prefix}{note.call}")
            for key, note in zip(parts, notes, strict=True)
        }
        self._prefix = prefix
        self._count: dict[str, int] = {}

    def get(self, key: str | None) -> Note | None:
        """Return the note of a key; None where the article has none."""
        return self._notes.get(key) if key else None

    def call_id(self, note: Note) -> str:
        """Return the id of the next call of a note: "call-1", then "call-1-2"."""
        count = self._count[note.id] = self._count.get(note.id, 0) + 1
        return note.call if count == 1 else f"{self._prefix}call-{note.number}-{count}"


def _note(number: int, blocks: Sequence[TextBlock], is_called: bool, taken: set[str] | None) -> Note:
    """Return a note; `taken` are the ids of calls so far, and gets that of this one; None: all have ids of ours."""
    back = next((url[1:] for block in reversed(blocks) for url in _fragments(block)), None)
    if taken is None or (back is not None and (back in taken or _OURS.match(back))):
        back = None
    call = back or f"call-{number}"
    if taken is not None:
        taken.add(call)
    mark = blocks[0].footnote.mark if blocks[0].footnote else str(number)
    return Note(f"note-{number}", number, mark, call, is_called, back is not None)


def _fragments(block: TextBlock) -> Iterator[str]:
    for mark in reversed(block.marks):
        if mark.kind is MarkKind.LINK and mark.url and _FRAGMENT.fullmatch(mark.url):
            yield mark.url


def _calls(block: TextBlock) -> Iterator[str]:
    cells = ((cell.text, cell.marks) for row in block.table.rows for cell in row) if block.table else ()
    for text, marks in ((block.text, block.marks), *cells):
        if any(mark.kind is MarkKind.FOOTNOTE for mark in marks):
            yield from _called(pieces_of(text, marks))


def _called(pieces: Iterable[Piece]) -> Iterator[str]:
    for piece in pieces:
        if isinstance(piece, Marked):
            if piece.mark.kind is MarkKind.FOOTNOTE and piece.mark.value:
                yield piece.mark.value
            yield from _called(piece.pieces)
