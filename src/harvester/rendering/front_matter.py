"""The fields of an article as YAML above its text, as Jekyll, Hugo, Pandoc and Obsidian read it."""

import json
import re
from collections.abc import Sequence
from datetime import datetime
from typing import Any, Final

from harvester.models import Article
from harvester.storable import storable_text

_DATES: Final = frozenset({"date", "modified", "fetched"})
# A day or a time that every YAML reader takes for one.
_DATE: Final = re.compile(r"\d{4}-\d{2}-\d{2}(?:T\d{2}:\d{2}:\d{2}(?:Z|[+-]\d{2}:\d{2}))?")
# What YAML 1.1 and 1.2 take in a document; the others are written as escapes, and so is what begins a tag of HTML:
# readers of Markdown that know no front matter take it for text.
_ESCAPED: Final = re.compile(r"<(?=[A-Za-z/!?])|[\x00-\x1f\x7f-\x9f\u2028\u2029\ud800-\udfff\ufeff\ufffe\uffff]")


def front_matter(article: Article) -> str:
    """Return the fields between two lines of `---`; fields without a value are left out."""
    said = ((name, value) for name, value in _fields(article).items() if value not in (None, ()))
    lines = (f"{name}: {value if name in _DATES and _is_date(value) else _value(value)}" for name, value in said)
    return "\n".join(("---", *lines, "---"))


def _fields(article: Article) -> dict[str, Any]:
    return {
        "title": article.title,
        "subtitle": article.subtitle,
        "authors": article.authors,
        "editors": article.editors,
        "agencies": article.agencies,
        "date": article.published,
        "modified": article.modified,
        "site": article.site,
        "url": article.url,
        "canonical_url": article.canonical_url,
        "languages": article.languages,
        "section": article.section,
        "tags": article.tags,
        "description": article.description,
        "image": article.images[0].url if article.images else None,
        "source": (article.source.url or article.source.name) if article.source else None,
        "licence": article.licence,
        "access": article.access,
        "fetched": article.fetched_at,
        "id": article.id,
    }


def _value(value: str | Sequence[str]) -> str:
    return _quoted(value) if isinstance(value, str) else f"[{', '.join(map(_quoted, value))}]"


def _is_date(text: str) -> bool:
    """Return whether a text is a date of the calendar: readers of YAML fail at a thirteenth month."""
    try:
        datetime.fromisoformat(text)
    except ValueError:
        return False
    return _DATE.fullmatch(text) is not None


def _quoted(text: str) -> str:
    """Return text as a double-quoted scalar; JSON's escapes are YAML's, too."""
    return _ESCAPED.sub(_escape, json.dumps(storable_text(text), ensure_ascii=False))


def _escape(match: re.Match[str]) -> str:
    code = ord(match[0])
    return f"\\u{code:04x}" if code < 0x10000 else f"\\U{code:08x}"
