"""What is read: the forms of saved pages and of containers, by the names of their files."""

import os
import stat
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path, PurePath
from typing import Final, Literal, NamedTuple, get_args

from harvester.errors import InputError
from harvester.store.datasets.remote_file import AnyPath, RemoteFile

PageForm = Literal["html", "mhtml", "dump"]
ContainerForm = Literal["warc", "arc", "wacz", "jsonl", "zip", "tar", "scrapy_cache", "crawl"]
Form = PageForm | ContainerForm

STDIN: Final = "-"
STDIN_NAME: Final = "<stdin>"
PACKED_SUFFIXES: Final = (".gz", ".zst")
FORMS: Final[dict[str, PageForm]] = {
    ".html": "html",
    ".htm": "html",
    ".xhtml": "html",
    ".mhtml": "mhtml",
    ".mht": "mhtml",
    ".txt": "dump",
}
KNOWN_ENDINGS: Final = ", ".join(FORMS)
PAGE_FORMS: Final[frozenset[str]] = frozenset(get_args(PageForm))


class ContainerTraits(NamedTuple):
    """How a container is known, and what it is like; `formats/container_reader.py` has who reads it."""

    ending: str | None  # regular expression, of names behind a full stop; None: a folder
    head: tuple[int, bytes] | None = None  # bytes that are in it, unpacked, and where; None: only the name tells
    is_seekable: bool = False  # any page of it is reached without reading those before it


# In the order in which heads are tried.
CONTAINERS: Final[Mapping[ContainerForm, ContainerTraits]] = {
    "warc": ContainerTraits(r"warc(?:\.gz|\.zst)?", (0, b"WARC/")),
    "arc": ContainerTraits(r"arc(?:\.gz|\.zst)?", (0, b"filedesc://")),
    "wacz": ContainerTraits(r"wacz"),
    "jsonl": ContainerTraits(r"(?:jsonl|ndjson|jl)(?:\.gz|\.zst|\.bz2|\.xz)?"),
    "zip": ContainerTraits(r"zip", (0, b"PK\x03\x04"), is_seekable=True),
    "tar": ContainerTraits(r"tar(?:\.gz|\.zst|\.bz2|\.xz)?|tgz|tzst|tbz2?|txz", (257, b"ustar")),
    "scrapy_cache": ContainerTraits(None, is_seekable=True),
    "crawl": ContainerTraits(None, is_seekable=True),
}
CONTAINER_ENDINGS: Final = ", ".join(f".{form}" for form, traits in CONTAINERS.items() if traits.ending)


@dataclass(frozen=True, slots=True)
class Input:
    """One saved page, or a container of many, not read yet."""

    name: str  # as messages name it
    path: AnyPath | None  # None: standard input
    form: Form | None  # None: the ending does not say
    url: str | None = None  # that its place in a copy of a web site tells; the page itself knows better
    place: str = ""  # where it is below what was named, the same however that was typed; "": its name alone

    @property
    def stem(self) -> str:
        """The name that its article takes, without a folder and without its ending."""
        return "stdin" if self.path is None else page_stem(self.path)


def page_stem(path: PurePath) -> str:
    """Return the file name without a known ending.

    >>> page_stem(Path("pages/a.b.html.gz")), page_stem(Path("story.php"))
    ('a.b', 'story')
    """
    name = unpacked_name(path.name)
    dot = name.rfind(".")
    return name[:dot] if 0 < dot < len(name) - 1 else name  # as `PurePath.stem`, of which none is made


def unpacked_name(name: str) -> str:
    """Return a file name without the ending of a codec."""
    suffix = next((suffix for suffix in PACKED_SUFFIXES if name.lower().endswith(suffix)), "")
    return name[: len(name) - len(suffix)]


def form_of(path: PurePath) -> PageForm | None:
    """Return the form that the file's ending means, or None for an ending that we do not know."""
    return FORMS.get(Path(unpacked_name(path.name).lower()).suffix)


def identity(item: Input | InputError) -> str:
    """Return what two namings of one file share."""
    if isinstance(item, InputError):
        return item.subject
    return real_path(item.path) if item.path else STDIN


def is_pipe(path: AnyPath) -> bool:
    """Return whether what is at `path` can be read only once."""
    if isinstance(path, RemoteFile):
        return False
    try:
        mode = path.stat().st_mode
    except OSError:
        return False
    return stat.S_ISFIFO(mode) or stat.S_ISCHR(mode) or stat.S_ISSOCK(mode)


def real_path(path: AnyPath) -> str:
    """Return the absolute path behind all links; a link that leads to itself stays as it is, and so does an address."""
    if isinstance(path, RemoteFile):
        return str(path)
    return os.path.realpath(path)  # Path.resolve raises RuntimeError for such a link
