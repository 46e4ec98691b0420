"""Records of ARC files, the form before WARC, in the form of WARC records.

Version 1 has five fields in the line before a block, version 2 has ten:
https://archive.org/web/researcher/ArcFileFormat.php
"""

import re
from datetime import UTC, datetime
from typing import Final

from harvester.archive.formats.record_stream import Framing, Record, RecordHead

# The address comes first and is written as it was asked for, blanks and all; the other fields hold none. Fields are
# taken whole, so that no line takes more than linear time.
_LINE: Final = re.compile(
    rb"(?P<url>[a-zA-Z][a-zA-Z0-9+.\-]{1,20}+:[^ \r\n]*+(?: [^ \r\n]*+)*?)"
    rb" [0-9a-fA-F.:\-]{1,45}+ (?P<date>[0-9]{8,17}+) (?P<type>[^ \r\n]++)"
    rb"(?: [0-9\-]{1,5}+ [^ \r\n]++ [^ \r\n]++ [0-9\-]{1,15}+ [^ \r\n]++)?"
    rb" (?P<length>[0-9]{1,12}+)[ \t]*+\r?\n"
)


def _read_head(lines: bytes) -> RecordHead | str:
    match = _LINE.match(lines)
    if match is None:
        return "no ARC record begins here"
    url = match["url"].decode("utf-8", "replace")
    headers = (
        ("warc-type", "warcinfo" if url.startswith("filedesc:") else "response"),
        ("warc-target-uri", url),
        ("warc-date", _time(match["date"].decode())),
        ("content-type", match["type"].decode("utf-8", "replace")),
    )
    return RecordHead(match.end(), headers, int(match["length"]))


def _time(digits: str) -> str:
    """Return the 14 digits of a time as ISO 8601, or "" where they are none; some writers add milliseconds."""
    try:
        return datetime.strptime(digits[:14].ljust(14, "0"), "%Y%m%d%H%M%S").replace(tzinfo=UTC).isoformat()
    except ValueError:
        return ""


def _no_fault(_record: Record) -> None:
    """ARC records have no digests."""


ARC: Final = Framing(b"", _LINE, re.compile(rb"[a-zA-Z][a-zA-Z0-9+.\-]{1,20}:"), _read_head, b"", _no_fault)
