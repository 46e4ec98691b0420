"""Gzip members of a file, one by one: what a WARC is made of, and where a crash or a bad disk tore it."""

import zlib
from collections.abc import Iterator
from dataclasses import dataclass
from typing import IO, Final

MAX_MEMBER_BYTES: Final = 64 * 1024 * 1024  # unpacked; a record holds one page of 10 MiB at most, others' some more
_CHUNK_BYTES: Final = 256 * 1024
_MAGIC: Final = b"\x1f\x8b\x08"
_TORN: Final = "stops before its end"


@dataclass(frozen=True, slots=True)
class Member:
    """One gzip member, or a stretch of bytes that is none."""

    offset: int  # bytes
    end: int  # bytes: where the next one begins
    content: bytes = b""  # unpacked
    fault: str | None = None  # what is wrong with it; None: nothing


def read_members(file: IO[bytes], offset: int = 0) -> Iterator[Member]:
    """Yield the members of `file` from `offset` on, in order; a broken one says so, and the next good one follows.

    Raises OSError when the file cannot be read.
    """
    while True:
        member = _read_member(file, offset)
        if member is None:
            return
        if member.fault is not None:
            member = Member(offset, _next_start(file, offset + 1), fault=member.fault)
        yield member
        offset = member.end


def end_of_whole(file: IO[bytes], offset: int = 0) -> int:
    """Return where the last whole member ends that follows others without a gap; `offset` where the first is broken."""
    for member in read_members(file, offset):
        if member.fault is not None:
            return member.offset
        offset = member.end
    return offset


def _read_member(file: IO[bytes], offset: int) -> Member | None:
    """Return the member at `offset`, None at the end of the file."""
    file.seek(offset)
    unpack = zlib.decompressobj(16 + zlib.MAX_WBITS)
    content = bytearray()
    read = 0
    while not unpack.eof:
        chunk = file.read(_CHUNK_BYTES)
        if not chunk:
            return Member(offset, offset + read, fault=_TORN) if read else None
        read += len(chunk)
        try:
            content += unpack.decompress(chunk, MAX_MEMBER_BYTES + 1 - len(content))
        except zlib.error as error:
            return Member(offset, offset + read, fault=str(error))
        if len(content) > MAX_MEMBER_BYTES:
            return Member(offset, offset + read, fault=f"unpacks to more than {MAX_MEMBER_BYTES:,} bytes")
    return Member(offset, offset + read - len(unpack.unused_data), bytes(content))


def _next_start(file: IO[bytes], offset: int) -> int:
    """Return where the next member may begin at or behind `offset`; the end of the file when none does."""
    file.seek(offset)
    before = b""
    while chunk := file.read(_CHUNK_BYTES):
        window = before + chunk
        at = window.find(_MAGIC)
        if at >= 0:
            return offset - len(before) + at
        before = window[-len(_MAGIC) + 1 :]
        offset += len(chunk)
    return offset
