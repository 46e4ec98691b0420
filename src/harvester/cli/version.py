"""`harvester --version`: the version, and whether the compiled part runs."""

from typing import Final

import click

from harvester import __version__

VERSION_HELP: Final = "Show the version, and whether it runs compiled or interpreted."

_HOW: Final = (
    "For the fast one: get a C compiler and the headers of Python (Debian, Ubuntu: apt install gcc python3-dev), and\n"
    "install it again: pip install --force-reinstall --no-deps . (in the folder of its source)"
)


def print_version(context: click.Context, _option: click.Parameter, wanted: bool) -> None:
    """Print the version on a line of its own, what runs below it, and end the program."""
    if not wanted or context.resilient_parsing:
        return
    from harvester.native import WHY_INTERPRETED  # noqa: PLC0415 - nothing but click loads before a command runs

    click.echo(f"{context.find_root().info_name} {__version__}")
    click.echo(running_words(WHY_INTERPRETED))
    context.exit()


def running_words(why_interpreted: str | None) -> str:
    """Return what a person should know: "compiled", or why not, that articles are the same, and what to do.

    >>> running_words(None)
    'compiled'
    """
    if why_interpreted is None:
        return "compiled"
    return f"interpreted: {why_interpreted}. The articles are the same, and take several times as long.\n{_HOW}"
