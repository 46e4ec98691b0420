"""Tells tables that hold values from tables that hold a page's layout."""

from typing import Final

from selectolax.lexbor import LexborNode

MAX_CELL_CHARS: Final = 300  # a longer cell is a column of prose
_LAYOUT = "table, form, h1, h2, h3, article, section, blockquote, figure"
# WAI-ARIA 1.2: the author's own word on what the table is for.
_SAID: Final = {"table": True, "grid": True, "presentation": False, "none": False}


def is_data_table(table: LexborNode) -> bool:
    """Return whether `table` is to be read by rows: by its role, else by at least two rows, all cells short.

    Never where a table, a form, a heading or a section stands in it.
    """
    # css() also matches the node itself, so a nested table shows as a second match.
    if any(node.mem_id != table.mem_id for node in table.css(_LAYOUT)):
        return False
    said = _SAID.get((table.attributes.get("role") or "").strip().lower())
    return _has_short_cells(table) if said is None else said


def _has_short_cells(table: LexborNode) -> bool:
    rows = table.css("tr")
    widths = [len(row.css("td, th")) for row in rows]
    if len(widths) < 2 or max(widths) < 2:
        return False
    return all(len(cell.text(deep=True).strip()) <= MAX_CELL_CHARS for cell in table.css("td, th"))
