"""Simhashes that are near each other, found among millions without comparing all with all.

Manku, Jain and Das Sarma 2007, "Detecting near-duplicates for web crawling": the 64 bits are cut into two blocks more
than may differ, so two simhashes that are near share at least two blocks whole. There is a table for each two blocks;
only what is in one bucket of a table is compared.
"""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from functools import cache
from itertools import combinations, groupby, pairwise
from typing import Final

# Above it two blocks are so few bits that a bucket holds hundreds of a million, and a thousand of a million texts that
# share nothing are as near by chance.
MAX_BITS: Final = 6
# Values of one bucket that each of its others is compared with, the earliest: more than these share a template, and
# comparing all with all would take hours.
MAX_IN_BUCKET: Final = 1_000
_BITS: Final = 64


@dataclass(frozen=True, slots=True)
class _Table:
    """Two blocks of a simhash: how far each is shifted, and what is kept of it."""

    number: int
    first: tuple[int, int]
    second: tuple[int, int]


@cache
def _tables(max_bits: int) -> tuple[_Table, ...]:
    blocks = max_bits + 2
    borders = [_BITS * at // blocks for at in range(blocks + 1)]
    masks = [(start, (1 << (end - start)) - 1) for start, end in pairwise(borders)]
    return tuple(_Table(number, *two) for number, two in enumerate(combinations(masks, 2)))


def bucket_lines(values: Iterable[tuple[int, int]], max_bits: int) -> Iterator[bytes]:
    """Yield a line for each table and each simhash with its number: sorted, those of one bucket are together."""
    tables = _tables(max_bits)
    for number, value in values:
        for table in tables:
            (low, low_mask), (high, high_mask) = table.first, table.second
            key = (value >> low & low_mask) << 32 | (value >> high & high_mask)
            yield b"%02x%016x %010x%016x\n" % (table.number, key, number, value)


def near_pairs(lines: Iterable[bytes], max_bits: int) -> Iterator[bytes]:
    """Yield the later and the earlier number of two values at most so many bits apart; a pair may come again.

    `lines` are those of `bucket_lines`, sorted.
    """
    for _, bucket in groupby(lines, key=_key):
        earlier: list[tuple[int, int]] = []
        for line in bucket:
            number, value = int(line[19:29], 16), int(line[29:45], 16)
            for other in _near(value, earlier, max_bits):
                yield b"%010x%010x\n" % (number, other)
            if len(earlier) < MAX_IN_BUCKET:
                earlier.append((number, value))


def _near(value: int, earlier: list[tuple[int, int]], max_bits: int) -> list[int]:
    # `hamming` in place: of a million articles two hundred million are compared at six bits
    return [number for number, known in earlier if (value ^ known).bit_count() <= max_bits]


def _key(line: bytes) -> bytes:
    return line[:18]


def originals(pairs: Iterable[bytes], count: int) -> Iterator[tuple[int, int]]:
    """Yield each number that is near an original, with the earliest such original; ascending.

    `pairs` are those of `near_pairs`, sorted; numbers are below `count`. An original is near no earlier original, so
    all of a group are near its original, and no chain of small edits joins two texts that are far apart.
    """
    copies = bytearray((count + 7) // 8)
    for later, lines in groupby(pairs, key=_later):
        number = int(later, 16)
        known = (int(line[10:20], 16) for line in lines)
        original = next((one for one in known if not copies[one >> 3] >> (one & 7) & 1), None)
        if original is not None:
            copies[number >> 3] |= 1 << (number & 7)
            yield number, original


def _later(line: bytes) -> bytes:
    return line[:10]
