"""What the tests of crawls share: a state on each database, and a clock that is moved by hand."""

import os
import secrets
import sys
from collections.abc import Callable, Iterator
from functools import partial
from pathlib import Path
from typing import Any

import pytest
from hand_clock import Clock
from sqlalchemy import create_engine, text
from sqlalchemy.exc import SQLAlchemyError

sys.path.insert(0, str(Path(__file__).parent.parent.parent / "benchmarks"))

from harvester.crawl.state import database
from harvester.crawl.state.database import sqlite_address, sqlite_file
from harvester.crawl.state.store import State

# A server to test on, as `postgresql+psycopg://USER@HOST:PORT/DATABASE`; each test makes and drops a schema of its own.
SERVER = os.environ.get("HARVESTER_TEST_POSTGRES", "postgresql+psycopg://postgres@127.0.0.1:5432/postgres")


@pytest.fixture(scope="session")
def server() -> str:
    """Return the address of a PostgreSQL that answers."""
    engine = create_engine(SERVER, connect_args={"connect_timeout": 2})
    try:
        with engine.connect() as connection:
            connection.execute(text("SELECT 1"))
    except SQLAlchemyError as error:
        pytest.skip(f"no PostgreSQL at {SERVER} (set HARVESTER_TEST_POSTGRES): {str(error.__cause__)[:80]}")
    finally:
        engine.dispose()
    return SERVER


@pytest.fixture
def postgres(server: str) -> Iterator[str]:
    """Return the address of an empty schema."""
    name = f"test_{secrets.token_hex(6)}"
    engine = create_engine(server)
    with engine.begin() as connection:
        connection.execute(text(f"CREATE SCHEMA {name}"))
    yield f"{server}?options=-csearch_path%3D{name}"
    with engine.begin() as connection:
        connection.execute(text(f"DROP SCHEMA {name} CASCADE"))
    engine.dispose()


@pytest.fixture(params=["sqlite", "postgresql"])
def address(request: pytest.FixtureRequest, tmp_path: Path) -> str:
    """Return the address of an empty database, of each kind in turn."""
    if request.param == "sqlite":
        return sqlite_address(tmp_path / "state.sqlite")
    return str(request.getfixturevalue("postgres"))


class Statements(dict[tuple[object, ...], object]):
    """Compiled SQL; that of SQLite is of use to each engine, while a server may be of another version than the last."""

    def get(self, key: tuple[Any, ...], default: object = None) -> object:
        return super().get(_for_all(key), default)

    def __setitem__(self, key: tuple[Any, ...], compiled: object) -> None:
        super().__setitem__(_for_all(key), compiled)


def _for_all(key: tuple[Any, ...]) -> tuple[object, ...]:
    dialect = key[0]  # of the engine that asks
    return ("sqlite" if dialect.name == "sqlite" else dialect, *key[1:])


STATEMENTS = Statements()


@pytest.fixture(autouse=True)
def _compile_each_statement_once(monkeypatch: pytest.MonkeyPatch) -> None:
    """Let all states of a process share what is compiled: each test opens new ones, whose caches are empty."""
    options = {"compiled_cache": STATEMENTS}
    monkeypatch.setattr(database, "create_engine", partial(database.create_engine, execution_options=options))


@pytest.fixture
def clock() -> Clock:
    return Clock()


@pytest.fixture(scope="session")
def empty_state(tmp_path_factory: pytest.TempPathFactory) -> bytes:
    """Return the file of a state that holds nothing: to make its tables takes longer than most tests."""
    file = tmp_path_factory.mktemp("state") / "state.sqlite"
    State(sqlite_address(file)).close()
    return file.read_bytes()


@pytest.fixture
def open_state(address: str, clock: Clock, empty_state: bytes) -> Iterator[Callable[[], State]]:
    """Return a function that opens the state once more, as another process would."""
    opened: list[State] = []
    file = sqlite_file(address)

    def open_once() -> State:
        if file and not file.exists():
            file.write_bytes(empty_state)
        opened.append(State(address, clock))
        opened[-1]._skew_s = 0.0  # the clock of a test is nobody else's
        return opened[-1]

    yield open_once
    for state in opened:
        state.close()


@pytest.fixture
def state(open_state: Callable[[], State]) -> State:
    return open_state()
