"""What `harvester clean` must never touch, follow, wait for or forget, and what its output may not depend on."""

import gzip
import os
import shutil
import subprocess
import sys
import zipfile
from contextlib import suppress
from dataclasses import replace
from functools import partial

import pytest
from standins import Seen, a_job, an_article, clean_all, clean_simply, html_page
from test_clean_selection import clean_as

from harvester.cleaning import present_rules
from harvester.cli import main
from harvester.cli.clean_progress import BulkProgress
from harvester.errors import StoreError
from harvester.reclean.job import Output, Selection, WrongUsageError
from harvester.reclean.run import clean_saved, run_job
from harvester.reclean.run_state import DamagedInputError
from harvester.reclean.unit_cleaner import CleanTask
from harvester.reclean.unit_results import ListedPage, result_json
from harvester.reclean.units import Container, PageFile, Unit
from harvester.rendering.formats import FORMATS, Format
from harvester.store.articles import article_json
from harvester.store.datasets.dataset_reader import Stored, read_set
from harvester.store.datasets.validation import Fault, check_set
from harvester.workers.process_pool import Pool


@pytest.fixture
def pages(tmp_path):
    folder = tmp_path / "pages"
    folder.mkdir()
    for number in range(5):
        (folder / f"{number}.html").write_bytes(html_page(title=f"Pier {number}"))
    return folder


def everything(folder):
    return {str(path.relative_to(folder)): path.read_bytes() for path in sorted(folder.rglob("*")) if path.is_file()}


def stop_at_first_page(pages, to, **options):
    job, seen = a_job(pages, to, **options), Seen()
    with Pool(job.effort) as pool:
        seen.page = lambda unit, at, size: pool.drain()
        run_job(job, clean_simply, seen, pool)


def test_what_is_in_the_work_folder_stays(pages, tmp_path):
    mine = tmp_path / "work" / "partials" / "mine.txt"
    mine.parent.mkdir(parents=True)
    mine.write_text("mine")
    clean_all(pages, tmp_path / "out", work=tmp_path / "work")
    assert mine.read_text() == "mine"
    assert [path.name for path in (tmp_path / "work").iterdir()] == ["partials"]


@pytest.mark.parametrize("name", ["lock", "run.sqlite", "earlier", "partials"])
def test_a_link_that_was_planted_in_the_work_folder_is_not_followed(pages, tmp_path, name):
    (tmp_path / "victim").mkdir()
    (tmp_path / "victim" / "earlier.jsonl").write_text("mine")
    (tmp_path / "file").write_text("mine")
    (tmp_path / "out" / ".harvester").mkdir(parents=True)
    target = tmp_path / ("file" if name in ("lock", "run.sqlite") else "victim")
    (tmp_path / "out" / ".harvester" / name).symlink_to(target)
    with suppress(StoreError):  # refused, or replaced
        clean_all(pages, tmp_path / "out", select=(None, (), "stale"))
    assert (tmp_path / "file").read_text() == "mine"
    assert (tmp_path / "victim" / "earlier.jsonl").read_text() == "mine"


def test_a_work_folder_that_is_a_link_is_refused(pages, tmp_path):
    (tmp_path / "elsewhere").mkdir()
    (tmp_path / "out").mkdir()
    (tmp_path / "out" / ".harvester").symlink_to(tmp_path / "elsewhere")
    with pytest.raises(StoreError, match="is a link"):
        clean_all(pages, tmp_path / "out")


@pytest.mark.parametrize("name", ["o#1", "o?x=1", "o%41", "o o", "ö"])
def test_an_output_folder_of_any_name_is_brought_up_to_date(pages, tmp_path, name):
    marks = tmp_path / "marks"
    marks.mkdir()
    clean = partial(clean_as, present_rules()[0], marks=marks)
    clean_all(pages, tmp_path / name, clean)
    before = everything(tmp_path / name)
    seen = clean_all(pages, tmp_path / name, clean, select=(None, (), "stale"))
    assert seen.summary.total.reused == 5
    assert everything(tmp_path / name) == before


