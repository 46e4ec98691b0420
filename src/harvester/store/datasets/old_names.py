"""Sets of earlier versions, whose other files had names that everybody's tools take for articles."""

from typing import IO, Final

from harvester.errors import InputError, Reason
from harvester.store.datasets.layout import FAILURES, LEDGER_ENDING, LEDGERS, MANIFEST, OLD_NAMES
from harvester.store.datasets.storage import Storage
from harvester.store.fault_log import LOG_NAME, OLD_LOG_NAME

# How files of ours begin: another one of the same name is somebody else's, and stays.
_BEGINNINGS: Final = {MANIFEST: b'{"schema":"harvester/set/', FAILURES: b'{"subject":'}


def open_either(place: Storage, name: str) -> tuple[IO[bytes], str]:
    """Return a file of a set, open to be read, and what it is called: by its name, or by that of earlier versions.

    Raises InputError, "no_pages" where there is neither.
    """
    try:
        return place.open(name), name
    except InputError as error:
        if error.reason != Reason.NO_PAGES or not _is_ours(place, name):
            raise
    return place.open(OLD_NAMES[name]), OLD_NAMES[name]


def rename_old(place: Storage) -> None:
    """Give the files of a set that an earlier version wrote the names of today; the manifest last. Raises StoreError.

    A set of today is not looked through; without an old manifest only the failures are. What is read of a file that a
    tool changed under our hands stays under its old name.
    """
    if _is_ours(place, MANIFEST):
        names = [name for name in place.names() if name.endswith(LEDGER_ENDING) and not name.startswith(LEDGERS)]
        for name in names:
            _move(place, name, LEDGERS + name)
        for new, old in {**OLD_NAMES, LOG_NAME: OLD_LOG_NAME}.items():
            if new not in _BEGINNINGS:
                _move(place, old, new)
    for name in (FAILURES, MANIFEST):
        if _is_ours(place, name):
            _move(place, OLD_NAMES[name], name)


def _is_ours(place: Storage, name: str) -> bool:
    """Return whether a manifest, or failures, are there under their old name."""
    beginning = _BEGINNINGS[name]
    try:
        with place.open(OLD_NAMES[name]) as file:
            return file.read(len(beginning)) == beginning
    except (InputError, OSError):
        return False


def _move(place: Storage, old: str, new: str) -> None:
    """Move a file, unless there is none; what is at its new place already is the later one."""
    try:
        place.open(new).close()
    except InputError:
        try:
            place.write(new, place.read(old))
        except InputError:
            return
    place.remove(old)
