"""Pages back from WARC files, ours and others': 1.0 and 1.1, packed by record or not.

A damaged file gives all its good records; each loss is told with its place. What counts as damage: a gzip member that
breaks off or fails its checksum, a record that is not as long as it says, a digest that does not fit, bytes between
records that are none.
"""

import hashlib
import re
from base64 import b32encode
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime
from io import BytesIO
from pathlib import Path
from typing import IO, Final

from harvester.errors import InputError
from harvester.fetching.decoding import BodyBuilder, DecodingError
from harvester.models import Archive, Page
from harvester.store.members import read_members

MAX_HEADER_BYTES: Final = 64 * 1024
MAX_BODY_BYTES: Final = 64 * 1024 * 1024  # as for any saved page
_SCAN_BYTES: Final = 1024 * 1024
_START: Final = b"WARC/"
_END: Final = b"\r\n\r\n"
_ORIGINAL: Final = "x-archive-orig-"
_STATUS_LINE: Final = re.compile(rb"HTTP/[\d.]+ +(\d{3})")
_CHUNK: Final = re.compile(rb"\s*([0-9a-fA-F]{1,8})[^\r\n]*\r?\n")
_DIGESTS: Final = frozenset({"sha1", "sha256", "sha512", "md5"})


@dataclass(frozen=True, slots=True)
class Record:
    """One record."""

    offset: int  # bytes, of the record, or of the gzip member that it stands in
    headers: tuple[tuple[str, str], ...]  # lower-case names
    block: bytes

    def header(self, name: str) -> str | None:
        """Return the first header `name` (lower case), or None."""
        return next((value for key, value in self.headers if key == name), None)

    @property
    def kind(self) -> str:
        """The WARC-Type, lower case."""
        return (self.header("warc-type") or "").lower()


@dataclass(frozen=True, slots=True)
class Loss:
    """A stretch of a file without a good record."""

    offset: int  # bytes
    explanation: str


def read_records(path: Path) -> Iterator[Record | Loss]:
    """Yield the records of a WARC file in order, and what was lost between them.

    Raises InputError "unreadable" when the file cannot be read.
    """
    try:
        with path.open("rb") as file:
            head = file.read(len(_START))
            # The name tells where the first bytes are damaged.
            packed = head.startswith(b"\x1f\x8b") or (path.suffix == ".gz" and head != _START)
            yield from _packed_records(file) if packed else _records(file, None)
    except OSError as error:
        raise InputError(str(path), "unreadable", f"cannot be read: {error.strerror}") from error


def _packed_records(file: IO[bytes]) -> Iterator[Record | Loss]:
    for member in read_members(file):
        if member.fault is not None:
            yield Loss(member.offset, f"the gzip member is broken: {member.fault}")
        else:
            yield from _records(BytesIO(member.content), member.offset)


def _records(file: IO[bytes], offset: int | None) -> Iterator[Record | Loss]:
    """Yield the records of plain bytes; `offset` is where their gzip member stands, None: they stand in the file."""
    at = 0
    while True:
        found = _read_record(file, at)
        if found is None:
            return
        record, end = found
        if isinstance(record, Loss):
            end = _next_start(file, at + 1)
        place = at if offset is None else offset
        yield (
            Record(place, record.headers, record.block)
            if isinstance(record, Record)
            else Loss(place, record.explanation)
        )
        at = end


def _read_record(file: IO[bytes], at: int) -> tuple[Record | Loss, int] | None:
    """Return the record at a place and where it ends; None at the end of the bytes."""
    file.seek(at)
    head = file.read(MAX_HEADER_BYTES)
    if not head.strip():
        return None
    blank = len(head) - len(head.lstrip(b"\r\n"))
    head = head[blank:]
    end = head.find(_END)
    if not head.startswith(_START) or end < 0:
        return Loss(at, "no WARC record begins here"), at
    headers = _fields(head[:end].partition(b"\r\n")[2])
    said = next((value for name, value in headers if name == "content-length"), "")
    if not re.fullmatch(r"\d{1,12}", said):
        return Loss(at, f"Content-Length {said[:40]!r} is no number"), at
    start, length = at + blank + end + len(_END), int(said)
    if length > MAX_BODY_BYTES:
        return Loss(at, f"Content-Length {length:,} is more than {MAX_BODY_BYTES:,}"), at
    file.seek(start)
    block, after = file.read(length), file.read(len(_END))
    record = Record(at, headers, block)
    fault = _fault(record, length, after)
    return (Loss(at, fault), at) if fault else (record, start + length + len(_END))


