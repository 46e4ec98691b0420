"""Which form a file or folder of saved pages has: by the ending of its name, else by its first bytes."""

import contextlib
import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from itertools import islice
from pathlib import Path
from typing import Final

from harvester.archive.inputs import CONTAINERS, ContainerForm, form_of
from harvester.compression.codecs import BrokenPackingError, codec_of

_NAMES: Final = tuple(
    (re.compile(rf".+\.(?:{traits.ending})", re.IGNORECASE | re.DOTALL), form)
    for form, traits in CONTAINERS.items()
    if traits.ending
)
_MAGIC_BYTES: Final = 512  # "ustar" is at 257
_PACKED_HEAD_BYTES: Final = 64 * 1024
_LOOKED_AT: Final = 50  # entries of a folder: enough to see what it is
ANSWER_HASH: Final = re.compile(r"[0-9a-f]{40}")  # the folder of an answer in Scrapy's cache
ARTICLE_FILE: Final = re.compile(r"[0-9a-f]{16}\.json")  # the id of an article of a crawl


def container_form(path: Path) -> ContainerForm | None:
    """Return what a file or folder holds, None for the file of one page and for a folder of files. Raises OSError."""
    if path.is_dir():
        return _folder_form(path)
    if form_of(path) is not None:
        return None
    if (form := named_form(path.name)) is not None:
        return form
    with path.open("rb") as file:
        return _form_of_head(file.read(_PACKED_HEAD_BYTES)) if path.is_file() else None


def named_form(name: str) -> ContainerForm | None:
    """Return the form of container that a file's name ends in, None where it names none.

    >>> named_form("crawl.WARC.gz"), named_form("pages.tgz"), named_form("a.html.gz")
    ('warc', 'tar', None)
    """
    return next((form for pattern, form in _NAMES if pattern.fullmatch(name)), None)


def _form_of_head(head: bytes) -> ContainerForm | None:
    form = _plain_form(head)
    codec = codec_of(head)
    if form is not None or codec is None:
        return form
    try:
        return _plain_form(codec.open().unpack(head, _MAGIC_BYTES))
    except BrokenPackingError:
        return None


def _plain_form(head: bytes) -> ContainerForm | None:
    heads = ((form, *traits.head) for form, traits in CONTAINERS.items() if traits.head)
    return next((form for form, start, known in heads if head.startswith(known, start)), None)


def _folder_form(folder: Path) -> ContainerForm | None:
    if is_scrapy_cache(folder):
        return "scrapy_cache"
    return None if find_crawl(folder) is None else "crawl"


@dataclass(frozen=True, slots=True)
class CrawlFolders:
    """The folders that `harvester crawl` writes."""

    articles: Path
    archives: tuple[Path, ...]  # folders of WARC files: in the folder of the articles, and beside it


def find_crawl(folder: Path) -> CrawlFolders | None:
    """Return where a folder keeps the articles of a crawl: in itself, or in one of its folders, an archive beside it.

    None for other folders. Raises OSError.
    """
    inside = _archives(_folders(folder))
    if any(map(_holds_articles, _folders(folder))):
        beside = _archives(_folders_inside(folder.absolute().parent))
        return CrawlFolders(folder, (*inside, *beside))
    outputs = (output for output in _folders(folder) if any(map(_holds_articles, _folders_inside(output))))
    output = next(outputs, None) if inside else None
    return None if output is None else CrawlFolders(output, inside)


def _archives(folders: Iterable[Path]) -> tuple[Path, ...]:
    return tuple(path for path in sorted(folders) if any(name.endswith(".warc.gz") for name in _names(path)))


def is_scrapy_cache(folder: Path) -> bool:
    """Return whether a folder is Scrapy's HTTP cache, or the part of it that one spider filled."""
    if folder.name == "httpcache" and any(folder.glob("*.db*")):
        return True
    return any(map(_holds_answers, (folder, *_folders(folder))))


def _holds_answers(spider: Path) -> bool:
    """Return whether a folder holds XX/HASH/meta, as FilesystemCacheStorage of Scrapy writes it."""
    shelves = (shelf for shelf in _folders_inside(spider) if re.fullmatch(r"[0-9a-f]{2}", shelf.name))
    answers = (answer for shelf in shelves for answer in _folders_inside(shelf) if ANSWER_HASH.fullmatch(answer.name))
    return any((answer / "meta").is_file() or (answer / "pickled_meta").is_file() for answer in islice(answers, 3))


def _holds_articles(host: Path) -> bool:
    return any(ARTICLE_FILE.fullmatch(name) for name in islice(_names(host), _LOOKED_AT))


def _names(folder: Path) -> Iterator[str]:
    """Yield the names in a folder; none where it may not be listed, as `lost+found` of a disk."""
    with contextlib.suppress(OSError):
        yield from (path.name for path in folder.iterdir())


def _folders_inside(folder: Path) -> Iterator[Path]:
    """Yield what `_folders` does; none where the folder may not be listed."""
    with contextlib.suppress(OSError):
        yield from _folders(folder)


def _folders(folder: Path) -> Iterator[Path]:
    """Yield some of the folders in a folder, without links and hidden ones. Raises OSError."""
    found = (path for path in folder.iterdir() if path.is_dir() and not path.is_symlink())
    return islice((path for path in found if not path.name.startswith(".")), _LOOKED_AT)
