"""Opens SQLite or PostgreSQL, and runs transactions that are whole or not at all."""

import sqlite3
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any, Final, TypeVar

from sqlalchemy import URL, Connection, Engine, create_engine, event, make_url, text
from sqlalchemy.exc import DataError, DBAPIError, SQLAlchemyError

from harvester.crawl.state.migrations import check_version, migrate
from harvester.errors import StoreError
from harvester.urls import display_url

_BUSY_S: Final = 30.0  # a second reader or writer (status, a backup) is waited for
_TRIES: Final = 5  # of a transaction that lost against another one, or its connection
_RETRY_S: Final = 0.2  # doubled each time
_PASSING_STATES: Final = ("40", "08", "57P")  # SQLSTATE: rolled back, connection lost, server going down
_MIGRATION_LOCK: Final = 0x6861727665  # any number that only harvester takes

_FORMS: Final = "sqlite:///FILE or postgresql+psycopg://USER@SERVER/DATABASE"
_DRIVERS: Final = {
    "sqlite": "sqlite",
    "sqlite+pysqlite": "sqlite",
    "postgresql": "postgresql+psycopg",  # SQLAlchemy would take another driver, whose errors look different
    "postgresql+psycopg": "postgresql+psycopg",
}

_WAIT: Final = f"busy_timeout = {int(_BUSY_S * 1000)}"
# NORMAL: a power cut may undo the last commits, never half of one.
_KEEP: Final = (_WAIT, "journal_mode = WAL", "synchronous = NORMAL")
_LOOK: Final = (_WAIT, "query_only = ON")

T = TypeVar("T")


class UnstorableError(ValueError):
    """A value that the database does not take: a fault of whoever wrote it, not of the disk."""


class Database:
    """A database at the present schema."""

    def __init__(self, engine: Engine, name: str) -> None:
        self.name = name  # printable, without password
        self._engine = engine

    @property
    def is_shared(self) -> bool:
        """Whether several machines may work on it."""
        return self._engine.dialect.name != "sqlite"

    def run(self, work: Callable[[Connection], T]) -> T:
        """Return what `work` returns, done in one transaction; what lost against another is done again.

        Raises StoreError "disk_full" or "unwritable", and UnstorableError.
        """
        return self._run(work, self._engine)

    def read(self, work: Callable[[Connection], T]) -> T:
        """Return what `work` returns; it only reads, and keeps no writer waiting."""
        return self._run(work, self._engine.execution_options(reading=True))

    def close(self) -> None:
        """Close all connections."""
        self._engine.dispose()

    def _run(self, work: Callable[[Connection], T], engine: Engine) -> T:
        for tried in range(1, _TRIES + 1):
            try:
                with engine.begin() as connection:
                    return work(connection)
            except DataError as error:
                raise UnstorableError(" ".join(str(error.orig).split())[:300]) from error
            except SQLAlchemyError as error:
                if tried == _TRIES or not _may_pass(error):
                    raise _store_error(self.name, error) from error
            time.sleep(_RETRY_S * 2 ** (tried - 1))
        raise AssertionError("the last try returns or raises")


def open_database(address: str) -> Database:
    """Return the database at `address`, brought to the present schema.

    `address` is an SQLAlchemy URL: "sqlite:///FILE" or "postgresql+psycopg://...". Raises StoreError "unwritable" when
    it is neither, cannot be opened, or was written by a later harvester.
    """
    database = _database(address, _KEEP)
    database.run(lambda connection: _migrate(connection, database.name))
    return database


def open_unchanged(address: str) -> Database:
    """Return the database at `address` for reading alone: nothing in it changes, not even its schema.

    Raises StoreError "unwritable" as `open_database` does, and when no crawl of this harvester has used it yet.
    """
    database = _database(address, _LOOK)
    database.read(lambda connection: check_version(connection, database.name))
    return database


def check_address(address: str) -> None:
    """Raise StoreError "unwritable" where `open_database` would, whatever the address; nothing is connected to."""
    _database(address, _LOOK).close()


def _database(address: str, pragmas: tuple[str, ...]) -> Database:
    try:
        url = make_url(address)
        engine = create_engine(_known_url(url), **_options(url.get_backend_name()))
    except ImportError as error:
        explanation = f"needs the driver of PostgreSQL ({error}): install harvester[postgres]"
        raise StoreError(display_url(address), "unwritable", explanation) from error
    except (ValueError, SQLAlchemyError) as error:  # ValueError: a port that is no number
        explanation = f"is no state that can be used ({error}); write {_FORMS}"
        raise StoreError(display_url(address), "unwritable", explanation) from error
    if engine.dialect.name == "sqlite":
        _prepare_sqlite(engine, pragmas)
    return Database(engine, url.render_as_string(hide_password=True))


def _known_url(url: URL) -> URL:
    """Return the URL with its driver, one for each database. Raises ValueError for another one, and without a file."""
    driver = _DRIVERS.get(url.drivername)
    if driver is None:
        raise ValueError(f"{url.drivername} is not known")
    is_kept = url.database not in (None, "", ":memory:")
    if driver == "sqlite" and not is_kept:
        raise ValueError("without a file all would be forgotten with the run")
    return url.set(drivername=driver)


def sqlite_address(path: Path) -> str:
    """Return the address of an SQLite file."""
    return f"sqlite:///{path}"


def _options(backend: str) -> dict[str, Any]:
    if backend == "sqlite":
        return {"connect_args": {"timeout": _BUSY_S, "check_same_thread": False}}
    return {"pool_pre_ping": True, "pool_size": 2}


def _migrate(connection: Connection, name: str) -> None:
    if connection.dialect.name == "postgresql":  # two machines that start at once must not both make tables
        connection.execute(text("SELECT pg_advisory_xact_lock(:number)"), {"number": _MIGRATION_LOCK})
    migrate(connection, name)


def _prepare_sqlite(engine: Engine, pragmas: tuple[str, ...]) -> None:
    """Take transactions into our own hands: Python's module begins them late, which ends in "database is locked"."""

    @event.listens_for(engine, "connect")
    def on_connect(connection: sqlite3.Connection, _record: object) -> None:
        connection.isolation_level = None
        for pragma in pragmas:
            connection.execute(f"PRAGMA {pragma}")

    @event.listens_for(engine, "begin")
    def on_begin(connection: Connection) -> None:
        reading = connection.get_execution_options().get("reading")
        connection.exec_driver_sql("BEGIN" if reading else "BEGIN IMMEDIATE")


def _may_pass(error: SQLAlchemyError) -> bool:
    """Say whether the same transaction may succeed a moment later."""
    if not isinstance(error, DBAPIError):
        return False
    state = getattr(error.orig, "sqlstate", None)
    return error.connection_invalidated or (isinstance(state, str) and state.startswith(_PASSING_STATES))


def _store_error(name: str, error: SQLAlchemyError) -> StoreError:
    cause = error.orig if isinstance(error, DBAPIError) and error.orig is not None else error
    full = getattr(cause, "sqlite_errorname", None) == "SQLITE_FULL" or getattr(cause, "sqlstate", None) == "53100"
    words = " ".join(str(cause).split())[:300]
    if full:
        return StoreError(name, "disk_full", f"no room left for the state ({words}): free some and start again")
    return StoreError(name, "unwritable", f"the state cannot be used ({words})")
