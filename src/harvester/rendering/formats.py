"""The formats with one file an article that people read, in one table: how files end, and how they are made."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Final

from harvester.models import Article
from harvester.rendering.format_names import DEFAULT_STYLE, Readable, Style
from harvester.rendering.html_page import render_html
from harvester.rendering.markdown import render_markdown
from harvester.rendering.plain_text import render_text
from harvester.rendering.tei import render_tei


@dataclass(frozen=True, slots=True)
class Format:
    """One format for readers."""

    ending: str  # of its files
    render: Callable[[Article, Style], str]


FORMATS: Final[dict[Readable, Format]] = {
    "text": Format(".txt", lambda article, _: render_text(article)),
    "markdown": Format(".md", lambda article, style: render_markdown(article, with_fields=style.front_matter)),
    "html": Format(".html", lambda article, _: render_html(article)),
    "tei": Format(".xml", lambda article, _: render_tei(article)),
}


def rendered(article: Article, form: Readable, style: Style = DEFAULT_STYLE) -> bytes:
    """Return the file of an article in a format for readers: UTF-8, with a final newline."""
    return FORMATS[form].render(article, style).encode("utf-8", "replace")
