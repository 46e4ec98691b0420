"""The archive of raw pages: WARC 1.1 (ISO 28500:2017), one gzip member a record; the only user of warcio.

The records of a page are made in memory and appended by one write. A crash tears the last one at most: opening the
folder again cuts it off. The body is stored as harvester saw it, decompressed, so headers that speak of its form
on the wire get the prefix X-Archive-Orig-, as is the custom of web archives.
"""

import gzip
import json
import os
import re
from dataclasses import dataclass, field
from datetime import UTC, datetime
from http import HTTPStatus
from io import BytesIO
from pathlib import Path
from types import TracebackType
from typing import Final, Self

from warcio.recordloader import ArcWarcRecord
from warcio.statusandheaders import StatusAndHeaders
from warcio.warcwriter import WARCWriter

from harvester import __version__
from harvester.archive.formats.warc_reader import payload_digest
from harvester.compression.members import end_of_whole
from harvester.errors import Reason, StoreError
from harvester.models import Archive, Page
from harvester.store.atomic_files import make_folder, store_error, write_atomic
from harvester.store.lock import lock_file
from harvester.store.page_files import NOT_SAVED
from harvester.urls import host_of, target_of

MAX_FILE_BYTES: Final = 1_000_000_000  # the usual size of an archive's files: one to move, copy and check at once
SUFFIX: Final = ".warc.gz"
_PACKING: Final = 4  # of 9: pages take 5 % more room than at 6, and 40 % less time
_ABOUT_THE_WIRE: Final = frozenset({"content-encoding", "transfer-encoding", "content-length"})
_IDENTICAL: Final = "http://netpreserve.org/warc/1.1/revisit/identical-payload-digest"
_NOT_MODIFIED: Final = "http://netpreserve.org/warc/1.1/revisit/server-not-modified"


@dataclass(frozen=True, slots=True)
class WarcSettings:
    """How an archive is written."""

    prefix: str = "harvester"  # of the files' names; machines that share a folder need one each
    max_bytes: int = MAX_FILE_BYTES  # a file that has reached them is not written on
    user_agent: str = f"harvester/{__version__}"
    sync_each: bool = False  # wait for the disk after each page; False: the caller calls `sync`


@dataclass(frozen=True, slots=True)
class ArchivedAnswer:
    """An archived answer that a new one repeats."""

    url: str
    fetched_at: datetime  # aware, UTC
    digest: str  # "sha1:...", as in its Archive


@dataclass(slots=True)
class _Open:
    """The file that is written on."""

    path: Path
    descriptor: int
    size: int  # bytes
    number: int = field(default=1)


