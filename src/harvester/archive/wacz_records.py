"""Records for a web archive of chosen pages, out of saved files of any form, each ready to be written."""

import re
import uuid
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from html import unescape
from pathlib import Path
from typing import Final

from harvester.archive.discovery import each_input
from harvester.archive.formats import read_entries
from harvester.archive.formats.arc import ARC
from harvester.archive.formats.record_files import RECORD_FORMS, files_of, record_files, records_of
from harvester.archive.formats.record_stream import Loss, Record
from harvester.archive.formats.warc import HTML_TYPES, RecordFile
from harvester.archive.formats.warc_reader import Answer, answer_of, decoded, payload_digest
from harvester.archive.formats.warc_writer import packed_record, response_member, warc_date
from harvester.archive.inputs import PAGE_FORMS, Form, Input, real_path
from harvester.archive.saved_page import MAX_BYTES, SavedPage, read_saved
from harvester.decode import decode
from harvester.errors import FetchError, HarvesterError, InputError, ParserLimit, Reason
from harvester.models import Page
from harvester.store.datasets.remote_file import AnyPath
from harvester.text import collapse
from harvester.urls import check_url, host_of

_KEPT: Final = frozenset({"response", "resource", "revisit", "request", "metadata"})
_INDEXED: Final = frozenset({"response", "resource", "revisit"})
_TITLE: Final = re.compile(r"<title\b[^>]{0,1000}>([^<]{1,2000})", re.IGNORECASE)
_HEAD_CHARS: Final = 256 * 1024
_WORDS: Final = {"warc": "WARC", "uri": "URI", "id": "ID", "ip": "IP"}
_NEVER: Final = datetime(1970, 1, 1, tzinfo=UTC)  # of a page that does not say when it was fetched


@dataclass(frozen=True, slots=True)
class Packed:
    """One record, as one gzip member, and its entry in an index."""

    member: bytes
    url: str
    time: datetime  # aware, UTC
    mime: str | None = None  # None: a request or note, which no index names
    status: int | None = None
    digest: str | None = None
    title: str | None = None  # of a page; "" for one without
    is_page: bool = False  # HTML that was answered well


@dataclass(frozen=True, slots=True)
class PagesToPack:
    """What is to be packed."""

    places: tuple[str, ...]  # files and folders of saved pages
    sites: tuple[str, ...] = ()  # hosts, without "www."; their subdomains, too; (): all
    skip: Path | None = None  # a file that is none of them: the one that is written

    def is_of_site(self, url: str) -> bool:
        """Return whether a URL is of a chosen site."""
        if not self.sites:
            return True
        try:
            host = host_of(check_url(url)).removeprefix("www.")
        except FetchError:
            return False
        return any(host == site or host.endswith(f".{site}") for site in self.sites)


def packed_records(choice: PagesToPack) -> Iterator[Packed | HarvesterError]:
    """Yield the records of all places in their order, one in memory at a time; what cannot be read is an error.

    Raises NoSuchInputError for a place that does not exist.
    """
    seen: set[str] = set()
    for item in each_input(choice.places):
        if isinstance(item, InputError):
            yield item
            continue
        for path, form in files_of(item):
            if (name := real_path(path)) not in seen and (choice.skip is None or name != real_path(choice.skip)):
                seen.add(name)
                yield from _in_file(replace(item, path=path, form=form), path, form, choice)


def _in_file(item: Input, path: AnyPath, form: Form | None, choice: PagesToPack) -> Iterator[Packed | HarvesterError]:
    try:
        if form in RECORD_FORMS:
            for source in record_files(path, form):
                yield from _in_archive(source, choice)
        else:
            yield from _of_pages(_pages(item, path, form), choice)
    except HarvesterError as error:
        yield error


def _in_archive(source: RecordFile, choice: PagesToPack) -> Iterator[Packed | HarvesterError]:
    for found in records_of(source):
        name = f"{source.name}:{found.offset}"
        if isinstance(found, Loss):
            yield InputError(name, Reason.UNREADABLE, found.explanation)
            continue
        url = (found.header("warc-target-uri") or "").strip("<>")
        if found.kind not in _KEPT or not url or not choice.is_of_site(url):
            continue
        if found.is_cut:
            yield ParserLimit(
                name, Reason.TOO_LARGE, f"the record has more than {MAX_BYTES // 2**20} MiB; it is left out"
            )
        elif (packed := _packed(found, url, is_arc=source.framing is ARC)) is not None:
            yield packed


# ── records ──────────────────────────────────────────────────────────────────────────────────


