"""The manifest of a set: what it is, then one line a file. It is written last: where it is, the set is whole."""

import shutil
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from typing import IO, Final, Literal

import msgspec

from harvester.errors import InputError, Reason
from harvester.store.datasets.dataset_files import DatasetFile
from harvester.store.datasets.layout import MANIFEST, Form, Layout, Packing
from harvester.store.datasets.line_files import DamagedError, lines_of
from harvester.store.datasets.old_names import open_either
from harvester.store.datasets.spools import spooled
from harvester.store.datasets.storage import Storage, checked
from harvester.typed_json import json_reader

SET_SCHEMA: Final = "harvester/set/1"


@dataclass(frozen=True, slots=True)
class ManifestHead:
    """The first line of a manifest."""

    schema: Literal["harvester/set/1"]
    format: Form
    packing: Packing
    layout: Literal["flat", "sharded", "parts"]
    version: str | None  # of harvester; None: of several versions
    rules: str | None  # digests, as `cleaning.rules`; None: articles of several
    articles: int
    failures: int
    files: int  # lines that follow
    bytes: int  # of those files


@dataclass(frozen=True, slots=True)
class About:
    """What the writer of a set knows of it before its files are counted."""

    layout: Layout
    version: str | None
    rules: str | None
    failures: int = 0


def write_manifest(place: Storage, about: About, parts: Iterable[DatasetFile]) -> ManifestHead:
    """Write the manifest of a set, `parts` in their order, `_failures.jsonl` among them; return its first line.

    No time is in it: the same files give the same bytes. Constant memory. Raises StoreError.
    """
    with spooled() as spool:
        head = _count(spool, about, parts)
        spool.seek(0)
        with place.writing(MANIFEST) as file:
            file.write(msgspec.json.encode(head) + b"\n")
            shutil.copyfileobj(spool, file)
    return head


def read_manifest(place: Storage) -> tuple[ManifestHead, Iterator[DatasetFile]] | None:
    """Return the first line of a set's manifest, and its files as they are read; None where there is no manifest.

    Raises InputError where it is damaged, the iterator too.
    """
    try:
        file, name = open_either(place, MANIFEST)
    except InputError as error:
        if error.reason == Reason.NO_PAGES:
            return None
        raise
    subject = f"{place.address}/{name}"
    lines = _lines(file, subject)
    first = next(lines, None)
    try:
        head = json_reader(ManifestHead).decode(first or b"")
    except (msgspec.DecodeError, UnicodeDecodeError, RecursionError) as error:
        file.close()
        raise InputError(f"{subject}:1", Reason.UNREADABLE, f"is no manifest: {error}") from error
    return head, _parts(lines, head, subject)


def _count(spool: IO[bytes], about: About, parts: Iterable[DatasetFile]) -> ManifestHead:
    articles = files = size = 0
    for part in parts:
        line = {"file": part.file, "articles": part.articles, "bytes": part.bytes, "sha256": part.sha256}
        spool.write(msgspec.json.encode(line) + b"\n")
        articles, files, size = articles + part.articles, files + 1, size + part.bytes
    layout = about.layout
    kind: Literal["flat", "sharded", "parts"] = layout.kind  # type: ignore[assignment]
    return ManifestHead(
        SET_SCHEMA,
        layout.form,
        layout.packing,
        kind,
        about.version,
        about.rules,
        articles,
        about.failures,
        files,
        size,
    )


def _lines(file: IO[bytes], subject: str) -> Iterator[bytes]:
    with file:
        try:
            yield from lines_of(file, "none")
        except (DamagedError, OSError) as error:
            raise InputError(subject, Reason.UNREADABLE, f"cannot be read: {error}") from error


def _parts(lines: Iterator[bytes], head: ManifestHead, subject: str) -> Iterator[DatasetFile]:
    count = 0
    for count, line in enumerate(lines, start=1):
        try:
            part = json_reader(DatasetFile).decode(line)
            checked(part.file)
        except (msgspec.DecodeError, UnicodeDecodeError, RecursionError, InputError) as error:
            raise InputError(f"{subject}:{count + 1}", Reason.UNREADABLE, f"names no file: {error}") from error
        yield part
    if count != head.files:
        explanation = f"names {count:,} files and says there are {head.files:,}: a part of it is missing"
        raise InputError(subject, Reason.UNREADABLE, explanation)
