"""The article that a change is about: as it is now, or as an earlier version that was kept."""

from collections.abc import Iterator
from hashlib import sha256
from pathlib import PurePosixPath

from harvester.errors import InputError, Reason
from harvester.store.article_pointers import VERSIONS_FOLDER, with_previous
from harvester.store.articles import line_of
from harvester.store.changes.change_line import Change
from harvester.store.datasets.dataset_reader import Stored, read_file
from harvester.store.datasets.layout import form_of
from harvester.store.datasets.storage import Storage


class ChangedArticles:
    """Finds the articles of changes in a place; quickest in the order of the changes."""

    def __init__(self, place: Storage) -> None:
        self._place = place
        self._file = _OpenFile(place, "")

    def find(self, change: Change) -> bytes | None:
        """Return the very article that a change is about, as a line; None where it is gone, or was replaced since.

        What was replaced has a later line. Raises InputError where a file cannot be read.
        """
        if change.change == "gone" or change.sha256 is None:
            return None
        form = form_of(change.file)
        if form is not None and form[0] != "json":
            if self._file.name != change.file:
                self._file = _OpenFile(self._place, change.file)
            return self._file.find(change.sha256)
        return next(self._whole(change), None)

    def _whole(self, change: Change) -> Iterator[bytes]:
        """Yield the article from the file of its present version, or else of its earlier one."""
        path = PurePosixPath(change.file)
        for name in (change.file, str(path.parent / VERSIONS_FOLDER / f"{path.stem}.{change.version}.json")):
            try:
                content = self._place.read(name)
            except InputError as error:
                if error.reason != Reason.NO_PAGES:
                    raise
                continue
            # The link to a version that was thrown away is withdrawn; with it, the file is what the change tells of.
            linked = with_previous(content, f"{VERSIONS_FOLDER}/{path.stem}.{change.version - 1}.json")
            if change.sha256 in (sha256(content).hexdigest(), sha256(linked).hexdigest()):
                yield line_of(content)


class _OpenFile:
    """A file of many articles, read on from where the last one was found."""

    def __init__(self, place: Storage, name: str) -> None:
        self.name = name
        self._place = place
        self._rows = {digest: row for row, (digest, _) in enumerate(self._read())} if name else {}
        self._at = 0
        self._rest: Iterator[tuple[str, bytes]] = iter(())

    def find(self, digest: str) -> bytes | None:
        row = self._rows.get(digest)
        if row is None:
            return None
        if row < self._at or not self._at:
            self._rest, self._at = self._read(), 0
        for _, line in self._rest:
            self._at += 1
            if self._at > row:
                return line
        return None

    def _read(self) -> Iterator[tuple[str, bytes]]:
        for entry in read_file(self._place, self.name):
            if isinstance(entry, Stored):
                yield sha256(entry.line).hexdigest(), entry.line
            elif entry.reason != Reason.NO_PAGES:
                raise entry
