"""The blocks of an article: what is in the text, with its marks, and what is between.

Offsets are code points (`str` indexes in Python) into the text that they belong to, the end exclusive. Whatever is
at its default is left out of the JSON of these types, but for the role, text, level and language of a block.
"""

from dataclasses import dataclass
from enum import StrEnum
from typing import Final, Literal

from harvester.models.frozen import at_once, by_fields


class Role(StrEnum):
    """What a block is: in a page's structure, in an article."""

    HEADING = "heading"
    PARAGRAPH = "paragraph"
    LIST_ITEM = "list_item"
    QUOTE = "quote"
    CODE = "code"
    TABLE = "table"  # of a page: one row; of an article: a table. Cells joined by " | ", rows by "\n"
    CAPTION = "caption"
    CONTROL = "control"  # button, label, option, text field
    # Of articles only:
    FIGURE = "figure"  # a picture at its place; no text
    EMBED = "embed"  # what another site shows in the page; no text
    FORMULA = "formula"  # one that is by itself
    FOOTNOTE = "footnote"
    DEFINITION = "definition"  # a term, or what it means
    SEPARATOR = "separator"  # a line between two parts of the text; no text


# What a block of a page may be: the classifiers have learned these, in this order.
PAGE_ROLES: Final = (
    Role.HEADING,
    Role.PARAGRAPH,
    Role.LIST_ITEM,
    Role.QUOTE,
    Role.CODE,
    Role.TABLE,
    Role.CAPTION,
    Role.CONTROL,
)


class MarkKind(StrEnum):
    """The kinds of marks over a stretch of text."""

    LINK = "link"  # url, and title and rel where the page has them
    STRONG = "strong"
    EMPHASIS = "emphasis"
    CODE = "code"
    SUB = "sub"
    SUP = "sup"
    DELETED = "deleted"
    INSERTED = "inserted"
    HIGHLIGHT = "highlight"
    RUBY = "ruby"  # value: the reading
    ABBR = "abbr"  # value: the long form
    LANG = "lang"  # value: BCP 47, where it is not the block's
    FORMULA = "formula"  # value: TeX
    FOOTNOTE = "footnote"  # value: the `key` of the footnote that is called here


MAY_BE_EMPTY: Final = frozenset({MarkKind.FORMULA, MarkKind.FOOTNOTE})  # such marks say something without a text


@by_fields
@at_once
@dataclass(frozen=True, slots=True)
class Mark:
    """A mark over a stretch of a block's or cell's text.

    Marks are sorted by start, the longer first; they nest or are apart, and never cross. Only those of formulas and
    footnotes may be empty (start = end): what the page shows there is a picture, or no part of the text.
    """

    kind: MarkKind
    start: int  # code points from the beginning of the text
    end: int  # exclusive
    url: str | None = None  # of a link: absolute; http, https, mailto or tel; "#..." leads to a place on the page
    title: str | None = None  # of a link
    rel: tuple[str, ...] = ()  # of a link: lower case, as written: "nofollow", "sponsored", ...
    value: str | None = None  # what the kind says it is


@by_fields
@at_once
@dataclass(frozen=True, slots=True)
class Cell:
    """One cell of a table, on one line."""

    text: str  # "" for an empty cell
    header: bool = False
    colspan: int = 1  # columns, from 1
    rowspan: int = 1  # rows, from 1
    marks: tuple[Mark, ...] = ()  # over `text`


@by_fields
@dataclass(frozen=True, slots=True)
class Table:
    """A table by its cells: a cell that spans rows is in the first of them only, as in HTML."""

    rows: tuple[tuple[Cell, ...], ...]
    caption: str | None = None


@by_fields
@at_once
@dataclass(frozen=True, slots=True)
class Figure:
    """A picture of the text."""

    url: str | None = None  # absolute; None where only its caption is left, as in a text dump
    alt: str | None = None  # what the markup says for those who cannot see it
    width: int | None = None  # CSS pixels, where the markup says
    height: int | None = None
    caption: str | None = None
    credit: str | None = None


EmbedKind = Literal["post", "video", "audio", "map", "document", "other"]


@by_fields
@dataclass(frozen=True, slots=True)
class Embed:
    """What another site shows in the page."""

    kind: EmbedKind
    provider: str  # its host without "www.": "youtube.com"; the page's own for its own players; "" where unknown
    url: str | None = None  # absolute: of the post or video where it is told, else of the player
    title: str | None = None
    text: str | None = None  # what the page shows without scripts; None: nothing, or it is in the text


@by_fields
@dataclass(frozen=True, slots=True)
class Code:
    """What the text of a listing does not show."""

    language: str | None = None  # lower case, as the highlighter calls it: "python", "c++"
    source: str | None = None  # the lines as written, with tabs and blanks at their ends; None: they are the text


@by_fields
@dataclass(frozen=True, slots=True)
class Cite:
    """Where a quotation is from."""

    text: str | None = None  # who or what is named with it, as printed
    url: str | None = None  # absolute


@by_fields
@dataclass(frozen=True, slots=True)
class Footnote:
    """What a footnote is known by."""

    key: str  # of this article alone; marks of the kind `footnote` have it as their value
    mark: str  # as printed: "1", "a", "*"


@by_fields
@at_once
@dataclass(frozen=True, slots=True)
class TextBlock:
    """One block of the article.

    Its text is in the article's text unless `in_text` is false; where a field below is "of" a role,
    other roles do not have it.
    """

    role: Role
    text: str  # "" for figure, embed and separator; "\n" is a line break, a line of code, or the end of a row
    level: int | None = None  # 1-6 of a heading; depth from 1 of what is in the text as an item of a list
    lang: str | None = None  # BCP 47
    marks: tuple[Mark, ...] = ()  # over `text`; a table has them in its cells
    ordered: bool = False  # of a list item: the list is numbered
    number: int | None = None  # of an item of a numbered list: as the page prints it
    term: bool = False  # of a definition: the term, not what it means
    cite: Cite | None = None  # of a quote
    code: Code | None = None  # of code
    table: Table | None = None  # of a table
    figure: Figure | None = None  # of a figure
    embed: Embed | None = None  # of an embed
    tex: str | None = None  # of a formula: TeX
    footnote: Footnote | None = None  # of a footnote
    in_text: bool = True  # False: a footnote that the article calls, and which is not in its text
