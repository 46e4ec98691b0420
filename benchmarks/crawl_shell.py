"""What a crawl costs beside cleaning: `python benchmarks/crawl_shell.py --corpora CORPORA [--archive]`.

The test web of `crawl.py` is crawled three times. By the program that `crawl.py` starts, with a process that reads: its
processor seconds are those of both. By the same program with one page to visit: that is the start. And in this process,
pages read by a thread, where the processor time of each part is taken. What the parts and the start do not make of the
first is what travels between the processes, and the noise of two runs. Prints a Markdown table: seconds, milliseconds a
page, shares.
"""

import argparse
import asyncio
import contextlib
import io
import tempfile
import threading
import time
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from importlib import import_module
from pathlib import Path
from typing import Any

import crawl_harvester
from crawl import crawl_with, web_of, write_pages
from harvester.crawl import crawl_run, reader_work
from harvester.crawl.reader_work import WARM, Work
from reclean_shell import START, TRAVEL, Clock, print_parts

# Part, module, function or method. Its time is without that of the parts inside it; what a thread does beside them is
# in "the loop" for the first thread, and in "other threads".
PARTS = (
    ("cleaning", "harvester.crawl.answer_reading", "_clean"),
    ("a further page of the article looked for", "harvester.crawl.answer_reading", "_next_of"),
    ("the head: opt-outs, canonical link", "harvester.crawl.answer_reading", "_head"),
    ("reading an answer, the rest", "harvester.crawl.reader_work", "read_work"),
    ("archive", "harvester.crawl.visit_archive", "VisitArchive.kept"),
    ("writing: articles", "harvester.crawl.crash_safe_writer", "VisitWriter._staged"),
    ("writing: articles", "harvester.crawl.crash_safe_writer", "publish_article"),
    ("writing: list of changes", "harvester.crawl.change_publisher", "ChangePublisher.write"),
    ("writing, the rest", "harvester.crawl.crash_safe_writer", "VisitWriter.write"),
    ("state", "harvester.crawl.state.database", "Database.run"),
    ("state", "harvester.crawl.state.database", "Database.read"),
)


class Here:
    """Reads pages in a thread of this process."""

    def __init__(self) -> None:
        self._thread = ThreadPoolExecutor(1)

    async def read(self, task: Work) -> Any:
        """Return what a worker process would make of `task`."""
        loop = asyncio.get_running_loop()
        return await loop.run_in_executor(self._thread, lambda: reader_work.read_work(task))


@contextlib.contextmanager
def here(_options: object) -> Iterator[Here]:
    """Yield readers without a process."""
    yield Here()


def measure(folder: Path, port: int, arguments: argparse.Namespace, pages: int) -> None:
    """Print what the parts of a crawl take, and what its program takes."""
    options = [str(arguments.hosts), str(-(-pages // arguments.hosts)), "0", "1"]
    archive = ["archive"] if arguments.archive else []
    for name in ("start", "whole", "here"):
        (folder / name).mkdir()
    start = crawl_with("harvester", port, ["1", "1", "0", "1", "1", *archive], folder / "start")[0]
    whole = crawl_with("harvester", port, [*options, str(pages), *archive], folder / "whole")[0]
    import_module(WARM)
    clock = Clock(time.thread_time)
    clock.watch_parts(PARTS)
    crawl_run._readers = here  # type: ignore[assignment]
    of_loop, of_all = time.thread_time(), time.process_time()
    with contextlib.redirect_stdout(io.StringIO()):
        crawl_harvester.crawl(port, folder / "here", [*options, str(pages), *archive])
    of_loop, of_all = time.thread_time() - of_loop, time.process_time() - of_all
    parts = dict(clock.spent)
    parts["the loop: requests, HTTP, whose turn it is"] = of_loop - clock.of_threads[threading.get_ident()]
    parts["other threads"] = of_all - sum(parts.values())
    parts[START] = start.processor_s
    parts[TRAVEL] = whole.processor_s - of_all - start.processor_s
    print_parts(f"{whole.pages:,} pages", parts, whole.pages, whole.processor_s)


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--corpora", type=Path)
    parser.add_argument("--pages", type=int, default=400)
    parser.add_argument("--hosts", type=int, default=40)
    parser.add_argument("--archive", action="store_true", help="keep the pages as WARC, too")
    arguments = parser.parse_args()
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        (folder / "pages").mkdir()
        count = write_pages(folder / "pages", arguments.corpora, arguments.pages)
        with web_of(folder / "pages", arguments.hosts, count) as port:
            measure(folder, port, arguments, count)


if __name__ == "__main__":
    main()
