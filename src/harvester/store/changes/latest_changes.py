"""The last change of each article in a list, from some place in it on: on disk, and gone with the process."""

import sqlite3
from collections.abc import Iterator
from contextlib import AbstractContextManager
from types import TracebackType
from typing import Final

from harvester.store.changes.change_line import parse_change
from harvester.store.changes.change_reading import Since, read_changes
from harvester.store.datasets.name_set import no_room
from harvester.store.datasets.storage import Storage

_SETUP: Final = """
PRAGMA journal_mode = OFF;
PRAGMA synchronous = OFF;
CREATE TABLE latest (id TEXT, version INTEGER, file TEXT, source TEXT, seq INTEGER, is_gone INTEGER,
    PRIMARY KEY (id, version)) WITHOUT ROWID;
CREATE INDEX latest_file ON latest (file);
BEGIN;
"""


class Latest(AbstractContextManager["Latest"]):
    """The last change of each version, of one source or of all."""

    def __init__(self, place: Storage, since: Since, source: str | None) -> None:
        """Read the list of a place. Raises InputError, and StoreError where the temporary folder has no room."""
        self._database = sqlite3.connect("", isolation_level=None)  # "": a temporary file that SQLite removes
        self._database.executescript(_SETUP)
        self._source = source
        try:
            for line in read_changes(place, since):
                change = parse_change(line.line)
                row = (change.id, change.version, change.file, change.source, change.seq, change.change == "gone")
                self._database.execute("INSERT OR REPLACE INTO latest VALUES (?, ?, ?, ?, ?, ?)", row)
        except sqlite3.OperationalError as error:
            raise no_room(error) from error

    def files(self) -> Iterator[str]:
        """Yield the files in which articles of these changes are, sorted."""
        query = "SELECT DISTINCT file FROM latest WHERE NOT is_gone AND (? IS NULL OR source = ?) ORDER BY file"
        rows = self._database.execute(query, (self._source, self._source))
        yield from (row[0] for row in rows)

    def names(self, file: str, name: str) -> bool:
        """Return whether the article `name` in a file was changed, is not gone since, and is of the source."""
        query = "SELECT is_gone, source FROM latest WHERE file = ? AND id = ? ORDER BY seq DESC"
        rows = self._database.execute(query, (file, name)).fetchall()
        standing = rows[:1] if file.endswith(".json") else rows  # a file of its own holds the last version only
        return any(not is_gone and self._source in (None, source) for is_gone, source in standing)

    def has_version(self, name: str, version: int) -> bool:
        """Return whether a change is about a version."""
        query = "SELECT 1 FROM latest WHERE id = ? AND version = ?"
        return self._database.execute(query, (name, version)).fetchone() is not None

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._database.close()
