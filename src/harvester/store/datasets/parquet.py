"""Articles as Parquet, and the ONLY user of pyarrow: the schema is made from the type, and nothing is lost.

Rows are written in groups of bounded size, packed with Zstandard. Times are timestamps in UTC; where one is written in
JSON as no timestamp would be, its text has a column beside. What the type does not know of (a field of a later version)
has no column: such articles are refused, not cut.
"""

import dataclasses
import re
import types
import typing
from collections.abc import Iterable, Iterator, Mapping
from datetime import UTC, datetime
from functools import cache
from typing import IO, Any, Final, Literal, cast

import msgspec

from harvester.distribution import install_extra
from harvester.errors import InputError, Reason
from harvester.models import Article
from harvester.store.articles import article_line, article_of
from harvester.store.datasets.line_files import DamagedError, Measured
from harvester.typed_json import json_reader

GROUP_BYTES: Final = 16 * 1024 * 1024  # of JSON; the columns of a group take about three times as much while it is made
GROUP_ROWS: Final = 10_000
_READ_ROWS: Final = 64  # of one step; an article has 256 MiB at most, and most have 10 kB
_LONG_NUMBER: Final = re.compile(rb"\d{19}")
_TEXT: Final = "_text"  # of a column beside a time's
_TIMES: Final = frozenset({"fetched_at"})  # texts that are times
_OPTIONS: Final = {
    "compression": "zstd",
    "compression_level": 3,
    "write_page_checksum": True,  # a flipped bit is told, not read
}


def write_parquet(file: Measured, lines: Iterable[bytes]) -> int:
    """Write articles as Parquet and return how many; raises InputError without pyarrow, ValueError for no article."""
    arrow, parquet = _libraries()
    schema = article_schema()
    count = 0
    sink = arrow.PythonFile(file, mode="w")
    ranges = list(_times())  # nobody looks for a range of texts
    with parquet.ParquetWriter(sink, schema, write_statistics=ranges, **_OPTIONS) as writer:
        for rows in _groups(lines):
            writer.write_table(_table(arrow, rows, schema), row_group_size=len(rows))
            count += len(rows)
    return count


def read_parquet(file: IO[bytes]) -> Iterator[bytes]:
    """Yield the articles of a Parquet file as lines; raises DamagedError."""
    arrow, parquet = _libraries()
    try:
        table = parquet.ParquetFile(arrow.PythonFile(file, mode="r"), page_checksum_verification=True)
        missing = _required() - set(table.schema_arrow.names)
        if missing:
            raise DamagedError(f"holds no articles: there is no column {min(missing)!r}")
        for batch in table.iter_batches(batch_size=_READ_ROWS, use_threads=False):
            yield from map(_line, batch.to_pylist(maps_as_pydicts="strict"))
    except DamagedError:
        raise
    except (arrow.ArrowException, KeyError, UnicodeDecodeError) as error:
        raise DamagedError(f"the file is damaged: {error}") from error


@cache
def article_schema() -> Any:
    """Return the Arrow schema of `Article`: a column a field, then a text for each time."""
    arrow, _ = _libraries()
    hints = typing.get_type_hints(Article)
    hints |= dict.fromkeys(_times(), datetime | None) | {name + _TEXT: str | None for name in _times()}
    return arrow.schema([_column(name, hint) for name, hint in hints.items()])


@cache
def _times() -> tuple[str, ...]:
    """Return the fields that have a timestamp."""
    hints = typing.get_type_hints(Article)
    names = (field.name for field in dataclasses.fields(Article))
    return tuple(name for name in names if name in _TIMES or _without_none(hints[name])[0] is datetime)


@cache
def _required() -> frozenset[str]:
    """Return the fields that articles of all versions have."""
    return frozenset(
        field.name
        for field in dataclasses.fields(Article)
        if field.default is dataclasses.MISSING and field.default_factory is dataclasses.MISSING
    )


def _column(name: str, hint: Any) -> Any:
    arrow, _ = _libraries()
    inner, nullable = _without_none(hint)
    return arrow.field(name, _type_of(inner), nullable=nullable)


def _type_of(hint: Any) -> Any:
    """Return the Arrow type of a field's type: `Article` holds these and no others."""
    arrow, _ = _libraries()
    origin, arguments = typing.get_origin(hint), typing.get_args(hint)
    if origin is tuple:
        return arrow.list_(_column("item", arguments[0]))
    if origin is Mapping:
        return arrow.map_(_type_of(arguments[0]), _column("value", arguments[1]))
    if origin is Literal or (isinstance(hint, type) and issubclass(hint, str)):
        return arrow.string()
    if dataclasses.is_dataclass(hint):
        hints = typing.get_type_hints(hint)
        return arrow.struct([_column(field.name, hints[field.name]) for field in dataclasses.fields(hint)])
    if hint is datetime:
        return arrow.timestamp("us", tz="UTC")
    return {int: arrow.int64(), float: arrow.float64(), bool: arrow.bool_()}[hint]


