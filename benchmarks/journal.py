"""What the journal of a run in bulk holds for each page that is learned, in the order that is best and the worst.

`python benchmarks/journal.py --hosts 1000 --pages 40 --lines 80` learns the sites of many pages in WARC files, those of
a site side by side, or all sites mixed, and prints a Markdown table: the most bytes that the journal had meanwhile, its
log included. The lines of a page are as many as those of pages that are met in the wild. No article is made.
"""

import argparse
import random
import tempfile
import threading
from collections.abc import Iterator
from functools import partial
from pathlib import Path

from harvester.reclean.job import CleanJob, Output, Selection
from harvester.reclean.journal import Sizes
from harvester.reclean.run import clean_saved, run_job
from harvester.reclean.unit_results import UnitResult
from harvester.store.datasets.layout import JOURNAL, WORK_NAME
from harvester.workers.process_pool import Effort, Pool
from newssites import WORDS
from reclean import write_archive
from tables import print_table

LOOK_S = 0.05
SHARED = 10  # lines that all pages of a site have


class Watch:
    """Hears nothing."""

    def begins(self, phase: str, sizes: Sizes | None) -> None:
        pass

    def page(self, unit: int, at: int, size: int) -> None:
        pass

    def ends(self, unit: int, size: int, result: UnitResult) -> None:
        pass

    def note(self, words: str) -> None:
        pass


def a_page(host: int, number: int, lines: int) -> bytes:
    """Return a page of so many lines, some of which stand on all pages of its host."""
    dice = random.Random(f"{host} {number}")
    shared = random.Random(str(host))
    texts = [_line(shared if at < SHARED else dice) for at in range(lines)]
    body = "".join(f"<p>{text}</p>" for text in texts)
    return f"<html><body><article><h1>{_line(dice)}</h1>{body}</article></body></html>".encode()


def _line(dice: random.Random) -> str:
    return " ".join(f"The {dice.choice(WORDS)} of {dice.choice(WORDS)} saw {dice.randint(1, 9999)}." for _ in range(2))


def bodies(hosts: int, pages: int, lines: int, *, is_mixed: bool) -> Iterator[tuple[str, bytes]]:
    for at in range(hosts * pages):
        host, number = (at % hosts, at // hosts) if is_mixed else divmod(at, pages)
        yield f"https://site{host}.example/{number}", a_page(host, number, lines)


class Meter:
    """Measures a folder's files of one name, again and again; a context manager."""

    def __init__(self, folder: Path, name: str) -> None:
        self._folder, self._name = folder, name
        self._is_over = threading.Event()
        self._thread = threading.Thread(target=self._look)
        self.most = 0

    def __enter__(self) -> "Meter":
        self._thread.start()
        return self

    def __exit__(self, *_: object) -> None:
        self._is_over.set()
        self._thread.join()

    def _look(self) -> None:
        while not self._is_over.wait(LOOK_S):
            sizes = []
            for path in self._folder.glob(f"{self._name}*"):
                try:
                    sizes.append(path.stat().st_size)
                except FileNotFoundError:
                    continue
            self.most = max(self.most, sum(sizes))


def measured(arguments: argparse.Namespace, *, is_mixed: bool) -> int:
    """Return the most bytes of the journal."""
    with tempfile.TemporaryDirectory() as name, Pool(Effort(arguments.jobs)) as pool:
        folder = Path(name)
        pages = bodies(arguments.hosts, arguments.pages, arguments.lines, is_mixed=is_mixed)
        write_archive(folder / "pages", pages, max_bytes=20_000_000)
        nothing = Selection(sites=("none.example",))  # is cleaned: it takes time, and stands in no journal
        job = CleanJob((str(folder / "pages"),), Output(str(folder / "out"), "jsonl"), nothing, part_bytes=2**20)
        with Meter(folder / "out" / WORK_NAME, JOURNAL) as meter:
            run_job(job, partial(clean_saved, page_types=job.selection.page_types), Watch(), pool)
        return meter.most


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--hosts", type=int, default=1000)
    parser.add_argument("--pages", type=int, default=40, help="of each host; at most 40 are learned")
    parser.add_argument("--lines", type=int, default=80, help="of each page")
    parser.add_argument("--jobs", type=int, default=2)
    parser.add_argument("--order", action="append", choices=("side by side", "mixed"), help="of the pages of a site")
    arguments = parser.parse_args()
    count = arguments.hosts * arguments.pages
    rows = []
    for order in arguments.order or ("side by side", "mixed"):
        most = measured(arguments, is_mixed=order == "mixed")
        rows.append((order, f"{count:,}", f"{most:,}", f"{most / count:.0f}"))
    print_table("The journal of a run in bulk", ("order", "pages", "most bytes", "bytes a page"), rows)


if __name__ == "__main__":
    main()
