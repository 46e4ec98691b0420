"""`harvester clean --compare`: what new rules did to an archive, told beside it."""

import pytest
from in_process import harvester
from test_end_to_end import STORY

SAVED = STORY.replace("<html", "<!-- saved from url=(0029)https://harbour.example/pier --><html", 1)


@pytest.fixture
def pages(tmp_path):
    folder = tmp_path / "pages"
    folder.mkdir()
    (folder / "story.html").write_text(SAVED, encoding="utf-8")
    return folder


def test_the_report_stands_beside_the_articles_and_names_what_changed(pages, tmp_path):
    assert harvester("clean", "pages", "--to", "before", cwd=tmp_path).returncode == 0
    (pages / "story.html").write_text(SAVED.replace("opened its new pier", "closed its new pier"), encoding="utf-8")
    result = harvester("clean", "pages", "--to", "after", "--compare", "before", cwd=tmp_path)
    assert (result.returncode, result.stderr) == (0, b"")
    assert b"_compare.html" in result.stdout
    report = (tmp_path / "after" / "_compare.md").read_text(encoding="utf-8")
    assert "opened" in report
    assert "closed" in report
    assert "A new pier for Norhaven" in (tmp_path / "after" / "_compare.html").read_text(encoding="utf-8")
    assert harvester("validate", "after", cwd=tmp_path).returncode == 0, "the report is no part of the set"


@pytest.mark.parametrize(
    ("arguments", "words"),
    [
        (("--to", "out", "--compare", "out"), b"with themselves"),
        (("--to", "out", "--compare", "nowhere"), b"does not exist"),
        (("--to", "new", "--compare", "out", "--format", "text"), b"not text"),
    ],
)
def test_what_cannot_be_compared_is_wrong_usage(pages, tmp_path, arguments, words):
    (tmp_path / "out").mkdir()
    result = harvester("clean", "pages", *arguments, cwd=tmp_path)
    assert result.returncode == 2
    assert words in result.stderr
    assert not (tmp_path / "new").exists()
