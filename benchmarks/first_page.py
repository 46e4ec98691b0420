"""What the first page of a worker process costs it: born by the server that has all loaded, and without it.

    python benchmarks/first_page.py [--times N]

Prints seconds of processor time in the process, the median of N: of the first page, of the second one, and of the
first one in a process that loads tables and libraries itself.
"""

import argparse
import asyncio
import contextlib
import statistics
import subprocess
import sys
import time
from importlib import import_module

from harvester.crawl.reader_work import WARM, read_work
from harvester.crawl.sources_file import CrawlSource
from harvester.crawl.state.rows import NewUrl, unvisited
from harvester.crawl.visit import Visit
from harvester.models import Page
from harvester.workers.page_readers import Readers
from newssites import article_page, story

ALONE = """
import sys
sys.path[:0] = {path!r}
import harvester.cleaning
from first_page import seconds_of
print(seconds_of("alone"))
"""


def seconds_of(seed: str) -> float:
    """Read a page, and return the processor time that it took this process."""
    url = f"https://courier.example/{seed}"
    page = Page(url, article_page(f"The story of {seed}", story(seed)), status=200)
    source = CrawlSource("courier", "https://courier.example/")
    began = time.process_time()
    read_work(Visit(unvisited(NewUrl(url, 1)), source, pages=(page,)))
    return time.process_time() - began


async def born() -> tuple[float, float]:
    """Return the seconds of the first two pages of a new process."""
    read = import_module("first_page").seconds_of  # a process takes no function of the program that runs
    with contextlib.closing(Readers(read, 1, warm=WARM)) as readers:
        first, second = await readers.read("one"), await readers.read("two")
    if not isinstance(first, float) or not isinstance(second, float):
        raise SystemExit(f"{first}, {second}")
    return first, second


def alone() -> float:
    """Return the seconds of the first page of a process that nothing was loaded for."""
    code = ALONE.format(path=sys.path[:])
    return float(subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True).stdout)


def main() -> None:
    """Print the figures."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--times", type=int, default=7)
    times = parser.parse_args().times
    pairs = [asyncio.run(born()) for _ in range(times)]
    print(f"first page   {statistics.median(first for first, _ in pairs):.3f} s")
    print(f"second page  {statistics.median(second for _, second in pairs):.3f} s")
    print(f"first page of a process that loads all itself  {statistics.median(alone() for _ in range(times)):.3f} s")


if __name__ == "__main__":
    main()