def test_a_link_out_of_its_folder_is_refused_and_one_inside_is_read(pages, tmp_path):
    (tmp_path / "secret.html").write_bytes(html_page(title="Secret"))
    (pages / "out.html").symlink_to(tmp_path / "secret.html")
    (pages / "in.html").symlink_to(pages / "0.html")
    seen = clean_all(pages, tmp_path / "out")
    (refused,) = [row.failure for row in seen.rows if row.failure]
    assert refused.subject == str(pages / "out.html")
    assert "leads out of its folder" in refused.explanation
    assert "Secret" not in {row.title for row in seen.rows}
    assert clean_all(pages / "out.html", tmp_path / "named").rows[0].title == "Secret", "a person has named it"


@pytest.mark.parametrize("form", ["json", "jsonl"])
def test_a_fault_of_ours_costs_its_page_alone_and_leaves_a_traceback(pages, tmp_path, form):
    (pages / "2.html").write_bytes(html_page(text="A FAULT OF OURS"))
    seen = clean_all(pages, tmp_path / "out", form=form)
    assert seen.reasons == ["ok", "ok", "internal_error", "ok", "ok"]
    log = tmp_path / "out" / "_internal_errors.log"
    assert str(log) in seen.rows[2].failure.explanation
    assert "KeyError: 'no such table'" in log.read_text()
    assert not [one for one in check_set(tmp_path / "out") if isinstance(one, Fault)]


def test_a_fault_in_the_writing_of_one_file_costs_that_file_alone(pages, tmp_path, monkeypatch):
    words = Format(".txt", lambda article, style: {}[article.title] if "3" in article.title else "words")
    monkeypatch.setitem(FORMATS, "text", words)
    task = CleanTask(
        Unit(0, tuple(PageFile(str(page), str(page), "html", page.stem) for page in sorted(pages.iterdir()))),
        clean_simply,
        Output(str(tmp_path / "out"), "text"),
        Selection(),
        30.0,
        tmp_path / "partial",
        tmp_path / "faults.log",
    )
    result = task.run(lambda at, name: None)
    assert (result.articles, [one.reason for one in result.failures]) == (4, ["internal_error"])
    assert "KeyError" in (tmp_path / "faults.log").read_text()


def test_a_reader_that_breaks_ends_its_unit_and_no_run(pages, tmp_path, monkeypatch):
    def broken(unit, done, place):
        yield from ()
        raise ValueError("what nobody foresaw")

    monkeypatch.setattr("harvester.reclean.unit_cleaner.unit_items", broken)
    unit = Unit(0, container=Container("x.zip", "x.zip", "zip"))
    where = tmp_path / "partial", tmp_path / "faults.log"
    task = CleanTask(unit, clean_simply, Output(str(tmp_path / "out"), "jsonl"), Selection(), 30.0, *where)
    (failure,) = task.run(lambda at, name: None).failures
    assert (failure.subject, "faults.log" in failure.explanation) == ("x.zip", True)


def test_a_result_that_cannot_be_written_down_costs_no_run(pages, tmp_path, monkeypatch):
    def broken_once(result):
        monkeypatch.undo()
        return result_json(replace(result, listed=(ListedPage(name="\udcff"),)))

    monkeypatch.setattr("harvester.reclean.journal.result_json", broken_once)
    seen = clean_all(pages, tmp_path / "out")
    assert (seen.summary.total.articles, seen.summary.reasons) == (5, {"internal_error": 1})
    assert seen.reasons == ["ok"] * 5 + ["internal_error"]
    assert "UnicodeEncodeError" in (tmp_path / "out" / "_internal_errors.log").read_text()
    assert not [one for one in check_set(tmp_path / "out") if isinstance(one, Fault)]


def test_a_fault_while_a_page_is_reported_costs_no_run(pages, tmp_path):
    class Broken(Seen):
        def ends(self, unit, size, result):
            raise ValueError("what nobody foresaw")

    job, seen = a_job(pages, tmp_path / "out"), Broken()
    with Pool(job.effort) as pool:
        summary = run_job(job, clean_simply, seen, pool)
    assert (summary.total.articles, summary.reasons) == (5, {"internal_error": 1})
    assert "what nobody foresaw" in seen.words[0]
    assert "internal_error" in (tmp_path / "out" / "_failures.jsonl").read_text()


