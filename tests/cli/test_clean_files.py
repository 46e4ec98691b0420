"""The run: what it writes, removes, yields and survives. The cleaner is a stand-in."""

import csv
import json
import os
import threading

import pytest
from standins import Seen, a_job, clean_all, clean_simply, html_page

from harvester.archive.pipes import Patience
from harvester.errors import StoreError
from harvester.reclean import run
from harvester.reclean.job import WrongUsageError
from harvester.reclean.run import run_job
from harvester.store.articles import load_article
from harvester.workers.process_pool import Pool


@pytest.fixture
def pages(tmp_path):
    folder = tmp_path / "pages"
    folder.mkdir()
    for name in ("a", "b", "c"):
        (folder / f"{name}.html").write_bytes(html_page(title=f"Pier {name}"))
    return folder


def written(folder):
    """Return the articles: neither the manifest nor the failures nor what is hidden."""
    about = {"_manifest.jsonl", "_failures.jsonl"}
    files = [path for path in sorted(folder.rglob("*")) if path.is_file() and path.parent.name != ".harvester"]
    return {path.relative_to(folder).as_posix(): path.read_bytes() for path in files if path.name not in about}


# ── what is written ───────────────────────────────────────────────────────────────────────────


@pytest.mark.parametrize(
    ("form", "names"),
    [
        ("json", ["a.json", "b.json", "c.json"]),
        ("jsonl", ["articles-00000.jsonl"]),
        ("parquet", ["articles-00000.parquet"]),
        ("text", ["a.txt", "b.txt", "c.txt"]),
        ("markdown", ["a.md", "b.md", "c.md"]),
        ("html", ["a.html", "b.html", "c.html"]),
        ("tei", ["a.xml", "b.xml", "c.xml"]),
        ("csv", ["articles-00000.csv"]),
    ],
)
def test_each_format_has_its_files_and_no_others(pages, tmp_path, form, names):
    clean_all(pages, tmp_path / "out", form=form)
    assert list(written(tmp_path / "out")) == names


def test_rows_of_an_earlier_run_are_gone_and_a_set_beside_them_stays(pages, tmp_path):
    clean_all(pages, tmp_path / "out", form="json")
    (tmp_path / "out" / "articles-00009.csv").write_text("id\n")
    clean_all(pages, tmp_path / "out", form="csv")
    assert list(written(tmp_path / "out")) == ["a.json", "articles-00000.csv", "b.json", "c.json"]
    with (tmp_path / "out" / "articles-00000.csv").open(newline="") as rows:
        assert [row["title"] for row in csv.DictReader(rows)] == ["Pier a", "Pier b", "Pier c"]


def test_pages_of_articles_are_not_written_beside_the_pages_that_they_are_made_of(pages, tmp_path):
    for form in ("text", "html"):
        with pytest.raises(WrongUsageError, match="read as pages next time"):
            clean_all(pages, pages, form=form)


def test_ledgers_have_a_folder_of_their_own_when_asked_for(pages, tmp_path):
    clean_all(pages, tmp_path / "out", ledger=True)
    assert "_ledgers/a.ledger.json" in written(tmp_path / "out")
    clean_all(pages, tmp_path / "out")
    assert "_ledgers/a.ledger.json" not in written(tmp_path / "out"), "it would look as fresh as the article"


def test_a_second_run_writes_the_same_bytes(pages, tmp_path):
    for form in ("json", "jsonl", "markdown"):
        clean_all(pages, tmp_path / "out", form=form, ledger=True)
    first = written(tmp_path / "out")
    for form in ("json", "jsonl", "markdown"):
        clean_all(pages, tmp_path / "out", form=form, ledger=True)
    assert written(tmp_path / "out") == first


def test_lines_stand_in_the_order_of_the_inputs(pages, tmp_path):
    clean_all(pages, tmp_path / "out", form="jsonl", jobs=2)
    lines = (tmp_path / "out" / "articles-00000.jsonl").read_text().splitlines()
    assert [line.partition('"title":"')[2][:6] for line in lines] == ["Pier a", "Pier b", "Pier c"]


# ── what fails ────────────────────────────────────────────────────────────────────────────────


@pytest.mark.parametrize("jobs", [1, 2])
def test_one_bad_page_does_not_stop_the_others(pages, tmp_path, jobs):
    (pages / "b.html").write_bytes(b"<html><body>menu only</body></html>")
    (pages / "b2.html").write_bytes(b"")
    (pages / "b3.html").write_bytes(b"\x89PNG\r\n\x1a\n\x00\x00")
    (pages / "b4.html").write_bytes(html_page(text="NO ROOM"))
    seen = clean_all(pages, tmp_path / "out", jobs=jobs)
    assert seen.reasons == ["ok", "not_article", "empty_input", "binary_input", "parser_limit", "ok"]
    assert list(written(tmp_path / "out")) == ["a.json", "c.json"]


def test_an_error_names_the_file_and_not_the_url(pages, tmp_path):
    (pages / "b.html").write_bytes(b"<html></html>")
    assert clean_all(pages, tmp_path / "out").rows[1].failure.subject == str(pages / "b.html")


def test_a_page_that_fails_leaves_no_article_of_an_earlier_run(pages, tmp_path):
    clean_all(pages, tmp_path / "out", ledger=True)
    (pages / "b.html").write_bytes(b"")
    clean_all(pages, tmp_path / "out", ledger=True)
    assert list(written(tmp_path / "out")) == ["_ledgers/a.ledger.json", "_ledgers/c.ledger.json", "a.json", "c.json"]


