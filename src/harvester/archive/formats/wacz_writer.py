"""WACZ 1.1.1: records, their index, a list of pages and the digests of all, in one zip that replay tools open.

https://specs.webrecorder.net/wacz/1.1.1/. The same records give the same bytes: no time of today is in it, and
`created` is that of its latest record.
"""

import gzip
import json
import zipfile
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from datetime import UTC, datetime
from hashlib import sha256
from itertools import islice
from typing import IO, Any, Final

from harvester import __version__
from harvester.archive.surt import surts
from harvester.archive.wacz_records import Packed
from harvester.store.datasets.spools import spooled
from harvester.store.external_sort import sorted_lines

_ARCHIVE: Final = "data.warc.gz"
_INDEX: Final = "index.cdx.gz"
_BLOCK_LINES: Final = 300  # of the index, in one gzip member: what a replay tool reads for one address
_ZIP_TIME: Final = (1980, 1, 1, 0, 0, 0)
_REGULAR_FILE: Final = 0o100644 << 16
_UNIX: Final = 3
_EARLIEST: Final = datetime(1970, 1, 1, tzinfo=UTC)


@dataclass(slots=True)
class Written:
    """What a WACZ holds."""

    records: int = 0
    pages: int = 0
    latest: datetime = _EARLIEST
    resources: list[dict[str, Any]] = field(default_factory=list)


def write_wacz(records: Iterable[Packed], file: IO[bytes], title: str | None = None) -> Written:
    """Write records into `file`, which can seek, as one WACZ.

    One record is held in memory; the index is sorted on disk. Raises OSError of `file`, StoreError where the temporary
    folder has no room.
    """
    written = Written()
    with zipfile.ZipFile(file, "w", allowZip64=True) as whole, spooled() as pages:
        with sorted_lines(_write_archive(records, whole, pages, written)) as lines, spooled() as idx:
            _write_member(whole, written, f"indexes/{_INDEX}", _index_blocks(lines, idx), is_packed=False)
            idx.seek(0)
            _write_member(whole, written, "indexes/index.idx", iter(lambda: idx.read(65_536), b""))
        pages.seek(0)
        head = {"format": "json-pages-1.0", "id": "pages", "title": title or "Pages"}
        lines_of_pages = iter(lambda: pages.read(65_536), b"")
        _write_member(
            whole, written, "pages/pages.jsonl", (part for one in ([_line(head)], lines_of_pages) for part in one)
        )
        package = _package(written, title)
        _write_member(whole, Written(), "datapackage.json", [package])
        digest = {"path": "datapackage.json", "hash": f"sha256:{sha256(package).hexdigest()}"}
        _write_member(whole, Written(), "datapackage-digest.json", [_line(digest)])
    return written


def _write_archive(
    records: Iterable[Packed], whole: zipfile.ZipFile, pages: IO[bytes], written: Written
) -> Iterator[bytes]:
    """Write the records, and the list of pages; yield the lines of the index, not sorted."""
    with _Member(whole, written, f"archive/{_ARCHIVE}", is_packed=False) as member:
        for record in records:
            if record.mime is not None:
                yield from _index_lines(record, member.size)
            if record.is_page:
                pages.write(_page_line(record))
                written.pages += 1
            member.write(record.member)
            written.records += 1
            written.latest = max(written.latest, record.time)


class _Member:
    """A member of a zip that is written piece by piece, and noted with its size and digest."""

    def __init__(self, whole: zipfile.ZipFile, written: Written, path: str, *, is_packed: bool) -> None:
        info = zipfile.ZipInfo(path, _ZIP_TIME)
        info.compress_type = zipfile.ZIP_DEFLATED if is_packed else zipfile.ZIP_STORED
        info.create_system, info.external_attr = _UNIX, _REGULAR_FILE
        self._file = whole.open(info, "w", force_zip64=not is_packed)
        self._path = path
        self._digest = sha256()
        self._written = written
        self.size = 0  # bytes, not packed

    def __enter__(self) -> "_Member":
        return self

    def __exit__(self, *_: object) -> None:
        self._file.close()
        name = self._path.rpartition("/")[2].lower()
        digest = f"sha256:{self._digest.hexdigest()}"
        self._written.resources.append({"name": name, "path": self._path, "hash": digest, "bytes": self.size})

    def write(self, content: bytes) -> None:
        """Write behind what was written."""
        self._file.write(content)
        self._digest.update(content)
        self.size += len(content)


def _write_member(
    whole: zipfile.ZipFile, written: Written, path: str, content: Iterable[bytes], *, is_packed: bool = True
) -> None:
    with _Member(whole, written, path, is_packed=is_packed) as member:
        for piece in content:
            member.write(piece)


def _index_blocks(lines: Iterator[bytes], idx: IO[bytes]) -> Iterator[bytes]:
    """Yield blocks of the index, packed one by one; note in `idx` with what each begins and where it is."""
    idx.write(b"!meta 0 " + _line({"format": "cdxj-gzip-1.0", "filename": _INDEX}))
    offset = 0
    while block := list(islice(lines, _BLOCK_LINES)):
        packed = gzip.compress(b"".join(block), mtime=0)
        digest = f"sha256:{sha256(packed).hexdigest()}"
        place = {"offset": offset, "length": len(packed), "digest": digest, "filename": _INDEX}
        idx.write(block[0].partition(b"{")[0] + _line(place))
        offset += len(packed)
        yield packed


def _index_lines(record: Packed, offset: int) -> Iterator[bytes]:
    fields = {
        "url": record.url,
        "mime": record.mime,
        "status": None if record.status is None else str(record.status),
        "digest": record.digest,
        "length": str(len(record.member)),
        "offset": str(offset),
        "filename": _ARCHIVE,
    }
    for surt in surts(record.url):
        key = surt.replace(" ", "%20")  # a blank ends the key
        yield f"{key} {record.time:%Y%m%d%H%M%S} ".encode("utf-8", "replace") + _line(_without_none(fields))


def _page_line(record: Packed) -> bytes:
    time = f"{record.time:%Y-%m-%dT%H:%M:%SZ}"
    number = sha256(f"{record.url}\n{record.time.isoformat()}".encode("utf-8", "replace")).hexdigest()[:22]
    return _line(_without_none({"id": number, "url": record.url, "ts": time, "title": record.title or None}))


def _package(written: Written, title: str | None) -> bytes:
    fields = {
        "profile": "data-package",
        "resources": written.resources,
        "title": title,
        "created": f"{written.latest:%Y-%m-%dT%H:%M:%SZ}",
        "wacz_version": "1.1.1",
        "software": f"harvester/{__version__}",
    }
    return json.dumps(_without_none(fields), indent=2).encode() + b"\n"


def _without_none(fields: dict[str, Any]) -> dict[str, Any]:
    return {name: value for name, value in fields.items() if value is not None}


def _line(fields: dict[str, Any]) -> bytes:
    return json.dumps(fields).encode() + b"\n"
