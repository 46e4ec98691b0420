"""Tables by their cells, with spans that no reader chokes on."""

from dataclasses import replace
from typing import Final

from harvester.models import Cell, Table

MAX_SPAN: Final = 1_000  # HTML Living Standard, 4.9.11: what browsers take for colspan
MAX_GRID: Final = 200_000  # places of a table that is drawn out: more are hostile


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
    """Return the places of a table, all rows of one length: a cell stands in its first place, None in its others."""
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
