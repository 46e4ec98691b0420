"""A set of names that may be larger than memory: on disk, and gone with the process."""

import sqlite3
from contextlib import AbstractContextManager
from pathlib import Path
from tempfile import gettempdir
from types import TracebackType
from typing import Final

from harvester.errors import Reason, StoreError

_SETUP: Final = """
PRAGMA journal_mode = OFF;
PRAGMA synchronous = OFF;
CREATE TABLE names (name BLOB PRIMARY KEY) WITHOUT ROWID;
BEGIN;
"""


class Names(AbstractContextManager["Names"]):
    """Which names were met. Raises StoreError where the temporary folder has no room."""

    def __init__(self) -> None:
        self._database = sqlite3.connect("", isolation_level=None)  # "": a temporary file that SQLite removes
        self._database.executescript(_SETUP)

    def add(self, name: str) -> bool:
        """Add a name; return whether it is new."""
        try:
            return self._database.execute("INSERT OR IGNORE INTO names VALUES (?)", (_key(name),)).rowcount == 1
        except sqlite3.OperationalError as error:
            raise no_room(error) from error

    def __contains__(self, name: str) -> bool:
        return self._database.execute("SELECT 1 FROM names WHERE name = ?", (_key(name),)).fetchone() is not None

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._database.close()


def no_room(error: sqlite3.Error) -> StoreError:
    """Return the StoreError of a temporary database."""
    reason = Reason.DISK_FULL if "full" in str(error) else Reason.UNWRITABLE
    return StoreError(str(Path(gettempdir())), reason, f"a temporary index cannot be written ({error})")


def _key(name: str) -> bytes:
    return name.encode("utf-8", "surrogateescape")
