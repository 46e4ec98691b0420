"""An article as plain text."""

from harvester.models import Article


def render_text(article: Article) -> str:
    """Return title, subtitle and text as plain paragraphs, a blank line between them, a final newline."""
    parts = (article.title, article.subtitle, article.text)
    return "\n\n".join(part for part in parts if part) + "\n"
