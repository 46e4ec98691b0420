"""Tables by their cells, with spans that no reader chokes on."""

from collections.abc import Iterable, Iterator
from dataclasses import replace
from itertools import groupby
from typing import Final

from harvester.models import Cell, Role, Table, TextBlock

_BORDER: Final = " | "  # how the cells of a row are joined in a block's text
MAX_SPAN: Final = 1_000  # HTML Living Standard, 4.9.11: what browsers take for colspan
MAX_GRID: Final = 200_000  # places of a table that is drawn out: more are hostile


def with_tables(blocks: Iterable[TextBlock]) -> Iterator[TextBlock]:
    """Yield blocks whose tables have cells: in the first version of the format each row is a block of text."""
    for is_row, run in groupby(blocks, key=_is_row):
        if not is_row:
            yield from run
            continue
        rows = tuple(run)
        cells = tuple(tuple(map(Cell, line.split(_BORDER))) for row in rows for line in row.text.split("\n"))
        yield TextBlock(Role.TABLE, "\n".join(row.text for row in rows), None, rows[0].lang, table=Table(cells))


def _is_row(block: TextBlock) -> bool:
    return block.role is Role.TABLE and block.table is None


def sound_rows(table: Table) -> tuple[tuple[Cell, ...], ...]:
    """Return the rows of a table, each span at least 1 and none longer than the table is or than browsers take."""
    rows = table.rows
    return tuple(
        tuple(
            replace(
                cell,
                colspan=min(max(cell.colspan, 1), MAX_SPAN),
                rowspan=min(max(cell.rowspan, 1), len(rows) - number),
            )
            if cell.colspan != 1 or cell.rowspan != 1
            else cell
            for cell in row
        )
        for number, row in enumerate(rows)
    )


def grid_of(table: Table) -> list[list[Cell | None]]:
    """Return the places of a table, all rows of one length: a cell is in its first place, None in its others."""
    taken: list[dict[int, Cell | None]] = [{} for _ in table.rows]
    places = 0
    for number, row in enumerate(sound_rows(table)):
        column = 0
        for cell in row:
            while column in taken[number]:
                column += 1
            width = cell.colspan if places + cell.colspan * cell.rowspan <= MAX_GRID else 1
            height = cell.rowspan if width == cell.colspan else 1
            places += width * height
            for below in range(number, number + height):
                taken[below].update(dict.fromkeys(range(column, column + width)))
            taken[number][column] = cell
            column += width
    width = max((max(row, default=-1) + 1 for row in taken), default=0)
    return [[row.get(column) for column in range(width)] for row in taken]
