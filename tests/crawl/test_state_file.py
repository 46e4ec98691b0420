"""The file of a state on SQLite: where it stands, and that a disk which only lets it be read is enough."""

import contextlib
import os
import sqlite3

import pytest

from harvester.crawl.state import database
from harvester.crawl.state.database import open_database, sqlite_address, sqlite_file
from harvester.crawl.state.rows import NewUrl, Runner
from harvester.crawl.state.store import State
from harvester.errors import StoreError


def test_a_state_on_a_disk_that_cannot_be_written_is_read(tmp_path, clock, monkeypatch):
    from harvester.crawl.state.database import open_unchanged  # noqa: PLC0415

    address = sqlite_address(tmp_path / "state one.sqlite")
    state = State(address, clock)
    state.add([NewUrl("https://a.example/1", state.begin(Runner("test"), ["courier"])[1]["courier"])])
    state.close()
    monkeypatch.setattr(os, "access", lambda path, mode: False)  # as root, who may write anywhere else
    looked = State(address, clock, open_unchanged)
    assert sum(looked.report().urls.values()) == 1
    looked.close()
    assert [path.name for path in tmp_path.iterdir()] == ["state one.sqlite"]


@pytest.mark.parametrize("name", ["a%20b", "who?", "q?x=1", "h#sh", "two words", "ü", "line\nfeed", "a+b", "c:d@e"])
def test_a_state_stands_in_its_own_folder_whatever_that_is_called(tmp_path, name):
    """Some characters mean something in an address: the state of "a%20b" was looked for in "a b"."""
    folder = tmp_path / name
    folder.mkdir()
    address = sqlite_address(folder / "crawl.sqlite")
    open_database(address).close()
    assert sqlite_file(address) == folder / "crawl.sqlite"
    assert [path.name for path in tmp_path.iterdir()] == [name]
    assert (folder / "crawl.sqlite").is_file()


def test_a_folder_whose_name_is_no_text_is_an_error_that_says_so(tmp_path):
    with pytest.raises(StoreError, match="no UTF-8"):
        sqlite_address(tmp_path / os.fsdecode(b"\xff") / "crawl.sqlite")


def test_what_is_no_file_of_sqlite_has_none():
    assert sqlite_file("postgresql+psycopg://me@server/harvester") is sqlite_file("nonsense") is None
    assert str(sqlite_file("sqlite:///crawl.sqlite")) == "crawl.sqlite"


@pytest.mark.parametrize("name", ["crawl.sqlite", "out"])
def test_a_state_that_is_removed_while_it_is_in_use_is_an_error_and_not_lost_without_a_word(tmp_path, name):
    """SQLite writes on into a file without a name."""
    (tmp_path / "out").mkdir()
    with contextlib.closing(State(sqlite_address(tmp_path / "out" / "crawl.sqlite"))) as state:
        state.begin(Runner("me"), [])
        (tmp_path / "away").mkdir()
        place = next(tmp_path.rglob(name))
        place.rename(tmp_path / "away" / name)
        with pytest.raises(StoreError, match="moved, removed or replaced"):
            state.begin(Runner("me"), [])
        (tmp_path / "away" / name).rename(place)
        state.begin(Runner("me"), [])


@pytest.mark.parametrize(
    ("harm", "advice"),
    [
        (lambda file: file.write_bytes(b"no database" * 500), "move it away"),
        (lambda file: os.truncate(file, file.stat().st_size // 2), "move it away"),
    ],
)
def test_a_damaged_state_is_told_with_what_to_do(tmp_path, clock, empty_state, harm, advice):
    file = tmp_path / "state.sqlite"
    file.write_bytes(empty_state)
    harm(file)
    with pytest.raises(StoreError, match=advice):
        State(sqlite_address(file), clock).begin(Runner("me"), ["courier"])


def test_a_state_that_another_program_holds_is_told_with_what_to_do(tmp_path, empty_state, monkeypatch):
    monkeypatch.setattr(database, "_KEEP", ("busy_timeout = 0",))
    file = tmp_path / "state.sqlite"
    file.write_bytes(empty_state)
    with contextlib.closing(sqlite3.connect(file, isolation_level=None)) as other:
        other.execute("BEGIN EXCLUSIVE")
        with pytest.raises(StoreError, match="another program holds it"):
            State(sqlite_address(file))
