"""`harvester export`: articles survive any way through formats and places."""

import gzip
from itertools import permutations
from pathlib import Path

import pytest
from click.testing import CliRunner

from harvester.cli import commands
from harvester.errors import InputError, InternalError, StoreError
from harvester.rendering.csv_rows import csv_header, csv_row
from harvester.rendering.format_names import READABLE, Style
from harvester.rendering.formats import FORMATS, Format, rendered
from harvester.rendering.markdown import render_markdown
from harvester.rendering.plain_text import render_text
from harvester.store.articles import article_json, article_of
from harvester.store.datasets.dataset_files import FailedPage, read_failures, write_failures, write_part
from harvester.store.datasets.dataset_reader import Stored, read_set
from harvester.store.datasets.export import Target, export_set
from harvester.store.datasets.layout import FAILURES, MANIFEST, SETS, Layout, shard_of
from harvester.store.datasets.manifest import About, read_manifest, write_manifest
from harvester.store.datasets.open_storage import BadAddressError, open_storage
from harvester.store.datasets.storage import LocalStorage
from harvester.store.datasets.validation import Fault, check_set
from set_articles import ARTICLES, LINES, changed, lines_of

LAYOUTS = {
    "json": Layout("json"),
    "sharded": Layout("json", sharded=True),
    "jsonl": Layout("jsonl"),
    "gzip": Layout("jsonl", "gzip"),
    "zstd": Layout("jsonl", "zstd"),
    "parquet": Layout("parquet"),
}


def exported(source, to, layout, part_articles=10_000):
    told = []
    totals = export_set(source, Target(open_storage(to), layout, part_articles), told.append)
    return totals, [str(found) for found in told if isinstance(found, InputError)]


def articles_in(source):
    entries = list(read_set(source))
    assert all(isinstance(entry, Stored) for entry in entries)
    return [entry.line for entry in entries]


def is_good(source):
    return [str(found) for found in check_set(source) if isinstance(found, Fault)] == []


@pytest.fixture
def source(tmp_path):
    write_part(LocalStorage(tmp_path / "source"), 0, LINES, Layout("jsonl"))
    return tmp_path / "source"


@pytest.mark.parametrize(("first", "second"), list(permutations(LAYOUTS, 2)))
def test_articles_are_the_same_lines_through_any_two_formats(tmp_path, source, first, second):
    assert exported(source, tmp_path / "1", LAYOUTS[first])[1] == []
    totals, faults = exported(tmp_path / "1", tmp_path / "2", LAYOUTS[second], part_articles=4)
    assert (totals.articles, faults) == (len(LINES), [])
    assert sorted(articles_in(tmp_path / "2")) == sorted(LINES)
    assert is_good(tmp_path / "2")


def test_the_order_stays_and_the_manifest_says_what_the_articles_were_made_with(tmp_path, source):
    exported(source, tmp_path / "to", LAYOUTS["zstd"], part_articles=2)
    assert articles_in(tmp_path / "to") == list(LINES)
    head, parts = read_manifest(LocalStorage(tmp_path / "to"))
    assert (head.version, head.rules, head.packing) == ("0.1.0", "abc-def", "zstd")
    assert [part.articles for part in parts] == [2, 2, 2, 2, 1]


def test_articles_of_several_versions_have_none_in_the_manifest(tmp_path):
    cleaning = {
        "method": "dump", "confidence": 1, "quality": "good", "version": "9", "rules": "x", "kept_chars": 0,
        "removed": {}, "memory": None,
    }  # fmt: skip
    (tmp_path / "a.jsonl").write_bytes(LINES[0] + changed(LINES[1], cleaning=cleaning))
    exported(tmp_path / "a.jsonl", tmp_path / "to", LAYOUTS["jsonl"])
    head, _ = read_manifest(LocalStorage(tmp_path / "to"))
    assert (head.version, head.rules) == (None, None)


def test_the_same_export_twice_gives_the_same_bytes(tmp_path, source):
    for layout in LAYOUTS.values():
        for to in ("a", "b"):
            exported(source, tmp_path / to, layout, part_articles=3)
        names = list(LocalStorage(tmp_path / "a").names())
        assert names == list(LocalStorage(tmp_path / "b").names())
        assert all((tmp_path / "a" / name).read_bytes() == (tmp_path / "b" / name).read_bytes() for name in names)


