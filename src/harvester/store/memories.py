"""Site memories as canonical JSON: a crawl keeps them beside its pages."""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Final, Literal

import msgspec

from harvester.errors import InputError
from harvester.memory import MEMORY_VERSION, Traces, make_memory
from harvester.models import SiteMemory
from harvester.store.files import open_atomic

MEMORY_SCHEMA: Final = "harvester/site-memory/1"


@dataclass(frozen=True, slots=True)
class MemoryFile:
    """What a file of one site memory holds."""

    schema: Literal["harvester/site-memory/1"]
    host: str
    pages: int
    version: int
    digest: str
    seen: dict[str, int]


def memory_json(memory: SiteMemory) -> bytes:
    """Return the memory as one line of JSON: UTF-8, the digests of texts ascending, a final newline."""
    seen = dict(sorted(memory.seen.items()))
    file = MemoryFile(MEMORY_SCHEMA, memory.host, memory.pages, memory.version, memory.digest, seen)
    return msgspec.json.encode(file) + b"\n"


def read_memory(content: bytes, subject: str) -> SiteMemory:
    """Return the memory that `memory_json` wrote; `subject` is the file that errors name.

    Raises InputError ("empty_input", "unreadable") when it holds none, one of another version, or one that was changed.
    """
    if not content.strip():
        raise InputError(subject, "empty_input", "the file is empty; learn the site again")
    try:
        file = msgspec.json.decode(content, type=MemoryFile)
    except (msgspec.DecodeError, UnicodeDecodeError) as error:
        raise InputError(subject, "unreadable", f"is no site memory: {error}; learn the site again") from error
    if file.version != MEMORY_VERSION:
        explanation = f"is of version {file.version}, not {MEMORY_VERSION}; learn the site again"
        raise InputError(subject, "unreadable", explanation)
    memory = make_memory(file.host, file.pages, file.seen)
    if memory.digest != file.digest:
        raise InputError(subject, "unreadable", "its digest is not that of its content; learn the site again")
    return memory


def traces_json(traces: Traces) -> bytes:
    """Return the traces of a page as JSON."""
    return msgspec.json.encode(traces)


def read_traces_json(content: bytes) -> Traces:
    """Return the traces that `traces_json` wrote."""
    return msgspec.json.decode(content, type=Traces)


def read_memories(path: Path) -> Iterator[SiteMemory]:
    """Yield the memories in a file, one a line; none where there is no file. Raises InputError."""
    try:
        with path.open("rb") as file:
            for number, line in enumerate(file, start=1):
                yield read_memory(line, f"{path}:{number}")
    except FileNotFoundError:
        return
    except OSError as error:
        raise InputError(str(path), "unreadable", f"cannot be read: {error.strerror}") from error


def write_memories(path: Path, memories: Iterable[SiteMemory]) -> None:
    """Write memories for `read_memories`, whole or not at all. Raises StoreError."""
    with open_atomic(path) as file:
        file.writelines(map(memory_json, memories))
