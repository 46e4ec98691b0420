"""The exit codes of all commands, and what each of them means: `--help` prints this table, docs/cli.md holds it."""

from collections.abc import Mapping
from types import MappingProxyType
from typing import Final

EXIT_DONE: Final = 0
EXIT_SOME_FAILED: Final = 1
EXIT_WRONG_USAGE: Final = 2  # click's own
EXIT_UNUSABLE: Final = 3
EXIT_LOCKED: Final = 4
EXIT_STOPPED: Final = 5  # between two pages
EXIT_HELD: Final = 6

MEANINGS: Final[Mapping[int, str]] = MappingProxyType(
    {
        EXIT_DONE: "all well",
        EXIT_SOME_FAILED: "something failed, which standard error names; what else could be done is done",
        EXIT_WRONG_USAGE: "wrong usage: nothing was read or written",
        EXIT_UNUSABLE: "the disk is full, or standard output, a crawl's state or a place cannot be used",
        EXIT_LOCKED: "another run is at work there",
        EXIT_STOPPED: "ended by a limit or a signal: the same command goes on",
        EXIT_HELD: "what is due is held by other machines",
    }
)


def exit_code_lines() -> str:
    """Return the table for `--help`: a line for each code, as click keeps them."""
    return "\n".join(("\b", "Exit codes:", *(f"  {code}  {meaning}" for code, meaning in MEANINGS.items())))
