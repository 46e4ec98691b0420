"""The ways in which files are packed, all read in one way: in bounded pieces, and one member after the other."""

import bz2
import lzma
import zlib
from collections.abc import Callable
from dataclasses import dataclass
from functools import partial
from typing import Final, Protocol

from harvester.compression.zstd import MAGIC as ZSTD_MAGIC
from harvester.compression.zstd import ZstdError, zstd_decompressor, zstd_dictionary

MAX_DICTIONARY_BYTES: Final = 32 * 1024 * 1024  # those of web archives have some 100 KiB
_HTTP_WINDOW_LOG: Final = 23  # 8 MiB: the zstd window that RFC 9659 allows over HTTP
_LZMA_BYTES: Final = 256 * 1024 * 1024  # `xz -9` asks for 65 MiB
_BROKEN: Final = (zlib.error, ZstdError, lzma.LZMAError, OSError, EOFError, ValueError, MemoryError)


class BrokenPackingError(Exception):
    """Bytes that are not what their coding wants."""


class Stream(Protocol):
    """What the decompressors of bz2, lzma and zstd share."""

    @property
    def eof(self) -> bool:
        """Whether the end of the member was seen."""

    @property
    def unused_data(self) -> bytes:
        """What was fed and is behind the end."""

    @property
    def needs_input(self) -> bool:
        """Whether the next call must bring bytes."""

    def decompress(self, data: bytes, max_length: int = -1) -> bytes:
        """Return at most `max_length` bytes."""


class _Zlib:
    """zlib with the interface of the others."""

    def __init__(self, wbits: int) -> None:
        self._stream = zlib.decompressobj(wbits)
        self.needs_input = True

    @property
    def eof(self) -> bool:
        return self._stream.eof

    @property
    def unused_data(self) -> bytes:
        return self._stream.unused_data

    def decompress(self, data: bytes, max_length: int = -1) -> bytes:
        tail = self._stream.unconsumed_tail
        content = self._stream.decompress(tail + data if tail else data, max(max_length, 0))
        # Where the limit is reached, more may be held back even when all input is taken.
        self.needs_input = not self._stream.unconsumed_tail and len(content) != max_length
        return content


class Unpacker:
    """Unpacks one member; what follows it is in `unused`."""

    def __init__(self, stream: Stream) -> None:
        self._stream = stream

    @property
    def is_over(self) -> bool:
        """Whether the member's own end was seen."""
        return self._stream.eof

    @property
    def is_hungry(self) -> bool:
        """Whether the next call must bring bytes."""
        return self._stream.needs_input

    @property
    def unused(self) -> bytes:
        """What was fed and is behind the member's end."""
        return self._stream.unused_data

    def unpack(self, packed: bytes, room: int) -> bytes:
        """Return at most `room` bytes, at least 1; raises BrokenPackingError."""
        try:
            return self._stream.decompress(packed, room)
        except _BROKEN as error:
            raise BrokenPackingError(str(error) or type(error).__name__) from error


@dataclass(frozen=True, slots=True)
class Codec:
    """One way of packing."""

    name: str  # as messages name it
    magic: bytes  # how each member begins
    stream: Callable[[], Stream]

    def open(self) -> Unpacker:
        """Return what unpacks one member."""
        return Unpacker(self.stream())


GZIP: Final = Codec("gzip", b"\x1f\x8b\x08", partial(_Zlib, 16 + zlib.MAX_WBITS))
DEFLATE: Final = Codec("deflate", b"", partial(_Zlib, -zlib.MAX_WBITS))  # as in zip files: no header
ZLIB: Final = Codec("zlib", b"", partial(_Zlib, zlib.MAX_WBITS))  # deflate with a header of two bytes
ZSTD: Final = Codec("zstd", ZSTD_MAGIC, zstd_decompressor)
BZIP2: Final = Codec("bzip2", b"BZh", bz2.BZ2Decompressor)
XZ: Final = Codec("xz", b"\xfd7zXZ\x00", partial(lzma.LZMADecompressor, lzma.FORMAT_XZ, _LZMA_BYTES))
HTTP_ZSTD: Final = Codec("zstd", ZSTD_MAGIC, partial(zstd_decompressor, max_window_log=_HTTP_WINDOW_LOG))
_BY_MAGIC: Final = (GZIP, ZSTD, BZIP2, XZ)

# https://iipc.github.io/warc-specifications/specifications/warc-zstd/: a skippable frame at the start of the file
# holds the dictionary of all others, itself packed or not.
DICTIONARY_MAGIC: Final = b"\x5d\x2a\x4d\x18"
DICTIONARY_HEAD_BYTES: Final = 8


def codec_of(head: bytes) -> Codec | None:
    """Return how a file with these first bytes is packed; None: not at all."""
    if head.startswith(DICTIONARY_MAGIC):
        return ZSTD
    return next((codec for codec in _BY_MAGIC if head.startswith(codec.magic)), None)


def with_dictionary(frame: bytes) -> Codec:
    """Return zstd with the dictionary in the content of a dictionary frame; raises BrokenPackingError."""
    if frame.startswith(ZSTD_MAGIC):
        frame = ZSTD.open().unpack(frame, MAX_DICTIONARY_BYTES)
    try:
        dictionary = zstd_dictionary(frame)
        zstd_decompressor(dictionary)  # what is wrong inside the dictionary shows here only
    except (ZstdError, ValueError) as error:
        raise BrokenPackingError(f"the zstd dictionary is broken: {error}") from error
    return Codec("zstd", ZSTD_MAGIC, partial(zstd_decompressor, dictionary))
