"""One run at a time: a lock that the system takes back when its holder dies, however it dies."""

import contextlib
import fcntl
import os
import re
from collections.abc import Iterator
from pathlib import Path
from typing import IO, Final

from harvester.store.files import make_folder, store_error

LOCK_NAME: Final = "crawl.lock"
_NAME_CHARS: Final = 40  # of a machine: enough to tell machines apart, short enough for a file's name


class LockedError(Exception):
    """Another run holds the lock; the text says whose it is."""


@contextlib.contextmanager
def hold_lock(file: Path, owner: str) -> Iterator[None]:
    """Hold the lock `file`, which names `owner` meanwhile.

    Raises LockedError when another process holds it, on this machine or, where the file system shares locks, on
    another; StoreError when the file cannot be written.
    """
    make_folder(file.parent)
    try:
        stream = file.open("a+", encoding="utf-8")
    except OSError as error:
        raise store_error(file, error) from error
    with stream:
        _take(stream, file)
        stream.seek(0)
        stream.truncate()
        stream.write(f"{owner}\n")
        stream.flush()
        yield
        stream.seek(0)
        stream.truncate()


def _take(stream: IO[str], file: Path) -> None:
    try:
        fcntl.flock(stream, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except BlockingIOError as error:
        stream.seek(0)
        holder = stream.read(500).strip() or "a run that is just beginning"
        raise LockedError(f"{file} is held by {holder}") from error
    except OSError as error:
        raise store_error(file, error) from error


def machine_name() -> str:
    """Return this machine's name as the names of files may hold it."""
    return re.sub(r"[^A-Za-z0-9-]", "-", os.uname().nodename)[:_NAME_CHARS]


def owner_name() -> str:
    """Return who this process is, for people: "host, process 4711"."""
    return f"{os.uname().nodename}, process {os.getpid()}"
