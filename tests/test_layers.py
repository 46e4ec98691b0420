"""Imports point down: the rooms of docs/architecture.md, and each library in its one room."""

import ast
import gc
import sys
from collections.abc import Iterator
from functools import cache
from graphlib import TopologicalSorter
from pathlib import Path

import pytest

SOURCE = Path(__file__).parent.parent / "src"
LEVELS = (
    "text urls models errors storable maildate",
    "decode recoding dom dumps rules outline",
    "boilerplate content embedded fallback memory metadata layout refusal store fetching workers",
    "cleaning multipage",
    "crawl reclean compare",
    "cli",
)
LEVEL_OF = {room: level for level, rooms in enumerate(LEVELS) for room in rooms.split()}
ROOMS_OF = {
    "selectolax": "dom",
    "trafilatura": "fallback",
    "charset_normalizer": "decode",
    "re2": "rules",
    "tomllib": "rules metadata crawl",
    "lxml": "crawl",
    "persiantools": "metadata",
    "warcio": "store",
    "obstore": "store",
    "pyarrow": "store",
    "sqlalchemy": "crawl",
    "numpy": "content",
    "msgspec": "embedded store",
    "httpx": "fetching urls",
    "httpcore": "fetching",
    "h2": "fetching",
    "tld": "urls",
    "protego": "crawl",
    "brotli": "fetching",
    "backports": "fetching store",
    "dask": "reclean",
    "distributed": "reclean",
    "click": "cli",
    "rich": "cli",
}


def room_of(module: str) -> str:
    """Return the room of a module, `harvester.dom.walk` or a file's path; "" for the public front door."""
    return module.split(".")[1] if "." in module else ""


MODULES = {".".join(path.relative_to(SOURCE).with_suffix("").parts): path for path in SOURCE.rglob("*.py")}


def tree_of(path: Path) -> ast.Module:
    """Return a module as a tree.

    Without the garbage collector: its callbacks (hypothesis has one) may move the recursion limit while CPython 3.11
    makes the tree, which ends in SystemError "AST constructor recursion depth mismatch".
    """
    gc.disable()
    try:
        return ast.parse(path.read_text(encoding="utf-8"))
    finally:
        gc.enable()


@cache
def imports_of(module: str) -> tuple[str, ...]:
    """Return all that a module imports, also inside functions, as full names."""
    return tuple(_imports_of(module))


def _imports_of(module: str) -> Iterator[str]:
    for node in ast.walk(tree_of(MODULES[module])):
        if isinstance(node, ast.Import):
            yield from (alias.name for alias in node.names)
        elif isinstance(node, ast.ImportFrom):
            assert node.level == 0, f"{module} imports relatively"
            yield from (f"{node.module}.{alias.name}" for alias in node.names)


def targets_of(module: str) -> set[str]:
    """Return the modules of the project that a module imports; a package stands for its __init__."""
    names = {name for name in imports_of(module) if name.split(".")[0] == "harvester"}
    found = {_nearest(name) for name in names}
    return found - {module}


def _nearest(name: str) -> str:
    while name not in MODULES and f"{name}.__init__" not in MODULES:
        name = name.rpartition(".")[0]
    return name if name in MODULES else f"{name}.__init__"


@pytest.mark.parametrize("module", [name for name in MODULES if name.count(".") > 0 and "__" not in name.split(".")[1]])
def test_no_import_points_up(module):
    level = LEVEL_OF[room_of(module)]
    upward = {
        target
        for target in targets_of(module)
        if target != "harvester.__init__" and room_of(target) != room_of(module) and LEVEL_OF[room_of(target)] > level
    }
    assert not upward


def test_no_imports_form_a_circle():
    graph = {name: {t for t in targets_of(name) if t != "harvester.__init__"} for name in MODULES}
    TopologicalSorter(graph).prepare()  # raises CycleError with the circle


def test_each_library_has_its_one_room():
    strays = {
        (library, name)
        for name in MODULES
        for imported in imports_of(name)
        if (library := imported.split(".")[0]) in ROOMS_OF and room_of(name) not in ROOMS_OF[library].split()
    }
    assert not strays


def test_every_library_and_every_module_has_a_room():
    libraries = {imported.split(".")[0] for name in MODULES for imported in imports_of(name)}
    since_python_3_14 = {"compression"}
    assert libraries - set(sys.stdlib_module_names) - since_python_3_14 - {"harvester"} <= ROOMS_OF.keys()
    assert {room_of(name) for name in MODULES} - {"__init__", "__main__"} == LEVEL_OF.keys()
