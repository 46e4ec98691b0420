"""One run at a time: a lock that the system takes back when its holder dies, however it dies."""

import contextlib
import fcntl
import os
import re
import time
from collections.abc import Iterator
from pathlib import Path
from typing import IO, Final

from harvester.errors import StoreError
from harvester.store.atomic_files import make_folder, store_error

LOCK_NAME: Final = "crawl.lock"
_POLL_S: Final = 0.05  # how often a file that another process holds is tried again
_NAME_CHARS: Final = 40  # of a machine: enough to tell machines apart, short enough for a file's name


class LockedError(Exception):
    """Another run holds the lock; the text names whose it is."""


@contextlib.contextmanager
def hold_lock(file: Path, owner: str) -> Iterator[None]:
    """Hold the lock `file`, which names `owner` meanwhile; who holds it may remove it.

    Raises LockedError when another process holds it, on this machine or, where the file system shares locks, on
    another; StoreError when the file cannot be written.
    """
    make_folder(file.parent)
    stream = _taken(file)
    while not _stands_at(stream, file):  # its holder removed it when it was open here already
        stream.close()
        stream = _taken(file)
    with stream:
        _name(stream, file, f"{owner}\n".encode())
        yield  # what cannot be written there is not the lock
        _name(stream, file, b"")


def _taken(file: Path) -> IO[bytes]:
    """Return the open file, locked."""
    try:
        descriptor = os.open(file, os.O_RDWR | os.O_APPEND | os.O_CREAT | os.O_NOFOLLOW, 0o666)
    except OSError as error:
        raise store_error(file, error) from error
    stream = os.fdopen(descriptor, "ab+", buffering=0)  # what cannot be written must not be tried again at close
    try:
        if lock_file(stream.fileno(), file):
            return stream
    except StoreError:
        stream.close()
        raise
    with stream:
        stream.seek(0)
        holder = stream.read(500).decode("utf-8", "replace").strip() or "a run that is just beginning"
    raise LockedError(f"{file} is held by {holder}")


def lock_file(descriptor: int, path: Path, until: float = 0.0) -> bool:
    """Lock an open file for this process, until it is closed; return whether no other process holds it.

    `until`: on time.monotonic, how long others are waited for. Raises StoreError where the file system has no locks.
    """
    while True:
        try:
            fcntl.flock(descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            if time.monotonic() >= until:
                return False
            time.sleep(_POLL_S)
        except OSError as error:
            raise store_error(path, error) from error
        else:
            return True


def _stands_at(stream: IO[bytes], file: Path) -> bool:
    try:
        return os.path.samestat(os.fstat(stream.fileno()), file.stat())
    except FileNotFoundError:
        return False


def _name(stream: IO[bytes], file: Path, owner: bytes) -> None:
    try:
        stream.seek(0)
        stream.truncate()
        stream.write(owner)
    except OSError as error:
        raise store_error(file, error) from error


def machine_name() -> str:
    """Return this machine's name as the names of files may hold it."""
    return re.sub(r"[^A-Za-z0-9-]", "-", os.uname().nodename)[:_NAME_CHARS]


def owner_name() -> str:
    """Return who this process is, for people: "host, process 4711"."""
    return f"{os.uname().nodename}, process {os.getpid()}"
