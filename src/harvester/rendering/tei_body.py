"""The blocks of an article as the body of a TEI document."""

from collections.abc import Callable, Iterator, Sequence
from itertools import groupby
from typing import Final

from harvester.models import Cell, Embed, Figure, Role, TextBlock
from harvester.rendering.block_runs import run_lines
from harvester.rendering.code_lines import language_of, lines_of
from harvester.rendering.footnote_numbers import FootnoteNumbers
from harvester.rendering.list_nesting import Gap, Item, ItemEnds, ListBegins, ListEnds, list_steps, runs_of
from harvester.rendering.marked_text import is_safe_link, is_safe_picture
from harvester.rendering.quote_sources import names_source
from harvester.rendering.table_grid import sound_rows
from harvester.rendering.tei_inline import address, attribute, escape, formula, inline_tei, language, plain

_LIST_ENDS: Final = "</list>"


def body_tei(blocks: Sequence[TextBlock], notes: FootnoteNumbers) -> Iterator[str]:
    """Yield the lines of the body: a heading opens a division, which holds those of lower levels."""
    body = _Body(notes)
    levels: list[int] = []  # of the headings whose divisions are open
    for role, run in runs_of(blocks):
        if role is Role.HEADING:
            level = run[0].level or 2
            while levels and levels[-1] >= level:
                levels.pop()
                yield "</div>"
            levels.append(level)
            yield f'<div type="section" n="{level}">'
        yield from run_lines(body, role, run)
    yield from ("</div>" for _ in levels)


class _Body:
    """Writes blocks, with the notes that they call."""

    def __init__(self, notes: FootnoteNumbers) -> None:
        self._notes = notes

    def block(self, block: TextBlock) -> str:
        """Return a block that is a run of its own."""
        return _BLOCKS.get(block.role, _Body.paragraph)(self, block)

    def paragraph(self, block: TextBlock) -> str:
        """Return a block as a paragraph."""
        return self._element("p", block, ' rend="caption"' if block.role is Role.CAPTION else "")

    def heading(self, block: TextBlock) -> str:
        """Return the head of a division."""
        return self._element("head", block)

    def table(self, block: TextBlock) -> str:
        """Return a table with its header cells and spans."""
        table = block.table
        if table is None or not any(table.rows):
            return self.paragraph(block)
        caption = [f"<head>{escape(table.caption)}</head>"] if table.caption else []
        rows = map(self._row, filter(None, sound_rows(table)))
        return "\n".join((f"<table{language(block.lang)}>", *caption, *rows, "</table>"))

    def _element(self, tag: str, block: TextBlock, more: str = "") -> str:
        return f"<{tag}{more}{language(block.lang)}>{self._inline(block)}</{tag}>"

    def _inline(self, block: TextBlock) -> str:
        return inline_tei(block.text, block.marks, self._notes)

    def items(self, items: Sequence[TextBlock]) -> Iterator[str]:
        for step in list_steps(items):
            match step:
                case ListBegins(ordered):
                    yield f'<list rend="{"numbered" if ordered else "bulleted"}">'
                case Gap():
                    yield "<item>"
                case Item(block):
                    yield f"<item{attribute('n', block.number)}{language(block.lang)}>{self._inline(block)}"
                case ItemEnds():
                    yield "</item>"
                case ListEnds(_):
                    yield _LIST_ENDS

    def quotation(self, blocks: Sequence[TextBlock]) -> Iterator[str]:
        cite = None if names_source(blocks) else blocks[0].cite
        yield "<cit>" if cite else ""
        yield "<quote>"
        yield from (self._element("p", block) for block in blocks)
        yield "</quote>"
        if cite:
            name = escape(cite.text or cite.url or "")
            url = attribute("target", address(cite.url)) if cite.url and is_safe_link(cite.url) else ""
            yield f"<bibl>{f'<ref{url}>{name}</ref>' if url else name}</bibl></cit>"

    def definitions(self, blocks: Sequence[TextBlock]) -> Iterator[str]:
        """Yield a glossary, where each term has one meaning: one without the other is beside an empty one."""
        yield '<list type="gloss">'
        has_label = False
        for block in blocks:
            if block.term and has_label:
                yield "<item/>"
            elif not block.term and not has_label:
                yield "<label/>"
            yield self._element("label" if block.term else "item", block)
            has_label = block.term
        yield "<item/>" if has_label else ""
        yield _LIST_ENDS

    def footnotes(self, blocks: Sequence[TextBlock]) -> Iterator[str]:
        for key, same in groupby(blocks, key=lambda block: block.footnote.key if block.footnote else None):
            note = self._notes.get(key)
            back = attribute("target", f"#{note.call}") if note and note.is_called else ""
            name = f' xml:id="{note.id}"{attribute("n", note.mark)}{back}' if note else ""
            yield f'<note place="end"{name}>'
            yield from (self._element("p", block) for block in same)
            yield "</note>"

    def _row(self, row: Sequence[Cell]) -> str:
        role = ' role="label"' if all(cell.header for cell in row) else ""
        return f"<row{role}>{''.join(map(self._cell, row))}</row>"

    def _cell(self, cell: Cell) -> str:
        role = ' role="label"' if cell.header else ""
        columns = attribute("cols", cell.colspan) if cell.colspan > 1 else ""
        rows = attribute("rows", cell.rowspan) if cell.rowspan > 1 else ""
        return f"<cell{role}{columns}{rows}>{inline_tei(cell.text, cell.marks, self._notes)}</cell>"


_BLOCKS: Final[dict[Role, Callable[[_Body, TextBlock], str]]] = {
    Role.HEADING: _Body.heading,
    Role.CODE: lambda _, block: _code(block),
    Role.TABLE: _Body.table,
    Role.FIGURE: lambda _, block: _figure(block.figure or Figure()),
    Role.EMBED: lambda _, block: _embed(block.embed) if block.embed else "",
    Role.FORMULA: lambda _, block: f"<p>{formula(block.text, block.tex)}</p>",
    Role.SEPARATOR: lambda _, __: '<milestone unit="section"/>',
}


def _code(block: TextBlock) -> str:
    return (
        f'<p rend="code"><code{attribute("lang", language_of(block))} xml:space="preserve">'
        f"{plain(lines_of(block))}</code></p>"
    )


def _figure(figure: Figure) -> str:
    sizes = "".join(
        attribute(name, f"{size}px")
        for name, size in (("width", figure.width), ("height", figure.height))
        if size is not None and size >= 0
    )
    url = figure.url if is_safe_picture(figure.url) else None
    parts = (
        f"<graphic{attribute('url', address(url))}{sizes}/>" if url else "",
        f"<head>{escape(figure.caption)}</head>" if figure.caption else "",
        f'<p rend="credit">{escape(figure.credit)}</p>' if figure.credit else "",
        f"<figDesc>{plain(figure.alt)}</figDesc>" if figure.alt else "",
    )
    return f"<figure>{''.join(parts)}</figure>"


def _embed(embed: Embed) -> str:
    name = escape(embed.title or embed.provider or embed.url or embed.kind)
    url = attribute("target", address(embed.url)) if embed.url and is_safe_link(embed.url) else ""
    link = f"<ref{url}>{name}</ref>" if url else name
    text = f"<p>{escape(embed.text)}</p>" if embed.text else ""
    return f'<figure type="embed" subtype="{embed.kind}"><head>{link}</head>{text}</figure>'
