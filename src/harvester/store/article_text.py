"""One article as text, in any of the forms that a program or a terminal asks for."""

from typing import Final, cast

from harvester.errors import UsageError
from harvester.models import Article
from harvester.rendering.format_names import READABLE, Readable, Style
from harvester.rendering.formats import FORMATS
from harvester.rendering.notebook import notebook_html
from harvester.store.articles import article_json

JSON: Final = "json"
NOTEBOOK: Final = "notebook"
TEXT_FORMS: Final = (JSON, *READABLE, NOTEBOOK)


def as_text(article: Article, form: str, *, front_matter: bool = True) -> str:
    """Return the article as text of a form; `front_matter` is about Markdown.

    Raises UsageError for a form that there is not.
    """
    if form not in TEXT_FORMS:
        raise UsageError(f"{form!r} is no form of an article; known are {', '.join(TEXT_FORMS)}")
    if form == JSON:
        return article_json(article).decode()
    if form == NOTEBOOK:
        return notebook_html(article)
    return FORMATS[cast("Readable", form)].render(article, Style(front_matter))
