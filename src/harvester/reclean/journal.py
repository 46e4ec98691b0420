"""What a run has planned and done, in one SQLite file in its work folder: a kill costs no more than was under way.

Only the process that leads the run opens it. Nothing of it is kept in memory, so a run may have any number of pages.
"""

import sqlite3
from collections.abc import Collection, Iterable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from hashlib import blake2b
from pathlib import Path
from types import TracebackType
from typing import Any, Final, Self, cast

from harvester.archive.inputs import Form, Input, identity, real_path
from harvester.errors import REASONS, InputError, StoreError
from harvester.memory import Traces
from harvester.models import SiteMemory
from harvester.reclean.names import output_stem, place_of, stem_key
from harvester.reclean.results import UnitResult, read_result, result_json
from harvester.reclean.sites import MAX_LEARNED
from harvester.reclean.survey import Cut, Survey
from harvester.reclean.units import Container, PageFile, Unit
from harvester.store.datasets.files import Part
from harvester.store.datasets.remote_file import AnyPath, located
from harvester.store.files import write_atomic
from harvester.store.site_memories import memory_json, pack_traces, read_memory, unpack_traces

PAGE_FORMS: Final = frozenset({"html", "mhtml", "dump", None})
_BATCH: Final = 200  # rows that are read at once, so that others may be written meanwhile

# An item is a container, a group of page files, or what cannot be read: then its form is the reason and its path says
# why. A stretch is a part of an item; it is a unit when it has a number.
_SCHEMA: Final = """
CREATE TABLE fact (name TEXT PRIMARY KEY, value TEXT) WITHOUT ROWID;
CREATE TABLE item (number INTEGER PRIMARY KEY, name TEXT, path TEXT, form TEXT, place TEXT,
    is_surveyed INTEGER DEFAULT 0);
CREATE INDEX item_place ON item (place);
CREATE TABLE page (item INTEGER, at INTEGER, name TEXT, path TEXT, form TEXT, url TEXT, place TEXT, key BLOB,
    PRIMARY KEY (item, at)) WITHOUT ROWID;
CREATE INDEX page_key ON page (key);
CREATE TABLE named (identity BLOB PRIMARY KEY) WITHOUT ROWID;
CREATE TABLE stretch (item INTEGER, start INTEGER, stop INTEGER, pages INTEGER, bytes INTEGER, unit INTEGER,
    result BLOB, PRIMARY KEY (item, start)) WITHOUT ROWID;
CREATE INDEX stretch_unit ON stretch (unit);
CREATE TABLE member (host TEXT, rank INTEGER, item INTEGER, start INTEGER, at INTEGER,
    PRIMARY KEY (host, rank, item, start, at)) WITHOUT ROWID;
CREATE TABLE learning (host INTEGER PRIMARY KEY, name TEXT, pages INTEGER);
CREATE INDEX learning_ready ON learning (host) WHERE pages = 0;
CREATE TABLE trace (number INTEGER PRIMARY KEY, host INTEGER, content BLOB);
CREATE INDEX trace_host ON trace (host);
CREATE TABLE present (item INTEGER, start INTEGER, host TEXT, PRIMARY KEY (item, start, host)) WITHOUT ROWID;
CREATE TABLE memory (host TEXT PRIMARY KEY, json BLOB) WITHOUT ROWID;
CREATE TABLE kept (file TEXT PRIMARY KEY, articles INTEGER, bytes INTEGER, sha256 TEXT) WITHOUT ROWID;
CREATE TABLE wanted (item INTEGER, start INTEGER, at INTEGER, host INTEGER,
    PRIMARY KEY (item, start, at)) WITHOUT ROWID;
"""
_HOSTS: Final = """
INSERT INTO learning (name, pages) SELECT host, min(count(*), :most) FROM member
WHERE host NOT IN (SELECT host FROM memory) GROUP BY host HAVING count(*) >= :least
"""
_LEARNED: Final = """
INSERT INTO wanted SELECT item, start, at, learning.host FROM (
    SELECT *, row_number() OVER (PARTITION BY host ORDER BY rank, item, start, at) AS place FROM member) AS ranked
JOIN learning ON learning.name = ranked.host WHERE place <= :most
"""
# The pages of a unit, learned or not: what is left of each host.
_LESS: Final = """
UPDATE learning SET pages = learning.pages - done.pages FROM (
    SELECT host, count(*) AS pages FROM wanted WHERE item = :item AND start = :start GROUP BY host) AS done
WHERE done.host = learning.host
"""


