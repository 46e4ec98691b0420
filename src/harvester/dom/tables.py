"""Tells tables that hold values from tables that hold a page's layout."""

from typing import Final

from selectolax.lexbor import LexborNode

MAX_CELL_CHARS: Final = 300  # a longer cell is a column of prose
_LAYOUT = "table, form, h1, h2, h3, article, section, blockquote, figure"


def is_data_table(table: LexborNode) -> bool:
    """Return whether `table` has rows of short cells: at least two rows, one of them with two cells."""
    # css() also matches the node itself, so a nested table shows as a second match.
    if any(node.mem_id != table.mem_id for node in table.css(_LAYOUT)):
        return False
    rows = table.css("tr")
    widths = [len(row.css("td, th")) for row in rows]
    if len(widths) < 2 or max(widths) < 2:
        return False
    return all(len(cell.text(deep=True).strip()) <= MAX_CELL_CHARS for cell in table.css("td, th"))
