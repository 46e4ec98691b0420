"""Scrapy's HTTP cache, as FilesystemCacheStorage keeps it: SPIDER/XX/HASH/ with one file for each part of an answer.

Nothing is unpickled: a pickle can run any program. `meta` holds the same as `pickled_meta`, as a Python literal.
https://docs.scrapy.org/en/latest/topics/downloader-middleware.html#filesystem-storage-backend-default
"""

import ast
import re
from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path
from typing import Final

from harvester.archive.formats.container_spans import EMPTY, NOT_HTML, STATUS, EntryRange, lost
from harvester.archive.formats.detection import ANSWER_HASH
from harvester.archive.formats.warc import HTML_TYPES
from harvester.archive.formats.warc_reader import decoded, header_fields
from harvester.archive.page_entries import Entry, Passed
from harvester.archive.saved_page import LOOKS_LIKE_HTML, MAX_BYTES, SNIFF_BYTES, SavedPage, check_size, unpacked
from harvester.compression.codecs import GZIP
from harvester.errors import HarvesterError, InputError, Reason
from harvester.fetching.content_codings import Body
from harvester.models import Page
from harvester.store.bounded_reading import read_up_to

_SHELF: Final = re.compile(r"[0-9a-f]{2}")
_MAX_META_BYTES: Final = 64 * 1024
_MAX_HEADERS_BYTES: Final = 1024 * 1024
DBM_GLOB: Final = "*.db*"  # some dbm modules write several files

Meta = dict[object, object]

_META_ERRORS: Final = (ValueError, SyntaxError, TypeError, MemoryError, RecursionError)


def read_scrapy_cache(folder: Path, span: EntryRange) -> Iterator[Entry]:
    """Yield the answers in a cache, their places their numbers in the order of their paths, from 1. Raises OSError."""
    if 0 in span:
        databases = [path.name for path in sorted(folder.glob(DBM_GLOB))]
        if databases:
            which = f"{', '.join(databases[:3])}: a cache of DbmCacheStorage holds pickles, which could run any program"
            yield lost(str(folder), 0, f"{which}; crawl with FilesystemCacheStorage instead", Reason.NO_PAGES)
    for number, answer in enumerate(_answers(folder), 1):
        if span.is_past(number):
            return
        if number in span:
            yield Entry(str(answer), number, _found(answer))


def _answers(folder: Path) -> Iterator[Path]:
    spiders = [folder] if any(_folders(folder, _SHELF)) else _folders(folder, re.compile(r"[^.].*"))
    for spider in spiders:
        for shelf in _folders(spider, _SHELF):
            yield from _folders(shelf, ANSWER_HASH)


def _folders(folder: Path, name: re.Pattern[str]) -> list[Path]:
    """Return the folders of such names in a folder, sorted; links are not followed."""
    found = (path for path in folder.iterdir() if name.fullmatch(path.name))
    return sorted(path for path in found if path.is_dir() and not path.is_symlink())


def _found(answer: Path) -> SavedPage | HarvesterError | Passed:
    try:
        return _read_answer(answer)
    except HarvesterError as error:
        return error
    except OSError as error:
        return InputError(str(answer), Reason.UNREADABLE, f"cannot be read: {error.strerror or error}")


def _read_answer(answer: Path) -> SavedPage | Passed:
    raw = _read(answer / "meta")
    # HTTPCACHE_GZIP packs all files of the cache. A body alone that is packed came so from the server.
    is_packed = raw.startswith(GZIP.magic)
    meta = _meta(answer, raw)
    status = meta.get("status")
    if not isinstance(status, int) or not 200 <= status < 300:
        return STATUS
    headers, wire = (
        unpacked(raw, str(path)) if is_packed else raw
        for path in (answer / "response_headers", answer / "response_body")
        for raw in [_read(path)]
    )
    fields = header_fields(headers[:_MAX_HEADERS_BYTES])
    said = dict(reversed(fields))
    body = decoded(wire, said.get("content-encoding"))
    if not body.content.strip():
        return EMPTY
    is_html = said.get("content-type", "").partition(";")[0].strip().lower() in HTML_TYPES
    if not is_html and not LOOKS_LIKE_HTML.search(body.content[:SNIFF_BYTES]):
        return NOT_HTML
    return SavedPage(_page(meta, status, fields, body))


def _page(meta: Meta, status: int, fields: tuple[tuple[str, str], ...], body: Body) -> Page:
    url, final = meta.get("url"), meta.get("response_url")
    return Page(
        url=url if isinstance(url, str) else None,
        body=body.content,
        final_url=final if isinstance(final, str) and final != url else None,
        status=status,
        headers=fields,
        fetched_at=_time(meta.get("timestamp")),
        truncated=body.truncated,
        notes=body.notes,
    )


def _meta(answer: Path, raw: bytes) -> Meta:
    name = str(answer / "meta")
    text = unpacked(raw, name) if raw.startswith(GZIP.magic) else raw
    try:
        meta = ast.literal_eval(text.decode("utf-8")) if len(text) <= _MAX_META_BYTES else None
    except _META_ERRORS as error:
        raise InputError(name, Reason.UNREADABLE, f"is no note of Scrapy's cache ({error})") from error
    if not isinstance(meta, dict):
        raise InputError(name, Reason.UNREADABLE, "is no note of Scrapy's cache")
    return meta


def _read(path: Path) -> bytes:
    with path.open("rb") as file:
        raw = read_up_to(file, MAX_BYTES + 1)
    check_size(raw, str(path))
    return raw


def _time(value: object) -> datetime | None:
    try:
        return datetime.fromtimestamp(value, UTC) if isinstance(value, int | float) else None
    except (ValueError, OverflowError, OSError):
        return None
