"""How long one page may take, and how much memory a worker may have."""

import resource
import signal
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Final

_RING_AGAIN_S: Final = 1.0  # a library may swallow the first alarm, but not all of them


class Overrun(BaseException):
    """The time is up. No Exception, so that no library takes it for a failure of its own."""


@contextmanager
def time_limit(seconds: float) -> Iterator[None]:
    """Raise `Overrun` in the block after `seconds`, where the platform has alarms and this is the main thread."""
    if not hasattr(signal, "setitimer") or threading.current_thread() is not threading.main_thread():
        yield
        return
    before = signal.signal(signal.SIGALRM, _ring)
    signal.setitimer(signal.ITIMER_REAL, seconds, _RING_AGAIN_S)
    try:
        yield
    finally:
        signal.setitimer(signal.ITIMER_REAL, 0)
        signal.signal(signal.SIGALRM, before)


def limit_memory(limit_bytes: int) -> None:
    """Let this process grow by `limit_bytes` of address space and no further: what asks for more gets MemoryError.

    For good. Nothing happens where the system does not show how large the process is (it is Linux that does).
    """
    try:
        with open("/proc/self/statm", "rb") as file:  # noqa: PTH123 - no file of a user
            now_bytes = int(file.read().split()[0]) * resource.getpagesize()
    except OSError:
        return
    _soft, hard = resource.getrlimit(resource.RLIMIT_AS)
    wanted = now_bytes + limit_bytes
    if hard == resource.RLIM_INFINITY or wanted < hard:
        resource.setrlimit(resource.RLIMIT_AS, (wanted, hard))


def limit_processor_time(seconds: float) -> None:
    """Let the system end this process when it has worked `seconds` more; 0: no longer.

    The last resort: a page that is stuck in C code hears no alarm, and its parent may be dead.
    """
    if hasattr(signal, "setitimer"):
        signal.setitimer(signal.ITIMER_PROF, seconds)  # SIGPROF ends a process by default


def _ring(number: int, frame: object) -> None:
    raise Overrun
