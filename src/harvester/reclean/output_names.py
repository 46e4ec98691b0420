"""What the output files are called: one stem for each input, never one for two."""

import hashlib
import unicodedata
from typing import Final

from harvester.archive.inputs import Input, real_path
from harvester.archive.page_entries import Entry
from harvester.archive.saved_page import SavedPage
from harvester.reclean.units import Container
from harvester.store.datasets.layout import FAILURES, MANIFEST, OLD_NAMES
from harvester.url_names import file_stem

MAX_STEM_BYTES: Final = 150  # file systems take 255 for a name; endings and the temporary file's mark come on top
DIGEST_CHARS: Final = 8
PLACE_CHARS: Final = 12  # millions of pages in containers may be of one URL

# "x.ledger" + ".json" would be the ledger of x, "x.page" + ".json" the sidecar of x.
TAKEN_ENDINGS: Final = (".ledger", ".page")
# "_manifest" + ".jsonl" is not theirs, but a reader of the folder should not have to think about it.
TAKEN: Final = frozenset(name.partition(".")[0] for new in (MANIFEST, FAILURES) for name in (new, OLD_NAMES[new]))


def stem_key(item: Input) -> str:
    """Return what two stems share when they name one file on some file system (APFS, NTFS)."""
    return unicodedata.normalize("NFC", unicodedata.normalize("NFC", item.stem).casefold())


def place_of(item: Input) -> str:
    """Return where an input is, the same however it was named."""
    return item.place or (item.path.name if item.path else "-")


def output_stem(item: Input, *, is_shared: bool, is_ambiguous: bool = False) -> str:
    """Return the file stem of an input, unique also where the file system ignores case.

    An input keeps its own stem when no other input has its `stem_key`. All inputs that share one get a digest of their
    place, so that the order of the arguments, and how they are typed, does not decide which file is which; where two
    share their place, too (`is_ambiguous`), of their whole path.
    """
    stem = item.stem
    if not is_shared and _is_plain(stem):
        return stem
    place = real_path(item.path) if is_ambiguous and item.path else place_of(item)
    return _with_digest(stem, _bytes(place), DIGEST_CHARS)


def entry_stem(entry: Entry, saved: SavedPage, container: Container) -> str:
    """Return the file stem of a page in a container: readable by its URL, unique by its place."""
    address = saved.page.address
    readable = file_stem(address) if address else entry.name.rpartition("/")[2]
    place = container.place + entry.name.removeprefix(container.path)
    return _with_digest(readable, _bytes(place), PLACE_CHARS)


def _is_plain(stem: str) -> bool:
    """Return whether the stem can be used as it is."""
    fits = len(_bytes(stem)) <= MAX_STEM_BYTES
    taken = stem.lower().endswith(TAKEN_ENDINGS) or stem.lower() in TAKEN
    shown = stem.isprintable() and "\\" not in stem and not stem.startswith(".")
    return fits and shown and not taken and not _ends_in_digest(stem)


def _ends_in_digest(stem: str) -> bool:
    """Return whether the stem looks like one that `_with_digest` made: it must not meet it."""
    _head, mark, tail = stem.rpartition("~")
    return bool(mark) and len(tail) in (DIGEST_CHARS, PLACE_CHARS) and set(tail) <= set("0123456789abcdef")


def _with_digest(stem: str, identity: bytes, chars: int) -> str:
    digest = hashlib.sha256(identity).hexdigest()[:chars]
    # A backslash parts folders elsewhere, and what begins with a dot is hidden.
    fine = "".join(character if character.isprintable() and character not in "/\\" else "_" for character in stem)
    shown = f"_{fine[1:]}" if fine.startswith(".") else fine
    short = shown.encode("utf-8", "replace")[: MAX_STEM_BYTES - chars - 1].decode("utf-8", "ignore")
    return f"{short}~{digest}"


def _bytes(name: str) -> bytes:
    """Return a name as bytes, the same in any locale: names in archives have all letters, also where that has few."""
    return name.encode("utf-8", "surrogateescape")
