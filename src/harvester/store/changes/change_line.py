"""One change as a line of JSON."""

from dataclasses import dataclass, fields
from typing import Final, Literal, get_args

import msgspec

from harvester.store.json_lines import json_line
from harvester.typed_json import json_reader

ChangeKind = Literal["new", "edited", "gone", "recleaned"]
KINDS: Final[tuple[ChangeKind, ...]] = get_args(ChangeKind)


@dataclass(frozen=True, slots=True)
class Change:
    """What became of one version of an article."""

    seq: int  # from 1; grows from line to line, and is given once
    at: str  # ISO 8601, UTC: when it was written down
    change: ChangeKind
    source: str | None  # name in the sources file; None: a set that no crawl writes
    id: str  # of the article
    url: str | None
    version: int  # of the article, from 1
    file: str  # relative to the folder or place, where the article stood then
    sha256: str | None  # hex: of the file; of its line where a file holds many; None: a file that is gone, too
    page: str | None = None  # hex SHA-256 of the page that the article was made from


@dataclass(frozen=True, slots=True)
class _Head:
    """All of a line that is looked at to find a place among others."""

    seq: int
    at: str


_FIELDS: Final = tuple(field.name for field in fields(Change))
_CHANGE: Final = json_reader(Change)
_HEAD: Final = json_reader(_Head)


def change_line(change: Change) -> bytes:
    """Return a change as a line, with its line feed."""
    return json_line({name: getattr(change, name) for name in _FIELDS}).encode()


def parse_change(line: bytes) -> Change:
    """Return the change in a line; raises ValueError where it holds none."""
    try:
        return _CHANGE.decode(line)
    except (msgspec.DecodeError, UnicodeDecodeError, RecursionError) as error:
        raise ValueError(str(error)) from error


def parse_head(line: bytes) -> tuple[int, str]:
    """Return `seq` and `at` of a line; raises ValueError where it holds no change."""
    try:
        head = _HEAD.decode(line)
    except (msgspec.DecodeError, UnicodeDecodeError, RecursionError) as error:
        raise ValueError(str(error)) from error
    return head.seq, head.at


def with_article(line: bytes, article: bytes | None) -> bytes:
    """Return the line of a change with its article, itself a line of JSON, as one more field; None: `null`."""
    return line.rstrip().removesuffix(b"}") + b',"article":' + (article or b"null").rstrip() + b"}\n"
