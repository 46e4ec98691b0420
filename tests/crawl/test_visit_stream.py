"""`harvester.crawl`: what the command does, as an iterator of outcomes."""

import json
import subprocess
import sys

import pytest
from click.testing import CliRunner

import harvester
from crawl_kills import write_sources
from harvester import FetchError, InputError
from harvester.cli import commands
from harvester.crawl.schedule import UrlKind
from harvester.crawl.sources_file import read_sources
from harvester.crawl.state.rows import Done
from harvester.crawl.visit_stream import outcome_of
from harvester.store.articles import load_article
from newssites import courier
from testweb import running


@pytest.fixture
def web():
    with running(courier(4)) as web:
        yield web


@pytest.fixture
def sources(web, tmp_path):
    return write_sources(tmp_path / "crawl", web.port, 2)


def test_each_visit_is_an_outcome_with_its_new_article(sources):
    outcomes = list(harvester.crawl(sources))
    assert [one.reason for one in outcomes] == ["ok"] * 12
    new = [one for one in outcomes if one.article]
    assert len(new) == 8
    output = read_sources(sources).output
    assert [load_article(output / one.file) for one in new] == [one.article for one in new]
    assert [one.subject for one in new] == [one.article.url for one in new]
    assert list(harvester.crawl(str(sources))) == []


def test_the_command_goes_on_where_an_iterator_was_closed(sources):
    outcomes = harvester.crawl(sources, jobs=1)
    first = next(outcomes)
    outcomes.close()
    result = CliRunner().invoke(commands, ["crawl", str(sources)])
    assert result.exit_code == 0
    told = [json.loads(line)["url"] for line in result.stdout.splitlines()]
    assert first.subject not in told
    assert sum("article" in json.loads(line) for line in result.stdout.splitlines()) <= 8
    assert list(harvester.crawl(sources)) == []


def test_limits_are_those_of_the_command(sources):
    assert sum(one.article is not None for one in harvester.crawl(sources, max_pages=3)) == 3


def test_a_wrong_call_is_told_at_once(tmp_path):
    with pytest.raises(InputError):
        harvester.crawl(tmp_path / "none.toml")
    with pytest.raises(TypeError, match="pass that of a sources file"):
        harvester.crawl(["https://example.org"])


def test_what_the_run_raises_is_raised_where_its_outcomes_are_taken(sources):
    with pytest.raises(harvester.StoreError):
        next(harvester.crawl(sources, state="mysql://nowhere/x"))


def test_a_visit_that_failed_has_its_error_and_one_that_brought_nothing_has_none(tmp_path):
    outcome = outcome_of(Done("https://a.example/x", UrlKind.PAGE, "tls_error", "no certificate"), tmp_path)
    assert isinstance(outcome.error, FetchError)
    assert (outcome.error.explanation, outcome.reason) == ("no certificate", "tls_error")
    for word in ("unchanged", "gone", "soft_404", "truncated"):
        quiet = outcome_of(Done("https://a.example/x", UrlKind.PAGE, word, None), tmp_path)
        assert (quiet.result, quiet.reason) == (None, word)
    lost = outcome_of(Done("https://a.example/x", UrlKind.PAGE, "ok", None, tmp_path / "gone.json"), tmp_path)
    assert isinstance(lost.error, InputError)


def test_a_script_without_a_guard_runs_once(sources, tmp_path):
    script = tmp_path / "script.py"
    script.write_text(
        "import sys, harvester\nprint('begun')\nprint(sum(bool(one.article) for one in harvester.crawl(sys.argv[1])))\n"
    )
    run = subprocess.run([sys.executable, script, sources], capture_output=True, text=True, check=False)
    assert (run.returncode, run.stdout, run.stderr) == (0, "begun\n8\n", "")
