"""What the file of a crawled article points to: its raw page and its version before; read and changed as bytes.

As bytes, so that a file of any version of the format stays what it is but for the one link.
"""

import re
from dataclasses import dataclass
from typing import Final

import msgspec

from harvester.typed_json import json_reader

VERSIONS_FOLDER: Final = "versions"  # of the earlier versions of a crawl's articles, beside the present ones
# Only the key of an edition looks so: quotes inside a text are escaped.
_PREVIOUS: Final = re.compile(rb'"previous": ?(?:null|"versions/[0-9a-f]{16}\.\d+\.json")')


@dataclass(frozen=True, slots=True)
class Pointers:
    """Where an article points to."""

    version: int  # its own
    previous: str | None  # file of the version before, relative to the article's own
    warc: str | None  # file of its raw page, without a folder
    fetched_at: str | None  # ISO 8601


@dataclass(frozen=True, slots=True)
class _Archive:
    file: str


@dataclass(frozen=True, slots=True)
class _Record:
    archive: _Archive | None = None


@dataclass(frozen=True, slots=True)
class _Edition:
    version: int
    previous: str | None = None


@dataclass(frozen=True, slots=True)
class _Article:
    page: _Record
    fetched_at: str | None
    edition: _Edition | None = None


def pointers_of(body: bytes) -> Pointers:
    """Return where an article points to; raises ValueError where a file holds none."""
    try:
        found = json_reader(_Article).decode(body)
    except (msgspec.DecodeError, UnicodeDecodeError, RecursionError) as error:
        raise ValueError(str(error)) from error
    edition = found.edition or _Edition(1)
    warc = found.page.archive.file.rpartition("/")[2] if found.page.archive else None
    return Pointers(edition.version, edition.previous, warc, found.fetched_at)


def with_previous(body: bytes, name: str | None) -> bytes:
    """Return the file of an article with another link to the version before it; None: with none."""
    link = b"null" if name is None else b'"' + name.encode() + b'"'
    return _PREVIOUS.sub(b'"previous": ' + link, body, count=1)
