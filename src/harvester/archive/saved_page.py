"""Read one saved page from disk or standard input, within a size limit."""

import errno
import re
import sys
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from email import message_from_bytes
from email.message import Message
from email.utils import parsedate_to_datetime
from pathlib import Path
from typing import IO, Final

from harvester.archive.inputs import KNOWN_ENDINGS, STDIN_NAME, Form, Input, page_stem
from harvester.archive.page_addresses import is_disowned
from harvester.archive.pipes import Patience, SilentPipeError, read_named_pipe, read_open_pipe
from harvester.compression.codecs import GZIP, ZSTD, BrokenPackingError, Codec, codec_of
from harvester.decode import decode
from harvester.errors import InputError, ParserLimit, Reason
from harvester.models import Archive, Edition, Page
from harvester.store.atomic_files import make_folder, write_atomic
from harvester.store.bounded_reading import read_up_to
from harvester.store.page_files import SIDECAR_SUFFIX, described_page

MAX_BYTES: Final = 64 * 1024 * 1024  # decoded; the largest page of the corpora has 10 MB, a gzip bomb has no end
_MAX_SIDECAR_BYTES: Final = 1024 * 1024

# A file with another ending is taken for a page when it begins like one; wget saves "story.php?id=3".
LOOKS_LIKE_HTML: Final = re.compile(rb"<(?:!doctype\s+html|html|head|body|\?xml)[\s>]", re.IGNORECASE)
ANY_TAG: Final = re.compile(rb"</[a-z][a-z0-9]*>", re.IGNORECASE)
LOOKS_LIKE_MHTML: Final = re.compile(rb"^content-type:\s*multipart/related", re.IGNORECASE | re.MULTILINE)
SNIFF_BYTES: Final = 4096

# Browsers note the address in the pages they save: Chromium and Internet Explorer "saved from url=(0023)https://...",
# the extension SingleFile "Page saved with SingleFile url: https://...".
SAVED_FROM: Final = re.compile(
    rb"<!--\s*(?:saved from url=\(\d+\)|Page saved with SingleFile\s+url:)\s*(https?://[^\s<>\"]{1,2048})",
    re.IGNORECASE,
)

# SingleFile's next line, a date as JavaScript writes it: "saved date: Thu Mar 21 2024 09:00:00 GMT+0100 (...)".
_SAVED_DATE: Final = re.compile(
    rb"\bsaved date:\s*[A-Za-z]{3} ([A-Z][a-z]{2}) (\d{1,2}) (\d{4}) (\d\d:\d\d:\d\d) GMT([+-]\d{4})"
)

# HTTrack leaves out the protocol: "Mirrored from a.example/b.html by HTTrack Website Copier/3.x [...], Thu, 21 Mar 2024
# 08:00:00 GMT".
MIRRORED_FROM: Final = re.compile(
    rb"<!--\s*Mirrored from ([^\s<>\"]{1,2048}) by HTTrack[^<>,]{0,100},\s*([^<>]{10,60}?)\s*-->", re.IGNORECASE
)


@dataclass(frozen=True, slots=True)
class SavedPage:
    """A page as it was saved, ready to be cleaned."""

    page: Page
    dump: str | None = None  # the text, where the file is a plain-text dump
    more: tuple[Page, ...] = ()  # further pages of the same article, in order
    archive: Archive | None = None  # the record that holds the page; None: a file of its own
    edition: Edition | None = None  # what the crawl that saved it knows of the article


@dataclass(frozen=True, slots=True)
class Sidecar:
    """What is beside a page and describes it."""

    name: str
    content: bytes  # JSON, not checked


@dataclass(frozen=True, slots=True)
class Content:
    """The bytes of one saved page and what is known of where they were."""

    name: str  # as messages name it
    raw: bytes  # packed or not; at most MAX_BYTES + 1
    form: Form | None  # None: its name does not say
    sidecar: Sidecar | None = None
    url: str | None = None  # that its place tells; what the page says of itself is better


def read_saved(source: Input, stdin: IO[bytes] | None = None) -> SavedPage:
    """Return the page in `source`, with what its sidecar, its MHTML header or the browser's comment hold about it.

    Raises InputError ("unreadable", "empty_input", "binary_input", "no_pages"), ParserLimit above `MAX_BYTES`.
    """
    return saved_in(Content(source.name, _read_raw(source, stdin), source.form, _sidecar_of(source), source.url))


