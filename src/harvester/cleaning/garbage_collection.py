"""Lets Python's garbage collector look more seldom while pages are cleaned.

A page makes some ten thousand objects and drops nearly all of them without the collector's help, which yet goes through
them, and through all tables and models, each time that 700 more are alive: a fifteenth of the time of a page.

The setting is the program's, so it is treated with care: the collector is never off, so memory is bounded; the setting
comes back when the last thread is done with its page; what the program has set itself, before (to look even more
seldom, or never) or meanwhile, stays.
"""

import gc
import os
import threading
from types import TracebackType
from typing import Final

# Beyond some ten thousand the time saved is lost again, to memory that is new instead of used before.
YOUNG_OBJECTS: Final = 10_007  # no round number: nobody else sets it, so it is known as ours


class _Sparing:
    """A context that spares the collector, entered by any number of threads at once."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._inside = 0
        self._found: tuple[int, int, int] | None = None  # what is to come back; None: nothing
        if hasattr(os, "register_at_fork"):
            os.register_at_fork(after_in_child=self._forget_others)

    def __enter__(self) -> None:
        with self._lock:
            self._inside += 1
            found = gc.get_threshold()
            if self._inside == 1 and 0 < found[0] < YOUNG_OBJECTS:
                self._found = found
                gc.set_threshold(YOUNG_OBJECTS, *found[1:])

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        with self._lock:
            self._inside = max(self._inside - 1, 0)  # 0 already: forked meanwhile
            if self._inside == 0:
                self._restore()

    def _restore(self) -> None:
        found, self._found = self._found, None
        if found is not None and gc.get_threshold()[0] == YOUNG_OBJECTS:
            gc.set_threshold(*found)

    def _forget_others(self) -> None:
        """Begin anew in a forked process: the threads that were inside are not there."""
        self._lock = threading.Lock()
        self._inside = 0
        self._restore()


SPARING: Final = _Sparing()
