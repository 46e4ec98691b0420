"""WARC and ARC files: the pages among their records."""

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Final

from harvester.archive.formats.arc import ARC
from harvester.archive.formats.container_spans import (
    EMPTY,
    NOT_HTML,
    REVISIT,
    STATUS,
    EntryRange,
    lost,
    shown,
    too_large,
)
from harvester.archive.formats.record_compression import packing_of, records_in
from harvester.archive.formats.record_stream import Framing, Loss, Record
from harvester.archive.formats.warc_reader import WARC, Answer, answer_of, page_in, payload_digest
from harvester.archive.page_entries import Entry, Passed
from harvester.archive.saved_page import LOOKS_LIKE_HTML, MAX_BYTES, SNIFF_BYTES, SavedPage
from harvester.compression.codecs import BrokenPackingError, Codec
from harvester.compression.members import Seekable
from harvester.models import Archive

HTML_TYPES: Final = frozenset({"text/html", "application/xhtml+xml"})
# Servers that do not know what they send say one of these; the first bytes tell.
_VAGUE_TYPES: Final = frozenset(
    {"", "text/plain", "application/octet-stream", "application/xml", "text/xml", "unknown/unknown", "unk", "no-type"}
)
_ANSWERS: Final = frozenset({"response", "resource", "revisit"})


@dataclass(frozen=True, slots=True)
class RecordFile:
    """A file of records, open for reading."""

    file: Seekable
    name: str  # as messages name it
    archive: str  # as the articles made of its pages name it
    framing: Framing
    named: Codec | None = None  # what its name says of its packing


def read_warc(source: RecordFile, span: EntryRange) -> Iterator[Entry]:
    """Yield the answers and losses in a WARC or ARC file. Raises OSError."""
    try:
        packing = packing_of(source.file, source.framing, source.named)
    except BrokenPackingError as error:
        if 0 in span:
            yield lost(source.name, 0, str(error))
        return
    for found in records_in(source.file, packing, source.framing, span.start):
        if span.is_past(found.offset):
            return
        entry = _entry(found, source)
        if entry is not None:
            yield entry


def _entry(found: Record | Loss, source: RecordFile) -> Entry | None:
    """Return the entry of a record; None for requests and notes, of which none is expected."""
    name = f"{source.name}:{found.offset}"
    if isinstance(found, Loss):
        return lost(name, found.offset, found.explanation)
    if found.kind not in _ANSWERS:
        return None
    answer = answer_of(found)
    why = REVISIT if found.kind == "revisit" else NOT_HTML if answer is None else _passed(answer)
    if why is not None or answer is None:
        return Entry(shown(name), found.offset, why or NOT_HTML)
    if found.is_cut:
        return too_large(name, found.offset, MAX_BYTES // 2**20)
    return Entry(shown(name), found.offset, _saved(found, answer, source.archive))


def _passed(answer: Answer) -> Passed | None:
    """Return why an answer is of no interest by its headers, None where it may be a page."""
    if answer.status is not None and not 200 <= answer.status < 300:
        return STATUS
    is_possible = _media_type(answer) in HTML_TYPES | _VAGUE_TYPES
    return None if is_possible else NOT_HTML


def _media_type(answer: Answer) -> str:
    return (answer.field("content-type") or "").partition(";")[0].strip().lower()


def _saved(record: Record, answer: Answer, archive: str) -> SavedPage | Passed:
    page = page_in(record, answer)
    if not page.body.strip():
        return EMPTY
    if _media_type(answer) not in HTML_TYPES and not LOOKS_LIKE_HTML.search(page.body[:SNIFF_BYTES]):
        return NOT_HTML
    digest = record.header("warc-payload-digest") or payload_digest(page.body)
    return SavedPage(page, archive=Archive(archive, record.offset, digest))


def framing_of(form: str) -> Framing:
    """Return how the records of a form are framed."""
    return ARC if form == "arc" else WARC
