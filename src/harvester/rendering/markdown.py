"""An article as GitHub Flavored Markdown: links, emphasis, pictures, tables, code and notes stay what they are."""

import re
from collections.abc import Callable, Iterator, Sequence
from itertools import groupby
from typing import Final

from harvester.models import Article, Cell, Embed, Figure, Mark, MarkKind, Role, Table, TextBlock
from harvester.rendering.block_runs import run_lines
from harvester.rendering.code_lines import language_of, lines_of
from harvester.rendering.footnote_numbers import FootnoteNumbers
from harvester.rendering.front_matter import front_matter
from harvester.rendering.list_nesting import Gap, Item, ItemEnds, ListBegins, ListEnds, list_steps, runs_of
from harvester.rendering.markdown_inline import BREAK, heading_line, inline_markdown, link_target, one_line
from harvester.rendering.marked_text import is_safe_link, is_safe_picture
from harvester.rendering.quote_sources import names_source
from harvester.rendering.table_grid import grid_of

_TOP_HEADING: Final = 2  # the title is the one heading of level 1
_BARE_BAR: Final = re.compile(r"(?<!\\)((?:\\\\)*)\|")  # behind an even number of backslashes
_MAX_NUMBER: Final = 999_999_999  # of an item (CommonMark 0.31, 5.2)


def render_markdown(article: Article, *, with_fields: bool = True) -> str:
    """Return the article as Markdown; page text cannot turn into markup.

    `with_fields`: it begins with the fields, as YAML; without, authors, date and address are below the title.
    """
    head = [front_matter(article)] if with_fields else []
    head += [f"# {heading_line(article.title)}"] if article.title else []
    head += [f"*{one_line(article.subtitle)}*"] if article.subtitle else []
    head += [line] if not with_fields and (line := _byline(article)) else []
    body = _Body(FootnoteNumbers(article.blocks))
    blocks = (text for role, run in runs_of(article.blocks) if (text := "\n".join(run_lines(body, role, run))))
    return "\n\n".join((*head, *blocks)) + "\n"


def _byline(article: Article) -> str:
    """Return authors, date, site and link on one line, or "" where the article has none of them."""
    said = [", ".join(article.authors), article.published or "", article.site or ""]
    url = article.canonical_url or article.url
    marks = (Mark(MarkKind.LINK, 0, len(url), url),) if url else ()
    return " · ".join(part for part in (*map(one_line, said), one_line(url or "", marks)) if part)


