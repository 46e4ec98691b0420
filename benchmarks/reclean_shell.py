"""What a run in bulk costs beside cleaning: `python benchmarks/reclean_shell.py CORPORA [--pages N] [--format F]`.

The pages are cleaned twice. Once by the command, with as many processes as are asked for: its processor seconds are
those of all its processes. And in this process, by the same run with a pool that does each task itself, where the
processor time of each part is taken. Both are run three times, and the least counts. The start is what a run of the
first page takes, with all that its cleaning loads; what the parts and the start do not make of the command's time is
what travels between processes, and the noise of two runs: pages cost some per cent more or less each time.
Prints a Markdown table: seconds, milliseconds a page, shares; and what of it stays in a job that is `LONG` pages long.
"""

import argparse
import random
import tempfile
import threading
import time
from collections import defaultdict
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass, field
from functools import partial, wraps
from importlib import import_module
from pathlib import Path
from typing import Any

from corpora import samples
from harvester.models import USUAL_TYPES
from harvester.reclean.job import CleanJob, Output
from harvester.reclean.run import clean_saved, run_job
from harvester.workers.collector_settings import spare_the_collector
from harvester.workers.process_pool import Effort
from processes import watch
from reclean import harvester, write_archive, write_folder
from simple_cleaner import Quiet
from tables import print_table
from workers import load_all

LONG = 20_000  # pages of a job of which the start is next to nothing
ROUNDS = 3
START, TRAVEL = "start of the processes, whatever the number of pages", "what travels between them, and noise"
# Part, module, function or method. Its time is without that of the parts inside it; what none holds is "the rest".
PARTS = (
    ("cleaning", "harvester.cleaning", "clean_page"),
    ("looking whose pages they are", "harvester.reclean.planning", "SurveyTask.run"),
    ("site memory: pages read", "harvester.cleaning", "fingerprint_page"),
    ("site memory: the rest of it", "harvester.reclean.site_learning", "FingerprintTask.run"),
    ("site memory: the rest of it", "harvester.reclean.site_learning", "LearnTask.run"),
    ("site memory: known blocks", "harvester.cleaning.page_pipeline", "known_blocks"),
    ("reading files", "harvester.reclean.unit_cleaner", "read_saved"),
    ("an article as a line", "harvester.reclean.unit_cleaner", "article_line"),
    ("rows noted", "harvester.reclean.shard_log", "Partial.append"),
    ("writing", "harvester.reclean.unit_cleaner", "_Writer.written"),
    ("cleaning a unit, the rest", "harvester.reclean.unit_cleaner", "CleanTask.run"),
    ("journal", "harvester.reclean.journal_file", "JournalFile.rows"),
    ("journal", "harvester.reclean.journal", "Journal.plan"),
    ("journal", "harvester.reclean.journal", "Journal.finish"),
    ("journal", "harvester.reclean.journal", "Journal.add_survey"),
    ("journal", "harvester.reclean.journal_sites", "LearnedSites.add_fingerprint"),
    ("journal", "harvester.reclean.journal_sites", "LearnedSites.finish"),
    ("set and manifest", "harvester.reclean.run", "finish_set"),
    ("set and manifest", "harvester.reclean.run", "check_written"),
)


@dataclass(slots=True)
class Here:
    """A pool that does each task itself, in this process."""

    effort: Effort = field(default_factory=Effort)
    is_draining: bool = False

    def drain(self) -> None:
        """Begin nothing new."""
        self.is_draining = True

    def each(self, tasks: Iterable[Any], on_page: Callable[[Any, int], None] | None = None) -> Iterator[Any]:
        """Yield the key of each task and what became of it."""
        for pair in tasks:
            if pair is None:
                return
            key, task = pair
            yield key, task.run(lambda at, name, key=key: on_page and on_page(key, at))


