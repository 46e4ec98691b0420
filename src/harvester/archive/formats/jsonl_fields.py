"""Pages as lines of JSON, as crawlers and data sets export them; the tables list the names that a field may have.

Sources of the names: Scrapy item exports ("url", "html" or "body"), Common Crawl extracts and the readers and writers
of datatrove ("text", with "url" and "date" under "metadata"), Firecrawl ("rawHtml", "metadata.sourceURL"), Zyte API
("browserHtml", "statusCode"), Crawl4AI ("status_code", "response_headers"), news-please ("date_download").
"""

import json
import re
from contextlib import suppress
from datetime import UTC, datetime
from typing import Final

import msgspec

from harvester.errors import FetchError, Reason
from harvester.models import Page
from harvester.storable import storable
from harvester.urls import check_url

_HTML_NAMES: Final = ("html", "raw_html", "rawHtml", "browserHtml", "page_source")
# They hold HTML in some exports and the bare text in others: taken where they look like HTML.
_VAGUE_NAMES: Final = ("body", "content", "raw_content", "text")
_URL_NAMES: Final = ("url", "source_url", "sourceURL", "page_url", "link")
_TIME_NAMES: Final = ("fetched_at", "crawled_at", "date_download", "crawl_date", "timestamp", "date")
_STATUS_NAMES: Final = ("status", "status_code", "statusCode")
_HEADER_NAMES: Final = ("headers", "response_headers")
_HALF: Final = re.compile(rb"\\u[dD][89a-fA-F]")
_LOOKS_LIKE_HTML: Final = re.compile(r"<(?:!doctype|html|head|body|article|div|p)\b", re.IGNORECASE)
_SNIFF_CHARS: Final = 4_096
_ARTICLE: Final = "harvester/article/"
_MAX_HEADERS: Final = 200
_SHOWN_CHARS: Final = 80

Line = dict[str, object]


class NoPageLineError(Exception):
    """A line that holds no page, or one that is described wrongly; its text is the explanation."""

    def __init__(self, explanation: str, reason: Reason = Reason.NO_PAGES) -> None:
        super().__init__(explanation)
        self.reason = reason


def read_page_line(line: bytes) -> Page:
    """Return the page in a line of JSON; an empty body where the line has an empty one.

    Raises NoPageLineError where it holds none, or where its address is none.
    """
    fields = _fields(line)
    if str(fields.get("schema", "")).startswith(_ARTICLE):
        raise NoPageLineError(
            "is an article that harvester wrote, not a page; clean the page that it was made from, or print it with "
            "`harvester export`"
        )
    notes = fields.get("metadata")
    places = (fields, notes) if isinstance(notes, dict) else (fields,)
    headers = _headers(_first(places, _HEADER_NAMES))
    said = next((value for name, value in headers if name == "content-type"), "text/html")
    return Page(
        url=_address(places),
        body=_html(fields).encode("utf-8", "replace"),
        status=_status(_first(places, _STATUS_NAMES)),
        # JSON is Unicode: whatever the page was on the wire, and its <meta> says of it, is past.
        headers=(("content-type", f"{_media_type(said)}; charset=utf-8"), *_others(headers)),
        fetched_at=_time(places),
    )


def _fields(line: bytes) -> Line:
    try:
        fields = msgspec.json.decode(line)
    except (msgspec.DecodeError, UnicodeDecodeError, RecursionError) as error:
        fields = _with_halves(line)
        if fields is None:
            raise NoPageLineError(f"is no JSON ({error})") from error
    if not isinstance(fields, dict):
        raise NoPageLineError("is no JSON object")
    return fields


def _with_halves(line: bytes) -> object:
    """Return a line that may hold half a surrogate pair as an escape, as Python writes it; None for no JSON."""
    with suppress(ValueError, RecursionError):
        return storable(json.loads(line)) if _HALF.search(line) else None
    return None


