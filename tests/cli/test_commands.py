"""What the commands print and how they exit. The cleaner and the fetcher are stand-ins."""

import json
import re
import subprocess
import sys
from pathlib import Path

import pytest
from click.testing import CliRunner
from rich.cells import cell_len
from standins import a_ledger, clean_simply, html_page

from harvester.cli import commands
from harvester.cli.clean_table import listing_row, removed_kinds
from harvester.cli.terminal import printable
from harvester.errors import FetchError, StoreError
from harvester.models import Outcome, Page
from harvester.reclean.unit_results import ListedPage


@pytest.fixture
def run(monkeypatch, tmp_path):
    """Return a function that runs a command in an empty folder, 80 columns wide."""
    monkeypatch.chdir(tmp_path)
    monkeypatch.setattr("harvester.reclean.run.clean_saved", clean_simply)
    monkeypatch.setattr("harvester.reclean.run.explain_saved", lambda saved, site=None: clean_simply(saved)[1])

    def invoke(*arguments, stdin=None):
        return CliRunner(env={"COLUMNS": "80"}).invoke(commands, arguments, input=stdin, prog_name="harvester")

    return invoke


# ── clean ─────────────────────────────────────────────────────────────────────────────────────


def test_clean_prints_articles_on_stdout_errors_on_stderr_and_sums_last(run, tmp_path):
    (tmp_path / "a.html").write_bytes(html_page())
    (tmp_path / "b.html").write_bytes(b"")
    (tmp_path / "c.html").write_bytes(b"<html></html>")
    (tmp_path / "empty").mkdir()
    result = run("clean", "a.html", "b.html", "c.html", "empty", "--to", "out")
    assert result.exit_code == 1
    lines = result.stdout.splitlines()
    assert lines[0].split() == ["Title", "Date", "Languages", "Kept", "Removed"]
    assert lines[3].split() == ["A", "new", "pier", "2024-05-01", "en", "26", "4"]
    assert lines[4] == "  a.html: menu 4"
    words = "3 pages: 1 cleaned, 2 failed, 1 named without a page (empty_input 1, no_pages 1, not_article 1)"
    assert lines[-1] == f"{words}; articles in out"
    errors = result.stderr.splitlines()
    assert [line.split()[1] for line in errors] == ["b.html:", "c.html:", "empty:"]
    assert errors[1] == "error: c.html: has no paragraph; pass the page of one article [not_article]"


def test_clean_exits_0_when_all_were_cleaned(run, tmp_path):
    (tmp_path / "a.html").write_bytes(html_page())
    result = run("clean", "a.html", "--to", "out/articles", "--ledger")
    assert (result.exit_code, result.stderr) == (0, "")
    written = {path.name for path in (tmp_path / "out/articles").iterdir()}
    assert written == {"a.json", "_ledgers", "_manifest.jsonl"}


def test_clean_reads_standard_input(run, tmp_path):
    assert run("clean", "-", "--to", "out", stdin=html_page()).exit_code == 0
    assert json.loads((tmp_path / "out/stdin.json").read_bytes())["title"] == "A new pier"


@pytest.mark.parametrize("form", ["json", "jsonl", "text", "markdown", "html", "tei", "csv"])
def test_clean_prints_articles_alone_where_they_go_to_standard_output(run, tmp_path, form):
    for number in range(2):
        (tmp_path / f"{number}.html").write_bytes(html_page(title=f"Pier {number}"))
    bare = ["--no-front-matter"] if form == "markdown" else []
    result = run("clean", "0.html", "1.html", "--to", "-", "--format", form, *bare)
    assert result.exit_code == 0
    assert sorted(path.name for path in tmp_path.iterdir()) == ["0.html", "1.html"]
    assert "2 pages: 2 cleaned" in result.stderr
    if form in ("json", "jsonl"):
        assert [json.loads(line)["title"] for line in result.stdout.splitlines()] == ["Pier 0", "Pier 1"]
    elif form in ("html", "tei", "csv"):
        titles = re.findall(r"Pier \d(?=</h1>|</title><author>|</title></titleStmt>|,)", result.stdout)
        assert list(dict.fromkeys(titles)) == ["Pier 0", "Pier 1"]
    else:
        assert [line.strip("# ") for line in result.stdout.splitlines() if "Pier" in line] == ["Pier 0", "Pier 1"]


@pytest.mark.parametrize(
    "arguments",
    [("--ledger",), ("--stale",), ("--format", "parquet"), ("--sharded",), ("--format", "text", "--compress", "gzip")],
)
def test_what_is_about_files_does_not_go_with_standard_output(run, tmp_path, arguments):
    (tmp_path / "a.html").write_bytes(html_page())
    assert run("clean", "a.html", "--to", "-", *arguments).exit_code == 2


