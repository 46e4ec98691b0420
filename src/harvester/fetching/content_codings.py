"""Bounded decoders for the content codings: a body never grows past its cap, whatever its 800 bytes promise.

The rule for a body that reaches the cap:
- it came plain, or shrank by at most `MAX_RATIO`: it is a very long page; cut at the cap, `truncated`;
- it shrank by more: it is a bomb; "too_large".

One coding at most is undone. What is no stream of the coding it names, but is plain text, is kept as it came, with a
note. Bytes behind the end of a stream are not read; nor are streams without number that hold nothing.
"""

import sys
from collections import deque
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from io import BytesIO
from typing import Any, Final, Protocol

from harvester.compression.codecs import DEFLATE, GZIP, HTTP_ZSTD, ZLIB, ZSTD, BrokenPackingError, Codec
from harvester.errors import Reason

# HTML shrinks 4 to 20 times, long tables of one row 60 times; every bomb we know shrinks over 1,000 times.
MAX_RATIO: Final = 100

_PIECE_BYTES: Final = 4_096  # wire bytes per step: so that the ratio is known to 4 KiB, and output comes in small parts
# Output per call of a codec: brotli treats its limit as a wish, and other threads wait while output is copied.
_STEP_BYTES: Final = 64 * 1024
_MAX_STREAMS: Final = 10_000  # one behind the other; each costs time, empty ones too, and 50 MiB in blocks are 800
_HEAD_BYTES: Final = 64  # enough to distinguish text from a compressed stream

_ZSTD_SKIPPABLE: Final = tuple(bytes((low, 0x2A, 0x4D, 0x18)) for low in range(0x50, 0x60))  # RFC 8878, 3.1.2
_TEXT_BYTES: Final = frozenset(range(0x20, 0x7F)) | frozenset(b"\t\n\f\r")

# Servers put these into Content-Encoding by mistake for a charset or for "none"; browsers take no notice.
_NO_CODING: Final = frozenset({"", "identity", "none", "binary", "8bit", "utf-8", "utf8", "text", "iso-8859-1"})


class DecodingError(Exception):
    """A body that cannot be decoded; `reason` is an outcome class."""

    def __init__(self, reason: Reason, explanation: str) -> None:
        super().__init__(explanation)
        self.reason = reason
        self.explanation = explanation


@dataclass(frozen=True, slots=True)
class Body:
    """A decoded body."""

    content: bytes
    truncated: bool = False  # cut at the cap
    notes: tuple[str, ...] = ()


class Decoder(Protocol):
    """Undoes one coding."""

    ended: bool  # the stream's own end was seen
    over: bool  # and what follows it is no stream: nothing more is to be decoded

    def feed(self, wire: bytes, room: int) -> Iterator[bytes]:
        """Yield at most `room` bytes, in small parts; when it yields that many, it must not be fed again.

        Raises BrokenPackingError where the stream breaks.
        """


class _Plain:
    """No coding."""

    ended = True
    over = False

    def feed(self, wire: bytes, room: int) -> Iterator[bytes]:
        yield wire[:room]


class _Streams:
    """Streams of one coding, one behind the other: gzip members, zstd frames; a raw deflate is one alone."""

    def __init__(self, codec: Codec, *marks: bytes) -> None:
        """`marks` are the first bytes that a further stream may have, none: there is one stream only."""
        self._codec = codec
        self._marks = marks
        self._stream = codec.open()
        self._count = 1
        self._held = b""  # too few bytes to know whether a further stream begins
        self.ended = False
        self.over = False

    def feed(self, wire: bytes, room: int) -> Iterator[bytes]:
        wire, self._held = self._held + wire, b""
        while wire and room > 0 and self._is_open(wire):
            for part in self._drain(wire, room):
                room -= len(part)
                yield part
            # Looked at once, then given up: a stream that has ended and is fed on keeps all that it is fed.
            wire = self._stream.unused if self._stream.is_over else b""
        self.ended = self._stream.is_over

    def _drain(self, wire: bytes, room: int) -> Iterator[bytes]:
        """Yield what `wire` holds of the open stream, as far as there is room."""
        while room > 0:
            part = self._stream.unpack(wire, min(room, _STEP_BYTES))
            room -= len(part)
            yield part
            if self._stream.is_hungry or self._stream.is_over:
                return
            wire = b""  # it keeps what it has not taken yet

    def _is_open(self, wire: bytes) -> bool:
        """Return whether there is a stream that takes `wire`, which begins a new one where the last has ended."""
        if not self._stream.is_over:
            return True
        if not any(wire.startswith(mark) for mark in self._marks):
            is_short = any(mark.startswith(wire) for mark in self._marks)
            self._held = wire if is_short else b""
            self.over = not is_short
            return False
        self._count += 1
        if self._count > _MAX_STREAMS:
            raise BrokenPackingError(f"more than {_MAX_STREAMS:,} streams, one behind the other")
        self._stream = self._codec.open()
        return True


