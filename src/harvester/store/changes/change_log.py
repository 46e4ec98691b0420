"""The list of changes of a folder: lines are added to its end, and none is ever changed.

A crash tears the last line at most: whoever writes next cuts it off. A reader takes whole lines only.
"""

import contextlib
import mmap
import os
import time
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import IO

from harvester.errors import Reason, StoreError
from harvester.store.atomic_files import make_folder, store_error
from harvester.store.changes.change_line import parse_head
from harvester.store.datasets.layout import CRAWL_CHANGES
from harvester.store.lock import lock_file


@dataclass(frozen=True, slots=True)
class End:
    """Where a list of changes ends."""

    seq: int = 0  # of its last line; 0: there is none
    at: str = ""


class BusyError(Exception):
    """Another process writes the list at this moment."""


class OpenLog:
    """A list of changes that nobody else writes meanwhile."""

    def __init__(self, file: IO[bytes], path: Path) -> None:
        """Cut off what a crash tore. Raises StoreError where the file is no list of changes."""
        self._file = file
        self._path = path
        whole, self.end = find_end(file, path)
        if whole != self._size():
            file.truncate(whole)

    def append(self, lines: Iterable[bytes]) -> None:
        """Add lines, all or none, and wait for the disk. Raises StoreError."""
        size = self._size()
        content = b"".join(lines)
        rest = memoryview(content)
        try:
            while rest:
                rest = rest[os.write(self._file.fileno(), rest) :]
            os.fsync(self._file.fileno())
        except OSError as error:
            with contextlib.suppress(OSError):
                self._file.truncate(size)
            raise store_error(self._path, error) from error
        if content:
            self.end = End(*parse_head(content[content.rstrip().rfind(b"\n") + 1 :]))

    def _size(self) -> int:
        return os.fstat(self._file.fileno()).st_size


@contextlib.contextmanager
def open_log(folder: Path, wait_s: float = 0.0, name: str = CRAWL_CHANGES) -> Iterator[OpenLog]:
    """Yield the list of changes of a folder, made where it is missing, for this process alone.

    Raises BusyError where another one writes for longer than `wait_s`, StoreError where it cannot be written.
    """
    path = folder / name
    make_folder(folder)
    is_new = not path.exists()
    try:
        descriptor = os.open(path, os.O_RDWR | os.O_APPEND | os.O_CREAT | os.O_NOFOLLOW, 0o666)
    except OSError as error:
        raise store_error(path, error) from error
    with os.fdopen(descriptor, "rb+", buffering=0) as file:
        _lock(file, path, time.monotonic() + wait_s)
        if is_new:
            _sync(folder)
        yield OpenLog(file, path)


def find_end(file: IO[bytes], path: Path) -> tuple[int, End]:
    """Return how many bytes of a list are whole lines, and what the last one holds.

    After a power cut the end may hold zeros, or half a line. Raises StoreError where lines are in it and none of
    them is a change: it is something else, and stays as it is.
    """
    has_lines = False
    for end, line in _lines_backwards(file):
        try:
            return end, End(*parse_head(line))
        except ValueError:
            has_lines = has_lines or bool(line.strip(b"\0\n"))
    if has_lines:
        raise StoreError(str(path), Reason.UNWRITABLE, "holds no changes of articles: move it out of the way")
    return 0, End()


def _lines_backwards(file: IO[bytes]) -> Iterator[tuple[int, bytes]]:
    """Yield the whole lines of a file, the last first, each with where it ends; what follows the last is left out."""
    if not os.fstat(file.fileno()).st_size:
        return
    with mmap.mmap(file.fileno(), 0, access=mmap.ACCESS_READ) as content:
        end = content.rfind(b"\n") + 1
        while end:
            start = content.rfind(b"\n", 0, end - 1) + 1
            yield end, content[start:end]
            end = start


def _lock(file: IO[bytes], path: Path, until: float) -> None:
    if not lock_file(file.fileno(), path, until):
        raise BusyError(f"{path} is written by another run")


def _sync(folder: Path) -> None:
    descriptor = os.open(folder, os.O_RDONLY | os.O_DIRECTORY)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)
