"""The blocks of an article as HTML: the elements that the standard has for them, without classes where it has one."""

import html
import re
from collections.abc import Callable, Iterator, Sequence
from dataclasses import replace
from itertools import groupby
from typing import Final

from harvester.models import Cell, Embed, EmbedKind, Figure, Role, TextBlock
from harvester.rendering.block_runs import run_lines
from harvester.rendering.code_lines import language_of, lines_of
from harvester.rendering.direction import direction
from harvester.rendering.footnote_numbers import FootnoteNumbers, Note
from harvester.rendering.html_inline import CITE, attribute, escape, formula, inline_html, language
from harvester.rendering.list_nesting import Gap, Item, ItemEnds, ListBegins, ListEnds, list_steps, runs_of
from harvester.rendering.marked_text import is_safe_link, is_safe_picture
from harvester.rendering.quote_sources import is_source
from harvester.rendering.table_grid import sound_rows

# schema.org's types of what is shown in a page, for readers of microdata.
_TYPES: Final[dict[EmbedKind, str]] = {
    "post": "SocialMediaPosting",
    "video": "VideoObject",
    "audio": "AudioObject",
    "map": "Map",
    "document": "DigitalDocument",
    "other": "MediaObject",
}


def body_html(blocks: Sequence[TextBlock], main_language: str | None) -> Iterator[str]:
    """Yield the lines of the article's body; a block has its language where it is not that of the page."""
    notes = FootnoteNumbers(blocks)
    body = _Body(notes, main_language)
    for role, run in runs_of(blocks):
        yield from run_lines(body, role, run)


class _Body:
    """Writes blocks, with the notes that they call and the language that they are in."""

    def __init__(self, notes: FootnoteNumbers, main_language: str | None) -> None:
        self._notes = notes
        self._main_language = main_language

    def block(self, block: TextBlock) -> str:
        """Return a block that is a run of its own."""
        return _BLOCKS.get(block.role, _Body.paragraph)(self, block)

    def paragraph(self, block: TextBlock) -> str:
        """Return a block as a paragraph, with the attributes of its own."""
        return self._element("p", block)

    def control(self, block: TextBlock) -> str:
        """Return what was a button on its page; here it does nothing, and the style makes text of it."""
        return self._element("button", block, ' type="button"')

    def heading(self, block: TextBlock) -> str:
        """Return a heading of the level that it has on its page."""
        return self._element(f"h{min(max(block.level or 2, 1), 6)}", block)

    def code(self, block: TextBlock) -> str:
        """Return a listing."""
        name = language_of(block)
        lines = html.escape(lines_of(block), quote=False)
        return (
            f"<pre{self._attributes(block)}><code{attribute('class', name and f'language-{name}')}>{lines}</code></pre>"
        )

    def table(self, block: TextBlock) -> str:
        """Return a table with its header cells and spans; it is marked as a table, however small it is."""
        table = block.table
        if table is None:
            return self.paragraph(block)
        rows = sound_rows(table)
        caption = [f"<caption>{escape(table.caption)}</caption>"] if table.caption else []
        lines = [self._row(row) for row in rows]
        heads = 0
        while heads < len(rows) - 1 and all(cell.header for cell in rows[heads]):
            heads += 1
        parts = ["<thead>", *lines[:heads], "</thead>"] if heads else []
        body = ["<tbody>", *lines[heads:], "</tbody>"]
        return "\n".join((f'<table role="table"{self._attributes(block)}>', *caption, *parts, *body, "</table>"))

    def _element(self, tag: str, block: TextBlock, more: str = "") -> str:
        return f"<{tag}{more}{self._attributes(block)}>{self._inline(block)}</{tag}>"

    def _inline(self, block: TextBlock) -> str:
        return inline_html(block.text, block.marks, self._notes)

    def _attributes(self, block: TextBlock) -> str:
        """Return the attributes of a block in another language than the page."""
        if block.lang is None or block.lang == self._main_language:
            return ""
        differs = direction(block.lang) != direction(self._main_language)
        return language(block.lang) + (attribute("dir", direction(block.lang)) if differs else "")

    def definitions(self, blocks: Sequence[TextBlock]) -> Iterator[str]:
        """Yield a list of definitions."""
        yield "<dl>"
        yield from (self._element("dt" if block.term else "dd", block) for block in blocks)
        yield "</dl>"

    def items(self, items: Sequence[TextBlock]) -> Iterator[str]:
        numbers: list[int] = []  # the number that each open list has come to
        for step in list_steps(items):
            match step:
                case ListBegins(ordered):
                    numbers.append(0)
                    yield "<ol>" if ordered else "<ul>"
                case Gap():
                    yield "<li>"
                case Item(block):
                    numbers[-1] += 1
                    yield f"<li{_value(block, numbers)}{self._attributes(block)}>{self._inline(block)}"
                case ItemEnds():
                    yield "</li>"
                case ListEnds(ordered):
                    numbers.pop()
                    yield "</ol>" if ordered else "</ul>"

    def quotation(self, blocks: Sequence[TextBlock]) -> Iterator[str]:
        """Yield a quotation with its source: where it names that itself, else in a caption, which is no text."""
        cite = blocks[0].cite
        url = cite.url if cite and is_safe_link(cite.url) else None
        named = cite.text if cite else None
        marked = [_with_cite(block) for block in blocks]
        is_apart = named is not None and marked == list(blocks)
        yield "<figure>" if is_apart else ""
        yield f"<blockquote{attribute('cite', url)}>"
        yield from (self._element("p", block) for block in marked)
        yield "</blockquote>"
        if is_apart:
            name = f"<cite>{escape(named or '')}</cite>"
            yield f"<figcaption>{_link(url, name)}</figcaption></figure>"

    def footnotes(self, blocks: Sequence[TextBlock]) -> Iterator[str]:
        """Yield notes, each with its mark and the way back to where it is called: in a list where they are in one.

        Those that are called from the text and no part of it are aside.
        """
        tag = "section" if blocks[0].in_text else "aside"
        yield f'<{tag} role="doc-endnotes">'
        for is_listed, run in groupby(blocks, key=lambda block: block.level is not None):
            yield "<ol>" if is_listed else ""
            for key, same in groupby(run, key=lambda block: block.footnote.key if block.footnote else None):
                yield self._footnote("li" if is_listed else "p", self._notes.get(key), tuple(same))
            yield "</ol>" if is_listed else ""
        yield f"</{tag}>"

    def _footnote(self, tag: str, note: Note | None, blocks: Sequence[TextBlock]) -> str:
        inner = self._inline(blocks[0])
        if len(blocks) > 1:
            tag, inner = ("li" if tag == "li" else "div"), "".join(self._element("p", block) for block in blocks)
        if note is None:
            return f"<{tag}>{inner}</{tag}>"
        # Signs are drawn by the style: what is in a note is the note.
        empty = f'<a href="#{note.call}" role="doc-backlink" aria-label="↩"></a>'
        back = empty if note.is_called and not note.leads_back else ""
        marker = _marker(note.mark, note.number) if tag == "li" else attribute("data-mark", note.mark)
        return f'<{tag} id="{note.id}"{marker}{self._attributes(blocks[0])}>{inner}{back}</{tag}>'

    def _row(self, row: Sequence[Cell]) -> str:
        return f"<tr>{''.join(map(self._cell, row))}</tr>"

    def _cell(self, cell: Cell) -> str:
        tag = "th" if cell.header else "td"
        spans = "".join(attribute(name, span) for name, span in _spans(cell) if span > 1)
        return f"<{tag}{spans}>{inline_html(cell.text, cell.marks, self._notes)}</{tag}>"


