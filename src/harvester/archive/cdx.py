"""Indexes of web archives, as other programs and `harvester archive wacz` write them: where the records of a URL are.

CDXJ (https://specs.webrecorder.net/cdxj/0.1.0/): a sorted line a record: address as a SURT, 14 digits of time, JSON.
An index only saves reading: what it does not name is looked for in the archive itself.
"""

import gzip
import io
import zlib
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import IO, Any, Final, Protocol

import msgspec

from harvester.archive.formats.zip_members import BrokenZipError, content_place, find_directory, members_of
from harvester.compression.members import Seekable, Slice

_ENDINGS: Final = (".cdxj", ".cdxj.gz", ".cdx.gz", ".cdx")
_MAX_LINE_BYTES: Final = 1024 * 1024
_DEFLATED: Final = 8


class _Lines(Protocol):
    def readline(self, size: int = -1, /) -> bytes: ...


@dataclass(frozen=True, slots=True)
class Indexed:
    """Where a record is, as an index has it."""

    url: str
    file: str  # name of the archive
    offset: int  # bytes


def indexes_beside(path: Path) -> tuple[Path, ...]:
    """Return the indexes that may speak of an archive: in its folder, and in `indexes` beside that, as pywb has them.

    Those that were written before the archive's last record are left out. Raises OSError.
    """
    folders = (path.parent, path.parent / "indexes", path.parent.parent / "indexes")
    found = (index for folder in folders if folder.is_dir() for index in sorted(folder.iterdir()))
    written = path.stat().st_mtime
    return tuple(index for index in found if index.name.endswith(_ENDINGS) and index.stat().st_mtime >= written)


def indexed_in(path: Path, urls: Iterable[str]) -> Iterator[Indexed]:
    """Yield where an index has records of any of `urls`; nothing behind a place where it cannot be read."""
    try:
        with gzip.open(path) if path.name.endswith(".gz") else path.open("rb") as lines:
            yield from _indexed(lines, frozenset(urls))
    except (OSError, EOFError, zlib.error):
        return


def indexed_in_wacz(file: Seekable, file_bytes: int, urls: Iterable[str]) -> Iterator[Indexed]:
    """Yield where the indexes in a WACZ have records of any of `urls`; nothing where they cannot be read."""
    wanted = frozenset(urls)
    try:
        directory = find_directory(file, file_bytes)
        for member in () if directory is None else members_of(file, directory):
            if member is None or not member.name.startswith("indexes/") or not member.name.endswith(_ENDINGS):
                continue
            start = content_place(file, member, directory)
            raw: IO[bytes] = io.BufferedReader(_RawSlice(Slice(file, start, start + member.packed_bytes)))
            if member.method == _DEFLATED:
                raw = io.BufferedReader(_Inflated(raw))
            yield from _indexed(gzip.GzipFile(fileobj=raw) if member.name.endswith(".gz") else raw, wanted)
    except (OSError, EOFError, zlib.error, BrokenZipError):
        return


class _RawSlice(io.RawIOBase):
    """A part of a file for readers of the standard library."""

    def __init__(self, part: Slice) -> None:
        self._part = part

    def readable(self) -> bool:
        """Return True."""
        return True

    def readinto(self, buffer: Any) -> int:
        """Fill a buffer, and return how many bytes it got."""
        content = self._part.read(len(buffer))
        buffer[: len(content)] = content
        return len(content)


class _Inflated(io.RawIOBase):
    """What a deflated member of a zip holds, unpacked as it is read."""

    def __init__(self, packed: IO[bytes]) -> None:
        self._packed = packed
        self._unpacker = zlib.decompressobj(-zlib.MAX_WBITS)

    def readable(self) -> bool:
        """Return True."""
        return True

    def readinto(self, buffer: Any) -> int:
        """Fill a buffer, and return how many bytes it got."""
        while not self._unpacker.eof:
            chunk = self._unpacker.unconsumed_tail or self._packed.read(64 * 1024)
            content = self._unpacker.decompress(chunk, len(buffer))
            if content or not chunk:
                buffer[: len(content)] = content
                return len(content)
        return 0


def _indexed(lines: _Lines, urls: frozenset[str]) -> Iterator[Indexed]:
    while line := lines.readline(_MAX_LINE_BYTES):
        at = line.find(b"{")
        found = _entry(line[at:]) if at >= 0 else None
        if found is not None and found.url in urls:
            yield found


def _entry(line: bytes) -> Indexed | None:
    try:
        plain = msgspec.json.decode(line)
        return Indexed(str(plain["url"]), Path(str(plain["filename"])).name, int(plain["offset"]))
    except (msgspec.DecodeError, RecursionError, KeyError, TypeError, ValueError):
        return None  # the head of a file, or a line of another form
