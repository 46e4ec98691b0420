"""The formats with one file an article that people read, in one table: how files end, and how they are made."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Final, Literal, get_args

from harvester.models import Article
from harvester.rendering.markdown import render_html, render_markdown
from harvester.rendering.text import render_text

Readable = Literal["text", "markdown", "html"]
READABLE: Final[tuple[Readable, ...]] = get_args(Readable)


@dataclass(frozen=True, slots=True)
class Style:
    """What a reader may choose about a format."""

    front_matter: bool = True  # of Markdown: the fields above the text, as YAML


@dataclass(frozen=True, slots=True)
class Format:
    """One format for readers."""

    ending: str  # of its files
    render: Callable[[Article, Style], str]


FORMATS: Final[dict[Readable, Format]] = {
    "text": Format(".txt", lambda article, _: render_text(article)),
    "markdown": Format(".md", lambda article, style: render_markdown(article)),
    "html": Format(".html", lambda article, _: render_html(article)),
}


def rendered(article: Article, form: Readable, style: Style = Style()) -> bytes:  # noqa: B008 - it is frozen
    """Return the file of an article in a format for readers: UTF-8, with a final newline."""
    return FORMATS[form].render(article, style).encode("utf-8", "replace")
