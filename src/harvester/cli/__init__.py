"""The command line: each command reads its arguments, calls the library and prints.

Only click is imported before a command runs, so that `harvester --help` answers at once.
"""

import contextlib
import errno
import io
import re
import sys
from typing import Any, Final, NoReturn

import click

from harvester.cli.adopt import adopt
from harvester.cli.archive import archive
from harvester.cli.changes import changes
from harvester.cli.clean import clean
from harvester.cli.compare import compare
from harvester.cli.crawl import crawl
from harvester.cli.diff import diff
from harvester.cli.duplicates import duplicates
from harvester.cli.exit_codes import EXIT_SOME_FAILED, EXIT_UNUSABLE, exit_code_lines
from harvester.cli.explain import explain
from harvester.cli.export import export
from harvester.cli.fetch import fetch
from harvester.cli.read import is_page, read
from harvester.cli.rules import rules
from harvester.cli.schema import schema
from harvester.cli.sources import sources
from harvester.cli.status import status
from harvester.cli.terminal import drop_output, open_closed_streams, printable
from harvester.cli.validate import validate
from harvester.cli.version import VERSION_HELP, print_version
from harvester.errors import Reason
from harvester.workers.collector_settings import collect_seldom


class _Commands(click.Group):
    """The commands; a URL or a file in the place of one is read."""

    def resolve_command(
        self, context: click.Context, arguments: list[str]
    ) -> tuple[str | None, click.Command | None, list[str]]:
        """Return the command and its arguments."""
        _refuse_empty(arguments)
        if arguments[0] not in self.commands and is_page(arguments[0]):
            return "read", read, arguments
        if arguments[0] not in self.commands and set("./\\") & set(arguments[0]):
            raise click.UsageError(f"{arguments[0]!r} is no command, no file that is there, and no URL.", context)
        return super().resolve_command(context, arguments)


_EMPTY_OPTION: Final = re.compile(r"--[\w-]+=")


def _refuse_empty(arguments: list[str]) -> None:
    """Raise UsageError for an empty argument: as a path it would be the folder that the program runs in."""
    for before, argument in zip(["", *arguments], arguments, strict=False):
        if not argument or _EMPTY_OPTION.fullmatch(argument):
            name = argument.rstrip("=") or (before if before.startswith("-") else "an argument")
            raise click.UsageError(f"{name} is empty: is a variable of the shell not set? The present folder is '.'.")


@click.group(cls=_Commands, context_settings={"help_option_names": ["-h", "--help"]}, epilog=exit_code_lines())
@click.option("--version", is_flag=True, is_eager=True, expose_value=False, callback=print_version, help=VERSION_HELP)
def commands() -> None:
    """Fetch news and initiative pages, remove what is not the article, write JSON.

    \b
    Examples:
      harvester https://example.org/story
      harvester fetch https://example.org/story --to pages
      harvester clean pages --to output
      harvester explain pages/story.html
    """


for _command in (
    read,
    fetch,
    clean,
    explain,
    crawl,
    status,
    sources,
    adopt,
    diff,
    archive,
    changes,
    export,
    validate,
    compare,
    duplicates,
    schema,
    rules,
):
    commands.add_command(_command)


def main(**settings: Any) -> None:
    """Run the command line and exit; a terminal that lacks a character shows its escape, never a traceback.

    Nor does a stream that is closed, or that cannot be written to any more, or a fault of harvester itself.
    """
    collect_seldom()
    open_closed_streams()
    for stream in (sys.stdout, sys.stderr):
        if isinstance(stream, io.TextIOWrapper):
            stream.reconfigure(errors="backslashreplace")
    try:
        commands(**settings)
    except OSError as error:  # of a stream, as a rule: what concerns a file is told by its command
        drop_output()
        is_stream = error.filename is None and error.errno in _OF_STREAMS
        what = "standard output: cannot be written" if is_stream else f"{error.filename or _NAMELESS}: cannot be used"
        reason = Reason.UNWRITABLE if is_stream else Reason.UNREADABLE
        with contextlib.suppress(OSError):
            click.echo(f"error: {what} ({error.strerror or error}) [{reason}]", err=True)
        sys.exit(EXIT_UNUSABLE if is_stream else EXIT_SOME_FAILED)
    except Exception as error:  # noqa: BLE001 - the last boundary: a fault of ours is told with its place
        _end_at_fault(error)


def _end_at_fault(error: Exception) -> NoReturn:
    """End a command that met a fault of harvester itself outside of any page; its traceback goes to the log."""
    from harvester.store.fault_log import FaultLog, default_log  # noqa: PLC0415 - a fault is rare
    from harvester.workers.killable_process import is_no_thread, no_room  # noqa: PLC0415 - as above

    fault = no_room(error) if is_no_thread(error) else FaultLog(default_log()).note("this command", error)
    with contextlib.suppress(OSError):
        click.echo(f"error: {printable(str(fault))}", err=True)
    sys.exit(EXIT_UNUSABLE if fault.reason == Reason.DISK_FULL else EXIT_SOME_FAILED)


# What writing to a stream can end with.
_OF_STREAMS: Final = frozenset(
    {errno.EPIPE, errno.ENOSPC, errno.EDQUOT, errno.EFBIG, errno.EIO, errno.EBADF, errno.EAGAIN, errno.EINVAL}
)
_NAMELESS: Final = "a file, or the present folder"