def test_json_keeps_the_names_of_json_and_takes_ids_for_lines(tmp_path, source):
    exported(source, tmp_path / "json", LAYOUTS["json"])
    assert (tmp_path / "json" / "ffffffffffffffff.json").read_bytes() == article_json(ARTICLES[1])
    (tmp_path / "tree" / "a.example").mkdir(parents=True)
    (tmp_path / "tree" / "a.example" / "pier.json").write_bytes(article_json(ARTICLES[0]))
    exported(tmp_path / "tree", tmp_path / "copy", LAYOUTS["json"])
    exported(tmp_path / "tree", tmp_path / "read", "markdown")
    assert (tmp_path / "copy" / "a.example" / "pier.json").is_file()
    assert (tmp_path / "read" / "a.example" / "pier.md").read_text() == render_markdown(ARTICLES[0])


def test_articles_of_one_id_do_not_replace_each_other(tmp_path):
    (tmp_path / "a.jsonl").write_bytes(LINES[0] + changed(LINES[0], title="Other") + changed(LINES[0], id="../x"))
    exported(tmp_path / "a.jsonl", tmp_path / "to", LAYOUTS["json"])
    exported(tmp_path / "a.jsonl", tmp_path / "text", "text")
    names = ["0123456789abcdef", "0123456789abcdef~2", "article"]
    assert sorted(path.stem for path in (tmp_path / "text").iterdir()) == names
    assert list(LocalStorage(tmp_path / "to").names()) == sorted([MANIFEST] + [f"{name}.json" for name in names])


def test_text_and_markdown_hold_what_a_person_reads_and_no_manifest(tmp_path, source):
    totals, faults = exported(source, tmp_path / "text", "text")
    assert (totals.articles, totals.files, faults) == (len(LINES), len(LINES), [])
    assert not (tmp_path / "text" / MANIFEST).exists()
    assert (tmp_path / "text" / "ffffffffffffffff.txt").read_text().startswith("A new pier\n\n")


@pytest.mark.parametrize(("form", "ending"), [("html", ".html"), ("tei", ".xml"), ("markdown", ".md")])
def test_formats_for_readers_are_a_file_an_article_spread_where_that_is_asked_for(tmp_path, source, form, ending):
    target = Target(open_storage(tmp_path / "to"), form, spread=True, style=Style(front_matter=False))
    totals = export_set(source, target, lambda _: None)
    assert totals.files == len(LINES)
    name = f"{shard_of('ffffffffffffffff')}ffffffffffffffff{ending}"
    assert (tmp_path / "to" / name).read_bytes() == rendered(ARTICLES[1], form, target.style)


def test_rows_stand_in_files_of_their_own_and_are_no_set(tmp_path, source):
    exported(source, tmp_path / "to", Layout("csv"), part_articles=2)
    exported(source, tmp_path / "to", Layout("csv"), part_articles=4)
    names = [path.name for path in sorted((tmp_path / "to").iterdir())]
    assert names == ["articles-00000.csv", "articles-00001.csv", "articles-00002.csv"]
    bodies = [(tmp_path / "to" / name).read_bytes() for name in names]
    assert all(body.startswith(csv_header()) for body in bodies)
    assert b"".join(body.removeprefix(csv_header()) for body in bodies) == b"".join(
        csv_row(article_of(line)) for line in LINES
    )
    exported(source, tmp_path / "packed", Layout("csv", "gzip"))
    assert gzip.decompress((tmp_path / "packed" / "articles-00000.csv.gz").read_bytes()).startswith(csv_header())


@pytest.mark.parametrize("layout", [*LAYOUTS.values(), Layout("csv"), *READABLE], ids=str)
def test_damaged_articles_are_told_and_left_out_and_the_others_written(tmp_path, layout):
    (tmp_path / "a.jsonl").write_bytes(LINES[0] + b"{\n" + LINES[1])
    totals, faults = exported(tmp_path / "a.jsonl", tmp_path / "to", layout)
    assert totals.articles == 2
    assert [fault.partition(": ")[0] for fault in faults] == [f"{tmp_path}/a.jsonl:2"]
    if isinstance(layout, Layout) and layout.form in SETS:
        assert [failure.subject for failure in read_failures(LocalStorage(tmp_path / "to"))] == [
            f"{tmp_path}/a.jsonl:2"
        ]
        assert is_good(tmp_path / "to")


