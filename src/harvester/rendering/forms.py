"""One article as text, in any of the forms that a program or a terminal asks for."""

from collections.abc import Callable
from typing import Final

from harvester.errors import UsageError
from harvester.models import Article
from harvester.rendering.notebook import notebook_html
from harvester.store.articles import article_json
from harvester.store.render import render_html, render_markdown, render_text

FORMS: Final[dict[str, Callable[[Article], str]]] = {
    "json": lambda article: article_json(article).decode(),
    "text": render_text,
    "markdown": render_markdown,
    "html": render_html,
}
_ALL: Final = {**FORMS, "notebook": notebook_html}


def rendered(article: Article, form: str) -> str:
    """Return the article as text of a form. Raises UsageError for a form that there is not."""
    if form not in _ALL:
        raise UsageError(f"{form!r} is no form of an article; known are {', '.join(_ALL)}")
    return _ALL[form](article)
