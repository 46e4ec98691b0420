"""A set opens as it stands in pandas, Arrow, DuckDB and polars: all articles, and nothing else, with times as times."""

import dataclasses
from datetime import UTC, datetime
from importlib import import_module

import pytest

from harvester.models import Role, TextBlock
from harvester.store.articles import article_line
from harvester.store.datasets.dataset_files import FailedPage, write_article, write_failures, write_part
from harvester.store.datasets.layout import CHANGES, REPORTS, Layout, ledger_name
from harvester.store.datasets.manifest import About, write_manifest
from harvester.store.datasets.storage import LocalStorage
from harvester.store.fault_log import LOG_NAME
from set_articles import FULL, PLAIN, numbered

MOMENT = datetime(2026, 3, 1, 6, tzinfo=UTC)
BLOCKS = (TextBlock(Role.HEADING, "What it cost", 2, "en"), TextBlock(Role.PARAGRAPH, "The pier opened.", None, "en"))
ARTICLES = [PLAIN, dataclasses.replace(FULL, blocks=BLOCKS), *map(numbered, range(3))]
TIMES = {"fetched_at": "2026-03-01T06:00:00Z", "published_at": MOMENT, "published_precision": "minute"}
LINES = [article_line(dataclasses.replace(one, **TIMES)) for one in ARTICLES]
IDS = sorted(one.id for one in ARTICLES)
TITLES = [one.title for one in ARTICLES]


def a_set(folder, layout):
    """Write a set with all that a run leaves in its folder; parts of several files."""
    place = LocalStorage(folder)
    if layout.form == "json":
        parts = [write_article(place, f"a{number}", line, layout) for number, line in enumerate(LINES)]
    else:
        parts = [write_part(place, 0, LINES[:3], layout), write_part(place, 1, LINES[3:], layout)]
    failures, count = write_failures(place, [FailedPage("a.html", "not_article", "has no paragraph")])
    write_manifest(place, About(layout, "0.1.0", None, count), [*parts, failures])
    for name in (*REPORTS, CHANGES, LOG_NAME, ledger_name("a0", sharded=layout.sharded)):
        place.write(name, b'{"blocks": []}')
    return str(folder)


# The tools are loaded by the process that runs these tests, not by each that collects them: together they take a fifth
# of all collecting.
@pytest.fixture(scope="module")
def pd():
    return import_module("pandas")


@pytest.fixture(scope="module")
def pl():
    return import_module("polars")


@pytest.fixture(scope="module")
def duckdb():
    return import_module("duckdb")


@pytest.fixture(scope="module")
def arrow():
    return import_module("pyarrow.dataset")


@pytest.fixture
def parquet(tmp_path):
    return a_set(tmp_path / "set", Layout("parquet"))


def test_pandas_reads_a_folder_of_parquet(pd, parquet):
    frame = pd.read_parquet(parquet)
    assert sorted(frame["id"]) == IDS
    for name in ("fetched_at", "published_at"):
        assert str(frame[name].dtype).endswith(", UTC]")
        assert set(frame[name]) == {pd.Timestamp(MOMENT)}


def test_arrow_reads_a_folder_of_parquet(arrow, parquet):
    table = arrow.dataset(parquet).to_table()
    assert sorted(table["id"].to_pylist()) == IDS
    assert set(table["fetched_at"].to_pylist() + table["published_at"].to_pylist()) == {MOMENT}
    assert [block["role"] for block in table["blocks"].to_pylist()[1]] == ["heading", "paragraph"]


def test_duckdb_reads_a_folder_and_a_glob_of_parquet(duckdb, parquet):
    for source in (f"read_parquet('{parquet}')", f"'{parquet}/*.parquet'"):
        moment = "TIMESTAMPTZ '2026-03-01 06:00:00+00'"
        rows = duckdb.sql(f"SELECT id FROM {source} WHERE published_at = {moment} ORDER BY id")
        assert [row[0] for row in rows.fetchall()] == IDS
        rows = duckdb.sql(f"SELECT count(*) FROM (SELECT unnest(blocks) AS b FROM {source}) WHERE b.role = 'heading'")
        assert rows.fetchall() == [(len(ARTICLES),)]


def test_polars_reads_a_glob_of_parquet(pl, parquet):
    frame = pl.read_parquet(f"{parquet}/*.parquet")  # of a folder it refuses all endings but one
    assert sorted(frame["id"]) == IDS
    assert {frame.schema[name] for name in ("fetched_at", "published_at")} == {pl.Datetime("us", "UTC")}
    assert list(frame.explode("blocks")["blocks"].struct.field("role")).count("heading") == len(ARTICLES)


@pytest.mark.parametrize(("packing", "ending"), [("none", ""), ("gzip", ".gz"), ("zstd", ".zst")])
def test_all_of_them_read_lines(pd, pl, duckdb, arrow, tmp_path, packing, ending):
    folder = a_set(tmp_path / "set", Layout("jsonl", packing))
    glob = f"{folder}/articles-*.jsonl{ending}"
    files = sorted((tmp_path / "set").glob(f"articles-*.jsonl{ending}"))
    frames = [pd.read_json(file, lines=True, dtype={"id": str}) for file in files if packing != "zstd"]
    assert packing == "zstd" or [title for frame in frames for title in frame["title"]] == TITLES
    rows = duckdb.sql(f"SELECT title FROM read_json('{glob}', format = 'newline_delimited')").fetchall()
    assert [row[0] for row in rows] == TITLES
    assert list(pl.scan_ndjson(glob, infer_schema_length=None).collect()["title"]) == TITLES
    if packing == "none":
        assert arrow.dataset(folder, format="json").to_table()["title"].to_pylist() == TITLES


def test_single_articles_are_read_in_a_folder_and_in_folders(duckdb, tmp_path):
    flat = a_set(tmp_path / "flat", Layout("json"))
    spread = a_set(tmp_path / "spread", Layout("json", sharded=True))
    for glob in (f"{flat}/*.json", f"{spread}/*/*.json"):
        rows = duckdb.sql(f"SELECT id FROM read_json('{glob}') ORDER BY id").fetchall()
        assert [row[0] for row in rows] == IDS, glob
