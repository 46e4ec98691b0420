"""What a run has planned and done, in one SQLite file in its work folder: a kill costs no more than was under way.

Only the process that leads the run opens it. Nothing of it is kept in memory, so a run may have any number of pages.
"""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from hashlib import blake2b
from pathlib import Path
from types import TracebackType
from typing import Final, Self, cast

from harvester.archive.inputs import PAGE_FORMS, Form, Input, identity, real_path
from harvester.errors import InputError
from harvester.reclean.journal_file import BATCH, JournalFile
from harvester.reclean.journal_sites import SCHEMA, LearnedSites
from harvester.reclean.output_names import output_stem, place_of, stem_key
from harvester.reclean.planning import InputSurvey, UnitSize
from harvester.reclean.unit_results import UnitResult, read_result, result_json
from harvester.reclean.units import Container, PageFile, Unit
from harvester.store.datasets.dataset_files import DatasetFile
from harvester.store.datasets.remote_file import AnyPath, located

_KEEP_EACH: Final = 2_000  # inputs: what a kill while they are listed costs at most, and the group they end in

# An item is a container, a group of page files, or what cannot be read: a row of `container`, rows of `page`, or a row
# of `failure`. A stretch is a part of an item; it is a unit when it has a number.
_SCHEMA: Final = """
CREATE TABLE fact (name TEXT PRIMARY KEY, value TEXT) WITHOUT ROWID;
CREATE TABLE item (number INTEGER PRIMARY KEY, is_surveyed INTEGER DEFAULT 0);
CREATE TABLE container (item INTEGER PRIMARY KEY, name BLOB, path BLOB, form TEXT, place BLOB);
CREATE INDEX container_place ON container (place);
CREATE TABLE failure (item INTEGER PRIMARY KEY, subject BLOB, reason TEXT, explanation BLOB);
CREATE TABLE page (item INTEGER, at INTEGER, name TEXT, path TEXT, form TEXT, url TEXT, place TEXT, key BLOB,
    PRIMARY KEY (item, at)) WITHOUT ROWID;
CREATE INDEX page_key ON page (key);
CREATE TABLE named (identity BLOB PRIMARY KEY) WITHOUT ROWID;
CREATE TABLE stretch (item INTEGER, start INTEGER, stop INTEGER, pages INTEGER, bytes INTEGER, unit INTEGER,
    result BLOB, PRIMARY KEY (item, start)) WITHOUT ROWID;
CREATE INDEX stretch_unit ON stretch (unit);
CREATE TABLE kept (file TEXT PRIMARY KEY, articles INTEGER, bytes INTEGER, sha256 TEXT) WITHOUT ROWID;
"""
_SIZES: Final = """
SELECT count(*), coalesce(sum(pages), 0), coalesce(sum(bytes), 0),
    coalesce(sum(pages) FILTER (WHERE result IS NOT NULL), 0), coalesce(sum(bytes) FILTER (WHERE result IS NOT NULL), 0)
FROM stretch
"""


@dataclass(frozen=True, slots=True)
class Sizes:
    """How much a run has to do, and how much of it is done."""

    units: int
    pages: int
    bytes: int  # as stored
    done_pages: int
    done_bytes: int


