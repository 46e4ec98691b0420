"""What is done of a unit, row by row, in a file that is appended to: a kill costs the last row at most.

Each row is one line of JSON. A line that a crash tore, and all behind it, is cut off when the file is opened again.
"""

import os
import time
from collections.abc import Iterator
from pathlib import Path
from types import TracebackType
from typing import Final, Self

import msgspec

from harvester.errors import Reason, StoreError
from harvester.models import Article
from harvester.storable import storable_text
from harvester.store.atomic_files import store_error
from harvester.store.datasets.dataset_files import FailedPage
from harvester.store.lock import lock_file
from harvester.typed_json import json_reader

_WAIT_S: Final = 90.0  # for a worker whose run was killed and that has not noticed yet


class LogRow(msgspec.Struct, frozen=True, omit_defaults=True):
    """What became of one entry of a unit; a struct, because a dataclass cannot leave an empty `Raw` out."""

    place: int  # of the entry in its container
    stem: str | None = None  # of the article's file
    article: msgspec.Raw = msgspec.Raw()  # as `article_line` writes it; empty: there is none
    failure: FailedPage | None = None
    passed: str | None = None  # why nothing was made of it
    reused: bool = False  # the article is that of an earlier run


def article_row(place: int, stem: str, line: bytes, *, reused: bool = False) -> LogRow:
    """Return the row of an article; `line` is what `article_line` made of it."""
    return LogRow(place, stem, msgspec.Raw(line.rstrip(b"\n")), reused=reused)


def article_of(row: LogRow) -> Article:
    """Return the article of a row; raises ValueError where it has none."""
    return json_reader(Article).decode(row.article)


class CleaningHead(msgspec.Struct, frozen=True):
    """What is reported of a cleaning."""

    kept_chars: int
    removed: dict[str, int]


class ArticleHead(msgspec.Struct, frozen=True):
    """What is reported of an article when its unit is done: the rest of it is not read again."""

    title: str | None
    published: str | None
    languages: tuple[str, ...]
    cleaning: CleaningHead


def head_of(row: LogRow) -> ArticleHead:
    """Return what is reported of the article of a row; raises ValueError where it has none."""
    return json_reader(ArticleHead).decode(row.article)


class Partial:
    """The rows of one unit; a context manager that holds the file's lock. One process appends, in order."""

    def __init__(self, path: Path) -> None:
        """Open the file, new or with what an earlier process has done; raises StoreError."""
        self.path = path
        try:
            self._file = os.open(path, os.O_RDWR | os.O_CREAT | os.O_NOFOLLOW, 0o666)
        except OSError as error:
            raise store_error(path, error) from error
        try:
            self._lock()
            self.count, self.place, size = self._whole()
            os.ftruncate(self._file, size)
            os.lseek(self._file, size, os.SEEK_SET)
        except BaseException:
            os.close(self._file)
            raise

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        os.close(self._file)

    def append(self, row: LogRow) -> None:
        """Write a row down, whole or not at all; raises StoreError."""
        line = memoryview(_encoded(row) + b"\n")
        start = os.lseek(self._file, 0, os.SEEK_CUR)
        try:
            while line:
                line = line[os.write(self._file, line) :]
        except OSError as error:
            os.ftruncate(self._file, start)
            raise store_error(self.path, error) from error
        self.count += 1
        self.place = row.place

    def rows(self) -> Iterator[LogRow]:
        """Yield all rows from the first one on."""
        with self.path.open("rb") as file:
            yield from map(json_reader(LogRow).decode, file)

    def _lock(self) -> None:
        if not lock_file(self._file, self.path, time.monotonic() + _WAIT_S):
            words = "a worker of an earlier run still writes it; end that process and start again"
            raise StoreError(str(self.path), Reason.UNWRITABLE, words)

    def _whole(self) -> tuple[int, int | None, int]:
        """Return the number of whole rows, the place of the last one, and where they end."""
        count, place, size = 0, None, 0
        reader = json_reader(LogRow)
        with self.path.open("rb") as file:
            for line in file:
                try:
                    row = reader.decode(line)
                except (msgspec.DecodeError, UnicodeDecodeError):
                    break
                if not line.endswith(b"\n"):
                    break
                count, place, size = count + 1, row.place, size + len(line)
        return count, place, size


def _encoded(row: LogRow) -> bytes:
    if (failure := row.failure) is not None:  # names on a disk are bytes of any kind
        subject, explanation = storable_text(failure.subject), storable_text(failure.explanation)
        row = msgspec.structs.replace(
            row, failure=FailedPage(subject, failure.reason, explanation, failure.url and storable_text(failure.url))
        )
    return msgspec.json.encode(row)
