"""What is kept of an article while its copies are looked for: one line, in the order of time."""

import json
import re
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any, Final

from harvester.fingerprint import shingles, simhash_of, text_sha256, tokens
from harvester.store.articles import plain_of
from harvester.store.datasets.dataset_reader import Stored

_NEVER: Final = "9999"  # of an article that has no time: behind all others
_SIMHASH: Final = re.compile(r"[0-9a-f]{16}")


@dataclass(frozen=True, slots=True)
class ArticleRow:
    """One article."""

    time: str  # ISO 8601, UTC, to the second; of the day, where the page says no more; "9999" for none
    id: str
    url: str | None
    file: str  # of the set
    row: int  # in the file, from 1
    sha256: str  # of the text, 64 hex digits
    simhash: int | None  # None: too short a text to tell

    @property
    def line(self) -> bytes:
        """The row as one line, which sorts by time, then by id and place."""
        fields = (self.time, self.id, self.file, self.row, self.url, self.sha256, self.simhash)
        return json.dumps(fields).encode() + b"\n"


def row_of(line: bytes) -> ArticleRow:
    """Return the row in a line."""
    time, number, file, row, url, sha256, simhash = json.loads(line)
    return ArticleRow(time, number, url, file, row, sha256, simhash)


def read_row(stored: Stored, min_words: int) -> ArticleRow:
    """Return what is kept of an article; a text of fewer words has no simhash. Raises ValueError where it is none."""
    plain = plain_of(stored.line)
    text, number, url = plain.get("text"), plain.get("id"), plain.get("url") or plain.get("canonical_url")
    if not isinstance(text, str) or not isinstance(number, str):
        raise ValueError("it has no text or no id")
    return ArticleRow(
        _time_of(plain),
        number,
        url if isinstance(url, str) else None,
        stored.file,
        stored.row,
        text_sha256(text),
        _simhash(text, plain.get("simhash"), min_words),
    )


def _simhash(text: str, recorded: object, min_words: int) -> int | None:
    """Return the simhash of a text, as the article has it where it does; None for a text of fewer words."""
    if isinstance(recorded, str) and _SIMHASH.fullmatch(recorded) and text.count(" ") > 2 * min_words:
        return int(recorded, 16)
    words = tokens(text)
    return simhash_of(shingles(words)) if len(words) >= min_words else None


def _time_of(plain: Mapping[str, Any]) -> str:
    """Return when an article came: its own date, else when the crawl saw it first, else when it was fetched."""
    edition = plain.get("edition")
    seen = edition.get("first_seen") if isinstance(edition, dict) else None
    recorded = (plain.get("published_at"), plain.get("published"), seen, plain.get("fetched_at"))
    return next((time for value in recorded if (time := _utc(value)) is not None), _NEVER)


def _utc(value: object) -> str | None:
    try:
        moment = datetime.fromisoformat(value) if isinstance(value, str) else None
        if moment is None:
            return None
        aware = moment.astimezone(UTC) if moment.tzinfo else moment
        return aware.replace(tzinfo=None, microsecond=0).isoformat()
    except (ValueError, OverflowError):
        return None