class Journal:
    """The plan of a run and what is done of it; a context manager."""

    def __init__(self, path: Path) -> None:
        """Open the file, made when missing; raises StoreError."""
        self._file = JournalFile(path, _SCHEMA + SCHEMA)
        self.sites = LearnedSites(self._file)

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._file.close()

    def fact(self, name: str) -> str | None:
        """Return a fact of the run: which job it is of, which phases are done."""
        rows = self._file.rows("SELECT value FROM fact WHERE name = ?", name)
        return str(rows[0][0]) if rows else None

    def note(self, name: str, value: str = "done") -> None:
        """Write a fact down."""
        with self._file.writing():
            self._file.db.execute("INSERT OR REPLACE INTO fact VALUES (?, ?)", (name, value))

    # ── what there is ─────────────────────────────────────────────────────────────────────────

    def plan(self, found: Iterable[Input | InputError], cut: UnitSize) -> None:
        """Write down what is to be cleaned, each file once, page files in groups as large as `cut` has it.

        Where an earlier call was broken off, the same inputs go on behind the last group that it kept.
        """
        if self.fact("listed"):
            return
        with self._file.writing():
            group, added = _Group(cut), 0
            number = self._next_item()
            for one in found:
                if not self._is_new(one):
                    continue
                is_page = isinstance(one, Input) and (one.form is None or one.form in PAGE_FORMS)
                if not is_page and group.pages:
                    number, group = number + 1, _Group(cut)
                if is_page:
                    self._add_page(number, group, cast("Input", one))
                else:
                    self._add_item(number, one)
                added += 1
                if not is_page or group.is_full():  # only whole groups are kept, as they would be without a kill
                    number, group = number + 1, _Group(cut)
                    if added >= _KEEP_EACH:
                        self._file.keep_so_far()
                        added = 0
            self._file.db.execute("DELETE FROM named")
            self._file.db.execute("INSERT INTO fact VALUES ('listed', 'done')")

    def _next_item(self) -> int:
        ((number,),) = self._file.rows("SELECT coalesce(max(number) + 1, 0) FROM item")
        return int(number)

    def _is_new(self, one: Input | InputError) -> bool:
        """Return whether a file was not named yet, and remember it."""
        digest = blake2b(identity(one).encode("utf-8", "surrogateescape"), digest_size=16).digest()
        return bool(self._file.db.execute("INSERT OR IGNORE INTO named VALUES (?)", (digest,)).rowcount)

    def _add_page(self, number: int, group: "_Group", page: Input) -> None:
        if not group.pages:
            self._file.db.execute("INSERT INTO item (number) VALUES (?)", (number,))
        path = page.path or Path()  # pipes were copied into files
        key = blake2b(stem_key(page).encode("utf-8", "surrogatepass"), digest_size=16).digest()
        row = (number, group.pages, _name(page.name), _name(str(path)), page.form, page.url, _name(place_of(page)), key)
        self._file.db.execute("INSERT INTO page VALUES (?, ?, ?, ?, ?, ?, ?, ?)", row)
        group.add(path)

    def _add_item(self, number: int, one: Input | InputError) -> None:
        is_failure = isinstance(one, InputError)
        self._file.db.execute("INSERT INTO item VALUES (?, ?)", (number, is_failure))  # there is nothing to survey
        if isinstance(one, Input):
            container = (number, _name(one.name), _name(str(one.path)), one.form, _name(place_of(one)))
            self._file.db.execute("INSERT INTO container VALUES (?, ?, ?, ?, ?)", container)
            return
        failure = (number, _name(one.subject), one.reason, _name(one.explanation))
        self._file.db.execute("INSERT INTO failure VALUES (?, ?, ?, ?)", failure)
        self._file.db.execute("INSERT INTO stretch VALUES (?, 0, NULL, 0, 0, NULL, NULL)", (number,))  # no page

    def is_empty(self) -> bool:
        """Return whether nothing was found."""
        return not self._file.rows("SELECT 1 FROM item LIMIT 1")

    def has_containers(self) -> bool:
        """Return whether any page is in a container."""
        return bool(self._file.rows("SELECT 1 FROM container LIMIT 1"))

    def containers(self) -> Iterator[Container]:
        """Yield all containers, in order."""
        for rows in self._file.batches("SELECT item FROM container WHERE item > ?"):
            yield from (self._container(item) for (item,) in rows)

    def page_files(self) -> Iterator[PageFile]:
        """Yield all page files, in order."""
        for rows in self._file.batches("SELECT DISTINCT item FROM page WHERE item > ?"):
            for (item,) in rows:
                yield from self._files(item)

    def unsurveyed(self) -> Iterator[tuple[int, Container | tuple[PageFile, ...]]]:
        """Yield the number of each item that was not looked at yet, and what it is."""
        for rows in self._file.batches("SELECT number FROM item WHERE is_surveyed = 0 AND number > ?"):
            for (number,) in rows:
                yield number, self._files(number) or self._container(number)

    def add_survey(self, item: int, survey: InputSurvey) -> None:
        """Write down what an item holds."""
        with self._file.writing():
            rows = ((item, one.start, one.stop, one.pages, one.bytes) for one in survey.stretches)
            self._file.db.executemany("INSERT OR REPLACE INTO stretch VALUES (?, ?, ?, ?, ?, NULL, NULL)", rows)
            self.sites.add_survey(item, survey)
            self._file.db.execute("UPDATE item SET is_surveyed = 1 WHERE number = ?", (item,))

    def unranked(self) -> Iterator[tuple[int, tuple[PageFile, ...], frozenset[int]]]:
        """Yield the groups of page files in which pages need a rank: their items, their files and those pages."""
        return ((item, self._files(item), wanted) for item, wanted in self.sites.unranked())

    def number_units(self) -> None:
        """Number the stretches in the order of the inputs."""
        with self._file.writing():
            self._file.db.execute(
                "UPDATE stretch SET unit = new.place FROM (SELECT item, start, row_number() OVER (ORDER BY item, start)"
                " - 1 AS place FROM stretch) AS new WHERE new.item = stretch.item AND new.start = stretch.start"
            )

    def sizes(self) -> Sizes:
        """Return how much there is to do, and how much of it is done."""
        (row,) = self._file.rows(_SIZES)
        return Sizes(*row)

    # ── units ─────────────────────────────────────────────────────────────────────────────────

    def undone(self) -> Iterator[int]:
        """Yield the numbers of the units without a result."""
        for rows in self._file.batches("SELECT unit FROM stretch WHERE result IS NULL AND unit > ?"):
            yield from (number for (number,) in rows)

    def unit(self, number: int) -> Unit:
        """Return a unit."""
        item, start = self._file.place_of(number)
        ((stop,),) = self._file.rows("SELECT stop FROM stretch WHERE item = ? AND start = ?", item, start)
        if files := self._files(item):
            return Unit(number, files=files)
        if (failure := self._failure(item)) is not None:
            return Unit(number, failure=failure)
        return Unit(number, container=self._container(item), start=start, end=stop)

    def finish(self, number: int, result: UnitResult) -> None:
        """Write down what became of a unit: it is not done again."""
        with self._file.writing():
            self._file.db.execute("UPDATE stretch SET result = ? WHERE unit = ?", (result_json(result), number))

    def size_of(self, number: int) -> tuple[int, int]:
        """Return the pages and bytes of a unit, as stored."""
        ((pages, size),) = self._file.rows("SELECT pages, bytes FROM stretch WHERE unit = ?", number)
        return pages, size

    def results(self) -> Iterator[UnitResult]:
        """Yield what became of the units that are done, in their order."""
        return (result for _, result in self.numbered_results())

    def numbered_results(self) -> Iterator[tuple[int, UnitResult]]:
        """Yield the numbers of the units that are done with what became of them, in their order."""
        query = "SELECT unit, result FROM stretch WHERE result IS NOT NULL AND unit > ?"
        for rows in self._file.batches(query):
            yield from ((number, read_result(content)) for number, content in rows)

    def forget(self, number: int) -> None:
        """Forget what became of a unit: it is to be done again."""
        with self._file.writing():
            self._file.db.execute("UPDATE stretch SET result = NULL WHERE unit = ?", (number,))

    # ── files of earlier runs ─────────────────────────────────────────────────────────────────

    def keep(self, parts: Iterable[DatasetFile]) -> None:
        """Remember the files of the set that were there before."""
        with self._file.writing():
            rows = ((part.file, part.articles, part.bytes, part.sha256) for part in parts)
            self._file.db.executemany("INSERT OR REPLACE INTO kept VALUES (?, ?, ?, ?)", rows)

    def kept(self) -> Iterator[DatasetFile]:
        """Yield the files that were remembered, by name."""
        last = ""
        query = "SELECT * FROM kept WHERE file > ? ORDER BY file LIMIT ?"
        while rows := self._file.rows(query, last, BATCH):
            yield from (DatasetFile(*row) for row in rows)
            last = rows[-1][0]

    # ── the file ──────────────────────────────────────────────────────────────────────────────

    def _container(self, item: int) -> Container:
        ((name, path, form, place, is_shared),) = self._file.rows(
            "SELECT name, path, form, place,"
            " (SELECT count(*) FROM container AS other WHERE other.place = one.place) > 1"
            " FROM container AS one WHERE item = ?",
            item,
        )
        where = real_path(located(_plain(path))) if is_shared else _plain(place)
        return Container(_plain(name), _plain(path), cast("Form", form), where)

    def _failure(self, item: int) -> InputError | None:
        rows = self._file.rows("SELECT subject, reason, explanation FROM failure WHERE item = ?", item)
        failures = (InputError(_plain(subject), reason, _plain(words)) for subject, reason, words in rows)
        return next(failures, None)

    def _files(self, item: int) -> tuple[PageFile, ...]:
        rows = self._file.rows(
            "SELECT name, path, form, url, place,"
            " (SELECT count(*) FROM page AS other WHERE other.key = page.key) > 1,"
            " (SELECT count(*) FROM page AS other WHERE other.key = page.key AND other.place = page.place) > 1"
            " FROM page WHERE item = ? ORDER BY at",
            item,
        )
        return tuple(_page_file(row) for row in rows)


class _Group:
    """Page files that become one unit."""

    def __init__(self, cut: UnitSize) -> None:
        self._cut = cut
        self._bytes = 0
        self.pages = 0

    def add(self, path: AnyPath) -> None:
        """Count a file in."""
        self.pages += 1
        try:
            self._bytes += path.stat().st_size
        except OSError:
            return  # its cleaning reports it

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