class Clock:
    """Takes the processor time of parts, each without the parts inside it.

    `now`: of the process, or of each thread by itself.
    """

    def __init__(self, now: Callable[[], float] = time.process_time) -> None:
        self.spent: dict[str, float] = {}
        self.of_threads: defaultdict[int, float] = defaultdict(
            float
        )  # what the parts took of each thread, by its number
        self._now = now
        self._thread = threading.local()

    def watch_parts(self, parts: Iterable[tuple[str, str, str]]) -> None:
        """Put a clock around each part: its name, the module and the function or method."""
        for part, module_name, name in parts:
            holder: Any = import_module(module_name)
            *outer, last = name.split(".")
            for step in outer:
                holder = getattr(holder, step)
            setattr(holder, last, self._timed(part, getattr(holder, last)))

    def _timed(self, part: str, function: Callable[..., Any]) -> Callable[..., Any]:
        self.spent.setdefault(part, 0.0)

        @wraps(function)
        def timed(*arguments: Any, **named: Any) -> Any:
            inside: list[float] = self._thread.__dict__.setdefault("inside", [])
            inside.append(0.0)
            began = self._now()
            try:
                return function(*arguments, **named)
            finally:
                took = self._now() - began
                self.spent[part] += took - inside.pop()
                if inside:
                    inside[-1] += took
                else:
                    self.of_threads[threading.get_ident()] += took

        return timed


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("corpora", type=Path)
    parser.add_argument("--pages", type=int, default=500)
    parser.add_argument("--format", default="jsonl")
    parser.add_argument("--jobs", type=int, default=1)
    parser.add_argument("--archive", action="store_true", help="the pages as WARC, with their URLs, not as a folder")
    arguments = parser.parse_args()
    with tempfile.TemporaryDirectory() as name:
        measure(Path(name), arguments)


def measure(folder: Path, arguments: argparse.Namespace) -> None:
    """Print what the parts of a run take, and what its command takes."""
    pages = sorted(samples(arguments.corpora), key=lambda sample: (sample.corpus, sample.id))
    random.Random(1).shuffle(pages)
    chosen = pages[: arguments.pages]
    given = str(folder / "pages")
    if arguments.archive:
        write_archive(folder / "pages", ((one.url or "https://none.example/", one.body()) for one in chosen))
    else:
        write_folder(folder / "pages", chosen)
    (folder / "one").mkdir()
    (folder / "one" / "page.html").write_bytes(chosen[0].body())
    options = ("--format", arguments.format, "--jobs", str(arguments.jobs))
    _least((str(folder / "one"), *options), folder / "no bytecode yet", 1)  # the first run writes it
    start_s = _least((str(folder / "one"), *options), folder / "start")
    whole_s = _least((given, *options), folder / "a")
    load_all()
    spare_the_collector()  # as workers do
    clock = Clock()
    clock.watch_parts(PARTS)
    total, parts = min(
        (_here(given, Output(str(folder / f"b-{number}"), arguments.format), clock) for number in range(ROUNDS)),
        key=lambda one: one[0],
    )
    parts[START] = start_s
    parts[TRAVEL] = whole_s - total - start_s
    print_parts(f"{len(chosen)} pages, {arguments.jobs} process(es)", parts, len(chosen), whole_s)


def _here(given: str, output: Output, clock: Clock) -> tuple[float, dict[str, float]]:
    """Return the processor seconds of a run in this process, of all of it and of its parts."""
    clock.spent.update(dict.fromkeys(clock.spent, 0.0))
    began = time.process_time()
    run_job(CleanJob((given,), output), partial(clean_saved, page_types=USUAL_TYPES), Quiet(), Here())
    total = time.process_time() - began
    return total, {**clock.spent, "the rest": total - sum(clock.spent.values())}


def _least(arguments: tuple[str, ...], to: Path, rounds: int = ROUNDS) -> float:
    """Return the least processor seconds of as many runs of the command, each to a folder of its own."""
    runs = (harvester(*arguments, "--to", f"{to}-{number}") for number in range(rounds))
    return min(watch(run, {"COLUMNS": "80"})[0].processor_s for run in runs)


def print_parts(title: str, parts: dict[str, float], count: int, whole_s: float) -> None:
    """Print what each part takes of so many pages and seconds, the largest first, and all beside cleaning.

    Also what is beside cleaning in a long job: the start shared by as many pages, without what travels and the noise.
    """
    rows = sorted(parts.items(), key=lambda one: -one[1])
    rows.append(("all beside cleaning", whole_s - parts["cleaning"]))
    table = [[name, f"{s:.2f}", f"{1e3 * s / count:.2f}", f"{100 * s / whole_s:.1f} %"] for name, s in rows]
    print_table(title, ["part", "processor s", "ms a page", "share"], table)
    cleaning_s = parts["cleaning"] / count
    beside_s = sum(s for name, s in parts.items() if name not in ("cleaning", START, TRAVEL)) / count
    beside_s += parts[START] / LONG
    print(
        f"\nOf {LONG:,} pages, by these parts without what travels: {1e3 * beside_s:.2f} ms a page beside cleaning, "
        f"{100 * beside_s / (cleaning_s + beside_s):.1f} %"
    )


if __name__ == "__main__":
    main()
