"""Values of options that mean nothing are told before anything is read or written."""

import json

import pytest
from click.testing import CliRunner
from standins import clean_simply, html_page

from harvester.cli import commands


@pytest.fixture
def run(monkeypatch, tmp_path):
    """Return a function that runs a command in a folder with a page and an article."""
    monkeypatch.chdir(tmp_path)
    monkeypatch.setattr("harvester.reclean.run.clean_saved", clean_simply)
    (tmp_path / "page.html").write_bytes(html_page())
    (tmp_path / "page.page.json").write_text('{"url": "https://www.a.example/x", "fetched_at": "2026-03-01T08:00:00Z"}')

    def invoke(*arguments):
        return CliRunner(env={"COLUMNS": "400"}).invoke(commands, arguments, prog_name="harvester")

    assert invoke("clean", "page.html", "--to", "set").exit_code == 0
    return invoke


def listing(folder):
    return sorted(path.name for path in folder.iterdir())


@pytest.mark.parametrize(
    ("arguments", "words"),
    [
        (("clean", "page.html", "--to", ""), "--to is empty"),
        (("clean", "page.html", "--to="), "--to is empty"),
        (("clean", "", "--to", "out"), "an argument is empty"),
        (("export", "set", "--to", "", "--format", "json"), "--to is empty"),
        (("export", "set", "--to", "all.csv", "--format", "csv"), "'all.csv' is the name of a file: name a folder"),
        (("clean", "page.html", "--to", "all.JSONL.gz", "--format", "jsonl"), "is the name of a file"),
        (("compare", "set", ""), "an argument is empty"),
        (("clean", "page.html", "--to", "out", "--page-time", "nan"), "'nan' is no number"),
        (("clean", "page.html", "--to", "out", "--page-time", "inf"), "not in the range"),
        (("fetch", "https://a.example/", "--to", "out", "--delay", "nan"), "'nan' is no number"),
        (("export", "set", "--to", "out", "--format", "json", "--min-confidence", "nan"), "'nan' is no number"),
        (("clean", "page.html", "--to", "out", "--site", "a b"), "'a b' is no host"),
        (("export", "set", "--to", "out", "--format", "json", "--site", "a b"), "'a b' is no host"),
        (("clean", "page.html", "--to", "out", "--since", "yesterday"), "is no date or time"),
        (("clean", "page.html", "--to", "out", "--memory", "s3://bucket/sites"), "is an address"),
        (("compare", "set", "set", "--to", "s3://bucket/report.html"), "is an address"),
        (("compare", "set", "set", "--to", "-"), "standard output is not written to"),
        (("duplicates", "set", "--to", "s3://bucket/groups"), "is an address"),
        (("archive", "wacz", "page.html", "--to", "s3://bucket/a.wacz"), "is an address"),
        (("pages.html",), "'pages.html' is no command, no file that is there, and no URL"),
    ],
)
def test_a_value_that_means_nothing_is_wrong_usage(run, tmp_path, arguments, words):
    before = listing(tmp_path)
    result = run(*arguments)
    assert result.exit_code == 2
    assert words in result.stderr
    assert listing(tmp_path) == before


def test_a_value_may_end_as_an_empty_one_begins(run):
    assert "1 cleaned" in run("clean", "page.html", "--to=out", "--site=https://a.example/?page=").stdout


@pytest.mark.parametrize("site", ["a.example", "www.a.example", "https://www.A.example/story", "*.a.example"])
def test_a_site_may_be_named_by_any_of_its_addresses(run, site):
    assert "1 cleaned" in run("clean", "page.html", "--to", "out", "--site", site).stdout
    assert run("export", "set", "--to", "lines", "--format", "jsonl", "--site", site).stdout.startswith("1 article in")


def test_an_article_that_knows_its_canonical_address_alone_is_of_that_site(run, tmp_path):
    path = tmp_path / "set/page.json"
    article = json.loads(path.read_bytes()) | {"url": None, "canonical_url": "https://b.example/x"}
    path.write_text(json.dumps(article))
    for site, words in (("b.example", "1 article in"), ("a.example", "0 articles in")):
        result = run("export", "set/page.json", "--to", "lines", "--format", "jsonl", "--site", site)
        assert result.stdout.startswith(words)
    assert "no article of the set is all that the options ask for" in result.stderr


@pytest.mark.parametrize(("since", "cleaned"), [("2026-03-01T08:00:00Z", 1), ("2026-03-01T11:00:00+02:00", 0)])
def test_a_time_may_say_its_zone(run, since, cleaned):
    assert f"{cleaned} cleaned" in run("clean", "page.html", "--to", "out", "--since", since).stdout


def test_a_place_without_articles_costs_no_earlier_export(run, tmp_path):
    assert run("export", "set", "--to", "lines", "--format", "jsonl").exit_code == 0
    before = listing(tmp_path / "lines")
    (tmp_path / "nothing").mkdir()
    result = run("export", "nothing", "--to", "lines", "--format", "jsonl")
    assert (result.exit_code, listing(tmp_path / "lines")) == (1, before)
    assert "error: nothing: holds no articles" in result.stderr


def test_a_folder_that_is_there_may_be_called_as_a_file_is(run, tmp_path):
    (tmp_path / "all.csv").mkdir()
    assert run("export", "set", "--to", "all.csv", "--format", "csv").exit_code == 0


def test_an_address_that_is_refused_is_told_with_the_option_that_allows_it(run):
    for arguments in (("http://127.0.0.1:1/",), ("fetch", "http://127.0.0.1:1/", "--to", "pages")):
        result = run(*arguments)
        assert result.exit_code == 1
        assert "127.0.0.1 is not a public address; if it is yours: --allow-host HOST:PORT" in result.stderr


def test_an_empty_place_is_told_once(run, tmp_path):
    (tmp_path / "nothing").mkdir()
    result = run("compare", "nothing", "set")
    assert result.exit_code == 1
    assert result.stderr.startswith("error: nothing: holds no articles")
    assert result.stderr.count("nothing") == 1


def test_groups_are_printed_where_a_dash_asks_for_it(run, tmp_path):
    before = listing(tmp_path)
    assert run("duplicates", "set", "--to", "-").stderr.startswith("1 article: 0 with copies")
    assert listing(tmp_path) == before


def test_types_of_page_are_asked_for_alike(run):
    for name in ("--page-types", "--page-type"):
        assert run("export", "set", "--to", "lines", "--format", "jsonl", name, "all").exit_code == 0


def test_one_thing_is_counted_as_one(run):
    assert run("validate", "set").stderr == "set: 1 article in 1 file, no fault\n"
