"""Values that are written one after the other and read again in order, on disk: sets may be larger than memory."""

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from tempfile import TemporaryFile, gettempdir
from typing import IO, Generic, TypeVar

import msgspec

from harvester.store.atomic_files import store_error
from harvester.typed_json import json_reader

Value = TypeVar("Value")


class Spool(Generic[Value]):
    """Values of one dataclass in a temporary file."""

    def __init__(self, file: IO[bytes], kind: type[Value]) -> None:
        self._file = file
        self._kind = kind
        self.count = 0

    def add(self, value: Value) -> None:
        """Write a value behind the others."""
        self._file.write(msgspec.json.encode(value) + b"\n")
        self.count += 1

    def __iter__(self) -> Iterator[Value]:
        """Read all values; nothing is added any more."""
        self._file.seek(0)
        yield from map(json_reader(self._kind).decode, self._file)


@contextmanager
def spooled() -> Iterator[IO[bytes]]:
    """Yield a temporary file that nobody else sees; raises StoreError where it has no room."""
    is_open = False
    try:
        with TemporaryFile() as file:
            is_open = True
            yield file
    except OSError as error:
        if is_open and error.filename is not None:  # of another file: this one has no name
            raise
        raise store_error(Path(gettempdir()), error) from error
