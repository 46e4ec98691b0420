"""Which saved pages in buckets and on web servers an address means: files, prefixes, globs, and lists of paths.

A list of paths is a file `*.paths` or `*.paths.gz` with a line a file, as Common Crawl publishes them
(https://commoncrawl.org/get-started): relative to the root of the bucket or server that holds the list.
"""

import fnmatch
import gzip
import re
import zlib
from collections.abc import Iterator
from pathlib import PurePosixPath
from typing import Final
from urllib.parse import urlsplit

from harvester.archive.formats.detection import named_form
from harvester.archive.inputs import Form, Input, form_of
from harvester.errors import InputError, Reason
from harvester.store.datasets.layout import WEB, is_of_set
from harvester.store.datasets.open_storage import BadAddressError
from harvester.store.datasets.remote_file import AnyPath, RemoteFile, listed, located

_LIST_ENDINGS: Final = (".paths", ".paths.gz")
_MAX_LINE_BYTES: Final = 8 * 1024
_MAGIC: Final = re.compile(r"[*?\[]")


def is_list(name: str) -> bool:
    """Return whether a file is a list of paths, by its name."""
    return name.lower().endswith(_LIST_ENDINGS)


def remote_inputs(address: str) -> Iterator[Input | InputError]:
    """Yield the files that an address means, sorted; a list's in its order. Raises BadAddressError, StoreError."""
    scheme, _, rest = address.partition("://")
    name = rest.rpartition("/")[2]
    try:
        if is_list(name):
            yield from listed_inputs(RemoteFile(address))
        elif scheme in WEB or ((named_form(name) or form_of(PurePosixPath(name))) and not _MAGIC.search(address)):
            yield _of_file(address)
        else:
            yield from _in_bucket(address)
    except InputError as error:
        yield error


def _of_file(address: str) -> Input:
    file = RemoteFile(address)
    form = named_form(file.name)
    if form is None and urlsplit(address).scheme in WEB:
        words = "is no archive of pages: `harvester read` prints the article of a URL, `harvester fetch` saves its page"
        raise BadAddressError(f"{address!r} {words}")
    return Input(address, file, form or form_of(file))


def _in_bucket(address: str) -> Iterator[Input | InputError]:
    """Yield what a prefix or a glob means."""
    scheme, _, rest = address.rstrip("/").partition("://")
    bucket, _, key = rest.partition("/")
    magic = _MAGIC.search(key)
    folder = f"{key[: magic.start()].rpartition('/')[0]}/" if magic and "/" in key[: magic.start()] else ""
    top = folder if magic else f"{key}/" if key else ""
    is_match = re.compile(_pattern(key)).fullmatch if magic else None
    is_empty = True
    for file in listed(f"{scheme}://{bucket}", top):
        name = str(file).removeprefix(f"{scheme}://{bucket}/")
        form = _form(file)
        if form is not None and (is_match is None or is_match(name)):
            is_empty = False
            yield Input(str(file), file, form, place=name.removeprefix(top))
    if is_empty:
        yield InputError(
            address, Reason.NO_PAGES, "holds no saved pages or archives, by their endings; check the address"
        )


def _form(file: RemoteFile) -> Form | None:
    return None if is_of_set(file.name) else form_of(file) or named_form(file.name)


def _pattern(glob: str) -> str:
    r"""Return a glob as a pattern: "*" stays inside a folder, "**" does not.

    >>> bool(re.fullmatch(_pattern("a/*.gz"), "a/b.gz")), bool(re.fullmatch(_pattern("a/*.gz"), "a/b/c.gz"))
    (True, False)
    >>> bool(re.fullmatch(_pattern("a/**/*.gz"), "a/c.gz")), bool(re.fullmatch(_pattern("a/**/*.gz"), "a/b/c.gz"))
    (True, True)
    """
    parts = []
    for part in glob.split("/"):
        inside = fnmatch.translate(part).removeprefix("(?s:").removesuffix(r")\Z").removesuffix(r")\z")
        parts.append("(?:[^/]+/)*" if part == "**" else inside.replace(".*", "[^/]*") + "/")
    return "".join(parts).removesuffix("/")


# ── lists of paths ───────────────────────────────────────────────────────────────────────────


def listed_inputs(file: AnyPath) -> Iterator[Input | InputError]:
    """Yield the files that a list of paths names, in its order; a line that names none is an error.

    A line is an address, or a path: from the root of the bucket or server that holds the list, or, in a list on a
    disk, from its folder.
    """
    try:
        with file.open("rb") as raw:
            lines = gzip.GzipFile(fileobj=raw) if file.name.endswith(".gz") else raw
            number = 0
            while line := lines.readline(_MAX_LINE_BYTES):
                number += 1
                if text := line.decode("utf-8", "replace").strip():
                    yield _listed(file, number, text)
    except (OSError, EOFError, zlib.error) as error:
        words = getattr(error, "strerror", None) or str(error)
        yield InputError(str(file), Reason.UNREADABLE, f"the list cannot be read: {words}")


def _listed(file: AnyPath, number: int, text: str) -> Input | InputError:
    path = located(text) if "://" in text else _root(file) / text.lstrip("/")
    form = named_form(path.name)
    if form is None or (isinstance(path, RemoteFile) and ".." in path.parts):
        return InputError(f"{file}:{number}", Reason.NO_PAGES, f"{text[:200]!r} names no archive of pages")
    return Input(str(path), path, form, place=text)


def _root(file: AnyPath) -> AnyPath:
    if not isinstance(file, RemoteFile):
        return file.parent
    parts = urlsplit(str(file))
    return RemoteFile(f"{parts.scheme}://{parts.netloc}")