class WarcWriter:
    """Appends pages to the archive in one folder; a context manager that holds the folder's lock for its prefix."""

    def __init__(self, folder: Path, settings: WarcSettings | None = None) -> None:
        """Open the archive, cut off what a crash left half written.

        Raises StoreError "unwritable" when another process writes there with this prefix, or the folder cannot be
        written, "disk_full" when there is no room.
        """
        self.folder = folder
        self.settings = settings or WarcSettings()
        self.cut_bytes = 0  # what was cut off at the start
        self._marker = folder / f"{self.settings.prefix}.open"
        # Whole names: "web-3" begins as "web" does, and its files are another machine's, under another lock.
        self._ours = re.compile(rf"{re.escape(self.settings.prefix)}-[0-9]{{14}}-[0-9]+{re.escape(SUFFIX)}")
        make_folder(folder)
        self._lock = self._take_lock()
        try:
            self._mend()
            self._file = self._open_last()
        except BaseException:
            os.close(self._lock)
            raise

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.close()

    def append(self, page: Page) -> Archive:
        """Write a page as response and request; return where the response is. Raises StoreError."""
        response = _response(page)
        self._write([response, _request(page, response, self.settings.user_agent)])
        return self._last(response)

    def revisit(self, page: Page, earlier: ArchivedAnswer) -> Archive:
        """Write that a page came again as archived before, without its body: by its digest, or by its status 304.

        Returns where the record is. Raises StoreError.
        """
        record = _revisit(page, earlier)
        self._write([record, _request(page, record, self.settings.user_agent)])
        return self._last(record)

    def sync(self) -> None:
        """Wait until the disk has all that was written. Raises StoreError; also where the file was taken away."""
        self._wait_for_disk()
        if not self._stands():
            words = "was moved or removed while pages were written into it, which may be lost: start again"
            raise StoreError(str(self._file.path), Reason.UNWRITABLE, words)

    def close(self) -> None:
        """Wait for the disk and give the folder free; the archive is whole."""
        try:
            self._wait_for_disk()
            os.close(self._file.descriptor)
            self._marker.unlink(missing_ok=True)
        finally:
            os.close(self._lock)

    # ── files ─────────────────────────────────────────────────────────────────────────────────

    def _take_lock(self) -> int:
        path = self.folder / f"{self.settings.prefix}.lock"
        try:
            descriptor = os.open(path, os.O_RDWR | os.O_CREAT | os.O_NOFOLLOW, 0o666)
        except OSError as error:
            raise store_error(path, error) from error
        try:
            if lock_file(descriptor, path):
                return descriptor
        except StoreError:
            os.close(descriptor)
            raise
        os.close(descriptor)
        explanation = "another process writes this archive; wait for it, or choose another prefix"
        raise StoreError(str(self.folder), Reason.UNWRITABLE, explanation)

    def _mend(self) -> None:
        """Cut off a record that a crash tore: only what was written since the file was opened can be torn."""
        try:
            marker = json.loads(self._marker.read_bytes())
            path, size = self.folder / Path(marker["file"]).name, int(marker["size"])
        except FileNotFoundError:
            return
        except (OSError, ValueError, KeyError, TypeError) as error:
            raise StoreError(str(self._marker), Reason.UNWRITABLE, f"cannot be read ({error}); delete it") from error
        if self._ours.fullmatch(path.name) is None or not path.is_file():
            return  # another writer's, or the crash came before the file was made
        try:
            with path.open("r+b") as file:
                whole = end_of_whole(file, size)
                self.cut_bytes = path.stat().st_size - whole
                file.truncate(whole)
                os.fsync(file.fileno())
        except OSError as error:
            raise store_error(path, error) from error

    def _open_last(self) -> _Open:
        """Return the last file where it has room, else a new one."""
        files = sorted(path for path in self.folder.iterdir() if self._ours.fullmatch(path.name))
        number = len(files) + 1
        if files and 0 < files[-1].stat().st_size < self.settings.max_bytes:
            return self._open(files[-1], number - 1)
        return self._begin(number)

    def _begin(self, number: int) -> _Open:
        """Return a new file with its warcinfo."""
        now = datetime.now(UTC)
        path = self.folder / f"{self.settings.prefix}-{now:%Y%m%d%H%M%S}-{number:05d}{SUFFIX}"
        file = self._open(path, number)
        self._append(file, _packed(_warcinfo(path.name, self.settings.user_agent)))
        return file

    def _open(self, path: Path, number: int) -> _Open:
        try:
            size = path.stat().st_size if path.exists() else 0
            write_atomic(self._marker, json.dumps({"file": path.name, "size": size}).encode())
            descriptor = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_APPEND | os.O_NOFOLLOW, 0o666)
        except OSError as error:
            raise store_error(path, error) from error
        return _Open(path, descriptor, size, number)

    def _wait_for_disk(self) -> None:
        try:
            os.fsync(self._file.descriptor)
        except OSError as error:
            raise store_error(self._file.path, error) from error

    def _stands(self) -> bool:
        """Return whether the file that is written on is still where it was: people move archives to other disks."""
        try:
            return os.path.samestat(os.fstat(self._file.descriptor), self._file.path.stat())
        except FileNotFoundError:
            return False
        except OSError as error:
            raise store_error(self._file.path, error) from error

    def _write(self, records: list[ArcWarcRecord]) -> None:
        if self._file.size >= self.settings.max_bytes or not self._stands():
            self._wait_for_disk()
            full, self._file = self._file, self._begin(self._file.number + 1)
            os.close(full.descriptor)  # not before: where no other can be begun, this one is still closed at the end
        self._start = self._file.size
        self._append(self._file, b"".join(map(_packed, records)))
        if self.settings.sync_each:
            self.sync()

    def _append(self, file: _Open, content: bytes) -> None:
        """Write all of `content`, or nothing: what did not fit is cut off again."""
        rest = memoryview(content)
        try:
            while rest:
                rest = rest[os.write(file.descriptor, rest) :]
        except OSError as error:
            os.ftruncate(file.descriptor, file.size)
            raise store_error(file.path, error) from error
        file.size += len(content)

    def _last(self, record: ArcWarcRecord) -> Archive:
        digest = record.rec_headers.get_header("WARC-Payload-Digest")
        return Archive(self._file.path.name, self._start, digest)