def _first(places: tuple[Line, ...], names: tuple[str, ...]) -> object:
    """Return the first value under one of the names that is there."""
    found = (place[name] for place in places for name in names if place.get(name) is not None)
    return next(found, None)


def _html(fields: Line) -> str:
    for name in _HTML_NAMES:
        if isinstance(html := fields.get(name), str):
            return html
    texts = [text for name in _VAGUE_NAMES if isinstance(text := fields.get(name), str)]
    if not texts:
        raise NoPageLineError(f"has no HTML under any of the names {', '.join((*_HTML_NAMES, *_VAGUE_NAMES))}")
    html = next((text for text in texts if _LOOKS_LIKE_HTML.search(text[:_SNIFF_CHARS])), None)
    if html is None and any(text.strip() for text in texts):
        raise NoPageLineError("holds text, but no HTML")
    return html or ""


def _address(places: tuple[Line, ...]) -> str | None:
    """Return the first whole address under one of the names; None where the line says nothing.

    Raises NoPageLineError where all that it says is wrong: links and site would be, too.
    """
    said = [(name, value) for place in places for name in _URL_NAMES if not _is_blank(value := place.get(name))]
    faults: list[str] = []
    for name, value in said:
        try:
            check_url(value if isinstance(value, str) else "")
        except FetchError as error:
            faults.append(
                f"has an address under {name!r} that is no URL ({str(value)[:_SHOWN_CHARS]!r}: {error.explanation})"
            )
        else:
            return str(value).strip()
    if faults:
        raise NoPageLineError(faults[0], Reason.UNREADABLE)
    return None


def _is_blank(value: object) -> bool:
    return value is None or (isinstance(value, str) and not value.strip())


def _status(value: object) -> int | None:
    if isinstance(value, str) and re.fullmatch(r"[0-9]{3}", value):
        value = int(value)
    return value if isinstance(value, int) and 100 <= value <= 999 else None


def _headers(value: object) -> list[tuple[str, str]]:
    """Return headers from an object (values: text, or a list of texts) or from a list of pairs or of name and value."""
    pairs: list[tuple[object, object]] = []
    if isinstance(value, dict):
        pairs = list(value.items())
    elif isinstance(value, list):
        pairs = [_pair(item) for item in value]
    found: list[tuple[str, str]] = []
    for name, content in pairs[:_MAX_HEADERS]:
        values = content if isinstance(content, list) else [content]
        found += [(name.lower(), text) for text in values if isinstance(name, str) and isinstance(text, str)]
    return found


def _pair(item: object) -> tuple[object, object]:
    if isinstance(item, dict):
        return item.get("name"), item.get("value")
    return (item[0], item[1]) if isinstance(item, list) and len(item) == 2 else (None, None)


def _media_type(said: str) -> str:
    media_type = said.partition(";")[0].strip().lower()
    return media_type if media_type == "application/xhtml+xml" else "text/html"


def _others(headers: list[tuple[str, str]]) -> list[tuple[str, str]]:
    about_the_wire = {"content-type", "content-encoding", "transfer-encoding", "content-length"}
    return [header for header in headers if header[0] not in about_the_wire]


def _time(places: tuple[Line, ...]) -> datetime | None:
    """Return when the page was fetched; a day without a time is rather that of the article."""
    values = (place[name] for place in places for name in _TIME_NAMES if place.get(name) is not None)
    return next((moment for value in values if (moment := _moment(value)) is not None), None)


def _moment(value: object) -> datetime | None:
    try:
        if isinstance(value, int | float) and not isinstance(value, bool):
            seconds = value / 1000 if value > 1e11 else value  # milliseconds, as JavaScript counts
            return datetime.fromtimestamp(seconds, UTC) if seconds > 0 else None
        if not isinstance(value, str) or ":" not in value:
            return None
        moment = datetime.fromisoformat(value.strip())
        return moment.astimezone(UTC) if moment.tzinfo else moment.replace(tzinfo=UTC)
    except (ValueError, OverflowError, OSError):
        return None
