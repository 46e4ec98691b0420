"""Which saved pages the arguments of a command mean: files, folders, globs, standard input."""

import glob
import os
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path, PurePath
from typing import Final, Literal

from harvester.errors import InputError
from harvester.reclean.mirrors import NOT_FOLDERS, NOT_PAGES, is_html_file, may_be_page, mirrored_url
from harvester.store.pages import SIDECAR_SUFFIX

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


class NoSuchInputError(ValueError):
    """An argument that names nothing: wrong usage, found before any page is read."""


@dataclass(frozen=True, slots=True)
class Input:
    """One saved page, not read yet."""

    name: str  # as messages name it
    path: Path | None  # None: standard input
    form: Form | None  # None: the ending does not say
    url: str | None = None  # that its place in a copy of a web site tells; the page itself knows better

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
    return Path(name).stem or name


def unpacked_name(name: str) -> str:
    """Return a file name without the ending that says how the file is packed."""
    suffix = next((suffix for suffix in PACKED_SUFFIXES if name.lower().endswith(suffix)), "")
    return name[: len(name) - len(suffix)]


def form_of(path: PurePath) -> PageForm | None:
    """Return what the file's ending says it holds, or None for an ending that we do not know."""
    return FORMS.get(Path(unpacked_name(path.name).lower()).suffix)


def find_inputs(arguments: Iterable[str], skip: Path | None = None) -> tuple[Input | InputError, ...]:
    """Return the pages that `arguments` mean: arguments in their order, a folder's files sorted, none twice.

    Folders are read recursively without hidden files; `skip` (the output folder) is left out where it lies inside one.
    A folder without pages, or one that cannot be read, becomes an InputError ("no_pages", "unreadable") among them.
    Raises NoSuchInputError for a path that does not exist, a glob without a match, and arguments that are no pages.
    """
    found: dict[str, Input | InputError] = {}
    for argument in arguments:
        for item in _expand_readable(argument, skip):
            found.setdefault(_identity(item), item)
    if not found:
        raise NoSuchInputError("There is no page among the arguments.")
    return tuple(found.values())


def is_file(source: Input) -> bool:
    """Return whether the input may be read more than once, and by another process: no pipe, no standard input."""
    return source.path is not None and os.path.isfile(source.path)  # noqa: PTH113 - Path.is_file raises for a locked folder


def real_path(path: Path) -> str:
    """Return the absolute path behind all links; a link that leads to itself stays as it is."""
    return os.path.realpath(path)  # Path.resolve raises RuntimeError for such a link


def _identity(item: Input | InputError) -> str:
    if isinstance(item, InputError):
        return item.subject
    return real_path(item.path) if item.path else STDIN


def _expand_readable(argument: str, skip: Path | None) -> Sequence[Input | InputError]:
    try:
        return _expand(argument, skip)
    except OSError as error:  # the folder above may not be entered
        return [InputError(argument, "unreadable", _cannot_read(error))]


def _expand(argument: str, skip: Path | None) -> Sequence[Input | InputError]:
    if argument == STDIN:
        return [Input(STDIN_NAME, None, None)]
    path = Path(argument)
    if path.is_dir():
        return _in_folder(path, skip)
    if path.exists():
        return [] if path.name.endswith(SIDECAR_SUFFIX) else [Input(argument, path, form_of(path))]
    if glob.has_magic(argument):
        return _in_glob(argument, skip)
    raise NoSuchInputError(f"{argument!r} does not exist.")


def _in_glob(pattern: str, skip: Path | None) -> Sequence[Input | InputError]:
    """Return the pages that a glob matches; files with other endings are passed over, as in a folder."""
    matches = [Path(match) for match in sorted(glob.glob(pattern, recursive=True))]  # noqa: PTH207 - Path.glob refuses absolute patterns
    found: list[Input | InputError] = []
    for match in matches:
        if match.is_dir():
            found += [item for item in _in_folder(match, skip) if isinstance(item, Input) or item.reason != "no_pages"]
        elif form_of(match):
            found.append(Input(str(match), match, form_of(match)))
    if not found:
        raise NoSuchInputError(f"No page matches {pattern!r} (endings: {KNOWN_ENDINGS}, also with .gz or .zst).")
    return found


def _in_folder(folder: Path, skip: Path | None) -> Sequence[Input | InputError]:
    failures: list[OSError] = []
    outside = real_path(skip) if skip and real_path(skip) != real_path(folder) else None
    paths = sorted(_walk(folder, outside, failures), key=lambda path: path.as_posix())
    top = Path(real_path(folder)).name
    found: list[Input | InputError] = [_in_mirror(path, (top, *path.relative_to(folder).parts)) for path in paths]
    found += [InputError(str(error.filename), "unreadable", _cannot_read(error)) for error in failures]
    if not found:
        return [InputError(str(folder), "no_pages", f"holds no saved pages ({KNOWN_ENDINGS}, also with .gz or .zst)")]
    return found


def _walk(folder: Path, outside: str | None, failures: list[OSError]) -> Iterator[Path]:
    """Yield the pages under `folder`; links to folders are not followed, because they can form a loop."""
    top = Path(real_path(folder)).name
    for parent, folders, files in os.walk(folder, onerror=failures.append):
        folders[:] = [
            name
            for name in folders
            if not name.startswith(".") and name not in NOT_FOLDERS and real_path(Path(parent, name)) != outside
        ]
        place = (top, *Path(parent).relative_to(folder).parts)
        in_mirror = mirrored_url((*place, "a")) is not None
        for name in files:
            path = Path(parent, name)
            if not name.startswith(".") and _is_page(path, in_mirror=in_mirror):
                yield path


def _is_page(path: Path, *, in_mirror: bool) -> bool:
    """Say whether a file is a page: by its ending, in a copy of a web site also by how it begins."""
    if form_of(path) is not None:
        return path.name.lower() not in NOT_PAGES
    return in_mirror and may_be_page(path.name) and is_html_file(path)


def _in_mirror(path: Path, place: Sequence[str]) -> Input:
    url = mirrored_url(place)
    return Input(str(path), path, form_of(path) or (None if url is None else "html"), url)


def _cannot_read(error: OSError) -> str:
    return f"cannot be read: {error.strerror}; check its permissions"
