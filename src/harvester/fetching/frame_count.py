"""Frames of HTTP/2 that carry nothing of an answer: a server may send few of them.

To parse one takes ten microseconds, to answer a PING or SETTINGS as long again, and nobody hears of them: a peer that
sends them as fast as they are taken would have most of the time of all requests of a run, until its own deadline.
"""

from typing import Final

import httpcore

_MOST: Final = 1_000  # for one answer, beside one for each frame that carries some of its body
_BYTES: Final = 256  # of a frame count as one more: a header packed by HPACK may be long, and slow to read
_HEADER_BYTES: Final = 9  # length (3), type, flags, stream (4): RFC 9113, 4.1
_DATA, _HEADERS = 0, 1


class FrameCount:
    """Looks at the heads of the frames that go by."""

    def __init__(self) -> None:
        self._head = b""  # the begin of one that is not here as a whole
        self._left = 0  # bytes of a frame whose head went by
        self._stream = 0  # of the latest answer: what belongs to an earlier one carries nothing
        self._empty = 0

    def begin(self) -> None:
        """Begin to count anew: for the next answer."""
        self._empty = 0

    def look(self, read: bytes) -> None:
        """Raise httpcore.RemoteProtocolError where too many frames carry nothing; `read` is what came next."""
        read = self._head + read
        at = self._left
        while at + _HEADER_BYTES <= len(read):
            length = int.from_bytes(read[at : at + 3])
            stream = int.from_bytes(read[at + 5 : at + 9]) & 0x7FFF_FFFF
            self._empty = max(self._empty - 1, 0) if self._is_body(read[at + 3], stream) else self._more(length)
            at += _HEADER_BYTES + length
        self._head = read[at:]
        self._left = max(at - len(read), 0)
        if self._empty > _MOST:
            raise httpcore.RemoteProtocolError(f"more than {_MOST:,} HTTP/2 frames that carry nothing of the answer")

    def _more(self, length: int) -> int:
        return self._empty + 1 + length // _BYTES

    def _is_body(self, kind: int, stream: int) -> bool:
        """Return whether a frame is of the body of the latest answer; `batches` counts those that are small."""
        if kind == _HEADERS:
            self._stream = max(self._stream, stream)
        return kind == _DATA and stream == self._stream
