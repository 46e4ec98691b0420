"""Files of JSON lines: one page a line."""

import codecs
from collections.abc import Iterator
from typing import Final

from harvester.archive.formats.container_spans import EMPTY, STATUS, EntryRange, lost, shown, too_large
from harvester.archive.formats.jsonl_fields import NoPageLineError, read_page_line
from harvester.archive.page_entries import Entry, Passed
from harvester.archive.saved_page import MAX_BYTES, SavedPage
from harvester.compression.codecs import codec_of
from harvester.compression.members import Seekable
from harvester.compression.streams import Forward, PackedSource, PlainSource
from harvester.errors import HarvesterError, InputError

MAX_LINE_BYTES: Final = 2 * MAX_BYTES  # JSON writes quotes and line breaks of a page as two bytes
_CHUNK_BYTES: Final = 256 * 1024
_HEAD_BYTES: Final = 8


def read_lines(file: Seekable, name: str, span: EntryRange) -> Iterator[Entry]:
    """Yield the pages and bad lines of a file, their places the numbers of their lines, from 1. Raises OSError."""
    codec = codec_of(file.read(_HEAD_BYTES))
    stream = Forward(PlainSource(file) if codec is None else PackedSource(file, codec))
    number = 0
    while stream.ahead(1) or stream.fault:
        number += 1 + _pass_blank(stream)
        if not stream.ahead(1) and not stream.fault:
            return
        if span.is_past(number):
            return
        if number < span.start:
            _pass_line(stream)
        elif (entry := _entry(stream, f"{name}:{number}", number)) is not None:
            yield entry


def _pass_blank(stream: Forward) -> int:
    """Pass over empty lines and return how many there were: a bomb has millions."""
    before = stream.position
    if stream.look(0, 1) == b"\n":
        stream.skip_all(b"\n")
    return stream.position - before


def _pass_line(stream: Forward) -> None:
    """Go to the start of the next line; a line that breaks off ends at the fault."""
    if stream.find(b"\n"):
        stream.skip(1)
    elif stream.fault:
        stream.resume()


def _entry(stream: Forward, name: str, number: int) -> Entry | None:
    """Return the entry of the next line and pass over it; None for a blank line."""
    size = stream.line_bytes(MAX_LINE_BYTES)
    line = stream.look(0, size)
    if line.endswith(b"\n"):
        stream.skip(size)
    else:
        fault = stream.fault
        _pass_line(stream)
        if size == MAX_LINE_BYTES:
            return too_large(name, number, MAX_LINE_BYTES // 2**20)
        if fault is not None:
            return lost(name, number, fault)
    return Entry(shown(name), number, found) if (found := _found(line, name)) is not None else None


def _found(line: bytes, name: str) -> SavedPage | HarvesterError | Passed | None:
    line = line.removeprefix(codecs.BOM_UTF8).strip()
    if not line:
        return None
    try:
        page = read_page_line(line)
    except NoPageLineError as error:
        return InputError(shown(name), error.reason, shown(str(error)))
    if page.status is not None and not 200 <= page.status < 300:
        return STATUS
    return SavedPage(page) if page.body.strip() else EMPTY
