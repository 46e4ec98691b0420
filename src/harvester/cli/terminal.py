"""What all commands print alike: page text made harmless, errors on one line."""

import os
import re
import sys
from collections.abc import Collection, Mapping
from typing import Final, NoReturn

import click

from harvester.cli.exit_codes import EXIT_SOME_FAILED, EXIT_UNUSABLE
from harvester.errors import HarvesterError, Reason

# What steers a terminal or reorders a line: C0 and C1 controls with ESC and DEL, direction marks and overrides,
# line and paragraph separators, half surrogates, invisible tag characters, byte order marks. U+200C and U+200D stay:
# Persian, Hindi and emoji need them.
UNSAFE: Final = re.compile(
    "[\x00-\x1f\x7f-\x9f\u061c\u200e\u200f\u2028-\u202e\u2066-\u2069\ud800-\udfff\ufeff\U000e0000-\U000e007f]"
)


def printable(text: str) -> str:
    r"""Return text with everything that steers a terminal escaped, on one line.

    >>> printable("a\x1b[31mb\n")
    'a\\x1b[31mb\\n'
    """
    return UNSAFE.sub(lambda match: match[0].encode("unicode_escape").decode("ascii"), text)


def printable_lines(text: str) -> str:
    """Return text of several lines with everything else that steers a terminal escaped."""
    return "\n".join(map(printable, text.split("\n")))


def print_error(error: HarvesterError) -> None:
    """Print one line on standard error: the subject, what happened, the reason's word."""
    print_failure(error.subject, error.explanation, error.reason)


def print_failure(subject: str, explanation: str, reason: str) -> None:
    """Print one line on standard error, as `print_error` does."""
    click.echo(f"error: {printable(f'{subject}: {explanation} [{reason}]')}", err=True)


def exit_failed(error: HarvesterError) -> NoReturn:
    """Print the error and end the run: there is nothing else to try."""
    print_error(error)
    sys.exit(EXIT_UNUSABLE if error.reason == Reason.DISK_FULL else EXIT_SOME_FAILED)


def may_draw() -> bool:
    """Return whether standard error may be a terminal, for which rich draws.

    For all else it prints nothing, and takes longer to load than most commands to do what they are for.
    """
    return sys.stderr.isatty() or not _DRAWN_ANYWHERE.isdisjoint(os.environ)


_DRAWN_ANYWHERE: Final = frozenset({"FORCE_COLOR", "TTY_COMPATIBLE"})  # by which rich takes a pipe for a terminal


def open_closed_streams() -> None:
    """Let what goes to a closed standard stream go nowhere, and never into the file that is opened next.

    Python has None for such a stream, and the system gives its number to the next file.
    """
    for number, name in enumerate(("stdin", "stdout", "stderr")):
        try:
            os.fstat(number)
        except OSError:
            os.open(os.devnull, os.O_RDWR)  # takes the lowest number that is free, which is this one
        if getattr(sys, name) is None:
            setattr(sys, name, os.fdopen(number, "w" if number else "r", encoding="utf-8", closefd=False))


def drop_output() -> None:
    """Send what is left for standard output nowhere: it cannot be written, and Python would try again at exit."""
    nowhere = os.open(os.devnull, os.O_WRONLY)
    try:
        os.dup2(nowhere, sys.stdout.fileno())
    finally:
        os.close(nowhere)


def meant(name: str, names: Collection[str]) -> str:
    """Return what to add to a message about a name that is none: "; did you mean 'x'?", or nothing."""
    from difflib import get_close_matches  # noqa: PLC0415 - for mistakes alone

    near = get_close_matches(name, names, n=1)
    return f"; did you mean {near[0]!r}?" if near else ""


def counted(count: int, one: str, many: str | None = None) -> str:
    """Return a number with what it counts; `many` is `one` with an "s" where it is not given.

    >>> counted(1, "article"), counted(2_000, "article"), counted(2, "copy", "copies")
    ('1 article', '2,000 articles', '2 copies')
    """
    return f"{count:,} {one if count == 1 else many or f'{one}s'}"


def by_count(counts: Mapping[str, int]) -> list[tuple[str, int]]:
    """Return the counts, the largest first, equal ones by name."""
    return sorted(counts.items(), key=lambda item: (-item[1], item[0]))


def moment_words(what: str, moment: int | None, now: int) -> str:
    """Return when something is, for people, to the nearest unit: a second after it was two hours, it is in 2 h still.

    >>> moment_words("the next one", 7299, 100), moment_words("the next one", None, 100)
    ('the next one in 2 h', 'the next one: none')
    """
    if moment is None:
        return f"{what}: none"
    distance = abs(moment - now)
    seconds, unit = next((size, unit) for size, unit in _SPANS if distance >= size or size == 1)
    words = f"{(distance + seconds // 2) // seconds:,} {unit}"
    return f"{what} in {words}" if moment > now else f"{what} {words} ago"


_SPANS: Final = ((86_400, "d"), (3_600, "h"), (60, "min"), (1, "s"))
