"""Pages back from WARC files, ours and others': 1.0 and 1.1, packed by record, as a whole, or not.

A damaged file gives all its good records; each loss is reported with its place. Damage is: a gzip member that
breaks off or fails its checksum, a record that is not as long as it claims, a digest that does not fit, bytes between
records that are none.
"""

import hashlib
import re
from base64 import b32encode
from collections.abc import Iterator
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from pathlib import Path
from typing import Final

from harvester.archive.formats.record_compression import packing_of, records_in
from harvester.archive.formats.record_stream import MAX_BLOCK_BYTES, MAX_HEADER_BYTES, Framing, Loss, Record, RecordHead
from harvester.compression.codecs import GZIP, BrokenPackingError
from harvester.errors import InputError, Reason
from harvester.fetching.content_codings import Body, BodyBuilder, DecodingError
from harvester.models import Archive, Page

__all__ = [
    "WARC",
    "Answer",
    "Loss",
    "Record",
    "answer_of",
    "archived_page",
    "decoded",
    "header_fields",
    "is_digest_of",
    "page_in",
    "page_of",
    "payload_digest",
    "payload_fault",
    "pointed_page",
    "read_records",
]

_MARK: Final = b"WARC/"
_END: Final = b"\r\n\r\n"
_ORIGINAL: Final = "x-archive-orig-"
_STATUS_LINE: Final = re.compile(rb"HTTP/[\d.]+ +(\d{3})")
_HEADERS_END: Final = re.compile(rb"\r?\n\r?\n")
_CHUNK: Final = re.compile(rb"\s*([0-9a-fA-F]{1,8})[^\r\n]*\r?\n")
_STRICT_CHUNK: Final = re.compile(rb"[0-9a-fA-F]{1,8}[ \t]*(?:;[^\r\n]*)?\r\n")  # begins what is surely chunked
_CHUNKS_END: Final = re.compile(rb"(?:\r?\n?)(?:[0-9a-fA-F]{1,8}\r?)?")  # what is left where chunks break off
_DIGESTS: Final = frozenset({"sha1", "sha256", "sha512", "md5"})


def _read_head(lines: bytes) -> RecordHead | str:
    end = lines.find(_END)
    if not lines.startswith(_MARK) or end < 0 or lines.find(b"\n" + _MARK, 0, end) >= 0:
        return "no WARC record begins here"
    headers = header_fields(lines[:end].partition(b"\r\n")[2])
    said = next((value for name, value in headers if name == "content-length"), "")
    if not re.fullmatch(r"[0-9]{1,12}", said):
        return f"Content-Length {said[:40]!r} is no number"
    return RecordHead(end + len(_END), headers, int(said))


def _block_fault(record: Record) -> str | None:
    said = record.header("warc-block-digest")
    return None if said is None or is_digest_of(said, record.block) else "the block digest does not fit"


WARC: Final = Framing(_MARK, re.compile(rb"WARC/[0-9.]+\r?\n"), re.compile(_MARK), _read_head, _END, _block_fault)


def read_records(path: Path, start: int = 0) -> Iterator[Record | Loss]:
    """Yield the records of a WARC file in order from the place `start` on, and what was lost between them.

    Raises InputError "unreadable" when the file cannot be read.
    """
    try:
        with path.open("rb") as file:
            # The name tells where the first bytes are damaged.
            packing = packing_of(file, WARC, GZIP if path.suffix == ".gz" else None)
            yield from records_in(file, packing, WARC, start)
    except OSError as error:
        raise InputError(str(path), Reason.UNREADABLE, f"cannot be read: {error.strerror}") from error
    except BrokenPackingError as error:
        raise InputError(str(path), Reason.UNREADABLE, str(error)) from error


def payload_digest(body: bytes) -> str:
    """Return the digest of a body as the records name it: "sha1:" and 32 characters of base 32."""
    return "sha1:" + b32encode(hashlib.sha1(body, usedforsecurity=False).digest()).decode()


def is_digest_of(said: str, content: bytes) -> bool:
    """Return whether a digest as records name it, "sha1:" and base 32 or hex, fits; one of an unknown kind does."""
    name, _, value = said.partition(":")
    if name.lower() not in _DIGESTS:
        return True
    digest = hashlib.new(name.lower(), content, usedforsecurity=False).digest()
    return value.upper().rstrip("=") in (b32encode(digest).decode().rstrip("="), digest.hex().upper())


# ── pages ─────────────────────────────────────────────────────────────────────────────────────


@dataclass(frozen=True, slots=True)
class Answer:
    """What a record keeps of an answer, its body as it is there."""

    status: int | None  # None: kept without HTTP (a `resource`)
    fields: tuple[tuple[str, str], ...]  # lower-case names, as archived
    body: bytes

    def field(self, name: str) -> str | None:
        """Return the first header `name` (lower case), or None."""
        return next((value for key, value in self.fields if key == name), None)


