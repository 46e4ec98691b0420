"""Distinguishes tables that hold values from tables that hold a page's layout."""

from collections.abc import Sequence
from typing import Final

from harvester.text import collapse, is_cjk, units

MAX_CELL_CHARS: Final = 300  # a longer cell is a column of prose
MAX_CELL_UNITS: Final = 80  # words, or Han and kana letters: about as much
_MENU_LINES: Final = 3  # a cell of so many lines with a link in each is a column of the page
_LAYOUT: Final = ("table", "form", "h1", "h2", "h3", "article", "section", "blockquote", "figure")
_LAYOUT_TAGS: Final = tuple(f"<{tag}{end}" for tag in _LAYOUT for end in " >")
# WAI-ARIA 1.2: the author's own word on what the table is for.
_SAID: Final = {"table": True, "grid": True, "presentation": False, "none": False}


def is_data_table(role: str, content: Sequence[str]) -> bool:
    """Return whether a table is to be read by rows: by its role, else by at least two rows, all cells short.

    `content` is its markup, text at even places. Never where it holds a table, a form, a heading or a section.
    """
    if any(token.startswith(_LAYOUT_TAGS) for token in content[1::2]):
        return False
    said = _SAID.get(role.strip().lower())
    return _has_short_cells(content) if said is None else said


def _has_short_cells(content: Sequence[str]) -> bool:
    widths: list[int] = []
    cell = 0  # place where the open one begins
    for place in range(1, len(content), 2):
        token = content[place]
        if token.startswith(("<tr>", "<tr ")):
            widths.append(0)
        elif token.startswith(("<td>", "<td ", "<th>", "<th ")) and widths:
            widths[-1] += 1
            cell = place + 1
        elif token in {"</td>", "</th>"} and _is_column(content[cell : place + 1]):
            return False
    return len(widths) >= 2 and max(widths) >= 2


def _is_column(cell: Sequence[str]) -> bool:
    """Return whether a cell is a column of the page: prose, or a menu with a link in each line."""
    text = collapse("".join(cell[::2]))
    if len(text) > MAX_CELL_CHARS or (is_cjk(text) and units(text) > MAX_CELL_UNITS):
        return True
    tags = cell[1::2]
    lines = sum(token in {"<br>", "</p>", "</li>"} for token in tags)
    links = sum(token.startswith("<a ") for token in tags)
    return min(links, lines) >= _MENU_LINES
