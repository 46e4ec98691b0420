"""Members of zip files, read without trust and without unpacking anything to disk.

The standard library's reader holds all names in memory and needs the directory at the end of the file. This one walks:
through the directory where it is whole, else from member to member, so that a file that breaks off gives what is there.
Layout: https://pkware.cachefly.net/webdocs/casestudies/APPNOTE.TXT, sections 4.3 and 4.5.
"""

import struct
from array import array
from bisect import bisect_right
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Final
from zlib import crc32

from harvester.compression.codecs import BZIP2, DEFLATE, XZ, ZSTD, Codec
from harvester.compression.members import MAX_MEMBER_BYTES, MemberReader, Seekable, Slice, next_start
from harvester.compression.streams import FREE_BYTES, MAX_RATIO, Forward, PlainSource

_LOCAL: Final = struct.Struct("<4s5H3L2H")
_ENTRY: Final = struct.Struct("<4s6H3L5H2L")
_END: Final = struct.Struct("<4s4H2LH")
_END64: Final = struct.Struct("<4sQ2H2L4Q")
_LOCATOR: Final = struct.Struct("<4sLQL")
_LOCAL_MAGIC: Final = b"PK\x03\x04"
_ENTRY_MAGIC: Final = b"PK\x01\x02"
_END_MAGIC: Final = b"PK\x05\x06"
_END64_MAGIC: Final = b"PK\x06\x06"
_LOCATOR_MAGIC: Final = b"PK\x06\x07"
_MAX_COMMENT_BYTES: Final = 65_535
_CHUNK_BYTES: Final = 64 * 1024
_FULL_32: Final = 0xFFFFFFFF  # the true number is in the extra field
_ZIP64: Final = 1
_ENCRYPTED: Final = 0x1 | 0x40 | 0x2000
_SIZES_BEHIND: Final = 0x8  # sizes and checksum are behind the content
_UTF8: Final = 0x800
_UNIX_LINK: Final = 0o120000
_METHODS: Final[dict[int, Codec | None]] = {0: None, 8: DEFLATE, 12: BZIP2, 93: ZSTD, 95: XZ}
MAX_MEMBERS: Final = 16_000_000  # eight bytes of memory each


class BrokenZipError(Exception):
    """A file that is no zip, or built to harm its reader; its text is the reason."""


@dataclass(frozen=True, slots=True)
class ZipMember:
    """One member as the directory, or the lines before its content, describe it."""

    name: str
    offset: int  # bytes: where the lines before its content begin
    packed_bytes: int
    size: int  # bytes, unpacked
    method: int
    crc: int
    fault: str | None = None  # why it is not read; None: it can be tried
    is_link: bool = False


@dataclass(frozen=True, slots=True)
class Directory:
    """The list at the end of a file."""

    start: int  # bytes
    size: int  # bytes
    shift: int  # bytes that are before the zip, as in a program that unpacks itself
    offsets: "array[int]"  # of all members, ascending


def find_directory(file: Seekable, file_bytes: int) -> Directory | None:
    """Return the directory at the end of a zip; None where it is missing or broken.

    Raises BrokenZipError for a file that no honest writer makes, OSError.
    """
    tail_bytes = min(file_bytes, _END.size + _MAX_COMMENT_BYTES)
    file.seek(file_bytes - tail_bytes)
    tail = file.read(tail_bytes)
    at = tail.rfind(_END_MAGIC, 0, len(tail) - _END.size + len(_END_MAGIC))
    if at < 0:
        return None
    end = file_bytes - tail_bytes + at
    *_, size, said, _comment = _END.unpack_from(tail, at)
    wide = _wide_end(file, end)
    if wide is not None:
        end, size, said = wide
    start = end - size
    if start < 0 or start < said:
        return None
    return _checked(file, file_bytes, Directory(start, size, start - said, array("Q")))


def _wide_end(file: Seekable, end: int) -> tuple[int, int, int] | None:
    """Return where the end record of a zip64 file is, and its directory's size and place; None for others."""
    if end < _LOCATOR.size:
        return None
    file.seek(end - _LOCATOR.size)
    magic, _disk, place, _disks = _LOCATOR.unpack(file.read(_LOCATOR.size))
    if magic != _LOCATOR_MAGIC or place + _END64.size > end:
        return None
    file.seek(place)
    magic, *_rest, size, said = _END64.unpack(file.read(_END64.size))
    return (place, size, said) if magic == _END64_MAGIC else None


def _checked(file: Seekable, file_bytes: int, directory: Directory) -> Directory | None:
    """Return a directory with the offsets of its members; None where it is broken."""
    offsets, unpacked = array("Q"), 0
    for member in members_of(file, directory):
        if member is None or member.offset > file_bytes:
            return None
        offsets.append(member.offset)
        unpacked += member.size
        if len(offsets) > MAX_MEMBERS:
            raise BrokenZipError(f"has more than {MAX_MEMBERS:,} members; pack them into several files")
    if unpacked > max(FREE_BYTES, MAX_RATIO * file_bytes):
        raise BrokenZipError(f"{file_bytes:,} bytes would unpack to {unpacked:,}: it is a bomb")
    return Directory(directory.start, directory.size, directory.shift, array("Q", sorted(offsets)))


