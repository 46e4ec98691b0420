"""The fields of an article as YAML above its text, as Jekyll, Hugo, Pandoc and Obsidian read it."""

import json
import re
from collections.abc import Sequence
from typing import Any, Final

from harvester.models import Article

# A day or a time that every YAML reader takes for one.
_DATE: Final = re.compile(r"\d{4}-\d{2}-\d{2}(?:T\d{2}:\d{2}:\d{2}(?:Z|[+-]\d{2}:\d{2}))?")
# What YAML 1.1 and 1.2 take in a document; the others are written as escapes.
_UNPRINTABLE: Final = re.compile("[^\x20-\x7e\xa0-\u2027\u202a-\ud7ff\ue000-\ufefe\uff00-\ufffd\U00010000-\U0010ffff]")


def front_matter(article: Article) -> str:
    """Return the fields between two lines of `---`; what the page does not say is left out."""
    lines = [f"{name}: {_value(value)}" for name, value in _fields(article).items() if value not in (None, ())]
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
    if isinstance(value, str):
        return value if _DATE.fullmatch(value) and _is_day(value) else _quoted(value)
    return f"[{', '.join(map(_quoted, value))}]"


def _is_day(date: str) -> bool:
    """Return whether a date is one of the calendar's: readers of YAML fail at a thirteenth month."""
    from datetime import datetime  # noqa: PLC0415

    try:
        datetime.fromisoformat(date)
    except ValueError:
        return False
    return True


def _quoted(text: str) -> str:
    """Return text as a double-quoted scalar; JSON's escapes are YAML's, too."""
    return _UNPRINTABLE.sub(_escape, json.dumps(text, ensure_ascii=False))


def _escape(match: re.Match[str]) -> str:
    code = ord(match[0])
    return f"\\u{code:04x}" if code < 0x10000 else f"\\U{code:08x}"
