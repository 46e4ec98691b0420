"""Counts the functions that are called: a measure of work that no other program on the machine changes."""

import sys
from collections.abc import Callable


def calls_in(work: Callable[[], object]) -> int:
    """Return how many functions are called in `work`, of Python and of C."""
    calls = 0

    def count(frame: object, event: str, argument: object) -> None:
        nonlocal calls
        calls += event in ("call", "c_call")

    sys.setprofile(count)
    try:
        work()
    finally:
        sys.setprofile(None)
    return calls