_BLOCKS: Final[dict[Role, Callable[[_Body, TextBlock], str]]] = {
    Role.HEADING: _Body.heading,
    Role.CODE: _Body.code,
    Role.TABLE: _Body.table,
    Role.FIGURE: lambda _, block: _figure(block.figure or Figure()),
    Role.EMBED: lambda _, block: _embed(block.embed) if block.embed else "",
    Role.FORMULA: lambda _, block: f"<p>{formula(block.text, block.tex, is_block=True)}</p>",
    Role.SEPARATOR: lambda _, __: "<hr>",
    Role.CONTROL: lambda body, block: body.control(block),
}


def _spans(cell: Cell) -> tuple[tuple[str, int], ...]:
    return ("colspan", cell.colspan), ("rowspan", cell.rowspan)


def _with_cite(block: TextBlock) -> TextBlock:
    """Return a block of a quotation with the emphasis that is its source's name marked as such, where there is one."""
    marks = tuple(replace(mark, value=CITE) if is_source(mark, block) else mark for mark in block.marks)
    return block if marks == block.marks else replace(block, marks=marks)


def _value(item: TextBlock, numbers: list[int]) -> str:
    """Return the number of an item where it is not the next one; the count goes on from it."""
    if item.number is None or item.number == numbers[-1]:
        return ""
    numbers[-1] = item.number
    return attribute("value", item.number)


def _marker(mark: str, number: int) -> str:
    """Return how a note is marked where that is not by its number."""
    if mark == str(number):
        return ""
    if mark.isascii() and mark.isdigit():
        return attribute("value", int(mark[:9]))
    shown = re.sub(r'["\\\x00-\x1f<>]', "", mark)[:20]
    return f' style="list-style-type:{html.escape(chr(39) + shown.replace(chr(39), "") + " " + chr(39))}"'


def _figure(figure: Figure) -> str:
    picture = [_image(figure)] if is_safe_picture(figure.url) else []
    caption = [f"<p>{escape(figure.caption)}</p>"] if figure.caption else []
    credit = [f'<p class="credit">{escape(figure.credit)}</p>'] if figure.credit else []
    below = ["<figcaption>", *caption, *credit, "</figcaption>"] if caption or credit else []
    return "\n".join(("<figure>", *picture, *below, "</figure>"))


def _image(figure: Figure) -> str:
    sizes = attribute("width", figure.width) + attribute("height", figure.height)
    # An empty alt says that a picture is decoration: one of the text never is.
    alt = attribute("alt", figure.alt)
    return f'<img{attribute("src", figure.url)}{alt}{sizes} loading="lazy">'


def _embed(embed: Embed) -> str:
    """Return what another site shows as a link to it with the text that is left: nothing is loaded from there."""
    url = embed.url if is_safe_link(embed.url) else None
    title = f'<span itemprop="name">{escape(embed.title)}</span>' if embed.title else None
    link = _link(url, title or escape(embed.provider or embed.url or embed.kind), ' itemprop="url"')
    text = [f'<blockquote itemprop="text">{escape(embed.text)}</blockquote>'] if embed.text else []
    kind = f'itemscope itemtype="https://schema.org/{_TYPES[embed.kind]}"'
    return "\n".join((f"<figure {kind}>", *text, link, "</figure>"))


def _link(url: str | None, inner: str, more: str = "") -> str:
    return f"<a{attribute('href', url)}{more}>{inner}</a>" if url else inner
