"""`harvester clean --comments` and `read --comments`: in bulk, in any format of a set, and when the option changes."""

import json
from functools import partial

import pytest
from click.testing import CliRunner
from standins import clean_all

import harvester
from harvester.cli import commands
from harvester.models import Page
from harvester.reclean.job import CleanJob, Output
from harvester.reclean.run import clean_saved
from harvester.reclean.work_folder import identity_of
from harvester.store.page_files import save_page

PROSE = "".join(
    f"<p>On day {day} the ferry left the pier at seven, as the harbour board had promised the islanders in spring.</p>"
    for day in range(8)
)
THREAD = (
    "<ol class=comment-list><li class=comment id=comment-1><b class=fn>Ann Lee</b> <time datetime='2024-03-01'>1 March"
    "</time><p>I was on that ferry, and it left at half past seven.</p></li></ol>"
)
WITH = f"<html><body><article><h1>The pier opens</h1>{PROSE}</article>{THREAD}</body></html>"
WITHOUT = WITH.replace(THREAD, "")


@pytest.fixture
def pages(tmp_path):
    folder = tmp_path / "pages"
    folder.mkdir()
    save_page(folder, Page("https://echo.example/with", WITH.encode()))
    save_page(folder, Page("https://echo.example/without", WITHOUT.encode()))
    (folder / "dump.txt").write_text("The pier opens\n\n" + PROSE.replace("<p>", "").replace("</p>", "\n\n"))
    return folder


def run(*arguments):
    return CliRunner().invoke(commands, [str(argument) for argument in arguments])


def authors(folder):
    """Return the authors of the comments by the path of their page; of a dump, under None."""
    found = [json.loads(path.read_bytes()) for path in folder.glob("*.json") if not path.name.startswith("_")]
    return {
        (one["url"] or "").removeprefix("https://echo.example/"): [by["author"] for by in one["comments"]]
        for one in found
    }


@pytest.mark.parametrize("jobs", [1, 2])
def test_comments_are_read_in_bulk_where_they_are_asked_for(pages, tmp_path, jobs):
    assert run("clean", pages, "--to", tmp_path / "plain", "--jobs", jobs).exit_code == 0
    assert run("clean", pages, "--to", tmp_path / "asked", "--jobs", jobs, "--comments").exit_code == 0
    assert authors(tmp_path / "plain") == {"with": [], "without": [], "": []}
    assert authors(tmp_path / "asked") == {"with": ["Ann Lee"], "without": [], "": []}


def test_articles_that_were_made_without_them_are_stale_with_them_and_the_other_way_round(pages, tmp_path):
    def reused(**output):
        clean = partial(clean_saved, comments=output["comments"])
        seen = clean_all(pages, tmp_path / "out", clean, select=(None, (), "stale"), site_memory=False, **output)
        return seen.summary.total.articles, seen.summary.total.reused

    assert reused(comments=False) == (3, 0)
    assert reused(comments=True) == (3, 1), "a dump has no comments either way"
    assert authors(tmp_path / "out")["with"] == ["Ann Lee"]
    assert reused(comments=True) == (3, 3)
    assert reused(comments=False) == (3, 1)
    assert authors(tmp_path / "out")["with"] == []


def test_a_run_with_comments_is_another_job_than_one_without():
    jobs = [CleanJob(("pages",), Output("out", comments=comments)) for comments in (False, True)]
    assert len({identity_of(job, ("pages", "dumps")) for job in jobs}) == 2


def test_one_page_is_printed_with_its_comments(pages):
    (page,) = (path for path in pages.rglob("*.html") if b"ferry, and" in path.read_bytes())
    assert [by["text"] for by in json.loads(run("read", page, "--comments").stdout)["comments"]] == [
        "I was on that ferry, and it left at half past seven."
    ]
    assert json.loads(run("read", page).stdout)["comments"] == []


def test_programs_ask_for_them_in_bulk_as_well(pages, tmp_path):
    outcomes = harvester.clean_many(pages, tmp_path / "out", jobs=1, comments=True)
    assert sorted(len(outcome.article.comments) for outcome in outcomes) == [0, 0, 1]
