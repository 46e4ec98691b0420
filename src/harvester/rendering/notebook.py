"""What a notebook shows of an article: title, fields, text, and what was removed. All text of the page is escaped."""

from collections.abc import Iterator
from html import escape
from typing import Final

from harvester.models import Article

_FIELDS: Final = (
    "site",
    "subtitle",
    "authors",
    "published",
    "modified",
    "section",
    "tags",
    "languages",
    "source",
    "licence",
    "kind",
    "page_type",
)
_MAX_TEXT_CHARS: Final = 20_000  # more makes a notebook slow, and heavy to save
_WEB: Final = ("https://", "http://")


def notebook_html(article: Article) -> str:
    """Return a piece of HTML for a notebook's cell; a long text is cut, with a note that it is."""
    language = f' lang="{escape(article.languages[0])}"' if article.languages else ""
    title = escape(article.title or "(no title)")
    rows = "".join(
        f'<tr><th style="text-align:left">{name}</th><td style="text-align:left">{value}</td></tr>'
        for name, value in _rows(article)
    )
    text = "".join(f"<p>{_lines(part)}</p>" for part in article.text[:_MAX_TEXT_CHARS].split("\n\n") if part)
    rest = len(article.text) - _MAX_TEXT_CHARS
    more = f"<p><em>… {rest:,} more characters</em></p>" if rest > 0 else ""
    head = f'<h3 dir="auto">{title}</h3><table>{rows}</table>'
    body = f'<div dir="auto" style="max-width:48em">{text}{more}</div>'
    return f"<article{language}>{head}{body}{_removed(article)}</article>"


def _rows(article: Article) -> Iterator[tuple[str, str]]:
    """Yield the fields that have a value, each with it as HTML."""
    if url := article.canonical_url or article.url:
        shown = escape(url)
        yield "url", f'<a href="{shown}" rel="noreferrer">{shown}</a>' if url.startswith(_WEB) else shown
    for name in _FIELDS:
        value = getattr(article, name)
        if name == "source" and value is not None:
            value = value.name or value.url or value.notice
        if value:
            yield name, escape(", ".join(value) if isinstance(value, tuple) else str(value))
    cleaning = article.cleaning
    yield "text", f"{len(article.text):,} characters, quality {cleaning.quality} (confidence {cleaning.confidence:.2f})"


def _removed(article: Article) -> str:
    """Return the kinds of boilerplate that were removed, the largest first; nothing where there was none."""
    kinds = sorted(article.cleaning.removed.items(), key=lambda item: (-item[1], item[0]))
    if not kinds:
        return ""
    items = "".join(f"<li>{escape(kind)}: {chars:,}</li>" for kind, chars in kinds)
    total = sum(chars for _, chars in kinds)
    return f"<details><summary>Removed: {total:,} characters</summary><ul>{items}</ul></details>"


def _lines(text: str) -> str:
    return escape(text).replace("\n", "<br>")
