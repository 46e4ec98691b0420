"""`harvester URL`: one article on standard output, and nothing else there."""

import json
import os
import pty
import subprocess
import sys
from pathlib import Path

import pytest
from click.testing import CliRunner
from standins import clean_simply, html_page

from harvester.cli import commands
from harvester.cli.read import url_of
from harvester.errors import FetchError
from harvester.models import Page

URL = "https://harbour-courier.example/pier"


@pytest.fixture
def run(monkeypatch, tmp_path):
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("XDG_STATE_HOME", str(tmp_path / "state"))
    monkeypatch.setattr("harvester.reclean.run.clean_saved", clean_simply)
    (tmp_path / "a.html").write_bytes(html_page())
    (tmp_path / "empty.html").write_bytes(b"")

    def invoke(*arguments, stdin=None):
        return CliRunner().invoke(commands, arguments, input=stdin, prog_name="harvester")

    return invoke


@pytest.fixture
def asked(monkeypatch):
    """Return what the fetcher was asked for; it answers a page, or that it is gone."""
    calls = []

    def fetch(url, *, allow_hosts, visitor):
        calls.append((url, allow_hosts, visitor.contact))
        if "gone" in url:
            raise FetchError(url, "gone", "the server says 410")
        return Page(url=url, body=html_page())

    monkeypatch.setattr("harvester.fetching.fetch", fetch)
    return calls


@pytest.mark.parametrize("arguments", [["read", "a.html"], ["a.html"], ["read", "-"], ["-"]])
def test_a_page_is_printed_as_json_where_no_person_looks(run, arguments):
    result = run(*arguments, stdin=html_page())
    assert (result.exit_code, result.stderr) == (0, "")
    assert json.loads(result.stdout)["title"] == "A new pier"


@pytest.mark.parametrize(
    ("form", "begins"), [("text", "A new pier\n"), ("markdown", "---\n"), ("html", "<!DOCTYPE html>")]
)
def test_it_is_printed_in_the_format_that_is_asked_for(run, form, begins):
    assert run("a.html", "--format", form).stdout.startswith(begins)
    assert run("read", "a.html", "--format", "markdown", "--no-front-matter").stdout.startswith("# A new pier\n")


@pytest.mark.parametrize(
    "arguments",
    [
        ["a.html", "--no-front-matter"],
        ["a.html", "--format", "html", "--front-matter"],
        ["a.html", "--contact", "https://a.example/bot"],
        ["a.html", "--allow-host", "127.0.0.1:80"],
        [URL, "--at", "2026-03-21"],
    ],
)
def test_an_option_that_would_change_nothing_is_wrong_usage(run, asked, arguments):
    assert (run(*arguments).exit_code, asked) == (2, [])


@pytest.mark.parametrize("arguments", [["read", URL], [URL], [URL.removeprefix("https://")]])
def test_a_url_is_asked_for_once(run, asked, arguments):
    result = run(*arguments, "--allow-host", "127.0.0.1:80", "--contact", "https://a.example/bot")
    assert json.loads(result.stdout)["title"] == "A new pier"
    assert asked == [(URL, frozenset({"127.0.0.1:80"}), "https://a.example/bot")]


def test_what_fails_is_one_line_on_standard_error_and_exit_code_1(run, asked):
    for argument, reason in ((f"{URL}/gone", "gone"), ("empty.html", "empty_input")):
        result = run(argument)
        assert (result.exit_code, result.stdout) == (1, "")
        assert result.stderr.startswith(f"error: {argument}: ")
        assert result.stderr.endswith(f"[{reason}]\n")


def test_a_fault_of_ours_is_told_with_its_place(run, monkeypatch):
    monkeypatch.setattr("harvester.reclean.run.clean_saved", lambda *_, **__: {}["nobody foresaw this"])
    result = run("a.html")
    assert (result.exit_code, "[internal_error]" in result.stderr) == (1, True)


@pytest.mark.parametrize("arguments", [["no such command"], ["story.html"], ["read", "story.html"], ["read", "."]])
def test_what_is_no_page_is_wrong_usage(run, arguments):
    assert run(*arguments).exit_code == 2


