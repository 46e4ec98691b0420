"""Memory of one process over many different pages: `python benchmarks/plateau.py CORPORA [--pages N] [--mutated]`.

Cleans the pages of all corpora, mixed, each once; with `--mutated` also more of them, each torn and cut in some way of
its own. Prints Markdown: resident memory and CPU time as it goes on, exceptions that are no HarvesterError (exit code
1), what each cache holds and how often it was of use, and what the process gives back when all caches are emptied.
"""

import argparse
import ctypes
import gc
import random
import sys
import time
import traceback
from collections import Counter
from collections.abc import Callable, Iterator
from dataclasses import dataclass, replace
from functools import _lru_cache_wrapper
from hashlib import sha256
from itertools import cycle, islice
from pathlib import Path
from typing import Any, Final

from corpora import Sample, samples
from harvester.cleaning import clean_page
from harvester.errors import HarvesterError
from harvester.models import Page
from tables import print_table
from workers import load_all

POINTS: Final = 20  # memory is read this many times
SEED: Final = 11
YOUNG_OBJECTS: Final = 10_000  # as workers have it
# What tears a page: markup that opens, closes or hides the wrong thing, and bytes that are no text.
SCRAPS: Final = (
    *(b"<div>", b"</div>", b"<p", b">", b"<", b"</", b'"', b"'", b"<!--", b"-->", b"<table><tr>", b"</table>"),
    *(b"<script>", b"</script>", b"<svg>", b"<math>", b"<template>", b"<select>", b"<option>", b"<a href=x>", b"</a>"),
    *(b"\x00", b"\xff\xfe", b"\xed\xa0\x80", b"\xe2\x80\xae", b"\xc2\xad", b"\x1d", b"\x0b", b"&#xD800;", b"&#0;"),
    *(b"<body ", b"<head>", b"</body>", b"<frameset>", b"<plaintext>", b"<xmp>", b"<br><br>", b"<h1>", b"</h1>"),
    *(b'{"@type":"NewsArticle"', b'<time datetime="', b"<article", b" hidden ", b' itemprop="articleBody" '),
)


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("corpora", type=Path)
    parser.add_argument("--pages", type=int, metavar="N", help="clean this many (default: each page once)")
    parser.add_argument("--mutated", action="store_true", help="tear each page first; pages come again, torn otherwise")
    arguments = parser.parse_args()
    load_all()
    gc.set_threshold(YOUNG_OBJECTS)
    pages = mixed(arguments.corpora)
    count = arguments.pages or len(pages)
    bodies = torn(pages) if arguments.mutated else ((page, page.body()) for page in pages)
    run = Run()
    run.go(islice(bodies, count), count)
    print_caches()
    if run.faults:
        sys.exit(1)


def mixed(corpora: Path) -> list[Sample]:
    """Return all pages of all corpora, in an order that has nothing to do with their sites."""
    names = tuple(sorted(folder.name for folder in corpora.iterdir() if (folder / "truth.jsonl").is_file()))
    # Without what is true of them: that would be 50 MB of this process.
    pages = [replace(page, truth={}) for page in samples(corpora, names) if page.path.is_file()]
    return sorted(pages, key=lambda page: sha256(f"{page.corpus}/{page.id}".encode()).digest())


def torn(pages: list[Sample]) -> Iterator[tuple[Sample, bytes]]:
    """Yield pages again and again, each torn in another way."""
    rng = random.Random(SEED)  # the same pages each time
    for page in cycle(pages):
        yield page, tear(page.body(), rng)


def tear(body: bytes, rng: random.Random) -> bytes:
    """Return a page with some of its bytes gone, doubled, moved or changed."""
    torn = bytearray(body[: rng.choice((len(body), len(body), rng.randrange(len(body) + 1)))])
    for _ in range(rng.choice((1, 3, 10, 100))):
        at, size = rng.randrange(len(torn) + 1), rng.choice((1, 2, 10, 1_000))
        match rng.randrange(6):
            case 0:
                del torn[at : at + size]
            case 1:
                torn[at:at] = rng.choice(SCRAPS)
            case 2:
                torn[at:at] = torn[at : at + size]
            case 3:
                torn[at:at] = rng.choice(SCRAPS) * rng.choice((2, 50))
            case 4:
                piece = torn[at : at + size]
                del torn[at : at + size]
                to = rng.randrange(len(torn) + 1)
                torn[to:to] = piece
            case _ if at < len(torn):
                torn[at] = rng.randrange(256)
    return bytes(torn)


