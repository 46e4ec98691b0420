"""JSON read into types by msgspec, whose readers are made by one thread at a time.

What msgspec keeps of a type hangs on the type before it is whole. A thread that meets it half made, while another one
makes it, ends the whole process by a segmentation fault: seen with msgspec 0.22 on the first articles of crawls.
"""

from threading import Lock
from typing import Any, TypeVar

import msgspec

_Kind = TypeVar("_Kind")
_MAKING = Lock()
_READERS: dict[Any, Any] = {}


def json_reader(kind: type[_Kind]) -> "msgspec.json.Decoder[_Kind]":
    """Return what reads JSON into a type. From then on the type may be read, or converted to, in any thread."""
    with _MAKING:
        if kind not in _READERS:
            _READERS[kind] = msgspec.json.Decoder(kind)
        reader: msgspec.json.Decoder[_Kind] = _READERS[kind]
    return reader
