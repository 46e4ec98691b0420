"""What the journal of a run knows of sites: whose pages are where, which are learned, what they left, the memories.

What is used up is dropped: pages that are not learned when others are known, what pages left behind with the memory
that is made of it. SQLite uses the room again.
"""

from collections.abc import Collection, Iterable, Iterator, Mapping
from typing import Final

from harvester.models import SiteMemory
from harvester.reclean.journal_file import BATCH, JournalFile
from harvester.reclean.planning import InputSurvey
from harvester.reclean.site_learning import MAX_LEARNED
from harvester.site_memory import PageFingerprint
from harvester.store.site_memories import memory_json, pack_fingerprint, read_memory, unpack_fingerprint

# Hosts have numbers, about in the order in which they are met. `member`: pages of the least ranks of each host, until
# it is chosen what is learned; those without a rank are found by their item. `large`: hosts with more pages than are
# learned; `wanted`: pages that left nothing yet; `learning`: hosts without a memory yet, with how many pages of each
# are wanted.
SCHEMA: Final = """
CREATE TABLE host (number INTEGER PRIMARY KEY, name TEXT UNIQUE);
CREATE TABLE member (host INTEGER, rank INTEGER, item INTEGER, start INTEGER, at INTEGER,
    PRIMARY KEY (host, rank, item, start, at)) WITHOUT ROWID;
CREATE INDEX member_unranked ON member (item, at) WHERE rank < 0;
CREATE TABLE large (host INTEGER PRIMARY KEY);
CREATE TABLE learning (host INTEGER PRIMARY KEY, pages INTEGER);
CREATE INDEX learning_ready ON learning (host) WHERE pages = 0;
CREATE TABLE wanted (item INTEGER, start INTEGER, at INTEGER, host INTEGER,
    PRIMARY KEY (item, start, at)) WITHOUT ROWID;
CREATE INDEX wanted_host ON wanted (host);
CREATE TABLE trace (number INTEGER PRIMARY KEY, host INTEGER, content BLOB);
CREATE INDEX trace_host ON trace (host);
CREATE TABLE present (item INTEGER, start INTEGER, host INTEGER, PRIMARY KEY (item, start, host)) WITHOUT ROWID;
CREATE TABLE memory (host TEXT PRIMARY KEY, json BLOB) WITHOUT ROWID;
"""
_LEARNING: Final = """
INSERT INTO learning SELECT member.host, count(*) FROM member JOIN host ON host.number = member.host
WHERE host.name NOT IN (SELECT host FROM memory) GROUP BY member.host HAVING count(*) >= ?
"""
# Of the pages of one host that have a rank, all that does not come among the first `MAX_LEARNED`. UNRANKED is below 0.
_PRUNE: Final = """
DELETE FROM member WHERE host = :host AND rank >= 0 AND (rank, item, start, at) > (
    SELECT rank, item, start, at FROM member WHERE host = :host AND rank >= 0
    ORDER BY rank, item, start, at LIMIT 1 OFFSET :most)
"""
_LARGE: Final = "INSERT OR IGNORE INTO large SELECT host FROM member GROUP BY host HAVING count(*) > ?"
_UNRANKED: Final = "SELECT DISTINCT item FROM member WHERE rank < 0 AND host IN large AND item > ?"
_UNRANKED_IN: Final = "SELECT at FROM member WHERE rank < 0 AND host IN large AND item = ?"
_TRACEABLE: Final = """
SELECT unit FROM stretch WHERE EXISTS (
    SELECT 1 FROM wanted WHERE wanted.item = stretch.item AND wanted.start = stretch.start AND host <= ?) AND unit > ?
"""
_NEEDED: Final = """
SELECT DISTINCT stretch.unit FROM present JOIN learning USING (host) JOIN wanted USING (host)
JOIN stretch ON stretch.item = wanted.item AND stretch.start = wanted.start
WHERE present.item = ? AND present.start = ? AND host <= ? ORDER BY 1
"""
_MEMORIES: Final = """
SELECT memory.json FROM present JOIN host ON host.number = present.host JOIN memory ON memory.host = host.name
WHERE item = ? AND start = ?
"""


