"""Which saved pages the arguments of a command mean: files, folders, globs, standard input."""

import glob
import os
from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import Final

from harvester.archive.formats import container_form, named_form
from harvester.archive.inputs import (
    CONTAINER_ENDINGS,
    KNOWN_ENDINGS,
    STDIN,
    STDIN_NAME,
    Input,
    form_of,
    identity,
    is_pipe,
    real_path,
)
from harvester.archive.mirrors import (
    NOT_FOLDERS,
    NOT_PAGES,
    is_html_file,
    is_part_of_page,
    may_be_page,
    mirrored_url,
)
from harvester.archive.remote_inputs import is_list, listed_inputs, remote_inputs
from harvester.errors import InputError, Reason, UsageError
from harvester.store.datasets.layout import MANIFEST, is_of_set
from harvester.store.datasets.open_storage import BadAddressError
from harvester.store.datasets.remote_file import is_remote
from harvester.store.page_files import SIDECAR_SUFFIX

_ENDINGS: Final = f"{KNOWN_ENDINGS}, {CONTAINER_ENDINGS}; also packed"
_NOTHING: Final = f"holds no saved pages ({_ENDINGS})"
_NO_PAGES: Final = (
    "holds articles and no saved pages; clean the pages that they were made from, or turn them into another format "
    "with `harvester export`"
)


class NoSuchInputError(UsageError):
    """An argument that names nothing: wrong usage, found before any page is read."""


def find_inputs(arguments: Iterable[str], skip: Path | None = None) -> tuple[Input | InputError, ...]:
    """Return the pages that `arguments` mean: arguments in their order, a folder's files sorted, none twice.

    Folders are read recursively without hidden files; `skip` (the output folder) is left out where it lies inside one.
    A folder without pages, or one that cannot be read, becomes an InputError ("no_pages", "unreadable") among them.
    Raises NoSuchInputError for a path that does not exist, a glob without a match, and arguments that are no pages.
    """
    found: dict[str, Input | InputError] = {}
    for item in each_input(arguments, skip):
        found.setdefault(identity(item), item)
    if not found:
        raise NoSuchInputError("There is no page among the arguments.")
    return tuple(found.values())


def each_input(arguments: Iterable[str], skip: Path | None = None) -> Iterator[Input | InputError]:
    """Yield what `find_inputs` returns, as it is found; what has two names among them comes twice."""
    for argument in dict.fromkeys(arguments):  # standard input has one end
        yield from _expand_readable(argument, skip)


def _expand_readable(argument: str, skip: Path | None) -> Iterator[Input | InputError]:
    try:
        yield from _expand(argument, skip)
    except OSError as error:  # the folder above may not be entered
        yield InputError(argument, Reason.UNREADABLE, _cannot_read(error))


def _expand(argument: str, skip: Path | None) -> Iterable[Input | InputError]:
    if argument == STDIN:
        return [Input(STDIN_NAME, None, None)]
    if is_remote(argument):
        return _remote(argument)
    path = Path(argument)
    if path.is_dir():
        form = container_form(path)
        return [Input(argument, path, form)] if form else _in_folder(path, skip)
    if path.exists():
        if is_list(path.name):
            return listed_inputs(path)
        return [] if path.name.endswith(SIDECAR_SUFFIX) else [_of_file(argument, path)]
    if glob.has_magic(argument):
        return _in_glob(argument, skip)
    raise NoSuchInputError(f"{argument!r} does not exist.")


def _remote(address: str) -> Iterator[Input | InputError]:
    try:
        yield from remote_inputs(address)
    except BadAddressError as error:
        raise NoSuchInputError(str(error)) from error


def _of_file(name: str, path: Path) -> Input:
    return Input(name, path, form_of(path) or (None if is_pipe(path) else container_form(path)))


def _in_glob(pattern: str, skip: Path | None) -> Iterator[Input | InputError]:
    """Yield the pages that a glob matches; files with other endings are passed over, as in a folder."""
    is_empty = True
    for match in sorted(glob.glob(pattern, recursive=True)):  # noqa: PTH207 - Path.glob refuses absolute patterns
        for item in _matched(Path(match), skip, _fixed_part(pattern)):
            is_empty = False
            yield item
    if is_empty:
        raise NoSuchInputError(f"No page matches {pattern!r} ({_ENDINGS}).")