def answer_of(record: Record) -> Answer | None:
    """Return the answer in a response or resource record; None for other records and for answers that are no HTTP."""
    if record.kind == "resource":
        fields = (("content-type", record.header("content-type") or ""),)
        return Answer(None, fields, record.block)
    status = _STATUS_LINE.match(record.block)
    if record.kind != "response" or status is None:
        return None
    end = _HEADERS_END.search(record.block, 0, MAX_HEADER_BYTES)
    if end is None:
        return None
    head = record.block[: end.start()]
    return Answer(int(status[1]), header_fields(head.partition(b"\n")[2]), record.block[end.end() :])


def payload_fault(record: Record) -> str | None:
    """Return what is wrong with the payload of a response whose digest the archive names; None: nothing.

    Its body may be meant as it is there, without the chunks of the wire, or without all codings: writers differ.
    """
    said, answer = record.header("warc-payload-digest"), answer_of(record)
    is_part = any(record.header(name) is not None for name in ("warc-truncated", "warc-segment-number"))
    if said is None or answer is None or is_part or record.torn is not None:
        return None
    if is_digest_of(said, answer.body) or is_digest_of(said, _unchunked(answer.body)[0]):
        return None
    return None if is_digest_of(said, _decoded(answer).content) else "the payload digest does not fit"


def page_of(record: Record) -> Page | None:
    """Return the page of a response or resource record, None for other records and for answers that are no HTTP."""
    answer = answer_of(record)
    return None if answer is None else page_in(record, answer)


def page_in(record: Record, answer: Answer) -> Page:
    """Return the page of a record's answer."""
    body = _decoded(answer)
    is_part = record.header("warc-segment-number") is not None
    return Page(
        url=(record.header("warc-target-uri") or "").strip("<>") or None,
        body=body.content,
        status=answer.status,
        headers=tuple((name.removeprefix(_ORIGINAL), value) for name, value in answer.fields),
        fetched_at=_time(record.header("warc-date")),
        truncated=body.truncated or is_part or record.torn is not None or record.header("warc-truncated") is not None,
        notes=(*body.notes, *(("the first segment of a record that goes on elsewhere",) if is_part else ())),
    )


def archived_page(folder: Path, place: Archive) -> Page:
    """Return the page that an article's `page.archive` points to.

    Raises InputError "unreadable" when it is not there, or no longer whole.
    """
    path = folder / Path(place.file).name
    return pointed_page(read_records(path, place.offset or 0), place, f"{path}:{place.offset}")


def pointed_page(records: Iterator[Record | Loss], place: Archive, name: str) -> Page:
    """Return the page of the first of `records`, read from a place on; `name` is that of the record in messages.

    Raises InputError "unreadable" when it is not at the place, is not whole, or has another digest.
    """
    found = next(records, None)
    page = page_of(found) if isinstance(found, Record) and found.offset == (place.offset or 0) else None
    if page is None or not isinstance(found, Record) or found.torn or not _is_the_one(place, found, page):
        raise InputError(name, Reason.UNREADABLE, "there is no whole page at this place")
    return page


def _is_the_one(place: Archive, record: Record, page: Page) -> bool:
    """Return whether a record has the digest of a place: in its header, or of its body."""
    said = record.header("warc-payload-digest")
    return place.digest is None or place.digest == said or is_digest_of(place.digest, page.body)


def header_fields(head: bytes) -> tuple[tuple[str, str], ...]:
    """Return header lines as names, lower case, and values; a line that begins with a blank goes on (RFC 9112, 5.2)."""
    text = re.sub(r"\r?\n[ \t]+", " ", head.decode("utf-8", "replace"))
    lines = (line.partition(":") for line in text.splitlines())
    return tuple((name.strip().lower(), value.strip()) for name, mark, value in lines if mark)


def _decoded(answer: Answer) -> Body:
    """Return a body without the codings of the wire, where the archive kept them, and what was odd."""
    is_chunked = "chunked" in (answer.field("transfer-encoding") or "").lower()
    content, is_torn = _unchunked(answer.body) if is_chunked else (answer.body, False)
    body = decoded(content, answer.field("content-encoding"))
    return replace(body, truncated=True, notes=(*body.notes, "its chunks break off")) if is_torn else body


def decoded(body: bytes, coding: str | None) -> Body:
    """Return an archived body without its Content-Encoding; one that is not encoded so as it is, with a note."""
    if not coding:
        return Body(body)
    try:
        builder = BodyBuilder(coding, MAX_BLOCK_BYTES)
        builder.feed(body)
        return builder.finish()
    except DecodingError as error:
        return Body(body, notes=(f"kept as archived: {error.explanation}",))


def _unchunked(body: bytes) -> tuple[bytes, bool]:
    """Return a chunked body as one piece, and whether it breaks off; what is not chunked at all, as it is."""
    content = bytearray()
    at = 0
    while match := _CHUNK.match(body, at):
        size = int(match[1], 16)
        if size == 0:
            return bytes(content), False
        content += body[match.end() : match.end() + size]
        at = match.end() + size
    is_torn = _STRICT_CHUNK.match(body) and _CHUNKS_END.fullmatch(body, min(at, len(body)))
    return (bytes(content), True) if is_torn else (body, False)


def _time(text: str | None) -> datetime | None:
    try:
        moment = datetime.fromisoformat(text) if text else None
        return moment and (moment.astimezone(UTC) if moment.tzinfo else moment.replace(tzinfo=UTC))
    except (ValueError, OverflowError):
        return None