def test_a_page_that_fails_leaves_no_line_of_an_earlier_run(pages, tmp_path):
    clean_all(pages, tmp_path / "out", form="jsonl")
    for page in pages.iterdir():
        page.write_bytes(b"")
    clean_all(pages, tmp_path / "out", form="jsonl")
    assert written(tmp_path / "out") == {}
    head = json.loads((tmp_path / "out" / "_manifest.jsonl").read_text().splitlines()[0])
    assert (head["articles"], head["failures"]) == (0, 3)


@pytest.mark.parametrize("jobs", [1, 2])
@pytest.mark.parametrize("trap", ["LOOP FOREVER", "SWALLOW ALARMS"])
def test_a_page_that_overruns_is_skipped(pages, tmp_path, trap, jobs):
    (pages / "b.html").write_bytes(html_page(text=trap))
    seen = clean_all(pages, tmp_path / "out", limit_s=0.3, jobs=jobs)
    assert seen.reasons == ["ok", "clean_timeout", "ok"]
    assert "took longer than 0.3 s" in seen.rows[1].failure.explanation


def test_a_page_that_kills_its_worker_is_found_and_the_others_are_cleaned(pages, tmp_path):
    for name in ("b", "b2"):
        (pages / f"{name}.html").write_bytes(html_page(text="KILL THE PROCESS"))
    seen = clean_all(pages, tmp_path / "out", jobs=2)
    assert seen.reasons == ["ok", "parser_limit", "parser_limit", "ok"]
    assert list(written(tmp_path / "out")) == ["a.json", "c.json"]


def test_a_page_stuck_in_c_code_is_killed_with_its_worker(pages, tmp_path):
    (pages / "b.html").write_bytes(html_page(text="STUCK IN C"))
    seen = clean_all(pages, tmp_path / "out", limit_s=0.2)
    assert seen.reasons == ["ok", "clean_timeout", "ok"]
    assert "was killed" in seen.rows[1].failure.explanation


def test_many_processes_write_what_one_writes(pages, tmp_path):
    (pages / "d.html").write_bytes(b"")
    one = clean_all(pages, tmp_path / "one", ledger=True)
    two = clean_all(pages, tmp_path / "two", ledger=True, jobs=2)
    assert written(tmp_path / "one") == written(tmp_path / "two")
    assert one.rows == two.rows


# ── what cannot be written ────────────────────────────────────────────────────────────────────


def test_one_file_that_cannot_be_written_ends_the_run_with_its_name(pages, tmp_path):
    (tmp_path / "out" / "b.json").mkdir(parents=True)  # no file takes the place of a folder
    with pytest.raises(StoreError, match=r"b\.json.*unwritable"):
        clean_all(pages, tmp_path / "out")


def test_texts_are_never_written_beside_their_pages(pages):
    with pytest.raises(WrongUsageError, match="choose another folder"):
        clean_all(pages, pages, form="text")
    assert len(list(pages.iterdir())) == 3


def test_json_may_stand_beside_its_pages_and_is_not_read_again(pages):
    clean_all(pages, pages, ledger=True)
    assert clean_all(pages, pages, ledger=True).reasons == ["ok"] * 3


def test_an_input_is_never_overwritten(tmp_path):
    page = tmp_path / "a.json"
    page.write_bytes(html_page())
    with pytest.raises(WrongUsageError, match=r"a\.json"):
        clean_all(page, tmp_path)
    assert page.read_bytes() == html_page()


def test_pages_of_one_name_in_two_folders_give_two_articles(tmp_path):
    for folder in ("x", "y"):
        (tmp_path / "in" / folder).mkdir(parents=True)
        (tmp_path / "in" / folder / "page.html").write_bytes(html_page(title=folder))
    clean_all(tmp_path / "in", tmp_path / "out")
    articles = [load_article(tmp_path / "out" / name) for name in written(tmp_path / "out")]
    assert {article.title for article in articles} == {"x", "y"}


def test_a_pipe_is_read_once_also_with_many_processes(pages, tmp_path):
    pipe = tmp_path / "pipe"
    os.mkfifo(pipe)
    writer = threading.Thread(target=pipe.write_bytes, args=[html_page(title="Piped")])
    writer.start()
    seen = clean_all([pipe, pages], tmp_path / "out", jobs=2)
    writer.join()
    assert seen.rows[0].title == "Piped"
    assert seen.reasons == ["ok"] * 4


def test_a_pipe_that_nobody_writes_into_is_a_failure_among_the_pages(pages, tmp_path, monkeypatch):
    os.mkfifo(tmp_path / "pipe")
    # A tenth of a second for the pipe, and not for the pages, which take longer on a busy machine.
    monkeypatch.setattr(run, "Patience", lambda silence_s, look: Patience(silence_s / 600, look))
    seen = clean_all([tmp_path / "pipe", pages], tmp_path / "out", limit_s=60.0)
    assert sorted(seen.reasons) == ["ok"] * 3 + ["unreadable"]


def test_a_run_that_waits_for_a_pipe_stops_when_it_is_asked_to(tmp_path):
    os.mkfifo(tmp_path / "pipe")
    job, seen = a_job(tmp_path / "pipe", tmp_path / "out", limit_s=3600.0), Seen()
    with Pool(job.effort) as pool:
        seen.begins = lambda phase, sizes: threading.Timer(0.05, pool.drain).start()
        assert not run_job(job, clean_simply, seen, pool).is_whole
