"""A comparison written into a file: Markdown, HTML or JSON, by the file's ending."""

from collections.abc import Iterable
from pathlib import Path
from typing import Final

from harvester.compare.comparison import Comparison
from harvester.compare.html_report import as_html
from harvester.compare.markdown_report import as_markdown
from harvester.store.articles import plain_json
from harvester.store.atomic_files import make_folder, write_atomic

ENDINGS: Final = (".md", ".html", ".json")


def write_report(comparison: Comparison, path: Path) -> None:
    """Write a report; its format is that of the ending, one of `ENDINGS`. Raises StoreError."""
    make_folder(path.parent)
    write_atomic(path, report(comparison, path.suffix))


def report(comparison: Comparison, ending: str) -> bytes:
    """Return a report, UTF-8 with a final newline."""
    if ending == ".json":
        return plain_json(comparison)
    return _lines(as_html(comparison) if ending == ".html" else as_markdown(comparison))


def _lines(lines: Iterable[str]) -> bytes:
    return "".join(f"{line}\n" for line in lines).encode("utf-8", "replace")
