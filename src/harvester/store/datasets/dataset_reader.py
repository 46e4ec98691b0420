"""Articles back from a set, one at a time: any format, with a manifest or without one."""

from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import IO, Final

import msgspec

from harvester.errors import InputError, Reason
from harvester.store.articles import check_schema, line_of
from harvester.store.datasets.layout import JOURNAL, WORK_NAME, Form, Packing, form_of
from harvester.store.datasets.line_files import DamagedError, lines_of
from harvester.store.datasets.manifest import read_manifest
from harvester.store.datasets.open_storage import open_storage, split_address
from harvester.store.datasets.storage import MAX_FILE_BYTES, LocalStorage, Storage, is_hidden, within_limit

_ENDINGS: Final = ".json, .jsonl, .jsonl.gz, .jsonl.zst, .parquet"


@dataclass(frozen=True, slots=True)
class Stored:
    """An article as it is in a set."""

    file: str  # relative to the set
    row: int  # from 1
    line: bytes  # as `article_line` makes it, with its line feed


@dataclass(frozen=True, slots=True)
class _Schema:
    """All of an article that is looked at while it is read."""

    schema: str


_DECODER: Final = msgspec.json.Decoder(_Schema)


def read_set(source: "Storage | str | Path") -> Iterator[Stored | InputError]:
    """Yield the articles of a set, file by file, with constant memory; what is damaged is an InputError among them.

    `source` is a place, its address, or the address of one file. With a manifest, its files are read in its order and
    others are not; without one, all files that may hold articles, sorted: older outputs, the folders of a crawl (not
    its earlier versions). JSON is taken for an article by its `schema`; `check_set` looks closer. Raises
    BadAddressError, before anything is read, for an address that names no place.
    """
    return _read(*opened(source))


def _read(place: Storage, only: str | None) -> Iterator[Stored | InputError]:
    try:
        if only is not None:
            yield from read_file(place, only)
            return
        yield from _read_all(place)
    except InputError as error:
        yield error


def read_file(place: Storage, name: str) -> Iterator[Stored | InputError]:
    """Yield the articles of one file of a set, and what is damaged in it."""
    try:
        with place.open(name) as file:
            yield from read_open(file, name, f"{place.address}/{name}")
    except InputError as error:
        yield error


def read_open(file: IO[bytes], name: str, subject: str) -> Iterator[Stored | InputError]:
    """Yield the articles of an open file, and what is damaged in it; `subject` is the file as errors name it."""
    form = form_of(name)
    if form is None:
        yield InputError(subject, Reason.NO_PAGES, f"is no file of articles ({_ENDINGS})")
        return
    row = 0
    try:
        for row, line in _rows(file, form, subject):
            try:
                yield Stored(name, row, _line(line, form[0]))
            except ValueError as error:
                yield InputError(f"{subject}:{row}", Reason.UNREADABLE, f"is no article: {error}")
    except DamagedError as error:
        yield InputError(f"{subject}:{row + 1}", Reason.UNREADABLE, f"{error}; copy or make it again")
    except OSError as error:
        yield InputError(subject, Reason.UNREADABLE, f"cannot be read: {error.strerror or error}")
    except InputError as error:
        yield error


def file_names(place: Storage) -> Iterator[str]:
    """Yield the files that hold the articles of a set: those of its manifest, else all that may; raises InputError."""
    manifest = read_manifest(place)
    if manifest is not None:
        yield from (part.file for part in manifest[1] if part.articles)
        return
    yield from (name for name in place.names() if form_of(name) and not is_hidden(name))


def unfinished(place: Storage) -> InputError | None:
    """Return why the set is not whole, where a run that writes it was killed, stopped, or is under way."""
    if isinstance(place, LocalStorage) and _is_there(place.root / WORK_NAME / JOURNAL):
        words = "the run that writes it has not ended: start the same command again to go on"
        return InputError(place.address, Reason.UNREADABLE, words)
    return None


def _is_there(path: Path) -> bool:
    try:
        return path.exists()
    except OSError:  # of a folder that may not be entered: who lists it will say so
        return False


def _read_all(place: Storage) -> Iterator[Stored | InputError]:
    if (why := unfinished(place)) is not None:
        yield why
    is_empty = True
    for name in file_names(place):
        is_empty = False
        yield from read_file(place, name)
    if is_empty and why is None:
        check_articles(place)


def check_articles(place: Storage) -> None:
    """Raise InputError where there is neither an article nor the manifest of a set without any."""
    if next(file_names(place), None) is None and read_manifest(place) is None:
        words = no_articles(place)
        raise unfinished(place) or InputError(place.address, Reason.NO_PAGES, words)


def no_articles(place: Storage) -> str:
    """Return what is wrong with a place where no article is."""
    if isinstance(place, LocalStorage) and not place.root.exists():
        return "does not exist"
    return f"holds no articles ({_ENDINGS}; CSV and formats for readers are not read back); check the path"


def opened(source: "Storage | str | Path") -> tuple[Storage, str | None]:
    """Return the place, and the one file of it that is meant."""
    if not isinstance(source, (str, Path)):
        return source, None
    text = str(source)
    if form_of(text.rpartition("/")[2]) is None or ("://" not in text and Path(text).is_dir()):
        return open_storage(source), None
    folder, name = split_address(text)
    return open_storage(folder), name


def _rows(file: IO[bytes], form: tuple[Form, Packing], subject: str) -> Iterator[tuple[int, bytes]]:
    if form[0] == "json":
        yield 1, within_limit(file.read(MAX_FILE_BYTES + 1), subject)
    elif form[0] == "parquet":
        from harvester.store.datasets.parquet import read_parquet  # noqa: PLC0415 - an extra

        yield from enumerate(read_parquet(file), start=1)
    else:
        yield from ((row, line) for row, line in enumerate(lines_of(file, form[1]), start=1) if line.strip())


def _line(body: bytes, form: Form) -> bytes:
    """Return the article as one line; raises ValueError where it is none."""
    try:
        schema = _DECODER.decode(body).schema
        body.decode()  # the decoder does not look into what it passes over
    except (msgspec.DecodeError, RecursionError) as error:
        raise ValueError(str(error)) from error
    check_schema(schema)
    return line_of(body) if form == "json" else body + b"\n"
