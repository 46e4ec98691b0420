"""Whether the machines that share a crawl write into one folder: each must find there what the first one left."""

import contextlib
import os
import secrets
from pathlib import Path
from typing import Final

from harvester.crawl.state.store import State
from harvester.errors import Reason, StoreError
from harvester.store.atomic_files import store_error, write_atomic

MARK_NAME: Final = "crawl.id"
_MARK: Final = "output"  # the state's name for it
_MARK_BYTES: Final = 8


def check_folder(output: Path, state: State) -> None:
    """Raise StoreError "unwritable" where other machines of the crawl write into another folder.

    The first one that comes marks the folder. An article's earlier versions are there: a machine with a folder of
    its own would begin each edited article anew.
    """
    if not state.is_shared:
        return
    path = output / MARK_NAME
    known = state.mark(_MARK) or state.keep_mark(_MARK, _marked(path))
    found = _read(path)
    if found != known:
        says = f"says {found!r}" if found else "is missing"
        explanation = (
            f"the other machines of this crawl write into another folder ({MARK_NAME} {says}, in theirs it says "
            f"{known!r}): share one; if this is theirs, moved here, write {known} into {path}"
        )
        raise StoreError(str(output), Reason.UNWRITABLE, explanation)


def _read(path: Path) -> str | None:
    try:
        return path.read_text(encoding="utf-8", errors="replace").strip() or None
    except FileNotFoundError:
        return None
    except OSError as error:
        raise store_error(path, error) from error


def _marked(path: Path) -> str:
    """Return the mark of a folder, made where there is none: whole or not at all, and by one machine only."""
    found = _read(path)
    if found is not None:
        return found
    mark = secrets.token_hex(_MARK_BYTES)
    part = path.with_name(f".{mark}.part")
    write_atomic(part, f"{mark}\n".encode())
    try:
        with contextlib.suppress(FileExistsError):  # another machine was faster
            os.link(part, path)
    except OSError as error:
        raise store_error(path, error) from error
    finally:
        part.unlink()
    return _read(path) or mark
