"""Which files a PATH means."""

import os
from pathlib import Path

import pytest

from harvester.archive.discovery import NoSuchInputError, each_input, find_inputs
from harvester.archive.inputs import Input
from harvester.archive.saved_page import read_saved
from harvester.errors import InputError

HTML = b"<!DOCTYPE html><html><body><p>The pier opened.</p></body></html>"


def write(path: Path, body: bytes = HTML) -> Path:
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_bytes(body)
    return path


def names(found) -> list[str]:
    return [Path(item.name).name if isinstance(item, Input) else item.reason for item in found]


def test_a_folder_gives_its_pages_sorted_and_nothing_else(tmp_path):
    for name in ("b.html", "a.htm", "sub/c.xhtml.gz", "d.mht", "e.MHTML", "f.txt", "g.png", "b.page.json", ".h.html"):
        write(tmp_path / name)
    write(tmp_path / ".cache" / "x.html")
    assert names(find_inputs([str(tmp_path)])) == ["a.htm", "b.html", "d.mht", "e.MHTML", "f.txt", "c.xhtml.gz"]


def test_the_output_folder_inside_an_input_folder_is_not_read(tmp_path):
    write(tmp_path / "a.html")
    write(tmp_path / "output" / "a.txt")
    assert names(find_inputs([str(tmp_path)], skip=tmp_path / "output")) == ["a.html"]


def test_a_folder_that_is_the_output_folder_is_read(tmp_path):
    write(tmp_path / "a.html")
    assert names(find_inputs([str(tmp_path)], skip=tmp_path)) == ["a.html"]


def test_a_page_named_twice_is_read_once(tmp_path, monkeypatch):
    write(tmp_path / "a.html")
    monkeypatch.chdir(tmp_path)
    assert names(find_inputs(["a.html", ".", "./a.html", "*.html", "-", "-"])) == ["a.html", "<stdin>"]


def test_a_folder_without_pages_is_one_failure_among_the_others(tmp_path):
    (tmp_path / "empty").mkdir()
    page = write(tmp_path / "a.html")
    assert names(find_inputs([str(tmp_path / "empty"), str(page)])) == ["no_pages", "a.html"]


@pytest.mark.parametrize("beside", ["Story_files", "Story-Dateien", "Story_fichiers"])
def test_what_a_browser_saves_beside_a_page_is_no_page(tmp_path, beside):
    write(tmp_path / "Story.html")
    write(tmp_path / beside / "ad.html")
    write(tmp_path / "old_files" / "other.html")
    assert names(find_inputs([str(tmp_path)])) == ["Story.html", "other.html"]


def test_a_loop_of_links_ends(tmp_path):
    write(tmp_path / "a.html")
    (tmp_path / "loop").symlink_to(tmp_path, target_is_directory=True)
    assert names(find_inputs([str(tmp_path)])) == ["a.html"]


def test_a_glob_passes_over_files_that_are_no_pages(tmp_path):
    for name in ("a.html", "a.page.json", "b/c.html", "notes.pdf"):
        write(tmp_path / name)
    assert names(find_inputs([str(tmp_path / "**")])) == ["a.html", "c.html"]


def test_a_sidecar_named_beside_its_page_is_no_page(tmp_path):
    page, sidecar = write(tmp_path / "a.html"), write(tmp_path / "a.page.json", b"{}")
    assert names(find_inputs([str(page), str(sidecar)])) == ["a.html"]


def test_a_file_whose_name_looks_like_a_glob_is_that_file(tmp_path):
    page = write(tmp_path / "what[1]?.html")
    assert names(find_inputs([str(page)])) == ["what[1]?.html"]


@pytest.mark.parametrize("argument", ["missing.html", "missing/*.html", "*.pdf"])
def test_an_argument_that_names_nothing_is_wrong_usage(tmp_path, monkeypatch, argument):
    write(tmp_path / "a.pdf")
    monkeypatch.chdir(tmp_path)
    with pytest.raises(NoSuchInputError, match=r"does not exist|No page matches"):
        find_inputs([argument])


def test_a_link_that_leads_to_itself_is_an_unreadable_page(tmp_path):
    (tmp_path / "a.html").symlink_to(tmp_path / "a.html")
    (found,) = find_inputs([str(tmp_path)])
    with pytest.raises(InputError, match="cannot be read"):
        read_saved(found)


def test_a_page_in_a_locked_folder_is_one_failure_among_the_others(tmp_path, monkeypatch):
    page = write(tmp_path / "a.html")
    is_dir = Path.is_dir

    def refuse(path):
        if "locked" in path.parts:
            raise PermissionError(13, "Permission denied")
        return is_dir(path)

    monkeypatch.setattr(Path, "is_dir", refuse)
    assert names(find_inputs(["locked/b.html", str(page)])) == ["unreadable", "a.html"]


def test_arguments_without_a_page_are_wrong_usage(tmp_path):
    with pytest.raises(NoSuchInputError, match="no page among"):
        find_inputs([str(write(tmp_path / "a.page.json", b"{}"))])


def refusing(really):
    def refuse(path):
        if str(path).endswith("locked"):
            raise PermissionError(13, "Permission denied", str(path))
        return really(path)

    return refuse


def test_a_folder_that_cannot_be_listed_is_named(tmp_path, monkeypatch):
    write(tmp_path / "a.html")
    (tmp_path / "locked").mkdir()
    for room, way in ((os, "scandir"), (Path, "iterdir")):
        monkeypatch.setattr(room, way, refusing(getattr(room, way)))
    found = find_inputs([str(tmp_path)])
    assert names(found) == ["a.html", "unreadable"]
    assert found[1].subject.endswith("locked")


def test_a_folder_of_articles_is_told_from_one_without_anything(tmp_path):
    (tmp_path / "_manifest.jsonl").touch()
    (found,) = find_inputs([str(tmp_path)])
    assert "holds articles and no saved pages" in str(found)


def test_standard_input_is_one_page_however_often_it_is_named():
    assert len([*each_input(["-", "-"])]) == 1
