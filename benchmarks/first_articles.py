"""When the first articles of a large run are there: small page files of many sites, cleaned with site memory.

`python benchmarks/first_articles.py --pages 100000` prints a Markdown table: seconds, and seconds of processor time,
until so many articles stand in the output, where the pages of a site stand together and where all sites are mixed.
`--source PATH` (again and again) cleans with the program in another checkout's `src` as well. A run is ended when it
has written `--until` articles.
"""

import argparse
import os
import signal
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from newssites import article_page, story
from processes import processes_of, processor_s
from tables import print_table

PAGES_A_SITE = 50
MARKS = (1, 100, 1_000)  # articles that are waited for
LIMIT_S = 3600.0
LOOK_S = 0.05
HERE = str(Path(__file__).resolve().parents[1] / "src")


@dataclass(frozen=True, slots=True)
class Reached:
    """When so many articles stood there."""

    articles: int
    seconds: float
    processor_s: float  # of all processes


def write_pages(folder: Path, pages: int, *, is_mixed: bool) -> None:
    """Write pages of many sites that share a line; mixed, each site has pages in all folders."""
    sites = max(1, pages // PAGES_A_SITE)
    for number in range(pages):
        site, at = (number % sites, number // sites) if is_mixed else divmod(number, PAGES_A_SITE)
        link = f'<link rel="canonical" href="https://site{site}.example/{at}">'
        page = article_page(f"Story {at} of {site}", story(f"{site} {at}", 3), f"<p>The {site}. courier asks you</p>")
        path = folder / f"{number // 500:05}" / f"{number:07}.html"
        if number % 500 == 0:
            path.parent.mkdir(parents=True)
        path.write_bytes(page.replace(b"<head>", b"<head>" + link.encode(), 1))


def reached(source: str, pages: Path, to: Path, jobs: int, until: int) -> Iterator[Reached]:
    """Clean pages with the program in a folder; yield when so many articles were there, and end it."""
    command = [sys.executable, "-m", "harvester", "clean", str(pages), "--to", str(to), "--jobs", str(jobs)]
    began = time.monotonic()
    environment = os.environ | {"PYTHONPATH": source, "COLUMNS": "80"}
    run = subprocess.Popen(
        command, env=environment, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL, start_new_session=True
    )
    marks = [mark for mark in MARKS if mark <= until]
    try:
        while marks and time.monotonic() - began < LIMIT_S:
            is_over = run.poll() is not None
            count = articles_in(to, marks[-1])
            while marks and count >= marks[0]:
                yield Reached(marks.pop(0), time.monotonic() - began, processor_s(run.pid))
            if is_over:
                return
            time.sleep(LOOK_S)
    finally:
        if run.poll() is None:
            os.killpg(run.pid, signal.SIGKILL)
        run.wait()
        while processes_of(run.pid):
            time.sleep(LOOK_S)


def articles_in(folder: Path, most: int) -> int:
    """Return how many articles stand in a folder, counted up to `most`."""
    count = 0
    try:
        with os.scandir(folder) as entries:
            for entry in entries:
                count += entry.name.endswith(".json")
                if count >= most:
                    break
    except FileNotFoundError:
        pass
    return count


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--pages", type=int, default=100_000)
    parser.add_argument("--jobs", type=int, default=2)
    parser.add_argument("--until", type=int, default=1_000)
    parser.add_argument("--source", action="append", default=[], help="the src of another checkout")
    parser.add_argument("--order", action="append", choices=("together", "mixed"))
    arguments = parser.parse_args()
    rows = []
    for order in arguments.order or ("together", "mixed"):
        with tempfile.TemporaryDirectory() as name:
            folder = Path(name)
            write_pages(folder / "pages", arguments.pages, is_mixed=order == "mixed")
            for number, source in enumerate([HERE, *arguments.source]):
                to = folder / f"out-{number}"
                for one in reached(source, folder / "pages", to, arguments.jobs, arguments.until):
                    label = "this one" if source == HERE else source
                    rows.append((label, order, f"{one.articles:,}", f"{one.seconds:.1f}", f"{one.processor_s:.1f}"))
    head = ("program", "pages of a site", "articles", "seconds", "processor seconds")
    print_table(f"First articles of {arguments.pages:,} pages", head, rows)


if __name__ == "__main__":
    main()
