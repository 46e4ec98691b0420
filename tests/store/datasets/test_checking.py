"""`harvester validate`: nothing that is wrong with a set goes unseen, and nothing that is right is blamed."""

import json
import os
from pathlib import Path

import pytest
from click.testing import CliRunner
from hypothesis import given
from hypothesis import strategies as st
from jsonschema import Draft202012Validator

from harvester.cli import commands
from harvester.store.articles import article_line, plain_article
from harvester.store.datasets.dataset_files import FailedPage, write_article, write_failures, write_part
from harvester.store.datasets.layout import FAILURES, MANIFEST, Layout
from harvester.store.datasets.manifest import About, write_manifest
from harvester.store.datasets.open_storage import open_storage
from harvester.store.datasets.schema_validation import MAX_FAULTS, faults_of
from harvester.store.datasets.storage import LocalStorage
from harvester.store.datasets.validation import Checked, Fault, check_set
from harvester.store.json_schema import article_schema
from set_articles import ARTICLES, FULL, LINES, changed, lines_of

FULL_LINE = article_line(FULL)
SCHEMA = Draft202012Validator(json.loads(article_schema()))
FORMS = [Layout("jsonl"), Layout("jsonl", "gzip"), Layout("jsonl", "zstd"), Layout("parquet"), Layout("json")]


def faults_in(source):
    return [str(found) for found in check_set(source) if isinstance(found, Fault)]


def a_set(folder, layout=FORMS[0]):
    """Write a good set with two failures and return its files."""
    place = open_storage(folder)
    if layout.form == "json":
        parts = [write_article(place, str(n), line, layout) for n, line in enumerate(LINES)]
    else:
        parts = [write_part(place, 0, LINES, layout), write_part(place, 1, lines_of(1, 2, 3), layout)]
    failures, count = write_failures(place, [FailedPage("a", "not_article", "x"), FailedPage("b", "not_article", "x")])
    write_manifest(place, About(layout, "0.1.0", None, count), [*parts, failures])
    return parts


# ── one article ───────────────────────────────────────────────────────────────────────────────


@pytest.mark.parametrize("line", LINES)
def test_what_cleaning_writes_has_no_fault(line):
    assert faults_of(line) == ()
    assert SCHEMA.is_valid(json.loads(line))


@pytest.mark.parametrize(
    ("changes", "field", "words"),
    [
        ({"title": 3}, "title", "must be a text, not 3"),
        ({"kind": "poem"}, "kind", "must be one of news, initiative, other, not \"poem\""),
        ({"edition": ...}, "edition", "is missing"),
        ({"tags": ["a", None]}, "tags[1]", "must be a text, not null"),
        ({"authors": "Ada"}, "authors", "must be a list, not \"Ada\""),
        ({"id": "0123"}, "id", "must match ^[0-9a-f]{16}$"),
        ({"id": "0123456789abcdef\n"}, "id", "must match"),
        ({"schema": "harvester/article/3"}, "schema", "must be 'harvester/article/1' or 'harvester/article/2', not"),
        ({"blocks": [{"role": "song", "text": "", "level": None, "lang": None}]}, "blocks[0].role", "must be one of"),
        ({"blocks": [{"role": "quote", "text": "", "lang": None}]}, "blocks[0].level", "is missing"),
        ({"page": {"sha256": "0" * 64, "bytes": -1, "archive": None}}, "page.bytes", "must be at least 0"),
        ({"page": {"sha256": "0" * 64, "bytes": True, "archive": None}}, "page.bytes", "must be a whole number"),
        ({"page": []}, "page", "must be an object, not a list"),
        ({"source": {"name": 1, "url": None, "notice": None, "title": None}}, "source.name", "must be a text"),
    ],
)  # fmt: skip
def test_each_fault_names_its_field_as_the_schema_sees_it(changes, field, words):
    line = changed(FULL_LINE, **changes)
    assert [wrong.field for wrong in faults_of(line)] == [field]
    assert words in faults_of(line)[0].explanation
    assert (
        not SCHEMA.is_valid(json.loads(line)) or field == "id"
    )  # Python's $ allows a line feed, JSON Schema's does not


def test_all_faults_of_an_article_are_named_up_to_a_limit():
    line = changed(FULL_LINE, title=1, site=2, tags=[3, 4])
    assert [wrong.field for wrong in faults_of(line)] == ["site", "title", "tags[0]", "tags[1]"]
    assert len(faults_of(changed(FULL_LINE, tags=list(range(100))))) == MAX_FAULTS


def test_a_field_that_the_format_does_not_know_is_allowed():
    line = changed(FULL_LINE, mood="good")
    assert faults_of(line) == ()
    assert SCHEMA.is_valid(json.loads(line))


@pytest.mark.parametrize("line", [b"", b"{", b"[]", b"3", b"null", b"[" * 5000])
def test_what_is_no_article_at_all_has_a_fault(line):
    assert len(faults_of(line)) == 1