def test_a_command_wins_over_a_file_of_its_name(run):
    Path("schema").write_bytes(html_page())
    assert "$defs" in run("schema").stdout
    assert json.loads(run("./schema").stdout)["title"] == "A new pier"


@pytest.mark.parametrize("command", ["clean", "explain"])
def test_other_commands_that_are_given_a_url_name_this_one(run, command):
    arguments = [command, URL, *(["--to", "out"] if command == "clean" else [])]
    result = run(*arguments)
    assert (result.exit_code, "`harvester read`" in result.stderr) == (2, True)


@pytest.mark.parametrize(
    "argument", ["story.html", "a.b/story.html", "pages/a", "README", "a b.example/c", "ftp://a.b/c"]
)
def test_names_of_files_are_no_urls(argument):
    assert url_of(argument) is None


def test_a_terminal_shows_markdown_without_what_steers_it(tmp_path):
    text = " ".join(f"On day {n} the \x9b31mferry left the pier at seven, as the board had promised." for n in range(9))
    (tmp_path / "a.html").write_text(f"<html><h1>Pier</h1><article><p>{text}</p></article>", encoding="utf-8")
    reader, writer = pty.openpty()
    with os.fdopen(writer, "wb") as terminal:
        code = [sys.executable, "-m", "harvester", "a.html"]
        assert subprocess.run(code, cwd=tmp_path, stdout=terminal, check=False).returncode == 0
    with os.fdopen(reader, "rb") as screen:
        shown = screen.read1(20_000).decode()
    assert shown.startswith("# Pier\r\n")
    assert "\x9b" not in shown


def test_a_file_of_many_pages_is_answered_with_their_names(run, tmp_path):
    page = html_page()
    http = b"HTTP/1.1 200 OK\r\nContent-Type: text/html\r\n\r\n" + page
    head = (
        "WARC/1.0\r\nWARC-Type: response\r\nWARC-Target-URI: {}\r\nContent-Type: application/http; msgtype=response\r\n"
    )
    records = [
        f"{head.format(f'https://a.example/{n}')}Content-Length: {len(http)}\r\n\r\n".encode() + http + b"\r\n\r\n"
        for n in (1, 2)
    ]
    (tmp_path / "two.warc").write_bytes(b"".join(records))
    result = run("read", "two.warc")
    assert result.exit_code == 2
    named = " ".join(result.stderr.split())
    assert "two.warc:0 (https://a.example/1), two.warc:" in named
    assert "(https://a.example/2)" in named
    assert "\\n" not in named


def test_a_page_in_an_archive_is_read_by_its_address(run, asked, tmp_path):
    line = {"url": URL, "html": html_page(title="An old pier").decode()}
    (tmp_path / "pages.jsonl").write_text(json.dumps(line) + "\n")
    result = run("read", URL, "--from", "pages.jsonl")
    assert (result.exit_code, asked) == (0, [])
    assert json.loads(result.stdout)["title"] == "An old pier"
    assert run("read", URL.removeprefix("https://"), "--from", "pages.jsonl").stdout == result.stdout


@pytest.mark.parametrize("arguments", [("a.html",), ("-",)])
def test_the_address_of_a_saved_page_may_be_told(run, monkeypatch, arguments):
    seen = []

    def clean(saved, **options):
        seen.append(saved.page.address)
        return clean_simply(saved, **options)

    monkeypatch.setattr("harvester.reclean.run.clean_saved", clean)
    assert run("read", *arguments, "--url", f"{URL}#top", stdin=html_page()).exit_code == 0
    assert seen == [URL]


@pytest.mark.parametrize(
    ("arguments", "words"),
    [
        (("a.html", "--url", "pier"), "'pier' is no URL"),
        ((URL, "--url", URL), "are of saved pages"),
        ((URL, "--at", "2026-03-01"), "are of saved pages"),
        (("a.html", "--at", "2026-03-01"), "chooses among those of a URL"),
    ],
)
def test_an_address_or_time_that_tells_nothing_is_wrong_usage(run, asked, arguments, words):
    result = run("read", *arguments)
    assert (result.exit_code, asked) == (2, [])
    assert words in result.stderr
