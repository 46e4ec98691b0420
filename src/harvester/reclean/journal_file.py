"""The SQLite file of a run's journal: its tables, transactions, and the error where it cannot be used."""

import sqlite3
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any, Final

from harvester.errors import Reason, StoreError
from harvester.store.atomic_files import MORE_ROOM, has_size_limit, write_atomic

BATCH: Final = 200  # rows that are read at once, so that others may be written meanwhile
# The write-ahead log is put into the file when it has so many pages of 4 KiB, and cut to so many bytes: a transaction
# that writes down a million pages would leave it as large as the file.
_LOG_PAGES: Final = 256
_LOG_BYTES: Final = 1024 * 1024
_PROBE_BYTES: Final = 256 * 1024  # a disk without so many is full: a log grows by less
_DAMAGED: Final = frozenset({sqlite3.SQLITE_NOTADB, sqlite3.SQLITE_CORRUPT})


class JournalFile:
    """One open file; whoever reads or writes it raises StoreError."""

    def __init__(self, path: Path, schema: str) -> None:
        """Open the file, made with its tables when missing."""
        self.path = path
        with self._faults_named():
            self.db = sqlite3.connect(path, isolation_level=None)
            try:
                self._make_ready(schema)
            except BaseException:
                self.db.close()
                raise

    def _make_ready(self, schema: str) -> None:
        self.db.execute("PRAGMA journal_mode = WAL")
        self.db.execute("PRAGMA synchronous = FULL")  # what is noted as done is done, also after a power cut
        self.db.execute(f"PRAGMA wal_autocheckpoint = {_LOG_PAGES}")
        self.db.execute(f"PRAGMA journal_size_limit = {_LOG_BYTES}")
        if not self.rows("SELECT 1 FROM sqlite_master WHERE name = 'fact'"):
            self.db.executescript(f"BEGIN; {schema} COMMIT;")

    def close(self) -> None:
        """Close the file."""
        self.db.close()

    def rows(self, query: str, *values: object) -> list[Any]:
        """Return the rows of a query."""
        with self._faults_named():
            return self.db.execute(query, values).fetchall()

    def batches(self, query: str, *values: object) -> Iterator[list[Any]]:
        """Yield the rows of a query in batches: its first column is a number, its last `?` that of the row before."""
        last = -1
        while rows := self.rows(f"{query} ORDER BY 1 LIMIT ?", *values, last, BATCH):
            yield rows
            last = rows[-1][0]

    def place_of(self, unit: int) -> tuple[int, int]:
        """Return the item of a unit, and where it starts there."""
        ((item, start),) = self.rows("SELECT item, start FROM stretch WHERE unit = ?", unit)
        return item, start

    @contextmanager
    def writing(self) -> Iterator[None]:
        """Write all of what is written meanwhile, or nothing of it."""
        with self._faults_named():
            self.db.execute("BEGIN")
            try:
                yield
            except BaseException:
                self.db.execute("ROLLBACK")
                raise
            self.db.execute("COMMIT")

    def keep_so_far(self) -> None:
        """Keep what was written so far, whatever becomes of the rest."""
        self.db.execute("COMMIT")
        self.db.execute("BEGIN")

    @contextmanager
    def _faults_named(self) -> Iterator[None]:
        try:
            yield
        except sqlite3.Error as error:
            raise self._why(error) from error

    def _why(self, error: sqlite3.Error) -> StoreError:
        """Return why the file cannot be used. SQLite has one error for all; a file beside it shows a full disk."""
        probe = self.path.with_name("probe")
        try:
            write_atomic(probe, bytes(_PROBE_BYTES))
            probe.unlink()
        except StoreError as reason:
            return StoreError(str(self.path), reason.reason, reason.explanation)
        except OSError:
            pass
        code = getattr(error, "sqlite_errorcode", 0) & 0xFF  # the other bits say what of it
        if code == sqlite3.SQLITE_FULL or (code == sqlite3.SQLITE_IOERR and has_size_limit()):
            return StoreError(str(self.path), Reason.DISK_FULL, f"no room left to write it ({error}): {MORE_ROOM}")
        is_damaged = code in _DAMAGED
        words = f"is damaged ({error}); begin anew with --restart" if is_damaged else f"cannot be used ({error})"
        return StoreError(str(self.path), Reason.UNWRITABLE, words)
