"""Site memories as canonical JSON: a crawl keeps them beside its pages."""

from dataclasses import dataclass
from typing import Final, Literal

import msgspec

from harvester.errors import InputError
from harvester.memory import MEMORY_VERSION, make_memory
from harvester.models import SiteMemory

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
