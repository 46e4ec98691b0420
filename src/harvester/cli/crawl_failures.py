"""How the commands that work on a crawl end when it cannot be used: exit codes, and words on standard error."""

import sys
from collections.abc import Iterator
from contextlib import contextmanager

import click

from harvester.cli.exit_codes import EXIT_LOCKED, EXIT_UNUSABLE
from harvester.cli.terminal import print_error, printable
from harvester.errors import FetchError, InputError, StoreError


@contextmanager
def crawl_failures(locked: str) -> Iterator[None]:
    """End the command where the crawl cannot be used; `locked` with {} for whose lock it is.

    Exit codes: 2 for a sources file, an address or a host that is wrong, 3 where nothing can be written, 4 where
    another run holds the lock.
    """
    from harvester.store.lock import LockedError  # noqa: PLC0415 - click completes commands without it

    try:
        yield
    except (InputError, FetchError) as error:  # a FetchError: of one page it would be an outcome
        raise click.UsageError(printable(str(error))) from error
    except LockedError as error:
        click.echo(locked.format(printable(str(error))), err=True)
        sys.exit(EXIT_LOCKED)
    except StoreError as error:
        print_error(error)
        sys.exit(EXIT_UNUSABLE)
