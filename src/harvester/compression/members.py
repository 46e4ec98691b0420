"""Packed members of a file, one by one: what a WARC is made of, and where a crash or a bad disk tore it."""

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Final, Protocol

from harvester.compression.codecs import GZIP, BrokenPackingError, Codec

MAX_MEMBER_BYTES: Final = 64 * 1024 * 1024  # unpacked; a record holds one page of 10 MiB at most, others' some more
# A film among the pages is unpacked to find its end, a bomb is not.
_MAX_PASSED_BYTES: Final = 8 * 1024**3
_MAX_PASSED_RATIO: Final = 100
_CHUNK_BYTES: Final = 64 * 1024
_STEP_BYTES: Final = 1024 * 1024  # unpacked at once
_TORN: Final = "stops before its end"


class Seekable(Protocol):
    """What is needed of a file."""

    def seek(self, offset: int, /) -> int:
        """Go to a place, in bytes from the start."""

    def read(self, size: int, /) -> bytes:
        """Return at most `size` bytes, none at the end."""


class Slice:
    """A part of a file, as a file."""

    def __init__(self, file: Seekable, start: int, end: int) -> None:
        self._file = file
        self._start = start
        self._size = max(0, end - start)
        self._at = 0

    def seek(self, offset: int, /) -> int:
        """Go to a place in the part."""
        self._at = offset
        return offset

    def read(self, size: int, /) -> bytes:
        """Return the next bytes, none behind the part's end."""
        self._file.seek(self._start + self._at)
        content = self._file.read(max(0, min(size, self._size - self._at)))
        self._at += len(content)
        return content


@dataclass(frozen=True, slots=True)
class Member:
    """One packed member, or a stretch of bytes that is none."""

    offset: int  # bytes
    end: int  # bytes: where the next one begins
    content: bytes = b""  # unpacked; of a broken one that the file ends in, what there is of it
    fault: str | None = None  # what is wrong with it; None: nothing
    is_long: bool = False  # it has more than MAX_MEMBER_BYTES, and `content` is empty


class MemberReader:
    """Unpacks the member at one place of a file, piece by piece."""

    def __init__(self, file: Seekable, offset: int, codec: Codec = GZIP) -> None:
        self._file = file
        self._offset = offset
        self._unpacker = codec.open()
        self.packed_bytes = 0  # read of the file, from `offset` on
        self.fault: str | None = None
        self._is_given_up = False

    @property
    def is_over(self) -> bool:
        """Whether the member's own end was seen."""
        return self._unpacker.is_over

    @property
    def is_torn(self) -> bool:
        """Whether the file ends in it."""
        return self.fault == _TORN

    @property
    def end(self) -> int:
        """Where the member ends, or, of a broken one, how far it was read."""
        unused = self._unpacker.unused if self.is_over else b""
        return self._offset + self.packed_bytes - len(unused)

    def read(self, room: int) -> bytes:
        """Return at most `room` bytes; none when it is over or broken. Raises OSError."""
        while not (self.is_over or self._is_given_up or self.fault):
            chunk = self._next_chunk() if self._unpacker.is_hungry else b""
            if self.fault is not None:
                break
            try:
                content = self._unpacker.unpack(chunk, room)
            except BrokenPackingError as error:
                self.fault = str(error)
                break
            if content:
                return content
        return b""

    def resume(self) -> None:
        """Give up: behind a fault, no more of this member can be read."""
        self.fault = None
        self._is_given_up = True

    def _next_chunk(self) -> bytes:
        self._file.seek(self._offset + self.packed_bytes)  # others read the file in between
        chunk = self._file.read(_CHUNK_BYTES)
        self.packed_bytes += len(chunk)
        if not chunk:
            self.fault = _TORN
        return chunk


def read_members(file: Seekable, offset: int = 0, codec: Codec = GZIP) -> Iterator[Member]:
    """Yield the members of `file` from `offset` on, in order; a broken one is marked, and the next good one follows.

    Raises OSError when the file cannot be read.
    """
    while True:
        member = _read_member(file, offset, codec)
        if member is None:
            return
        if member.fault is not None:
            end = next_start(file, offset + 1, codec.magic)
            # What is torn at the end of a file is good up to there; what breaks before it may be anything.
            content = member.content if member.fault == _TORN and end >= member.end else b""
            member = Member(offset, end, content, member.fault)
        yield member
        offset = member.end


def end_of_whole(file: Seekable, offset: int = 0) -> int:
    """Return where the last whole member ends that follows others without a gap; `offset` where the first is broken."""
    for member in read_members(file, offset):
        if member.fault is not None:
            return member.offset
        offset = member.end
    return offset


def _read_member(file: Seekable, offset: int, codec: Codec) -> Member | None:
    """Return the member at `offset`, None at the end of the file."""
    reader = MemberReader(file, offset, codec)
    pieces: list[bytes] = []
    size = 0
    while size <= MAX_MEMBER_BYTES and (piece := reader.read(min(_STEP_BYTES, MAX_MEMBER_BYTES + 1 - size))):
        pieces.append(piece)
        size += len(piece)
    if not reader.packed_bytes:
        return None
    if size > MAX_MEMBER_BYTES:
        pieces.clear()
        _pass_over(reader, size)
    return Member(offset, reader.end, b"".join(pieces), reader.fault, size > MAX_MEMBER_BYTES)


def _pass_over(reader: MemberReader, size: int) -> None:
    """Read a long member to its end and forget it."""
    while piece := reader.read(_STEP_BYTES):
        size += len(piece)
        if size > min(_MAX_PASSED_BYTES, _MAX_PASSED_RATIO * reader.packed_bytes):
            reader.fault = f"unpacks to more than {size:,} bytes from {reader.packed_bytes:,}"
            return


def next_start(file: Seekable, offset: int, magic: bytes) -> int:
    """Return where the next member may begin at or behind `offset`; the end of the file when none does."""
    file.seek(offset)
    before = b""
    while chunk := file.read(_CHUNK_BYTES):
        window = before + chunk
        at = window.find(magic)
        if at >= 0:
            return offset - len(before) + at
        before = window[-len(magic) + 1 :]
        offset += len(chunk)
    return offset
