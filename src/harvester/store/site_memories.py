"""Site memories as canonical JSON: a crawl keeps them beside its pages."""

import struct
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Final, Literal

import msgspec

from harvester.errors import InputError, Reason
from harvester.models import SiteMemory
from harvester.site_memory import MEMORY_VERSION, PageFingerprint, make_memory
from harvester.store.atomic_files import open_atomic
from harvester.typed_json import json_reader

MEMORY_SCHEMA: Final = "harvester/site-memory/1"
_HEAD_BYTES: Final = struct.calcsize("<BI")
_DIGEST_BYTES: Final = 8
_HAS_HEADLINE: Final = 1
_HAS_LONG: Final = 2  # lines of more than `_SHORT_CHARS`
_SHORT_CHARS: Final = 2**16 - 1


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
        raise InputError(subject, Reason.EMPTY_INPUT, "the file is empty; learn the site again")
    try:
        file = json_reader(MemoryFile).decode(content)
    except (msgspec.DecodeError, UnicodeDecodeError) as error:
        raise InputError(subject, Reason.UNREADABLE, f"is no site memory: {error}; learn the site again") from error
    if file.version != MEMORY_VERSION:
        explanation = f"is of version {file.version}, not {MEMORY_VERSION}; learn the site again"
        raise InputError(subject, Reason.UNREADABLE, explanation)
    memory = make_memory(file.host, file.pages, file.seen)
    if memory.digest != file.digest:
        raise InputError(subject, Reason.UNREADABLE, "its digest is not that of its content; learn the site again")
    return memory


def pack_fingerprint(fingerprint: PageFingerprint) -> bytes:
    """Return the fingerprint of a page in few bytes: a third of what JSON takes; digests are random."""
    digests = [*filter(None, [fingerprint.headline]), *(digest for digest, _ in fingerprint.prose), *fingerprint.lines]
    chars = [count for _, count in fingerprint.prose]
    is_long = max(chars, default=0) > _SHORT_CHARS
    flags = _HAS_HEADLINE * (fingerprint.headline is not None) + _HAS_LONG * is_long
    head = struct.pack(f"<BI{len(chars)}{'I' if is_long else 'H'}", flags, len(chars), *chars)
    return head + bytes.fromhex("".join(digests))


def unpack_fingerprint(content: bytes) -> PageFingerprint:
    """Return the fingerprint that `pack_fingerprint` packed."""
    flags, prose = struct.unpack_from("<BI", content)
    kind = f"<{prose}{'I' if flags & _HAS_LONG else 'H'}"
    chars = struct.unpack_from(kind, content, _HEAD_BYTES)
    start = _HEAD_BYTES + struct.calcsize(kind)
    digests = [content[at : at + _DIGEST_BYTES].hex() for at in range(start, len(content), _DIGEST_BYTES)]
    headline = digests.pop(0) if flags & _HAS_HEADLINE else None
    return PageFingerprint(headline, tuple(zip(digests[:prose], chars, strict=True)), tuple(digests[prose:]))


def read_memories(path: Path) -> Iterator[SiteMemory]:
    """Yield the memories in a file, one a line; none where there is no file. Raises InputError."""
    try:
        with path.open("rb") as file:
            for number, line in enumerate(file, start=1):
                yield read_memory(line, f"{path}:{number}")
    except FileNotFoundError:
        return
    except OSError as error:
        raise InputError(str(path), Reason.UNREADABLE, f"cannot be read: {error.strerror}") from error


def write_memories(path: Path, memories: Iterable[SiteMemory]) -> None:
    """Write memories for `read_memories`, whole or not at all. Raises StoreError."""
    with open_atomic(path) as file:
        file.writelines(map(memory_json, memories))