def saved_in(content: Content) -> SavedPage:
    """Return the page that these bytes hold; raises as `read_saved` does."""
    body = unpacked(content.raw, content.name)
    form = content.form or _sniff(content.name, body)
    page = (
        _mhtml_page(body, content.name) if form == "mhtml" else _described(content, body) or _page_of(body, content.url)
    )
    if form != "dump":
        return SavedPage(page)
    return SavedPage(page, decode(page.body, page.header("content-type"), content.name))


def spool_pipe(source: Input, folder: Path, patience: Patience) -> Input:
    """Copy what comes through a pipe or standard input into a file in `folder`, which any process may read again.

    No more than `MAX_BYTES` and one are read. Raises InputError where the pipe cannot be read or nothing comes through
    it, StoreError, and what `patience` raises. Standard input may take its time: somebody may be typing.
    """
    make_folder(folder)
    path = folder / (source.path.name if source.path else source.stem)
    try:
        if isinstance(source.path, Path):
            raw = read_named_pipe(source.path, MAX_BYTES + 1, patience)
        else:
            raw = read_open_pipe(sys.stdin.buffer, MAX_BYTES + 1, replace(patience, silence_s=None))
    except SilentPipeError as error:
        words = f"nothing came through this pipe for {error.silence_s:g} s (--page-time); does anybody write into it?"
        raise InputError(source.name, Reason.UNREADABLE, words) from error
    except OSError as error:
        raise _unreadable(source, error) from error
    write_atomic(path, raw)
    return replace(source, path=path)


# ── bytes ─────────────────────────────────────────────────────────────────────────────────────


def _read_raw(source: Input, stdin: IO[bytes] | None) -> bytes:
    try:
        if source.path is None:
            return read_up_to(stdin or sys.stdin.buffer, MAX_BYTES + 1)
        with source.path.open("rb") as file:
            return read_up_to(file, MAX_BYTES + 1)
    except OSError as error:
        raise _unreadable(source, error) from error


def _unreadable(source: Input, error: OSError) -> InputError:
    what_to_do = "; check its permissions" if isinstance(error, PermissionError) else ""
    return InputError(source.name, Reason.UNREADABLE, f"cannot be read: {error.strerror}{what_to_do}")


def unpacked(raw: bytes, name: str) -> bytes:
    """Return the whole content, unpacked where it is gzip or zstd, whatever its ending."""
    check_size(raw, name)
    codec = codec_of(raw)
    body = _unpack(raw, codec, name) if codec in (GZIP, ZSTD) else raw
    check_size(body, name)
    return body


def _unpack(raw: bytes, codec: Codec, name: str) -> bytes:
    """Return all members of a packed file, and no more than one byte above the limit."""
    body = bytearray()
    while raw.startswith(codec.magic) and len(body) <= MAX_BYTES:
        member = codec.open()
        try:
            body += member.unpack(raw, MAX_BYTES + 1 - len(body))
        except BrokenPackingError as error:
            raise InputError(
                name, Reason.UNREADABLE, f"is a broken {codec.name} file ({error}); save it again"
            ) from error
        if not member.is_over and len(body) <= MAX_BYTES:
            raise InputError(name, Reason.UNREADABLE, f"is a {codec.name} file that ends too early; save it again")
        raw = member.unused
    return bytes(body)


def check_size(body: bytes, name: str) -> None:
    """Raise ParserLimit "too_large" above `MAX_BYTES`."""
    if len(body) > MAX_BYTES:
        explanation = f"has more than {MAX_BYTES // 2**20} MiB, which no article page has; split or remove it"
        raise ParserLimit(name, Reason.TOO_LARGE, explanation)


def _sniff(name: str, body: bytes) -> Form:
    """Return the form that the first bytes show; standard input may also hold a fragment or plain text."""
    head = body[:SNIFF_BYTES].replace(b"\x00", b"")  # UTF-16
    if LOOKS_LIKE_MHTML.search(head):
        return "mhtml"
    if LOOKS_LIKE_HTML.search(head) or not body.strip():
        return "html"
    if name == STDIN_NAME:
        return "html" if ANY_TAG.search(head) else "dump"
    if (codec := codec_of(body)) is not None:
        how = "twice" if codec in (GZIP, ZSTD) else f"with {codec.name}, which is read of containers alone"
        words = f"is packed {how}; unpack it, or pack it once with gzip or zstd"
        raise InputError(name, Reason.NO_PAGES, words)
    words = f"does not look like a saved page; if it is one, give it the ending of what it holds: {KNOWN_ENDINGS}"
    raise InputError(name, Reason.NO_PAGES, words)


