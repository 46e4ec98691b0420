"""Parquet: what comes back is byte for byte what went in."""

import dataclasses
import json
import typing
from collections.abc import Mapping
from datetime import UTC, datetime

import msgspec
import pyarrow as pa
import pytest
from hypothesis import given
from hypothesis import strategies as st
from pyarrow import parquet

from harvester.errors import InputError
from harvester.models import Article
from harvester.store.articles import article_line
from harvester.store.datasets import parquet as columns
from harvester.store.datasets.dataset_files import write_part
from harvester.store.datasets.dataset_reader import Stored, read_set
from harvester.store.datasets.layout import Layout
from harvester.store.datasets.storage import LocalStorage
from long_examples import SOME
from set_articles import FULL, LINES, PLAIN, changed, lines_of

PARQUET = Layout("parquet")

PLAIN_VALUES = {
    datetime: st.datetimes(timezones=st.just(UTC)).map(lambda moment: moment.replace(microsecond=0)),
    str: st.text(st.characters(), max_size=20),
    int: st.integers(-(2**63), 2**63 - 1),
    float: st.floats(allow_nan=False, allow_infinity=False),
    bool: st.booleans(),
    type(None): st.none(),
}


def values_of(hint):
    """Return a strategy for a field's type, without those that other tests may have registered."""
    origin, arguments = typing.get_origin(hint), typing.get_args(hint)
    if origin is typing.Literal:
        return st.sampled_from(arguments)
    if origin is tuple:
        return st.lists(values_of(arguments[0]), max_size=3).map(tuple)
    if origin is Mapping:
        return st.dictionaries(*map(values_of, arguments), max_size=3)
    if arguments:
        return st.one_of(*map(values_of, arguments))
    if dataclasses.is_dataclass(hint):
        return st.builds(hint, **{name: values_of(inner) for name, inner in typing.get_type_hints(hint).items()})
    return PLAIN_VALUES[hint] if hint in PLAIN_VALUES else st.sampled_from(hint)


ANY_ARTICLE = values_of(Article).map(lambda article: dataclasses.replace(article, schema="harvester/article/2"))


def written(folder, lines):
    part = write_part(LocalStorage(folder), 0, lines, PARQUET)
    entries = list(read_set(folder))
    assert all(isinstance(entry, Stored) for entry in entries)
    return part, [entry.line for entry in entries]


def test_articles_come_back_as_they_were(tmp_path):
    part, lines = written(tmp_path, LINES)
    assert part.articles == len(LINES)
    assert lines == list(LINES)


@SOME
@given(articles=st.lists(ANY_ARTICLE, min_size=1, max_size=3))
def test_any_articles_come_back_as_they_were(tmp_path_factory, articles):
    lines = [article_line(article) for article in articles]
    assert written(tmp_path_factory.mktemp("set"), lines)[1] == lines


def test_the_same_articles_give_the_same_bytes(tmp_path):
    assert written(tmp_path / "a", LINES)[0] == written(tmp_path / "b", iter(LINES))[0]


def test_many_articles_are_written_in_groups(tmp_path, monkeypatch):
    monkeypatch.setattr(columns, "GROUP_ROWS", 7)
    lines = lines_of(*range(50))
    assert written(tmp_path, lines)[1] == lines


def test_every_field_has_a_column_of_its_type():
    schema = columns.article_schema()
    hints = typing.get_type_hints(Article)
    names = [field.name for field in dataclasses.fields(Article)]
    times = [field.name for field in schema if str(field.type) == "timestamp[us, tz=UTC]"]
    assert "fetched_at" in times
    assert schema.names == names + [f"{name}_text" for name in times]
    assert [field.name for field in schema if field.nullable and field.name in names] == [
        name for name in names if type(None) in typing.get_args(hints[name])
    ]
    assert str(schema.field("cleaning").type.field("removed").type) == "map<string, int64>"


def test_a_field_that_no_column_knows_is_refused_and_not_lost(tmp_path):
    with pytest.raises(ValueError, match="would lose it"):
        write_part(LocalStorage(tmp_path), 0, [changed(LINES[0], mood="good")], PARQUET)
    assert list(tmp_path.iterdir()) == []


def test_a_field_that_an_older_version_did_not_write_is_null(tmp_path):
    assert written(tmp_path, [changed(LINES[0], edition=...)])[1] == [LINES[0]]


