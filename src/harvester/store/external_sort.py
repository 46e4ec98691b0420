"""Lines in order, of any number, with memory that does not grow: sorted runs on disk, merged."""

import heapq
from collections.abc import Iterable, Iterator
from contextlib import ExitStack, contextmanager
from pathlib import Path
from tempfile import TemporaryFile, gettempdir
from typing import IO, Final

from harvester.store.atomic_files import store_error

RUN_BYTES: Final = 64 * 1024 * 1024  # of memory, for the lines of one run
_WAYS: Final = 64  # runs that are merged at once: as many files are open, twice
_OBJECT_BYTES: Final = 41  # of a line in memory, beside its content: the object's head and its place in the list


@contextmanager
def sorted_lines(lines: Iterable[bytes], run_bytes: int = RUN_BYTES) -> Iterator[Iterator[bytes]]:
    """Yield lines, each with its line feed, in the order of their bytes; equal ones stay.

    Runs lie in the temporary folder until the block ends, under no name. Raises StoreError where there is no room.
    """
    with ExitStack() as files:
        try:
            runs = [_spooled(run, files) for run in _sorted_runs(lines, run_bytes)]
            while len(runs) > _WAYS:
                runs = [_merged(runs[at : at + _WAYS], files) for at in range(0, len(runs), _WAYS)]
        except OSError as error:
            raise store_error(Path(gettempdir()), error) from error
        yield heapq.merge(*map(_read, runs))


def _sorted_runs(lines: Iterable[bytes], run_bytes: int) -> Iterator[list[bytes]]:
    run: list[bytes] = []
    size = 0
    for line in lines:
        run.append(line)
        size += len(line) + _OBJECT_BYTES
        if size >= run_bytes:
            run.sort()
            yield run
            run, size = [], 0
    run.sort()
    yield run


def _spooled(lines: Iterable[bytes], files: ExitStack) -> IO[bytes]:
    file = files.enter_context(TemporaryFile())  # noqa: SIM115 - it is entered
    file.writelines(lines)
    return file


def _merged(runs: list[IO[bytes]], files: ExitStack) -> IO[bytes]:
    """Return several runs as one; their room is given back."""
    whole = _spooled(heapq.merge(*map(_read, runs)), files)
    for run in runs:
        run.close()
    return whole


def _read(run: IO[bytes]) -> Iterator[bytes]:
    run.seek(0)
    yield from run
