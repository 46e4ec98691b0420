"""What the output files are called: one stem for each input, never one for two."""

import hashlib
import os
import unicodedata
from collections import Counter
from collections.abc import Sequence
from typing import Final

from harvester.reclean.inputs import Input

MAX_STEM_BYTES: Final = 150  # file systems take 255 for a name; endings and the temporary file's mark come on top
DIGEST_CHARS: Final = 8

# "x.ledger" + ".json" would be the ledger of x, "x.page" + ".json" the sidecar of x.
TAKEN_ENDINGS: Final = (".ledger", ".page")


def output_stems(inputs: Sequence[Input]) -> tuple[str, ...]:
    """Return one file stem for each input, unique also where the file system ignores case.

    An input keeps its own stem when no other input has it. All inputs that share one get a digest of their path, so
    that the order of the arguments does not decide which file is which.
    """
    counts = Counter(_key(item.stem) for item in inputs)
    return tuple(
        item.stem if counts[_key(item.stem)] == 1 and _is_plain(item.stem) else _with_digest(item) for item in inputs
    )


def _key(stem: str) -> str:
    """Return what two stems share when they name one file on some file system (APFS, NTFS)."""
    return unicodedata.normalize("NFC", unicodedata.normalize("NFC", stem).casefold())


def _is_plain(stem: str) -> bool:
    """Return whether the stem can be used as it is."""
    fits = len(os.fsencode(stem)) <= MAX_STEM_BYTES
    return fits and stem.isprintable() and not stem.lower().endswith(TAKEN_ENDINGS) and not _ends_in_digest(stem)


def _ends_in_digest(stem: str) -> bool:
    """Return whether the stem looks like one that `_with_digest` made: it must not meet it."""
    _head, mark, tail = stem.rpartition("~")
    return bool(mark) and len(tail) == DIGEST_CHARS and set(tail) <= set("0123456789abcdef")


def _with_digest(item: Input) -> str:
    path = os.fsencode(item.path.as_posix()) if item.path else b"-"
    digest = hashlib.sha256(path).hexdigest()[:DIGEST_CHARS]
    printable = "".join(character if character.isprintable() else "_" for character in item.stem)
    short = printable.encode("utf-8", "replace")[: MAX_STEM_BYTES - DIGEST_CHARS - 1].decode("utf-8", "ignore")
    return f"{short}~{digest}"