VALUES = st.sampled_from(
    [None, "", "x", 0, -1, 2, 1.5, True, [], ["x"], [None], {}, {"x": 1}, {"x": "y"}, "news", "free"]
)


@st.composite
def damaged_articles(draw):
    """Return an article with a value replaced or taken away, anywhere in it."""
    article = plain_article(draw(st.sampled_from(ARTICLES)))
    holder = article
    for _ in range(draw(st.integers(0, 3))):
        inner = [value for value in (holder.values() if isinstance(holder, dict) else holder) if value]
        inner = [value for value in inner if isinstance(value, (dict, list, tuple))]
        if not inner:
            break
        holder = draw(st.sampled_from(inner))
    if isinstance(holder, dict) and holder:
        name = draw(st.sampled_from(sorted(holder)))
        if draw(st.booleans()):
            del holder[name]
        else:
            holder[name] = draw(VALUES)
    return article


@given(damaged_articles())
def test_validate_and_the_json_schema_are_of_one_mind(article):
    line = json.dumps(article).encode("utf-8", "replace")
    if b"\\ud" in line:
        return  # half a surrogate pair: no UTF-8 file holds it
    assert (faults_of(line) == ()) == SCHEMA.is_valid(json.loads(line))


# ── a set ─────────────────────────────────────────────────────────────────────────────────────


@pytest.mark.parametrize("layout", FORMS, ids=str)
def test_a_good_set_has_no_fault(tmp_path, layout):
    parts = a_set(tmp_path, layout)
    found = list(check_set(tmp_path))
    assert [fault for fault in found if isinstance(fault, Fault)] == []
    assert sum(file.articles for file in found if isinstance(file, Checked)) == sum(part.articles for part in parts)


def test_a_good_set_in_a_bucket_has_no_fault(s3):
    server, address = s3
    a_set(address)
    server.requests.clear()
    assert faults_in(address) == []
    assert sum("articles-00000" in request for request in server.requests) <= 2, "each file comes once"


@pytest.mark.parametrize("layout", FORMS, ids=str)
def test_a_missing_file_is_found(tmp_path, layout):
    part = a_set(tmp_path, layout)[1]
    (tmp_path / part.file).unlink()
    assert faults_in(tmp_path) == [f"{tmp_path}/{part.file}: is missing: the manifest names it"]


@pytest.mark.parametrize("layout", FORMS, ids=str)
def test_a_file_that_the_manifest_does_not_name_is_found(tmp_path, layout):
    a_set(tmp_path, layout)
    (tmp_path / "more.jsonl").write_bytes(LINES[0])
    (tmp_path / "readme.txt").write_bytes(b"x")
    assert faults_in(tmp_path) == [f"{tmp_path}/more.jsonl: is not in the manifest"]


