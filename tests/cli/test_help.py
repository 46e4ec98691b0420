"""Help, version, and what a command may not import before it runs."""

import ast
import inspect
import re
import resource
import subprocess
import sys
from pathlib import Path

import click
import pytest
from click.testing import CliRunner

from harvester import __version__
from harvester.cli import commands, exit_codes
from harvester.cli.exit_codes import MEANINGS
from harvester.store.articles import article_line
from set_articles import PLAIN

HEAVY = ("trafilatura", "lxml", "httpx", "selectolax", "re2", "rich", "msgspec", "htmldate", "charset_normalizer")
HEAVY += ("pyarrow", "obstore", "sqlite3")
DOCS = Path(__file__).parent.parent.parent / "docs" / "cli.md"


def all_commands(group, prefix=""):
    """Return each command with its name, those of groups as "sources check"."""
    for name, command in sorted(group.commands.items()):
        yield f"{prefix}{name}", command
        if isinstance(command, click.Group):
            yield from all_commands(command, f"{prefix}{name} ")


ALL_COMMANDS = list(all_commands(commands))


def python(*arguments):
    return subprocess.run([sys.executable, *arguments], capture_output=True, text=True, check=False)


def test_help_imports_no_heavy_library():
    code = (
        "import sys\nfrom harvester.cli import main\n"
        "try: main(args=['--help'], prog_name='harvester')\n"
        f"finally: print('HEAVY:', sorted(set(sys.modules) & set({HEAVY!r})))"
    )
    assert python("-c", code).stdout.endswith("HEAVY: []\n")


def test_commands_that_fetch_and_draw_nothing_load_nothing_for_it(tmp_path):
    # To read a state takes nothing that runs a crawl; a set is read, written and compared without a terminal.
    (tmp_path / "sources.toml").write_text(
        'contact = "https://a.example/"\noutput = "out"\n[[source]]\nhome = "https://b.example/"\n'
    )
    (tmp_path / "set").mkdir()
    (tmp_path / "set" / "pier.json").write_bytes(article_line(PLAIN))
    told = python("-c", MODULES_AFTER.format(folder=str(tmp_path), unwanted=NOT_FOR_READING))
    assert told.stdout.splitlines()[-1] == "1 article, 3 commands well: []"


MODULES_AFTER = """
import os, sys
from harvester.cli import main
os.chdir({folder!r})
ended = []
for words in ("export set --to lines --format jsonl", "validate set", "compare set set", "status sources.toml"):
    try:
        main(args=words.split(), prog_name="harvester")
    except SystemExit as end:  # there is no state yet, which `status` tells once it has loaded all
        ended.append(end.code)
told = f"{{len(open('lines/articles-00000.jsonl').readlines())}} article, {{ended.count(0)}} commands well:"
print(told, sorted(set({unwanted!r}) & sys.modules.keys()))
"""
NOT_FOR_READING = (
    "rich",
    "httpx",
    "httpcore",
    "lxml",
    "numpy",
    "re2",
    "harvester.crawl.crawl_run",
    "harvester.fetching",
)


def test_help_takes_less_than_150_ms_of_processor_time():
    def duration_s(*arguments):
        before = _processor_time_of_children_s()
        assert python(*arguments).returncode == 0
        return _processor_time_of_children_s() - before

    # The best of five, or the first that is good enough: other tests share the machine. One that is slowed down is
    # measured by what click takes alone.
    durations_s = []
    while min(durations_s, default=1.0) >= 0.150 and len(durations_s) < 5:
        durations_s.append(duration_s("-m", "harvester", "--help"))
    assert min(durations_s) < 0.150 or min(durations_s) < 6 * min(duration_s("-c", "import click") for _ in range(5))


def _processor_time_of_children_s():
    usage = resource.getrusage(resource.RUSAGE_CHILDREN)
    return usage.ru_utime + usage.ru_stime


def test_version_is_the_packages_on_a_line_of_its_own():
    shown = CliRunner().invoke(commands, ["--version"], prog_name="harvester")
    assert (shown.exit_code, shown.output.splitlines()[0]) == (0, f"harvester {__version__}")


