"""The formats with one file an article that people read, in one table: how files end, and how they are made."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Final

from harvester.models import Article
from harvester.rendering.format_names import DEFAULT_STYLE, FILE_ENDINGS, Readable, Style
from harvester.rendering.html_page import render_html
from harvester.rendering.markdown import render_markdown
from harvester.rendering.plain_text import render_text
from harvester.rendering.tei import render_tei


@dataclass(frozen=True, slots=True)
class Format:
    """One format for readers."""

    ending: str  # of its files
    render: Callable[[Article, Style], str]


_RENDERERS: Final[dict[Readable, Callable[[Article, Style], str]]] = {
    "text": lambda article, _: render_text(article),
    "markdown": lambda article, style: render_markdown(article, with_fields=style.front_matter),
    "html": lambda article, _: render_html(article),
    "tei": lambda article, _: render_tei(article),
}
FORMATS: Final[dict[Readable, Format]] = {name: Format(FILE_ENDINGS[name], do) for name, do in _RENDERERS.items()}


def rendered(article: Article, form: Readable, style: Style = DEFAULT_STYLE) -> bytes:
    """Return the file of an article in a format for readers: UTF-8, with a final newline."""
    return FORMATS[form].render(article, style).encode("utf-8", "replace")
