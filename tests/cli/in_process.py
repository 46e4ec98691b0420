"""The command line in this process, for tests that ask what it does, not how its process begins and ends."""

import contextlib
from dataclasses import dataclass

from click.testing import CliRunner

from harvester.cli import commands


@dataclass(frozen=True)
class Ended:
    returncode: int
    stdout: bytes
    stderr: bytes


def harvester(*arguments, cwd) -> Ended:
    """Do a command in a folder."""
    with contextlib.chdir(cwd):
        result = CliRunner().invoke(commands, [str(argument) for argument in arguments])
    return Ended(result.exit_code, result.stdout_bytes, result.stderr_bytes)
