"""Imports point down: the rooms of docs/architecture.md, and each library in its one room."""

import importlib
import re
import sys
from graphlib import CycleError, TopologicalSorter

import pytest

from source_facts import MODULES, SOURCE, facts_of

LEVELS = (
    "text urls public_suffixes url_names web_links page_json typed_json models errors storable maildate distribution"
    " native cached_values call_checks word page_type_names",
    "compression decode recoding code_pages dom plain_text_dumps fingerprint rules outline rendering",
    "boilerplate content script_data_article second_opinion site_memory metadata hard_wraps other_documents refusal "
    "store structure fetching workers",
    "anchors cleaning multipage pagination worker_imports",
    "archive crawl reclean compare duplicates",
    "cli",
)
LEVEL_OF = {room: level for level, rooms in enumerate(LEVELS) for room in rooms.split()}
ROOMS_OF = {
    "selectolax": "dom",
    "trafilatura": "second_opinion",
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
    "msgspec": "archive page_json reclean store typed_json",
    "httpx": "fetching urls",
    "httpcore": "fetching",
    "h2": "fetching",
    "tld": "public_suffixes",
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


def targets_of(module: str) -> set[str]:
    """Return the modules of the project that a module imports; a package stands for its __init__."""
    names = {name for name in facts_of(module).imports if name.split(".")[0] == "harvester"}
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


def test_no_import_is_relative():
    assert [name for name in MODULES if facts_of(name).relative] == []


def circle_of(graph):
    """Return the modules of a circle, in order; none where there is none."""
    try:
        TopologicalSorter(graph).prepare()
    except CycleError as error:
        return error.args[1]
    return []


def test_no_imports_form_a_circle():
    graph = {name: {t for t in targets_of(name) if t != "harvester.__init__"} for name in MODULES}
    assert circle_of(graph) == []
    assert set(circle_of({"a": {"b"}, "b": {"c"}, "c": {"a"}})) == {"a", "b", "c"}


def test_each_library_has_its_one_room():
    strays = {
        (library, name)
        for name in MODULES
        for imported in facts_of(name).imports
        if (library := imported.split(".")[0]) in ROOMS_OF and room_of(name) not in ROOMS_OF[library].split()
    }
    assert not strays


def test_every_library_and_every_module_has_a_room():
    libraries = {imported.split(".")[0] for name in MODULES for imported in facts_of(name).imports}
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


def test_a_row_of_the_map_names_modules_of_its_own_room_or_the_whole_way_to_another():
    text = (SOURCE.parent / "docs" / "architecture.md").read_text(encoding="utf-8")
    rows = [row.split(" | ", 1) for row in text.partition("## Rooms")[2].partition("\n### ")[0].splitlines()]
    strays = [
        (rooms, name)
        for rooms, *words in rows
        if (folders := re.findall(r"`([\w/]+/)`", rooms))
        for name in re.findall(r"`([\w/]+(?:\.py|/))`", " ".join(words))
        if not any((SOURCE / "harvester" / folder / name).exists() for folder in (*folders, ""))
    ]
    assert strays == []


@pytest.fixture
def module_map(monkeypatch):
    monkeypatch.syspath_prepend(SOURCE.parent / "building")
    return importlib.import_module("module_map")


def test_the_list_of_modules_names_those_of_each_room_and_no_others(module_map):
    named = module_map.named_modules(module_map.MAP.read_text(encoding="utf-8"))
    assert named == module_map.present_modules(), "python building/module_map.py"


def test_a_room_of_which_a_merge_kept_two_counts_is_counted_once(module_map):
    row = "| `dom/` | 17, 1,695 | {} |\n"
    once = module_map.counted(row.format("20, 2,550"))
    assert once.count("\n") == 1
    assert module_map.counted(row.format("20, 2,550") + row.format("20, 2,605")) == once
    both = "| `dom/` | 17, 1,695 | 20, 2,550 |\n| all | 282, 38,858 | 491, 64,798 |\n"
    assert module_map.counted(both * 3) == module_map.counted(both)


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
    loaders = {"load_rules", "load_model", "load_page_types", "with_other_pages"}
    assert {name for name in MODULES if facts_of(name).read & loaders} <= DOORS


# Beside those of the rooms: of whole pages against what is known of them, of the benchmarks and of training.
OTHER_TESTS = {"golden", "benchmarks", "training"}


def test_the_tests_of_a_room_have_its_name():
    tests = SOURCE.parent / "tests"
    folders = {path.parent.relative_to(tests).as_posix() for path in tests.rglob("test_*.py")}
    assert {folder for folder in folders if not (SOURCE / "harvester" / folder).is_dir()} == OTHER_TESTS
