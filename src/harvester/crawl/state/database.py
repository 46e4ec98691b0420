"""Opens SQLite or PostgreSQL, and runs transactions that are whole or not at all."""

import contextlib
import os
import random
import sqlite3
import time
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final, TypeVar

from sqlalchemy import URL, Connection, Engine, create_engine, event, make_url, text
from sqlalchemy.exc import DataError, DBAPIError, OperationalError, SQLAlchemyError

from harvester.crawl.state.migrations import check_version, migrate
from harvester.distribution import install_extra
from harvester.errors import Reason, StoreError
from harvester.store.atomic_files import MORE_ROOM, has_size_limit
from harvester.url_names import display_url

_BUSY_S: Final = 30.0  # a second reader or writer (status, a backup) is waited for
_TRIES: Final = 5  # of a transaction that lost against another one, and of the first connection
_RETRY_S: Final = 0.2  # doubled each time
_MAX_RETRY_S: Final = 10.0  # of a server that is away
_TOLD_AFTER_S: Final = 5.0  # a restart takes less, and is nobody's business
_PASSING_STATES: Final = ("40",)  # SQLSTATE: rolled back
# Connection lost, no room for one, server going down, or tired of waiting for a machine that was suspended.
_AWAY_STATES: Final = ("08", "53300", "57P", "25P03")
# A cut network gives no sign: a request without an answer is given up after this time, and its connection with it.
_SILENCE_S: Final = 20
_IDLE_S: Final = 600  # that a machine which is suspended inside a transaction may keep its hosts from the others
_PARAMETERS: Final = {
    "connect_timeout": 10,
    "keepalives": 1,
    "keepalives_idle": 10,
    "keepalives_interval": 5,
    "keepalives_count": 2,
    "tcp_user_timeout": _SILENCE_S * 1000,
}
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

# What a person can do, by the beginning of SQLite's own name of the error.
_DAMAGED: Final = (
    ": it is damaged. Bring a copy of it back, or move it away, with what stands beside it (-wal, -shm), "
    "and start again: articles stay as they are, and all is visited and handed on anew"
)
_BUSY: Final = f": another program holds it for longer than {_BUSY_S:g} s; end that one (fuser names it) and try again"
_NOT_OURS: Final = ": see that its folder is there, and that file and folder belong to whoever runs the crawl"
_ADVICE: Final = (
    ("SQLITE_BUSY", _BUSY),
    ("SQLITE_CORRUPT", _DAMAGED),
    ("SQLITE_NOTADB", _DAMAGED),
    ("SQLITE_READONLY", _NOT_OURS),
    ("SQLITE_CANTOPEN", _NOT_OURS),
)

T = TypeVar("T")


class UnstorableError(ValueError):
    """A value that the database does not take: a fault of whoever wrote it, not of the disk."""


@dataclass(frozen=True, slots=True)
class Patience:
    """How long a server that has answered before is waited for, and who is informed."""

    seconds: float = 600.0
    report: Callable[[str], None] = lambda words: None
    from_first: bool = False  # one that has never answered is waited for as long; else a wrong address is more likely


class Database:
    """A database at the present schema."""

    def __init__(self, engine: Engine, name: str) -> None:
        self.name = name  # printable, without password
        self.patience = Patience()
        self._engine = engine
        # Made once: each is an engine with events of its own. To read a server, each query is by itself: two round
        # trips less.
        alone = {"isolation_level": "AUTOCOMMIT"} if self.is_shared else {"reading": True}
        self._reading = engine.execution_options(**alone)
        self._durable = engine.execution_options(durable=True)
        self._has_answered = False

    @property
    def is_shared(self) -> bool:
        """Whether several machines may work on it."""
        return self._engine.dialect.name != "sqlite"

    def run(self, work: Callable[[Connection], T], *, durable: bool = False) -> T:
        """Return what `work` returns, done in one transaction; what lost against another is done again.

        `durable`: neither this transaction nor one before it is undone by a power cut.

        A server that is away is waited for, as long as `patience` allows. A connection may be lost between the last
        word and its answer: then what is done already is done again. Raises StoreError "disk_full" or "unwritable", and
        UnstorableError.
        """
        return self._run(work, self._durable if durable else self._engine)

    def read(self, work: Callable[[Connection], T]) -> T:
        """Return what `work` returns; it only reads, and keeps no writer waiting."""
        return self._run(work, self._reading)

    def close(self) -> None:
        """Close all connections."""
        self._engine.dispose()

    def _run(self, work: Callable[[Connection], T], engine: Engine) -> T:
        wait = _Wait(self.patience if self._has_answered or self.patience.from_first else None)
        while True:
            try:
                with engine.begin() as connection:
                    done = work(connection)
            except DataError as error:
                raise UnstorableError(" ".join(str(error.orig).split())[:300]) from error
            except SQLAlchemyError as error:
                if not wait.may_help(error):
                    raise _store_error(self.name, error) from error
            else:
                self._has_answered = True
                wait.end(self.name)
                return done
            wait.sleep(self.name)


