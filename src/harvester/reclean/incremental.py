"""The articles of an earlier run, found again by the pages that they were made from."""

import shutil
import sqlite3
from collections.abc import Iterable, Iterator
from contextlib import closing, contextmanager
from dataclasses import dataclass
from functools import lru_cache
from hashlib import blake2b, sha256
from pathlib import Path
from tempfile import NamedTemporaryFile
from typing import IO, Final

import msgspec

from harvester.errors import InputError, Reason, StoreError
from harvester.models import Archive, Page
from harvester.store.atomic_files import store_error
from harvester.store.datasets.dataset_reader import Stored
from harvester.store.datasets.remote_file import AnyPath, RemoteFile, located
from harvester.store.datasets.storage import Storage
from harvester.typed_json import json_reader

_INDEX: Final = "earlier.sqlite"
_LINES: Final = "earlier.jsonl"
_WRITE_EACH: Final = 10_000  # articles


@dataclass(frozen=True, slots=True)
class _Record:
    """What is looked at of `Article.page`."""

    sha256: str
    archive: Archive | None


@dataclass(frozen=True, slots=True)
class _Made:
    """What is looked at of `Article.cleaning`."""

    version: str
    rules: str
    memory: str | None


@dataclass(frozen=True, slots=True)
class _Known:
    """What is looked at of an article."""

    url: str | None
    fetched_at: str | None
    page: _Record
    cleaning: _Made
    schema: str
    page_type: str | None = None  # of an article that was made before there was one


@dataclass(frozen=True, slots=True)
class Old:
    """An article that was made from the same page."""

    line: bytes  # as `article_line` makes it
    version: str  # of harvester
    rules: str  # digests
    memory: str | None  # digest of its site's memory
    schema: str  # version of the format
    page_type: str | None = None


class EarlierArticles:
    """Looks articles up; used by one process."""

    def __init__(self, index: sqlite3.Connection, lines: IO[bytes]) -> None:
        self._index = index
        self._lines = lines

    def find(self, page: Page, archive: Archive | None) -> Old | None:
        """Return the article that was made from these bytes of this page; None where there is none."""
        fetched_at = page.fetched_at.isoformat().replace("+00:00", "Z") if page.fetched_at else None
        record = _Record(sha256(page.body).hexdigest(), archive)
        row = self._index.execute(
            "SELECT start, size FROM article WHERE key = ?", (_key(page.address, fetched_at, record),)
        ).fetchone()
        if row is None:
            return None
        self._lines.seek(row[0])
        line = self._lines.read(row[1])
        known = json_reader(_Known).decode(line)
        made = known.cleaning
        return Old(line, made.version, made.rules, made.memory, known.schema, known.page_type)


def build_earlier(articles: Iterable[Stored | InputError], folder: Path) -> int:
    """Copy the articles of a set into `folder`, to be found by their pages; return their number.

    What is damaged in the set is left out: its pages are cleaned again. Raises StoreError.
    """
    for name in (_INDEX, _LINES):
        (folder / name).unlink(missing_ok=True)
    count = 0
    try:
        with closing(sqlite3.connect(folder / _INDEX)) as index, (folder / _LINES).open("xb") as lines:
            index.execute("CREATE TABLE article (key BLOB PRIMARY KEY, start INTEGER, size INTEGER) WITHOUT ROWID")
            for stored in articles:
                if isinstance(stored, InputError) or (known := _known(stored.line)) is None:
                    continue
                row = (_key(known.url, known.fetched_at, known.page), lines.tell(), len(stored.line))
                index.execute("INSERT OR REPLACE INTO article VALUES (?, ?, ?)", row)
                lines.write(stored.line)
                count += 1
                if count % _WRITE_EACH == 0:
                    index.commit()
            index.commit()
    except OSError as error:
        raise store_error(folder, error) from error
    except sqlite3.Error as error:
        raise StoreError(str(folder / _INDEX), Reason.UNWRITABLE, f"cannot be written ({error})") from error
    return count


def send_earlier(folder: Path, place: Storage, to: str) -> tuple[str, ...]:
    """Copy what `build_earlier` put into `folder` into the folder `to` of a place; return the names there.

    Raises StoreError.
    """
    names = {name: f"{to}/{name}" for name in (_INDEX, _LINES)}
    for name, there in names.items():
        place.write_file(there, folder / name)
    return tuple(names.values())


@contextmanager
def open_earlier(folder: AnyPath | None) -> Iterator[EarlierArticles | None]:
    """Yield what `build_earlier` put into `folder`, or `send_earlier` into one of a bucket; None for None."""
    if folder is None:
        yield None
        return
    if isinstance(folder, RemoteFile):
        try:
            with located(f"{folder}/{_LINES}").open("rb") as lines:
                yield EarlierArticles(_fetched(f"{folder}/{_INDEX}"), lines)
        except (OSError, sqlite3.Error) as error:
            raise StoreError(str(folder), Reason.UNWRITABLE, f"cannot be read ({error}); start again") from error
        return
    address = f"{(folder / _INDEX).absolute().as_uri()}?mode=ro&immutable=1"
    try:
        index, lines = sqlite3.connect(address, uri=True), (folder / _LINES).open("rb")
    except (OSError, sqlite3.Error) as error:
        raise StoreError(
            str(folder), Reason.UNWRITABLE, f"cannot be read ({error}); start again with --restart"
        ) from error
    with closing(index), lines:
        yield EarlierArticles(index, lines)


@lru_cache(maxsize=1)  # for all units that a process of a worker cleans
def _fetched(address: str) -> sqlite3.Connection:
    """Return an index in a bucket, copied into a file without a name."""
    with NamedTemporaryFile(suffix=".sqlite") as copy:
        with located(address).open("rb") as source:
            shutil.copyfileobj(source, copy)
        copy.flush()
        index = sqlite3.connect(f"{Path(copy.name).as_uri()}?mode=ro&immutable=1", uri=True)
        index.execute("SELECT 1 FROM article LIMIT 1").fetchone()  # opens the file, which then loses its name
    return index


def _known(line: bytes) -> _Known | None:
    try:
        return json_reader(_Known).decode(line)
    except msgspec.DecodeError:
        return None


def _key(url: str | None, fetched_at: str | None, record: _Record) -> bytes:
    place = (record.archive.file, record.archive.offset) if record.archive else (None, None)
    known_by = repr((url, fetched_at, record.sha256, *place))
    return blake2b(known_by.encode("utf-8", "surrogatepass"), digest_size=16).digest()
