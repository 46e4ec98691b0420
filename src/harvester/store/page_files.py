"""Saved pages: the body as it came (STEM.html or STEM.xhtml) and its HTTP metadata (STEM.page.json) beside it."""

import hashlib
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from pathlib import Path
from typing import Final, Literal

import msgspec

from harvester.errors import FetchError, InputError, Reason
from harvester.models import Hop, Page
from harvester.store.atomic_files import write_atomic
from harvester.typed_json import json_reader
from harvester.url_names import file_stem
from harvester.urls import check_url

SCHEMA: Final = "harvester/page/1"
SIDECAR_SUFFIX: Final = ".page.json"
_SUFFIXES: Final = (".html", ".xhtml")

# Saved pages are passed around as samples; a session is not for others, and cleaning has no use for it.
NOT_SAVED: Final = frozenset({"set-cookie", "set-cookie2"})


@dataclass(frozen=True, slots=True, kw_only=True)
class _Sidecar:
    """The JSON beside a saved body; who saves pages by other means writes what is known of them."""

    schema: Literal["harvester/page/1"] = SCHEMA
    url: str | None
    final_url: str | None = None
    chain: tuple[Hop, ...] = ()
    status: int | None = None
    headers: tuple[tuple[str, str], ...] = ()
    fetched_at: datetime | None = None
    truncated: bool = False
    notes: tuple[str, ...] = ()
    sha256: str | None = None  # hex, of the body
    bytes: int | None = None  # of the body


def page_path(folder: Path, page: Page) -> Path:
    """Return where `save_page` puts the body of `page`: the name depends on its URL and content type only."""
    digest = hashlib.sha256(page.body).hexdigest() if page.url is None else None
    media_type = (page.header("content-type") or "").partition(";")[0].strip().lower()
    suffix = ".xhtml" if media_type == "application/xhtml+xml" else ".html"
    return folder / (file_stem(page.url or f"sha256:{digest}") + suffix)


def sidecar_path(html_path: Path) -> Path:
    """Return where the sidecar of a saved body is."""
    return html_path.with_name(html_path.stem + SIDECAR_SUFFIX)


def save_page(folder: Path, page: Page) -> Path:
    """Save `page` in `folder`, over an earlier copy of it, and return the path of the body.

    Headers that hold a session (Set-Cookie) are left out. Raises StoreError "disk_full" or "unwritable".
    """
    path = page_path(folder, page)
    sidecar = _Sidecar(
        schema=SCHEMA,
        url=page.url,
        final_url=page.final_url,
        chain=page.chain,
        status=page.status,
        headers=tuple(header for header in page.headers if header[0] not in NOT_SAVED),
        fetched_at=page.fetched_at,
        truncated=page.truncated,
        notes=page.notes,
        sha256=hashlib.sha256(page.body).hexdigest(),
        bytes=len(page.body),
    )
    write_atomic(path, page.body)
    write_atomic(sidecar_path(path), msgspec.json.format(msgspec.json.encode(sidecar), indent=2) + b"\n")
    for suffix in _SUFFIXES:  # the copy of a time when the server gave the other type
        if suffix != path.suffix:
            path.with_suffix(suffix).unlink(missing_ok=True)
    return path


def load_page(html_path: Path) -> Page:
    """Return the page saved at `html_path`, with the contents of its sidecar when one is beside it.

    A body that is not the one the sidecar describes (edited by hand, or a crash between the two writes) gets a note.
    Raises InputError "unreadable" when either file cannot be read, or the sidecar is not of this schema.
    """
    body = _read(html_path)
    sidecar_file = sidecar_path(html_path)
    if not sidecar_file.is_file():
        return Page(url=None, body=body)
    return described_page(body, _read(sidecar_file), str(sidecar_file))


def described_page(body: bytes, sidecar: bytes, name: str) -> Page:
    """Return the page of a body with the contents of its sidecar (JSON; `name` for messages).

    Raises InputError "unreadable" when the sidecar is not of this schema, or an address in it is no URL.
    """
    said = _parse_sidecar(sidecar, name)
    page = Page(
        url=said.url,
        body=body,
        final_url=said.final_url,
        status=said.status,
        headers=tuple((name.lower(), value) for name, value in said.headers),
        fetched_at=_in_utc(said.fetched_at),
        chain=said.chain,
        truncated=said.truncated,
        notes=said.notes,
    )
    if said.sha256 not in (None, hashlib.sha256(body).hexdigest()):
        return replace(page, notes=(*page.notes, "the saved body is not the one that its .page.json describes"))
    return page


def _in_utc(moment: datetime | None) -> datetime | None:
    """Return a time in UTC, which one without a zone is in already."""
    if moment is None or moment.tzinfo is None:
        return moment and moment.replace(tzinfo=UTC)
    return moment.astimezone(UTC)


def _parse_sidecar(sidecar: bytes, name: str) -> _Sidecar:
    try:
        said = json_reader(_Sidecar).decode(sidecar)
    except (msgspec.MsgspecError, UnicodeDecodeError) as error:
        raise InputError(name, Reason.UNREADABLE, f"is no {SCHEMA} file ({error})") from error
    try:
        for url in (said.url, said.final_url):
            if url is not None:
                check_url(url)
    except FetchError as error:
        words = f"has an address that is no URL ({error.subject!r}: {error.explanation})"
        raise InputError(name, Reason.UNREADABLE, words) from error
    return said


def _read(path: Path) -> bytes:
    try:
        return path.read_bytes()
    except OSError as error:
        raise InputError(str(path), Reason.UNREADABLE, f"cannot be read ({error.strerror or error})") from error
