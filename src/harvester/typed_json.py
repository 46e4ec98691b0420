"""JSON read into types by msgspec, whose readers are made by one thread at a time.

What msgspec keeps of a type hangs on the type before it is whole. A thread that meets it half made, while another one
makes it, ends the whole process by a segmentation fault: seen with msgspec 0.22 on the first articles of crawls. So
would a process that is forked meanwhile, which has the half for ever: a fork waits until it is whole.
"""

import os
from threading import RLock
from typing import Any, Final, TypeVar

import msgspec

_Kind = TypeVar("_Kind")
MAKING: Final = RLock()  # held by the thread that makes readers, or types for them
_READERS: dict[Any, Any] = {}


def json_reader(kind: type[_Kind]) -> "msgspec.json.Decoder[_Kind]":
    """Return what reads JSON into a type. From then on the type may be read, or converted to, in any thread."""
    reader: msgspec.json.Decoder[_Kind] | None = _READERS.get(kind)
    if reader is None:
        with MAKING:
            reader = _READERS.setdefault(kind, msgspec.json.Decoder(kind))
    return reader


if hasattr(os, "register_at_fork"):
    os.register_at_fork(before=MAKING.acquire, after_in_parent=MAKING.release, after_in_child=MAKING.release)