# ── records ───────────────────────────────────────────────────────────────────────────────────

_RECORDS: Final = WARCWriter(BytesIO(), gzip=False, warc_version="1.1")


def warc_date(time: datetime | None) -> str:
    """Return a time as WARC 1.1 wants it, to the microsecond."""
    return (time or datetime.now(UTC)).astimezone(UTC).isoformat().replace("+00:00", "Z")


def _packed(record: ArcWarcRecord) -> bytes:
    """Return a record as one gzip member."""
    out = BytesIO()
    WARCWriter(out, gzip=False, warc_version="1.1").write_record(record)
    return packed_record(out.getvalue())


def _warcinfo(name: str, user_agent: str) -> ArcWarcRecord:
    return _RECORDS.create_warcinfo_record(
        name,
        {
            "software": f"harvester/{__version__}",
            "format": "WARC File Format 1.1",
            "conformsTo": "http://iipc.github.io/warc-specifications/specifications/warc-format/warc-1.1/",
            "http-header-user-agent": user_agent,
            "robots": "classic",
        },
    )


def response_member(page: Page, record_id: str) -> bytes:
    """Return a page as a response record under an identifier of its own, one gzip member. Raises StoreError."""
    return _packed(_response(page, record_id))


def packed_record(content: bytes) -> bytes:
    """Return the bytes of a record as one gzip member, the same for the same bytes."""
    return gzip.compress(content, _PACKING, mtime=0)


def _response(page: Page, record_id: str | None = None) -> ArcWarcRecord:
    headers = {"WARC-Date": warc_date(page.fetched_at), "WARC-Payload-Digest": payload_digest(page.body)}
    if record_id is not None:
        headers["WARC-Record-ID"] = record_id
    if page.truncated:
        headers["WARC-Truncated"] = "length"
    return _RECORDS.create_warc_record(
        _address(page),
        "response",
        payload=BytesIO(page.body),
        length=len(page.body),
        http_headers=_http_headers(page),
        warc_headers_dict=headers,
    )


def _http_headers(page: Page) -> StatusAndHeaders:
    status = page.status or 200
    phrase = HTTPStatus(status).phrase if status in set(HTTPStatus) else "Unknown"
    kept = [
        (f"x-archive-orig-{name}" if name in _ABOUT_THE_WIRE else name, value)
        for name, value in page.headers
        if name not in NOT_SAVED
    ]
    length = [] if status == HTTPStatus.NOT_MODIFIED else [("content-length", str(len(page.body)))]
    return StatusAndHeaders(f"{status} {phrase}", [*kept, *length], protocol="HTTP/1.1")


def _request(page: Page, answer: ArcWarcRecord, user_agent: str) -> ArcWarcRecord:
    address = _address(page)
    headers = [("Host", host_of(address)), ("User-Agent", user_agent)]
    return _RECORDS.create_warc_record(
        address,
        "request",
        http_headers=StatusAndHeaders(f"GET {target_of(address)} HTTP/1.1", headers, is_http_request=True),
        warc_headers_dict={
            "WARC-Date": answer.rec_headers.get_header("WARC-Date"),
            "WARC-Concurrent-To": answer.rec_headers.get_header("WARC-Record-ID"),
        },
    )


def _revisit(page: Page, earlier: ArchivedAnswer) -> ArcWarcRecord:
    record = _RECORDS.create_revisit_record(
        _address(page),
        earlier.digest,
        earlier.url,
        warc_date(earlier.fetched_at),
        http_headers=_http_headers(page),
        warc_headers_dict={"WARC-Date": warc_date(page.fetched_at)},
    )
    profile = _NOT_MODIFIED if page.status == HTTPStatus.NOT_MODIFIED else _IDENTICAL
    record.rec_headers.replace_header("WARC-Profile", profile)
    return record


def _address(page: Page) -> str:
    if page.address is None:
        raise StoreError("a page", Reason.UNWRITABLE, "a page without URL has no place in an archive")
    return page.address
