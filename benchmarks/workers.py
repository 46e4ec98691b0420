"""Runs a function over pages in processes that can be killed: one page never stops a benchmark."""

import time
from collections import deque
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from functools import cache
from importlib import import_module
from multiprocessing import get_context
from multiprocessing.connection import Connection, wait
from multiprocessing.process import BaseProcess
from typing import Any, Literal, TypeVar

from corpora import Sample
from harvester.cleaning import clean_page
from harvester.models import Page
from harvester.urls import check_url

Value = TypeVar("Value")

# A page this slow is a fault of the program, not of a busy machine.
LIMIT_S = 60.0
# Enough for a worker's imports before its first page.
START_S = 60.0


@dataclass(frozen=True, slots=True)
class Lost:
    """A page whose worker gave no value."""

    why: Literal["crash", "hang"]  # the worker died (its traceback stands on standard error), or was killed


@dataclass(slots=True)
class _Worker:
    process: BaseProcess
    pipe: Connection
    sample: Sample
    until: float  # on time.monotonic


@cache
def load_all() -> None:
    """Clean a small page: no page of a corpus pays for imports and tables, and a wrong table ends the benchmark here.

    Raises RulesError when a rule table or the model cannot be used.
    """
    ready = f"<h1>Ready</h1><p>{'All is read before the first page. ' * 20}"
    clean_page(Page(None, ready.encode()))
    check_url("https://example.org/")  # what only some pages ask for: the parser of URLs, and the second opinion
    import_module("trafilatura").extract(ready)


def each_page(
    pages: Iterable[Sample], work: Callable[[Sample], Value], jobs: int
) -> Iterator[tuple[Sample, Value | Lost]]:
    """Yield what `work` returns for each page, as they come, from `jobs` processes.

    `work` travels to the processes: a function of a module, or a partial of one. An exception in it ends its process.
    """
    todo = deque(pages)
    busy: dict[Connection, _Worker] = {}
    while todo or busy:
        while todo and len(busy) < jobs:
            worker = _start(todo.popleft(), work)
            busy[worker.pipe] = worker
        for pipe in wait(list(busy), timeout=1.0):
            assert isinstance(pipe, Connection)
            worker = busy.pop(pipe)
            yield worker.sample, _received(worker)
            if worker.pipe.closed or not todo:
                _stop(worker)
            else:
                _give(worker, todo.popleft(), LIMIT_S)
                busy[pipe] = worker
        for worker in [worker for worker in busy.values() if time.monotonic() > worker.until]:
            del busy[worker.pipe]
            _stop(worker)
            yield worker.sample, Lost("hang")


def _start(sample: Sample, work: Callable[[Sample], object]) -> _Worker:
    context = get_context("spawn")  # a forked copy of a program with threads can hang
    ours, theirs = context.Pipe()
    process = context.Process(target=_serve, args=(work, theirs), daemon=True)
    process.start()
    theirs.close()  # so that the worker's death closes the pipe
    worker = _Worker(process, ours, sample, 0.0)
    _give(worker, sample, START_S + LIMIT_S)
    return worker


def _give(worker: _Worker, sample: Sample, limit_s: float) -> None:
    worker.sample, worker.until = sample, time.monotonic() + limit_s
    worker.pipe.send(sample)


def _received(worker: _Worker) -> Any:
    """Return what the worker sent; close the pipe when the worker is gone."""
    try:
        return worker.pipe.recv()
    except (EOFError, ConnectionError):
        worker.pipe.close()
        return Lost("crash")


def _stop(worker: _Worker) -> None:
    worker.process.kill()
    worker.process.join()
    worker.pipe.close()


def _serve(work: Callable[[Sample], object], pipe: Connection) -> None:
    while True:
        pipe.send(work(pipe.recv()))
