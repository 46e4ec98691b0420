"""The fields of an article as a row of CSV (RFC 4180), which no spreadsheet takes for a formula."""

import csv
import io
import re
from collections.abc import Callable, Iterable
from datetime import datetime
from typing import Final

from harvester.models import Article

# What Excel, LibreOffice and Google Sheets read as the beginning of a formula, full-width forms as well
# (OWASP, CSV Injection). An apostrophe before it says that the cell is text; cells that have one already get another,
# so that taking one off gives what was there.
_FORMULA: Final = re.compile("'*[=+\\-@\\t\\r\\n\uff1d\uff0b\uff0d\uff20]")

# Column -> its value; several values are on a line each. The blocks are left to the other formats.
COLUMNS: Final[dict[str, Callable[[Article], str | int | float | Iterable[str] | None]]] = {
    "id": lambda article: article.id,
    "url": lambda article: article.url,
    "canonical_url": lambda article: article.canonical_url,
    "site": lambda article: article.site,
    "kind": lambda article: article.kind,
    "page_type": lambda article: article.page_type,
    "title": lambda article: article.title,
    "subtitle": lambda article: article.subtitle,
    "authors": lambda article: article.authors,
    "editors": lambda article: article.editors,
    "agencies": lambda article: article.agencies,
    "published": lambda article: article.published,
    "published_at": lambda article: _moment(article.published_at),
    "modified": lambda article: article.modified,
    "languages": lambda article: article.languages,
    "section": lambda article: article.section,
    "tags": lambda article: article.tags,
    "description": lambda article: article.description,
    "image": lambda article: article.images[0].url if article.images else None,
    "source_name": lambda article: article.source.name if article.source else None,
    "source_url": lambda article: article.source.url if article.source else None,
    "licence": lambda article: article.licence,
    "access": lambda article: article.access,
    "text": lambda article: article.text,
    "word_count": lambda article: article.word_count,
    "fetched_at": lambda article: article.fetched_at,
    "page_sha256": lambda article: article.page.sha256,
    "method": lambda article: article.cleaning.method,
    "confidence": lambda article: article.cleaning.confidence,
    "quality": lambda article: article.cleaning.quality,
    "version": lambda article: article.cleaning.version,
    "rules": lambda article: article.cleaning.rules,
}


def csv_header() -> bytes:
    """Return the line of the column names."""
    return _line(COLUMNS)


def csv_row(article: Article) -> bytes:
    """Return the fields of an article as a row, UTF-8, with its line end; the text has lines of its own in it."""
    return _line(_cell(read(article)) for read in COLUMNS.values())


def _moment(moment: datetime | None) -> str | None:
    return moment.isoformat().replace("+00:00", "Z") if moment else None


def _cell(value: str | int | float | Iterable[str] | None) -> str:
    if value is None or isinstance(value, (int, float)):
        return "" if value is None else str(value)
    text = value if isinstance(value, str) else "\n".join(value)
    return f"'{text}" if _FORMULA.match(text) else text


def _line(cells: Iterable[str]) -> bytes:
    line = io.StringIO()
    csv.writer(line).writerow(cells)
    return line.getvalue().replace("\x00", "\ufffd").encode("utf-8", "replace")
