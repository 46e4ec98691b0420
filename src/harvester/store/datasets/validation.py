"""Whether a set is whole and sound: each article against its format, each file against the manifest."""

import hashlib
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import IO, Final

from harvester.errors import InputError, Reason
from harvester.store.datasets.dataset_files import DatasetFile, read_failure
from harvester.store.datasets.dataset_reader import Stored, file_names, no_articles, opened, read_open, unfinished
from harvester.store.datasets.layout import FAILURES, OLD_NAMES, form_of
from harvester.store.datasets.line_files import DamagedError, lines_of
from harvester.store.datasets.manifest import ManifestHead, read_manifest
from harvester.store.datasets.name_set import Names
from harvester.store.datasets.schema_validation import faults_of
from harvester.store.datasets.spools import spooled
from harvester.store.datasets.storage import LocalStorage, Storage, is_hidden

_FAILURES: Final = (FAILURES, OLD_NAMES[FAILURES])
_CHUNK_BYTES: Final = 1024 * 1024


@dataclass(frozen=True, slots=True)
class Fault:
    """One thing that is wrong."""

    subject: str  # the file as a person names it
    row: int | None  # from 1; None: the file as a whole
    field: str | None
    explanation: str

    def __str__(self) -> str:
        """`FILE:ROW: FIELD: what is wrong`."""
        place = self.subject if self.row is None else f"{self.subject}:{self.row}"
        return ": ".join(part for part in (place, self.field, self.explanation) if part)


@dataclass(frozen=True, slots=True)
class Checked:
    """A file was read to its end."""

    file: str
    articles: int


def check_set(source: Storage | str | Path) -> Iterator[Fault | Checked]:
    """Yield what is wrong with a set, and each file that was looked at; constant memory.

    Without a manifest only the articles are looked at. Raises StoreError where there is no room for temporary files.
    """
    place, only = opened(source)
    try:
        if only is None and (why := unfinished(place)) is not None:
            yield _fault(why)
        manifest = None if only is not None else read_manifest(place)
        if manifest is not None:
            yield from _check_manifest(place, *manifest)
            return
        name = None
        for name in file_names(place) if only is None else [only]:
            yield from _check_file(place, name, None)
        if name is None:
            yield Fault(place.address, None, None, no_articles(place))
    except InputError as error:
        yield _fault(error)


def _check_manifest(place: Storage, head: ManifestHead, parts: Iterator[DatasetFile]) -> Iterator[Fault | Checked]:
    with Names() as known:
        articles = size = 0
        for part in parts:
            if not known.add(part.file):
                yield Fault(f"{place.address}/{part.file}", None, None, "stands in the manifest twice")
                continue
            articles, size = articles + part.articles, size + part.bytes
            yield from (
                _check_failures(place, part, head) if part.file in _FAILURES else _check_file(place, part.file, part)
            )
        if head.failures and not any(name in known for name in _FAILURES):
            yield Fault(f"{place.address}/{FAILURES}", None, None, f"{head.failures:,} failures stand in no file")
        for said, counted, what in ((head.articles, articles, "articles"), (head.bytes, size, "bytes")):
            if said != counted:
                yield Fault(place.address, None, None, f"the manifest says {said:,} {what}, its files are {counted:,}")
        for name in place.names():
            if (form_of(name) or name in _FAILURES) and not is_hidden(name) and name not in known:
                yield Fault(f"{place.address}/{name}", None, None, "is not in the manifest")


def _check_file(place: Storage, name: str, part: DatasetFile | None) -> Iterator[Fault | Checked]:
    subject = f"{place.address}/{name}"
    try:
        with _near(place, name) as file:
            if part is not None:
                yield from _check_bytes(file, part, subject)
            articles = 0
            for entry in read_open(file, name, subject):
                if isinstance(entry, InputError):
                    yield _fault(entry)
                    continue
                articles += 1
                yield from _check_article(entry, subject)
            if part is not None and articles != part.articles:
                yield Fault(subject, None, None, f"holds {articles:,} articles, the manifest says {part.articles:,}")
            yield Checked(name, articles)
    except InputError as error:
        yield _missing(subject) if part and error.reason == Reason.NO_PAGES else _fault(error)


def _check_article(entry: Stored, subject: str) -> Iterator[Fault]:
    return (Fault(subject, entry.row, wrong.field or None, wrong.explanation) for wrong in faults_of(entry.line))


def _check_failures(place: Storage, part: DatasetFile, head: ManifestHead) -> Iterator[Fault | Checked]:
    subject = f"{place.address}/{part.file}"
    try:
        with _near(place, part.file) as file:
            yield from _check_bytes(file, part, subject)
            count = 0
            for count, line in enumerate(lines_of(file, "none"), start=1):
                try:
                    read_failure(line)
                except ValueError as error:
                    yield Fault(subject, count, None, f"is no failure: {error}")
            if count != head.failures:
                yield Fault(subject, None, None, f"holds {count:,} failures, the manifest says {head.failures:,}")
            yield Checked(part.file, 0)
    except DamagedError as error:
        yield Fault(subject, None, None, str(error))
    except InputError as error:
        yield _missing(subject) if error.reason == Reason.NO_PAGES else _fault(error)


def damage_of(place: Storage, part: DatasetFile) -> str | None:
    """Return why a file is not the one that was written, None where it is.

    Where the place gives the digest of what is there, that is enough; else all of it is read.
    """
    try:
        if part.tag is not None and place.size_and_tag(part.file) == (part.bytes, part.tag):
            return None
        with place.open(part.file) as file:
            size, digest = _measured(file)
    except InputError as error:
        return "it is missing" if error.reason == Reason.NO_PAGES else error.explanation
    if size != part.bytes:
        return f"it is {size:,} bytes long, and {part.bytes:,} were written"
    return None if digest == part.sha256 else "its SHA-256 is another one"


def _check_bytes(file: IO[bytes], part: DatasetFile, subject: str) -> Iterator[Fault]:
    size, digest = _measured(file)
    file.seek(0)
    if size != part.bytes:
        yield Fault(subject, None, None, f"is {size:,} bytes long, the manifest says {part.bytes:,}")
    elif digest != part.sha256:
        yield Fault(subject, None, None, "was changed: its SHA-256 is not that of the manifest")


def _measured(file: IO[bytes]) -> tuple[int, str]:
    """Return the bytes of what is left of a file, and their SHA-256 in hex."""
    digest, size = hashlib.sha256(), 0
    while chunk := file.read(_CHUNK_BYTES):
        digest.update(chunk)
        size += len(chunk)
    return size, digest.hexdigest()


@contextmanager
def _near(place: Storage, name: str) -> Iterator[IO[bytes]]:
    """Yield a file that can be read twice; a remote one comes over the wire once."""
    with place.open(name) as file:
        if isinstance(place, LocalStorage):
            yield file
            return
        with spooled() as copy:
            while chunk := file.read(_CHUNK_BYTES):
                copy.write(chunk)
            copy.seek(0)
            yield copy


def _missing(subject: str) -> Fault:
    return Fault(subject, None, None, "is missing: the manifest names it")


def _fault(error: InputError) -> Fault:
    """Return a damaged file or row as a fault; the subject of a row is "FILE:ROW"."""
    subject, _, row = error.subject.rpartition(":")
    if subject and row.isdigit():
        return Fault(subject, int(row), None, error.explanation)
    return Fault(error.subject, None, None, error.explanation)
