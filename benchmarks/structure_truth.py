"""What a person says is on each page of fixtures/rich, and which of it an extractor kept."""

import re
import tomllib
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any, Final

from harvester.models import Page
from harvester.text import fold
from structure_seen import Row, Seen

PAGES: Final = Path(__file__).resolve().parent.parent / "fixtures" / "rich"


def read_truths() -> dict[str, dict[str, Any]]:
    """Return what a person says is on each page."""
    return tomllib.loads((PAGES / "truth.toml").read_text(encoding="utf-8"))


def page_of(name: str) -> Page:
    """Return a page under the address that it calls its own."""
    body = (PAGES / f"{name}.html").read_bytes()
    found = re.search(rb'<link rel="canonical" href="([^"]+)"', body)
    return Page(found[1].decode() if found else None, body)


def found_rows(kind: str, rows: list[Any], seen: Seen) -> list[bool]:
    """Return for each row of a truth whether it is kept."""
    judge = _JUDGES.get(kind)
    if kind == "cells":
        return [wanted in list(_cells_beside(rows, seen)) for wanted in _numbered_cells(rows)]
    if judge is not None:
        return [judge(row, seen) for row in rows]
    return [tuple(row) in getattr(seen, kind) for row in rows]


def _numbered_cells(rows: list[list[str]]) -> list[tuple[int, int, str]]:
    return [(number, column, cell) for number, row in enumerate(rows) for column, cell in enumerate(row)]


def _cells_beside(rows: list[list[str]], seen: Seen) -> Iterator[tuple[int, int, str]]:
    """Yield the cells that stand where they should: in the rows from the one on that is most like the first."""
    yield from _numbered_cells([list(row) for row in seen.rows][: len(rows)])


def _is_near(words: str, before: str) -> bool:
    return fold(words)[-40:] in before


def _has_place(rows: list[Row], address: str, words: str) -> bool:
    return any(_same(address, url) and _is_near(words, before) for url, before in rows)


def _same(one: str, other: str) -> bool:
    return _plain(one) == _plain(other)


def _plain(url: str) -> str:
    """Return an address without what differs between a player and its page."""
    found = re.search(r"youtube(?:-nocookie)?\.com/(?:embed/|watch\?v=)([\w-]{11})", url)
    return found[1] if found else url


def _has_embed(row: list[str], seen: Seen) -> bool:
    # A link to the post that is left of it will do.
    return _has_place(seen.embeds, *row) or any(_same(row[0], url) for _, url in seen.links)


def _has_note(row: list[str], seen: Seen) -> bool:
    sign, note, words = row
    called = any(sign in said and _is_near(words, before) for said, before in seen.calls)
    return called and fold(note) in seen.running


_JUDGES: Final[dict[str, Callable[[Any, Seen], bool]]] = {
    "links": lambda row, seen: tuple(row) in seen.links,
    "images": lambda row, seen: _has_place(seen.images, *row),
    "embeds": _has_embed,
    "captions": lambda row, seen: any(_same(row[0], url) and text.startswith(row[1]) for url, text in seen.captions),
    "code": lambda row, seen: row[1] in [code for _, code in seen.code],
    "formulas": lambda row, seen: row in [tex.strip() for tex in seen.formulas],
    "notes": _has_note,
    "items": lambda row, seen: (str(row[0]), row[1], row[2]) in seen.items,
    "languages": lambda row, seen: tuple(row) in seen.code,
}
