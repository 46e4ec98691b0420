"""The files of a set: parts of many articles, single articles, and the failures of a run."""

from collections.abc import Callable, Iterable, Iterator
from contextlib import suppress
from dataclasses import dataclass, field
from itertools import chain

import msgspec

from harvester.errors import HarvesterError, InputError
from harvester.rendering.csv_rows import csv_header, csv_row
from harvester.storable import storable_text
from harvester.store.articles import article_of, json_of
from harvester.store.datasets.layout import FAILURES, Layout, Packing, article_name, is_rows, part_name
from harvester.store.datasets.line_files import DamagedError, Measured, lines_of, packed, write_lines
from harvester.store.datasets.old_names import open_either
from harvester.store.datasets.storage import Storage
from harvester.store.json_lines import json_line
from harvester.typed_json import json_reader


@dataclass(frozen=True, slots=True)
class DatasetFile:
    """One file of a set."""

    file: str  # relative to the set
    articles: int  # 0: the file of failures
    bytes: int
    sha256: str  # hex, of the file
    tag: str | None = field(default=None, compare=False)  # what its server says of the bytes; in no manifest


@dataclass(frozen=True, slots=True)
class FailedPage:
    """A page of a run that gave no article."""

    subject: str  # the file or place that messages name
    reason: str  # one word of `harvester.errors.REASONS`
    explanation: str
    url: str | None = None


def failure_of(error: HarvesterError, url: str | None = None) -> FailedPage:
    """Return an error as it is written."""
    return FailedPage(storable_text(error.subject), error.reason, storable_text(error.explanation), url)


def write_part(place: Storage, number: int, lines: Iterable[bytes], layout: Layout) -> DatasetFile | None:
    """Write a part of articles, each a line as `article_line` makes it, with constant memory.

    The same lines give the same bytes. Where there are none, there is no part, and what an earlier run left under its
    name is removed. Raises StoreError, and what `lines` raises; then nothing has changed.
    """
    name = part_name(number, layout)
    rest = iter(lines)
    first = next(rest, None)
    if first is None:
        place.remove(name)
        return None
    with place.writing(name) as file:
        measured = Measured(file, place.new_tag())
        articles = _write(measured, chain((first,), rest), layout)
    return DatasetFile(name, articles, measured.bytes, measured.sha256, measured.tag)


def write_article(place: Storage, stem: str, line: bytes, layout: Layout) -> DatasetFile:
    """Write one article, a line as `article_line` makes it, as `STEM.json`. Raises StoreError."""
    return write_whole(place, article_name(stem, layout), json_of(line), articles=1)


def write_whole(place: Storage, name: str, content: bytes, articles: int) -> DatasetFile:
    """Write a file of a set whose bytes are at hand. Raises StoreError."""
    with place.writing(name) as file:
        measured = Measured(file, place.new_tag())
        measured.write(content)
    return DatasetFile(name, articles, measured.bytes, measured.sha256, measured.tag)


def remove_other_rows(place: Storage, is_written: Callable[[str], bool]) -> None:
    """Remove the files of rows that an earlier run or export left: no manifest names them."""
    for name in [name for name in place.names() if is_rows(name) and not is_written(name)]:
        place.remove(name)


def write_failures(place: Storage, failures: Iterable[FailedPage]) -> tuple[DatasetFile | None, int]:
    """Write `_failures.jsonl` and return it with the number of failures; without any there is no such file."""
    rest = iter(failures)
    first = next(rest, None)
    if first is None:
        place.remove(FAILURES)
        return None, 0
    with place.writing(FAILURES) as file:
        measured = Measured(file)
        count = write_lines(measured, map(_failure_line, chain((first,), rest)), "none")
    return DatasetFile(FAILURES, 0, measured.bytes, measured.sha256), count


def _write(file: Measured, lines: Iterable[bytes], layout: Layout) -> int:
    if layout.form == "parquet":
        from harvester.store.datasets.parquet import write_parquet  # noqa: PLC0415 - an extra

        return write_parquet(file, lines)
    if layout.form == "csv":
        return _write_rows(file, lines, layout.packing)
    return write_lines(file, lines, layout.packing)


def _write_rows(file: Measured, lines: Iterable[bytes], packing: Packing) -> int:
    count = 0
    with packed(file, packing) as plain:
        plain.write(csv_header())
        for line in lines:
            plain.write(csv_row(article_of(line)))
            count += 1
    return count


def _failure_line(failure: FailedPage) -> bytes:
    names = ("subject", "url", "reason", "explanation")
    return json_line({name: said for name in names if (said := getattr(failure, name)) is not None}).encode()


def read_failures(place: Storage) -> Iterator[FailedPage]:
    """Yield the failures that are beside a set; those that cannot be read are passed over."""
    try:
        with open_either(place, FAILURES)[0] as file:
            for line in lines_of(file, "none"):
                with suppress(ValueError):
                    yield read_failure(line)
    except (InputError, DamagedError, OSError):
        return


def read_failure(line: bytes) -> FailedPage:
    """Return a line of `_failures.jsonl`; raises ValueError where it is none."""
    try:
        return json_reader(FailedPage).decode(line)
    except (msgspec.DecodeError, RecursionError) as error:
        raise ValueError(str(error)) from error
