"""Bytes that are read once, forward, with a look ahead; packed files and damaged ones, too."""

import re
from collections.abc import Iterator
from typing import Final, Protocol

from harvester.compression.codecs import Codec
from harvester.compression.members import MemberReader, Seekable, next_start

_STEP_BYTES: Final = 64 * 1024
_FEW_BYTES: Final = 16
# What a file may unpack to. Pages that are all alike shrink a hundred times, bombs a thousand times.
FREE_BYTES: Final = 1024**3
MAX_RATIO: Final = 250


LINE_BYTES: Final = 8_192  # in which a line shows what it is
_WINDOW_BYTES: Final = 1024 * 1024


class ByteSource(Protocol):
    """Where bytes come from."""

    @property
    def fault(self) -> str | None:
        """What is wrong where the bytes stop; None: they are at their end."""

    @property
    def is_torn(self) -> bool:
        """Whether the bytes stop because the file does: what is not whole there is torn."""

    def read(self, room: int, /) -> bytes:
        """Return at most `room` bytes; none at the end, and where there is a fault."""

    def resume(self) -> None:
        """Go on behind the fault."""


class PlainSource:
    """The bytes of a file between two places; `is_torn`: its end is where a crash or a full disk may have cut it."""

    fault: str | None = None

    def __init__(self, file: Seekable, start: int = 0, end: int | None = None, *, is_torn: bool = False) -> None:
        self.is_torn = is_torn
        self._file = file
        self._at = start
        self._end = end

    def read(self, room: int, /) -> bytes:
        """Return the next bytes."""
        if self._end is not None:
            room = max(0, min(room, self._end - self._at))
        self._file.seek(self._at)  # others read the file in between
        content = self._file.read(room)
        self._at += len(content)
        return content

    def resume(self) -> None:
        """Do nothing: a plain file has no faults."""


class PackedSource:
    """The unpacked bytes of a file, of all its members."""

    def __init__(self, file: Seekable, codec: Codec, start: int = 0) -> None:
        self._file = file
        self._codec = codec
        self._start = start
        self._member = MemberReader(file, start, codec)
        self._earlier_bytes = 0  # packed, of members before this one
        self._unpacked_bytes = 0
        self._is_over = False
        self.fault: str | None = None

    def read(self, room: int, /) -> bytes:
        """Return the next bytes; a file that unpacks to far too much ends there with a fault."""
        while self.fault is None and not self._is_over:
            content = self._member.read(room)
            if content:
                self._unpacked_bytes += len(content)
                self._check_ratio()
                return content
            if not self._member.is_over:
                self._stop()
                break
            self._open(self._member.end)
        return b""

    @property
    def is_torn(self) -> bool:
        """Whether the file is over, in a member or behind one."""
        return self._is_over if self.fault is None else self._member.is_torn

    def resume(self) -> None:
        """Go on at the next member, if there is one."""
        self.fault = None
        if not self._is_over:
            self._open(next_start(self._file, self._start + 1, self._codec.magic))

    def _open(self, place: int) -> None:
        self._earlier_bytes += self._member.packed_bytes
        self._start = place
        self._member = MemberReader(self._file, place, self._codec)

    def _stop(self) -> None:
        """Note why no more bytes come; nothing is wrong where the file has no more."""
        if self._member.packed_bytes:
            self.fault = f"the {self._codec.name} stream is broken: {self._member.fault}"
        else:
            self._is_over = True

    def _check_ratio(self) -> None:
        packed = self._earlier_bytes + self._member.packed_bytes
        if self._unpacked_bytes > max(FREE_BYTES, MAX_RATIO * packed):
            self._is_over = True
            self.fault = f"{packed:,} bytes unpack to more than {self._unpacked_bytes:,}"


class Forward:
    """A source with a look ahead of any length; it holds no more than was looked at."""

    def __init__(self, source: ByteSource, position: int = 0) -> None:
        self.position = position  # of the next byte, in the source's own count
        self._source = source
        self._buffer = bytearray()

    @property
    def fault(self) -> str | None:
        """What is wrong behind the bytes that are ahead; None: nothing known."""
        return self._source.fault

    @property
    def is_torn(self) -> bool:
        """Whether the file ends behind the bytes that are ahead."""
        return self._source.is_torn

    def ahead(self, size: int) -> int:
        """Return how many of `size` bytes can be looked at."""
        while len(self._buffer) < size and (piece := self._source.read(max(_STEP_BYTES, size - len(self._buffer)))):
            self._buffer += piece
        return min(size, len(self._buffer))

    def look(self, start: int, end: int) -> bytes:
        """Return bytes that are ahead, counted from the position."""
        self.ahead(end)
        return bytes(memoryview(self._buffer)[start:end])

    def skip(self, size: int) -> int:
        """Pass over `size` bytes and return how many there were."""
        left = size
        while left:
            step = self.ahead(min(left, _STEP_BYTES)) if left > len(self._buffer) else left
            if not step:
                break
            step = min(left, len(self._buffer))
            del self._buffer[:step]
            left -= step
        self.position += size - left
        return size - left

    def skip_all(self, characters: bytes) -> None:
        """Pass over the next bytes as long as they are among `characters`."""
        size = _FEW_BYTES
        while window := self.look(0, size):
            blank = len(window) - len(window.lstrip(characters))
            self.skip(blank)
            if blank < len(window):
                return
            size = _STEP_BYTES

    def line_bytes(self, limit: int) -> int:
        """Return how long the next line is, with its end, or how much of it is there within `limit`."""
        searched = 0
        while (at := self._buffer.find(b"\n", searched, limit)) < 0:
            searched = len(self._buffer)
            if searched >= limit or self.ahead(searched + 1) == searched:
                return min(searched, limit)
        return at + 1

    def find(self, needle: bytes) -> bool:
        """Pass over all before the next `needle`; False, and nothing is left ahead, where there is none."""
        searched = 0
        while (at := self._buffer.find(needle, searched)) < 0:
            self.skip(max(0, len(self._buffer) - len(needle) + 1))
            searched = 0
            before = len(self._buffer)
            if self.ahead(before + 1) == before:
                self.skip(before)
                return False
        self.skip(at)
        return True

    def skip_until(self, line: re.Pattern[bytes], size: int) -> int:
        """Pass over `size` bytes, or to the line break before a line that matches; return how many were passed over."""
        begun = self.position
        while (left := begun + size - self.position) and self.ahead(1):
            window = self.look(0, min(left, _WINDOW_BYTES))
            # What is at the end of a window is looked at again with what follows it.
            border = len(window) if left <= len(window) or len(window) < _WINDOW_BYTES else len(window) - LINE_BYTES
            found = next((at for at in _line_ends(window, border) if line.match(window, at + 1)), None)
            self.skip(border if found is None else found)
            if found is not None:
                break
        return self.position - begun

    def resume(self) -> None:
        """Drop what is before the fault and go on behind it; the fault counts as one byte."""
        self.skip(len(self._buffer))
        self.position += 1  # so that what is lost and what follows have two places
        self._source.resume()


def _line_ends(window: bytes, border: int) -> Iterator[int]:
    at = window.find(b"\n", 0, border)
    while at >= 0:
        yield at
        at = window.find(b"\n", at + 1, border)
