"""Records that follow each other in a stream of bytes: the walk that WARC and ARC files share.

A damaged stretch costs itself: the next good record follows. What counts as damage: a record that is not as long as it
claims, a digest that does not fit, bytes between records that are none, a packed stream that breaks.
"""

import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import Final, TypeVar

from harvester.compression.streams import LINE_BYTES, Forward

Good = TypeVar("Good")

MAX_HEADER_BYTES: Final = 64 * 1024
MAX_BLOCK_BYTES: Final = 64 * 1024 * 1024  # as for any saved page
KEPT_BYTES: Final = 64 * 1024  # of a longer block: enough for its headers, which tell what it is


@dataclass(frozen=True, slots=True)
class Record:
    """One record."""

    offset: int  # bytes: its place in the file, see `read_records`
    headers: tuple[tuple[str, str], ...]  # lower-case names
    block: bytes
    is_cut: bool = False  # the block has more than MAX_BLOCK_BYTES, and these are its first KEPT_BYTES
    torn: str | None = None  # the file ends in the block: in which words; None: it is whole

    def header(self, name: str) -> str | None:
        """Return the first header `name` (lower case), or None."""
        return next((value for key, value in self.headers if key == name), None)

    @property
    def kind(self) -> str:
        """The WARC-Type, lower case."""
        return (self.header("warc-type") or "").lower()


@dataclass(frozen=True, slots=True)
class Loss:
    """A stretch of a file without a good record."""

    offset: int  # bytes
    explanation: str


@dataclass(frozen=True, slots=True)
class RecordHead:
    """The lines before a block."""

    size: int  # bytes, of the lines and what ends them
    headers: tuple[tuple[str, str], ...]  # lower-case names
    length: int  # bytes, of the block as the head says


@dataclass(frozen=True, slots=True)
class Framing:
    """How records of one kind begin and end."""

    mark: bytes  # begins each record; empty: nothing does, and only `starts` tells
    starts: re.Pattern[bytes]  # matches the first line, or what is telling of it
    follows: re.Pattern[bytes]  # matches what may be behind a record's end: the start of another, damaged or not
    read_head: Callable[[bytes], RecordHead | str]  # of the first bytes; what is wrong with them
    end: bytes  # is behind each block; empty: blank lines as the writer likes
    fault_of: Callable[[Record], str | None]  # what is wrong with a whole record


_LINE_END: Final = re.compile(rb"\n(?=\S)")
# A file of nothing but broken starts would be tried at every one of them, for hours.
MAX_LOSSES_IN_A_ROW: Final = 1_000


def with_patience(found: Iterator[Good | Loss]) -> Iterator[Good | Loss]:
    """Yield what is found until too many losses follow each other; the last one reports that the rest is given up."""
    losses = 0
    for one in found:
        losses = losses + 1 if isinstance(one, Loss) else 0
        if isinstance(one, Loss) and losses == MAX_LOSSES_IN_A_ROW:
            yield Loss(one.offset, f"{one.explanation}; the {losses:,}th loss in a row, so the rest is not read")
            return
        yield one


def walk(stream: Forward, framing: Framing) -> Iterator[Record | Loss]:
    """Yield the records of a stream in order; `offset` is where they are in it."""
    while True:
        stream.skip_all(b"\r\n")
        if not stream.ahead(1):
            if stream.fault is None:
                return
            yield Loss(stream.position, stream.fault)
            stream.resume()
            continue
        found = _read_record(stream, framing)
        yield found
        if isinstance(found, Record) and found.torn is not None:
            yield Loss(stream.position, f"the record at {found.offset:,} {found.torn}; what there is of it is kept")
            return
        if isinstance(found, Loss) and not _find_next(stream, framing) and found.explanation == stream.fault:
            stream.resume()  # the fault is told


def _read_record(stream: Forward, framing: Framing) -> Record | Loss:
    """Return the record that begins here and pass over it; stay where its length is wrong."""
    at = stream.position
    lines = stream.look(0, MAX_HEADER_BYTES)
    head = framing.read_head(lines)
    if isinstance(head, str):
        return Loss(at, stream.fault or head if len(lines) < MAX_HEADER_BYTES else head)
    if head.length > MAX_BLOCK_BYTES:
        return _long_record(stream, head, framing)
    end = head.size + head.length
    there = stream.ahead(end)
    if there < end:
        words = f"stops after {there - head.size:,} of {head.length:,} bytes"
        if _is_torn(stream, head.size, there, framing):
            block = stream.look(head.size, there)
            stream.skip(there)
            return Record(at, head.headers, block, torn=words)
        return Loss(at, stream.fault or words)
    after = stream.look(end, end + LINE_BYTES)
    if not _is_end(after, framing):
        fault = None if after else stream.fault
        return Loss(at, fault or f"Content-Length {head.length:,} is wrong: no record ends there")
    record = Record(at, head.headers, stream.look(head.size, end))
    stream.skip(end)
    wrong = framing.fault_of(record)
    return Loss(at, wrong) if wrong else record


def _is_torn(stream: Forward, start: int, end: int, framing: Framing) -> bool:
    """Return whether a block ends because the file does: there are some bytes of it, and no other record in them."""
    block = stream.look(start, end)
    lines = (match.end() for match in _LINE_END.finditer(block))
    return bool(block) and stream.is_torn and not any(framing.starts.match(block, at) for at in lines)


def _is_end(after: bytes, framing: Framing) -> bool:
    """Return whether a block may end before these bytes; some writers leave out a part of the blank lines."""
    if framing.end and after.startswith(framing.end):
        return True
    rest = after.lstrip(b"\r\n")
    return bool(framing.follows.match(rest)) if rest else not framing.end


def _long_record(stream: Forward, head: RecordHead, framing: Framing) -> Record | Loss:
    """Return the first bytes of a record that is too long for a page, and pass over it.

    Its length may be nonsense, so it ends where the next record begins, in any case.
    """
    at = stream.position
    block = stream.look(head.size, head.size + KEPT_BYTES)
    stream.skip(head.size)
    left = head.length - stream.skip_until(framing.starts, head.length)
    if left:
        explanation = f"Content-Length {head.length:,} is wrong: it stops after {head.length - left:,}"
        return Loss(at, stream.fault or explanation)
    return Record(at, head.headers, block, is_cut=True)


def _find_next(stream: Forward, framing: Framing) -> bool:
    """Pass over all before the next start of a record; False where there is none."""
    while stream.find(b"\n" + framing.mark):  # fast where there is a mark
        stream.skip(1)
        if framing.starts.match(stream.look(0, LINE_BYTES)):
            return True
    return False
