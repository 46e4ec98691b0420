"""Hands on what a run changed in a set: its list of changes is compared with what is there now.

The list itself holds what was reported before. So whatever a kill interrupted, and whoever began anew after it, each
article that is there has one line, and none that is not.
"""

import sqlite3
from collections.abc import Iterator
from contextlib import closing
from dataclasses import dataclass
from datetime import UTC, datetime
from hashlib import sha256
from pathlib import Path
from typing import Final

from harvester.errors import InputError, Reason, StoreError
from harvester.models import Edition
from harvester.reclean.work_folder import CHANGES
from harvester.store.atomic_files import store_error
from harvester.store.changes.change_adding import add_changes
from harvester.store.changes.change_line import Change, ChangeKind, parse_change
from harvester.store.changes.change_reading import has_changes, read_changes
from harvester.store.datasets.dataset_files import DatasetFile
from harvester.store.datasets.dataset_reader import read_file
from harvester.store.datasets.layout import form_of
from harvester.store.datasets.manifest import read_manifest
from harvester.store.datasets.storage import Storage
from harvester.typed_json import json_reader

_COMMIT_EACH: Final = 10_000
# States of a version that the list has reported: it is not met yet in the set, it is, or it is known to be gone.
_OPEN, _MET, _GONE = range(3)


@dataclass(frozen=True, slots=True)
class _PageHash:
    """What is looked at of `Article.page`."""

    sha256: str


@dataclass(frozen=True, slots=True)
class _Brief:
    """What is looked at of an article."""

    id: str
    url: str | None
    page: _PageHash
    edition: Edition | None = None


@dataclass(frozen=True, slots=True)
class _Known:
    """A version that the list has reported."""

    id: str
    version: int
    sha256: str | None
    page: str | None
    is_gone: bool


def hand_on(place: Storage, work: Path) -> Iterator[None]:
    """Add to the list of a set, whose manifest is written, what is not reported yet; yield now and then.

    Constant memory: what was reported is in `work`, 150 bytes a version. Raises StoreError.
    """
    path = work / CHANGES
    try:
        path.unlink(missing_ok=True)
        with closing(sqlite3.connect(path)) as connection:
            reported = _Reported(connection)
            yield from reported.fill(place)
            add_changes(place, _changes(place, reported))
        path.unlink(missing_ok=True)
    except OSError as error:
        raise store_error(path, error) from error
    except sqlite3.Error as error:
        raise StoreError(str(path), Reason.UNWRITABLE, f"cannot be written ({error})") from error
    except InputError as error:
        raise StoreError(
            error.subject, Reason.UNWRITABLE, f"{error.explanation}: move the list of changes away"
        ) from error


def _changes(place: Storage, reported: "_Reported") -> Iterator[Change]:
    moment = datetime.now(UTC).isoformat(timespec="seconds").replace("+00:00", "Z")
    moment = max(moment, reported.last_at)  # never back, so that a time is found by halving
    manifest = read_manifest(place)
    for part in manifest[1] if manifest else ():
        if part.articles:
            yield from (_dated(change, moment) for change in _of_part(place, part, reported))
    yield from (_dated(change, moment) for change in reported.lost())


def _dated(change: Change, moment: str) -> Change:
    kept = (change.id, change.url, change.version, change.file, change.sha256, change.page)
    return Change(0, moment, change.change, None, *kept)


def _of_part(place: Storage, part: DatasetFile, reported: "_Reported") -> Iterator[Change]:
    form = form_of(part.file)
    is_single = form is not None and form[0] == "json"
    if is_single and reported.meet_file(part.file, part.sha256):
        return  # as it was reported, and need not be read
    for entry in read_file(place, part.file):
        if isinstance(entry, InputError):
            reported.spare(part.file)
        else:
            brief = json_reader(_Brief).decode(entry.line)
            digest = part.sha256 if is_single else sha256(entry.line).hexdigest()
            change = reported.meet(brief, part.file, digest, is_single=is_single)
            if change is not None:
                yield change