class _Wait:
    """The pauses of one transaction that did not succeed yet."""

    def __init__(self, patience: Patience | None) -> None:
        self._patience = patience  # None: the server has never answered, and may not be one
        self._why = ""
        self._tried = 0
        self._since: float | None = None  # on time.monotonic, since when the server is away
        self._is_told = False

    def may_help(self, error: SQLAlchemyError) -> bool:
        """Take in what went wrong; return whether the same transaction may succeed later."""
        self._tried += 1
        if not _is_away(error):
            self._since = None
            return self._tried < _TRIES and _has_lost(error)
        self._since = time.monotonic() if self._since is None else self._since
        self._why = _words_of(error)
        if self._patience is None:
            return self._tried < _TRIES
        return time.monotonic() - self._since < self._patience.seconds

    def sleep(self, name: str) -> None:
        """Wait before the next try; several machines do not come back in the same moment."""
        away_s = 0.0 if self._since is None else time.monotonic() - self._since
        if self._patience is not None and away_s > _TOLD_AFTER_S and not self._is_told:
            self._is_told = True
            longest = f"{self._patience.seconds:,.0f} s at most"
            self._patience.report(f"{name} does not answer ({self._why}); waiting for it, {longest}")
        longest_s = min(_RETRY_S * 2 ** min(self._tried - 1, 10), _MAX_RETRY_S)
        time.sleep(longest_s * (0.5 + random.random() / 2))  # noqa: S311 - jitter

    def end(self, name: str) -> None:
        """Report that the server is back, where it was reported to be away."""
        if self._is_told and self._patience is not None:
            self._patience.report(f"{name} answers again; the run goes on")


def open_database(address: str, patience: Patience | None = None) -> Database:
    """Return the database at `address`, brought to the present schema.

    `address` is an SQLAlchemy URL: "sqlite:///FILE" or "postgresql+psycopg://...". Raises StoreError "unwritable" when
    it is neither, cannot be opened, or was written by a later harvester.
    """
    database = _database(address, _KEEP)
    database.patience = patience or database.patience
    database.run(lambda connection: _migrate(connection, database.name))
    return database


def open_unchanged(address: str) -> Database:
    """Return the database at `address` for reading alone: nothing in it changes, not even its schema.

    Raises StoreError "unwritable" as `open_database` does, and when no crawl of this harvester has used it yet.
    """
    database = _database(_settled(address), _LOOK)
    database.read(lambda connection: check_version(connection, database.name))
    return database


def _settled(address: str) -> str:
    """Return the address by which an SQLite file in a folder that cannot be written is only read.

    To read beside a writer, SQLite writes a file of its own there; where nobody can write, nobody does.
    """
    try:
        url = make_url(address)
    except (ValueError, SQLAlchemyError):
        return address  # reported by whoever opens it
    file = Path(url.database or "")
    if url.get_backend_name() != "sqlite" or not file.is_file() or os.access(file.absolute().parent, os.W_OK):
        return address
    return f"sqlite:///{file.absolute().as_uri()}?immutable=1&uri=true"


def check_address(address: str) -> None:
    """Raise StoreError "unwritable" where `open_database` would, whatever the address; nothing is connected to."""
    _database(address, _LOOK).close()


def _database(address: str, pragmas: tuple[str, ...]) -> Database:
    try:
        url = make_url(address)
        engine = create_engine(_known_url(url), **_options(url))
    except ImportError as error:
        explanation = f"needs the driver of PostgreSQL ({error}): {install_extra('postgres')}"
        raise StoreError(display_url(address), Reason.UNWRITABLE, explanation) from error
    except (ValueError, SQLAlchemyError) as error:  # ValueError: a port that is no number
        explanation = f"is no state that can be used ({error}); write {_FORMS}"
        raise StoreError(display_url(address), Reason.UNWRITABLE, explanation) from error
    if engine.dialect.name == "sqlite":
        _prepare_sqlite(engine, pragmas)
    else:
        _prepare_server(engine)
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
    """Return the address of an SQLite file. Raises StoreError "unwritable" where its name cannot be in one."""
    try:
        return URL.create("sqlite", database=str(path)).render_as_string()  # "%" and "?" mean something in an address
    except UnicodeEncodeError as error:
        words = "the state cannot stand in a folder whose name is no UTF-8: rename it, or name another one"
        raise StoreError(str(path), Reason.UNWRITABLE, words) from error


def sqlite_file(address: str) -> Path | None:
    """Return the file behind an address of SQLite; None for a server, and for what is no address."""
    try:
        url = make_url(address)
    except (ValueError, SQLAlchemyError):
        return None  # reported by whoever opens it
    return Path(url.database) if url.get_backend_name() == "sqlite" and url.database else None


