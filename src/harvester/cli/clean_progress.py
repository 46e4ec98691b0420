"""What `harvester clean` shows while it runs: a line for each page of small runs, a bar in a terminal."""

import time
from collections import Counter
from collections.abc import Iterator
from contextlib import contextmanager
from typing import TYPE_CHECKING, Final

from rich.console import Console
from rich.text import Text

from harvester.cli.clean_table import listing_header, listing_row
from harvester.cli.terminal import print_failure, printable
from harvester.reclean.journal import Sizes
from harvester.reclean.unit_results import UnitResult
from harvester.store.datasets.dataset_files import FailedPage

if TYPE_CHECKING:
    from rich.progress import Progress, TaskID

_MAX_LISTED: Final = 1_000  # pages that are listed one by one; of more, nobody reads the list
_MAX_TOLD: Final = 20  # failures of one reason, where pages are not listed
_PHASES: Final = {
    "plan": "Looking for pages",
    "look": "Looking at pages",
    "learn": "Learning sites",
    "clean": "Cleaning",
    "check": "Checking what was written",
    "hand on": "Writing down what has changed",
}
_MAX_WIDTH: Final = 120  # terminal cells; longer lines are hard to follow across


class BulkProgress:
    """Prints what is listed on standard output, failures on standard error, and moves a bar there."""

    def __init__(self, progress: "Progress | None", *, is_quiet: bool = False) -> None:
        self._progress = progress
        self._console = progress.console if progress else Console(highlight=False, soft_wrap=True)
        self._out = Console(highlight=False, soft_wrap=True, stderr=is_quiet)
        self._task: TaskID | None = None
        self._is_listing = False
        self._has_header = False
        self._pages = 0  # begun
        self._pages_before = 0  # done by an earlier part of the run
        self._all_pages: int | None = None  # None: not known yet
        self._failed = 0
        self._told: Counter[str] = Counter()  # failures by reason
        self._at: dict[int, int] = {}  # unit under way -> its page
        self._ended_bytes = 0  # of units that have ended, before this run, too
        self._under_way: dict[int, int] = {}  # unit under way -> how many of its bytes are done
        self._since = time.monotonic()

    def begins(self, phase: str, sizes: Sizes | None) -> None:
        """See `RunProgress`."""
        self._since, self._pages = time.monotonic(), 0
        self._is_listing = sizes is not None and sizes.pages <= _MAX_LISTED
        self._ended_bytes = sizes.done_bytes if sizes else 0
        self._pages_before = sizes.done_pages if sizes else 0
        self._all_pages = sizes.pages if sizes else None
        self._at.clear()
        if self._progress is None:
            return
        if self._task is not None:
            self._progress.remove_task(self._task)
        total, done = (sizes.bytes, sizes.done_bytes) if sizes else (None, 0)
        self._task = self._progress.add_task(_PHASES[phase], total=total, completed=done, words="")

    def page(self, unit: int, at: int, size: int) -> None:
        """See `RunProgress`."""
        known = self._at.get(unit, -1)
        if at != known:  # a page is begun again where its process died
            self._at[unit], self._under_way[unit] = max(at, known), size
            self._pages += max(at - known, 0)
            self._show()

    def ends(self, unit: int, size: int, result: UnitResult) -> None:
        """See `RunProgress`."""
        self._at.pop(unit, None)
        self._under_way.pop(unit, None)
        self._ended_bytes += size
        self._failed += len(result.failures)
        if self._is_listing and result.listed:
            self._list(result)
        else:
            for one in result.failures:
                self._report_failure(one)
        self._show()

    def note(self, words: str) -> None:
        """See `RunProgress`."""
        Console(stderr=True, highlight=False).print(printable(words))

    def _report_failure(self, failure: FailedPage) -> None:
        """Print a failure, of one reason the first few."""
        self._told[failure.reason] += 1
        if self._told[failure.reason] <= _MAX_TOLD:
            print_failure(failure.subject, failure.explanation, failure.reason)
        elif self._told[failure.reason] == _MAX_TOLD + 1:
            self.note(f"More failures of this kind ({failure.reason}) are counted; all stand in _failures.jsonl.")

    def _list(self, result: UnitResult) -> None:
        """Print a line or two for each page, as many as there are between two failures at once."""
        width = min(self._out.width, _MAX_WIDTH)
        rows: list[Text] = []
        for row in result.listed:
            if row.failure is not None:
                self._print(rows)
                print_failure(row.failure.subject, row.failure.explanation, row.failure.reason)
                continue
            if not self._has_header:
                rows.append(listing_header(width))
                self._has_header = True
            rows.append(listing_row(row, width))
        self._print(rows)

    def _print(self, rows: list[Text]) -> None:
        """Print the rows that wait: a call of rich for each takes twice the time."""
        if rows:
            self._out.print(Text("\n").join(rows))
            rows.clear()

    def _show(self) -> None:
        if self._progress is None or self._task is None:
            return
        seconds = max(time.monotonic() - self._since, 1e-3)
        done = self._pages_before + self._pages
        of_all = f"/{self._all_pages:,}" if self._all_pages else ""
        words = f"{done:,}{of_all} pages, {self._pages / seconds:,.1f}/s, {self._failed:,} failed"
        size = self._ended_bytes + sum(self._under_way.values())
        self._progress.update(self._task, completed=size, words=words)


@contextmanager
def begin_progress(*, is_quiet: bool = False) -> Iterator[BulkProgress]:
    """Yield what a run reports to; it draws a bar where standard error is a terminal.

    `is_quiet`: standard output is for something else.
    """
    console = Console(stderr=True, highlight=False)
    if not console.is_terminal:
        yield BulkProgress(None, is_quiet=is_quiet)
        return
    from rich.progress import (  # noqa: PLC0415 - for a terminal alone
        BarColumn,
        DownloadColumn,
        Progress,
        SpinnerColumn,
        TextColumn,
        TimeRemainingColumn,
    )

    columns = (
        SpinnerColumn(),
        TextColumn("{task.description}"),
        BarColumn(),
        DownloadColumn(binary_units=True),
        TextColumn("{task.fields[words]}"),
        TimeRemainingColumn(),
    )
    with Progress(*columns, console=console, transient=True) as progress:
        yield BulkProgress(progress, is_quiet=is_quiet)