@pytest.mark.parametrize(
    ("arguments", "says"),
    [
        (("--no-front-matter",), "Only --format markdown has front matter; json has none."),
        (("--format", "text", "--front-matter"), "Only --format markdown has front matter; text has none."),
        (("--memory", "m.jsonl", "--no-site-memory"), "with --no-site-memory nothing is."),
    ],
)
def test_an_option_that_would_change_nothing_is_wrong_usage(run, tmp_path, arguments, says):
    (tmp_path / "a.html").write_bytes(html_page())
    result = run("clean", "a.html", "--to", "out", *arguments)
    assert (result.exit_code, [path.name for path in tmp_path.iterdir()]) == (2, ["a.html"])
    assert says in " ".join(result.stderr.split())


@pytest.mark.parametrize("to", ["s3:/bucket", "s3:bucket", "gs:/bucket/x"])
def test_a_slip_in_an_address_makes_no_folder(run, tmp_path, to):
    (tmp_path / "a.html").write_bytes(html_page())
    result = run("clean", "a.html", "--to", to)
    assert (result.exit_code, [path.name for path in tmp_path.iterdir()]) == (2, ["a.html"])


@pytest.mark.parametrize(("module", "options"), [("pyarrow", ("--format", "parquet")), ("obstore", ())])
def test_an_extra_that_is_missing_is_wrong_usage_and_named(run, tmp_path, monkeypatch, module, options):
    monkeypatch.setitem(sys.modules, module, None)
    (tmp_path / "a.html").write_bytes(html_page())
    result = run("clean", "a.html", "--to", "out" if options else "s3://bucket/x", *options)
    assert (result.exit_code, "pip install 'article-harvester[" in result.stderr) == (2, True)


def test_an_empty_folder_is_told_and_is_no_page(run, tmp_path):
    (tmp_path / "empty").mkdir()
    (tmp_path / "a.html").write_bytes(html_page())
    result = run("clean", "empty", "a.html", "--to", "out")
    assert result.exit_code == 1
    words = "1 page: 1 cleaned, 0 failed, 1 named without a page (no_pages 1); articles in out"
    assert result.stdout.splitlines()[-1] == words


def test_clean_exits_1_when_the_folder_cannot_be_made(run, tmp_path):
    (tmp_path / "a.html").write_bytes(html_page())
    result = run("clean", "a.html", "--to", "a.html/out")
    assert result.exit_code == 1
    assert "unwritable" in result.stderr


def test_clean_shows_no_traceback_for_a_hostile_title_or_name(run, tmp_path):
    (tmp_path / "a\x1b[31m\n.html").write_bytes(html_page(title="A\x1b]0;owned\x07 \u202epier"))
    (tmp_path / "b\x1b[31m\n.html").write_bytes(b"")
    result = run("clean", ".", "--to", "out")
    assert not {"\x1b", "\x07", "\u202e"} & set(result.output)
    assert r"A\x1b]0;owned\x07 \u202epier"[:20] in result.stdout
    assert r"b\x1b[31m\n.html" in result.stderr


@pytest.mark.parametrize("title", ["港口开放" * 30, "A new pier " * 20, "ｱ", "", None, "👩‍👩‍👧‍👦 pier" * 9])
@pytest.mark.parametrize("languages", [(), ("zh-Hans", "en"), ("zh-Hant", "zh-Hans", "en")])
def test_no_line_of_the_table_is_wider_than_80_cells(title, languages):
    removed = {f"a_rather_long_kind_{number}": 10**number for number in range(9)}
    for name in ("-", f"pages/{'港口開放' * 30}.html"):
        article = ListedPage(name, title, "2024-05-01", languages, 10**6, removed)
        first, second = listing_row(article, 80).plain.split("\n")
        assert cell_len(first) == 80
        assert cell_len(second) <= 80


def test_each_row_of_the_table_says_which_file_it_is_of(run, tmp_path):
    names = ("one/story.html", "two/story.html", f"two/{'a-long-way-to-the-pier-' * 3}end.html")
    for name in names:
        (tmp_path / name).parent.mkdir(exist_ok=True)
        (tmp_path / name).write_bytes(html_page())
    (tmp_path / "one/empty.html").write_bytes(b"")
    rows = run("clean", "one", "two", "--to", "out").stdout.splitlines()
    files = [line.split(": ")[0].strip() for line in rows if line.startswith("  ") and ".html: " in line]
    assert files == ["one/story.html", "…r-a-long-way-to-the-pier-end.html", "two/story.html"]