def test_a_fault_outside_of_any_page_ends_the_command_without_a_traceback(pages, tmp_path, monkeypatch, capsys):
    def broken(*_):
        raise ValueError("what nobody foresaw")

    monkeypatch.setenv("XDG_STATE_HOME", str(tmp_path / "state"))
    monkeypatch.setattr("harvester.reclean.journal.Journal.plan", broken)
    with pytest.raises(SystemExit) as ended:
        main(args=["clean", str(pages), "--to", str(tmp_path / "out"), "--jobs", "1"], prog_name="harvester")
    log = tmp_path / "state" / "harvester" / "_internal_errors.log"
    words = f"(ValueError: what nobody foresaw); its traceback is in {log} [internal_error]\n"
    assert ended.value.code == 1
    assert capsys.readouterr().err.endswith(words)


SOURCES = 'contact = "https://a.example/"\noutput = "crawl"\n[[source]]\nhome = "https://b.example/"\n'


@pytest.mark.skipif(sys.platform != "linux", reason="limits of a process are told in different words")
@pytest.mark.parametrize("words", ["clean pages --to out --jobs 1", "crawl sources.toml"])
def test_a_limit_of_the_size_of_files_is_told_as_no_room(pages, tmp_path, words):
    (tmp_path / "sources.toml").write_text(SOURCES)
    # Python itself leaves a torn .pyc where a file may not grow.
    limits = "export PYTHONDONTWRITEBYTECODE=1; ulimit -f 80"
    command = f'cd "{tmp_path}"; {limits}; exec "{sys.executable}" -m harvester {words}'
    run = subprocess.run(["sh", "-c", command], capture_output=True, text=True, timeout=60, check=False)
    assert (run.returncode, "no room left" in run.stderr, "[disk_full]" in run.stderr) == (3, True, True)


@pytest.mark.parametrize("name", ["back\\slash.html", "..html", ".hidden.html", "a\u2028b.html", "y" * 250 + ".html"])
def test_a_page_is_cleaned_whatever_its_file_is_called(tmp_path, name):
    (tmp_path / name).write_bytes(html_page())
    assert clean_all(tmp_path / name, tmp_path / "out").reasons == ["ok"]
    assert len([one for one in read_set(tmp_path / "out") if isinstance(one, Stored)]) == 1


@pytest.mark.parametrize("form", ["json", "jsonl"])
def test_a_name_that_is_no_utf_8_is_cleaned_with_the_others(pages, tmp_path, form):
    for name, content in ((b"caf\xe9.html", html_page()), (b"\xff\xfe.html", b"")):
        (pages / os.fsdecode(name)).write_bytes(content)
    summary = clean_all(pages, tmp_path / "out", form=form).summary
    assert (summary.total.articles, summary.reasons) == (6, {"empty_input": 1})
    assert len(list(read_set(tmp_path / "out"))) == 6


@pytest.mark.parametrize("to", ["articles", "."])
def test_the_articles_of_a_crawl_are_not_written_over(pages, tmp_path, to):
    host, archive = tmp_path / "crawl" / "articles" / "a.example", tmp_path / "crawl" / "archive"
    host.mkdir(parents=True)
    archive.mkdir()
    (archive / "crawl-20260301120000-0.warc.gz").write_bytes(b"")
    (host / "0123456789abcdef.json").write_bytes(article_json(an_article()))
    with pytest.raises(WrongUsageError, match="of a crawl"):
        clean_all(pages, tmp_path / "crawl" / to)
    assert [path.name for path in host.iterdir()] == ["0123456789abcdef.json"]


def test_no_more_pages_are_begun_than_there_are(pages, tmp_path):
    with zipfile.ZipFile(tmp_path / "x.zip", "w") as packed:
        for page in sorted(pages.iterdir()):
            packed.write(page, page.name)
    seen = clean_all(tmp_path / "x.zip", tmp_path / "out")
    assert sorted(set(seen.pages) & {(0, at) for at in range(9)}) == [(0, at) for at in range(5)]
    watch = BulkProgress(None)
    for unit, at in [*seen.pages, *seen.pages]:  # a unit is begun again where its process died
        watch.page(unit, at, 0)
    assert watch._pages == 5