@dataclass(frozen=True, slots=True)
class Sizes:
    """How much a run has to do, and how much of it is done."""

    units: int
    pages: int
    bytes: int  # as stored
    done_units: int
    done_pages: int
    done_bytes: int


class Journal:
    """The plan of a run and what is done of it; a context manager."""

    def __init__(self, file: Path) -> None:
        """Open the file, made when missing; raises StoreError."""
        self._file = file
        with self._told():
            self._db = sqlite3.connect(file, isolation_level=None)
            self._db.execute("PRAGMA journal_mode = WAL")
            self._db.execute("PRAGMA synchronous = FULL")  # what is said to be done is done, also after a power cut
            if not self._rows("SELECT 1 FROM sqlite_master WHERE name = 'fact'"):
                self._db.executescript(f"BEGIN; {_SCHEMA} COMMIT;")

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._db.close()

    def fact(self, name: str) -> str | None:
        """Return a fact of the run: which job it is of, which phases are done."""
        rows = self._rows("SELECT value FROM fact WHERE name = ?", name)
        return str(rows[0][0]) if rows else None

    def note(self, name: str, value: str = "done") -> None:
        """Write a fact down."""
        with self._writing():
            self._db.execute("INSERT OR REPLACE INTO fact VALUES (?, ?)", (name, value))

    # ── what there is ─────────────────────────────────────────────────────────────────────────

    def plan(self, found: Iterable[Input | InputError], cut: Cut) -> None:
        """Write down what is to be cleaned, each file once, page files in groups as large as `cut` says."""
        with self._writing():
            group = _Group(cut)
            number = 0
            for one in found:
                digest = blake2b(identity(one).encode("utf-8", "surrogateescape"), digest_size=16).digest()
                if not self._db.execute("INSERT OR IGNORE INTO named VALUES (?)", (digest,)).rowcount:
                    continue
                is_page = isinstance(one, Input) and one.form in PAGE_FORMS
                if (is_page and group.is_full()) or (not is_page and group.pages):
                    number += 1
                    group = _Group(cut)
                if is_page:
                    self._add_page(number, group, cast("Input", one))
                else:
                    self._add_item(number, one)
                    number += 1
            self._db.execute("DELETE FROM named")

    def _add_page(self, number: int, group: "_Group", page: Input) -> None:
        if not group.pages:
            self._db.execute("INSERT INTO item (number, form) VALUES (?, 'pages')", (number,))
        path = page.path or Path()  # pipes were copied into files
        key = blake2b(stem_key(page).encode("utf-8", "surrogatepass"), digest_size=16).digest()
        row = (number, group.pages, _name(page.name), _name(str(path)), page.form, page.url, _name(place_of(page)), key)
        self._db.execute("INSERT INTO page VALUES (?, ?, ?, ?, ?, ?, ?, ?)", row)
        group.add(path)

    def _add_item(self, number: int, one: Input | InputError) -> None:
        if isinstance(one, Input):
            container = (number, _name(one.name), _name(str(one.path)), one.form, _name(place_of(one)))
            self._db.execute("INSERT INTO item (number, name, path, form, place) VALUES (?, ?, ?, ?, ?)", container)
            return
        failure = (number, _name(one.subject), _name(one.explanation), one.reason)
        self._db.execute("INSERT INTO item (number, name, path, form, is_surveyed) VALUES (?, ?, ?, ?, 1)", failure)
        self._db.execute("INSERT INTO stretch VALUES (?, 0, NULL, 0, 0, NULL, NULL)", (number,))  # no page

    def is_empty(self) -> bool:
        """Return whether nothing was found."""
        return not self._rows("SELECT 1 FROM item LIMIT 1")

    def has_containers(self) -> bool:
        """Return whether any page stands in a container."""
        return next(self.containers(), None) is not None

    def containers(self) -> Iterator[Container]:
        """Yield all containers, in order."""
        for rows in self._batches("SELECT number, form FROM item WHERE number > ?"):
            yield from (self._container(number) for number, form in rows if form != "pages" and form not in REASONS)

    def page_files(self) -> Iterator[PageFile]:
        """Yield all page files, in order."""
        for rows in self._batches("SELECT number, number FROM item WHERE form = 'pages' AND number > ?"):
            for number, _ in rows:
                yield from self._files(number)

    def unsurveyed(self) -> Iterator[tuple[int, Container | tuple[PageFile, ...]]]:
        """Yield the number of each item that was not looked at yet, and what it is."""
        for rows in self._batches("SELECT number, form FROM item WHERE is_surveyed = 0 AND number > ?"):
            for number, form in rows:
                yield number, self._files(number) if form == "pages" else self._container(number)

    def add_survey(self, item: int, survey: Survey) -> None:
        """Write down what an item holds."""
        with self._writing():
            rows = ((item, one.start, one.stop, one.pages, one.bytes) for one in survey.stretches)
            self._db.executemany("INSERT OR REPLACE INTO stretch VALUES (?, ?, ?, ?, ?, NULL, NULL)", rows)
            members = ((one.host, one.rank, item, one.start, one.at) for one in survey.members)
            self._db.executemany("INSERT OR REPLACE INTO member VALUES (?, ?, ?, ?, ?)", members)
            present = ((item, start, host) for start, host in survey.present)
            self._db.executemany("INSERT OR REPLACE INTO present VALUES (?, ?, ?)", present)
            self._db.execute("UPDATE item SET is_surveyed = 1 WHERE number = ?", (item,))

    def number_units(self) -> None:
        """Number the stretches in the order of the inputs."""
        with self._writing():
            self._db.execute(
                "UPDATE stretch SET unit = new.place FROM (SELECT item, start, row_number() OVER (ORDER BY item, start)"
                " - 1 AS place FROM stretch) AS new WHERE new.item = stretch.item AND new.start = stretch.start"
            )

    def sizes(self) -> Sizes:
        """Return how much there is to do, and how much of it is done."""
        total = "count(*), coalesce(sum(pages), 0), coalesce(sum(bytes), 0)"
        (every,) = self._rows(f"SELECT {total} FROM stretch")  # noqa: S608 - a constant
        (done,) = self._rows(f"SELECT {total} FROM stretch WHERE result IS NOT NULL")  # noqa: S608
        return Sizes(*every, *done)

    # ── memories of sites ─────────────────────────────────────────────────────────────────────

    def choose_learned(self, least_pages: int) -> None:
        """Choose which pages are learned: of each host with enough of them, those of the least ranks; once."""
        with self._writing():
            self._db.execute(_HOSTS, {"most": MAX_LEARNED, "least": least_pages})
            self._db.execute(_LEARNED, {"most": MAX_LEARNED})
            self._db.execute("DELETE FROM member")  # used up
            self._db.execute("INSERT OR REPLACE INTO fact VALUES ('chosen', 'done')")

    def untraced(self) -> Iterator[tuple[Unit, frozenset[int]]]:
        """Yield the units with the pages of each that are to be learned."""
        query = (
            "SELECT unit, unit FROM stretch WHERE unit > ? AND EXISTS (SELECT 1 FROM wanted WHERE wanted.item ="
            " stretch.item AND wanted.start = stretch.start)"
        )
        for rows in self._batches(query):
            for number, _ in rows:
                item, start = self._place_of(number)
                pages = self._rows("SELECT at FROM wanted WHERE item = ? AND start = ?", item, start)
                yield self.unit(number), frozenset(at for (at,) in pages)

    def add_traces(self, unit: int, traces: Iterable[tuple[int, Traces]]) -> None:
        """Write down what the pages of a unit leave behind; its pages are not asked for again."""
        item, start = self._place_of(unit)
        with self._writing():
            for at, one in traces:
                self._db.execute(
                    "INSERT INTO trace (host, content) SELECT host, ? FROM wanted WHERE item = ? AND start = ? AND"
                    " at = ?",
                    (pack_traces(one), item, start, at),
                )
            self._db.execute(_LESS, {"item": item, "start": start})
            self._db.execute("DELETE FROM wanted WHERE item = ? AND start = ?", (item, start))

    def ready_hosts(self, least: int, without: Collection[int]) -> tuple[int, ...]:
        """Return the numbers of hosts whose pages all left their traces, save those `without`; () for fewer than
        `least`, which may wait for others.
        """
        rows = self._rows("SELECT host FROM learning WHERE pages = 0 ORDER BY host LIMIT ?", least + len(without))
        found = tuple(host for (host,) in rows if host not in without)
        return found[:least] if len(found) >= least else ()

    def traces_of(self, host: int) -> tuple[str, tuple[Traces, ...]]:
        """Return the name of a host, and what its pages left behind."""
        ((name,),) = self._rows("SELECT name FROM learning WHERE host = ?", host)
        rows = self._rows("SELECT content FROM trace WHERE host = ? ORDER BY number", host)
        return name, tuple(unpack_traces(content) for (content,) in rows)

    def add_memories(self, memories: Iterable[SiteMemory], hosts: Iterable[int] = ()) -> None:
        """Keep what was learned of hosts, which drops what their pages left behind, or what an earlier run had learned.

        What is not kept here is not kept by SQLite either: its room is used again.
        """
        with self._writing():
            rows = ((memory.host, memory_json(memory)) for memory in memories)
            self._db.executemany("INSERT OR REPLACE INTO memory VALUES (?, ?)", rows)
            used = [(host,) for host in hosts]
            self._db.executemany("DELETE FROM trace WHERE host = ?", used)
            self._db.executemany("DELETE FROM learning WHERE host = ?", used)

    def memories_of(self, unit: int) -> dict[str, SiteMemory]:
        """Return the memories of the hosts of a unit's pages."""
        item, start = self._place_of(unit)
        rows = self._rows(
            "SELECT memory.json FROM present JOIN memory USING (host) WHERE item = ? AND start = ?", item, start
        )
        memories = (read_memory(content, str(self._file)) for (content,) in rows)
        return {memory.host: memory for memory in memories}

    def hosts_of(self, unit: int) -> tuple[str, ...]:
        """Return the hosts of a unit's pages, as far as they are known."""
        rows = self._rows("SELECT host FROM present WHERE item = ? AND start = ?", *self._place_of(unit))
        return tuple(host for (host,) in rows)

    def memories(self) -> Iterator[SiteMemory]:
        """Yield all memories, by host."""
        last = ""
        while rows := self._rows("SELECT host, json FROM memory WHERE host > ? ORDER BY host LIMIT ?", last, _BATCH):
            yield from (read_memory(content, str(self._file)) for _, content in rows)
            last = rows[-1][0]

    # ── units ─────────────────────────────────────────────────────────────────────────────────

    def undone(self) -> Iterator[int]:
        """Yield the numbers of the units without a result."""
        query = "SELECT unit, unit FROM stretch WHERE result IS NULL AND unit > ?"
        for rows in self._batches(query):
            yield from (number for number, _ in rows)

    def unit(self, number: int) -> Unit:
        """Return a unit."""
        item, start = self._place_of(number)
        ((stop,),) = self._rows("SELECT stop FROM stretch WHERE item = ? AND start = ?", item, start)
        ((form,),) = self._rows("SELECT form FROM item WHERE number = ?", item)
        if form == "pages":
            return Unit(number, files=self._files(item))
        if form in REASONS:
            return Unit(number, failure=self._failure(item, form))
        return Unit(number, container=self._container(item), start=start, end=stop)

    def finish(self, number: int, result: UnitResult) -> None:
        """Write down what became of a unit: it is not done again."""
        with self._writing():
            self._db.execute("UPDATE stretch SET result = ? WHERE unit = ?", (result_json(result), number))

    def size_of(self, number: int) -> tuple[int, int]:
        """Return the pages and bytes of a unit, as stored."""
        ((pages, size),) = self._rows("SELECT pages, bytes FROM stretch WHERE unit = ?", number)
        return pages, size

    def results(self) -> Iterator[UnitResult]:
        """Yield what became of the units that are done, in their order."""
        return (result for _, result in self.numbered_results())

    def numbered_results(self) -> Iterator[tuple[int, UnitResult]]:
        """Yield the numbers of the units that are done with what became of them, in their order."""
        query = "SELECT unit, result FROM stretch WHERE result IS NOT NULL AND unit > ?"
        for rows in self._batches(query):
            yield from ((number, read_result(content)) for number, content in rows)

    def forget(self, number: int) -> None:
        """Forget what became of a unit: it is to be done again."""
        with self._writing():
            self._db.execute("UPDATE stretch SET result = NULL WHERE unit = ?", (number,))

    # ── files of earlier runs ─────────────────────────────────────────────────────────────────

    def keep(self, parts: Iterable[Part]) -> None:
        """Remember the files of the set that stood there before."""
        with self._writing():
            rows = ((part.file, part.articles, part.bytes, part.sha256) for part in parts)
            self._db.executemany("INSERT OR REPLACE INTO kept VALUES (?, ?, ?, ?)", rows)

    def kept(self) -> Iterator[Part]:
        """Yield the files that were remembered, by name."""
        last = ""
        query = "SELECT * FROM kept WHERE file > ? ORDER BY file LIMIT ?"
        while rows := self._rows(query, last, _BATCH):
            yield from (Part(*row) for row in rows)
            last = rows[-1][0]

    # ── the file ──────────────────────────────────────────────────────────────────────────────

    def _place_of(self, unit: int) -> tuple[int, int]:
        ((item, start),) = self._rows("SELECT item, start FROM stretch WHERE unit = ?", unit)
        return item, start

    def _container(self, item: int) -> Container:
        ((name, path, form, place, is_shared),) = self._rows(
            "SELECT name, path, form, place, (SELECT count(*) FROM item AS other WHERE other.place = item.place) > 1"
            " FROM item WHERE number = ?",
            item,
        )
        told = real_path(located(_plain(path))) if is_shared else _plain(place)
        return Container(_plain(name), _plain(path), cast("Form", form), told)

    def _failure(self, item: int, reason: str) -> InputError:
        ((subject, explanation),) = self._rows("SELECT name, path FROM item WHERE number = ?", item)
        return InputError(_plain(subject), reason, _plain(explanation))

    def _files(self, item: int) -> tuple[PageFile, ...]:
        rows = self._rows(
            "SELECT name, path, form, url, place,"
            " (SELECT count(*) FROM page AS other WHERE other.key = page.key) > 1,"
            " (SELECT count(*) FROM page AS other WHERE other.key = page.key AND other.place = page.place) > 1"
            " FROM page WHERE item = ? ORDER BY at",
            item,
        )
        return tuple(_page_file(row) for row in rows)

    def _batches(self, query: str) -> Iterator[list[Any]]:
        """Yield the rows of a query in batches; its first column is a number, from -1 on, that its `?` is about."""
        last = -1
        while rows := self._rows(
            f"{query} LIMIT ?" if "ORDER" in query else f"{query} ORDER BY 1 LIMIT ?", last, _BATCH
        ):
            yield rows
            last = rows[-1][0]

    def _rows(self, query: str, *values: object) -> list[Any]:
        with self._told():
            return self._db.execute(query, values).fetchall()

    @contextmanager
    def _writing(self) -> Iterator[None]:
        with self._told():
            self._db.execute("BEGIN")
            try:
                yield
            except BaseException:
                self._db.execute("ROLLBACK")
                raise
            self._db.execute("COMMIT")

    @contextmanager
    def _told(self) -> Iterator[None]:
        try:
            yield
        except sqlite3.Error as error:
            raise self._why(error) from error

    def _why(self, error: sqlite3.Error) -> StoreError:
        """Return why the file cannot be used. SQLite does not tell a full disk from others; a file beside it does."""
        probe = self._file.with_name("probe")
        try:
            write_atomic(probe, b"0" * 4096)
            probe.unlink()
        except StoreError as reason:
            return StoreError(str(self._file), reason.reason, reason.explanation)
        except OSError:
            pass
        return StoreError(str(self._file), "unwritable", f"cannot be used ({error})")


class _Group:
    """Page files that become one unit."""

    def __init__(self, cut: Cut) -> None:
        self._cut = cut
        self._bytes = 0
        self.pages = 0

    def add(self, path: AnyPath) -> None:
        """Count a file in."""
        self.pages += 1
        try:
            self._bytes += path.stat().st_size
        except OSError:
            return  # its cleaning says so

    def is_full(self) -> bool:
        """Return whether the next file begins another group."""
        return self.pages >= self._cut.pages or self._bytes >= self._cut.bytes


def _page_file(row: tuple[bytes, bytes, Form | None, str | None, bytes, int, int]) -> PageFile:
    name, path, form, url, place, is_shared, is_ambiguous = row
    page = Input(_plain(name), located(_plain(path)), form, url, _plain(place))
    stem = output_stem(page, is_shared=bool(is_shared), is_ambiguous=bool(is_ambiguous))
    return PageFile(page.name, _plain(path), form, stem, url)


def _name(text: str) -> bytes:
    """Return a file name as SQLite can hold it: names on a disk are bytes of any kind."""
    return text.encode("utf-8", "surrogateescape")


def _plain(content: bytes) -> str:
    return content.decode("utf-8", "surrogateescape")