@dataclass(slots=True)
class Run:
    """Pages cleaned so far."""

    faults: int = 0

    def go(self, bodies: Iterator[tuple[Sample, bytes]], count: int) -> None:
        """Clean the pages and print how memory goes."""
        outcomes: Counter[str] = Counter()
        rows, cpu, largest = [], 0.0, 0
        rows.append(["0", f"{resident() / 2**20:,.0f}", "", "", ""])
        for number, (page, body) in enumerate(bodies, 1):
            before = resident()
            start = time.process_time()
            outcomes[self._clean(page, body)] += 1
            cpu += time.process_time() - start
            largest = max(largest, resident() - before)
            if number % max(1, count // POINTS) == 0:
                share = f"{1e3 * cpu * POINTS / count:,.1f}"
                rows.append([f"{number:,}", f"{resident() / 2**20:,.0f}", f"{peak() / 2**20:,.0f}", share, ""])
                rows[-1][-1] = f"{largest / 2**20:,.0f} by {page.corpus}/{page.id}"[:14]
                cpu, largest = 0.0, 0
        print_table("Memory", ["pages", "resident MiB", "peak MiB", "CPU ms a page", "largest step MiB"], rows)
        print_table("Outcomes", ["outcome", "pages"], [[name, f"{n:,}"] for name, n in outcomes.most_common()])

    def _clean(self, page: Sample, body: bytes) -> str:
        try:
            clean_page(Page(page.url, body))
        except HarvesterError as error:
            return error.reason
        except Exception as error:  # noqa: BLE001 - it is the finding
            self.faults += 1
            print(f"{page.corpus}/{page.id}", "".join(traceback.format_exception(error)), file=sys.stderr)
            return type(error).__name__
        return "article"


def print_caches() -> None:
    """Print what each cache holds, in entries and in the memory that goes when it is emptied."""
    rows = []
    give_back()
    for name, cache in sorted(caches(), key=lambda item: -item[1].cache_info().currsize):
        info = cache.cache_info()
        if info.currsize < 100:
            continue
        before = in_use()
        cache.cache_clear()
        gc.collect()
        held = before - in_use()
        asked = info.hits + info.misses
        size = f"{info.currsize:,} of {info.maxsize or 0:,}"
        rows.append([name, size, f"{held / 2**20:,.1f}", f"{info.hits / max(asked, 1):.0%}", f"{asked:,}"])
    print_table("Caches", ["cache", "entries", "MiB", "hits", "asked"], rows)
    before = resident()
    give_back()
    print(f"\nResident: {before / 2**20:,.0f} MiB, {resident() / 2**20:,.0f} when all are empty and given back.")


def caches() -> Iterator[tuple[str, Any]]:
    """Yield all caches of functions of harvester."""
    for thing in gc.get_objects():
        if isinstance(thing, _lru_cache_wrapper) and thing.__module__.startswith("harvester"):
            yield f"{thing.__module__.removeprefix('harvester.')}.{thing.__qualname__}", thing


def resident() -> int:
    """Return the resident memory of this process, in bytes."""
    return _status("VmRSS")


def peak() -> int:
    """Return the largest resident memory of this process so far, in bytes."""
    return _status("VmHWM")


def _status(name: str) -> int:
    return int(Path("/proc/self/status").read_text().split(f"{name}:")[1].split()[0]) * 1024


class _Heap(ctypes.Structure):
    _fields_ = [(name, ctypes.c_size_t) for name in "arena ordblks smblks hblks hblkhd usm fs uord ford keep".split()]


def in_use() -> int:
    """Return the bytes that are allocated, as Python's allocator and glibc's count them."""
    heap: Callable[[], _Heap] = ctypes.CDLL(None).mallinfo2
    heap.restype = _Heap  # type: ignore[attr-defined]
    found = heap()
    return int(sys.getallocatedblocks() * 64 + found.uord + found.hblkhd)


def give_back() -> None:
    """Collect what nobody needs, and give free pages back to the system."""
    gc.collect()
    ctypes.CDLL(None).malloc_trim(0)


if __name__ == "__main__":
    main()
