"""Reads a list of changes from any place in it, with constant memory: from a number on, or from a time on.

In a folder it is one file whose lines are sorted by `seq`: the place is found by halving. In a bucket, where nothing
can be added to an object, it is objects that are named by the first number in them.
"""

import os
import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import IO, Final

from harvester.errors import InputError, Reason
from harvester.store.changes.change_line import parse_head
from harvester.store.datasets.layout import CHANGES, CHANGES_FOLDER, CRAWL_CHANGES
from harvester.store.datasets.storage import LocalStorage, Storage, open_local

_PART: Final = re.compile(r"_changes/(\d{12})\.jsonl")
_SCANNED_BYTES: Final = 65_536  # below that halving costs more than reading
Since = int | str  # the last `seq` that is known, or ISO 8601, UTC: from when on


@dataclass(frozen=True, slots=True)
class Line:
    """A change as it is in the list."""

    seq: int
    line: bytes  # with its line feed


def part_name(seq: int) -> str:
    """Return the object that begins with a number."""
    return f"{CHANGES_FOLDER}{seq:012d}.jsonl"


def file_of(place: LocalStorage) -> Path:
    """Return the list of a folder, or where it would be: that of a crawl, else that of a set."""
    of_crawl = place.root / CRAWL_CHANGES
    return of_crawl if of_crawl.is_file() else place.root / CHANGES


def has_changes(place: Storage) -> bool:
    """Return whether a place has a list of changes."""
    if isinstance(place, LocalStorage):
        return file_of(place).is_file()
    return next(place.names(CHANGES_FOLDER), None) is not None


def read_changes(place: Storage, since: Since) -> Iterator[Line]:
    """Yield what follows `since`, as far as it is there by now; whole lines only.

    Of a time, the first line is the first that is not older. Raises InputError: "no_pages" where there is no list.
    """
    if isinstance(place, LocalStorage):
        yield from _of_folder(place, since)
    else:
        yield from _of_parts(place, since)


def last_seq(place: Storage) -> int:
    """Return the last number of a list; 0: it is empty."""
    if isinstance(place, LocalStorage):
        path = file_of(place)
        with open_local(path) as file:
            end = _end_of_whole(file)
            return _head_before(file, end, str(path))[0] if end else 0
    name = _parts(place)[-1:]
    return max((line.seq for one in name for line in _of_part(place, one)), default=0)


# ── a file ────────────────────────────────────────────────────────────────────────────────────


def _of_folder(place: LocalStorage, since: Since) -> Iterator[Line]:
    path = file_of(place)
    with open_local(path) as file:
        end = _end_of_whole(file)
        file.seek(_start_of(file, end, _is_known(since), str(path)))
        while file.tell() < end:
            yield _line(file, str(path))


def _is_known(since: Since) -> Callable[[tuple[int, str]], bool]:
    """Return the test of whether a line lies before `since`."""
    if isinstance(since, int):
        return lambda head: head[0] <= since
    return lambda head: head[1] < since


def _start_of(file: IO[bytes], end: int, is_known: Callable[[tuple[int, str]], bool], subject: str) -> int:
    """Return where the first line begins that is not known; lines that are known are before all others."""
    low, high = 0, end
    while high - low > _SCANNED_BYTES:
        file.seek((low + high) // 2)
        file.readline()  # the rest of a line
        middle = file.tell()
        if middle >= high:  # no line begins in the upper half
            break
        if is_known(_head_at(file, subject)):
            low = file.tell()
        else:
            high = middle
    file.seek(low)
    while low < high and is_known(_head_at(file, subject)):
        low = file.tell()
    return low


def _head_at(file: IO[bytes], subject: str) -> tuple[int, str]:
    at = file.tell()
    try:
        return parse_head(file.readline())
    except ValueError as error:
        raise _damaged(subject, at, error) from error


def _head_before(file: IO[bytes], end: int, subject: str) -> tuple[int, str]:
    """Return the head of the line that ends at `end`."""
    size = _SCANNED_BYTES
    while True:
        start = max(end - size, 0)
        file.seek(start)
        feed = file.read(end - 1 - start).rfind(b"\n")
        if feed >= 0 or start == 0:
            file.seek(start + feed + 1)
            return _head_at(file, subject)
        size *= 2


def _line(file: IO[bytes], subject: str) -> Line:
    at = file.tell()
    line = file.readline()
    try:
        return Line(parse_head(line)[0], line)
    except ValueError as error:
        raise _damaged(subject, at, error) from error


def _end_of_whole(file: IO[bytes]) -> int:
    """Return where the last whole line of a file ends: behind it another process may be writing."""
    end = file.seek(0, os.SEEK_END)
    while end:
        start = max(end - _SCANNED_BYTES, 0)
        file.seek(start)
        feed = file.read(end - start).rfind(b"\n")
        if feed >= 0:
            return start + feed + 1
        end = start
    return 0


def _damaged(subject: str, at: int, error: ValueError) -> InputError:
    return InputError(f"{subject}:{at}", Reason.UNREADABLE, f"there is no change of an article at this byte: {error}")


# ── objects ───────────────────────────────────────────────────────────────────────────────────


def _parts(place: Storage) -> list[str]:
    names = [name for name in place.names(CHANGES_FOLDER) if _PART.fullmatch(name)]
    if not names:
        raise InputError(place.address, Reason.NO_PAGES, "has no list of changes")
    return names


def _of_parts(place: Storage, since: Since) -> Iterator[Line]:
    is_known = _is_known(since)
    for name in _wanted(place, _parts(place), since):
        for line in _of_part(place, name):
            if not is_known(parse_head(line.line)):
                yield line


def _wanted(place: Storage, names: list[str], since: Since) -> list[str]:
    """Return the objects from the one on that holds what follows `since`."""
    if isinstance(since, int):
        known = sum(_first(name) <= since + 1 for name in names)
        return names[max(known - 1, 0) :]
    low, high = 0, len(names)
    while low < high:
        middle = (low + high) // 2
        with place.open(names[middle]) as file:
            is_older = _head_at(file, f"{place.address}/{names[middle]}")[1] < since
        low, high = (middle + 1, high) if is_older else (low, middle)
    return names[max(low - 1, 0) :]


def _first(name: str) -> int:
    match = _PART.fullmatch(name)
    return int(match[1]) if match else 0


def _of_part(place: Storage, name: str) -> Iterator[Line]:
    subject = f"{place.address}/{name}"
    with place.open(name) as file:
        end = file.seek(0, os.SEEK_END)
        file.seek(0)
        while file.tell() < end:
            yield _line(file, subject)
