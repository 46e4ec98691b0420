"""Signs of life of a process that waits for a server: whoever watches it must not take it for one that hangs."""

import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass

Beat = Callable[[], None]


@dataclass(slots=True)
class _Heart:
    """What is called while this process waits, and how often; one for the process."""

    beat: Beat | None = None
    every_s: float = 0.0


_HEART = _Heart()


def set_heartbeat(beat: Beat | None, every_s: float) -> None:
    """Let `beat` be called every so many seconds, from threads of its own, while this process waits for a server."""
    _HEART.beat, _HEART.every_s = beat, every_s


@contextmanager
def waiting() -> Iterator[None]:
    """Call the heartbeat of this process as long as the block lasts; none is under way any more when it has ended."""
    if _HEART.beat is None:
        yield
        return
    over = threading.Event()
    beating = threading.Thread(target=_go_on, args=(_HEART.beat, _HEART.every_s, over), daemon=True)
    beating.start()
    try:
        yield
    finally:
        over.set()
        beating.join()


def _go_on(beat: Beat, every_s: float, over: threading.Event) -> None:
    while not over.wait(every_s):
        beat()
