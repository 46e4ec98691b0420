"""Versions of the article format: articles of the first one are read as they are, and made of those of the second."""

from collections.abc import Iterator
from dataclasses import fields, replace
from typing import Final

from harvester.models import ARTICLE_SCHEMA, Article, Role, TextBlock

FIRST_SCHEMA: Final = "harvester/article/1"
SCHEMAS: Final = (FIRST_SCHEMA, ARTICLE_SCHEMA)  # what is read
# The fields of an article of the first version, which never change.
_FIRST: Final = frozenset(
    """
    schema id url canonical_url amp_url alternates site kind title subtitle authors editors agencies published
    modified languages reading_order section section_path tags description images source licence access text
    blocks fetched_at page cleaning edition page_type
    """.split()
)
# The others, each with what it is where nothing is known of it.
SINCE_SECOND: Final = {field.name: field.default for field in fields(Article) if field.name not in _FIRST}
_ROLES: Final = {Role.FORMULA: Role.PARAGRAPH}  # of blocks, by what they were called


def first_version(article: Article) -> Article:
    """Return an article as the first version of the format has it: the same fields and text, plain blocks.

    Blocks without text (pictures, embeds, separators) and notes that are not in the text are left out, a table is a
    block for each of its rows, and marks are gone.
    """
    if article.schema == FIRST_SCHEMA:
        return article
    blocks = tuple(first for block in article.blocks if block.in_text for first in _first_blocks(block))
    return replace(article, schema=FIRST_SCHEMA, blocks=blocks, **SINCE_SECOND)  # type: ignore[arg-type]


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
