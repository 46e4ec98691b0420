"""WACZ files: web archives in a zip, with indexes that are not needed here. https://specs.webrecorder.net/wacz/1.1.1/"""

from collections.abc import Iterator
from dataclasses import replace
from typing import Final

from harvester.archive.formats.container_spans import EntryRange, lost
from harvester.archive.formats.detection import named_form
from harvester.archive.formats.packed_pages import name_fault
from harvester.archive.formats.warc import RecordFile, framing_of, read_warc
from harvester.archive.formats.zip_members import (
    BrokenZipError,
    Directory,
    ZipMember,
    content_place,
    find_directory,
    members_of,
)
from harvester.archive.page_entries import Entry
from harvester.compression.members import Seekable, Slice
from harvester.errors import Reason
from harvester.store.datasets.remote_file import AnyPath

# A place is the number of the member and the place in it: 8 million members of a terabyte each.
PLACE_BITS: Final = 40
_PACKAGE: Final = "datapackage.json"
_STORED: Final = 0
_NO_DIRECTORY: Final = "is no whole zip: the directory at its end is missing; save it again"


def read_wacz(file: Seekable, file_bytes: int, path: AnyPath, span: EntryRange) -> Iterator[Entry]:
    """Yield the pages of all web archives in a WACZ. Raises OSError."""
    try:
        directory = find_directory(file, file_bytes)
    except BrokenZipError as error:
        if 0 in span:
            yield lost(str(path), 0, str(error))
        return
    if directory is None:
        if 0 in span:
            yield lost(str(path), 0, _NO_DIRECTORY)
        return
    if 0 in span:
        yield from _missing(str(path), frozenset(_named(file, directory)))
    for number, member in enumerate(members_of(file, directory), 1):
        if span.is_past(number << PLACE_BITS):
            return
        if member is not None and named_form(member.name) in {"warc", "arc"}:
            yield from _in_member(file, directory, path, number, member, span)


def _named(file: Seekable, directory: Directory) -> Iterator[str]:
    """Yield the data package, and the form of each archive."""
    for member in members_of(file, directory):
        if member is not None and (member.name == _PACKAGE or named_form(member.name) in {"warc", "arc"}):
            yield _PACKAGE if member.name == _PACKAGE else "archive"


def _missing(name: str, there: frozenset[str]) -> Iterator[Entry]:
    if "archive" not in there:
        yield lost(name, 0, "holds no web archive (archive/*.warc.gz); save it again", Reason.NO_PAGES)
    elif _PACKAGE not in there:
        yield lost(name, 0, f"has no {_PACKAGE}, so it is no whole WACZ; the archives in it are read")


def archives_in(file: Seekable, file_bytes: int, path: AnyPath) -> Iterator[RecordFile]:
    """Yield the web archives in a WACZ that can be read. Raises OSError, BrokenZipError where it is no whole zip."""
    directory = find_directory(file, file_bytes)
    if directory is None:
        raise BrokenZipError(_NO_DIRECTORY)
    for member in members_of(file, directory):
        if member is not None and named_form(member.name) in {"warc", "arc"}:
            source = _archive_in(file, directory, path, member)
            if isinstance(source, RecordFile):
                yield source


def _archive_in(file: Seekable, directory: Directory, path: AnyPath, member: ZipMember) -> RecordFile | str:
    """Return an archive in a WACZ, or a text with the reason why it cannot be read."""
    try:
        start = content_place(file, member, directory)
    except BrokenZipError as error:
        return str(error)
    is_packed = None if member.method == _STORED else "is packed twice; unpack the file and read the archives in it"
    fault = name_fault(member.name) or member.fault or is_packed
    content = Slice(file, start, start + member.packed_bytes)
    form = framing_of(named_form(member.name) or "warc")
    return fault or RecordFile(content, f"{path}!{member.name}", f"{path.name}!{member.name}", form)


def _in_member(
    file: Seekable, directory: Directory, path: AnyPath, number: int, member: ZipMember, span: EntryRange
) -> Iterator[Entry]:
    first = number << PLACE_BITS
    inner = EntryRange(max(0, span.start - first), None if span.end is None else span.end - first)
    if inner.start >= 1 << PLACE_BITS:
        return
    source = _archive_in(file, directory, path, member)
    if isinstance(source, str):
        if 0 in inner:
            yield lost(f"{path}!{member.name}", first, source)
        return
    for entry in read_warc(source, inner):
        yield replace(entry, place=first + entry.place)