@pytest.mark.parametrize(("name", "command"), ALL_COMMANDS)
def test_every_command_has_help_with_an_example(name, command):
    shown = CliRunner().invoke(commands, [*name.split(), "--help"], prog_name="harvester").output
    assert f"  harvester {name} " in shown.partition("Example")[2]
    assert command.get_short_help_str(limit=80)[-3:] != "..."
    options = [parameter for parameter in command.params if isinstance(parameter, click.Option)]
    assert all(option.help for option in options)


@pytest.mark.parametrize(("name", "command"), ALL_COMMANDS)
def test_every_command_and_option_is_documented(name, command):
    section = DOCS.read_text(encoding="utf-8").partition(f"\n## `harvester {name.split()[0]}`")[2].partition("\n## ")[0]
    assert section, f"docs/cli.md has no section on {name}"
    for parameter in command.params:
        flags = [parameter.metavar] if isinstance(parameter, click.Argument) else parameter.opts
        assert any(f"`{flag}" in section for flag in flags), f"docs/cli.md does not explain {flags} of {name}"


def test_no_option_is_documented_that_does_not_exist():
    options = [parameter for _, command in ALL_COMMANDS for parameter in command.params]
    known = {"--help", "--version"} | {flag for option in options for flag in (*option.opts, *option.secondary_opts)}
    assert set(re.findall(r"(?<![\w-])--[a-z][a-z-]+", DOCS.read_text(encoding="utf-8"))) <= known


@pytest.mark.parametrize(
    "arguments",
    [
        ["clean"],
        ["clean", "a.html"],
        ["clean", "no-such-file.html", "--to", "out"],
        ["clean", "*.nothing", "--to", "out"],
        ["clean", ".", "--to", "out", "--format", "pdf"],
        ["clean", ".", "--to", "out", "--jobs", "0"],
        ["explain"],
        ["explain", "no-such-file.html"],
        ["explain", "."],
        ["fetch", "--to", "out"],
        ["fetch", "https://example.org/"],
        ["fetch", "https://example.org/", "--to", "out", "--delay", "-1"],
        ["fetch", "https://example.org/", "--to", "out", "--allow-host", "nonsense"],
        ["nonsense"],
    ],
)
def test_wrong_usage_exits_2_and_writes_nothing(arguments, tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    result = CliRunner().invoke(commands, arguments)
    assert result.exit_code == 2
    assert "Usage:" in result.stderr
    assert not list(tmp_path.glob("out/*"))


def test_help_and_docs_give_the_same_meaning_of_each_exit_code():
    shown = CliRunner().invoke(commands, ["--help"], prog_name="harvester").output
    table = re.findall(r"^\| (\d) \| (.+) \|$", DOCS.read_text(encoding="utf-8").partition("## ")[0], re.MULTILINE)
    assert table == [(str(code), meaning) for code, meaning in MEANINGS.items()]
    assert re.findall(r"^    (\d)  (.+)$", shown.partition("Exit codes:")[2], re.MULTILINE) == table


@pytest.mark.parametrize(("name", "command"), [each for each in ALL_COMMANDS if not isinstance(each[1], click.Group)])
def test_every_exit_code_that_a_command_returns_is_in_its_help_and_in_the_docs(name, command):
    shown = CliRunner().invoke(commands, [*name.split(), "--help"], prog_name="harvester").output
    section = DOCS.read_text(encoding="utf-8").partition(f"\n## `harvester {name.split()[0]}`")[2].partition("\n## ")[0]
    returned = {str(code) for code in returned_codes(command)}
    assert returned <= set(re.findall(r"\d", "".join(re.findall(r"Exit codes:(.*?)\n\n", shown, re.DOTALL))))
    assert returned <= set(
        re.findall(r"\d", "".join(re.findall(r"Exit codes[^:]*:(.*?)(?:\n\n|\Z)", section, re.DOTALL)))
    )


def returned_codes(command):
    """Return the exit codes that the code of a command names, its own and those of what it ends by.

    Where standard output is gone each ends with 3, as the table of all codes has it.
    """
    module = inspect.getmodule(command.callback)
    names = {node.id for node in ast.walk(ast.parse(inspect.getsource(module))) if isinstance(node, ast.Name)}
    codes = {getattr(exit_codes, name) for name in names if name.startswith("EXIT_")}
    if "exit_failed" in names:
        codes |= {1, 3} if any("--to" in option.opts for option in command.params) else {1}
    codes |= {3, 4} if "crawl_failures" in names else set()
    return codes and codes | {0, 2}
