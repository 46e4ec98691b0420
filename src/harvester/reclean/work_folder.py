"""The work folder of a run: what is under way in it, whose it is, and its end."""

import contextlib
import secrets
import shutil
from hashlib import blake2b
from pathlib import Path
from typing import Final

from harvester import __version__
from harvester.archive.inputs import STDIN, is_pipe
from harvester.errors import Reason, StoreError
from harvester.reclean.job import CleanJob
from harvester.reclean.journal import Journal
from harvester.store.atomic_files import make_folder
from harvester.store.datasets.layout import JOURNAL
from harvester.store.datasets.remote_file import is_remote

LOCK: Final = "lock"
PARTIALS: Final = "partials"  # units under way, page by page
EARLIER: Final = "earlier"  # articles that may be taken over
PIPES: Final = "pipes"  # what came through them
CHANGES: Final = "changes.sqlite"  # what the articles were that are told as changed or gone
_FORMAT: Final = 7  # of the journal: a run that was noted in another one begins anew
_WRITER: Final = f"{__version__}, journal {_FORMAT}"


def identity_of(job: CleanJob, fingerprints: tuple[str, str]) -> str:
    """Return what two runs share that write the same: how many processes there are does not count."""
    named = map(str, (*job.paths, job.memory_file or ""))
    where = tuple(name if is_remote(name) else str(Path(name).absolute()) for name in named)
    what = (job.paths, where, job.output, job.selection, job.site_memory, job.part_bytes, job.sites.digest)
    limits = (job.effort.limit_s, job.effort.memory_bytes)
    once = secrets.token_hex(8) if _reads_pipes(job) else ""
    content = repr((what, limits, __version__, fingerprints, once, _FORMAT)).encode("utf-8", "surrogatepass")
    return blake2b(content, digest_size=16).hexdigest()


def sign(journal: Journal, identity: str) -> None:
    """Write down whose run a journal is of, and which harvester keeps it."""
    journal.note("writer", _WRITER)
    journal.note("job", identity)


def claim(work: Path) -> None:
    """Refuse a work folder that is a link: what is removed in it could be somebody else's. Raises StoreError."""
    if work.is_symlink() or (work.exists() and not work.is_dir()):
        words = "is a link or a file; remove it, or name another folder with --work"
        raise StoreError(str(work), Reason.UNWRITABLE, words)


def drop_other(work: Path, identity: str | None) -> str | None:
    """Remove what a run of another job left (None: any), or of another harvester; return what the user is to know."""
    file = work / JOURNAL
    if file.is_symlink() or not file.exists():
        _drop(work)
        return None
    if identity is None:  # not looked into: it may be damaged
        _drop(work)
        return "An unfinished run stood here; this one begins anew."
    with Journal(file) as journal:
        before, writer = journal.fact("job"), journal.fact("writer")
    if before is not None and before == identity:
        return "An unfinished run of the same job stands here; it goes on where it was."
    _drop(work)
    if before is None:
        return None
    if writer != _WRITER:
        return "An unfinished run of another version of harvester stood here; this one begins anew."
    return "An unfinished run with other inputs, options or rules stood here; this one begins anew."


def remove(work: Path) -> None:
    """Remove what a run left, the lock that is held, and the folder where nothing else is in it."""
    _drop(work)
    (work / LOCK).unlink(missing_ok=True)
    remove_empty(work)


def remove_empty(folder: Path) -> None:
    """Remove a folder where nothing is in it."""
    with contextlib.suppress(OSError):
        folder.rmdir()


def make_empty(folder: Path) -> None:
    """Make a folder of a work folder, without what an earlier run left in it. Raises StoreError."""
    shutil.rmtree(folder, ignore_errors=True)
    make_folder(folder)


def _drop(work: Path) -> None:
    """Remove what a run left; what somebody else put there stays."""
    for name in (PARTIALS, EARLIER, PIPES):
        if (work / name).is_symlink():
            (work / name).unlink()
        shutil.rmtree(work / name, ignore_errors=True)
    for name in (CHANGES, JOURNAL, f"{JOURNAL}-wal", f"{JOURNAL}-shm"):
        (work / name).unlink(missing_ok=True)


def _reads_pipes(job: CleanJob) -> bool:
    """Return whether a pipe is among the inputs: the same job may bring other pages the next time."""
    return any(path == STDIN or is_pipe(Path(path)) for path in job.paths)
