"""Pipes, read with an end: nobody may ever write into one, and a run must be able to stop while it waits."""

import os
import select
import stat
import time
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import IO, Final

from harvester.store.bounded_reading import read_up_to

_LOOK_S: Final = 0.1  # how often somebody who waits looks whether the run is to end
_PIECE_BYTES: Final = 1024 * 1024


class SilentPipeError(Exception):
    """Nothing came through a pipe for as long as anybody wants to wait."""

    def __init__(self, silence_s: float) -> None:
        super().__init__(f"nothing for {silence_s} s")
        self.silence_s = silence_s


@dataclass(frozen=True, slots=True)
class Patience:
    """How long a pipe is waited for."""

    silence_s: float | None  # without a byte; None: for ever
    look: Callable[[], None] = lambda: None  # called while nothing comes; what it raises ends the waiting


def read_named_pipe(path: Path, most: int, patience: Patience) -> bytes:
    """Return what comes through a named pipe, `most` bytes at most; raises SilentPipeError, OSError."""
    # To open one waits for a writer otherwise, and no signal ends that.
    handle = os.open(path, os.O_RDONLY | getattr(os, "O_NONBLOCK", 0) | getattr(os, "O_BINARY", 0))
    with os.fdopen(handle, "rb", buffering=0) as file:
        return read_open_pipe(file, most, patience)


def read_open_pipe(file: IO[bytes], most: int, patience: Patience) -> bytes:
    """Return what is left in an open file, `most` bytes at most; where it is a pipe, with patience."""
    number = _waiting_number(file)
    if number is None:
        return read_up_to(file, most)
    body = bytearray()
    while len(body) < most:
        _wait(number, patience)
        try:
            piece = os.read(number, min(_PIECE_BYTES, most - len(body)))
        except BlockingIOError:  # somebody else has read what was there
            continue
        if not piece:
            break
        body += piece
    return bytes(body)


def _wait(number: int, patience: Patience) -> None:
    """Return when there is something to read, or an end."""
    poll = select.poll()
    poll.register(number, select.POLLIN | select.POLLHUP)
    since = time.monotonic()
    while not poll.poll(_LOOK_S * 1000):
        patience.look()
        if patience.silence_s is not None and time.monotonic() - since >= patience.silence_s:
            raise SilentPipeError(patience.silence_s)


def _waiting_number(file: IO[bytes]) -> int | None:
    """Return the number of a file that may keep its reader waiting; None where none is known, or nobody can wait."""
    try:
        number = file.fileno()
        mode = os.fstat(number).st_mode
    except OSError:  # made in memory
        return None
    waits = stat.S_ISFIFO(mode) or stat.S_ISCHR(mode) or stat.S_ISSOCK(mode)
    return number if waits and hasattr(select, "poll") else None  # Windows has none