def _packed(record: Record, url: str, *, is_arc: bool) -> Packed | None:
    """Return a record ready to be written; None for an answer of an ARC file that is no HTTP."""
    answer = answer_of(record)
    if is_arc and answer is None:
        return None
    time = _time(record)
    digest = record.header("warc-payload-digest") or payload_digest((answer and answer.body) or b"")
    member = packed_record(_head(record, url, digest if is_arc else None) + record.block + b"\r\n\r\n")
    if record.kind not in _INDEXED:
        return Packed(member, url, time)
    if record.kind == "revisit" or answer is None:
        return Packed(member, url, time, "warc/revisit" if record.kind == "revisit" else "unk", None, digest)
    mime = (answer.field("content-type") or "unk").partition(";")[0].strip().lower()
    is_page = mime in HTML_TYPES and (answer.status is None or 200 <= answer.status < 300)
    return Packed(member, url, time, mime, answer.status, digest, _title(answer, url) if is_page else None, is_page)


def _head(record: Record, url: str, arc_digest: str | None) -> bytes:
    """Return the lines before a block as WARC 1.1 has them; `arc_digest`: of an answer that an ARC file holds."""
    fields = dict(record.headers) | {"warc-target-uri": url, "content-length": str(len(record.block))}
    if arc_digest is not None:
        fields |= {"content-type": "application/http; msgtype=response", "warc-payload-digest": arc_digest}
    if record.torn is not None:
        fields |= {"warc-truncated": "disconnect"}
        fields.pop("warc-block-digest", None)
    fields.setdefault("warc-record-id", _identifier(url, fields.get("warc-date", ""), record.kind, record.block))
    return (
        "WARC/1.1\r\n" + "".join(f"{_cased(name)}: {value}\r\n" for name, value in fields.items()) + "\r\n"
    ).encode()


def _cased(name: str) -> str:
    return "-".join(_WORDS.get(word, word.capitalize()) for word in name.split("-"))


def _identifier(*parts: str | bytes) -> str:
    """Return an identifier of a record that had none, the same for the same record."""
    name = "\n".join(payload_digest(part) if isinstance(part, bytes) else part for part in parts)
    return f"<urn:uuid:{uuid.uuid5(uuid.NAMESPACE_URL, name)}>"


def _time(record: Record) -> datetime:
    try:
        time = datetime.fromisoformat(record.header("warc-date") or "")
        return time.astimezone(UTC) if time.tzinfo else time.replace(tzinfo=UTC)
    except (ValueError, OverflowError):
        return _NEVER


def _title(answer: Answer, url: str) -> str:
    body = decoded(answer.body, answer.field("content-encoding")).content
    return _title_in(body, answer.field("content-type"), url)


def _title_in(body: bytes, content_type: str | None, url: str) -> str:
    try:
        match = _TITLE.search(decode(body[:_HEAD_CHARS], content_type, url))
    except InputError:  # a page without text has no title
        return ""
    return collapse(unescape(match[1])) if match else ""


# ── pages that are in no record ────────────────────────────────────────────────────────────


def _pages(item: Input, path: AnyPath, form: Form | None) -> Iterator[SavedPage | HarvesterError]:
    if form is None or form in PAGE_FORMS:
        yield _addressed(read_saved(item), item.name)
        return
    for entry in read_entries(path, form):
        if isinstance(entry.found, SavedPage | HarvesterError):
            yield _addressed(entry.found, entry.name)


def _addressed(found: SavedPage | HarvesterError, name: str) -> SavedPage | HarvesterError:
    """Return a page that has an address, by which a WACZ finds it; of another, that it has none."""
    if isinstance(found, HarvesterError) or found.page.address is not None:
        return found
    words = "has no address, by which a WACZ finds its pages: a STEM.page.json beside it can name one"
    return InputError(name, Reason.NO_PAGES, words)


def _of_pages(found: Iterable[SavedPage | HarvesterError], choice: PagesToPack) -> Iterator[Packed | HarvesterError]:
    for saved in found:
        if isinstance(saved, HarvesterError):
            yield saved
        elif saved.page.address is not None and choice.is_of_site(saved.page.address):
            yield _packed_page(saved.page, saved.page.address)


def _packed_page(page: Page, url: str) -> Packed:
    """Return a page as the answer of a server; what was saved without headers is HTML."""
    time = page.fetched_at or _NEVER
    content_type = page.header("content-type") or "text/html"
    headers = page.headers if page.header("content-type") else (*page.headers, ("content-type", content_type))
    whole = replace(page, url=url, final_url=None, headers=headers, fetched_at=time, status=page.status or 200)
    digest = payload_digest(page.body)
    member = response_member(whole, _identifier(url, warc_date(time), "response", page.body))
    title = _title_in(page.body, content_type, url)
    return Packed(member, url, time, content_type.partition(";")[0].strip().lower(), 200, digest, title, is_page=True)