def _without_none(hint: Any) -> tuple[Any, bool]:
    if typing.get_origin(hint) not in (typing.Union, types.UnionType):
        return hint, False
    inner = [argument for argument in typing.get_args(hint) if argument is not type(None)]
    return inner[0], True


def _groups(lines: Iterable[bytes]) -> Iterator[list[dict[str, Any]]]:
    """Yield the rows of each row group."""
    rows: list[dict[str, Any]] = []
    size = 0
    for line in lines:
        rows.append(check_row(line))
        size += len(line)
        if size >= GROUP_BYTES or len(rows) >= GROUP_ROWS:
            yield rows
            rows, size = [], 0
    if rows:
        yield rows


def _table(arrow: Any, rows: list[dict[str, Any]], schema: Any) -> Any:
    try:
        return arrow.Table.from_pylist([_with_times(row) for row in rows], schema=schema)
    except arrow.ArrowException as error:
        raise ValueError(f"is no article that Parquet can hold: {error}") from error


def check_row(line: bytes) -> dict[str, Any]:
    """Return an article as a row; raises ValueError where it is none, or one that no row can hold."""
    article = article_of(line)
    row = cast("dict[str, Any]", msgspec.to_builtins(article, order="deterministic"))
    if article_line(article) != line and not _is_within(msgspec.json.decode(line), row):
        raise ValueError("holds a field that this version of harvester does not know, and would lose it as Parquet")
    if _LONG_NUMBER.search(line) and not _fits(row):
        raise ValueError("holds a number of more than 63 bits, which is too large for Parquet")
    return row


def _with_times(row: dict[str, Any]) -> dict[str, Any]:
    """Return a row with its times as such, each with its text where that is not what `_written` makes of it."""
    times = {name: _moment(row[name]) for name in _times()}
    texts = {name + _TEXT: row[name] for name, moment in times.items() if _written(moment) != row[name]}
    return row | times | texts


def _without_times(row: dict[str, Any]) -> dict[str, Any]:
    """Return a row as it was before `_with_times`; also one of a version whose times were texts."""
    for name in _times():
        text, moment = row.pop(name + _TEXT, None), row.get(name)
        if text is not None or isinstance(moment, datetime):
            row[name] = _written(moment) if text is None else text
    return row


def _moment(text: str | None) -> datetime | None:
    """Return the time in a text, in UTC, which one without an offset is taken for; None where it is none."""
    if text is None:
        return None
    try:
        moment = datetime.fromisoformat(text)
        return moment.astimezone(UTC) if moment.tzinfo else moment.replace(tzinfo=UTC)
    except (ValueError, OverflowError):
        return None


def _written(moment: datetime | None) -> str | None:
    return moment.isoformat().replace("+00:00", "Z") if moment else None


def _fits(value: Any) -> bool:
    if isinstance(value, dict):
        return all(map(_fits, value.values()))
    if isinstance(value, (list, tuple)):
        return all(map(_fits, value))
    return not isinstance(value, int) or -(2**63) <= value < 2**63


def _is_within(values: Any, kept: Any) -> bool:
    """Return whether all values are kept; a field that is missing is no loss."""
    if isinstance(values, dict) and isinstance(kept, dict):
        return all(name in kept and _is_within(value, kept[name]) for name, value in values.items())
    if isinstance(values, list):
        return len(values) == len(kept) and all(map(_is_within, values, kept))
    return bool(values == kept)


def _line(row: dict[str, Any]) -> bytes:
    json_reader(Article)  # then any thread may convert to it
    try:
        return article_line(msgspec.convert(_without_times(row), Article)).rstrip(b"\n")
    except msgspec.ValidationError as error:
        raise DamagedError(f"holds what is no article: {error}") from error


def _libraries() -> tuple[Any, Any]:
    try:
        import pyarrow  # noqa: PLC0415 - an extra, 170 MB
        from pyarrow import parquet  # noqa: PLC0415 - as above
    except ImportError as error:
        wanted = f"needs one more package: {install_extra('parquet')}"
        raise InputError("Parquet", Reason.UNREADABLE, wanted) from error
    return pyarrow, parquet