def _fault(record: Record, length: int, after: bytes) -> str | None:
    if len(record.block) < length:
        return f"stops after {len(record.block):,} of {length:,} bytes"
    if after != _END:
        return f"Content-Length {length:,} is wrong: no record ends there"
    said = record.header("warc-block-digest")
    if said is not None and not is_digest_of(said, record.block):
        return "the block digest does not fit"
    return None


def is_digest_of(said: str, content: bytes) -> bool:
    """Say whether a digest as records name it, "sha1:" and base 32 or hex, fits; one of an unknown kind does."""
    name, _, value = said.partition(":")
    if name.lower() not in _DIGESTS:
        return True
    digest = hashlib.new(name.lower(), content, usedforsecurity=False).digest()
    return value.upper().rstrip("=") in (b32encode(digest).decode().rstrip("="), digest.hex().upper())


def _next_start(file: IO[bytes], at: int) -> int:
    """Return where the next record may begin at or behind a place; the end of the bytes when none does."""
    file.seek(at)
    before = b""
    while chunk := file.read(_SCAN_BYTES):
        window = before + chunk
        found = window.find(b"\n" + _START)
        if found >= 0:
            return at - len(before) + found + 1
        before = window[-len(_START) :]
        at += len(chunk)
    return at


# ── pages ─────────────────────────────────────────────────────────────────────────────────────


def page_of(record: Record) -> Page | None:
    """Return the page of a response record, None for other records and for answers that are no HTTP."""
    head, mark, body = record.block.partition(_END)
    status = _STATUS_LINE.match(head)
    if record.kind != "response" or status is None or not mark:
        return None
    fields = _fields(head.partition(b"\r\n")[2])
    content, notes = _decoded(body, fields)
    headers = ((name.removeprefix(_ORIGINAL), value) for name, value in fields)
    address = (record.header("warc-target-uri") or "").strip("<>") or None
    return Page(
        url=address,
        body=content,
        status=int(status[1]),
        headers=tuple(headers),
        fetched_at=_time(record.header("warc-date")),
        truncated=record.header("warc-truncated") is not None,
        notes=notes,
    )


def archived_page(folder: Path, place: Archive) -> Page:
    """Return the page that an article's `page.archive` points to.

    Raises InputError "unreadable" when it is not there, or no longer whole.
    """
    path = folder / Path(place.file).name
    try:
        with path.open("rb") as file:
            member = next(read_members(file, place.offset or 0), None)
    except OSError as error:
        raise InputError(str(path), "unreadable", f"cannot be read: {error.strerror}") from error
    found = next(_records(BytesIO(member.content), member.offset), None) if member and not member.fault else None
    page = page_of(found) if isinstance(found, Record) else None
    if page is None or (place.digest and not is_digest_of(place.digest, page.body)):
        raise InputError(f"{path}:{place.offset}", "unreadable", "there is no whole page at this place")
    return page


def _fields(head: bytes) -> tuple[tuple[str, str], ...]:
    """Return header lines as names, lower case, and values; a line that begins with a blank goes on (RFC 9112, 5.2)."""
    text = re.sub(r"\r?\n[ \t]+", " ", head.decode("utf-8", "replace"))
    lines = (line.partition(":") for line in text.splitlines())
    return tuple((name.strip().lower(), value.strip()) for name, mark, value in lines if mark)


def _decoded(body: bytes, fields: tuple[tuple[str, str], ...]) -> tuple[bytes, tuple[str, ...]]:
    """Return a body without the codings of the wire, where the archive kept them, and what was odd."""
    said = dict(reversed(fields))
    content = _unchunked(body) if "chunked" in said.get("transfer-encoding", "").lower() else body
    if not said.get("content-encoding"):
        return content, ()
    try:
        builder = BodyBuilder(said["content-encoding"], MAX_BODY_BYTES)
        builder.feed(content)
        decoded = builder.finish()
    except DecodingError as error:
        return content, (f"kept as archived: {error.explanation}",)
    return decoded.content, decoded.notes


def _unchunked(body: bytes) -> bytes:
    """Return a chunked body as one piece; what is not chunked, whatever its header says, as it is."""
    pieces: list[bytes] = []
    at = 0
    while match := _CHUNK.match(body, at):
        size = int(match[1], 16)
        if size == 0:
            return b"".join(pieces)
        pieces.append(body[match.end() : match.end() + size])
        at = match.end() + size
    return body


def _time(text: str | None) -> datetime | None:
    try:
        return datetime.fromisoformat(text) if text else None
    except ValueError:
        return None
