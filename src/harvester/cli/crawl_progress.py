"""What `harvester crawl` shows while it runs, and at its end."""

import sys
import time
from collections import deque
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Final

from rich.console import Console, Group
from rich.live import Live
from rich.text import Text

from harvester.cli.source_report import wrong_words
from harvester.cli.terminal import by_count, drop_output, moment_words, printable
from harvester.crawl.state.rows import Done
from harvester.crawl.tally import CrawlSummary, Tally
from harvester.store.atomic_files import store_error
from harvester.store.json_lines import json_line
from harvester.url_names import display_url

_LAST_LINES: Final = 8  # of visits, above the figures
_REFRESHES: Final = 4  # a second
_SHOWN_SOURCES: Final = 20
_LONG_S: Final = 120  # what is shorter is the pause between two requests


@contextmanager
def begin_report(*, as_json: bool) -> Iterator[Callable[[Done], None]]:
    """Yield what is called for each visit: it prints a JSON line, or moves the figures in a terminal.

    What is yielded raises BrokenPipeError when nobody reads the lines any more, StoreError when they cannot be written.
    """
    console = Console(highlight=False)
    if as_json or not console.is_terminal:
        yield _print_line
        return
    board = _Board()
    with Live(get_renderable=board.shown, console=console, refresh_per_second=_REFRESHES, transient=True):
        yield board.add


def _print_line(done: Done) -> None:
    try:
        sys.stdout.write(json_line(_fields(done)))
        sys.stdout.flush()  # whoever reads the pipe sees it now, and a crash loses no line
    except OSError as error:
        drop_output()
        if isinstance(error, BrokenPipeError):
            raise  # `| head`: nobody reads on, which the run takes for a wish to end
        raise store_error(Path("standard output"), error) from error


def _fields(done: Done) -> dict[str, object]:
    """Return what is known of a visit, without what is not."""
    said: dict[str, object] = {
        "at": done.at,
        "run": done.run,
        "source": done.source,
        "outcome": done.outcome,
        "url": done.url,
        "kind": done.kind.name.lower(),
        "evidence": done.evidence,
        "article": str(done.path) if done.path else None,
        "version": done.version,
        "title": done.title,
        "found": done.found or None,
        "bytes": done.bytes or None,
    }
    return {name: value for name, value in said.items() if value is not None}


class _Board:
    """The moving figures in a terminal."""

    def __init__(self) -> None:
        self._began = time.monotonic()
        self._tally = Tally()
        self._last: deque[Text] = deque(maxlen=_LAST_LINES)

    def add(self, done: Done) -> None:
        self._tally.add(done)
        style = "red" if done.outcome in self._tally.failures else "green" if done.path else "dim"
        words = printable(f"{done.outcome:<14} {done.title or display_url(done.url)}")
        self._last.append(Text(words, style=style, no_wrap=True, overflow="ellipsis"))

    def shown(self) -> Group:
        seconds = max(time.monotonic() - self._began, 1e-3)
        tally = self._tally
        figures = (
            f"{seconds:,.0f} s  {tally.visits:,} visits ({tally.visits / seconds:,.1f}/s)  "
            f"{tally.articles:,} new articles  {tally.versions:,} new versions  {tally.found:,} URLs found"
        )
        outcomes = "  ".join(f"{outcome} {count:,}" for outcome, count in by_count(tally.outcomes))
        return Group(*self._last, Text(figures, style="bold"), Text(outcomes, style="dim"))


def print_summary(summary: CrawlSummary, output: Path) -> None:
    """Print on standard error what the run did, what failed, and what is due next."""
    tally, report = summary.tally, summary.report
    console = Console(stderr=True, highlight=False, soft_wrap=True)
    endings = {"limit": "ended by a limit", "stopped": "stopped", "held": "what is due is held by other machines"}
    ending = endings.get(summary.ending, "what is left is for another run" if report.due else "nothing more is due")
    lines = [
        f"{tally.visits:,} visits in {summary.seconds:,.1f} s: {tally.articles:,} new articles, {tally.versions:,} new "
        f"versions, {tally.found:,} URLs found; {ending}; articles in {output}",
        f"Outcomes: {', '.join(f'{outcome} {count:,}' for outcome, count in by_count(tally.outcomes)) or 'none'}",
    ]
    if tally.failures:
        lines.append(f"Failed: {', '.join(f'{outcome} {count:,}' for outcome, count in by_count(tally.failures))}")
    needy = [line for line in summary.sources if line.needs_person]
    if needy:
        some = "" if len(needy) <= _SHOWN_SOURCES else f" (the first {_SHOWN_SOURCES}; harvester status shows all)"
        lines.append(f"{len(needy):,} {'source needs' if len(needy) == 1 else 'sources need'} a person{some}:")
        lines += [f"  {line.name}: {wrong_words(line, report.now)}" for line in needy[:_SHOWN_SOURCES]]
    if summary.mended:
        lines.append(
            f"{summary.mended:,} URLs had times in the future and are planned anew: the clock of this machine is "
            "behind, or that of an earlier run was ahead"
        )
    later = f"; {moment_words('the next one', report.next_due, report.now)}" if report.next_due else ""
    ends = moment_words("the last lease ends", report.held_until, report.now)
    held = f", but held by other machines ({ends})" if report.held_until else ""
    lines.append(f"{report.due:,} URLs are due{held}{later}")
    long = [host for host in report.blocked if host.blocked_until > report.now + _LONG_S]
    if long:
        rests = (f"{host.name} ({moment_words('asked again', host.blocked_until, report.now)})" for host in long)
        lines.append(f"Hosts that rest: {', '.join(rests)}")
    for line in lines:
        console.print(Text(printable(line)))
