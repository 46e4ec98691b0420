"""Worker processes that are copies of a program which has just begun: what it has loaded, none of them loads again.

A server of processes is a second Python, which imports all anew: half a second of processor time, of which a run of one
page has no other use. A copy is made in some milliseconds. It is safe only as long as the program runs nothing beside
its own thread and holds nothing open that a copy would share, a journal or a lock; so it is for commands, which know
that, and not for programs that call the library. Processes that replace a copy come from the server.
"""

import os
import sys
import threading
from collections.abc import Sequence
from importlib import import_module
from multiprocessing import get_all_start_methods, get_context
from multiprocessing.connection import Connection
from typing import Final

from harvester.workers.killable_process import WARM, Guards, Serve, Worker, live

_MOST: Final = 8  # that are made before it is known how many are needed


def copies(serve: Serve, guards: Guards, count: int) -> list[Worker]:
    """Return up to `count` new processes that run `serve`; none where that is not safe, or there is no room."""
    if not _is_safe():
        return []
    if count > 1:
        import_module(WARM)  # one alone shares nothing: it loads what its pages ask for, and no more
    made: list[Worker] = []
    for _ in range(min(count, _MOST)):
        try:
            made.append(_copy(serve, guards, made))
        except OSError:
            break
    return made


def _is_safe() -> bool:
    """Return whether this process may be copied: on macOS, libraries of the system run threads that nobody sees."""
    return "fork" in get_all_start_methods() and sys.platform != "darwin" and threading.active_count() == 1


def _copy(serve: Serve, guards: Guards, before: Sequence[Worker]) -> Worker:
    context = get_context("fork")
    ours, theirs = context.Pipe()
    listens, alive = context.Pipe(duplex=False)
    held = [ours, alive, *(end for worker in before for end in (worker.pipe, worker.alive))]
    with theirs, listens:
        process = context.Process(target=_begin, args=(serve, (theirs, listens), guards, held), daemon=True)
        try:
            process.start()
        except OSError:
            ours.close()
            alive.close()
            raise
    return Worker(process, ours, alive)


def _begin(serve: Serve, ends: tuple[Connection, Connection], guards: Guards, held: Sequence[Connection]) -> None:
    for end in held:  # of the parent: held here, too, they would not be closed when it is gone
        end.close()
    live(serve, ends, guards, dict(os.environ))
