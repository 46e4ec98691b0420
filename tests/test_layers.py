"""Imports point down: the rooms of docs/architecture.md, and each library in its one room."""

import ast
import gc
import re
import sys
from collections.abc import Iterator
from functools import cache
from graphlib import TopologicalSorter
from pathlib import Path

SOURCE = Path(__file__).parent.parent / "src"
LEVELS = (
    "text urls web_links models errors storable maildate distribution native",
    "compression decode recoding dom dumps fingerprint rules outline rendering",
    "boilerplate content embedded fallback site_memory metadata hard_wraps refusal store structure fetching workers",
    "anchors cleaning multipage pagination preloaded",
    "archive crawl reclean compare duplicates",
    "cli",
)
LEVEL_OF = {room: level for level, rooms in enumerate(LEVELS) for room in rooms.split()}
ROOMS_OF = {
    "selectolax": "dom",
    "trafilatura": "fallback",
    "charset_normalizer": "decode",
    "re2": "rules",
    "tomllib": "rules crawl",
    "lxml": "crawl",
    "persiantools": "metadata",
    "warcio": "archive",
    "obstore": "store",
    "pyarrow": "store",
    "sqlalchemy": "crawl",
    "numpy": "content outline",
    "msgspec": "archive embedded reclean store",
    "httpx": "fetching urls",
    "httpcore": "fetching",
    "h2": "fetching",
    "tld": "urls",
    "protego": "crawl",
    "brotli": "fetching",
    "backports": "compression",
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


def test_no_import_points_up():
    upward = {
        (module, target)
        for module in MODULES
        if module.count(".") > 0 and "__" not in module.split(".")[1]
        for target in targets_of(module)
        if target != "harvester.__init__" and LEVEL_OF[room_of(target)] > LEVEL_OF[room_of(module)]
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


def test_the_map_names_every_room_and_nothing_that_is_not_there():
    text = (SOURCE.parent / "docs" / "architecture.md").read_text(encoding="utf-8")
    named = re.findall(r"`([\w/]+(?:\.py|/))`", text)
    paths = {path.relative_to(SOURCE / "harvester").as_posix() for path in MODULES.values()}
    folders = {f"{path.rpartition('/')[0]}/" for path in paths}
    known = paths | folders | {f"{'/'.join(path.split('/')[-n:])}" for path in paths | folders for n in (1, 2, 3)}
    assert [name for name in named if name not in known] == []
    assert [room for room in LEVEL_OF if f"`{room}.py`" not in text and f"`{room}/`" not in text] == []


# Where what comes with the package is loaded: the front doors and the processes. What is below is given it.
DOORS = {
    "harvester.cleaning.entry_points",  # to whom nothing is given
    "harvester.cleaning.resources",
    "harvester.cli.rules",
    "harvester.archive.formats.crawl_output",
    "harvester.crawl.answer_reading",
    "harvester.rules.site_files",
}


def test_rules_are_loaded_at_the_doors_and_passed_from_there():
    loaders = {"load_rules", "load_model", "load_page_types"}
    loading = {
        name
        for name, path in MODULES.items()
        for node in ast.walk(tree_of(path))
        if isinstance(node, ast.Name) and node.id in loaders and isinstance(node.ctx, ast.Load)
    }
    assert loading <= DOORS


# Beside those of the rooms: of whole pages against what is known of them, of the benchmarks and of training.
OTHER_TESTS = {"golden", "benchmarks", "training"}


def test_the_tests_of_a_room_have_its_name():
    tests = SOURCE.parent / "tests"
    folders = {path.parent.relative_to(tests).as_posix() for path in tests.rglob("test_*.py")}
    assert {folder for folder in folders if not (SOURCE / "harvester" / folder).is_dir()} == OTHER_TESTS