@pytest.mark.parametrize("layout", FORMS, ids=str)
def test_every_torn_file_is_found(tmp_path, layout):
    part = a_set(tmp_path, layout)[0]
    path = tmp_path / part.file
    for keep in (0, 1, part.bytes // 2, part.bytes - 1):
        path.write_bytes(path.read_bytes()[:keep])
        assert any("the manifest says" in fault for fault in faults_in(tmp_path)), keep


@pytest.mark.parametrize("layout", FORMS, ids=str)
def test_every_flipped_byte_is_found(tmp_path, layout):
    part = a_set(tmp_path, layout)[0]
    path = tmp_path / part.file
    content = path.read_bytes()
    for place in range(0, len(content), max(1, len(content) // 40)):
        path.write_bytes(content[:place] + bytes([content[place] ^ 1]) + content[place + 1 :])
        assert any("was changed" in fault for fault in faults_in(tmp_path)), place


@pytest.mark.parametrize(
    ("old", "new", "words"),
    [
        (b'"failures":2', b'"failures":3', "holds 2 failures, the manifest says 3"),
        (b'"articles":9', b'"articles":8', "holds 9 articles, the manifest says 8"),
        (b'"articles":12', b'"articles":13', "the manifest says 13 articles, its files are 12"),
        (b"articles-00001", b"articles-00000", "stands in the manifest twice"),
        (b'"schema":"harvester/set/1"', b'"schema":"harvester/set/2"', "is no manifest"),
    ],
)
def test_a_manifest_that_was_changed_is_found(tmp_path, old, new, words):
    a_set(tmp_path)
    manifest = tmp_path / MANIFEST
    assert old in manifest.read_bytes()
    manifest.write_bytes(manifest.read_bytes().replace(old, new))
    assert any(words in fault for fault in faults_in(tmp_path))


def test_a_manifest_without_its_last_line_is_found(tmp_path):
    a_set(tmp_path)
    lines = (tmp_path / MANIFEST).read_bytes().splitlines(keepends=True)
    (tmp_path / MANIFEST).write_bytes(b"".join(lines[:-1]))
    assert any("a part of it is missing" in fault for fault in faults_in(tmp_path))


def test_damaged_failures_are_found(tmp_path):
    a_set(tmp_path)
    (tmp_path / FAILURES).write_bytes(b'{"subject": 1}\n')
    faults = faults_in(tmp_path)
    assert any(f"{FAILURES}:1: is no failure" in fault for fault in faults)
    (tmp_path / FAILURES).unlink()
    assert f"{tmp_path}/{FAILURES}: is missing: the manifest names it" in faults_in(tmp_path)


def test_a_set_without_a_manifest_has_its_articles_checked(tmp_path):
    (tmp_path / "a.jsonl").write_bytes(LINES[0] + changed(LINES[1], kind="poem") + b"{\n")
    faults = faults_in(tmp_path)
    assert faults[0].startswith(f"{tmp_path}/a.jsonl:2: kind: must be one of")
    assert faults[1].startswith(f"{tmp_path}/a.jsonl:3: is no article")
    assert len(faults) == 2
    assert faults_in(tmp_path / "a.jsonl") == faults
    (tmp_path / "empty").mkdir()
    assert faults_in(tmp_path / "empty") == [
        f"{tmp_path}/empty: holds no articles (.json, .jsonl, .jsonl.gz, .jsonl.zst, .parquet; "
        "CSV and formats for readers are not read back); check the path"
    ]


# ── the command ───────────────────────────────────────────────────────────────────────────────


def validate(*arguments):
    return CliRunner().invoke(commands, ["validate", *map(str, arguments)])


def test_the_command_says_that_all_is_well(tmp_path):
    a_set(tmp_path)
    result = validate(tmp_path)
    assert result.exit_code == 0
    assert result.stdout == ""
    assert result.stderr == f"{tmp_path}: 12 articles in 3 files, no fault\n"


def test_the_command_prints_one_line_a_fault(tmp_path):
    (tmp_path / "a.jsonl").write_bytes(changed(LINES[1], kind="po\x1bem"))
    result = validate(tmp_path, tmp_path / "a.jsonl")
    assert result.exit_code == 1
    assert len(result.stdout.splitlines()) == 2
    assert result.stdout.startswith(f"{tmp_path}/a.jsonl:1: kind: must be one of news, initiative, other, not ")
    assert "\x1b" not in result.stdout


def test_the_command_tells_machines_in_json(tmp_path):
    (tmp_path / "a.jsonl").write_bytes(changed(LINES[1], kind="poem"))
    lines = [json.loads(line) for line in validate(tmp_path, "--json").stdout.splitlines()]
    assert {name: lines[0][name] for name in ("row", "field")} == {"row": 1, "field": "kind"}
    assert lines[0]["file"] == f"{tmp_path}/a.jsonl"
    assert lines[1] == {"place": str(tmp_path), "articles": 1, "files": 1, "faults": 1}


@pytest.mark.parametrize("place", ["no-such-folder", "http://x/y", "s3://"])
def test_a_place_that_cannot_be_is_wrong_usage(place, tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    assert validate(place).exit_code == 2
    assert list(Path().iterdir()) == []


@pytest.mark.parametrize("command", ["validate", "duplicates", "compare"])
def test_a_folder_that_may_not_be_entered_is_named_and_nothing_else(command, tmp_path, monkeypatch):
    exists = Path.exists

    def closed(path):
        if path.name == "run.sqlite":
            raise PermissionError(13, "Permission denied", str(path))
        return exists(path)

    def locked(path):
        raise PermissionError(13, "Permission denied", str(path))

    monkeypatch.setattr(Path, "exists", closed)
    monkeypatch.setattr(os, "scandir", locked)
    result = CliRunner().invoke(commands, [command, *([str(tmp_path)] * (1 + (command == "compare")))])
    assert result.exit_code == 1
    assert f"{tmp_path}: cannot be read: Permission denied; check its permissions" in result.output


@pytest.mark.skipif(not hasattr(os, "mkfifo"), reason="no pipes here")
@pytest.mark.parametrize("name", ["a.json", MANIFEST])
def test_a_pipe_in_a_set_is_a_fault_and_is_not_waited_for(name, tmp_path):
    os.mkfifo(tmp_path / name)
    assert faults_in(tmp_path) == [f"{tmp_path / name}: is no file but a pipe or a device; remove it"]


def test_a_folder_without_permission_is_a_fault(tmp_path, monkeypatch):
    a_set(tmp_path)

    def locked(self, name):
        raise PermissionError(13, "Permission denied")

    monkeypatch.setattr(Path, "open", locked)
    assert "Permission denied" in validate(tmp_path).stdout
    assert LocalStorage(tmp_path).address == str(tmp_path)