def test_an_article_that_breaks_its_rendering_is_told_and_the_others_written(tmp_path, source, monkeypatch):
    def broken(article, style):
        return {}[article.id] if article.id.startswith("f") else "words"

    monkeypatch.setitem(FORMATS, "text", Format(".txt", broken))
    told = []
    totals = export_set(source, Target(open_storage(tmp_path / "text"), "text"), told.append)
    (fault,) = [one for one in told if isinstance(one, InternalError)]
    assert totals.articles == len(LINES) - 1
    assert str(tmp_path / "text" / "_internal_errors.log") in fault.explanation
    assert "KeyError" in (tmp_path / "text" / "_internal_errors.log").read_text()


def test_what_parquet_would_lose_is_told_and_left_out(tmp_path):
    page = {"sha256": "0" * 64, "bytes": 2**63, "archive": None}
    rows = (LINES[0], changed(LINES[1], mood="good"), changed(LINES[1], page=page))
    (tmp_path / "a.jsonl").write_bytes(b"".join(rows))
    totals, faults = exported(tmp_path / "a.jsonl", tmp_path / "to", LAYOUTS["parquet"])
    assert totals.articles == 1
    assert faults[0].startswith(f"{tmp_path}/a.jsonl:2: ")
    assert "would lose it" in faults[0]
    assert "63 bits" in faults[1]


def test_the_failures_of_the_source_go_along(tmp_path, source):
    place = LocalStorage(source)
    failures = [FailedPage("b.html", "not_article", "is an index", "https://b.example/")]
    part, count = write_failures(place, failures)
    kept = write_part(place, 0, LINES, Layout("jsonl"))
    write_manifest(place, About(Layout("jsonl"), None, None, count), [kept, part])
    totals, _ = exported(source, tmp_path / "to", LAYOUTS["parquet"])
    assert totals.failures == 1
    assert list(read_failures(LocalStorage(tmp_path / "to"))) == failures
    assert is_good(tmp_path / "to")


def test_an_export_over_an_earlier_one_leaves_nothing_of_it(tmp_path, source):
    exported(source, tmp_path / "to", LAYOUTS["jsonl"], part_articles=1)
    (tmp_path / "a.jsonl").write_bytes(LINES[0] + b"{\n")
    exported(tmp_path / "a.jsonl", tmp_path / "to", LAYOUTS["parquet"])
    assert list(LocalStorage(tmp_path / "to").names()) == [FAILURES, MANIFEST, "articles-00000.parquet"]
    exported(source, tmp_path / "to", LAYOUTS["zstd"])
    assert list(LocalStorage(tmp_path / "to").names()) == [MANIFEST, "articles-00000.jsonl.zst"]


def test_a_broken_export_has_no_manifest(tmp_path, source, monkeypatch):
    exported(source, tmp_path / "to", LAYOUTS["jsonl"])

    def full(*_):
        raise StoreError("x", "disk_full", "y")

    monkeypatch.setattr("harvester.store.datasets.export.write_part", full)
    with pytest.raises(StoreError):
        exported(source, tmp_path / "to", LAYOUTS["jsonl"])
    assert not (tmp_path / "to" / MANIFEST).exists()


@pytest.mark.parametrize("to", ["source", "source/lines", "source/../source"])
def test_a_target_in_its_source_is_refused(tmp_path, source, to):
    with pytest.raises(BadAddressError, match="lies in"):
        exported(source, tmp_path / to, LAYOUTS["json"])


def test_articles_go_to_a_bucket_and_come_back(tmp_path, source, s3):
    exported(source, f"{s3[1]}/set", LAYOUTS["gzip"], part_articles=4)
    assert is_good(f"{s3[1]}/set")
    exported(f"{s3[1]}/set", f"{s3[1]}/set2", LAYOUTS["parquet"])
    exported(f"{s3[1]}/set2", tmp_path / "back", LAYOUTS["jsonl"])
    assert articles_in(tmp_path / "back") == list(LINES)


