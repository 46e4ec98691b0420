"""Sets of earlier versions: read by their old names, written by those of today, and never with both."""

from pathlib import Path

import pytest

from harvester.store.datasets.dataset_files import FailedPage, read_failures, write_article, write_failures, write_part
from harvester.store.datasets.dataset_reader import Stored, read_set
from harvester.store.datasets.export import Target, export_set
from harvester.store.datasets.layout import FAILURES, LEDGER_ENDING, MANIFEST, OLD_NAMES, REPORTS, Layout, is_of_set
from harvester.store.datasets.manifest import About, read_manifest, write_manifest
from harvester.store.datasets.old_names import rename_old
from harvester.store.datasets.storage import LocalStorage
from harvester.store.datasets.validation import Fault, check_set
from harvester.store.fault_log import LOG_NAME, OLD_LOG_NAME
from set_articles import LINES, lines_of

FAILED = FailedPage("a.html", "not_article", "x")
FORMS = ["json", "jsonl", "parquet"]


def old_set(folder, form="jsonl"):
    """Write a set as earlier versions did: its other files beside the articles, without a mark."""
    place, layout = LocalStorage(folder), Layout(form)
    if form == "json":
        parts = [write_article(place, f"{number}", line, layout) for number, line in enumerate(LINES)]
    else:
        parts = [write_part(place, 0, LINES, layout)]
    failures, count = write_failures(place, [FAILED])
    write_manifest(place, About(layout, "0.1.0", None, count), [*parts, failures])
    manifest = (folder / MANIFEST).read_bytes().replace(FAILURES.encode(), OLD_NAMES[FAILURES].encode())
    (folder / MANIFEST).unlink()
    (folder / OLD_NAMES[MANIFEST]).write_bytes(manifest)
    (folder / FAILURES).rename(folder / OLD_NAMES[FAILURES])
    for name in REPORTS:
        (folder / OLD_NAMES[name]).write_text("report")
    (folder / OLD_LOG_NAME).write_text("trace")
    (folder / f"0{LEDGER_ENDING}").write_text("{}")
    return folder


def names_in(folder):
    return sorted(LocalStorage(folder).names())


@pytest.mark.parametrize("form", FORMS)
def test_an_old_set_is_read_and_found_sound(tmp_path, form):
    old_set(tmp_path, form)
    assert [entry.line for entry in read_set(tmp_path)] == list(LINES)
    assert [str(found) for found in check_set(tmp_path) if isinstance(found, Fault)] == []
    assert list(read_failures(LocalStorage(tmp_path))) == [FAILED]


def test_damage_of_an_old_set_names_its_files_as_they_are_called(tmp_path):
    old_set(tmp_path)
    (tmp_path / "failures.jsonl").write_bytes(b'{"subject": 1}\n')
    faults = [str(found) for found in check_set(tmp_path) if isinstance(found, Fault)]
    assert any(fault.startswith(f"{tmp_path}/failures.jsonl:1: is no failure") for fault in faults)


@pytest.mark.parametrize("form", FORMS)
def test_its_files_get_the_names_of_today_once(tmp_path, form):
    articles = [name for name in names_in(old_set(tmp_path, form)) if name not in (OLD_LOG_NAME, *OLD_NAMES.values())]
    for _ in range(2):
        rename_old(LocalStorage(tmp_path))
        ours = {*OLD_NAMES, LOG_NAME, f"_ledgers/0{LEDGER_ENDING}"}
        assert set(names_in(tmp_path)) == ours | set(articles) - {f"0{LEDGER_ENDING}"}
    assert (tmp_path / LOG_NAME).read_text() == "trace"
    assert list(read_failures(LocalStorage(tmp_path))) == [FAILED]


def test_what_stands_under_a_new_name_is_not_replaced_by_what_is_older(tmp_path):
    old_set(tmp_path)
    (tmp_path / FAILURES).write_bytes(b"")
    rename_old(LocalStorage(tmp_path))
    assert (tmp_path / FAILURES).read_bytes() == b""
    assert not (tmp_path / OLD_NAMES[FAILURES]).exists()


def test_files_of_others_keep_their_names(tmp_path):
    for name in (*OLD_NAMES.values(), OLD_LOG_NAME, f"0{LEDGER_ENDING}"):
        (tmp_path / name).write_text('{"files": ["mine"]}')
    before = names_in(tmp_path)
    rename_old(LocalStorage(tmp_path))
    assert names_in(tmp_path) == before
    assert read_manifest(LocalStorage(tmp_path)) is None


def test_an_export_over_an_old_set_leaves_nothing_of_it(tmp_path):
    old_set(tmp_path / "to", "parquet")
    (tmp_path / "a.jsonl").write_bytes(b"".join(lines_of(1, 2)))
    export_set(tmp_path / "a.jsonl", Target(LocalStorage(tmp_path / "to"), Layout("jsonl")), lambda _: None)
    left = {name for name in names_in(tmp_path / "to") if not name.startswith("_")}
    assert left == {"articles-00000.jsonl"}
    assert [entry.line for entry in read_set(tmp_path / "to") if isinstance(entry, Stored)] == lines_of(1, 2)


def test_no_file_beside_articles_is_taken_for_a_page():
    assert all(map(is_of_set, (*OLD_NAMES, *OLD_NAMES.values())))
    assert not is_of_set(str(Path("pages.jsonl")))
