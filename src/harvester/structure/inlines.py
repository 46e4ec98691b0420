"""Inline elements of a block, each with the stretch of the block's visible characters that it holds.

Visible characters (`text.visible`) are counted, not characters: whatever joins lines, repairs blanks or takes out what
is never printed leaves their order as it is. So a stretch of them is found again in the text that became of the block.
"""

from collections.abc import Sequence
from itertools import accumulate
from typing import Final, NamedTuple

from harvester.dom import VOID, inlines_in, is_block, unescaped
from harvester.dom.inline import emoji_of
from harvester.models import Block, Trace
from harvester.structure.markup_tokens import attributes_of, enclosing, tag_of
from harvester.text import visible

_MAX_TAIL: Final = 40  # tokens behind the last text of a block, for what stands for something without text
_MAX_RECOUNTED: Final = 20_000_000  # characters, of a block whose letters are put together out of several elements
CHARS_A_LOOK: Final = 500  # of a run that was searched to its end, for a block whose text was repaired
MAX_LOOKS: Final = 2_000_000  # at inline elements of blocks that were one: a page has some hundred


class Inline(NamedTuple):
    """An inline element in a block."""

    tag: str
    place: int  # of its start tag in the markup
    start: int  # visible characters of the block before it
    end: int  # and to its end
    depth: int  # of inline elements around it, in the block


class _Run(NamedTuple):
    """All inline elements of one run of markup."""

    inlines: Sequence[Inline]
    text: str  # its visible characters


_NONE: Final = _Run((), "")


class InlineReader:
    """Reads the inline elements of the blocks of one page, in order."""

    def __init__(self) -> None:
        self._trace: Trace | None = None  # of the last block; lines of one run may be blocks of their own
        self._run = _NONE
        self._offset = 0  # visible characters of the run before the next block
        self._looks = 0

    def read(self, block: Block) -> Sequence[Inline]:
        """Return the inline elements of a block, in order, outer ones first.

        Their stretches are those of the visible characters of `block.text`. () where they cannot be found again, and
        for most blocks, which have none.
        """
        if block.trace is None or not block.trace.spots:
            return ()
        if self._trace is None or self._trace.spots is not block.trace.spots:
            self._trace, self._run, self._offset = block.trace, _read_run(block.trace), 0
        run = self._run
        if not run.inlines:
            return ()
        wanted = "".join(block.text.split())
        if wanted == run.text:
            return run.inlines
        if self._looks > MAX_LOOKS:
            return ()
        offset = run.text.find(wanted, self._offset)
        self._looks += len(run.inlines) + (len(run.text) // CHARS_A_LOOK if offset < 0 else 0)
        if offset < 0 or self._looks > MAX_LOOKS:
            return ()
        self._offset = offset + len(wanted)
        return _within(run.inlines, offset, len(wanted))


def _within(inlines: Sequence[Inline], offset: int, length: int) -> Sequence[Inline]:
    """Return what of the elements is in a stretch, counted from its beginning."""
    return [
        one._replace(start=max(one.start - offset, 0), end=min(one.end - offset, length))
        for one in inlines
        if one.start <= offset + length and one.end >= offset
    ]


def _read_run(trace: Trace) -> _Run:
    found = inlines_in(trace, Inline)
    return walk_run(trace) if found is None else _Run(*found)


def walk_run(trace: Trace) -> _Run:
    """Return the inline elements of a run, interpreted."""
    tokens, spots = trace.markup.tokens, trace.spots
    around = enclosing(trace.markup, spots[0], trace.element)
    behind = spots[0] + 1
    if len(spots) == 1 and not around and (behind >= len(tokens) or is_block(tag_of(tokens[behind]))):
        return _NONE
    walk = _Walk(trace)
    for at in around:
        walk.enter(tokens[at], at)
    walk.go(spots[0], min(spots[-1] + 2 * _MAX_TAIL, len(tokens)))
    return walk.counted() if walk.found else _NONE


class _Walk:
    """A walk over the markup of one run."""

    def __init__(self, trace: Trace) -> None:
        self._tokens, self._spots = trace.markup.tokens, trace.spots
        self._pieces: list[str] = []
        self._stack: list[tuple[str, int, int]] = []  # tag, place, pieces before it
        self.found: list[Inline] = []  # counted in pieces

    def go(self, first: int, end: int) -> None:
        """Walk from the first text to `end`, or to the end of the block."""
        seen, last = set(self._spots), self._spots[-1]
        for at in range(first, end):
            token = self._tokens[at]
            if at in seen:
                self._pieces.append(unescaped(token) if at % 2 == 0 else emoji_of(attributes_of(token)))
            if at % 2 == 0 or token[1] == "!":
                continue
            if at > last and ((tag := tag_of(token)) == "br" or is_block(tag)):
                break
            if token[1] == "/":
                if self._stack and self._stack[-1][0] == token[2:-1]:
                    self._leave()
            else:
                self.enter(token, at)
        while self._stack:
            self._leave()

    def enter(self, token: str, at: int) -> None:
        """Open an element, or note one without content."""
        tag = tag_of(token)
        self._stack.append((tag, at, len(self._pieces)))
        if tag in VOID:
            self._leave()

    def _leave(self) -> None:
        tag, place, before = self._stack.pop()
        self.found.append(Inline(tag, place, before, len(self._pieces), len(self._stack)))

    def counted(self) -> _Run:
        """Return the elements counted in visible characters."""
        parts = [visible(piece) for piece in self._pieces]
        text = "".join(parts)
        ends = [0, *accumulate(map(len, parts))]
        if not text.isascii() and (whole := visible("".join(self._pieces))) != text:
            # A letter and its accent are in two elements.
            if len(parts) * len(whole) > _MAX_RECOUNTED:
                return _NONE
            text, ends = whole, [len(visible("".join(self._pieces[:count]))) for count in range(len(parts) + 1)]
        inlines = (one._replace(start=ends[one.start], end=ends[one.end]) for one in self.found)
        return _Run(sorted(inlines, key=lambda one: one.place), text)
