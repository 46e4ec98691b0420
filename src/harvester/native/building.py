"""How the room is compiled, and which C files a build was made from: a checkout never runs one of other files.

setup.py and the programs in building/ run this file alone: it imports nothing of the project.
"""

from collections.abc import Sequence
from hashlib import blake2b
from pathlib import Path

STABLE_ABI = "0x030B0000"  # of Python 3.11: one build serves it and all that follow

# A multiplication is never joined with an addition: that rounds once where Python rounds twice, and the articles of
# both must be the same. A plain `char` has a sign on every processor, not on Intel's alone.
FLAGS = ("-O2", "-std=c11", "-ffp-contract=off", "-fsigned-char", "-fvisibility=hidden")
FLAGS_OF_MSVC = ("/O2", "/std:c11", "/fp:precise")
STRICT_FLAGS = ("-Wall", "-Wextra", "-Werror")

_BYTES = 12


def source_files(room: Path) -> list[Path]:
    """Return the C files of the room; none where the package was installed, which holds no sources."""
    return sorted((*room.glob("*.c"), *room.glob("*.h")))


def macros(files: Sequence[Path], *, limited: bool = True) -> list[tuple[str, str | None]]:
    """Return what is defined while they are compiled; `limited`: only what is in the stable ABI."""
    abi: list[tuple[str, str | None]] = [("Py_LIMITED_API", STABLE_ABI)] if limited else []
    return [("HARVESTER_SOURCES", digest(files)), *abi]


def digest(files: Sequence[Path]) -> str:
    """Return a name for the contents of the files: "s" and 24 hex digits, a name that C takes, too."""
    digest_of_all = blake2b(digest_size=_BYTES)
    for file in files:
        content = file.read_bytes()
        digest_of_all.update(f"{file.name} {len(content)}\n".encode() + content)
    return f"s{digest_of_all.hexdigest()}"
