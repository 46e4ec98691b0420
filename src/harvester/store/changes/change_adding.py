"""Adds changes to the list of any place: to the end of a file, or, in a bucket, as objects that are named in order."""

from collections.abc import Iterable, Iterator
from dataclasses import replace
from itertools import islice
from typing import Final

from harvester.errors import Reason, StoreError
from harvester.store.changes.change_line import Change, change_line
from harvester.store.changes.change_log import BusyError, open_log
from harvester.store.changes.change_reading import file_of, has_changes, last_seq, part_name
from harvester.store.datasets.storage import LocalStorage, Storage

_AT_ONCE: Final = 10_000  # changes that are written together: 4 MB


def add_changes(place: Storage, changes: Iterable[Change]) -> int:
    """Add changes to a place's list, each with the number that follows; return how many there were. Raises StoreError.

    Nobody else may be writing there. What is added is on disk, or in the bucket, piece by piece.
    """
    pieces = _pieces(iter(changes))
    if isinstance(place, LocalStorage):
        return _add_to_file(place, pieces)
    last = last_seq(place) if has_changes(place) else 0
    count = 0
    for piece in pieces:
        place.write(part_name(last + 1), b"".join(_numbered(piece, last)))
        last, count = last + len(piece), count + len(piece)
    return count


def _add_to_file(place: LocalStorage, pieces: Iterator[list[Change]]) -> int:
    count = 0
    try:
        with open_log(place.root, name=file_of(place).name) as log:
            for piece in pieces:
                log.append(_numbered(piece, log.end.seq))
                count += len(piece)
    except BusyError as error:
        raise StoreError(place.address, Reason.UNWRITABLE, f"{error}; wait until it has ended") from error
    return count


def _pieces(changes: Iterator[Change]) -> Iterator[list[Change]]:
    while piece := list(islice(changes, _AT_ONCE)):
        yield piece


def _numbered(changes: Iterable[Change], last: int) -> Iterator[bytes]:
    return (change_line(replace(change, seq=seq)) for seq, change in enumerate(changes, last + 1))
