"""Which article of one set is which of the other: on disk, because sets may be larger than memory."""

import json
import sqlite3
from collections.abc import Iterator
from contextlib import AbstractContextManager
from dataclasses import dataclass
from enum import IntEnum
from types import TracebackType
from typing import Any, Final

from harvester.compare.compared_article import Marks
from harvester.store.datasets.name_set import no_room

_SETUP: Final = """
PRAGMA journal_mode = OFF;
PRAGMA synchronous = OFF;
PRAGMA temp_store = FILE;
CREATE TABLE articles (
    side INT, n INT, file BLOB, row INT, kind TEXT, site TEXT, title TEXT, url TEXT, chars INT, digests BLOB,
    removed TEXT, line BLOB,
    PRIMARY KEY (side, n)
) WITHOUT ROWID;
CREATE TABLE keys (side INT, how TEXT, key TEXT, n INT);
CREATE TABLE pairs (old INT PRIMARY KEY, new INT UNIQUE, how TEXT);
CREATE TABLE found (
    old INT, new INT, what TEXT, kind TEXT, site TEXT, delta INT, text INT, dice BLOB, shown INT DEFAULT 0
);
BEGIN;
"""
_READY: Final = """
CREATE INDEX keys_by_key ON keys (how, side, key, n);
CREATE INDEX articles_by_length ON articles (side, chars);
"""
# The first article of a key on one side is the first on the other, the second the second, and so on.
_MATCH: Final = """
INSERT INTO pairs (old, new, how)
WITH o AS (
    SELECT n, key, ROW_NUMBER() OVER (PARTITION BY key ORDER BY n) AS i FROM keys
    WHERE how = :how AND side = 0 AND n NOT IN (SELECT old FROM pairs)
), w AS (
    SELECT n, key, ROW_NUMBER() OVER (PARTITION BY key ORDER BY n) AS i FROM keys
    WHERE how = :how AND side = 1 AND n NOT IN (SELECT new FROM pairs)
)
SELECT o.n, w.n, :how FROM o JOIN w ON o.key = w.key AND o.i = w.i
"""
_ENTRY: Final = """
SELECT n, file, row, kind, site, title, url, chars, digests, removed FROM articles WHERE side = ? AND n = ?
"""
_SITES: Final = """
SELECT site, what, COUNT(*) FROM found WHERE site IN (
    SELECT site FROM found GROUP BY site HAVING SUM(what != 'same') > 0
    ORDER BY SUM(what != 'same') DESC, COUNT(*) DESC, site LIMIT ?
) GROUP BY site, what ORDER BY site, what
"""
_SHOWN: Final = {
    "drops": "SELECT rowid, old, new FROM found WHERE NOT shown AND what = 'changed' AND delta < 0 "
    "ORDER BY delta, rowid LIMIT ?",
    "gains": "SELECT rowid, old, new FROM found WHERE NOT shown AND what = 'changed' AND delta > 0 "
    "ORDER BY delta DESC, rowid LIMIT ?",
    "others": "SELECT rowid, old, new FROM found WHERE NOT shown AND what = 'changed' AND text "
    "ORDER BY dice, rowid LIMIT ?",
    "vanished": "SELECT rowid, old, new FROM found WHERE what = 'vanished' ORDER BY rowid LIMIT ?",
    "appeared": "SELECT rowid, old, new FROM found WHERE what = 'appeared' ORDER BY rowid LIMIT ?",
}
HOW: Final = ("id", "url", "page")


class Side(IntEnum):
    """Which of the two sets."""

    OLD = 0
    NEW = 1


@dataclass(frozen=True, slots=True)
class IndexedArticle:
    """An article of one set."""

    n: int  # its place in the set, from 0
    file: str
    row: int
    kind: str
    site: str
    title: str
    url: str
    chars: int
    digests: bytes
    removed: dict[str, int]


@dataclass(frozen=True, slots=True)
class Match:
    """What became of an article."""

    old: int | None
    new: int | None
    what: str  # "same", "changed", "appeared", "vanished"
    kind: str  # of the new one, where there is one
    site: str
    delta: int  # characters of text that came; below 0: that went
    is_text: bool  # the text is another one
    dice: bytes  # the same for the same article, and else as good as chance


