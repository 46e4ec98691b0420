"""Remote places, and the ONLY user of obstore: S3 and what speaks like it, Google Cloud Storage, Azure Blob Storage.

Credentials and endpoint come from the environment, by the names that the makers' own tools use.
"""

import io
import os
import secrets
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import datetime, timedelta
from functools import cache, lru_cache
from pathlib import Path
from typing import IO, TYPE_CHECKING, Any, Final, cast

from harvester import __version__
from harvester.errors import InputError, Reason, StoreError
from harvester.store.atomic_files import store_error
from harvester.store.datasets.etags import TAG_PART_BYTES, Tag
from harvester.store.datasets.heartbeat import waiting
from harvester.store.datasets.layout import WEB
from harvester.store.datasets.object_storage_errors import (
    is_beyond_end,
    is_missing_bucket,
    is_outage,
    is_torn,
    words_of,
)
from harvester.store.datasets.storage import MAX_FILE_BYTES, checked, is_hidden, open_local, within_limit

if TYPE_CHECKING:
    from obstore.store import ObjectStore

# A server that throttles asks for growing pauses, and one that is restarted is away for minutes.
_PATIENCE_S: Final = 330  # all tries of one request together; a bucket that is away longer ends the run
_RETRIES: Final = 100  # the time counts, not their number
_FIRST_PAUSE_S: Final = 0.5  # grown at random up to the longest one: many machines do not come back at once
_LONGEST_PAUSE_S: Final = 15.0
_TORN_TRIES: Final = 8  # of an answer that breaks off where the library cannot go on: more than a minute in all
_REQUEST_S: Final = 120  # one part of `TAG_PART_BYTES` at 70 kB/s
_CONNECT_S: Final = 10
_READ_BYTES: Final = 4 * 1024 * 1024  # of one range request
_PARTS_AT_ONCE: Final = 2
_SORTED: Final = ("s3", "gs", "az")  # that list their names in order, as their makers promise


def open_bucket(address: str) -> "Bucket":
    """Return the place at "SCHEME://BUCKET/PREFIX"; raises ModuleNotFoundError where obstore is not installed."""
    import obstore  # noqa: F401, PLC0415 - an extra

    return Bucket(address)


@dataclass(frozen=True, slots=True)
class ObjectBytes:
    """Some bytes of an object, and what is known of all of it."""

    content: bytes
    size: int  # bytes, of the whole object
    moment: datetime  # when it was written; aware