def _fixed_part(pattern: str) -> Path:
    """Return the folders of a glob before the first that is none by name.

    >>> str(_fixed_part("a/b/*/c.html")), str(_fixed_part("*.html"))
    ('a/b', '.')
    """
    parts = Path(pattern).parts
    magic = next((at for at, part in enumerate(parts) if glob.has_magic(part)), len(parts))
    return Path(*parts[:magic])


def _matched(match: Path, skip: Path | None, top: Path) -> Iterator[Input | InputError]:
    if match.is_dir():
        yield from (
            item for item in _in_folder(match, skip) if isinstance(item, Input) or item.reason != Reason.NO_PAGES
        )
    elif not is_of_set(match.name) and (form := form_of(match) or named_form(match.name)):
        yield Input(str(match), match, form, place=match.relative_to(top).as_posix())


def _in_folder(folder: Path, skip: Path | None) -> Iterator[Input | InputError]:
    """Yield the pages of a folder, sorted; of folders in it, one is listed at a time: there may be millions."""
    outside = real_path(skip) if skip and real_path(skip) != real_path(folder) else None
    is_empty = True
    for item in _walk(folder, outside):
        is_empty = False
        yield item
    if is_empty:
        yield InputError(str(folder), Reason.NO_PAGES, _NO_PAGES if _is_set(folder) else _NOTHING)


def _is_set(folder: Path) -> bool:
    try:
        return (folder / MANIFEST).is_file()
    except OSError:
        return False


def _walk(folder: Path, outside: str | None) -> Iterator[Input | InputError]:
    """Yield what is in `folder`, by whole paths; links to folders are not followed, because they can form a loop."""
    top = Path(real_path(folder)).name
    inside = real_path(folder) + os.sep
    listings = [_listed(folder, (top,))]
    while listings:
        item = next(listings[-1], None)
        if item is None:
            listings.pop()
        elif isinstance(item, Input) and _leads_out(item, inside):
            words = "is a link that leads out of its folder; name what it leads to, if it is meant"
            yield InputError(item.name, Reason.UNREADABLE, words)
        elif not isinstance(item, Path):
            yield item
        elif real_path(item) != outside:
            listings.append(_listed(item, (top, *item.relative_to(folder).parts)))


def _listed(folder: Path, place: tuple[str, ...]) -> Iterator[Path | Input | InputError]:
    """Yield the pages, containers and folders in one folder, sorted; `place` are the folders down to it."""
    try:
        with os.scandir(folder) as listing:
            names = sorted(_sort_name(entry) for entry in listing if _is_offered(entry))
    except OSError as error:
        yield InputError(str(folder), Reason.UNREADABLE, _cannot_read(error))
        return
    in_mirror = mirrored_url((*place, "a")) is not None
    files = frozenset(names)
    for name in names:
        path = folder / name
        if name.endswith("/"):
            if path.name not in NOT_FOLDERS and not is_part_of_page(path.name, files):
                yield path
        elif _is_page(path, in_mirror=in_mirror):
            url = mirrored_url((*place, name))
            page_form = form_of(path) or (None if url is None else "html")
            yield Input(str(path), path, page_form, url, "/".join((*place, name)))
        elif form := named_form(name):
            yield Input(str(path), path, form, place="/".join((*place, name)))


def _leads_out(item: Input, inside: str) -> bool:
    """Return whether a file in a folder is a link to what is elsewhere: whoever made the folder may not own it."""
    return item.path is not None and item.path.is_symlink() and not real_path(item.path).startswith(inside)


def _is_page(path: Path, *, in_mirror: bool) -> bool:
    """Return whether a file is a page: by its ending, in a copy of a web site also by how it begins."""
    if form_of(path) is not None:
        return path.name.lower() not in NOT_PAGES
    return in_mirror and may_be_page(path.name) and is_html_file(path)


def _is_offered(entry: "os.DirEntry[str]") -> bool:
    """Return whether a file or folder is to be looked at: not hidden, none of ours, no pipe to wait for."""
    is_kept = entry.is_symlink() or entry.is_dir(follow_symlinks=False) or entry.is_file(follow_symlinks=False)
    return is_kept and not entry.name.startswith(".") and not is_of_set(entry.name)


def _sort_name(entry: "os.DirEntry[str]") -> str:
    """Return a name that sorts as the whole paths do; that of a folder ends in "/"."""
    return f"{entry.name}/" if entry.is_dir(follow_symlinks=False) else entry.name


def _cannot_read(error: OSError) -> str:
    return f"cannot be read: {error.strerror}; check its permissions"