def members_of(file: Seekable, directory: Directory) -> Iterator[ZipMember | None]:
    """Yield the members in the order of the directory; None, and nothing behind it, where it is broken."""
    lines = Forward(PlainSource(file, directory.start, directory.start + directory.size))
    while lines.ahead(1):
        fixed = lines.look(0, _ENTRY.size)
        if len(fixed) < _ENTRY.size or not fixed.startswith(_ENTRY_MAGIC):
            yield None
            return
        _, made_by, _, flags, method, _, _, crc, packed, size, *lengths, _, _, rights, offset = _ENTRY.unpack(fixed)
        rest = lines.look(_ENTRY.size, _ENTRY.size + sum(lengths[:3]))
        lines.skip(_ENTRY.size + sum(lengths[:3]))
        if len(rest) < sum(lengths[:3]):
            yield None
            return
        name, extra = rest[: lengths[0]], rest[lengths[0] : lengths[0] + lengths[1]]
        size, packed, offset = _wide(extra, (size, packed, offset))
        is_link = made_by >> 8 == 3 and (rights >> 16) & 0o170000 == _UNIX_LINK
        fault = _fault(flags, method)
        yield ZipMember(_name(name, flags), offset + directory.shift, packed, size, method, crc, fault, is_link)


def _wide(extra: bytes, numbers: tuple[int, ...]) -> tuple[int, ...]:
    """Return numbers with those that do not fit 32 bits replaced by those of the extra field (4.5.3)."""
    at = 0
    while at + 4 <= len(extra):
        kind, length = struct.unpack_from("<HH", extra, at)
        if kind == _ZIP64:
            wide = iter(struct.unpack_from(f"<{min(length, len(extra) - at - 4) // 8}Q", extra, at + 4))
            return tuple(next(wide, number) if number == _FULL_32 else number for number in numbers)
        at += 4 + length
    return numbers


def _name(name: bytes, flags: int) -> str:
    return name.decode("utf-8" if flags & _UTF8 else "cp437", "replace")


def _fault(flags: int, method: int) -> str | None:
    if flags & _ENCRYPTED or method == 99:
        return "is encrypted"
    return None if method in _METHODS else f"is packed by method {method}, which cannot be read"


def walk_members(file: Seekable, file_bytes: int) -> Iterator[ZipMember]:
    """Yield the members of a zip without its directory, in the order in which they are. Raises OSError."""
    at, measured = next_start(file, 0, _LOCAL_MAGIC), 0
    while measured <= max(FREE_BYTES, MAX_RATIO * file_bytes):  # else contents that overlap are unpacked without end
        file.seek(at)
        fixed = file.read(_LOCAL.size)
        if len(fixed) < _LOCAL.size:
            return
        _, _, flags, method, _, _, crc, packed, size, name_bytes, extra_bytes = _LOCAL.unpack(fixed)
        name, extra = file.read(name_bytes), file.read(extra_bytes)
        size, packed = _wide(extra, (size, packed))
        content, fault = at + _LOCAL.size + name_bytes + extra_bytes, _fault(flags, method)
        if flags & _SIZES_BEHIND and not packed and fault is None:
            packed, size, crc, fault = _measured(file, content, method)
            measured += size
        elif content + packed > file_bytes:
            fault = "stops before its end"
        yield ZipMember(_name(name, flags), at, packed, size, method, crc, fault)
        at = next_start(file, content + (0 if fault else packed), _LOCAL_MAGIC)


def _measured(file: Seekable, start: int, method: int) -> tuple[int, int, int, str | None]:
    """Return packed size, size and checksum of a content whose end only unpacking finds, and what is wrong."""
    codec = _METHODS[method]
    if codec is None:
        return 0, 0, 0, "does not say where it ends"
    reader = MemberReader(file, start, codec)
    size = crc = 0
    while size <= MAX_MEMBER_BYTES and (piece := reader.read(_CHUNK_BYTES)):
        size, crc = size + len(piece), crc32(piece, crc)
    fault = reader.fault or (None if reader.is_over else f"has more than {MAX_MEMBER_BYTES:,} bytes")
    return reader.end - start, size, crc, fault


def content_place(file: Seekable, member: ZipMember, directory: Directory | None) -> int:
    """Return where the content of a member begins; raises BrokenZipError where it is not its own, OSError."""
    file.seek(member.offset)
    fixed = file.read(_LOCAL.size)
    if len(fixed) < _LOCAL.size or not fixed.startswith(_LOCAL_MAGIC):
        raise BrokenZipError(f"does not begin at {member.offset:,}, where the directory has it")
    *_, name_bytes, extra_bytes = _LOCAL.unpack(fixed)
    start: int = member.offset + _LOCAL.size + name_bytes + extra_bytes
    if directory is not None:
        behind = bisect_right(directory.offsets, member.offset)
        is_twice = behind > 1 and directory.offsets[behind - 2] == member.offset
        border: int = directory.offsets[behind] if behind < len(directory.offsets) else directory.start
        if is_twice or start + member.packed_bytes > border:
            raise BrokenZipError("shares its bytes with another member")
    return start


def read_content(file: Seekable, member: ZipMember, start: int) -> bytes:
    """Return what a member holds; it is held in memory as a whole, so look at its `size` before.

    Raises BrokenZipError where it is damaged or not as long as it claims, OSError.
    """
    codec = _METHODS[member.method]
    packed = Slice(file, start, start + member.packed_bytes)
    reader = PlainSource(packed) if codec is None else MemberReader(packed, 0, codec)
    pieces: list[bytes] = []
    left = member.size + 1
    while left and (piece := reader.read(min(left, _CHUNK_BYTES))):
        pieces.append(piece)
        left -= len(piece)
    content = b"".join(pieces)
    if reader.fault is not None:
        raise BrokenZipError(reader.fault)
    if len(content) != member.size:
        raise BrokenZipError(f"has {'more' if left == 0 else 'less'} than the {member.size:,} bytes that it says")
    if crc32(content) != member.crc:
        raise BrokenZipError("fails its checksum")
    return content