def test_kinds_that_do_not_fit_are_counted():
    removed = {"menu": 5, "share_bar": 1200, "footer": 5}
    assert removed_kinds(removed, 80) == "share_bar 1,200, footer 5, menu 5"
    assert removed_kinds(removed, 30) == "share_bar 1,200, 2 more"
    assert removed_kinds(removed, 10) == "3 kinds"
    assert removed_kinds({}, 80) == "nothing removed"


# ── explain ───────────────────────────────────────────────────────────────────────────────────


def test_explain_shows_every_block_with_verdict_kind_and_rule(run, tmp_path):
    (tmp_path / "a.html").write_bytes(html_page(text="The pier \x1b[2J\u202eopened. " + "Long. " * 30))
    result = run("explain", "a.html")
    lines = result.stdout.splitlines()
    assert lines[0].split() == ["1", "removed", "list_item", "1", "en", "menu", "place:nav"]
    assert lines[1] == "      Home"
    assert lines[2].split() == ["2", "kept", "paragraph", "en", "text", "-"]
    assert lines[3].startswith(r"      The pier \x1b[2J\u202eopened. Long."), "one line a block when piped"
    assert lines[4].startswith("Kept 202 characters in 1 of 2 blocks, removed 4: menu 4")
    assert "\x1b" not in result.stdout


def test_explain_of_the_metadata_shows_each_field_with_its_value_and_origin(run, tmp_path):
    (tmp_path / "a.html").write_bytes(html_page())
    shown = run("explain", "a.html", "--metadata").stdout.splitlines()
    assert shown[0] == "title"
    assert shown[1].split() == ["chosen", "A", "new", "pier", "[title]"]


def test_explain_for_machines_is_the_ledger(run, tmp_path):
    (tmp_path / "a.html").write_bytes(html_page())
    shown = json.loads(run("explain", "a.html", "--json").stdout)
    assert list(shown) == ["schema", "blocks", "evidence"]
    assert [(row["verdict"], row["kind"], row["rule"]) for row in shown["blocks"]] == [
        ("removed", "menu", "place:nav"),
        ("kept", None, None),
    ]
    assert "".join(row["text"] for row in shown["blocks"]) == "".join(block.text for block in a_ledger().blocks)


def test_explain_names_the_file_it_cannot_read(run, tmp_path):
    (tmp_path / "a.html").write_bytes(b"")
    result = run("explain", "a.html")
    assert result.exit_code == 1
    assert result.stderr.startswith("error: a.html: ")


def test_explain_says_where_the_traceback_of_a_fault_of_ours_stands(run, tmp_path, monkeypatch):
    monkeypatch.setenv("XDG_STATE_HOME", str(tmp_path / "state"))
    monkeypatch.setattr("harvester.reclean.run.explain_saved", lambda saved, site=None: {}["no such table"])
    (tmp_path / "a.html").write_bytes(html_page())
    result = run("explain", "a.html")
    log = tmp_path / "state" / "harvester" / "_internal_errors.log"
    assert (result.exit_code, str(log) in result.stderr, "[internal_error]" in result.stderr) == (1, True, True)
    assert "no such table" in log.read_text()


# ── fetch ─────────────────────────────────────────────────────────────────────────────────────


@pytest.fixture
def asked(monkeypatch):
    """Return what the fetcher was asked for; it answers one page and one failure."""
    calls = []

    def fetch_to_folder(urls, options):
        calls.append((tuple(urls), options))
        for url in calls[-1][0]:
            if "gone" in url:
                yield Outcome(url, None, FetchError(url, "gone", "the server says 410\x1b[2J"))
            else:
                yield Outcome(url, Page(url=url, body=b"<p>", notes=("says gzip, is not",)), None)

    monkeypatch.setattr("harvester.crawl.fetch_many.fetch_to_folder", fetch_to_folder)
    return calls


def test_fetch_prints_a_line_for_each_url_and_sums_last(run, asked):
    result = run("fetch", "https://a.example/pier", "https://a.example/gone", "--to", "pages")
    assert result.exit_code == 1
    ok, sums = result.stdout.splitlines()
    assert ok.startswith("ok              https://a.example/pier -> pages/")
    assert ok.endswith(".html  (says gzip, is not)")
    assert sums == "2 URLs: 1 fetched, 1 failed (gone 1)"
    assert run("fetch", "https://a.example/pier", "--to", "pages").stdout.endswith("\n1 URL: 1 fetched, 0 failed\n")
    assert result.stderr == "gone            https://a.example/gone  the server says 410\\x1b[2J\n"