@dataclass(frozen=True, slots=True)
class Bucket:
    """A prefix in an object store; it holds no connection, so it may be pickled."""

    address: str

    @contextmanager
    def writing(self, name: str) -> Iterator[IO[bytes]]:
        """Yield a local file that is sent when the block ends: see `Storage`."""
        checked(name)
        descriptor, path = self._local_file()
        try:
            with os.fdopen(descriptor, "wb") as file:
                yield file
            self._put(name, Path(path))
        except OSError as error:
            raise store_error(Path(path), error) from error
        finally:
            Path(path).unlink(missing_ok=True)

    def write(self, name: str, content: bytes) -> None:
        """See `Storage`."""
        self._put(name, content)

    def write_file(self, name: str, path: Path) -> None:
        """See `Storage`."""
        open_local(path).close()  # a local file that cannot be read is no fault of the bucket
        self._put(name, path)

    def read(self, name: str) -> bytes:
        """See `Storage`."""
        with self.open(name) as file:
            return within_limit(file.read(MAX_FILE_BYTES + 1), self._subject(name))

    def open(self, name: str) -> IO[bytes]:
        """See `Storage`."""
        import obstore  # noqa: PLC0415

        with self._reading(name):
            reader = obstore.open_reader(self._store(), checked(name), buffer_size=_READ_BYTES)
        return io.BufferedReader(_Ranges(reader, self, name), _READ_BYTES)

    def part(self, name: str, start: int, length: int) -> ObjectBytes:
        """Return `length` bytes of an object from `start` on, fewer at its end, by one request.

        One that is refused for a while, or whose answer breaks off, is made again.
        """
        with self._reading(name), waiting():
            for number in range(_TORN_TRIES):
                try:
                    return self._part(name, start, length)
                except _errors() as error:
                    if not is_torn(error):
                        raise
                time.sleep(min(_FIRST_PAUSE_S * 2**number, _LONGEST_PAUSE_S))
            return self._part(name, start, length)

    def _part(self, name: str, start: int, length: int) -> ObjectBytes:
        import obstore  # noqa: PLC0415

        try:
            found = obstore.get(self._store(), checked(name), options={"range": (start, start + length)})
            return ObjectBytes(bytes(found.bytes()), found.meta["size"], found.meta["last_modified"])
        except _errors() as error:
            if start or not is_beyond_end(error):
                raise
        meta = obstore.head(self._store(), checked(name))  # an empty object has no first byte
        return ObjectBytes(b"", meta["size"], meta["last_modified"])

    def names(self, prefix: str = "") -> Iterator[str]:
        """See `Storage`."""
        return (name for name, _, _ in self.listed(prefix))

    def listed(self, prefix: str = "") -> Iterator[tuple[str, int, datetime]]:
        """Yield what `names` does, with size in bytes and the time when it was written (aware)."""
        found = self._listed(prefix.rpartition("/")[0] or None)
        wanted = (one for one in found if one[0].startswith(prefix) and not is_hidden(one[0]))
        return wanted if self.address.startswith(_SORTED) else iter(sorted(wanted))

    def remove(self, name: str) -> None:
        """See `Storage`."""
        import obstore  # noqa: PLC0415

        try:
            obstore.delete(self._store(), checked(name))
        except _errors() as error:
            if isinstance(error, FileNotFoundError) and not is_missing_bucket(error):
                return
            raise self._refused(name, "cannot be removed", error) from error

    def probe(self) -> None:
        """See `Storage`."""
        name = f".{secrets.token_hex(8)}.part"
        self.write(name, b"")
        self.remove(name)

    def new_tag(self) -> Tag:
        """See `Storage`."""
        return Tag()

    def size_and_tag(self, name: str) -> tuple[int, str] | None:
        """See `Storage`: the ETag, by one request without a body."""
        import obstore  # noqa: PLC0415

        with self._reading(name), waiting():
            found = obstore.head(self._store(), checked(name))
        tag = found["e_tag"]
        return None if tag is None else (found["size"], tag.strip('"'))

    def _listed(self, folder: str | None) -> Iterator[tuple[str, int, datetime]]:
        import obstore  # noqa: PLC0415

        with self._reading(folder or ""):
            for chunk in obstore.list(self._store(), prefix=folder, chunk_size=1000):
                yield from ((entry["path"], entry["size"], entry["last_modified"]) for entry in chunk)

    def _put(self, name: str, content: bytes | Path) -> None:
        """Send a file in one request, or in parts that become an object with the last request."""
        import obstore  # noqa: PLC0415

        try:
            with waiting():
                obstore.put(
                    self._store(), checked(name), content, chunk_size=TAG_PART_BYTES, max_concurrency=_PARTS_AT_ONCE
                )
        except _errors() as error:
            raise self._refused(name, "cannot be written", error) from error

    def _refused(self, name: str, what: str, error: Exception) -> StoreError:
        reason = Reason.CONNECT_ERROR if is_outage(error) else Reason.UNWRITABLE
        return StoreError(self._subject(name), reason, f"{what}: {words_of(error)}")

    @contextmanager
    def _reading(self, name: str) -> Iterator[None]:
        """Turn what goes wrong while an object is read into an InputError; of a server that is away, a StoreError."""
        try:
            yield
        except _errors() as error:
            if isinstance(error, FileNotFoundError) and not is_missing_bucket(error):
                raise InputError(self._subject(name), Reason.NO_PAGES, "there is no such object") from error
            if is_outage(error):
                raise self._refused(name, "cannot be read now", error) from error
            raise InputError(self._subject(name), Reason.UNREADABLE, f"cannot be read: {words_of(error)}") from error

    def _local_file(self) -> tuple[int, str]:
        try:
            return tempfile.mkstemp(suffix=".part")
        except OSError as error:
            raise store_error(Path(tempfile.gettempdir()), error) from error

    def _store(self) -> "ObjectStore":
        try:
            return _connected(self.address)
        except _errors() as error:
            raise StoreError(self.address, Reason.UNWRITABLE, f"cannot be used: {words_of(error)}") from error

    def _subject(self, name: str) -> str:
        return f"{self.address}/{name}"


