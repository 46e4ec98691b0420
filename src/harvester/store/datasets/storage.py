"""Where sets are: a folder of this machine, or a prefix of an object store; files are there whole or not at all."""

import os
import shutil
import stat
from collections.abc import Iterator
from contextlib import AbstractContextManager, contextmanager
from dataclasses import dataclass
from pathlib import Path, PurePosixPath
from typing import IO, Final, Protocol

from harvester.errors import InputError, Reason, StoreError
from harvester.store.atomic_files import make_folder, open_atomic
from harvester.store.bounded_reading import read_up_to
from harvester.store.datasets.etags import Tag

MAX_FILE_BYTES: Final = 256 * 1024 * 1024  # of a file that is read as a whole: four times the largest page


class Storage(Protocol):
    """What a set is written to and read from. Names are relative, with "/" between folders; it may be pickled.

    Errors name the object: InputError "no_pages" where there is none of this name, "unreadable" where it cannot be
    read; StoreError "disk_full" or "unwritable", and "connect_error" where a server is away or throttles for minutes.
    """

    @property
    def address(self) -> str:
        """The place as a person names it."""

    def writing(self, name: str) -> AbstractContextManager[IO[bytes]]:
        """Yield a file to write; it takes the place of `name` when the block ends, and none when it raises."""

    def write(self, name: str, content: bytes) -> None:
        """Write a whole file."""

    def write_file(self, name: str, path: Path) -> None:
        """Write a copy of a local file."""

    def read(self, name: str) -> bytes:
        """Return a whole file of at most `MAX_FILE_BYTES`."""

    def open(self, name: str) -> IO[bytes]:
        """Return a file to read piece by piece; it can seek."""

    def names(self, prefix: str = "") -> Iterator[str]:
        """Yield the names of all files that begin with `prefix`, sorted; none that is hidden."""

    def remove(self, name: str) -> None:
        """Remove a file; one that is not there is fine."""

    def probe(self) -> None:
        """Raise StoreError where nothing can be written, as far as that can be known before."""

    def new_tag(self) -> Tag | None:
        """Return what computes the tag that the place will give a file; None: the file has to be read for that."""

    def size_and_tag(self, name: str) -> tuple[int, str] | None:
        """Return size and tag of a file, as the place gives them without sending it; None where it does not."""


def checked(name: str) -> str:
    """Return the name; raises InputError where it could lead out of its place, as one in a foreign manifest may."""
    parts = name.split("/")
    if not name or "\\" in name or "\x00" in name or any(part in ("", ".", "..") for part in parts):
        raise InputError(name, Reason.UNREADABLE, "is no name of a file in a set")
    return name


def is_hidden(name: str) -> bool:
    """Return whether a file, or a folder above it, is hidden."""
    return any(part.startswith(".") for part in PurePosixPath(name).parts)


@dataclass(frozen=True, slots=True)
class LocalStorage:
    """A folder of this machine; made when something is written into it."""

    root: Path

    @property
    def address(self) -> str:
        """The place as a person names it."""
        return str(self.root)

    @contextmanager
    def writing(self, name: str) -> Iterator[IO[bytes]]:
        """See `Storage`."""
        path = self._path(name)
        make_folder(path.parent)
        with open_atomic(path) as file:
            yield file

    def write(self, name: str, content: bytes) -> None:
        """See `Storage`."""
        with self.writing(name) as file:
            file.write(content)

    def write_file(self, name: str, path: Path) -> None:
        """See `Storage`."""
        with open_local(path) as source, self.writing(name) as file:
            shutil.copyfileobj(source, file)

    def read(self, name: str) -> bytes:
        """See `Storage`."""
        path = self._path(name)
        with open_local(path) as file:
            try:
                return within_limit(read_up_to(file, MAX_FILE_BYTES + 1), str(path))
            except OSError as error:
                raise _unreadable(path, error) from error

    def open(self, name: str) -> IO[bytes]:
        """See `Storage`."""
        return open_local(self._path(name))

    def names(self, prefix: str = "") -> Iterator[str]:
        """See `Storage`."""
        return (name for name in _walk(self.root, "") if name.startswith(prefix))

    def remove(self, name: str) -> None:
        """See `Storage`."""
        path = self._path(name)
        try:
            path.unlink(missing_ok=True)
        except NotADirectoryError:
            return
        except OSError as error:
            raise StoreError(str(path), Reason.UNWRITABLE, f"cannot be removed: {error.strerror}") from error

    def probe(self) -> None:
        """See `Storage`: a folder may not be there yet, and fails at its first file."""

    def new_tag(self) -> None:
        """See `Storage`: a disk gives no tag without the bytes."""
        return

    def size_and_tag(self, name: str) -> None:
        """See `Storage`."""
        return

    def _path(self, name: str) -> Path:
        return self.root / checked(name)


def open_local(path: Path) -> IO[bytes]:
    """Return a local file, open to be read; raises InputError, also for a pipe, which would be waited for."""
    try:
        mode = path.stat().st_mode
        if stat.S_ISREG(mode) or stat.S_ISDIR(mode):
            return path.open("rb")
    except (FileNotFoundError, NotADirectoryError) as error:
        raise InputError(str(path), Reason.NO_PAGES, "there is no such file") from error
    except OSError as error:
        raise _unreadable(path, error) from error
    raise InputError(str(path), Reason.UNREADABLE, "is no file but a pipe or a device; remove it")


def within_limit(content: bytes, subject: str) -> bytes:
    """Return the content; raises InputError where it is more than `MAX_FILE_BYTES`."""
    if len(content) > MAX_FILE_BYTES:
        raise InputError(
            subject, Reason.UNREADABLE, f"has more than {MAX_FILE_BYTES // 2**20} MiB, which no article has"
        )
    return content


def _walk(folder: Path, above: str) -> Iterator[str]:
    """Yield the files below a folder, sorted by their whole names; links to folders are not followed: they may loop."""
    try:
        with os.scandir(folder) as found:
            entries = [entry for entry in found if not entry.name.startswith(".")]
    except (FileNotFoundError, NotADirectoryError):
        return
    except OSError as error:
        raise _unreadable(folder, error) from error
    # "a.json" is before "a/b.json": a folder is sorted with the "/" that follows its name.
    plain = (entry for entry in entries if not _is_linked_folder(entry))
    names = sorted(f"{entry.name}/" if entry.is_dir(follow_symlinks=False) else entry.name for entry in plain)
    for name in names:
        if name.endswith("/"):
            yield from _walk(folder / name, above + name)
        else:
            yield above + name


def _is_linked_folder(entry: "os.DirEntry[str]") -> bool:
    try:
        return entry.is_symlink() and entry.is_dir()
    except OSError:  # a link that leads to itself: who opens it will say so
        return False


def _unreadable(path: Path, error: OSError) -> InputError:
    return InputError(str(path), Reason.UNREADABLE, f"cannot be read: {error.strerror}; check its permissions")