TIMES = [
    ("2026-03-01T06:00:00Z", datetime(2026, 3, 1, 6, tzinfo=UTC)),
    ("2026-03-01T06:00:00.123456Z", datetime(2026, 3, 1, 6, 0, 0, 123456, tzinfo=UTC)),
    ("2026-03-01T06:00:00+00:00", datetime(2026, 3, 1, 6, tzinfo=UTC)),
    ("2026-03-01T06:00:00+02:00", datetime(2026, 3, 1, 4, tzinfo=UTC)),
    ("2026-03-01T06:00", datetime(2026, 3, 1, 6, tzinfo=UTC)),
    ("2026-03-01", datetime(2026, 3, 1, tzinfo=UTC)),
    ("0001-01-01T00:00:00+14:00", None),  # in UTC it is before the first year
    ("last week", None),
    (None, None),
]


@pytest.mark.parametrize(("text", "moment"), TIMES)
def test_a_time_is_a_time_and_comes_back_as_it_was_written(tmp_path, text, moment):
    part, lines = written(tmp_path, [article_line(dataclasses.replace(PLAIN, fetched_at=text))])
    assert json.loads(lines[0])["fetched_at"] == text
    assert parquet.read_table(tmp_path / part.file)["fetched_at"].to_pylist() == [moment]


def test_a_file_of_a_version_whose_times_were_texts_is_read(tmp_path):
    article = dataclasses.replace(PLAIN, fetched_at="2026-03-01T06:00:00Z")
    now = columns.article_schema()
    names = [name for name in now.names if not name.endswith("_text") and name != "fetched_at"]
    old = pa.schema([now.field(name) for name in names] + [pa.field("fetched_at", pa.string())])
    row = msgspec.to_builtins(article)
    parquet.write_table(pa.Table.from_pylist([row], schema=old), tmp_path / "a.parquet")
    assert [entry.line for entry in read_set(tmp_path)] == [article_line(article)]


def test_a_number_that_no_column_holds_is_refused(tmp_path):
    page = {"sha256": "0" * 64, "bytes": 2**64, "archive": None}
    with pytest.raises(ValueError, match="Parquet"):
        write_part(LocalStorage(tmp_path), 0, [changed(LINES[0], page=page)], PARQUET)


@pytest.mark.parametrize("damage", [b"", b"PAR1", b"not parquet at all", None])
def test_a_file_that_is_no_parquet_is_told(tmp_path, damage):
    part, _ = written(tmp_path, LINES)
    path = tmp_path / part.file
    path.write_bytes(path.read_bytes()[:-100] if damage is None else damage)
    assert [type(entry) for entry in read_set(tmp_path)] == [InputError]


def test_a_flipped_byte_in_the_columns_is_told_or_harmless(tmp_path):
    part, _ = written(tmp_path, LINES)
    content = (tmp_path / part.file).read_bytes()
    places = range(0, len(content), 97)
    untold = []
    for place in places:
        (tmp_path / part.file).write_bytes(content[:place] + bytes([content[place] ^ 0x41]) + content[place + 1 :])
        found = list(read_set(tmp_path))
        if {entry.line for entry in found if isinstance(entry, Stored)} - set(LINES):
            untold.append(place)
    # Parquet has sums of its pages and none of what stands before them; the manifest has one of the file.
    assert len(untold) <= len(places) / 100


def test_parquet_of_other_things_is_told(tmp_path):
    parquet.write_table(pa.table({"a": [1]}), tmp_path / "a.parquet")
    row = msgspec.to_builtins(PLAIN) | {"kind": "poem"}
    parquet.write_table(pa.Table.from_pylist([row], schema=columns.article_schema()), tmp_path / "b.parquet")
    faults = [str(entry) for entry in read_set(tmp_path)]
    assert "no column" in faults[0]
    assert "poem" in faults[1]


def test_without_the_extra_the_error_says_what_to_install(tmp_path, monkeypatch):
    monkeypatch.setitem(__import__("sys").modules, "pyarrow", None)
    with pytest.raises(InputError, match=r"pip install 'article-harvester\[parquet\]'"):
        write_part(LocalStorage(tmp_path), 0, [article_line(FULL)], PARQUET)
    assert list(tmp_path.iterdir()) == []