class _Body:
    """Writes blocks, with the notes that they call."""

    def __init__(self, notes: FootnoteNumbers) -> None:
        self._notes = notes

    def block(self, block: TextBlock) -> str:
        """Return a block that is a run of its own."""
        return _BLOCKS.get(block.role, _Body.inline)(self, block)

    def heading(self, block: TextBlock) -> str:
        """Return a heading below that of the title."""
        level = min(max(_TOP_HEADING, block.level or _TOP_HEADING), 6)
        return f"{'#' * level} {heading_line(block.text, block.marks, self._notes)}"

    def table(self, block: TextBlock) -> str:
        """Return a table of pipes."""
        return "\n".join(self._table(block.table)) if block.table and block.table.rows else self.inline(block)

    def caption(self, block: TextBlock) -> str:
        """Return a caption without its picture, emphasised as captions are."""
        return one_line(block.text, (Mark(MarkKind.EMPHASIS, 0, len(block.text)), *block.marks), self._notes)

    def formula(self, block: TextBlock) -> str:
        """Return a formula as GitHub shows it, where other readers show code."""
        return _fenced(block.tex, "math") if block.tex else self.inline(block)

    def inline(self, block: TextBlock) -> str:
        """Return the text of a block with its marks."""
        return inline_markdown(block.text, block.marks, self._notes)

    def items(self, items: Sequence[TextBlock]) -> Iterator[str]:
        """Yield the items below the marker of the one that they are in; levels without an item are left out."""
        margins: list[str] = []
        numbers: list[int] = []
        is_first = False
        for step in list_steps(items):
            match step:
                case ListBegins(_):
                    numbers.append(0)
                    is_first = True
                case Item(block):
                    marker, margin = self._marker(block, numbers), "".join(margins)
                    if is_first and margins and block.ordered and marker != "1. ":
                        yield ""  # below a line of text, only the number 1 begins a list (CommonMark 0.31, 5.2)
                    margins.append(" " * len(marker))
                    yield _indent(self.inline(block), margin + marker, "".join(margins))
                    is_first = False
                case Gap():
                    margins.append("")
                case ItemEnds():
                    margins.pop()
                case ListEnds(_):
                    numbers.pop()

    def _marker(self, item: TextBlock, numbers: list[int]) -> str:
        if not item.ordered:
            return "- "
        numbers[-1] = item.number if item.number is not None else numbers[-1] + 1
        return f"{min(max(numbers[-1], 0), _MAX_NUMBER)}. "

    def quotation(self, blocks: Sequence[TextBlock]) -> Iterator[str]:
        cite = blocks[0].cite
        paragraphs = list(map(self.inline, blocks))
        if cite and (cite.text or cite.url) and not names_source(blocks):
            url = cite.url if is_safe_link(cite.url) else None
            name = one_line(cite.text or cite.url or "")
            paragraphs.append(f"— [{name}]({link_target(url)})" if url else f"— {name}")
        yield "\n>\n".join(_indent(text, "> ", "> ") for text in paragraphs)

    def definitions(self, blocks: Sequence[TextBlock]) -> Iterator[str]:
        """Yield terms as items of a list, and what they mean below them: Markdown has nothing of its own for it."""
        has_term = False
        for block in blocks:
            has_term = has_term or block.term
            margin = "  " if has_term and not block.term else ""
            yield _indent(self.inline(block), f"{margin}- ", f"{margin}  ")

    def footnotes(self, blocks: Sequence[TextBlock]) -> Iterator[str]:
        """Yield notes, a blank line between two."""
        yield "\n\n".join(self._notes_of(blocks))

    def _notes_of(self, blocks: Sequence[TextBlock]) -> Iterator[str]:
        """Yield notes as GitHub has them; what nothing calls would not be shown, so it is a paragraph with its mark."""
        for key, same in groupby(blocks, key=lambda block: block.footnote.key if block.footnote else None):
            note = self._notes.get(key)
            text = "\n\n".join(map(self.inline, same))
            if note is None or not note.is_called:
                yield f"{one_line(note.mark)} {text}" if note else text
            else:
                yield f"[^{note.number}]: " + text.replace("\n", "\n    ")

    def _table(self, table: Table) -> Iterator[str]:
        """Yield the rows, the first as the header that GitHub's tables must have; spans leave empty cells."""
        grid = grid_of(table)
        if table.caption:
            yield f"*{one_line(table.caption)}*"
            yield ""
        for number, row in enumerate(grid):
            cells = (_cell(cell, one_line(cell.text, cell.marks, self._notes)) if cell else "" for cell in row)
            yield f"| {' | '.join(cells)} |"
            if number == 0:
                yield f"| {' | '.join(['---'] * len(row))} |"


_BLOCKS: Final[dict[Role, Callable[[_Body, TextBlock], str]]] = {
    Role.HEADING: _Body.heading,
    Role.CODE: lambda _, block: _fenced(lines_of(block), language_of(block) or ""),
    Role.TABLE: _Body.table,
    Role.FIGURE: lambda _, block: _figure(block.figure or Figure()),
    Role.EMBED: lambda _, block: _embed(block.embed) if block.embed else "",
    Role.FORMULA: _Body.formula,
    Role.SEPARATOR: lambda _, __: "***",
    Role.CAPTION: _Body.caption,
}


def _cell(cell: Cell, line: str) -> str:
    """Return a cell's line with every bar in it escaped: a row is cut at its bars before all else is read.

    Once is enough for those of its text: readers differ about the bar of `\\\\|`, and some begin a cell there.
    """
    spans = (cell.text[mark.start : mark.end] for mark in cell.marks if mark.kind is MarkKind.CODE)
    if any("\\|" in span for span in spans):  # nothing else keeps a backslash before a bar of code
        return line.replace("|", "\\|")
    return _BARE_BAR.sub(r"\1\\|", line)


def _fenced(text: str, info: str) -> str:
    fence = "`" * max(3, max(map(len, re.findall("`+", text)), default=0) + 1)
    return f"{fence}{info}\n{text}\n{fence}"


def _figure(figure: Figure) -> str:
    caption = f"*{one_line(figure.caption)}*" if figure.caption else ""
    below = " ".join(filter(None, (caption, one_line(figure.credit or ""))))
    alt = one_line(figure.alt or "")
    picture = f"![{alt}]({link_target(figure.url or '')})" if is_safe_picture(figure.url) else ""
    return BREAK.join(filter(None, (picture, below)))


def _embed(embed: Embed) -> str:
    """Return the text that is left of what another site shows, as a quotation, and the way there."""
    name = ": ".join(filter(None, (embed.provider, embed.title))) or embed.url or embed.kind
    link = f"[{one_line(name)}]({link_target(embed.url or '')})" if is_safe_link(embed.url) else one_line(name)
    if not embed.text:
        return link
    return "\n>\n".join(_indent(text, "> ", "> ") for text in (inline_markdown(embed.text), f"— {link}"))


def _indent(text: str, first: str, others: str) -> str:
    return first + text.replace("\n", "\n" + others)