def _options(url: URL) -> dict[str, Any]:
    if url.get_backend_name() == "sqlite":
        return {"connect_args": {"timeout": _BUSY_S, "check_same_thread": False}}
    # No ping before each use, which costs a round trip: what meets a lost connection is done again.
    return {"connect_args": {key: value for key, value in _PARAMETERS.items() if key not in url.query}}


def _migrate(connection: Connection, name: str) -> None:
    if connection.dialect.name == "postgresql":  # two machines that start at once must not both make tables
        connection.execute(text("SELECT pg_advisory_xact_lock(:number)"), {"number": _MIGRATION_LOCK})
    migrate(connection, name)


def _prepare_sqlite(engine: Engine, pragmas: tuple[str, ...]) -> None:
    """Take transactions into our own hands: Python's module begins them late, which ends in "database is locked"."""

    file = _OpenFile(Path(engine.url.database or ""))

    @event.listens_for(engine, "connect")
    def on_connect(connection: sqlite3.Connection, _record: object) -> None:
        connection.isolation_level = None
        for pragma in pragmas:
            connection.execute(f"PRAGMA {pragma}")
        file.note()

    @event.listens_for(engine, "begin")
    def on_begin(connection: Connection) -> None:
        options = connection.get_execution_options()
        if not options.get("reading"):  # in the log each transaction follows those before it: FULL keeps them all
            file.check()
            connection.exec_driver_sql(f"PRAGMA synchronous = {'FULL' if options.get('durable') else 'NORMAL'}")
        connection.exec_driver_sql("BEGIN" if options.get("reading") else "BEGIN IMMEDIATE")


class _OpenFile:
    """The file of a state: SQLite writes on without a word where it was removed, and all is lost with the run."""

    def __init__(self, path: Path) -> None:
        self._path = path
        self._opened: os.stat_result | None = None

    def note(self) -> None:
        """Take in which file was opened first."""
        if self._opened is None:
            with contextlib.suppress(OSError):
                self._opened = self._path.stat()

    def check(self) -> None:
        """Raise StoreError "unwritable" where the file is gone, or another one stands in its place."""
        try:
            stands = self._opened is None or os.path.samestat(self._opened, self._path.stat())
        except OSError:
            stands = False
        if not stands:
            words = (
                "the state was moved, removed or replaced while it was in use: put it back where it was, or start again"
            )
            raise StoreError(str(self._path), Reason.UNWRITABLE, words)


def _prepare_server(engine: Engine) -> None:
    """Let the server end what a suspended machine began: its hosts are for the others then."""

    @event.listens_for(engine, "connect")
    def on_connect(connection: Any, _record: object) -> None:
        connection.autocommit = True
        connection.execute(f"SET idle_in_transaction_session_timeout = '{_IDLE_S}s'")
        connection.autocommit = False


def _has_lost(error: SQLAlchemyError) -> bool:
    """Return whether a transaction lost against another one: the same may succeed a moment later."""
    return _sqlstate(error).startswith(_PASSING_STATES)


def _is_away(error: SQLAlchemyError) -> bool:
    """Return whether the server cannot be reached, or is going down. While connecting, errors have no SQLSTATE."""
    if not isinstance(error, DBAPIError):
        return False
    is_bare = isinstance(error, OperationalError) and getattr(error.orig, "sqlstate", "") is None
    return error.connection_invalidated or is_bare or _sqlstate(error).startswith(_AWAY_STATES)


def _sqlstate(error: SQLAlchemyError) -> str:
    state = getattr(error.orig, "sqlstate", None) if isinstance(error, DBAPIError) else None
    return state if isinstance(state, str) else ""


def _cause_of(error: SQLAlchemyError) -> BaseException:
    return error.orig if isinstance(error, DBAPIError) and error.orig is not None else error


def _words_of(error: SQLAlchemyError) -> str:
    return " ".join(str(_cause_of(error)).split())[:300]


def _store_error(name: str, error: SQLAlchemyError) -> StoreError:
    cause, words = _cause_of(error), _words_of(error)
    code = str(getattr(cause, "sqlite_errorname", None))
    if code == "SQLITE_FULL" or getattr(cause, "sqlstate", None) == "53100":
        return StoreError(name, Reason.DISK_FULL, f"no room left for the state ({words}): free some and start again")
    if code.startswith("SQLITE_IOERR") and has_size_limit():
        return StoreError(name, Reason.DISK_FULL, f"no room left for the state ({words}): {MORE_ROOM}")
    advice = next((advice for start, advice in _ADVICE if code.startswith(start)), "")
    return StoreError(name, Reason.UNWRITABLE, f"the state cannot be used ({words}){advice}")