def test_fetch_takes_urls_from_arguments_files_and_standard_input(run, asked, tmp_path):
    (tmp_path / "urls.txt").write_text("\ufeff# pages\n\n https://a.example/2 \n", encoding="utf-8")
    assert run("fetch", "https://a.example/1", "--from", "urls.txt", "--to", "pages").exit_code == 0
    assert run("fetch", "--from", "-", "--to", "pages", stdin="https://a.example/3\n").exit_code == 0
    assert [urls for urls, _ in asked] == [("https://a.example/1", "https://a.example/2"), ("https://a.example/3",)]


def test_fetch_hands_its_options_on(run, asked, tmp_path):
    run("fetch", "https://a.example/", "--to", "p", "--allow-host", "localhost:1", "--allow-host", "b:2",
        "--contact", "https://me.example/", "--delay", "0.5")  # fmt: skip
    options = asked[0][1]
    assert options.allow_hosts == {"localhost:1", "b:2"}
    assert options.contact == "https://me.example/"
    assert options.pause_s == 0.5
    assert str(options.folder) == "p"


def test_fetch_exits_3_when_the_disk_is_full(run, monkeypatch):
    def fetch_to_folder(urls, options):
        raise StoreError("pages", "disk_full", "no room left")
        yield

    monkeypatch.setattr("harvester.crawl.fetch_many.fetch_to_folder", fetch_to_folder)
    assert run("fetch", "https://a.example/", "--to", "pages").exit_code == 3


# ── the terminal ──────────────────────────────────────────────────────────────────────────────


def test_printable_keeps_what_scripts_need_and_escapes_what_steers():
    assert printable("می‌خواهم 👩‍👧 हिन्दी 港口") == "می‌خواهم 👩‍👧 हिन्दी 港口"
    assert printable("a\tb\r\n\x9b\u2028\u2067\ud800\U000e0041") == r"a\tb\r\n\x9b\u2028\u2067\ud800\U000e0041"


def test_schema_prints_the_schema(run):
    assert json.loads(run("schema").stdout)["$ref"] == "#/$defs/Article"


@pytest.fixture(scope="module")
def one_article(tmp_path_factory):
    """Return the page of a fixture and a folder with its article."""
    folder = tmp_path_factory.mktemp("one")
    page = sorted((Path(__file__).parent.parent.parent / "fixtures" / "html").glob("*.html"))[0]
    assert CliRunner().invoke(commands, ["clean", str(page), "--to", str(folder / "set")]).exit_code == 0
    return page, folder / "set"


# What each command writes beside its streams must not end up in one of them, nor the other way round.
EXPORT = 'export "{articles}" --to "{out}/lines" --format jsonl'
CLEAN = 'clean "{page}" --to "{out}/set"'  # with worker processes


@pytest.mark.parametrize(
    ("closed", "lines"),
    [
        ("<&-", (EXPORT,)),
        (">&-", (EXPORT, "schema")),
        ("2>&-", (EXPORT,)),
        (">&- 2>&-", (EXPORT,)),
        ("<&- >&- 2>&-", (EXPORT, CLEAN)),
        (">/dev/full", (EXPORT, CLEAN, 'explain "{page}"', "schema")),
        ("2>/dev/full", (EXPORT,)),
    ],
)
def test_a_stream_that_is_closed_or_full_is_no_traceback_and_spoils_no_file(tmp_path, one_article, closed, lines):
    page, articles = one_article
    for line in lines:
        words = line.format(page=page, articles=articles, out=tmp_path)
        command = f'"{sys.executable}" -m harvester {words} {closed}'
        run = subprocess.run(["sh", "-c", command], capture_output=True, text=True, timeout=60, check=False)
        assert "Traceback" not in run.stdout + run.stderr
        assert run.returncode in (0, 1, 3)
    written = [*tmp_path.glob("lines/articles-*.jsonl"), *tmp_path.glob("set/*.json")]
    assert len(written) == 1 + (CLEAN in lines)
    for file in written:
        assert json.loads(file.read_bytes())["schema"]


def test_a_present_folder_that_is_gone_is_told_and_is_no_fault_of_standard_output(tmp_path):
    command = (
        f'cd "$(mktemp -d {tmp_path}/XXX)" && rmdir "$PWD" && exec "{sys.executable}" -m harvester clean . --to out'
    )
    run = subprocess.run(["sh", "-c", command], capture_output=True, text=True, timeout=60, check=False)
    words = "error: a file, or the present folder: cannot be used (No such file or directory) [unreadable]\n"
    assert (run.returncode, run.stderr) == (1, words)