def test_a_file_whose_name_is_no_unicode_is_exported(tmp_path):
    folder = tmp_path / "source"
    folder.mkdir()
    name = folder / "a\udcff.json"
    try:
        name.write_bytes(article_json(ARTICLES[0]))
    except OSError:
        pytest.skip("this file system takes no such name")
    (folder / "b\udcff.json").write_bytes(b"{")
    totals, faults = exported(folder, tmp_path / "to", LAYOUTS["json"])
    assert (totals.articles, len(faults)) == (1, 1)
    assert is_good(tmp_path / "to")


# ── the command ───────────────────────────────────────────────────────────────────────────────


def export(*arguments):
    return CliRunner().invoke(commands, ["export", *map(str, arguments)])


def test_the_command_writes_and_says_what(tmp_path, source):
    to = tmp_path / "to"
    result = export(source, "--to", to, "--format", "jsonl", "--compress", "zstd", "--part-articles", 5)
    assert result.exit_code == 0
    assert result.stdout.startswith(f"{len(LINES)} articles in 2 files, ")
    assert articles_in(to) == list(LINES)


def test_the_command_ends_with_1_where_an_article_is_damaged(tmp_path):
    (tmp_path / "a.jsonl").write_bytes(b"{\n" + lines_of(1)[0])
    result = export(tmp_path / "a.jsonl", "--to", tmp_path / "to", "--format", "text")
    assert result.exit_code == 1
    assert f"error: {tmp_path}/a.jsonl:1: is no article" in result.stderr
    assert result.stdout.startswith("1 article in 1 file, ")


@pytest.mark.parametrize(
    "arguments",
    [
        ["missing", "--to", "to", "--format", "json"],
        ["a", "--to", "a/b", "--format", "json"],
        ["a", "--to", "http://x", "--format", "json"],
        ["a", "--to", "to", "--format", "parquet", "--compress", "gzip"],
        ["a", "--to", "to", "--format", "text", "--compress", "gzip"],
        ["a", "--to", "to", "--format", "jsonl", "--sharded"],
        ["a", "--to", "to", "--format", "jsonl", "--part-articles", "0"],
        ["a", "--to", "to", "--format", "json", "--part-articles", "5"],
        ["a", "--to", "-", "--format", "jsonl", "--part-articles", "5"],
        ["a", "--to", "to", "--format", "text", "--schema", "1"],
        ["a", "--to", "to", "--format", "json", "--no-front-matter"],
    ],
)
def test_wrong_usage_exits_2_and_writes_nothing(tmp_path, monkeypatch, arguments):
    monkeypatch.chdir(tmp_path)
    Path("a").mkdir()
    assert export(*arguments).exit_code == 2
    assert sorted(Path().rglob("*")) == [Path("a")]


def printed(source, *options):
    return CliRunner().invoke(commands, ["export", str(source), "--to", "-", *options])


@pytest.mark.parametrize("form", ["json", "jsonl"])
def test_to_standard_output_go_the_lines_and_nothing_else(tmp_path, source, monkeypatch, form):
    monkeypatch.chdir(tmp_path)
    result = printed(source, "--format", form)
    assert result.exit_code == 0
    assert result.stdout_bytes == b"".join(LINES)
    assert result.stderr == "9 articles printed\n"
    assert [path.name for path in tmp_path.iterdir()] == ["source"]  # no folder named "-"


def test_packed_lines_go_to_standard_output_as_well(source):
    result = printed(source, "--format", "jsonl", "--compress", "gzip")
    assert gzip.decompress(result.stdout_bytes) == b"".join(LINES)


@pytest.mark.parametrize(("form", "render"), [("text", render_text), ("markdown", render_markdown)])
def test_articles_to_read_go_to_standard_output_one_behind_the_other(source, form, render):
    result = printed(source, "--format", form)
    assert result.exit_code == 0
    texts = [render(article_of(line)).rstrip("\n").encode() for line in LINES]
    assert result.stdout_bytes == b"\n\n\n".join(texts) + b"\n"


@pytest.mark.parametrize(
    "options",
    [
        ["--format", "parquet"],
        ["--format", "text", "--compress", "gzip"],
        ["--format", "markdown", "--sharded"],
        ["--format", "json", "--sharded"],
    ],
)
def test_what_is_no_stream_is_refused_before_anything_is_printed(source, options):
    result = printed(source, *options)
    assert (result.exit_code, result.stdout) == (2, "")
