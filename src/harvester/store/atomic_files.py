"""Files that are there whole or not at all."""

import contextlib
import errno
import os
import re
import secrets
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import IO, Final

from harvester.errors import Reason, StoreError

# What to do where a disk, or a limit of the size of files, leaves no room.
MORE_ROOM: Final = "free some, or raise the limit of a file's size (ulimit -f), and start again"
_TORN: Final = re.compile(r"\.[0-9a-f]{16}\.part")
# What the system says of these leaves open what is where.
_PLAINLY: Final = {
    errno.EEXIST: "something that is no folder stands in its place",
    errno.ENOTDIR: "something on the way there is no folder",
    errno.EISDIR: "a folder stands in its place",
}
_FULL: Final = frozenset({errno.ENOSPC, errno.EDQUOT, errno.EFBIG})


def write_atomic(path: Path, data: bytes) -> None:
    """Write `data` to `path`, so that a reader, a crash or a power cut meets the old file or the new one, never half.

    A symlink that is at `path` is replaced, not followed: nothing outside the folder is touched. The folder must
    exist. Raises StoreError "disk_full" when disk or quota has no room, else "unwritable"; no temporary file stays.
    """
    with open_atomic(path) as file:
        file.write(data)


@contextmanager
def open_atomic(path: Path) -> Iterator[IO[bytes]]:
    """Yield a file that takes the place of `path` when the block ends, and none when it raises: see `write_atomic`."""
    part = path.with_name(f".{secrets.token_hex(8)}.part")  # its own name: `path` may already be as long as can be
    try:
        with _open_new(part) as file:
            yield file
            file.flush()
            os.fsync(file.fileno())
        part.replace(path)
        _sync_folder(path.parent)
    except OSError as error:
        raise store_error(path, error) from error
    finally:
        with contextlib.suppress(OSError):  # gone by the rename, or never made
            part.unlink()


def stage(path: Path, data: bytes) -> Path:
    """Write `data` beside `path`, under a hidden name that is returned; `publish` puts it there. Raises StoreError."""
    part = path.with_name(f".{secrets.token_hex(8)}.part")
    try:
        with _open_new(part) as file:
            file.write(data)
            file.flush()
            os.fsync(file.fileno())
    except OSError as error:
        discard(part)
        raise store_error(path, error) from error
    return part


def publish(part: Path, path: Path) -> None:
    """Let what `stage` wrote take the place of `path`; nothing where it has already. Raises StoreError."""
    try:
        with contextlib.suppress(FileNotFoundError):
            part.replace(path)
        _sync_folder(path.parent)
    except OSError as error:
        raise store_error(path, error) from error


def discard(part: Path) -> None:
    """Remove what `stage` wrote; what cannot be removed stays: it is hidden, and nobody reads it."""
    with contextlib.suppress(OSError):
        part.unlink()


def remove_torn(folder: Path) -> None:
    """Remove what processes that were killed left half written in `folder` and in the folders in it.

    Nobody may be writing there. What cannot be removed stays: it is hidden, and nobody reads it.
    """
    with contextlib.suppress(OSError):
        for path in (*folder.glob(".*.part"), *folder.glob("*/.*.part")):
            if _TORN.fullmatch(path.name):
                path.unlink()


def make_folder(folder: Path) -> None:
    """Make `folder` and its parents where they are missing. Raises StoreError."""
    try:
        folder.mkdir(parents=True, exist_ok=True)
    except OSError as error:
        raise store_error(folder, error) from error


def store_error(path: Path, error: OSError) -> StoreError:
    """Return the StoreError for an OSError on `path`."""
    words = _PLAINLY.get(error.errno or 0) or error.strerror or str(error)
    if error.errno in _FULL:
        return StoreError(str(path), Reason.DISK_FULL, f"no room left to write it ({words}): free some and start again")
    return StoreError(str(path), Reason.UNWRITABLE, f"cannot be written ({words})")


def has_size_limit() -> bool:
    """Return whether no file of this process may grow beyond a limit: SQLite does not tell that from a broken disk."""
    try:
        import resource  # noqa: PLC0415 - POSIX alone has it
    except ImportError:
        return False
    return resource.getrlimit(resource.RLIMIT_FSIZE)[0] != resource.RLIM_INFINITY


def _open_new(path: Path) -> IO[bytes]:
    # O_EXCL never follows a link; the mode leaves the rights to the user's umask.
    return os.fdopen(os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o666), "wb")


def _sync_folder(folder: Path) -> None:
    """Make the rename last through a power cut (POSIX: the folder is a file of its own)."""
    if not hasattr(os, "O_DIRECTORY"):
        return
    descriptor = os.open(folder, os.O_RDONLY | os.O_DIRECTORY)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)