class LearnedSites:
    """The sites of a run; its methods raise StoreError where the journal cannot be used."""

    def __init__(self, file: JournalFile) -> None:
        self._file = file

    def add_survey(self, item: int, survey: InputSurvey) -> None:
        """Write down which pages of an item are of which host, inside a transaction."""
        db = self._file.db
        hosts = {host for _, host in survey.present}
        db.executemany("INSERT OR IGNORE INTO host (name) VALUES (?)", ((host,) for host in sorted(hosts)))
        numbers = {host: self._number(host) for host in hosts}
        members = ((numbers[one.host], one.rank, item, one.start, one.at) for one in survey.members)
        db.executemany("INSERT OR REPLACE INTO member VALUES (?, ?, ?, ?, ?)", members)
        present = ((item, start, numbers[host]) for start, host in survey.present)
        db.executemany("INSERT OR REPLACE INTO present VALUES (?, ?, ?)", present)
        db.executemany(_PRUNE, ({"host": number, "most": MAX_LEARNED - 1} for number in numbers.values()))

    def _number(self, host: str) -> int:
        ((number,),) = self._file.rows("SELECT number FROM host WHERE name = ?", host)
        return int(number)

    def unranked(self) -> Iterator[tuple[int, frozenset[int]]]:
        """Yield the groups of page files in which pages have no rank and need one, with their numbers there."""
        with self._file.writing():
            self._file.db.execute(_LARGE, (MAX_LEARNED,))
        for rows in self._file.batches(_UNRANKED):
            for (item,) in rows:
                yield item, frozenset(at for (at,) in self._file.rows(_UNRANKED_IN, item))

    def add_ranks(self, item: int, wanted: Collection[int], ranks: Mapping[int, int]) -> None:
        """Write down the ranks of the pages of a group that were `wanted`; one without is not learned."""
        db = self._file.db
        with self._file.writing():
            ranked = ((rank, item, at) for at, rank in ranks.items())
            db.executemany("UPDATE member SET rank = ? WHERE rank < 0 AND item = ? AND at = ?", ranked)
            lost = ((item, at) for at in wanted if at not in ranks)
            db.executemany("DELETE FROM member WHERE rank < 0 AND item = ? AND at = ?", lost)

    def keep(self, memories: Iterable[SiteMemory]) -> None:
        """Keep what an earlier run had learned."""
        with self._file.writing():
            self._keep(memories)

    def _keep(self, memories: Iterable[SiteMemory]) -> None:
        rows = ((memory.host, memory_json(memory)) for memory in memories)
        self._file.db.executemany("INSERT OR REPLACE INTO memory VALUES (?, ?)", rows)

    def choose(self, least_pages: int) -> None:
        """Choose which pages are learned, once: of each host with enough of them, those of the least ranks."""
        with self._file.writing():
            self._file.db.execute(_LARGE, (MAX_LEARNED,))
            large = self._file.db.execute("SELECT host FROM large").fetchall()
            self._file.db.executemany(_PRUNE, ({"host": host, "most": MAX_LEARNED - 1} for (host,) in large))
            self._file.db.execute(_LEARNING, (least_pages,))
            self._file.db.execute(
                "INSERT INTO wanted SELECT item, start, at, host FROM member JOIN learning USING (host)"
            )
            self._file.db.execute("DELETE FROM member")
            self._file.db.execute("INSERT OR REPLACE INTO fact VALUES ('chosen', 'done')")

    # ── what is to be learned ─────────────────────────────────────────────────────────────────

    def count_wanted(self) -> int:
        """Return how many pages are still to be read for their sites."""
        ((count,),) = self._file.rows("SELECT coalesce(sum(pages), 0) FROM learning")
        return int(count)

    def next_hosts(self, after: int, pages: int) -> int | None:
        """Return the last of the hosts behind `after` of which so many pages are wanted, or all that there are."""
        last, count = None, 0
        for rows in self._file.batches("SELECT host, pages FROM learning WHERE host > ? AND host > ?", after):
            for last, wanted in rows:
                count += wanted
                if count >= pages:
                    return int(last)
        return last

    def traceable(self, last_host: int) -> Iterator[int]:
        """Yield the units in which pages are wanted of hosts up to `last_host`."""
        for rows in self._file.batches(_TRACEABLE, last_host):
            yield from (number for (number,) in rows)

    def needed_by(self, unit: int, last_host: int) -> list[int]:
        """Return the units in which pages are wanted of those hosts that are in a unit as well."""
        return [number for (number,) in self._file.rows(_NEEDED, *self._file.place_of(unit), last_host)]

    def wanted_in(self, unit: int, last_host: int) -> frozenset[int]:
        """Return the pages of a unit that are wanted, of hosts up to `last_host`."""
        query = "SELECT at FROM wanted WHERE item = ? AND start = ? AND host <= ?"
        return frozenset(at for (at,) in self._file.rows(query, *self._file.place_of(unit), last_host))

    def add_fingerprint(
        self, unit: int, wanted: Collection[int], fingerprints: Iterable[tuple[int, PageFingerprint]]
    ) -> None:
        """Write down what pages of a unit leave behind; those that were `wanted` are not asked for again."""
        place = self._file.place_of(unit)
        left = dict(fingerprints)
        query = "SELECT host FROM wanted WHERE item = ? AND start = ? AND at = ?"
        with self._file.writing():
            for at in sorted(wanted):
                for (host,) in self._file.rows(query, *place, at):
                    self._file.db.execute("UPDATE learning SET pages = pages - 1 WHERE host = ?", (host,))
                    if at in left:
                        row = (host, pack_fingerprint(left[at]))
                        self._file.db.execute("INSERT INTO trace (host, content) VALUES (?, ?)", row)
            rows = ((*place, at) for at in wanted)
            self._file.db.executemany("DELETE FROM wanted WHERE item = ? AND start = ? AND at = ?", rows)

    def ready(self, most: int, without: Collection[int]) -> tuple[int, ...]:
        """Return some hosts whose wanted pages all left their fingerprints, save those `without`."""
        query = "SELECT host FROM learning WHERE pages = 0 ORDER BY host LIMIT ?"
        rows = self._file.rows(query, most + len(without))
        return tuple(host for (host,) in rows if host not in without)[:most]

    def fingerprints_of(self, host: int) -> tuple[str, tuple[PageFingerprint, ...]]:
        """Return the name of a host, and what its pages left behind."""
        ((name,),) = self._file.rows("SELECT name FROM host WHERE number = ?", host)
        rows = self._file.rows("SELECT content FROM trace WHERE host = ? ORDER BY number", host)
        return name, tuple(unpack_fingerprint(content) for (content,) in rows)

    def finish(self, hosts: Iterable[int], memories: Iterable[SiteMemory]) -> None:
        """Keep the memories of hosts that have one, and drop what the pages of all of them left behind."""
        used = [(host,) for host in hosts]
        with self._file.writing():
            self._keep(memories)
            self._file.db.executemany("DELETE FROM trace WHERE host = ?", used)
            self._file.db.executemany("DELETE FROM learning WHERE host = ?", used)

    # ── what is known ─────────────────────────────────────────────────────────────────────────

    def is_complete(self) -> bool:
        """Return whether all sites that were to be learned are."""
        return not self._file.rows("SELECT 1 FROM learning LIMIT 1")

    def are_learned(self, unit: int) -> bool:
        """Return whether nothing more is to be learned for a unit."""
        query = "SELECT 1 FROM present JOIN learning USING (host) WHERE item = ? AND start = ? LIMIT 1"
        return not self._file.rows(query, *self._file.place_of(unit))

    def memories_of(self, unit: int) -> dict[str, SiteMemory]:
        """Return the memories of the hosts of a unit's pages."""
        rows = self._file.rows(_MEMORIES, *self._file.place_of(unit))
        memories = (read_memory(content, str(self._file.path)) for (content,) in rows)
        return {memory.host: memory for memory in memories}

    def hosts_of(self, unit: int) -> tuple[str, ...]:
        """Return the hosts of a unit's pages, as far as they are known, by name."""
        query = (
            "SELECT name FROM present JOIN host ON host.number = present.host WHERE item = ? AND start = ? ORDER BY 1"
        )
        return tuple(host for (host,) in self._file.rows(query, *self._file.place_of(unit)))

    def memories(self) -> Iterator[SiteMemory]:
        """Yield all memories, by host."""
        last = ""
        query = "SELECT host, json FROM memory WHERE host > ? ORDER BY host LIMIT ?"
        while rows := self._file.rows(query, last, BATCH):
            yield from (read_memory(content, str(self._file.path)) for _, content in rows)
            last = rows[-1][0]
