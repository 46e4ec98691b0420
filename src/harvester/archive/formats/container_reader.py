"""The pages of any container, one after the other."""

from collections.abc import Callable, Iterator
from pathlib import Path
from typing import IO, Final, NamedTuple, cast

from harvester.archive.formats.container_spans import EntryRange, lost
from harvester.archive.formats.crawl_output import read_crawl
from harvester.archive.formats.jsonl import read_lines
from harvester.archive.formats.record_compression import packing_of
from harvester.archive.formats.scrapy_cache import read_scrapy_cache
from harvester.archive.formats.tar import read_tar
from harvester.archive.formats.wacz import read_wacz
from harvester.archive.formats.warc import RecordFile, framing_of, read_warc
from harvester.archive.formats.zip import read_zip
from harvester.archive.inputs import CONTAINERS, PAGE_FORMS, ContainerForm, Form
from harvester.archive.page_entries import Entry
from harvester.compression.codecs import GZIP, ZSTD, BrokenPackingError
from harvester.errors import Reason
from harvester.store.datasets.remote_file import AnyPath

_RECORDS: Final = frozenset({"warc", "arc"})


def read_entries(path: AnyPath, form: Form, start: int = 0, end: int | None = None) -> Iterator[Entry]:
    """Yield what is in a container at places from `start` on and before `end`, in ascending place.

    `start` is 0 or the place of an entry, or one more. Never raises: what cannot be read is an entry, too, with an
    InputError.
    """
    span = EntryRange(max(0, start), end)
    last = span.start - 1
    try:
        for entry in _read(path, form, span):
            last = entry.place
            yield entry
    except OSError as error:
        if last + 1 in span:
            yield lost(str(path), last + 1, f"cannot be read: {error.strerror or error}; check its permissions")


def is_seekable(path: AnyPath, form: Form) -> bool:
    """Return whether `start` is reached without unpacking and reading what is before it. Raises OSError."""
    if form not in _RECORDS:
        return form not in PAGE_FORMS and CONTAINERS[cast("ContainerForm", form)].is_seekable
    try:
        with path.open("rb") as file:
            packing = packing_of(file, framing_of(form))
    except BrokenPackingError:
        return False
    return packing.codec is None or packing.is_by_record


class _File(NamedTuple):
    """An open container."""

    file: IO[bytes]
    size: int  # bytes
    path: AnyPath
    form: Form


def _records(source: _File, span: EntryRange) -> Iterator[Entry]:
    named = {".gz": GZIP, ".zst": ZSTD}.get(source.path.suffix.lower())
    name = str(source.path)
    return read_warc(RecordFile(source.file, name, source.path.name, framing_of(source.form), named), span)


FOLDERS: Final[dict[ContainerForm, Callable[[Path, EntryRange], Iterator[Entry]]]] = {
    "scrapy_cache": read_scrapy_cache,
    "crawl": read_crawl,
}
FILES: Final[dict[ContainerForm, Callable[[_File, EntryRange], Iterator[Entry]]]] = {
    "warc": _records,
    "arc": _records,
    "jsonl": lambda source, span: read_lines(source.file, str(source.path), span),
    "zip": lambda source, span: read_zip(source.file, source.size, str(source.path), span),
    "tar": lambda source, span: read_tar(source.file, str(source.path), span),
    "wacz": lambda source, span: read_wacz(source.file, source.size, source.path, span),
}


def _read(path: AnyPath, form: Form, span: EntryRange) -> Iterator[Entry]:
    if form in PAGE_FORMS:
        raise AssertionError(f"{form} is the form of one page; it is read by read_saved")
    container = cast("ContainerForm", form)
    if container in FOLDERS and isinstance(path, Path):
        yield from FOLDERS[container](path, span)
        return
    with path.open("rb") as file:
        size = file.seek(0, 2)
        file.seek(0)
        if size == 0:
            if 0 in span:
                yield lost(str(path), 0, "the file is empty", Reason.EMPTY_INPUT)
            return
        yield from FILES[container](_File(file, size, path, form), span)
