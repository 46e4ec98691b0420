"""The list of changes of a set in a bucket, where nothing can be added to an object."""

import json
import sys
from pathlib import Path

import pytest
from click.testing import CliRunner

sys.path.insert(0, str(Path(__file__).parent.parent.parent.parent / "benchmarks"))

from harvester.cli import commands
from harvester.store.changes import change_adding
from harvester.store.changes.change_adding import add_changes
from harvester.store.changes.change_line import Change
from harvester.store.changes.change_reading import read_changes
from harvester.store.datasets.open_storage import open_storage
from newssites import article_page, story


def harvester(*arguments):
    result = CliRunner().invoke(commands, [str(argument) for argument in arguments])
    assert result.exit_code == 0, result.output
    return result


@pytest.mark.parametrize("form", ["json", "jsonl"])
def test_each_run_adds_an_object_that_the_next_reader_finds(s3, tmp_path, form):
    pages = tmp_path / "pages"
    pages.mkdir()
    for name in "ab":
        (pages / f"{name}.html").write_bytes(article_page(f"The story of {name}", story(name)))
    to = f"{s3[1]}/articles"
    command = ("clean", pages, "--to", to, "--format", form, "--work", tmp_path, "--jobs", 1)
    harvester(*command, "--changes")
    (pages / "a.html").write_bytes(article_page("Another story", story("another")))
    harvester(*command)
    harvester(*command)
    assert list(open_storage(to).names("_changes/")) == [
        "_changes/000000000001.jsonl",
        "_changes/000000000003.jsonl",
    ]
    lines = [json.loads(line) for line in harvester("changes", to, "--articles").stdout.splitlines()]
    assert [line["seq"] for line in lines] == list(range(1, len(lines) + 1))
    assert [line["change"] for line in lines][:2] == ["new", "new"]
    titles = {line["article"]["title"] for line in lines if line["article"]}
    assert titles == {"Another story", "The story of b"}
    assert len(harvester("changes", to, "--since", 2).stdout.splitlines()) == len(lines) - 2
    assert harvester("validate", to).exit_code == 0


def test_many_changes_are_objects_of_some_thousand(monkeypatch):
    monkeypatch.setattr(change_adding, "_AT_ONCE", 3)
    place = open_storage("memory://many-changes")
    changes = [Change(0, "2026-03-01T06:00:00Z", "new", None, "a", None, 1, "a.json", None)] * 7
    assert add_changes(place, changes) == 7
    assert add_changes(place, changes[:1]) == 1
    assert list(place.names("_changes/")) == [f"_changes/{seq:012d}.jsonl" for seq in (1, 4, 7, 8)]
    assert [line.seq for line in read_changes(place, 0)] == list(range(1, 9))
