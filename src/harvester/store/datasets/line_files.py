"""Files of lines, packed or not: the same lines give the same bytes, and no line is too long to hold."""

import gzip
import hashlib
import zlib
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from typing import IO, Any, Final, cast

from harvester.compression.zstd import ZstdError, zstd_reader, zstd_writer
from harvester.store.datasets.etags import Tag
from harvester.store.datasets.layout import Packing

MAX_LINE_BYTES: Final = 256 * 1024 * 1024
_GZIP_LEVEL: Final = 6
_ZSTD_LEVEL: Final = 3


class Measured:
    """A file to write that knows its length and digest."""

    def __init__(self, file: IO[bytes], tag: Tag | None = None) -> None:
        """Write to `file`; `tag`: as well the tag that its place will give it."""
        self._file = file
        self._digest = hashlib.sha256()
        self._tag = tag
        self.bytes = 0
        self.closed = False

    def write(self, content: "bytes | memoryview") -> int:
        """Write and count."""
        self._file.write(content)
        self._digest.update(content)
        if self._tag is not None:
            self._tag.update(content)
        self.bytes += memoryview(content).nbytes
        return memoryview(content).nbytes

    def tell(self) -> int:
        """Return how many bytes were written."""
        return self.bytes

    def flush(self) -> None:
        """Do nothing: whoever made the file flushes it."""

    def close(self) -> None:
        """Do nothing: whoever made the file closes it."""

    @property
    def tag(self) -> str | None:
        """The tag that a server gives the same bytes; None where there is no such server."""
        return None if self._tag is None else self._tag.value()

    @property
    def sha256(self) -> str:
        """The digest of what was written, hex."""
        return self._digest.hexdigest()


class DamagedError(ValueError):
    """Bytes that are not packed as their name has it, or stop before their end."""


@contextmanager
def packed(file: Measured, packing: Packing) -> Iterator[IO[bytes]]:
    """Yield what to write plain bytes into. No name, no time: the same bytes whenever and wherever."""
    if packing == "none":
        yield cast("IO[bytes]", file)
        return
    writer: Any
    if packing == "gzip":
        writer = gzip.GzipFile("", "wb", _GZIP_LEVEL, cast("IO[bytes]", file), mtime=0)
    else:
        writer = zstd_writer(file, _ZSTD_LEVEL)
    with writer:
        yield writer


def lines_of(file: IO[bytes], packing: Packing) -> Iterator[bytes]:
    """Yield the lines of a file without their line feeds; raises DamagedError."""
    with _unpacked(file, packing) as plain:
        while line := _next_line(plain):
            if len(line) > MAX_LINE_BYTES:
                raise DamagedError(f"a line is longer than {MAX_LINE_BYTES // 2**20} MiB")
            yield line.rstrip(b"\r\n")


def write_lines(file: Measured, lines: Iterable[bytes], packing: Packing) -> int:
    """Write lines that end in line feeds; return how many there were."""
    count = 0
    with packed(file, packing) as writer:
        for line in lines:
            writer.write(line)
            count += 1
    return count


def _next_line(plain: IO[bytes]) -> bytes:
    try:
        return plain.readline(MAX_LINE_BYTES + 1)
    except EOFError as error:
        raise DamagedError("the file stops before its end") from error
    except (zlib.error, gzip.BadGzipFile, ZstdError) as error:
        raise DamagedError(f"the file is damaged: {error}") from error


def _unpacked(file: IO[bytes], packing: Packing) -> IO[bytes]:
    if packing == "gzip":
        return cast("IO[bytes]", gzip.GzipFile(fileobj=file, mode="rb"))
    if packing == "zstd":
        return zstd_reader(file)
    return file