class Index(AbstractContextManager["Index"]):
    """Both sets, as far as they are compared. Raises StoreError where the temporary folder has no room."""

    def __init__(self) -> None:
        self._database = sqlite3.connect("", isolation_level=None)  # "": a temporary file that SQLite removes
        self._database.executescript(_SETUP)

    def add(self, side: Side, number: int, place: tuple[str, int], marks: Marks) -> None:
        """Add an article; `place` is its file and row."""
        file = place[0].encode("utf-8", "surrogateescape")
        row = (file, place[1], marks.kind, marks.site, marks.title, marks.url, marks.chars, marks.digests)
        self._do(
            "INSERT INTO articles VALUES (?,?,?,?,?,?,?,?,?,?,?,NULL)", (side, number, *row, json.dumps(marks.removed))
        )
        for how, key in marks.keys:
            self._do("INSERT INTO keys VALUES (?,?,?,?)", (side, how, key, number))

    def match(self) -> None:
        """Find the pairs, by the surest key first."""
        self._database.executescript(_READY)
        for how in HOW:
            self._do(_MATCH, {"how": how})

    def pairs(self) -> Iterator[tuple[IndexedArticle, IndexedArticle]]:
        """Yield the pairs in the order of the new set."""
        for old, new in self._rows("SELECT old, new FROM pairs ORDER BY new"):
            yield self.entry(Side.OLD, old), self.entry(Side.NEW, new)

    def unmatched(self, side: Side) -> Iterator[IndexedArticle]:
        """Yield what one side has and the other has not."""
        missing = (
            "SELECT n FROM articles WHERE side = 0 AND n NOT IN (SELECT old FROM pairs) ORDER BY n",
            "SELECT n FROM articles WHERE side = 1 AND n NOT IN (SELECT new FROM pairs) ORDER BY n",
        )
        for (number,) in self._rows(missing[side]):
            yield self.entry(side, number)

    def entry(self, side: Side, number: int) -> IndexedArticle:
        """Return one article."""
        n, file, row, kind, site, title, url, chars, digests, removed = self._one(_ENTRY, (side, number))
        name = file.decode("utf-8", "surrogateescape")
        return IndexedArticle(n, name, row, kind, site, title, url, chars, digests, json.loads(removed))

    def keep_line(self, side: Side, number: int, line: bytes) -> None:
        """Keep the whole of an article that is shown."""
        self._do("UPDATE articles SET line = ? WHERE side = ? AND n = ?", (line, side, number))

    def line(self, side: Side, number: int) -> bytes | None:
        """Return the whole of an article that was kept."""
        line: bytes | None = self._one("SELECT line FROM articles WHERE side = ? AND n = ?", (side, number))[0]
        return line

    def add_found(self, found: Match) -> None:
        """Add what became of an article."""
        row = (found.old, found.new, found.what, found.kind, found.site, found.delta, found.is_text, found.dice)
        self._do("INSERT INTO found (old, new, what, kind, site, delta, text, dice) VALUES (?,?,?,?,?,?,?,?)", row)

    def matched_by(self) -> dict[str, int]:
        """Return how many pairs each key found."""
        return dict(self._all("SELECT how, COUNT(*) FROM pairs GROUP BY how"))

    def kinds(self) -> list[tuple[str, str, int]]:
        """Return kind, what became of its articles, and of how many."""
        return self._all("SELECT kind, what, COUNT(*) FROM found GROUP BY kind, what ORDER BY kind, what")

    def sites(self, limit: int) -> list[tuple[str, str, int]]:
        """Return the same for the sites where most changed."""
        return self._all(_SITES, (limit,))

    def site_count(self) -> int:
        """Return how many sites there are."""
        return int(self._one("SELECT COUNT(DISTINCT site) FROM found", ())[0])

    def length_at(self, side: Side, share: float, articles: int) -> int:
        """Return the length of text that this share of a side's articles does not reach, in characters."""
        at = min(articles - 1, int(share * articles))
        return int(
            self._one("SELECT chars FROM articles WHERE side = ? ORDER BY chars LIMIT 1 OFFSET ?", (side, at))[0]
        )

    def show(self, which: str, limit: int) -> list[tuple[int | None, int | None]]:
        """Return the numbers of the articles to show for one of `_SHOWN`, none that was shown before."""
        rows = self._all(_SHOWN[which], (limit,))
        for identity, *_ in rows:
            self._do("UPDATE found SET shown = 1 WHERE rowid = ?", (identity,))
        return [(old, new) for _, old, new in rows]

    def _do(self, statement: str, values: Any) -> sqlite3.Cursor:
        try:
            return self._database.execute(statement, values)
        except sqlite3.OperationalError as error:
            raise no_room(error) from error

    def _rows(self, statement: str, values: tuple[object, ...] = ()) -> Iterator[Any]:
        try:
            yield from self._do(statement, values)
        except sqlite3.OperationalError as error:
            raise no_room(error) from error

    def _one(self, statement: str, values: tuple[object, ...]) -> Any:
        return next(self._rows(statement, values))

    def _all(self, statement: str, values: tuple[object, ...] = ()) -> list[Any]:
        return list(self._rows(statement, values))

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._database.close()
