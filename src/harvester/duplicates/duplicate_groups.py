"""All articles of a set that are one text, each group with its earliest as the original.

Memory does not grow with the set but by an eighth of a byte an article: what is looked for is sorted on disk, again and
again, and joined in passing. Articles have numbers, ascending with their time; so the lower of two is the original.
"""

from collections.abc import Callable, Iterable, Iterator
from contextlib import ExitStack
from dataclasses import dataclass
from itertools import groupby
from pathlib import Path
from typing import IO, Final

from harvester.duplicates.article_rows import ArticleRow, read_row, row_of
from harvester.duplicates.simhash_pairs import MAX_BITS, bucket_lines, near_pairs, originals
from harvester.errors import InputError, Reason
from harvester.fingerprint import hamming
from harvester.store.datasets.dataset_reader import read_set
from harvester.store.datasets.spools import spooled
from harvester.store.datasets.storage import Storage
from harvester.store.external_sort import sorted_lines

Report = Callable[[InputError | None], None]
_NUMBER: Final = 10  # hex digits


@dataclass(frozen=True, slots=True)
class DuplicateSearch:
    """What counts as one text."""

    max_bits: int = MAX_BITS  # of 64, between the simhashes of a copy and its original
    min_words: int = 30  # of a text; a shorter one is a copy where it is the same, letter by letter
    is_exact: bool = False  # look for the same texts only


@dataclass(frozen=True, slots=True)
class GroupMember:
    """One article of a group."""

    row: ArticleRow
    bits: int | None  # of the simhash that differ from the original's; None where one of the two has none
    is_exact: bool  # the text is that of the original


@dataclass(slots=True)
class Sums:
    """What was met."""

    articles: int = 0
    groups: int = 0
    copies: int = 0
    exact: int = 0  # of the copies
    damaged: int = 0


@dataclass(slots=True)
class _Files:
    """What is noted on the way, on disk."""

    rows: IO[bytes]  # of all articles, by number
    equals: IO[bytes]  # articles with the simhash, or the text, of an earlier one: number of that one, own number
    near: IO[bytes]  # those with a near simhash: own number, number of the original
    sums: Sums


def find_groups(
    source: Storage | str | Path, search: DuplicateSearch, sums: Sums, report: Report = lambda _damage: None
) -> Iterator[Iterator[GroupMember]]:
    """Yield the groups of a set, by their originals; each is to be read before the next, its original first.

    `report` hears of each article that was read, and of what is damaged; `sums` is filled on the way. Raises StoreError
    where the temporary folder has no room.
    """
    with ExitStack() as stack:
        rows, equals, near = (stack.enter_context(spooled()) for _ in range(3))
        files = _Files(rows, equals, near, sums)
        _note_equals_and_near(source, search, files, report)
        placed = stack.enter_context(sorted_lines(_placements(files)))
        lines = stack.enter_context(sorted_lines(_with_rows(placed, files.rows)))
        for _, group in groupby(lines, key=lambda line: line[:_NUMBER]):
            sums.groups += 1
            yield _members(group, sums)


def _note_equals_and_near(source: Storage | str | Path, search: DuplicateSearch, files: _Files, report: Report) -> None:
    with ExitStack() as stack:
        rows = stack.enter_context(sorted_lines(_read(source, search, files.sums, report)))
        nodes = stack.enter_context(sorted_lines(_nodes(rows, files.rows, is_exact=search.is_exact)))
        buckets = stack.enter_context(sorted_lines(bucket_lines(_firsts(nodes, files.equals), search.max_bits)))
        pairs = stack.enter_context(sorted_lines(near_pairs(buckets, search.max_bits)))
        for number, original in originals(pairs, files.sums.articles):
            files.near.write(b"%010x%010x\n" % (number, original))


def _read(source: Storage | str | Path, search: DuplicateSearch, sums: Sums, report: Report) -> Iterator[bytes]:
    for entry in read_set(source):
        fault = entry if isinstance(entry, InputError) else None
        if not isinstance(entry, InputError):
            try:
                yield read_row(entry, search.min_words).line
                sums.articles += 1
            except ValueError as error:
                fault = InputError(f"{entry.file}:{entry.row}", Reason.UNREADABLE, str(error))
        sums.damaged += fault is not None
        report(fault)


def _nodes(lines: Iterable[bytes], rows: IO[bytes], *, is_exact: bool) -> Iterator[bytes]:
    """Yield what articles must share to be one at once, with their numbers; note the rows."""
    for number, line in enumerate(lines):
        rows.write(line)
        row = row_of(line)
        if row.simhash is None or is_exact:
            yield b"x%s %010x\n" % (row.sha256.encode(), number)
        else:
            yield b"n%016x %010x\n" % (row.simhash, number)


def _firsts(nodes: Iterable[bytes], equals: IO[bytes]) -> Iterator[tuple[int, int]]:
    """Yield each simhash with the number of its first article; note the others that have it."""
    for key, lines in groupby(nodes, key=lambda line: line.partition(b" ")[0]):
        first = b""
        for line in lines:
            if first:
                equals.write(first + line[-_NUMBER - 1 :])
            first = first or line[-_NUMBER - 1 : -1]
        if key.startswith(b"n"):
            yield int(first, 16), int(key[1:], 16)


def _placements(files: _Files) -> Iterator[bytes]:
    """Yield the number of each article of a group and of its original; that of an original comes often."""
    files.near.seek(0)
    for line in files.near:
        yield line
        yield line[_NUMBER : 2 * _NUMBER] * 2 + b"\n"
    files.equals.seek(0)
    files.near.seek(0)
    near = iter(files.near)
    known = next(near, None)
    with sorted_lines(files.equals) as equals:
        for line in equals:
            first = line[:_NUMBER]
            while known is not None and known[:_NUMBER] < first:
                known = next(near, None)
            is_near = known is not None and known[:_NUMBER] == first
            original = known[_NUMBER : 2 * _NUMBER] if known is not None and is_near else first
            yield line[_NUMBER : 2 * _NUMBER] + original + b"\n"
            yield original * 2 + b"\n"


def _with_rows(placed: Iterable[bytes], rows: IO[bytes]) -> Iterator[bytes]:
    """Yield the rows of all that are in a group, behind the numbers of the original and their own."""
    rows.seek(0)
    numbered = enumerate(rows)
    at, row = next(numbered, (0, b""))
    for line, _ in groupby(placed):
        number = int(line[:_NUMBER], 16)
        while at < number:
            at, row = next(numbered)
        yield line[_NUMBER : 2 * _NUMBER] + line[:_NUMBER] + row


def _members(lines: Iterable[bytes], sums: Sums) -> Iterator[GroupMember]:
    original: ArticleRow | None = None
    for line in lines:
        row = row_of(line[2 * _NUMBER :])
        if original is None:
            original = row
            yield GroupMember(row, 0, is_exact=True)
            continue
        is_exact = row.sha256 == original.sha256
        bits = None if row.simhash is None or original.simhash is None else hamming(row.simhash, original.simhash)
        sums.copies += 1
        sums.exact += is_exact
        yield GroupMember(row, bits, is_exact=is_exact)
