"""Versions of the article format: articles of the first one are read as they are, and made of those of the second."""

from collections.abc import Iterator
from dataclasses import replace
from typing import Final

from harvester.models import ARTICLE_SCHEMA, Article, Role, TextBlock

FIRST_SCHEMA: Final = "harvester/article/1"
SCHEMAS: Final = (FIRST_SCHEMA, ARTICLE_SCHEMA)  # what is read
# Fields of an article that the first version does not have.
SINCE_SECOND: Final = frozenset(
    {
        "published_at",
        "published_precision",
        "published_zone_known",
        "word_count",
        "text_sha256",
        "simhash",
        "videos",
        "comments",
    }
)
_ROLES: Final = {Role.FORMULA: Role.PARAGRAPH}  # of blocks, by what they were called


def first_version(article: Article) -> Article:
    """Return an article as the first version of the format has it: the same fields and text, plain blocks.

    Blocks without text (pictures, embeds, separators) and notes that are not in the text are left out, a table is a
    block for each of its rows, and marks are gone.
    """
    if article.schema == FIRST_SCHEMA:
        return article
    later = {"published_at": None, "published_precision": None, "published_zone_known": None, "word_count": None}
    blocks = tuple(first for block in article.blocks if block.in_text for first in _first_blocks(block))
    return replace(
        article,
        schema=FIRST_SCHEMA,
        blocks=blocks,
        **later,  # type: ignore[arg-type]
        text_sha256=None,
        simhash=None,
        videos=(),
        comments=(),
    )


def _first_blocks(block: TextBlock) -> Iterator[TextBlock]:
    if not block.text:
        return
    if block.role is Role.TABLE:
        yield from (TextBlock(Role.TABLE, row, None, block.lang) for row in block.text.split("\n") if row)
    else:
        role = _first_role(block)
        yield TextBlock(role, block.text, block.level if role in (Role.HEADING, Role.LIST_ITEM) else None, block.lang)


def _first_role(block: TextBlock) -> Role:
    """Return what the first version called a block: terms, meanings and notes in a list were items of one."""
    if block.role in (Role.DEFINITION, Role.FOOTNOTE):
        return Role.LIST_ITEM if block.level is not None else Role.PARAGRAPH
    return _ROLES.get(block.role, block.role)