class _Brotli:
    def __init__(self) -> None:
        import brotli  # noqa: PLC0415 - only for the pages that need it

        self._begin: Callable[[], Any] = brotli.Decompressor
        self._error: type[Exception] = brotli.error
        self._stream = self._begin()
        self._fed: list[bytes] = []  # all that was taken without a fault
        self.ended = False
        self.over = False

    def feed(self, wire: bytes, room: int) -> Iterator[bytes]:
        yielded = 0
        try:
            for part in self._drain(wire, room):
                yield part
                yielded += len(part)
            self._fed.append(wire)
        except self._error as error:
            yield self._up_to_the_end(wire, room, error)[yielded:]
        self.ended = bool(self._stream.is_finished())
        self.over = self.ended

    def _drain(self, wire: bytes, room: int) -> Iterator[bytes]:
        while room > 0:
            part = self._stream.process(wire, output_buffer_limit=min(room, _STEP_BYTES))[:room]
            room -= len(part)
            yield part
            if not part and self._stream.can_accept_more_data():  # which is true with the last part still to come
                return
            wire = b""

    def _up_to_the_end(self, wire: bytes, room: int, error: Exception) -> bytes:
        """Return what is decoded before the stream's end in `wire`; the library fails on bytes behind it.

        Raises BrokenPackingError where there is no such end: the stream is broken.
        """
        self._stream = self._begin()
        for earlier in self._fed:
            deque(self._drain(earlier, sys.maxsize), maxlen=0)
        decoded = bytearray()
        try:
            for at in range(len(wire)):
                decoded += b"".join(self._drain(wire[at : at + 1], room - len(decoded)))
                if self._stream.is_finished():
                    return bytes(decoded)
        except self._error:
            pass  # reported below, in the words of the first failure
        raise BrokenPackingError(str(error)) from error


