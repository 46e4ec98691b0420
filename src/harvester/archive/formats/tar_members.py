"""Members of tar files, read forward and without trust; nothing is unpacked to disk.

Layout: POSIX.1-2017, "pax", sections "ustar Interchange Format" and "pax Header Block"; GNU's long names and numbers in
base 256 as well. The standard library's reader keeps a note of every member, and reads notes of any length.
"""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Final, Literal

from harvester.archive.formats.record_stream import Loss
from harvester.compression.streams import Forward

BLOCK_BYTES: Final = 512
_MAX_NOTE_BYTES: Final = 1024 * 1024  # of a long name, or of what pax says of a member
_MAX_NOTES: Final = 4  # before one member
_WINDOW_BYTES: Final = 64 * 1024
_MAGIC: Final = re.compile(rb"ustar(?:\x0000|  \x00)")  # POSIX, GNU
_MAGIC_AT: Final = 257
_NOTES: Final = b"LKxgX"  # types of headers that describe the next member
_FILES: Final = b"0\x007"
_LINKS: Final = b"12"
_ZEROS: Final = bytes(BLOCK_BYTES)
_CUT: Final = "the file stops without the blocks that end a tar: what was behind this place is lost"
_PAX: Final = re.compile(rb"([0-9]{1,7}) ([^=\n]{1,255})=")

MemberKind = Literal["file", "link", "other"]


@dataclass(frozen=True, slots=True)
class TarMember:
    """A member; its content is ahead in the stream until the next one is asked for."""

    offset: int  # bytes, of its first header
    name: str
    size: int  # bytes
    kind: MemberKind


@dataclass(frozen=True, slots=True)
class _Header:
    name: bytes
    size: int
    type: int


def walk_tar(stream: Forward) -> Iterator[TarMember | Loss]:
    """Yield the members of a tar file in order, and what was lost between them.

    A tar ends with a block of zeros (POSIX: with two): one that does not was cut, or the disk was full.
    """
    has_ended = False
    while True:
        at = stream.position
        if not stream.ahead(1):
            if stream.fault is None:
                if not has_ended:
                    yield Loss(at, _CUT)
                return
            yield Loss(at, stream.fault)
            stream.resume()
            _find_header(stream)
            has_ended = True  # where what is behind the fault ends was told
            continue
        if stream.look(0, BLOCK_BYTES) == _ZEROS:
            stream.skip(BLOCK_BYTES)  # the end; another tar may follow
            has_ended = True
            continue
        has_ended = False
        member = _read_member(stream)
        yield member
        if isinstance(member, Loss):
            _find_header(stream)
            has_ended = True
            continue
        padded = member.size + -member.size % BLOCK_BYTES
        if stream.skip(padded) < member.size:
            yield Loss(at + 1, stream.fault or "the file stops before the end of this member")
            stream.resume()
            _find_header(stream)
            has_ended = True


def _read_member(stream: Forward) -> TarMember | Loss:
    """Return the member whose headers are next and pass over them."""
    at = stream.position
    name, size = None, None
    for _ in range(_MAX_NOTES + 1):
        header = _read_header(stream.look(0, BLOCK_BYTES))
        if header is None:
            return Loss(at, stream.fault or "no tar header stands here")
        stream.skip(BLOCK_BYTES)
        if header.type not in _NOTES:
            kind: MemberKind = "file" if header.type in _FILES else "link" if header.type in _LINKS else "other"
            said = header.name if name is None else name
            return TarMember(at, said.decode("utf-8", "surrogateescape"), header.size if size is None else size, kind)
        if header.size > _MAX_NOTE_BYTES:
            return Loss(at, f"a note of {header.size:,} bytes stands before a member")
        note = stream.look(0, header.size)
        stream.skip(header.size + -header.size % BLOCK_BYTES)
        if header.type == ord("L"):
            name = note.rstrip(b"\0")
        elif header.type == ord("x"):
            said_name, said_size = _read_pax(note)
            name, size = name if said_name is None else said_name, size if said_size is None else said_size
    return Loss(at, "too many notes stand before a member")


def _read_header(block: bytes) -> _Header | None:
    """Return a block read as a header, None where its checksum does not fit."""
    if len(block) < BLOCK_BYTES:
        return None
    said, size = _number(block[148:156]), _number(block[124:136])
    if said is None or size is None:
        return None
    blank = block[:148] + b" " * 8 + block[156:]
    signed = sum(byte - 256 if byte > 127 else byte for byte in blank) if said != sum(blank) else said
    if said != signed:
        return None
    name = block[:100].split(b"\0", 1)[0]
    prefix = block[345:500].split(b"\0", 1)[0] if block[_MAGIC_AT : _MAGIC_AT + 6] == b"ustar\0" else b""
    return _Header(prefix + b"/" + name if prefix else name, size, block[156])


def _number(field: bytes) -> int | None:
    """Return a number in octal, or in base 256 where GNU tar needs more digits; None for anything else."""
    if field[0] == 0x80:
        return int.from_bytes(field[1:])
    digits = field.strip(b" \0")
    return int(digits or b"0", 8) if re.fullmatch(rb"[0-7]*", digits) else None


def _read_pax(note: bytes) -> tuple[bytes | None, int | None]:
    """Return name and size of the next member, each None where the note has none."""
    found: dict[bytes, bytes] = {}
    at = 0
    while match := _PAX.match(note, at):
        end = at + int(match[1])
        if end <= match.end():
            break
        found[match[2]] = note[match.end() : end - 1]
        at = end
    size = found.get(b"size", b"")
    return found.get(b"path"), int(size) if re.fullmatch(rb"[0-9]{1,18}", size) else None


def _find_header(stream: Forward) -> None:
    """Pass over all before the next header."""
    while True:
        window = stream.look(0, _WINDOW_BYTES)
        starts = (match.start() - _MAGIC_AT for match in _MAGIC.finditer(window, _MAGIC_AT))
        for start in starts:
            if _read_header(window[start : start + BLOCK_BYTES]) is not None:
                stream.skip(start)
                return
        if len(window) < _WINDOW_BYTES:
            stream.skip(len(window))
            return
        stream.skip(_WINDOW_BYTES - BLOCK_BYTES)
