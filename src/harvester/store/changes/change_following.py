"""A list of changes read for ever: what is there, then what is added, each line once."""

from collections.abc import Callable, Iterator
from typing import Final

from harvester.errors import InputError, Reason
from harvester.store.changes.change_reading import Line, Since, file_of, has_changes, last_seq, read_changes
from harvester.store.datasets.layout import CHANGES_FOLDER
from harvester.store.datasets.storage import LocalStorage, Storage

_POLL_S: Final = 0.5  # of a file: a look at its size
_REMOTE_POLL_S: Final = 10.0  # of a bucket: a request that lists objects


def follow_changes(place: Storage, since: Since, waits: Callable[[float], bool]) -> Iterator[Line | None]:
    """Yield what follows `since`, then None, then what is added, and None again, until `waits` returns False.

    `waits` lets so many seconds pass and returns whether to go on; it is called after each None. A list that is not
    there yet is waited for. Raises InputError where it is damaged, or is another one than `since` was read from.
    """
    known = since
    while True:
        before = _mark_of(place)
        if has_changes(place):
            check_since(place, known)
            for line in read_changes(place, known):
                known = line.seq
                yield line
        yield None
        if not _waits_for_more(place, before, waits):
            return


def check_since(place: Storage, since: Since) -> None:
    """Raise InputError where a list ends before the number after which it is to be read: it is another list."""
    if isinstance(since, int) and since > (last := last_seq(place)):
        words = f"its list of changes ends at {last:,}, and what follows {since:,} was asked for"
        raise InputError(
            place.address, Reason.UNREADABLE, f"{words}: it is another list; take all of it with --since 0"
        )


def _waits_for_more(place: Storage, before: object, waits: Callable[[float], bool]) -> bool:
    """Return True as soon as there may be more, False where nobody waits any longer."""
    pause_s = _POLL_S if isinstance(place, LocalStorage) else _REMOTE_POLL_S
    while waits(pause_s):
        if _mark_of(place) != before:
            return True
    return False


def _mark_of(place: Storage) -> object:
    """Return what is another one when a list has grown or was replaced."""
    if not isinstance(place, LocalStorage):
        return tuple(place.names(CHANGES_FOLDER))[-1:]  # an object never changes: there is one more
    try:
        found = file_of(place).stat()
    except OSError:
        return ()
    return found.st_dev, found.st_ino, found.st_size
