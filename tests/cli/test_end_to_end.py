"""The program as people start it, with the real cleaner."""

import json
import subprocess
import sys

import pytest
from in_process import harvester

from harvester.cleaning import clean_page
from harvester.models import Page, Role
from harvester.rendering.html_page import render_html

STORY = """\
<!DOCTYPE html>
<html lang="en"><head><meta charset="utf-8"><title>A new pier for Norhaven - Harbour Courier</title>
<meta property="og:site_name" content="Harbour Courier"></head>
<body>
<header><nav><ul><li><a href="/">Home</a></li><li><a href="/town">Town</a></li></ul></nav></header>
<main><article>
<h1>A new pier for Norhaven</h1>
<p>The town of Norhaven opened its new pier on Monday, ten years after a storm had taken the old one. Several hundred
people came to see the first ferry land, and the school band played until the rain began.</p>
<h2>What it cost</h2>
<p>The work took four years and cost twice what had been planned, the mayor said, because the sea floor was softer than
the first drawings had shown. The council voted for the money in three sessions, the last one in March.</p>
<ul><li>Steel from the north, driven thirty metres deep</li><li>Timber from the old pier, planed again</li></ul>
<blockquote><p>It stands, and it will stand longer than all of us who built it.</p></blockquote>
<table><tr><th>Part</th><th>Cost in crowns</th></tr><tr><td>Piles and bracing</td><td>3,100,000</td></tr></table>
<p>From next week the ferry will land here four times a day, and the fishermen will get back the quay that they had
lent to it for a decade. A fair on the pier is planned for the last weekend of June.</p>
</article></main>
<footer><p>Copyright 2024 Harbour Courier. All rights reserved.</p></footer>
</body></html>
"""

INDEX = """<!DOCTYPE html><html><head><title>Harbour Courier</title></head><body><ul>{}</ul></body></html>""".format(
    "".join(f'<li><a href="/story/{number}">Headline number {number} of the day</a></li>' for number in range(40))
)
SCRIPT_ONLY = '<!DOCTYPE html><html><body><div id="root"></div><script src="/app.js"></script></body></html>'


def in_shell(*arguments, shell_first="", cwd):
    command = f'{shell_first} exec "$0" -m harvester "$@"'
    return subprocess.run(["sh", "-c", command, sys.executable, *arguments], cwd=cwd, capture_output=True, check=False)


@pytest.fixture
def pages(tmp_path):
    folder = tmp_path / "pages"
    folder.mkdir()
    (folder / "story.html").write_text(STORY, encoding="utf-8")
    return folder


def test_a_good_page_is_cleaned_beside_all_that_are_none(pages, tmp_path):
    (pages / "empty.html").write_bytes(b"")
    (pages / "picture.html").write_bytes(b"\x89PNG\r\n\x1a\n" + bytes(range(256)) * 4)
    (pages / "index.html").write_text(INDEX, encoding="utf-8")
    (pages / "app.html").write_text(SCRIPT_ONLY, encoding="utf-8")
    (tmp_path / "nothing").mkdir()
    result = in_shell("clean", "pages", "nothing", "--to", "output", cwd=tmp_path)
    errors = result.stderr.decode().splitlines()
    assert [line.rpartition("[")[2] for line in errors] == [
        "needs_js]",
        "empty_input]",
        "index_page]",
        "binary_input]",
        "no_pages]",
    ]
    assert all(line.startswith(("error: pages/", "error: nothing:")) for line in errors)
    assert result.returncode == 1
    written = {path.name for path in (tmp_path / "output").iterdir()}
    assert written == {"story.json", "_failures.jsonl", "_manifest.jsonl"}


def test_an_article_holds_the_text_and_nothing_around_it(pages, tmp_path):
    assert harvester("clean", "pages/story.html", "--to", "output", "--ledger", cwd=tmp_path).returncode == 0
    article = json.loads((tmp_path / "output" / "story.json").read_bytes())
    assert article["title"] == "A new pier for Norhaven"
    assert article["text"].startswith("The town of Norhaven opened")
    assert article["text"].endswith("last weekend of June.")
    assert {block["role"] for block in article["blocks"]} >= {"heading", "paragraph", "list_item", "quote", "table"}


def test_two_runs_and_two_processes_give_the_same_bytes(pages, tmp_path):
    (pages / "again.html").write_text(STORY.replace("Monday", "Tuesday"), encoding="utf-8")
    for folder, jobs in (("one", "1"), ("two", "2")):
        assert harvester("clean", "pages", "--to", folder, "--jobs", jobs, "--ledger", cwd=tmp_path).returncode == 0
    written = [path for path in (tmp_path / "one").rglob("*") if path.is_file()]
    assert any(path.parent.name == "_ledgers" for path in written)
    for path in written:
        assert path.read_bytes() == (tmp_path / "two" / path.relative_to(tmp_path / "one")).read_bytes()


def test_a_full_disk_exits_3_and_leaves_no_half_file(pages, tmp_path):
    # a file size limit of nothing: the first write fails as on a full disk
    result = in_shell("clean", "pages", "--to", "output", shell_first="ulimit -f 0;", cwd=tmp_path)
    assert result.returncode == 3
    assert b"disk_full" in result.stderr
    assert not [path for path in (tmp_path / "output").iterdir() if path.name != ".harvester"]


def test_explain_accounts_for_menu_text_and_footer(pages, tmp_path):
    result = harvester("explain", "pages/story.html", "--json", cwd=tmp_path)
    rows = json.loads(result.stdout)["blocks"]
    verdicts = {line: row["verdict"] for row in rows for line in row["text"].split("\n")}
    assert verdicts["Home"] == "removed"
    assert verdicts["What it cost"] == "kept"
    assert verdicts["Copyright 2024 Harbour Courier. All rights reserved."] == "removed"


def test_an_index_page_can_be_explained(tmp_path):
    (tmp_path / "index.html").write_text(INDEX, encoding="utf-8")
    result = harvester("explain", "index.html", cwd=tmp_path)
    assert result.returncode == 0
    assert b"Headline number 39" in result.stdout


def test_a_terminal_without_unicode_gets_escapes_and_no_traceback(pages, tmp_path):
    (pages / "story.html").write_text(STORY.replace("Norhaven", "Nørhavn 港口"), encoding="utf-8")
    result = in_shell("clean", "pages", "--to", "output", shell_first="export PYTHONIOENCODING=ascii;", cwd=tmp_path)
    assert (result.returncode, result.stderr) == (0, b"")
    assert rb"N\xf8rhavn \u6e2f" in result.stdout


def test_cleaning_the_html_of_an_article_gives_the_same_text():
    article, _ = clean_page(Page(url=None, body=STORY.encode()))
    again, _ = clean_page(Page(url=None, body=render_html(article).encode()))
    assert again.text == article.text
    assert again.title == article.title
    assert Role.TABLE in {block.role for block in again.blocks}
