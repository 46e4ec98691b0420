"""Files of records wherever they are, and the record at one place: WARC and ARC files, and those in a WACZ."""

from collections.abc import Iterator
from pathlib import Path
from typing import Final

from harvester.archive.formats.detection import find_crawl
from harvester.archive.formats.record_compression import packing_of, records_in
from harvester.archive.formats.record_stream import Loss, Record
from harvester.archive.formats.wacz import archives_in
from harvester.archive.formats.warc import RecordFile, framing_of
from harvester.archive.formats.warc_reader import page_of, payload_digest
from harvester.archive.formats.zip_members import BrokenZipError
from harvester.archive.inputs import Form, Input
from harvester.archive.saved_page import MAX_BYTES, SavedPage
from harvester.compression.codecs import GZIP, ZSTD, BrokenPackingError
from harvester.errors import InputError, ParserLimit, Reason
from harvester.models import Archive
from harvester.store.datasets.remote_file import AnyPath

RECORD_FORMS: Final = frozenset({"warc", "arc", "wacz"})
_CODECS: Final = {".gz": GZIP, ".zst": ZSTD}


def files_of(item: Input) -> Iterator[tuple[AnyPath, Form | None]]:
    """Yield the file of an input and its form; of a crawl, the files of its archive."""
    crawl = find_crawl(item.path) if isinstance(item.path, Path) and item.form == "crawl" else None
    if crawl is not None:
        yield from ((path, "warc") for folder in crawl.archives for path in sorted(folder.glob("*.warc.gz")))
    elif item.path is not None:
        yield item.path, item.form


def record_files(path: AnyPath, form: Form) -> Iterator[RecordFile]:
    """Yield the file of records at `path`, or each one in a WACZ, open until the next is asked for.

    Raises InputError "unreadable".
    """
    try:
        with path.open("rb") as file:
            if form == "wacz":
                yield from archives_in(file, file.seek(0, 2), path)
            else:
                yield RecordFile(file, str(path), path.name, framing_of(form), _CODECS.get(path.suffix.lower()))
    except OSError as error:
        raise InputError(str(path), Reason.UNREADABLE, f"cannot be read: {error.strerror or error}") from error
    except BrokenZipError as error:
        raise InputError(str(path), Reason.UNREADABLE, str(error)) from error


def records_of(source: RecordFile, start: int = 0) -> Iterator[Record | Loss]:
    """Yield the records from a place on, as `records_in` does. Raises InputError "unreadable"."""
    try:
        packing = packing_of(source.file, source.framing, source.named)
        yield from records_in(source.file, packing, source.framing, start)
    except OSError as error:
        raise InputError(source.name, Reason.UNREADABLE, f"cannot be read: {error.strerror or error}") from error
    except BrokenPackingError as error:
        raise InputError(source.name, Reason.UNREADABLE, str(error)) from error


def page_at(source: RecordFile, offset: int) -> SavedPage:
    """Return the page of the record at a place, whatever its status and type.

    Raises InputError "no_pages" where no record begins there, or one without a page, "unreadable"; ParserLimit.
    """
    name = f"{source.name}:{offset}"
    found = next(records_of(source, offset), None)
    if found is None or found.offset != offset:
        raise InputError(name, Reason.NO_PAGES, "no record begins at this place; it is counted in bytes from the start")
    if isinstance(found, Loss):
        raise InputError(name, Reason.UNREADABLE, found.explanation)
    return saved_of(source, found)


def saved_of(source: RecordFile, record: Record) -> SavedPage:
    """Return the page of a record. Raises InputError "no_pages" for one without a page, ParserLimit for a huge one."""
    name = f"{source.name}:{record.offset}"
    if record.is_cut:
        raise ParserLimit(
            name, Reason.TOO_LARGE, f"the record has more than {MAX_BYTES // 2**20} MiB, which no page has"
        )
    page = page_of(record)
    if page is None:
        raise InputError(name, Reason.NO_PAGES, f"is a {record.kind or 'nameless'} record, which holds no page")
    digest = record.header("warc-payload-digest") or payload_digest(page.body)
    return SavedPage(page, archive=Archive(source.archive, record.offset, digest))