class BodyBuilder:
    """Collects a body from wire chunks, never more than `cap` bytes of it."""

    def __init__(self, content_encoding: str | None, cap: int) -> None:
        """Raise DecodingError "bad_encoding" for more than one coding, or one that is not known."""
        self._coding, note = _read_coding(content_encoding)
        self._notes = [note] if note else []
        self._cap = cap
        self._head = b""
        self._decoder: Decoder | None = None
        self._content = BytesIO()  # gives what it holds without a copy
        self._size = 0
        self._wire_bytes = 0

    @property
    def size(self) -> int:
        """How many bytes there are so far."""
        return self._size

    @property
    def is_plain(self) -> bool:
        """Whether taking a chunk costs nothing but its copy: there is nothing to decode."""
        return isinstance(self._decoder, _Plain) if self._decoder is not None else self._coding is None

    def feed(self, chunk: bytes) -> bool:
        """Take one chunk; return False when no more is wanted: the cap is reached, or the stream is over.

        Raises DecodingError "too_large" for a bomb, "bad_encoding" for a stream that breaks.
        """
        if self._decoder is None:
            self._head += chunk
            if len(self._head) < _HEAD_BYTES:
                return True
            chunk = self._open()
        return self._decode(chunk)

    def finish(self) -> Body:
        """Return the body; raise DecodingError as `feed` does, and "short_body" when the coding's end is missing."""
        if self._decoder is None:
            self._decode(self._open())
        is_cut = self._size > self._cap or self._wire_bytes > self._cap
        if not is_cut and self._wire_bytes and self._decoder is not None and not self._decoder.ended:
            raise DecodingError(Reason.SHORT_BODY, f"the {self._coding} stream stops before its end")
        self._content.truncate(min(self._size, self._cap))
        return Body(self._content.getvalue(), is_cut, tuple(self._notes))

    def _open(self) -> bytes:
        """Choose the decoder by the first bytes and return them."""
        head, self._head = self._head, b""
        self._coding, note = _settle_coding(self._coding, head)
        if note:
            self._notes.append(note)
        self._decoder = _decoder_for(self._coding, head)
        return head

    def _decode(self, chunk: bytes) -> bool:
        step = len(chunk) if isinstance(self._decoder, _Plain) else _PIECE_BYTES
        for start in range(0, len(chunk), step or 1):
            piece = chunk[start : start + step]
            self._wire_bytes += len(piece)
            self._decode_piece(piece)
            if self._size > self._cap:
                self._refuse_bomb()
                return False
            if self._decoder is not None and self._decoder.over:
                return False
        return self._wire_bytes <= self._cap  # a stream that decodes to nothing is not read for ever either

    def _decode_piece(self, piece: bytes) -> None:
        room = self._cap + 1 - self._size  # one byte more than the cap: "too long" and "just fits" differ by it
        if self._decoder is None:
            raise AssertionError("a piece came before the coding was known")
        try:
            for part in self._decoder.feed(piece, room):
                self._size += self._content.write(part)
        except BrokenPackingError as error:
            raise DecodingError(Reason.BAD_ENCODING, f"the {self._coding} stream is broken: {error}") from error

    def _refuse_bomb(self) -> None:
        if self._size > MAX_RATIO * self._wire_bytes:
            explanation = f"{self._wire_bytes:,} {self._coding} bytes unfold to more than {self._cap:,}"
            raise DecodingError(Reason.TOO_LARGE, explanation)


def _read_coding(content_encoding: str | None) -> tuple[str | None, str | None]:
    """Return the coding that a Content-Encoding names (None: none) and a note on an odd value."""
    if content_encoding is None:
        return None, None
    named = [token.strip().lower().removeprefix("x-") for token in content_encoding.split(",")]
    codings = [token for token in named if token not in _NO_CODING]
    if len(codings) > 1:
        raise DecodingError(Reason.BAD_ENCODING, f"more than one content coding: {content_encoding[:100]!r}")
    if not codings:
        note = None if set(named) <= {"", "identity"} else f"Content-Encoding {content_encoding[:40]!r} is no coding"
        return None, note
    if codings[0] not in {"gzip", "deflate", "br", "zstd"}:
        raise DecodingError(Reason.BAD_ENCODING, f"unknown content coding: {content_encoding[:100]!r}")
    return codings[0], None


def _settle_coding(coding: str | None, head: bytes) -> tuple[str | None, str | None]:
    """Return the coding that the first bytes show, and a note where that is not the one named."""
    if coding is None:
        return ("gzip", "gzip without a Content-Encoding") if head.startswith(GZIP.magic) else (None, None)
    if head and _is_text(head):
        return None, f"says {coding}, is not: kept as it came"
    return coding, None


def _is_text(head: bytes) -> bool:
    """Return whether these are first bytes of plain text; a compressed stream looks so once in 10^27."""
    plain = head.removeprefix(b"\xef\xbb\xbf")[:_HEAD_BYTES]
    return not head.startswith(ZSTD.magic) and _TEXT_BYTES.issuperset(plain)


def _decoder_for(coding: str | None, head: bytes) -> Decoder:
    match coding:
        case None:
            return _Plain()
        case "gzip":
            return _Streams(GZIP, GZIP.magic[:2])
        case "deflate":
            return _Streams(ZLIB if _is_zlib(head) else DEFLATE)
        case "br":
            return _Brotli()
        case _:
            return _Streams(HTTP_ZSTD, ZSTD.magic, *_ZSTD_SKIPPABLE)


def _is_zlib(head: bytes) -> bool:
    """Return whether a deflate stream begins with zlib's header (RFC 1950, 2.2); many servers leave it out."""
    return len(head) >= 2 and head[0] & 0x0F == 8 and head[0] >> 4 <= 7 and (head[0] << 8 | head[1]) % 31 == 0
