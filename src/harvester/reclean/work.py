"""The work folder of a run: what is under way in it, whose it is, and its end."""

import contextlib
import secrets
import shutil
from hashlib import blake2b
from pathlib import Path
from typing import Final

from harvester import __version__
from harvester.reclean.inputs import STDIN, is_pipe
from harvester.reclean.job import Job
from harvester.reclean.journal import Journal

WORK_NAME: Final = ".harvester"  # in the output folder
LOCK: Final = "lock"
JOURNAL: Final = "run.sqlite"
PARTIALS: Final = "partials"  # units under way, page by page
EARLIER: Final = "earlier"  # articles that may be taken over
PIPES: Final = "pipes"  # what came through them


def identity_of(job: Job, makers: tuple[str, str]) -> str:
    """Return what two runs share that write the same: how many processes there are does not count."""
    what = (job.paths, job.output, job.selection, job.site_memory, job.part_bytes, job.memory_file)
    limits = (job.effort.limit_s, job.effort.memory_bytes)
    once = secrets.token_hex(8) if _reads_pipes(job) else ""
    told = repr((what, limits, __version__, makers, once)).encode("utf-8", "surrogatepass")
    return blake2b(told, digest_size=16).hexdigest()


def drop_other(work: Path, identity: str | None) -> str | None:
    """Remove what a run of another job left (None: any), and a plan that is not whole; return what to tell of it."""
    file = work / JOURNAL
    if not file.exists():
        return None
    with Journal(file) as journal:
        before = journal.fact("job") if journal.fact("planned") else None
    if before is not None and before == identity:
        return "An unfinished run of the same job stands here; it goes on where it was."
    _drop(work)
    if before is None:
        return None
    return "An unfinished run with other inputs, options or rules stood here; this one begins anew."


def remove(work: Path) -> None:
    """Remove what a run left, the lock that is held, and the folder where nothing else is in it."""
    _drop(work)
    (work / LOCK).unlink(missing_ok=True)
    with contextlib.suppress(OSError):
        work.rmdir()


def _drop(work: Path) -> None:
    """Remove what a run left; what somebody else put there stays."""
    for name in (PARTIALS, EARLIER, PIPES):
        shutil.rmtree(work / name, ignore_errors=True)
    for name in (JOURNAL, f"{JOURNAL}-wal", f"{JOURNAL}-shm"):
        (work / name).unlink(missing_ok=True)


def _reads_pipes(job: Job) -> bool:
    """Return whether a pipe is among the inputs: the same job may bring other pages the next time."""
    return any(path == STDIN or is_pipe(Path(path)) for path in job.paths)
