"""Files that are in an object store or on a web server, as paths that can be read, piece by piece, by ranges."""

import errno
import io
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path, PurePosixPath
from typing import IO, TYPE_CHECKING, Any, Final

from harvester.distribution import install_extra
from harvester.errors import InputError, Reason
from harvester.store.datasets.layout import REMOTE, WEB

if TYPE_CHECKING:
    from harvester.store.datasets.object_storage import Bucket, ObjectBytes

# The first request is small: what looks into a file's head needs no more. Those behind it grow as a reader goes on.
_FIRST_BYTES: Final = 256 * 1024
_MOST_BYTES: Final = 4 * 1024 * 1024


@dataclass(frozen=True, slots=True)
class Stat:
    """What is known of a file, by the names of `os.stat_result`."""

    st_size: int  # bytes
    st_mtime: float  # seconds since 1970


class RemoteFile(PurePosixPath):
    """A file at "s3://BUCKET/NAME", "gs://", "az://", "https://HOST/NAME"; it may be pickled.

    What cannot be read is an OSError, as of a file on a disk; a server that is away or throttles for minutes is a
    StoreError "connect_error", which ends a run.
    """

    known: Stat | None = None  # from a listing

    def __str__(self) -> str:
        """The address."""
        scheme, _, rest = super().__str__().partition(":/")
        return f"{scheme}://{rest}"

    def open(self, mode: str = "rb") -> IO[bytes]:
        """Return the file, open to be read; it can seek. Raises OSError, StoreError."""
        if mode != "rb":
            raise ValueError(f"a remote file is only read, not {mode!r}")
        ranges = _Ranges(self)
        ranges.fill(0)
        return io.BufferedReader(ranges, 64 * 1024)

    def stat(self) -> Stat:
        """Return size and time; they are asked for where no listing had them. Raises OSError, StoreError."""
        return self.known or _stat(self.part(0, 1))

    def is_file(self) -> bool:
        """Return whether there is such a file. Raises OSError where that cannot be known, StoreError."""
        try:
            self.part(0, 1)
        except FileNotFoundError:
            return False
        return True

    def is_dir(self) -> bool:
        """Return False."""
        return False

    def is_symlink(self) -> bool:
        """Return False."""
        return False

    def part(self, start: int, length: int) -> "ObjectBytes":
        """Return some bytes of the file, fewer at its end. Raises OSError, StoreError."""
        from harvester.store.datasets.open_storage import BadAddressError  # noqa: PLC0415 - most commands need no bucket

        try:
            return _bucket(str(self.parent)).part(self.name, start, length)
        except InputError as error:
            code = errno.ENOENT if error.reason == Reason.NO_PAGES else errno.EIO
            raise OSError(code, error.explanation) from error
        except BadAddressError as error:
            raise OSError(errno.EINVAL, str(error)) from error


AnyPath = Path | RemoteFile


def is_remote(text: str) -> bool:
    """Return whether a text is the address of a file elsewhere."""
    return text.partition("://")[0] in (*REMOTE, *WEB) and "://" in text


def located(text: str) -> AnyPath:
    """Return the file at a path of this machine or at an address."""
    return RemoteFile(text) if is_remote(text) else Path(text)


def listed(folder: str, prefix: str = "") -> Iterator[RemoteFile]:
    """Yield the files in an object store whose names begin with `prefix`, sorted, with size and time.

    Raises InputError, StoreError, BadAddressError.
    """
    bucket = _bucket(folder)
    for name, size, moment in bucket.listed(prefix):
        file = RemoteFile(f"{folder}/{name}")
        file.known = Stat(size, moment.timestamp())
        yield file


def _bucket(address: str) -> "Bucket":
    from harvester.store.datasets.object_storage import open_bucket  # noqa: PLC0415 - as above
    from harvester.store.datasets.open_storage import BadAddressError  # noqa: PLC0415 - as above

    try:
        return open_bucket(address)
    except ModuleNotFoundError as error:
        raise BadAddressError(f"{address!r} needs one more package: {install_extra('remote')}") from error


def _stat(part: "ObjectBytes") -> Stat:
    moment: datetime = part.moment
    return Stat(part.size, moment.timestamp())


class _Ranges(io.RawIOBase):
    """A remote file as a raw stream: a window of it is held, and another one asked for when it is left."""

    def __init__(self, file: RemoteFile) -> None:
        super().__init__()
        self._file = file
        self._at = 0
        self._size: int | None = None
        self._start = 0  # of the window
        self._window = b""
        self._next_bytes = _FIRST_BYTES

    def readable(self) -> bool:
        return True

    def seekable(self) -> bool:
        return True

    def seek(self, offset: int, whence: int = io.SEEK_SET) -> int:
        base = {io.SEEK_SET: 0, io.SEEK_CUR: self._at, io.SEEK_END: self._size or 0}[whence]
        self._at = max(0, base + offset)
        return self._at

    def tell(self) -> int:
        return self._at

    def readinto(self, buffer: Any) -> int:
        if self._size is not None and self._at >= self._size:
            return 0
        if not self._start <= self._at < self._start + len(self._window):
            self.fill(len(buffer))
        content = self._window[self._at - self._start : self._at - self._start + len(buffer)]
        buffer[: len(content)] = content
        self._at += len(content)
        return len(content)

    def fill(self, wanted: int) -> None:
        """Ask for the bytes from here on."""
        goes_on = self._window and self._at == self._start + len(self._window)
        self._next_bytes = min(2 * self._next_bytes, _MOST_BYTES) if goes_on else _FIRST_BYTES
        part = self._file.part(self._at, max(wanted, self._next_bytes))
        self._start, self._window, self._size = self._at, part.content, part.size