# ── what is known of the page ─────────────────────────────────────────────────────────────────


def _sidecar_of(source: Input) -> Sidecar | None:
    """Return what is beside a page and describes it, or None."""
    if source.path is None:
        return None
    beside = source.path.with_name(page_stem(source.path) + SIDECAR_SUFFIX)
    try:
        if not beside.is_file():
            return None
        with beside.open("rb") as file:
            return Sidecar(beside.name, read_up_to(file, _MAX_SIDECAR_BYTES))
    except OSError as error:
        if error.errno == errno.ENAMETOOLONG:  # a page whose name is as long as can be has none
            return None
        explanation = f"its sidecar {beside.name} cannot be read ({error.strerror or error}); repair or delete it"
        raise InputError(source.name, Reason.UNREADABLE, explanation) from error


def _described(content: Content, body: bytes) -> Page | None:
    """Return the page with all that is in its sidecar, or None without one."""
    if content.sidecar is None:
        return None
    try:
        return described_page(body, content.sidecar.content, content.sidecar.name)
    except InputError as error:
        explanation = f"its sidecar {content.sidecar.name} {error.explanation}; repair or delete it"
        raise InputError(content.name, error.reason, explanation) from error


def _page_of(body: bytes, url: str | None) -> Page:
    """Return the page of a body that nothing describes but the comments that programs leave in the pages they save."""
    head = body[:SNIFF_BYTES]
    if match := SAVED_FROM.search(head):
        saved = _SAVED_DATE.search(head, match.end())
        moment = _moment(saved.expand(rb"\2 \1 \3 \4 \5").decode()) if saved else None
        return Page(url=match[1].decode("ascii", "ignore"), body=body, fetched_at=moment)
    if match := MIRRORED_FROM.search(head):
        address = f"https://{match[1].decode('ascii', 'ignore')}"
        return Page(url=address, body=body, fetched_at=_moment(match[2].decode("ascii", "ignore")))
    # A folder may be called as a host is and hold pages of others.
    return Page(url=None if url is None or is_disowned(body, url) else url, body=body)


def _mhtml_page(body: bytes, name: str) -> Page:
    """Return the root HTML part of a web archive (RFC 2557)."""
    if not body.strip():
        raise InputError(name, Reason.EMPTY_INPUT, "the file is empty; save the page again")
    archive = message_from_bytes(body)
    root = _root_part(archive)
    if root is None:
        raise InputError(name, Reason.NO_PAGES, "is a web archive without an HTML part; save the page again")
    payload = root.get_payload(decode=True)
    content = payload if isinstance(payload, bytes) else b""
    check_size(content, name)
    return Page(
        url=_address(root) or _address(archive),
        body=content,
        headers=(("content-type", _one_line(root["Content-Type"] or "text/html")),),
        fetched_at=_saved_at(archive),
    )


def _root_part(archive: Message) -> Message | None:
    """Return the part that `start` names, else the first HTML part."""
    parts = [part for part in archive.walk() if part.get_content_type() in {"text/html", "application/xhtml+xml"}]
    start = archive.get_param("start")
    named = (part for part in parts if start and part["Content-ID"] == start)
    return next(named, parts[0] if parts else None)


def _address(part: Message) -> str | None:
    """Return the web address in a part's header; Chromium writes `cid:` for frames and folds long lines."""
    for header in ("Content-Location", "Snapshot-Content-Location"):
        url = "".join(str(part[header] or "").split())
        if url.startswith(("http://", "https://")):
            return url
    return None


def _saved_at(archive: Message) -> datetime | None:
    return _moment(str(archive["Date"]))


def _moment(text: str) -> datetime | None:
    """Return the time in the form of mails and HTTP."""
    try:
        moment = parsedate_to_datetime(text)
        # "-0000" is UTC of a writer who does not say where it is (RFC 5322, 3.3): Chromium's.
        if moment.tzinfo is None:
            return moment.replace(tzinfo=UTC) if text.rstrip().endswith("-0000") else None
        return moment.astimezone(UTC)
    except (ValueError, OverflowError):  # no date; a year that has no UTC time
        return None


def _one_line(value: str) -> str:
    return " ".join(str(value).split())
