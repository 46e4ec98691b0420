"""Tables by their cells."""

from bisect import bisect_left
from collections.abc import Iterator, Sequence
from typing import Final, NamedTuple

from harvester.dom import CELL_BORDER, is_block, unescaped
from harvester.dom.html_tags import FIGURES
from harvester.dom.inline import emoji_of
from harvester.models import Block, Cell, Mark, Markup, Role, Table, Trace
from harvester.structure.inlines import InlineReader
from harvester.structure.markup_tokens import attributes_of, container, tag_of
from harvester.structure.text_marks import Surrounding, marks_over, visible_marks
from harvester.text import collapse, unwrap_cjk

MAX_SPAN: Final = 1_000  # HTML Living Standard, 4.9.11
_TABLES: Final = frozenset({"table"})
_CAPTIONS: Final = frozenset({"caption", "table", "figcaption"})
_MAX_IN_FIGURE: Final = 500  # containers that are looked at: a table stands at its beginning
_HEADS: Final = frozenset({"thead"})


class _Range(NamedTuple):
    """One cell in the markup."""

    start: int  # of its start tag
    end: int  # of its end tag


def table_of(block: Block) -> tuple[int, int] | None:
    """Return what identifies the table that a row is of; None where that is unknown."""
    if block.trace is None:
        return None
    found = container(block.trace.markup, block.trace.element, _TABLES)
    return None if found is None else (id(block.trace.markup), found)


def read_table(rows: Sequence[Block], captions: dict[tuple[int, int], str], around: Surrounding) -> Table:
    """Return the table of rows that are in one; `captions` are those of the page, by their tables."""
    place = table_of(rows[0])
    caption = captions.get(place) if place is not None else None
    return Table(tuple(_cells(row, around) for row in rows), caption)


def captions_of(blocks: Sequence[Block]) -> dict[tuple[int, int], str]:
    """Return the captions of a page's tables; where one has several, its title and a note, they follow each other."""
    found: dict[tuple[int, int], list[str]] = {}
    for block in blocks:
        if block.role is Role.CAPTION and (place := _captioned(block)) is not None:
            found.setdefault(place, []).extend(block.text.split())
    return {place: " ".join(words) for place, words in found.items()}


def _captioned(block: Block) -> tuple[int, int] | None:
    """Return the table that a caption is of: the one around a `<caption>`, the only one in the figure of another."""
    if block.trace is None:
        return None
    markup = block.trace.markup
    inner = container(markup, block.trace.element, _CAPTIONS)
    tag = markup.elements[inner].tag if inner is not None else ""
    if tag == "caption":
        return table_of(block)
    figure = container(markup, block.trace.element, FIGURES) if tag == "figcaption" else None
    tables = list(_tables_in(markup, figure)) if figure is not None else []
    return (id(markup), tables[0]) if len(tables) == 1 else None


def _tables_in(markup: Markup, element: int) -> Iterator[int]:
    """Yield the tables in an element; the containers in it come right behind it."""
    for at in range(element + 1, min(element + 1 + _MAX_IN_FIGURE, len(markup.elements))):
        if markup.elements[at].parent < element:
            return
        if markup.elements[at].tag == "table":
            yield at


def _cells(row: Block, around: Surrounding) -> tuple[Cell, ...]:
    cells = _read_cells(row.trace, around) if row.trace is not None else ()
    if CELL_BORDER.join(cell.text for cell in cells) != row.text:
        return tuple(Cell(text) for text in row.text.split(CELL_BORDER))  # of a row that was repaired by the parser
    return cells


def _read_cells(trace: Trace, around: Surrounding) -> tuple[Cell, ...]:
    markup = trace.markup
    row = container(markup, trace.element, frozenset({"tr"}))
    if row is None:
        return ()
    in_head = container(markup, row, _HEADS) is not None
    return tuple(_cell(trace, found, in_head, around) for found in _ranges(markup, row))


def _ranges(markup: Markup, row: int) -> Iterator[_Range]:
    """Yield the cells of a row; there is no table in a table that is read by rows."""
    start = -1
    for at in range(markup.places[row] + 2, len(markup.tokens), 2):
        tag = markup.tokens[at]
        if tag.startswith(("<td>", "<td ", "<th>", "<th ")):
            start = at
        elif tag in ("</td>", "</th>"):
            yield _Range(start, at)
        elif tag == "</tr>":
            return


def _cell(trace: Trace, cell: _Range, in_head: bool, around: Surrounding) -> Cell:
    tokens = trace.markup.tokens
    attributes = attributes_of(tokens[cell.start])
    spots = trace.spots[bisect_left(trace.spots, cell.start) : bisect_left(trace.spots, cell.end)]
    text = _text(tokens, cell, frozenset(spots))
    return Cell(
        text,
        header=in_head or tag_of(tokens[cell.start]) == "th",
        colspan=_span(attributes.get("colspan")),
        rowspan=_span(attributes.get("rowspan")),
        marks=_marks(Trace(trace.markup, spots, -1), text, around) if spots else (),
    )


def _text(tokens: Sequence[str], cell: _Range, spots: frozenset[int]) -> str:
    pieces = []
    for at in range(cell.start + 1, cell.end):
        token = tokens[at]
        if at % 2 == 0:
            pieces.append(unwrap_cjk(unescaped(token)) if at in spots else " " if token.isspace() else "")
        elif at in spots:
            pieces.append(emoji_of(attributes_of(token)))
        elif (tag := tag_of(token)) == "br" or is_block(tag):
            pieces.append(" ")
    return collapse("".join(pieces))


def _marks(trace: Trace, text: str, around: Surrounding) -> tuple[Mark, ...]:
    inlines = InlineReader().read(Block(Role.TABLE, text, None, 0, None, "", -1, trace=trace))
    return marks_over(text, visible_marks(inlines, trace.markup.tokens, around)) if inlines else ()


def _span(text: str | None) -> int:
    digits = (text or "").strip()
    return min(max(int(digits), 1), MAX_SPAN) if digits.isascii() and digits.isdigit() and len(digits) <= 5 else 1
