"""What people are told to install is this package: `harvester` on the package index is somebody else's code."""

import re
from importlib.metadata import PackageNotFoundError, version
from pathlib import Path

import pytest

from harvester import __version__
from harvester.distribution import DISTRIBUTION, install_extra

ROOT = Path(__file__).parent.parent
THEIRS = re.compile(
    r"""(?<![\w.-])harvester\[  # an extra of it
    | \b(?:pipx?|uvx?|conda|poetry|pdm)\b [^\n`]* \b(?:install|add|run)\b [^\n`]* (?<![\w./=-])harvester(?![\w./-])
    | \buvx\s+harvester\b
    """,
    re.VERBOSE,
)
INSTALLED_FROM_HERE = re.compile(rf"install '?{re.escape(DISTRIBUTION)}\[(\w+)\]'?")


def texts():
    """Return all that people read, by file: documents, messages, build files."""
    places = ("*.md", "*.toml", "Makefile", "docs/*.md", "*/**/*.py", "training/*.md")
    found = (path for place in places for path in ROOT.glob(place) if ".venv" not in path.parts)
    return {path.relative_to(ROOT).as_posix(): path.read_text(encoding="utf-8") for path in found}


@pytest.mark.parametrize(
    "text", ["pip install harvester", "pip install 'harvester[x]'", "uvx harvester", "uv pip install -U harvester"]
)
def test_the_name_of_the_other_project_is_found(text):
    assert THEIRS.search(text)


@pytest.mark.parametrize("text", ["pip install .", f"pip install '{DISTRIBUTION}[x]'", "the harvester [1]"])
def test_our_own_name_is_not_taken_for_it(text):
    assert not THEIRS.search(text)


def test_nobody_is_told_to_install_the_other_project():
    found = {(name, match[0]) for name, text in texts().items() for match in THEIRS.finditer(text)}
    assert {(name, words) for name, words in found if name != "tests/test_distribution.py"} == set()


def test_the_name_is_the_projects_and_each_extra_that_is_named_exists():
    from test_docs import PROJECT  # noqa: PLC0415

    assert PROJECT["name"] == DISTRIBUTION
    named = {extra for text in texts().values() for extra in INSTALLED_FROM_HERE.findall(text)}
    used = set(re.findall(r"install_extra\(['\"](\w+)['\"]\)", "".join(texts().values())))
    assert {"parquet", "dask"} <= named | used <= PROJECT["optional-dependencies"].keys()
    assert install_extra("parquet") == f"pip install '{DISTRIBUTION}[parquet]'"


def test_the_installed_version_is_the_one_that_the_program_tells():
    try:
        assert version(DISTRIBUTION) == __version__
    except PackageNotFoundError:
        pytest.skip("run from a checkout that is not installed")