def test_a_pipe_in_a_folder_is_not_waited_for(pages, tmp_path):
    os.mkfifo(pages / "pipe.html")
    assert clean_all(pages, tmp_path / "out").reasons == ["ok"] * 5


def test_an_article_stays_where_only_time_ran_out(pages, tmp_path):
    clean_all(pages, tmp_path / "out")
    before = (tmp_path / "out" / "2.json").read_bytes()
    (pages / "2.html").write_bytes(html_page(text="LOOP FOREVER"))
    assert clean_all(pages, tmp_path / "out", limit_s=0.3).reasons.count("clean_timeout") == 1
    assert (tmp_path / "out" / "2.json").read_bytes() == before


STORY = """<html><head><link rel=canonical href="https://harbour.example/{0}"></head>
<body><article><h1>What the {0} costs</h1>
<p>The {0} was closed after the storm had torn two planks from the western side of the {0} in the night.</p>
<p>Before the first guests arrive at Whitsun, said the board of the {0}, it must be open to all again.</p>
<p>The Harbour Post has told the truth about the coast since 1921, and its readers keep it afloat with gifts.</p>
</article></body></html>"""


def test_the_output_does_not_depend_on_how_the_input_is_named_or_where_it_stands(tmp_path, monkeypatch):
    for folder in ("a", "b"):
        (tmp_path / "here" / "pages" / folder).mkdir(parents=True)
    for number in range(50):
        path = tmp_path / "here" / "pages" / ("a" if number % 2 else "b") / f"{number // 2}.html.gz"
        path.write_bytes(gzip.compress(STORY.format(f"pier{number}").encode(), mtime=0))
    shutil.copytree(tmp_path / "here", tmp_path / "there" / "deeper")
    monkeypatch.chdir(tmp_path / "here")
    clean_all("pages", tmp_path / "one", clean_saved)
    clean_all(tmp_path / "here" / "pages", tmp_path / "two", clean_saved)
    clean_all(tmp_path / "there" / "deeper" / "pages", tmp_path / "three", clean_saved)
    assert everything(tmp_path / "two") == everything(tmp_path / "one")
    assert everything(tmp_path / "three") == everything(tmp_path / "one")
    assert len([name for name in everything(tmp_path / "one") if "~" in name]) == 50, "all share their names"


def test_the_same_command_in_another_folder_is_another_job(pages, tmp_path, monkeypatch):
    other = tmp_path / "other" / "pages"
    other.mkdir(parents=True)
    (other / "x.html").write_bytes(html_page(title="Elsewhere"))
    monkeypatch.chdir(tmp_path)
    stop_at_first_page("pages", tmp_path / "out")
    monkeypatch.chdir(tmp_path / "other")
    assert [row.title for row in clean_all("pages", tmp_path / "out").rows] == ["Elsewhere"]


def test_a_set_that_was_not_finished_is_not_taken_for_whole(pages, tmp_path):
    stop_at_first_page(pages, tmp_path / "out")
    faults = [str(one) for one in check_set(tmp_path / "out") if isinstance(one, Fault)]
    assert any("has not ended" in fault for fault in faults)
    clean_all(pages, tmp_path / "out")
    assert not [one for one in check_set(tmp_path / "out") if isinstance(one, Fault)]


def test_a_strict_run_does_not_pass_the_second_time(pages, tmp_path):
    (pages / "z.html.gz").write_bytes(gzip.compress(html_page())[:-9])
    for _ in range(3):
        with pytest.raises(DamagedInputError):
            clean_all(pages, tmp_path / "out", strict=True)
    assert not (tmp_path / "out" / "_manifest.jsonl").exists()


def test_reports_of_comparisons_are_no_pages(pages, tmp_path):
    for name in ("_compare.html", "compare.html"):  # the second one of earlier versions
        (pages / name).write_bytes(html_page(title="A report"))
    assert len(clean_all(pages, tmp_path / "out").rows) == 5


def test_wrong_usage_leaves_no_folder(tmp_path):
    (tmp_path / "a.page.json").write_text("{}")
    with pytest.raises(ValueError, match="no page"):
        clean_all(tmp_path / "a.page.json", tmp_path / "out")
    assert not (tmp_path / "out").exists()
