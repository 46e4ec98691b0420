"""`harvester changes`: what is new, edited, gone or cleaned again, as JSON lines."""

import select
import signal
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from types import FrameType
from typing import TYPE_CHECKING, Final

import click

from harvester.cli.option_values import moment_of
from harvester.cli.terminal import drop_output, exit_failed, printable
from harvester.errors import InputError, Reason, StoreError

if TYPE_CHECKING:
    from harvester.store.changes.change_reading import Since
    from harvester.store.datasets.storage import Storage


_LOOK_S: Final = 0.1  # how soon a signal is noticed while nothing happens


def since_value(_context: click.Context, _option: click.Parameter, value: str | None) -> "Since | None":
    """Return the number of a change, or a time as the list writes it: ISO 8601, UTC, in seconds."""
    if value is None:
        return None
    if value.isdecimal():
        return int(value)
    try:
        return moment_of(value).strftime("%Y-%m-%dT%H:%M:%SZ")
    except ValueError as error:
        words = f"{value!r} is neither the number of a change nor a time; write 4711, 2026-03-01 or 2026-03-01T06:00:00"
        raise click.BadParameter(words) from error


def changes_place(address: str) -> "Storage":
    """Return the place whose changes are meant: that of a sources file's articles, a folder, or a remote one.

    Raises UsageError where there is no such place.
    """
    from harvester.store.datasets.open_storage import BadAddressError, open_storage  # noqa: PLC0415

    path = Path(address)
    try:
        if "://" not in address and path.is_file():
            from harvester.crawl.sources_file import read_sources  # noqa: PLC0415

            return open_storage(read_sources(path).output)
        if "://" not in address and not path.is_dir():
            raise click.UsageError(f"{address!r} does not exist.")
        return open_storage(address)
    except (BadAddressError, InputError) as error:
        raise click.UsageError(printable(str(error))) from error


@click.command(short_help="Print what became of articles: new, edited, gone, cleaned again.")
@click.argument("place", metavar="PLACE")
@click.option(
    "--since",
    callback=since_value,
    default="0",
    show_default=True,
    metavar="N|TIME",
    help="Print what follows change N, or what was written down at TIME (UTC) or later.",
)
@click.option("--follow", is_flag=True, help="Then wait for more, until Ctrl-C or SIGTERM.")
@click.option("--articles", is_flag=True, help="Print each change with its article, as one more field.")
def changes(place: str, since: "Since", follow: bool, articles: bool) -> None:
    """Print what became of articles: one JSON line for each that is new, edited, gone or cleaned again.

    PLACE is the sources file of a crawl, or a folder: its output, or a set that `harvester clean --changes` wrote,
    also in a remote place. Who takes articles over keeps the last `seq`, with what it took, and asks for what follows.

    \b
    Examples:
      harvester changes sources.toml --since 4711
      harvester changes articles --since 2026-03-01 --articles
      harvester changes sources.toml --since 4711 --follow

    Exit codes: 0 printed, or ended by a signal, 1 the list is not there or damaged, 2 wrong usage.
    """
    try:
        with _until_told_to_end() as ended:
            for line in _lines(changes_place(place), since, ended, follow=follow, articles=articles):
                if line is None:
                    sys.stdout.buffer.flush()
                else:
                    sys.stdout.buffer.write(line)
                if ended.is_told:
                    break
            sys.stdout.buffer.flush()
    except (InputError, StoreError) as error:
        exit_failed(error)
    except BrokenPipeError:  # nobody reads on
        drop_output()
    except KeyboardInterrupt:  # the second one: what reads along takes nothing
        drop_output()


def _lines(
    place: "Storage", since: "Since", ended: "_Ended", *, follow: bool, articles: bool
) -> Iterator[bytes | None]:
    """Yield lines to print; None: what was yielded is to reach the reader before anything else happens."""
    from harvester.store.changes.change_following import check_since, follow_changes  # noqa: PLC0415
    from harvester.store.changes.change_line import parse_change, with_article  # noqa: PLC0415
    from harvester.store.changes.change_reading import has_changes, read_changes  # noqa: PLC0415
    from harvester.store.changes.changed_articles import ChangedArticles  # noqa: PLC0415

    if not follow:
        if not has_changes(place):
            raise _no_list(place)
        check_since(place, since)
    found = follow_changes(place, since, ended.waits) if follow else read_changes(place, since)
    finder = ChangedArticles(place)
    for one in found:
        if one is None:
            yield None
        else:
            yield with_article(one.line, finder.find(parse_change(one.line))) if articles else one.line


def _no_list(place: "Storage") -> InputError:
    words = "has no list of changes yet: a crawl writes it; `harvester clean` does with --changes"
    return InputError(place.address, Reason.NO_PAGES, words)


class _Ended:
    """Whether the user wants no more."""

    def __init__(self) -> None:
        self.is_told = False

    def told(self, _number: int, _frame: FrameType | None) -> None:
        """Take in a signal; the second one ends also a write that nobody reads."""
        if self.is_told:
            raise KeyboardInterrupt
        self.is_told = True

    def waits(self, seconds: float) -> bool:
        """Let time pass; return False, at once, where the user wants no more.

        Raises BrokenPipeError where nobody reads on: who restarts a pipe that ends is not to wait for a change.
        """
        until = time.monotonic() + seconds
        while not self.is_told and (left_s := until - time.monotonic()) > 0:
            time.sleep(min(left_s, _LOOK_S))
            if _is_unread():
                raise BrokenPipeError
        return not self.is_told


def _is_unread() -> bool:
    """Return whether standard output is a pipe or a terminal whose other end is closed."""
    look = select.poll()
    try:
        look.register(sys.stdout.fileno(), 0)  # what is wrong with it is told without being asked for
    except (OSError, ValueError):  # no file of the system's
        return False
    return bool(look.poll(0))


@contextmanager
def _until_told_to_end() -> Iterator[_Ended]:
    """Yield what takes in Ctrl-C and SIGTERM."""
    ended = _Ended()
    before = {number: signal.signal(number, ended.told) for number in (signal.SIGINT, signal.SIGTERM)}
    try:
        yield ended
    finally:
        for number, handler in before.items():  # who was told to end ends, and a third signal changes nothing
            signal.signal(number, signal.SIG_IGN if ended.is_told else handler)
