"""The documents say what is so: dependencies, reasons, links, commands, versions."""

import re
import tomllib
from itertools import pairwise
from pathlib import Path

import click
import pytest

from harvester import __version__
from harvester.cli import commands
from harvester.crawl.page_outcome import OUTCOMES

ROOT = Path(__file__).parent.parent
DOCS = sorted([*ROOT.glob("*.md"), *(ROOT / "docs").glob("*.md")])
PROJECT = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))["project"]

LINK = re.compile(r"(?<!!)\[[^\]]*\]\(([^)\s]+)\)")
HEADING = re.compile(r"^#+ (.+)$", re.MULTILINE)
FENCE = re.compile(r"^```.*?^```", re.MULTILINE | re.DOTALL)
CODE = re.compile(r"`[^`\n]*`")
COMMAND = re.compile(r"\bharvester (?!https?://)([a-z]+)((?: +[^\s#|&>`]+)*)")
TARGET = re.compile(r"\bmake ([a-z-]+)")
SCRIPT = re.compile(r"\bpython ((?:benchmarks|building|training)/[a-z]+\.py)((?: +[^\s#|&>`]+)*)")
OPTION = re.compile(r"(?<!\S)--[a-z-]+")
PACKAGE = re.compile(r"[A-Za-z0-9_.-]+")


def read(name):
    return (ROOT / name).read_text(encoding="utf-8")


def code_of(text):
    """Return the code blocks and code spans of a document."""
    indented = re.findall(r"^    .+$", text, re.MULTILINE)
    return "\n".join([*FENCE.findall(text), *indented, *re.findall(r"`([^`\n]+)`", FENCE.sub("", text))])


def requirements():
    return [*PROJECT["dependencies"], *(name for extra in PROJECT["optional-dependencies"].values() for name in extra)]


@pytest.mark.parametrize("requirement", requirements())
def test_every_dependency_has_its_reason(requirement):
    name = PACKAGE.match(requirement)[0]
    rows = [line for line in read("docs/dependencies.md").splitlines() if line.startswith("| `")]
    assert any(f"`{name}`" in row.split("|")[1] for row in rows)


def test_no_dependency_is_explained_that_is_not_there():
    rows = [line.split("|")[1] for line in read("docs/dependencies.md").splitlines() if line.startswith("| `")]
    explained = {name for row in rows for name in re.findall(r"`([a-z][A-Za-z0-9_.-]*)`", row)}
    assert explained <= {PACKAGE.match(requirement)[0] for requirement in requirements()}


@pytest.mark.parametrize("reason", sorted(OUTCOMES))
def test_every_reason_is_explained_with_what_to_do(reason):
    rows = [line for name in ("docs/crawling.md", "docs/recleaning.md") for line in read(name).splitlines()]
    assert any(row.startswith(f"| `{reason}` |") and row.count("|") == 4 for row in rows) or _is_named(reason, rows)


def _is_named(reason, rows):
    """Say whether a reason of the disk stands in the running text."""
    return reason in ("disk_full", "unwritable") and any(f"`{reason}`" in row for row in rows)


def test_no_reason_is_explained_that_does_not_exist():
    rows = re.findall(r"^\| `([a-z_]+)` \|", read("docs/crawling.md") + read("docs/recleaning.md"), re.MULTILINE)
    assert set(rows) <= OUTCOMES


@pytest.mark.parametrize("path", DOCS, ids=lambda path: path.name)
def test_every_link_leads_somewhere(path):
    text = CODE.sub("", FENCE.sub("", path.read_text(encoding="utf-8")))  # a pattern may look like a link
    for link in LINK.findall(text):
        if not link.startswith(("https://", "mailto:")):
            name, _, anchor = link.partition("#")
            target = (path.parent / name) if name else path
            assert target.is_file(), link
            assert not anchor or anchor in _anchors(target), link


def _anchors(path):
    titles = HEADING.findall(path.read_text(encoding="utf-8"))
    return {re.sub(r"[^\w -]", "", title.lower()).replace(" ", "-") for title in titles}


@pytest.mark.parametrize("path", DOCS, ids=lambda path: path.name)
def test_no_line_stands_twice_in_a_row(path):
    lines = path.read_text(encoding="utf-8").splitlines()
    assert [line for line, following in pairwise(lines) if line.strip() and line == following] == []


