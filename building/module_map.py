"""Writes docs/modules.md, each module of each room with the start of its docstring: `python building/module_map.py`

It counts the rooms in docs/architecture.md anew, too. A test fails where a room has a module that its table does not
name, or names one that is not there; the words of a row and the counts are as they were when this last ran.
"""

import ast
import re
from collections.abc import Iterator
from itertools import groupby
from pathlib import Path
from typing import Final

ROOT: Final = Path(__file__).parent.parent
SOURCE: Final = ROOT / "src" / "harvester"
MAP: Final = ROOT / "docs" / "modules.md"
ARCHITECTURE: Final = ROOT / "docs" / "architecture.md"
_HEAD: Final = """# Modules

Each module of each room, and what it is for. [architecture.md](architecture.md) shows how the rooms
go together and where to begin; this list is for looking up. `python building/module_map.py` writes it.
"""
_FRONT: Final = "beside the rooms"
_BESIDE: Final = "modules beside the rooms"
_COUNT: Final = re.compile(rf"^(\| (?:`(\w+/)`|({_BESIDE}|all)) \| [^|]* \| )\d+, [\d,]+ \|$", re.MULTILINE)
# By a merge that kept the rows of either side.
_REPEATED: Final = re.compile(r"^((?:\| [^\n]*\|\n)+?)\1+", re.MULTILINE)


def main() -> None:
    MAP.write_text(map_text(), encoding="utf-8")
    ARCHITECTURE.write_text(counted(ARCHITECTURE.read_text(encoding="utf-8")), encoding="utf-8")


def map_text() -> str:
    """Return the whole document."""
    return "".join([_HEAD, *(_table(room, list(paths)) for room, paths in groupby(_modules(), _room_of))])


def named_modules(text: str) -> dict[str, list[str]]:
    """Return the modules that each room's table of a document names: "archive/" -> ["arc.py", ...]."""
    parts = re.split(r"^## (.+)$", text, flags=re.MULTILINE)[1:]
    tables = zip(parts[::2], parts[1::2], strict=True)
    return {room.strip("`"): re.findall(r"^\| `(\w+\.py)` \|", table, re.MULTILINE) for room, table in tables}


def present_modules() -> dict[str, list[str]]:
    """Return the modules that each room has, in the same form."""
    return {room: [path.name for path in paths] for room, paths in groupby(_modules(), _room_of)}


def counted(text: str) -> str:
    """Return a document with the modules and lines of each room in its table "Before and after" as they are now."""
    sizes = {path: len(path.read_text(encoding="utf-8").splitlines()) for path in SOURCE.rglob("*.py")}

    def row(match: re.Match[str]) -> str:
        start, room, other = match.groups()
        folder = SOURCE / room if room else SOURCE
        found = [
            n
            for path, n in sizes.items()
            if (path.is_relative_to(folder) if other != _BESIDE else path.parent == SOURCE)
        ]
        return f"{start}{len(found)}, {sum(found):,} |"

    return _REPEATED.sub(r"\1", _COUNT.sub(row, text))


def _modules() -> list[Path]:
    """Return all modules, those beside the rooms first; an `__init__` says what the whole room does."""
    found = (path.relative_to(SOURCE) for path in SOURCE.rglob("*.py"))
    return sorted((path for path in found if path.stem != "__init__"), key=lambda path: (_order_of(path), path.name))


def _order_of(path: Path) -> str:
    return "" if path.parent == Path() else path.parent.as_posix()


def _room_of(path: Path) -> str:
    return f"{path.parent.as_posix()}/" if path.parent != Path() else _FRONT


def _table(room: str, paths: list[Path]) -> str:
    title = room if room == _FRONT else f"`{room}`"
    whole = "" if room == _FRONT else f"{_first_words(Path(room) / '__init__.py')}\n\n"
    rows = "".join(f"| `{path.name}` | {_first_words(path)} |\n" for path in paths)
    return f"\n## {title}\n\n{whole}| module | what it is for |\n|---|---|\n{rows}"


def _first_words(path: Path) -> str:
    """Return the first paragraph of a module's docstring, as it stands in a cell."""
    words = ast.get_docstring(ast.parse((SOURCE / path).read_text(encoding="utf-8"))) or ""
    line = " ".join(_lines_of_first_paragraph(words))
    return line.replace("|", r"\|").replace("<", r"\<")


def _lines_of_first_paragraph(words: str) -> Iterator[str]:
    for line in words.splitlines():
        if not line.strip():
            return
        yield line.strip()


if __name__ == "__main__":
    main()
