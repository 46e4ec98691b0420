"""The pages of any container, one after the other."""

from collections.abc import Callable, Iterator
from pathlib import Path
from typing import IO, Final

from harvester.archive.entries import Entry
from harvester.archive.formats.crawl_output import read_crawl
from harvester.archive.formats.jsonl import read_lines
from harvester.archive.formats.record_compression import packing_of
from harvester.archive.formats.scrapy_cache import read_scrapy_cache
from harvester.archive.formats.spans import Span, lost
from harvester.archive.formats.tar import read_tar
from harvester.archive.formats.wacz import read_wacz
from harvester.archive.formats.warc import RecordFile, framing_of, read_warc
from harvester.archive.formats.zip import read_zip
from harvester.archive.inputs import Form
from harvester.compression.codecs import GZIP, ZSTD, BrokenPackingError
from harvester.errors import Reason
from harvester.store.datasets.remote_file import AnyPath

FOLDERS: Final[dict[str, Callable[[Path, Span], Iterator[Entry]]]] = {
    "scrapy_cache": read_scrapy_cache,
    "crawl": read_crawl,
}
_RECORDS: Final = frozenset({"warc", "arc"})


def read_entries(path: AnyPath, form: Form, start: int = 0, end: int | None = None) -> Iterator[Entry]:
    """Yield what stands in a container at places from `start` on and before `end`, in ascending place.

    `start` is 0 or the place of an entry, or one more. Never raises: what cannot be read is an entry, too, with an
    InputError.
    """
    span = Span(max(0, start), end)
    last = span.start - 1
    try:
        for entry in _read(path, form, span):
            last = entry.place
            yield entry
    except OSError as error:
        if last + 1 in span:
            yield lost(str(path), last + 1, f"cannot be read: {error.strerror or error}; check its permissions")


def is_seekable(path: AnyPath, form: Form) -> bool:
    """Return whether `start` is reached without unpacking and reading what stands before it. Raises OSError."""
    if form not in _RECORDS:
        return form in {"zip", "scrapy_cache", "crawl"}
    try:
        with path.open("rb") as file:
            packing = packing_of(file, framing_of(form))
    except BrokenPackingError:
        return False
    return packing.codec is None or packing.is_by_record


def _read(path: AnyPath, form: Form, span: Span) -> Iterator[Entry]:
    if form in FOLDERS and isinstance(path, Path):
        yield from FOLDERS[form](path, span)
        return
    with path.open("rb") as file:
        size = file.seek(0, 2)
        file.seek(0)
        if size == 0:
            if 0 in span:
                yield lost(str(path), 0, "the file is empty", Reason.EMPTY_INPUT)
            return
        yield from _read_file(file, size, path, form, span)


def _read_file(file: IO[bytes], size: int, path: AnyPath, form: Form, span: Span) -> Iterator[Entry]:
    match form:
        case "warc" | "arc":
            named = {".gz": GZIP, ".zst": ZSTD}.get(path.suffix.lower())
            return read_warc(RecordFile(file, str(path), path.name, framing_of(form), named), span)
        case "jsonl":
            return read_lines(file, str(path), span)
        case "zip":
            return read_zip(file, size, str(path), span)
        case "tar":
            return read_tar(file, str(path), span)
        case "wacz":
            return read_wacz(file, size, path, span)
        case _:
            raise AssertionError(f"{form} is the form of one page; it is read by read_saved")
