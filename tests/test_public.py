"""The front door: what `import harvester` offers, what it costs, and that its words are explained."""

import doctest
import importlib
import inspect
import subprocess
import sys
from pathlib import Path

import harvester
from harvester import models
from harvester.errors import HarvesterError
from source_facts import MODULES as ALL_MODULES
from source_facts import facts_of

SOURCE = Path(harvester.__file__).parent
MODULES = sorted(
    ".".join(("harvester", *path.relative_to(SOURCE).with_suffix("").parts)).removesuffix(".__init__")
    for path in SOURCE.rglob("*.py")
    if path.name != "__main__.py"
)
HEAVY = (
    "trafilatura lxml httpx httpcore selectolax re2 rich click msgspec htmldate charset_normalizer numpy asyncio tld"
)
PAGE = "<html><body><article><h1>Pier</h1>" + "".join(
    f"<p>On day {n} the ferry left the pier at seven, as the harbour board had promised the islanders in spring.</p>"
    for n in range(8)
)


def python(code: str) -> str:
    return subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True).stdout


def test_all_is_sorted_and_complete():
    offered = {
        name
        for name, value in vars(harvester).items()
        if not name.startswith("_") and not inspect.ismodule(value) and name != "TYPE_CHECKING"
    }
    assert harvester.__all__ == sorted(harvester.__all__)
    # The last may be the room of its name by now.
    when_asked_for = {"SiteRules", "Sites", "crawl"} | (set(harvester.__all__) & set(models.__all__))
    assert set(harvester.__all__) == offered | when_asked_for | {"__version__"}
    assert all(getattr(harvester, name) for name in harvester.__all__)


def test_every_error_is_offered():
    assert {error.__name__ for error in HarvesterError.__subclasses__()} < set(harvester.__all__)


def test_the_functions_stay_functions_after_use():
    code = (
        f"import harvester; page = {PAGE!r}; harvester.clean(page); harvester.explain(page)\n"
        "import harvester.cli, harvester.crawl.fetch_many, harvester.reclean.run, harvester.fetching\n"
        "print(*(type(getattr(harvester, name)).__name__ for name in ('clean', 'explain', 'fetch')))"
    )
    assert python(code) == "function function function\n"


def test_crawl_is_called_alike_before_and_after_its_room_is_imported():
    code = (
        "import harvester\n"
        "def told():\n"
        "    try: harvester.crawl('no such file.toml', jobs=1)\n"
        "    except harvester.InputError as error: return str(error)\n"
        "first = told()\n"
        "import harvester.crawl.fetch_many\n"
        "print(first == told() != None, hasattr(harvester.crawl, 'fetch_many'))"
    )
    assert python(code) == "True True\n"


def test_no_module_has_the_name_of_a_public_function():
    assert not {"harvester.clean", "harvester.explain", "harvester.fetch"} & set(MODULES)


def test_text_and_bytes_and_page_are_the_same_page():
    texts = {harvester.clean(page).text for page in (PAGE, PAGE.encode(), harvester.Page(None, PAGE.encode()))}
    assert len(texts) == 1


def test_the_url_is_the_articles():
    article = harvester.clean(PAGE, url="https://harbour.example/pier")
    assert article.url == "https://harbour.example/pier"
    assert article.id != harvester.clean(PAGE).id


def test_an_import_is_light():
    code = f"import sys, harvester; print(sorted(set(sys.modules) & set({HEAVY.split()!r})))"
    assert python(code) == "[]\n"


def test_an_import_loads_no_more_than_errors_and_checks():
    loaded = python("import sys, harvester; print(*(name for name in sys.modules if name.startswith('harvester.')))")
    rooms = {"call_checks", "crawl", "errors", "page_type_names", "word"}
    assert set(loaded.split()) <= {f"harvester.{room}" for room in rooms}


def test_all_names_are_listed_before_they_are_loaded():
    assert python("import harvester; print(sorted(set(harvester.__all__) - set(dir(harvester))))") == "[]\n"


def test_type_hints_are_shipped():
    assert (SOURCE / "py.typed").is_file()


def test_everything_public_says_what_it_gives():
    silent = {name: facts_of(name).undescribed for name in ALL_MODULES if name != "harvester.__main__"}
    assert {name: found for name, found in silent.items() if found} == {}


def test_doctests_are_true():
    imported = map(importlib.import_module, MODULES)
    with_examples = [one for one in imported if ">>> " in Path(one.__file__).read_text(encoding="utf-8")]
    results = {module.__name__: doctest.testmod(module) for module in with_examples}
    assert [module for module, result in results.items() if result.failed or not result.attempted] == []