class _Reported:
    """What the list of a set has reported, version by version."""

    def __init__(self, connection: sqlite3.Connection) -> None:
        self._db = connection
        self.last_at = ""
        connection.executescript(
            "PRAGMA journal_mode = OFF; PRAGMA synchronous = OFF;"  # it is made anew after a crash
            "CREATE TABLE reported (id TEXT, version INTEGER, file TEXT, sha256 TEXT, page TEXT, url TEXT,"
            " state INTEGER, has_edition INTEGER, PRIMARY KEY (id, version)) WITHOUT ROWID;"
            "CREATE INDEX reported_file ON reported (file);"
            "CREATE TABLE met (id TEXT PRIMARY KEY, count INTEGER) WITHOUT ROWID"
        )

    def fill(self, place: Storage) -> Iterator[None]:
        """Read the list of a place."""
        if not has_changes(place):
            return
        for count, line in enumerate(read_changes(place, 0), 1):
            try:
                change = parse_change(line.line)
            except ValueError as error:
                raise InputError(place.address, Reason.UNREADABLE, f"change {line.seq} is damaged: {error}") from error
            self.last_at = change.at
            self._keep(change, _GONE if change.change == "gone" else _OPEN)
            if count % _COMMIT_EACH == 0:
                self._db.commit()
                yield

    def meet_file(self, file: str, digest: str) -> bool:
        """Return whether a file of one article is as it was reported; then it has been met."""
        row = self._db.execute(
            "SELECT id, version FROM reported WHERE file = ? AND state = ? AND sha256 = ?"
            " ORDER BY version DESC LIMIT 1",
            (file, _OPEN, digest),
        ).fetchone()
        if row is not None:
            self._db.execute("UPDATE reported SET state = ? WHERE id = ? AND version = ?", (_MET, *row))
        return row is not None

    def spare(self, file: str) -> None:
        """Take what a damaged file held as met: nobody knows that it is gone."""
        self._db.execute("UPDATE reported SET state = ? WHERE file = ? AND state = ?", (_MET, file, _OPEN))

    def meet(self, brief: _Brief, file: str, digest: str, *, is_single: bool) -> Change | None:
        """Return the change of an article of the set since it was reported; None where it is the same."""
        version = self._version(brief, file, is_single=is_single)
        known = self._find(brief.id, version)
        kind = _kind(known, digest, brief.page.sha256, has_others=self._has_others(brief, version))
        change = Change(0, "", kind or "new", None, brief.id, brief.url, version, file, digest, brief.page.sha256)
        self._keep(change, _MET, has_edition=brief.edition is not None)
        return None if kind is None else change

    def lost(self) -> Iterator[Change]:
        """Yield what was reported and is no more; a version that a later one replaced was not lost."""
        rows = self._db.execute(
            "SELECT id, version, file, sha256, page, url FROM reported AS old WHERE state = ? AND NOT EXISTS ("
            "SELECT 1 FROM reported AS new WHERE new.id = old.id AND new.state = ?"
            " AND (new.has_edition OR (new.file = old.file AND new.file LIKE '%.json'))) ORDER BY id, version",
            (_OPEN, _MET),
        )
        for id_, version, file, _, page, url in rows:
            yield Change(0, "", "gone", None, id_, url, version, file, None, page)

    def _version(self, brief: _Brief, file: str, *, is_single: bool) -> int:
        """Return the version of an article: the crawl's, else 1, and more where a set has several of one address."""
        if brief.edition is not None:
            return brief.edition.version
        if not is_single:
            return self._count(brief.id)
        row = self._db.execute(
            "SELECT max(version) FROM reported WHERE id = ? AND file = ?", (brief.id, file)
        ).fetchone()
        if row[0] is not None:
            return int(row[0])
        row = self._db.execute("SELECT max(version) FROM reported WHERE id = ?", (brief.id,)).fetchone()
        return int(row[0] or 0) + 1

    def _count(self, name: str) -> int:
        query = "INSERT INTO met VALUES (?, 1) ON CONFLICT (id) DO UPDATE SET count = count + 1 RETURNING count"
        return int(self._db.execute(query, (name,)).fetchone()[0])

    def _has_others(self, brief: _Brief, version: int) -> bool:
        """Return whether another version of a crawled article was reported, which this one follows."""
        if brief.edition is None:
            return False
        query = "SELECT 1 FROM reported WHERE id = ? AND version <> ? AND state <> ? LIMIT 1"
        return self._db.execute(query, (brief.id, version, _GONE)).fetchone() is not None

    def _find(self, name: str, version: int) -> _Known | None:
        query = "SELECT id, version, sha256, page, state FROM reported WHERE id = ? AND version = ?"
        row = self._db.execute(query, (name, version)).fetchone()
        return None if row is None else _Known(row[0], row[1], row[2], row[3], row[4] == _GONE)

    def _keep(self, change: Change, state: int, *, has_edition: bool = False) -> None:
        row = (change.id, change.version, change.file, change.sha256, change.page, change.url, state, has_edition)
        self._db.execute("INSERT OR REPLACE INTO reported VALUES (?, ?, ?, ?, ?, ?, ?, ?)", row)


def _kind(known: _Known | None, digest: str, page: str, *, has_others: bool) -> ChangeKind | None:
    if known is None:
        return "edited" if has_others else "new"
    if known.is_gone:
        return "new"
    if known.sha256 == digest:
        return None
    return "recleaned" if known.page == page else "edited"