class _Ranges(io.RawIOBase):
    """An object as a file: each read is a range request, so that a slow reader outlives any connection."""

    def __init__(self, reader: Any, bucket: Bucket, name: str) -> None:
        super().__init__()
        self._reader = reader
        self._bucket = bucket
        self._name = name

    def readable(self) -> bool:
        return True

    def seekable(self) -> bool:
        return True

    def readinto(self, buffer: Any) -> int:
        with self._bucket._reading(self._name):
            content = self._reader.read(len(buffer))
        buffer[: len(content)] = content
        return len(content)

    def seek(self, offset: int, whence: int = io.SEEK_SET) -> int:
        return cast("int", self._reader.seek(offset, whence))

    def tell(self) -> int:
        return cast("int", self._reader.tell())


def _connected(address: str) -> "ObjectStore":
    scheme, _, rest = address.partition("://")
    name, _, prefix = rest.partition("/")
    if scheme == "memory":
        return _in_memory(name)
    endpoints = tuple(os.environ.get(variable, "") for variable in _ENDPOINTS)
    return _remote(scheme, name, prefix, plain=any(value.startswith("http://") for value in endpoints))


@cache
def _in_memory(name: str) -> "ObjectStore":
    from obstore.store import MemoryStore  # noqa: PLC0415

    return MemoryStore()


@lru_cache(maxsize=8)  # a connection pool each; a run has one place to read and one to write
def _remote(scheme: str, name: str, prefix: str, *, plain: bool) -> "ObjectStore":
    """Return a connection; `plain`: HTTP is allowed, as whoever names such an endpoint means it."""
    from obstore.store import AzureStore, GCSStore, HTTPStore, S3Store  # noqa: PLC0415

    if scheme in WEB:
        url = f"{scheme}://{name}/{prefix}"
        return cast("ObjectStore", HTTPStore.from_url(url, **_patience(plain=scheme == "http")))
    connect: Any = {"s3": S3Store, "gs": GCSStore, "az": AzureStore}[scheme]
    return cast("ObjectStore", connect(name, prefix=prefix or None, **_patience(plain=plain)))


def _patience(*, plain: bool) -> dict[str, Any]:
    """Return how long is waited, and how often asked again."""
    return {
        "client_options": {
            "timeout": timedelta(seconds=_REQUEST_S),
            "connect_timeout": timedelta(seconds=_CONNECT_S),
            "allow_http": plain,
            "user_agent": f"harvester/{__version__}",
        },
        "retry_config": {
            "max_retries": _RETRIES,
            "retry_timeout": timedelta(seconds=_PATIENCE_S),
            "backoff": {
                "init_backoff": timedelta(seconds=_FIRST_PAUSE_S),
                "max_backoff": timedelta(seconds=_LONGEST_PAUSE_S),
                "base": 2,
            },
        },
    }


_ENDPOINTS: Final = ("AWS_ENDPOINT_URL", "AWS_ENDPOINT_URL_S3", "AWS_ENDPOINT", "AZURE_ENDPOINT")


def _errors() -> tuple[type[Exception], ...]:
    from obstore.exceptions import BaseError  # noqa: PLC0415

    return (BaseError, OSError, ValueError)