@pytest.mark.parametrize("path", DOCS, ids=lambda path: path.name)
def test_tables_have_rows_of_one_length_and_headings_a_blank_line_above(path):
    """Else no table is shown, or one runs into what follows: where two versions were put together, for one."""
    lines = CODE.sub("", FENCE.sub("", path.read_text(encoding="utf-8"))).replace(r"\|", "").splitlines()
    torn = [
        line
        for before, line in pairwise(lines)
        if (before.startswith("|") and line.startswith("|") and before.count("|") != line.count("|"))
        or (HEADING.fullmatch(line) and before)
    ]
    assert not torn


def test_every_document_is_reached_from_the_readme():
    linked = {link.partition("#")[0] for link in LINK.findall(read("README.md"))}
    assert {f"docs/{path.name}" for path in (ROOT / "docs").glob("*.md")} - _reached_later() <= linked


def _reached_later():
    """Return the documents that another document links to, as the classifier's card."""
    texts = [path.read_text(encoding="utf-8") for path in (ROOT / "docs").glob("*.md")]
    return {f"docs/{link}" for text in texts for link in LINK.findall(text)}


@pytest.mark.parametrize("path", DOCS, ids=lambda path: path.name)
def test_commands_and_their_options_exist(path):
    for name, arguments in COMMAND.findall(code_of(path.read_text(encoding="utf-8"))):
        assert name in commands.commands, name
        command = commands.commands[name]
        if isinstance(command, click.Group) and arguments.split():
            assert arguments.split()[0] in command.commands, arguments
            command = command.commands[arguments.split()[0]]
        known = {option for parameter in command.params for option in parameter.opts} | {"--help"}
        assert set(OPTION.findall(arguments)) <= known, arguments


def test_make_targets_exist():
    makefile = read("Makefile")
    targets = {target for path in DOCS for target in TARGET.findall(code_of(path.read_text(encoding="utf-8")))}
    assert {"demo", "test"} <= targets
    for target in targets:
        assert re.search(rf"^{target}:", makefile, re.MULTILINE), target


def test_modules_that_documents_name_exist():
    rooms = ("src", "tests", "benchmarks", "building", "training")
    files = [path.as_posix() for room in rooms for path in (ROOT / room).rglob("*.py")]
    named = {name for path in DOCS for name in re.findall(r"`([\w/]+\.py)`", path.read_text(encoding="utf-8"))}
    assert len(named) > 400
    assert sorted(name for name in named if not any(file.endswith(f"/{name}") for file in files)) == []


def test_the_tests_of_the_cases_of_a_crawl_exist():
    listed = re.findall(r"\"(tests/\S+\.py)::(\w+)", read("benchmarks/attacks/cases.toml"))
    assert len(listed) > 60
    assert [(file, test) for file, test in listed if f"def {test}(" not in read(file)] == []


@pytest.mark.parametrize("path", DOCS, ids=lambda path: path.name)
def test_scripts_and_their_options_exist(path):
    for script, arguments in SCRIPT.findall(code_of(path.read_text(encoding="utf-8"))):
        source = read(script)
        for option in OPTION.findall(arguments):
            assert f'"{option}"' in source, f"{script} {option}"


def test_sample_pages_named_in_the_readme_exist():
    named = re.findall(r"fixtures/[\w./-]+", read("README.md"))
    assert named
    assert [name for name in named if not (ROOT / name.rstrip("/.")).exists()] == []


def test_the_changelog_begins_with_this_version_or_what_comes_after_it():
    headings = re.findall(r"^## (\S+)", read("CHANGELOG.md"), re.MULTILINE)
    assert headings.index(__version__) == headings.count("Unreleased")
    assert __version__ == PROJECT["version"]


def test_the_licence_is_the_one_that_the_package_names():
    assert PROJECT["license"] == "Apache-2.0"
    assert "Apache License" in read("LICENSE")
    assert "Version 2.0, January 2004" in read("LICENSE")


@pytest.mark.parametrize("path", DOCS, ids=lambda path: path.name)
def test_documents_name_no_path_of_one_machine(path):
    assert re.findall(r"(?<![\w.~])/(?:home|root|work|tmp|Users|opt|mnt)/\w*", path.read_text(encoding="utf-8")) == []
